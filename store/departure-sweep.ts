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
