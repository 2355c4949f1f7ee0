import {
  ApplicationFailure,
  CancellationScope,
  condition,
  executeChild,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  ParentClosePolicy,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  startChild,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { AttendanceActivities, AttendanceReading } from '../activities/attendance';
import { readingFromWecom, recordingTheEnd, workingInPostgres } from './activity-options';
import type { attendanceDelivery } from './attendance-delivery';
import {
  attendanceDeliveryId,
  attendanceDeliveryStart,
  attendanceDeliveryType,
  attendanceNewsSignal,
  attendanceProgressQuery,
  pauseAttendanceSignal,
  resumeAttendanceSignal,
  type AttendancePhase,
  type AttendanceProgress,
  type AttendancePullInput,
  type AttendancePullResult,
} from './attendance.contract';
import { attendanceDetails, attendanceSummaries } from './attendance-pull.texts';
import type { directoryPull } from './directory-pull';
import { directoryPullId, directoryPullType } from './directory-pull.contract';
import { noticeId, type NoticeKind } from './notices.contract';
import { startNotice } from './notices';
import { asFailure, recordedError } from './run-failure';
import { bridgeCorp, bridgeFeature, bridgePhase, bridgeTrigger } from './search-attributes';
import { unlessOneIsOpen } from './starting';

const wecom = proxyActivities<AttendanceActivities>(readingFromWecom);
const postgres = proxyActivities<AttendanceActivities>(workingInPostgres);
const record = proxyActivities<AttendanceActivities>(recordingTheEnd);

/** Another reading of the directory is waited for this often, and so long each time. */
const directoryTries = 60;
const directoryTakes = '5 seconds';

/** Reads check-in data of one corp. What is to be read and what was read stands in the run's rows. */
export async function attendancePull(input: AttendancePullInput): Promise<AttendancePullResult> {
  const { corpId, runId, trigger } = input;
  let progress: AttendanceProgress = { phase: 'planning', unitsDone: 0, units: 0, rows: 0 };
  const report = (news: Partial<AttendanceProgress>): void => {
    progress = { ...progress, ...news };
    setCurrentDetails(attendanceDetails(progress));
  };
  const enter = (phase: AttendancePhase): void => {
    report({ phase });
    upsertSearchAttributes([{ key: bridgePhase, value: phase }]);
  };
  const notify = (kind: NoticeKind): Promise<void> =>
    startNotice(noticeId(kind, workflowInfo().firstExecutionRunId, 1), { corpId, runId, kind });

  setHandler(attendanceProgressQuery, () => progress);
  const pauses = listenForPauses(runId, (paused) => enter(paused ? 'paused' : 'reading'));
  upsertSearchAttributes([
    { key: bridgeCorp, value: corpId },
    { key: bridgeFeature, value: 'attendance-pull' },
    { key: bridgePhase, value: 'planning' },
    { key: bridgeTrigger, value: trigger },
  ]);

  try {
    report(progressOf(await begin(input)));
    enter('reading');
    await pauses.during(() => readAll(input, pauses, report));
    const { unknownPeople: _, unbound: __, ...counts } = await end({ runId, phase: 'done' });
    enter('done');
    if (counts.heldBack > 0) await notify('attendance-held');
    await wakeDelivery(corpId);
    return { runId, outcome: 'done', counts };
  } catch (error) {
    const phase = isCancellation(error) ? 'cancelled' : 'failed';
    await end({ runId, phase, ...(phase === 'failed' ? { error: recordedError(error) } : {}) });
    enter(phase);
    if (phase === 'failed') await notify('failed');
    // What was read until then is as true as any.
    await CancellationScope.nonCancellable(() => wakeDelivery(corpId));
    throw asFailure(error);
  }
}

/** Whoever is to be asked is known from the directory: where it was never read, that is done first. */
async function begin(input: AttendancePullInput): Promise<AttendanceReading> {
  const prepare = () =>
    postgres.beginAttendance.executeWithOptions({ summary: attendanceSummaries.begin }, [input]);
  let wasRead = false;
  for (let tries = 1; ; tries += 1) {
    const prepared = await prepare();
    if (prepared.nobodyKnown !== true) return prepared;
    if (wasRead || tries > directoryTries) {
      throw ApplicationFailure.nonRetryable('The directory holds nobody', 'AttendanceRefusedError', {
        code: 'attendance-nobody',
      });
    }
    wasRead = await readDirectory(input);
    // Somebody else's reading is as good.
    if (!wasRead) await sleep(directoryTakes);
  }
}

async function readDirectory({ corpId, requestedBy }: AttendancePullInput): Promise<boolean> {
  const runId = uuid4();
  return unlessOneIsOpen(() =>
    executeChild<typeof directoryPull>(directoryPullType, {
      workflowId: directoryPullId(corpId),
      args: [{ corpId, runId, mode: 'apply', trigger: 'attendance', requestedBy }],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      memo: { runId },
      typedSearchAttributes: [
        { key: bridgeCorp, value: corpId },
        { key: bridgeFeature, value: 'directory-pull' },
        { key: bridgePhase, value: 'reading' },
        { key: bridgeTrigger, value: 'attendance' },
      ],
      staticSummary: attendanceSummaries.readMembers,
    }),
  );
}

async function readAll(
  { corpId, runId }: AttendancePullInput,
  pauses: Pauses,
  report: (news: Partial<AttendanceProgress>) => void,
): Promise<void> {
  for (let portion = 1; ; portion += 1) {
    await pauses.over();
    const reading = await wecom.readUnits.executeWithOptions({ summary: attendanceSummaries.read(portion) }, [
      { corpId, runId },
    ]);
    report(progressOf(reading));
    if (reading.remaining === 0) return;
    if (reading.paused) pauses.found();
  }
}

function progressOf({ units, unitsDone, rows }: AttendanceReading): Partial<AttendanceProgress> {
  return { units, unitsDone, rows };
}

interface Pauses {
  /** Writes down what people want for as long as `work` lasts. */
  during(work: () => Promise<void>): Promise<void>;
  /** Until nobody has paused the run. */
  over(): Promise<void>;
  /** Its rows say that the run is paused. */
  found(): void;
}

/** Whoever reads stops at the next call: what is under way is stored first. */
function listenForPauses(runId: string, show: (paused: boolean) => void): Pauses {
  let wanted = false;
  let noted = false;
  let isOver = false;
  setHandler(pauseAttendanceSignal, () => void (wanted = true));
  setHandler(resumeAttendanceSignal, () => void (wanted = false));

  async function write(): Promise<void> {
    for (;;) {
      await condition(() => isOver || wanted !== noted);
      if (isOver) return;
      const paused = wanted;
      await record.setAttendancePaused.executeWithOptions(
        { summary: paused ? attendanceSummaries.pause : attendanceSummaries.resume },
        [{ runId, paused }],
      );
      noted = paused;
      if (!isOver) show(paused);
    }
  }

  return {
    async during(work) {
      // A run that is cancelled while it is paused is cancelled.
      const writing = CancellationScope.nonCancellable(write);
      try {
        await work();
      } finally {
        isOver = true;
        await writing;
      }
    },
    over: () => condition(() => !wanted && !noted),
    found() {
      noted = true;
    },
  };
}

async function end(
  outcome: Parameters<AttendanceActivities['finishAttendance']>[0],
): ReturnType<AttendanceActivities['finishAttendance']> {
  const { phase } = outcome;
  const summary =
    phase === 'done' || phase === 'cancelled' ? attendanceSummaries[phase] : attendanceSummaries.failed;
  return CancellationScope.nonCancellable(() =>
    record.finishAttendance.executeWithOptions({ summary }, [outcome]),
  );
}

/** In a workflow of its own: an OA that is away fails no run. One that ends in this very moment is found by the worker. */
async function wakeDelivery(corpId: string): Promise<void> {
  const {
    signal: _,
    signalArgs: __,
    workflowId,
    ...start
  } = attendanceDeliveryStart(corpId, workflowInfo().taskQueue);
  const isNew = await unlessOneIsOpen(() =>
    startChild<typeof attendanceDelivery>(attendanceDeliveryType, {
      workflowId,
      args: start.args,
      typedSearchAttributes: start.typedSearchAttributes,
      staticSummary: start.staticSummary,
      parentClosePolicy: ParentClosePolicy.ABANDON,
    }),
  );
  if (isNew) return;
  try {
    await getExternalWorkflowHandle(attendanceDeliveryId(corpId)).signal(attendanceNewsSignal);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.info('the delivery had ended before it was told');
  }
}
