import {
  getExternalWorkflowHandle,
  isCancellation,
  log,
  ParentClosePolicy,
  patched,
  proxyActivities,
  sleep,
  startChild,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { ScheduledRunActivities } from '../activities/scheduled-runs';
import { workingInPostgres } from './activity-options';
import {
  attendancePullId,
  attendancePullType,
  type AttendancePullInput,
  type AttendancePullResult,
  type ScheduledAttendanceInput,
} from './attendance.contract';
import {
  directoryOaSyncId,
  directoryOaSyncType,
  type DirectoryOaSyncInput,
} from './directory-oa-sync.contract';
import {
  directoryPullId,
  directoryPullType,
  type DirectoryPullInput,
  type DirectoryPullResult,
} from './directory-pull.contract';
import {
  directoryPushId,
  directoryPushType,
  supersedePushSignal,
  type DirectoryPushInput,
  type DirectoryPushResult,
} from './directory-push.contract';
import { startNotice } from './notices';
import { noticeId } from './notices.contract';
import {
  scheduleRequester,
  type ScheduledRunInput,
  type ScheduledRunResult,
} from './scheduled-runs.contract';
import { bridgeCorp, bridgeFeature, bridgePhase, bridgeTrigger } from './search-attributes';
import { unlessOneIsOpen } from './starting';

const { openRunOf, syncsToOa } = proxyActivities<ScheduledRunActivities>(workingInPostgres);

/** A blocked push writes down its end within a moment. */
const supersedingTakes = '2 seconds';
const supersedingTries = 15;

/** A new push takes the place of one that is blocked; any other that is open goes first, and people are told. */
export async function scheduledPush({ corpId }: ScheduledRunInput): Promise<ScheduledRunResult> {
  show(corpId);
  // Runs of departures are pushes as well, and in nobody's way.
  const workflowId = directoryPushId(corpId);
  return startInTurn(corpId, workflowId, { corpId, direction: 'push', workflowId }, startPush);
}

type StartRun = (corpId: string, runId: string) => Promise<boolean>;

async function startInTurn(
  corpId: string,
  workflowId: string,
  which: Parameters<ScheduledRunActivities['openRunOf']>[0],
  start: StartRun,
): Promise<ScheduledRunResult> {
  const runId = uuid4();
  for (let tries = 1; ; tries += 1) {
    if (await start(corpId, runId)) return { kind: 'started', runId };
    const open = await openRunOf.executeWithOptions({ summary: '哪次运行未结束 · which run is open' }, [
      which,
    ]);
    if (open?.phase !== 'blocked' || tries > supersedingTries) return skipped(corpId, open?.runId ?? null);
    await supersede(workflowId);
    await sleep(supersedingTakes);
  }
}

export async function scheduledPull({ corpId }: ScheduledRunInput): Promise<ScheduledRunResult> {
  show(corpId);
  if (patched('sync-to-oa')) {
    const isSync = await syncsToOa.executeWithOptions(
      { summary: '是否同步到 OA · whether it goes on to the OA' },
      [{ corpId }],
    );
    if (isSync) {
      const workflowId = directoryOaSyncId(corpId);
      return startInTurn(corpId, workflowId, { corpId, direction: 'pull', workflowId }, startOaSync);
    }
  }
  const runId = uuid4();
  if (await startPull(corpId, runId)) return { kind: 'started', runId };
  const open = await openRunOf.executeWithOptions({ summary: '哪次运行未结束 · which run is open' }, [
    { corpId, direction: 'pull', workflowId: directoryPullId(corpId) },
  ]);
  return skipped(corpId, open?.runId ?? null);
}

/** Each rule has runs of its own; one that is still at it goes first, and people are told. */
export async function scheduledAttendance({
  corpId,
  ruleId,
}: ScheduledAttendanceInput): Promise<ScheduledRunResult> {
  show(corpId);
  const runId = uuid4();
  if (await startAttendance(corpId, ruleId, runId)) return { kind: 'started', runId };
  const open = await openRunOf.executeWithOptions({ summary: '哪次运行未结束 · which run is open' }, [
    { corpId, direction: 'attendance', workflowId: attendancePullId(corpId, ruleId) },
  ]);
  return skipped(corpId, open?.runId ?? null);
}

function show(corpId: string): void {
  upsertSearchAttributes([
    { key: bridgeCorp, value: corpId },
    { key: bridgeFeature, value: 'scheduled-run' },
    { key: bridgeTrigger, value: 'schedule' },
  ]);
}

/** Of a run that plans, whichever side it writes to. */
function plannedInput(corpId: string, runId: string): DirectoryOaSyncInput {
  return {
    corpId,
    runId,
    mode: 'apply',
    trigger: 'schedule',
    requestedBy: scheduleRequester,
    plan: { kind: 'push' },
  };
}

async function startPush(corpId: string, runId: string): Promise<boolean> {
  return unlessOneIsOpen(() =>
    startChild<(input: DirectoryPushInput) => Promise<DirectoryPushResult>>(directoryPushType, {
      workflowId: directoryPushId(corpId),
      args: [plannedInput(corpId, runId)],
      ...aRun(corpId, runId, 'directory-push'),
      staticSummary: '推送通讯录 · Directory push',
    }),
  );
}

/** A pull whose other half is the OA. */
async function startOaSync(corpId: string, runId: string): Promise<boolean> {
  return unlessOneIsOpen(() =>
    startChild<(input: DirectoryOaSyncInput) => Promise<DirectoryPushResult>>(directoryOaSyncType, {
      workflowId: directoryOaSyncId(corpId),
      args: [plannedInput(corpId, runId)],
      ...aRun(corpId, runId, 'directory-pull'),
      staticSummary: '同步到 OA · Sync to OA',
    }),
  );
}

async function startPull(corpId: string, runId: string): Promise<boolean> {
  return unlessOneIsOpen(() =>
    startChild<(input: DirectoryPullInput) => Promise<DirectoryPullResult>>(directoryPullType, {
      workflowId: directoryPullId(corpId),
      args: [{ corpId, runId, mode: 'apply', trigger: 'schedule', requestedBy: scheduleRequester }],
      ...aRun(corpId, runId, 'directory-pull'),
      staticSummary: '读取通讯录 · Directory pull',
    }),
  );
}

async function startAttendance(corpId: string, ruleId: string, runId: string): Promise<boolean> {
  return unlessOneIsOpen(() =>
    startChild<(input: AttendancePullInput) => Promise<AttendancePullResult>>(attendancePullType, {
      workflowId: attendancePullId(corpId, ruleId),
      args: [{ corpId, runId, ruleId, trigger: 'schedule', requestedBy: scheduleRequester }],
      ...aRun(corpId, runId, 'attendance-pull'),
      staticSummary: '读取打卡 · Attendance pull',
    }),
  );
}

/** It outlives the workflow that started it. */
function aRun(
  corpId: string,
  runId: string,
  feature: 'directory-push' | 'directory-pull' | 'attendance-pull',
) {
  return {
    parentClosePolicy: ParentClosePolicy.ABANDON,
    memo: { runId },
    typedSearchAttributes: [
      { key: bridgeCorp, value: corpId },
      { key: bridgeFeature, value: feature },
      { key: bridgePhase, value: 'reading' },
      { key: bridgeTrigger, value: 'schedule' },
    ],
  };
}

async function supersede(workflowId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowId).signal(supersedePushSignal);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.info('the blocked run had ended before it was superseded');
  }
}

async function skipped(corpId: string, openRunId: string | null): Promise<ScheduledRunResult> {
  await startNotice(noticeId('schedule-skipped', workflowInfo().runId, 1), {
    corpId,
    runId: openRunId,
    kind: 'schedule-skipped',
  });
  return { kind: 'skipped', openRunId };
}
