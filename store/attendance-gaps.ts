import type { DayBoundary } from '../domain/attendance/attendance';
import type { Schedule } from '../domain/directory/settings';
import type { Database } from './database';

/** A rule whose schedule asks for whole days. */
export type ExpectingRule = {
  readonly ruleId: string;
  readonly corpId: string;
  readonly schedule: Schedule;
  readonly boundary: DayBoundary;
  /** YYYY-MM-DD. */
  readonly expectedFrom: string;
  /** Days that a run has read to their end. */
  readonly covered: ReadonlySet<string>;
  /** Days that are known to be missed. */
  readonly noticed: ReadonlySet<string>;
};

export type RuleSchedule = {
  readonly ruleId: string;
  readonly corpId: string;
  readonly schedule: Schedule;
};

export type AttendanceTroubles = {
  /** Days of rules that no run has read. */
  readonly openGaps: number;
  /** Since when the OA has not taken what it is told; null where it does. */
  readonly oaAwaySince: Date | null;
};

export interface AttendanceGapStore {
  expectingRules(): Promise<ExpectingRule[]>;
  /** Safe to repeat. */
  note(rule: { readonly ruleId: string; readonly corpId: string }, days: readonly string[]): Promise<void>;
  /** Of days of a rule, how many nobody has read; undefined for a rule that is gone. */
  describe(gap: {
    readonly ruleId: string;
    readonly from: string;
    readonly to: string;
  }): Promise<{ readonly ruleName: string; readonly days: number } | undefined>;
  /** Of corps where something of attendance is not as it should be. */
  troubles(): Promise<ReadonlyMap<string, AttendanceTroubles>>;
  /** What Temporal is to start by itself, in all corps. */
  scheduledRules(): Promise<RuleSchedule[]>;
}

export function createAttendanceGapStore({ pool }: Database): AttendanceGapStore {
  return {
    async expectingRules() {
      const { rows } = await pool.query<ExpectingRow>(
        `SELECT r.id AS "ruleId", r.corp_id AS "corpId", r.schedule, r.expected_from::text AS "expectedFrom",
                s.timezone, s.day_starts_at AS "dayStartsAt",
                ARRAY(SELECT day::text FROM attendance_coverage c
                       WHERE c.rule_id = r.id AND c.day >= r.expected_from) AS covered,
                ARRAY(SELECT day::text FROM attendance_gap g
                       WHERE g.rule_id = r.id AND g.day >= r.expected_from) AS noticed
           FROM attendance_rule r JOIN attendance_settings s ON s.corp_id = r.corp_id
          WHERE r.enabled AND r.schedule IS NOT NULL AND r.schedule <> 'null'::jsonb AND r.expected_from IS NOT NULL
          ORDER BY r.id`,
      );
      return rows.map(({ timezone, dayStartsAt, covered, noticed, ...rule }) => ({
        ...rule,
        boundary: { timezone, dayStartsAt },
        covered: new Set(covered),
        noticed: new Set(noticed),
      }));
    },

    async note({ ruleId, corpId }, days) {
      await pool.query(
        `INSERT INTO attendance_gap (rule_id, day, corp_id)
         SELECT $1, day, $2 FROM unnest($3::date[]) AS t (day)
         WHERE EXISTS (SELECT FROM attendance_rule WHERE id = $1)
           AND NOT EXISTS (SELECT FROM attendance_coverage c WHERE c.rule_id = $1 AND c.day = t.day)
         ON CONFLICT DO NOTHING`,
        [ruleId, corpId, days],
      );
    },

    async describe({ ruleId, from, to }) {
      const { rows } = await pool.query<{ ruleName: string; days: number }>(
        `SELECT name AS "ruleName",
                ($3::date - $2::date + 1 - (SELECT count(*) FROM attendance_coverage
                                             WHERE rule_id = $1 AND day BETWEEN $2::date AND $3::date))::int AS days
           FROM attendance_rule WHERE id = $1`,
        [ruleId, from, to],
      );
      return rows[0];
    },

    async troubles() {
      const { rows } = await pool.query<AttendanceTroubles & { corpId: string }>(
        `SELECT corp.id AS "corpId", COALESCE(g.days, 0) AS "openGaps", d.since AS "oaAwaySince"
           FROM corp
           LEFT JOIN (SELECT corp_id, count(*)::int AS days FROM attendance_gap WHERE closed_at IS NULL
                       GROUP BY corp_id) g ON g.corp_id = corp.id
           LEFT JOIN (SELECT corp_id, min(failing_since) AS since FROM attendance_delivery
                       WHERE failing_since IS NOT NULL GROUP BY corp_id) d ON d.corp_id = corp.id
          WHERE g.days IS NOT NULL OR d.since IS NOT NULL`,
      );
      return new Map(rows.map(({ corpId, ...troubles }) => [corpId, troubles]));
    },

    async scheduledRules() {
      const { rows } = await pool.query<RuleSchedule>(
        `SELECT id AS "ruleId", corp_id AS "corpId", schedule FROM attendance_rule
          WHERE enabled AND schedule IS NOT NULL AND schedule <> 'null'::jsonb ORDER BY id`,
      );
      return rows;
    },
  };
}

type ExpectingRow = Omit<ExpectingRule, 'boundary' | 'covered' | 'noticed'> & {
  timezone: string;
  dayStartsAt: string;
  covered: string[];
  noticed: string[];
};
