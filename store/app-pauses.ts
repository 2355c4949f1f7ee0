import type { PushReason } from '../domain/messages/message';
import type { SqlDatabase } from './sql-database';

/** Why an app may send nothing. */
export type PauseCause = PushReason;

export type AppPauseRecord = {
  readonly appId: string;
  readonly corpId: string;
  readonly pausedAt: Date;
  readonly cause: PauseCause;
  readonly probes: number;
};

export type AppLook = {
  readonly pause: AppPauseRecord | null;
  /** Pushes that wait for the app. */
  readonly waiting: number;
};

export type WaitingPush = {
  readonly pushId: string;
  readonly corpId: string;
  /** The only one who gets it; null where there are several, or nobody knows yet. */
  readonly onlyFor: string | null;
};

export interface AppPauseStore {
  /** Returns whether it was not paused before. */
  pause(appId: string, corpId: string, cause: PauseCause): Promise<boolean>;
  look(appId: string): Promise<AppLook>;
  /** Still refused. */
  noteProbe(appId: string, cause: PauseCause): Promise<void>;
  resume(appId: string): Promise<void>;
  /** Those that wait for the app, in the order of their events. */
  waitingPushes(appId: string, limit: number): Promise<WaitingPush[]>;
  /** It goes on by itself, whatever it waited for. */
  letGo(pushId: string): Promise<void>;
  /** Apps that are paused, and those that no longer are while pushes still wait. */
  toLookAfter(): Promise<{ readonly appId: string; readonly corpId: string }[]>;
  /** For its notice: whose app it is, and what WeCom said. */
  describe(appId: string): Promise<{ readonly name: string; readonly cause: PauseCause | null } | undefined>;
}

export function createAppPauseStore({ pool }: SqlDatabase): AppPauseStore {
  return {
    async pause(appId, corpId, cause) {
      const { rowCount } = await pool.query(
        `INSERT INTO app_pause (app_id, corp_id, paused_at, cause, probe_at)
         VALUES ($1, $2, clock_timestamp(), $3, clock_timestamp()) ON CONFLICT DO NOTHING`,
        [appId, corpId, JSON.stringify(cause)],
      );
      return rowCount === 1;
    },

    async look(appId) {
      const { rows: pauses } = await pool.query<AppPauseRecord>(
        `SELECT app_id AS "appId", corp_id AS "corpId", paused_at AS "pausedAt", cause, probes
           FROM app_pause WHERE app_id = $1`,
        [appId],
      );
      const { rows } = await pool.query<{ readonly waiting: number }>(
        `SELECT count(*)::int AS waiting FROM message_push WHERE app_id = $1 AND is_paused AND closed_at IS NULL`,
        [appId],
      );
      return { pause: pauses[0] ?? null, waiting: rows[0]?.waiting ?? 0 };
    },

    async noteProbe(appId, cause) {
      await pool.query(
        `UPDATE app_pause SET probes = probes + 1, probe_at = clock_timestamp(), cause = $2 WHERE app_id = $1`,
        [appId, JSON.stringify(cause)],
      );
    },

    async resume(appId) {
      await pool.query('DELETE FROM app_pause WHERE app_id = $1', [appId]);
    },

    async waitingPushes(appId, limit) {
      const { rows } = await pool.query<WaitingPush>(
        `SELECT p.id AS "pushId", p.corp_id AS "corpId", CASE WHEN few.n = 1 THEN few.who END AS "onlyFor"
           FROM message_push p
           CROSS JOIN LATERAL (
             SELECT count(*) AS n, min(r.user_id_key) AS who FROM (
               SELECT user_id_key FROM message_recipient WHERE push_id = p.id AND state = 'queued' LIMIT 2) r) few
          WHERE p.app_id = $1 AND p.is_paused AND p.closed_at IS NULL
          ORDER BY p.accepted_at, p.id LIMIT $2`,
        [appId, limit],
      );
      return rows;
    },

    async letGo(pushId) {
      await pool.query(
        `UPDATE message_push SET is_paused = false, updated_at = clock_timestamp() WHERE id = $1 AND is_paused`,
        [pushId],
      );
    },

    async toLookAfter() {
      const { rows } = await pool.query<{ readonly appId: string; readonly corpId: string }>(
        `SELECT app_id AS "appId", corp_id AS "corpId" FROM app_pause
         UNION
         SELECT app_id, corp_id FROM message_push WHERE closed_at IS NULL AND is_paused`,
      );
      return rows;
    },

    async describe(appId) {
      const { rows } = await pool.query<{ readonly name: string; readonly cause: PauseCause | null }>(
        `SELECT a.name, p.cause FROM app a LEFT JOIN app_pause p ON p.app_id = a.id WHERE a.id = $1`,
        [appId],
      );
      return rows[0];
    },
  };
}
