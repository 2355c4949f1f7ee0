/** The directory of this OA, with a log of what changed, in memory. An OA of your own has tables for it. */

export type Subcompany = { id: string; name: string; parentId: string | null; order: number };
export type Department = {
  id: string;
  name: string;
  parentId: string | null;
  subcompanyId: string | null;
  order: number;
};
export type User = {
  id: string;
  loginId: string;
  name: string;
  departmentId: string | null;
  status: 'active' | 'departed';
  [field: string]: unknown;
};

export type Directory = { subcompanies: Subcompany[]; departments: Department[]; users: User[] };

export type Rows = Directory & { removed: { departments: string[]; users: string[] } };

/** As the contract has it (oa/http/openapi.yaml). */
export type DirectoryNews =
  | {
      type: 'user';
      change: 'created' | 'updated' | 'departed';
      oaUserId: string | null;
      fields: Record<string, string>;
    }
  | { type: 'department'; change: 'created' | 'updated' | 'removed'; fields: Record<string, string> };

type Kind = 'subcompanies' | 'departments' | 'users';

export class ReferenceDirectory {
  private readonly rows: Record<Kind, Map<string, { id: string }>> = {
    subcompanies: new Map(),
    departments: new Map(),
    users: new Map(),
  };
  /** The newest change of each row; a row that is gone keeps its entry. */
  private readonly changedAt = new Map<string, { kind: Kind; id: string; change: number }>();
  private changes = 0;
  /** Changes before this one are forgotten. */
  private rememberedFrom = 0;

  constructor(directory: Directory) {
    for (const kind of ['subcompanies', 'departments', 'users'] as const) {
      for (const row of directory[kind]) this.rows[kind].set(row.id, row);
    }
  }

  put(kind: Kind, row: { id: string; [field: string]: unknown }): void {
    const before = this.rows[kind].get(row.id);
    this.rows[kind].set(row.id, { ...before, ...row });
    this.note(kind, row.id);
  }

  remove(kind: 'departments' | 'users', id: string): void {
    this.rows[kind].delete(id);
    this.note(kind, id);
  }

  /** Does what WeCom, the master, has done. Rows are named by the ids that the bridge chose or knows. */
  follow(news: DirectoryNews): void {
    const { fields } = news;
    if (news.type === 'department') {
      const { id, kind, ...rest } = fields;
      if (id === undefined) return;
      if (kind === 'subcompany') this.put('subcompanies', { ...orNull(rest), id });
      else if (news.change === 'removed') this.remove('departments', id);
      else
        this.put('departments', { ...emptyDepartment(this.rows.departments.has(id)), ...orNull(rest), id });
      return;
    }
    const { oaUserId } = news;
    if (oaUserId === null) return;
    const { partTimeDepartmentIds, ...rest } = fields;
    const parts = partTimeDepartmentIds?.split(',').filter((part) => part !== '');
    this.put('users', {
      ...(news.change === 'created' ? { status: 'active' } : {}),
      ...(news.change === 'departed' ? { status: 'departed' } : {}),
      ...orNull(rest),
      ...(parts === undefined ? {} : { partTimeDepartmentIds: parts }),
      id: oaUserId,
    });
  }

  /** As after the log was cleaned up: whoever comes with an older cursor has to read everything. */
  forgetChanges(): void {
    this.changes++;
    this.rememberedFrom = this.changes;
    this.changedAt.clear();
  }

  cursor(): string {
    return `change-${this.changes}`;
  }

  whole(): Rows {
    return { ...this.directory(), removed: { departments: [], users: [] } };
  }

  /** Undefined when the cursor is not known (any more). */
  changesSince(cursor: string): Rows | undefined {
    const since = Number(/^change-(\d{1,15})$/.exec(cursor)?.[1] ?? NaN);
    if (!(since >= this.rememberedFrom && since <= this.changes)) return undefined;
    const changed = [...this.changedAt.values()].filter(({ change }) => change > since);
    const there = (kind: Kind) =>
      changed.flatMap((entry) =>
        entry.kind === kind && this.rows[kind].has(entry.id) ? [this.rows[kind].get(entry.id)] : [],
      );
    const gone = (kind: Kind) =>
      changed.filter((entry) => entry.kind === kind && !this.rows[kind].has(entry.id)).map(({ id }) => id);
    return {
      subcompanies: there('subcompanies') as Subcompany[],
      departments: there('departments') as Department[],
      users: there('users') as User[],
      removed: { departments: gone('departments'), users: gone('users') },
    };
  }

  userByLogin(loginName: string): User | undefined {
    const wanted = loginName.toLowerCase();
    return this.directory().users.find(({ loginId }) => loginId.toLowerCase() === wanted);
  }

  private directory(): Directory {
    return {
      subcompanies: [...this.rows.subcompanies.values()] as Subcompany[],
      departments: [...this.rows.departments.values()] as Department[],
      users: [...this.rows.users.values()] as User[],
    };
  }

  private note(kind: Kind, id: string): void {
    this.changes++;
    this.changedAt.set(`${kind}/${id}`, { kind, id, change: this.changes });
  }
}

/** The contract has texts only: an empty one is none. */
function orNull(fields: Record<string, string>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field, value === '' ? null : value]),
  );
}

function emptyDepartment(isKnown: boolean): object {
  return isKnown ? {} : { parentId: null, subcompanyId: null, order: 0 };
}
