import { createMessageRecallStore } from '../../../store/message-recalls';
import { createMessageSendingStore } from '../../../store/message-sending';
import { createSecretBox } from '../../../store/secrets';
import { createFlowWorld, everybody, oaIdOf, type FlowWorld } from './flow-world';

let world: FlowWorld;
beforeAll(async () => {
  world = await createFlowWorld({ people: 80 });
});
afterAll(() => world.close());
afterEach(() => world.noFaults());

it('a push is taken back from everybody, once', async () => {
  const pushId = await world.push({ title: 'Wrong', recipients: everybody(2) });
  await world.reaches(pushId, 'sent');
  const answer = await world.recall(pushId);
  expect([answer.status, answer.text]).toEqual([200, expect.anything()]);
  expect(answer.body.recall).toMatchObject({ state: 'recalled', recalled: 1 });
  expect(await world.row(pushId)).toMatchObject({
    state: 'recalled',
    counts: { total: 2, recalled: 2 },
    isClosed: true,
  });
  expect(await world.texts(1)).toEqual(['recalled']);
  await world.workflowOf(pushId).result();
  const again = await world.recall(pushId);
  expect(again.status).toBe(409);
});

it('many who ask at the same moment get one recall', async () => {
  const pushId = await world.push({ title: 'Asked often', recipients: everybody(2, 3) });
  await world.reaches(pushId, 'sent');
  const answers = await Promise.all(Array.from({ length: 4 }, () => world.recall(pushId)));
  for (const { status } of answers) expect([200, 409]).toContain(status);
  expect(answers.some(({ status }) => status === 200)).toBe(true);
  expect(await world.calls(pushId)).toMatchObject([{ recallState: 'recalled' }]);
  expect(await world.row(pushId)).toMatchObject({ state: 'recalled', counts: { total: 2, recalled: 2 } });
});

it('taken back while it is being sent: nothing more goes out, and what went out is recalled', async () => {
  await world.rule({ content: 'Dear {{ recipient.name }}' });
  await world.api.control('/_sim/settings', { latencyMs: 60 });
  const pushId = await world.push({ recipients: everybody(60, 10) });
  await world.until('some have it', async () => {
    const { counts } = await world.row(pushId);
    return (counts.sent ?? 0) > 3 ? true : undefined;
  });
  const answer = await world.recall(pushId);
  expect([answer.status, answer.text]).toEqual([200, expect.anything()]);
  await world.api.control('/_sim/settings', { latencyMs: 0 });
  const { state, counts } = await world.row(pushId);
  expect(state).toBe('recalled');
  expect(counts.cancelled).toBeGreaterThan(0);
  expect((counts.recalled ?? 0) + (counts.cancelled ?? 0)).toBe(60);
  for (const { state, recallState } of await world.calls(pushId))
    expect([state, recallState]).toEqual(['sent', 'recalled']);
  await world.workflowOf(pushId).result();
  await world.rule();
});

it('nothing is claimed once the push is marked, and what was claimed before is waited for', async () => {
  const { db, masterKey } = world.api;
  const sending = createMessageSendingStore(db, createSecretBox([masterKey]));
  const recalls = createMessageRecallStore(db);
  await world.stopWorker();
  const pushId = await world.push({ title: 'Claimed', recipients: everybody(2, 5) });
  const push = (await sending.find(pushId))!;
  const hash = 'b'.repeat(64);
  const renderings = [{ hash, bodyEnc: sending.sealBody(pushId, hash, '{}') }];
  await sending.prepare(push, { renderings, alike: hash, assigned: [] });
  await world.sql(`UPDATE message_recipient SET rendering_hash = 'other' WHERE push_id = $1 AND seq = 2`, [
    pushId,
  ]);
  const claim = await sending.claim(push);
  expect(claim).toMatchObject({ kind: 'call', call: { userIds: ['u5'] } });
  expect(await recalls.ask(pushId, { by: 'user:1', recallId: null })).toEqual({ kind: 'asked' });
  expect(await sending.claim(push)).toMatchObject({ kind: 'nothing', recallAsked: true });
  expect(await recalls.finish(pushId)).toMatchObject({ kind: 'unfinished', inFlight: 1 });
  const callId = claim.kind === 'call' ? claim.call.callId : '';
  await sending.notSent(callId);
  expect(await recalls.finish(pushId)).toMatchObject({ kind: 'settled', state: 'cancelled' });
  expect(await world.row(pushId)).toMatchObject({ state: 'cancelled', counts: { total: 2, cancelled: 2 } });
  await world.startWorker();
  await world.workflowOf(pushId).result();
});

it('taken back before it was sent: it is cancelled, and its workflow ends', async () => {
  const hours = (ms: number): string => new Date(Date.now() + ms).toISOString().slice(11, 16);
  const quietHours = { from: hours(-3_600_000), to: hours(3_600_000), timezone: 'UTC' };
  await world.rule({}, { quietHours });
  const pushId = await world.push({ title: 'At night', recipients: everybody(2, 8) });
  expect(await world.reaches(pushId, 'waiting')).toMatchObject({ reason: 'quiet-hours' });
  expect((await world.recall(pushId)).status).toBe(200);
  expect(await world.row(pushId)).toMatchObject({
    state: 'cancelled',
    counts: { total: 2, cancelled: 2 },
    calls: 0,
  });
  await world.workflowOf(pushId).result();
  await world.rule();
});

it('an answer to the recall that is lost is asked for again', async () => {
  const pushId = await world.push({ title: 'Lost recall', recipients: [oaIdOf(71)] });
  await world.reaches(pushId, 'sent');
  await world.fault({ path: 'message/recall', times: 1, drop: 'after' });
  expect((await world.recall(pushId)).status).toBe(200);
  expect(await world.calls(pushId)).toMatchObject([{ recallState: 'recalled' }]);
});

it('a message whose number was lost can not be taken back', async () => {
  const pushId = await world.push({ title: 'No number', recipients: [oaIdOf(72)] });
  await world.reaches(pushId, 'sent');
  await world.sql('UPDATE message_call SET msg_id = NULL WHERE push_id = $1', [pushId]);
  await world.recall(pushId);
  expect(await world.calls(pushId)).toMatchObject([{ recallState: 'not-recallable' }]);
  expect((await world.row(pushId)).counts).toEqual({ total: 1, sent: 1 });
});

it('all pushes of an event are taken back by a recall of many, each with one outcome', async () => {
  const pushIds = [
    await world.push({ eventId: 'bulk-1', title: 'Bulk 1', recipients: everybody(2, 73) }),
    await world.push({ eventId: 'bulk-2', title: 'Bulk 2', recipients: everybody(2, 73) }),
  ];
  for (const pushId of pushIds) await world.reaches(pushId, 'sent');
  const answer = await world.api.call('/pushes/recall', {
    body: {
      corpId: world.corpId,
      from: new Date(Date.now() - 600_000).toISOString(),
      to: new Date(Date.now() + 60_000).toISOString(),
    },
  });
  expect([answer.status, answer.text]).toEqual([202, expect.anything()]);
  const done = await world.until('it is done', async () => {
    const { body } = await world.api.call(`/pushes/recalls/${answer.body.recallId}`);
    return body.phase === 'done' ? body : undefined;
  });
  expect(done.counts.recalled).toBeGreaterThanOrEqual(2);
  for (const pushId of pushIds) {
    expect(await world.row(pushId)).toMatchObject({ state: 'recalled', counts: { total: 2, recalled: 2 } });
    await world.workflowOf(pushId).result();
  }
});

it('after 24 hours WeCom says that it is too late, and the push stays as it was', async () => {
  const pushId = await world.push({ title: 'Yesterday', recipients: [oaIdOf(79)] });
  await world.reaches(pushId, 'sent');
  await world.api.control('/_sim/clock', { advanceSeconds: 25 * 3_600 });
  const answer = await world.recall(pushId);
  expect([answer.status, answer.body.error.code]).toEqual([409, 'recall_too_late']);
  expect(await world.row(pushId)).toMatchObject({ state: 'sent', counts: { total: 1, sent: 1 } });
  expect(await world.calls(pushId)).toMatchObject([{ recallState: 'too-late' }]);
});
