import type { RateBudgetStore, RatePermits, RateWindow } from '../wecom/ports';
import type { Database } from './database';

type WindowRow = { window: string; used: number; previous: number; elapsed_ms: number };

/**
 * One budget per corp and API for all processes. The windows slide: what was used in the window before counts on,
 * less with every moment, so that a burst at the end of one and at the start of the next stay within one limit.
 * All times are the database's, because the processes' clocks differ.
 */
export function createRateBudgetStore(db: Database): RateBudgetStore {
  return {
    take: ({ corpKey, api, want, windows }) =>
      db.transaction(async (client) => {
        const blocked = await client.query<{ remaining_ms: number }>(
          `SELECT (extract(epoch FROM blocked_until - clock_timestamp()) * 1000)::float8 AS remaining_ms
           FROM rate_block WHERE corp_key = $1 AND api = $2`,
          [corpKey, api],
        );
        const blockedMs = blocked.rows[0]?.remaining_ms ?? 0;
        if (blockedMs > 0) return { granted: 0, retryAfterMs: Math.ceil(blockedMs) };
        if (windows.length === 0) return { granted: want, retryAfterMs: 0 };

        // Sorted, so that two processes take the rows' locks in one order. The rows stay locked until the end.
        const sorted = [...windows].sort((a, b) => (a.name < b.name ? -1 : 1));
        const { rows } = await client.query<WindowRow>(openWindows, [
          corpKey,
          api,
          sorted.map(({ name }) => name),
          sorted.map(({ ms }) => ms),
        ]);
        const states = new Map(rows.map((row) => [row.window, row]));
        const permits = permitsOf(sorted, states, want);
        if (permits.granted > 0) {
          await client.query(
            `UPDATE rate_window SET used = used + $3 WHERE corp_key = $1 AND api = $2 AND "window" = ANY($4::text[])`,
            [corpKey, api, permits.granted, sorted.map(({ name }) => name)],
          );
        }
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

/** Starts windows that are new or over. One that ended less than its own length ago becomes the previous one. */
const openWindows = `
  INSERT INTO rate_window AS w (corp_key, api, "window", started_at, used, previous)
  SELECT $1, $2, name, clock_timestamp(), 0, 0
  FROM unnest($3::text[], $4::float8[]) AS asked (name, ms)
  ORDER BY name
  ON CONFLICT (corp_key, api, "window") DO UPDATE SET
    (started_at, used, previous) = (
      SELECT CASE WHEN age.ms < length.ms THEN w.started_at
                  WHEN age.ms < 2 * length.ms THEN w.started_at + length.ms * interval '1 millisecond'
                  ELSE clock_timestamp() END,
             CASE WHEN age.ms < length.ms THEN w.used ELSE 0 END,
             CASE WHEN age.ms < length.ms THEN w.previous
                  WHEN age.ms < 2 * length.ms THEN w.used
                  ELSE 0 END
      FROM (SELECT extract(epoch FROM clock_timestamp() - w.started_at) * 1000 AS ms) AS age,
           (SELECT ms FROM unnest($3::text[], $4::float8[]) AS asked (name, ms) WHERE name = w."window") AS length)
  RETURNING "window", used, previous,
    GREATEST(0, extract(epoch FROM clock_timestamp() - started_at) * 1000)::float8 AS elapsed_ms`;

function permitsOf(
  windows: readonly RateWindow[],
  states: ReadonlyMap<string, WindowRow>,
  want: number,
): RatePermits {
  let granted = want;
  let retryAfterMs = 0;
  for (const { name, ms, limit } of windows) {
    const {
      used,
      previous,
      elapsed_ms: elapsedMs,
    } = states.get(name) ?? {
      used: 0,
      previous: 0,
      elapsed_ms: 0,
    };
    const stillCounting = previous * Math.max(0, 1 - elapsedMs / ms);
    const free = Math.floor(limit - used - stillCounting);
    granted = Math.min(granted, Math.max(0, free));
    if (free < 1)
      retryAfterMs = Math.max(retryAfterMs, untilFreeMs({ ms, limit, used, previous, elapsedMs }));
  }
  return granted > 0 ? { granted, retryAfterMs: 0 } : { granted: 0, retryAfterMs };
}

const shortestWaitMs = 20;

type Use = {
  readonly ms: number;
  readonly limit: number;
  readonly used: number;
  readonly previous: number;
  readonly elapsedMs: number;
};

/** When the previous window has faded enough for one permit, or, with this one used up, when it ends. */
function untilFreeMs({ ms, limit, used, previous, elapsedMs }: Use): number {
  const remainingMs = ms - elapsedMs;
  const faded = previous > 0 ? ms * (1 - (limit - used - 1) / previous) - elapsedMs : remainingMs;
  return Math.max(shortestWaitMs, Math.ceil(used < limit ? Math.min(faded, remainingMs) : remainingMs));
}
