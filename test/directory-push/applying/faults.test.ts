import type { PushSource } from '../../../activities/directory-push-applying';
import type { OaDirectory } from '../../../oa/port';
import {
  createApplyWorld,
  organisation,
  person,
  type ApplyWorld,
  type PushedCorp,
  type SimulatedUser,
} from './apply-world';

let world: ApplyWorld;

beforeAll(async () => {
  world = await createApplyWorld();
});

afterAll(() => world.close());

beforeEach(async () => {
  await world.noFaults();
  await world.simulatorSettings({ trustedIps: [] });
});

const deleting = {
  departed: {
    action: 'delete',
    immediate: false,
    deleteAfterDays: null,
    deletionTime: '03:00',
    holdForHandOver: false,
    moveToDepartment: { enabled: false, name: '已禁用用户' },
  },
} as const;

/** How a corp stands at first, and what the OA wants then: one change of each kind. */
const scenes: Readonly<
  Record<string, { readonly path: string; readonly before: OaDirectory; readonly after: OaDirectory }>
> = {
  'creating a department': {
    path: 'department/create',
    before: organisation([], []),
    after: organisation([['d1', '部门A', null]], []),
  },
  'renaming a department': {
    path: 'department/update',
    before: organisation([['d1', '部门A', null]], []),
    after: organisation([['d1', '部门甲', null]], []),
  },
  'moving a department': {
    path: 'department/update',
    before: organisation(
      [
        ['d1', '部门A', null],
        ['d2', '部门B', null],
      ],
      [],
    ),
    after: organisation(
      [
        ['d1', '部门A', null],
        ['d2', '部门B', 'd1'],
      ],
      [],
    ),
  },
  'deleting a department': {
    path: 'department/delete',
    before: organisation([['d1', '部门A', null]], [person('u1')]),
    after: organisation([], [person('u1')]),
  },
  'creating a member': {
    path: 'user/create',
    before: organisation([], []),
    after: organisation([], [person('u1', { email: 'u1@example.com' })]),
  },
  'updating a member': {
    path: 'user/update',
    before: organisation([], [person('u1')]),
    after: organisation([], [person('u1', { position: '主管', mobile: '13711112222' })]),
  },
  'naming a superior': {
    path: 'user/update',
    before: organisation([], [person('u1')]),
    after: organisation([], [person('u1', { managerId: 'u2' }), person('u2')]),
  },
  'disabling a member': {
    path: 'user/update',
    before: organisation([], [person('u1'), person('u2')]),
    after: organisation([], [person('u1', { status: 'departed' }), person('u2')]),
  },
  'deleting a member': {
    path: 'user/delete',
    before: organisation([], [person('u1'), person('u2')]),
    after: organisation([], [person('u1', { status: 'departed' }), person('u2')]),
  },
};

async function prepared(name: string): Promise<{ corp: PushedCorp; source: PushSource }> {
  const scene = scenes[name]!;
  const corp = await world.createCorp({
    push: { leaders: true, ...(name === 'deleting a member' ? deleting : {}) },
  });
  await world.feed(scene.before);
  await world.push(corp);
  await world.feed(scene.after);
  return { corp, source: await world.plan(corp) };
}

/** Everything of the simulator's corp that is not its own invention, such as ids. */
async function shapeOf(corp: PushedCorp) {
  const { departments, users } = await world.state(corp);
  const names = new Map(departments.map(({ id, name }) => [id, name]));
  return {
    departments: departments.map(({ name, parentid }) => `${names.get(parentid) ?? ''}/${name}`).sort(),
    users: users.map((user) => shapeOfUser(user, names)).sort((a, b) => (a.userid < b.userid ? -1 : 1)),
  };
}

function shapeOfUser(user: SimulatedUser, names: ReadonlyMap<number, string>) {
  const { userid, name, department, mobile, email, position, enable, direct_leader } = user;
  return {
    userid,
    name,
    mobile,
    email,
    position,
    enable,
    direct_leader,
    department: department.map((id) => names.get(id)),
  };
}

const withoutFaults = new Map<string, Awaited<ReturnType<typeof shapeOf>>>();

beforeAll(async () => {
  for (const name of Object.keys(scenes)) {
    const { corp, source } = await prepared(name);
    await world.applyOnce(source);
    withoutFaults.set(name, await shapeOf(corp));
  }
});

async function settledAsWithoutFaults(name: string, corp: PushedCorp, source: PushSource): Promise<void> {
  expect(await shapeOf(corp)).toEqual(withoutFaults.get(name));
  expect(new Set((await world.rows(source)).map(({ status }) => status))).toEqual(new Set(['done']));
  // The bridge knows what is there: planning again finds nothing to do.
  expect(await world.rows(await world.plan(corp))).toEqual([]);
}

describe.each(Object.keys(scenes))('%s', (name) => {
  const { path } = scenes[name]!;

  test.each(['after', 'before'] as const)(
    'is settled when the answer is lost %s it happened',
    async (drop) => {
      const { corp, source } = await prepared(name);
      await world.faults({ path, drop, times: 1 });
      await world.applyOnce(source);
      await settledAsWithoutFaults(name, corp, source);
    },
  );

  test('is settled when the outcome was never written down', async () => {
    const { corp, source } = await prepared(name);
    const killed = world.applying({
      settle: () => Promise.reject(new Error('killed before anything was written down')),
    });
    await expect(world.applyOnce(source, killed)).rejects.toThrow('killed');
    expect((await world.rows(source)).map(({ status }) => status)).toContain('applying');
    await world.applyOnce(source);
    await settledAsWithoutFaults(name, corp, source);
  });

  test('is settled when WeCom is busy, and when a gateway answers in its place', async () => {
    const { corp, source } = await prepared(name);
    await world.faults({ path, errcode: -1, times: 1 }, { path, body: 'html', times: 1 });
    await world.applyOnce(source);
    await settledAsWithoutFaults(name, corp, source);
  });
});

test('an account that appeared under the same userid while an answer was lost is not taken for ours', async () => {
  const corp = await world.createCorp();
  await world.feed(organisation([], [person('u1')]));
  const source = await world.plan(corp);
  await world.faults({ path: 'user/create', drop: 'before', times: 1 });
  await world.byHand(corp, 'user/create', {
    userid: 'u1',
    name: '别人',
    mobile: '13999999999',
    department: [1],
  });
  await world.applyOnce(source);
  expect(await world.row(source, 'createUser:u1')).toMatchObject({
    status: 'conflict',
    outcome: { code: 'userid-exists', userIds: ['u1'] },
  });
  expect(await world.mirrorOf(corp, 'u1')).toBeUndefined();
});

test('an account of ours that no app sees is recognised by its mobile', async () => {
  const corp = await world.createCorp({
    corp: {
      departments: [
        { id: 2, name: '可见', parentid: 1 },
        { id: 3, name: '不可见', parentid: 1 },
      ],
    },
    push: { topDepartmentId: 2 },
    visibleDepartments: [2],
  });
  await world.feed(organisation([], [person('u1')]));
  const source = await world.plan(corp);
  await world.faults({ path: 'user/create', drop: 'after', times: 1 });
  // Out of sight before the bridge asks again.
  await world.faults({ path: 'user/get', errcode: 60011 });
  await world.applyOnce(source);
  expect(await world.row(source, 'createUser:u1')).toMatchObject({
    status: 'done',
    outcome: { code: 'already-so' },
  });
});

test('a token that ends in the middle is renewed, and no change suffers', async () => {
  const corp = await world.createCorp();
  await world.feed(
    organisation(
      [],
      Array.from({ length: 60 }, (_, n) => person(`u${n}`)),
    ),
  );
  const source = await world.plan(corp);
  await world.faults({ path: 'user/create', errcode: 42001, times: 1 });
  await world.applyOnce(source);
  expect((await world.rows(source)).filter(({ status }) => status !== 'done')).toEqual([]);
});

test('an address that WeCom does not trust stops the push, and it goes on where it was', async () => {
  const corp = await world.createCorp();
  await world.feed(
    organisation(
      [],
      Array.from({ length: 40 }, (_, n) => person(`u${n}`)),
    ),
  );
  const source = await world.plan(corp);
  await world.simulatorSettings({ trustedIps: ['10.9.9.9'] });
  await expect(world.applyOnce(source)).rejects.toMatchObject({
    type: 'PushStopped',
    nonRetryable: true,
    details: [
      {
        code: 'wecom-access',
        wecom: { errcode: 60020, path: expect.any(String), fromIp: expect.any(String) },
      },
    ],
  });
  const stopped = (await world.rows(source)).filter(({ action }) => action === 'createUser');
  expect(new Set(stopped.map(({ status }) => status))).toEqual(new Set(['pending']));

  await world.simulatorSettings({ trustedIps: [] });
  expect(await world.applyOnce(source)).toMatchObject({ done: 40, failed: 0, left: 0 });
  expect((await world.state(corp)).users).toHaveLength(40);
});

test('changes that WeCom can not take for long are left for a later pass, and the reason is said', async () => {
  const corp = await world.createCorp();
  await world.feed(organisation([], [person('u1'), person('u2')]));
  const source = await world.plan(corp);
  await world.faults({ path: 'user/create', httpStatus: 503 });
  const [first] = await world.inActivity(world.applying().listBatches, source);
  if (first?.stage !== 2000) await world.inActivity(world.applying().applyBatch, source, first!);
  const batch = (await world.inActivity(world.applying().listBatches, source)).find(
    ({ stage }) => stage === 2000,
  );
  expect(await world.inActivity(world.applying().applyBatch, source, batch!)).toMatchObject({
    done: 0,
    failed: 0,
    skipped: 0,
    left: 2,
    lastError: { code: 'wecom-unavailable', wecom: { path: 'user/create' } },
  });
  const nextTryAt = '2026-01-01T00:00:00.000Z';
  await world.inActivity(world.applying().noteNextTry, source, nextTryAt);
  const left = (await world.rows(source)).filter(({ action }) => action === 'createUser');
  expect(left.map(({ outcome }) => outcome)).toMatchObject(
    Array(2).fill({ code: 'wecom-unavailable', nextTryAt }),
  );
  await world.noFaults();
  expect(await world.applyOnce(source)).toMatchObject({ done: 2, left: 0 });
});

test('an attempt that was given up for dead does not write into its successor’s rows', async () => {
  const corp = await world.createCorp();
  await world.feed(organisation([], [person('u1')]));
  const source = await world.plan(corp);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const slow = world.applying({
    settle: async (settled) => {
      await held;
      return world.ledger.settle(settled);
    },
  });
  const batches = await world.inActivity(world.applying().listBatches, source);
  const creations = batches.find(({ stage }) => stage === 2000)!;
  const late = world.inActivity(slow.applyBatch, source, creations);
  while ((await world.user(corp, 'u1')) === undefined) await new Promise((next) => setTimeout(next, 20));
  await world.applyOnce(source);
  release();
  await late;
  expect(await world.row(source, 'createUser:u1')).toMatchObject({
    status: 'done',
    attempts: 2,
    outcome: { code: 'already-so' },
  });
  expect(await world.runs.findRun(source.runId)).toMatchObject({ progress: { done: 2, failed: 0 } });
});

/** 300 changes of every kind. */
const crowd = (position: string, from: number, to: number, leavers = 0): OaDirectory =>
  organisation(
    Array.from({ length: 12 }, (_, n) => [`d${n}`, `部门${n}`, n < 4 ? null : `d${n % 4}`] as const),
    Array.from({ length: to - from }, (_, n) =>
      person(`u${from + n}`, {
        position,
        departmentId: `d${(from + n) % 12}`,
        status: n < leavers ? 'departed' : 'active',
      }),
    ),
  );

test('300 changes with every twentieth call failing end as without failures, each with one outcome', async () => {
  const apply = async (withFaults: boolean) => {
    const corp = await world.createCorp({ push: deleting });
    await world.feed(crowd('工程师', 0, 120));
    await world.push(corp);
    await world.feed(crowd('高级工程师', 0, 260, 40));
    const source = await world.plan(corp);
    if (withFaults) {
      await world.faults(
        { path: '*', rate: 0.02, errcode: -1 },
        { path: '*', rate: 0.02, drop: 'after' },
        { path: '*', rate: 0.01, httpStatus: 502 },
      );
    }
    for (let left = 1; left > 0;) ({ left } = await world.applyOnce(source));
    await world.noFaults();
    return { shape: await shapeOf(corp), rows: await world.rows(source), corp };
  };
  const faultless = await apply(false);
  const faulty = await apply(true);
  expect(faultless.rows.length).toBeGreaterThan(250);
  expect(faulty.shape).toEqual(faultless.shape);
  expect(faulty.rows.map(({ changeId, status }) => [changeId, status])).toEqual(
    faultless.rows.map(({ changeId, status }) => [changeId, status]),
  );
  expect(new Set(faulty.rows.map(({ status }) => status))).toEqual(new Set(['done']));
  expect(await world.rows(await world.plan(faulty.corp))).toEqual([]);
});
