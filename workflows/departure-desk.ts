import {
  ActivityFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  log,
  ParentClosePolicy,
  proxyActivities,
  setCurrentDetails,
  sleep,
  startChild,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { DepartureActivities } from '../activities/departures';
import type { HandOverActivities } from '../activities/departures/hand-over';
import type { NoticeActivities } from '../activities/notices';
import type { DepartureJob } from '../domain/departures/departure';
import { departureNoticeId } from '../domain/departures/notice';
import { readingHandOver, workingInPostgres } from './activity-options';
import {
  departureRequester,
  departureRunId,
  departureRunType,
  type DepartureDeskInput,
  type DepartureDeskResult,
} from './departure.contract';
import { deskDetails, deskSummaries } from './departure.texts';
import type { DirectoryPushInput, DirectoryPushResult } from './directory-push.contract';
import { startNotice } from './notices';
import { bridgeCorp, bridgeFeature, bridgePhase, bridgeTrigger } from './search-attributes';

const postgres = proxyActivities<DepartureActivities>(workingInPostgres);
const noticeBoard = proxyActivities<NoticeActivities>(workingInPostgres);
const wecom = proxyActivities<HandOverActivities>(readingHandOver);

/** News comes in bursts: whoever stays for a moment saves the next start, and gathers for one run. */
const defaultLingerMs = 2_000;
/**
 * Every run plans for the whole corp, seconds of computing at 100,000 people: what comes meanwhile waits for the next
 * one, but not until somebody has approved this one.
 */
const nextRunAfterMs = 20_000;
const longHistory = 1_000;

/** Does for all departures of a corp together what none of them should do alone. */
export async function departureDesk(input: DepartureDeskInput): Promise<DepartureDeskResult> {
  const { corpId, lingerMs = defaultLingerMs, eventsPerHistory = longHistory } = input;
  let total: DepartureDeskResult = { dated: 0, told: 0, notices: 0, claimed: 0, ...input.done };
  const runs: Record<DepartureJob, RunUnderWay> = {
    changes: { isOver: true, since: 0 },
    deletions: { isOver: true, since: 0 },
  };
  upsertSearchAttributes([
    { key: bridgeCorp, value: corpId },
    { key: bridgeFeature, value: 'departure-desk' },
  ]);

  for (;;) {
    const done = await round(corpId, runs);
    total = sum(total, done);
    setCurrentDetails(deskDetails(total));
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (historyLength >= eventsPerHistory || continueAsNewSuggested) {
      await continueAsNew<typeof departureDesk>({ ...input, done: total });
    }
    const isIdle = Object.values(done).every((count) => count === 0);
    if (isIdle && Object.values(runs).every(mayStart)) {
      await announceHeld(corpId);
      return total;
    }
    await condition(() => Object.values(runs).every(({ isOver }) => isOver), nextRunAfterMs);
    await sleep(lingerMs);
  }
}

type DeskRound = DepartureDeskResult & { readonly handOvers: number };

/** Dates first: who is told reads them, and who is due is known by them. */
async function round(corpId: string, runs: Record<DepartureJob, RunUnderWay>): Promise<DeskRound> {
  const at = now();
  const look = await postgres.lookAtDesk.executeWithOptions({ summary: deskSummaries.look }, [
    { corpId, at },
  ]);
  const dated = look.dates ? await makeDates(corpId) : 0;
  const told = look.dates || look.news ? await tell(corpId) : 0;
  const changes = look.changes ? await startRun(corpId, 'changes', runs) : 0;
  if (look.handOverDue) await readHandOversDue(corpId, at);
  const notices = look.notices ? await announceDeletions(corpId, at) : 0;
  const deletions = look.deletions ? await startRun(corpId, 'deletions', runs) : 0;
  const handOvers = look.handOverNew ? await readHandOvers(corpId, at, 'new') : 0;
  return { dated, told, notices, claimed: changes + deletions, handOvers };
}

async function makeDates(corpId: string): Promise<number> {
  const { dated } = await postgres.dateDepartures.executeWithOptions({ summary: deskSummaries.date }, [
    { corpId, at: now() },
  ]);
  return dated;
}

async function tell(corpId: string): Promise<number> {
  const { told } = await postgres.tellDepartures.executeWithOptions({ summary: deskSummaries.tell }, [
    { corpId },
  ]);
  return told;
}

/** One notice for all whose day is near. */
async function announceDeletions(corpId: string, at: string): Promise<number> {
  const { due } = await postgres.dueNotices.executeWithOptions({ summary: deskSummaries.dueNotices }, [
    { corpId, at },
  ]);
  if (due === 0) return 0;
  await postgres.noteNotices.executeWithOptions({ summary: deskSummaries.noteNotices }, [{ corpId, at }]);
  const id = departureNoticeId('departures-due', corpId, new Date(at));
  await startNotice(id, { corpId, runId: null, kind: 'departures-due' });
  return due;
}

/** Once for whoever became held last, and all that are held with them. */
async function announceHeld(corpId: string): Promise<void> {
  const { at } = await noticeBoard.newestHolding.executeWithOptions(
    { summary: deskSummaries.newestHolding },
    [{ corpId }],
  );
  if (at === null) return;
  const id = departureNoticeId('departures-held', corpId, new Date(at));
  await startNotice(id, { corpId, runId: null, kind: 'departures-held' });
}

/** A notice that can't say what somebody owns is better than none. */
async function readHandOversDue(corpId: string, at: string): Promise<void> {
  while ((await readHandOvers(corpId, at, 'due')) > 0);
}

/** Some at a time: what there is to decide does not wait for it. How many were read. */
async function readHandOvers(corpId: string, at: string, of: 'due' | 'new'): Promise<number> {
  try {
    const { departureIds } = await postgres.handOverToRead.executeWithOptions(
      { summary: deskSummaries.handOverToRead },
      [{ corpId, at, of }],
    );
    if (departureIds.length === 0) return 0;
    const { read } = await wecom.readHandOver.executeWithOptions({ summary: deskSummaries.handOver }, [
      { corpId, departureIds, at },
    ]);
    return read;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    log.warn('what departed members still own could not be read', { corpId });
    return 0;
  }
}

type RunUnderWay = { readonly isOver: boolean; readonly since: number };

function mayStart({ isOver, since }: RunUnderWay): boolean {
  return isOver || Date.now() - since >= nextRunAfterMs;
}

async function startRun(
  corpId: string,
  job: DepartureJob,
  runs: Record<DepartureJob, RunUnderWay>,
): Promise<number> {
  if (!mayStart(runs[job])) return 0;
  const runId = uuid4();
  const { claimed } = await postgres.claimDepartures.executeWithOptions(
    { summary: deskSummaries.claim[job] },
    [{ corpId, job, runId, at: now() }],
  );
  if (claimed === 0) return 0;
  const underWay = { isOver: false, since: Date.now() };
  runs[job] = underWay;
  try {
    const run = await startDepartureRun(corpId, job, runId);
    const isOver = (): void => void (underWay.isOver = true);
    // How it ends is its own affair.
    void run.result().then(isOver, isOver);
  } catch (error) {
    await CancellationScope.nonCancellable(() =>
      postgres.releaseDepartureClaims.executeWithOptions({ summary: deskSummaries.giveBack }, [
        { runId, phase: 'failed' },
      ]),
    );
    throw error;
  }
  return claimed;
}

function startDepartureRun(corpId: string, job: DepartureJob, runId: string) {
  return startChild<(input: DirectoryPushInput) => Promise<DirectoryPushResult>>(departureRunType, {
    workflowId: departureRunId(runId),
    args: [
      {
        corpId,
        runId,
        mode: 'apply',
        trigger: 'departures',
        requestedBy: departureRequester,
        plan: { kind: 'departures', job },
      },
    ],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    memo: { runId },
    typedSearchAttributes: [
      { key: bridgeCorp, value: corpId },
      { key: bridgeFeature, value: 'departure-run' },
      { key: bridgePhase, value: 'reading' },
      { key: bridgeTrigger, value: 'departures' },
    ],
    staticSummary: deskSummaries.run[job],
  });
}

function sum(one: DepartureDeskResult, other: DepartureDeskResult): DepartureDeskResult {
  return {
    dated: one.dated + other.dated,
    told: one.told + other.told,
    notices: one.notices + other.notices,
    claimed: one.claimed + other.claimed,
  };
}

function now(): string {
  return new Date(Date.now()).toISOString();
}
