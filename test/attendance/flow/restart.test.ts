import { createFlowWorld, dayAfter, firstDay, type FlowWorld } from './flow-world';

let flow: FlowWorld;

beforeAll(async () => {
  flow = await createFlowWorld();
});
afterAll(() => flow.close());

/** Of few people: eight calls, one after the other. */
const longRun = { from: firstDay, to: dayAfter(firstDay, 239) };
const days = 40;

const slowly = (latencyMs: number) => flow.world.control('POST', '/settings', { latencyMs });

it('goes on in another worker where the first one stopped', async () => {
  const corp = await flow.createCorp();
  await corp.punchesFor(days);
  // Longer than the worker is given to finish: it hands the rest back.
  await slowly(2_500);
  const { runId, handle } = await corp.start(longRun);
  await flow.until('something is read', async () => {
    const done = (await flow.world.runs.findRun(runId))?.progress.done ?? 0;
    return done > 0 ? true : undefined;
  });
  await flow.stopWorker();
  const { progress } = (await flow.world.runs.findRun(runId)) ?? {};
  expect(progress?.done).toBeLessThan(8);
  await slowly(0);
  await flow.startWorker();
  await handle.result();
  expect(await corp.ended(runId)).toMatchObject({
    phase: 'done',
    progress: { done: 8, total: 8 },
    counts: { new: 4 * days * 2, changed: 0, superseded: 0 },
  });
  await corp.keeps(4 * days * 2);
});
