import { wakeInSql } from './departure-rows';
import type { EndedPhase } from './runs';
import type { SqlDatabase } from './sql-database';

/** A claim comes before its run's row. */
const claimsYoungForMs = 2 * 60_000;

export type DoubtfulClaim = {
  readonly corpId: string;
  readonly runId: string;
  /** How the run ended; null: it has no row, and may still begin. */
  readonly phase: EndedPhase | null;
  readonly ageMs: number;
};

/** What no workflow looks after any more because it was terminated, or was never started. */
export interface DepartureSweepStore {
  /** Runs that have ended, or have not begun for a while, and to which departures are still given. */
  doubtfulClaims(): Promise<DoubtfulClaim[]>;
  /** Workflows of runs that wait for an approval, while every departure they were for has gone another way. */
  runsForNobody(sinceMs: number): Promise<string[]>;
  /** Has the workflows told of whose day or notice has long come while nobody has taken it up. Returns how many. */
  tellOverdue(forMs: number): Promise<number>;
}

export function createDepartureSweepStore({ pool }: SqlDatabase): DepartureSweepStore {
  return {
    async doubtfulClaims() {
      const { rows } = await pool.query<DoubtfulClaim>(
        `SELECT d.corp_id AS "corpId", d.run_id AS "runId", r.phase,
                (extract(epoch FROM now() - max(d.updated_at)) * 1000)::float8 AS "ageMs"
           FROM departure d LEFT JOIN run r ON r.id = d.run_id
          WHERE d.run_id IS NOT NULL AND d.closed_at IS NULL
          GROUP BY d.corp_id, d.run_id, r.id
         HAVING r.finished_at IS NOT NULL
             OR r.id IS NULL AND max(d.updated_at) < now() - make_interval(secs => $1)`,
        [claimsYoungForMs / 1000],
      );
      return rows;
    },

    async runsForNobody(sinceMs) {
      const { rows } = await pool.query<{ readonly workflowId: string }>(
        `SELECT r.workflow_id AS "workflowId"
           FROM run r JOIN push_plan p ON p.run_id = r.id
          WHERE p.kind = 'departures' AND r.phase IN ('awaiting-approval', 'blocked') AND r.finished_at IS NULL
            AND NOT EXISTS (SELECT FROM departure d WHERE d.run_id = r.id AND d.closed_at IS NULL)
            -- A run that was decided gives its departures back before its end is written down.
            AND NOT EXISTS (SELECT FROM departure d WHERE d.corp_id = r.corp_id
                               AND d.updated_at > now() - make_interval(secs => $1))`,
        [sinceMs / 1000],
      );
      return rows.map(({ workflowId }) => workflowId);
    },

    async tellOverdue(forMs) {
      const { rowCount } = await pool.query(
        `UPDATE departure d SET is_to_be_told = true
          WHERE NOT d.is_to_be_told AND ${wakeInSql} < now() - make_interval(secs => $1)`,
        [forMs / 1000],
      );
      return rowCount ?? 0;
    },
  };
}
