import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { SettingsDifference } from '../settings/differences';
import { call, type Page } from './client';
import type { Run } from './runs';

export interface Schedule {
  readonly cron: string;
  readonly timezone: string;
}

export type FieldSource = string | { readonly expression: string };

export interface FieldMapping {
  readonly to: string;
  readonly from: FieldSource;
}

export interface MatchRule {
  readonly oaField: string;
  readonly wecomField: string;
}

export interface MaintenanceWindow {
  /** 1 is Monday. */
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
}

export const noticeEvents = [
  'needs-approval',
  'blocked',
  'failed',
  'paused',
  'expired',
  'schedule-skipped',
  'attendance-gap',
  'attendance-held',
  'departures-due',
  'departures-held',
  'app-paused',
  'app-resumed',
  'done',
] as const;
export type NoticeEvent = (typeof noticeEvents)[number];

export interface WebhookNotice {
  readonly kind: 'webhook';
  readonly name: string;
  /** What was stored is shown shortened; sent back like that, it stays as it is. */
  readonly url: string;
  readonly secret?: string | null;
  readonly hasSecret?: boolean;
  readonly events: readonly NoticeEvent[];
}

/** As a message in WeCom. */
export interface MessageNotice {
  readonly kind: 'message';
  readonly name: string;
  readonly appId: string;
  readonly userIds: readonly string[];
  readonly events: readonly NoticeEvent[];
}

export type Notice = WebhookNotice | MessageNotice;

export const limitNames = [
  'maxDecrease',
  'maxDeletes',
  'maxDisables',
  'maxDeletePercent',
  'maxBranchPercent',
  'maxDepartmentDeletes',
  'maxMoves',
  'maxCleared',
] as const;
export type LimitName = (typeof limitNames)[number];

export interface PushSettings {
  readonly topDepartmentId: number | null;
  readonly createUsers: boolean;
  readonly inviteUsers: boolean;
  readonly includePartTimeDepartments: boolean;
  readonly departmentsFullyFromOa: boolean;
  readonly departed: {
    readonly action: 'disable' | 'delete';
    readonly immediate: boolean;
    readonly deleteAfterDays: number | null;
    /** HH:MM in the corp's time zone. */
    readonly deletionTime: string;
    readonly holdForHandOver: boolean;
    readonly moveToDepartment: { readonly enabled: boolean; readonly name: string };
  };
  readonly userIdFrom: string;
  readonly match: readonly MatchRule[];
  readonly leaders: boolean;
  readonly fieldMapping: readonly FieldMapping[];
  readonly externalMapping: readonly FieldMapping[];
  readonly scope: {
    readonly subcompanies: readonly string[];
    readonly departments: readonly string[];
    readonly includeUsers: readonly string[];
    readonly excludeUsers: readonly string[];
    readonly outOfScope: 'depart' | 'delete' | 'keep';
  };
  readonly guard: { readonly [L in LimitName]: number | null } & {
    readonly percentFrom: number;
    readonly protectedUsers: readonly string[];
    readonly onExceed: 'hold-risky' | 'stop';
  };
  readonly approval: {
    readonly required: 'never' | 'over-limit' | 'always';
    readonly timeoutHours: number;
    readonly approvers: readonly string[];
    readonly requesterMayApprove: boolean;
  };
  readonly schedule: Schedule | null;
}

/** What an administrator decides about one corp's directory. */
export interface SettingsDocument {
  readonly access: 'read-only' | 'read-write';
  readonly master: 'oa' | 'wecom';
  readonly appId: string | null;
  readonly timezone: string;
  readonly maintenanceWindows: readonly MaintenanceWindow[];
  readonly notices: readonly Notice[];
  readonly pull: {
    readonly linkNewMembers: {
      readonly enabled: boolean;
      readonly wecomField: string;
      readonly oaField: string;
    };
    readonly schedule: Schedule | null;
    readonly syncToOa: boolean;
    /** What of a member goes where in the OA. */
    readonly fieldMapping: readonly FieldMapping[];
  };
  readonly push: PushSettings;
}

export interface DirectorySettings extends SettingsDocument {
  /** 0 while nothing was saved. */
  readonly version: number;
  readonly savedAt: string | null;
  readonly savedBy: string | null;
}

export interface SavedSettings extends DirectorySettings {
  readonly simulationRunId?: string | null;
  readonly departuresRedated?: number;
}

export interface SettingsVersion {
  readonly version: number;
  readonly savedAt: string;
  readonly savedBy: string | null;
  readonly changes: readonly SettingsDifference[];
}

export interface AffectedPerson {
  readonly oaUserId: string | null;
  readonly name: string | null;
  readonly userId: string | null;
  readonly action: string;
  /** What would happen to the person under the settings in force; null: nothing. */
  readonly was: string | null;
}

export interface AffectedDepartment {
  readonly oaKey: string | null;
  readonly departmentId: number | null;
  readonly name: string | null;
  readonly action: string;
  readonly was: string | null;
}

/** Null: never. */
export interface RedatedDeparture {
  readonly userId: string;
  readonly name: string | null;
  readonly deleteAtBefore: string | null;
  readonly deleteAtAfter: string | null;
}

export interface SettingsPreview {
  readonly counts: Readonly<Record<string, number>>;
  /** The first of them by name, and how many they are. */
  readonly newlyAffected: { readonly people: readonly AffectedPerson[]; readonly total: number };
  readonly departments: { readonly items: readonly AffectedDepartment[]; readonly total: number };
  /** The first of them, and how many they are. */
  readonly departures?: { readonly items: readonly RedatedDeparture[]; readonly count: number };
  readonly problems: readonly { readonly code: string; readonly message: string; readonly path?: string }[];
}

export interface ExpressionResult {
  readonly ok: boolean;
  readonly value?: string | null;
  readonly error?: string;
  /** Where in the expression, counted from 1. */
  readonly position?: number;
  /** On whom it was tried: the first of the OA, if nobody was chosen. */
  readonly user: { readonly oaUserId: string; readonly name: string; readonly loginId: string } | null;
}

export interface WecomField {
  readonly field: string;
  readonly label: string;
  /** `contacts`, or `app:` and its id. */
  readonly readableBy: readonly string[];
  /** Of how many members a value has been read. */
  readonly seen: { readonly members: number; readonly of: number };
  readonly writable: boolean;
  readonly matchable: 'read' | 'look-up' | 'no';
  readonly note: string | null;
}

export interface ScheduleState {
  readonly direction: 'push' | 'pull';
  readonly cron: string;
  readonly timezone: string;
  readonly paused: boolean;
  readonly nextRuns: readonly string[];
  readonly lastRun: Pick<Run, 'id' | 'phase' | 'startedAt'> | null;
  readonly note: string | null;
}

const at = (corpId: string, rest = '') => `/corps/${encodeURIComponent(corpId)}/directory${rest}`;
const key = (corpId: string, ...rest: readonly unknown[]) => ['corps', corpId, 'settings', ...rest] as const;

export const settingsQuery = (corpId: string) =>
  queryOptions({
    queryKey: key(corpId),
    queryFn: ({ signal }) => call<DirectorySettings>('GET', at(corpId, '/settings'), { signal }),
  });

export const settingsVersionsQuery = (corpId: string) =>
  infiniteQueryOptions({
    queryKey: key(corpId, 'versions'),
    queryFn: ({ signal, pageParam }) =>
      call<Page<SettingsVersion>>('GET', at(corpId, '/settings/versions'), {
        signal,
        query: { cursor: pageParam, limit: 20 },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const settingsVersionQuery = (corpId: string, version: number) =>
  queryOptions({
    queryKey: key(corpId, 'version', version),
    queryFn: ({ signal }) =>
      call<DirectorySettings>('GET', at(corpId, `/settings/versions/${version}`), { signal }),
    staleTime: Infinity,
  });

/** Plans from what was read last: nothing is stored, nothing is asked of WeCom. */
export const settingsPreviewQuery = (corpId: string, document: SettingsDocument) =>
  queryOptions({
    queryKey: key(corpId, 'preview', document),
    queryFn: ({ signal }) =>
      call<SettingsPreview>('POST', at(corpId, '/settings/preview'), { signal, body: { document } }),
    gcTime: 60_000,
    retry: false,
  });

export const fieldsQuery = (corpId: string) =>
  queryOptions({
    queryKey: key(corpId, 'fields'),
    queryFn: async ({ signal }) =>
      (await call<Page<WecomField>>('GET', at(corpId, '/settings/fields'), { signal })).items,
    staleTime: 60_000,
  });

export const schedulesQuery = (corpId: string) =>
  queryOptions({
    queryKey: ['corps', corpId, 'schedules'],
    queryFn: async ({ signal }) =>
      (await call<Page<ScheduleState>>('GET', at(corpId, '/schedules'), { signal })).items,
  });

interface SaveOptions {
  readonly simulate: boolean;
  /** Somebody has read what another master would do. */
  readonly confirmMaster: boolean;
}

export function saveSettings(
  corpId: string,
  document: SettingsDocument,
  { simulate, confirmMaster }: SaveOptions,
): Promise<SavedSettings> {
  return call('PUT', at(corpId, '/settings'), {
    body: { ...document, ...(confirmMaster ? { confirmMaster } : {}) },
    query: simulate ? { simulate } : {},
  });
}

export function rollBackSettings(
  corpId: string,
  version: number,
  { simulate, confirmMaster }: SaveOptions,
): Promise<SavedSettings> {
  return call('POST', at(corpId, '/settings/rollback'), {
    body: { version, ...(confirmMaster ? { confirmMaster } : {}) },
    query: simulate ? { simulate } : {},
  });
}

export function tryExpression(
  corpId: string,
  attempt: { readonly expression: string; readonly oaUserId?: string },
): Promise<ExpressionResult> {
  return call('POST', at(corpId, '/settings/expression'), { body: attempt });
}

export function pauseSchedule(
  corpId: string,
  direction: ScheduleState['direction'],
  note?: string,
): Promise<unknown> {
  return call('POST', at(corpId, `/schedules/${direction}/pause`), {
    body: note === undefined || note === '' ? {} : { note },
  });
}

export function resumeSchedule(corpId: string, direction: ScheduleState['direction']): Promise<unknown> {
  return call('POST', at(corpId, `/schedules/${direction}/resume`));
}
