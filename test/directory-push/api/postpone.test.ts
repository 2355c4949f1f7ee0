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
    guard: { maxDeletePercent: null, maxBranchPercent: null, maxDecrease: null },
  });
  await world.feed([person('U1'), person('U2'), person('U3')]);
  await world.push({}, 'done');
  await world.feed([person('U1', { position: 'head' })]);
});
afterAll(async () => {
  await worker.stop();
  await api.close();
});

const dayMs = 24 * 3_600_000;
const change = (runId: unknown, id: string): string =>
  `/runs/${String(runId)}/changes/${encodeURIComponent(id)}`;
const postpone = (runId: unknown, id: string, body: object) =>
  api.call(`${change(runId, id)}/postpone`, { body, headers: english });

it('a departure that is postponed leaves its plan, and the person stays enabled when the rest is applied', async () => {
  const simulation = await world.push({ mode: 'simulate' }, 'done');
  const answer = await postpone(simulation.id, 'disableUser:U2', { days: 30, comment: 'hands over' });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    counts: { disableUser: 1, leftOut: 1 },
    leftOut: 1,
    postponement: { changeId: 'disableUser:U2', comment: 'hands over', action: 'disableUser', userId: 'u2' },
  });
  expect(answer.body.planHash).not.toBe(simulation.planHash);
  const until = Date.parse(answer.body.postponement.until);
  expect(Math.abs(until - Date.now() - 30 * dayMs)).toBeLessThan(60_000);
  const row = await world.changeOf(String(simulation.id), 'disableUser:U2');
  expect(row).toMatchObject({
    leftOut: true,
    postponedUntil: answer.body.postponement.until,
    outcome: { code: 'postponed' },
  });
  expect(row.why.at(-1).text).toMatch(/postponed until \d{4}-\d\d-\d\d/);

  const approved = await api.call(`/runs/${simulation.id}/approve`, {
    body: { planHash: answer.body.planHash },
  });
  await world.until(String(approved.body.runId), 'done');
  const members = await world.members();
  expect([members['u1']?.position, members['u2']?.enable, members['u3']?.enable]).toEqual(['head', 1, 0]);
  const decisions = (await api.call(`/runs/${simulation.id}/plan`)).body.approvals as { decision: string }[];
  expect(decisions.map(({ decision }) => decision)).toContain('postponed');
});

it('later plans hold it until its day, and no approval releases it; it can not be tried meanwhile', async () => {
  const plan = await world.push({ mode: 'simulate' }, 'done');
  expect(plan).toMatchObject({
    verdict: { kind: 'hold', reasons: [{ code: 'postponed', count: 1 }] },
    counts: { heldUser: 1 },
    push: { held: 1, releasable: 0, barred: 1 },
  });
  const row = await world.changeOf(String(plan.id), 'disableUser:U2');
  expect(row).toMatchObject({ status: 'held', barred: true, heldBy: [{ code: 'postponed' }] });
  expect(row.heldBy[0].text).toMatch(/^Postponed until \d{4}-\d\d-\d\d \d\d:\d\d\.$/);
  expect(row.postponedUntil).toBe(row.raw.hold.params.until);
  const tried = await api.call(`${change(plan.id, 'disableUser:U2')}/try`, { body: {} });
  expect([tried.status, tried.body.error.code]).toEqual([409, 'postponed']);
  const csv = await api.call(`/runs/${plan.id}/export?format=csv`, { headers: english });
  expect(csv.text).toContain('Postponed until');
  expect(csv.text).toContain(row.postponedUntil);
  const applied = await world.push({}, 'done');
  expect(applied.progress).toMatchObject({ done: 0 });
  expect((await world.members())['u2']?.enable).toBe(1);
});

it('postponements are listed, and one that is taken back plans normally', async () => {
  const listed = await api.call(`/corps/${world.corpId}/postponements`);
  expect(listed.body).toMatchObject({
    items: [
      { changeId: 'disableUser:U2', by: 'token:BRIDGE_ADMIN_TOKEN', name: 'Person U2', oaUserId: 'U2' },
    ],
    nextCursor: null,
  });
  const place = `/corps/${world.corpId}/postponements/${encodeURIComponent('disableUser:U2')}`;
  expect((await api.call(place, { method: 'DELETE' })).status).toBe(204);
  expect((await api.call(place, { method: 'DELETE' })).status).toBe(404);
  const plan = await world.push({ mode: 'simulate' }, 'done');
  expect(plan).toMatchObject({ verdict: { kind: 'pass' }, counts: { disableUser: 1, heldUser: 0 } });
});

it('taken back on the plan it left, it is in the plan again under the hash it had', async () => {
  const plan = await world.push({ mode: 'simulate' }, 'done');
  await postpone(plan.id, 'disableUser:U2', { until: new Date(Date.now() + 3 * dayMs).toISOString() });
  const back = await api.call(`${change(plan.id, 'disableUser:U2')}/postpone`, { method: 'DELETE' });
  expect(back.body).toMatchObject({ planHash: plan.planHash, leftOut: 0, postponement: null });
  expect((await api.call(`/corps/${world.corpId}/postponements`)).body.items).toEqual([]);
  const none = await api.call(`${change(plan.id, 'disableUser:U2')}/postpone`, { method: 'DELETE' });
  expect(none.status).toBe(404);
});

it('a day is a day of the corp, in the future and within a year', async () => {
  const plan = await world.push({ mode: 'simulate' }, 'done');
  const ahead = (days: number) => new Date(Date.now() + days * dayMs).toISOString();
  const given = await postpone(plan.id, 'disableUser:U2', { until: ahead(10).slice(0, 10) });
  // Midnight in Shanghai.
  expect(given.body.postponement.until).toMatch(/T16:00:00\.000Z$/);
  for (const body of [
    {},
    { days: 1, until: ahead(2) },
    { days: 0 },
    { days: 366 },
    { until: ahead(400) },
    { until: ahead(-1) },
    { until: 'soon' },
  ]) {
    expect([body, (await postpone(plan.id, 'disableUser:U2', body)).status]).toEqual([body, 422]);
  }
  expect((await postpone(plan.id, 'disableUser:U9', { days: 1 })).status).toBe(404);
  const viewer = await api.signIn('viewer');
  const refused = await viewer.call(`${change(plan.id, 'disableUser:U2')}/postpone`, { body: { days: 1 } });
  expect(refused.status).toBe(403);
});

it('an expired postponement is forgotten by the next plan', async () => {
  await api.db.pool.query(`UPDATE push_postponement SET until = now() - interval '1 second'`);
  expect((await api.call(`/corps/${world.corpId}/postponements`)).body.items).toEqual([]);
  const plan = await world.push({ mode: 'simulate' }, 'done');
  expect(plan).toMatchObject({ verdict: { kind: 'pass' }, counts: { disableUser: 1 } });
  const { rows } = await api.db.pool.query('SELECT FROM push_postponement');
  expect(rows).toHaveLength(0);
});

it('what depends on a postponed change leaves the plan with it, and a conflict can not be postponed', async () => {
  await world.feed(
    [
      person('U1', { departmentId: 'D9' }),
      person('U4', { departmentId: 'D9' }),
      person('U5', { loginId: '不行' }),
    ],
    [
      { id: 'D1', name: '研发部' },
      { id: 'D9', name: '新部门' },
    ],
  );
  const plan = await world.push({ mode: 'simulate' }, 'done');
  const answer = await postpone(plan.id, 'createDepartment:department:D9', { days: 2 });
  expect(answer.body.leftOut).toBe(3);
  const next = await world.push({ mode: 'simulate' }, 'done');
  expect(next.push.barred).toBe(3);
  const conflict = (await world.changeIds(String(plan.id))).find((id) => id.includes('U5')) ?? '';
  const refused = await postpone(plan.id, conflict, { days: 1 });
  expect([refused.status, refused.body.error.code]).toEqual([409, 'not_postponable']);
});
