import { ExportOutlined, StopOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { Alert, App, Button, Card, Empty, Skeleton } from 'antd';
import { lazy, Suspense, useEffect } from 'react';
import { useParams } from 'react-router';
import { cancelRun, isOpen, type Run, runQuery } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { CorpZone, ZoneNote } from '../parts/corp-zone';
import { Facts } from '../parts/facts';
import { describeFailure, describeWecomAnswer } from '../parts/failure-notice';
import { Page } from '../parts/page';
import { QueryView } from '../parts/query-view';
import { useMay } from '../session/use-session';
import { ExportMenu } from '../plan/export-menu';
import { useChangeFilter } from '../plan/change-filter';
import { AttendanceRunButtons } from '../attendance/run-progress';
import { CallTable } from './call-table';
import { CompletenessBox } from './completeness-box';
import { CountTiles } from './count-tiles';
import { PullButton } from './pull-button';
import { RunFacts } from './run-facts';
import { RunSteps } from './run-steps';
import { RunVerdict } from './run-verdict';
import { whatOf } from './what-of';

// Fetched beside the run, not after it: who opens a plan sees its first rows one round trip earlier.
const planPage = import('../plan/plan-page');
const PlanPage = lazy(() => planPage);
const AttendanceRun = lazy(() => import('../attendance/attendance-run'));

export function Component() {
  const { runId = '' } = useParams();
  const run = useQuery(runQuery(runId));
  const page = <RunPage run={run} />;
  return run.data ? <CorpZone corpId={run.data.corpId}>{page}</CorpZone> : page;
}

function RunPage({ run }: { readonly run: UseQueryResult<Run> }) {
  const { t } = useLanguage();
  return (
    <Page
      lead={run.data && <ZoneNote />}
      title={
        run.data ? t('run.title', { what: t(whatOf(run.data)), corp: run.data.corpName }) : t('runs.title')
      }
      back={{ to: '/runs', label: t('runs.title') }}
      actions={
        run.data && (
          <>
            {run.data.push?.plannedAt != null && <PlanExport run={run.data} />}
            <TemporalLink run={run.data} />
          </>
        )
      }
    >
      <QueryView query={run}>
        {(data) =>
          data.push ? (
            <Suspense fallback={<Skeleton active paragraph={{ rows: 8 }} />}>
              {/* What was ticked or opened belongs to one run. */}
              <PlanPage key={data.id} run={data} push={data.push} readAt={run.dataUpdatedAt} />
            </Suspense>
          ) : (
            <OpenRun run={data} />
          )
        }
      </QueryView>
    </Page>
  );
}

function PlanExport({ run }: { readonly run: Run }) {
  const { filter } = useChangeFilter();
  return <ExportMenu runId={run.id} filter={filter} />;
}

function OpenRun({ run }: { readonly run: Run }) {
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
      <RunVerdict run={run} actions={<Actions run={run} />} />
      {run.error && <RunErrorBox error={run.error} />}
      {run.attendance != null ? (
        <Suspense fallback={<Skeleton active paragraph={{ rows: 8 }} />}>
          <AttendanceRun run={run} facts={run.attendance} />
        </Suspense>
      ) : (
        <PullParts run={run} />
      )}
    </>
  );
}

function Actions({ run }: { readonly run: Run }) {
  if (run.direction === 'attendance') return <AttendanceRunButtons run={run} />;
  return isOpen(run) ? <CancelButton run={run} /> : <PullButton corpId={run.corpId} type="default" />;
}

function PullParts({ run }: { readonly run: Run }) {
  const { t } = useLanguage();
  const open = isOpen(run);
  return (
    <>
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
