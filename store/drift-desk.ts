import type { DriftKind, DriftValue } from '../domain/directory/drift/judge';
import type { DriftState } from '../domain/directory/drift/listing';
import { CursorInvalidError, decodeCursor, encodeCursor } from './cursors';
import type { Database } from './database';
import { endAgreed, endDecisions } from './drift-decisions';
import { openDriftOf, type DriftSource } from './drift';
import { escapePattern } from './patterns';

/** The list of changes by hand as people read it and decide about it. */

export type DriftRecord = {
  readonly driftId: string;
  readonly kind: DriftKind;
  readonly memberId: string | null;
  readonly departmentId: number | null;
  readonly field: string;
  readonly before: DriftValue;
  readonly after: DriftValue;
  readonly seenBy: DriftSource;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly state: DriftState;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly runId: string | null;
  readonly userId: string | null;
  /** Of the member or department. */
  readonly name: string | null;
  /** 1 activated, 2 disabled, 4 not activated, 5 left; null for departments and while no app sees the member. */
  readonly status: number | null;
  readonly isGone: boolean;
  /** Whose account the member is; null where it is nobody's. */
  readonly oaUserId: string | null;
  /** What the department stands for; null where it stands for nothing. */
  readonly oaKey: string | null;
};

/** `open` has those in it that are being accepted or reverted. */
export type DriftStateFilter = 'open' | 'accepted' | 'reverted' | 'ignored' | 'gone' | 'all';

export type DriftFilter = {
  readonly corpId: string;
  readonly state: DriftStateFilter;
  readonly kind?: DriftKind | undefined;
  readonly field?: string | undefined;
  /** Part of a name or userid. */
  readonly q?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

export type DriftCoverageFacts = {
  /** Members the bridge manages. */
  readonly managed: number;
  /** Of these, those of whom the last reading brought details. */
  readonly withDetails: number;
  /** Of managed members: in how many a field has been given, by WeCom's client's names. */
  readonly given: Readonly<Record<string, number>>;
  readonly departments: { readonly managed: number; readonly named: number };
  readonly lastPull: {
    readonly mergedAt: Date;
    readonly scope: string | null;
    readonly complete: boolean | null;
  } | null;
  readonly lastEventAt: Date | null;
  readonly lastDriftAt: Date | null;
};

export interface DriftDesk {
  list(filter: DriftFilter): Promise<{ items: DriftRecord[]; total: number; nextCursor: string | null }>;
  find(corpId: string, driftIds: readonly string[]): Promise<DriftRecord[]>;
  /** By corp; corps without any are left out. */
  countOpen(corpIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  openOf(corpId: string, memberIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Before the run begins that carries the decision out. False when somebody else has decided meanwhile. */
  begin(decision: {
    readonly corpId: string;
    readonly driftIds: readonly string[];
    readonly state: 'accepting' | 'reverting';
    readonly runId: string;
    readonly by: string;
  }): Promise<boolean>;
  /** The run was not begun. */
  takeBack(runId: string): Promise<void>;
  /** False when somebody else has decided meanwhile. */
  ignore(decision: {
    readonly corpId: string;
    readonly drifts: readonly { readonly driftId: string; readonly oaValue: string | null }[];
    readonly by: string;
  }): Promise<boolean>;
  /** The OA wants by now what they are. */
  agree(corpId: string, driftIds: readonly string[]): Promise<void>;
  /** WeCom's userids of these OA users. */
  userIdsOf(corpId: string, oaUserIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  departmentNames(corpId: string, departmentIds: readonly number[]): Promise<ReadonlyMap<number, string>>;
  coverage(corpId: string): Promise<DriftCoverageFacts>;
}

const states: Readonly<Record<DriftStateFilter, readonly DriftState[]>> = {
  open: ['open', 'accepting', 'reverting'],
  accepted: ['accepted'],
  reverted: ['reverted'],
  ignored: ['ignored'],
  gone: ['gone'],
  all: ['open', 'accepting', 'reverting', 'accepted', 'reverted', 'ignored', 'gone'],
};

const columns = `d.id AS "driftId", d.kind, d.member_id AS "memberId", d.department_id AS "departmentId", d.field,
  d.before, d.after, d.seen_by AS "seenBy", d.first_seen_at AS "firstSeenAt", d.last_seen_at AS "lastSeenAt", d.state,
  d.decided_by AS "decidedBy", d.decided_at AS "decidedAt", d.run_id AS "runId", m.user_id AS "userId",
  CASE d.kind WHEN 'member' THEN m.name ELSE COALESCE(p.name, p.written->>'name', d.before->>'name') END AS name,
  m.status, COALESCE(m.gone_at, p.gone_at) IS NOT NULL AS "isGone", b.oa_user_id AS "oaUserId", l.oa_key AS "oaKey"`;

const tables = `drift d
  LEFT JOIN mirror_member m ON m.id = d.member_id
  LEFT JOIN mirror_department p ON p.corp_id = d.corp_id AND p.department_id = d.department_id
  LEFT JOIN binding b ON b.corp_id = d.corp_id AND b.member_id = d.member_id
  LEFT JOIN department_link l ON l.corp_id = d.corp_id AND l.department_id = d.department_id`;

/** Details of so many members tell which fields the app may read. */
const sampleSize = 5_000;

export function createDriftDesk(db: Database): DriftDesk {
  const { pool } = db;

  return {
    async list({ corpId, state, kind, field, q, cursor, limit }) {
      await db.transaction((client) => endDecisions(client, corpId));
      const params: unknown[] = [corpId, states[state]];
      const param = (value: unknown): string => `$${params.push(value)}`;
      const conditions = ['d.corp_id = $1', 'd.state = ANY($2::text[])'];
      if (kind !== undefined) conditions.push(`d.kind = ${param(kind)}`);
      if (field !== undefined) conditions.push(`d.field = ${param(field)}`);
      if (q !== undefined && q !== '') {
        const pattern = param(`%${escapePattern(q)}%`);
        const texts = ['m.name', 'm.user_id', 'p.name', `d.before->>'name'`];
        conditions.push(`(${texts.map((text) => `${text} ILIKE ${pattern}`).join(' OR ')})`);
      }
      const where = conditions.join(' AND ');
      const counted = await pool.query<{ total: number }>(
        `SELECT count(*)::int AS total FROM ${tables} WHERE ${where}`,
        params,
      );
      const [at, id] = cursor === undefined ? [] : decodeCursor(cursor, 2);
      if (at !== undefined && Number.isNaN(Date.parse(at))) throw new CursorInvalidError();
      const after =
        at === undefined ? '' : `AND (d.first_seen_at, d.id) < (${param(at)}::timestamptz, ${param(id)})`;
      const { rows } = await pool.query<DriftRecord>(
        `SELECT ${columns} FROM ${tables} WHERE ${where} ${after}
         ORDER BY d.first_seen_at DESC, d.id DESC LIMIT ${param(limit + 1)}`,
        params,
      );
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return {
        items,
        total: counted.rows[0]?.total ?? 0,
        nextCursor: last === undefined ? null : encodeCursor([last.firstSeenAt.toISOString(), last.driftId]),
      };
    },

    async find(corpId, driftIds) {
      await db.transaction((client) => endDecisions(client, corpId));
      const { rows } = await pool.query<DriftRecord>(
        `SELECT ${columns} FROM ${tables} WHERE d.corp_id = $1 AND d.id = ANY($2::text[])`,
        [corpId, driftIds],
      );
      return rows;
    },

    async countOpen(corpIds) {
      const { rows } = await pool.query<{ corpId: string; count: number }>(
        `SELECT corp_id AS "corpId", count(*)::int AS count FROM drift
         WHERE corp_id = ANY($1::text[]) AND state = 'open' GROUP BY corp_id`,
        [corpIds],
      );
      return new Map(rows.map(({ corpId, count }) => [corpId, count]));
    },

    openOf: (corpId, memberIds) => openDriftOf(pool, corpId, memberIds),

    begin: ({ corpId, driftIds, state, runId, by }) =>
      db.transaction(async (client) => {
        const { rows } = await client.query(
          `SELECT id FROM drift WHERE corp_id = $1 AND id = ANY($2::text[])
             AND (state IN ('open', 'ignored') OR run_id = $3 AND state = $4) ORDER BY id FOR UPDATE`,
          [corpId, driftIds, runId, state],
        );
        if (rows.length < driftIds.length) return false;
        await client.query(
          `UPDATE drift SET state = $3, run_id = $4, decided_by = $5, decided_at = now()
           WHERE corp_id = $1 AND id = ANY($2::text[])`,
          [corpId, driftIds, state, runId, by],
        );
        return true;
      }),

    async takeBack(runId) {
      await pool.query(
        `UPDATE drift SET state = CASE WHEN oa_value IS NULL THEN 'open' ELSE 'ignored' END, run_id = NULL,
           decided_by = CASE WHEN oa_value IS NOT NULL THEN decided_by END,
           decided_at = CASE WHEN oa_value IS NOT NULL THEN decided_at END
         WHERE run_id = $1 AND state IN ('accepting', 'reverting')`,
        [runId],
      );
    },

    ignore: ({ corpId, drifts, by }) =>
      db.transaction(async (client) => {
        const driftIds = drifts.map(({ driftId }) => driftId);
        const { rows } = await client.query(
          `SELECT id FROM drift WHERE corp_id = $1 AND id = ANY($2::text[]) AND state IN ('open', 'ignored')
           ORDER BY id FOR UPDATE`,
          [corpId, driftIds],
        );
        if (rows.length < driftIds.length) return false;
        await client.query(
          `UPDATE drift d SET state = 'ignored', run_id = NULL, decided_by = $2, decided_at = now(),
             oa_value = to_jsonb(i.wanted)
           FROM unnest($3::text[], $4::text[]) AS i (id, wanted) WHERE d.corp_id = $1 AND d.id = i.id`,
          [corpId, by, driftIds, drifts.map(({ oaValue }) => oaValue)],
        );
        return true;
      }),

    agree: (corpId, driftIds) => db.transaction((client) => endAgreed(client, corpId, driftIds)),

    async userIdsOf(corpId, oaUserIds) {
      const { rows } = await pool.query<{ oaUserId: string; userId: string }>(
        `SELECT b.oa_user_id AS "oaUserId", m.user_id AS "userId"
         FROM binding b JOIN mirror_member m ON m.id = b.member_id
         WHERE b.corp_id = $1 AND b.oa_user_id = ANY($2::text[]) AND m.gone_at IS NULL`,
        [corpId, oaUserIds],
      );
      return new Map(rows.map(({ oaUserId, userId }) => [oaUserId, userId]));
    },

    async departmentNames(corpId, departmentIds) {
      const { rows } = await pool.query<{ id: number; name: string }>(
        `SELECT department_id AS id, COALESCE(name, written->>'name') AS name FROM mirror_department
         WHERE corp_id = $1 AND department_id = ANY($2::int[]) AND COALESCE(name, written->>'name') IS NOT NULL`,
        [corpId, departmentIds],
      );
      return new Map(rows.map(({ id, name }) => [id, name]));
    },

    async coverage(corpId) {
      const members = await pool.query<{ managed: number; withDetails: number }>(
        `SELECT count(*)::int AS managed,
                (count(*) FILTER (WHERE m.details_seen_at >= m.last_seen_at))::int AS "withDetails"
         FROM mirror_member m JOIN binding b ON b.corp_id = m.corp_id AND b.member_id = m.id
         WHERE m.corp_id = $1 AND m.gone_at IS NULL`,
        [corpId],
      );
      const given = await pool.query<{ field: string; members: number }>(
        `SELECT field, count(*)::int AS members FROM (
           SELECT m.seen FROM mirror_member m JOIN binding b ON b.corp_id = m.corp_id AND b.member_id = m.id
           WHERE m.corp_id = $1 AND m.gone_at IS NULL AND m.details_seen_at >= m.last_seen_at LIMIT ${sampleSize}
         ) AS sample, jsonb_object_keys(CASE jsonb_typeof(seen) WHEN 'object' THEN seen ELSE '{}' END) AS field
         GROUP BY field`,
        [corpId],
      );
      const departments = await pool.query<{ managed: number; named: number }>(
        `SELECT count(*)::int AS managed, count(d.name)::int AS named
         FROM department_link l
         JOIN mirror_department d ON d.corp_id = l.corp_id AND d.department_id = l.department_id
         WHERE l.corp_id = $1 AND d.gone_at IS NULL`,
        [corpId],
      );
      const pull = await pool.query<{ mergedAt: Date; scope: string | null; complete: boolean | null }>(
        `SELECT merged_at AS "mergedAt", completeness->>'scope' AS scope,
                (completeness->>'complete')::boolean AS complete
         FROM run WHERE corp_id = $1 AND direction = 'pull' AND merged_at IS NOT NULL
         ORDER BY merged_at DESC LIMIT 1`,
        [corpId],
      );
      const moments = await pool.query<{ eventAt: Date | null; driftAt: Date | null }>(
        `SELECT (SELECT max(received_at) FROM callback_event WHERE corp_id = $1 AND app_id IS NULL) AS "eventAt",
                (SELECT max(first_seen_at) FROM drift WHERE corp_id = $1) AS "driftAt"`,
        [corpId],
      );
      return {
        managed: members.rows[0]?.managed ?? 0,
        withDetails: members.rows[0]?.withDetails ?? 0,
        given: Object.fromEntries(given.rows.map(({ field, members: count }) => [field, count])),
        departments: departments.rows[0] ?? { managed: 0, named: 0 },
        lastPull: pull.rows[0] ?? null,
        lastEventAt: moments.rows[0]?.eventAt ?? null,
        lastDriftAt: moments.rows[0]?.driftAt ?? null,
      };
    },
  };
}
