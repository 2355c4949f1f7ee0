import { MockActivityEnvironment } from '@temporalio/testing';
import { createApplyWorld, organisation, person, type ApplyWorld } from './apply-world';

let world: ApplyWorld;

beforeAll(async () => {
  world = await createApplyWorld();
});

afterAll(() => world.close());

const departments = [
  ['d1', '部门A', null],
  ['d2', '部门B', null],
] as const;

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

test('a pull that began before the bridge wrote does not overwrite what the bridge knows by then', async () => {
  const corp = await world.createCorp({ push: deleting });
  const staff = (change: { readonly leaves: boolean; readonly home: string; readonly name: string }) =>
    organisation(
      [['d1', change.name, null], departments[1]],
      [
        person('u1', { departmentId: change.home }),
        person('u2', { departmentId: 'd1', status: change.leaves ? 'departed' : 'active' }),
      ],
    );
  await world.feed(staff({ leaves: false, home: 'd1', name: '部门A' }));
  await world.push(corp);
  const [, second] = await Promise.all(['d1', 'd2'].map((id) => world.linkOf(corp, `department:${id}`)));

  await world.feed(staff({ leaves: true, home: 'd2', name: '部门甲' }));
  const source = await world.plan(corp);
  const late = await world.readOnly(corp);
  await world.applyOnce(source);
  await late.merge();

  expect(await world.mirrorOf(corp, 'u1')).toMatchObject({ departments: [second], gone: false });
  expect(await world.mirrorOf(corp, 'u2')).toMatchObject({ gone: true, boundTo: null });
  const { rows } = await world.db.pool.query(
    `SELECT name FROM mirror_department WHERE corp_id = $1 AND name LIKE '部门%' ORDER BY department_id`,
    [corp.id],
  );
  expect(rows).toEqual([{ name: '部门甲' }, { name: '部门B' }]);
  expect(await world.rows(await world.plan(corp))).toEqual([]);
});

test('what the bridge created while a pull was reading is not gone because that pull did not see it', async () => {
  const corp = await world.createCorp();
  await world.feed(organisation([departments[0]], [person('u1', { departmentId: 'd1' })]));
  const source = await world.plan(corp);
  const late = await world.readOnly(corp);
  await world.applyOnce(source);
  await late.merge();
  expect(await world.mirrorOf(corp, 'u1')).toMatchObject({ gone: false, boundTo: 'u1' });
  expect(await world.rows(await world.plan(corp))).toEqual([]);
});

test('a member who was seen activated once is remembered as such', async () => {
  const corp = await world.createCorp();
  await world.feed(organisation([], [person('u1'), person('u2')]));
  await world.push(corp);
  await world.byHand(corp, 'user/update', { userid: 'u1', status: 1 });
  await world.pull(corp);
  await world.byHand(corp, 'user/update', { userid: 'u1', status: 2 });
  await world.pull(corp);
  expect(await world.mirrorOf(corp, 'u1')).toMatchObject({ status: 2, everActivated: true });
  expect(await world.mirrorOf(corp, 'u2')).toMatchObject({ status: 4, everActivated: false });
});

test('an account made by hand under the userid of a deleted one starts without its past', async () => {
  const corp = await world.createCorp({ push: deleting });
  await world.feed(organisation([], [person('u1'), person('u2')]));
  await world.push(corp);
  await world.feed(organisation([], [person('u1', { status: 'departed' }), person('u2')]));
  await world.push(corp);
  await world.byHand(corp, 'user/create', {
    userid: 'u1',
    name: '新人',
    mobile: '13900000001',
    department: [1],
  });
  await world.pull(corp);
  expect(await world.mirrorOf(corp, 'u1')).toMatchObject({
    gone: false,
    written: null,
    createdByBridge: false,
    boundTo: null,
  });
});

test('an activity that is cancelled finishes what it has begun, and gives the rest back', async () => {
  const corp = await world.createCorp();
  await world.feed(
    organisation(
      [],
      Array.from({ length: 120 }, (_, n) => person(`u${n}`)),
    ),
  );
  const source = await world.plan(corp);
  await world.simulatorSettings({ latencyMs: 30 });
  const { listBatches, applyBatch } = world.applying();
  const batch = (await world.inActivity(listBatches, source)).find(({ stage }) => stage === 2000)!;
  const environment = new MockActivityEnvironment();
  setTimeout(() => environment.cancel(), 150);
  await expect(environment.run(applyBatch, source, batch)).rejects.toThrow();
  await world.simulatorSettings({ latencyMs: 0 });

  const creations = (await world.rows(source)).filter(({ action }) => action === 'createUser');
  expect(creations.map(({ status }) => status)).not.toContain('applying');
  const done = creations.filter(({ status }) => status === 'done').length;
  expect((await world.state(corp)).users).toHaveLength(done);
  expect(done).toBeLessThan(120);
  await world.applyOnce(source);
  expect(await world.finish(source)).toMatchObject({ done: 121, failed: 0 });
});
