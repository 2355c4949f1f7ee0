import type { PoolClient } from 'pg';
import type { BindingSource } from '../domain/directory/binding-sources';
import { chunksOf } from './chunks';
import { decodeCursor, encodeCursor } from './cursors';
import type { Database } from './database';
import { statusNameOf, type MirrorMemberStatus } from './mirror';
import { escapePattern } from './patterns';
import { isRefusedPair } from './refused-pairs';

export type { BindingSource } from '../domain/directory/binding-sources';

/** Why a binding ended; that of the new binding where one took its place. `cleared`: with all others of the corp. */
export type UnbindingSource = BindingSource | 'undone' | 'gone' | 'cleared';

export type NewBinding = {
  readonly memberId: string;
  readonly oaUserId: string;
  readonly source: BindingSource;
  /** The match field that found the member. */
  readonly matchedBy?: string | null;
  readonly runId?: string | null;
  /** Id of the console user or API token; left out where nobody did it by hand. */
  readonly by?: string | null;
};

export type BindingPair = { readonly memberId: string; readonly oaUserId: string };

export type Unbinding = {
  readonly source: UnbindingSource;
  readonly by?: string | null;
  readonly runId?: string | null;
};

type Connection = Pick<PoolClient, 'query'>;

/**
 * Every way of binding ends here, within the transaction of `client`. Whoever is bound already stays as they are, and a
 * pair that a person refused is left to people; what was bound is returned.
 */
export async function bindMembers(
  client: Connection,
  corpId: string,
  rows: readonly NewBinding[],
): Promise<BindingPair[]> {
  if (rows.length === 0) return [];
  await lockBindings(client, corpId);
  const bound: BindingPair[] = [];
  for (const chunk of chunksOf(rows, rowsPerStatement)) {
    const { rows: done } = await client.query<BindingPair>(bindChunk, [corpId, JSON.stringify(chunk)]);
    bound.push(...done);
  }
  return bound;
}

const rowsPerStatement = 5_000;

/**
 * Each member by its key. Where thousands of members have come since the tables were last counted, Postgres would take
 * them for a handful and hold every one of them against every row given; OFFSET keeps it from joining its own way.
 */
const memberOf = (id: string): string =>
  `CROSS JOIN LATERAL (SELECT id, corp_id, user_id FROM mirror_member WHERE id = ${id} OFFSET 0) m`;

const bindChunk = `
  WITH bound AS (
    INSERT INTO binding (corp_id, member_id, oa_user_id, source, matched_by, run_id, bound_by)
    SELECT $1, m.id, g."oaUserId", g.source, g."matchedBy", g."runId", g.by
    FROM jsonb_to_recordset($2::jsonb) AS g ("memberId" text, "oaUserId" text, source text, "matchedBy" text,
           "runId" text, by text)
    ${memberOf('g."memberId"')}
    WHERE m.corp_id = $1
      AND (g.source NOT IN ('matched', 'pulled', 'visit') OR NOT ${isRefusedPair('g."memberId"', 'g."oaUserId"')})
    ON CONFLICT DO NOTHING
    RETURNING member_id, oa_user_id, source, matched_by, run_id, bound_by
  ), noted AS (
    INSERT INTO binding_event (corp_id, member_id, user_id, oa_user_id, event, source, matched_by, run_id, by)
    SELECT $1, b.member_id, m.user_id, b.oa_user_id, 'bound', b.source, b.matched_by, b.run_id, b.bound_by
    FROM bound b ${memberOf('b.member_id')}
  )
  SELECT member_id AS "memberId", oa_user_id AS "oaUserId" FROM bound`;

/** Neither account is touched: only what the bridge knew of the two ends. Those who were not bound are passed over. */
export async function unbindMembers(
  client: Connection,
  corpId: string,
  memberIds: readonly string[],
  { source, by = null, runId = null }: Unbinding,
): Promise<BindingPair[]> {
  if (memberIds.length === 0) return [];
  await lockBindings(client, corpId);
  const unbound = await client.query<BindingPair>(
    `WITH unbound AS (
       DELETE FROM binding WHERE corp_id = $1 AND member_id = ANY($2::text[])
       RETURNING member_id, oa_user_id, matched_by
     ), noted AS (
       INSERT INTO binding_event (corp_id, member_id, user_id, oa_user_id, event, source, matched_by, run_id, by)
       SELECT $1, b.member_id, m.user_id, b.oa_user_id, 'unbound', $3, b.matched_by, $4, $5
       FROM unbound b ${memberOf('b.member_id')}
     )
     SELECT member_id AS "memberId", oa_user_id AS "oaUserId" FROM unbound`,
    [corpId, memberIds, source, runId, by],
  );
  return unbound.rows;
}

/** The pairs are not the same person, somebody says: nothing but a person binds them. */
export async function refusePairs(
  client: Connection,
  corpId: string,
  pairs: readonly BindingPair[],
  by: string,
): Promise<void> {
  if (pairs.length === 0) return;
  await lockBindings(client, corpId);
  await client.query(
    `INSERT INTO binding_event (corp_id, member_id, user_id, oa_user_id, event, source, by)
     SELECT $1, m.id, m.user_id, p."oaUserId", 'refused', 'decided', $3
     FROM jsonb_to_recordset($2::jsonb) AS p ("memberId" text, "oaUserId" text)
     ${memberOf('p."memberId"')}
     WHERE m.corp_id = $1 AND NOT ${isRefusedPair('p."memberId"', 'p."oaUserId"')}`,
    [corpId, JSON.stringify(pairs), by],
  );
}

/**
 * One writer at a time in each corp, until its transaction ends: what it read of the bindings still holds when it
 * writes, and two that want the same people never wait for each other in a circle.
 */
export async function lockBindings(client: Connection, corpId: string): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('binding ' || $1, 0))`, [corpId]);
}

export type BindingListItem = {
  readonly memberId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly oaUserId: string;
  /** Null when the OA does not know the user any more. */
  readonly oaName: string | null;
  readonly oaLoginId: string | null;
  readonly source: BindingSource;
  readonly matchedBy: string | null;
  readonly runId: string | null;
  /** Id of a principal. */
  readonly boundBy: string | null;
  readonly boundAt: Date;
};

export type BindingSearch = {
  readonly corpId: string;
  /** Part of either side's name or account. */
  readonly q?: string | undefined;
  readonly source?: BindingSource | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

/** What became of one member's bindings. */
export type BindingEventRecord = {
  readonly event: 'bound' | 'unbound' | 'refused';
  readonly oaUserId: string;
  readonly oaName: string | null;
  readonly source: UnbindingSource;
  readonly matchedBy: string | null;
  /** Id of a principal. */
  readonly by: string | null;
  readonly runId: string | null;
  readonly at: Date;
};

export type BindingCounts = {
  readonly members: number;
  readonly bound: number;
  readonly unbound: number;
  /** Unbound ones about whom somebody should decide. */
  readonly conflicts: number;
};

export type BindOutcome =
  | { readonly kind: 'bound'; readonly binding: BindingListItem; readonly replaced: readonly BindingPair[] }
  | { readonly kind: 'member-unknown' | 'oa-user-unknown' | 'oa-user-departed' }
  | { readonly kind: 'oa-user-bound'; readonly userId: string; readonly name: string | null }
  | { readonly kind: 'member-bound'; readonly oaUserId: string; readonly name: string | null };

export type MemberForExport = {
  readonly userId: string;
  readonly name: string | null;
  readonly departments: readonly string[];
  readonly mobile: string | null;
  readonly status: MirrorMemberStatus;
  readonly oaLoginId: string | null;
  readonly oaName: string | null;
};

export type ExportedMembers = 'all' | 'bound' | 'unbound';

export interface BindingStore {
  list(
    search: BindingSearch,
  ): Promise<{ items: BindingListItem[]; total: number; nextCursor: string | null }>;
  find(corpId: string, userId: string): Promise<BindingListItem | undefined>;
  /** Newest first. */
  history(corpId: string, memberId: string): Promise<BindingEventRecord[]>;
  counts(corpId: string): Promise<BindingCounts>;
  /** By hand. `replace`: whoever either of the two is bound to gives way. */
  bind(wanted: {
    readonly corpId: string;
    readonly userId: string;
    readonly oaUserId: string;
    readonly replace: boolean;
    readonly by: string;
  }): Promise<BindOutcome>;
  unbind(corpId: string, userId: string, by: string): Promise<BindingPair | undefined>;
  unbindAll(corpId: string, by: string): Promise<number>;
  /** In portions, by userid. */
  exportMembers(corpId: string, only: ExportedMembers): AsyncIterable<readonly MemberForExport[]>;
}

const rowsPerPortion = 2_000;

export function createBindingStore(db: Database): BindingStore {
  const { pool } = db;

  return {
    async list({ corpId, q, source, cursor, limit }) {
      const params: unknown[] = [corpId];
      const param = (value: unknown): string => `$${params.push(value)}`;
      const conditions = ['b.corp_id = $1'];
      if (q !== undefined && q !== '') {
        const pattern = param(`%${escapePattern(q)}%`);
        const columns = ['m.user_id', 'm.name', 'b.oa_user_id', 'u.name', 'u.login_id', 'u.job_number'];
        conditions.push(`(${columns.map((column) => `${column} ILIKE ${pattern}`).join(' OR ')})`);
      }
      if (source !== undefined) conditions.push(`b.source = ${param(source)}`);
      const from = `${listFrom} WHERE ${conditions.join(' AND ')}`;
      const counted = await pool.query<{ total: number }>(`SELECT count(*)::int AS total ${from}`, params);
      const [after] = cursor === undefined ? [] : decodeCursor(cursor, 1);
      const keyset = after === undefined ? '' : `AND m.user_id_key > ${param(after)}`;
      const { rows } = await pool.query<BindingListItem & { userIdKey: string }>(
        `SELECT ${listColumns}, m.user_id_key AS "userIdKey" ${from} ${keyset}
         ORDER BY m.user_id_key LIMIT ${param(limit + 1)}`,
        params,
      );
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map(({ userIdKey: _, ...item }) => item),
        total: counted.rows[0]?.total ?? 0,
        nextCursor: last === undefined ? null : encodeCursor([last.userIdKey]),
      };
    },

    find: (corpId, userId) => findBinding(pool, corpId, userId),

    async history(corpId, memberId) {
      const { rows } = await pool.query<BindingEventRecord>(
        `SELECT e.event, e.oa_user_id AS "oaUserId", u.name AS "oaName", e.source, e.matched_by AS "matchedBy", e.by,
                e.run_id AS "runId", e.at
         FROM binding_event e LEFT JOIN oa_user u ON u.id = e.oa_user_id
         WHERE e.corp_id = $1 AND e.member_id = $2 ORDER BY e.id DESC LIMIT $3`,
        [corpId, memberId, longestHistory],
      );
      return rows;
    },

    async counts(corpId) {
      const { rows } = await pool.query<BindingCounts>(
        `SELECT count(*)::int AS members, count(b.member_id)::int AS bound,
                (count(*) - count(b.member_id))::int AS unbound,
                (count(*) FILTER (WHERE b.member_id IS NULL AND c.member_id IS NOT NULL))::int AS conflicts
         FROM mirror_member m
         LEFT JOIN binding b ON b.member_id = m.id
         LEFT JOIN link_conflict c ON c.corp_id = $1 AND c.member_id = m.id AND c.decided_at IS NULL
         WHERE m.corp_id = $1 AND m.gone_at IS NULL`,
        [corpId],
      );
      return rows[0] ?? { members: 0, bound: 0, unbound: 0, conflicts: 0 };
    },

    bind: ({ corpId, userId, oaUserId, replace, by }) =>
      db.transaction(async (client): Promise<BindOutcome> => {
        await lockBindings(client, corpId);
        const member = await client.query<{ id: string }>(
          `SELECT id FROM mirror_member WHERE corp_id = $1 AND user_id_key = lower($2) AND gone_at IS NULL`,
          [corpId, userId],
        );
        const memberId = member.rows[0]?.id;
        if (memberId === undefined) return { kind: 'member-unknown' };
        const user = await client.query<{ status: string }>('SELECT status FROM oa_user WHERE id = $1', [
          oaUserId,
        ]);
        const status = user.rows[0]?.status;
        if (status === undefined) return { kind: 'oa-user-unknown' };
        if (status !== 'active') return { kind: 'oa-user-departed' };
        const { rows: inTheWay } = await client.query<InTheWay>(
          `SELECT ${inTheWayColumns} ${listFrom} WHERE b.corp_id = $1 AND (b.member_id = $2 OR b.oa_user_id = $3)`,
          [corpId, memberId, oaUserId],
        );
        const isBound = inTheWay.some((one) => one.memberId === memberId && one.oaUserId === oaUserId);
        let replaced: readonly BindingPair[] = [];
        if (!isBound) {
          if (!replace) {
            const [first] = inTheWay;
            const other = inTheWay.find((one) => one.oaUserId === oaUserId);
            if (other !== undefined) return { kind: 'oa-user-bound', userId: other.userId, name: other.name };
            if (first !== undefined) {
              return { kind: 'member-bound', oaUserId: first.oaUserId, name: first.oaName };
            }
          }
          const giveWay = inTheWay.map((one) => one.memberId);
          replaced = await unbindMembers(client, corpId, giveWay, { source: 'manual', by });
          await bindMembers(client, corpId, [{ memberId, oaUserId, source: 'manual', by }]);
        }
        const binding = await findBinding(client, corpId, userId);
        if (binding === undefined) throw new Error('A binding that was just made is not there');
        return { kind: 'bound', binding, replaced };
      }),

    unbind: (corpId, userId, by) =>
      db.transaction(async (client) => {
        const { rows } = await client.query<{ id: string }>(
          'SELECT id FROM mirror_member WHERE corp_id = $1 AND user_id_key = lower($2)',
          [corpId, userId],
        );
        const [removed] = await unbindMembers(
          client,
          corpId,
          rows.map(({ id }) => id),
          { source: 'manual', by },
        );
        return removed;
      }),

    unbindAll: (corpId, by) =>
      db.transaction(async (client) => {
        await lockBindings(client, corpId);
        const { rows } = await client.query<{ memberId: string }>(
          'SELECT member_id AS "memberId" FROM binding WHERE corp_id = $1',
          [corpId],
        );
        const memberIds = rows.map(({ memberId }) => memberId);
        return (await unbindMembers(client, corpId, memberIds, { source: 'cleared', by })).length;
      }),

    async *exportMembers(corpId, only) {
      const condition = { all: '', bound: 'AND b.member_id IS NOT NULL', unbound: 'AND b.member_id IS NULL' };
      let after = '';
      for (;;) {
        const { rows } = await pool.query<ExportRow>(
          `SELECT m.user_id_key AS "userIdKey", m.user_id AS "userId", m.name, m.status,
                  COALESCE(m.seen->>'mobile', m.written->>'mobile') AS mobile,
                  ARRAY(SELECT COALESCE(d.name, d.department_id::text) FROM mirror_department d
                        WHERE d.corp_id = $1 AND d.department_id = ANY(m.departments)
                        ORDER BY d.department_id) AS departments,
                  COALESCE(u.login_id, b.oa_user_id) AS "oaLoginId", u.name AS "oaName"
           FROM mirror_member m
           LEFT JOIN binding b ON b.member_id = m.id
           LEFT JOIN oa_user u ON u.id = b.oa_user_id
           WHERE m.corp_id = $1 AND m.gone_at IS NULL AND m.user_id_key > $2 ${condition[only]}
           ORDER BY m.user_id_key LIMIT $3`,
          [corpId, after, rowsPerPortion],
        );
        yield rows.map(({ userIdKey: _, status, mobile, ...row }) => ({
          ...row,
          mobile: mobile === '' ? null : mobile,
          status: statusNameOf(status),
        }));
        const last = rows.at(-1);
        if (last === undefined || rows.length < rowsPerPortion) return;
        after = last.userIdKey;
      }
    },
  };
}

const longestHistory = 200;

type ExportRow = Omit<MemberForExport, 'status'> & { userIdKey: string; status: number | null };

type InTheWay = {
  memberId: string;
  userId: string;
  name: string | null;
  oaUserId: string;
  oaName: string | null;
};

const listFrom = `FROM binding b JOIN mirror_member m ON m.id = b.member_id LEFT JOIN oa_user u ON u.id = b.oa_user_id`;

const inTheWayColumns = `b.member_id AS "memberId", m.user_id AS "userId", m.name, b.oa_user_id AS "oaUserId",
  u.name AS "oaName"`;

const listColumns = `${inTheWayColumns}, u.login_id AS "oaLoginId", b.source, b.matched_by AS "matchedBy",
  b.run_id AS "runId", b.bound_by AS "boundBy", b.bound_at AS "boundAt"`;

async function findBinding(
  client: Connection,
  corpId: string,
  userId: string,
): Promise<BindingListItem | undefined> {
  const { rows } = await client.query<BindingListItem>(
    `SELECT ${listColumns} ${listFrom} WHERE b.corp_id = $1 AND m.user_id_key = lower($2)`,
    [corpId, userId],
  );
  return rows[0];
}
