import { appHealthId, appHealthType } from '../../../workflows/message-push.contract';
import type { MessagesWorld } from './messages-world';
import { createMessagesWorld, event } from './messages-world';

let world: MessagesWorld;

beforeAll(async () => {
  world = await createMessagesWorld();
  await world.rule();
});
afterAll(() => world.close());

const appOf = async (appId: string, headers = { 'accept-language': 'en' }) => {
  const { items } = (await world.call('/message-apps', undefined, headers)).body;
  return items.find((app: { appId: string }) => app.appId === appId);
};

const resume = (appId: string) => world.api.call(`/message-apps/${appId}/resume`, { method: 'POST' });

const pause = (appId: string) =>
  world.sql(`INSERT INTO app_pause (app_id, corp_id, cause, probe_at) VALUES ($1, $2, $3, now())`, [
    appId,
    world.corpId,
    JSON.stringify({
      code: 'app-paused',
      wecom: { errcode: 48002, errmsg: 'api forbidden', path: 'message/send' },
    }),
  ]);

it('every app says whether it may send, what it sent today, and whether it can take taps', async () => {
  const { body } = await world.call('/oa/events', event());
  await world.sql(
    `UPDATE message_push SET counts = '{"total": 3, "sent": 2, "recalled": 1}', state = 'sent', first_sent_at = now()
      WHERE id = $1`,
    [body.pushes[0].pushId],
  );
  const [used, unused] = world.apps;
  expect(await appOf(used)).toMatchObject({
    ...{ corpId: world.corpId, name: '审批', state: 'ok', pausedAt: null, cause: null, wecom: null },
    ...{ waitingPushes: 0, sentToday: 3, rules: 1, hasCallback: false },
  });
  expect(await appOf(unused)).toMatchObject({ state: 'ok', sentToday: 0, rules: 0 });
});

it('a paused app says why and what to do, in the reader’s language, and comes first', async () => {
  const [appId] = world.apps;
  await pause(appId);
  const { body } = await world.call('/oa/events', event());
  await world.sql(`UPDATE message_push SET is_paused = true, state = 'waiting' WHERE id = $1`, [
    body.pushes[0].pushId,
  ]);
  expect(await appOf(appId)).toMatchObject({
    ...{
      state: 'paused',
      pausedAt: expect.any(String),
      causeCode: 'app-paused',
      waitingPushes: 1,
      probes: 0,
    },
    ...{ cause: expect.stringMatching(/^WeCom refused the app/), advice: expect.any(String) },
    wecom: { errcode: 48002, errmsg: 'api forbidden', path: 'message/send' },
  });
  expect((await appOf(appId, { 'accept-language': 'zh-CN' })).cause).toMatch(/^企业微信拒绝了/);
  expect((await world.call('/message-apps')).body.items[0].appId).toBe(appId);
});

it('resuming has WeCom asked at once, by the workflow that looks after the app', async () => {
  const [appId, other] = world.apps;
  expect(await resume(appId)).toMatchObject({ status: 202, body: { appId, waitingPushes: 1 } });
  expect(await world.workflow(appHealthId(appId))).toEqual({ type: appHealthType });
  expect(await resume(other)).toMatchObject({ status: 409, body: { error: { code: 'app_not_paused' } } });
  expect((await resume('nobody')).status).toBe(404);
  const { status } = await world.operator.call(`/message-apps/${appId}/resume`, { method: 'POST' });
  expect(status).toBe(403);
});
