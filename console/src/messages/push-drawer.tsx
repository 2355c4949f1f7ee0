import { ExportOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Drawer } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { type PushDetails, pushQuery } from '../api/messages';
import { useBindingWords } from '../bindings/use-binding-words';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { describeWecomAnswer } from '../parts/failure-notice';
import { QueryView } from '../parts/query-view';
import { ExactTime } from '../parts/time';
import { useNarrow } from '../parts/use-narrow';
import { MessageBubble } from './message-bubble';
import { PushActions } from './push-actions';
import { PushCalls } from './push-calls';
import { PushRecipients } from './push-recipients';
import { PushStateMark } from './push-state-mark';
import { RecallLeft } from './recall-left';
import { eventLink, pushLink } from './links';

interface PushDrawerProps {
  /** Undefined: closed. */
  readonly pushId: string | undefined;
  readonly onClose: () => void;
}

export function PushDrawer({ pushId, onClose }: PushDrawerProps) {
  const { t } = useLanguage();
  const narrow = useNarrow();
  return (
    <Drawer
      open={pushId !== undefined}
      onClose={onClose}
      size={narrow ? '100%' : 720}
      title={t('msg.push')}
      destroyOnHidden
    >
      {pushId !== undefined && <OpenPush key={pushId} pushId={pushId} />}
    </Drawer>
  );
}

function OpenPush({ pushId }: { readonly pushId: string }) {
  const { t } = useLanguage();
  const push = useQuery(pushQuery(pushId));
  return (
    <QueryView query={push}>
      {(data) => (
        <div className="stack">
          <div>
            <div className="row">
              <h2 className="member-name">{data.title ?? t('msg.erased')}</h2>
              <PushStateMark state={data.state} paused={data.isPaused} />
            </div>
            <span className="quiet small">
              {data.corpName} · {data.appName} · {t(`msg.type.${data.type}`)}
            </span>
          </div>
          <Reason push={data} />
          <PushActions push={data} />
          <Parts push={data} />
          <Part title={t('msg.message')}>
            {data.message === null ? (
              <p className="quiet msg-lead">
                {data.title === null ? t('msg.message.erased') : t('msg.message.none')}
              </p>
            ) : (
              <>
                <MessageBubble message={data.message} appName={data.appName} />
                {data.message.variants > 1 && (
                  <p className="small quiet msg-lead">
                    {t('msg.message.variants', { count: data.message.variants })}
                  </p>
                )}
              </>
            )}
          </Part>
          <Part title={t('msg.recipients')}>
            <PushRecipients push={data} />
          </Part>
          {data.calls.length > 0 && (
            <Part title={t('msg.calls')}>
              <PushCalls calls={data.calls} />
            </Part>
          )}
          <div className="row">
            {data.kind === 'event' && <Link to={eventLink(data.eventId)}>{t('msg.push.event')}</Link>}
            {data.temporalUrl !== null && (
              <Button icon={<ExportOutlined />} href={data.temporalUrl} target="_blank" rel="noreferrer">
                {t('run.temporal')}
              </Button>
            )}
          </div>
        </div>
      )}
    </QueryView>
  );
}

export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="set-subheading">{title}</h3>
      {children}
    </section>
  );
}

/** Why it waits, failed or was called off, and what to do about it. */
function Reason({
  push: { state, reason, advice, wecom, isPaused, digestPushId },
}: {
  readonly push: PushDetails;
}) {
  const { t } = useLanguage();
  if (reason === null && digestPushId === null) return null;
  return (
    <Alert
      type={state === 'failed' ? 'error' : isPaused ? 'warning' : 'info'}
      showIcon
      title={reason ?? t('msg.push.in-digest')}
      description={
        (advice !== null || wecom !== null || isPaused || digestPushId !== null) && (
          <>
            {advice !== null && <div style={{ whiteSpace: 'pre-line' }}>{advice}</div>}
            {wecom !== null && <div className="quiet small mono">{describeWecomAnswer(wecom, t)}</div>}
            {isPaused && <Link to="/messages/apps">{t('msg.push.app')}</Link>}
            {digestPushId !== null && <Link to={pushLink(digestPushId)}>{t('msg.push.digest')}</Link>}
          </>
        )
      }
    />
  );
}

function Parts({ push }: { readonly push: PushDetails }) {
  const { t, number } = useLanguage();
  const { actor } = useBindingWords();
  const { recall, ruleId, ruleName, sentAt, waitUntil, digestDueAt, resendOf, kind, closedAt } = push;
  return (
    <div className="msg-facts">
      <Facts
        items={[
          [t('msg.accepted'), <ExactTime at={push.acceptedAt} />],
          sentAt !== null && [t('msg.sent'), <ExactTime at={sentAt} />],
          waitUntil !== null && closedAt === null && [t('msg.wait-until'), <ExactTime at={waitUntil} />],
          digestDueAt !== null && [t('msg.digest.due'), <ExactTime at={digestDueAt} />],
          push.can.recall && [t('msg.recall.left'), <RecallLeft push={push} />],
          recall !== null && [
            t('msg.recall'),
            <>
              {actor(recall.askedBy)} · <ExactTime at={recall.askedAt} />
              <div className="small quiet">
                {t('msg.recall.outcome', {
                  recalled: number(recall.outcome.recalled),
                  tooLate: number(recall.outcome.tooLate),
                  notRecallable: number(recall.outcome.notRecallable),
                  refused: number(recall.outcome.refused),
                })}
              </div>
            </>,
          ],
          ruleName !== null && [
            t('msg.rule'),
            ruleId === null ? ruleName : <Link to={`/messages/rules/${ruleId}`}>{ruleName}</Link>,
          ],
          kind !== 'event' && [t('msg.kind'), t(`msg.kind.${kind}`)],
          resendOf !== null && [
            t('msg.resend.of'),
            <Link to={pushLink(resendOf)}>{t('msg.push.earlier')}</Link>,
          ],
          [t('msg.event.id'), <span className="mono">{push.eventId}</span>],
          [
            t('msg.source'),
            <>
              {push.module} · {push.eventType}
            </>,
          ],
        ]}
      />
    </div>
  );
}
