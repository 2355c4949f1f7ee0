import type { Database } from './database';
import type { AttendanceRunStore, NewAttendanceRun } from './attendance-runs';
import type { NewRun, RunStore } from './runs';

/** Rows of runs that somebody asks for: what is read stands in them before the workflow begins. */
export interface AttendanceStartStore {
  /** Safe to repeat. */
  make(run: NewRun, order: NewAttendanceRun): Promise<void>;
  /** Where no workflow has begun with them. */
  takeBack(runId: string): Promise<void>;
}

export function createAttendanceStartStore({
  pool,
  runs,
  attendanceRuns,
}: Pick<Database, 'pool'> & {
  readonly runs: Pick<RunStore, 'ensureRun'>;
  readonly attendanceRuns: Pick<AttendanceRunStore, 'ensureAttendanceRun'>;
}): AttendanceStartStore {
  return {
    async make(run, order) {
      await runs.ensureRun(run);
      await attendanceRuns.ensureAttendanceRun(order);
    },

    async takeBack(runId) {
      // The workflow puts its own run id into the row before it does anything else.
      await pool.query(
        `DELETE FROM run WHERE id = $1 AND direction = 'attendance' AND temporal_run_id IS NULL`,
        [runId],
      );
    },
  };
}
