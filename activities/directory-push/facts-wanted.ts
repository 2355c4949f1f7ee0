import type { Change } from '../../domain/directory/push/changes';
import type { DepartmentRef } from '../../domain/directory/push/department-match';
import type { FactsWanted } from '../../store/push-ledger';

/** What has to be known beside these changes: asked for all of them at once. */
export function factsWanted(changes: readonly Change[]): FactsWanted {
  const departmentIds = new Set<number>();
  const oaKeys = new Set<string>();
  const memberIds = new Set<string>();
  const oaUserIds = new Set<string>();
  for (const change of changes) {
    for (const ref of refsOf(change)) {
      if (ref.kind === 'existing') departmentIds.add(ref.departmentId);
      else oaKeys.add(ref.oaKey);
    }
    if (change.action === 'createDepartment') oaKeys.add(change.oaKey);
    if ('memberId' in change && change.memberId !== null) memberIds.add(change.memberId);
    if (change.action === 'createUser' || change.action === 'bindUser' || change.action === 'createOaUser') {
      oaUserIds.add(change.oaUserId);
    }
  }
  return {
    departmentIds: [...departmentIds],
    oaKeys: [...oaKeys],
    memberIds: [...memberIds],
    oaUserIds: [...oaUserIds],
  };
}

function refsOf(change: Change): readonly DepartmentRef[] {
  switch (change.action) {
    case 'createDepartment':
      return [change.after.parent];
    case 'linkDepartment':
    case 'unlinkDepartment':
    case 'deleteDepartment':
    case 'createOaDepartment':
    case 'renameOaDepartment':
    case 'moveOaDepartment':
    case 'removeOaDepartment':
      return [{ kind: 'existing', departmentId: change.departmentId }];
    case 'renameDepartment':
    case 'moveDepartment':
      return [{ kind: 'existing', departmentId: change.departmentId }, change.after.parent];
    case 'createUser':
    case 'updateUser':
    case 'enableUser':
    case 'disableUser': {
      const { placement } = change.after;
      if (placement === null) return [];
      return placement.main === null ? placement.departments : [...placement.departments, placement.main];
    }
    case 'bindUser':
    case 'unbindUser':
    case 'setSuperior':
    case 'deleteUser':
    case 'createOaUser':
    case 'updateOaUser':
    case 'returnOaUser':
    case 'departOaUser':
    case 'skipUser':
    case 'conflict':
      return [];
  }
}
