import { createFlowWorld, everybody, oaIdOf, type FlowWorld } from './flow-world';

let world: FlowWorld;
beforeAll(async () => {
  world = await createFlowWorld({ people: 2_600 });
});
afterAll(() => world.close());
afterEach(() => world.noFaults());

it('one call carries a push to several people, and each has it once', async () => {
  await world.rule();
  const pushId = await world.push({ title: 'To three', recipients: everybody(3) });
  const row = await world.reaches(pushId, 'sent');
  expect(row.counts).toEqual({ total: 3, sent: 3 });
  expect(await world.calls(pushId)).toMatchObject([
    { state: 'sent', recipients: 3, attempts: 1, usesDuplicateCheck: true, msgId: expect.any(String) },
  ]);
  for (const number of [1, 2, 3]) expect(await world.texts(number)).toEqual(['To three']);
});

it('while a push can be recalled its history is a handful of events', async () => {
  const pushId = await world.push({ title: 'Short', recipients: everybody(2) });
  await world.reaches(pushId, 'sent');
  const history = await world.until('it waits', async () => {
    const events = (await world.workflowOf(pushId).fetchHistory()).events ?? [];
    return events.some(({ timerStartedEventAttributes }) => timerStartedEventAttributes != null)
      ? events
      : undefined;
  });
  expect(history.length).toBeLessThanOrEqual(10);
});

it('2,500 people are three calls', async () => {
  const pushId = await world.push({ title: 'To many', recipients: everybody(2_500) });
  await world.reaches(pushId, 'sent');
  const calls = await world.calls(pushId);
  expect(calls.map(({ recipients }) => recipients)).toEqual([1_000, 1_000, 500]);
  expect(await world.texts(2_500)).toEqual(['To many']);
  expect((await world.row(pushId)).counts).toEqual({ total: 2_500, sent: 2_500 });
});

it('who gets the same is in one call, whatever the order of the recipients', async () => {
  await world.sql(`UPDATE oa_user SET position = CASE WHEN substr(id, 2)::int % 2 = 0 THEN 'even' ELSE 'odd' END
                    WHERE substr(id, 2)::int BETWEEN 2510 AND 2519`);
  await world.rule({ content: 'For the {{ recipient.position }}' });
  const pushId = await world.push({ recipients: everybody(10, 2_510) });
  await world.reaches(pushId, 'sent');
  expect((await world.calls(pushId)).map(({ recipients }) => recipients)).toEqual([5, 5]);
  expect(await world.texts(2_510)).toEqual(['For the even']);
  expect(await world.texts(2_511)).toEqual(['For the odd']);
  await world.rule();
});

it('whoever is not bound, unknown, departed, disabled, gone or left is skipped and listed with the reason', async () => {
  await world.sql(`UPDATE oa_user SET status = 'departed' WHERE id = 'U2521'`);
  await world.sql(`UPDATE mirror_member SET status = 2 WHERE user_id = 'u2522'`);
  await world.sql(`UPDATE mirror_member SET gone_at = now() WHERE user_id = 'u2523'`);
  await world.sql(`UPDATE mirror_member SET status = 5 WHERE user_id = 'u2524'`);
  await world.sql(`DELETE FROM binding WHERE oa_user_id = 'U2525'`);
  const pushId = await world.push({ recipients: [...everybody(6, 2_520), 'U9999'] });
  const row = await world.reaches(pushId, 'sent');
  expect(row.counts).toEqual({ total: 7, sent: 1, skipped: 6 });
  expect(await world.recipients(pushId)).toEqual({
    U2520: 'sent',
    U2521: 'skipped: departed',
    U2522: 'skipped: disabled',
    U2523: 'skipped: gone',
    U2524: 'skipped: left',
    U2525: 'skipped: unbound',
    U9999: 'skipped: unknown-user',
  });
  const nobody = await world.push({ recipients: ['U9999'] });
  expect(await world.reaches(nobody, 'nobody')).toMatchObject({ calls: 0, isClosed: true });
});

it('whom WeCom calls invalid or without a licence is told apart, and the others have it', async () => {
  await world.api.control(`/_sim/corps/${world.corpid}/licence`, { unlicensed: ['u2530'] });
  await world.sql(
    `UPDATE mirror_member SET user_id = 'Nobody', user_id_key = 'nobody' WHERE user_id = 'u2531'`,
  );
  const pushId = await world.push({ recipients: everybody(3, 2_530) });
  const row = await world.reaches(pushId, 'partly');
  expect(row.counts).toEqual({ total: 3, sent: 1, invalid: 1, unlicensed: 1 });
  expect(await world.recipients(pushId)).toEqual({
    U2530: 'unlicensed',
    U2531: 'invalid',
    U2532: 'sent',
  });
});

it('81013, nobody valid: all are invalid and the push has failed', async () => {
  const pushId = await world.push({ recipients: [oaIdOf(2_531)] });
  expect(await world.reaches(pushId, 'failed')).toMatchObject({
    counts: { total: 1, invalid: 1 },
    errcode: 81013,
    isClosed: true,
  });
});

it('sent again, whoever did not get it is looked up anew', async () => {
  const pushId = await world.push({ title: 'Again', recipients: [oaIdOf(2_531), oaIdOf(2_532)] });
  await world.reaches(pushId, 'partly');
  await world.sql(
    `UPDATE mirror_member SET user_id = 'u2531', user_id_key = 'u2531' WHERE user_id = 'Nobody'`,
  );
  const answer = await world.api.call(`/pushes/${pushId}/resend`, { body: {} });
  expect([answer.status, answer.text]).toEqual([202, expect.anything()]);
  const again = await world.reaches(String(answer.body.pushId), 'sent');
  expect(again).toMatchObject({ kind: 'resend', counts: { total: 1, sent: 1 } });
  expect(await world.texts(2_531)).toEqual(['Again']);
});

it('a card of an event that is no to-do fails the push before anything is sent', async () => {
  await world.rule({ type: 'template_card' });
  const pushId = await world.push({ recipients: everybody(2) });
  expect(await world.reaches(pushId, 'failed')).toMatchObject({
    reason: 'not-a-todo',
    calls: 0,
    counts: { total: 2, failed: 2 },
  });
});

it('a card of a to-do carries the id of its call, and can be changed', async () => {
  const pushId = await world.push({
    recipients: everybody(2),
    url: 'https://oa.example.com/1',
    todo: { taskId: 'T-1', kind: 'pending', showActions: true, actions: [{ key: 'approve', text: '同意' }] },
  });
  await world.reaches(pushId, 'sent');
  const [call] = await world.calls(pushId);
  expect(call).toMatchObject({ state: 'sent', cardState: 'outstanding', usesDuplicateCheck: true });
  const sent = (await world.sendCalls()).at(-1)?.request as { template_card: { task_id: string } };
  expect(sent.template_card.task_id).toBe(call?.id);
  await world.rule();
});
