import { CancellationScope, ContinueAsNew, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { DepartureActivities } from '../activities/departures';
import type { DirectoryPushApplyingActivities } from '../activities/directory-push-applying';
import type { DirectoryPushPlanningActivities, PlanFacts } from '../activities/directory-push-planning';
import type { PushStandingActivities } from '../activities/push-standing';
import { readingFromWecom, recordingTheEnd, workingInPostgres } from './activity-options';
import { departureRunSummaries } from './departure.texts';
import { awaitDecision } from './directory-push-approval';
import { applyPending, readOnceMore, waitUntilWritable } from './directory-push-applying';
import type {
  DirectoryPushInput,
  DirectoryPushResult,
  PushStation,
  PushWaiting,
} from './directory-push.contract';
import { openRun, type PushEnding, type PushRun } from './directory-push-run';
import { pushSummaries } from './directory-push.texts';
import { planExpired, readBothSides, stillThePlan } from './directory-push-verifying';
import { asFailure, recordedError, type RecordedError } from './run-failure';

const lookingUp = proxyActivities<DirectoryPushPlanningActivities>(readingFromWecom);
const standing = proxyActivities<PushStandingActivities>(workingInPostgres);
const planning = proxyActivities<DirectoryPushPlanningActivities>(workingInPostgres);
const departures = proxyActivities<DepartureActivities>(workingInPostgres);
const ledger = proxyActivities<DirectoryPushApplyingActivities>(workingInPostgres);
const record = proxyActivities<DirectoryPushApplyingActivities>(recordingTheEnd);

/** What every planned run does, whichever side it writes to. */
export async function carryOut(input: DirectoryPushInput): Promise<DirectoryPushResult> {
  const run = openRun(input);
  try {
    const ending = await push(run);
    const totals = await finish(run, ending);
    if (input.mode === 'apply' && ending.phase !== 'rejected') await run.notify(ending.phase);
    return { runId: input.runId, outcome: ending.phase, ...totals };
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    await CancellationScope.nonCancellable(async () => {
      if (isCancellation(error)) {
        await finish(run, { phase: 'cancelled' });
      } else {
        await finish(run, { phase: 'failed', error: recordedError(error) });
        if (input.mode === 'apply') await run.notify('failed');
      }
    });
    throw asFailure(error);
  }
}

async function push(run: PushRun): Promise<PushEnding> {
  let next = run.state.station ?? (await readAndPlan(run));
  while (typeof next === 'string') {
    if (next !== run.state.station) run.remember({ station: next, decision: null });
    next = await work(run, next);
  }
  return next;
}

type Next = PushStation | PushEnding;

const done: PushEnding = { phase: 'done' };

/** Nothing is written to the other side in here. */
async function readAndPlan(run: PushRun): Promise<Next> {
  const { input, source } = run;
  const { approval } = await planning.beginPush.executeWithOptions({ summary: pushSummaries.begin }, [input]);
  run.remember({ rule: approval });
  // Nobody waits for it, and a plan made now would have moved on when it may be applied.
  if (input.trigger === 'schedule') {
    await waitUntilWritable(run);
    run.remember({ haltedSince: null });
  }

  const pullRunId = await readBothSides(run);
  const { plan } = input;
  switch (plan.kind) {
    case 'push': {
      // WeCom's own people are all there is to know of it: nobody has to be asked for.
      if (run.target === 'oa') return firstStation(run, await makePlan(run, pullRunId));
      await lookingUp.lookUpMembers.executeWithOptions({ summary: pushSummaries.lookUp }, [source]);
      return firstStation(run, await makePlan(run, pullRunId));
    }
    case 'undo':
      return firstStation(run, await makePlan(run, pullRunId));
    case 'departures': {
      const facts = await makePlan(run, pullRunId);
      await departures.noteDepartures.executeWithOptions({ summary: departureRunSummaries.note }, [
        { runId: input.runId },
      ]);
      return firstStation(run, facts);
    }
    case 'approved-plan': {
      await run.enter('planning');
      const adopted = await planning.adoptPlan.executeWithOptions({ summary: pushSummaries.adopt }, [
        source,
        pullRunId,
      ]);
      if ('moved' in adopted) return planExpired;
      know(run, adopted);
      const { safeOnly = false } = plan;
      await release(run, { planHash: adopted.planHash, by: input.requestedBy, safeOnly });
      return 'approved-part';
    }
    case 'remainder':
      return takeUpAgain(run, plan.of, pullRunId);
  }
}

/** Another execution of a run that was cancelled or had failures: its plan is there, and perhaps its approval. */
async function takeUpAgain(run: PushRun, of: 'failed' | 'pending', pullRunId: string): Promise<Next> {
  const before = await standing.pushStanding.executeWithOptions({ summary: pushSummaries.standing }, [
    run.source,
  ]);
  if (!(await stillThePlan(run, 'remainder', pullRunId))) return planExpired;
  know(run, before);
  const isApproved = before.approved !== 'no';
  if (!isApproved && (before.verdict === 'blocked' || run.state.rule.required === 'always')) {
    return 'whole-approval';
  }
  // Who tries failures again, or has approved the safe part only, has not asked for the rest.
  if (of === 'failed' || isApproved) run.remember({ releasable: 0 });
  return 'first-part';
}

async function makePlan(run: PushRun, pullRunId: string): Promise<PlanFacts> {
  await run.enter('planning');
  const facts = await planning.makePlan.executeWithOptions({ summary: pushSummaries.plan }, [
    run.source,
    pullRunId,
  ]);
  know(run, facts);
  return facts;
}

function know(run: PushRun, { planHash, verdict, safe, held, releasable }: PlanFacts): void {
  run.remember({ releasable, blocked: verdict === 'blocked' });
  run.count({ planHash, held, total: safe + releasable });
}

function firstStation({ input, state }: PushRun, { verdict, safe, releasable }: PlanFacts): Next {
  if (input.mode === 'simulate') return done;
  if (verdict === 'blocked') return 'whole-approval';
  const nothingToApprove = safe + releasable === 0;
  return state.rule.required === 'always' && !nothingToApprove ? 'whole-approval' : 'first-part';
}

async function work(run: PushRun, station: PushStation): Promise<Next> {
  switch (station) {
    case 'whole-approval':
      return approval(run, 'whole');
    case 'first-part':
      return (await applyPending(run)) ?? afterFirstPart(run);
    case 'held-approval':
      return approval(run, 'held');
    case 'approved-part':
      return (await applyPending(run)) ?? done;
  }
}

/** Without an approval to wait for, the rest stays held: it comes back in the next plan. */
function afterFirstPart({ state }: PushRun): Next {
  return state.rule.required !== 'never' && state.releasable > 0 ? 'held-approval' : done;
}

async function approval(run: PushRun, part: PushWaiting['part']): Promise<Next> {
  const decision = await awaitDecision(run, part);
  switch (decision.kind) {
    case 'approved': {
      // The part beyond the limits is all there is left.
      if (part === 'held' && decision.safeOnly) return done;
      if (!(await stillThePlan(run, part, await readOnceMore(run)))) return planExpired;
      run.remember({ haltedSince: null });
      await release(run, { planHash: decision.planHash, by: decision.by, safeOnly: decision.safeOnly });
      return 'approved-part';
    }
    case 'rejected':
      return { phase: 'rejected' };
    case 'superseded':
      return { phase: 'expired', error: { code: 'superseded' } };
    case 'timed-out':
      return { phase: 'expired', error: { code: 'approval-timed-out' } };
    case 'nothing-left':
      return part === 'held' ? whatDecisionsFreed(run) : done;
  }
}

/** With some of them left out, the rest of what was held may lie within the limits: it needs no approval any more. */
async function whatDecisionsFreed(run: PushRun): Promise<Next> {
  const freed = await ledger.listBatches.executeWithOptions({ summary: pushSummaries.list }, [run.source]);
  if (freed.length === 0) return done;
  if (!(await stillThePlan(run, 'remainder', await readOnceMore(run)))) return planExpired;
  run.remember({ haltedSince: null });
  return 'approved-part';
}

async function release(
  { source }: PushRun,
  approved: Parameters<DirectoryPushPlanningActivities['releaseHeld']>[1],
): Promise<void> {
  await planning.releaseHeld.executeWithOptions({ summary: pushSummaries.release }, [source, approved]);
}

async function finish(
  run: PushRun,
  end: {
    readonly phase: PushEnding['phase'] | 'failed' | 'cancelled';
    readonly error?: RecordedError;
  },
): Promise<{ done: number; failed: number; held: number }> {
  const totals = await CancellationScope.nonCancellable(() =>
    record.finishPush.executeWithOptions({ summary: pushSummaries.ended[end.phase] }, [run.source, end]),
  );
  run.count(totals);
  run.show(end.phase);
  return totals;
}
