import type { Change } from '../push/changes';
import { inOrderOfApplying } from '../push/order';
import { countActions, judgeReads, type Plan, type PlanStop } from '../push/plan';
import { departmentKey, type DirectorySnapshot, type SourceUser, type ValueRules } from '../push/snapshot';
import { defaultDirectorySettings, type DirectorySettings, type FieldMapping } from '../settings';
import { planOaDepartments, planOaRemovals, wecomRootId } from './departments';
import { invalidMemberMapping } from './member-values';
import { planOaMembers, type GoneMember } from './members';

/** Both sides, and what is to be known of WeCom beside them. */
export type OaSyncSides = {
  readonly snapshot: DirectorySnapshot;
  /** Of those who were bound. */
  readonly gone: readonly GoneMember[];
  /** WeCom's id of the corp. */
  readonly corpid: string;
};

export type OaPlan = Plan | { readonly kind: 'stopped'; readonly reason: PlanStop };

/** What has to change in the OA so that it says what WeCom says. Nobody is ever removed from it. */
export function planOaSync(sides: OaSyncSides, settings: DirectorySettings, rules: ValueRules): OaPlan {
  if (settings.master !== 'wecom') return { kind: 'stopped', reason: { code: 'oa-is-master' } };
  if (!settings.pull.syncToOa) return { kind: 'stopped', reason: { code: 'sync-to-oa-off' } };
  const mapping = fieldMappingOf(settings);
  const invalid = invalidMemberMapping(mapping);
  if (invalid !== undefined)
    return { kind: 'stopped', reason: { code: 'expression-invalid', params: invalid } };

  const { snapshot, gone, corpid } = sides;
  const departments = planOaDepartments(snapshot, corpid, rules);
  if (departments.kind === 'stopped') return departments;
  const branchesOf = oaBranchFinder(snapshot);
  const { match } = settings.push;
  const members = planOaMembers({ snapshot, gone, corpid, mapping, match, departments, branchesOf });
  const removals = planOaRemovals(snapshot, departments, members.places);
  const changes = [...departments.changes, ...members.changes, ...removals.changes].sort(inOrderOfApplying);
  return oaPlan(sides, changes, {
    unchangedDepartment: departments.unchanged,
    unchangedUser: members.unchanged,
    notCreatedUser: members.notCreated,
  });
}

/** Documents saved before there was a mapping have none. */
export function fieldMappingOf({ pull }: Pick<DirectorySettings, 'pull'>): readonly FieldMapping[] {
  const { fieldMapping }: { readonly fieldMapping?: readonly FieldMapping[] } = pull;
  return fieldMapping ?? defaultDirectorySettings.pull.fieldMapping;
}

export function oaPlan(
  { snapshot }: Pick<OaSyncSides, 'snapshot'>,
  changes: readonly Change[],
  unchanged: Pick<Plan['counts'], 'unchangedDepartment' | 'unchangedUser' | 'notCreatedUser'>,
): Plan {
  const bound = new Set(snapshot.bindings.map(({ oaUserId }) => oaUserId));
  const managed = snapshot.oa.users.filter(({ id, status }) => status === 'active' && bound.has(id));
  const branchesOf = oaBranchFinder(snapshot);
  const branches = new Map<number, number>();
  for (const user of managed) {
    for (const branch of branchesOf(user)) branches.set(branch, (branches.get(branch) ?? 0) + 1);
  }
  const active = snapshot.oa.users.filter(({ status }) => status === 'active').length;
  return {
    kind: 'planned',
    changes,
    counts: { ...countActions(changes), ...unchanged, unmanagedUser: active - managed.length },
    population: { activeInScope: snapshot.wecom.members.length, boundMembers: managed.length, branches },
    reads: judgeReads(snapshot),
  };
}

/** The linked departments above an OA user, below the top: limits of one branch count there. */
export function oaBranchFinder(snapshot: DirectorySnapshot): (user: SourceUser) => readonly number[] {
  const nodes = new Map(snapshot.oa.nodes.map((node) => [node.key, node]));
  const linked = new Map(snapshot.links.map(({ oaKey, departmentId }) => [oaKey, departmentId]));
  const known = new Map<string, readonly number[]>();
  const upwards = (key: string): readonly number[] => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const branch: number[] = [];
    const seen = new Set<string>();
    for (let node = nodes.get(key); node !== undefined && !seen.has(node.key);) {
      seen.add(node.key);
      const departmentId = linked.get(node.key);
      // The root is no branch: its share is everybody's.
      if (departmentId !== undefined && departmentId !== wecomRootId && node.parentKey !== null) {
        branch.push(departmentId);
      }
      node = node.parentKey === null ? undefined : nodes.get(node.parentKey);
    }
    known.set(key, branch);
    return branch;
  };
  return ({ departmentId }) => (departmentId === null ? [] : upwards(departmentKey(departmentId)));
}
