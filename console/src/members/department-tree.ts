import type { Department } from '../api/members';

export interface DepartmentNode {
  readonly department: Department;
  readonly children: readonly DepartmentNode[];
}

/** Departments whose parent is not among them are roots too: none is lost because its parent can't be read. */
export function departmentTree(departments: readonly Department[]): readonly DepartmentNode[] {
  const known = new Set(departments.map(({ departmentId }) => departmentId));
  const roots: Department[] = [];
  const below = new Map<number, Department[]>();
  for (const department of departments) {
    if (!known.has(department.parentId) || department.parentId === department.departmentId) {
      roots.push(department);
      continue;
    }
    const siblings = below.get(department.parentId);
    if (siblings) siblings.push(department);
    else below.set(department.parentId, [department]);
  }
  const node = (department: Department): DepartmentNode => ({
    department,
    children: (below.get(department.departmentId) ?? []).sort(asInWecom).map(node),
  });
  return roots.sort(asInWecom).map(node);
}

/** WeCom lists the greater order first. */
function asInWecom(a: Department, b: Department): number {
  return b.order - a.order || a.departmentId - b.departmentId;
}

/** The part of the tree that leads to departments whose title contains the words. */
export function matchingBranches(
  nodes: readonly DepartmentNode[],
  words: string,
  titleOf: (department: Department) => string,
): readonly DepartmentNode[] {
  const wanted = words.trim().toLowerCase();
  if (wanted === '') return nodes;
  return nodes.flatMap((node) => {
    if (titleOf(node.department).toLowerCase().includes(wanted)) return [node];
    const children = matchingBranches(node.children, words, titleOf);
    return children.length === 0 ? [] : [{ ...node, children }];
  });
}
