import { createMessageSendingStore } from '../../../store/message-sending';
import { createSecretBox } from '../../../store/secrets';
import { messagePushChangedSignal } from '../../../workflows/message-push.contract';
import { createFlowWorld, everybody, oaIdOf, type FlowWorld } from './flow-world';

let world: FlowWorld;
beforeAll(async () => {
  world = await createFlowWorld({ people: 30 });
});
afterAll(() => world.close());
afterEach(() => world.noFaults());

const now = { stuckMs: 0, newMs: 0, againMs: 0 };
const store = () => createMessageSendingStore(world.api.db, createSecretBox([world.api.masterKey]));

it('a worker that died after its call had arrived: made again with the check, and nobody has it twice', async () => {
  const pushId = await world.push({ title: 'Arrived', recipients: everybody(2) });
  await world.reaches(pushId, 'sent');
  await world.leaveCall(pushId);
  await world.sweep(now);
  await world.reaches(pushId, 'sent');
  expect(await world.calls(pushId)).toMatchObject([{ state: 'sent', attempts: 2, usesDuplicateCheck: true }]);
  expect(await world.texts(1)).toEqual(['Arrived']);
});

it('a worker that died before its call was made: made after all', async () => {
  await world.stopWorker();
  const pushId = await world.push({ title: 'Never made', recipients: [oaIdOf(3)] });
  const push = await store().find(pushId);
  const hash = 'a'.repeat(64);
  const body = JSON.stringify({ msgtype: 'text', text: { content: 'Never made' } });
  const renderings = [{ hash, bodyEnc: store().sealBody(pushId, hash, body) }];
  expect(await store().claim(push!, { renderings, alike: hash, assigned: [] })).toMatchObject({
    kind: 'call',
  });
  await world.sql(
    `UPDATE message_recipient SET sending_at = now() - interval '1 minute' WHERE push_id = $1`,
    [pushId],
  );
  await world.startWorker();
  await world.reaches(pushId, 'sent');
  expect(await world.calls(pushId)).toMatchObject([{ state: 'sent', attempts: 2 }]);
  expect(await world.texts(3)).toEqual(['Never made']);
});

it('the later of two requests that are the same goes without the check; left half-way it is unknown, never repeated', async () => {
  const first = await world.push({ title: 'The same', recipients: [oaIdOf(4)] });
  await world.reaches(first, 'sent');
  const second = await world.push({ title: 'The same', recipients: [oaIdOf(4)] });
  await world.reaches(second, 'sent');
  expect(await world.calls(second)).toMatchObject([{ usesDuplicateCheck: false, state: 'sent' }]);
  expect(await world.texts(4)).toEqual(['The same', 'The same']);
  await world.leaveCall(second);
  await world.sweep(now);
  const row = await world.reaches(second, 'partly');
  expect(row.counts).toEqual({ total: 1, unknown: 1 });
  expect(await world.calls(second)).toMatchObject([{ state: 'unknown', attempts: 1 }]);
  expect(await world.texts(4)).toHaveLength(2);
});

it('a call is not repeated once an identical one was begun after it', async () => {
  const first = await world.push({ title: 'Twins', recipients: [oaIdOf(5)] });
  await world.reaches(first, 'sent');
  const second = await world.push({ title: 'Twins', recipients: [oaIdOf(5)] });
  await world.reaches(second, 'sent');
  await world.leaveCall(first);
  await world.sweep(now);
  await world.reaches(first, 'partly');
  expect(await world.calls(first)).toMatchObject([{ state: 'unknown', usesDuplicateCheck: true }]);
});

it('an answer that is lost after WeCom did it: repeated, swallowed by WeCom, sent once', async () => {
  await world.fault({ path: 'message/send', times: 1, drop: 'after' });
  const pushId = await world.push({ title: 'Lost after', recipients: [oaIdOf(6)] });
  await world.reaches(pushId, 'sent');
  expect(await world.calls(pushId)).toMatchObject([{ state: 'sent', attempts: 2 }]);
  expect(await world.texts(6)).toEqual(['Lost after']);
});

it('a request that is lost before WeCom did it: repeated, sent once', async () => {
  await world.fault({ path: 'message/send', times: 1, drop: 'before' });
  const pushId = await world.push({ title: 'Lost before', recipients: [oaIdOf(7)] });
  await world.reaches(pushId, 'sent');
  expect(await world.calls(pushId)).toMatchObject([{ state: 'sent', attempts: 2 }]);
  expect(await world.texts(7)).toEqual(['Lost before']);
});

it('without the check a lost answer is unknown and not repeated', async () => {
  const first = await world.push({ title: 'Unchecked', recipients: [oaIdOf(8)] });
  await world.reaches(first, 'sent');
  const before = (await world.sendCalls()).length;
  await world.fault({ path: 'message/send', times: 1, drop: 'after' });
  const second = await world.push({ title: 'Unchecked', recipients: [oaIdOf(8)] });
  await world.reaches(second, 'partly');
  expect(await world.recipients(second)).toEqual({ U8: 'unknown' });
  expect((await world.sendCalls()).length).toBeLessThanOrEqual(before + 1);
});

it('the late answer of an attempt that was given up settles its own call, and once', async () => {
  const first = await world.push({ title: 'Late', recipients: [oaIdOf(9)] });
  await world.reaches(first, 'sent');
  await world.leaveCall(first);
  const [call] = await world.calls(first);
  const callId = call!.id;
  await store().unknown(callId);
  expect((await world.row(first)).counts).toEqual({ total: 1, unknown: 1 });
  const answer = { msgId: 'm-1', responseCode: null, invalidUsers: [], unlicensedUsers: [] };
  await store().sent({ callId, isCard: false }, answer);
  await store().sent({ callId, isCard: false }, { ...answer, msgId: 'm-2' });
  expect(await world.row(first)).toMatchObject({ state: 'sent', counts: { total: 1, sent: 1 } });
  expect(await world.calls(first)).toMatchObject([{ state: 'sent', msgId: 'm-1' }]);
});

it('what a repeat is refused for says nothing about the call itself: it is kept, and repeated', async () => {
  const pushId = await world.push({ title: 'Kept', recipients: [oaIdOf(15)] });
  await world.reaches(pushId, 'sent');
  await world.leaveCall(pushId);
  await world.fault({ path: 'message/send', times: 1, errcode: 45009 });
  await world.sweep(now);
  expect(await world.reaches(pushId, 'waiting')).toMatchObject({ reason: 'rate-limited' });
  expect(await world.calls(pushId)).toMatchObject([{ state: 'sending', attempts: 2 }]);
  await world.sql('DELETE FROM rate_block');
  await world.sql(
    `UPDATE message_recipient SET sending_at = now() - interval '1 minute' WHERE push_id = $1`,
    [pushId],
  );
  await world.workflowOf(pushId).signal(messagePushChangedSignal);
  await world.reaches(pushId, 'sent');
  expect(await world.calls(pushId)).toMatchObject([{ state: 'sent', attempts: 3 }]);
  expect(await world.texts(15)).toEqual(['Kept']);
});

it('WeCom being busy costs time, not the message', async () => {
  await world.fault({ path: 'message/send', times: 1, errcode: 45009 });
  const pushId = await world.push({ title: 'Busy', recipients: [oaIdOf(10)] });
  expect(await world.reaches(pushId, 'waiting')).toMatchObject({
    reason: 'rate-limited',
    counts: { total: 1, queued: 1 },
    calls: 0,
  });
  await world.sql('DELETE FROM rate_block');
  await world.workflowOf(pushId).signal(messagePushChangedSignal);
  await world.reaches(pushId, 'sent');
  expect(await world.texts(10)).toEqual(['Busy']);
});

it('nobody is sent more than WeCom delivers: the 31st of a minute waits, the others of its push do not', async () => {
  const first = await world.push({ title: 'Filler', recipients: everybody(1, 12) });
  await world.reaches(first, 'sent');
  await world.sql(
    `INSERT INTO message_recipient (push_id, seq, app_id, oa_user_id, user_id, user_id_key, state, sending_at)
     SELECT $1, n, $2, 'U11', 'u11', 'u11', 'sent', now() FROM generate_series(100, 128) n`,
    [first, world.appId],
  );
  const thirtieth = await world.push({ title: 'The 30th', recipients: [oaIdOf(11)] });
  await world.reaches(thirtieth, 'sent');
  const next = await world.push({ title: 'The 31st', recipients: [oaIdOf(11), oaIdOf(13)] });
  const row = await world.reaches(next, 'waiting');
  expect(row).toMatchObject({ reason: 'member-quota', counts: { total: 2, queued: 1, sent: 1 } });
  expect(await world.recipients(next)).toEqual({ U11: 'queued', U13: 'sent' });
  await world.sql(
    `UPDATE message_recipient SET sending_at = now() - interval '61 seconds' WHERE user_id_key = 'u11'`,
  );
  await world.workflowOf(next).signal(messagePushChangedSignal);
  await world.reaches(next, 'sent');
  expect(await world.texts(11)).toEqual(['The 30th', 'The 31st']);
});

it('a push that no workflow looks after is started or woken by the sweep', async () => {
  await world.stopWorker();
  const pushId = await world.push({ title: 'Left alone', recipients: [oaIdOf(14)] });
  await world.workflowOf(pushId).terminate();
  await world.startWorker();
  expect(await world.sweep({ newMs: 0 })).toBeGreaterThan(0);
  await world.reaches(pushId, 'sent');
  expect(await world.texts(14)).toEqual(['Left alone']);
});
