import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { projectRoot } from '../../../project-root';
import { todoChangedSignal, todoId, todoStart, todoType } from '../../../workflows/todo.contract';
import { bridgeTaskQueue } from '../../../workflows/task-queues';
import { historyToText } from '../../support/replay';
import { startOaServer, type OaServer } from './oa-server';
import { allUpdated, createTodosWorld, type TodosWorld } from './todos-world';

// Run by scripts/record-histories.mjs only: one history for each way a task can go.

const folder = join(projectRoot, 'test', 'messages', 'todos', 'histories');

jest.setTimeout(180_000);

let oa: OaServer;
let world: TodosWorld;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  oa = await startOaServer();
  world = await createTodosWorld({ OA_ADAPTER: 'http', OA_HTTP_URL: oa.url, OA_HTTP_SECRET: oa.secret });
}, 120_000);
afterAll(async () => {
  await world.close();
  await oa.close();
});

async function store(name: string, taskId: string, runId?: string): Promise<void> {
  const handle = world.client.workflow.getHandle(todoId(taskId), runId);
  await handle.result();
  writeFileSync(join(folder, `${name}.json`), historyToText(await handle.fetchHistory()));
}

it('decided by a tap', async () => {
  const taskId = await world.task([1, 2]);
  await world.tap(world.corps[0], 1, 'approve');
  await world.reaches(taskId, 'all cards are updated', allUpdated);
  await store('decided', taskId);
});

it('settled elsewhere', async () => {
  const taskId = await world.task([1]);
  await world.settle(taskId, { outcome: 'approve', by: 'U2' });
  await world.reaches(taskId, 'all cards are updated', allUpdated);
  await store('settled', taskId);
});

it('not accepted by the OA', async () => {
  const taskId = await world.task([1]);
  oa.answers({ result: 'not-accepted', message: 'no' });
  await world.tap(world.corps[0], 1, 'approve');
  await world.reaches(taskId, 'refused', ({ taps }) => taps[0]?.state === 'refused');
  await store('not-accepted', taskId);
});

it('the OA away, told of a second tap meanwhile, and back', async () => {
  const taskId = await world.task([1, 2]);
  oa.goesDown();
  await world.tap(world.corps[0], 1, 'approve');
  await world.reaches(taskId, 'away', ({ oaAwaySince }) => oaAwaySince !== null);
  await world.tap(world.corps[0], 2, 'reject');
  await world.reaches(taskId, 'two taps', ({ taps }) => taps.length === 2);
  oa.answers({ result: 'decided' });
  await world.reaches(taskId, 'all cards are updated', allUpdated);
  await store('away', taskId);
});

it('of a task that nobody knows', async () => {
  const taskId = 'nobody-knows-it';
  await world.client.workflow.signalWithStart(todoType, {
    ...todoStart({ taskId }, bridgeTaskQueue),
    signal: todoChangedSignal,
  });
  await store('unknown', taskId);
});

it('continued in a new history while the OA is away', async () => {
  const taskId = await world.task([1, 2]);
  oa.goesDown();
  await world.tap(world.corps[0], 1, 'approve');
  await world.reaches(taskId, 'away', ({ oaAwaySince }) => oaAwaySince !== null);
  const {
    signal: _,
    signalArgs: __,
    ...start
  } = todoStart({ taskId, eventsPerHistory: 12 }, bridgeTaskQueue);
  const first = await world.client.workflow.start(todoType, {
    ...start,
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
  });
  const handle = world.workflowOf(taskId);
  for (;;) {
    await handle.signal(todoChangedSignal);
    if ((await handle.describe()).runId !== first.firstExecutionRunId) break;
    await wait(100);
  }
  oa.answers({ result: 'decided' });
  await world.reaches(taskId, 'all cards are updated', allUpdated);
  await store('continued-first', taskId, first.firstExecutionRunId);
  await store('continued-last', taskId);
});
