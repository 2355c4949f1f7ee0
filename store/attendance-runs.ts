import type { PoolClient } from 'pg';
import type {
  AttendanceCounts,
  AttendanceScope,
  AttendanceSource,
  AttendanceSources,
  DayBoundary,
  PunchKinds,
} from '../domain/attendance/attendance';
import { attendanceSources } from '../domain/attendance/attendance';
import { batchSize } from '../domain/attendance/batches';
import { addDays, today } from '../domain/attendance/day-boundary';
import { coveredDays, scheduledRange, unreadDays, unreadDaysRead } from '../domain/attendance/gaps';
import { windowsOf } from '../domain/attendance/windows';
import { departmentsBelow, isInScope, scopeParams, userIdKeys } from './attendance-scope';
import { takeAttendanceTurn } from './attendance-turn';
import type { Database } from './database';
import { RunEndedError } from './directory-pull';

/** What a run reads, fixed at its start. */
export type NewAttendanceRun = DayBoundary & {
  readonly runId: string;
  readonly corpId: string;
  readonly ruleId: string | null;
  readonly ruleName: string | null;
  /** YYYY-MM-DD, both included. */
  readonly from: string;
  readonly to: string;
  /** Null: by the rule's scope, or everybody who is bound. */
  readonly userIds: readonly string[] | null;
  readonly kinds: PunchKinds;
  readonly reads: AttendanceSources;
  readonly acceptLoss: boolean;
};

/** What the calls of a run are made of. */
export type AttendanceOrder = DayBoundary & {
  readonly runId: string;
  readonly corpId: string;
  readonly corpNo: number;
  readonly kinds: PunchKinds;
  readonly acceptLoss: boolean;
};

export type AttendanceRunCounts = AttendanceCounts & {
  /** WeCom does not know them, or the app may not see them. */
  readonly unknownPeople: number;
  /** Read, and bound to nobody: kept until somebody binds them. */
  readonly unbound: number;
};

/** How far a run has come: a unit is one call to WeCom. */
export type AttendanceStanding = {
  readonly people: number;
  readonly units: number;
  readonly unitsDone: number;
  /** Rows that WeCom sent. */
  readonly rows: number;
  readonly paused: boolean;
};

/** One call to WeCom. */
export type AttendanceUnit = {
  readonly seq: number;
  readonly source: AttendanceSource;
  /** Whom it asks for. */
  readonly batch: number;
  readonly fromDay: string;
  readonly toDay: string;
  /** Both in the window, as WeCom takes it. */
  readonly startsAt: Date;
  readonly endsAt: Date;
};

export type AskedPerson = { readonly seq: number; readonly personId: number; readonly userId: string };

export interface AttendanceRunStore {
  /** Safe to repeat; the row in `run` comes first (`RunStore.ensureRun`, direction "attendance"). */
  ensureAttendanceRun(run: NewAttendanceRun): Promise<void>;
  /** For a run that nobody asked for: today and the days the rule looks back, and further back over days that no run has read. */
  ensureScheduledRun(scheduled: {
    readonly runId: string;
    readonly corpId: string;
    readonly ruleId: string;
    readonly now: Date;
  }): Promise<'ready' | 'rule-gone' | 'not-set-up'>;
  /** The corp's members were never read from WeCom. */
  isNobodyKnown(corpId: string): Promise<boolean>;
  /** Fixes who is asked, in how many calls, once. */
  prepare(runId: string, now: Date): Promise<AttendanceStanding>;
  order(runId: string): Promise<AttendanceOrder>;
  standing(runId: string): Promise<AttendanceStanding>;
  /** What is not read yet, batch after batch. */
  openUnits(runId: string, atMost: number): Promise<AttendanceUnit[]>;
  /** Without those of whom the run has learned that WeCom does not know them. */
  peopleOf(runId: string, batch: number): Promise<AskedPerson[]>;
  markUnknown(runId: string, person: AskedPerson, errcode: number): Promise<void>;
  setPaused(runId: string, paused: boolean): Promise<void>;
  /** The days that count as read for the run's rule from now on; gaps among them are closed. */
  cover(runId: string): Promise<void>;
  counts(runId: string): Promise<AttendanceRunCounts>;
}

export function createAttendanceRunStore(db: Database): AttendanceRunStore {
  const { pool } = db;

  const store: AttendanceRunStore = {
    async ensureAttendanceRun(run) {
      await pool.query(
        `INSERT INTO attendance_run (run_id, corp_id, rule_id, rule_name, from_day, to_day, user_ids, kinds,
           punches, daily, monthly, timezone, day_starts_at, accept_loss)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (run_id) DO NOTHING`,
        [
          run.runId,
          run.corpId,
          run.ruleId,
          run.ruleName,
          run.from,
          run.to,
          run.userIds === null ? null : JSON.stringify(run.userIds),
          run.kinds,
          run.reads.punches,
          run.reads.daily,
          run.reads.monthly,
          run.timezone,
          run.dayStartsAt,
          run.acceptLoss,
        ],
      );
    },

    async ensureScheduledRun({ runId, corpId, ruleId, now }) {
      const rule = await findRule(pool, corpId, ruleId);
      if (rule === undefined) return 'rule-gone';
      if (rule.timezone === null || rule.day_starts_at === null) return 'not-set-up';
      const boundary = { timezone: rule.timezone, dayStartsAt: rule.day_starts_at };
      const day = today(boundary, now);
      const { from, to } = scheduledRange({
        today: day,
        lookBackDays: rule.look_back_days,
        unread: await unreadDaysOf(pool, rule, day),
      });
      await store.ensureAttendanceRun({
        runId,
        corpId,
        ruleId,
        ruleName: rule.name,
        from,
        to,
        userIds: null,
        kinds: rule.kinds,
        reads: { punches: rule.punches, daily: rule.daily, monthly: rule.monthly },
        acceptLoss: false,
        ...boundary,
      });
      return 'ready';
    },

    async isNobodyKnown(corpId) {
      const { rows } = await pool.query<{ known: boolean }>(
        'SELECT EXISTS (SELECT FROM mirror_member WHERE corp_id = $1) AS known',
        [corpId],
      );
      return rows[0]?.known !== true;
    },

    async prepare(runId, now) {
      await db.transaction(async (client) => {
        const run = await lockRun(client, runId);
        if (run.people > 0) return;
        // Persons are made, and renamed, by one run of the corp at a time.
        await takeAttendanceTurn(client, run.corp_id);
        await chooseMembers(client, run);
        await knowPeople(client, run);
        const people = await askPeople(client, runId);
        const units = await planUnits(client, run, people, today(boundaryOf(run), now));
        await client.query(
          `UPDATE attendance_run SET people = $2,
             counts = counts || jsonb_build_object('unbound', (
               SELECT count(*) FROM attendance_asked a
               WHERE NOT EXISTS (SELECT FROM binding b WHERE b.member_id = a.member_id)))
           WHERE run_id = $1`,
          [runId, people],
        );
        await client.query(
          `UPDATE run SET progress = jsonb_build_object('done', 0, 'failed', 0, 'total', $2::int) WHERE id = $1`,
          [runId, units],
        );
      });
      return store.standing(runId);
    },

    async order(runId) {
      const { rows } = await pool.query<AttendanceOrder>(
        `SELECT a.run_id AS "runId", a.corp_id AS "corpId", s.corp_no AS "corpNo", a.timezone,
                a.day_starts_at AS "dayStartsAt", a.kinds, a.accept_loss AS "acceptLoss"
         FROM attendance_run a
         JOIN run ON run.id = a.run_id AND run.finished_at IS NULL
         JOIN attendance_settings s ON s.corp_id = a.corp_id
         WHERE a.run_id = $1`,
        [runId],
      );
      const [order] = rows;
      if (order === undefined) throw new RunEndedError(runId);
      return order;
    },

    async standing(runId) {
      const { rows } = await pool.query<AttendanceStanding>(
        `SELECT a.people, COALESCE((run.progress->>'total')::int, 0) AS units,
                COALESCE((run.progress->>'done')::int, 0) AS "unitsDone",
                COALESCE((a.counts->>'read')::int, 0) AS rows, a.paused_at IS NOT NULL AS paused
         FROM attendance_run a JOIN run ON run.id = a.run_id
         WHERE a.run_id = $1`,
        [runId],
      );
      const [standing] = rows;
      if (standing === undefined) throw new RunEndedError(runId);
      return standing;
    },

    async openUnits(runId, atMost) {
      const { rows } = await pool.query<UnitRow>(
        `SELECT seq, source, batch, from_day::text, to_day::text, starts_at, ends_at FROM attendance_unit
         WHERE run_id = $1 AND state = 'waiting' ORDER BY seq LIMIT $2`,
        [runId, atMost],
      );
      return rows.map((row) => ({
        seq: row.seq,
        source: row.source,
        batch: row.batch,
        fromDay: row.from_day,
        toDay: row.to_day,
        startsAt: row.starts_at,
        endsAt: row.ends_at,
      }));
    },

    async peopleOf(runId, batch) {
      const { rows } = await pool.query<AskedPerson>(
        `SELECT asked.seq, asked.person_id AS "personId", p.user_id AS "userId"
         FROM attendance_run_person asked JOIN attendance_person p ON p.id = asked.person_id
         WHERE asked.run_id = $1 AND asked.seq >= $2 AND asked.seq < $3 AND asked.state = 'asked'
         ORDER BY asked.seq`,
        [runId, batch * batchSize, (batch + 1) * batchSize],
      );
      return rows;
    },

    async markUnknown(runId, { seq }, errcode) {
      await pool.query(
        `WITH marked AS (
           UPDATE attendance_run_person SET state = 'unknown', errcode = $3
           WHERE run_id = $1 AND seq = $2 AND state = 'asked' RETURNING seq
         )
         UPDATE attendance_run a
         SET counts = counts || jsonb_build_object('unknownPeople', COALESCE((counts->>'unknownPeople')::int, 0) + 1)
         FROM marked WHERE a.run_id = $1`,
        [runId, seq, errcode],
      );
    },

    async setPaused(runId, paused) {
      await pool.query(
        `UPDATE attendance_run SET paused_at = CASE WHEN $2 THEN COALESCE(paused_at, now()) END WHERE run_id = $1`,
        [runId, paused],
      );
    },

    async cover(runId) {
      const { rows } = await pool.query<CoverRow>(
        `SELECT a.rule_id, a.from_day::text, a.to_day::text, a.timezone, a.day_starts_at, run.started_at
         FROM attendance_run a
         JOIN run ON run.id = a.run_id
         JOIN attendance_rule rule ON rule.id = a.rule_id
         WHERE a.run_id = $1
           -- Only some of the rule's people, or of what it reads of them, was asked for.
           AND a.user_ids IS NULL AND a.kinds IN (rule.kinds, 'all')
           AND a.punches >= rule.punches AND a.daily >= rule.daily AND a.monthly >= rule.monthly
           AND NOT EXISTS (SELECT FROM attendance_unit u WHERE u.run_id = a.run_id AND u.state <> 'done')`,
        [runId],
      );
      const [run] = rows;
      if (run === undefined) return;
      const days = coveredDays({ from: run.from_day, to: run.to_day }, run.started_at, boundaryOf(run));
      await pool.query(
        `WITH covered AS (
           INSERT INTO attendance_coverage (rule_id, day, run_id)
           SELECT $1, day, $3 FROM unnest($2::date[]) AS day
           WHERE EXISTS (SELECT FROM attendance_rule WHERE id = $1)
           ON CONFLICT (rule_id, day) DO NOTHING
         )
         UPDATE attendance_gap SET closed_at = now(), closed_by = $3
         WHERE rule_id = $1 AND day = ANY($2::date[]) AND closed_at IS NULL`,
        [run.rule_id, days, runId],
      );
    },

    async counts(runId) {
      const { rows } = await pool.query<{ counts: Partial<AttendanceRunCounts> }>(
        'SELECT counts FROM attendance_run WHERE run_id = $1',
        [runId],
      );
      return { ...noRunCounts, ...rows[0]?.counts };
    },
  };
  return store;
}

type Connection = Pick<PoolClient, 'query'>;

type RunRow = {
  run_id: string;
  corp_id: string;
  corp_no: number;
  scope: AttendanceScope | null;
  user_ids: string[] | null;
  from_day: string;
  to_day: string;
  punches: boolean;
  daily: boolean;
  monthly: boolean;
  timezone: string;
  day_starts_at: string;
  people: number;
};

type RuleRow = {
  id: string;
  name: string;
  kinds: PunchKinds;
  punches: boolean;
  daily: boolean;
  monthly: boolean;
  look_back_days: number;
  expected_from: string | null;
  timezone: string | null;
  day_starts_at: string | null;
};

type UnitRow = {
  seq: number;
  source: AttendanceSource;
  batch: number;
  from_day: string;
  to_day: string;
  starts_at: Date;
  ends_at: Date;
};

type CoverRow = {
  rule_id: string;
  from_day: string;
  to_day: string;
  timezone: string;
  day_starts_at: string;
  started_at: Date;
};

const noRunCounts: AttendanceRunCounts = {
  read: 0,
  new: 0,
  changed: 0,
  superseded: 0,
  unchanged: 0,
  heldBack: 0,
  unknownPeople: 0,
  unbound: 0,
};

function boundaryOf(row: { readonly timezone: string; readonly day_starts_at: string }): DayBoundary {
  return { timezone: row.timezone, dayStartsAt: row.day_starts_at };
}

async function findRule(client: Connection, corpId: string, ruleId: string): Promise<RuleRow | undefined> {
  const { rows } = await client.query<RuleRow>(
    `SELECT rule.id, rule.name, rule.kinds, rule.punches, rule.daily, rule.monthly, rule.look_back_days,
            rule.expected_from::text, s.timezone, s.day_starts_at
     FROM attendance_rule rule LEFT JOIN attendance_settings s ON s.corp_id = rule.corp_id
     WHERE rule.id = $2 AND rule.corp_id = $1`,
    [corpId, ruleId],
  );
  return rows[0];
}

async function unreadDaysOf(
  client: Connection,
  { id, expected_from }: Pick<RuleRow, 'id' | 'expected_from'>,
  day: string,
): Promise<readonly string[]> {
  if (expected_from === null) return [];
  const earliest = addDays(day, -unreadDaysRead);
  const { rows } = await client.query<{ day: string }>(
    'SELECT day::text FROM attendance_coverage WHERE rule_id = $1 AND day >= $2',
    [id, earliest],
  );
  const covered = new Set(rows.map((row) => row.day));
  return unreadDays({ expectedFrom: expected_from > earliest ? expected_from : earliest, covered }, day);
}

async function lockRun(client: Connection, runId: string): Promise<RunRow> {
  const { rows } = await client.query<RunRow>(
    `SELECT a.run_id, a.corp_id, s.corp_no, rule.scope, a.user_ids, a.from_day::text, a.to_day::text,
            a.punches, a.daily, a.monthly, a.timezone, a.day_starts_at, a.people
     FROM attendance_run a
     JOIN run ON run.id = a.run_id AND run.finished_at IS NULL
     JOIN attendance_settings s ON s.corp_id = a.corp_id
     LEFT JOIN attendance_rule rule ON rule.id = a.rule_id
     WHERE a.run_id = $1 FOR UPDATE OF a`,
    [runId],
  );
  const [run] = rows;
  if (run === undefined) throw new RunEndedError(runId);
  return run;
}

const everybody: AttendanceScope = { departments: [], userIds: [], excludeUserIds: [] };

/** Into a table of this transaction, with statistics: without, Postgres would join 100,000 rows one by one. */
async function chooseMembers(
  client: Connection,
  { corp_id, scope, user_ids }: Pick<RunRow, 'corp_id' | 'scope' | 'user_ids'>,
): Promise<void> {
  await client.query(`
    CREATE TEMPORARY TABLE attendance_asked (
      member_id text NOT NULL, user_id_key text NOT NULL, user_id text NOT NULL
    ) ON COMMIT DROP`);
  await client.query(
    `WITH RECURSIVE ${departmentsBelow}
     INSERT INTO attendance_asked
     SELECT id, user_id_key, user_id FROM mirror_member m
     -- Somebody who was asked for by name is asked for; WeCom says whether they are still known.
     WHERE CASE WHEN $5::text[] IS NULL THEN ${isInScope}
                ELSE m.corp_id = $1 AND m.user_id_key = ANY($5) END`,
    [...scopeParams(corp_id, scope ?? everybody), user_ids === null ? null : userIdKeys(user_ids)],
  );
  await client.query('ANALYZE attendance_asked');
}

/** Each of them has a number; one whose userid was changed in WeCom keeps it, and with it all that is kept of them. */
async function knowPeople(
  client: Connection,
  { corp_id, corp_no }: Pick<RunRow, 'corp_id' | 'corp_no'>,
): Promise<void> {
  // A userid that has gone over to another member: no userid has a "#" in it.
  await client.query(
    `UPDATE attendance_person other SET user_id_key = '#' || other.id
     FROM mirror_member m JOIN attendance_person p ON p.member_id = m.id
     WHERE m.corp_id = $1 AND other.corp_id = $1 AND other.user_id_key = m.user_id_key AND other.id <> p.id`,
    [corp_id],
  );
  await client.query(
    `UPDATE attendance_person p SET user_id_key = m.user_id_key, user_id = m.user_id
     FROM mirror_member m
     WHERE p.corp_id = $1 AND m.id = p.member_id AND (p.user_id_key, p.user_id) <> (m.user_id_key, m.user_id)`,
    [corp_id],
  );
  await client.query(
    `INSERT INTO attendance_person AS p (corp_id, corp_no, member_id, user_id_key, user_id)
     SELECT $1, $2, member_id, user_id_key, user_id FROM attendance_asked asked
     WHERE NOT EXISTS (SELECT FROM attendance_person known WHERE known.member_id = asked.member_id)
     ORDER BY user_id_key
     ON CONFLICT (corp_id, user_id_key) DO UPDATE SET member_id = EXCLUDED.member_id, user_id = EXCLUDED.user_id`,
    [corp_id, corp_no],
  );
}

async function askPeople(client: Connection, runId: string): Promise<number> {
  const { rowCount } = await client.query(
    `INSERT INTO attendance_run_person (run_id, seq, person_id)
     SELECT $1, (row_number() OVER (ORDER BY asked.user_id_key))::int - 1, p.id
     FROM attendance_asked asked JOIN attendance_person p ON p.member_id = asked.member_id`,
    [runId],
  );
  return rowCount ?? 0;
}

/**
 * Batch after batch, each with all of its days: rows reach Postgres in about the order of their key, and whoever WeCom
 * does not know is found once and not in every window.
 */
async function planUnits(client: Connection, run: RunRow, people: number, day: string): Promise<number> {
  const span = { from: run.from_day, to: run.to_day };
  const windows = attendanceSources
    .filter((source) => run[source])
    .flatMap((source) =>
      windowsOf(source, span, boundaryOf(run), day).map((window) => ({
        source,
        from_day: window.from,
        to_day: window.to,
        starts_at: window.startsAt,
        ends_at: window.endsAt,
      })),
    );
  const batches = Math.ceil(people / batchSize);
  await client.query(
    `INSERT INTO attendance_unit (run_id, seq, source, batch, from_day, to_day, starts_at, ends_at)
     SELECT $1, (batch * $4::int + w.place)::int - 1, source, batch, from_day, to_day, starts_at, ends_at
     FROM generate_series(0, $3::int - 1) AS batch,
          ROWS FROM (jsonb_to_recordset($2::jsonb) AS (source text, from_day date, to_day date,
            starts_at timestamptz, ends_at timestamptz)) WITH ORDINALITY
            AS w (source, from_day, to_day, starts_at, ends_at, place)`,
    [run.run_id, JSON.stringify(windows), batches, windows.length],
  );
  return batches * windows.length;
}
