import type { AttendanceSources, DayBoundary, PunchKinds } from '../domain/attendance/attendance';
import { batchSize } from '../domain/attendance/batches';
import { exceptionBits, exceptionCodes, type ExceptionCode } from '../domain/attendance/exceptions';
import type { AttendanceStream } from '../domain/attendance/news';
import type { AttendanceRunBrief } from './attendance-rules';
import { runBriefColumns } from './attendance-rules';
import type { AttendanceRunCounts } from './attendance-runs';
import type { SqlDatabase } from './sql-database';

/** What a run of the direction "attendance" reads, and what came of it. */
export type AttendanceRunFacts = DayBoundary & {
  readonly ruleId: string | null;
  readonly ruleName: string | null;
  /** Who was asked for by name, where those are few enough to be told. */
  readonly userIds: readonly string[] | null;
  /** YYYY-MM-DD, both included. */
  readonly from: string;
  readonly to: string;
  readonly kinds: PunchKinds;
  readonly reads: AttendanceSources;
  readonly acceptLoss: boolean;
  readonly people: number;
  readonly counts: Partial<AttendanceRunCounts>;
  readonly isPaused: boolean;
  /** The first hundred. */
  readonly unknownPeople: readonly { readonly userId: string; readonly errcode: number | null }[];
  /** Stretches in which so many rows were missing that none was superseded. */
  readonly heldBack: readonly { readonly from: string; readonly to: string; readonly people: number }[];
};

export type AttendanceToday = {
  readonly records: number;
  readonly people: number;
  readonly exceptions: Readonly<Record<ExceptionCode, number>>;
};

export type OpenGapDay = {
  readonly ruleId: string;
  readonly ruleName: string;
  /** YYYY-MM-DD */
  readonly day: string;
  readonly noticedAt: Date;
};

/** What stands, is under way and is missing. */
export interface AttendanceOverview {
  runFacts(runIds: readonly string[]): Promise<ReadonlyMap<string, AttendanceRunFacts>>;
  lastRun(corpId: string): Promise<AttendanceRunBrief | null>;
  /** Current records from a moment up to another, which is not included. */
  tally(corpNo: number, from: Date, before: Date): Promise<AttendanceToday>;
  /** Changes after one of which the OA was told; no more than `mostCounted` are counted. */
  pending(corpNo: number, stream: AttendanceStream, toldUpTo: bigint): Promise<number>;
  /** Of members who are bound to nobody. */
  waitingForBinding(corpId: string): Promise<{ readonly people: number; readonly records: number }>;
  /** By rule, in the order of days. */
  openGaps(corpId: string): Promise<OpenGapDay[]>;
}

/** Beyond it, an exact number would take longer to find than it is worth. */
export const mostCounted = 100_000;

const mostUnknownShown = 100;
/** A page of runs may hold a hundred such lists. */
const mostNamed = 1_000;

const streamTables = { punches: 'attendance_record', reports: 'attendance_report' } as const satisfies Record<
  AttendanceStream,
  string
>;

type FactsRow = Omit<AttendanceRunFacts, 'reads' | 'unknownPeople' | 'heldBack'> &
  AttendanceSources & { readonly runId: string };

export function createAttendanceOverview({ pool }: Pick<SqlDatabase, 'pool'>): AttendanceOverview {
  return {
    async runFacts(runIds) {
      if (runIds.length === 0) return new Map();
      const [facts, unknown, heldBack] = await Promise.all([
        pool.query<FactsRow>(
          `SELECT run_id AS "runId", rule_id AS "ruleId", rule_name AS "ruleName",
                  CASE WHEN jsonb_array_length(NULLIF(user_ids, 'null')) <= ${mostNamed} THEN user_ids END AS "userIds",
                  to_char(from_day, 'YYYY-MM-DD') AS "from", to_char(to_day, 'YYYY-MM-DD') AS "to",
                  kinds, punches, daily, monthly, timezone, day_starts_at AS "dayStartsAt",
                  accept_loss AS "acceptLoss", people, counts,
                  -- One that was cancelled while it was paused is over.
                  paused_at IS NOT NULL
                    AND EXISTS (SELECT FROM run WHERE run.id = run_id AND finished_at IS NULL) AS "isPaused"
             FROM attendance_run WHERE run_id = ANY($1::text[])`,
          [runIds],
        ),
        pool.query<{ runId: string; userId: string; errcode: number | null }>(
          `SELECT asked.run_id AS "runId", p.user_id AS "userId", asked.errcode
             FROM unnest($1::text[]) AS wanted (run_id)
            CROSS JOIN LATERAL (
              SELECT * FROM attendance_run_person one
               WHERE one.run_id = wanted.run_id AND one.state = 'unknown' ORDER BY one.seq LIMIT ${mostUnknownShown}
            ) asked
             JOIN attendance_person p ON p.id = asked.person_id
            ORDER BY asked.run_id, asked.seq`,
          [runIds],
        ),
        pool.query<{ runId: string; from: string; to: string; people: number }>(
          `SELECT u.run_id AS "runId", to_char(u.from_day, 'YYYY-MM-DD') AS "from",
                  to_char(u.to_day, 'YYYY-MM-DD') AS "to",
                  sum(least(${batchSize}, a.people - u.batch * ${batchSize}))::int AS people
             FROM attendance_unit u JOIN attendance_run a ON a.run_id = u.run_id
            WHERE u.run_id = ANY($1::text[]) AND u.held_back
            GROUP BY u.run_id, u.from_day, u.to_day ORDER BY u.run_id, u.from_day, u.to_day`,
          [runIds],
        ),
      ]);
      return new Map(
        facts.rows.map(({ runId, punches, daily, monthly, ...row }) => [
          runId,
          {
            ...row,
            reads: { punches, daily, monthly },
            unknownPeople: ofRun(unknown.rows, runId),
            heldBack: ofRun(heldBack.rows, runId),
          },
        ]),
      );
    },

    async lastRun(corpId) {
      const { rows } = await pool.query<AttendanceRunBrief>(
        `SELECT ${runBriefColumns} FROM run JOIN attendance_run a ON a.run_id = run.id
          WHERE run.corp_id = $1 AND run.direction = 'attendance'
          ORDER BY run.started_at DESC, run.id DESC LIMIT 1`,
        [corpId],
      );
      return rows[0] ?? null;
    },

    async tally(corpNo, from, before) {
      const { rows } = await pool.query<Record<string, number>>(
        `SELECT count(*)::int AS records, count(DISTINCT person_id)::int AS people,
                ${exceptionCodes.map((code) => `(count(*) FILTER (WHERE exceptions & ${exceptionBits[code]} <> 0))::int AS "is-${code}"`).join(', ')}
           FROM attendance_record
          WHERE corp_no = $1 AND at >= $2 AND at < $3 AND superseded_at IS NULL`,
        [corpNo, from, before],
      );
      const [row = {}] = rows;
      return {
        records: row['records'] ?? 0,
        people: row['people'] ?? 0,
        exceptions: Object.fromEntries(
          exceptionCodes.map((code) => [code, row[`is-${code}`] ?? 0]),
        ) as AttendanceToday['exceptions'],
      };
    },

    async pending(corpNo, stream, toldUpTo) {
      const { rows } = await pool.query<{ pending: number }>(
        `SELECT count(*)::int AS pending FROM (
           SELECT 1 FROM ${streamTables[stream]} WHERE corp_no = $1 AND change_seq > $2 LIMIT ${mostCounted}
         ) counted`,
        [corpNo, toldUpTo],
      );
      return rows[0]?.pending ?? 0;
    },

    async waitingForBinding(corpId) {
      const { rows } = await pool.query<{ people: number; records: number }>(
        `SELECT (SELECT count(*)::int FROM attendance_person
                  WHERE corp_id = $1 AND waiting_since IS NOT NULL) AS people,
                (SELECT count(*)::int FROM (
                   SELECT 1 FROM attendance_person p
                     JOIN attendance_record r ON r.person_id = p.id AND r.change_seq >= p.waiting_since
                    WHERE p.corp_id = $1 AND p.waiting_since IS NOT NULL LIMIT ${mostCounted}
                 ) counted) AS records`,
        [corpId],
      );
      return rows[0] ?? { people: 0, records: 0 };
    },

    async openGaps(corpId) {
      const { rows } = await pool.query<OpenGapDay>(
        `SELECT g.rule_id AS "ruleId", rule.name AS "ruleName", to_char(g.day, 'YYYY-MM-DD') AS day,
                g.noticed_at AS "noticedAt"
           FROM attendance_gap g JOIN attendance_rule rule ON rule.id = g.rule_id
          WHERE g.corp_id = $1 AND g.closed_at IS NULL
          ORDER BY rule.created_at, g.rule_id, g.day`,
        [corpId],
      );
      return rows;
    },
  };
}

function ofRun<Row extends { readonly runId: string }>(
  rows: readonly Row[],
  runId: string,
): Omit<Row, 'runId'>[] {
  return rows.filter((row) => row.runId === runId).map(({ runId: _, ...row }) => row);
}
