import { startOaServer, type OaServer } from './oa-server';
import { actions, allUpdated, createTodosWorld, said, userIdOf, type TodosWorld } from './todos-world';

let oa: OaServer;
let world: TodosWorld;
beforeAll(async () => {
  oa = await startOaServer();
  world = await createTodosWorld({
    OA_ADAPTER: 'http',
    OA_HTTP_URL: oa.url,
    OA_HTTP_SECRET: oa.secret,
  });
});
afterAll(async () => {
  await world.close();
  await oa.close();
});
beforeEach(() => oa.answers({ result: 'decided' }));

const decisionsOf = (taskId: string) => oa.decisions.filter((decision) => decision.taskId === taskId);

it('a tap goes to the OA once, and every card of the task shows the outcome, in every corp', async () => {
  const [one, two] = world.corps;
  const taskId = await world.task([1, 2, 3]);
  expect((await world.card(two, 3)).card.button_list?.map(({ text }) => text)).toEqual(['同意', '退回']);
  await world.tap(one, 1, 'approve');
  const todo = await world.reaches(taskId, 'all cards are updated', allUpdated);
  expect(todo).toMatchObject({ state: 'decided', outcome: 'approve', outcomeText: '同意', by: 'U1' });
  expect(decisionsOf(taskId)).toEqual([{ taskId, key: expect.any(String), action: 'approve', by: 'U1' }]);
  expect(todo.cards).toHaveLength(6);
  for (const corp of world.corps) {
    for (const number of [1, 2, 3]) {
      const { card } = await world.card(corp, number);
      expect(card.button_list).toBeUndefined();
      expect(said(card)).toMatchObject({ remark: '已处理', 结果: '同意', 处理人: 'Person 1' });
    }
  }
});

it('of two who tap at once one decides, and the other is told who did', async () => {
  const [one, two] = world.corps;
  const taskId = await world.task([1, 2]);
  await Promise.all([world.tap(one, 1, 'approve'), world.tap(two, 2, 'reject')]);
  const todo = await world.reaches(
    taskId,
    'both taps have an answer',
    (todo) =>
      allUpdated(todo) && todo.taps.length === 2 && todo.taps.every(({ state }) => state !== 'waiting'),
  );
  expect(todo.taps.map(({ state }) => state).toSorted()).toEqual(['done', 'late']);
  expect(decisionsOf(taskId)).toHaveLength(1);
  const late = todo.taps.find(({ state }) => state === 'late');
  const number = late?.userId === userIdOf(1) ? 1 : 2;
  const corp = number === 1 ? one : two;
  await world.until('the late one is told', async () => {
    const { remark } = said((await world.card(corp, number)).card);
    return remark?.includes('已有人先处理') === true ? true : undefined;
  });
});

it('a delivery that WeCom repeats is one tap', async () => {
  const [one] = world.corps;
  const taskId = await world.task([1]);
  const tap = { callId: await world.callIdOf(taskId, one), userId: 'u1', key: 'reject' };
  const deliveries = [world.deliver(one, tap), world.deliver(one, tap)];
  expect(await Promise.all(deliveries)).toEqual([200, 200]);
  await world.reaches(taskId, 'all cards are updated', allUpdated);
  expect(await world.deliver(one, tap)).toBe(200);
  await world.sweep();
  expect((await world.todo(taskId)).taps).toMatchObject([{ action: 'reject', state: 'done' }]);
  expect(decisionsOf(taskId)).toHaveLength(1);
});

it('what the OA does not accept is said to whoever tapped, in its words, and can be decided again', async () => {
  const [one] = world.corps;
  const taskId = await world.task([1, 2]);
  oa.answers({ result: 'not-accepted', message: '请先填写意见' });
  await world.tap(one, 1, 'approve');
  const refused = await world.reaches(
    taskId,
    'the tap is refused',
    ({ taps }) => taps[0]?.state === 'refused',
  );
  expect(refused).toMatchObject({
    state: 'open',
    oaAnswer: { code: 'not-accepted', message: '请先填写意见' },
  });
  await world.until('the card says so', async () =>
    said((await world.card(one, 1)).card)['quote'] === '请先填写意见' ? true : undefined,
  );
  expect((await world.card(one, 1)).card.button_list).toHaveLength(actions.length);
  expect(said((await world.card(one, 2)).card).remark).toBeUndefined();
  oa.answers({ result: 'decided' });
  await world.tap(one, 1, 'approve');
  await world.reaches(taskId, 'all cards are updated', allUpdated);
  expect(said((await world.card(one, 1)).card)).toMatchObject({ 结果: '同意' });
});

it('what somebody had decided in the OA before shows the OA’s words, and the OA may say more of it later', async () => {
  const [one] = world.corps;
  const taskId = await world.task([1, 2]);
  oa.answers({ result: 'already-decided', message: '李四已退回' });
  await world.tap(one, 1, 'approve');
  const todo = await world.reaches(taskId, 'all cards are updated', allUpdated);
  expect(todo).toMatchObject({ state: 'settled', outcome: null, outcomeText: '李四已退回', by: null });
  expect(said((await world.card(one, 2)).card)).toMatchObject({ 结果: '李四已退回' });
  expect((await world.settle(taskId, { outcome: 'reject', by: 'U3' })).status).toBe(200);
  expect(await world.todo(taskId)).toMatchObject({ state: 'settled', outcome: 'reject', by: 'U3' });
});

it('while the OA is away a decision is kept, the card says so once, and then everybody sees the outcome', async () => {
  const [one] = world.corps;
  const taskId = await world.task([1, 2]);
  oa.goesDown();
  await world.tap(one, 1, 'approve');
  const away = await world.reaches(taskId, 'the OA is away', ({ oaAwaySince }) => oaAwaySince !== null);
  expect(away).toMatchObject({
    state: 'deciding',
    cards: expect.arrayContaining([expect.objectContaining({ state: 'outstanding' })]),
  });
  await world.until('the card says that it is kept', async () =>
    said((await world.card(one, 1)).card).remark?.includes('已保留') === true ? true : undefined,
  );
  expect(said((await world.card(one, 2)).card).remark).toBeUndefined();
  oa.answers({ result: 'decided' });
  const todo = await world.reaches(taskId, 'all cards are updated', allUpdated);
  expect(todo).toMatchObject({ state: 'decided', outcome: 'approve', oaAwaySince: null });
  expect(new Set(decisionsOf(taskId).map(({ key }) => key)).size).toBe(1);
  expect(said((await world.card(one, 1)).card)).toMatchObject({ 结果: '同意' });
});

it('who was told that a decision is kept is told too when the OA then refuses it, and can decide again', async () => {
  const [one] = world.corps;
  const taskId = await world.task([1]);
  oa.goesDown();
  await world.tap(one, 1, 'approve');
  await world.until('the card says that it is kept', async () =>
    said((await world.card(one, 1)).card).remark?.includes('已保留') === true ? true : undefined,
  );
  oa.answers({ result: 'not-accepted', message: '流程已撤回' });
  const card = await world.until('the card says so', async () => {
    const { card } = await world.card(one, 1);
    return said(card)['quote'] === '流程已撤回' ? card : undefined;
  });
  expect(card.button_list).toHaveLength(actions.length);
  oa.answers({ result: 'decided' });
  await world.tap(one, 1, 'reject');
  await world.reaches(taskId, 'all cards are updated', allUpdated);
  expect(said((await world.card(one, 1)).card)).toMatchObject({ 结果: '退回' });
});

it('an OA that knows no such to-do has refused it; one that refuses the bridge has not', async () => {
  const [one] = world.corps;
  const taskId = await world.task([1]);
  oa.answers({ status: 404, code: 'not_found' });
  await world.tap(one, 1, 'approve');
  await world.reaches(taskId, 'the tap is refused', ({ taps }) => taps[0]?.state === 'refused');
  await world.until('the card says so', async () =>
    said((await world.card(one, 1)).card)['quote'] === 'OA 中没有这个待办。' ? true : undefined,
  );
  oa.answers({ status: 401, code: 'unauthenticated' });
  await world.tap(one, 1, 'approve');
  const kept = await world.reaches(taskId, 'it is kept', ({ oaAnswer }) => oaAnswer?.code === 'oa-refused');
  expect(kept.state).toBe('deciding');
  expect((await world.settle(taskId, { outcome: 'approve', by: 'U1' })).status).toBe(200);
  const todo = await world.reaches(taskId, 'all cards are updated', allUpdated);
  expect(todo.taps.map(({ state }) => state)).toEqual(['refused', 'done']);
});

it('while the OA takes its time the card says that the decision is kept', async () => {
  const [one] = world.corps;
  const taskId = await world.task([1]);
  oa.isSlow(4_000);
  await world.tap(one, 1, 'approve');
  await world.until('the card says that it is kept', async () =>
    said((await world.card(one, 1)).card).remark?.includes('已保留') === true ? true : undefined,
  );
  const todo = await world.reaches(taskId, 'all cards are updated', allUpdated);
  expect(todo.state).toBe('decided');
  expect(decisionsOf(taskId)).toHaveLength(1);
});
