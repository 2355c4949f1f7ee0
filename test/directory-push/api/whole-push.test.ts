import { setTimeout as wait } from 'node:timers/promises';
import type { Answer, TestApi } from '../../api/harness';
import { startTestApi } from '../../api/harness';
import { startTestWorker } from '../../api/worker';
import { person } from './push-world';

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

async function until(runId: string, isSo: (run: Answer['body']) => boolean): Promise<Answer['body']> {
  for (const deadline = Date.now() + 90_000; ; await wait(200)) {
    const { body } = await api.call(`/runs/${runId}`, { headers: english });
    if (isSo(body)) return body;
    if (Date.now() > deadline || (body.finishedAt !== null && !isSo(body))) {
      throw new Error(`not so: ${JSON.stringify(body)}`);
    }
  }
}

const phase =
  (...phases: string[]) =>
  (run: Answer['body']): boolean =>
    phases.includes(run.phase as string);

/** The OA belongs to the installation, so these go one after the other. */
async function feed(users: readonly object[], ...more: readonly object[]): Promise<void> {
  const answer = await api.call('/oa/directory', {
    method: 'PUT',
    body: {
      subcompanies: [{ id: 'S1', name: 'Whole corp', parentId: null, order: 0 }],
      departments: [{ id: 'D1', name: '研发部', parentId: null, subcompanyId: 'S1', order: 0 }, ...more],
      users,
    },
  });
  expect(answer.status).toBe(200);
}

async function connect(settings: object): Promise<{ id: string; corpid: string }> {
  const corp = await api.createCorp();
  await api.control(`/_sim/corps/${corp.corpId}/by-hand`, {
    path: 'department/update',
    body: { id: 1, name: 'Whole corp' },
  });
  const created = await api.call('/corps', {
    body: { name: 'Whole corp', corpId: corp.corpId, contactsSecret: corp.contactsSecret },
  });
  const id = String(created.body.id);
  await api.call(`/corps/${id}/apps`, {
    body: { name: 'Directory', agentId: corp.agentId, secret: corp.appSecret },
  });
  await configure(id, settings);
  return { id, corpid: corp.corpId };
}

async function configure(id: string, push: object): Promise<void> {
  const saved = await api.call(`/corps/${id}/directory/settings`, {
    method: 'PUT',
    body: { access: 'read-write', push },
  });
  expect(saved.status).toBe(200);
}

async function start(id: string, mode: 'simulate' | 'apply'): Promise<string> {
  const answer = await api.call(`/corps/${id}/directory/runs`, { body: { direction: 'push', mode } });
  expect(answer.status).toBe(202);
  return String(answer.body.runId);
}

const membersOf = async (corpid: string): Promise<Record<string, { enable?: number; status?: number }>> => {
  const state = (await (await fetch(`${api.simulator.url}/_sim/corps/${corpid}/state`)).json()) as {
    users: { userid: string; enable?: number; status?: number }[];
  };
  return Object.fromEntries(state.users.map((user) => [user.userid, user]));
};

it('is simulated, approved as it is, applied, and has nothing to do the second time', async () => {
  await feed([person('U1'), person('U2')], {
    ...{ id: 'D2', name: '法务部', parentId: null, subcompanyId: 'S1', order: 1 },
  });
  const { id, corpid } = await connect({});
  const simulation = await start(id, 'simulate');
  const plan = await until(simulation, phase('done', 'failed'));
  expect(plan).toMatchObject({
    phase: 'done',
    counts: { createUser: 2 },
    verdict: { kind: 'pass' },
    push: { canApprove: { allowed: true }, deletions: 0 },
  });
  expect(Object.keys(await membersOf(corpid))).toEqual(['zhangsan']);

  const approved = await api.call(`/runs/${simulation}/approve`, { body: { planHash: plan.planHash } });
  expect(approved.status).toBe(202);
  const applied = await until(String(approved.body.runId), phase('done', 'failed'));
  expect(applied).toMatchObject({
    phase: 'done',
    push: { basedOnRunId: simulation, undoable: true, approvedBy: 'token:BRIDGE_ADMIN_TOKEN' },
  });
  expect(Object.keys(await membersOf(corpid)).sort()).toEqual(['u1', 'u2', 'zhangsan']);
  const { push: simulated } = (await api.call(`/runs/${simulation}`)).body;
  expect(simulated).toMatchObject({ appliedByRunId: applied.id, canApprove: { allowed: false } });
  const twice = await api.call(`/runs/${simulation}/approve`, { body: { planHash: plan.planHash } });
  expect([twice.status, twice.body.error]).toMatchObject([
    409,
    { code: 'already_applied', runId: applied.id },
  ]);
  expect(applied.apiCalls['user/create']).toBe(2);
  expect(applied.apiCalls['user/list_id']).toBeGreaterThan(0);

  const second = await until(await start(id, 'apply'), phase('done', 'failed'));
  expect(second).toMatchObject({ phase: 'done', verdict: { kind: 'pass', summary: 'Nothing to do' } });
  expect(Object.keys(second.apiCalls).filter((path) => /create|update|delete/.test(path))).toEqual([]);

  const made = async (runId: string, side: string, parent: string): Promise<string[]> => {
    const { body } = await api.call(`/runs/${runId}/tree?side=${side}&parent=${encodeURIComponent(parent)}`);
    const named = body.items.filter(({ name }: { name: string }) => name === '法务部');
    return named.map(({ state }: { state: string }) => state);
  };
  for (const [runId, state] of [
    [simulation, 'new'],
    [applied.id, 'new'],
    [second.id, 'linked'],
  ] as const) {
    expect([await made(runId, 'oa', 'subcompany:S1'), await made(runId, 'wecom', '#1')]).toEqual([
      [state],
      [state],
    ]);
  }
});

it('says what has moved on since it was planned, before anybody approves it', async () => {
  await feed([person('U1'), person('U2')]);
  const { id } = await connect({});
  const runId = await start(id, 'simulate');
  const plan = await until(runId, phase('done'));
  const movedOn = async () => (await api.call(`/runs/${runId}/plan`)).body.freshness.movedOn;
  expect(await movedOn()).toEqual({ settings: false, oa: false, records: false });
  await feed([person('U1'), { ...person('U2'), position: '总监' }]);
  expect(await movedOn()).toEqual({ settings: false, oa: true, records: true });
  const refused = await api.call(`/runs/${runId}/approve`, { body: { planHash: plan.planHash } });
  expect([refused.status, refused.body.error.code]).toEqual([409, 'plan_moved_on']);
  expect((await api.call(`/runs/${runId}`)).body.push.appliedByRunId).toBeNull();
});

it('waits for an approval over its limits, under a hash that a decision changes', async () => {
  await feed([person('U1'), person('U2'), person('U3'), person('U4')]);
  const { id, corpid } = await connect({
    guard: { maxDisables: 1, maxDeletePercent: null, maxBranchPercent: null },
  });
  await until(await start(id, 'apply'), phase('done'));
  await feed([person('U1')]);
  const runId = await start(id, 'apply');
  const waiting = await until(runId, phase('awaiting-approval'));
  expect(waiting.push).toMatchObject({ held: 3, releasable: 3, canApprove: { allowed: true } });

  const refused = await api.call(`/corps/${id}/directory/runs`, {
    body: { direction: 'push', mode: 'apply' },
  });
  expect(refused.body.error).toMatchObject({ code: 'run_open', runId });
  const decided = await api.call(`/runs/${runId}/decisions`, { body: { leaveOut: ['disableUser:U3'] } });
  expect(decided.status).toBe(200);
  const old = await api.call(`/runs/${runId}/approve`, { body: { planHash: waiting.planHash } });
  expect([old.status, old.body.error.code]).toEqual([409, 'plan_hash_differs']);
  const approved = await api.call(`/runs/${runId}/approve`, { body: { planHash: decided.body.planHash } });
  expect([approved.status, approved.body]).toMatchObject([202, { runId }]);
  await until(runId, phase('done'));
  const members = await membersOf(corpid);
  expect(['u2', 'u3', 'u4'].map((userId) => members[userId]?.enable)).toEqual([0, 1, 0]);
});

it('that a limit has blocked is rejected, or makes way for a newer one', async () => {
  await feed([person('U1'), person('U2'), person('U3')]);
  const { id } = await connect({ guard: { maxDisables: 1, onExceed: 'stop' } });
  await until(await start(id, 'apply'), phase('done'));
  await feed([person('U1')]);
  const first = await start(id, 'apply');
  await until(first, phase('blocked'));
  const second = await start(id, 'apply');
  expect((await until(first, phase('expired'))).phase).toBe('expired');
  await until(second, phase('blocked'));
  const rejected = await api.call(`/runs/${second}/reject`, { body: { reason: 'wrong feed' } });
  expect(rejected.status).toBe(202);
  expect((await until(second, phase('rejected'))).push).toMatchObject({
    rejectedBy: 'token:BRIDGE_ADMIN_TOKEN',
    rejectedReason: 'wrong feed',
  });
});
