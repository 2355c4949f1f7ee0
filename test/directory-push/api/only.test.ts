import type { TestApi } from '../../api/harness';
import { startTestApi } from '../../api/harness';
import { startTestWorker } from '../../api/worker';
import { createApiPushWorld, person, type ApiPushWorld } from './push-world';

let api: TestApi;
let worker: { stop(): Promise<void> };
let world: ApiPushWorld;

beforeAll(async () => {
  api = await startTestApi();
  worker = await startTestWorker(api);
  world = await createApiPushWorld(api, {
    guard: { maxDisables: 1, maxDeletePercent: null, maxBranchPercent: null, maxDecrease: 1 },
  });
  await world.feed([person('U1'), person('U2'), person('U3'), person('U4')]);
});
afterAll(async () => {
  await worker.stop();
  await api.close();
});

it('a push about one person is about that person and nobody else', async () => {
  const run = await world.push({ only: { oaUserIds: ['U1'] } }, 'done');
  expect(run.push.only).toEqual({ oaUserIds: ['U1'] });
  expect(run.counts).toMatchObject({ createUser: 1, linkDepartment: 0, conflict: 0 });
  expect(Object.keys(await world.members()).sort()).toEqual(['u1', 'zhangsan']);
});

it('a subject nobody knows is refused by its place in the list; one with nothing to do ends with no change', async () => {
  const unknown = await world.start({ only: { oaUserIds: ['U1', 'U99'], userIds: ['nobody'] } });
  expect(unknown.status).toBe(422);
  expect(unknown.body.error.fields.map(({ path: field }: { path: string }) => field)).toEqual([
    'only.oaUserIds.1',
    'only.userIds.0',
  ]);
  expect((await world.start({ only: {} })).status).toBe(422);
  expect((await world.start({ direction: 'pull', only: { oaUserIds: ['U1'] } })).status).toBe(422);
  const quiet = await world.push({ only: { userIds: ['U1'] } }, 'done');
  expect(quiet).toMatchObject({
    verdict: { kind: 'pass', summary: 'Nothing to do' },
    counts: { unchangedUser: 1 },
  });
});

it('a simulation about one person is approved and applied for that person alone', async () => {
  const simulation = await world.push({ mode: 'simulate', only: { oaUserIds: ['U2'] } }, 'done');
  const approved = await api.call(`/runs/${simulation.id}/approve`, {
    body: { planHash: simulation.planHash },
  });
  expect(approved.status).toBe(202);
  const applied = await world.until(String(approved.body.runId), 'done');
  expect(applied.push).toMatchObject({ only: { oaUserIds: ['U2'] }, basedOnRunId: simulation.id });
  expect(Object.keys(await world.members()).sort()).toEqual(['u1', 'u2', 'zhangsan']);
});

it('pushes about some people are no yardstick for the next whole one, and are not measured by it', async () => {
  await world.push({}, 'done');
  await world.feed([person('U1', { position: 'head' })]);
  // Three of four left: more than one is a decrease that stops a push about everybody.
  const whole = await world.push({ mode: 'simulate' }, 'done');
  expect(whole.verdict.kind).toBe('blocked');
  const own = await world.push({ only: { oaUserIds: ['U1'] } }, 'done');
  expect(own.verdict.kind).toBe('pass');
  expect((await world.members())['u1']?.position).toBe('head');
  const leaver = await world.push({ mode: 'simulate', only: { oaUserIds: ['U2'] } }, 'done');
  expect(leaver.verdict.kind).toBe('blocked');
  const again = await world.push({ mode: 'simulate' }, 'done');
  expect(again.verdict.reasons).toContainEqual(expect.objectContaining({ code: 'max-decrease', count: 3 }));
});
