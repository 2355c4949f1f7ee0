import { openPushStates } from '../domain/messages/message';
import type { Database } from './database';

export interface DatabaseHealth {
  /** Throws while the database can't be reached. */
  ping(): Promise<{ readonly serverVersion: string }>;
  gauges(): Promise<{
    readonly openRuns: readonly { readonly direction: string; readonly runs: number }[];
    /** Time since the last complete pull of each corp ended. */
    readonly pullAges: readonly { readonly corpId: string; readonly seconds: number }[];
    /** Open ones. */
    readonly departures: readonly { readonly state: string; readonly count: number }[];
    /** Deletions whose time came a while ago and that no run has taken up. */
    readonly overdueDepartures: number;
    /** Something of them is still to be done. */
    readonly openPushes: readonly { readonly state: string; readonly count: number }[];
    readonly pausedApps: number;
  }>;
}

export function createDatabaseHealth({ pool }: Database): DatabaseHealth {
  return {
    async ping() {
      const { rows } = await pool.query<{ server_version: string }>('SHOW server_version');
      return { serverVersion: rows[0]?.server_version ?? '' };
    },

    async gauges() {
      const [open, pulls, departures, pushes, pauses] = await Promise.all([
        pool.query<{ direction: string; runs: number }>(
          'SELECT direction, count(*)::int AS runs FROM run WHERE finished_at IS NULL GROUP BY direction',
        ),
        pool.query<{ corp_id: string; seconds: number }>(
          `SELECT corp_id, extract(epoch FROM now() - max(finished_at))::float AS seconds FROM run
            WHERE direction = 'pull' AND phase = 'done' AND (completeness->>'complete')::boolean GROUP BY corp_id`,
        ),
        pool.query<{ state: string; count: number; overdue: number }>(
          `SELECT state, count(*)::int AS count,
                  (count(*) FILTER (WHERE state IN ('waiting', 'postponed') AND run_id IS NULL
                     AND delete_at < now() - interval '10 minutes'))::int AS overdue
             FROM departure WHERE closed_at IS NULL GROUP BY state`,
        ),
        pool.query<{ state: string; count: number }>(
          `SELECT state, count(*)::int AS count FROM message_push WHERE state = ANY($1::text[]) GROUP BY state`,
          [openPushStates],
        ),
        pool.query<{ count: number }>('SELECT count(*)::int AS count FROM app_pause'),
      ]);
      return {
        openRuns: open.rows,
        pullAges: pulls.rows.map(({ corp_id, seconds }) => ({ corpId: corp_id, seconds })),
        departures: departures.rows.map(({ state, count }) => ({ state, count })),
        overdueDepartures: departures.rows.reduce((sum, { overdue }) => sum + overdue, 0),
        openPushes: pushes.rows,
        pausedApps: pauses.rows[0]?.count ?? 0,
      };
    },
  };
}
