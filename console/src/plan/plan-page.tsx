import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Card, Tabs } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { type ChangeFilter, type ChangeRow, isMoving, planQuery, type PushFacts } from '../api/push';
import { isOpen, type Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { CallTable } from '../runs/call-table';
import { RunFacts } from '../runs/run-facts';
import { useStartPlan } from '../runs/use-start-plan';
import { useMay } from '../session/use-session';
import { ApplyProgress } from './apply-progress';
import { Approvals } from './approvals';
import { ChangeDrawer } from './change-drawer';
import { filterText, useChangeFilter } from './change-filter';
import { ChangeFilters } from './change-filters';
import { ChangeList } from './change-list';
import { CompareTab } from './compare-tab';
import { hasWork } from './counts-in-words';
import { DecisionBar } from './decision-bar';
import { LimitMeters } from './limit-meters';
import { NothingToDo } from './nothing-to-do';
import { PlanCompleteness } from './plan-completeness';
import { PlanError } from './plan-error';
import { PlanFacts } from './plan-facts';
import { PlanStrip } from './plan-strip';
import { PlanTiles } from './plan-tiles';
import { PlanTrees } from './plan-trees';
import { PlannedVsDone } from './planned-vs-done';
import { PushSteps } from './push-steps';
import { RunButtons } from './run-buttons';
import { writesToOa } from './target';
import { useDecisions } from './use-decisions';
import './plan.css';

const tabs = ['changes', 'tree', 'compare', 'about'] as const;
type PlanTab = (typeof tabs)[number];

interface PlanPageProps {
  readonly run: Run;
  readonly push: PushFacts;
  /** When the run was read. */
  readonly readAt: number;
}

/** One push, from the first look at its plan to what became of it. */
export default function PlanPage({ run, push, readAt }: PlanPageProps) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const { filter, change, replace } = useChangeFilter();
  const [parameters, setParameters] = useSearchParams();
  const tab = tabs.find((known) => known === parameters.get('tab')) ?? 'changes';
  const planned = push.plannedAt !== null;
  const plan = useQuery({ ...planQuery(run), enabled: planned });
  const open = isOpen(run);
  const { corpId, id, phase } = run;

  const stage = `${phase} ${run.finishedAt ?? ''}`;
  const lastStage = useRef(stage);
  useEffect(() => {
    if (lastStage.current === stage) return;
    lastStage.current = stage;
    // Whatever moves the run moves its rows, and what the other pages show of it.
    void client.invalidateQueries({ queryKey: ['runs', 'plan', id] });
    void client.invalidateQueries({ queryKey: ['runs', 'list'] });
    void client.invalidateQueries({ queryKey: ['overview'] });
    void client.invalidateQueries({ queryKey: ['corps', corpId] });
  }, [stage, corpId, id, client]);

  const showFiltered = useCallback(
    (wanted: ChangeFilter) => {
      replace(wanted);
      requestAnimationFrame(() =>
        document.getElementById('plan-changes')?.scrollIntoView({ block: 'start' }),
      );
    },
    [replace],
  );
  const openTab = (wanted: PlanTab) =>
    setParameters(
      (before) => {
        const next = new URLSearchParams(before);
        if (wanted === 'changes') next.delete('tab');
        else next.set('tab', wanted);
        return next;
      },
      { replace: true, preventScrollReset: true },
    );

  const work = hasWork(run.counts);
  // The safe part is written while the rest waits for approval.
  const settled = !open || phase === 'awaiting-approval';
  const nothing = planned && !work && run.error === null && phase !== 'failed';
  const movedOn = plan.data?.freshness.movedOn;
  const stale =
    (work || phase !== 'done') &&
    push.appliedByRunId === null &&
    isUndecided(run) &&
    (movedOn?.settings || movedOn?.records) === true;
  const list = <PlanChanges run={run} push={push} filter={filter} onChange={change} onReplace={replace} />;
  return (
    <>
      <PlanStrip
        run={run}
        push={push}
        plan={plan.data}
        buttons={<RunButtons run={run} push={push} stale={stale} />}
        onFilter={showFiltered}
      />
      <PlanFacts run={run} push={push} plan={plan.data} />
      {push.nextRunId !== null && (
        <Alert
          className="plan-notice"
          type="warning"
          showIcon
          title={t('plan.moved-on')}
          description={<Link to={`/runs/${push.nextRunId}`}>{t('plan.moved-on.next')}</Link>}
        />
      )}
      {push.appliedByRunId !== null && (
        <Alert
          className="plan-notice"
          type="info"
          showIcon
          title={t('plan.applied')}
          description={<Link to={`/runs/${push.appliedByRunId}`}>{t('plan.applied.by')}</Link>}
        />
      )}
      {stale && (
        <Alert
          className="plan-notice"
          type="warning"
          showIcon
          title={t('plan.stale')}
          description={
            <>
              {movedOn?.settings === true && <div>{t('plan.stale.settings')}</div>}
              {movedOn?.records === true && <div>{t('plan.stale.records')}</div>}
              <div>{t(run.phase === 'awaiting-approval' ? 'plan.stale.reject' : 'plan.stale.again')}</div>
            </>
          }
        />
      )}
      <PlanError run={run} />
      <Reasons run={run} push={push} />
      {!planned && open && <PushSteps run={run} push={push} />}
      {(phase === 'applying' || phase === 'paused') && (
        <Card size="small" title={t('plan.progress')}>
          <ApplyProgress run={run} push={push} readAt={readAt} />
        </Card>
      )}
      {nothing && <NothingToDo run={run} push={push} />}
      {planned && plan.error !== null && (
        <FailureNotice error={plan.error} onRetry={() => void plan.refetch()} />
      )}
      {settled && run.mode === 'apply' && run.progress.done + run.progress.failed > 0 && (
        <Card size="small" title={t('plan.outcome')}>
          <PlannedVsDone run={run} onFilter={showFiltered} />
        </Card>
      )}
      {plan.data && (
        <>
          <PlanTiles ofOa={writesToOa(run)} tiles={plan.data.tiles} onFilter={showFiltered} />
          <div className="plan-checks">
            <Card size="small" title={t('plan.limits')}>
              <LimitMeters meters={plan.data.meters} onFilter={showFiltered} />
            </Card>
            <Card size="small" title={t('run.completeness')}>
              <PlanCompleteness plan={plan.data} />
            </Card>
          </div>
        </>
      )}
      <div id="plan-changes" className="plan-tabs">
        <Tabs
          activeKey={tab}
          onChange={(key) => openTab(tabs.find((known) => known === key) ?? 'changes')}
          destroyOnHidden
          items={[
            ...(planned
              ? [
                  { key: 'changes', label: t('plan.changes'), children: list },
                  {
                    key: 'tree',
                    label: t('plan.tree'),
                    children: (
                      <div className="stack">
                        <PlanTrees
                          key={run.planHash}
                          runId={run.id}
                          department={filter.department}
                          onDepartment={(key) => change('department', key)}
                        />
                        {list}
                      </div>
                    ),
                  },
                  { key: 'compare', label: t('plan.compare'), children: <CompareTab runId={run.id} /> },
                ]
              : []),
            {
              key: planned ? 'about' : 'changes',
              label: t('run.facts'),
              children: (
                <div className="two-columns">
                  <div className="stack">
                    {plan.data && (
                      <Card size="small" title={t('plan.approvals')}>
                        <Approvals approvals={plan.data.approvals} />
                      </Card>
                    )}
                    <Card size="small" title={t('run.calls')}>
                      <CallTable run={run} />
                    </Card>
                  </div>
                  <Card size="small" title={t('run.facts')}>
                    <RunFacts run={run} />
                  </Card>
                </div>
              ),
            },
          ]}
        />
      </div>
    </>
  );
}

function isUndecided({ phase, mode }: Run): boolean {
  return phase === 'blocked' || phase === 'awaiting-approval' || (phase === 'done' && mode === 'simulate');
}

/** Which limits stand in the way, while somebody has to decide about them. */
function Reasons({ run, push }: { readonly run: Run; readonly push: PushFacts }) {
  const { t } = useLanguage();
  const { verdict } = run;
  const shown = push.appliedByRunId === null && isUndecided(run);
  if (!shown || verdict === null || verdict.reasons.length === 0) return null;
  return (
    <Alert
      className="plan-notice"
      type={verdict.kind === 'blocked' || verdict.kind === 'stopped' ? 'error' : 'warning'}
      showIcon
      title={t(verdict.kind === 'blocked' ? 'plan.reasons.blocked' : 'plan.reasons.held')}
      description={
        <ul className="where-list">
          {verdict.reasons.map(({ code, message }) => (
            <li key={`${code} ${message}`}>{message}</li>
          ))}
        </ul>
      }
    />
  );
}

interface PlanChangesProps {
  readonly run: Run;
  readonly push: PushFacts;
  readonly filter: ChangeFilter;
  readonly onChange: Parameters<typeof ChangeFilters>[0]['onChange'];
  readonly onReplace: (filter: ChangeFilter) => void;
}

const none: ReadonlyMap<string, ChangeRow> = new Map();

function PlanChanges({ run, push, filter, onChange, onReplace }: PlanChangesProps) {
  const [chosen, setChosen] = useState(none);
  const [opened, setOpened] = useState<string | undefined>();
  const again = useStartPlan(run.corpId, run.direction === 'push' ? 'push' : 'pull');
  const decisions = useDecisions(
    run,
    () => setChosen(none),
    () => again.start('simulate'),
  );
  const mayStart = useMay('runs:start');
  const undecided = push.appliedByRunId === null && isUndecided(run);
  const mayDecide = undecided && mayStart;
  const live = isMoving(run.phase);
  const choose = useCallback(
    (rows: readonly ChangeRow[], isChosen: boolean) =>
      setChosen((before) => {
        const next = new Map(before);
        for (const row of rows) {
          if (isChosen) next.set(row.id, row);
          else next.delete(row.id);
        }
        return next;
      }),
    [],
  );
  const byRule = useCallback((code: string) => onChange('rule', code), [onChange]);
  return (
    <div className="plan-changes">
      <ChangeFilters run={run} filter={filter} onChange={onChange} onReplace={onReplace} />
      {/* Cursors belong to one filter: another filter starts at its first page. */}
      <ChangeList
        key={filterText(filter)}
        runId={run.id}
        phase={run.phase}
        filter={filter}
        live={live}
        mayDecide={mayDecide}
        chosen={chosen}
        onChoose={choose}
        onOpen={setOpened}
        onRule={byRule}
        onClearFilter={() => onReplace({})}
      />
      <DecisionBar
        chosen={chosen}
        deciding={decisions.deciding}
        onLeaveOut={decisions.leaveOut}
        onTakeBackIn={decisions.takeBackIn}
        onAlways={decisions.leaveOutAlways}
        onClear={() => setChosen(none)}
      />
      <ChangeDrawer
        run={run}
        push={push}
        changeId={opened}
        live={live}
        mayDecide={mayDecide}
        undecided={undecided}
        deciding={decisions.deciding}
        onDecide={(row, how) => {
          if (how === 'leave-out') decisions.leaveOut([row.id]);
          else if (how === 'take-back-in') decisions.takeBackIn([row.id]);
          else decisions.leaveOutAlways([row.id]);
        }}
        onSimulate={() => again.start('simulate')}
        onClose={() => setOpened(undefined)}
      />
    </div>
  );
}
