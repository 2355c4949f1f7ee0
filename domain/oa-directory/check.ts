import type { DirectoryOutline, DirectoryTable } from './directory';
import { directoryTables } from './directory';

export const directoryProblemKinds = [
  'no-root',
  'several-roots',
  'duplicate-id',
  'duplicate-login-id',
  'subcompany-parent-unknown',
  'subcompany-cycle',
  'department-parent-unknown',
  'department-subcompany-unknown',
  'department-without-subcompany',
  'department-cycle',
  'user-department-unknown',
  'user-manager-unknown',
  'user-own-manager',
  'user-incomplete',
  'entry-incomplete',
  'removed-and-upserted',
  'removed-user-unknown',
] as const;

export type DirectoryProblemKind = (typeof directoryProblemKinds)[number];

export type DirectoryProblem = {
  /** The row and field, for example `users[12].departmentId`. */
  readonly path: string;
  /** Id of the row; empty where the directory as a whole is meant. */
  readonly id: string;
  readonly kind: DirectoryProblemKind;
  /** What the field says. */
  readonly value: string;
};

export type RowPlace = { readonly table: DirectoryTable; readonly index: number; readonly id: string };

/** Says where a sender finds the row that is wrong. */
export type Locate = (row: RowPlace, field: string, value: string) => string;

export const locateInSnapshot: Locate = ({ table, index }, field) => `${table}[${index}].${field}`;

type Node = { readonly id: string; readonly parentId: string | null };

/**
 * Everything that is wrong with a directory as it would be stored. References of people who have left are not judged:
 * their departments may be long gone, and nothing is done with them.
 */
export function checkDirectory(
  directory: DirectoryOutline,
  locate: Locate = locateInSnapshot,
): DirectoryProblem[] {
  const { subcompanies, departments, users } = directory;
  const problems: DirectoryProblem[] = [];
  const report = (row: RowPlace, field: string, kind: DirectoryProblemKind, value: string): void => {
    problems.push({ path: locate(row, field, value), id: row.id, kind, value });
  };

  for (const table of directoryTables) {
    const seen = new Set<string>();
    directory[table].forEach(({ id }, index) => {
      if (seen.has(id)) report({ table, index, id }, 'id', 'duplicate-id', id);
      seen.add(id);
    });
  }

  const subcompanyIds = new Set(subcompanies.map(({ id }) => id));
  const departmentIds = new Set(departments.map(({ id }) => id));
  const userIds = new Set(users.map(({ id }) => id));

  subcompanies.forEach(({ id, parentId }, index) => {
    if (parentId !== null && !subcompanyIds.has(parentId)) {
      report({ table: 'subcompanies', index, id }, 'parentId', 'subcompany-parent-unknown', parentId);
    }
  });
  departments.forEach(({ id, parentId, subcompanyId }, index) => {
    const row = { table: 'departments', index, id } as const;
    if (parentId !== null && !departmentIds.has(parentId)) {
      report(row, 'parentId', 'department-parent-unknown', parentId);
    }
    if (subcompanyId !== null && !subcompanyIds.has(subcompanyId)) {
      report(row, 'subcompanyId', 'department-subcompany-unknown', subcompanyId);
    }
    if (parentId === null && subcompanyId === null && subcompanies.length > 0) {
      report(row, 'subcompanyId', 'department-without-subcompany', '');
    }
  });
  reportCycles('subcompanies', subcompanies, 'subcompany-cycle', report);
  reportCycles('departments', departments, 'department-cycle', report);
  problems.push(...rootProblems(directory, locate));

  const ownersOfLogins = new Map<string, string>();
  users.forEach((user, index) => {
    // A login name is free again when its owner has left.
    if (user.status === 'departed') return;
    const { id, loginId, departmentId, partTimeDepartmentIds, managerId } = user;
    const row = { table: 'users', index, id } as const;
    const login = loginId.toLowerCase();
    const owner = ownersOfLogins.get(login);
    if (owner !== undefined && owner !== id) report(row, 'loginId', 'duplicate-login-id', loginId);
    ownersOfLogins.set(login, owner ?? id);
    if (departmentId !== null && !departmentIds.has(departmentId)) {
      report(row, 'departmentId', 'user-department-unknown', departmentId);
    }
    partTimeDepartmentIds.forEach((partTimeId, place) => {
      if (!departmentIds.has(partTimeId)) {
        report(row, `partTimeDepartmentIds[${place}]`, 'user-department-unknown', partTimeId);
      }
    });
    if (managerId === id) report(row, 'managerId', 'user-own-manager', managerId);
    else if (managerId !== null && !userIds.has(managerId)) {
      report(row, 'managerId', 'user-manager-unknown', managerId);
    }
  });
  return problems;
}

/** The root is the subcompany without a parent or, where there are no subcompanies, the department without one. */
function rootProblems(directory: DirectoryOutline, locate: Locate): DirectoryProblem[] {
  const table = directory.subcompanies.length > 0 ? 'subcompanies' : 'departments';
  const nodes: readonly Node[] = directory[table];
  const roots = nodes.flatMap(({ id, parentId }, index): RowPlace[] =>
    parentId === null ? [{ table, index, id }] : [],
  );
  if (roots.length === 1) return [];
  if (roots.length > 1) {
    return roots.map((row) => ({
      path: locate(row, 'parentId', ''),
      id: row.id,
      kind: 'several-roots' as const,
      value: String(roots.length),
    }));
  }
  const isEmpty = nodes.length === 0 && directory.users.every(({ status }) => status === 'departed');
  return isEmpty ? [] : [{ path: table, id: '', kind: 'no-root', value: '' }];
}

/** Long circles are shown by their beginning. */
const shownInCycle = 10;

function reportCycles(
  table: 'subcompanies' | 'departments',
  nodes: readonly Node[],
  kind: DirectoryProblemKind,
  report: (row: RowPlace, field: string, kind: DirectoryProblemKind, value: string) => void,
): void {
  const places = new Map(nodes.map(({ id, parentId }, index) => [id, { index, parentId }]));
  const walkOf = new Map<string, number>();
  nodes.forEach((start, walk) => {
    const path: string[] = [];
    let id: string | null = start.id;
    while (id !== null && !walkOf.has(id)) {
      const place = places.get(id);
      if (place === undefined) return;
      walkOf.set(id, walk);
      path.push(id);
      id = place.parentId;
    }
    // Met again on the same walk: a circle. Met on an earlier one: already judged.
    if (id === null || walkOf.get(id) !== walk || path.length === 0) return;
    const circle = path.slice(path.indexOf(id));
    const shown = circle.slice(0, shownInCycle).join(' → ') + (circle.length > shownInCycle ? ' → …' : '');
    report({ table, index: places.get(id)?.index ?? 0, id }, 'parentId', kind, `${shown} → ${id}`);
  });
}
