import { type ChangeAction, changeActions } from '../api/push';
import type { Run } from '../api/runs';

/** A plan made from a pull changes the OA; every other one changes WeCom. */
export function writesToOa({ push }: Pick<Run, 'push'>): boolean {
  return push?.target === 'oa';
}

const ofBoth: ReadonlySet<ChangeAction> = new Set([
  'conflict',
  'skipUser',
  'bindUser',
  'unbindUser',
  'linkDepartment',
  'unlinkDepartment',
]);

/** What a plan of this run can hold. */
export function actionsOf(run: Pick<Run, 'push'>): readonly ChangeAction[] {
  const ofOa = writesToOa(run);
  return changeActions.filter((action) => ofBoth.has(action) || action.includes('Oa') === ofOa);
}
