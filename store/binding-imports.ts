import { randomUUID } from 'node:crypto';
import type { PoolClient, QueryResult, QueryResultRow } from 'pg';
import {
  judgeImport,
  type ImportField,
  type ImportResult,
  type ImportRowFacts,
  type JudgedRow,
} from '../domain/directory/binding-import';
import { bindMembers, lockBindings, unbindMembers } from './bindings';
import { chunksOf } from './chunks';
import { CursorInvalidError, decodeCursor, encodeCursor } from './cursors';
import type { Database } from './database';

export type ImportedRow = { readonly row: number; readonly userId: string; readonly value: string };

/** How many rows came to what; once the file is applied, by what became of them. */
export type ImportCounts = Readonly<Partial<Record<ImportResult | ImportOutcome, number>>>;

/**
 * What became of a row that was to be applied: bound, bound by somebody else meanwhile, kept because nothing was to be
 * replaced, or refused because something has changed since the file was looked at.
 */
export type ImportOutcome = 'bind' | 'rebind' | 'unchanged' | 'kept' | 'changed';

export type ImportRecord = {
  readonly id: string;
  readonly field: ImportField;
  /** Id of a principal. */
  readonly createdBy: string;
  readonly expiresAt: Date;
  readonly appliedAt: Date | null;
  readonly counts: ImportCounts;
};

export type ImportRowRecord = ImportedRow & {
  readonly result: ImportResult;
  readonly oaUserId: string | null;
  readonly oaName: string | null;
  readonly outcome: ImportOutcome | null;
  /** As it stood when the file was looked at. */
  readonly before: {
    readonly otherRow: number | null;
    /** The OA user the member was bound to. */
    readonly boundTo: string | null;
    readonly boundName: string | null;
    /** Userid of the member who had the OA user. */
    readonly holder: string | null;
    readonly holderName: string | null;
  };
};

export type ImportApplied =
  | { readonly kind: 'applied'; readonly applied: number; readonly counts: ImportCounts }
  | { readonly kind: 'unknown' | 'expired' | 'applied-before' };

export interface BindingImportStore {
  preview(file: {
    readonly corpId: string;
    readonly field: ImportField;
    readonly createdBy: string;
    readonly rows: Iterable<ImportedRow>;
  }): Promise<ImportRecord>;
  /** Undefined once it has expired. */
  find(corpId: string, id: string): Promise<ImportRecord | undefined>;
  rows(
    corpId: string,
    id: string,
    page: {
      readonly result?: ImportResult | undefined;
      readonly cursor?: string | undefined;
      readonly limit: number;
    },
  ): Promise<{ items: ImportRowRecord[]; nextCursor: string | null }>;
  /** Every row is looked at once more; what has changed since is refused, row by row. */
  apply(
    corpId: string,
    id: string,
    how: { readonly replace: boolean; readonly by: string },
  ): Promise<ImportApplied>;
}

const keptHours = 24;
const rowsPerStatement = 5_000;

export function createBindingImportStore(db: Database): BindingImportStore {
  const { pool } = db;

  return {
    async preview({ corpId, field, createdBy, rows }) {
      await pool.query('DELETE FROM binding_import WHERE created_at < now() - make_interval(hours => $1)', [
        keptHours,
      ]);
      const id = randomUUID();
      return db.transaction(async (client) => {
        await client.query(
          'INSERT INTO binding_import (id, corp_id, field, created_by) VALUES ($1, $2, $3, $4)',
          [id, corpId, field, createdBy],
        );
        for (const chunk of chunksOf(rows, rowsPerStatement)) await insertRows(client, id, chunk);
        const judged = judgeImport(await readFacts(client, corpId, id, field), { replace: true });
        for (const chunk of chunksOf(judged, rowsPerStatement)) await saveResults(client, id, chunk);
        await saveCounts(
          client,
          id,
          countBy(judged, ({ result }) => result),
        );
        const record = await findImport(client, corpId, id);
        if (record === undefined) throw new Error('A file that was just kept is not there');
        return record;
      });
    },

    find: (corpId, id) => findImport(pool, corpId, id),

    async rows(corpId, id, { result, cursor, limit }) {
      const [after = '0'] = cursor === undefined ? [] : decodeCursor(cursor, 1);
      if (!/^\d{1,9}$/.test(after)) throw new CursorInvalidError();
      const { rows } = await pool.query<ImportRowRecord>(
        `SELECT r.row, r.user_id AS "userId", r.value, r.result, r.oa_user_id AS "oaUserId", u.name AS "oaName", r.outcome,
                jsonb_build_object('otherRow', r.before->'otherRow', 'boundTo', r.before->>'boundTo',
                  'boundName', bu.name, 'holder', hm.user_id, 'holderName', hm.name) AS before
         FROM binding_import i
         JOIN binding_import_row r ON r.import_id = i.id
         LEFT JOIN oa_user u ON u.id = r.oa_user_id
         LEFT JOIN oa_user bu ON bu.id = r.before->>'boundTo'
         LEFT JOIN mirror_member hm ON hm.id = r.before->>'holderId'
         WHERE i.id = $1 AND i.corp_id = $2 AND r.row > $3 AND ($4::text IS NULL OR r.result = $4)
         ORDER BY r.row LIMIT $5`,
        [id, corpId, Number(after), result ?? null, limit + 1],
      );
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items, nextCursor: last === undefined ? null : encodeCursor([String(last.row)]) };
    },

    apply: (corpId, id, { replace, by }) =>
      db.transaction(async (client): Promise<ImportApplied> => {
        await lockBindings(client, corpId);
        const { rows } = await client.query<{
          field: ImportField;
          appliedAt: Date | null;
          isExpired: boolean;
        }>(
          `SELECT field, applied_at AS "appliedAt", created_at < now() - make_interval(hours => $3) AS "isExpired"
           FROM binding_import WHERE id = $1 AND corp_id = $2 FOR UPDATE`,
          [id, corpId, keptHours],
        );
        const [file] = rows;
        if (file === undefined) return { kind: 'unknown' };
        if (file.appliedAt !== null) return { kind: 'applied-before' };
        if (file.isExpired) return { kind: 'expired' };

        const before = await readResults(client, id);
        const now = judgeImport(await readFacts(client, corpId, id, file.field), { replace });
        const settled = now.map((row) => ({ ...row, outcome: outcomeOf(before.get(row.row), row, replace) }));
        const toBind = settled.filter(({ outcome }) => outcome === 'bind' || outcome === 'rebind');
        const moving = toBind.flatMap(({ outcome, memberId }) =>
          outcome === 'rebind' && memberId !== null ? [memberId] : [],
        );
        await unbindMembers(client, corpId, moving, { source: 'imported', by });
        const bound = await bindMembers(
          client,
          corpId,
          toBind.flatMap(({ memberId, oaUserId }) =>
            memberId === null || oaUserId === null
              ? []
              : [{ memberId, oaUserId, source: 'imported', matchedBy: file.field, by }],
          ),
        );
        if (bound.length !== toBind.length) throw new Error('A binding changed while its corp was locked');
        await saveOutcomes(client, id, settled);
        const counts = countBy(
          settled,
          ({ row, outcome }) => outcome ?? before.get(row)?.result ?? 'changed',
        );
        await client.query('UPDATE binding_import SET applied_at = now() WHERE id = $1', [id]);
        await saveCounts(client, id, counts);
        return { kind: 'applied', applied: bound.length, counts };
      }),
  };
}

type Connection = Pick<PoolClient, 'query'>;

async function insertRows(client: Connection, id: string, rows: readonly ImportedRow[]): Promise<void> {
  await client.query(
    `INSERT INTO binding_import_row (import_id, row, user_id, value, result)
     SELECT $1, row, user_id, value, 'empty' FROM unnest($2::int[], $3::text[], $4::text[]) AS r (row, user_id, value)`,
    [id, rows.map(({ row }) => row), rows.map(({ userId }) => userId), rows.map(({ value }) => value)],
  );
}

const columnOf: Readonly<Record<ImportField, string>> = {
  mobile: 'mobile',
  jobNumber: 'job_number',
  loginId: 'login_id',
  email: 'email',
};

/** The same as `comparable` of the match fields: nobody means another person by another spelling. */
function comparableSql(field: ImportField, expression: string): string {
  return field === 'mobile'
    ? `regexp_replace(regexp_replace(${expression}, '[\\s-]', '', 'g'), '^\\+86', '')`
    : `lower(btrim(${expression}))`;
}

async function readFacts(
  client: Connection,
  corpId: string,
  id: string,
  field: ImportField,
): Promise<ImportRowFacts[]> {
  const { rows } = await joiningAtOnce<ImportRowFacts>(
    client,
    `WITH given AS (
       SELECT row, user_id, ${comparableSql(field, 'value')} AS key FROM binding_import_row WHERE import_id = $1
     ), users AS (
       SELECT ${comparableSql(field, columnOf[field])} AS key,
              (array_agg(id ORDER BY id) FILTER (WHERE status = 'active'))[1:2] AS active,
              bool_or(status <> 'active') AS departed
       FROM oa_user WHERE ${columnOf[field]} <> '' GROUP BY 1
     )
     SELECT g.row, g.key = '' AS "isEmpty", m.id AS "memberId", COALESCE(u.active, '{}') AS "oaUserIds",
            COALESCE(u.departed, false) AS "hasDeparted", own.oa_user_id AS "boundTo", holder.member_id AS "holderId"
     FROM given g
     LEFT JOIN mirror_member m ON m.corp_id = $2 AND m.user_id_key = lower(g.user_id) AND m.gone_at IS NULL
     LEFT JOIN users u ON u.key = g.key AND g.key <> ''
     LEFT JOIN binding own ON own.corp_id = $2 AND own.member_id = m.id
     LEFT JOIN binding holder ON holder.corp_id = $2 AND holder.oa_user_id = u.active[1] AND u.active[2] IS NULL
     ORDER BY g.row`,
    [id, corpId],
  );
  return rows;
}

/** Nobody has counted rows that came a moment ago; believing in a handful, Postgres would join them row by row. */
async function joiningAtOnce<Row extends QueryResultRow = QueryResultRow>(
  client: Connection,
  sql: string,
  values: readonly unknown[],
): Promise<QueryResult<Row>> {
  await client.query('SET LOCAL enable_nestloop = off');
  const result = await client.query<Row>(sql, [...values]);
  await client.query('RESET enable_nestloop');
  return result;
}

async function saveResults(client: Connection, id: string, rows: readonly JudgedRow[]): Promise<void> {
  await joiningAtOnce(
    client,
    `UPDATE binding_import_row r SET result = j.result, member_id = j."memberId", oa_user_id = j."oaUserId",
       before = jsonb_build_object('otherRow', j."otherRow", 'boundTo', j."boundTo", 'holderId', j."holderId")
     FROM jsonb_to_recordset($2::jsonb) AS j (row int, result text, "memberId" text, "oaUserId" text, "otherRow" int,
       "boundTo" text, "holderId" text)
     WHERE r.import_id = $1 AND r.row = j.row`,
    [id, JSON.stringify(rows)],
  );
}

type StoredResult = Pick<JudgedRow, 'result' | 'oaUserId' | 'boundTo' | 'holderId'>;

async function readResults(client: Connection, id: string): Promise<ReadonlyMap<number, StoredResult>> {
  const { rows } = await client.query<StoredResult & { row: number }>(
    `SELECT row, result, oa_user_id AS "oaUserId", before->>'boundTo' AS "boundTo",
            before->>'holderId' AS "holderId"
     FROM binding_import_row WHERE import_id = $1`,
    [id],
  );
  return new Map(rows.map(({ row, ...stored }) => [row, stored]));
}

/** Null where the row was not to be applied in the first place. */
function outcomeOf(before: StoredResult | undefined, now: JudgedRow, replace: boolean): ImportOutcome | null {
  if (before?.result !== 'bind' && before?.result !== 'rebind') return null;
  if (now.result === 'unchanged' && before.oaUserId === now.oaUserId) return 'unchanged';
  if (before.oaUserId === now.oaUserId && before.boundTo === now.boundTo) {
    if (before.result === 'rebind' && !replace) return 'kept';
    if (now.result === before.result) return before.result;
    // The member who has the OA user would have given way, had it been asked for.
    if (now.result === 'taken' && !replace && before.holderId === now.holderId) return 'kept';
  }
  return 'changed';
}

async function saveOutcomes(
  client: Connection,
  id: string,
  rows: readonly { readonly row: number; readonly outcome: ImportOutcome | null }[],
): Promise<void> {
  const settled = rows.filter(({ outcome }) => outcome !== null);
  await joiningAtOnce(
    client,
    `UPDATE binding_import_row r SET outcome = s.outcome
     FROM unnest($2::int[], $3::text[]) AS s (row, outcome) WHERE r.import_id = $1 AND r.row = s.row`,
    [id, settled.map(({ row }) => row), settled.map(({ outcome }) => outcome)],
  );
}

async function saveCounts(client: Connection, id: string, counts: ImportCounts): Promise<void> {
  await client.query('UPDATE binding_import SET counts = $2 WHERE id = $1', [id, JSON.stringify(counts)]);
}

function countBy<T, K extends string>(rows: readonly T[], keyOf: (row: T) => K): Partial<Record<K, number>> {
  const counts: Partial<Record<K, number>> = {};
  for (const row of rows) {
    const key = keyOf(row);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

async function findImport(client: Connection, corpId: string, id: string): Promise<ImportRecord | undefined> {
  const { rows } = await client.query<ImportRecord>(
    `SELECT id, field, created_by AS "createdBy", created_at + make_interval(hours => $3) AS "expiresAt",
            applied_at AS "appliedAt", counts
     FROM binding_import
     WHERE id = $1 AND corp_id = $2 AND created_at > now() - make_interval(hours => $3)`,
    [id, corpId, keptHours],
  );
  return rows[0];
}
