import {
  nothingSpecial,
  rule,
  type Change,
  type ChangeOf,
  type Hold,
  type LimitGroup,
} from '../push/changes';
import { inOrderOfApplying } from '../push/order';
import { compareText, departmentKey, type OaNode } from '../push/snapshot';
import type { DoneChange } from '../push/undo';
import type { OaDepartmentConflict, OaPlacement, OaUserConflict, OaUserState } from './changes';
import { departmentConflict, insidersOf, type OaUserPlaces } from './departments';
import { oaFieldValue, sameInOa } from './member-values';
import { departure, isSamePlacement, memberConflict } from './members';
import { oaBranchFinder, oaPlan, type OaPlan, type OaSyncSides } from './plan';

/**
 * The inverse of a run that changed the OA, from its before-images. What is no longer as the run left it is a conflict
 * and stays. Nobody is removed: whom the run created is marked as departed, and stays bound, so that a later run finds
 * the same person again.
 */
export function planOaUndo(ledger: readonly DoneChange[], sides: OaSyncSides): OaPlan {
  const { snapshot } = sides;
  const nodes = new Map(snapshot.oa.nodes.map((node) => [node.key, node]));
  const usersById = new Map(snapshot.oa.users.map((user) => [user.id, user]));
  const boundTo = new Map(snapshot.bindings.map(({ memberId, oaUserId }) => [memberId, oaUserId]));
  const linkOf = new Map(snapshot.links.map(({ oaKey, departmentId }) => [oaKey, departmentId]));
  const branchesOf = oaBranchFinder(snapshot);
  const done = [...ledger].sort(
    (one, other) =>
      compareText(one.finishedAt, other.finishedAt) || compareText(one.change.id, other.change.id),
  );
  const changes: Change[] = [];
  const created: ChangeOf<'createOaDepartment'>[] = [];
  const places = new Map<string, { readonly departmentIds: readonly string[]; readonly changeId: string }>();
  const restored = new Set(
    done.flatMap(({ change }) =>
      change.action === 'removeOaDepartment' && !nodes.has(change.oaKey) ? [change.oaKey] : [],
    ),
  );
  let unchangedDepartment = 0;
  let unchangedUser = 0;

  for (const { change } of done) undoOne(change);
  changes.push(...removeCreated());
  changes.sort(inOrderOfApplying);
  return oaPlan(sides, changes, { unchangedDepartment, unchangedUser, notCreatedUser: 0 });

  function undoOne(change: Change): void {
    const id = `undo:${change.id}`;
    switch (change.action) {
      case 'linkDepartment': {
        if (linkOf.get(change.oaKey) !== change.departmentId) {
          unchangedDepartment += 1;
          return;
        }
        const { oaKey, level, departmentId, before } = change;
        changes.push({
          ...nothingSpecial,
          id,
          action: 'unlinkDepartment',
          oaKey,
          level,
          departmentId,
          before: { departmentId },
          after: before,
          rule: rule('undo-linked'),
        });
        return;
      }
      case 'createOaDepartment':
        if (nodes.has(change.oaKey)) created.push(change);
        else unchangedDepartment += 1;
        return;
      case 'renameOaDepartment':
      case 'moveOaDepartment':
        return putBack(id, change);
      case 'removeOaDepartment':
        return restore(id, change);
      case 'bindUser': {
        const { oaUserId, memberId, userId } = change;
        if (boundTo.get(memberId) !== oaUserId) {
          unchangedUser += 1;
          return;
        }
        changes.push({
          ...nothingSpecial,
          id,
          action: 'unbindUser',
          oaUserId,
          memberId,
          userId,
          before: { oaUserId },
          after: null,
          rule: rule('undo-bound'),
        });
        return;
      }
      case 'createOaUser':
      case 'returnOaUser': {
        const user = usersById.get(change.oaUserId);
        if (user === undefined || user.status === 'departed') {
          unchangedUser += 1;
          return;
        }
        changes.push({
          ...departure(user, change, branchesOf(user)),
          id,
          rule: rule(change.action === 'createOaUser' ? 'undo-oa-created' : 'undo-oa-returned'),
        });
        places.set(user.id, { departmentIds: [], changeId: id });
        return;
      }
      case 'updateOaUser':
        return writeBack(id, change);
      case 'departOaUser':
        return bringBack(id, change);
      default:
        return;
    }
  }

  function putBack(id: string, change: ChangeOf<'renameOaDepartment' | 'moveOaDepartment'>): void {
    const { oaKey, departmentId, level, step, before, after, action } = change;
    const node = nodes.get(oaKey);
    const conflict = (because: OaDepartmentConflict): void => {
      changes.push(departmentConflict(id, departmentId, oaKey, because));
    };
    if (node === undefined) return conflict('oa-department-gone');
    if (node.name === before.name && node.parentKey === before.parentKey) {
      unchangedDepartment += 1;
      return;
    }
    if (node.name !== after.name || node.parentKey !== after.parentKey)
      return conflict('oa-department-changed-since');
    if (!isThere(before.parentKey)) return conflict('parent-not-in-oa');
    changes.push({
      ...nothingSpecial,
      id,
      action,
      oaKey,
      level,
      step,
      departmentId,
      before: after,
      after: before,
      dependsOn: comesBack(before.parentKey),
      rule: rule(action === 'moveOaDepartment' ? 'undo-oa-moved' : 'undo-oa-renamed'),
    });
  }

  function restore(id: string, change: ChangeOf<'removeOaDepartment'>): void {
    const { oaKey, departmentId, level, before } = change;
    if (nodes.has(oaKey)) {
      unchangedDepartment += 1;
      return;
    }
    if (!isThere(before.parentKey)) {
      changes.push(departmentConflict(id, departmentId, oaKey, 'parent-not-in-oa'));
      return;
    }
    changes.push({
      ...nothingSpecial,
      id,
      action: 'createOaDepartment',
      oaKey,
      level,
      step: level,
      departmentId,
      before: null,
      after: before,
      dependsOn: comesBack(before.parentKey),
      rule: rule('undo-oa-removed-department'),
    });
  }

  function writeBack(id: string, change: ChangeOf<'updateOaUser' | 'returnOaUser'>): void {
    const { oaUserId, memberId, userId, before, after } = change;
    const user = usersById.get(oaUserId);
    const conflict = (because: OaUserConflict): void => {
      changes.push(memberConflict(`${id}:${because.code}`, { memberId, userId }, oaUserId, because));
    };
    if (user === undefined) return conflict({ code: 'oa-user-gone', params: { oaUserId } });
    const values: Record<string, string | null> = {};
    const now: Record<string, string | null> = {};
    const changedSince: string[] = [];
    const limitGroups = new Set<LimitGroup>();
    for (const [field, written] of Object.entries(after.values)) {
      const current = oaFieldValue(user, field);
      const was = before.values[field] ?? null;
      if (isSame(field, current, was)) continue;
      if (!isSame(field, current, written)) changedSince.push(field);
      else {
        values[field] = was;
        now[field] = current;
        if (was === null) limitGroups.add('cleared');
      }
    }
    const current: OaPlacement = {
      departmentId: user.departmentId,
      partTimeDepartmentIds: user.partTimeDepartmentIds,
    };
    let placement: OaPlacement | null = null;
    if (
      after.placement !== null &&
      before.placement !== null &&
      !isSamePlacement(current, before.placement)
    ) {
      if (!isSamePlacement(current, after.placement) || !isPlaceable(before.placement))
        changedSince.push('department');
      else {
        placement = before.placement;
        if (placement.departmentId !== current.departmentId) limitGroups.add('moves');
      }
    }
    if (changedSince.length > 0) {
      conflict({
        code: 'oa-user-changed-since',
        params: { fields: changedSince.sort(compareText).join(', ') },
      });
    }
    if (Object.keys(values).length === 0 && placement === null) {
      if (changedSince.length === 0) unchangedUser += 1;
      return;
    }
    const state = (fields: OaUserState['values'], place: OaPlacement | null): OaUserState => ({
      values: fields,
      placement: place,
    });
    changes.push({
      ...nothingSpecial,
      id,
      action: 'updateOaUser',
      oaUserId,
      memberId,
      userId,
      before: state(now, placement === null ? null : current),
      after: state(values, placement),
      limitGroups: [...limitGroups].sort(compareText),
      dependsOn: placement === null ? [] : comesBackFor(placement),
      rule: rule('undo-oa-updated'),
    });
    if (placement !== null) place(id, oaUserId, placement);
  }

  function bringBack(id: string, change: ChangeOf<'departOaUser'>): void {
    const { oaUserId, memberId, userId, before } = change;
    const user = usersById.get(oaUserId);
    if (user === undefined) {
      const because: OaUserConflict = { code: 'oa-user-gone', params: { oaUserId } };
      changes.push(memberConflict(id, { memberId, userId }, oaUserId, because));
      return;
    }
    if (user.status === 'active') {
      unchangedUser += 1;
      return;
    }
    const loginId = before.values['loginId'] ?? user.loginId;
    const owner = snapshot.oa.users.find(
      (one) => one.status === 'active' && one.loginId.toLowerCase() === loginId.toLowerCase(),
    );
    if (owner !== undefined) {
      const because: OaUserConflict = { code: 'login-taken', params: { loginId } };
      changes.push(memberConflict(id, { memberId, userId }, oaUserId, because));
      return;
    }
    const placement = before.placement !== null && isPlaceable(before.placement) ? before.placement : null;
    const current: OaPlacement = {
      departmentId: user.departmentId,
      partTimeDepartmentIds: user.partTimeDepartmentIds,
    };
    const after = placement ?? { departmentId: null, partTimeDepartmentIds: [] };
    changes.push({
      ...nothingSpecial,
      id,
      action: 'returnOaUser',
      oaUserId,
      memberId,
      userId,
      before: { values: {}, placement: current },
      after: { values: {}, placement: after },
      dependsOn: comesBackFor(after),
      rule: rule('undo-oa-departed'),
    });
    place(id, oaUserId, after);
  }

  /** Children before their parents; what somebody has put into one since keeps it where it is. */
  function removeCreated(): Change[] {
    const insiders = insidersOf(snapshot, places satisfies OaUserPlaces, changes);
    const removed = new Set<string>();
    const sorted = [...created].sort(
      (one, other) => other.level - one.level || compareText(one.oaKey, other.oaKey),
    );
    return sorted.flatMap(({ oaKey, departmentId, level, id: doneId, after }): Change[] => {
      const node: OaNode | undefined = nodes.get(oaKey);
      if (node === undefined) return [];
      const id = `undo:${doneId}`;
      if (node.name !== after.name || node.parentKey !== after.parentKey) {
        return [departmentConflict(id, departmentId, oaKey, 'oa-department-changed-since')];
      }
      const people = insiders.peopleIn(node.id);
      const children = insiders.childrenOf(oaKey);
      const left = children.staying.filter((key) => !removed.has(key));
      const isEmpty = people.staying.length === 0 && left.length === 0;
      if (isEmpty) removed.add(oaKey);
      const hold: Hold | null = isEmpty
        ? null
        : {
            code: 'department-not-empty',
            params: { members: people.staying.length, departments: left.length },
            userIds: people.staying.slice(0, 20),
          };
      return [
        {
          ...nothingSpecial,
          id,
          action: 'removeOaDepartment',
          oaKey,
          level,
          departmentId,
          before: { name: node.name, parentKey: node.parentKey },
          after: null,
          limitGroups: ['department-deletes'],
          hold,
          dependsOn: [
            ...new Set([
              ...people.leaving,
              ...children.leaving,
              ...sorted.filter((one) => children.staying.includes(one.oaKey)).map((one) => `undo:${one.id}`),
            ]),
          ],
          rule: rule('undo-oa-created-department'),
        },
      ];
    });
  }

  function place(
    changeId: string,
    oaUserId: string,
    { departmentId, partTimeDepartmentIds }: OaPlacement,
  ): void {
    const departmentIds = [...(departmentId === null ? [] : [departmentId]), ...partTimeDepartmentIds];
    places.set(oaUserId, { departmentIds, changeId });
  }

  function isThere(key: string | null): boolean {
    return key === null || nodes.has(key) || restored.has(key);
  }

  function isPlaceable({ departmentId, partTimeDepartmentIds }: OaPlacement): boolean {
    return [departmentId, ...partTimeDepartmentIds].every((id) => id === null || isThere(departmentKey(id)));
  }

  function comesBack(key: string | null): string[] {
    return key !== null && restored.has(key) ? [`undo:removeOaDepartment:${key}`] : [];
  }

  function comesBackFor({ departmentId, partTimeDepartmentIds }: OaPlacement): string[] {
    return [departmentId, ...partTimeDepartmentIds].flatMap((id) =>
      id === null ? [] : comesBack(departmentKey(id)),
    );
  }
}

function isSame(field: string, one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other;
  return sameInOa(field, one, other);
}
