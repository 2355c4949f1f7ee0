import type { Change, ChangeAction } from './changes';
import { compareText } from './snapshot';

const stages: Readonly<Record<ChangeAction, number>> = {
  linkDepartment: 0,
  createDepartment: 1,
  renameDepartment: 1,
  moveDepartment: 1,
  bindUser: 2,
  createUser: 3,
  enableUser: 4,
  updateUser: 5,
  setSuperior: 6,
  disableUser: 7,
  deleteUser: 8,
  deleteDepartment: 9,
  skipUser: 10,
  conflict: 11,
};

const withinLevel: Partial<Record<ChangeAction, number>> = { renameDepartment: 1, moveDepartment: 2 };

export function inOrderOfApplying(one: Change, other: Change): number {
  return (
    stages[one.action] - stages[other.action] ||
    levelForOrder(one) - levelForOrder(other) ||
    (withinLevel[one.action] ?? 0) - (withinLevel[other.action] ?? 0) ||
    compareText(one.id, other.id)
  );
}

/** Parents first, and children first where departments go. */
function levelForOrder(change: Change): number {
  if (!('level' in change)) return 0;
  return change.action === 'deleteDepartment' ? -change.level : change.level;
}
