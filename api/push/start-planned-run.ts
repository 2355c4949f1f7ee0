import type { CorpRecord } from '../../store/corps';
import type { RunDirection, RunMode } from '../../store/runs';
import type { DirectoryPushInput, PlanSource } from '../../workflows/directory-push.contract';
import type { RequestFacts } from '../define-route';
import type { ApiDeps } from '../deps';
import type { Principal } from '../principal';
import { runOpen, startOnceClosed, triggerOf } from '../start-run';
import type { StartedWorkflow } from '../temporal';

export type PlannedRunStart = {
  readonly corp: CorpRecord;
  /** Of a new run, or of the one that is taken up again. */
  readonly runId: string;
  readonly mode: RunMode;
  readonly principal: Principal;
  readonly request: RequestFacts;
  readonly plan: PlanSource;
};

/**
 * One run that writes to the same side per corp at a time. A plan that a limit has stopped makes way; anything else
 * that is open is a conflict.
 */
export async function startPlannedRun(
  { runs, temporal }: Pick<ApiDeps, 'runs' | 'temporal'>,
  { corp, runId, mode, principal, request, plan }: PlannedRunStart,
  direction: RunDirection,
  startWorkflow: (input: DirectoryPushInput) => Promise<StartedWorkflow>,
): Promise<{ runId: string; workflowId: string }> {
  const isNew = plan.kind !== 'remainder';
  // An earlier attempt at this very request, which died before it could answer, may even have ended since.
  const earlier = isNew && request.idempotency !== undefined ? await runs.findRun(runId) : undefined;
  if (earlier !== undefined) return { runId, workflowId: earlier.workflowId };

  const run = {
    corpId: corp.id,
    runId,
    mode,
    trigger: triggerOf(principal),
    requestedBy: principal.id,
  };
  let wasAsked = false;
  const started = await startOnceClosed(
    { runs },
    runId,
    () => startWorkflow({ ...run, plan }),
    async (open) => {
      if (open.phase !== 'blocked') return false;
      wasAsked ||= await temporal.supersedePush({ workflowId: open.workflowId, runId: open.id });
      return wasAsked;
    },
  );
  if (started.kind === 'already-open' && started.runId !== runId) {
    throw await runOpen({ runs }, corp.id, direction, started);
  }
  if (isNew) {
    await runs.ensureRun({
      id: runId,
      corpId: corp.id,
      direction,
      mode,
      trigger: run.trigger,
      requestedBy: run.requestedBy,
      workflowId: started.workflowId,
      ...(started.kind === 'started' ? { temporalRunId: started.temporalRunId } : {}),
    });
  }
  return { runId, workflowId: started.workflowId };
}
