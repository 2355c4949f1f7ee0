import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { createMessageSweep } from '../../../workers/messages-sweep';
import { createPlanCardSweep } from '../../../workers/plan-cards-sweep';
import { createTodoSweep } from '../../../workers/todos-sweep';
import { bridgeTaskQueue } from '../../../workflows/task-queues';
import { startTestApi, type TestApi } from '../../api/harness';
import { startTestWorker } from '../../api/worker';
import { createApiPushWorld, person, type ApiPushWorld } from '../../directory-push/api/push-world';
import { testTemporal } from '../../support/temporal';
import { patienceMs } from '../../support/patience';
import { said, type InboxCard } from './todos-world';

const callback = { token: 'callbackToken1', encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C' };
const noLimits = {
  maxDecrease: null,
  maxDeletes: null,
  maxDeletePercent: null,
  maxDisables: null,
  maxDepartmentDeletes: null,
  maxBranchPercent: null,
};
const approval = { required: 'always', approvers: ['ZhangSan'], timeoutHours: 72, requesterMayApprove: true };
const departed = { action: 'delete', immediate: true };

let api: TestApi;
let worker: Awaited<ReturnType<typeof startTestWorker>>;
let connection: Connection;
let corp: ApiPushWorld;
let sweep: () => Promise<void>;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  api = await startTestApi();
  worker = await startTestWorker(api);
  connection = await Connection.connect(testTemporal());
  const client = new Client({ connection, namespace: api.namespace });
  corp = await createApiPushWorld(api, { guard: noLimits, approval, departed });
  const apps = await api.call(`/corps/${corp.corpId}/apps`);
  const [app] = apps.body.items ?? apps.body;
  const changed = await api.call(`/corps/${corp.corpId}/apps/${app.id}`, {
    method: 'PATCH',
    body: { callback },
  });
  expect([changed.status, changed.text]).toEqual([200, expect.anything()]);
  await api.control(
    `/_sim/corps/${corp.corpid}/callbacks`,
    { agentid: app.agentId, url: changed.body.callbackUrl, ...callback },
    'PUT',
  );
  const { deps } = worker;
  const sweeps = [
    createPlanCardSweep(deps.planCards, 'https://bridge.example.com'),
    createMessageSweep(client, deps.messageSweep, bridgeTaskQueue, { newMs: 0, againMs: 500 }),
    createTodoSweep(client, { taps: deps.cardTaps, todos: deps.todoSweep }, bridgeTaskQueue, {
      tapMs: 0,
      againMs: 500,
    }),
  ];
  sweep = async () => {
    for (const one of sweeps) await one.sweep();
  };
});
afterAll(async () => {
  await worker.stop();
  await connection.close();
  await api.close();
});

const inbox = async (): Promise<InboxCard[]> =>
  (await api.control(`/_sim/corps/${corp.corpid}/inbox/zhangsan`, undefined, 'GET')) as InboxCard[];

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + patienceMs; ; await wait(100)) {
    await sweep();
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) {
      const { rows: todos } = await api.db.pool.query('SELECT * FROM todo');
      const { rows: taps } = await api.db.pool.query('SELECT action_key, state, reason FROM card_tap');
      const { rows: pushes } = await api.db.pool.query('SELECT state, reason, counts FROM message_push');
      throw new Error(
        `Not in time: ${what} ${JSON.stringify({ todos, taps, pushes, inbox: await inbox() })}`,
      );
    }
  }
}

/** The card that comes for this plan. */
const nextCard = (before: number): Promise<InboxCard> =>
  until('a card arrives', async () => (await inbox())[before]);

const tap = (card: InboxCard, key: string) =>
  api.control(`/_sim/corps/${corp.corpid}/messages/${card.msgid}/click`, { userid: 'zhangsan', key });

const shows = (index: number, part: string) =>
  until(`the card shows ${part}`, async () => {
    const card = (await inbox())[index]?.card;
    return card !== undefined && JSON.stringify(said(card)).includes(part) ? card : undefined;
  });

it('a plan that waits is approved on a card, by whom the settings name', async () => {
  await corp.feed([person('U1'), person('U2')]);
  const run = await corp.push({}, 'awaiting-approval');
  const card = await nextCard(0);
  expect(card.card.button_list?.map(({ text }) => text)).toEqual(['查看方案', '批准', '驳回']);
  expect(card.card.sub_title_text).toContain('新增 2');
  expect(card.card.sub_title_text).toContain('Person U1');
  await tap(card, 'approve');
  const done = await corp.until(String(run.runId ?? run.id), 'done');
  expect(String(done.push.approvedBy)).toMatch(/^member:zhangsan$/i);
  expect(said(await shows(0, '批准'))).toMatchObject({ 结果: '批准', 处理人: '张三' });
  expect(Object.keys(await corp.members())).toEqual(expect.arrayContaining(['u1', 'u2']));
  // The same plan is asked about once.
  await sweep();
  expect(await inbox()).toHaveLength(1);
});

it('a plan that deletes somebody is not approved on a card, but may be rejected there', async () => {
  await corp.feed([person('U1'), person('U2', { status: 'departed' })]);
  const run = await corp.push({}, 'awaiting-approval');
  const card = await nextCard(1);
  expect(card.card.button_list?.map(({ text }) => text)).toEqual(['查看方案', '驳回']);
  await tap(card, 'reject');
  const { rows } = await until('the run is rejected', async () => {
    const result = await api.db.pool.query<{ phase: string; rejected: string | null }>(
      `SELECT run.phase, p.rejected_by AS rejected FROM run JOIN push_plan p ON p.run_id = run.id WHERE run.id = $1`,
      [String(run.runId ?? run.id)],
    );
    return result.rows[0]?.phase === 'rejected' && result.rows[0].rejected !== null ? result : undefined;
  });
  expect(rows[0]?.rejected).toMatch(/^member:/);
  await shows(1, '驳回');
});

it('who is no approver any more decides nothing, and a decision in the console is on the card', async () => {
  await corp.feed([person('U1', { position: 'boss' }), person('U2')]);
  const run = await corp.push({}, 'awaiting-approval');
  const runId = String(run.runId ?? run.id);
  const card = await nextCard(2);
  await corp.configure({
    guard: noLimits,
    departed,
    approval: { ...approval, approvers: ['u1'] },
  });
  await tap(card, 'approve');
  await shows(2, '您现在不是审批人');
  expect((await api.call(`/runs/${runId}`)).body.phase).toBe('awaiting-approval');
  const rejected = await api.call(`/runs/${runId}/reject`, { body: { reason: 'no' } });
  expect([rejected.status, rejected.text]).toEqual([202, expect.anything()]);
  await shows(2, '已驳回');
});
