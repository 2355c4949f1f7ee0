import { createApplyWorld, organisation, person, type ApplyWorld } from './apply-world';

let world: ApplyWorld;

beforeAll(async () => {
  world = await createApplyWorld();
});

afterAll(() => world.close());

const twoDepartments = [
  ['d1', '部门A', null],
  ['d2', '部门B', 'd1'],
] as const;

test('departments are created parents first and linked, people are created in them and bound', async () => {
  const corp = await world.createCorp();
  await world.feed(organisation(twoDepartments, [person('u1', { departmentId: 'd2' })]));
  const source = await world.push(corp);

  const parent = await world.department(corp, '部门A');
  const child = await world.department(corp, '部门B');
  expect(child).toMatchObject({ parentid: parent!.id });
  expect(await world.linkOf(corp, 'department:d2')).toBe(child!.id);
  expect(await world.user(corp, 'u1')).toMatchObject({
    name: '员工u1',
    position: '工程师',
    department: [child!.id],
    main_department: child!.id,
  });
  expect(await world.mirrorOf(corp, 'u1')).toMatchObject({
    boundTo: 'u1',
    createdByBridge: true,
    departments: [child!.id],
    departmentsFromOa: [child!.id],
    written: { name: '员工u1', mobile: '13700000001', position: '工程师' },
    status: 4,
  });
  expect((await world.rows(source)).map(({ status }) => status)).not.toContain('pending');
  expect(await world.runs.findRun(source.runId)).toMatchObject({
    phase: 'done',
    progress: { done: 4, failed: 0, total: 4 },
    apiCalls: { 'department/create': 2, 'user/create': 1 },
  });
});

test('nobody is invited unless the settings say so, and WeCom is always told', async () => {
  const quiet = await world.createCorp();
  await world.feed(organisation([], [person('u1')]));
  await world.forgetCalls();
  await world.push(quiet);
  expect((await world.calls('user/create')).map(({ request }) => request['to_invite'])).toEqual([false]);

  const inviting = await world.createCorp({ push: { inviteUsers: true } });
  await world.forgetCalls();
  await world.push(inviting);
  expect((await world.calls('user/create')).map(({ request }) => request['to_invite'])).toEqual([true]);
});

test('what is there already is linked and bound without a call', async () => {
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
  await world.forgetCalls();
  const source = await world.push(corp);
  expect(await world.linkOf(corp, 'department:d1')).toBe(7);
  expect(await world.mirrorOf(corp, 'no-u1')).toMatchObject({ boundTo: 'u1', createdByBridge: false });
  expect(await world.calls('user/update')).toEqual([]);
  expect(await world.calls('user/create')).toEqual([]);
  expect(await world.row(source, 'bindUser:u1')).toMatchObject({ status: 'done', outcome: null });
});

test('a second push without changes writes nothing', async () => {
  const corp = await world.createCorp();
  await world.feed(
    organisation(twoDepartments, [
      person('u1', { departmentId: 'd2' }),
      person('u2', { departmentId: 'd1', gender: 'male', email: 'u2@example.com' }),
    ]),
  );
  await world.push(corp);
  const again = await world.plan(corp);
  expect(await world.rows(again)).toEqual([]);
});

test('renames and moves change only what differs, and each is one call', async () => {
  const corp = await world.createCorp();
  await world.feed(
    organisation(
      [
        ['a', '甲', null],
        ['b', '乙', null],
        ['c', '丙', 'a'],
      ],
      [],
    ),
  );
  await world.push(corp);
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((id) => world.linkOf(corp, `department:${id}`)));

  await world.feed(
    organisation(
      [
        ['a', '新甲', null],
        ['b', '乙', null],
        ['c', '丙', 'b'],
      ],
      [],
    ),
  );
  await world.forgetCalls();
  await world.push(corp);
  expect((await world.calls('department/update')).map(({ request }) => request)).toEqual([
    expect.objectContaining({ id: a, name: '新甲' }),
    expect.objectContaining({ id: c, parentid: b }),
  ]);
  const [renamed, moved] = (await world.calls('department/update')).map(({ request }) => request);
  expect(renamed).not.toHaveProperty('parentid');
  expect(moved).not.toHaveProperty('name');
  expect(await world.department(corp, '丙')).toMatchObject({ id: c, parentid: b });
});

test('once a top department is chosen, what a push without one made moves below it, and an undo takes it back', async () => {
  const corp = await world.createCorp({
    corp: { departments: [{ id: 50, name: '其他部门', parentid: 1 }] },
  });
  await world.feed(organisation(twoDepartments, [person('u1', { departmentId: 'd2' }), person('u2')]));
  await world.push(corp);
  const [upper, lower] = await Promise.all(['d1', 'd2'].map((id) => world.linkOf(corp, `department:${id}`)));

  await world.setPush(corp, { topDepartmentId: 50 });
  const moved = await world.push(corp);
  const root = (await world.linkOf(corp, 'subcompany:root'))!;
  expect(await world.department(corp, '部门A')).toMatchObject({ id: upper, parentid: root });
  expect(await world.department(corp, '部门B')).toMatchObject({ id: lower, parentid: upper });
  expect(await world.user(corp, 'u1')).toMatchObject({ department: [lower] });
  expect(await world.user(corp, 'u2')).toMatchObject({ department: [50] });
  expect(await world.rows(await world.plan(corp))).toEqual([]);

  await world.applyOnce(await world.plan(corp, moved.runId));
  expect(await world.department(corp, '部门A')).toMatchObject({ id: upper, parentid: 1 });
  expect(await world.user(corp, 'u2')).toMatchObject({ department: [1] });
  await world.setPush(corp, {});
  const again = await world.plan(corp);
  expect((await world.rows(again)).map(({ changeId }) => changeId)).toEqual([
    'linkDepartment:subcompany:root',
  ]);
});

test('a department that WeCom added stays beside those that the OA names', async () => {
  const corp = await world.createCorp({ corp: { departments: [{ id: 50, name: '项目组', parentid: 1 }] } });
  await world.feed(organisation(twoDepartments, [person('u1', { departmentId: 'd1' })]));
  await world.push(corp);
  const first = (await world.linkOf(corp, 'department:d1'))!;
  const second = (await world.linkOf(corp, 'department:d2'))!;
  await world.byHand(corp, 'user/update', { userid: 'u1', department: [first, 50] });

  await world.feed(organisation(twoDepartments, [person('u1', { departmentId: 'd2' })]));
  await world.push(corp);
  expect(await world.user(corp, 'u1')).toMatchObject({ department: [second, 50], main_department: second });
  expect(await world.mirrorOf(corp, 'u1')).toMatchObject({
    departments: [second, 50],
    departmentsFromOa: [second],
  });
  expect(await world.rows(await world.plan(corp))).toEqual([]);
});

test('departed members are disabled into their department, and come back enabled', async () => {
  const corp = await world.createCorp({
    push: {
      departed: {
        action: 'disable',
        immediate: false,
        deleteAfterDays: null,
        deletionTime: '03:00',
        holdForHandOver: false,
        moveToDepartment: { enabled: true, name: '已禁用用户' },
      },
    },
  });
  const staff = [person('u1', { departmentId: 'd1' }), person('u2', { departmentId: 'd1' })];
  await world.feed(organisation(twoDepartments, staff));
  await world.push(corp);

  await world.feed(organisation(twoDepartments, [{ ...staff[0]!, status: 'departed' }, staff[1]!]));
  await world.push(corp);
  const folder = (await world.department(corp, '已禁用用户'))!;
  expect(await world.user(corp, 'u1')).toMatchObject({ enable: 0, department: [folder.id] });
  expect(await world.mirrorOf(corp, 'u1')).toMatchObject({
    status: 2,
    disabledByBridge: true,
    boundTo: 'u1',
    departmentsFromOa: [],
    gone: false,
  });

  await world.feed(organisation(twoDepartments, staff));
  await world.push(corp);
  const home = await world.linkOf(corp, 'department:d1');
  expect(await world.user(corp, 'u1')).toMatchObject({ enable: 1, department: [home] });
  expect(await world.mirrorOf(corp, 'u1')).toMatchObject({ disabledByBridge: false, departments: [home] });
  expect(await world.rows(await world.plan(corp))).toEqual([]);
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

async function corpWithLeaver() {
  const corp = await world.createCorp({ push: deleting });
  await world.feed(
    organisation(twoDepartments, [
      person('u1', { departmentId: 'd2' }),
      person('u2', { departmentId: 'd1' }),
    ]),
  );
  await world.push(corp);
  await world.feed(
    organisation(
      [['d1', '部门A', null]],
      [person('u1', { status: 'departed' }), person('u2', { departmentId: 'd1' })],
    ),
  );
  return corp;
}

test('a deleted member takes the binding along, and the department left empty goes after', async () => {
  const corp = await corpWithLeaver();
  await world.push(corp);
  expect(await world.user(corp, 'u1')).toBeUndefined();
  expect(await world.mirrorOf(corp, 'u1')).toMatchObject({ gone: true, boundTo: null });
  expect(await world.department(corp, '部门B')).toBeUndefined();
  expect(await world.linkOf(corp, 'department:d2')).toBeUndefined();
  expect(await world.rows(await world.plan(corp))).toEqual([]);
});

test('whoever is active again in the OA by the time of deleting is not deleted', async () => {
  const corp = await corpWithLeaver();
  const source = await world.plan(corp);
  await world.db.pool.query(`UPDATE oa_user SET status = 'active' WHERE id = 'u1'`);
  await world.applyOnce(source);
  expect(await world.row(source, 'deleteUser:u1')).toMatchObject({
    status: 'skipped',
    outcome: { code: 'changed-since' },
  });
  expect(await world.user(corp, 'u1')).toBeDefined();
  // The department was to be deleted once it is empty, which it is not.
  expect(await world.row(source, 'deleteDepartment:department:d2')).toMatchObject({
    status: 'skipped',
    outcome: { code: 'dependency-failed', params: { change: 'deleteUser:u1' } },
  });
});

test('a member who is bound to somebody else by the time of deleting is not deleted', async () => {
  const corp = await corpWithLeaver();
  const source = await world.plan(corp);
  await world.db.pool.query(
    `UPDATE binding SET oa_user_id = 'other' WHERE corp_id = $1 AND oa_user_id = 'u1'`,
    [corp.id],
  );
  await world.applyOnce(source);
  expect(await world.row(source, 'deleteUser:u1')).toMatchObject({ outcome: { code: 'changed-since' } });
  expect(await world.user(corp, 'u1')).toBeDefined();
});

test('a member whose status has changed since the plan was made is not deleted', async () => {
  const corp = await corpWithLeaver();
  const source = await world.plan(corp);
  await world.byHand(corp, 'user/update', { userid: 'u1', status: 1 });
  await world.applyOnce(source);
  expect(await world.row(source, 'deleteUser:u1')).toMatchObject({ outcome: { code: 'changed-since' } });
  expect(await world.user(corp, 'u1')).toBeDefined();
});

test('a department that somebody was put into since is held and names who is inside', async () => {
  const corp = await world.createCorp();
  await world.feed(organisation(twoDepartments, [person('u1')]));
  await world.push(corp);
  const id = (await world.linkOf(corp, 'department:d2'))!;
  await world.feed(organisation([['d1', '部门A', null]], [person('u1')]));
  const source = await world.plan(corp);
  await world.byHand(corp, 'user/create', {
    userid: 'guest',
    name: '客人',
    mobile: '13900000000',
    department: [id],
  });
  await world.applyOnce(source);
  expect(await world.row(source, 'deleteDepartment:department:d2')).toMatchObject({
    status: 'held',
    outcome: { code: 'department-not-empty', params: { members: 1, departments: 0 }, userIds: ['guest'] },
  });
  expect(await world.finish(source)).toMatchObject({ held: 1 });
});

test('superiors are named once everybody exists', async () => {
  const corp = await world.createCorp({ push: { leaders: true } });
  await world.feed(organisation([], [person('u1', { managerId: 'u2' }), person('u2')]));
  await world.push(corp);
  expect(await world.user(corp, 'u1')).toMatchObject({ direct_leader: ['u2'] });
  expect(await world.mirrorOf(corp, 'u1')).toMatchObject({ written: { direct_leader: 'u2' } });
  expect(await world.rows(await world.plan(corp))).toEqual([]);
});

test('attributes of admins and for outsiders are written, and one that changes leaves the others alone', async () => {
  const corp = await world.createCorp({
    corp: { extattrs: [{ name: '爱好', type: 0 }], certifiedNames: ['云程'] },
    push: {
      fieldMapping: [
        { to: 'extattr.爱好', from: 'custom.hobby' },
        { to: 'external_position', from: 'position' },
      ],
      externalMapping: [
        { to: 'external_corp_name', from: 'custom.corp' },
        { to: '微博', from: 'custom.blog' },
        { to: '口号', from: 'custom.slogan' },
        { to: '预约', from: 'custom.booking' },
      ],
    },
  });
  const custom = {
    hobby: '登山',
    corp: '云程',
    blog: '[我的微博](https://weibo.example.com/u1)',
    slogan: '一起走',
    booking: 'miniprogram:wx8bd80126147df384/pages/book',
  };
  await world.feed(organisation([], [person('u1', { custom })]));
  await world.push(corp);
  const profile = [
    { type: 1, name: '微博', web: { url: 'https://weibo.example.com/u1', title: '我的微博' } },
    { type: 0, name: '口号', text: { value: '一起走' } },
    {
      type: 2,
      name: '预约',
      miniprogram: { appid: 'wx8bd80126147df384', pagepath: 'pages/book', title: '预约' },
    },
  ];
  expect(await world.user(corp, 'u1')).toMatchObject({
    extattr: { attrs: [{ type: 0, name: '爱好', text: { value: '登山' } }] },
    external_position: '工程师',
    external_profile: { external_corp_name: '云程', external_attr: expect.arrayContaining(profile) },
  });

  await world.feed(organisation([], [person('u1', { custom: { ...custom, slogan: '再出发' } })]));
  await world.push(corp);
  const { external_profile: after } = (await world.user(corp, 'u1'))!;
  expect(after).toMatchObject({
    external_corp_name: '云程',
    external_attr: expect.arrayContaining([
      profile[0],
      { type: 0, name: '口号', text: { value: '再出发' } },
      profile[2],
    ]),
  });
});

test('the mobile of somebody who has activated is not sent, and not remembered as written', async () => {
  const corp = await world.createCorp();
  await world.feed(organisation([], [person('u1')]));
  await world.push(corp);
  await world.feed(organisation([], [person('u1', { mobile: '13711112222', position: '主管' })]));
  const source = await world.plan(corp);
  await world.db.pool.query('UPDATE mirror_member SET ever_activated = true WHERE corp_id = $1', [corp.id]);
  await world.forgetCalls();
  await world.applyOnce(source);
  const [call] = await world.calls('user/update');
  expect(call?.request).toMatchObject({ position: '主管' });
  expect(call?.request).not.toHaveProperty('mobile');
  expect(await world.row(source, 'updateUser:u1')).toMatchObject({
    status: 'done',
    outcome: { code: 'mobile-of-activated-member' },
  });
  expect(await world.mirrorOf(corp, 'u1')).toMatchObject({
    written: { mobile: '13700000001', position: '主管' },
  });
});

test.each([
  { taken: { userid: 'u1', mobile: '13999999999' }, code: 'userid-exists', errcode: 60102, owner: 'u1' },
  { taken: { userid: 'x1', mobile: '13700000001' }, code: 'mobile-exists', errcode: 60104, owner: 'x1' },
  { taken: { userid: 'x1', email: 'u1@example.com' }, code: 'email-exists', errcode: 60106, owner: 'x1' },
])(
  'an account with the same $code is offered for binding, never made twice',
  async ({ taken, code, errcode, owner }) => {
    const corp = await world.createCorp();
    await world.feed(organisation([], [person('u1', { email: 'u1@example.com' }), person('u2')]));
    const source = await world.plan(corp);
    await world.byHand(corp, 'user/create', { name: '别人', department: [1], ...taken });
    await world.applyOnce(source);
    expect(await world.row(source, 'createUser:u1')).toMatchObject({
      status: 'conflict',
      attempts: 1,
      outcome: { code, userIds: [owner], wecom: { errcode, path: 'user/create' } },
    });
    // One member's trouble is nobody else's.
    expect(await world.user(corp, 'u2')).toBeDefined();
    expect(await world.finish(source)).toEqual({ done: 2, failed: 1, held: 0 });
  },
);

test('a department removed by hand fails its people instead of letting WeCom make another', async () => {
  const corp = await world.createCorp();
  await world.feed(organisation([['d1', '部门A', null]], []));
  await world.push(corp);
  await world.feed(organisation([['d1', '部门A', null]], [person('u1', { departmentId: 'd1' })]));
  const source = await world.plan(corp);
  const id = await world.linkOf(corp, 'department:d1');
  await world.db.pool.query(
    'UPDATE mirror_department SET gone_at = now() WHERE corp_id = $1 AND department_id = $2',
    [corp.id, id],
  );
  await world.forgetCalls();
  await world.applyOnce(source);
  expect(await world.row(source, 'createUser:u1')).toMatchObject({
    status: 'failed',
    outcome: { code: 'department-gone', params: { departmentId: id } },
  });
  expect(await world.calls('user/create')).toEqual([]);
});

test('departments that WeCom makes by itself are a failure with their numbers, and the account stays known', async () => {
  const corp = await world.createCorp();
  await world.feed(organisation([['d1', '部门A', null]], []));
  await world.push(corp);
  const id = (await world.linkOf(corp, 'department:d1'))!;
  await world.feed(organisation([['d1', '部门A', null]], [person('u1', { departmentId: 'd1' })]));
  const source = await world.plan(corp);
  await world.byHand(corp, 'department/delete', { id });
  await world.applyOnce(source);
  expect(await world.row(source, 'createUser:u1')).toMatchObject({
    status: 'failed',
    outcome: { code: 'departments-made-by-wecom' },
  });
  expect(await world.mirrorOf(corp, 'u1')).toMatchObject({ boundTo: 'u1', createdByBridge: true });
});

test('what WeCom would refuse fails with its errcode without being sent, and so do those who wait for it', async () => {
  const corp = await world.createCorp();
  await world.feed(
    organisation(
      [['d1', '部门A', null]],
      [person('u1', { departmentId: 'd1' }), person('u2', { departmentId: 'd1' })],
    ),
  );
  const source = await world.plan(corp);
  await world.db.pool.query(
    `UPDATE push_change SET change = jsonb_set(change, '{after,name}', '"a:b"')
     WHERE run_id = $1 AND action = 'createDepartment'`,
    [source.runId],
  );
  await world.forgetCalls();
  await world.applyOnce(source);
  expect(await world.row(source, 'createDepartment:department:d1')).toMatchObject({
    status: 'failed',
    outcome: { code: 'wecom-refused', wecom: { errcode: 60009 } },
  });
  expect(await world.calls('department/create')).toEqual([]);
  for (const id of ['u1', 'u2']) {
    expect(await world.row(source, `createUser:${id}`)).toMatchObject({
      status: 'skipped',
      outcome: { code: 'dependency-failed', params: { change: 'createDepartment:department:d1' } },
    });
  }
});

test('a change that was left out takes those that need it along', async () => {
  const corp = await world.createCorp();
  await world.feed(organisation([['d1', '部门A', null]], [person('u1', { departmentId: 'd1' })]));
  const source = await world.plan(corp);
  await world.db.pool.query(
    `UPDATE push_change SET left_out = true WHERE run_id = $1 AND action = 'createDepartment'`,
    [source.runId],
  );
  await world.applyOnce(source);
  expect(await world.row(source, 'createUser:u1')).toMatchObject({ status: 'skipped' });
  expect(await world.row(source, 'createDepartment:department:d1')).toMatchObject({
    status: 'pending',
    attempts: 0,
  });
});
