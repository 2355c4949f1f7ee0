import type { RateBudgetStore, RatePermits, RateWindow } from '../wecom/ports';
import type { Database } from './database';

/** Each window is counted in so many parts. */
const slices = 30;
const shortestWaitMs = 20;

type SliceRow = { readonly name: string; readonly used: number; readonly age_ms: number };

/**
 * One budget per corp and API for all processes. The windows roll: what was used counts in full until it is as old as
 * the window is long, wherever in the window it was used, and until the rest of its slice is; so WeCom never sees more
 * than the limit in any minute of its own. All times are the database's, because the processes' clocks differ.
 */
export function createRateBudgetStore(db: Database): RateBudgetStore {
  return {
    take: ({ corpKey, api, want, windows }) =>
      db.transaction(async (client) => {
        // A statement of its own: the next one has to see what those before it in the queue have written.
        await client.query(
          `SELECT pg_advisory_xact_lock(hashtextextended('rate budget ' || $1 || ' ' || $2, 0))`,
          [corpKey, api],
        );
        const blocked = await client.query<{ remaining_ms: number }>(
          `SELECT (extract(epoch FROM blocked_until - clock_timestamp()) * 1000)::float8 AS remaining_ms
           FROM rate_block WHERE corp_key = $1 AND api = $2`,
          [corpKey, api],
        );
        const blockedMs = blocked.rows[0]?.remaining_ms ?? 0;
        if (blockedMs > 0) return { granted: 0, retryAfterMs: Math.ceil(blockedMs) };
        if (windows.length === 0) return { granted: want, retryAfterMs: 0 };

        const budget = [corpKey, api, windows.map(({ name }) => name), windows.map(({ ms }) => ms)];
        const { rows } = await client.query<SliceRow>(countingSlices, budget);
        const permits = permitsOf(windows, rows, want);
        if (permits.granted > 0) await client.query(useSlices, [...budget, permits.granted]);
        return permits;
      }),

    async block({ corpKey, api, untilMs }) {
      await db.pool.query(
        `INSERT INTO rate_block AS b (corp_key, api, blocked_until) VALUES ($1, $2, to_timestamp($3::float8 / 1000))
         ON CONFLICT (corp_key, api)
         DO UPDATE SET blocked_until = GREATEST(b.blocked_until, EXCLUDED.blocked_until)`,
        [corpKey, api, untilMs],
      );
    },
  };
}

const countingSlices = `
  SELECT split_part(w."window", '/', 1) AS name, w.used,
         (extract(epoch FROM clock_timestamp() - w.started_at) * 1000)::float8 AS age_ms
    FROM rate_window w JOIN unnest($3::text[], $4::float8[]) AS asked (name, ms)
      ON asked.name = split_part(w."window", '/', 1)
   WHERE w.corp_key = $1 AND w.api = $2
   ORDER BY w.started_at`;

/** Those that no longer count go at the same time, so that an API has no more rows than slices. */
const useSlices = `
  WITH asked AS (
    SELECT name, ms, ms / ${slices} AS slice_ms, extract(epoch FROM clock_timestamp()) * 1000 AS now_ms
      FROM unnest($3::text[], $4::float8[]) AS asked (name, ms)
  ), over AS (
    DELETE FROM rate_window w USING asked
     WHERE w.corp_key = $1 AND w.api = $2 AND split_part(w."window", '/', 1) = asked.name
       AND w.started_at <= to_timestamp((asked.now_ms - asked.ms - asked.slice_ms) / 1000)
  )
  INSERT INTO rate_window AS w (corp_key, api, "window", started_at, used, previous)
  SELECT $1, $2, name || '/' || floor(now_ms / slice_ms), to_timestamp(floor(now_ms / slice_ms) * slice_ms / 1000), $5, 0
    FROM asked
  ON CONFLICT (corp_key, api, "window") DO UPDATE SET used = w.used + excluded.used`;

/** `rows`: the oldest first. */
function permitsOf(windows: readonly RateWindow[], rows: readonly SliceRow[], want: number): RatePermits {
  let granted = want;
  let retryAfterMs = 0;
  for (const { name, ms, limit } of windows) {
    const countsForMs = ms + ms / slices;
    const counting = rows.filter((row) => row.name === name && row.age_ms < countsForMs);
    const used = counting.reduce((sum, row) => sum + row.used, 0);
    const free = Math.max(0, Math.floor(limit - used));
    granted = Math.min(granted, free);
    if (free < 1) retryAfterMs = Math.max(retryAfterMs, untilFreeMs(counting, used - limit, countsForMs));
  }
  return granted > 0 ? { granted, retryAfterMs: 0 } : { granted: 0, retryAfterMs };
}

/** When so many slices have become old that there is one permit again; `over` are used beyond the limit. */
function untilFreeMs(counting: readonly SliceRow[], over: number, countsForMs: number): number {
  let freed = 0;
  for (const { used, age_ms: ageMs } of counting) {
    freed += used;
    if (freed > over) return Math.max(shortestWaitMs, Math.ceil(countsForMs - ageMs));
  }
  return shortestWaitMs;
}
