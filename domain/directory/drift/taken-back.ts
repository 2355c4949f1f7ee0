import { rule, type Change, type ChangeOf, type RuleCode, type WrittenUser } from '../push/changes';
import { refKey } from '../push/department-match';
import { isTemporary } from '../push/department-order';
import type { PlanOnly } from '../push/only';
import type { Plan } from '../push/plan';
import type { DirectorySnapshot } from '../push/snapshot';
import { departmentsField, enabledField, existenceField, nameField, parentField } from './judge';

/**
 * What somebody decided to take back, and nothing else about the same person or department: another change by hand may
 * still wait for its own decision.
 */
export function takeBackOnly(
  plan: Plan,
  { driftDecisions = [], bindings, links }: Pick<DirectorySnapshot, 'driftDecisions' | 'bindings' | 'links'>,
  { driftIds = [], memberIds = [], oaKeys = [] }: PlanOnly,
): Plan {
  const wanted = new Set(driftIds);
  const memberOf = new Map(bindings.map(({ oaUserId, memberId }) => [oaUserId, memberId]));
  const departmentOf = new Map(links.map(({ oaKey, departmentId }) => [oaKey, departmentId]));
  // Whom the plan is about without anything (any more) to take back: nothing of theirs is in it.
  const members = new Map(memberIds.map((memberId) => [memberId, new Set<string>()]));
  const departments = new Map(
    oaKeys.flatMap((oaKey) => {
      const departmentId = departmentOf.get(oaKey);
      return departmentId === undefined ? [] : [[departmentId, new Set<string>()] as const];
    }),
  );
  for (const { decision, driftId, memberId, departmentId, field } of driftDecisions) {
    if (decision !== 'reverting' || !wanted.has(driftId)) continue;
    if (memberId !== null) members.set(memberId, (members.get(memberId) ?? new Set()).add(field));
    if (departmentId !== null)
      departments.set(departmentId, (departments.get(departmentId) ?? new Set()).add(field));
  }
  const changes = plan.changes.flatMap((change): Change[] => {
    switch (change.action) {
      case 'updateUser':
      case 'enableUser':
        return narrowedUser(change, members.get(change.memberId));
      case 'disableUser':
        return members.get(change.memberId)?.has(enabledField) === false ? [] : [change];
      case 'setSuperior':
        return members.get(change.memberId ?? '')?.has('direct_leader') === false ? [] : [change];
      case 'skipUser': {
        const { field } = change.rule.params;
        const fields = members.get(change.memberId ?? '');
        return fields === undefined || field === undefined || fields.has(String(field)) ? [change] : [];
      }
      case 'createUser':
        return members.get(memberOf.get(change.oaUserId) ?? '')?.has(existenceField) === false
          ? []
          : [change];
      case 'createDepartment':
        return departments.get(departmentOf.get(change.oaKey) ?? 0)?.has(existenceField) === false
          ? []
          : [change];
      case 'renameDepartment':
      case 'moveDepartment':
        return narrowedDepartment(change, departments.get(change.departmentId));
      default:
        return [change];
    }
  });
  return { ...plan, changes };
}

function narrowedUser(
  change: ChangeOf<'updateUser' | 'enableUser'>,
  fields: ReadonlySet<string> | undefined,
): Change[] {
  if (fields === undefined) return [change];
  const isEnabled = change.action === 'enableUser';
  if (isEnabled && !fields.has(enabledField)) return [];
  const moves = fields.has(departmentsField) && change.after.placement !== null;
  const narrowed = ({ values, placement }: WrittenUser): WrittenUser => ({
    values: Object.fromEntries(Object.entries(values).filter(([field]) => fields.has(field))),
    placement: moves ? placement : null,
  });
  const after = narrowed(change.after);
  const written = Object.values(after.values);
  if (!isEnabled && !moves && written.length === 0) return [];
  const code: RuleCode = moves
    ? written.length > 0
      ? 'fields-and-departments-differ'
      : 'departments-differ'
    : 'fields-differ';
  return [
    {
      ...change,
      before: narrowed(change.before),
      after,
      limitGroups: change.limitGroups.filter((group) =>
        group === 'moves' ? moves : group !== 'cleared' || written.includes(''),
      ),
      dependsOn: change.dependsOn.filter((id) => moves || !id.startsWith('createDepartment:')),
      rule: isEnabled ? change.rule : rule(code),
    },
  ];
}

function narrowedDepartment(
  change: ChangeOf<'renameDepartment' | 'moveDepartment'>,
  fields: ReadonlySet<string> | undefined,
): Change[] {
  if (fields === undefined || isTemporary(change)) return [change];
  const { before, oaKey } = change;
  const after = {
    name: fields.has(nameField) ? change.after.name : before.name,
    parent: fields.has(parentField) ? change.after.parent : before.parent,
  };
  const isMoved = refKey(before.parent) !== refKey(after.parent);
  if (!isMoved && before.name === after.name) return [];
  const action = isMoved ? 'moveDepartment' : 'renameDepartment';
  return [
    {
      ...change,
      id: `${action}:${oaKey}`,
      action,
      after,
      rule: action === change.action ? change.rule : rule('renamed-in-oa'),
    },
  ];
}
