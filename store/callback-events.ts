import { randomUUID } from 'node:crypto';
import type { Database } from './database';
import type { SecretBox } from './secrets';
import { secretContext } from './secrets';

export type NewCallbackEvent = {
  readonly corpId: string;
  readonly appId: string | null;
  /** Identity of the whole event: WeCom delivers again when an answer is late. */
  readonly eventKey: string;
  /** The decrypted message; stored encrypted, because it may name people. */
  readonly payload: string;
};

export interface CallbackEventStore {
  /** False when this event was stored before. */
  saveEvent(event: NewCallbackEvent): Promise<boolean>;
  countEvents(corpId: string): Promise<number>;
}

export function createCallbackEventStore({ prisma, pool }: Database, secrets: SecretBox): CallbackEventStore {
  return {
    async saveEvent({ corpId, appId, eventKey, payload }) {
      const id = randomUUID();
      const sealed = secrets.seal(payload, secretContext('callback_event', 'payload_enc', id));
      const { rowCount } = await pool.query(
        `INSERT INTO callback_event (id, corp_id, app_id, event_key, payload_enc) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (corp_id, event_key) DO NOTHING`,
        [id, corpId, appId, eventKey, sealed],
      );
      return rowCount === 1;
    },
    async countEvents(corpId) {
      return prisma.callbackEvent.count({ where: { corpId } });
    },
  };
}
