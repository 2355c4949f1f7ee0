import type { DirectoryProblem, Locate } from './check';
import { checkDirectory, locateInSnapshot } from './check';
import type {
  DepartmentOutline,
  DirectoryOutline,
  DirectoryTable,
  Given,
  SubcompanyOutline,
  UserOutline,
} from './directory';
import { directoryTables } from './directory';

/** Of the rows as a sender gave them, what hangs together; of a name, whether it is there. */
export type GivenSubcompany = Given<SubcompanyOutline & { readonly name: string }>;
export type GivenDepartment = Given<DepartmentOutline & { readonly name: string }>;
export type GivenUser = Given<UserOutline & { readonly name: string }>;
export type GivenRows = {
  readonly subcompanies: readonly GivenSubcompany[];
  readonly departments: readonly GivenDepartment[];
  readonly users: readonly GivenUser[];
};

export type DirectoryRemovals = {
  readonly departments: readonly string[];
  readonly users: readonly string[];
};

/**
 * `whole`: what is not given is gone. `table`: so it is for one table, the others stay; what its rows leave out keeps
 * its value. `patch`: what is not named stays as it is.
 */
export type DirectoryChange =
  | { readonly kind: 'whole'; readonly rows: GivenRows }
  | { readonly kind: 'table'; readonly table: DirectoryTable; readonly rows: GivenRows }
  | { readonly kind: 'patch'; readonly rows: GivenRows; readonly remove: DirectoryRemovals };

export type ChangedDirectory = {
  readonly after: DirectoryOutline;
  readonly problems: readonly DirectoryProblem[];
};

/** The directory after the change, and everything that speaks against it. */
export function changeDirectory(current: DirectoryOutline, change: DirectoryChange): ChangedDirectory {
  switch (change.kind) {
    case 'whole':
      return replaceDirectory(current, change.rows);
    case 'table':
      return replaceTable(current, change.table, change.rows);
    case 'patch':
      return applyPatch(current, change);
  }
}

/** People who are missing have left, and stay listed as such. */
function replaceDirectory(current: DirectoryOutline, { subcompanies, departments, users }: GivenRows) {
  const after: DirectoryOutline = {
    subcompanies: subcompanies.map((row) => subcompanyAfter(row)),
    departments: departments.map((row) => departmentAfter(row)),
    // The given rows first: their place here is their place in what was sent.
    users: [...users.map((row) => userAfter(row)), ...without(current.users, users).map(asDeparted)],
  };
  return { after, problems: checkDirectory(after, locateInSnapshot) };
}

function replaceTable(current: DirectoryOutline, table: DirectoryTable, rows: GivenRows): ChangedDirectory {
  const { subcompanies, departments, users } = current;
  const after: DirectoryOutline = {
    subcompanies:
      table === 'subcompanies' ? mergeAll(subcompanies, rows[table], subcompanyAfter) : subcompanies,
    departments: table === 'departments' ? mergeAll(departments, rows[table], departmentAfter) : departments,
    users:
      table === 'users'
        ? [...mergeAll(users, rows[table], userAfter), ...without(users, rows[table]).map(asDeparted)]
        : users,
  };
  // Given rows are named by their place, the others by their id.
  const locate: Locate = (row, field) =>
    row.table === table && row.index < rows[table].length
      ? locateInSnapshot(row, field, '')
      : `${row.table}[id=${row.id}].${field}`;
  const stored = new Set(current[table].map(({ id }) => id));
  return {
    after,
    problems: [
      ...rows[table].flatMap((row, index) =>
        stored.has(row.id) ? [] : missingFields(table, row, `${table}[${index}]`),
      ),
      ...checkDirectory(after, locate),
    ],
  };
}

/** The given rows as they will be, in their order; a row that comes twice is there twice, and is named for it. */
function mergeAll<T extends { readonly id: string }, G extends { readonly id: string }>(
  stored: readonly T[],
  given: readonly G[],
  rowAfter: (row: G, before?: T) => T,
): T[] {
  const before = new Map(stored.map((row) => [row.id, row]));
  return given.map((row) => rowAfter(row, before.get(row.id)));
}

function without<T extends { readonly id: string }>(
  rows: readonly T[],
  given: readonly { readonly id: string }[],
): T[] {
  const ids = new Set(given.map(({ id }) => id));
  return rows.filter(({ id }) => !ids.has(id));
}

export function applyPatch(
  current: DirectoryOutline,
  { rows, remove }: { readonly rows: GivenRows; readonly remove: DirectoryRemovals },
): ChangedDirectory {
  const removedDepartments = new Set(remove.departments);
  const removedUsers = new Set(remove.users);
  const after: DirectoryOutline = {
    subcompanies: upsert(current.subcompanies, rows.subcompanies, subcompanyAfter),
    departments: upsert(
      current.departments.filter(({ id }) => !removedDepartments.has(id)),
      rows.departments,
      departmentAfter,
    ),
    users: upsert(
      current.users.map((user) => (removedUsers.has(user.id) ? asDeparted(user) : user)),
      rows.users,
      userAfter,
    ),
  };
  const locate = locateInPatch(rows, remove);
  return {
    after,
    problems: [...patchProblems(current, rows, remove), ...checkDirectory(after, locate)],
  };
}

// Written out field by field: spread objects of 100,000 people take several times the memory and time.
function subcompanyAfter(row: GivenSubcompany, before?: SubcompanyOutline): SubcompanyOutline {
  return { id: row.id, parentId: row.parentId !== undefined ? row.parentId : (before?.parentId ?? null) };
}

function departmentAfter(row: GivenDepartment, before?: DepartmentOutline): DepartmentOutline {
  const { id, parentId, subcompanyId } = row;
  return {
    id,
    parentId: parentId !== undefined ? parentId : (before?.parentId ?? null),
    subcompanyId: subcompanyId !== undefined ? subcompanyId : (before?.subcompanyId ?? null),
  };
}

function userAfter(row: GivenUser, before?: UserOutline): UserOutline {
  const { id, loginId, departmentId, partTimeDepartmentIds, managerId, status } = row;
  return {
    id,
    loginId: loginId ?? before?.loginId ?? '',
    departmentId: departmentId !== undefined ? departmentId : (before?.departmentId ?? null),
    partTimeDepartmentIds: partTimeDepartmentIds ?? before?.partTimeDepartmentIds ?? none,
    managerId: managerId !== undefined ? managerId : (before?.managerId ?? null),
    status: status ?? before?.status ?? 'active',
  };
}

const none: readonly string[] = [];

function asDeparted(user: UserOutline): UserOutline {
  return user.status === 'departed' ? user : { ...user, status: 'departed' };
}

function upsert<T extends { readonly id: string }, G extends { readonly id: string }>(
  stored: readonly T[],
  given: readonly G[],
  rowAfter: (row: G, before?: T) => T,
): T[] {
  const byId = new Map(given.map((row) => [row.id, row]));
  const before = new Map(stored.map((row) => [row.id, row]));
  // The given rows last: where two want the same login name, the one that is new to it is named.
  return [
    ...stored.filter(({ id }) => !byId.has(id)),
    ...[...byId.values()].map((row) => rowAfter(row, before.get(row.id))),
  ];
}

function patchProblems(
  current: DirectoryOutline,
  rows: GivenRows,
  remove: DirectoryRemovals,
): DirectoryProblem[] {
  const problems: DirectoryProblem[] = [];
  for (const table of directoryTables) {
    const stored = new Set(current[table].map(({ id }) => id));
    const seen = new Set<string>();
    rows[table].forEach((row, index) => {
      const { id } = row;
      const path = `upsert.${table}[${index}]`;
      if (seen.has(id)) problems.push({ path: `${path}.id`, id, kind: 'duplicate-id', value: id });
      seen.add(id);
      if (!stored.has(id)) problems.push(...missingFields(table, row, path));
    });
    if (table === 'subcompanies') continue;
    remove[table].forEach((id, index) => {
      const path = `remove.${table}[${index}]`;
      if (seen.has(id)) problems.push({ path, id, kind: 'removed-and-upserted', value: id });
      // A removed department leaves no trace: a removal that is repeated can't be told from a wrong id.
      else if (table === 'users' && !stored.has(id)) {
        problems.push({ path, id, kind: 'removed-user-unknown', value: id });
      }
    });
  }
  return problems;
}

function missingFields(
  table: DirectoryTable,
  row: GivenSubcompany | GivenDepartment | GivenUser,
  path: string,
): DirectoryProblem[] {
  return requiredFields[table]
    .filter((field) => (row as GivenUser)[field] === undefined)
    .map((field) => ({ path: `${path}.${field}`, id: row.id, kind: incomplete[table], value: field }));
}

const requiredFields = {
  subcompanies: ['name'],
  departments: ['name'],
  users: ['loginId', 'name'],
} as const;
const incomplete = {
  subcompanies: 'entry-incomplete',
  departments: 'entry-incomplete',
  users: 'user-incomplete',
} as const;

function locateInPatch(rows: GivenRows, remove: DirectoryRemovals): Locate {
  const places = (given: readonly { readonly id: string }[]) =>
    new Map(given.map(({ id }, index) => [id, index]));
  const upserted: Readonly<Record<DirectoryTable, ReadonlyMap<string, number>>> = {
    subcompanies: places(rows.subcompanies),
    departments: places(rows.departments),
    users: places(rows.users),
  };
  const removed = new Map(remove.departments.map((id, index) => [id, index]));
  return ({ table, id }, field, value) => {
    const index = upserted[table].get(id);
    if (index !== undefined) return `upsert.${table}[${index}].${field}`;
    const removal = removed.get(value);
    return removal === undefined ? `${table}[id=${id}].${field}` : `remove.departments[${removal}]`;
  };
}
