import { condition, proxyActivities } from '@temporalio/workflow';
import type { DirectoryPushPlanningActivities } from '../activities/directory-push-planning';
import { workingInPostgres } from './activity-options';
import type { PushDecision, PushWaiting } from './directory-push.contract';
import type { PushRun } from './directory-push-run';
import { pushSummaries } from './directory-push.texts';

const planning = proxyActivities<DirectoryPushPlanningActivities>(workingInPostgres);

/** Waits for a person, reminds them every day, and gives up at the deadline. */
export async function awaitDecision(
  run: PushRun,
  part: PushWaiting['part'],
): Promise<PushDecision | { readonly kind: 'timed-out' | 'nothing-left' }> {
  const { pace } = run;
  if (run.state.waiting === null && run.state.decision === null) {
    const isOpen = await openApproval(run, part);
    if (!isOpen) return { kind: 'nothing-left' };
  }
  for (;;) {
    const { waiting, decision, progress } = run.state;
    if (decision !== null) {
      // The decision itself is kept until the run has acted on it.
      run.remember({ waiting: null });
      return decision;
    }
    if (waiting === null) throw new Error('An approval is awaited that was never opened');
    // Every held change was left out by hand.
    if (part === 'held' && progress.held === 0) return closed(run, 'nothing-left');
    const now = Date.now();
    if (now >= waiting.expiresAt) return closed(run, 'timed-out');
    if (now >= waiting.remindAt) {
      run.remember({ waiting: { ...waiting, remindAt: now + pace.reminderEveryMs } });
      await run.notify(noticeOf(run));
      continue;
    }
    if (run.historyIsLong()) await run.continueAsNew();
    await condition(
      () => run.state.decision !== null || run.state.waiting !== waiting || run.historyIsLong(),
      Math.min(waiting.expiresAt, waiting.remindAt) - now,
    );
  }
}

async function openApproval(run: PushRun, part: PushWaiting['part']): Promise<boolean> {
  const opened = await planning.awaitingApproval.executeWithOptions({ summary: pushSummaries.openApproval }, [
    run.source,
    part,
  ]);
  if (part === 'held' && opened.held === 0) return false;
  run.count({ planHash: opened.planHash, held: opened.held });
  // Whoever sees the phase may decide at once.
  run.remember({
    waiting: {
      part,
      planHash: opened.planHash,
      expiresAt: Date.parse(opened.expiresAt),
      remindAt: Date.now() + run.pace.reminderEveryMs,
    },
  });
  const { blocked } = run.state;
  await run.enter(blocked && part === 'whole' ? 'blocked' : 'awaiting-approval');
  await run.notify(noticeOf(run));
  return true;
}

function closed<Kind extends string>(run: PushRun, kind: Kind): { readonly kind: Kind } {
  run.remember({ waiting: null });
  return { kind };
}

function noticeOf({ state }: PushRun): 'blocked' | 'needs-approval' {
  return state.progress.phase === 'blocked' ? 'blocked' : 'needs-approval';
}
