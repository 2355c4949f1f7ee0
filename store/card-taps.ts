import type { CardTap } from '../wecom';
import { tapCodeContext } from './message-contents';
import { SealedSecretDamagedError, secretContext, type SecretBox } from './secrets';
import type { SqlDatabase } from './sql-database';

export type TapsTaken = {
  /** Tasks that have a tap now. */
  readonly taskIds: readonly string[];
  /** There may be more. */
  readonly isFull: boolean;
};

export interface CardTapStore {
  /** What was tapped, of one corp or of all: from the callbacks' inbox to the tasks it is about. */
  take(corpId: string | null, limit: number): Promise<TapsTaken>;
}

/** Kinds of the inbox that are taps on cards. */
export const cardKinds = ['event/template_card_event', 'event/template_card_menu_event'] as const;

const ofCards = cardKinds.map((kind) => `'${kind}'`).join(', ');

type InboxRow = {
  readonly id: string;
  readonly corpId: string;
  readonly appId: string | null;
  readonly payloadEnc: string;
  readonly receivedAt: Date;
};

export function createCardTapStore(
  db: SqlDatabase,
  secrets: SecretBox,
  /** Undefined where it is nothing that WeCom documents. */
  readCardTap: (fields: unknown) => CardTap | undefined,
): CardTapStore {
  function fieldsOf({ id, payloadEnc }: InboxRow): unknown {
    try {
      return JSON.parse(secrets.open(payloadEnc, secretContext('callback_event', 'payload_enc', id)));
    } catch (error) {
      if (error instanceof SealedSecretDamagedError) return undefined;
      throw error;
    }
  }

  return {
    take: (corpId, limit) =>
      db.transaction(async (client): Promise<TapsTaken> => {
        // Corp by corp: the inbox is searched by what is not processed yet of each.
        const { rows } = await client.query<InboxRow>(
          `SELECT id, corp_id AS "corpId", app_id AS "appId", payload_enc AS "payloadEnc", received_at AS "receivedAt"
             FROM callback_event
            WHERE id IN (
              SELECT e.id FROM corp c CROSS JOIN LATERAL (
                SELECT id FROM callback_event
                 WHERE corp_id = c.id AND processed_at IS NULL AND kind IN (${ofCards})
                 ORDER BY received_at LIMIT $2) e
               WHERE $1::text IS NULL OR c.id = $1)
              AND processed_at IS NULL
            ORDER BY received_at, id LIMIT $2 FOR UPDATE SKIP LOCKED`,
          [corpId, limit],
        );
        if (rows.length === 0) return { taskIds: [], isFull: false };
        const taps = rows.flatMap((row) => {
          const tap = readCardTap(fieldsOf(row));
          if (tap === undefined || row.appId === null) return [];
          const { taskId: callId, userId, actionKey, responseCode } = tap;
          const { id, corpId: tappedIn, appId, receivedAt } = row;
          const responseCodeEnc =
            responseCode === null ? null : secrets.seal(responseCode, tapCodeContext(id));
          return [{ id, callId, corpId: tappedIn, appId, userId, actionKey, responseCodeEnc, receivedAt }];
        });
        const { rows: kept } = await client.query<{ readonly id: string; readonly taskId: string }>(
          `WITH tap AS (
             SELECT n.*, e.task_id AS task, m.id AS member
               FROM jsonb_to_recordset($1::jsonb) AS n (id text, "callId" text, "corpId" text, "appId" text,
                 "userId" text, "actionKey" text, "responseCodeEnc" text, "receivedAt" timestamptz)
               JOIN message_call c ON c.id = n."callId" AND c.corp_id = n."corpId" AND c.app_id = n."appId"
               JOIN message_push p ON p.id = c.push_id
               JOIN oa_event e ON e.id = p.event_id
               JOIN todo t ON t.task_id = e.task_id
               LEFT JOIN mirror_member m ON m.corp_id = n."corpId" AND m.user_id_key = lower(n."userId")
           ), kept AS (
             INSERT INTO card_tap (id, task_id, call_id, corp_id, app_id, user_id, member_id, action_key,
                                   response_code_enc, tapped_at)
             SELECT id, task, "callId", "corpId", "appId", "userId", member, "actionKey", "responseCodeEnc", "receivedAt"
               FROM tap
             ON CONFLICT (id) DO NOTHING)
           SELECT id, task AS "taskId" FROM tap`,
          [JSON.stringify(taps)],
        );
        // A tap on a card of nobody's task (it was removed, or another program's app sent it) is no work.
        await client.query(
          `UPDATE callback_event
              SET processed_at = clock_timestamp(), attempts = attempts + 1,
                  outcome = CASE WHEN id = ANY($2::text[]) THEN 'applied' WHEN id = ANY($3::text[]) THEN 'nothing-to-do'
                                 ELSE 'failed' END
            WHERE id = ANY($1::text[])`,
          [rows.map(({ id }) => id), kept.map(({ id }) => id), taps.map(({ id }) => id)],
        );
        return { taskIds: [...new Set(kept.map(({ taskId }) => taskId))], isFull: rows.length === limit };
      }),
  };
}
