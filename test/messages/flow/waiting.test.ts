import { messagePushChangedSignal } from '../../../workflows/message-push.contract';
import { createFlowWorld, everybody, oaIdOf, type FlowWorld } from './flow-world';

let world: FlowWorld;
beforeAll(async () => {
  world = await createFlowWorld({ people: 10 });
});
afterAll(() => world.close());

const aroundNow = (): { from: string; to: string; timezone: string } => {
  const time = (ms: number): string => new Date(Date.now() + ms).toISOString().slice(11, 16);
  return { from: time(-3_600_000), to: time(3_600_000), timezone: 'UTC' };
};

it('in quiet hours a push is prepared and waits; when they are over it is sent', async () => {
  await world.rule({}, { quietHours: aroundNow() });
  const pushId = await world.push({ title: 'Sleep well', recipients: everybody(2) });
  const row = await world.reaches(pushId, 'waiting');
  expect(row).toMatchObject({ reason: 'quiet-hours', counts: { total: 2, queued: 2 }, calls: 0 });
  expect(await world.texts(1)).toEqual([]);
  await world.sql(`UPDATE message_push SET options = options || '{"quietHours": null}' WHERE id = $1`, [
    pushId,
  ]);
  await world.workflowOf(pushId).signal(messagePushChangedSignal);
  await world.reaches(pushId, 'sent');
  expect(await world.texts(1)).toEqual(['Sleep well']);
});

it('a digest is one message about several events, and whoever has one event gets that', async () => {
  await world.rule({}, { digest: { everyMinutes: 60 } });
  const one = await world.push({ title: 'One', recipients: [oaIdOf(3), oaIdOf(4)] });
  const two = await world.push({ title: 'Two', recipients: [oaIdOf(3)] });
  const called = await world.push({ title: 'Called off', recipients: [oaIdOf(3)] });
  expect(await world.row(one)).toMatchObject({ state: 'gathered', calls: 0 });
  expect((await world.recall(called)).status).toBe(200);
  expect(await world.row(called)).toMatchObject({ state: 'cancelled' });

  await world.sql(
    `UPDATE message_push SET digest_due_at = now() - interval '1 minute' WHERE state = 'gathered'`,
  );
  await world.sweep({ dueMs: 0 });
  await world.reaches(one, 'sent');
  const digest = await world.until('the digest is sent', async () =>
    (await world.rows()).find(({ kind, state }) => kind === 'digest' && state === 'sent'),
  );
  expect(digest.counts).toEqual({ total: 1, sent: 1 });
  expect(await world.recipients(one)).toEqual({ U3: 'skipped: in-digest', U4: 'sent' });
  expect(await world.row(two)).toMatchObject({ state: 'gathered', isClosed: true });
  expect(await world.texts(4)).toEqual(['One']);
  const [text, ...more] = await world.texts(3);
  expect(more).toEqual([]);
  expect(text).toContain('One');
  expect(text).toContain('Two');
  expect(text).not.toContain('Called off');

  const refused = await world.recall(two);
  expect([refused.status, refused.body.error.code]).toEqual([409, 'in_digest']);
  // The same stretch of time, ended twice, tells nobody twice.
  await world.sweep({ dueMs: 0, againMs: 0 });
  expect(await world.texts(3)).toHaveLength(1);
  await world.rule();
});
