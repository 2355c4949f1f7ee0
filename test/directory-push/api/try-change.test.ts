import type { TestApi } from '../../api/harness';
import { startTestApi } from '../../api/harness';
import { startTestWorker } from '../../api/worker';
import { createApiPushWorld, english, person, type ApiPushWorld } from './push-world';

let api: TestApi;
let worker: { stop(): Promise<void> };
let world: ApiPushWorld;

beforeAll(async () => {
  api = await startTestApi();
  worker = await startTestWorker(api);
  world = await createApiPushWorld(api, {
    guard: { maxDisables: 0, maxDeletePercent: null, maxBranchPercent: null, maxDecrease: null },
  });
  await world.feed([person('U1'), person('U2'), person('U3'), person('U4')]);
  await world.push({}, 'done');
});
afterAll(async () => {
  await worker.stop();
  await api.close();
});

const path = (runId: string, changeId: string, verb: string): string =>
  `/runs/${runId}/changes/${encodeURIComponent(changeId)}/${verb}`;

it('a number that one gives up is taken by a newcomer in the same run', async () => {
  await world.feed([
    person('U1', { mobile: '19800009999' }),
    person('U2'),
    person('U3'),
    person('U4'),
    person('U6', { mobile: person('U1').mobile }),
  ]);
  const run = await world.push({}, 'done');
  expect(run.progress).toMatchObject({ done: 2, failed: 0 });
  expect(await world.changeIds(String(run.id))).toEqual(['updateUser:U1', 'createUser:U6']);
  const { u1, u6 } = await world.members();
  expect([u1?.mobile, u6?.mobile]).toEqual(['19800009999', person('U1').mobile]);
});

describe('trying one change of a plan', () => {
  let simulation: string;

  beforeAll(async () => {
    await world.feed([
      person('U1', { position: 'lead' }),
      person('U3', { position: 'lead' }),
      person('U4', { position: 'lead' }),
      person('U5', { loginId: '不行' }),
    ]);
    simulation = String((await world.push({ mode: 'simulate' }, 'done')).id);
  });

  it('applies it in a run of its own, asked for by whoever tried it', async () => {
    const tried = await api.call(path(simulation, 'updateUser:U3', 'try'), { body: {} });
    expect(tried.status).toBe(202);
    const run = await world.until(String(tried.body.runId), 'done');
    expect(run).toMatchObject({
      requestedBy: 'token:BRIDGE_ADMIN_TOKEN',
      workflowId: tried.body.workflowId,
      push: { only: { oaUserIds: ['U3'] } },
      progress: { done: 1 },
    });
    const { u1, u3 } = await world.members();
    expect([u1?.position, u3?.position]).toEqual(['clerk', 'lead']);
  });

  it('is refused for a conflict, and for a change that is unknown', async () => {
    const conflict = (await world.changeIds(simulation)).find((id) => id.includes('U5'));
    const refused = await api.call(path(simulation, conflict ?? '', 'try'), { body: {}, headers: english });
    expect([refused.status, refused.body.error.code]).toEqual([409, 'nothing_to_try']);
    expect((await api.call(path(simulation, 'updateUser:U77', 'try'), { body: {} })).status).toBe(404);
  });

  it('needs the right to approve', async () => {
    const operator = await api.signIn('operator');
    const refused = await operator.call(path(simulation, 'updateUser:U4', 'try'), { body: {} });
    expect(refused.status).toBe(403);
  });

  it('waits beyond a limit in its own run, and meanwhile nothing else can be tried', async () => {
    const tried = await api.call(path(simulation, 'disableUser:U2', 'try'), { body: {} });
    const waiting = await world.until(String(tried.body.runId), 'awaiting-approval');
    expect(waiting.push).toMatchObject({ held: 1, releasable: 1 });
    const second = await api.call(path(simulation, 'updateUser:U4', 'try'), { body: {} });
    expect([second.status, second.body.error]).toMatchObject([
      409,
      { code: 'run_open', runId: tried.body.runId },
    ]);
    await api.call(`/runs/${tried.body.runId}/reject`, { body: { reason: 'not now' } });
    await world.until(String(tried.body.runId), 'rejected');
    expect((await world.members())['u2']?.enable).toBe(1);
  });
});

it('trying a deletion asks for the number, as approving one does', async () => {
  await world.configure({
    departed: { action: 'delete' },
    guard: { maxDeletes: 10, maxDeletePercent: null, maxBranchPercent: null, maxDecrease: null },
  });
  const simulation = await world.push({ mode: 'simulate' }, 'done');
  const body = (expectedDeletions?: number) => ({ body: { expectedDeletions } });
  const target = path(String(simulation.id), 'deleteUser:U2', 'try');
  const missing = await api.call(target, body());
  expect([missing.status, missing.body.error.code]).toEqual([422, 'deletions_required']);
  expect((await api.call(target, body(2))).status).toBe(409);
  const tried = await api.call(target, body(1));
  await world.until(String(tried.body.runId), 'done');
  expect(await world.members()).not.toHaveProperty('u2');
});
