import { folderKey } from './changes';
import type { Scope } from './scope';
import type { DepartmentLink, OaNode, SnapshotDepartment } from './snapshot';

/** A department as it will be: one that WeCom has, or one that this plan creates. */
export type DepartmentRef =
  | { readonly kind: 'existing'; readonly departmentId: number }
  | { readonly kind: 'planned'; readonly oaKey: string };

export type DepartmentConflict =
  | 'name-empty'
  | 'name-reserved'
  | 'name-taken'
  /** By a department that is deleted at the end of the run: the next run finds the name free. */
  | 'name-taken-until-deleted'
  | 'parent-unresolved'
  | 'below-itself'
  | 'siblings-unreadable'
  | 'several-with-this-name'
  | 'too-deep'
  | 'holds-the-top-department'
  /** Undo: something else than the run wrote is there now, or nothing at all. */
  | 'changed-since'
  | 'department-gone';

export type DepartmentPlace = {
  readonly name: string | null;
  readonly parent: DepartmentRef;
};

export type DepartmentDecision = { readonly oaKey: string; readonly level: number } & (
  | {
      readonly kind: 'matched';
      readonly departmentId: number;
      readonly isNewLink: boolean;
      /** Of an OA department that is gone, whose link this one takes over. */
      readonly replacesKey: string | null;
      readonly before: DepartmentPlace;
      readonly after: DepartmentPlace;
      readonly alteredFrom: string | null;
    }
  | {
      readonly kind: 'created';
      readonly after: { readonly name: string; readonly parent: DepartmentRef };
      readonly alteredFrom: string | null;
    }
  | { readonly kind: 'conflict'; readonly because: DepartmentConflict; readonly departmentId: number | null }
);

export type MatchStop =
  | { readonly code: 'oa-root-missing' }
  | { readonly code: 'oa-has-several-roots'; readonly params: { readonly count: number } }
  | { readonly code: 'root-unreadable' }
  | { readonly code: 'top-department-missing'; readonly params: { readonly departmentId: number } }
  | { readonly code: 'top-department-unreadable'; readonly params: { readonly departmentId: number } }
  | {
      readonly code: 'root-names-differ';
      readonly params: { readonly oaName: string; readonly wecomName: string };
    };

export type DepartmentMatch = {
  readonly kind: 'matched';
  /** Parents before children. */
  readonly decisions: readonly DepartmentDecision[];
  readonly refByKey: ReadonlyMap<string, DepartmentRef>;
  /** Under which the OA's root lies, or which is the OA's root. */
  readonly topId: number;
  /** Of disabled members; null while it does not exist. */
  readonly folder: SnapshotDepartment | null;
  readonly canCreateFolder: boolean;
};

export type DepartmentSides = {
  readonly scope: Scope;
  readonly departments: readonly SnapshotDepartment[];
  readonly links: readonly DepartmentLink[];
  readonly topDepartmentId: number | null;
  readonly folderName: string;
  /** Linked departments out of scope are deleted at the end of the run. */
  readonly deletesOutOfScope: boolean;
  readonly alterDepartmentName: (name: string) => string;
};

const wecomRootId = 1;
/** WeCom's limit, its root included. */
const maxLevels = 15;

type Stopped = { readonly kind: 'stopped'; readonly reason: MatchStop };
type DepartmentIndex = {
  readonly byId: ReadonlyMap<number, SnapshotDepartment>;
  readonly childrenOf: ReadonlyMap<number, readonly SnapshotDepartment[]>;
};

export function matchDepartments(sides: DepartmentSides): DepartmentMatch | Stopped {
  const index: DepartmentIndex = {
    byId: new Map(sides.departments.map((department) => [department.departmentId, department])),
    childrenOf: groupByParent(sides.departments),
  };
  const denied = new Map<string, DepartmentConflict>();
  for (;;) {
    const match = decideAll(sides, index, denied);
    if (match.kind === 'stopped') return match;
    const impossible = findImpossible(match, sides, index);
    if (impossible.size === 0) return match;
    // Who is denied stays where he is, which may stand in the way of others.
    for (const [key, because] of impossible) denied.set(key, because);
  }
}

function decideAll(
  sides: DepartmentSides,
  { byId, childrenOf }: DepartmentIndex,
  denied: ReadonlyMap<string, DepartmentConflict>,
): DepartmentMatch | Stopped {
  const { scope, topDepartmentId, folderName, alterDepartmentName } = sides;
  const stop = (reason: MatchStop) => ({ kind: 'stopped', reason }) as const;

  const roots = scope.nodes.filter(({ parentKey }) => parentKey === null);
  const root = roots[0];
  if (root === undefined) return stop({ code: 'oa-root-missing' });
  if (roots.length > 1) return stop({ code: 'oa-has-several-roots', params: { count: roots.length } });

  const topId = topDepartmentId ?? wecomRootId;
  const top = byId.get(topId);
  if (topDepartmentId !== null) {
    if (top === undefined) {
      return stop({ code: 'top-department-missing', params: { departmentId: topId } });
    }
    if (top.name === null) {
      return stop({ code: 'top-department-unreadable', params: { departmentId: topId } });
    }
  } else if (top === undefined || top.name === null) {
    return stop({ code: 'root-unreadable' });
  }

  const aboveTop = ancestorsOf(topId, byId);
  const folderLink = sides.links.find(({ oaKey }) => oaKey === folderKey);
  const folder =
    (childrenOf.get(topId) ?? []).find(({ name }) => name === folderName) ??
    (folderLink && byId.get(folderLink.departmentId));
  const links = sides.links.filter(
    ({ oaKey, departmentId }) =>
      byId.has(departmentId) &&
      departmentId !== folder?.departmentId &&
      oaKey !== folderKey &&
      // Of a time without a top department: WeCom's root can't be moved below one, the OA's root gets its own there.
      (topDepartmentId === null || departmentId !== wecomRootId),
  );
  const linkOf = new Map(links.map(({ oaKey, departmentId }) => [oaKey, departmentId]));
  // Where the OA made a department anew under its old name, the new one takes over what stands for the old.
  const orphanedBy = new Map(
    links
      .filter(({ oaKey }) => !scope.nodesByKey.has(oaKey))
      .map(({ oaKey, departmentId }) => [departmentId, oaKey]),
  );
  const linkedIds = new Set([...linkOf.values()].filter((departmentId) => !orphanedBy.has(departmentId)));
  const canCreateFolder = !(childrenOf.get(topId) ?? []).some(({ name }) => name === null);

  const decisions: DepartmentDecision[] = [];
  const refByKey = new Map<string, DepartmentRef>();
  const levelOf = new Map<string, number>();
  /** Names as they will be, by parent. */
  const namesUnder = new Map<string, Set<string>>();
  const existing = (departmentId: number): DepartmentRef => ({ kind: 'existing', departmentId });

  const takeName = (parent: DepartmentRef, name: string): boolean => {
    const names = namesUnder.get(refKey(parent)) ?? new Set<string>();
    namesUnder.set(refKey(parent), names);
    if (names.has(name)) return false;
    names.add(name);
    return true;
  };

  const decide = (node: OaNode, parent: DepartmentRef | undefined, level: number): DepartmentDecision => {
    const linkedId = linkOf.get(node.key);
    const conflict = (because: DepartmentConflict): DepartmentDecision => ({
      oaKey: node.key,
      level,
      kind: 'conflict',
      because,
      departmentId: linkedId ?? null,
    });
    const deniedBecause = denied.get(node.key);
    if (deniedBecause !== undefined) return conflict(deniedBecause);
    if (parent === undefined) return conflict('parent-unresolved');
    const name = alterDepartmentName(node.name);
    const alteredFrom = name === node.name ? null : node.name;
    if (name === '') return conflict('name-empty');
    if (level > maxLevels) return conflict('too-deep');
    const isUnderTop = parent.kind === 'existing' && parent.departmentId === topId;
    if (isUnderTop && name === folderName) return conflict('name-reserved');

    const linked = linkedId === undefined ? undefined : byId.get(linkedId);
    if (linked !== undefined) {
      if (linked.departmentId === topId || aboveTop.has(linked.departmentId)) {
        return conflict('holds-the-top-department');
      }
      const before = {
        name: linked.name ?? linked.writtenName,
        parent: existing(linked.parentId),
      };
      // Neither read nor ever written: nobody can say that it differs.
      const after = { name: before.name === null ? null : name, parent };
      if (!takeName(parent, name)) return conflict('name-taken');
      return {
        oaKey: node.key,
        level,
        kind: 'matched',
        departmentId: linked.departmentId,
        isNewLink: false,
        replacesKey: null,
        before,
        after,
        alteredFrom,
      };
    }

    const siblings = parent.kind === 'existing' ? (childrenOf.get(parent.departmentId) ?? []) : [];
    const free = siblings.filter(
      (sibling) =>
        sibling.name === name && !linkedIds.has(sibling.departmentId) && sibling.departmentId !== topId,
    );
    if (free.length > 1) return conflict('several-with-this-name');
    const [match] = free;
    if (match === undefined && siblings.some((sibling) => sibling.name === null)) {
      return conflict('siblings-unreadable');
    }
    if (!takeName(parent, name)) return conflict('name-taken');
    if (match === undefined) {
      return { oaKey: node.key, level, kind: 'created', after: { name, parent }, alteredFrom };
    }
    const place = { name, parent };
    return {
      oaKey: node.key,
      level,
      kind: 'matched',
      departmentId: match.departmentId,
      isNewLink: true,
      replacesKey: orphanedBy.get(match.departmentId) ?? null,
      before: place,
      after: place,
      alteredFrom,
    };
  };

  const topLevel = aboveTop.size + 1;
  const settle = (decision: DepartmentDecision): void => {
    decisions.push(decision);
    levelOf.set(decision.oaKey, decision.level);
    if (decision.kind === 'created') refByKey.set(decision.oaKey, { kind: 'planned', oaKey: decision.oaKey });
    // A linked department with a conflict stays as it is, and what lies under it still finds it.
    else if (decision.departmentId !== null) refByKey.set(decision.oaKey, existing(decision.departmentId));
  };

  const ordered = linkedFirstByLevel(scope, linkOf);
  for (const node of ordered) {
    if (node === root && topDepartmentId === null) {
      const name = alterDepartmentName(root.name);
      const wecomName = top?.name ?? '';
      const isLinked = linkOf.get(root.key) === topId;
      if (!isLinked && name !== wecomName) {
        return stop({ code: 'root-names-differ', params: { oaName: root.name, wecomName } });
      }
      const parent = existing(top?.parentId ?? 0);
      settle({
        oaKey: root.key,
        level: topLevel,
        kind: 'matched',
        departmentId: topId,
        isNewLink: !isLinked,
        replacesKey: isLinked ? null : (orphanedBy.get(topId) ?? null),
        before: { name: wecomName, parent },
        after: { name, parent },
        alteredFrom: name === root.name ? null : root.name,
      });
    } else if (node === root) {
      settle(decide(root, existing(topId), topLevel + 1));
    } else if (node.parentKey !== null) {
      const level = (levelOf.get(node.parentKey) ?? topLevel) + 1;
      settle(decide(node, refByKey.get(node.parentKey), level));
    }
  }

  return {
    kind: 'matched',
    decisions,
    refByKey,
    topId,
    folder: folder ?? null,
    canCreateFolder,
  };
}

/**
 * Decisions that each look right and cannot all come true: a name held by a department that keeps it, a department
 * below itself because something between them stays, a subtree that would reach too deep.
 */
function findImpossible(
  match: DepartmentMatch,
  sides: DepartmentSides,
  { byId, childrenOf }: DepartmentIndex,
): Map<string, DepartmentConflict> {
  const impossible = new Map<string, DepartmentConflict>();
  type Matched = Extract<DepartmentDecision, { kind: 'matched' }>;
  const matchedById = new Map<number, Matched>();
  const parentOf = new Map<string, DepartmentRef>();
  for (const { departmentId, parentId } of sides.departments) {
    if (byId.has(parentId)) parentOf.set(`#${departmentId}`, { kind: 'existing', departmentId: parentId });
  }
  for (const decision of match.decisions) {
    if (decision.kind === 'matched') {
      matchedById.set(decision.departmentId, decision);
      if (decision.departmentId !== match.topId)
        parentOf.set(`#${decision.departmentId}`, decision.after.parent);
    } else if (decision.kind === 'created') parentOf.set(`+${decision.oaKey}`, decision.after.parent);
  }

  const { chosen, structure, nodesByKey } = sides.scope;
  const isGone = (oaKey: string): boolean =>
    !nodesByKey.has(oaKey) || (sides.deletesOutOfScope && !chosen.has(oaKey) && !structure.has(oaKey));
  const going = new Set(
    sides.links.filter(({ oaKey }) => isGone(oaKey)).map(({ departmentId }) => departmentId),
  );
  for (const decision of match.decisions) {
    if (decision.kind === 'conflict' || decision.after.name === null) continue;
    const { name, parent } = decision.after;
    if (parent.kind === 'planned') continue;
    const departmentId = decision.kind === 'matched' ? decision.departmentId : null;
    if (decision.kind === 'matched' && isSamePlace(decision.before, decision.after)) continue;
    const holder = (childrenOf.get(parent.departmentId) ?? []).find(
      (sibling) => sibling.departmentId !== departmentId && sibling.name === name,
    );
    if (holder === undefined) continue;
    const held = matchedById.get(holder.departmentId);
    if (held !== undefined && !isSamePlace(held.before, held.after)) continue;
    impossible.set(
      decision.oaKey,
      going.has(holder.departmentId) ? 'name-taken-until-deleted' : 'name-taken',
    );
  }

  const { levels, inRings } = climb(parentOf);
  const isMoved = (decision: Matched): boolean =>
    refKey(decision.before.parent) !== refKey(decision.after.parent);
  for (const key of inRings) {
    const decision = key.startsWith('#') ? matchedById.get(Number(key.slice(1))) : undefined;
    if (decision !== undefined && isMoved(decision)) impossible.set(decision.oaKey, 'below-itself');
  }
  if (impossible.size > 0) return impossible;

  for (const [key, level] of levels) {
    if (level <= maxLevels) continue;
    let at: string | undefined = key;
    while (at !== undefined) {
      const decision: Matched | undefined = at.startsWith('#')
        ? matchedById.get(Number(at.slice(1)))
        : undefined;
      if (decision !== undefined && isMoved(decision)) {
        impossible.set(decision.oaKey, 'too-deep');
        break;
      }
      const parent = parentOf.get(at);
      at = parent && refKey(parent);
    }
  }
  return impossible;
}

/** Levels of a tree given by its parents, and those who would lie below themselves. */
export function climb(parentOf: ReadonlyMap<string, DepartmentRef>): {
  readonly levels: ReadonlyMap<string, number>;
  readonly inRings: ReadonlySet<string>;
} {
  const levels = new Map<string, number>();
  const inRings = new Set<string>();
  for (const start of parentOf.keys()) {
    const path: string[] = [];
    const onPath = new Set<string>();
    let at: string | undefined = start;
    while (at !== undefined && !levels.has(at) && !onPath.has(at)) {
      path.push(at);
      onPath.add(at);
      const parent = parentOf.get(at);
      at = parent && refKey(parent);
    }
    if (at !== undefined && onPath.has(at)) for (const key of path.slice(path.indexOf(at))) inRings.add(key);
    let level = at === undefined ? 0 : (levels.get(at) ?? 0);
    for (const key of path.reverse()) levels.set(key, (level += 1));
  }
  return { levels, inRings };
}

export function isSamePlace(one: DepartmentPlace, other: DepartmentPlace): boolean {
  return one.name === other.name && refKey(one.parent) === refKey(other.parent);
}

export function refKey(ref: DepartmentRef): string {
  switch (ref.kind) {
    case 'existing':
      return `#${ref.departmentId}`;
    case 'planned':
      return `+${ref.oaKey}`;
  }
}

/** Level after level; within one, those already linked keep their names before newcomers ask for the same. */
function linkedFirstByLevel(scope: Scope, linkOf: ReadonlyMap<string, number>): OaNode[] {
  const depthOf = new Map<string, number>();
  const levels: { linked: OaNode[]; others: OaNode[] }[] = [];
  for (const node of scope.nodes) {
    const depth = node.parentKey === null ? 0 : (depthOf.get(node.parentKey) ?? 0) + 1;
    depthOf.set(node.key, depth);
    if (!scope.chosen.has(node.key) && !scope.structure.has(node.key)) continue;
    const level = (levels[depth] ??= { linked: [], others: [] });
    (linkOf.has(node.key) ? level.linked : level.others).push(node);
  }
  return levels.flatMap(({ linked, others }) => [...linked, ...others]);
}

function groupByParent(departments: readonly SnapshotDepartment[]): Map<number, SnapshotDepartment[]> {
  const childrenOf = new Map<number, SnapshotDepartment[]>();
  for (const department of departments) {
    const siblings = childrenOf.get(department.parentId);
    if (siblings === undefined) childrenOf.set(department.parentId, [department]);
    else siblings.push(department);
  }
  return childrenOf;
}

export function ancestorsOf(
  departmentId: number,
  byId: ReadonlyMap<number, SnapshotDepartment>,
): ReadonlySet<number> {
  const above = new Set<number>();
  let at = byId.get(departmentId)?.parentId;
  while (at !== undefined && byId.has(at) && !above.has(at)) {
    above.add(at);
    at = byId.get(at)?.parentId;
  }
  return above;
}
