import { setTimeout as wait } from 'node:timers/promises';
import {
  pausePushUpdate,
  resumePushUpdate,
  rejectPushUpdate,
  planRewrittenSignal,
} from '../../../workflows/directory-push.contract';
import { createPushPlanStore } from '../../../store/push-plans';
import { eventually } from './flow-world';
import {
  createPushWorld,
  noLimits,
  organisation,
  people,
  person,
  personalValues,
  type PushWorld,
} from './push-world';

let world: PushWorld;

beforeAll(async () => {
  world = await createPushWorld();
});

afterEach(async () => {
  await world.control('DELETE', '/faults');
  await world.control('POST', '/settings', { latencyMs: 0 });
});

afterAll(async () => {
  await world.close();
});

const departments = [
  ['d1', '研发部', null],
  ['d2', '市场部', null],
  ['d3', '前端组', 'd1'],
] as const;

async function forgetCalls(): Promise<void> {
  await world.control('DELETE', '/calls');
}

it('a new company: simulated, approved, applied; and the next push has nothing to write', async () => {
  const corp = await world.createWritableCorp({
    approval: { required: 'always', timeoutHours: 72, approvers: [], requesterMayApprove: true },
  });
  await world.feedOa(organisation(departments, [...people(5), person(6, { departmentId: 'd3' })]));

  await forgetCalls();
  const simulation = await world.push(corp, { mode: 'simulate' });
  expect(simulation).toMatchObject({ phase: 'done', counts: { createDepartment: 3, createUser: 6 } });
  expect(await world.writes()).toEqual({});

  const push = await world.startPush(corp);
  await world.approve(push, await world.reaches(push, 'awaiting-approval'));
  const run = await world.endOf(push);

  expect(run).toMatchObject({ phase: 'done', error: null, progress: { failed: 0 } });
  expect(await world.writes()).toEqual({ 'department/create': 3, 'user/create': 6 });
  const state = await world.state(corp);
  expect(state.users.map(({ userid }) => userid).sort()).toEqual(
    [1, 2, 3, 4, 5, 6].map((number) => `staff${number}`),
  );
  expect((await world.ledger(run.id)).every(({ status }) => status === 'done')).toBe(true);

  await forgetCalls();
  expect(await world.push(corp)).toMatchObject({ phase: 'done' });
  expect(await world.writes()).toEqual({});
});

it('a simulation is applied as it is, by a run of its own', async () => {
  const corp = await world.createWritableCorp();
  await world.feedOa(organisation(departments, people(3)));
  const simulation = await world.push(corp, { mode: 'simulate' });
  const run = await world.push(corp, {
    plan: { kind: 'approved-plan', runId: simulation.id, planHash: simulation.planHash ?? '' },
  });
  expect(run).toMatchObject({ phase: 'done', error: null });
  expect((await world.state(corp)).users).toHaveLength(3);
});

it('a simulation whose record has changed is not applied: the run expires and offers the new plan', async () => {
  const corp = await world.createWritableCorp();
  await world.feedOa(organisation(departments, people(3)));
  const simulation = await world.push(corp, { mode: 'simulate' });
  await world.feedOa(organisation(departments, [...people(2), person(3, { name: '新名字' })]));
  await forgetCalls();
  const run = await world.push(corp, {
    plan: { kind: 'approved-plan', runId: simulation.id, planHash: simulation.planHash ?? '' },
  });
  expect(run).toMatchObject({ phase: 'expired', error: { code: 'plan-moved-on' } });
  expect(await world.writes()).toEqual({});
});

describe('beyond the limits', () => {
  const oneDisable = { ...noLimits, maxDisables: 0 };

  async function corpWithStaff(push = {}) {
    const corp = await world.createWritableCorp(push);
    await world.feedOa(organisation(departments, people(6)));
    expect(await world.push(corp)).toMatchObject({ phase: 'done' });
    await world.configure(corp, { guard: oneDisable, ...push });
    return corp;
  }

  const somebodyLeft = organisation(departments, [
    ...people(5, { position: '主管' }),
    person(6, { status: 'departed' }),
  ]);

  async function disabled(corp: Awaited<ReturnType<typeof corpWithStaff>>): Promise<string[]> {
    const { users } = await world.state(corp);
    return users.filter(({ enable }) => enable === 0).map(({ userid }) => userid);
  }

  it('what is safe is applied, the rest waits; an approval lets it through', async () => {
    const corp = await corpWithStaff();
    await world.feedOa(somebodyLeft);
    const push = await world.startPush(corp);
    const waiting = await world.reaches(push, 'awaiting-approval');
    expect(waiting.progress.done).toBe(5);
    expect(await disabled(corp)).toEqual([]);

    await world.approve(push, waiting);
    expect(await world.endOf(push)).toMatchObject({ phase: 'done', error: null });
    expect(await disabled(corp)).toEqual(['staff6']);
  });

  it('an approval expires when the record behind a held change has changed, and nothing of it is written', async () => {
    const corp = await corpWithStaff();
    await world.feedOa(somebodyLeft);
    const push = await world.startPush(corp);
    const waiting = await world.reaches(push, 'awaiting-approval');
    await world.feedOa(organisation(departments, people(6, { position: '主管' })));
    await forgetCalls();
    await world.approve(push, waiting);
    expect(await world.endOf(push)).toMatchObject({ phase: 'expired', error: { code: 'plan-moved-on' } });
    expect(await world.writes()).toEqual({});
  });

  it('an edit of somebody else in the OA does not kill an approval', async () => {
    const corp = await corpWithStaff();
    await world.feedOa(somebodyLeft);
    const push = await world.startPush(corp);
    const waiting = await world.reaches(push, 'awaiting-approval');
    await world.feedOa(
      organisation(departments, [
        ...people(4, { position: '主管' }),
        person(5, { position: '总监' }),
        person(6, { status: 'departed' }),
      ]),
    );
    await world.approve(push, waiting);
    expect(await world.endOf(push)).toMatchObject({ phase: 'done', error: null });
    expect(await disabled(corp)).toEqual(['staff6']);
  });

  it('what lies within the limits once others are left out is applied without an approval', async () => {
    const corp = await corpWithStaff({ guard: { ...noLimits, maxDisables: 1 } });
    const twoLeft = [person(5, { status: 'departed' }), person(6, { status: 'departed' })];
    await world.feedOa(organisation(departments, [...people(4), ...twoLeft]));
    const push = await world.startPush(corp);
    const waiting = await world.reaches(push, 'awaiting-approval');
    expect(waiting.verdict).toMatchObject({ kind: 'hold' });
    const decided = await createPushPlanStore(world.db).rewriteDecisions(
      push.runId,
      { leaveOut: ['disableUser:oa-5'] },
      'user:test',
    );
    const { planHash, held } = decided;
    await push.handle.signal(planRewrittenSignal, { planHash, held });
    expect(await world.endOf(push)).toMatchObject({ phase: 'done', error: null });
    expect(await disabled(corp)).toEqual(['staff6']);
  });

  it('a limit that stops blocks the plan; nothing is written, and a person may still decide', async () => {
    const corp = await corpWithStaff({ guard: { ...oneDisable, onExceed: 'stop' } });
    await world.feedOa(somebodyLeft);
    await forgetCalls();
    const push = await world.startPush(corp);
    await world.reaches(push, 'blocked');
    expect(await world.writes()).toEqual({});
    await push.handle.executeUpdate(rejectPushUpdate, { args: [{ by: 'user:test' }] });
    expect(await world.endOf(push)).toMatchObject({ phase: 'rejected' });
    expect(await world.writes()).toEqual({});

    const another = await world.startPush(corp);
    await world.approve(another, await world.reaches(another, 'blocked'));
    expect(await world.endOf(another)).toMatchObject({ phase: 'done', error: null });
    expect(await disabled(corp)).toEqual(['staff6']);
  });
});

it('an undo takes back what a run changed', async () => {
  const corp = await world.createWritableCorp();
  await world.feedOa(organisation(departments, people(3)));
  await world.push(corp);
  await world.feedOa(organisation(departments, people(3, { position: '主管' })));
  const changed = await world.push(corp);
  expect(changed).toMatchObject({ phase: 'done', counts: { updateUser: 3 } });

  const undo = await world.push(corp, { plan: { kind: 'undo', runId: changed.id } });
  expect(undo).toMatchObject({ phase: 'done', error: null, counts: { updateUser: 3 } });
  const { users } = await world.state(corp);
  expect(users.map(({ position }) => position)).toEqual(['工程师', '工程师', '工程师']);
  expect((await world.ledger(changed.id)).filter(({ status }) => status === 'undone')).toHaveLength(3);
});

it('a cancelled run keeps the rest, and the same run goes on with it', async () => {
  const corp = await world.createWritableCorp();
  await world.feedOa(organisation(departments, people(1_100)));
  await world.control('POST', '/settings', { latencyMs: 20 });
  const push = await world.startPush(corp);
  await eventually(
    async () => ((await world.runs.findRun(push.runId))?.progress.done ?? 0) > 10 || undefined,
  );
  await push.handle.cancel();
  await expect(push.handle.result()).rejects.toThrow();
  const cancelled = await world.ended(push.runId);
  expect(cancelled).toMatchObject({ phase: 'cancelled', error: null });
  expect((await world.state(corp)).users.length).toBeLessThan(1_100);

  await world.control('POST', '/settings', { latencyMs: 0 });
  const again = await world.startPush(corp, {
    runId: push.runId,
    plan: { kind: 'remainder', of: 'pending' },
  });
  const run = await world.endOf(again);
  expect(run).toMatchObject({ phase: 'done', error: null, progress: { failed: 0 } });
  expect((await world.state(corp)).users).toHaveLength(1_100);
  expect(run.temporalRunId).toBe(again.handle.firstExecutionRunId);
});

it('a run cancelled before its approval still needs it when it is taken up again', async () => {
  const corp = await world.createWritableCorp({
    approval: { required: 'always', timeoutHours: 72, approvers: [], requesterMayApprove: true },
  });
  await world.feedOa(organisation(departments, people(2)));
  await forgetCalls();
  const push = await world.startPush(corp);
  await world.reaches(push, 'awaiting-approval');
  await push.handle.cancel();
  expect(await world.endOf(push)).toMatchObject({ phase: 'cancelled' });

  const again = await world.startPush(corp, {
    runId: push.runId,
    plan: { kind: 'remainder', of: 'pending' },
  });
  const waiting = await world.reaches(again, 'awaiting-approval');
  expect(await world.writes()).toEqual({});
  await world.approve(again, waiting);
  expect(await world.endOf(again)).toMatchObject({ phase: 'done', error: null });
  expect(await world.writes()).toEqual({ 'department/create': 3, 'user/create': 2 });
});

it('failed changes are tried again, and only those', async () => {
  const corp = await world.createWritableCorp();
  await world.feedOa(organisation(departments, people(4)));
  await world.control('POST', '/faults', [{ path: 'user/create', errcode: 40003, times: 1 }]);
  const failed = await world.push(corp);
  expect(failed).toMatchObject({ phase: 'done', progress: { failed: 1 } });
  await world.control('DELETE', '/faults');
  await forgetCalls();
  const retried = await world.push(corp, { runId: failed.id, plan: { kind: 'remainder', of: 'failed' } });
  expect(retried).toMatchObject({ phase: 'done', error: null, progress: { failed: 0 } });
  expect(await world.writes()).toEqual({ 'user/create': 1 });
  expect((await world.state(corp)).users).toHaveLength(4);
});

it('an address that WeCom does not trust pauses the run; it goes on where it was', async () => {
  const corp = await world.createWritableCorp();
  await world.feedOa(organisation(departments, people(5)));
  await world.control('POST', '/faults', [{ path: 'user/create', errcode: 60020, rate: 1 }]);
  const push = await world.startPush(corp);
  expect(await world.reaches(push, 'paused')).toMatchObject({
    error: { code: 'wecom-access', wecom: { errcode: 60020 } },
  });
  await world.control('DELETE', '/faults');
  await push.handle.executeUpdate(resumePushUpdate);
  expect(await world.endOf(push)).toMatchObject({ phase: 'done', error: null, progress: { failed: 0 } });
  expect((await world.state(corp)).users).toHaveLength(5);
});

it('a person pauses a run and resumes it', async () => {
  const corp = await world.createWritableCorp();
  await world.feedOa(organisation(departments, people(1_100)));
  await world.control('POST', '/settings', { latencyMs: 20 });
  const push = await world.startPush(corp);
  await eventually(
    async () => ((await world.runs.findRun(push.runId))?.progress.done ?? 0) > 10 || undefined,
  );
  await push.handle.executeUpdate(pausePushUpdate);
  await world.reaches(push, 'paused');
  const written = (await world.state(corp)).users.length;
  expect(written).toBeLessThan(1_100);
  await world.control('POST', '/settings', { latencyMs: 0 });
  await wait(1_000);
  expect((await world.state(corp)).users.length).toBe(written);
  await push.handle.executeUpdate(resumePushUpdate);
  expect(await world.endOf(push)).toMatchObject({ phase: 'done', error: null });
  expect((await world.state(corp)).users).toHaveLength(1_100);
});

it('in a maintenance window nothing is written; without it the run goes on', async () => {
  const corp = await world.createWritableCorp();
  await world.feedOa(organisation(departments, people(2)));
  const { document } = await world.settings.currentSettings(corp.id);
  const always = { days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '00:00' };
  await world.settings.saveSettings(corp.id, { ...document, maintenanceWindows: [always] }, 'user:test');
  await forgetCalls();
  const push = await world.startPush(corp);
  expect(await world.reaches(push, 'paused')).toMatchObject({ error: { code: 'maintenance-window' } });
  expect(await world.writes()).toEqual({});
  await world.settings.saveSettings(corp.id, document, 'user:test');
  await push.handle.executeUpdate(resumePushUpdate);
  expect(await world.endOf(push)).toMatchObject({ phase: 'done', error: null });
  expect(await world.writes()).toEqual({ 'department/create': 3, 'user/create': 2 });
});

it('a corp that may only be read is refused with the reason', async () => {
  const corp = await world.createCorp({});
  expect(await world.push(corp)).toMatchObject({ phase: 'failed', error: { code: 'read-only' } });
});

/** All that Temporal keeps of an execution, in clear. */
async function kept({ handle }: Awaited<ReturnType<PushWorld['startPush']>>): Promise<string> {
  return JSON.stringify(
    [await handle.fetchHistory(), (await handle.describe()).raw],
    (key, value: unknown) => {
      // The SDK's messages turn themselves into JSON, and payloads into Base64, before a replacer sees them.
      if (key === 'data' && typeof value === 'string') return Buffer.from(value, 'base64').toString('utf8');
      return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value;
    },
  );
}

it('no name, userid, number or secret enters the history', async () => {
  const corp = await world.createWritableCorp();
  await world.feedOa(organisation(departments, people(3)));
  const push = await world.startPush(corp);
  await push.handle.result();
  const text = await kept(push);
  expect(text).toContain(corp.id);
  for (const personal of [...personalValues, corp.corpid, 'contacts-secret']) {
    expect(text).not.toContain(personal);
  }
});

it('why a plan was stopped is told with its names by the run, and enters the history without them', async () => {
  const corp = await world.createWritableCorp();
  const { departments: rows, users } = organisation(departments, people(1));
  const subcompanies = [{ id: 'root', name: '另一家公司', parentId: null, order: 0 }];
  await world.feedOa({ subcompanies, departments: rows, users });
  const push = await world.startPush(corp);
  expect(await world.endOf(push)).toMatchObject({
    phase: 'failed',
    error: { code: 'root-names-differ', params: { oaName: '另一家公司', wecomName: '测试企业' } },
  });
  const text = await kept(push);
  expect(text).toContain('root-names-differ');
  for (const name of ['另一家公司', '测试企业', ...personalValues]) expect(text).not.toContain(name);
});
