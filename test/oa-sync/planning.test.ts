import { planOaSync } from '../../domain/directory/oa-sync/plan';
import { guardPlan, type GuardHistory } from '../../domain/directory/push/guard';
import { stageOf } from '../../domain/directory/push/order';
import { defaultDirectorySettings } from '../../domain/directory/settings';
import { wecomValueRules } from '../../wecom/value-rules';
import {
  bound,
  conflictsOf,
  idsOf,
  link,
  member,
  only,
  plan,
  rootLink,
  sidesOf,
  user,
  wecomIsMaster,
  type Sides,
} from './planning-sides';

const history: GuardHistory = {
  lastActiveInScope: null,
  lastDay: { deletes: 0, disables: 0, 'department-deletes': 0, moves: 0, cleared: 0 },
  protectedUsers: [],
  accounts: null,
};

describe('who decides', () => {
  it('while the OA is the master, nothing is planned for it', () => {
    expect(planOaSync(sidesOf({}), defaultDirectorySettings, wecomValueRules)).toEqual({
      kind: 'stopped',
      reason: { code: 'oa-is-master' },
    });
  });

  it('without the switch nothing is planned either', () => {
    const off = wecomIsMaster({ syncToOa: false });
    expect(planOaSync(sidesOf({}), off, wecomValueRules)).toEqual({
      kind: 'stopped',
      reason: { code: 'sync-to-oa-off' },
    });
  });

  it('a mapping that cannot be evaluated stops the plan and names the field', () => {
    const broken = wecomIsMaster({ fieldMapping: [{ to: 'loginId', from: { expression: 'lower(' } }] });
    expect(planOaSync(sidesOf({}), broken, wecomValueRules)).toMatchObject({
      kind: 'stopped',
      reason: { code: 'expression-invalid', params: { field: 'loginId' } },
    });
  });
});

describe('departments', () => {
  it('the roots belong together whatever their names are, and each keeps its own', () => {
    const planned = plan({ links: [] });
    expect(idsOf(planned)).toEqual(['linkDepartment:subcompany:root']);
    expect(planned.changes[0]).toMatchObject({ rule: { code: 'roots-belong-together' } });
  });

  it.each<[string, Sides, string[]]>([
    [
      'one of the same name on the same level is linked',
      { wecom: [[2, '研发部', 1]], oa: [['d1', '研发部', null]] },
      ['linkDepartment:department:d1'],
    ],
    [
      'one that WeCom had to spell otherwise is the same name',
      { wecom: [[2, '研发：平台', 1]], oa: [['d1', '研发:平台', null]] },
      ['linkDepartment:department:d1'],
    ],
    [
      'the same name on another level is another department',
      {
        wecom: [[2, '平台组', 1]],
        oa: [
          ['d1', '研发部', null],
          ['d2', '平台组', 'd1'],
        ],
        links: [rootLink, link('d1', 9)],
      },
      ['createOaDepartment:department:2'],
    ],
    [
      'parents come before children',
      {
        wecom: [
          [3, '平台组', 2],
          [2, '研发部', 1],
        ],
      },
      ['createOaDepartment:department:2', 'createOaDepartment:department:3'],
    ],
    [
      'an id that the OA uses for something else is not taken',
      { wecom: [[2, '研发部', 1]], oa: [['2', '别的', null]], links: [rootLink] },
      ['createOaDepartment:department:2@ww1'],
    ],
    [
      'a linked one follows WeCom’s name',
      { wecom: [[2, '研发中心', 1]], oa: [['d1', '研发部', null]], links: [rootLink, link('d1', 2)] },
      ['renameOaDepartment:department:d1'],
    ],
    [
      'a linked one follows WeCom’s parent',
      {
        wecom: [
          [2, '研发部', 1],
          [3, '平台组', 1],
        ],
        oa: [
          ['d1', '研发部', null],
          ['d2', '平台组', 'd1'],
        ],
        links: [rootLink, link('d1', 2), link('d2', 3)],
      },
      ['moveOaDepartment:department:d2'],
    ],
    [
      'one whose link leads to nothing in the OA is created again',
      { wecom: [[2, '研发部', 1]], links: [rootLink, link('lost', 2)] },
      ['createOaDepartment:department:2'],
    ],
    [
      'what is the same on both sides is no change',
      { wecom: [[2, '研发部', 1]], oa: [['d1', '研发部', null]], links: [rootLink, link('d1', 2)] },
      [],
    ],
  ])('%s', (_, { wecom, oa, ...rest }, expected) => {
    const known = { ...rest, ...(oa === undefined ? {} : { oa }) };
    const writes = plan({ ...known, wecom: [[1, '企业', 0], ...(wecom ?? [])] }).changes.filter(
      ({ action }) => action !== 'conflict' && action !== 'removeOaDepartment',
    );
    expect(writes.map(({ id }) => id)).toEqual(expected);
  });

  it('a name that no app may read creates nothing, and nothing below it', () => {
    const planned = plan({
      wecom: [
        [1, '企业', 0],
        [2, null, 1],
        [3, '平台组', 2],
      ],
    });
    expect(only(planned, 'createOaDepartment')).toEqual([]);
    expect(conflictsOf(planned)).toEqual(['name-unreadable', 'parent-not-in-oa']);
  });

  it('several of the same name are left to a person', () => {
    const planned = plan({
      wecom: [
        [1, '企业', 0],
        [2, '研发部', 1],
      ],
      oa: [
        ['d1', '研发部', null],
        ['d2', '研发部', null],
      ],
    });
    expect(conflictsOf(planned)).toEqual(['several-with-this-name-in-oa']);
  });

  it('one that WeCom has no more is removed once it is empty, the deepest first, and never the root', () => {
    const planned = plan({
      oa: [
        ['d1', '研发部', null],
        ['d2', '平台组', 'd1'],
      ],
      links: [rootLink, link('d1', 2), link('d2', 3)],
    });
    expect(idsOf(planned)).toEqual(['removeOaDepartment:department:d2', 'removeOaDepartment:department:d1']);
    expect(only(planned, 'removeOaDepartment').map(({ limitGroups }) => limitGroups)).toEqual([
      ['department-deletes'],
      ['department-deletes'],
    ]);
  });

  it('one that somebody is still in is held, naming them', () => {
    const planned = plan({
      oa: [['d1', '研发部', null]],
      users: [user('x', { departmentId: 'd1' })],
      links: [rootLink, link('d1', 2)],
    });
    expect(only(planned, 'removeOaDepartment')[0]?.hold).toEqual({
      code: 'department-not-empty',
      params: { members: 1, departments: 0 },
      userIds: ['x'],
    });
  });

  it('one that was never linked is nobody’s business', () => {
    expect(idsOf(plan({ oa: [['own', '工会', null]] }))).toEqual([]);
  });

  it('an OA with several roots is sent back to be put right', () => {
    const { snapshot, ...sides } = sidesOf({});
    const nodes = [...snapshot.oa.nodes, { ...snapshot.oa.nodes[0]!, key: 'subcompany:two', id: 'two' }];
    const two = { ...sides, snapshot: { ...snapshot, oa: { ...snapshot.oa, nodes } } };
    expect(planOaSync(two, wecomIsMaster(), wecomValueRules)).toMatchObject({
      kind: 'stopped',
      reason: { code: 'oa-has-several-roots' },
    });
  });
});

describe('people', () => {
  const place = {
    wecom: [
      [1, '企业', 0],
      [2, '研发部', 1],
      [3, '市场部', 1],
    ],
    oa: [
      ['d1', '研发部', null],
      ['d2', '市场部', null],
    ],
    links: [rootLink, link('d1', 2), link('d2', 3)],
  } satisfies Sides;

  it('whom the OA lacks is created, under the userid, in the departments WeCom has', () => {
    const planned = plan({
      ...place,
      members: [
        member('zhang', { departments: [3, 2], mainDepartmentId: 3, seen: { mobile: '13800000001' } }),
      ],
    });
    expect(planned.changes).toMatchObject([
      {
        action: 'createOaUser',
        oaUserId: 'zhang',
        memberId: 'm-zhang',
        after: {
          values: { loginId: 'zhang', name: '名zhang' },
          placement: { departmentId: 'd2', partTimeDepartmentIds: ['d1'] },
        },
      },
    ]);
  });

  it('an id that somebody else has is told apart by the corp', () => {
    const planned = plan({
      members: [member('zhang')],
      users: [user('zhang', { loginId: 'other', status: 'departed' })],
    });
    expect(only(planned, 'createOaUser').map(({ oaUserId }) => oaUserId)).toEqual(['zhang@ww1']);
  });

  it('whoever is put into a new department waits for it', () => {
    const planned = plan({
      wecom: [
        [1, '企业', 0],
        [2, '研发部', 1],
      ],
      members: [member('zhang', { departments: [2] })],
    });
    expect(only(planned, 'createOaUser')[0]).toMatchObject({
      dependsOn: ['createOaDepartment:department:2'],
      after: { placement: { departmentId: '2' } },
    });
  });

  it.each([
    ['the login name is empty', {}, { fieldMapping: [{ to: 'loginId', from: 'alias' }] }, ['login-missing']],
    ['an active user has the login name', { users: [user('x', { loginId: 'ZHANG' })] }, {}, ['login-taken']],
    [
      'the login name cannot be one',
      { members: [member('zhang', { seen: { alias: 'a b' } })] },
      { fieldMapping: [{ to: 'loginId', from: 'alias' }] },
      ['login-invalid'],
    ],
    [
      'two would get the same login name',
      { members: [member('zhang', { seen: { alias: 'a' } }), member('li', { seen: { alias: 'A' } })] },
      {
        fieldMapping: [
          { to: 'loginId', from: 'alias' },
          { to: 'name', from: 'name' },
        ],
      },
      ['login-not-unique', 'login-not-unique'],
    ],
  ] satisfies [string, Sides, object, string[]][])('nobody is created where %s', (_, sides, pull, codes) => {
    const planned = plan({ members: [member('zhang')], ...sides }, wecomIsMaster(pull));
    expect(only(planned, 'createOaUser')).toEqual([]);
    expect(conflictsOf(planned)).toEqual(codes);
  });

  it('nobody is created without a readable name', () => {
    const planned = plan({ members: [{ ...member('zhang'), seen: {} }] });
    expect(conflictsOf(planned)).toEqual(['member-name-unreadable']);
  });

  it('who cannot use WeCom and is unknown to the OA is left out', () => {
    const planned = plan({ members: [member('zhang', { status: 'disabled' })] });
    expect(planned.changes).toEqual([]);
    expect(planned.counts.notCreatedUser).toBe(1);
  });

  it('the match fields find an unbound person, who is bound and then updated', () => {
    const planned = plan({
      members: [member('zhang', { seen: { name: '张一' } })],
      users: [user('oa-1', { jobNumber: 'zhang', loginId: 'zhang', name: '旧名' })],
    });
    expect(planned.changes).toMatchObject([
      {
        action: 'bindUser',
        oaUserId: 'oa-1',
        rule: { code: 'bound-to-oa-user', params: { field: 'userid' } },
      },
      {
        action: 'updateOaUser',
        dependsOn: ['bindUser:oa-1'],
        before: { values: { name: '旧名' } },
        after: { values: { name: '张一' }, placement: null },
      },
    ]);
  });

  it.each([
    [
      'several OA users fit a member',
      { users: [user('a', { jobNumber: 'zhang' }), user('b', { jobNumber: 'ZHANG' })] },
      ['member-matches-several'],
    ],
    [
      'several members fit an OA user',
      {
        members: [
          member('zhang', { seen: { mobile: '13800000001' } }),
          member('li', { seen: { mobile: '+8613800000001' } }),
        ],
        users: [user('a', { mobile: '138 0000 0001' })],
      },
      ['several-match-oa-user', 'several-match-oa-user'],
    ],
  ] satisfies [string, Sides, string[]][])('where %s, a person decides', (_, sides, codes) => {
    const settings = wecomIsMaster();
    const match = [
      { oaField: 'jobNumber', wecomField: 'userid' },
      { oaField: 'mobile', wecomField: 'mobile' },
    ];
    const planned = plan(
      { members: [member('zhang')], ...sides },
      { ...settings, push: { ...settings.push, match } },
    );
    expect(conflictsOf(planned)).toEqual(codes);
    expect(planned.changes.every(({ action }) => action === 'conflict')).toBe(true);
  });

  it.each([
    [
      'the match fields find',
      { users: [user('a', { jobNumber: 'zhang' })], refused: [bound('zhang', 'a')] },
      { code: 'member-refused-by-person', params: { field: 'userid', loginId: 'a' } },
    ],
    [
      'has the login name',
      { users: [user('a', { loginId: 'ZHANG' })], refused: [bound('zhang', 'a')] },
      { code: 'member-refused-by-person', params: { field: 'loginId', loginId: 'zhang' } },
    ],
  ] satisfies [string, Sides, object][])(
    'an OA user who %s, and whom a person told apart, is neither bound nor created once more',
    (_, sides, because) => {
      const planned = plan({ members: [member('zhang')], ...sides });
      expect(planned.changes).toMatchObject([{ action: 'conflict', conflict: { userId: 'zhang', because } }]);
      const other = plan({ members: [member('zhang')], ...sides, refused: [bound('li', 'a')] });
      expect(conflictsOf(other)).not.toContain('member-refused-by-person');
    },
  );

  it('a field that WeCom does not give back is left alone, and one that is empty blanks nothing', () => {
    const mapped = wecomIsMaster({
      fieldMapping: [
        { to: 'name', from: 'name' },
        { to: 'mobile', from: 'mobile' },
        { to: 'position', from: 'position' },
      ],
    });
    const planned = plan(
      {
        members: [member('zhang', { seen: { position: '' } })],
        users: [user('zhang', { mobile: '13800000001', position: '工程师' })],
        bindings: [bound('zhang')],
      },
      mapped,
    );
    expect(planned.changes).toEqual([]);
    expect(planned.counts.unchangedUser).toBe(1);
  });

  it('a mapping may name custom fields, genders and expressions', () => {
    const mapped = wecomIsMaster({
      fieldMapping: [
        { to: 'gender', from: 'gender' },
        { to: 'custom.seat', from: 'extattr.座位' },
        { to: 'jobNumber', from: { expression: 'upper(loginId)' } },
      ],
    });
    const planned = plan(
      {
        members: [member('zhang', { seen: { gender: '2', 'extattr.座位': 'A-1' } })],
        users: [user('zhang')],
        bindings: [bound('zhang')],
      },
      mapped,
    );
    expect(only(planned, 'updateOaUser')[0]?.after.values).toEqual({
      gender: 'female',
      'custom.seat': 'A-1',
      jobNumber: 'ZHANG',
    });
  });

  it('whose departments are not all in the OA keeps those they have', () => {
    const planned = plan({
      ...place,
      wecom: [...place.wecom, [4, null, 1]],
      members: [member('zhang', { departments: [3, 4] })],
      users: [user('zhang', { departmentId: 'd1' })],
      bindings: [bound('zhang')],
    });
    expect(only(planned, 'updateOaUser')).toEqual([]);
  });

  it('another main department counts as a move', () => {
    const planned = plan({
      ...place,
      members: [member('zhang', { departments: [3], mainDepartmentId: 3 })],
      users: [user('zhang', { departmentId: 'd1', partTimeDepartmentIds: ['d2'] })],
      bindings: [bound('zhang')],
    });
    expect(only(planned, 'updateOaUser')[0]).toMatchObject({
      limitGroups: ['moves'],
      before: { placement: { departmentId: 'd1', partTimeDepartmentIds: ['d2'] } },
      after: { placement: { departmentId: 'd2', partTimeDepartmentIds: [] } },
    });
  });

  it('nobody who is in the OA already gets another login name', () => {
    const planned = plan({
      members: [member('zhang')],
      users: [user('oa-1', { loginId: 'someone', name: '名zhang' })],
      bindings: [bound('zhang', 'oa-1')],
    });
    expect(planned.changes).toEqual([]);
  });

  it('who comes back is not put into departments that have gone since', () => {
    const planned = plan({
      ...place,
      wecom: [...place.wecom, [4, null, 1]],
      members: [member('zhang', { departments: [4] })],
      users: [
        user('zhang', { status: 'departed', departmentId: 'lost', partTimeDepartmentIds: ['d1', 'lost'] }),
      ],
      bindings: [bound('zhang')],
    });
    expect(only(planned, 'returnOaUser')[0]?.after.placement).toEqual({
      departmentId: null,
      partTimeDepartmentIds: ['d1'],
    });
  });

  it('who comes back under a login name that somebody has by now is left to a person', () => {
    const planned = plan({
      members: [member('zhang')],
      users: [user('zhang', { status: 'departed' }), user('other', { loginId: 'Zhang' })],
      bindings: [bound('zhang')],
    });
    expect(conflictsOf(planned)).toEqual(['login-taken']);
  });

  it('an OA without anything gets WeCom’s root, and everybody below it', () => {
    const { snapshot, ...sides } = sidesOf({ links: [], members: [member('zhang')] });
    const empty = { ...sides, snapshot: { ...snapshot, oa: { ...snapshot.oa, nodes: [] } } };
    expect(planOaSync(empty, wecomIsMaster(), wecomValueRules)).toMatchObject({
      changes: [
        { id: 'createOaDepartment:department:1', after: { name: '企业', parentKey: null } },
        { id: 'createOaUser:zhang', after: { placement: { departmentId: '1' } } },
      ],
    });
  });

  it('who departed in the OA and is in WeCom is active again, unless the member is disabled', () => {
    const sides = {
      users: [user('zhang', { status: 'departed' })],
      bindings: [bound('zhang')],
    } satisfies Sides;
    expect(idsOf(plan({ ...sides, members: [member('zhang')] }))).toEqual(['returnOaUser:zhang']);
    expect(idsOf(plan({ ...sides, members: [member('zhang', { status: 'disabled' })] }))).toEqual([]);
  });

  it('whom WeCom has no more departs; whoever is bound to nobody here stays', () => {
    const planned = plan({
      gone: [{ memberId: 'm-zhang', userId: 'zhang' }],
      users: [user('zhang'), user('other')],
      bindings: [bound('zhang')],
    });
    expect(planned.changes).toMatchObject([
      { action: 'departOaUser', oaUserId: 'zhang', limitGroups: ['disables'], after: null },
    ]);
  });

  it('a bound OA user who is not there is told, not created anew', () => {
    const planned = plan({ members: [member('zhang')], bindings: [bound('zhang', 'lost')] });
    expect(conflictsOf(planned)).toEqual(['oa-user-gone']);
    expect(only(planned, 'createOaUser')).toEqual([]);
  });
});

describe('limits', () => {
  const leaving = (count: number): Sides => ({
    gone: Array.from({ length: count }, (_, index) => ({ memberId: `m-u${index}`, userId: `u${index}` })),
    members: Array.from({ length: 20 }, (_, index) => member(`s${index}`)),
    users: [
      ...Array.from({ length: count }, (_, index) => user(`u${index}`)),
      ...Array.from({ length: 20 }, (_, index) => user(`s${index}`)),
    ],
    bindings: [
      ...Array.from({ length: count }, (_, index) => bound(`u${index}`)),
      ...Array.from({ length: 20 }, (_, index) => bound(`s${index}`)),
    ],
  });
  const { guard } = defaultDirectorySettings.push;

  it('departures count as the push’s disables do', () => {
    const verdict = guardPlan(plan(leaving(5)), history, {
      ...guard,
      maxDeletePercent: null,
      maxDisables: 4,
    });
    expect(verdict).toMatchObject({ kind: 'hold', reasons: [{ code: 'limit-exceeded', group: 'disables' }] });
    expect(verdict.heldChangeIds).toHaveLength(5);
  });

  it('the share is that of the people bound in this corp', () => {
    const verdict = guardPlan(plan(leaving(5)), history, guard);
    expect(verdict.reasons).toMatchObject([
      { code: 'percent-exceeded', params: { count: 5, of: 25, limit: 5 } },
    ]);
  });

  it('after a reading that was not whole, no approval releases a departure', () => {
    const verdict = guardPlan(plan({ ...leaving(1), reading: 'incomplete' }), history, guard);
    expect(verdict.reasons).toContainEqual({ code: 'wecom-reading', reading: 'incomplete' });
    expect(verdict.barredChangeIds).toEqual(['departOaUser:u0']);
  });

  it('a WeCom that shows nobody at all takes nobody out of the OA', () => {
    const verdict = guardPlan(plan({ ...leaving(3), members: [] }), history, guard);
    expect(verdict.barredChangeIds).toEqual(['departOaUser:u0', 'departOaUser:u1', 'departOaUser:u2']);
  });

  it('protected people are never departed', () => {
    const verdict = guardPlan(plan(leaving(1)), { ...history, protectedUsers: ['U0'] }, guard);
    expect(verdict.barredChangeIds).toEqual(['departOaUser:u0']);
  });
});

it('departments come before people, and what is left empty goes last', () => {
  const planned = plan({
    wecom: [
      [1, '企业', 0],
      [2, '研发部', 1],
    ],
    oa: [['old', '旧部门', null]],
    members: [member('zhang', { departments: [2] }), member('li', { departments: [2] })],
    gone: [{ memberId: 'm-wang', userId: 'wang' }],
    users: [user('wang', { departmentId: 'old' }), user('li', { departmentId: 'old' })],
    bindings: [bound('wang'), bound('li')],
    links: [rootLink, link('old', 9)],
  });
  expect(idsOf(planned)).toEqual([
    'createOaDepartment:department:2',
    'createOaUser:zhang',
    'updateOaUser:li',
    'departOaUser:wang',
    'removeOaDepartment:department:old',
  ]);
  const stages = planned.changes.map(stageOf);
  expect(stages).toEqual([...stages].sort((one, other) => one - other));
  expect(planned.changes.at(-1)).toMatchObject({
    hold: null,
    dependsOn: expect.arrayContaining(['updateOaUser:li', 'departOaUser:wang']) as unknown,
  });
});
