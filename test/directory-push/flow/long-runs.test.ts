import { setTimeout as wait } from 'node:timers/promises';
import pino from 'pino';
import type { RunRecord } from '../../../store/runs';
import { closeStaleRuns } from '../../../workers/stale-runs';
import {
  approvePushUpdate,
  directoryPushId,
  pausePushUpdate,
  planRewrittenSignal,
  resumePushUpdate,
} from '../../../workflows/directory-push.contract';
import type { WorkflowHistory } from '../../support/replay';
import { createFlowWorld, heldHash, reached, type FlowWorld, type Scenario } from './flow-world';

let world: FlowWorld;

beforeAll(async () => {
  world = await createFlowWorld();
});

afterAll(async () => {
  await world.close();
});

/** Events of each execution of the run, oldest first. */
async function historiesOf({ corpId, handle }: Scenario): Promise<number[]> {
  const events: number[] = [];
  let next: string | undefined = handle.firstExecutionRunId;
  while (next !== undefined) {
    const history: WorkflowHistory = await world.client.workflow
      .getHandle(directoryPushId(corpId), next)
      .fetchHistory();
    events.push(history.events?.length ?? 0);
    const end = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
    next = end?.newExecutionRunId ?? undefined;
  }
  return events;
}

const approval = { by: 'user:1', safeOnly: false };

it('5,000 changes in tiny batches: no history comes near 2,000 events, and every change is settled once', async () => {
  const push = await world.start(
    { pending: Array.from({ length: 5_000 }, () => 2000), batchSize: 10 },
    { pace: { eventsPerHistory: 700 } },
  );
  expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 5_000 });
  const histories = await historiesOf(push);
  expect(histories.length).toBeGreaterThan(2);
  expect(Math.max(...histories)).toBeLessThan(800);
  expect(push.calls.filter((call) => call === 'apply 2000')).toHaveLength(500);
}, 300_000);

it('no pause or resume is lost while a run goes on under a fresh history', async () => {
  const push = await world.start(
    { pending: Array.from({ length: 60 }, () => 2000), batchSize: 1 },
    { pace: { eventsPerHistory: 40 } },
  );
  await reached(push, 'apply 2000');
  for (let round = 0; round < 12; round += 1) {
    await push.handle.executeUpdate(pausePushUpdate);
    const { length } = push.calls;
    await wait(50 * (round % 3));
    expect(push.calls.slice(length + 3).filter((call) => call === 'apply 2000')).toEqual([]);
    await push.handle.executeUpdate(resumePushUpdate);
  }
  expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 60 });
  expect((await historiesOf(push)).length).toBeGreaterThan(3);
});

it('a run that waits for an approval survives hundreds of decisions on its plan, and the last hash counts', async () => {
  const push = await world.start({ held: [2000] }, { pace: { eventsPerHistory: 100 } });
  await reached(push, 'awaiting-approval');
  const hashes = Array.from({ length: 60 }, (_, index) => `${index}`.padStart(64, '0'));
  for (const planHash of hashes) {
    await push.handle.signal(planRewrittenSignal, { planHash, held: 1 });
    await wait(20);
  }
  await expect(
    push.handle.executeUpdate(approvePushUpdate, { args: [{ ...approval, planHash: heldHash }] }),
  ).rejects.toThrow();
  await push.handle.executeUpdate(approvePushUpdate, {
    args: [{ ...approval, planHash: hashes.at(-1) ?? '' }],
  });
  expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 2 });
  const histories = await historiesOf(push);
  expect(histories.length).toBeGreaterThan(1);
  expect(Math.max(...histories)).toBeLessThan(200);
  // Nobody is asked twice because of it.
  expect(push.calls.filter((call) => call === 'notice needs-approval')).toHaveLength(1);
});

it('a run is not taken for ended because its first history is', async () => {
  const push = await world.start({ held: [2000] }, { pace: { eventsPerHistory: 60 } });
  await reached(push, 'awaiting-approval');
  for (let round = 0; round < 20; round += 1) {
    await push.handle.signal(planRewrittenSignal, { planHash: heldHash, held: 1 });
    await wait(20);
  }
  expect((await historiesOf(push)).length).toBeGreaterThan(1);
  const row = {
    id: push.runId,
    corpId: push.corpId,
    workflowId: directoryPushId(push.corpId),
    temporalRunId: push.handle.firstExecutionRunId,
    startedAt: new Date(0),
  } as RunRecord;
  const ended: string[] = [];
  const close = () =>
    closeStaleRuns(
      world.client,
      {
        listOpenRuns: async () => [row],
        finishRun: async (id) => {
          ended.push(id);
          return true;
        },
      },
      pino({ level: 'silent' }),
    );
  await close();
  expect(ended).toEqual([]);

  await push.handle.terminate();
  await close();
  expect(ended).toEqual([push.runId]);
});
