import type { DepartureState } from '../domain/departures/departure';
import { CursorInvalidError, decodeCursor, encodeCursor } from './cursors';
import type { DepartureEventRecord, DepartureRecord } from './departure-records';
import { isBeingAppliedInSql } from './departure-rows';
import { toDateColumns, toDateTables } from './departure-desk';
import type {
  DepartureCounts,
  DepartureDay,
  DepartureFilter,
  DepartureReading,
  DepartureToDate,
} from './departures';
import { escapePattern } from './patterns';
import type { SqlDatabase } from './sql-database';

export const recordColumns = `d.id, d.corp_id AS "corpId", d.member_id AS "memberId",
  COALESCE(m.user_id, d.user_id) AS "userId", d.oa_user_id AS "oaUserId", d.name, d.origin, d.started_by AS "startedBy",
  d.active_in_oa AS "activeInOa", d.state, d.reason, d.created_at AS "createdAt", d.disabled_at AS "disabledAt",
  d.after_days AS "afterDays", d.postponed_days AS "postponedDays", d.delete_at AS "deleteAt",
  d.notice_at AS "noticeAt", d.noticed_at AS "noticedAt", d.closed_at AS "closedAt", d.hand_over AS "handOver",
  d.hand_over_read_at AS "handOverReadAt", d.hand_over_done_at AS "handOverDoneAt",
  d.hand_over_done_by AS "handOverDoneBy", d.released_by AS "releasedBy", d.hurried_by AS "hurriedBy",
  d.decided_by AS "decidedBy", d.is_kept AS "isKept", d.run_id AS "runId", d.last_run_id AS "lastRunId",
  ${isBeingAppliedInSql} AS "isBeingApplied"`;

/** Whoever was renamed in WeCom meanwhile goes by the new userid while the departure is open. */
export const recordTables = `departure d LEFT JOIN mirror_member m ON m.id = d.member_id AND d.closed_at IS NULL`;

/** Postgres tells moments to the microsecond; these are kept to the millisecond. */
const inWords = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const never = 'infinity';

export function createDepartureReading({ pool }: SqlDatabase): DepartureReading {
  const first = async (where: string, params: readonly unknown[]): Promise<DepartureRecord | undefined> => {
    const { rows } = await pool.query<DepartureRecord>(
      `SELECT ${recordColumns} FROM ${recordTables} WHERE ${where} LIMIT 1`,
      [...params],
    );
    return rows[0];
  };

  return {
    async list(corpId, { states, q, userId, dueFrom, dueTo, open, sort, cursor, limit }: DepartureFilter) {
      const params: unknown[] = [corpId];
      const param = (value: unknown): string => `$${params.push(value)}`;
      const conditions = ['d.corp_id = $1'];
      if (states !== undefined) conditions.push(`d.state = ANY(${param(states)}::text[])`);
      if (open !== undefined) conditions.push(`d.closed_at IS ${open ? '' : 'NOT '}NULL`);
      if (userId !== undefined)
        conditions.push(`lower(COALESCE(m.user_id, d.user_id)) = lower(${param(userId)}::text)`);
      if (dueFrom !== undefined) conditions.push(`d.delete_at >= ${param(dueFrom)}::timestamptz`);
      if (dueTo !== undefined) conditions.push(`d.delete_at <= ${param(dueTo)}::timestamptz`);
      if (q !== undefined && q !== '') {
        const pattern = param(`%${escapePattern(q)}%`);
        const texts = ['d.name', 'COALESCE(m.user_id, d.user_id)', 'd.oa_user_id'];
        conditions.push(`(${texts.map((text) => `${text} ILIKE ${pattern}`).join(' OR ')})`);
      }
      const counted = await pool.query<{ total: number }>(
        `SELECT count(*)::int AS total FROM ${recordTables} WHERE ${conditions.join(' AND ')}`,
        params,
      );
      const key = sort === 'due' ? `COALESCE(d.delete_at, '${never}')` : 'd.created_at';
      if (cursor !== undefined) {
        const [at = '', id = ''] = decodeCursor(cursor, 2);
        if (at !== never && Number.isNaN(Date.parse(at))) throw new CursorInvalidError();
        conditions.push(
          `(${key}, d.id) ${sort === 'due' ? '>' : '<'} (${param(at)}::timestamptz, ${param(id)}::text)`,
        );
      }
      const direction = sort === 'due' ? 'ASC' : 'DESC';
      const { rows } = await pool.query<DepartureRecord & { place: string }>(
        `SELECT ${recordColumns}, ${sort === 'due' ? `CASE WHEN d.delete_at IS NULL THEN '${never}' ELSE ${inWords('d.delete_at')} END` : inWords('d.created_at')} AS place
           FROM ${recordTables} WHERE ${conditions.join(' AND ')}
          ORDER BY ${key} ${direction}, d.id ${direction} LIMIT ${param(limit + 1)}::int`,
        params,
      );
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map(({ place: _place, ...record }) => record),
        nextCursor: last === undefined ? null : encodeCursor([last.place, last.id]),
        total: counted.rows[0]?.total ?? 0,
      };
    },

    async counts(corpId) {
      const { rows } = await pool.query<CountRow>(countRows('WHERE corp_id = $1'), [corpId]);
      return toCounts(rows);
    },

    async countsOfAll() {
      const { rows } = await pool.query<CountRow>(countRows(''));
      const byCorp = new Map<string, CountRow[]>();
      for (const row of rows) byCorp.set(row.corpId, [...(byCorp.get(row.corpId) ?? []), row]);
      return new Map([...byCorp].map(([corpId, ofCorp]) => [corpId, toCounts(ofCorp)]));
    },

    find: (departureId) => first('d.id = $1', [departureId]),

    findNewest: (corpId, userId) =>
      first(
        `d.corp_id = $1
           AND d.member_id = (SELECT id FROM mirror_member WHERE corp_id = $1 AND user_id_key = lower($2))
         ORDER BY d.closed_at IS NULL DESC, d.created_at DESC, d.id DESC`,
        [corpId, userId],
      ),

    async earlierOf(corpId, memberId) {
      const { rows } = await pool.query<DepartureRecord>(
        `SELECT ${recordColumns} FROM ${recordTables} WHERE d.corp_id = $1 AND d.member_id = $2
          ORDER BY d.created_at DESC, d.id DESC`,
        [corpId, memberId],
      );
      return rows;
    },

    async eventsOf(departureId) {
      const { rows } = await pool.query<DepartureEventRecord>(
        `SELECT at, code, by, run_id AS "runId", params FROM departure_event WHERE departure_id = $1 ORDER BY id`,
        [departureId],
      );
      return rows;
    },

    async ofMembers(corpId, memberIds) {
      if (memberIds.length === 0) return new Map();
      const { rows } = await pool.query<DepartureRecord>(
        `SELECT DISTINCT ON (d.member_id) ${recordColumns} FROM ${recordTables}
          WHERE d.corp_id = $1 AND d.member_id = ANY($2::text[])
          ORDER BY d.member_id, d.closed_at IS NULL DESC, d.created_at DESC, d.id DESC`,
        [corpId, memberIds],
      );
      return new Map(rows.map((record) => [record.memberId, record]));
    },

    async calendar(corpId, from, to, timezone) {
      const { rows } = await pool.query<DepartureDay>(
        `SELECT to_char(delete_at AT TIME ZONE $4::text, 'YYYY-MM-DD') AS date, count(*)::int AS count,
                (count(*) FILTER (WHERE state = 'held'))::int AS held
           FROM departure
          WHERE corp_id = $1 AND closed_at IS NULL AND state <> 'restoring' AND delete_at >= $2 AND delete_at < $3
          GROUP BY 1 ORDER BY 1`,
        [corpId, from, to, timezone],
      );
      return rows;
    },

    async datesOf(corpId) {
      const { rows } = await pool.query<DepartureToDate>(
        `SELECT ${toDateColumns} FROM ${toDateTables}
          WHERE d.corp_id = $1 AND d.closed_at IS NULL AND d.disabled_at IS NOT NULL AND d.state <> 'restoring'
            AND d.hurried_by IS NULL
          ORDER BY d.delete_at NULLS LAST, d.id`,
        [corpId],
      );
      return rows;
    },
  };
}

type CountRow = { corpId: string; state: DepartureState; count: number; dueWithinWeek: number };

const countRows = (where: string): string => `
  SELECT corp_id AS "corpId", state, count(*)::int AS count,
         (count(*) FILTER (WHERE closed_at IS NULL AND state <> 'restoring'
            AND delete_at < now() + interval '7 days'))::int AS "dueWithinWeek"
    FROM departure ${where} GROUP BY corp_id, state`;

function toCounts(rows: readonly CountRow[]): DepartureCounts {
  const of = (state: DepartureState): number => rows.find((row) => row.state === state)?.count ?? 0;
  return {
    disabling: of('disabling'),
    waiting: of('waiting'),
    postponed: of('postponed'),
    held: of('held'),
    restoring: of('restoring'),
    deleted: of('deleted'),
    restored: of('restored'),
    cancelled: of('cancelled'),
    dueWithinWeek: rows.reduce((sum, { dueWithinWeek }) => sum + dueWithinWeek, 0),
  };
}
