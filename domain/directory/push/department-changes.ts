import type { PushSettings } from '../settings';
import { creating, folderKey, nothingSpecial, rule, type Change, type Rule } from './changes';
import {
  ancestorsOf,
  refKey,
  type DepartmentDecision,
  type DepartmentMatch,
  type DepartmentRef,
} from './department-match';
import type { MemberPlaces } from './member-changes';
import type { Scope } from './scope';
import { compareText, type DirectorySnapshot } from './snapshot';

const insidersShown = 20;

export function planDepartments(match: DepartmentMatch, folderName: string | null): Change[] {
  const changes = match.decisions.flatMap((decision) => planDepartment(decision));
  if (folderName === null || match.folderId !== null) return changes;
  const parent: DepartmentRef = { kind: 'existing', departmentId: match.topId };
  return [
    ...changes,
    {
      ...nothingSpecial,
      id: `createDepartment:${folderKey}`,
      action: 'createDepartment',
      oaKey: folderKey,
      level: 0,
      before: null,
      after: { name: folderName, parent },
      rule: rule('folder-of-disabled-members'),
    },
  ];
}

function planDepartment(decision: DepartmentDecision): Change[] {
  const { oaKey, level } = decision;
  switch (decision.kind) {
    case 'conflict':
      return [
        {
          ...nothingSpecial,
          id: `conflict:${oaKey}`,
          action: 'conflict',
          conflict: { of: 'department', oaKey, because: decision.because },
          before: null,
          after: null,
          rule: rule('department-conflict'),
        },
      ];
    case 'created':
      return [
        {
          ...nothingSpecial,
          id: `createDepartment:${oaKey}`,
          action: 'createDepartment',
          oaKey,
          level,
          before: null,
          after: decision.after,
          dependsOn: creating(decision.after.parent),
          rule: rule('not-in-wecom', altered(decision.alteredFrom)),
        },
      ];
    case 'matched': {
      const { departmentId, before, after } = decision;
      if (decision.isNewLink) {
        return [
          {
            ...nothingSpecial,
            id: `linkDepartment:${oaKey}`,
            action: 'linkDepartment',
            oaKey,
            level,
            departmentId,
            before: null,
            after: { departmentId },
            rule: rule('same-level-same-name', altered(decision.alteredFrom)),
          },
        ];
      }
      const isMoved = refKey(before.parent) !== refKey(after.parent);
      if (!isMoved && before.name === after.name) return [];
      const action = isMoved ? 'moveDepartment' : 'renameDepartment';
      return [
        {
          ...nothingSpecial,
          id: `${action}:${oaKey}`,
          action,
          oaKey,
          level,
          departmentId,
          before,
          after,
          dependsOn: creating(after.parent),
          rule: rule(isMoved ? 'moved-in-oa' : 'renamed-in-oa', altered(decision.alteredFrom)),
        },
      ];
    }
  }
}

function altered(alteredFrom: string | null): Rule['params'] {
  return alteredFrom === null ? {} : { alteredFrom };
}

/** Linked ones that the OA has no more, or that are out of scope where that means deletion. */
export function planDepartmentDeletes({
  snapshot,
  scope,
  departments: match,
  push,
  places,
  done,
}: {
  readonly snapshot: DirectorySnapshot;
  readonly scope: Scope;
  readonly departments: DepartmentMatch;
  readonly push: PushSettings;
  readonly places: MemberPlaces;
  readonly done: readonly Change[];
}): Change[] {
  const byId = new Map(snapshot.wecom.departments.map((department) => [department.departmentId, department]));
  const aboveTop = ancestorsOf(match.topId, byId);
  const inUse = new Set(
    [...match.refByKey.values()].flatMap((ref) => (ref.kind === 'existing' ? [ref.departmentId] : [])),
  );
  const going = new Map<
    number,
    { readonly oaKey: string; readonly because: 'gone-from-oa' | 'out-of-scope' }
  >();
  for (const { oaKey, departmentId } of snapshot.links) {
    if (!byId.has(departmentId) || inUse.has(departmentId)) continue;
    if (departmentId === match.topId || departmentId === match.folderId || aboveTop.has(departmentId))
      continue;
    if (!scope.nodesByKey.has(oaKey)) going.set(departmentId, { oaKey, because: 'gone-from-oa' });
    else if (push.scope.outOfScope === 'delete' && !scope.chosen.has(oaKey) && !scope.structure.has(oaKey)) {
      going.set(departmentId, { oaKey, because: 'out-of-scope' });
    }
  }
  if (going.size === 0) return [];

  const staying = new Map<number, string[]>();
  const before = new Map<number, string[]>();
  const note = <T>(map: Map<number, T[]>, departmentId: number, value: T): void => {
    const list = map.get(departmentId);
    if (list === undefined) map.set(departmentId, [value]);
    else list.push(value);
  };
  for (const member of snapshot.wecom.members) {
    const place = places.get(member.memberId);
    for (const departmentId of member.departments) {
      if (!going.has(departmentId)) continue;
      if (place === undefined || place.after.has(`#${departmentId}`))
        note(staying, departmentId, member.userId);
      else note(before, departmentId, place.changeId);
    }
  }

  const movedTo = new Map<number, { readonly parent: string; readonly changeId: string }>();
  for (const change of done) {
    if (change.action !== 'moveDepartment') continue;
    movedTo.set(change.departmentId, { parent: refKey(change.after.parent), changeId: change.id });
  }
  const children = new Map<number, number>();
  for (const { departmentId, parentId } of snapshot.wecom.departments) {
    if (!going.has(parentId)) continue;
    const moved = movedTo.get(departmentId);
    const leaver = going.get(departmentId);
    if (leaver !== undefined) note(before, parentId, `deleteDepartment:${leaver.oaKey}`);
    else if (moved !== undefined && moved.parent !== `#${parentId}`) note(before, parentId, moved.changeId);
    else children.set(parentId, (children.get(parentId) ?? 0) + 1);
  }

  const deepestFirst = [...going.keys()]
    .map((departmentId) => ({ departmentId, level: ancestorsOf(departmentId, byId).size + 1 }))
    .sort((one, other) => other.level - one.level);
  return deepestFirst.flatMap(({ departmentId, level }): Change[] => {
    const department = byId.get(departmentId);
    const leaver = going.get(departmentId);
    if (department === undefined || leaver === undefined) return [];
    const members = (staying.get(departmentId) ?? []).sort(compareText);
    const departments = children.get(departmentId) ?? 0;
    const isEmpty = members.length === 0 && departments === 0;
    if (!isEmpty) children.set(department.parentId, (children.get(department.parentId) ?? 0) + 1);
    return [
      {
        ...nothingSpecial,
        id: `deleteDepartment:${leaver.oaKey}`,
        action: 'deleteDepartment',
        oaKey: leaver.oaKey,
        level,
        departmentId,
        before: {
          name: department.name ?? department.writtenName,
          parent: { kind: 'existing', departmentId: department.parentId },
        },
        after: null,
        limitGroups: ['department-deletes'],
        dependsOn: (before.get(departmentId) ?? []).sort(compareText),
        hold: isEmpty
          ? null
          : {
              code: 'department-not-empty',
              params: { members: members.length, departments },
              userIds: members.slice(0, insidersShown),
            },
        rule: rule(leaver.because),
      },
    ];
  });
}
