import {
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  patched,
  proxyActivities,
  sleep,
} from '@temporalio/workflow';
import type {
  ApplyBatch,
  BatchResult,
  DirectoryPushApplyingActivities,
} from '../activities/directory-push-applying';
import type { MaintenanceActivities } from '../activities/maintenance';
import { workingInPostgres, writingToWecom } from './activity-options';
import type { PushHalt } from './directory-push.contract';
import type { PushEnding, PushRun } from './directory-push-run';
import { pushSummaries } from './directory-push.texts';
import { planExpired, readBothSides, stillThePlan } from './directory-push-verifying';
import { asFailure, recordedError, type RecordedError } from './run-failure';
import { nth } from './waits';

const wecom = proxyActivities<DirectoryPushApplyingActivities>(writingToWecom);
const postgres = proxyActivities<DirectoryPushApplyingActivities>(workingInPostgres);
const maintenance = proxyActivities<MaintenanceActivities>(workingInPostgres);

/** Two batches of four calls each: more in flight would only wait for WeCom's rate limit. */
const batchesInFlight = 2;

/**
 * Applies what is pending, pass by pass, until nothing is. Returns how the run ends when its plan turned out to have
 * moved on during a pause.
 */
export async function applyPending(run: PushRun): Promise<PushEnding | undefined> {
  const { pace, source } = run;
  for (;;) {
    const expired = await waitUntilPlanMayBeWritten(run);
    if (expired !== undefined) return expired;

    const batches = await postgres.listBatches.executeWithOptions({ summary: pushSummaries.list }, [source]);
    if (batches.length === 0) return undefined;
    if (run.state.progress.phase !== 'applying') await run.enter('applying');
    const pass = await applyPass(run, batches);
    await run.throwIfCancelled();
    if (pass.failure !== undefined) throw pass.failure;

    if (isInterrupted(run)) continue;

    const idlePasses = pass.settled > 0 ? 0 : run.state.idlePasses + 1;
    run.remember({ idlePasses });
    if (idlePasses >= pace.idlePasses) throw nothingMoves(pass.lastError);
    if (pass.left === 0 && idlePasses === 0) continue;
    await waitForNextPass(run, nth(pace.passWaitsMs, Math.max(idlePasses, 1)));
  }
}

/** Shorter ones are over before anybody has read of them. */
const waitWorthTellingMs = 10_000;

async function waitForNextPass(run: PushRun, waitMs: number): Promise<void> {
  if (waitMs >= waitWorthTellingMs && patched('next-try')) {
    await postgres.noteNextTry.executeWithOptions({ summary: pushSummaries.nextTry }, [
      run.source,
      new Date(Date.now() + waitMs).toISOString(),
    ]);
  }
  await condition(() => isInterrupted(run), waitMs);
}

/** Until nobody has paused the run, WeCom lets us in, and no maintenance window is open. */
export async function waitUntilWritable(run: PushRun): Promise<void> {
  for (;;) {
    if (run.historyIsLong()) await run.continueAsNew();
    const { halt, mayWriteUntil } = run.state;
    if (halt !== null) await waitOut(run, halt);
    else if (Date.now() >= mayWriteUntil) await lookAtMaintenanceWindows(run);
    else break;
  }
}

/** With a plan at stake, a refusal that an administrator can lift does not end the run here either. */
export async function readOnceMore(run: PushRun): Promise<string> {
  for (;;) {
    try {
      return await readBothSides(run);
    } catch (error) {
      const reason = recordedError(error);
      if (isCancellation(error) || reason.code !== 'wecom-access') throw error;
      run.remember({ halt: { reason: 'stopped', error: reason } });
      await waitUntilWritable(run);
    }
  }
}

async function waitUntilPlanMayBeWritten(run: PushRun): Promise<PushEnding | undefined> {
  const { pace } = run;
  for (;;) {
    await waitUntilWritable(run);
    const { haltedSince } = run.state;
    if (haltedSince === null) return undefined;
    if (Date.now() - haltedSince > pace.verifyAfterPauseMs) {
      if (!(await stillThePlan(run, 'remainder', await readOnceMore(run)))) return planExpired;
    }
    run.remember({ haltedSince: null, idlePasses: 0 });
  }
}

async function waitOut(run: PushRun, halt: PushHalt): Promise<void> {
  const isNews = run.state.haltedSince === null;
  if (isNews) run.remember({ haltedSince: Date.now() });
  await run.enter('paused', reasonOf(halt));
  // A person knows what they did, and a window was announced.
  if (halt.reason === 'stopped' && isNews) await run.notify('paused');
  const isOver = (): boolean => run.state.halt !== halt || run.historyIsLong();
  if (halt.reason !== 'maintenance-window') return void (await condition(isOver));
  const ended = !(await condition(isOver, Math.max(halt.until - Date.now(), 1)));
  // Asked again before anything is written: the window may have been made longer.
  if (ended && run.state.halt === halt) run.remember({ halt: null, mayWriteUntil: 0 });
}

function reasonOf(halt: PushHalt): RecordedError | undefined {
  switch (halt.reason) {
    case 'person':
      return undefined;
    case 'stopped':
      return halt.error;
    case 'maintenance-window':
      return { code: 'maintenance-window', params: { until: new Date(halt.until).toISOString() } };
  }
}

async function lookAtMaintenanceWindows(run: PushRun): Promise<void> {
  const { waitMs, openForMs } = await maintenance.lookAtMaintenanceWindows.executeWithOptions(
    { summary: pushSummaries.maintenance },
    [{ corpId: run.input.corpId }],
  );
  const now = Date.now();
  if (waitMs === 0) run.remember({ mayWriteUntil: now + openForMs });
  else if (run.state.halt === null) {
    run.remember({ halt: { reason: 'maintenance-window', until: now + waitMs } });
  }
}

/** Whether nothing new may be begun. What is under way is finished first. */
function isInterrupted(run: PushRun): boolean {
  const { halt, mayWriteUntil } = run.state;
  return run.isCancelled() || halt !== null || run.historyIsLong() || Date.now() >= mayWriteUntil;
}

type Pass = {
  settled: number;
  left: number;
  lastError: RecordedError | undefined;
  failure: Error | undefined;
};

/** Every stage in turn, as far as it gets: what a stage leaves undone, the next one may depend on. */
async function applyPass(run: PushRun, batches: readonly ApplyBatch[]): Promise<Pass> {
  const pass: Pass = { settled: 0, left: 0, lastError: undefined, failure: undefined };
  await untilFinished(run, async () => {
    for (const stage of stagesOf(batches)) {
      await inSlidingWindow(
        stage,
        () => isInterrupted(run) || pass.failure !== undefined,
        (batch) => applyBatch(run, batch, pass),
      );
      if (pass.left > 0 || pass.failure !== undefined || isInterrupted(run)) return;
    }
  });
  return pass;
}

async function applyBatch(run: PushRun, batch: ApplyBatch, pass: Pass): Promise<void> {
  let result: BatchResult;
  try {
    result = await wecom.applyBatch.executeWithOptions({ summary: pushSummaries.apply(batch) }, [
      run.source,
      batch,
    ]);
  } catch (error) {
    if (isStop(error)) run.remember({ halt: { reason: 'stopped', error: recordedError(error) } });
    // A batch that was cancelled has stopped after what it had begun.
    else if (!isCancellation(error)) pass.failure ??= asFailure(error);
    return;
  }
  const { done, failed } = run.state.progress;
  run.count({ done: done + result.done, failed: failed + result.failed });
  pass.settled += result.done + result.failed + result.skipped;
  pass.left += result.left;
  pass.lastError = result.lastError ?? pass.lastError;
}

/** Grouped as they come: by stage, in order. */
function stagesOf(batches: readonly ApplyBatch[]): readonly (readonly ApplyBatch[])[] {
  const stages = new Map<number, ApplyBatch[]>();
  for (const batch of batches) stages.set(batch.stage, [...(stages.get(batch.stage) ?? []), batch]);
  return [...stages].sort(([one], [other]) => one - other).map(([, stage]) => stage);
}

async function inSlidingWindow<T>(
  items: readonly T[],
  mayNotBegin: () => boolean,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  for (const item of items) {
    if (underWay.size >= batchesInFlight) await Promise.race(underWay);
    if (mayNotBegin()) break;
    const one: Promise<void> = work(item).finally(() => underWay.delete(one));
    underWay.add(one);
  }
  await Promise.all(underWay);
}

/** A cancellation of the run lets a batch finish, but not for ever: WeCom may be away. */
async function untilFinished(run: PushRun, work: () => Promise<void>): Promise<void> {
  const outer = CancellationScope.current();
  await CancellationScope.nonCancellable(async () => {
    const batches = new CancellationScope();
    outer.cancelRequested.catch(async () => {
      await sleep(run.pace.finishBatchWithinMs);
      batches.cancel();
    });
    await batches.run(work);
  });
}

function isStop(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure && cause.type === 'PushStopped') return true;
  }
  return false;
}

function nothingMoves(lastError: RecordedError = { code: 'wecom-unavailable' }): ApplicationFailure {
  return ApplicationFailure.nonRetryable('WeCom settles nothing any more', 'NothingMoves', lastError);
}
