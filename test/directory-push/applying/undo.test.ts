import { createApplyWorld, organisation, person, type ApplyWorld } from './apply-world';

let world: ApplyWorld;

beforeAll(async () => {
  world = await createApplyWorld();
});

afterAll(() => world.close());

const statuses = (rows: readonly { readonly status: string }[]) => new Set(rows.map(({ status }) => status));

test('an undo takes back what its run did, and the run says so', async () => {
  const corp = await world.createCorp();
  await world.feed(
    organisation(
      [['d1', '部门A', null]],
      [person('u1', { departmentId: 'd1' }), person('u2', { departmentId: 'd1' })],
    ),
  );
  await world.push(corp);
  await world.feed(
    organisation(
      [
        ['d1', '部门甲', null],
        ['d2', '部门B', 'd1'],
      ],
      [
        person('u1', { departmentId: 'd2', position: '主管' }),
        person('u2', { status: 'departed' }),
        person('u3', { departmentId: 'd2' }),
      ],
    ),
  );
  const before = await world.state(corp);
  const pushed = await world.push(corp);
  expect(statuses(await world.rows(pushed))).toEqual(new Set(['done']));

  const undo = await world.plan(corp, pushed.runId);
  await world.applyOnce(undo);
  await world.finish(undo);
  expect((await world.rows(undo)).filter(({ status }) => status !== 'done')).toEqual([]);
  const after = await world.state(corp);
  expect(after.departments).toEqual(before.departments);
  const shown = (users: typeof after.users) =>
    users
      .map(({ userid, name, department, position, enable }) => ({
        userid,
        name,
        department,
        position,
        enable,
      }))
      .sort((one, other) => (one.userid < other.userid ? -1 : 1));
  expect(shown(after.users)).toEqual(shown(before.users));
  expect(statuses(await world.rows(pushed))).toEqual(new Set(['undone']));
  expect(await world.mirrorOf(corp, 'u3')).toMatchObject({ gone: true, boundTo: null });
});

test('an undo of links and bindings needs no call', async () => {
  const corp = await world.createCorp({
    corp: {
      departments: [{ id: 7, name: '部门A', parentid: 1 }],
      users: [
        { userid: 'no-u1', name: '员工u1', mobile: '13700000001', department: [7], position: '工程师' },
      ],
    },
  });
  await world.feed(
    organisation([['d1', '部门A', null]], [person('u1', { departmentId: 'd1', mobile: null })]),
  );
  const pushed = await world.push(corp);
  expect(await world.mirrorOf(corp, 'no-u1')).toMatchObject({ boundTo: 'u1' });
  await world.forgetCalls();
  const undo = await world.plan(corp, pushed.runId);
  await world.applyOnce(undo);
  await world.finish(undo);
  expect(await world.mirrorOf(corp, 'no-u1')).toMatchObject({ boundTo: null });
  expect(await world.linkOf(corp, 'department:d1')).toBeUndefined();
  for (const path of ['user/update', 'user/delete', 'department/update', 'department/delete']) {
    expect(await world.calls(path)).toEqual([]);
  }
});
