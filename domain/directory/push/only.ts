import type { Change } from './changes';
import { finalOf, temporarySuffix } from './department-order';
import { countActions, type Plan, type PlanCounts } from './plan';
import type { Binding, DirectorySnapshot } from './snapshot';

/** The subjects a plan is about; ids only. */
export type PlanOnly = {
  readonly oaUserIds?: readonly string[];
  readonly oaKeys?: readonly string[];
  /** Ids of the bridge. */
  readonly memberIds?: readonly string[];
  readonly driftIds?: readonly string[];
};

type Step = { readonly id: string; readonly dependsOn: readonly string[] };

/** The changes that are wanted, and all that has to be done before them, in the order they came. */
export function withWhatTheyNeed<C extends Step>(
  changes: readonly C[],
  isWanted: (change: C) => boolean,
  companionsOf: (changeId: string) => readonly string[] = () => [],
): C[] {
  const byId = new Map(changes.map((change) => [change.id, change]));
  const kept = new Set<string>();
  const open = changes.filter(isWanted).map(({ id }) => id);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const change = byId.get(id);
    if (change === undefined || kept.has(id)) continue;
    kept.add(id);
    open.push(...change.dependsOn, ...companionsOf(id));
  }
  return changes.filter(({ id }) => kept.has(id));
}

/**
 * A plan about some people and departments alone. It is cut out of the plan for everybody, so that nothing is decided
 * about them that the whole would not decide; the guard still measures it against the whole company.
 */
export function keepOnly(
  plan: Plan,
  only: PlanOnly,
  { bindings }: Pick<DirectorySnapshot, 'bindings'>,
): Plan {
  const subjects = subjectsOf(only, bindings);
  const changes = withWhatTheyNeed(plan.changes, (change) => isAbout(change, subjects), companionsOf);
  return { ...plan, changes, counts: countsOf(changes, subjects), isPartial: true };
}

export type Subjects = {
  readonly oaUserIds: ReadonlySet<string>;
  readonly memberIds: ReadonlySet<string>;
  readonly oaKeys: ReadonlySet<string>;
};

export function subjectsOf(
  { oaUserIds = [], memberIds = [], oaKeys = [] }: PlanOnly,
  bindings: readonly Binding[],
): Subjects {
  const members = new Set(memberIds);
  const boundTo = bindings.flatMap(({ memberId, oaUserId }) => (members.has(memberId) ? [oaUserId] : []));
  return { oaUserIds: new Set([...oaUserIds, ...boundTo]), memberIds: members, oaKeys: new Set(oaKeys) };
}

function isAbout(change: Change, { oaUserIds, memberIds, oaKeys }: Subjects): boolean {
  if (change.action === 'conflict') {
    const { conflict } = change;
    switch (conflict.of) {
      case 'user':
        return oaUserIds.has(conflict.oaUserId);
      case 'department':
        return oaKeys.has(conflict.oaKey);
      case 'member':
        return (
          memberIds.has(conflict.memberId) || (conflict.oaUserId !== null && oaUserIds.has(conflict.oaUserId))
        );
      case 'wecom-department':
        return conflict.oaKey !== null && oaKeys.has(conflict.oaKey);
    }
  }
  if ('oaKey' in change) return oaKeys.has(change.oaKey);
  return oaUserIds.has(change.oaUserId) || (change.memberId !== null && memberIds.has(change.memberId));
}

/** Whoever frees a name by a temporary one gets the name that was meant, and the other way round. */
function companionsOf(changeId: string): readonly string[] {
  return [finalOf(changeId) ?? `${changeId}${temporarySuffix}`];
}

function countsOf(changes: readonly Change[], { oaUserIds, oaKeys }: Subjects): PlanCounts {
  const changedUsers = new Set<string>();
  const changedKeys = new Set<string>();
  for (const change of changes) {
    if (change.action === 'conflict') continue;
    if ('oaKey' in change) changedKeys.add(change.oaKey);
    else changedUsers.add(change.oaUserId);
  }
  const without = (all: ReadonlySet<string>, changed: ReadonlySet<string>): number =>
    [...all].filter((id) => !changed.has(id)).length;
  return {
    ...countActions(changes),
    unchangedUser: without(oaUserIds, changedUsers),
    unchangedDepartment: without(oaKeys, changedKeys),
    notCreatedUser: 0,
    unmanagedUser: 0,
  };
}

/** Whether the company's decrease has a say: a plan about others than those who leave is not what it warns of. */
export function removesAnyone(changes: readonly Pick<Change, 'limitGroups'>[]): boolean {
  return changes.some(
    ({ limitGroups }) => limitGroups.includes('deletes') || limitGroups.includes('disables'),
  );
}
