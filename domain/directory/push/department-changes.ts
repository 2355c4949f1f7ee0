import { nameField, parentField } from '../drift/judge';
import { wantedParent, type DecidedDrift } from '../drift/decided';
import type { PushSettings } from '../settings';
import { folderKey, nothingSpecial, rule, type Change, type Rule } from './changes';
import {
  ancestorsOf,
  refKey,
  type DepartmentDecision,
  type DepartmentMatch,
  type DepartmentRef,
} from './department-match';
import { isDepartmentWrite, orderDepartmentWrites } from './department-order';
import type { MemberPlaces } from './member-changes';
import type { Scope } from './scope';
import { compareText, type DirectorySnapshot, type SnapshotDepartment } from './snapshot';

const insidersShown = 20;

export function planDepartments(
  match: DepartmentMatch,
  folderName: string | null,
  departments: readonly SnapshotDepartment[],
  decided: DecidedDepartments,
): Change[] {
  const changes = match.decisions.flatMap((decision) => planDepartment(withoutLeft(decision, decided)));
  const folder = folderName === null ? undefined : planFolder(match, folderName);
  if (folder !== undefined) changes.push(folder);
  const writes = orderDepartmentWrites(changes.filter(isDepartmentWrite), departments);
  return [...writes, ...changes.filter((change) => !isDepartmentWrite(change))];
}

type DecidedDepartments = {
  readonly nodesByKey: Scope['nodesByKey'];
  readonly drift: DecidedDrift;
};

/** What somebody decided to leave as it is in WeCom, is as it should be. */
function withoutLeft(
  decision: DepartmentDecision,
  { nodesByKey, drift }: DecidedDepartments,
): DepartmentDecision {
  const node = nodesByKey.get(decision.oaKey);
  if (decision.kind !== 'matched' || decision.isNewLink || node === undefined) return decision;
  const { departmentId, before, after } = decision;
  const isLeft = (field: string, wanted: string): boolean =>
    drift.isDepartmentLeft(departmentId, field, wanted);
  return {
    ...decision,
    after: {
      name: isLeft(nameField, node.name) ? before.name : after.name,
      parent: isLeft(parentField, wantedParent(node)) ? before.parent : after.parent,
    },
  };
}

/** Created when it is missing; the one that was made under another name is renamed when it is needed again. */
function planFolder({ folder, topId }: DepartmentMatch, name: string): Change | undefined {
  const common = { ...nothingSpecial, oaKey: folderKey, level: 1, step: 1 };
  const why = rule('folder-of-disabled-members');
  if (folder === null) {
    const parent: DepartmentRef = { kind: 'existing', departmentId: topId };
    return {
      ...common,
      id: `createDepartment:${folderKey}`,
      action: 'createDepartment',
      before: null,
      after: { name, parent },
      rule: why,
    };
  }
  if (folder.name === null || folder.name === name) return undefined;
  const parent: DepartmentRef = { kind: 'existing', departmentId: folder.parentId };
  return {
    ...common,
    id: `renameDepartment:${folderKey}`,
    action: 'renameDepartment',
    departmentId: folder.departmentId,
    before: { name: folder.name, parent },
    after: { name, parent },
    rule: why,
  };
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
          step: level,
          before: null,
          after: decision.after,
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
            before: decision.replacesKey === null ? null : { oaKey: decision.replacesKey },
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
          step: level,
          departmentId,
          before,
          after,
          rule: rule(isMoved ? 'moved-in-oa' : 'renamed-in-oa', altered(decision.alteredFrom)),
        },
      ];
    }
  }
}

function altered(alteredFrom: string | null): Rule['params'] {
  return alteredFrom === null ? {} : { alteredFrom };
}

export type GoingDepartment = {
  /** Of the change that deletes it. */
  readonly id: string;
  readonly oaKey: string;
  readonly rule: Rule;
};

/** Linked ones that the OA has no more, or that are out of scope where that means deletion. */
export function findGoing(
  snapshot: DirectorySnapshot,
  scope: Scope,
  match: DepartmentMatch,
  push: PushSettings,
): Map<number, GoingDepartment> {
  const byId = new Map(snapshot.wecom.departments.map((department) => [department.departmentId, department]));
  const aboveTop = ancestorsOf(match.topId, byId);
  const inUse = new Set(
    [...match.refByKey.values()].flatMap((ref) => (ref.kind === 'existing' ? [ref.departmentId] : [])),
  );
  const going = new Map<number, GoingDepartment>();
  for (const { oaKey, departmentId } of snapshot.links) {
    if (!byId.has(departmentId) || inUse.has(departmentId) || oaKey === folderKey) continue;
    if (
      departmentId === match.topId ||
      departmentId === match.folder?.departmentId ||
      aboveTop.has(departmentId)
    ) {
      continue;
    }
    const isGone = !scope.nodesByKey.has(oaKey);
    const isOut =
      push.scope.outOfScope === 'delete' && !scope.chosen.has(oaKey) && !scope.structure.has(oaKey);
    if (isGone || isOut) {
      going.set(departmentId, {
        id: `deleteDepartment:${oaKey}`,
        oaKey,
        rule: rule(isGone ? 'gone-from-oa' : 'out-of-scope'),
      });
    }
  }
  return going;
}

/** The deepest first; one that will not be empty is held, naming who is inside. */
export function planDepartmentDeletes(
  going: ReadonlyMap<number, GoingDepartment>,
  snapshot: DirectorySnapshot,
  places: MemberPlaces,
  done: readonly Change[],
): Change[] {
  if (going.size === 0) return [];
  const byId = new Map(snapshot.wecom.departments.map((department) => [department.departmentId, department]));

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
    if (leaver !== undefined) note(before, parentId, leaver.id);
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
        id: leaver.id,
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
        rule: leaver.rule,
      },
    ];
  });
}
