import type { OaNode } from '../api/oa';

/** One tree of both kinds, as it will stand in WeCom. */
export interface OaBranch {
  readonly key: string;
  readonly node: OaNode;
  readonly children: readonly OaBranch[];
}

export const oaKey = ({ kind, id }: Pick<OaNode, 'kind' | 'id'>): string => `${kind}:${id}`;

export function oaTree(nodes: readonly OaNode[]): readonly OaBranch[] {
  const known = new Set(nodes.map(oaKey));
  const roots: OaNode[] = [];
  const below = new Map<string, OaNode[]>();
  for (const node of nodes) {
    const parent = parentKey(node);
    if (parent === undefined || !known.has(parent)) {
      roots.push(node);
      continue;
    }
    const siblings = below.get(parent);
    if (siblings) siblings.push(node);
    else below.set(parent, [node]);
  }
  const branch = (node: OaNode): OaBranch => ({
    key: oaKey(node),
    node,
    children: (below.get(oaKey(node)) ?? []).sort(inOrder).map(branch),
  });
  return roots.sort(inOrder).map(branch);
}

/** A department without a parent hangs on its subcompany. */
function parentKey({ kind, parentId, subcompanyId }: OaNode): string | undefined {
  if (parentId !== null) return `${kind}:${parentId}`;
  return subcompanyId === null ? undefined : `subcompany:${subcompanyId}`;
}

function inOrder(a: OaNode, b: OaNode): number {
  return a.order - b.order || a.name.localeCompare(b.name, 'zh-CN');
}

/** The part of the tree that leads to names with the words in them. */
export function matchingOaBranches(branches: readonly OaBranch[], words: string): readonly OaBranch[] {
  const wanted = words.trim().toLowerCase();
  if (wanted === '') return branches;
  return branches.flatMap((branch) => {
    if (branch.node.name.toLowerCase().includes(wanted)) return [branch];
    const children = matchingOaBranches(branch.children, words);
    return children.length === 0 ? [] : [{ ...branch, children }];
  });
}

/** Names from the root down to each node. */
export function oaPaths(branches: readonly OaBranch[]): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>();
  const walk = (some: readonly OaBranch[], above: readonly string[]): void => {
    for (const { key, node, children } of some) {
      const path = [...above, node.name];
      paths.set(key, path);
      walk(children, path);
    }
  };
  walk(branches, []);
  return paths;
}
