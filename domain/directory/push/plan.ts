import type { DirectorySettings } from '../settings';
import { decidedDrift } from '../drift/decided';
import { branchFinder } from './branches';
import { isHolding, type Change, type ChangeAction } from './changes';
import { findGoing, planDepartmentDeletes, planDepartments } from './department-changes';
import { isSamePlace, matchDepartments, type MatchStop } from './department-match';
import { isTemporary } from './department-order';
import { departureFacts } from './departure-facts';
import { planLeavers, withoutDeparting } from './leavers';
import { planActive } from './member-changes';
import { matchMembers } from './member-match';
import { inOrderOfApplying } from './order';
import { decideScope } from './scope';
import type { DirectorySnapshot, SnapshotMember, ValueRules } from './snapshot';
import { invalidMapping } from './values';

export type PlanStop =
  | MatchStop
  | { readonly code: 'read-only' }
  | { readonly code: 'wecom-is-master' }
  /** Of a plan for the OA. */
  | { readonly code: 'oa-is-master' }
  | { readonly code: 'sync-to-oa-off' }
  | {
      readonly code: 'expression-invalid';
      readonly params: { readonly field: string; readonly message: string };
    };

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
  /** About some people and departments alone, cut out of the plan for everybody. */
  readonly isPartial?: boolean;
};

export function planPush(
  snapshot: DirectorySnapshot,
  settings: DirectorySettings,
  rules: ValueRules,
): Plan | { readonly kind: 'stopped'; readonly reason: PlanStop } {
  if (settings.access === 'read-only') return { kind: 'stopped', reason: { code: 'read-only' } };
  if (settings.master === 'wecom') return { kind: 'stopped', reason: { code: 'wecom-is-master' } };
  const { push } = settings;
  const invalid = invalidMapping(push);
  if (invalid !== undefined) {
    return { kind: 'stopped', reason: { code: 'expression-invalid', params: invalid } };
  }

  const scope = decideScope(snapshot.oa.nodes, push);
  const departments = matchDepartments({
    scope,
    departments: snapshot.wecom.departments,
    links: snapshot.links,
    topDepartmentId: push.topDepartmentId,
    folderName: push.departed.moveToDepartment.name,
    deletesOutOfScope: push.scope.outOfScope === 'delete',
    alterDepartmentName: rules.alterDepartmentName,
  });
  if (departments.kind === 'stopped') return departments;
  const members = matchMembers(snapshot, scope, push, rules);

  const branchesOf = branchFinder(snapshot, departments.topId);
  const drift = decidedDrift(snapshot);
  const departures = departureFacts(snapshot, departments.folder?.departmentId ?? null);
  const { staying, departing } = withoutDeparting(members, departures);
  const active = planActive(staying, departments, push, rules, { drift, departures });
  const leaving = planLeavers(departing, departments, push, branchesOf, { drift, departures });
  const folderName = leaving.needsFolder ? push.departed.moveToDepartment.name : null;
  const kept = planDepartments(departments, folderName, snapshot.wecom.departments, {
    nodesByKey: scope.nodesByKey,
    drift,
  });
  const deletes = planDepartmentDeletes(
    findGoing(snapshot, scope, departments, push),
    snapshot,
    new Map([...active.places, ...leaving.places]),
    kept,
  );

  const changes = [...kept, ...active.changes, ...leaving.changes, ...deletes].sort(inOrderOfApplying);
  const bound = [
    ...members.active.flatMap((user) => (user.kind === 'bound' ? [user.member] : [])),
    ...members.leavers.map(({ member }) => member),
  ];
  const unchangedDepartments = departments.decisions.filter(
    (decision) =>
      decision.kind === 'matched' && !decision.isNewLink && isSamePlace(decision.before, decision.after),
  );
  return {
    kind: 'planned',
    changes,
    counts: {
      ...countActions(changes),
      unchangedDepartment: unchangedDepartments.length,
      unchangedUser: active.unchanged + leaving.unchanged,
      notCreatedUser: members.active.filter(({ kind }) => kind === 'not-created').length,
      unmanagedUser: members.unmanaged,
    },
    population: populate(bound, members.active.length, branchesOf),
    reads: judgeReads(snapshot),
  };
}

export function populate(
  bound: readonly SnapshotMember[],
  activeInScope: number,
  branchesOf: (member: SnapshotMember) => readonly number[],
): PlanPopulation {
  const branches = new Map<number, number>();
  for (const member of bound) {
    for (const branch of branchesOf(member)) branches.set(branch, (branches.get(branch) ?? 0) + 1);
  }
  return { activeInScope, boundMembers: bound.length, branches };
}

export function judgeReads({ oa, wecom }: DirectorySnapshot): Plan['reads'] {
  return {
    oa: oa.users.some(({ status }) => status === 'active') ? oa.reading : 'empty',
    wecom: wecom.members.length > 0 ? wecom.reading : 'empty',
  };
}

/** A temporary name is no change that anybody asked for. */
export function countActions(changes: readonly Change[]): Record<ChangeAction | 'heldUser', number> {
  const counts: Record<ChangeAction, number> = {
    linkDepartment: 0,
    unlinkDepartment: 0,
    createDepartment: 0,
    renameDepartment: 0,
    moveDepartment: 0,
    deleteDepartment: 0,
    bindUser: 0,
    unbindUser: 0,
    createUser: 0,
    enableUser: 0,
    updateUser: 0,
    setSuperior: 0,
    disableUser: 0,
    deleteUser: 0,
    createOaDepartment: 0,
    renameOaDepartment: 0,
    moveOaDepartment: 0,
    removeOaDepartment: 0,
    createOaUser: 0,
    updateOaUser: 0,
    returnOaUser: 0,
    departOaUser: 0,
    skipUser: 0,
    conflict: 0,
  };
  for (const change of changes) if (!isTemporary(change)) counts[change.action] += 1;
  const heldUser = changes.filter(({ action, hold }) => action === 'deleteUser' && isHolding(hold)).length;
  return { ...counts, heldUser };
}
