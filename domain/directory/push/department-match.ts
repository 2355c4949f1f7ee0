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
  | 'parent-unresolved'
  | 'siblings-unreadable'
  | 'several-with-this-name'
  | 'too-deep'
  | 'holds-the-top-department';

export type DepartmentPlace = {
  readonly name: string | null;
  readonly parent: DepartmentRef;
};

export type DepartmentDecision = { readonly oaKey: string; readonly level: number } & (
  | {
      readonly kind: 'matched';
      readonly departmentId: number;
      readonly isNewLink: boolean;
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
  readonly folderId: number | null;
  readonly canCreateFolder: boolean;
};

export type DepartmentSides = {
  readonly scope: Scope;
  readonly departments: readonly SnapshotDepartment[];
  readonly links: readonly DepartmentLink[];
  readonly topDepartmentId: number | null;
  readonly folderName: string;
  readonly alterDepartmentName: (name: string) => string;
};

const wecomRootId = 1;
/** WeCom's limit, its root included. */
const maxLevels = 15;

export function matchDepartments(
  sides: DepartmentSides,
): DepartmentMatch | { readonly kind: 'stopped'; readonly reason: MatchStop } {
  const { scope, departments, topDepartmentId, folderName, alterDepartmentName } = sides;
  const byId = new Map(departments.map((department) => [department.departmentId, department]));
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

  const childrenOf = groupByParent(departments);
  const aboveTop = ancestorsOf(topId, byId);
  const folder = (childrenOf.get(topId) ?? []).find(({ name }) => name === folderName);
  const linkOf = new Map(
    sides.links
      .filter(({ departmentId }) => byId.has(departmentId) && departmentId !== folder?.departmentId)
      .map(({ oaKey, departmentId }) => [oaKey, departmentId]),
  );
  const linkedIds = new Set(linkOf.values());
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
    if (parent === undefined) return conflict('parent-unresolved');
    const name = alterDepartmentName(node.name);
    const alteredFrom = name === node.name ? null : node.name;
    if (name === '') return conflict('name-empty');
    if (level > maxLevels) return conflict('too-deep');
    const isUnderTop = parent.kind === 'existing' && parent.departmentId === topId;
    if (isUnderTop && name === folderName) return conflict('name-reserved');

    const siblings = parent.kind === 'existing' ? (childrenOf.get(parent.departmentId) ?? []) : [];
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
      const stays = refKey(before.parent) === refKey(parent);
      const isNameTakenNow = siblings.some(
        (sibling) => sibling.departmentId !== linked.departmentId && sibling.name === name,
      );
      if ((!stays || before.name !== after.name) && isNameTakenNow) return conflict('name-taken');
      if (!takeName(parent, name)) return conflict('name-taken');
      return {
        oaKey: node.key,
        level,
        kind: 'matched',
        departmentId: linked.departmentId,
        isNewLink: false,
        before,
        after,
        alteredFrom,
      };
    }

    const sameName = siblings.filter((sibling) => sibling.name === name);
    const free = sameName.filter(
      ({ departmentId }) => !linkedIds.has(departmentId) && departmentId !== topId,
    );
    if (free.length > 1) return conflict('several-with-this-name');
    const [match] = free;
    if (match === undefined) {
      if (sameName.length > 0) return conflict('name-taken');
      if (siblings.some((sibling) => sibling.name === null)) return conflict('siblings-unreadable');
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
    folderId: folder?.departmentId ?? null,
    canCreateFolder,
  };
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
