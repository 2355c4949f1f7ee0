import type { DirectorySettings } from '../settings';
import { branchFinder } from './branches';
import type { Change } from './changes';
import { inOrderOfApplying } from './order';
import { countActions, judgeReads, populate, type Plan, type PlanStop } from './plan';
import { decideScope } from './scope';
import { compareText, type DirectorySnapshot, type SnapshotMember, type ValueRules } from './snapshot';
import { undoDepartments } from './undo-departments';
import { undoMembers } from './undo-members';

/** A change that was carried out, and what is known of its object since. */
export type DoneChange = {
  readonly change: Change;
  /** Of the member it concerned or created. */
  readonly memberId: string | null;
  /** Of the department it concerned or created. */
  readonly departmentId: number | null;
  readonly finishedAt: string;
  /** The member was seen activated at some time; false for departments. */
  readonly everActivated: boolean;
};

const wecomRootId = 1;

/**
 * The inverse of a run, from its before-images, as far as WeCom allows. What is no longer as the run left it is a
 * conflict and stays; what nobody knew before is named and stays.
 */
export function planUndo(
  ledger: readonly DoneChange[],
  snapshot: DirectorySnapshot,
  settings: DirectorySettings,
  rules: Pick<ValueRules, 'userIdProblem'>,
): Plan | { readonly kind: 'stopped'; readonly reason: PlanStop } {
  if (settings.access === 'read-only') return { kind: 'stopped', reason: { code: 'read-only' } };
  if (settings.master === 'wecom') return { kind: 'stopped', reason: { code: 'wecom-is-master' } };
  const { push } = settings;
  const done = [...ledger].sort(
    (one, other) =>
      compareText(one.finishedAt, other.finishedAt) || compareText(one.change.id, other.change.id),
  );

  const branchesOf = branchFinder(snapshot, push.topDepartmentId ?? wecomRootId);
  const departments = undoDepartments(done, snapshot);
  const people = undoMembers({ done, snapshot, push, rules, places: departments.places, branchesOf });
  const changes = [...departments.changes, ...people.changes, ...departments.planDeletes(people.placed)].sort(
    inOrderOfApplying,
  );

  const byMemberId = new Map(snapshot.wecom.members.map((member) => [member.memberId, member]));
  const bound = snapshot.bindings.flatMap(({ memberId }): SnapshotMember[] => {
    const member = byMemberId.get(memberId);
    return member === undefined ? [] : [member];
  });
  const scope = decideScope(snapshot.oa.nodes, push);
  const activeInScope = snapshot.oa.users.filter(
    (user) => user.status === 'active' && scope.scopeOf(user).kind === 'in',
  ).length;
  return {
    kind: 'planned',
    changes,
    counts: {
      ...countActions(changes),
      unchangedDepartment: departments.unchanged,
      unchangedUser: people.unchanged,
      notCreatedUser: 0,
      unmanagedUser: snapshot.wecom.members.length - bound.length,
    },
    population: populate(bound, activeInScope, branchesOf),
    reads: judgeReads(snapshot),
  };
}
