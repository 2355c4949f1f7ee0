import { wakeInSql } from './departure-rows';
import type { EndedPhase } from './runs';
import type { SqlDatabase } from './sql-database';

/** A claim comes before its run's row; older ones without one were taken for a run that was never started. */
const claimsYoungForMs = 2 * 60_000;

export type LostClaim = { readonly runId: string; readonly phase: EndedPhase };

/** What no workflow looks after any more because it was terminated, or was never started. */
export interface DepartureSweepStore {
  /** Runs that have ended, or never began, and to which departures are still given. */
  lostClaims(): Promise<LostClaim[]>;
  /** Workflows of runs that wait for an approval, while every departure they were for has gone another way. */
  runsForNobody(sinceMs: number): Promise<string[]>;
  /** Has the workflows told of whose day or notice has long come while nobody has taken it up. Returns how many. */
  tellOverdue(forMs: number): Promise<number>;
}

export function createDepartureSweepStore({ pool }: SqlDatabase): DepartureSweepStore {
  return {
    async lostClaims() {
      const { rows } = await pool.query<LostClaim>(
        `SELECT d.run_id AS "runId", coalesce(r.phase, 'failed') AS phase
           FROM departure d LEFT JOIN run r ON r.id = d.run_id
          WHERE d.run_id IS NOT NULL AND d.closed_at IS NULL
          GROUP BY d.run_id, r.id
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
