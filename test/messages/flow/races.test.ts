import { setTimeout as wait } from 'node:timers/promises';
import { createFlowWorld, everybody, type FlowWorld } from './flow-world';

let world: FlowWorld;
beforeAll(async () => {
  world = await createFlowWorld({ people: 40 });
});
afterAll(() => world.close());

const over = ['sent', 'partly', 'failed', 'recalled', 'partly-recalled', 'cancelled'];

it('sending, lost answers, busy answers and recalls at the same time: nobody has anything twice, and every count is true', async () => {
  await world.rule({ content: '{{ event.title }} {{ recipient.name }}' });
  await world.api.control('/_sim/faults', [
    { path: 'message/send', rate: 0.1, drop: 'after' },
    { path: 'message/send', rate: 0.1, drop: 'before' },
    { path: 'message/recall', rate: 0.1, drop: 'after' },
  ]);
  const pushIds: string[] = [];
  const recalls: Promise<unknown>[] = [];
  for (let number = 1; number <= 16; number += 1) {
    const pushId = await world.push({ title: `Race ${number}`, recipients: everybody(3, number) });
    pushIds.push(pushId);
    if (number % 2 === 0) recalls.push(wait(number * 5).then(() => world.recall(pushId)));
  }
  await wait(500);
  await world.noFaults();
  // What waited for a lost answer goes on.
  await world.until('all are over', async () => {
    await world.sql(
      `UPDATE message_recipient SET sending_at = sending_at - interval '1 minute' WHERE state = 'sending'
            AND sending_at > now() - interval '1 minute' AND sending_at < now() - interval '1 second'`,
    );
    await world.sweep({ stuckMs: 0, againMs: 1_000 });
    const rows = await world.rows();
    return rows.every(({ state }) => over.includes(state)) ? true : undefined;
  });
  await Promise.all(recalls);

  const wrong = await world.sql(
    `SELECT p.id, p.state, p.counts, r.counts AS rows FROM message_push p CROSS JOIN LATERAL (
       SELECT jsonb_object_agg(state, n) AS counts
         FROM (SELECT state, count(*) AS n FROM message_recipient WHERE push_id = p.id GROUP BY state) s) r
      WHERE r.counts IS NOT NULL AND p.counts - 'total' <> r.counts`,
  );
  expect(wrong).toEqual([]);
  const unsettled = await world.sql(
    `SELECT c.id, c.state, c.recall_state FROM message_call c JOIN message_push p ON p.id = c.push_id
      WHERE c.state = 'sending' OR c.recall_state = 'asked' OR (p.recall_asked_at IS NOT NULL AND c.recall_state IS NULL)`,
  );
  expect(unsettled).toEqual([]);
  for (let number = 1; number <= 18; number += 1) {
    const inbox = await world.inbox(number);
    const contents = inbox.map(({ body }) => body.content);
    expect(new Set(contents).size).toBe(contents.length);
  }
});
