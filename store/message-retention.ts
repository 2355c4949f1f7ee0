import type { SqlDatabase } from './sql-database';

export type MessageRetention = {
  /** Then what messages said is erased. */
  readonly contentDays: number;
  /** Then it is no longer known that there were any. */
  readonly logDays: number;
};

export const usualRetention: MessageRetention = { contentDays: 90, logDays: 365 };

export interface MessageRetentionStore {
  settings(): Promise<MessageRetention>;
  saveSettings(retention: MessageRetention): Promise<void>;
  /** Of that many events of such an age, the oldest first; those with something under way keep theirs. Returns how many. */
  eraseContents(olderThanDays: number, limit: number): Promise<number>;
  /** Events with all their pushes, closed ones only. Returns how many. */
  removeEvents(olderThanDays: number, limit: number): Promise<number>;
  /** To-dos and recalls of many that nothing in the log is about any more. */
  removeLeftovers(olderThanDays: number): Promise<number>;
}

const retentionFact = 'message-retention';

const olderThan = (column: string) => `${column} < clock_timestamp() - make_interval(days => $1::int)`;

/** It may still be sent, taken back or shown, and needs its text for that. */
const isUnderWay = `EXISTS (SELECT FROM message_push o WHERE o.event_id = e.id AND o.closed_at IS NULL)`;

export function createMessageRetentionStore(
  db: Pick<SqlDatabase, 'pool' | 'transaction'>,
): MessageRetentionStore {
  const { pool } = db;
  return {
    async settings() {
      const { rows } = await pool.query<{ readonly value: MessageRetention }>(
        'SELECT value FROM installation_fact WHERE name = $1',
        [retentionFact],
      );
      return { ...usualRetention, ...rows[0]?.value };
    },

    async saveSettings({ contentDays, logDays }) {
      await pool.query(
        `INSERT INTO installation_fact (name, value, updated_at) VALUES ($1, $2, now())
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = now()`,
        [retentionFact, JSON.stringify({ contentDays, logDays })],
      );
    },

    eraseContents: (olderThanDays, limit) =>
      db.transaction(async (client) => {
        // Several workers do this: whoever comes second takes others.
        const { rows } = await client.query<{ readonly id: string }>(
          `UPDATE oa_event SET content_enc = NULL, erased_at = clock_timestamp()
            WHERE id IN (
              SELECT e.id FROM oa_event e
               WHERE e.content_enc IS NOT NULL AND ${olderThan('e.accepted_at')} AND NOT ${isUnderWay}
               ORDER BY e.accepted_at LIMIT $2 FOR UPDATE SKIP LOCKED)
           RETURNING id`,
          [olderThanDays, limit],
        );
        const eventIds = rows.map(({ id }) => id);
        await client.query(
          `UPDATE message_rendering r SET body_enc = NULL FROM message_push p
            WHERE p.event_id = ANY($1::text[]) AND r.push_id = p.id AND r.body_enc IS NOT NULL`,
          [eventIds],
        );
        // WeCom has long forgotten what these are for.
        await client.query(
          `UPDATE message_call c SET response_code_enc = NULL FROM message_push p
            WHERE p.event_id = ANY($1::text[]) AND c.push_id = p.id AND c.response_code_enc IS NOT NULL`,
          [eventIds],
        );
        await client.query(
          `UPDATE card_tap t SET response_code_enc = NULL FROM oa_event e
            WHERE e.id = ANY($1::text[]) AND t.task_id = e.task_id AND t.ended_at IS NOT NULL
              AND t.response_code_enc IS NOT NULL`,
          [eventIds],
        );
        return eventIds.length;
      }),

    async removeEvents(olderThanDays, limit) {
      const { rowCount } = await pool.query(
        `DELETE FROM oa_event WHERE id IN (
           SELECT e.id FROM oa_event e
            WHERE ${olderThan('e.accepted_at')} AND NOT ${isUnderWay}
            ORDER BY e.accepted_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
        [olderThanDays, limit],
      );
      return rowCount ?? 0;
    },

    async removeLeftovers(olderThanDays) {
      const { rowCount: todos } = await pool.query(
        `DELETE FROM todo t
          WHERE ${olderThan('t.created_at')} AND t.state <> 'deciding'
            AND NOT EXISTS (SELECT FROM oa_event e WHERE e.task_id = t.task_id)`,
        [olderThanDays],
      );
      const { rowCount: recalls } = await pool.query(
        `DELETE FROM message_recall WHERE ${olderThan('asked_at')} AND phase = 'done'`,
        [olderThanDays],
      );
      return (todos ?? 0) + (recalls ?? 0);
    },
  };
}
