import type { DirectoryProblem, Locate } from './check';
import { checkDirectory, locateInSnapshot } from './check';
import type {
  DepartmentOutline,
  DirectoryOutline,
  DirectoryTable,
  SubcompanyOutline,
  UserOutline,
} from './directory';
import { directoryTables } from './directory';

type Given<T extends { readonly id: string }> = Pick<T, 'id'> & {
  readonly [K in keyof T]?: T[K] | undefined;
};

/** Rows as a sender gave them. What a row leaves out keeps its value, or takes its default when the row is new. */
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

/** `whole`: what is not given is gone. `patch`: what is not named stays as it is. */
export type DirectoryChange =
  | { readonly kind: 'whole'; readonly rows: GivenRows }
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
    case 'patch':
      return applyPatch(current, change);
  }
}

/** People who are missing have left, and stay listed as such. */
function replaceDirectory(current: DirectoryOutline, { subcompanies, departments, users }: GivenRows) {
  const given = new Set(users.map(({ id }) => id));
  const after: DirectoryOutline = {
    subcompanies: subcompanies.map((row) => ({ ...newSubcompany, ...known(row) })),
    departments: departments.map((row) => ({ ...newDepartment, ...known(row) })),
    // The given rows first: their place here is their place in what was sent.
    users: [
      ...users.map((row) => ({ ...newUser, ...known(row) })),
      ...current.users.filter(({ id }) => !given.has(id)).map(asDeparted),
    ],
  };
  return { after, problems: checkDirectory(after, locateInSnapshot) };
}

export function applyPatch(
  current: DirectoryOutline,
  { rows, remove }: { readonly rows: GivenRows; readonly remove: DirectoryRemovals },
): ChangedDirectory {
  const removedDepartments = new Set(remove.departments);
  const removedUsers = new Set(remove.users);
  const after: DirectoryOutline = {
    subcompanies: upsert(current.subcompanies, rows.subcompanies, newSubcompany),
    departments: upsert(
      current.departments.filter(({ id }) => !removedDepartments.has(id)),
      rows.departments,
      newDepartment,
    ),
    users: upsert(
      current.users.map((user) => (removedUsers.has(user.id) ? asDeparted(user) : user)),
      rows.users,
      newUser,
    ),
  };
  const locate = locateInPatch(rows, remove);
  return {
    after,
    problems: [...patchProblems(current, rows, remove), ...checkDirectory(after, locate)],
  };
}

const newSubcompany = { parentId: null };
const newDepartment = { parentId: null, subcompanyId: null };
const newUser = {
  loginId: '',
  departmentId: null,
  partTimeDepartmentIds: [],
  managerId: null,
  status: 'active' as const,
};

function asDeparted(user: UserOutline): UserOutline {
  return user.status === 'departed' ? user : { ...user, status: 'departed' };
}

function upsert<T extends { readonly id: string }>(
  stored: readonly T[],
  given: readonly Given<T>[],
  fresh: Omit<T, 'id'>,
): T[] {
  const byId = new Map(given.map((row) => [row.id, row]));
  const before = new Map(stored.map((row) => [row.id, row]));
  // The given rows last: where two want the same login name, the one that is new to it is named.
  return [
    ...stored.filter(({ id }) => !byId.has(id)),
    ...[...byId.values()].map((row) => ({ ...fresh, ...before.get(row.id), ...known(row) }) as T),
  ];
}

/** Without the keys that say nothing. */
function known<T extends object>(row: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
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
      if (stored.has(id)) return;
      const missing = requiredFields[table].filter((field) => (row as GivenUser)[field] === undefined);
      for (const field of missing) {
        problems.push({ path: `${path}.${field}`, id, kind: incomplete[table], value: field });
      }
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
