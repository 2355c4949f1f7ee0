import type { ScheduleDescription, WorkflowHandle } from '@temporalio/client';
import {
  Client,
  Connection,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  WorkflowExecutionAlreadyStartedError,
  WithStartWorkflowOperation,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { DecisionRefusal } from '../domain/departures/departure';
import type { Schedule } from '../domain/directory/settings';
import type { RecallRefusal } from '../domain/messages/message';
import type { AttendancePullInput, AttendanceScheduleOptions } from '../workflows/attendance.contract';
import {
  attendanceDeliveryStart,
  attendanceDeliveryType,
  attendancePullId,
  attendancePullType,
  attendanceScheduleId,
  attendanceScheduleOptions,
  pauseAttendanceSignal,
  resumeAttendanceSignal,
} from '../workflows/attendance.contract';
import type { DecisionMade, DepartureInput, DepartureResult } from '../workflows/departure.contract';
import {
  decideDepartureUpdate,
  departureChangedSignal,
  departureDeskStart,
  departureDeskType,
  departureStart,
  departureType,
} from '../workflows/departure.contract';
import type { DirectoryOaSyncInput } from '../workflows/directory-oa-sync.contract';
import { directoryOaSyncId, directoryOaSyncType } from '../workflows/directory-oa-sync.contract';
import {
  directoryEventsStart,
  directoryEventsType,
  eventsArrivedSignal,
} from '../workflows/directory-events.contract';
import type { DirectoryPullInput } from '../workflows/directory-pull.contract';
import { directoryPullId, directoryPullType } from '../workflows/directory-pull.contract';
import {
  approvalUpdate,
  createPushDoor,
  type PushAddress,
  type PushAnswer,
} from '../workflows/directory-push-door.contract';
import type { DirectoryPushInput, PushApproval } from '../workflows/directory-push.contract';
import {
  approvePushUpdate,
  directoryPushId,
  directoryPushType,
  pausePushUpdate,
  planRewrittenSignal,
  rejectPushUpdate,
  resumePushUpdate,
  snoozeNoticeSignal,
  supersedePushSignal,
} from '../workflows/directory-push.contract';
import type {
  AppHealthInput,
  MessageDigestInput,
  MessagePushInput,
  MessagePushResult,
  MessageRecallInput,
  RecallAsked,
  RecallDone,
} from '../workflows/message-push.contract';
import {
  appHealthStart,
  appHealthType,
  messageDigestStart,
  messageDigestType,
  messagePushStart,
  messagePushType,
  messageRecallStart,
  messageRecallType,
  probeAppSignal,
  recallPushUpdate,
} from '../workflows/message-push.contract';
import type { RunScheduleOptions, ScheduledDirection } from '../workflows/scheduled-runs.contract';
import { scheduleId, scheduleOptions } from '../workflows/scheduled-runs.contract';
import { bridgeCorp, bridgeFeature, bridgePhase, bridgeTrigger } from '../workflows/search-attributes';
import { bridgeTaskQueue } from '../workflows/task-queues';
import { todoStart, todoType } from '../workflows/todo.contract';

export type StartedWorkflow =
  | { readonly kind: 'started'; readonly workflowId: string; readonly temporalRunId: string }
  /** `runId` of the run that is open, when its memo could be read. */
  | { readonly kind: 'already-open'; readonly workflowId: string; readonly runId: string | undefined };

export type DecisionAnswer = 'accepted' | DecisionRefusal;

/** `still-at-it`: it was begun, and takes longer than anybody waits. */
export type RecallAnswer =
  | { readonly kind: 'done'; readonly done: RecallDone }
  | { readonly kind: 'refused'; readonly refusal: RecallRefusal }
  | { readonly kind: 'still-at-it' };

export type ScheduleState = {
  readonly paused: boolean;
  readonly note: string | null;
  readonly nextRuns: readonly Date[];
};

export interface TemporalGateway {
  startDirectoryPull(input: DirectoryPullInput & { readonly wecomCorpId: string }): Promise<StartedWorkflow>;
  startDirectoryPush(input: DirectoryPushInput & { readonly wecomCorpId: string }): Promise<StartedWorkflow>;
  startDirectoryOaSync(
    input: DirectoryOaSyncInput & { readonly wecomCorpId: string },
  ): Promise<StartedWorkflow>;
  approvePush(push: PushAddress, approval: PushApproval): Promise<PushAnswer>;
  rejectPush(push: PushAddress, by: string): Promise<PushAnswer>;
  pausePush(push: PushAddress): Promise<PushAnswer>;
  resumePush(push: PushAddress): Promise<PushAnswer>;
  /** These four are facts, not requests: false when the run's workflow has ended. */
  supersedePush(push: PushAddress): Promise<boolean>;
  snoozePush(push: PushAddress, until: Date): Promise<boolean>;
  tellPlanRewritten(
    push: PushAddress,
    plan: { readonly planHash: string; readonly held: number },
  ): Promise<boolean>;
  cancelPush(push: PushAddress): Promise<boolean>;
  /** Makes it, changes it or, for null, takes it away. A pause survives a change. */
  ensureSchedule(direction: ScheduledDirection, corpId: string, schedule: Schedule | null): Promise<void>;
  describeSchedule(direction: ScheduledDirection, corpId: string): Promise<ScheduleState | undefined>;
  /** False when there is no such schedule. `by`: id of the principal, all that Temporal is told of them. */
  pauseSchedule(direction: ScheduledDirection, corpId: string, by: string): Promise<boolean>;
  resumeSchedule(direction: ScheduledDirection, corpId: string, by: string): Promise<boolean>;
  startAttendancePull(
    input: AttendancePullInput & { readonly wecomCorpId: string },
  ): Promise<StartedWorkflow>;
  /** These two are facts: false when the run's workflow has ended. */
  pauseAttendance(run: PushAddress): Promise<boolean>;
  resumeAttendance(run: PushAddress): Promise<boolean>;
  /** Makes it, changes it or, without times, takes it away. A pause survives a change. */
  ensureAttendanceSchedule(rule: {
    readonly ruleId: string;
    readonly corpId: string;
    readonly schedule: Schedule | null;
  }): Promise<void>;
  describeAttendanceSchedule(ruleId: string): Promise<ScheduleState | undefined>;
  pauseAttendanceSchedule(ruleId: string, by: string): Promise<boolean>;
  resumeAttendanceSchedule(ruleId: string, by: string): Promise<boolean>;
  /** There is something to tell the OA, or somebody wants it tried at once. */
  tellAttendanceDelivery(corpId: string): Promise<void>;
  /** There are events in the corp's inbox: its workflow is told, and started where it has ended. */
  tellDirectoryEvents(corpId: string): Promise<void>;
  /** There is a new departure: the member's workflow and the corp's desk get to know of it. */
  tellDeparture(departure: DepartureInput): Promise<void>;
  /** What a departure wants is looked at now, not by the worker's next sweep. */
  wakeDepartureDesk(corpId: string): Promise<void>;
  /** `updateId`: the same one again, after a lost answer, decides once. */
  decideDeparture(departure: DepartureInput, made: DecisionMade, updateId: string): Promise<DecisionAnswer>;
  /** Its rows are committed; the worker's sweep finds those that could not be started here. */
  startPush(push: MessagePushInput): Promise<void>;
  /** The one of this target and moment: further pushes gathered for it start nothing. */
  startDigest(digest: MessageDigestInput): Promise<void>;
  /** `updateId`: the same one again, after a lost answer, recalls once. */
  recallPush(push: MessagePushInput, asked: RecallAsked, updateId: string): Promise<RecallAnswer>;
  startMessageRecall(recall: MessageRecallInput): Promise<void>;
  /** Somebody says that a paused app was put right: WeCom is asked now. */
  probeApp(app: AppHealthInput): Promise<void>;
  /** A tap or a settlement stands in the row of this task. */
  tellTodo(taskId: string): Promise<void>;
  /** False when no such workflow is open any more. */
  cancel(workflowId: string, temporalRunId: string | null): Promise<boolean>;
  /** Throws while the server can't be reached. */
  ping(): Promise<{ readonly serverVersion: string }>;
  /** Workers that asked for work a moment ago. */
  countWorkers(): Promise<number>;
  close(): Promise<void>;
}

/** A person is waiting; gRPC keeps trying to connect until then. */
const callDeadlineMs = 5_000;
const probeDeadlineMs = 2_000;
/** A worker has to answer, and may have to replay a long run first. */
const updateDeadlineMs = 15_000;
/** What is to be started stands in its row already: better answered soon than waited for. */
const startDeadlineMs = 2_000;
const nextRunsShown = 5;

/** A worker polls every minute at the latest. */
const workerSeenWithinMs = 90_000;

export function createTemporalGateway({
  address,
  namespace,
  tls,
  apiKey,
  taskQueue = bridgeTaskQueue,
}: {
  readonly address: string;
  readonly namespace: string;
  readonly tls: boolean;
  readonly apiKey: string | undefined;
  readonly taskQueue?: string;
}): TemporalGateway {
  // Lazy: the API starts and answers while Temporal is away, and the channel reconnects by itself.
  const connection = Connection.lazy({
    address,
    ...(tls || apiKey !== undefined ? { tls: true } : {}),
    ...(apiKey === undefined ? {} : { apiKey }),
  });
  const client = new Client({ connection, namespace });
  const within = <T>(deadlineMs: number, call: () => Promise<T>): Promise<T> =>
    connection.withDeadline(Date.now() + deadlineMs, call);
  const pushes = createPushDoor((workflowId) => client.workflow.getHandle(workflowId), {
    withinCall: (call) => within(callDeadlineMs, call),
    withinUpdate: (call) => within(updateDeadlineMs, call),
  });

  return {
    startDirectoryPull: ({ wecomCorpId, ...input }) =>
      startRun(input, {
        workflowType: directoryPullType,
        workflowId: directoryPullId(input.corpId),
        feature: 'directory-pull',
        summary: `读取通讯录 · Directory pull · ${wecomCorpId} · ${input.mode}`,
      }),

    startDirectoryPush: ({ wecomCorpId, ...input }) =>
      startRun(input, {
        workflowType: directoryPushType,
        workflowId: directoryPushId(input.corpId),
        feature: 'directory-push',
        summary: `推送通讯录 · Directory push · ${wecomCorpId} · ${input.mode}`,
      }),

    startDirectoryOaSync: ({ wecomCorpId, ...input }) =>
      startRun(input, {
        workflowType: directoryOaSyncType,
        workflowId: directoryOaSyncId(input.corpId),
        feature: 'directory-pull',
        summary: `同步到 OA · Sync to OA · ${wecomCorpId} · ${input.mode}`,
      }),

    startAttendancePull: ({ wecomCorpId, ...input }) =>
      startRun(input, {
        workflowType: attendancePullType,
        workflowId: attendancePullId(input.corpId, input.ruleId),
        feature: 'attendance-pull',
        summary: `读取打卡 · Attendance pull · ${wecomCorpId}`,
      }),
    pauseAttendance: (run) => pushes.tell(run, (handle) => handle.signal(pauseAttendanceSignal)),
    resumeAttendance: (run) => pushes.tell(run, (handle) => handle.signal(resumeAttendanceSignal)),

    approvePush: (push, approval) =>
      pushes.update(push, (handle) => handle.executeUpdate(approvePushUpdate, approvalUpdate(approval))),
    rejectPush: (push, by) =>
      pushes.update(push, (handle) => handle.executeUpdate(rejectPushUpdate, { args: [{ by }] })),
    pausePush: (push) => pushes.update(push, (handle) => handle.executeUpdate(pausePushUpdate)),
    resumePush: (push) => pushes.update(push, (handle) => handle.executeUpdate(resumePushUpdate)),

    supersedePush: (push) => pushes.tell(push, (handle) => handle.signal(supersedePushSignal)),
    snoozePush: (push, until) =>
      pushes.tell(push, (handle) => handle.signal(snoozeNoticeSignal, { until: until.toISOString() })),
    tellPlanRewritten: (push, plan) =>
      pushes.tell(push, (handle) => handle.signal(planRewrittenSignal, plan)),
    cancelPush: (push) => pushes.tell(push, (handle) => handle.cancel()),

    ensureSchedule: (direction, corpId, schedule) =>
      setSchedule(
        scheduleId(direction, corpId),
        schedule === null ? null : scheduleOptions(direction, corpId, schedule, taskQueue),
      ),
    describeSchedule: (direction, corpId) => stateOfSchedule(scheduleId(direction, corpId)),
    pauseSchedule: (direction, corpId, by) => pauseOf(scheduleId(direction, corpId), by),
    resumeSchedule: (direction, corpId, by) => endPauseOf(scheduleId(direction, corpId), by),

    ensureAttendanceSchedule: ({ ruleId, corpId, schedule }) =>
      setSchedule(
        attendanceScheduleId(ruleId),
        schedule === null ? null : attendanceScheduleOptions({ ruleId, corpId, schedule }, taskQueue),
      ),
    describeAttendanceSchedule: (ruleId) => stateOfSchedule(attendanceScheduleId(ruleId)),
    pauseAttendanceSchedule: (ruleId, by) => pauseOf(attendanceScheduleId(ruleId), by),
    resumeAttendanceSchedule: (ruleId, by) => endPauseOf(attendanceScheduleId(ruleId), by),

    async tellAttendanceDelivery(corpId) {
      await within(startDeadlineMs, () =>
        client.workflow.signalWithStart(attendanceDeliveryType, attendanceDeliveryStart(corpId, taskQueue)),
      );
    },

    async tellDirectoryEvents(corpId) {
      await within(callDeadlineMs, () =>
        client.workflow.signalWithStart(directoryEventsType, {
          ...directoryEventsStart(corpId, taskQueue),
          signal: eventsArrivedSignal,
        }),
      );
    },

    async tellDeparture(departure) {
      await within(callDeadlineMs, () =>
        client.workflow.signalWithStart(departureType, {
          ...departureStart(departure, taskQueue),
          signal: departureChangedSignal,
          signalArgs: [],
        }),
      );
    },

    async wakeDepartureDesk(corpId) {
      await within(callDeadlineMs, () =>
        client.workflow.start(departureDeskType, departureDeskStart(corpId, taskQueue)),
      );
    },

    async decideDeparture(departure, made, updateId) {
      const decide = () =>
        within(updateDeadlineMs, () =>
          client.workflow.executeUpdateWithStart(decideDepartureUpdate, {
            args: [made],
            updateId,
            startWorkflowOperation: new WithStartWorkflowOperation<
              (input: DepartureInput) => Promise<DepartureResult>
            >(departureType, departureStart(departure, taskQueue)),
          }),
        );
      for (let attempt = 1; ; attempt += 1) {
        try {
          await decide();
          return 'accepted';
        } catch (error) {
          const refusal = refusalIn(error, isDecisionRefusal);
          if (refusal !== undefined) return refusal;
          // It was about to end when it was asked: another one begins and answers.
          if (attempt > 2 || !hasEndedMeanwhile(error)) throw error;
        }
      }
    },

    async startPush(push) {
      await within(startDeadlineMs, () =>
        client.workflow.start(messagePushType, messagePushStart(push, taskQueue)),
      );
    },

    async startDigest(digest) {
      await within(startDeadlineMs, () =>
        client.workflow.start(messageDigestType, messageDigestStart(digest, taskQueue, Date.now())),
      );
    },

    async recallPush(push, asked, updateId) {
      const recall = () =>
        within(updateDeadlineMs, () =>
          client.workflow.executeUpdateWithStart(recallPushUpdate, {
            args: [asked],
            updateId,
            startWorkflowOperation: new WithStartWorkflowOperation<
              (input: MessagePushInput) => Promise<MessagePushResult>
            >(messagePushType, messagePushStart(push, taskQueue)),
          }),
        );
      for (let attempt = 1; ; attempt += 1) {
        try {
          return { kind: 'done', done: await recall() };
        } catch (error) {
          const refusal = refusalIn(error, isRecallRefusal);
          if (refusal !== undefined) return { kind: 'refused', refusal };
          if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return { kind: 'still-at-it' };
          // It was about to end when it was asked: another one begins and answers.
          if (attempt > 2 || !hasEndedMeanwhile(error)) throw error;
        }
      }
    },

    async startMessageRecall(recall) {
      await within(startDeadlineMs, () =>
        client.workflow.start(messageRecallType, messageRecallStart(recall, taskQueue)),
      );
    },

    async probeApp(app) {
      await within(callDeadlineMs, () =>
        client.workflow.signalWithStart(appHealthType, {
          ...appHealthStart(app),
          taskQueue,
          signal: probeAppSignal,
          signalArgs: [],
        }),
      );
    },

    async tellTodo(taskId) {
      await within(startDeadlineMs, () =>
        client.workflow.signalWithStart(todoType, todoStart({ taskId }, taskQueue)),
      );
    },

    async cancel(workflowId, temporalRunId) {
      const handle = client.workflow.getHandle(workflowId, temporalRunId ?? undefined);
      try {
        await within(callDeadlineMs, () => handle.cancel());
        return true;
      } catch (error) {
        if (isNotFound(error)) return false;
        throw error;
      }
    },

    async ping() {
      const info = await within(probeDeadlineMs, () => connection.workflowService.getSystemInfo({}));
      return { serverVersion: info.serverVersion };
    },

    async countWorkers() {
      const { pollers } = await within(probeDeadlineMs, () =>
        connection.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: taskQueue },
          taskQueueType: 1, // workflow tasks
        }),
      );
      const seen = pollers.filter(({ lastAccessTime }) => {
        const seconds = Number(lastAccessTime?.seconds ?? 0);
        return Date.now() - seconds * 1000 < workerSeenWithinMs;
      });
      return new Set(seen.map(({ identity }) => identity)).size;
    },

    async close() {
      await connection.close();
    },
  };

  async function setSchedule(
    id: string,
    options: RunScheduleOptions | AttendanceScheduleOptions | null,
  ): Promise<void> {
    const handle = client.schedule.getHandle(id);
    if (options === null) {
      await ifThere(within(callDeadlineMs, () => handle.delete()));
      return;
    }
    try {
      await within(callDeadlineMs, () => client.schedule.create(options));
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      const { scheduleId: _, ...changed } = options;
      await within(callDeadlineMs, () => handle.update(({ state }) => ({ ...changed, state })));
    }
  }

  async function stateOfSchedule(id: string): Promise<ScheduleState | undefined> {
    const handle = client.schedule.getHandle(id);
    let description: ScheduleDescription;
    try {
      description = await within(callDeadlineMs, () => handle.describe());
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    }
    const { state, info } = description;
    return {
      paused: state.paused,
      note: state.note === undefined || state.note === '' ? null : state.note,
      nextRuns: info.nextActionTimes.slice(0, nextRunsShown),
    };
  }

  function pauseOf(id: string, note: string): Promise<boolean> {
    return ifThere(within(callDeadlineMs, () => client.schedule.getHandle(id).pause(note)));
  }

  function endPauseOf(id: string, note: string): Promise<boolean> {
    return ifThere(within(callDeadlineMs, () => client.schedule.getHandle(id).unpause(note)));
  }

  async function startRun(
    input: DirectoryPullInput | DirectoryPushInput | DirectoryOaSyncInput | AttendancePullInput,
    run: {
      readonly workflowType: string;
      readonly workflowId: string;
      readonly feature: string;
      readonly summary: string;
    },
  ): Promise<StartedWorkflow> {
    const { workflowId } = run;
    try {
      const handle = await within(callDeadlineMs, () =>
        client.workflow.start(run.workflowType, {
          taskQueue,
          workflowId,
          args: [input],
          workflowIdConflictPolicy: 'FAIL',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          memo: { runId: input.runId },
          typedSearchAttributes: [
            { key: bridgeCorp, value: input.corpId },
            { key: bridgeFeature, value: run.feature },
            { key: bridgePhase, value: 'reading' },
            { key: bridgeTrigger, value: input.trigger },
          ],
          staticSummary: run.summary,
        }),
      );
      return { kind: 'started', workflowId, temporalRunId: handle.firstExecutionRunId };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      return {
        kind: 'already-open',
        workflowId,
        runId: await runIdOf(client.workflow.getHandle(workflowId)),
      };
    }
  }

  async function runIdOf(handle: WorkflowHandle): Promise<string | undefined> {
    try {
      const { memo } = await within(callDeadlineMs, () => handle.describe());
      return typeof memo?.['runId'] === 'string' ? memo['runId'] : undefined;
    } catch (error) {
      // It ended in this very moment.
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

const decisionRefusals: Readonly<Record<DecisionRefusal, true>> = {
  'departure-closed': true,
  'no-date': true,
  'not-held': true,
  'not-releasable': true,
  'in-progress': true,
  'not-disabled-yet': true,
};

const recallRefusalCodes: Readonly<Record<RecallRefusal, true>> = {
  'already-recalled': true,
  'recall-too-late': true,
  'nothing-sent': true,
  'in-digest': true,
};

/** The code with which a workflow refused an update. */
function refusalIn<Code extends string>(
  error: unknown,
  isCode: (code: unknown) => code is Code,
): Code | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined;
  for (let cause = error.cause; cause !== undefined; cause = cause.cause as Error | undefined) {
    if (!(cause instanceof ApplicationFailure)) continue;
    const code = [cause.type, cause.message].find(isCode);
    if (code !== undefined) return code;
  }
  return undefined;
}

function isRecallRefusal(code: unknown): code is RecallRefusal {
  return typeof code === 'string' && Object.hasOwn(recallRefusalCodes, code);
}

function isDecisionRefusal(code: unknown): code is DecisionRefusal {
  return typeof code === 'string' && Object.hasOwn(decisionRefusals, code);
}

function hasEndedMeanwhile(error: unknown): boolean {
  if (isNotFound(error)) return true;
  return (
    error instanceof WorkflowUpdateFailedError &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === 'AcceptedUpdateCompletedWorkflow'
  );
}

async function ifThere(change: Promise<unknown>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === 'WorkflowNotFoundError';
}
