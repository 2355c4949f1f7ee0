import type { Database } from './database';

/** A subject is locked for as long as its attempts are counted. */
export type AttemptLimit = { readonly subject: string; readonly most: number };

export type AttemptsTaken = {
  /** Set when one of the subjects has no attempts left: this one must not be made. */
  readonly lockedUntil: Date | null;
  /** How many more are left after this one; when it fails with none left, the subjects are locked. */
  readonly left: number;
  /** When a subject that is used up now may try again. */
  readonly lockEnds: Date;
};

/** Counts attempts before they are made, so that many at once can't slip through. */
export interface AttemptStore {
  /** In this order; behind a locked subject the others are not counted. */
  takeAttempt(limits: readonly AttemptLimit[], windowMs: number): Promise<AttemptsTaken>;
  /** For an attempt that came to nothing, through nobody's fault. */
  giveAttemptBack(subjects: readonly string[]): Promise<void>;
  /** After a good one. */
  forgetAttempts(subjects: readonly string[]): Promise<void>;
}

type AttemptRow = { failures: number; ends: Date };

export function createAttemptStore({ pool }: Pick<Database, 'pool'>): AttemptStore {
  return {
    async takeAttempt(limits, windowMs) {
      let left = Number.POSITIVE_INFINITY;
      let lockEnds = new Date(0);
      for (const { subject, most } of limits) {
        // The window begins anew with the last attempt it allows: the lock then lasts as long as the window.
        const { rows } = await pool.query<AttemptRow>(
          `INSERT INTO login_attempt AS a (subject, failures, window_start) VALUES ($1, 1, now())
           ON CONFLICT (subject) DO UPDATE SET
             failures = CASE WHEN a.window_start < now() - $2 * interval '1 millisecond' THEN 1 ELSE a.failures + 1 END,
             window_start = CASE WHEN a.window_start < now() - $2 * interval '1 millisecond' OR a.failures = $3 - 1
                                 THEN now() ELSE a.window_start END
           RETURNING failures, window_start + $2 * interval '1 millisecond' AS ends`,
          [subject, windowMs, most],
        );
        const [row] = rows;
        if (row === undefined) continue;
        if (row.failures > most) return { lockedUntil: row.ends, left: 0, lockEnds: row.ends };
        left = Math.min(left, most - row.failures);
        if (row.ends > lockEnds) lockEnds = row.ends;
      }
      return { lockedUntil: null, left, lockEnds };
    },

    async giveAttemptBack(subjects) {
      await pool.query(
        'UPDATE login_attempt SET failures = greatest(failures - 1, 0) WHERE subject = ANY($1::text[])',
        [subjects],
      );
    },

    async forgetAttempts(subjects) {
      await pool.query('DELETE FROM login_attempt WHERE subject = ANY($1::text[])', [subjects]);
    },
  };
}
