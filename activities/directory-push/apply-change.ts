import type { Change } from '../../domain/directory/push/changes';
import { bindUser, unbindUser } from './bind-user';
import { changeDepartment } from './change-department';
import type { ChangeContext } from './context';
import { createDepartment } from './create-department';
import { createUser } from './create-user';
import { deleteDepartment } from './delete-department';
import { deleteUser } from './delete-user';
import { linkDepartment, unlinkDepartment } from './link-department';
import type { Settled } from './settled';
import { disableUser, setSuperior, updateUser } from './write-user';

export async function applyChange(change: Change, context: ChangeContext): Promise<Settled> {
  switch (change.action) {
    case 'linkDepartment':
      return linkDepartment(change, context);
    case 'unlinkDepartment':
      return unlinkDepartment(change, context);
    case 'createDepartment':
      return createDepartment(change, context);
    case 'renameDepartment':
    case 'moveDepartment':
      return changeDepartment(change, context);
    case 'deleteDepartment':
      return deleteDepartment(change, context);
    case 'bindUser':
      return bindUser(change, context);
    case 'unbindUser':
      return unbindUser(change, context);
    case 'createUser':
      return createUser(change, context);
    case 'updateUser':
    case 'enableUser':
      return updateUser(change, context);
    case 'setSuperior':
      return setSuperior(change, context);
    case 'disableUser':
      return disableUser(change, context);
    case 'deleteUser':
      return deleteUser(change, context);
    case 'createOaDepartment':
    case 'renameOaDepartment':
    case 'moveOaDepartment':
    case 'removeOaDepartment':
    case 'createOaUser':
    case 'updateOaUser':
    case 'returnOaUser':
    case 'departOaUser':
      // A plan changes one side only.
      throw new Error(`${change.id} is no change of WeCom`);
    case 'skipUser':
    case 'conflict':
      // Their stage is never claimed: a plan says what it will not do, and why.
      throw new Error(`${change.id} is not to be applied`);
  }
}
