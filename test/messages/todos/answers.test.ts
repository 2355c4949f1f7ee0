import { todoId } from '../../../workflows/todo.contract';
import { allUpdated, createTodosWorld, said, type TodoCorp, type TodosWorld } from './todos-world';

let world: TodosWorld;
let one: TodoCorp;
let two: TodoCorp;
beforeAll(async () => {
  world = await createTodosWorld();
  [one, two] = world.corps;
});
afterAll(() => world.close());

const remarkIs = (corp: TodoCorp, number: number, part: string) =>
  world.until(`the card says ${part}`, async () => {
    const { card } = await world.card(corp, number);
    return said(card).remark?.includes(part) === true ? card : undefined;
  });

/** Answered one after another, so that each can be told apart. */
async function refusedAs(taskId: string, reason: string): Promise<void> {
  await world.reaches(taskId, reason, ({ taps }) => taps.at(-1)?.reason === reason);
  expect((await world.todo(taskId)).state).toBe('open');
}

it('without an OA of its own the bridge decides by whoever taps first', async () => {
  const taskId = await world.task([1, 2]);
  await world.tap(two, 2, 'reject');
  const todo = await world.reaches(taskId, 'all cards are updated', allUpdated);
  expect(todo).toMatchObject({ state: 'decided', outcome: 'reject', outcomeText: '退回', by: 'U2' });
});

it('what was decided elsewhere is on every card, and in nobody’s name that is only an id of the bridge', async () => {
  const taskId = await world.task([1, 2]);
  expect((await world.settle(taskId, { outcome: 'approve', by: 'U3' })).status).toBe(200);
  await world.reaches(taskId, 'all cards are updated', allUpdated);
  for (const corp of world.corps) {
    expect(said((await world.card(corp, 1)).card)).toMatchObject({
      结果: '同意',
      处理人: 'Person 3',
      途径: 'OA',
    });
  }
});

it('whoever may not decide is told so on their card, and the others see nothing of it', async () => {
  const taskId = await world.task([1, 2, 3, 4]);
  const callId = await world.callIdOf(taskId, one);
  await world.sql(`DELETE FROM binding WHERE corp_id = $1 AND oa_user_id = 'U1'`, [one.corpId]);
  await world.tap(one, 1, 'approve');
  await refusedAs(taskId, 'not-bound');
  const card = await remarkIs(one, 1, '未关联 OA 账号');
  expect(card.button_list).toHaveLength(2);

  await world.sql(`UPDATE oa_user SET status = 'departed' WHERE id = 'U2'`);
  await world.tap(one, 2, 'approve');
  await refusedAs(taskId, 'not-active');
  await remarkIs(one, 2, '已停用');

  await world.deliver(one, { callId, userId: 'u3', key: 'no-such-action' });
  await refusedAs(taskId, 'unknown-action');
  await world.deliver(one, { callId, userId: 'stranger', key: 'approve' });
  await refusedAs(taskId, 'not-a-recipient');
  // The call of one app says nothing in another's.
  await world.deliver(two, { callId, userId: 'u3', key: 'approve' });
  await world.until('it is looked at', async () => {
    const events = await world.callbackEvents();
    return events.at(-1)?.outcome === 'nothing-to-do' ? true : undefined;
  });
  expect((await world.todo(taskId)).cards.every(({ state }) => state === 'outstanding')).toBe(true);

  await world.tap(one, 3, 'approve');
  expect(await world.reaches(taskId, 'all cards are updated', allUpdated)).toMatchObject({ by: 'U3' });
  await world.sql(`UPDATE oa_user SET status = 'active' WHERE id = 'U2'`);
  await world.sql(
    `INSERT INTO binding (corp_id, member_id, oa_user_id, source) VALUES ($1, $1 || '-m1', 'U1', 'manual')`,
    [one.corpId],
  );
});

it('a card without buttons shows the latest state to whoever asks, and the outcome to everybody', async () => {
  const taskId = await world.task([1, 2], { showActions: false });
  const { card } = await world.card(one, 1);
  const key = card.action_menu?.action_list[0]?.key ?? '';
  await world.tap(one, 1, key);
  await remarkIs(one, 1, '尚未处理');
  await world.settle(taskId, { outcome: 'approve', by: '外部系统', text: '已通过' });
  await world.reaches(taskId, 'all cards are updated', allUpdated);
  expect(said((await world.card(two, 2)).card)).toMatchObject({ 结果: '已通过', 处理人: '外部系统' });
});

it('a card that can’t be changed any more is stale, and a tap on it shows the outcome', async () => {
  const taskId = await world.task([1, 2]);
  // Somebody else has used the code meanwhile.
  const callId = await world.callIdOf(taskId, one);
  await world.sql(`UPDATE message_call SET card_state = 'stale', response_code_enc = NULL WHERE id = $1`, [
    callId,
  ]);
  await world.sql(`UPDATE message_recipient SET card_state = 'stale' WHERE call_id = $1`, [callId]);
  await world.settle(taskId, { outcome: 'approve', by: 'U4' });
  await world.reaches(taskId, 'the others are updated', ({ cards }) =>
    cards.every(({ state }) => state !== 'outstanding'),
  );
  expect((await world.todo(taskId)).cards.map(({ state }) => state).toSorted()).toEqual([
    'stale',
    'stale',
    'updated',
    'updated',
  ]);
  await world.tap(one, 1, 'reject');
  await remarkIs(one, 1, '已有人先处理');
  expect(said((await world.card(one, 1)).card)).toMatchObject({ 结果: '同意', 处理人: 'Person 4' });
  const todo = await world.reaches(
    taskId,
    'the card is updated',
    ({ cards }) => cards.filter(({ state }) => state === 'updated').length === 3,
  );
  expect(todo.taps).toMatchObject([{ state: 'late' }]);
});

it('a card that is sent when its task is decided already is changed at once', async () => {
  const taskId = await world.task([1]);
  await world.tap(one, 1, 'approve');
  await world.reaches(taskId, 'all cards are updated', allUpdated);
  await world.task([2], { taskId, kind: 'forwarded' });
  const todo = await world.until('the later card too', async () => {
    await world.sweep({ againMs: 0 });
    const todo = await world.todo(taskId);
    return allUpdated(todo) && todo.cards.length === 4 ? todo : undefined;
  });
  expect(todo.state).toBe('decided');
});

it('a tap whose task nobody told is found by the worker, and a task without its workflow goes on', async () => {
  const taskId = await world.task([1, 2]);
  const callId = await world.callIdOf(taskId, one);
  await world.stopWorker();
  expect(await world.deliver(one, { callId, userId: 'u1', key: 'approve' })).toBe(200);
  await world.until('the workflow is started', async () => {
    const running = world.client.workflow.list({ query: `WorkflowId = "${todoId(taskId)}"` });
    for await (const { status } of running) return status.name === 'RUNNING' ? true : undefined;
    return undefined;
  });
  await world.client.workflow.getHandle(todoId(taskId)).terminate('as if Temporal had been set up anew');
  await world.startWorker();
  expect((await world.todo(taskId)).taps).toMatchObject([{ state: 'waiting' }]);
  await world.sweep({ tapMs: 0 });
  await world.reaches(taskId, 'all cards are updated', allUpdated);
});

it('an answer of WeCom that is lost costs no card, and a busy WeCom is asked again', async () => {
  const taskId = await world.task([1, 2]);
  await world.api.control('/_sim/faults', [
    { path: 'message/update_template_card', times: 1, drop: 'after' },
    { path: 'message/update_template_card', times: 1, errcode: -1 },
  ]);
  await world.settle(taskId, { outcome: 'approve', by: 'U3' });
  await world.reaches(taskId, 'all cards are updated', allUpdated);
  await world.api.control('/_sim/faults', undefined, 'DELETE');
  for (const corp of world.corps)
    expect(said((await world.card(corp, 1)).card)).toMatchObject({ 结果: '同意' });
});

it('no name, no code and no word of a card stands in a history', async () => {
  const taskId = await world.task([1]);
  await world.tap(one, 1, 'approve');
  await world.reaches(taskId, 'all cards are updated', allUpdated);
  const history = await world.workflowOf(taskId).fetchHistory();
  const text = JSON.stringify(history.events, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
  );
  for (const personal of ['Person', '"u1"', '"U1"', '同意', 'Title']) expect(text).not.toContain(personal);
});

it('after three days WeCom changes no card, which then is stale, and a tap shows the outcome', async () => {
  const taskId = await world.task([1]);
  await world.api.control('/_sim/clock', { advanceSeconds: 73 * 3_600 });
  await world.settle(taskId, { outcome: 'approve', by: 'U4' });
  const isStale = ({ state }: { readonly state: string }): boolean => state === 'stale';
  await world.reaches(
    taskId,
    'the cards are stale',
    ({ cards }) => cards.length === 2 && cards.every(isStale),
  );
  await world.tap(two, 1, 'approve');
  await remarkIs(two, 1, '已有人先处理');
  expect(said((await world.card(two, 1)).card)).toMatchObject({ 结果: '同意', 处理人: 'Person 4' });
  expect((await world.todo(taskId)).cards.filter(isStale)).toHaveLength(1);
});
