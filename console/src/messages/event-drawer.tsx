import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Drawer } from 'antd';
import { Link, useNavigate } from 'react-router';
import { eraseEvent, eventQuery, type OaEventDetails, recallEvent } from '../api/messages';
import { useBindingWords } from '../bindings/use-binding-words';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { describeFailure } from '../parts/failure-notice';
import { QueryView } from '../parts/query-view';
import { ExactTime } from '../parts/time';
import { useNarrow } from '../parts/use-narrow';
import { useMay } from '../session/use-session';
import { pushLink } from './links';
import { PushCounts } from './push-counts';
import { Part } from './push-drawer';
import { PushStateMark } from './push-state-mark';
import { RecallLeft } from './recall-left';
import { TodoBox } from './todo-box';
import { useReadMessagesAnew } from './use-read-anew';

interface EventDrawerProps {
  /** Undefined: closed. */
  readonly eventId: string | undefined;
  readonly onClose: () => void;
}

export function EventDrawer({ eventId, onClose }: EventDrawerProps) {
  const { t } = useLanguage();
  const narrow = useNarrow();
  return (
    <Drawer
      open={eventId !== undefined}
      onClose={onClose}
      size={narrow ? '100%' : 720}
      title={t('msg.event')}
      destroyOnHidden
    >
      {eventId !== undefined && <OpenEvent key={eventId} eventId={eventId} />}
    </Drawer>
  );
}

function OpenEvent({ eventId }: { readonly eventId: string }) {
  const { t } = useLanguage();
  const event = useQuery(eventQuery(eventId));
  return (
    <QueryView query={event}>
      {(data) => (
        <div className="stack">
          <div>
            <div className="row">
              <h2 className="member-name">{data.title ?? t('msg.erased')}</h2>
              <PushStateMark state={data.state} />
            </div>
            <span className="mono small quiet">{data.eventId}</span>
          </div>
          {data.state === 'no-rule' && (
            <Alert
              type="warning"
              showIcon
              title={t('msg.event.no-rule')}
              description={<Link to="/messages">{t('msg.event.rules')}</Link>}
            />
          )}
          <EventActions event={data} />
          <EventFacts event={data} />
          <Pushes event={data} />
          {data.todo !== null && (
            <Part title={t('msg.todo')}>
              <TodoBox todo={data.todo} />
            </Part>
          )}
        </div>
      )}
    </QueryView>
  );
}

function EventActions({ event }: { readonly event: OaEventDetails }) {
  const { t, number } = useLanguage();
  const { modal, message } = App.useApp();
  const navigate = useNavigate();
  const mayWrite = useMay('events:write');
  const readAnew = useReadMessagesAnew();
  const failed = (error: Error) => void message.error(describeFailure(error, t).title);
  const recall = useMutation({
    mutationFn: () => recallEvent(event.eventId),
    onSuccess: ({ pushes }) => {
      message.success(t('msg.recalls.started', { count: number(pushes) }));
      void navigate('/messages/recalls');
    },
    onError: failed,
    onSettled: readAnew,
  });
  const erase = useMutation({
    mutationFn: () => eraseEvent(event.eventId),
    onSuccess: () => void message.success(t('msg.erase.done')),
    onError: failed,
    onSettled: readAnew,
  });
  const recallable = event.pushes.filter(({ can }) => can.recall).length;
  if (!mayWrite || (recallable === 0 && event.erasedAt !== null)) return null;

  function confirmRecall() {
    modal.confirm({
      title: t('msg.event.recall.title', { count: number(recallable) }),
      content: t('msg.recall.rest'),
      okText: t('msg.do.recall'),
      okButtonProps: { danger: true },
      cancelText: t('action.cancel'),
      onOk: () => recall.mutate(),
    });
  }

  function confirmErasing() {
    modal.confirm({
      title: t('msg.erase.title'),
      content: t('msg.erase.about'),
      okText: t('msg.do.erase'),
      okButtonProps: { danger: true },
      cancelText: t('action.cancel'),
      onOk: () => erase.mutate(),
    });
  }

  return (
    <div className="row" role="group" aria-label={t('msg.actions')}>
      {recallable > 0 && (
        <Button danger onClick={confirmRecall}>
          {t('msg.event.recall')}
        </Button>
      )}
      {event.erasedAt === null && <Button onClick={confirmErasing}>{t('msg.do.erase')}</Button>}
    </div>
  );
}

function EventFacts({ event }: { readonly event: OaEventDetails }) {
  const { t, number } = useLanguage();
  const { actor } = useBindingWords();
  const { content, url, imageUrl, data, recipientIds, recipients, erasedAt } = event;
  const named = recipientIds.slice(0, 10);
  return (
    <div className="msg-facts">
      <Facts
        items={[
          [
            t('msg.source'),
            <>
              {event.module} · {event.type}
            </>,
          ],
          [
            t('msg.accepted'),
            <>
              <ExactTime at={event.acceptedAt} /> · {actor(event.sentBy)}
            </>,
          ],
          [
            t('msg.recipients'),
            <>
              {number(recipients)}{' '}
              <span className="mono small quiet">
                {named.join(' ')}
                {recipients > named.length && ' …'}
              </span>
            </>,
          ],
          erasedAt !== null && [t('msg.erased-at'), <ExactTime at={erasedAt} />],
          content !== null && [t('msg.field.content'), <span className="msg-words">{content}</span>],
          url !== null && [t('msg.field.url'), <span className="mono small">{url}</span>],
          imageUrl !== null && [t('msg.field.imageUrl'), <span className="mono small">{imageUrl}</span>],
          data !== null &&
            Object.keys(data).length > 0 && [
              t('msg.event.data'),
              <pre className="raw-json">{JSON.stringify(data, null, 2)}</pre>,
            ],
        ]}
      />
    </div>
  );
}

function Pushes({ event: { pushes, shadowed, state } }: { readonly event: OaEventDetails }) {
  const { t } = useLanguage();
  if (state === 'no-rule') return null;
  return (
    <Part title={t('msg.pushes')}>
      <ul className="msg-people" aria-label={t('msg.pushes')}>
        {pushes.map((push) => (
          <li key={push.pushId}>
            <div className="msg-person">
              <span>
                <Link to={pushLink(push.pushId)}>
                  {push.corpName} · {push.appName}
                </Link>{' '}
                <span className="small quiet">
                  {[
                    push.ruleName,
                    t(`msg.type.${push.type}`),
                    push.kind === 'event' ? null : t(`msg.kind.${push.kind}`),
                  ]
                    .filter((part) => part !== null)
                    .join(' · ')}
                </span>
              </span>
              <PushStateMark state={push.state} paused={push.isPaused} />
            </div>
            {push.reason !== null && <div className="small">{push.reason}</div>}
            <div className="msg-person small">
              <PushCounts counts={push.counts} />
              <RecallLeft push={push} />
            </div>
          </li>
        ))}
        {shadowed.map(({ ruleId, targetId, ruleName, appName, servedByRuleName }) => (
          <li key={`${ruleId} ${targetId}`} className="quiet small">
            {t('msg.event.shadowed', {
              rule: ruleName ?? '—',
              app: appName ?? '—',
              by: servedByRuleName ?? '—',
            })}
          </li>
        ))}
      </ul>
    </Part>
  );
}
