import type { SqlDatabase } from './sql-database';

/** Who paused a schedule, and why: names and words, which have no place in Temporal. */
export type SchedulePause = {
  /** Id of the principal, which Temporal keeps as the schedule's note. */
  readonly by: string;
  readonly note: string | null;
};

export interface SchedulePauseStore {
  record(scheduleId: string, corpId: string, pause: SchedulePause): Promise<void>;
  find(scheduleId: string): Promise<SchedulePause | undefined>;
}

export function createSchedulePauseStore({ pool }: SqlDatabase): SchedulePauseStore {
  return {
    async record(scheduleId, corpId, { by, note }) {
      await pool.query(
        `INSERT INTO schedule_pause (schedule_id, corp_id, "by", note) VALUES ($1, $2, $3, $4)
         ON CONFLICT (schedule_id) DO UPDATE
           SET "by" = EXCLUDED.by, note = EXCLUDED.note, created_at = clock_timestamp()`,
        [scheduleId, corpId, by, note],
      );
    },

    async find(scheduleId) {
      const { rows } = await pool.query<SchedulePause>(
        'SELECT "by", note FROM schedule_pause WHERE schedule_id = $1',
        [scheduleId],
      );
      return rows[0];
    },
  };
}
