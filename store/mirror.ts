import { decodeCursor, encodeCursor } from './cursors';
import type { Database } from './database';
import { escapePattern } from './patterns';

/** `unknown` while no app of the bridge sees the member. */
export type MirrorMemberStatus = 'activated' | 'disabled' | 'inactive' | 'left' | 'unknown';

export type MirrorDepartmentRecord = {
  readonly departmentId: number;
  readonly parentId: number;
  /** Null while no app of the bridge may read it. */
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly order: number;
  readonly leaders: readonly string[];
  /** Members directly in it who are not gone. */
  readonly members: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly goneAt: Date | null;
};

/** Values as WeCom gave them or as the bridge wrote them, in the WeCom client's field names. */
export type MemberFieldTable = Readonly<Record<string, unknown>>;

export type MirrorMemberRecord = {
  /** The bridge's own id. */
  readonly memberId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly departments: readonly { readonly departmentId: number; readonly name: string | null }[];
  readonly position: string | null;
  readonly mobile: string | null;
  readonly email: string | null;
  readonly status: MirrorMemberStatus;
  readonly seen: MemberFieldTable | null;
  readonly written: MemberFieldTable | null;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly detailsSeenAt: Date | null;
  readonly goneAt: Date | null;
};

export type MemberSearch = {
  readonly corpId: string;
  /** Part of the name, alias, userid or position. */
  readonly q?: string | undefined;
  readonly departmentId?: number | undefined;
  /** With `departmentId`: everybody below it too. */
  readonly includeSub?: boolean | undefined;
  readonly status?: MirrorMemberStatus | undefined;
  /** `conflict`: unbound ones about whom somebody should decide. */
  readonly binding?: 'bound' | 'unbound' | 'conflict' | undefined;
  /** Defaults to false: those who are not gone. */
  readonly gone?: boolean | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

export type MirrorCounts = {
  readonly departments: number;
  readonly members: number;
  readonly goneDepartments: number;
  readonly goneMembers: number;
};

export interface MirrorStore {
  /** The whole tree, departments that are gone included. */
  listDepartments(corpId: string): Promise<MirrorDepartmentRecord[]>;
  searchMembers(
    search: MemberSearch,
  ): Promise<{ items: MirrorMemberRecord[]; total: number; nextCursor: string | null }>;
  findMember(corpId: string, userId: string): Promise<MirrorMemberRecord | undefined>;
  counts(corpId: string): Promise<MirrorCounts>;
}

const statusNumbers: Readonly<Record<Exclude<MirrorMemberStatus, 'unknown'>, number>> = {
  activated: 1,
  disabled: 2,
  inactive: 4,
  left: 5,
};

const statusNames = new Map(
  Object.entries(statusNumbers).map(([name, number]) => [number, name as MirrorMemberStatus]),
);

export function statusNameOf(status: number | null): MirrorMemberStatus {
  return (status === null ? undefined : statusNames.get(status)) ?? 'unknown';
}

type DepartmentRow = {
  department_id: number;
  parent_id: number;
  name: string | null;
  name_en: string | null;
  order: string;
  leaders: string[] | null;
  members: number;
  first_seen_at: Date;
  last_seen_at: Date;
  gone_at: Date | null;
};

type MemberRow = {
  id: string;
  user_id: string;
  user_id_key: string;
  name: string | null;
  departments: number[];
  status: number | null;
  seen: Record<string, unknown> | null;
  written: Record<string, unknown> | null;
  first_seen_at: Date;
  last_seen_at: Date;
  details_seen_at: Date | null;
  gone_at: Date | null;
};

const isBound = 'EXISTS (SELECT FROM binding WHERE binding.member_id = mirror_member.id)';

const bindingConditions = {
  bound: isBound,
  unbound: `NOT ${isBound}`,
  conflict: `NOT ${isBound} AND EXISTS (SELECT FROM link_conflict c
    WHERE c.corp_id = $1 AND c.member_id = mirror_member.id AND c.decided_at IS NULL)`,
} as const;

const memberColumns = `id, user_id, user_id_key, name, departments, status, seen, written,
  first_seen_at, last_seen_at, details_seen_at, gone_at`;

export function createMirrorStore({ pool }: Database): MirrorStore {
  async function toRecords(corpId: string, rows: readonly MemberRow[]): Promise<MirrorMemberRecord[]> {
    const ids = [...new Set(rows.flatMap(({ departments }) => departments))];
    const names = new Map<number, string | null>();
    if (ids.length > 0) {
      const found = await pool.query<{ department_id: number; name: string | null }>(
        'SELECT department_id, name FROM mirror_department WHERE corp_id = $1 AND department_id = ANY($2::int[])',
        [corpId, ids],
      );
      for (const { department_id, name } of found.rows) names.set(department_id, name);
    }
    return rows.map((row) => toMember(row, names));
  }

  return {
    async listDepartments(corpId) {
      const { rows } = await pool.query<DepartmentRow>(
        `SELECT d.department_id, d.parent_id, d.name, d.name_en, d."order", d.leaders,
                COALESCE(m.members, 0)::int AS members, d.first_seen_at, d.last_seen_at, d.gone_at
         FROM mirror_department d
         LEFT JOIN (
           SELECT department_id, count(*) AS members
           FROM mirror_member, unnest(departments) AS department_id
           WHERE corp_id = $1 AND gone_at IS NULL
           GROUP BY department_id
         ) m USING (department_id)
         WHERE d.corp_id = $1
         ORDER BY d.parent_id, d."order" DESC, d.department_id`,
        [corpId],
      );
      return rows.map(toDepartment);
    },

    async searchMembers({ corpId, q, departmentId, includeSub, status, binding, gone, cursor, limit }) {
      const params: unknown[] = [corpId];
      const param = (value: unknown): string => `$${params.push(value)}`;
      const conditions = ['corp_id = $1', gone ? 'gone_at IS NOT NULL' : 'gone_at IS NULL'];
      if (q !== undefined && q !== '') {
        const pattern = param(`%${escapePattern(q)}%`);
        const columns = ['user_id', 'name', `seen->>'alias'`, `seen->>'position'`];
        conditions.push(`(${columns.map((column) => `${column} ILIKE ${pattern}`).join(' OR ')})`);
      }
      if (departmentId !== undefined) {
        const departments = includeSub ? await subtree(departmentId, corpId) : [departmentId];
        conditions.push(`departments && ${param(departments)}::int[]`);
      }
      if (status !== undefined) {
        conditions.push(status === 'unknown' ? 'status IS NULL' : `status = ${param(statusNumbers[status])}`);
      }
      if (binding !== undefined) conditions.push(bindingConditions[binding]);
      const where = conditions.join(' AND ');
      const counted = await pool.query<{ total: number }>(
        `SELECT count(*)::int AS total FROM mirror_member WHERE ${where}`,
        params,
      );
      const [after] = cursor === undefined ? [] : decodeCursor(cursor, 1);
      const keyset = after === undefined ? '' : `AND user_id_key > ${param(after)}`;
      const { rows } = await pool.query<MemberRow>(
        `SELECT ${memberColumns} FROM mirror_member WHERE ${where} ${keyset}
         ORDER BY user_id_key LIMIT ${param(limit + 1)}`,
        params,
      );
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: await toRecords(corpId, page),
        total: counted.rows[0]?.total ?? 0,
        nextCursor: last === undefined ? null : encodeCursor([last.user_id_key]),
      };
    },

    async findMember(corpId, userId) {
      const { rows } = await pool.query<MemberRow>(
        `SELECT ${memberColumns} FROM mirror_member WHERE corp_id = $1 AND user_id_key = lower($2)`,
        [corpId, userId],
      );
      const [record] = await toRecords(corpId, rows);
      return record;
    },

    async counts(corpId) {
      const { rows } = await pool.query<MirrorCounts>(
        `SELECT d.departments, d."goneDepartments", m.members, m."goneMembers"
         FROM (SELECT count(*) FILTER (WHERE gone_at IS NULL)::int AS departments,
                      count(gone_at)::int AS "goneDepartments"
               FROM mirror_department WHERE corp_id = $1) d,
              (SELECT count(*) FILTER (WHERE gone_at IS NULL)::int AS members,
                      count(gone_at)::int AS "goneMembers"
               FROM mirror_member WHERE corp_id = $1) m`,
        [corpId],
      );
      return rows[0] ?? { departments: 0, members: 0, goneDepartments: 0, goneMembers: 0 };
    },
  };

  async function subtree(departmentId: number, corpId: string): Promise<number[]> {
    // UNION, not UNION ALL: a cycle left by half a reading ends the recursion instead of going on for ever.
    const { rows } = await pool.query<{ department_id: number }>(
      `WITH RECURSIVE below AS (
         SELECT $2::int AS department_id
         UNION
         SELECT d.department_id FROM mirror_department d JOIN below b ON d.parent_id = b.department_id
         WHERE d.corp_id = $1
       ) SELECT department_id FROM below`,
      [corpId, departmentId],
    );
    return rows.map(({ department_id }) => department_id);
  }
}

function toDepartment(row: DepartmentRow): MirrorDepartmentRecord {
  return {
    departmentId: row.department_id,
    parentId: row.parent_id,
    name: row.name,
    nameEn: row.name_en,
    order: Number(row.order),
    leaders: row.leaders ?? [],
    members: row.members,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    goneAt: row.gone_at,
  };
}

function toMember(row: MemberRow, names: ReadonlyMap<number, string | null>): MirrorMemberRecord {
  const known = { ...row.written, ...row.seen };
  return {
    memberId: row.id,
    userId: row.user_id,
    name: row.name,
    departments: row.departments.map((departmentId) => ({
      departmentId,
      name: names.get(departmentId) ?? null,
    })),
    position: textOf(known['position']),
    mobile: textOf(known['mobile']),
    email: textOf(known['email']) ?? textOf(known['bizMail']),
    status: statusNameOf(row.status),
    seen: row.seen,
    written: row.written,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    detailsSeenAt: row.details_seen_at,
    goneAt: row.gone_at,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
