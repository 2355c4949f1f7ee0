import { pushRuleText } from '../../i18n/directory-push';
import { planPush } from '../../domain/directory/push/plan';
import {
  departedBy,
  ids,
  member,
  oaTree,
  oaUser,
  only,
  plan,
  refs,
  rules,
  scopeOf,
  settings,
  snapshot,
  wecomTree,
} from './planning-world';

const nodes = oaTree([
  ['g', 'Group', null],
  ['a', 'A', 'g'],
  ['b', 'B', 'g'],
  ['c', 'C', 'g'],
  ['s', 'Sub', 'c'],
]);
const departments = wecomTree([
  [1, 'Group', 0],
  [2, 'A', 1],
  [3, 'B', 1],
  [4, 'C', 1],
  [5, 'Sub', 4],
]);
const links = { g: 1, a: 2, b: 3, c: 4, s: 5 };
const linked = { nodes, departments, links };

describe('a member in departments A and B whom the OA has in department C', () => {
  it.each([
    { fully: true, expected: [4], title: 'is in C only when departments are fully per OA' },
    { fully: false, expected: [4, 2, 3], title: 'is in A, B and C when they are merged' },
  ])('$title', ({ fully, expected }) => {
    const world = snapshot({
      ...linked,
      users: [oaUser('u1', { departmentId: 'c' })],
      members: [member('u1', { departments: [2, 3] })],
      bound: { u1: 'u1' },
    });
    const change = only(plan(world, { departmentsFullyFromOa: fully }), 'updateUser');
    expect(refs(change.after.placement?.departments)).toEqual(expected);
    expect(change.limitGroups).toEqual(['moves']);
  });

  it('a member of one department always follows the OA', () => {
    const world = snapshot({
      ...linked,
      users: [oaUser('u1', { departmentId: 'c' })],
      members: [member('u1', { departments: [2] })],
      bound: { u1: 'u1' },
    });
    expect(refs(only(plan(world), 'updateUser').after.placement?.departments)).toEqual([4]);
  });

  it('a department that the OA itself gave earlier does not stay behind when they are merged', () => {
    const world = snapshot({
      ...linked,
      users: [oaUser('u1', { departmentId: 'c' })],
      members: [member('u1', { departments: [2, 3], departmentsFromOa: [3] })],
      bound: { u1: 'u1' },
    });
    expect(refs(only(plan(world), 'updateUser').after.placement?.departments)).toEqual([4, 2]);
  });
});

it.each([
  { includePartTimeDepartments: false, expected: [2] },
  { includePartTimeDepartments: true, expected: [2, 3] },
])(
  'part-time departments $includePartTimeDepartments: a new user comes into $expected',
  ({ expected, ...push }) => {
    const users = [oaUser('u1', { departmentId: 'a', partTimeDepartmentIds: ['b'] })];
    const change = only(plan(snapshot({ ...linked, users }), push), 'createUser');
    expect(refs(change.after.placement.departments)).toEqual(expected);
  },
);

it.each([
  { includePartTimeDepartments: false, expected: [] },
  { includePartTimeDepartments: true, expected: [[3]] },
])(
  'part-time departments $includePartTimeDepartments: whose part-time department alone is in scope comes into $expected',
  ({ expected, ...push }) => {
    const users = [oaUser('u1', { departmentId: 'a', partTimeDepartmentIds: ['b'] })];
    const made = plan(snapshot({ ...linked, users }), { ...scopeOf({ departments: ['b'] }), ...push });
    const places = made.changes.map(
      (change) => change.action === 'createUser' && refs(change.after.placement.departments),
    );
    expect(places).toEqual(expected);
  },
);

describe('matching', () => {
  const match = [{ oaField: 'jobNumber', wecomField: 'userid' }];

  it('a binding is never changed by match fields', () => {
    const world = snapshot({
      users: [oaUser('u1', { jobNumber: 'other' })],
      members: [member('u1'), member('other')],
      bound: { u1: 'u1' },
    });
    const made = plan(world, { match });
    expect(ids(made)).toEqual([]);
    expect(made.counts.unmanagedUser).toBe(1);
  });

  it('a match field binds without regard to case', () => {
    const world = snapshot({
      users: [oaUser('u1', { jobNumber: 'ZhangSan' })],
      members: [member('zhangsan', { seen: { name: 'Name u1' }, written: { mobile: '13800000001' } })],
    });
    const made = plan(world, { match });
    expect(ids(made)).toEqual(['bindUser:u1']);
    expect(only(made, 'bindUser').rule).toEqual({
      code: 'bound-by-match-field',
      params: { field: 'userid' },
    });
  });

  it('several members for one user are a conflict, and nothing is done', () => {
    const world = snapshot({
      users: [oaUser('u1', { email: 'a@example.com' })],
      members: [
        member('x', { seen: { email: 'A@example.com' } }),
        member('y', { seen: { email: 'a@example.com' } }),
      ],
    });
    const made = plan(world, { match: [{ oaField: 'email', wecomField: 'email' }] });
    expect(only(made, 'conflict').conflict).toEqual({
      of: 'user',
      oaUserId: 'u1',
      because: { code: 'several-members-match', params: { field: 'email', count: 2 } },
    });
  });

  it('several users for one member are a conflict for each of them', () => {
    const world = snapshot({
      users: [oaUser('u1', { jobNumber: 'x' }), oaUser('u2', { jobNumber: 'X' })],
      members: [member('x')],
    });
    expect(ids(plan(world, { match }))).toEqual(['conflict:user:u1', 'conflict:user:u2']);
  });

  it('a look-up that WeCom answered binds; one that was not made is marked', () => {
    const mobile = [{ oaField: 'mobile', wecomField: 'mobile' }];
    const world = snapshot({
      users: [oaUser('u1'), oaUser('u2')],
      members: [member('x', { written: {} })],
      lookUps: [{ oaUserId: 'u1', field: 'mobile', userId: 'X' }],
    });
    const made = plan(world, { match: mobile });
    expect(only(made, 'bindUser').userId).toBe('x');
    expect(only(made, 'createUser').after.notLookedUp).toEqual(['mobile']);
  });

  describe('of two whom a person told apart', () => {
    const refusal = (field: string, userId: string) => ({
      of: 'user',
      oaUserId: 'u1',
      because: { code: 'refused-by-person', params: { field, userId } },
    });
    const byMobile = [{ oaField: 'mobile', wecomField: 'mobile' }];

    it('neither binds them nor creates a second account, and says why', () => {
      const world = snapshot({
        users: [oaUser('u1')],
        members: [member('no-u1')],
        refused: [['u1', 'no-u1']],
      });
      const made = plan(world, { match });
      expect(ids(made)).toEqual(['conflict:user:u1']);
      expect(only(made, 'conflict').conflict).toEqual(refusal('userid', 'no-u1'));
      for (const lang of ['zh-CN', 'en'] as const) {
        expect(pushRuleText(only(made, 'conflict'), lang)).toMatch(/no-u1.*(不是同一人|two people)/);
      }
      expect(plan(world, { match, createUsers: false }).changes).toEqual([]);
    });

    it('nor by a look-up', () => {
      const lookUps = [{ oaUserId: 'u1', field: 'mobile', userId: 'x' }] as const;
      const world = snapshot({ users: [oaUser('u1')], members: [member('x', { written: {} })], lookUps });
      expect(ids(plan(world, { match: byMobile }))).toEqual(['bindUser:u1', 'updateUser:u1']);
      const apart = plan(
        { ...world, refusedPairs: [{ memberId: 'm-x', oaUserId: 'u1' }] },
        { match: byMobile },
      );
      expect(only(apart, 'conflict').conflict).toEqual(refusal('mobile', 'x'));
    });

    it('a userid that the other one has is told in the same words', () => {
      const users = [oaUser('u1', { loginId: 'X', mobile: '13900000009' })];
      const world = snapshot({ users, members: [member('x')] });
      expect(only(plan(world), 'conflict').conflict).toMatchObject({ because: { code: 'userid-taken' } });
      const apart = plan({ ...world, refusedPairs: [{ memberId: 'm-x', oaUserId: 'u1' }] });
      expect(only(apart, 'conflict').conflict).toEqual(refusal('userid', 'x'));
    });

    it('each may be found by a later field, and is then no second account of the other', () => {
      const world = snapshot({
        users: [oaUser('u1', { jobNumber: 'x' }), oaUser('u2', { email: 'x@example.com' })],
        members: [
          member('x', { seen: { email: 'x@example.com' } }),
          member('y', { seen: { email: 'y@example.com' } }),
        ],
        refused: [['u1', 'x']],
      });
      const made = plan(world, { match: [...match, { oaField: 'email', wecomField: 'email' }] });
      expect(only(made, 'bindUser')).toMatchObject({ oaUserId: 'u2', userId: 'x' });
      expect(only(made, 'createUser')).toMatchObject({ oaUserId: 'u1' });
    });

    it('makes nobody else certain', () => {
      const world = snapshot({
        users: [oaUser('u1', { jobNumber: 'x' }), oaUser('u2', { jobNumber: 'X' })],
        members: [member('x')],
        refused: [['u1', 'x']],
      });
      const codes = plan(world, { match }).changes.map((change) =>
        change.action === 'conflict' && change.conflict.of === 'user'
          ? change.conflict.because.code
          : change.action,
      );
      expect(codes).toEqual(['refused-by-person', 'several-oa-users-match']);
    });
  });
});

it.each([
  { title: 'a userid with characters WeCom does not allow', loginId: '张三', code: 'userid-invalid' },
  { title: 'a missing userid', loginId: '', code: 'userid-missing' },
  { title: 'a userid that another member has in other case', loginId: 'TAKEN', code: 'userid-taken' },
])('$title is a conflict, not a guess', ({ loginId, code }) => {
  const made = plan(snapshot({ users: [oaUser('u1', { loginId })], members: [member('taken')] }));
  expect(only(made, 'conflict').conflict).toMatchObject({ because: { code } });
});

it.each([
  { userIdFrom: 'loginId', expected: 'zhang.san' },
  { userIdFrom: 'jobNumber', expected: 'E007' },
  { userIdFrom: 'custom.account', expected: 'zs_07' },
])('the account of a new member is the $userIdFrom of the OA', ({ userIdFrom, expected }) => {
  const user = { loginId: 'zhang.san', jobNumber: 'E007', custom: { account: 'zs_07' } };
  const made = plan(snapshot({ links: { g: 1 }, users: [oaUser('u1', user)] }), { userIdFrom });
  expect(only(made, 'createUser').userId).toBe(expected);
});

it('neither mobile nor mail is a conflict at planning', () => {
  const made = plan(snapshot({ users: [oaUser('u1', { mobile: null, email: '' })] }));
  expect(only(made, 'conflict').conflict).toMatchObject({ because: { code: 'no-mobile-nor-email' } });
});

it('without leave to create, new users are counted and left out', () => {
  const made = plan(snapshot({ links: { g: 1 }, users: [oaUser('u1')] }), { createUsers: false });
  expect(ids(made)).toEqual([]);
  expect(made.counts.notCreatedUser).toBe(1);
});

describe('values', () => {
  const bound = { links: { g: 1 }, bound: { u1: 'u1' } };
  const written = { name: 'Name u1', mobile: '13800000001', position: 'Clerk', email: 'a@example.com' };

  it('when nothing differs, nothing is written', () => {
    const made = plan(snapshot({ ...bound, users: [oaUser('u1')], members: [member('u1')] }));
    expect(ids(made)).toEqual([]);
    expect(made.counts.unchangedUser).toBe(1);
  });

  it.each([
    { title: 'null leaves a field alone', user: { position: null }, after: undefined },
    { title: 'an empty text clears a field', user: { position: '' }, after: { position: '' } },
    {
      title: 'an empty text never clears a mail address',
      user: { position: 'Clerk', email: '' },
      after: undefined,
    },
    {
      title: 'an empty text never clears a mobile',
      user: { position: 'Clerk', mobile: '' },
      after: undefined,
    },
    { title: 'an empty text never clears a name', user: { position: 'Clerk', name: '' }, after: undefined },
    { title: 'only what differs is written', user: { position: 'Boss' }, after: { position: 'Boss' } },
  ])('$title', ({ user, after }) => {
    const world = snapshot({
      ...bound,
      users: [oaUser('u1', user)],
      members: [member('u1', { seen: {}, written })],
    });
    const change = plan(world).changes.find(({ action }) => action === 'updateUser');
    expect((change?.after as { values?: object } | undefined)?.values).toEqual(after);
  });

  it('what WeCom shows now beats what was written', () => {
    const members = [member('u1', { seen: { name: 'Changed by hand' } })];
    const change = only(plan(snapshot({ ...bound, users: [oaUser('u1')], members })), 'updateUser');
    expect(change.before.values).toEqual({ name: 'Changed by hand' });
  });

  it('the mobile of an activated member is skipped, and said so', () => {
    const users = [oaUser('u1', { mobile: '13911112222' })];
    const made = plan(snapshot({ ...bound, users, members: [member('u1', { status: 'activated' })] }));
    expect(made.changes.map(({ action, rule }) => [action, rule.code])).toEqual([
      ['skipUser', 'mobile-of-activated-member'],
    ]);
  });

  it('an expression gives the value of a field', () => {
    const fieldMapping = [{ to: 'alias', from: { expression: 'upper(name)' } }];
    const world = snapshot({ ...bound, users: [oaUser('u1')], members: [member('u1')] });
    expect(only(plan(world, { fieldMapping }), 'updateUser').after.values).toEqual({ alias: 'NAME U1' });
  });

  it('an expression that is wrong for everybody stops the push', () => {
    const fieldMapping = [{ to: 'alias', from: { expression: 'nam +' } }];
    expect(planPush(snapshot({}), settings({ fieldMapping }), rules)).toMatchObject({
      kind: 'stopped',
      reason: { code: 'expression-invalid', params: { field: 'alias' } },
    });
  });

  it('an expression that fails for one user leaves his field out and says why', () => {
    const fieldMapping = [{ to: 'alias', from: { expression: 'string(int(jobNumber) + 1)' } }];
    const users = [oaUser('u1', { jobNumber: '41' }), oaUser('u2', { jobNumber: 'x' })];
    const members = [member('u1'), member('u2')];
    const made = plan(snapshot({ links: { g: 1 }, bound: { u1: 'u1', u2: 'u2' }, users, members }), {
      fieldMapping,
    });
    expect(only(made, 'updateUser').after.values).toEqual({ alias: '42' });
    expect(only(made, 'skipUser')).toMatchObject({
      oaUserId: 'u2',
      rule: { code: 'expression-failed', params: { field: 'alias' } },
    });
  });

  it('what WeCom would refuse is left out, and the rest is written', () => {
    const users = [oaUser('u1', { name: 'New name', position: 'x'.repeat(129) })];
    const made = plan(snapshot({ ...bound, users, members: [member('u1')] }));
    expect(only(made, 'updateUser').after.values).toEqual({ name: 'New name' });
    expect(only(made, 'skipUser').rule).toEqual({
      code: 'field-too-long',
      params: { field: 'position', max: 128, unit: 'characters' },
    });
  });

  it.each([
    { title: 'a mail address', user: { email: 'nonsense' }, actions: ['createUser', 'skipUser'] },
    { title: 'the only mobile', user: { mobile: 'none' }, actions: ['conflict'] },
    { title: 'the name', user: { name: 'x'.repeat(65) }, actions: ['conflict'] },
  ])('of a new user, $title that WeCom would refuse: $actions', ({ user, actions }) => {
    const made = plan(snapshot({ links: { g: 1 }, users: [oaUser('u1', user)] }));
    expect(made.changes.map(({ action }) => action)).toEqual(actions);
  });

  it('where nothing is known to be there, an empty text clears nothing', () => {
    const users = [oaUser('u1', { position: '' })];
    expect(ids(plan(snapshot({ ...bound, users, members: [member('u1')] })))).toEqual([]);
  });

  it('outer fields and custom fields are written under their own names', () => {
    const users = [oaUser('u1', { position: 'Clerk', custom: { site: 'Shanghai' } })];
    const made = plan(snapshot({ ...bound, users, members: [member('u1')] }), {
      fieldMapping: [{ to: 'extattr.办公地点', from: 'custom.site' }],
      externalMapping: [
        { to: 'external_position', from: 'position' },
        { to: '办公地点', from: 'custom.site' },
      ],
    });
    expect(only(made, 'updateUser').after.values).toEqual({
      'extattr.办公地点': 'Shanghai',
      external_position: 'Clerk',
      'external.办公地点': 'Shanghai',
    });
  });
});

it('a superior who is created in the same run is set after everybody exists', () => {
  const users = [oaUser('u1', { managerId: 'u2' }), oaUser('u2')];
  const made = plan(snapshot({ links: { g: 1 }, users }), { leaders: true });
  expect(ids(made)).toEqual(['createUser:u1', 'createUser:u2', 'setSuperior:u1']);
  expect(only(made, 'setSuperior').dependsOn).toEqual(['createUser:u1', 'createUser:u2']);
});

describe('superiors', () => {
  const withSuperior = (change: Parameters<typeof member>[1]) =>
    snapshot({
      links: { g: 1 },
      bound: { u1: 'u1', u2: 'u2' },
      users: [oaUser('u1'), oaUser('u2')],
      members: [member('u1', change), member('u2')],
    });
  const written = { mobile: '13800000001', direct_leader: 'u2' };

  it('whom the OA named once and names no more is taken away', () => {
    const change = only(plan(withSuperior({ written }), { leaders: true }), 'updateUser');
    expect(change.after.values).toEqual({ direct_leader: '' });
    expect(change.limitGroups).toEqual(['cleared']);
  });

  it.each([
    { title: 'set by hand', change: { seen: { name: 'Name u1', direct_leader: 'u2' } }, leaders: true },
    {
      title: 'replaced by hand',
      change: { written, seen: { name: 'Name u1', direct_leader: 'x' } },
      leaders: true,
    },
    { title: 'while superiors are not synchronised', change: { written }, leaders: false },
  ])('$title stays', ({ change, leaders }) => {
    expect(ids(plan(withSuperior(change), { leaders }))).toEqual([]);
  });

  it('who can’t be created is nobody’s superior', () => {
    const users = [oaUser('u1', { managerId: 'u2' }), oaUser('u2', { name: '' })];
    expect(ids(plan(snapshot({ links: { g: 1 }, users }), { leaders: true }))).toEqual([
      'createUser:u1',
      'conflict:user:u2',
    ]);
  });
});

describe('people who leave', () => {
  const left = {
    links: { g: 1 },
    bound: { u1: 'u1' },
    users: [oaUser('u1', { status: 'departed' }), oaUser('u2')],
  };

  it.each([
    { title: 'departed users are disabled', push: {}, expected: 'disableUser:u1' },
    {
      title: 'departed users are deleted where the setting says so',
      push: departedBy({ action: 'delete' }),
      expected: 'deleteUser:u1',
    },
  ])('$title', ({ push, expected }) => {
    expect(ids(plan(snapshot({ ...left, members: [member('u1')] }), push))).toContain(expected);
  });

  it('a user whom the OA no longer names counts as departed', () => {
    const made = plan(snapshot({ ...left, users: [], members: [member('u1')] }));
    expect(only(made, 'disableUser').rule.code).toBe('gone-from-oa');
  });

  it('zero days until the deletion of disabled members means never', () => {
    const made = plan(snapshot({ ...left, members: [member('u1')] }), departedBy({ deleteAfterDays: 0 }));
    expect(only(made, 'disableUser').after.deleteAfterDays).toBeNull();
  });

  it('a deletion remembers all that is known of the member', () => {
    const made = plan(snapshot({ ...left, members: [member('u1')] }), departedBy({ action: 'delete' }));
    expect(only(made, 'deleteUser').before.values).toEqual({ name: 'Name u1', mobile: '13800000001' });
  });

  it('a member already disabled is not disabled again', () => {
    const made = plan(
      snapshot({ ...left, users: left.users.slice(0, 1), members: [member('u1', { status: 'disabled' })] }),
    );
    expect(ids(made)).toEqual([]);
  });

  it('a member bound to nobody is never touched', () => {
    expect(ids(plan(snapshot({ ...left, bound: {}, users: [], members: [member('u1')] })))).toEqual([]);
  });

  it('a deletion of somebody whose status nobody can read is held', () => {
    const world = snapshot({ ...left, members: [member('u1', { status: null })] });
    expect(only(plan(world, departedBy({ action: 'delete' })), 'deleteUser').hold).toEqual({
      code: 'status-unreadable',
    });
  });

  it('the department of disabled members is created when it is missing, and used when it is there', () => {
    const push = departedBy({ moveToDepartment: { enabled: true, name: '已禁用用户' } });
    const missing = plan(snapshot({ ...left, members: [member('u1')] }), push);
    expect(only(missing, 'createDepartment').after.name).toBe('已禁用用户');
    expect(only(missing, 'disableUser').dependsOn).toEqual([only(missing, 'createDepartment').id]);
    const there = wecomTree([
      [1, 'Group', 0],
      [9, '已禁用用户', 1],
    ]);
    const made = plan(snapshot({ ...left, departments: there, members: [member('u1')] }), push);
    expect(refs(only(made, 'disableUser').after.placement?.departments)).toEqual([9]);
  });

  it('the department of disabled members is called what the settings say, also after they were changed', () => {
    const push = departedBy({ moveToDepartment: { enabled: true, name: '离职人员' } });
    const missing = plan(snapshot({ ...left, members: [member('u1')] }), push);
    expect(only(missing, 'createDepartment').after.name).toBe('离职人员');
    const underItsFormerName = wecomTree([
      [1, 'Group', 0],
      [9, '已禁用用户', 1],
    ]);
    const world = snapshot({ ...left, departments: underItsFormerName, members: [member('u1')] });
    const folder = { oaKey: 'folder:disabled-members', departmentId: 9 };
    const made = plan({ ...world, links: [...world.links, folder] }, push);
    expect(only(made, 'renameDepartment').after.name).toBe('离职人员');
    expect(refs(only(made, 'disableUser').after.placement?.departments)).toEqual([9]);
  });

  it.each([
    { by: true, expected: 'enableUser:u1', title: 'whom the bridge disabled is enabled again' },
    {
      by: false,
      expected: 'skipUser:u1:disabled-by-hand',
      title: 'whom somebody disabled by hand stays disabled',
    },
  ])('someone back in the OA $title', ({ by, expected }) => {
    const members = [member('u1', { status: 'disabled', disabledByBridge: by })];
    expect(
      ids(plan(snapshot({ links: { g: 1 }, bound: { u1: 'u1' }, users: [oaUser('u1')], members }))),
    ).toEqual([expected]);
  });
});

describe('scope', () => {
  const users = [
    oaUser('u1', { departmentId: 'a' }),
    oaUser('u2', { departmentId: 'b' }),
    oaUser('u3', { departmentId: 's' }),
  ];
  const created = (scope: Parameters<typeof scopeOf>[0]) =>
    plan(snapshot({ ...linked, users }), scopeOf(scope)).changes.flatMap((change) =>
      change.action === 'createUser' ? [[change.oaUserId, refs(change.after.placement.departments)[0]]] : [],
    );

  it.each([
    {
      title: 'nothing chosen is everything',
      scope: {},
      expected: [
        ['u1', 2],
        ['u2', 3],
        ['u3', 5],
      ],
    },
    {
      title: 'included users do not narrow everything',
      scope: { includeUsers: ['u1'] },
      expected: [
        ['u1', 2],
        ['u2', 3],
        ['u3', 5],
      ],
    },
    {
      title: 'a chosen department comes with its children',
      scope: { departments: ['c'] },
      expected: [['u3', 5]],
    },
    {
      title: 'exclude beats include',
      scope: { departments: ['a'], includeUsers: ['u2'], excludeUsers: ['u2'] },
      expected: [['u1', 2]],
    },
    {
      title: 'an included user from outside lands in the nearest department that is there',
      scope: { departments: ['a'], includeUsers: ['u2'] },
      expected: [
        ['u1', 2],
        ['u2', 1],
      ],
    },
    {
      title: 'ancestors of a chosen department come without their people',
      scope: { departments: ['s'] },
      expected: [['u3', 5]],
    },
    {
      title: 'a chosen subcompany comes with its departments',
      scope: { subcompanies: ['g'] },
      expected: [
        ['u1', 2],
        ['u2', 3],
        ['u3', 5],
      ],
    },
  ])('$title', ({ scope, expected }) => {
    expect(created(scope)).toEqual(expected);
  });

  it.each([
    { outOfScope: 'depart', expected: ['disableUser:u2'] },
    { outOfScope: 'delete', expected: ['deleteUser:u2'] },
    { outOfScope: 'keep', expected: [] },
  ] as const)('a bound member out of scope with `$outOfScope`: $expected', ({ outOfScope, expected }) => {
    const world = snapshot({
      ...linked,
      links: { g: 1, a: 2 },
      users: users.slice(1, 2),
      members: [member('u2')],
      bound: { u2: 'u2' },
    });
    expect(
      ids(
        plan(world, { ...scopeOf({ departments: ['a'], outOfScope }), ...departedBy({ action: 'delete' }) }),
      ),
    ).toEqual(expected);
  });
});
