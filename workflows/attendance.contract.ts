import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { AttendanceCounts } from '../domain/attendance/attendance';
import type { Schedule } from '../domain/directory/settings';
import type { RunTrigger } from './directory-pull.contract';
import { catchupWindow } from './scheduled-runs.contract';
import { bridgeCorp, bridgeFeature } from './search-attributes';
import { oneAtATime } from './start-options';

export const attendancePullType = 'attendancePull';
export const scheduledAttendanceType = 'scheduledAttendance';
export const attendanceDeliveryType = 'attendanceDelivery';

/** One run at a time of each rule, and one of those asked for without a rule. */
export function attendancePullId(corpId: string, ruleId: string | null): string {
  return ruleId === null ? `attendance-pull:${corpId}` : `attendance-pull:${corpId}:${ruleId}`;
}

const schedulePrefix = 'attendance-schedule:';

export const attendanceScheduleId = (ruleId: string): string => `${schedulePrefix}${ruleId}`;

/** Undefined for the id of any other schedule. */
export function ruleOfScheduleId(id: string): string | undefined {
  return id.startsWith(schedulePrefix) && id.length > schedulePrefix.length
    ? id.slice(schedulePrefix.length)
    : undefined;
}

/** Tells the OA, as long as there is something to tell; woken by runs and by the worker's sweep. */
export const attendanceDeliveryId = (corpId: string): string => `attendance-delivery:${corpId}`;

export interface AttendancePullInput {
  /** The bridge's own corp id. */
  readonly corpId: string;
  readonly runId: string;
  /** What is read stands in the run's rows. A run that no person asked for has its rows made by the workflow. */
  readonly ruleId: string | null;
  readonly trigger: RunTrigger;
  /** Id of the console user or API token; never a name. */
  readonly requestedBy: string;
}

export interface AttendancePullResult {
  readonly runId: string;
  readonly outcome: 'done' | 'cancelled';
  readonly counts: AttendanceCounts;
}

export interface ScheduledAttendanceInput {
  readonly corpId: string;
  readonly ruleId: string;
}

export interface AttendanceDeliveryInput {
  readonly corpId: string;
  /** Of an earlier history. */
  readonly told?: number;
  readonly attempts?: number;
  /** From so many events on it goes on under a fresh history. */
  readonly eventsPerHistory?: number;
}

export interface AttendanceDeliveryResult {
  /** Punches and reports. */
  readonly told: number;
}

export type AttendancePhase = 'planning' | 'reading' | 'paused' | 'done' | 'failed' | 'cancelled';

export interface AttendanceProgress {
  readonly phase: AttendancePhase;
  /** Calls to WeCom. */
  readonly unitsDone: number;
  readonly units: number;
  readonly rows: number;
}

export const attendanceProgressQuery = defineQuery<AttendanceProgress>('attendanceProgress');
export const pauseAttendanceSignal = defineSignal('pauseAttendance');
export const resumeAttendanceSignal = defineSignal('resumeAttendance');
/** There is something new to tell, or an administrator wants it tried now. */
export const attendanceNewsSignal = defineSignal('attendanceNews');

/** In the shape the client takes, as that of a directory's runs. */
export type AttendanceScheduleOptions = {
  readonly scheduleId: string;
  readonly spec: { readonly cronExpressions: string[]; readonly timezone: string };
  readonly policies: { readonly overlap: 'SKIP'; readonly catchupWindow: string };
  readonly action: {
    readonly type: 'startWorkflow';
    readonly workflowType: string;
    readonly workflowId: string;
    readonly taskQueue: string;
    readonly args: [ScheduledAttendanceInput];
    readonly memo: { readonly cron: string; readonly timezone: string };
    readonly staticSummary: string;
  };
};

export type ScheduledRule = ScheduledAttendanceInput & { readonly schedule: Schedule };

export function attendanceScheduleOptions(
  { ruleId, corpId, schedule: { cron, timezone } }: ScheduledRule,
  taskQueue: string,
): AttendanceScheduleOptions {
  return {
    scheduleId: attendanceScheduleId(ruleId),
    spec: { cronExpressions: [cron], timezone },
    policies: { overlap: 'SKIP', catchupWindow },
    action: {
      type: 'startWorkflow',
      workflowType: scheduledAttendanceType,
      workflowId: `scheduled-attendance:${ruleId}`,
      taskQueue,
      args: [{ corpId, ruleId }],
      // Temporal gives a cron expression back in another form: this is what a schedule is compared by.
      memo: { cron, timezone },
      staticSummary: '定时读取打卡 · scheduled attendance pull',
    },
  };
}

/** How the corp's delivery is started or woken, by whoever has something for it. */
export function attendanceDeliveryStart(corpId: string, taskQueue: string) {
  return {
    taskQueue,
    workflowId: attendanceDeliveryId(corpId),
    args: [{ corpId }] as [AttendanceDeliveryInput],
    ...oneAtATime,
    typedSearchAttributes: [
      { key: bridgeCorp, value: corpId },
      { key: bridgeFeature, value: 'attendance-delivery' },
    ],
    staticSummary: '把打卡告知 OA · Attendance to the OA',
    signal: attendanceNewsSignal,
    signalArgs: [] as [],
  };
}
