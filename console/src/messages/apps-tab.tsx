import { ExportOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { Link } from 'react-router';
import { type MessageApp, messageAppsQuery, resumeApp } from '../api/messages';
import { useLanguage } from '../language/use-language';
import { describeFailure, describeWecomAnswer } from '../parts/failure-notice';
import { Mark } from '../parts/mark';
import { QueryView } from '../parts/query-view';
import { RecordList } from '../parts/record-list';
import { ExactTime, TimeAgo } from '../parts/time';
import { Verdict } from '../parts/verdict';
import { useMay } from '../session/use-session';
import { useReadMessagesAnew } from './use-read-anew';

/** Through which apps messages go, and which of them WeCom lets send nothing. */
export default function AppsTab() {
  const { t } = useLanguage();
  const apps = useQuery(messageAppsQuery);
  return (
    <QueryView query={apps}>
      {(items) => {
        const paused = items.filter(({ state }) => state === 'paused');
        return (
          <div className="stack">
            {paused.length === 0 && items.length > 0 && (
              <Verdict tone="good" title={t('msg.apps.fine')}>
                <span className="quiet small">{t('msg.apps.fine.about')}</span>
              </Verdict>
            )}
            {paused.map((app) => (
              <Paused key={app.appId} app={app} />
            ))}
            <Apps apps={items} />
          </div>
        );
      }}
    </QueryView>
  );
}

function Paused({ app }: { readonly app: MessageApp }) {
  const { t, number } = useLanguage();
  const { message } = App.useApp();
  const mayWrite = useMay('settings:write');
  const readAnew = useReadMessagesAnew();
  const resume = useMutation({
    mutationFn: () => resumeApp(app.appId),
    onSuccess: () => void message.success(t('msg.apps.trying')),
    onError: (error) => message.error(describeFailure(error, t).title),
    onSettled: readAnew,
  });
  return (
    <Verdict
      tone="bad"
      icon="paused"
      title={t('msg.apps.paused.title', { app: `${app.corpName} · ${app.name}` })}
      actions={
        <>
          {mayWrite && (
            <Button type="primary" loading={resume.isPending} onClick={() => resume.mutate()}>
              {t('msg.apps.try')}
            </Button>
          )}
          {app.temporalUrl !== null && (
            <Button
              icon={<ExportOutlined />}
              aria-label={t('run.temporal')}
              href={app.temporalUrl}
              target="_blank"
              rel="noreferrer"
            />
          )}
        </>
      }
    >
      <dl className="msg-why">
        <dt>{t('msg.apps.what')}</dt>
        <dd>
          {app.pausedAt !== null && (
            <>
              {t('msg.apps.since')} <ExactTime at={app.pausedAt} /> (<TimeAgo at={app.pausedAt} />){' · '}
            </>
          )}
          <Link to={`/messages/log?app=${encodeURIComponent(app.appId)}&state=open`}>
            {t('msg.apps.waiting', { count: number(app.waitingPushes) })}
          </Link>
        </dd>
        <dt>{t('msg.apps.why')}</dt>
        <dd>
          {app.cause}
          {app.wecom !== null && <div className="quiet small mono">{describeWecomAnswer(app.wecom, t)}</div>}
        </dd>
        {app.advice !== null && (
          <>
            <dt>{t('msg.apps.do')}</dt>
            <dd style={{ whiteSpace: 'pre-line' }}>{app.advice}</dd>
          </>
        )}
      </dl>
      <span className="quiet small">{t('msg.apps.by-itself', { probes: number(app.probes) })}</span>
    </Verdict>
  );
}

function Apps({ apps }: { readonly apps: readonly MessageApp[] }) {
  const { t, number } = useLanguage();
  return (
    <RecordList<MessageApp>
      label={t('msg.tab.apps')}
      records={apps}
      rowKey={({ appId }) => appId}
      empty={t('msg.apps.none')}
      columns={[
        {
          key: 'name',
          title: t('msg.target.app'),
          role: 'heading',
          render: ({ name, corpName, corpId }) => (
            <span className="bind-cell">
              <Link to={`/corps/${corpId}/apps`}>{name}</Link>
              <span className="small quiet">{corpName}</span>
            </span>
          ),
        },
        {
          key: 'state',
          title: t('msg.state'),
          render: ({ state }) =>
            state === 'ok' ? (
              <Mark tone="good">{t('msg.apps.ok')}</Mark>
            ) : (
              <Mark tone="bad" icon="paused">
                {t('msg.state.paused')}
              </Mark>
            ),
        },
        { key: 'sent', title: t('msg.apps.sent-today'), render: ({ sentToday }) => number(sentToday) },
        { key: 'waiting', title: t('msg.apps.waits'), render: ({ waitingPushes }) => number(waitingPushes) },
        { key: 'rules', title: t('msg.apps.rules'), render: ({ rules }) => number(rules) },
        {
          key: 'callback',
          title: t('msg.apps.callback'),
          render: ({ hasCallback }) =>
            hasCallback ? (
              <Mark tone="good">{t('msg.apps.callback.yes')}</Mark>
            ) : (
              <Mark tone="quiet">{t('msg.apps.callback.no')}</Mark>
            ),
        },
      ]}
    />
  );
}
