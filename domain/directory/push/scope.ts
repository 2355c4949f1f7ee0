import type { PushSettings } from '../settings';
import { compareText, departmentKey, subcompanyKey, type OaNode, type SourceUser } from './snapshot';

export type UserScope =
  | {
      readonly kind: 'in';
      readonly because: 'everything' | 'department' | 'part-time-department' | 'included';
      /** Main department first; empty means the department at the top. */
      readonly departmentKeys: readonly string[];
    }
  | { readonly kind: 'out'; readonly because: 'excluded' | 'not-chosen' };

export type Scope = {
  /** Parents before children. */
  readonly nodes: readonly OaNode[];
  readonly nodesByKey: ReadonlyMap<string, OaNode>;
  /** In scope with their people. */
  readonly chosen: ReadonlySet<string>;
  /** Ancestors of chosen ones: there without their people. */
  readonly structure: ReadonlySet<string>;
  readonly scopeOf: (user: SourceUser) => UserScope;
};

type ScopeSettings = Pick<PushSettings, 'scope' | 'includePartTimeDepartments'>;

export function decideScope(oaNodes: readonly OaNode[], settings: ScopeSettings): Scope {
  const nodes = parentsFirst(oaNodes);
  const nodesByKey = new Map(nodes.map((node) => [node.key, node]));
  const picked = new Set([
    ...settings.scope.subcompanies.map(subcompanyKey),
    ...settings.scope.departments.map(departmentKey),
  ]);
  const isEverything = picked.size === 0;

  const chosen = new Set<string>();
  for (const { key, parentKey } of nodes) {
    if (isEverything || picked.has(key) || (parentKey !== null && chosen.has(parentKey))) chosen.add(key);
  }
  const structure = new Set<string>();
  for (const { key, parentKey } of nodes) {
    if (!chosen.has(key)) continue;
    let above = parentKey;
    while (above !== null && !chosen.has(above) && !structure.has(above)) {
      structure.add(above);
      above = nodesByKey.get(above)?.parentKey ?? null;
    }
  }

  const included = new Set(settings.scope.includeUsers);
  const excluded = new Set(settings.scope.excludeUsers);

  const nearestInScope = (key: string | null): string | undefined => {
    let at = key;
    while (at !== null && !chosen.has(at) && !structure.has(at)) at = nodesByKey.get(at)?.parentKey ?? null;
    return at ?? undefined;
  };

  const scopeOf = (user: SourceUser): UserScope => {
    if (excluded.has(user.id)) return { kind: 'out', because: 'excluded' };
    const main = user.departmentId === null ? null : departmentKey(user.departmentId);
    const partTime = settings.includePartTimeDepartments
      ? user.partTimeDepartmentIds
          .map(departmentKey)
          .filter((key) => key !== main && chosen.has(key))
          .sort(compareText)
      : [];
    if (main !== null && chosen.has(main)) {
      return {
        kind: 'in',
        because: isEverything ? 'everything' : 'department',
        departmentKeys: [...new Set([main, ...partTime])],
      };
    }
    if (partTime.length > 0) {
      return { kind: 'in', because: 'part-time-department', departmentKeys: [...new Set(partTime)] };
    }
    if (isEverything) return { kind: 'in', because: 'everything', departmentKeys: [] };
    if (!included.has(user.id)) return { kind: 'out', because: 'not-chosen' };
    const landing = nearestInScope(main);
    return { kind: 'in', because: 'included', departmentKeys: landing === undefined ? [] : [landing] };
  };

  return { nodes, nodesByKey, chosen, structure, scopeOf };
}

function parentsFirst(oaNodes: readonly OaNode[]): OaNode[] {
  const childrenOf = new Map<string | null, OaNode[]>();
  for (const node of oaNodes) {
    const siblings = childrenOf.get(node.parentKey);
    if (siblings === undefined) childrenOf.set(node.parentKey, [node]);
    else siblings.push(node);
  }
  for (const siblings of childrenOf.values()) siblings.sort((one, other) => compareText(one.key, other.key));
  const ordered = [...(childrenOf.get(null) ?? [])];
  // The list grows while it is walked: level after level.
  for (const { key } of ordered) ordered.push(...(childrenOf.get(key) ?? []));
  return ordered;
}
