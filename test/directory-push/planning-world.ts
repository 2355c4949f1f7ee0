import { createHash } from 'node:crypto';
import type { ChangeAction, ChangeOf } from '../../domain/directory/push/changes';
import type { DepartmentRef } from '../../domain/directory/push/department-match';
import type { GuardHistory } from '../../domain/directory/push/guard';
import { planPush, type Plan } from '../../domain/directory/push/plan';
import {
  departmentKey,
  subcompanyKey,
  toOaNodes,
  type DepartureFact,
  type DirectorySnapshot,
  type OaNode,
  type SnapshotDepartment,
  type SnapshotMember,
  type SourceUser,
  type ValueRules,
} from '../../domain/directory/push/snapshot';
import {
  defaultDirectorySettings,
  type DirectorySettings,
  type PushSettings,
} from '../../domain/directory/settings';
import {
  alterDepartmentName,
  checkEmail,
  checkMemberName,
  checkMobile,
  checkPosition,
  checkUserId,
} from '../../wecom/fields';

const checks: Readonly<Record<string, typeof checkPosition>> = {
  name: checkMemberName,
  mobile: checkMobile,
  email: checkEmail,
  position: checkPosition,
};

export const rules: ValueRules = {
  alterDepartmentName: (name) => alterDepartmentName(name),
  userIdProblem: (userId) => checkUserId(userId)?.kind,
  fieldProblem: (field, value) => checks[field]?.(value),
};

export const sha256 = (pieces: Iterable<string>): string => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
};

/** `['演示部门', ['部门A', []]]` style trees are hard to read; these rows are id, name, parent. */
export type Row = readonly [id: string, name: string, parent: string | null];

/** The first row is the subcompany at the top; the others are departments. */
export function oaTree(rows: readonly Row[]): OaNode[] {
  const root = rows[0]![0];
  return toOaNodes(
    rows.slice(0, 1).map(([id, name]) => ({ id, name, parentId: null })),
    rows.slice(1).map(([id, name, parent]) => ({
      id,
      name,
      parentId: parent === root ? null : parent,
      subcompanyId: root,
    })),
  );
}

export function wecomTree(
  rows: readonly (readonly [departmentId: number, name: string | null, parentId: number])[],
): SnapshotDepartment[] {
  return rows.map(([departmentId, name, parentId]) => ({ departmentId, name, parentId, writtenName: null }));
}

export function oaUser(id: string, change: Partial<SourceUser> = {}): SourceUser {
  return {
    id,
    loginId: id,
    jobNumber: `no-${id}`,
    name: `Name ${id}`,
    mobile: `1380000${id.replace(/\D/g, '').padStart(4, '0')}`,
    email: null,
    gender: null,
    position: null,
    telephone: null,
    departmentId: null,
    partTimeDepartmentIds: [],
    managerId: null,
    status: 'active',
    custom: {},
    ...change,
  };
}

/** A member as the bridge would have written the user of the same id. */
export function member(userId: string, change: Partial<SnapshotMember> = {}): SnapshotMember {
  const user = oaUser(userId);
  return {
    memberId: `m-${userId}`,
    userId,
    departments: [1],
    mainDepartmentId: null,
    status: 'not-activated',
    seen: { name: user.name },
    written: { name: user.name, mobile: user.mobile! },
    departmentsFromOa: [],
    disabledByBridge: false,
    ...change,
  };
}

export function snapshot(parts: {
  readonly nodes?: readonly OaNode[];
  readonly users?: readonly SourceUser[];
  readonly departments?: readonly SnapshotDepartment[];
  readonly members?: readonly SnapshotMember[];
  readonly links?: Readonly<Record<string, number>>;
  /** OA id to userid. */
  readonly bound?: Readonly<Record<string, string>>;
  readonly oaReading?: DirectorySnapshot['oa']['reading'];
  readonly wecomReading?: DirectorySnapshot['wecom']['reading'];
  readonly lookUps?: DirectorySnapshot['lookUps'];
  /** OA id and userid. */
  readonly refused?: readonly (readonly [oaUserId: string, userId: string])[];
  readonly departures?: readonly DepartureFact[];
  readonly deletedOaUserIds?: readonly string[];
}): DirectorySnapshot {
  return {
    oa: {
      reading: parts.oaReading ?? 'complete',
      nodes: parts.nodes ?? oaTree([['g', 'Group', null]]),
      users: parts.users ?? [],
    },
    wecom: {
      reading: parts.wecomReading ?? 'complete',
      departments: parts.departments ?? wecomTree([[1, 'Group', 0]]),
      members: parts.members ?? [],
    },
    links: Object.entries(parts.links ?? (parts.nodes === undefined ? { g: 1 } : {})).map(
      ([id, departmentId]) => ({
        oaKey: id === 'g' ? subcompanyKey(id) : departmentKey(id),
        departmentId,
      }),
    ),
    bindings: Object.entries(parts.bound ?? {}).map(([oaUserId, userId]) => ({
      oaUserId,
      memberId: `m-${userId}`,
    })),
    lookUps: parts.lookUps ?? [],
    ...(parts.departures && { departures: parts.departures }),
    ...(parts.deletedOaUserIds && { deletedOaUserIds: parts.deletedOaUserIds }),
    ...(parts.refused && {
      refusedPairs: parts.refused.map(([oaUserId, userId]) => ({ oaUserId, memberId: `m-${userId}` })),
    }),
  };
}

export function settings(
  push: Partial<PushSettings> = {},
  change: Partial<DirectorySettings> = {},
): DirectorySettings {
  return {
    ...defaultDirectorySettings,
    access: 'read-write',
    ...change,
    push: { ...defaultDirectorySettings.push, ...push },
  };
}

export const scopeOf = (scope: Partial<PushSettings['scope']>): Partial<PushSettings> => ({
  scope: { ...defaultDirectorySettings.push.scope, ...scope },
});

export const departedBy = (departed: Partial<PushSettings['departed']>): Partial<PushSettings> => ({
  departed: { ...defaultDirectorySettings.push.departed, ...departed },
});

export function plan(world: DirectorySnapshot, push: Partial<PushSettings> = {}): Plan {
  const made = planPush(world, settings(push), rules);
  if (made.kind === 'stopped') throw new Error(`stopped: ${made.reason.code}`);
  return made;
}

export function only<A extends ChangeAction>(made: Plan, action: A): ChangeOf<A> {
  const found = made.changes.filter((change) => change.action === action);
  if (found.length !== 1) throw new Error(`${found.length} of ${action}`);
  return found[0] as ChangeOf<A>;
}

export const ids = (made: Plan): string[] => made.changes.map(({ id }) => id);

export const refs = (list: readonly DepartmentRef[] | undefined): (number | string)[] =>
  (list ?? []).map((ref) => (ref.kind === 'existing' ? ref.departmentId : ref.oaKey));

export const quietDay: GuardHistory = {
  lastActiveInScope: null,
  lastDay: { deletes: 0, disables: 0, 'department-deletes': 0, moves: 0, cleared: 0 },
  protectedUsers: [],
  accounts: null,
};

/** The same sequence on every machine. */
export function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
