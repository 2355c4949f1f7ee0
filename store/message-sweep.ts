import type { AppPauseStore } from './app-pauses';
import type { MessageDigestStore } from './message-digests';
import type { SqlDatabase } from './sql-database';

export type PushLeft = { readonly pushId: string; readonly corpId: string };
export type AppLeft = { readonly appId: string; readonly corpId: string };
export type DigestLeft = { readonly targetId: string; readonly corpId: string; readonly dueAt: Date };

/** What no workflow looks after: it was never started, or is gone. */
export interface MessageSweepStore {
  /** Accepted so long ago that whoever accepted them would have started them, the oldest first. */
  newPushes(forMs: number, limit: number): Promise<PushLeft[]>;
  /** Their time has come, or they are in the middle of something, and nothing has happened for so long. */
  stuckPushes(forMs: number, limit: number): Promise<PushLeft[]>;
  digests(forMs: number): Promise<DigestLeft[]>;
  apps(): Promise<AppLeft[]>;
  recalls(forMs: number): Promise<string[]>;
}

export function createMessageSweepStore(
  { pool }: SqlDatabase,
  stores: {
    readonly pauses: Pick<AppPauseStore, 'toLookAfter'>;
    readonly digests: Pick<MessageDigestStore, 'overdue'>;
  },
): MessageSweepStore {
  return {
    async newPushes(forMs, limit) {
      const { rows } = await pool.query<PushLeft>(
        `SELECT id AS "pushId", corp_id AS "corpId" FROM message_push
          WHERE state = 'new' AND accepted_at < clock_timestamp() - make_interval(secs => $1::float8 / 1000)
          ORDER BY accepted_at, id LIMIT $2`,
        [forMs, limit],
      );
      return rows;
    },

    async stuckPushes(forMs, limit) {
      const { rows } = await pool.query<PushLeft>(
        // By app, as the index is: next to nothing of all that was ever pushed is in one of these states.
        `SELECT p.id AS "pushId", p.corp_id AS "corpId"
           FROM app a CROSS JOIN LATERAL (
             SELECT id, corp_id, accepted_at FROM message_push
              WHERE app_id = a.id AND state IN ('waiting', 'sending', 'recalling')
                AND closed_at IS NULL AND NOT is_paused
                AND GREATEST(updated_at, wait_until) < clock_timestamp() - make_interval(secs => $1::float8 / 1000)
              ORDER BY accepted_at LIMIT $2) p
          ORDER BY p.accepted_at, p.id LIMIT $2`,
        [forMs, limit],
      );
      return rows;
    },

    digests: (forMs) => stores.digests.overdue(forMs),

    apps: () => stores.pauses.toLookAfter(),

    async recalls(forMs) {
      const { rows } = await pool.query<{ readonly id: string }>(
        `SELECT id FROM message_recall
          WHERE phase = 'running' AND asked_at < clock_timestamp() - make_interval(secs => $1::float8 / 1000)
          ORDER BY asked_at LIMIT 100`,
        [forMs],
      );
      return rows.map(({ id }) => id);
    },
  };
}
