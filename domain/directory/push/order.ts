import type { Change } from './changes';
import { compareText } from './snapshot';

/**
 * Changes of one stage may be applied side by side; a stage begins when the one before is over. Departments come
 * step by step, people among themselves in any order, but for a number that one takes over from another, and what is
 * left empty goes last, the deepest first.
 */
export function stageOf(change: Change): number {
  switch (change.action) {
    case 'linkDepartment':
      return 0;
    case 'createDepartment':
    case 'renameDepartment':
    case 'moveDepartment':
    case 'createOaDepartment':
    case 'renameOaDepartment':
    case 'moveOaDepartment':
      return 100 + change.step;
    case 'bindUser':
      return 1000;
    case 'createUser':
      return change.step === undefined ? 2000 : 2100 + change.step;
    case 'createOaUser':
      return 2000;
    case 'enableUser':
    case 'updateUser':
      return 2100 + (change.step ?? 0);
    case 'updateOaUser':
    case 'returnOaUser':
      return 2100;
    case 'disableUser':
    case 'departOaUser':
      return 2300;
    case 'deleteUser':
      return 2400;
    // Whoever is named as a superior has to exist by then.
    case 'setSuperior':
      return 2500;
    case 'deleteDepartment':
    case 'removeOaDepartment':
      return 3000 + (100 - change.level);
    case 'unbindUser':
      return 4000;
    case 'unlinkDepartment':
      return 4100;
    case 'skipUser':
      return 9000;
    case 'conflict':
      return 9001;
  }
}

export function inOrderOfApplying(one: Change, other: Change): number {
  return stageOf(one) - stageOf(other) || levelOf(one) - levelOf(other) || compareText(one.id, other.id);
}

function levelOf(change: Change): number {
  return 'level' in change ? change.level : 0;
}
