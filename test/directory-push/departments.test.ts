import { stageOf } from '../../domain/directory/push/order';
import { planPush } from '../../domain/directory/push/plan';
import {
  ids,
  member,
  oaTree,
  oaUser,
  only,
  plan,
  rules,
  scopeOf,
  settings,
  snapshot,
  wecomTree,
} from './planning-world';
import { applyToSnapshot } from './wecom-in-memory';

describe('演示部门, 部门A, Re部门 and 其他部门', () => {
  const wecom = wecomTree([
    [1, '演示部门', 0],
    [2, '部门A', 1],
    [3, '其他部门', 1],
    [4, '部门X', 3],
  ]);

  it('without a top department, 演示部门 matches 演示部门, 部门A matches 部门A, and the rest is created', () => {
    const made = plan(
      snapshot({
        nodes: oaTree([
          ['g', '演示部门', null],
          ['a', '部门A', 'g'],
          ['b', '部门B', 'g'],
          ['x', '部门X', 'a'],
        ]),
        departments: wecom,
      }),
    );
    expect(ids(made)).toEqual([
      'linkDepartment:subcompany:g',
      'linkDepartment:department:a',
      'createDepartment:department:b',
      // 部门X exists in WeCom, but on the level below another department.
      'createDepartment:department:x',
    ]);
  });

  const re = oaTree([
    ['g', 'Re部门', null],
    ['a', '部门A', 'g'],
  ]);

  it('without a top department, Re部门 and 演示部门 are different roots, and nothing happens', () => {
    expect(planPush(snapshot({ nodes: re, departments: wecom }), settings(), rules)).toEqual({
      kind: 'stopped',
      reason: { code: 'root-names-differ', params: { oaName: 'Re部门', wecomName: '演示部门' } },
    });
  });

  it('with 其他部门 as top department, Re部门 is created below it with all its departments', () => {
    const made = plan(snapshot({ nodes: re, departments: wecom }), { topDepartmentId: 3 });
    expect(made.changes.map(({ id, after }) => ({ id, after }))).toEqual([
      {
        id: 'createDepartment:subcompany:g',
        after: { name: 'Re部门', parent: { kind: 'existing', departmentId: 3 } },
      },
      {
        id: 'createDepartment:department:a',
        after: { name: '部门A', parent: { kind: 'planned', oaKey: 'subcompany:g' } },
      },
    ]);
    expect(made.changes[1]!.dependsOn).toEqual(['createDepartment:subcompany:g']);
  });

  it.each([
    { title: 'another department', top: 3 },
    { title: 'WeCom’s root itself', top: 1 },
  ])(
    'once $title is chosen as top department, all that a push without one has linked hangs below it',
    ({ top }) => {
      const nodes = oaTree([
        ['g', '演示部门', null],
        ['a', '部门A', 'g'],
      ]);
      const world = snapshot({ nodes, departments: wecom, links: { g: 1, a: 2 } });
      const made = plan(world, { topDepartmentId: top });
      const below = { kind: 'planned', oaKey: 'subcompany:g' };
      expect(made.changes).toMatchObject([
        {
          id: 'createDepartment:subcompany:g',
          after: { name: '演示部门', parent: { kind: 'existing', departmentId: top } },
        },
        {
          id: 'moveDepartment:department:a',
          after: { name: '部门A', parent: below },
          dependsOn: ['createDepartment:subcompany:g'],
        },
      ]);
      const { snapshot: after } = applyToSnapshot(world, made.changes);
      expect(ids(plan(after, { topDepartmentId: top }))).toEqual([]);
    },
  );
});

it.each([
  { title: 'read-only access', change: { access: 'read-only' } as const, code: 'read-only' },
  { title: 'WeCom as master', change: { master: 'wecom' } as const, code: 'wecom-is-master' },
])('$title stops a push before it plans anything', ({ change, code }) => {
  expect(planPush(snapshot({}), settings({}, change), rules)).toEqual({ kind: 'stopped', reason: { code } });
});

it.each([
  { title: 'an unreadable root', departments: wecomTree([[1, null, 0]]), top: null, code: 'root-unreadable' },
  {
    title: 'an unreadable top department',
    departments: wecomTree([
      [1, 'Group', 0],
      [2, null, 1],
    ]),
    top: 2,
    code: 'top-department-unreadable',
  },
  {
    title: 'a top department that is gone',
    departments: wecomTree([[1, 'Group', 0]]),
    top: 9,
    code: 'top-department-missing',
  },
])('$title stops the push', ({ departments, top, code }) => {
  const made = planPush(snapshot({ departments }), settings({ topDepartmentId: top }), rules);
  expect(made).toMatchObject({ kind: 'stopped', reason: { code } });
});

const linked = { g: 1, a: 2, b: 3 };
const wecom = wecomTree([
  [1, 'Group', 0],
  [2, 'A', 1],
  [3, 'B', 1],
]);

it('a linked department that the OA renames is renamed, not made anew', () => {
  const nodes = oaTree([
    ['g', 'Group', null],
    ['a', 'A2', 'g'],
    ['b', 'B', 'g'],
  ]);
  const made = plan(snapshot({ nodes, departments: wecom, links: linked }));
  expect(ids(made)).toEqual(['renameDepartment:department:a']);
  expect(made.counts.unchangedDepartment).toBe(2);
});

it('a linked department that gets another parent and another name is one change', () => {
  const nodes = oaTree([
    ['g', 'Group', null],
    ['a', 'A', 'g'],
    ['b', 'B2', 'a'],
  ]);
  const made = plan(snapshot({ nodes, departments: wecom, links: linked }));
  expect(ids(made)).toEqual(['moveDepartment:department:b']);
  expect(only(made, 'moveDepartment').after).toEqual({
    name: 'B2',
    parent: { kind: 'existing', departmentId: 2 },
  });
});

it('under a parent with an unreadable child nothing is created, and what lies below waits', () => {
  const nodes = oaTree([
    ['g', 'Group', null],
    ['n', 'New', 'g'],
    ['m', 'Below', 'n'],
  ]);
  const made = plan(
    snapshot({
      nodes,
      departments: wecomTree([
        [1, 'Group', 0],
        [2, null, 1],
      ]),
      links: { g: 1 },
    }),
  );
  expect(made.changes.map((change) => change.action === 'conflict' && change.conflict)).toEqual([
    { of: 'department', oaKey: 'department:m', because: 'parent-unresolved' },
    { of: 'department', oaKey: 'department:n', because: 'siblings-unreadable' },
  ]);
});

it('a linked department whose name cannot be read stays as it is', () => {
  const nodes = oaTree([
    ['g', 'Group', null],
    ['a', 'Other name', 'g'],
  ]);
  const departments = wecomTree([
    [1, 'Group', 0],
    [2, null, 1],
  ]);
  expect(ids(plan(snapshot({ nodes, departments, links: { g: 1, a: 2 } })))).toEqual([]);
});

it('a name that WeCom forbids is altered, and the plan says from what', () => {
  const nodes = oaTree([
    ['g', 'Group', null],
    ['a', 'R:D', 'g'],
  ]);
  const change = only(plan(snapshot({ nodes, links: { g: 1 } })), 'createDepartment');
  expect(change.after.name).toBe('R：D');
  expect(change.rule).toEqual({ code: 'not-in-wecom', params: { alteredFrom: 'R:D' } });
});

it('two siblings whose altered names are one are a conflict, not one department', () => {
  const nodes = oaTree([
    ['g', 'Group', null],
    ['a', 'R:D', 'g'],
    ['b', 'R：D', 'g'],
  ]);
  const made = plan(snapshot({ nodes, links: { g: 1 } }));
  expect(ids(made)).toEqual(['createDepartment:department:a', 'conflict:department:b']);
});

it('the sixteenth level is a conflict', () => {
  const deep = Array.from({ length: 16 }, (_, i) => [`d${i}`, `D${i}`, i === 0 ? 'g' : `d${i - 1}`] as const);
  const made = plan(snapshot({ nodes: oaTree([['g', 'Group', null], ...deep]), links: { g: 1 } }));
  expect(made.counts).toMatchObject({ createDepartment: 14, conflict: 2 });
});

it('已禁用用户 is never matched, even by an OA department of that name', () => {
  const nodes = oaTree([
    ['g', 'Group', null],
    ['a', '已禁用用户', 'g'],
  ]);
  const departments = wecomTree([
    [1, 'Group', 0],
    [2, '已禁用用户', 1],
  ]);
  expect(ids(plan(snapshot({ nodes, departments, links: { g: 1 } })))).toEqual(['conflict:department:a']);
});

describe('departments that the OA has no more', () => {
  const nodes = oaTree([['g', 'Group', null]]);
  const departments = wecomTree([
    [1, 'Group', 0],
    [2, 'A', 1],
    [3, 'B', 2],
  ]);

  it('are deleted last, children first', () => {
    const made = plan(snapshot({ nodes, departments, links: { g: 1, a: 2, b: 3 } }));
    expect(ids(made)).toEqual(['deleteDepartment:department:b', 'deleteDepartment:department:a']);
    expect(made.changes[1]!.dependsOn).toEqual(['deleteDepartment:department:b']);
  });

  it('are held while somebody is inside, who is named, and so are those above', () => {
    const members = [member('u1', { departments: [3] })];
    const made = plan(snapshot({ nodes, departments, members, links: { g: 1, a: 2, b: 3 } }));
    expect(made.changes.map(({ hold }) => hold)).toEqual([
      { code: 'department-not-empty', params: { members: 1, departments: 0 }, userIds: ['u1'] },
      { code: 'department-not-empty', params: { members: 0, departments: 1 }, userIds: [] },
    ]);
  });

  it('go once the last member has been moved out', () => {
    const made = plan(
      snapshot({
        nodes,
        departments,
        users: [oaUser('u1')],
        members: [member('u1', { departments: [3] })],
        bound: { u1: 'u1' },
        links: { g: 1, b: 3 },
      }),
    );
    expect(ids(made)).toEqual(['updateUser:u1', 'deleteDepartment:department:b']);
    expect(only(made, 'deleteDepartment')).toMatchObject({ hold: null, dependsOn: ['updateUser:u1'] });
  });

  it('that the bridge never linked are left alone', () => {
    expect(ids(plan(snapshot({ nodes, departments, links: { g: 1 } })))).toEqual([]);
  });
});

it.each([
  { outOfScope: 'delete', expected: ['deleteDepartment:department:b'] },
  { outOfScope: 'depart', expected: [] },
  { outOfScope: 'keep', expected: [] },
] as const)('linked departments out of scope with `$outOfScope`: $expected', ({ outOfScope, expected }) => {
  const nodes = oaTree([
    ['g', 'Group', null],
    ['a', 'A', 'g'],
    ['b', 'B', 'g'],
  ]);
  const world = snapshot({ nodes, departments: wecom, links: linked });
  expect(ids(plan(world, scopeOf({ departments: ['a'], outOfScope })))).toEqual(expected);
});

describe('names that change hands within one run', () => {
  const departments = wecomTree([
    [1, 'Group', 0],
    [2, 'A', 1],
    [3, 'B', 1],
    [4, 'C', 1],
  ]);
  const links = { g: 1, a: 2, b: 3, c: 4 };
  const renamed = (a: string, b: string, c: string) =>
    plan(
      snapshot({
        nodes: oaTree([
          ['g', 'Group', null],
          ['a', a, 'g'],
          ['b', b, 'g'],
          ['c', c, 'g'],
        ]),
        departments,
        links,
      }),
    );

  it('a name is free before another department takes it', () => {
    const made = renamed('B', 'C', 'D');
    expect(ids(made)).toEqual([
      'renameDepartment:department:c',
      'renameDepartment:department:b',
      'renameDepartment:department:a',
    ]);
    expect(made.changes.map(stageOf)).toEqual([102, 103, 104]);
  });

  it('two departments that exchange names need a temporary one, which nobody counts', () => {
    const made = renamed('B', 'A', 'C');
    expect(ids(made)).toEqual([
      'renameDepartment:department:a:temporary',
      'renameDepartment:department:b',
      'renameDepartment:department:a',
    ]);
    expect(made.changes[0]!.after).toEqual({ name: 'A~2', parent: { kind: 'existing', departmentId: 1 } });
    expect(made.changes[2]).toMatchObject({ before: { name: 'A~2' }, after: { name: 'B' } });
    expect(made.counts).toMatchObject({ renameDepartment: 2, unchangedDepartment: 2 });
  });

  it('a run that ended between the two is finished by the next', () => {
    const halfway = wecomTree([
      [1, 'Group', 0],
      [2, 'A~2', 1],
      [3, 'A', 1],
    ]);
    const nodes = oaTree([
      ['g', 'Group', null],
      ['a', 'B', 'g'],
      ['b', 'A', 'g'],
    ]);
    const made = plan(snapshot({ nodes, departments: halfway, links: { g: 1, a: 2, b: 3 } }));
    expect(ids(made)).toEqual(['renameDepartment:department:a']);
  });

  it('a name that an unmanaged department keeps is a conflict for whoever wants it, and for those behind', () => {
    const made = plan(
      snapshot({
        nodes: oaTree([
          ['g', 'Group', null],
          ['a', 'C', 'g'],
          ['b', 'A', 'g'],
        ]),
        departments,
        links: { g: 1, a: 2, b: 3 },
      }),
    );
    expect(ids(made)).toEqual(['conflict:department:a', 'conflict:department:b']);
  });

  it('a department made anew in the OA under its old name takes over the one in WeCom', () => {
    const made = plan(
      snapshot({
        nodes: oaTree([
          ['g', 'Group', null],
          ['anew', 'A', 'g'],
        ]),
        departments: departments.slice(0, 2),
        links: { g: 1, a: 2 },
      }),
    );
    expect(ids(made)).toEqual(['linkDepartment:department:anew']);
    expect(only(made, 'linkDepartment').before).toEqual({ oaKey: 'department:a' });
  });

  it('a name held by a department that is deleted at the end waits for the next run', () => {
    const made = plan(
      snapshot({
        nodes: oaTree([
          ['g', 'Group', null],
          ['a', 'B', 'g'],
        ]),
        departments: departments.slice(0, 3),
        links: { g: 1, a: 2, b: 3 },
      }),
    );
    expect(ids(made)).toEqual(['deleteDepartment:department:b', 'conflict:department:a']);
    expect(only(made, 'conflict').conflict).toMatchObject({ because: 'name-taken-until-deleted' });
  });
});

describe('moves', () => {
  const departments = wecomTree([
    [1, 'Group', 0],
    [2, 'A', 1],
    [3, 'B', 2],
    [4, 'C', 3],
  ]);
  const links = { g: 1, a: 2, b: 3, c: 4 };

  it('a department and the one above it change places without lying below themselves on the way', () => {
    const nodes = oaTree([
      ['g', 'Group', null],
      ['b', 'B', 'g'],
      ['a', 'A', 'b'],
      ['c', 'C', 'a'],
    ]);
    const made = plan(snapshot({ nodes, departments, links }));
    expect(ids(made)).toEqual([
      'moveDepartment:department:b',
      'moveDepartment:department:a',
      'moveDepartment:department:c',
    ]);
    expect(made.changes[1]!.dependsOn).toEqual(['moveDepartment:department:b']);
  });

  it('one that would lie below itself, because one in between stays, is a conflict', () => {
    const nodes = oaTree([
      ['g', 'Group', null],
      ['b', 'Taken', 'g'],
      ['a', 'A', 'b'],
      ['c', 'C', 'a'],
    ]);
    const made = plan(
      snapshot({ nodes, departments: [...departments, ...wecomTree([[9, 'Taken', 1]])], links }),
    );
    const conflicts = made.changes.map((change) => change.action === 'conflict' && change.conflict);
    expect(conflicts).toContainEqual({ of: 'department', oaKey: 'department:b', because: 'name-taken' });
    expect(conflicts).toContainEqual({ of: 'department', oaKey: 'department:a', because: 'below-itself' });
  });
});

describe('the department of disabled members', () => {
  const nodes = oaTree([['g', 'Group', null]]);

  it.each([null, 9])('is never deleted as a department that the OA lacks (top department %s)', (top) => {
    const departments = wecomTree([
      [1, 'Group', 0],
      [9, 'Top', 1],
      [2, '离职人员', top ?? 1],
    ]);
    const world = snapshot({ nodes, departments, links: { g: 1 } });
    const links = [...world.links, { oaKey: 'folder:disabled-members', departmentId: 2 }];
    const made = plan({ ...world, links }, { topDepartmentId: top });
    expect(made.counts.deleteDepartment).toBe(0);
  });
});
