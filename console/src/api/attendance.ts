import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { DayRange, ExceptionCode, NewAttendanceSettings, RawRow } from './attendance-values';
import { call, callFile, type Page, randomKey, type WecomAnswer } from './client';
import { isOpen, type Run, type RunPhase } from './runs';
import type { Schedule } from './settings';

export { punchExceptions, reportExceptions } from './attendance-values';
export type { DayRange, ExceptionCode, NewAttendanceSettings, RawRow } from './attendance-values';

export const punchKinds = ['all', 'work', 'outing'] as const;
export type PunchKinds = (typeof punchKinds)[number];

export const kindCodes = ['on-duty', 'off-duty', 'outing', 'other'] as const;
export type KindCode = (typeof kindCodes)[number];

export const attendanceSources = ['punches', 'daily', 'monthly'] as const;
export type AttendanceSource = (typeof attendanceSources)[number];
export type AttendanceSources = Readonly<Record<AttendanceSource, boolean>>;

export const periods = ['daily', 'monthly'] as const;
export type Period = (typeof periods)[number];

export const recordStates = ['current', 'superseded', 'all'] as const;
export type RecordState = (typeof recordStates)[number];

// ---------------------------------------------------------------- settings

export interface AttendanceCheck {
  readonly ok: boolean;
  readonly at: string;
  readonly message: string | null;
  readonly advice: string | null;
  readonly wecom: WecomAnswer | null;
}

export interface AttendanceSettings {
  readonly appId: string | null;
  readonly hasSecret: boolean;
  readonly timezone: string;
  /** HH:MM */
  readonly dayStartsAt: string;
  readonly configured: boolean;
  readonly check: AttendanceCheck | null;
  readonly credential: 'app' | 'system-secret' | null;
  /** What to click in WeCom's admin console, in the reader's language. */
  readonly advice: string | null;
}

// ---------------------------------------------------------------- rules

export interface AttendanceScope {
  readonly departments: readonly number[];
  readonly userIds: readonly string[];
  readonly excludeUserIds: readonly string[];
}

export interface NewAttendanceRule {
  readonly name: string;
  readonly scope: AttendanceScope;
  readonly kinds: PunchKinds;
  readonly reads: AttendanceSources;
  readonly schedule: Schedule | null;
  readonly lookBackDays: number;
  readonly enabled: boolean;
}

/** The days a run was to read, and how it ended. */
export interface LastAttendanceRun extends DayRange {
  readonly id: string;
  readonly phase: RunPhase;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

export interface AttendanceRule extends NewAttendanceRule {
  readonly ruleId: string;
  readonly paused: boolean;
  readonly pauseNote: string | null;
  readonly nextRuns: readonly string[];
  readonly lastRun: LastAttendanceRun | null;
  /** Scheduled days that no run has read. */
  readonly openGaps: readonly DayRange[];
  readonly people: number;
}

// ---------------------------------------------------------------- runs

export interface NewAttendanceRun extends DayRange {
  readonly userIds?: readonly string[];
  readonly ruleId?: string;
  readonly kinds?: PunchKinds;
  readonly reads?: AttendanceSources;
  readonly acceptLoss?: boolean;
}

/** Of a run of the direction "attendance". */
export interface AttendanceFacts extends DayRange {
  readonly ruleId: string | null;
  readonly ruleName: string | null;
  /** Who was asked for by name. */
  readonly userIds: readonly string[] | null;
  readonly kinds: PunchKinds;
  readonly reads: AttendanceSources;
  readonly timezone: string;
  readonly dayStartsAt: string;
  readonly acceptLoss: boolean;
  readonly people: number;
  readonly counts: Readonly<Partial<Record<AttendanceCount, number>>>;
  readonly unknownPeople: readonly UnknownPerson[];
  readonly heldBack: readonly HeldBack[];
  readonly paused: boolean;
}

export const attendanceCounts = [
  'read',
  'new',
  'changed',
  'superseded',
  'unchanged',
  'heldBack',
  'unknownPeople',
  'unbound',
] as const;
export type AttendanceCount = (typeof attendanceCounts)[number];

export interface UnknownPerson {
  readonly userId: string;
  readonly errcode: number | null;
  readonly message: string;
}

/** Days of which so many rows were missing that they were left as they are. */
export interface HeldBack extends DayRange {
  readonly people: number;
}

// ---------------------------------------------------------------- records and reports

/** As the calendar shows one. */
export interface Punch {
  readonly recordId: string;
  readonly at: string;
  /** In WeCom's own words. */
  readonly kind: string;
  readonly kindCode: KindCode;
  readonly exception: string | null;
  readonly exceptions: readonly ExceptionCode[];
  readonly location: string | null;
  readonly mediaIds: readonly string[];
  readonly scheduledAt: string | null;
  readonly state: 'current' | 'superseded';
}

export interface AttendanceRecord extends Punch {
  readonly userId: string;
  /** Where the member is bound. */
  readonly oaUserId?: string;
  readonly name: string | null;
  /** The corp's day it belongs to. */
  readonly day: string;
  readonly groupName: string | null;
  readonly deviceId: string | null;
  readonly timelineId: string;
  readonly groupId: string;
  readonly version: number;
  readonly supersededAt: string | null;
  readonly raw: RawRow;
}

export interface PastRecord {
  readonly version: number;
  readonly became: 'changed' | 'superseded' | 'returned';
  readonly changedAt: string;
  readonly runId: string;
  readonly raw: RawRow;
}

export interface AttendanceRecordDetails extends AttendanceRecord {
  readonly past: readonly PastRecord[];
}

/** WeCom's own reckoning of somebody's day or month. */
export interface Reckoning {
  readonly reportId: string;
  readonly period: Period;
  /** The first of the month for a month. */
  readonly day: string;
  readonly exceptions: readonly ExceptionCode[];
  readonly exceptionCounts: readonly {
    readonly code: ExceptionCode;
    readonly count: number;
    readonly seconds: number;
  }[];
  readonly punches: number | null;
  readonly earliestAt: string | null;
  readonly latestAt: string | null;
  readonly workSeconds: number | null;
  readonly standardSeconds: number | null;
  readonly workDays: number | null;
  readonly regularDays: number | null;
  readonly exceptionDays: number | null;
  readonly isRest: boolean | null;
  readonly groupName: string | null;
  /** Leave, trips and corrections, in WeCom's own words. */
  readonly notes: readonly string[];
  readonly state: 'current' | 'superseded';
  readonly version: number;
  readonly supersededAt: string | null;
  readonly raw: RawRow;
}

export interface AttendanceReport extends Reckoning {
  readonly userId: string;
  readonly oaUserId?: string;
  readonly name: string | null;
}

export interface RecordFilter {
  readonly userId?: string | undefined;
  readonly q?: string | undefined;
  readonly kind?: KindCode | undefined;
  /** Codes with commas between, or "any". */
  readonly exception?: string | undefined;
  /** YYYY-MM-DD: days of the corp, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly state?: RecordState | undefined;
}

export interface CalendarDay {
  readonly day: string;
  /** The oldest first. */
  readonly punches: readonly Punch[];
  readonly exceptions: readonly ExceptionCode[];
  readonly report: Reckoning | null;
  /** Null where no report says so. */
  readonly isRest: boolean | null;
}

export interface MemberCalendar {
  readonly userId: string;
  readonly name: string | null;
  readonly month: string;
  readonly timezone: string;
  readonly days: readonly CalendarDay[];
  readonly report: Reckoning | null;
}

// ---------------------------------------------------------------- how it stands

export interface DeliveryStream {
  /** Changes the OA has still to be told of. */
  readonly pending: number;
  readonly attempts: number;
  readonly failingSince: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly lastToldAt: string | null;
}

export interface OpenGap extends DayRange {
  readonly ruleId: string;
  readonly ruleName: string;
  readonly noticedAt: string;
}

export interface AttendanceSummary {
  readonly today: {
    readonly day: string;
    readonly records: number;
    readonly exceptions: Readonly<Partial<Record<ExceptionCode, number>>>;
    readonly people: number;
  };
  readonly lastRun: LastAttendanceRun | null;
  readonly delivery: Readonly<Record<'punches' | 'reports', DeliveryStream>>;
  readonly waitingForBinding: { readonly people: number; readonly records: number };
  readonly openGaps: readonly OpenGap[];
}

// ---------------------------------------------------------------- calls

const at = (corpId: string, rest: string) => `/corps/${encodeURIComponent(corpId)}/attendance${rest}`;
const ruleAt = (corpId: string, ruleId: string, rest = '') =>
  at(corpId, `/rules/${encodeURIComponent(ruleId)}${rest}`);

export const attendanceKey = (corpId: string) => ['corps', corpId, 'attendance'] as const;

const busyEveryMs = 1_500;
const quietEveryMs = 30_000;

export const attendanceSettingsQuery = (corpId: string) =>
  queryOptions({
    queryKey: [...attendanceKey(corpId), 'settings'],
    queryFn: ({ signal }) => call<AttendanceSettings>('GET', at(corpId, '/settings'), { signal }),
    staleTime: 30_000,
  });

export const saveAttendanceSettings = (
  corpId: string,
  settings: NewAttendanceSettings,
): Promise<AttendanceSettings> => call('PUT', at(corpId, '/settings'), { body: settings });

export const checkAttendance = (corpId: string): Promise<AttendanceSettings> =>
  call('POST', at(corpId, '/settings/check'));

export const attendanceSummaryQuery = (corpId: string) =>
  queryOptions({
    queryKey: [...attendanceKey(corpId), 'summary'],
    queryFn: ({ signal }) => call<AttendanceSummary>('GET', at(corpId, '/summary'), { signal }),
    refetchInterval: ({ state }) => {
      const { lastRun, delivery } = state.data ?? {};
      const moves =
        (lastRun && isOpen(lastRun)) || (delivery && delivery.punches.pending + delivery.reports.pending > 0);
      return moves ? busyEveryMs * 2 : quietEveryMs;
    },
  });

export const attendanceRulesQuery = (corpId: string) =>
  queryOptions({
    queryKey: [...attendanceKey(corpId), 'rules'],
    queryFn: async ({ signal }) =>
      (await call<Page<AttendanceRule>>('GET', at(corpId, '/rules'), { signal })).items,
    refetchInterval: quietEveryMs,
  });

export const createAttendanceRule = (corpId: string, rule: NewAttendanceRule): Promise<AttendanceRule> =>
  call('POST', at(corpId, '/rules'), { body: rule });
export const replaceAttendanceRule = (
  corpId: string,
  ruleId: string,
  rule: NewAttendanceRule,
): Promise<AttendanceRule> => call('PUT', ruleAt(corpId, ruleId), { body: rule });
export const removeAttendanceRule = (corpId: string, ruleId: string): Promise<void> =>
  call('DELETE', ruleAt(corpId, ruleId));
export const pauseAttendanceRule = (corpId: string, ruleId: string, note: string): Promise<unknown> =>
  call('POST', ruleAt(corpId, ruleId, '/pause'), { body: note === '' ? {} : { note } });
export const resumeAttendanceRule = (corpId: string, ruleId: string): Promise<unknown> =>
  call('POST', ruleAt(corpId, ruleId, '/resume'));

export interface AttendanceRunFilter {
  readonly ruleId?: string | undefined;
  readonly phase?: RunPhase | undefined;
}

export const attendanceRunsQuery = (corpId: string, filter: AttendanceRunFilter) =>
  infiniteQueryOptions({
    queryKey: [...attendanceKey(corpId), 'runs', filter],
    queryFn: ({ signal, pageParam }) =>
      call<Page<Run>>('GET', at(corpId, '/runs'), {
        signal,
        query: { ...filter, cursor: pageParam, limit: 20 },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isOpen)) ? busyEveryMs : quietEveryMs,
  });

/** One key per click: a repeat after a lost answer finds the run that the first attempt started. */
export const startAttendanceRun = (
  corpId: string,
  run: NewAttendanceRun,
): Promise<{ runId: string; workflowId: string }> =>
  call('POST', at(corpId, '/runs'), { body: run, headers: { 'idempotency-key': randomKey() } });

export const recordsQuery = (corpId: string, filter: RecordFilter) =>
  infiniteQueryOptions({
    queryKey: [...attendanceKey(corpId), 'records', filter],
    queryFn: ({ signal, pageParam }) =>
      call<Page<AttendanceRecord>>('GET', at(corpId, '/records'), {
        signal,
        query: { ...filter, cursor: pageParam, limit: 50 },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const recordQuery = (corpId: string, recordId: string) =>
  queryOptions({
    queryKey: [...attendanceKey(corpId), 'record', recordId],
    queryFn: ({ signal }) =>
      call<AttendanceRecordDetails>('GET', at(corpId, `/records/${encodeURIComponent(recordId)}`), {
        signal,
      }),
  });

export const reportsQuery = (corpId: string, period: Period, filter: RecordFilter) =>
  infiniteQueryOptions({
    queryKey: [...attendanceKey(corpId), 'reports', period, filter],
    queryFn: ({ signal, pageParam }) =>
      call<Page<AttendanceReport>>('GET', at(corpId, '/reports'), {
        signal,
        query: { ...filter, period, cursor: pageParam, limit: 50 },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const exportFormats = ['xlsx', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const fetchAttendanceFile = (
  corpId: string,
  period: Period | undefined,
  filter: RecordFilter,
  format: ExportFormat,
) =>
  callFile(at(corpId, period === undefined ? '/records/export' : '/reports/export'), {
    ...filter,
    period,
    format,
  });

export const calendarQuery = (corpId: string, userId: string, month: string) =>
  queryOptions({
    queryKey: [...attendanceKey(corpId), 'calendar', userId, month],
    queryFn: ({ signal }) =>
      call<MemberCalendar>('GET', at(corpId, `/members/${encodeURIComponent(userId)}/calendar`), {
        signal,
        query: { month },
      }),
  });

/** Kept by WeCom for three days. */
export const fetchPhoto = (corpId: string, mediaId: string) =>
  callFile(at(corpId, `/photos/${encodeURIComponent(mediaId)}`));

export const tellOaNow = (corpId: string): Promise<unknown> => call('POST', at(corpId, '/delivery/retry'));
