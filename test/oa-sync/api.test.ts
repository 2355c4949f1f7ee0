import { setTimeout as wait } from 'node:timers/promises';
import type { Answer, TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';
import { startTestWorker } from '../api/worker';
import { patienceMs } from '../support/patience';

let api: TestApi;
let worker: { stop(): Promise<void> };

beforeAll(async () => {
  api = await startTestApi();
  worker = await startTestWorker(api);
});
afterAll(async () => {
  await worker.stop();
  await api.close();
});

const english = { 'accept-language': 'en' };

async function until(runId: string, ...phases: string[]): Promise<Answer['body']> {
  for (const deadline = Date.now() + patienceMs; ; await wait(200)) {
    const { body } = await api.call(`/runs/${runId}`, { headers: english });
    if (phases.includes(String(body.phase))) return body;
    if (Date.now() > deadline || body.finishedAt !== null) throw new Error(`not so: ${JSON.stringify(body)}`);
  }
}

async function connect(): Promise<{ id: string; corpid: string }> {
  const fed = await api.call('/oa/directory', {
    method: 'PUT',
    body: {
      subcompanies: [{ id: 'S1', name: 'Whole corp', parentId: null, order: 0 }],
      departments: [],
      users: [{ id: 'boss', loginId: 'boss', name: 'Boss' }],
    },
  });
  expect(fed.status).toBe(200);
  const corp = await api.createCorp();
  const created = await api.call('/corps', {
    body: { name: 'Whole corp', corpId: corp.corpId, contactsSecret: corp.contactsSecret },
  });
  const id = String(created.body.id);
  await api.call(`/corps/${id}/apps`, {
    body: { name: 'Directory', agentId: corp.agentId, secret: corp.appSecret },
  });
  return { id, corpid: corp.corpId };
}

const byHand = (corpid: string, path: string, body: object): Promise<unknown> =>
  api.control(`/_sim/corps/${corpid}/by-hand`, { path, body });

async function startPull(id: string, mode: 'simulate' | 'apply'): Promise<Answer> {
  return api.call(`/corps/${id}/directory/runs`, { body: { direction: 'pull', mode }, headers: english });
}

it('with the switch on, a pull has a plan for the OA that is read, approved, applied and undone like a push', async () => {
  const { id, corpid } = await connect();
  for (const number of [1, 2, 3]) {
    await byHand(corpid, 'user/create', {
      userid: `staff${number}`,
      name: `Staff ${number}`,
      mobile: `1380000000${number}`,
      department: [1],
    });
  }
  const off = await startPull(id, 'simulate');
  expect((await until(String(off.body.runId), 'done')).push).toBeNull();

  const saved = await api.call(`/corps/${id}/directory/settings`, {
    method: 'PUT',
    body: {
      master: 'wecom',
      confirmMaster: true,
      pull: { syncToOa: true },
      push: { guard: { maxDisables: 1, maxDeletePercent: null, maxBranchPercent: null } },
    },
  });
  expect(saved).toMatchObject({ status: 200 });

  const simulation = await startPull(id, 'simulate');
  expect(simulation).toMatchObject({ status: 202, body: { workflowId: `directory-oa-sync:${id}` } });
  const plan = await until(String(simulation.body.runId), 'done', 'failed');
  expect(plan).toMatchObject({
    phase: 'done',
    direction: 'pull',
    counts: { createOaUser: 4, linkDepartment: 1, createOaDepartment: 1 },
    verdict: {
      kind: 'pass',
      summary: '4 people will be created in the OA, 0 marked as departed; within limits',
    },
    completeness: { complete: true },
    push: { target: 'oa', kind: 'push', canApprove: { allowed: true } },
  });
  expect(plan.apiCalls['user/list_id']).toBeGreaterThan(0);

  const changes = await api.call(`/runs/${plan.id}/changes?action=createOaUser&q=staff2`, {
    headers: english,
  });
  expect(changes.body).toMatchObject({
    total: 1,
    items: [{ subject: 'user', oaUserId: 'staff2', rule: { code: 'new-in-wecom' }, status: 'pending' }],
  });
  const change = await api.call(`/runs/${plan.id}/changes/${encodeURIComponent('createOaUser:staff2')}`, {
    headers: english,
  });
  expect(change.body).toMatchObject({
    values: [
      { field: 'name', after: 'Staff 2', source: 'name' },
      { field: 'loginId', label: 'Login name', after: 'staff2', source: 'userid' },
      { field: 'department' },
    ],
    why: expect.arrayContaining([
      expect.objectContaining({ step: 'binding', text: 'This change makes the binding.' }),
    ]) as unknown,
  });
  const head = await api.call(`/runs/${plan.id}/plan`, { headers: english });
  expect(head.body.tiles).toContainEqual(
    expect.objectContaining({ key: 'create', kind: 'people', count: 4 }),
  );
  const tree = await api.call(`/runs/${plan.id}/tree?side=oa&parent=subcompany:S1`);
  expect(tree.body.items).toMatchObject([
    { name: '研发部', state: 'new', linkedTo: '#2', counts: { create: 1 } },
  ]);
  expect((await api.call(`/runs/${plan.id}/export`)).status).toBe(200);

  const approved = await api.call(`/runs/${plan.id}/approve`, { body: { planHash: plan.planHash } });
  expect(approved.status).toBe(202);
  const applied = await until(String(approved.body.runId), 'done', 'failed');
  expect(applied).toMatchObject({
    error: null,
    progress: { done: 6, failed: 0 },
    push: { basedOnRunId: plan.id, undoable: true },
  });
  const users = await api.call('/oa/users?limit=50');
  expect((users.body.items as { id: string }[]).map(({ id }) => id).sort()).toEqual([
    'boss',
    'staff1',
    'staff2',
    'staff3',
    'zhangsan',
  ]);

  for (const number of [1, 2]) await byHand(corpid, 'user/delete', { userid: `staff${number}` });
  const leaving = await startPull(id, 'apply');
  const waiting = await until(String(leaving.body.runId), 'awaiting-approval');
  expect(waiting).toMatchObject({
    verdict: {
      kind: 'hold',
      reasons: [{ message: 'Departures: 2 in this plan, 0 in the last 24 hours, 1 allowed.' }],
    },
    push: { held: 2, releasable: 2 },
  });
  const meters = await api.call(`/runs/${waiting.id}/plan`, { headers: english });
  expect(meters.body.meters).toContainEqual(
    expect.objectContaining({
      key: 'disables',
      label: 'People marked as departed',
      current: 2,
      exceeded: true,
    }),
  );
  // The part that waits is in the way of no other pull.
  const second = await startPull(id, 'apply');
  expect(second).toMatchObject({ status: 409, body: { error: { code: 'run_open' } } });
  const released = await api.call(`/runs/${waiting.id}/approve`, { body: { planHash: waiting.planHash } });
  expect(released.status).toBe(202);
  expect(await until(String(waiting.id), 'done')).toMatchObject({ progress: { done: 2 }, error: null });
  expect((await api.call('/oa/users/staff1')).body).toMatchObject({ status: 'departed' });

  const undo = await api.call(`/runs/${waiting.id}/undo`, { body: { mode: 'apply' } });
  expect(undo).toMatchObject({ status: 202 });
  expect(await until(String(undo.body.runId), 'done', 'failed')).toMatchObject({
    error: null,
    direction: 'pull',
    push: { kind: 'undo', target: 'oa' },
    counts: { returnOaUser: 2 },
  });
  expect((await api.call('/oa/users/staff1')).body).toMatchObject({ status: 'active' });
});
