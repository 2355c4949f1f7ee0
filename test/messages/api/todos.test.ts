import { randomUUID } from 'node:crypto';
import { todoId } from '../../../workflows/todo.contract';
import type { MessagesWorld } from './messages-world';
import { createMessagesWorld, event } from './messages-world';

let world: MessagesWorld;

beforeAll(async () => {
  world = await createMessagesWorld();
  await world.rule({ targets: [{ type: 'template_card', url: 'https://oa.example.com' }] });
});
afterAll(() => world.close());

const actions = [
  { key: 'approve', text: '同意' },
  { key: 'reject', text: '退回' },
];

async function task(): Promise<string> {
  const taskId = `task-${randomUUID()}`;
  const { status } = await world.call(
    '/oa/events',
    event({ todo: { taskId, kind: 'pending', showActions: true, actions } }),
  );
  expect(status).toBe(202);
  return taskId;
}

const settle = (taskId: string, body: object) => world.call(`/oa/todos/${taskId}/settle`, body);

it('a to-do comes with its event, open, and once however many events are about it', async () => {
  const taskId = await task();
  await world.call('/oa/events', event({ todo: { taskId, kind: 'forwarded' } }));
  const { status, body } = await world.call(`/oa/todos/${taskId}`);
  expect([status, body]).toEqual([
    200,
    {
      ...{
        taskId,
        target: 'oa',
        runId: null,
        state: 'open',
        outcome: null,
        outcomeText: null,
        by: null,
        byName: null,
        at: null,
      },
      ...{ oaAwaySince: null, oaAnswer: null, cards: [], taps: [] },
      ...{ workflowId: todoId(taskId), temporalUrl: null },
    },
  ]);
  expect((await world.call('/oa/todos/nowhere')).status).toBe(404);
});

it('what was decided elsewhere stands, and its workflow is told to change the cards', async () => {
  const taskId = await task();
  const settled = await settle(taskId, { outcome: 'approve', by: 'u2' });
  expect(settled).toMatchObject({
    status: 200,
    body: {
      ...{ state: 'settled', outcome: 'approve', outcomeText: '同意' },
      ...{ by: 'u2', byName: expect.stringMatching(/^\p{Script=Han}+/u), at: expect.any(String) },
    },
  });
  expect(await world.workflow(todoId(taskId))).toEqual({ type: 'todo' });
  const leaver = await settle(await task(), { outcome: 'approve', by: 'nobody-known' });
  expect(leaver.body).toMatchObject({ by: 'nobody-known', byName: null });
  const again = await settle(taskId, { outcome: 'approve', by: 'u1' });
  expect([again.status, again.body]).toEqual([200, settled.body]);
  const other = await settle(taskId, { outcome: 'reject', by: 'u1' });
  expect(other).toMatchObject({
    status: 409,
    body: { error: { code: 'todo_decided', message: expect.stringContaining('同意'), outcome: 'approve' } },
  });
  expect(await world.sql('SELECT is_to_be_shown FROM todo WHERE task_id = $1', [taskId])).toEqual([
    { is_to_be_shown: true },
  ]);
});

it('of two that settle it at once, one does', async () => {
  const taskId = await task();
  const answers = await Promise.all([
    settle(taskId, { outcome: 'approve', by: 'u1' }),
    settle(taskId, { outcome: 'reject', by: 'u2', text: '请补充材料' }),
  ]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
});

it('the OA’s word counts also while a tap is on its way there', async () => {
  const taskId = await task();
  await world.sql(
    `UPDATE todo SET state = 'deciding', tap_id = 'tap', oa_away_since = now() WHERE task_id = $1`,
    [taskId],
  );
  expect((await settle(taskId, { outcome: 'withdrawn', by: 'u2', text: '已撤回申请' })).body).toMatchObject({
    state: 'settled',
    outcome: 'withdrawn',
    outcomeText: '已撤回申请',
    oaAwaySince: null,
  });
});

it('what the OA only said to be decided already gets its outcome when the OA tells it', async () => {
  const taskId = await task();
  await world.sql(`UPDATE todo SET state = 'settled', outcome_text = '已由他人处理' WHERE task_id = $1`, [
    taskId,
  ]);
  expect((await settle(taskId, { outcome: 'reject', by: 'u2' })).body).toMatchObject({
    ...{ state: 'settled', outcome: 'reject', outcomeText: '退回', by: 'u2' },
  });
  expect((await settle(taskId, { outcome: 'approve', by: 'u1' })).status).toBe(409);
});

it('its cards are those of every push about it, its taps are told in their order', async () => {
  const taskId = await task();
  const [push] = await world.sql<{ id: string }>(
    'SELECT p.id FROM message_push p JOIN oa_event e ON e.id = p.event_id WHERE e.task_id = $1',
    [taskId],
  );
  await world.sql(
    `INSERT INTO message_recipient (push_id, seq, app_id, oa_user_id, user_id, user_id_key, state, card_state)
     VALUES ($1, 0, $2, 'u1', 'Ada', 'ada', 'sent', 'outstanding'), ($1, 1, $2, 'u2', null, null, 'skipped', null)`,
    [push?.id, world.apps[0]],
  );
  await world.sql(
    `INSERT INTO card_tap (id, task_id, call_id, corp_id, app_id, user_id, oa_user_id, action_key, state, reason)
     VALUES ('tap-1', $1, 'call', $2, $3, 'Ada', 'u1', 'approve', 'refused', '{"code": "not-accepted"}')`,
    [taskId, world.corpId, world.apps[0]],
  );
  expect((await world.call(`/oa/todos/${taskId}`)).body).toMatchObject({
    cards: [{ userId: 'Ada', oaUserId: 'u1', pushId: push?.id, state: 'outstanding', at: null }],
    taps: [{ tapId: 'tap-1', userId: 'Ada', action: 'approve', state: 'refused', reason: 'not-accepted' }],
  });
});

it('the approval of a plan is settled in its run only', async () => {
  await world.sql(`INSERT INTO todo (task_id, target, run_id) VALUES ('plan:run:hash', 'plan', 'run')`);
  expect(await settle('plan:run:hash', { outcome: 'approve', by: 'u1' })).toMatchObject({
    status: 409,
    body: { error: { code: 'plan_todo' } },
  });
});

it('is settled only by who may send events, with all that belongs to it', async () => {
  const taskId = await task();
  const viewer = await world.api.signIn('viewer');
  expect((await viewer.call(`/oa/todos/${taskId}`)).status).toBe(200);
  expect((await viewer.call(`/oa/todos/${taskId}/settle`, { body: { outcome: 'x', by: 'u1' } })).status).toBe(
    403,
  );
  const { status, body } = await settle(taskId, { outcome: ' ' });
  expect([status, body.error.fields.map(({ path }: { path: string }) => path)]).toEqual([
    422,
    ['outcome', 'by'],
  ]);
  expect((await settle('nowhere', { outcome: 'x', by: 'u1' })).status).toBe(404);
});
