import type { DirectorySettings } from '../settings';
import { branchFinder } from './branches';
import type { Change, ChangeAction } from './changes';
import { planDepartmentDeletes, planDepartments } from './department-changes';
import { matchDepartments, type DepartmentMatch, type MatchStop } from './department-match';
import { planActive, planLeavers } from './member-changes';
import { matchMembers, type MemberMatch } from './member-match';
import { inOrderOfApplying } from './order';
import { decideScope } from './scope';
import type { DirectorySnapshot, SnapshotMember, ValueRules } from './snapshot';

export type PlanStop = MatchStop | { readonly code: 'read-only' } | { readonly code: 'wecom-is-master' };

export type PlanCounts = Readonly<
  Record<ChangeAction | 'unchangedDepartment' | 'unchangedUser' | 'notCreatedUser' | 'heldUser', number>
> & {
  /** In WeCom, bound to nobody. */
  readonly unmanagedUser: number;
};

/** What the guard measures a plan against. */
export type PlanPopulation = {
  readonly activeInScope: number;
  readonly boundMembers: number;
  /** Bound members by department, those of its children included. */
  readonly branches: ReadonlyMap<number, number>;
};

export type Plan = {
  readonly kind: 'planned';
  /** In the order of applying. */
  readonly changes: readonly Change[];
  readonly counts: PlanCounts;
  readonly population: PlanPopulation;
  readonly reads: {
    readonly oa: DirectorySnapshot['oa']['reading'] | 'empty';
    readonly wecom: DirectorySnapshot['wecom']['reading'] | 'empty';
  };
};

export function planPush(
  snapshot: DirectorySnapshot,
  settings: DirectorySettings,
  rules: ValueRules,
): Plan | { readonly kind: 'stopped'; readonly reason: PlanStop } {
  if (settings.access === 'read-only') return { kind: 'stopped', reason: { code: 'read-only' } };
  if (settings.master === 'wecom') return { kind: 'stopped', reason: { code: 'wecom-is-master' } };
  const { push } = settings;

  const scope = decideScope(snapshot.oa.nodes, push);
  const departments = matchDepartments({
    scope,
    departments: snapshot.wecom.departments,
    links: snapshot.links,
    topDepartmentId: push.topDepartmentId,
    folderName: push.departed.moveToDepartment.name,
    alterDepartmentName: rules.alterDepartmentName,
  });
  if (departments.kind === 'stopped') return departments;
  const members = matchMembers(snapshot, scope, push, rules);

  const branchesOf = branchFinder(snapshot, departments.topId);
  const active = planActive(members.active, departments, push, rules);
  const leaving = planLeavers(members.leavers, departments, push, branchesOf);
  const kept = planDepartments(departments, leaving.needsFolder ? push.departed.moveToDepartment.name : null);
  const deletes = planDepartmentDeletes({
    snapshot,
    scope,
    departments,
    push,
    places: new Map([...active.places, ...leaving.places]),
    done: [...kept, ...active.changes, ...leaving.changes],
  });

  const changes = [...kept, ...active.changes, ...leaving.changes, ...deletes].sort(inOrderOfApplying);
  return {
    kind: 'planned',
    changes,
    counts: count(changes, departments, members, active.unchanged + leaving.unchanged),
    population: populate(members, branchesOf),
    reads: {
      oa: snapshot.oa.users.some(({ status }) => status === 'active') ? snapshot.oa.reading : 'empty',
      wecom: snapshot.wecom.members.length > 0 ? snapshot.wecom.reading : 'empty',
    },
  };
}

function populate(
  { active, leavers }: MemberMatch,
  branchesOf: (member: SnapshotMember) => readonly number[],
): PlanPopulation {
  const bound = [
    ...active.flatMap((user) => (user.kind === 'bound' ? [user.member] : [])),
    ...leavers.map(({ member }) => member),
  ];
  const branches = new Map<number, number>();
  for (const member of bound) {
    for (const branch of branchesOf(member)) branches.set(branch, (branches.get(branch) ?? 0) + 1);
  }
  return { activeInScope: active.length, boundMembers: bound.length, branches };
}

function count(
  changes: readonly Change[],
  { decisions }: DepartmentMatch,
  { active, unmanaged }: MemberMatch,
  unchangedUser: number,
): PlanCounts {
  const counts: Record<ChangeAction, number> = {
    linkDepartment: 0,
    createDepartment: 0,
    renameDepartment: 0,
    moveDepartment: 0,
    deleteDepartment: 0,
    bindUser: 0,
    createUser: 0,
    enableUser: 0,
    updateUser: 0,
    setSuperior: 0,
    disableUser: 0,
    deleteUser: 0,
    skipUser: 0,
    conflict: 0,
  };
  for (const { action } of changes) counts[action] += 1;
  const matched = decisions.filter(({ kind }) => kind === 'matched').length;
  return {
    ...counts,
    unchangedDepartment: matched - counts.linkDepartment - counts.renameDepartment - counts.moveDepartment,
    unchangedUser,
    notCreatedUser: active.filter(({ kind }) => kind === 'not-created').length,
    heldUser: changes.filter(({ action, hold }) => action === 'deleteUser' && hold !== null).length,
    unmanagedUser: unmanaged,
  };
}
