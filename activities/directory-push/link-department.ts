import type { ChangeOf } from '../../domain/directory/push/changes';
import type { LedgerEffect } from '../../store/push-ledger';
import { departmentGone, departmentIdOf, type Executor, type OwnContext } from './context';
import { done } from './settled';

/** No call: only the bridge has to remember. */
export const linkDepartment: Executor<ChangeOf<'linkDepartment'>, OwnContext> = async (change, context) => {
  const { oaKey, departmentId, before } = change;
  const ref = { kind: 'existing', departmentId } as const;
  if (departmentIdOf(ref, context) === undefined) return departmentGone(ref);
  const unlinked: LedgerEffect[] =
    before === null ? [] : [{ kind: 'department-unlinked', oaKey: before.oaKey, departmentId }];
  return done([...unlinked, { kind: 'department-linked', oaKey, departmentId, oaName: nameInOa(change) }]);
};

export const unlinkDepartment: Executor<ChangeOf<'unlinkDepartment'>, OwnContext> = async (change) => {
  const { oaKey, departmentId, after } = change;
  const linked: LedgerEffect[] =
    after === null ? [] : [{ kind: 'department-linked', oaKey: after.oaKey, departmentId, oaName: null }];
  return done([{ kind: 'department-unlinked', oaKey, departmentId }, ...linked]);
};

/** As the OA has it, where WeCom's rules made it another one. */
export function nameInOa(change: ChangeOf<'linkDepartment' | 'createDepartment'>): string | null {
  const { alteredFrom } = change.rule.params;
  if (typeof alteredFrom === 'string') return alteredFrom;
  return change.action === 'createDepartment' ? change.after.name : null;
}
