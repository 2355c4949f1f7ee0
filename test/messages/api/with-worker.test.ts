import { createFlowWorld, everybody, type FlowWorld } from '../flow/flow-world';

let world: FlowWorld;

const english = { 'accept-language': 'en' };

beforeAll(async () => {
  world = await createFlowWorld({ people: 3 });
  await world.rule({ type: 'textcard', url: 'https://oa.example.com/1' });
});
afterAll(() => world.close());

const get = async (path: string) => (await world.api.call(path, { headers: english })).body;
const post = (path: string, body: object = {}) => world.api.call(path, { body, headers: english });

it('what was sent is shown as it went out, to whom, and until when it can be taken back', async () => {
  const pushId = await world.push({
    title: '请假申请',
    content: '三天',
    recipients: [...everybody(2), 'U9'],
  });
  await world.reaches(pushId, 'sent', 'partly');
  const shown = await get(`/pushes/${pushId}`);
  expect(shown).toMatchObject({
    title: '请假申请',
    counts: { total: 3, sent: 2, skipped: 1, queued: 0 },
    can: { recall: true },
    message: {
      type: 'textcard',
      fields: { title: '请假申请', content: '三天', url: 'https://oa.example.com/1' },
      body: { msgtype: 'textcard' },
      variants: 1,
    },
    calls: [{ state: 'sent', recipients: 2, msgid: expect.any(String), error: null, recall: null }],
    recall: null,
    recipientsGiven: 3,
  });
  expect(shown.recallLeftSeconds).toBeGreaterThan(23 * 3_600);
  expect((await get(`/pushes/${pushId}/recipients`)).items).toMatchObject([
    { oaUserId: 'U1', userId: 'u1', state: 'sent', sentAt: expect.any(String) },
    { oaUserId: 'U2', userId: 'u2', state: 'sent' },
    { oaUserId: 'U9', userId: null, state: 'skipped', reasonCode: 'unknown-user' },
  ]);
});

it('a recall answers with what came of it, and a second one with the reason why not', async () => {
  const pushId = await world.push({ recipients: everybody(2) });
  await world.reaches(pushId, 'sent');
  const recalled = await post(`/pushes/${pushId}/recall`);
  expect([recalled.status, recalled.body]).toMatchObject([
    200,
    {
      state: 'recalled',
      counts: { recalled: 2, sent: 0 },
      can: { recall: false, resend: true },
      recall: { state: 'recalled', recalled: 1, tooLate: 0, notRecallable: 0, refused: 0 },
    },
  ]);
  expect(await get(`/pushes/${pushId}`)).toMatchObject({
    calls: [{ recall: { state: 'recalled', at: expect.any(String) } }],
    recall: { askedBy: 'token:BRIDGE_ADMIN_TOKEN', outcome: { recalled: 1 } },
  });
  expect((await post(`/pushes/${pushId}/recall`)).body.error).toMatchObject({
    code: 'already_recalled',
    reason: 'already-recalled',
  });

  const resent = await post(`/pushes/${pushId}/resend`);
  expect([resent.status, resent.body.recipients]).toEqual([202, 2]);
  await world.reaches(resent.body.pushId, 'sent');
  const inbox = await world.inbox(1);
  expect(inbox.slice(-2).map(({ recalled: isGone }) => isGone)).toEqual([true, false]);
});

it('all of an event is taken back at once, and the recall says how it ended', async () => {
  const pushId = await world.push({ recipients: everybody(3) });
  const { eventId } = await world.reaches(pushId, 'sent');
  const { status, body } = await post(`/oa/events/${eventId}/recall`);
  expect([status, body.pushes]).toEqual([202, 1]);
  const ended = await world.until('the recall is done', async () => {
    const recall = await get(`/pushes/recalls/${body.recallId}`);
    return recall.phase === 'done' ? recall : undefined;
  });
  expect(ended).toMatchObject({ counts: { pushes: 1, recalled: 1, tooLate: 0, refused: 0 } });
  expect(await get(`/oa/events/${eventId}`)).toMatchObject({
    state: 'recalled',
    pushes: [{ pushId, recallId: body.recallId, state: 'recalled' }],
  });
  expect((await post(`/oa/events/${eventId}/recall`)).body.error.code).toBe('already_recalled');
});
