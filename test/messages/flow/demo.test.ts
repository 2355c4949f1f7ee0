import { setTimeout as wait } from 'node:timers/promises';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { connectDemoCallback } from '../../../embedded/demo-callback';
import { seedDemo } from '../../../embedded/seed-demo';
import { createSecretBox } from '../../../store/secrets';
import { startTestApi, type TestApi } from '../../api/harness';
import { startTestWorker } from '../../api/worker';

let api: TestApi;
let worker: Awaited<ReturnType<typeof startTestWorker>>;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  api = await startTestApi();
  worker = await startTestWorker(api);
});

afterAll(async () => {
  await worker.stop();
  await api.close();
});

type Card = { readonly msgid: string; readonly msgtype: string; readonly card: object };

it('in the demo, after the first push, a to-do is a card for two people, and one tap changes both', async () => {
  const demo = { db: api.db, secrets: createSecretBox([api.masterKey]), simulatorUrl: api.simulator.url };
  await seedDemo(demo);
  await connectDemoCallback({ ...demo, bridgeUrl: api.url, receiver: 'app' });
  const { id, corpId } = (await api.call('/corps')).body.items[0];
  const until = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
    for (const deadline = Date.now() + 90_000; ; await wait(100)) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`Not in time: ${what}`);
    }
  };
  const { runId } = (
    await api.call(`/corps/${id}/directory/runs`, { body: { direction: 'push', mode: 'apply' } })
  ).body;
  await until('the push is done', async () =>
    (await api.call(`/runs/${runId}`)).body.phase === 'done' ? true : undefined,
  );

  const accepted = await api.call('/oa/events', {
    body: {
      eventId: 'leave-1',
      module: 'workflow',
      type: 'todo.created',
      title: '请假申请：张三 3 天',
      recipients: ['1001', '1002'],
      todo: {
        taskId: 'leave-1',
        kind: 'pending',
        showActions: true,
        actions: [
          { key: 'approve', text: '同意' },
          { key: 'reject', text: '退回' },
        ],
      },
    },
  });
  expect([accepted.status, accepted.body.pushes]).toEqual([202, [expect.anything()]]);
  const phone = async (userId: string): Promise<Card | undefined> =>
    ((await api.control(`/_sim/corps/${corpId}/inbox/${userId}`, undefined, 'GET')) as Card[]).at(-1);
  const card = await until('the card is there', () => phone('YC0001'));
  expect(card.msgtype).toBe('template_card');
  expect((await phone('YC0002'))?.msgid).toBe(card.msgid);

  await api.control(`/_sim/corps/${corpId}/messages/${card.msgid}/click`, {
    userid: 'YC0001',
    key: 'approve',
  });
  await until('both cards show the outcome', async () => {
    const cards = await Promise.all(['YC0001', 'YC0002'].map(phone));
    return cards.every((one) => JSON.stringify(one?.card) !== JSON.stringify(card.card)) ? true : undefined;
  });
  expect((await api.call('/oa/todos/leave-1')).body).toMatchObject({
    outcome: 'approve',
    by: '1001',
    cards: [{ state: 'updated' }, { state: 'updated' }],
  });
});
