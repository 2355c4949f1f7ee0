/** One document per corp. Every save is a version; a run names the version it used. */

export type Access = 'read-only' | 'read-write';
export type Master = 'oa' | 'wecom';

export type Schedule = { readonly cron: string; readonly timezone: string };

export type FieldSource = string | { readonly expression: string };
export type FieldMapping = { readonly to: string; readonly from: FieldSource };

/** When nothing is written to WeCom. A `to` before `from` lies on the next day. */
export type MaintenanceWindow = {
  /** 1 is Monday, 7 is Sunday: the day on which it begins. */
  readonly days: readonly number[];
  /** HH:MM in the zone of the settings. */
  readonly from: string;
  readonly to: string;
};

export const noticeEvents = [
  'needs-approval',
  'blocked',
  'done',
  'failed',
  'paused',
  'expired',
  'schedule-skipped',
] as const;

export type NoticeEvent = (typeof noticeEvents)[number];

export type NoticeTarget = {
  readonly kind: 'webhook';
  readonly name: string;
  /** Scheme and host only: the rest often is a key, so the whole is kept like a secret. */
  readonly url: string;
  /** Whether what is sent gets signed. */
  readonly hasSecret: boolean;
  readonly events: readonly NoticeEvent[];
};

export type PullSettings = {
  readonly linkNewMembers: {
    readonly enabled: boolean;
    readonly wecomField: string;
    readonly oaField: string;
  };
  readonly schedule: Schedule | null;
  readonly syncToOa: boolean;
};

export type PushSettings = {
  /** WeCom's number of the department under which the OA's root is placed. */
  readonly topDepartmentId: number | null;
  readonly createUsers: boolean;
  readonly inviteUsers: boolean;
  readonly includePartTimeDepartments: boolean;
  readonly departmentsFullyFromOa: boolean;
  readonly departed: {
    readonly action: 'disable' | 'delete';
    readonly immediate: boolean;
    readonly deleteAfterDays: number | null;
    readonly moveToDepartment: { readonly enabled: boolean; readonly name: string };
  };
  readonly userIdFrom: string;
  readonly match: readonly { readonly oaField: string; readonly wecomField: string }[];
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
  readonly guard: {
    readonly maxDecrease: number | null;
    readonly maxDeletes: number | null;
    readonly maxDeletePercent: number | null;
    readonly maxDisables: number | null;
    readonly maxDepartmentDeletes: number | null;
    readonly maxBranchPercent: number | null;
    readonly percentFrom: number;
    readonly maxMoves: number | null;
    readonly maxCleared: number | null;
    readonly protectedUsers: readonly string[];
    readonly onExceed: 'hold-risky' | 'stop';
  };
  readonly approval: {
    readonly required: 'never' | 'over-limit' | 'always';
    readonly timeoutHours: number;
    /** WeCom userids; empty means any administrator. */
    readonly approvers: readonly string[];
    readonly requesterMayApprove: boolean;
  };
  readonly schedule: Schedule | null;
};

export type DirectorySettings = {
  /** `read-only`: nothing but pulls and bindings made by hand. */
  readonly access: Access;
  readonly master: Master;
  /** The bridge's id of the app that reads names and details; null means the corp's first app. */
  readonly appId: string | null;
  readonly timezone: string;
  /** In which scheduled runs wait and nothing is applied. */
  readonly maintenanceWindows: readonly MaintenanceWindow[];
  readonly notices: readonly NoticeTarget[];
  readonly pull: PullSettings;
  readonly push: PushSettings;
};

/** The safe ones. */
export const defaultDirectorySettings: DirectorySettings = {
  access: 'read-only',
  master: 'oa',
  appId: null,
  timezone: 'Asia/Shanghai',
  maintenanceWindows: [],
  notices: [],
  pull: {
    linkNewMembers: { enabled: false, wecomField: 'userid', oaField: 'jobNumber' },
    schedule: null,
    syncToOa: false,
  },
  push: {
    topDepartmentId: null,
    createUsers: true,
    inviteUsers: false,
    includePartTimeDepartments: false,
    departmentsFullyFromOa: false,
    departed: {
      action: 'disable',
      immediate: false,
      deleteAfterDays: null,
      moveToDepartment: { enabled: false, name: '已禁用用户' },
    },
    userIdFrom: 'loginId',
    match: [{ oaField: 'jobNumber', wecomField: 'userid' }],
    leaders: false,
    fieldMapping: [{ to: 'position', from: 'position' }],
    externalMapping: [],
    scope: { subcompanies: [], departments: [], includeUsers: [], excludeUsers: [], outOfScope: 'depart' },
    guard: {
      maxDecrease: 50,
      maxDeletes: 50,
      maxDeletePercent: 5,
      maxDisables: 100,
      maxDepartmentDeletes: 20,
      maxBranchPercent: 50,
      percentFrom: 3,
      maxMoves: null,
      maxCleared: 50,
      protectedUsers: [],
      onExceed: 'hold-risky',
    },
    approval: { required: 'over-limit', timeoutHours: 72, approvers: [], requesterMayApprove: true },
    schedule: null,
  },
};
