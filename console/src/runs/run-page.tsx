import { ExportOutlined, StopOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Card, Empty } from 'antd';
import { useEffect } from 'react';
import { useParams } from 'react-router';
import { cancelRun, isOpen, type Run, runQuery } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { describeFailure, describeWecomAnswer } from '../parts/failure-notice';
import { Page } from '../parts/page';
import { QueryView } from '../parts/query-view';
import { ExactTime } from '../parts/time';
import { useMay } from '../session/use-session';
import { CompletenessBox } from './completeness-box';
import { CountTiles } from './count-tiles';
import { PullButton } from './pull-button';
import { RunSteps } from './run-steps';
import { RunVerdict } from './run-verdict';

export function Component() {
  const { t } = useLanguage();
  const { runId = '' } = useParams();
  const run = useQuery(runQuery(runId));
  return (
    <Page
      title={
        run.data
          ? t('run.title', { what: t(`direction.${run.data.direction}`), corp: run.data.corpName })
          : t('runs.title')
      }
      back={{ to: '/runs', label: t('runs.title') }}
      actions={run.data && <TemporalLink run={run.data} />}
    >
      <QueryView query={run}>{(data) => <OpenRun run={data} />}</QueryView>
    </Page>
  );
}

function OpenRun({ run }: { readonly run: Run }) {
  const { t } = useLanguage();
  const queryClient = useQueryClient();
  const open = isOpen(run);
  const { corpId } = run;
  useEffect(() => {
    if (open) return;
    // A run that has ended has changed what the other pages show.
    void queryClient.invalidateQueries({ queryKey: ['overview'] });
    void queryClient.invalidateQueries({ queryKey: ['corps', corpId] });
    void queryClient.invalidateQueries({ queryKey: ['runs', 'list'] });
  }, [open, corpId, queryClient]);
  return (
    <>
      <RunVerdict
        run={run}
        actions={open ? <CancelButton run={run} /> : <PullButton corpId={corpId} type="default" />}
      />
      {run.error && <RunErrorBox error={run.error} />}
      <CountTiles run={run} />
      <div className="two-columns">
        <div className="stack">
          <Card title={t('run.steps')}>
            <RunSteps run={run} />
          </Card>
          <Card title={t('run.calls')}>
            <CallTable run={run} />
          </Card>
        </div>
        <div className="stack">
          <Card title={t('run.completeness')}>
            {run.completeness ? (
              <CompletenessBox completeness={run.completeness} settled={!open} />
            ) : (
              <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('run.completeness.none')} />
            )}
          </Card>
          <Card title={t('run.facts')}>
            <RunFacts run={run} />
          </Card>
        </div>
      </div>
    </>
  );
}

function RunErrorBox({ error }: { readonly error: NonNullable<Run['error']> }) {
  const { t } = useLanguage();
  return (
    <Alert
      type="error"
      showIcon
      title={t('run.error')}
      description={
        <Facts
          items={[
            [t('run.error.what'), error.message],
            error.wecom !== undefined && [
              t('run.error.why'),
              <span className="mono">{describeWecomAnswer(error.wecom, t)}</span>,
            ],
            error.advice !== undefined && [
              t('run.error.do'),
              <span style={{ whiteSpace: 'pre-line' }}>{error.advice}</span>,
            ],
            [t('run.error.code'), <span className="mono">{error.code}</span>],
          ]}
        />
      }
    />
  );
}

function CallTable({ run }: { readonly run: Run }) {
  const { t, number } = useLanguage();
  const calls = Object.entries(run.apiCalls).sort(([, a], [, b]) => b - a);
  const total = calls.reduce((sum, [, times]) => sum + times, 0);
  if (calls.length === 0) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('run.calls.none')} />;
  }
  return (
    <table className="figures">
      <thead>
        <tr>
          <th scope="col">{t('run.calls.path')}</th>
          <th scope="col">{t('run.calls.times')}</th>
        </tr>
      </thead>
      <tbody>
        {calls.map(([path, times]) => (
          <tr key={path}>
            <td className="mono">{path}</td>
            <td>{number(times)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td>{t('run.calls.total')}</td>
          <td>{number(total)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

function RunFacts({ run }: { readonly run: Run }) {
  const { t, maybe } = useLanguage();
  return (
    <Facts
      items={[
        [t('runs.corp'), run.corpName],
        [t('run.mode'), t(`mode.${run.mode}`)],
        [t('run.trigger'), maybe(`trigger.${run.trigger}`) ?? run.trigger],
        [t('run.requested-by'), <span className="wrap-anywhere">{run.requestedBy}</span>],
        run.settingsVersion !== null && [
          t('run.settings-version'),
          run.settingsVersion === 0
            ? t('settings.defaults')
            : t('settings.version', { version: run.settingsVersion }),
        ],
        [t('runs.started'), <ExactTime at={run.startedAt} />],
        run.finishedAt !== null && [t('run.finished'), <ExactTime at={run.finishedAt} />],
        [t('run.id'), <span className="mono">{run.id}</span>],
        [t('run.workflow-id'), <span className="mono">{run.workflowId}</span>],
      ]}
    />
  );
}

function TemporalLink({ run }: { readonly run: Run }) {
  const { t } = useLanguage();
  if (run.temporalUrl === null) return null;
  return (
    <Button icon={<ExportOutlined />} href={run.temporalUrl} target="_blank" rel="noreferrer">
      {t('run.temporal')}
    </Button>
  );
}

function CancelButton({ run }: { readonly run: Run }) {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const queryClient = useQueryClient();
  const mayCancel = useMay('runs:start');
  const cancel = useMutation({
    mutationFn: () => cancelRun(run.id),
    onSuccess: () => message.info(t('run.cancel.asked')),
    onError: (error) => message.error(describeFailure(error, t).title),
    onSettled: () => queryClient.invalidateQueries({ queryKey: runQuery(run.id).queryKey }),
  });
  if (!mayCancel) return null;

  function confirm() {
    modal.confirm({
      title: t('run.cancel.title'),
      content: t('run.cancel.about'),
      okText: t('run.cancel'),
      okButtonProps: { danger: true },
      cancelText: t('run.cancel.no'),
      onOk: () => cancel.mutate(),
    });
  }

  return (
    <Button danger icon={<StopOutlined />} loading={cancel.isPending} onClick={confirm}>
      {t('run.cancel')}
    </Button>
  );
}
