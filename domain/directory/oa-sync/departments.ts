import { nothingSpecial, rule, type Change, type Hold } from '../push/changes';
import {
  compareText,
  departmentKey,
  type DirectorySnapshot,
  type OaNode,
  type SnapshotDepartment,
  type ValueRules,
} from '../push/snapshot';
import type { OaDepartmentConflict } from './changes';

export const wecomRootId = 1;

/** What becomes of WeCom's departments in the OA. */
export type OaDepartments = {
  readonly changes: readonly Change[];
  /** The OA's key of each department of WeCom, as it will be; those without one are in conflict. */
  readonly keyOf: ReadonlyMap<number, string>;
  /** Of a key: what has to be done before anything can be put there. */
  readonly dependencyOf: ReadonlyMap<string, string>;
  readonly unchanged: number;
};

type Stop = {
  readonly kind: 'stopped';
  readonly reason: { readonly code: 'oa-has-several-roots'; readonly params: { readonly count: number } };
};

export function planOaDepartments(
  snapshot: DirectorySnapshot,
  corpid: string,
  { alterDepartmentName }: Pick<ValueRules, 'alterDepartmentName'>,
): ({ readonly kind: 'planned' } & OaDepartments) | Stop {
  const nodes = new Map(snapshot.oa.nodes.map((node) => [node.key, node]));
  const roots = snapshot.oa.nodes.filter(({ parentKey }) => parentKey === null);
  if (roots.length > 1) {
    return { kind: 'stopped', reason: { code: 'oa-has-several-roots', params: { count: roots.length } } };
  }
  const [root] = roots;
  const byId = new Map(snapshot.wecom.departments.map((department) => [department.departmentId, department]));
  const childrenOf = groupBy(snapshot.wecom.departments, ({ parentId }) => parentId);
  const oaChildrenOf = groupBy(snapshot.oa.nodes, ({ parentKey }) => parentKey);
  const links = snapshot.links.filter(
    ({ oaKey, departmentId }) => nodes.has(oaKey) && byId.has(departmentId),
  );
  const linkedKey = new Map(links.map(({ oaKey, departmentId }) => [departmentId, oaKey]));
  const taken = new Set(links.map(({ oaKey }) => oaKey));

  const changes: Change[] = [];
  const keyOf = new Map<number, string>();
  const dependencyOf = new Map<string, string>();
  let unchanged = 0;
  const conflict = (departmentId: number, oaKey: string | null, because: OaDepartmentConflict): void => {
    changes.push(departmentConflict(`conflict:#${departmentId}`, departmentId, oaKey, because));
  };
  const needs = (key: string | null): string[] => {
    const dependency = key === null ? undefined : dependencyOf.get(key);
    return dependency === undefined ? [] : [dependency];
  };
  const plannedIds = new Set<string>();
  const newKey = (departmentId: number): string => {
    const free = [String(departmentId), `${departmentId}@${corpid}`].find(
      (id) => !nodes.has(departmentKey(id)) && !plannedIds.has(id),
    );
    const id = free ?? `${departmentId}@${corpid}:${plannedIds.size}`;
    plannedIds.add(id);
    return departmentKey(id);
  };

  const link = (
    departmentId: number,
    level: number,
    node: OaNode,
    why: 'roots-belong-together' | 'same-name-in-oa',
  ): void => {
    const before = linkedKey.get(departmentId);
    const id = `linkDepartment:${node.key}`;
    changes.push({
      ...nothingSpecial,
      id,
      action: 'linkDepartment',
      oaKey: node.key,
      level,
      departmentId,
      before: before === undefined ? null : { oaKey: before },
      after: { departmentId },
      dependsOn: needs(node.parentKey),
      rule: rule(why),
    });
    taken.add(node.key);
    keyOf.set(departmentId, node.key);
    dependencyOf.set(node.key, id);
  };

  const create = (
    { departmentId, name }: SnapshotDepartment,
    level: number,
    parentKey: string | null,
  ): void => {
    if (name === null) return conflict(departmentId, null, 'name-unreadable');
    const oaKey = newKey(departmentId);
    const id = `createOaDepartment:${oaKey}`;
    changes.push({
      ...nothingSpecial,
      id,
      action: 'createOaDepartment',
      oaKey,
      level,
      step: level,
      departmentId,
      before: null,
      after: { name, parentKey },
      dependsOn: needs(parentKey),
      rule: rule('not-in-oa'),
    });
    keyOf.set(departmentId, oaKey);
    dependencyOf.set(oaKey, id);
  };

  /** A linked one goes where WeCom has it, under the name WeCom has for it. */
  const follow = (
    { departmentId, name }: SnapshotDepartment,
    level: number,
    node: OaNode,
    parentKey: string | undefined,
  ): void => {
    keyOf.set(departmentId, node.key);
    // What the push made of the OA's name is no other name.
    const isRenamed = name !== null && name !== node.name && name !== alterDepartmentName(node.name);
    let isMoved = parentKey !== undefined && node.parentKey !== parentKey;
    if (isMoved && node.kind === 'subcompany' && parentKey?.startsWith('subcompany:') !== true) {
      conflict(departmentId, node.key, 'subcompany-can-not-move');
      isMoved = false;
    }
    if (!isRenamed && !isMoved) {
      unchanged += 1;
      return;
    }
    const action = isMoved ? 'moveOaDepartment' : 'renameOaDepartment';
    changes.push({
      ...nothingSpecial,
      id: `${action}:${node.key}`,
      action,
      oaKey: node.key,
      level,
      step: level,
      departmentId,
      before: { name: node.name, parentKey: node.parentKey },
      after: {
        name: isRenamed ? name : node.name,
        parentKey: isMoved && parentKey !== undefined ? parentKey : node.parentKey,
      },
      dependsOn: isMoved ? needs(parentKey ?? null) : [],
      rule: rule(isMoved ? 'moved-in-wecom' : 'renamed-in-wecom'),
    });
  };

  const byName = new Map<string, ReadonlyMap<string, readonly OaNode[]>>();
  /** Under their own names, and under those that the push made of them. */
  const namesakesOf = (parentKey: string, name: string): readonly OaNode[] => {
    let names = byName.get(parentKey);
    if (names === undefined) {
      const found = new Map<string, OaNode[]>();
      for (const node of oaChildrenOf.get(parentKey) ?? []) {
        for (const one of new Set([node.name, alterDepartmentName(node.name)])) {
          found.set(one, [...(found.get(one) ?? []), node]);
        }
      }
      names = found;
      byName.set(parentKey, names);
    }
    return names.get(name) ?? [];
  };

  const decide = (department: SnapshotDepartment, level: number): void => {
    const { departmentId, name, parentId } = department;
    const parentKey = keyOf.get(parentId);
    const known = linkedKey.get(departmentId);
    const node = known === undefined || known === root?.key ? undefined : nodes.get(known);
    if (node !== undefined) return follow(department, level, node, parentKey);
    if (name === null) return conflict(departmentId, null, 'name-unreadable');
    if (parentKey === undefined) return conflict(departmentId, null, 'parent-not-in-oa');
    const namesakes = namesakesOf(parentKey, name).filter(({ key }) => !taken.has(key));
    const [namesake] = namesakes;
    if (namesakes.length > 1) return conflict(departmentId, null, 'several-with-this-name-in-oa');
    if (namesake !== undefined) return link(departmentId, level, namesake, 'same-name-in-oa');
    create(department, level, parentKey);
  };

  const top = byId.get(links.find(({ oaKey }) => oaKey === root?.key)?.departmentId ?? wecomRootId);
  const walked = new Set<number>();
  if (top !== undefined) {
    if (root === undefined) create(top, 1, null);
    else if (linkedKey.get(top.departmentId) === root.key) {
      keyOf.set(top.departmentId, root.key);
      unchanged += 1;
    } else link(top.departmentId, 1, root, 'roots-belong-together');
    const queue = [{ department: top, level: 1 }];
    for (const { department, level } of queue) {
      walked.add(department.departmentId);
      if (department !== top) decide(department, level);
      for (const child of childrenOf.get(department.departmentId) ?? []) {
        if (!walked.has(child.departmentId)) queue.push({ department: child, level: level + 1 });
      }
    }
  }
  for (let id = top?.parentId; id !== undefined && !walked.has(id); id = byId.get(id)?.parentId)
    walked.add(id);
  for (const { departmentId, parentId } of snapshot.wecom.departments) {
    if (walked.has(departmentId)) continue;
    const known = linkedKey.get(departmentId);
    if (known !== undefined) keyOf.set(departmentId, known);
    // One word for a whole branch.
    else if (walked.has(parentId) || !byId.has(parentId)) conflict(departmentId, null, 'top-not-linked');
  }
  return { kind: 'planned', changes, keyOf, dependencyOf, unchanged };
}

export function departmentConflict(
  id: string,
  departmentId: number,
  oaKey: string | null,
  because: OaDepartmentConflict,
): Change {
  return {
    ...nothingSpecial,
    id,
    action: 'conflict',
    conflict: { of: 'wecom-department', departmentId, oaKey, because },
    before: null,
    after: null,
    rule: rule('oa-conflict'),
  };
}

/** Where OA users will be, as far as a plan says so; null for those who leave. */
export type OaUserPlaces = ReadonlyMap<
  string,
  { readonly departmentIds: readonly string[]; readonly changeId: string }
>;

const insidersShown = 20;

/** Linked ones that WeCom has no more, the deepest first; one that will not be empty is held. */
export function planOaRemovals(
  snapshot: DirectorySnapshot,
  { keyOf, changes: done }: Pick<OaDepartments, 'keyOf' | 'changes'>,
  places: OaUserPlaces,
): { readonly changes: readonly Change[] } {
  const byId = new Set(snapshot.wecom.departments.map(({ departmentId }) => departmentId));
  const nodes = new Map(snapshot.oa.nodes.map((node) => [node.key, node]));
  const inUse = new Set(keyOf.values());
  const going = new Map<
    string,
    { readonly node: OaNode; readonly departmentId: number; readonly level: number }
  >();
  const changes: Change[] = [];
  for (const { oaKey, departmentId } of snapshot.links) {
    const node = nodes.get(oaKey);
    if (node === undefined || byId.has(departmentId) || inUse.has(oaKey) || node.parentKey === null) continue;
    if (node.kind === 'subcompany') {
      changes.push(departmentConflict(`conflict:#${departmentId}`, departmentId, oaKey, 'subcompany-stays'));
    } else going.set(oaKey, { node, departmentId, level: levelIn(nodes, oaKey) });
  }
  if (going.size === 0) return { changes };
  const insiders = insidersOf(snapshot, places, done);
  const sorted = [...going.values()].sort(
    (one, other) => other.level - one.level || compareText(one.node.key, other.node.key),
  );
  const removed = new Set<string>();
  for (const { node, departmentId, level } of sorted) {
    const { staying, leaving } = insiders.peopleIn(node.id);
    const children = insiders.childrenOf(node.key);
    const left = children.staying.filter((key) => !removed.has(key));
    const isEmpty = staying.length === 0 && left.length === 0;
    const hold: Hold | null = isEmpty
      ? null
      : {
          code: 'department-not-empty',
          params: { members: staying.length, departments: left.length },
          userIds: staying.slice(0, insidersShown),
        };
    changes.push({
      ...nothingSpecial,
      id: `removeOaDepartment:${node.key}`,
      action: 'removeOaDepartment',
      oaKey: node.key,
      level,
      departmentId,
      before: { name: node.name, parentKey: node.parentKey },
      after: null,
      limitGroups: ['department-deletes'],
      hold,
      dependsOn: [
        ...new Set([
          ...leaving,
          ...children.leaving,
          ...children.staying.filter((key) => removed.has(key)).map((key) => `removeOaDepartment:${key}`),
        ]),
      ],
      rule: rule('gone-from-wecom'),
    });
    if (isEmpty) removed.add(node.key);
  }
  return { changes };
}

export function levelIn(nodes: ReadonlyMap<string, OaNode>, key: string): number {
  let level = 1;
  const seen = new Set<string>();
  for (
    let at = nodes.get(key)?.parentKey ?? null;
    at !== null && !seen.has(at);
    at = nodes.get(at)?.parentKey ?? null
  ) {
    seen.add(at);
    level += 1;
  }
  return level;
}

type Inside = { readonly staying: readonly string[]; readonly leaving: readonly string[] };

/** Who and what is in a department of the OA once the plan is done; `leaving`: the changes that take the others out. */
export function insidersOf(snapshot: DirectorySnapshot, places: OaUserPlaces, done: readonly Change[]) {
  const people = new Map<string, { staying: string[]; leaving: string[] }>();
  const at = (id: string) => {
    const known = people.get(id) ?? { staying: [], leaving: [] };
    people.set(id, known);
    return known;
  };
  for (const user of snapshot.oa.users) {
    const now =
      user.status === 'departed'
        ? []
        : [user.departmentId, ...user.partTimeDepartmentIds].filter((id) => id !== null);
    const planned = places.get(user.id);
    const after = planned?.departmentIds ?? now;
    for (const id of new Set(after)) at(id).staying.push(user.id);
    if (planned === undefined) continue;
    for (const id of new Set(now)) if (!after.includes(id)) at(id).leaving.push(planned.changeId);
  }
  const children = new Map<string, { staying: string[]; leaving: string[] }>();
  const below = (key: string) => {
    const known = children.get(key) ?? { staying: [], leaving: [] };
    children.set(key, known);
    return known;
  };
  const moves = new Map<
    string,
    Change & { action: 'moveOaDepartment' | 'renameOaDepartment' | 'createOaDepartment' }
  >();
  for (const change of done) {
    if (change.action === 'moveOaDepartment' || change.action === 'createOaDepartment')
      moves.set(change.oaKey, change);
  }
  for (const { key, parentKey } of snapshot.oa.nodes) {
    const moved = moves.get(key);
    const after = moved === undefined ? parentKey : moved.after.parentKey;
    if (after !== null) below(after).staying.push(key);
    if (moved !== undefined && parentKey !== null && parentKey !== after)
      below(parentKey).leaving.push(moved.id);
  }
  for (const [key, change] of moves) {
    if (change.action === 'createOaDepartment' && change.after.parentKey !== null) {
      below(change.after.parentKey).staying.push(key);
    }
  }
  const nobody: Inside = { staying: [], leaving: [] };
  return {
    peopleIn: (id: string): Inside => people.get(id) ?? nobody,
    childrenOf: (key: string): Inside => children.get(key) ?? nobody,
  };
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
