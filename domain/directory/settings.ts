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
  'attendance-gap',
  'attendance-held',
  'departures-due',
  'departures-held',
  'app-paused',
  'app-resumed',
] as const;

export type NoticeEvent = (typeof noticeEvents)[number];

export type WebhookNotice = {
  readonly kind: 'webhook';
  readonly name: string;
  /** Scheme and host only: the rest often is a key, so the whole is kept like a secret. */
  readonly url: string;
  /** Whether what is sent gets signed. */
  readonly hasSecret: boolean;
  readonly events: readonly NoticeEvent[];
};

/** A message to members, through one of the corp's apps. */
export type MessageNotice = {
  readonly kind: 'message';
  readonly name: string;
  /** The bridge's id of the app. */
  readonly appId: string;
  /** WeCom userids. */
  readonly userIds: readonly string[];
  readonly events: readonly NoticeEvent[];
};

export type NoticeTarget = WebhookNotice | MessageNotice;

export type PullSettings = {
  readonly linkNewMembers: {
    readonly enabled: boolean;
    readonly wecomField: string;
    readonly oaField: string;
  };
  readonly schedule: Schedule | null;
  readonly syncToOa: boolean;
  /** What of a member goes where in the OA, where WeCom is the master. */
  readonly fieldMapping: readonly FieldMapping[];
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
    /** HH:MM in the zone of the settings: deletions of one day go together. */
    readonly deletionTime: string;
    /** Nobody is deleted who still owns something, until somebody says that it was handed over. */
    readonly holdForHandOver: boolean;
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

/** The OA's fields that a pull may fill, besides `custom.` and a name of the OA's own. */
export const pulledOaFields = [
  'loginId',
  'name',
  'departments',
  'mobile',
  'email',
  'gender',
  'position',
  'telephone',
  'jobNumber',
] as const;

/** What of a member can be read into the OA, besides `extattr.` and `external.` with the name of an attribute. */
export const pullableMemberFields = [
  'userid',
  'name',
  'departments',
  'alias',
  'mobile',
  'email',
  'biz_mail',
  'position',
  'telephone',
  'address',
  'gender',
  'external_position',
  'direct_leader',
] as const;

export type MatchField = PushSettings['match'][number];

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
    fieldMapping: [
      { to: 'loginId', from: 'userid' },
      { to: 'name', from: 'name' },
      { to: 'departments', from: 'departments' },
    ],
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
      deletionTime: '03:00',
      holdForHandOver: false,
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

/**
 * A document as it was stored, by whichever version of the bridge: what has been added since takes its default. The
 * fields by which new members are linked are the first of those by which pushes match.
 */
export function completeSettings(stored: unknown): DirectorySettings {
  const document = withDefaults(defaultDirectorySettings, stored) as DirectorySettings;
  const [first] = document.push.match;
  return first === undefined ? document : withFirstMatch(document, first);
}

/** One list, shown in two places. */
export function withFirstMatch(document: DirectorySettings, first: MatchField): DirectorySettings {
  const { pull, push } = document;
  const { wecomField, oaField } = first;
  return {
    ...document,
    pull: { ...pull, linkNewMembers: { ...pull.linkNewMembers, wecomField, oaField } },
    push: { ...push, match: [first, ...push.match.slice(1).filter((other) => !isSameMatch(other, first))] },
  };
}

/** As far as they were given; what is left out takes its default. */
export type GivenMatchFields = {
  readonly match: readonly MatchField[] | undefined;
  readonly link: { readonly wecomField?: string | undefined; readonly oaField?: string | undefined };
};

/** Which field the one list begins with: the one that was changed; undefined where both were, to different ones. */
export function firstMatchOf({ match, link }: GivenMatchFields, stored: MatchField): MatchField | undefined {
  const ofPush = match?.[0];
  const isLinkGiven = link.wecomField !== undefined || link.oaField !== undefined;
  const ofPull = isLinkGiven
    ? { oaField: link.oaField ?? stored.oaField, wecomField: link.wecomField ?? stored.wecomField }
    : undefined;
  if (ofPush === undefined || ofPull === undefined) {
    return ofPush ?? ofPull ?? defaultDirectorySettings.push.match[0];
  }
  if (isSameMatch(ofPush, ofPull) || isSameMatch(ofPull, stored)) return ofPush;
  return isSameMatch(ofPush, stored) ? ofPull : undefined;
}

function isSameMatch(one: MatchField, other: MatchField): boolean {
  return one.oaField === other.oaField && one.wecomField === other.wecomField;
}

/** Lists are one value each: a list that was stored empty was meant so. */
function withDefaults(defaults: unknown, stored: unknown): unknown {
  if (stored === undefined) return defaults;
  if (!isTable(defaults) || !isTable(stored)) return stored;
  const keys = new Set([...Object.keys(defaults), ...Object.keys(stored)]);
  return Object.fromEntries([...keys].map((key) => [key, withDefaults(defaults[key], stored[key])]));
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
