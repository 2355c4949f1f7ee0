import type { DepartureJob } from '../domain/departures/departure';
import { completeSettings } from '../domain/directory/settings';
import { leftOver, lockClaimed, planned, withoutChange } from './departure-claims';
import {
  addEvents,
  barredBy,
  departureRowColumns,
  isBeingAppliedInSql,
  takeSteps,
  wakeInSql,
  type Connection,
  type DepartureRow,
  type Step,
} from './departure-rows';
import { barred, held } from './departure-steps';
import type {
  ClaimResult,
  DepartureDeskStore,
  DepartureToDate,
  DepartureToTell,
  DueNotice,
} from './departures';
import type { SqlDatabase } from './sql-database';

/** Its newest event that says something about dates tells why it is dated: xmin tells one version of a row from the next. */
export const toDateColumns = `d.id, d.xmin::text AS version, d.member_id AS "memberId", d.user_id AS "userId", d.name,
  d.origin, d.state, d.created_at AS "createdAt", d.disabled_at AS "disabledAt", d.after_days AS "afterDays",
  d.postponed_days AS "postponedDays", d.delete_at AS "deleteAt", d.noticed_at AS "noticedAt",
  mark.code IS NOT DISTINCT FROM 'disabled' AS "isFirst", mark.code IS NOT DISTINCT FROM 'put-back' AS "isPutBack"`;

export const toDateTables = `departure d LEFT JOIN LATERAL (${newestMark()}) mark ON true`;

function newestMark(): string {
  return `SELECT e.code FROM departure_event e
    WHERE e.departure_id = d.id AND e.code IN ('disabled', 'dated', 'put-back') ORDER BY e.id DESC LIMIT 1`;
}

const toDate = 'd.is_to_be_dated AND d.disabled_at IS NOT NULL AND d.closed_at IS NULL';
const changesToDo = `d.state IN ('disabling', 'restoring') AND d.run_id IS NULL`;

/** Of one corp ($1), at a moment ($2). */
const claimable: Readonly<Record<DepartureJob, string>> = {
  changes: `d.corp_id = $1 AND d.closed_at IS NULL AND ${changesToDo} AND (d.try_at IS NULL OR d.try_at <= $2)`,
  deletions: `d.corp_id = $1 AND d.closed_at IS NULL AND d.state IN ('waiting', 'postponed') AND d.run_id IS NULL
    AND d.disabled_at IS NOT NULL AND NOT d.is_to_be_dated AND d.delete_at <= $2`,
};

const claimOrder: Readonly<Record<DepartureJob, string>> = {
  changes: 'd.created_at, d.id',
  deletions: 'd.delete_at, d.id',
};

/** Something is left, or nobody could see whether there is. */
const ownsStill = `(d.hand_over IS NULL OR EXISTS (SELECT FROM jsonb_to_recordset(d.hand_over) AS i (count int)
  WHERE i.count IS NULL OR i.count > 0))`;

export function createDepartureDesk(db: SqlDatabase): DepartureDeskStore {
  const { pool } = db;

  return {
    async corpsWithWork() {
      const { rows } = await pool.query<{ corpId: string }>(
        `SELECT DISTINCT d.corp_id AS "corpId" FROM departure d
          WHERE d.is_to_be_told OR (${toDate}) OR (${changesToDo} AND (d.try_at IS NULL OR d.try_at <= now()))`,
      );
      return rows.map(({ corpId }) => corpId);
    },

    async openToDate(corpId, limit) {
      const { rows } = await pool.query<DepartureToDate>(
        `SELECT ${toDateColumns} FROM ${toDateTables} WHERE d.corp_id = $1 AND ${toDate} ORDER BY d.id LIMIT $2`,
        [corpId, limit],
      );
      return rows;
    },

    async saveDates(rows, at) {
      if (rows.length === 0) return;
      await pool.query(
        `WITH found AS (
           SELECT g.*, (${newestMark()}) AS mark, d.noticed_at, d.run_id IS NULL AND d.state IN ('waiting', 'postponed')
                    AS "goesByDate", ${wakeInSql} AS wake,
                  (d.delete_at, d.after_days) IS DISTINCT FROM (g."deleteAt", g."afterDays") AS moved,
                  -- A run that waits for its approval has it no more: the day it was to be done is another one.
                  d.run_id IS NOT NULL AND COALESCE(g."deleteAt" > d.delete_at, g."deleteAt" IS NULL)
                    AND d.state IN ('waiting', 'postponed', 'held') AND NOT ${isBeingAppliedInSql} AS freed
             FROM jsonb_to_recordset($1::jsonb) AS g (id text, version text, "afterDays" int, "deleteAt" timestamptz,
                    "noticeAt" timestamptz)
             JOIN departure d ON d.id = g.id AND d.xmin::text = g.version
            ORDER BY d.id FOR UPDATE OF d
         ), noted AS (
           SELECT f.*,
                  -- Tried again from day to day, it was told of once.
                  CASE WHEN f.moved AND f.mark IS DISTINCT FROM 'put-back' THEN NULL ELSE f.noticed_at END AS "noticedAt"
             FROM found f
         ), given AS (
           SELECT n.*, LEAST(n."deleteAt", CASE WHEN n."noticedAt" IS NULL THEN n."noticeAt" END) AS "nextWake"
             FROM noted n
         ), dated AS (
           UPDATE departure d SET after_days = g."afterDays", delete_at = g."deleteAt", notice_at = g."noticeAt",
                  noticed_at = g."noticedAt",
                  run_id = CASE WHEN NOT g.freed THEN d.run_id END,
                  state = CASE WHEN NOT g.freed THEN d.state WHEN d.postponed_days > 0 THEN 'postponed' ELSE 'waiting' END,
                  reason = CASE WHEN NOT g.freed THEN d.reason END,
                  is_to_be_dated = false,
                  -- A workflow that wakes too early looks here and sleeps on. One whose time has come already may ask
                  -- again as late as in some hours.
                  is_to_be_told = d.is_to_be_told OR g.freed OR g."goesByDate" AND g."nextWake" IS DISTINCT FROM g.wake
                    AND (g.wake IS NULL OR g.wake <= $2 OR COALESCE(g."nextWake" < g.wake, false)),
                  updated_at = clock_timestamp()
             FROM given g WHERE d.id = g.id AND d.xmin::text = g.version
           RETURNING d.id, g."deleteAt", g."afterDays", g.moved OR g.mark IS DISTINCT FROM 'dated' AS "isNews"
         )
         INSERT INTO departure_event (departure_id, at, code, params)
         SELECT id, clock_timestamp(), 'dated', jsonb_build_object('afterDays', "afterDays", 'deleteAt',
                to_char("deleteAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
           FROM dated WHERE "isNews"`,
        [JSON.stringify(rows), at],
      );
    },

    async openToTell(corpId, limit) {
      const { rows } = await pool.query<DepartureToTell>(
        `SELECT d.id AS "departureId", d.member_id AS "memberId", d.xmin::text AS version FROM departure d
          WHERE d.corp_id = $1 AND d.is_to_be_told AND NOT (${toDate})
          ORDER BY ${wakeInSql} NULLS LAST, d.updated_at, d.id LIMIT $2`,
        [corpId, limit],
      );
      return rows;
    },

    async told(rows) {
      if (rows.length === 0) return;
      await pool.query(
        `WITH seen AS (
           SELECT d.id, t.version FROM departure d
             JOIN unnest($1::text[], $2::text[]) AS t (id, version) ON d.id = t.id AND d.xmin::text = t.version
            ORDER BY d.id FOR UPDATE OF d
         )
         UPDATE departure d SET is_to_be_told = false FROM seen
          WHERE d.id = seen.id AND d.xmin::text = seen.version`,
        [rows.map(({ departureId }) => departureId), rows.map(({ version }) => version)],
      );
    },

    async dueNotices(corpId, at, limit) {
      const { rows } = await pool.query<DueNotice>(
        `SELECT ${noticeColumns} FROM departure d
          WHERE d.corp_id = $1 AND d.closed_at IS NULL AND d.state IN ('waiting', 'postponed', 'held')
            AND d.noticed_at IS NULL AND d.notice_at <= $2 AND d.delete_at IS NOT NULL AND d.hurried_by IS NULL
            AND NOT d.is_to_be_dated
          ORDER BY d.delete_at, d.id LIMIT $3`,
        [corpId, at, limit],
      );
      return rows;
    },

    noticed: (departureIds, at) =>
      db.transaction(async (client) => {
        if (departureIds.length === 0) return;
        const { rows } = await client.query<{ id: string }>(
          `UPDATE departure d SET noticed_at = $2, updated_at = clock_timestamp()
             FROM (SELECT id FROM departure WHERE id = ANY($1::text[]) AND noticed_at IS NULL ORDER BY id FOR UPDATE) t
            WHERE d.id = t.id RETURNING d.id`,
          [departureIds, at],
        );
        await addEvents(
          client,
          rows.map(({ id }) => ({ departureId: id, code: 'noticed' as const, at })),
        );
      }),

    async handOverUnread(corpId, at, limit) {
      const { rows } = await pool.query<DepartureToTell>(
        `SELECT d.id AS "departureId", d.member_id AS "memberId", d.xmin::text AS version FROM departure d
          WHERE d.corp_id = $1 AND d.closed_at IS NULL AND d.state IN ('waiting', 'postponed', 'held')
            AND d.noticed_at IS NULL AND LEAST(d.notice_at, d.delete_at) <= $2
            AND coalesce(d.hand_over_read_at < LEAST(d.notice_at, d.delete_at), true)
          ORDER BY d.delete_at, d.id LIMIT $3`,
        [corpId, at, limit],
      );
      return rows;
    },

    async handOverNew(corpId, limit) {
      const { rows } = await pool.query<DepartureToTell>(
        `SELECT d.id AS "departureId", d.member_id AS "memberId", d.xmin::text AS version FROM departure d
          WHERE d.corp_id = $1 AND d.closed_at IS NULL AND d.state IN ('waiting', 'postponed', 'held')
            AND d.disabled_at IS NOT NULL AND d.hand_over_read_at IS NULL
          ORDER BY d.delete_at, d.id LIMIT $2`,
        [corpId, limit],
      );
      return rows;
    },

    async saveHandOver(departureId, items, at) {
      await pool.query(
        `UPDATE departure SET hand_over = $2, hand_over_read_at = $3, updated_at = clock_timestamp() WHERE id = $1`,
        [departureId, JSON.stringify(items), at],
      );
    },

    async hasDue(corpId, job, at) {
      const { rows } = await pool.query<{ due: boolean }>(
        `SELECT EXISTS (SELECT FROM departure d WHERE ${claimable[job]}) AS due`,
        [corpId, at],
      );
      return rows[0]?.due ?? false;
    },

    claim: (corpId, job, runId, at, limit) =>
      db.transaction(async (client) => {
        const heldBack = await holdBack(client, corpId, job, at);
        await client.query(
          `UPDATE departure d SET run_id = $3, last_run_id = $3, updated_at = clock_timestamp()
             FROM (SELECT d.id FROM departure d WHERE ${claimable[job]}
                    ORDER BY ${claimOrder[job]}
                    LIMIT GREATEST(0, $4::int - (SELECT count(*) FROM departure WHERE run_id = $3))
                      FOR UPDATE SKIP LOCKED) t
            WHERE d.id = t.id`,
          [corpId, at, runId, limit],
        );
        const { rows } = await client.query<{ claimed: number }>(
          'SELECT count(*)::int AS claimed FROM departure WHERE run_id = $1',
          [runId],
        );
        return { claimed: rows[0]?.claimed ?? 0, heldBack } satisfies ClaimResult;
      }),

    async claimedBy(runId) {
      const { rows } = await pool.query<{ memberId: string }>(
        'SELECT member_id AS "memberId" FROM departure WHERE run_id = $1 AND closed_at IS NULL ORDER BY member_id',
        [runId],
      );
      return rows.map(({ memberId }) => memberId);
    },

    noteAfterPlanning: (runId) =>
      db.transaction(async (client) => {
        const rows = await lockClaimed(client, runId);
        await takeSteps(
          client,
          rows.flatMap((row) => {
            const step = row.changeStatus === null ? withoutChange(row, runId) : planned(row, runId);
            return step === null ? [] : [{ row, step }];
          }),
        );
      }),

    releaseClaims: (runId, { phase }) =>
      db.transaction(async (client) => {
        const rows = await lockClaimed(client, runId);
        await takeSteps(
          client,
          rows.map((row) => ({ row, step: leftOver(row, runId, phase) })),
        );
      }),
  };
}

const noticeColumns = `d.id, d.member_id AS "memberId", d.user_id AS "userId", d.oa_user_id AS "oaUserId", d.name,
  d.state, d.delete_at AS "deleteAt", d.hand_over AS "handOver", d.hand_over_done_at AS "handOverDoneAt"`;

/** What the settings let no run have. How many. */
async function holdBack(client: Connection, corpId: string, job: DepartureJob, at: Date): Promise<number> {
  const { rows: found } = await client.query<{ document: unknown }>(
    'SELECT document FROM directory_settings WHERE corp_id = $1 ORDER BY version DESC LIMIT 1',
    [corpId],
  );
  const settings = completeSettings(found[0]?.document ?? {});
  const bar = barredBy(settings);
  // A run would fail, on this day and on every one that follows.
  if (bar !== null) return hold(client, { corpId, job, at }, 'true', (row) => barred(row, bar, { now: at }));
  if (job !== 'deletions' || !settings.push.departed.holdForHandOver) return 0;
  return hold(client, { corpId, job, at }, `d.hand_over_done_at IS NULL AND ${ownsStill}`, (row) =>
    held(row, { code: 'hand-over' }, { now: at }),
  );
}

async function hold(
  client: Connection,
  { corpId, job, at }: { readonly corpId: string; readonly job: DepartureJob; readonly at: Date },
  condition: string,
  stepOf: (row: DepartureRow) => Step,
): Promise<number> {
  const { rows } = await client.query<DepartureRow>(
    `SELECT ${departureRowColumns} FROM departure d WHERE ${claimable[job]} AND ${condition} ORDER BY d.id FOR UPDATE`,
    [corpId, at],
  );
  await takeSteps(
    client,
    rows.map((row) => ({ row, step: stepOf(row) })),
  );
  return rows.length;
}
