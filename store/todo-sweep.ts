import type { SqlDatabase } from './sql-database';

export interface TodoSweepStore {
  /** Tasks with taps, cards or decisions that nothing has happened to for so long. */
  leftAlone(
    after: { readonly tapMs: number; readonly stuckMs: number },
    limit: number,
  ): Promise<readonly string[]>;
}

export function createTodoSweepStore({ pool }: SqlDatabase): TodoSweepStore {
  return {
    async leftAlone({ tapMs, stuckMs }, limit) {
      const { rows } = await pool.query<{ readonly taskId: string }>(
        `(SELECT DISTINCT tap.task_id AS "taskId" FROM card_tap tap JOIN todo t ON t.task_id = tap.task_id
           WHERE tap.state = 'waiting' AND tap.tapped_at < clock_timestamp() - make_interval(secs => $1::float8 / 1000)
             AND t.state <> 'deciding' LIMIT $3)
         UNION
         (SELECT task_id FROM todo WHERE is_to_be_shown LIMIT $3)
         UNION
         (SELECT task_id FROM todo
           WHERE target IN ('oa', 'plan') AND state = 'deciding' AND updated_at < clock_timestamp() - make_interval(secs => $2::float8 / 1000)
           LIMIT $3)`,
        [tapMs, stuckMs, limit],
      );
      return rows.map(({ taskId }) => taskId);
    },
  };
}
