import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { createMessageRetentionStore } from '../../../store/message-retention';
import { forgetOldMessages } from '../../../workers/messages-retention';
import type { MessagesWorld } from './messages-world';
import { createMessagesWorld, event } from './messages-world';

let world: MessagesWorld;

beforeAll(async () => {
  world = await createMessagesWorld();
  await world.rule();
});
afterAll(() => world.close());

const forget = () => forgetOldMessages(createMessageRetentionStore(world.api.db), pino({ level: 'silent' }));

const save = (body: unknown) => world.api.call('/message-settings', { method: 'PUT', body });

/** An event of so many days ago, with its push written, sent and over, or not. */
async function past(days: number, { isOpen = false } = {}): Promise<string> {
  const taskId = `task-${randomUUID()}`;
  const { body } = await world.call(
    '/oa/events',
    event({ content: '机密', todo: { taskId, kind: 'pending' } }),
  );
  const [{ pushId }] = body.pushes;
  await world.sql(`INSERT INTO message_rendering (push_id, hash, body_enc) VALUES ($1, 'h', 'sealed')`, [
    pushId,
  ]);
  await world.sql(
    `INSERT INTO message_call (id, push_id, corp_id, app_id, seq, rendering_hash, recipients, request_hash,
       uses_duplicate_check, state, response_code_enc)
     VALUES ($2, $1, $3, $4, 1, 'h', 2, 'r', true, 'sent', 'sealed')`,
    [pushId, randomUUID(), world.corpId, world.apps[0]],
  );
  await world.sql(
    `INSERT INTO message_recipient (push_id, seq, app_id, oa_user_id, state) VALUES ($1, 1, $2, 'u1', 'sent')`,
    [pushId, world.apps[0]],
  );
  if (!isOpen)
    await world.sql(`UPDATE message_push SET state = 'sent', closed_at = now() WHERE id = $1`, [pushId]);
  await world.sql(`UPDATE oa_event SET accepted_at = now() - make_interval(days => $2) WHERE id = $1`, [
    body.eventId,
    days,
  ]);
  await world.sql(`UPDATE todo SET created_at = now() - make_interval(days => $2) WHERE task_id = $1`, [
    taskId,
    days,
  ]);
  return body.eventId;
}

const standing = async (eventId: string) => {
  const [row] = await world.sql<{ event: boolean; call: boolean; message: boolean }>(
    `SELECT e.content_enc IS NOT NULL AS event, c.response_code_enc IS NOT NULL AS call,
            r.body_enc IS NOT NULL AS message
       FROM oa_event e JOIN message_push p ON p.event_id = e.id JOIN message_call c ON c.push_id = p.id
       JOIN message_rendering r ON r.push_id = p.id WHERE e.id = $1`,
    [eventId],
  );
  return row === undefined
    ? 'gone'
    : Object.values(row).every(Boolean)
      ? 'whole'
      : Object.values(row).some(Boolean);
};

it('keeps contents for 90 days and the log for a year, unless somebody says otherwise', async () => {
  expect((await world.call('/message-settings')).body).toEqual({ contentDays: 90, logDays: 365 });
  const [young, old, open, ancient, ancientOpen] = [
    ...[await past(89), await past(91), await past(91, { isOpen: true })],
    ...[await past(366), await past(366, { isOpen: true })],
  ];
  await forget();
  expect(await standing(young ?? '')).toBe('whole');
  expect(await standing(old ?? '')).toBe(false);
  expect(await standing(ancient ?? '')).toBe('gone');
  // What is still under way needs its text, however old it is.
  expect(await standing(open ?? '')).toBe('whole');
  expect(await standing(ancientOpen ?? '')).toBe('whole');
  const shown = (await world.call(`/oa/events/${old}`)).body;
  expect(shown).toMatchObject({ title: null, content: null, erasedAt: expect.any(String), recipients: 2 });
  expect((await world.call(`/oa/events/${ancient}`)).status).toBe(404);
  const left = await world.sql<{ count: number }>(
    `SELECT count(*)::int AS count FROM todo t WHERE NOT EXISTS (SELECT FROM oa_event e WHERE e.task_id = t.task_id)`,
  );
  expect(left).toEqual([{ count: 0 }]);
  expect(await forget()).toEqual({ erased: 0, removed: 0 });
});

it('follows what was saved, batch by batch', async () => {
  expect((await save({ contentDays: 2, logDays: 3 })).status).toBe(200);
  expect((await world.call('/message-settings')).body).toEqual({ contentDays: 2, logDays: 3 });
  for (let number = 0; number < 25; number += 1) await past(4);
  const kept = await past(1);
  expect((await forget()).removed).toBeGreaterThanOrEqual(25);
  expect(await standing(kept)).toBe('whole');
});

it('contents are never to be kept longer than the log, and only administrators say how long', async () => {
  const answer = await save({ contentDays: 100, logDays: 99 });
  expect(answer).toMatchObject({ status: 422, body: { error: { fields: [{ path: 'contentDays' }] } } });
  expect((await save({ contentDays: 0, logDays: 99 })).status).toBe(422);
  const { status } = await world.operator.call('/message-settings', {
    method: 'PUT',
    body: { contentDays: 1, logDays: 1 },
  });
  expect(status).toBe(403);
});
