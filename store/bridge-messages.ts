import type { PoolClient } from 'pg';
import type { EventContent, EventTodo, MessageTemplate, RuleOptions } from '../domain/messages/message';
import { sealEventContent } from './message-contents';
import type { SecretBox } from './secrets';
import type { SqlDatabase } from './sql-database';
import { timeOrderedId } from './time-ordered-ids';

/** What the bridge itself has to say, to members it names, through one app. */
export type BridgeMessage = {
  /** The same one again says nothing new. */
  readonly eventId: string;
  readonly origin: 'plan' | 'notice';
  readonly type: string;
  readonly content: EventContent;
  readonly todo: EventTodo | null;
  readonly corpId: string;
  readonly appId: string;
  readonly userIds: readonly string[];
  readonly template: MessageTemplate;
};

const options: RuleOptions = { onTooLong: 'cut', quietHours: null, digest: null };

export const bridgeModule = 'wecom-bridge';

export interface BridgeMessageStore {
  /** The worker starts it. Said again under the same id, it is said once. */
  put(message: BridgeMessage): Promise<'put' | 'app-gone'>;
}

export function createBridgeMessageStore(db: SqlDatabase, secrets: SecretBox): BridgeMessageStore {
  return {
    put: (message) =>
      db.transaction(async (client) => {
        if ((await putBridgeMessage(client, secrets, message)) !== undefined) return 'put';
        const { rowCount } = await client.query('SELECT FROM oa_event WHERE id = $1', [message.eventId]);
        return rowCount === 1 ? 'put' : 'app-gone';
      }),
  };
}

/**
 * As a push like any other, which the worker starts; it comes with its recipients. Returns its id, or undefined where
 * the app is gone or the same was said before.
 */
export async function putBridgeMessage(
  client: Pick<PoolClient, 'query'>,
  secrets: SecretBox,
  { eventId, origin, type, content, todo, corpId, appId, userIds, template }: BridgeMessage,
): Promise<string | undefined> {
  const { rowCount: isNew } = await client.query(
    `INSERT INTO oa_event (id, origin, module, type, content_hash, content_enc, recipients, task_id, todo_kind,
                           todo_actions, sent_by)
     SELECT $1, $2, $3, $4, '', $5, '{}', $6, $7, $8, 'bridge' FROM app WHERE id = $9 AND corp_id = $10
     ON CONFLICT (id) DO NOTHING`,
    [
      eventId,
      origin,
      bridgeModule,
      type,
      sealEventContent(secrets, eventId, content),
      todo?.taskId ?? null,
      todo?.kind ?? null,
      todo === null ? null : JSON.stringify({ showActions: todo.showActions, actions: todo.actions }),
      appId,
      corpId,
    ],
  );
  if (isNew !== 1) return undefined;
  const pushId = timeOrderedId();
  await client.query(
    `INSERT INTO message_push (id, event_id, kind, corp_id, app_id, type, template, options, priority, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'interactive', 'new')`,
    [
      pushId,
      eventId,
      origin,
      corpId,
      appId,
      template.type,
      JSON.stringify(template),
      JSON.stringify(options),
    ],
  );
  // Somebody WeCom does not have is listed as such.
  await client.query(
    `INSERT INTO message_recipient (push_id, seq, app_id, member_id, user_id, user_id_key, state)
     SELECT $1, n.seq, $2, m.id, COALESCE(m.user_id, n.user_id), lower(n.user_id), 'queued'
       FROM (SELECT DISTINCT ON (lower(user_id)) user_id, seq
               FROM unnest($4::text[]) WITH ORDINALITY AS u (user_id, seq) ORDER BY lower(user_id), seq) n
       LEFT JOIN mirror_member m ON m.corp_id = $3 AND m.user_id_key = lower(n.user_id)`,
    [pushId, appId, corpId, userIds],
  );
  return pushId;
}
