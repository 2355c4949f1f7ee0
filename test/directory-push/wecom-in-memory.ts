import { isHolding, type Change, type Placement } from '../../domain/directory/push/changes';
import { refKey, type DepartmentRef } from '../../domain/directory/push/department-match';
import { stageOf } from '../../domain/directory/push/order';
import {
  sameUserIdKey,
  type DirectorySnapshot,
  type SnapshotDepartment,
  type SnapshotMember,
} from '../../domain/directory/push/snapshot';
import type { DoneChange } from '../../domain/directory/push/undo';

type World = {
  departments: Map<number, SnapshotDepartment>;
  members: Map<string, SnapshotMember>;
  /** OA key to department. */
  links: Map<string, number>;
  /** OA user to member. */
  bindings: Map<string, string>;
  nextDepartmentId: number;
};

/**
 * Carries a plan out on a snapshot, refusing what WeCom refuses. Within a stage the order is up to `random`: whatever
 * needs an order has to have stages of its own.
 */
export function applyToSnapshot(
  before: DirectorySnapshot,
  changes: readonly Change[],
  random: () => number = () => 0,
): {
  readonly snapshot: DirectorySnapshot;
  readonly ledger: readonly DoneChange[];
  readonly applied: number;
} {
  const world: World = {
    departments: new Map(before.wecom.departments.map((one) => [one.departmentId, one])),
    members: new Map(before.wecom.members.map((one) => [one.memberId, one])),
    links: new Map(before.links.map(({ oaKey, departmentId }) => [oaKey, departmentId])),
    bindings: new Map(before.bindings.map(({ oaUserId, memberId }) => [oaUserId, memberId])),
    nextDepartmentId: Math.max(1, ...before.wecom.departments.map(({ departmentId }) => departmentId)) + 1000,
  };
  const ledger: DoneChange[] = [];
  const left = new Set<string>();
  const shuffled = changes
    .map((change) => ({ change, stage: stageOf(change), at: random() }))
    .sort((one, other) => one.stage - other.stage || one.at - other.at)
    .map(({ change }) => change);
  for (const change of shuffled) {
    const waits = isHolding(change.hold) || change.dependsOn.some((id) => left.has(id));
    if (waits || change.action === 'skipUser' || change.action === 'conflict') {
      left.add(change.id);
      continue;
    }
    const { memberId, departmentId } = carryOut(change, world);
    const finishedAt = new Date(Date.UTC(2026, 0, 1) + ledger.length).toISOString();
    ledger.push({ change, memberId, departmentId, finishedAt, everActivated: false });
  }
  return {
    ledger,
    applied: ledger.length,
    snapshot: {
      ...before,
      wecom: {
        ...before.wecom,
        departments: [...world.departments.values()],
        members: [...world.members.values()],
      },
      links: [...world.links].map(([oaKey, departmentId]) => ({ oaKey, departmentId })),
      bindings: [...world.bindings].map(([oaUserId, memberId]) => ({ oaUserId, memberId })),
    },
  };
}

type Result = { readonly memberId: string | null; readonly departmentId: number | null };

function carryOut(change: Change, world: World): Result {
  const refuse = (why: string): never => {
    throw new Error(`WeCom refuses ${change.id}: ${why}`);
  };
  const idOf = (ref: DepartmentRef): number => {
    const id = ref.kind === 'existing' ? ref.departmentId : world.links.get(ref.oaKey);
    return id !== undefined && world.departments.has(id)
      ? id
      : refuse(`no department ${JSON.stringify(ref)}`);
  };
  const place = (departmentId: number, name: string | null, parentId: number): void => {
    for (const other of world.departments.values()) {
      const isSibling = other.parentId === parentId && other.departmentId !== departmentId;
      if (isSibling && name !== null && other.name === name) refuse(`the name ${name} is taken`);
    }
    let at: number | undefined = parentId;
    let levels = 1;
    while (at !== undefined && at !== 0) {
      if (at === departmentId) refuse('below itself');
      levels += 1;
      at = world.departments.get(at)?.parentId;
    }
    if (levels > 15) refuse('too deep');
    world.departments.set(departmentId, { departmentId, parentId, name, writtenName: name });
  };
  const memberOf = (memberId: string): SnapshotMember =>
    world.members.get(memberId) ?? refuse(`no member ${memberId}`);
  const placed = (member: SnapshotMember, placement: Placement | null): SnapshotMember => {
    if (placement === null) return member;
    const departments = placement.departments.map(idOf);
    return {
      ...member,
      departments,
      mainDepartmentId: placement.main === null ? member.mainDepartmentId : idOf(placement.main),
      departmentsFromOa: departments.slice(0, placement.fromOa),
      // As WeCom has it: whoever is placed anew leads nothing that is not named.
      leaderIn: placement.leaderIn?.map(idOf) ?? [],
    };
  };
  const valued = (
    member: SnapshotMember,
    values: Readonly<Record<string, string | null>>,
  ): SnapshotMember => {
    const known = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null);
    const seen = known.filter(([field]) => Object.hasOwn(member.seen, field));
    return {
      ...member,
      written: { ...member.written, ...Object.fromEntries(known) },
      seen: { ...member.seen, ...Object.fromEntries(seen) },
    };
  };
  const unlinked = (departmentId: number): void => {
    for (const [key, id] of world.links) if (id === departmentId) world.links.delete(key);
  };

  switch (change.action) {
    case 'linkDepartment':
      unlinked(change.departmentId);
      world.links.set(change.oaKey, change.departmentId);
      return { memberId: null, departmentId: change.departmentId };
    case 'unlinkDepartment':
      world.links.delete(change.oaKey);
      if (change.after !== null) world.links.set(change.after.oaKey, change.departmentId);
      return { memberId: null, departmentId: change.departmentId };
    case 'createDepartment': {
      const departmentId = world.nextDepartmentId;
      world.nextDepartmentId += 1;
      place(departmentId, change.after.name, idOf(change.after.parent));
      world.links.set(change.oaKey, departmentId);
      return { memberId: null, departmentId };
    }
    case 'renameDepartment':
    case 'moveDepartment': {
      const now = world.departments.get(change.departmentId) ?? refuse('gone');
      const { before, after } = change;
      // As it is applied: what is the same before and after is not sent.
      const isRenamed = after.name !== null && after.name !== before.name;
      const isMoved = refKey(after.parent) !== refKey(before.parent);
      place(
        change.departmentId,
        isRenamed ? after.name : now.name,
        isMoved ? idOf(after.parent) : now.parentId,
      );
      return { memberId: null, departmentId: change.departmentId };
    }
    case 'deleteDepartment': {
      const { departmentId } = change;
      for (const other of world.departments.values())
        if (other.parentId === departmentId) refuse('has children');
      for (const member of world.members.values()) {
        if (member.departments.includes(departmentId)) refuse(`has member ${member.userId}`);
      }
      world.departments.delete(departmentId);
      unlinked(departmentId);
      return { memberId: null, departmentId };
    }
    case 'bindUser':
      if (world.bindings.has(change.oaUserId)) refuse('bound already');
      world.bindings.set(change.oaUserId, change.memberId);
      return { memberId: change.memberId, departmentId: null };
    case 'unbindUser':
      world.bindings.delete(change.oaUserId);
      return { memberId: change.memberId, departmentId: null };
    case 'createUser': {
      const memberId = `m-${change.userId}`;
      for (const { userId } of world.members.values()) {
        if (sameUserIdKey(userId) === sameUserIdKey(change.userId)) refuse('the userid is taken');
      }
      const blank: SnapshotMember = {
        memberId,
        userId: change.userId,
        departments: [],
        mainDepartmentId: null,
        status: 'not-activated',
        seen: {},
        written: {},
        departmentsFromOa: [],
        disabledByBridge: false,
      };
      world.members.set(memberId, valued(placed(blank, change.after.placement), change.after.values));
      world.bindings.set(change.oaUserId, memberId);
      return { memberId, departmentId: null };
    }
    case 'updateUser':
    case 'enableUser':
    case 'disableUser': {
      const { memberId, action, after } = change;
      const written = valued(placed(memberOf(memberId), after.placement), after.values);
      world.members.set(memberId, {
        ...written,
        ...(action === 'enableUser' ? { status: 'activated', disabledByBridge: false } : {}),
        ...(action === 'disableUser' ? { status: 'disabled', disabledByBridge: true } : {}),
      });
      return { memberId, departmentId: null };
    }
    case 'setSuperior': {
      const memberId = world.bindings.get(change.oaUserId) ?? refuse('not bound');
      world.members.set(memberId, valued(memberOf(memberId), { direct_leader: change.after.superior ?? '' }));
      return { memberId, departmentId: null };
    }
    case 'deleteUser':
      memberOf(change.memberId);
      world.members.delete(change.memberId);
      world.bindings.delete(change.oaUserId);
      return { memberId: change.memberId, departmentId: null };
    case 'createOaDepartment':
    case 'renameOaDepartment':
    case 'moveOaDepartment':
    case 'removeOaDepartment':
    case 'createOaUser':
    case 'updateOaUser':
    case 'returnOaUser':
    case 'departOaUser':
      return refuse('a change of the OA');
    case 'skipUser':
    case 'conflict':
      return refuse('not to be applied');
  }
}
