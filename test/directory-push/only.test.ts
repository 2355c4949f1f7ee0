import { guardPlan } from '../../domain/directory/push/guard';
import { keepOnly } from '../../domain/directory/push/only';
import { defaultDirectorySettings } from '../../domain/directory/settings';
import { ids, member, oaTree, oaUser, plan, snapshot, wecomTree } from './planning-world';

const nodes = oaTree([
  ['g', 'Group', null],
  ['a', 'A', 'g'],
  ['b', 'B', 'a'],
]);
const departments = wecomTree([[1, 'Group', 0]]);

const world = snapshot({
  nodes,
  departments,
  users: [
    oaUser('u1', { departmentId: 'b', managerId: 'u2' }),
    oaUser('u2', { departmentId: 'a' }),
    oaUser('u3', { departmentId: 'a' }),
    oaUser('u4', { status: 'departed' }),
  ],
  members: [member('u3', { departments: [1] }), member('u4')],
  bound: { u3: 'u3', u4: 'u4' },
  links: { g: 1 },
});
const whole = plan(world, { leaders: true });

it('a plan about one person keeps what that person needs: departments, and whoever is named as superior', () => {
  const kept = keepOnly(whole, { oaUserIds: ['u1'] }, world);
  expect(ids(kept)).toEqual(
    expect.arrayContaining([
      'createDepartment:department:a',
      'createDepartment:department:b',
      'createUser:u1',
      'createUser:u2',
    ]),
  );
  expect(ids(kept)).not.toContain('updateUser:u3');
  expect(ids(kept)).not.toContain('disableUser:u4');
  expect(kept.counts).toMatchObject({ createDepartment: 2, disableUser: 0, updateUser: 0 });
});

it('a member of WeCom is known by the binding, also where a change names only the OA user', () => {
  const kept = keepOnly(whole, { memberIds: ['m-u4'] }, world);
  expect(ids(kept)).toEqual(['disableUser:u4']);
});

it('a plan about a department has nothing about the people in it', () => {
  expect(ids(keepOnly(whole, { oaKeys: ['department:b'] }, world))).toEqual([
    'createDepartment:department:a',
    'createDepartment:department:b',
  ]);
});

it('what is kept is word for word what the whole plan says of it', () => {
  const kept = keepOnly(whole, { oaUserIds: ['u1'] }, world);
  const all = new Map(whole.changes.map((change) => [change.id, change]));
  for (const change of kept.changes) expect(change).toBe(all.get(change.id));
});

it('a subject with nothing to do gives an empty plan, and is counted as unchanged', () => {
  const quiet = keepOnly(plan(world), { oaUserIds: ['nobody-to-do'] }, world);
  expect(quiet.changes).toEqual([]);
  expect(quiet.counts).toMatchObject({ unchangedUser: 1, createUser: 0 });
});

it('two departments that swap their names are swapped together, whichever of them is meant', () => {
  const swapped = snapshot({
    nodes: oaTree([
      ['g', 'Group', null],
      ['a', 'B', 'g'],
      ['b', 'A', 'g'],
    ]),
    departments: wecomTree([
      [1, 'Group', 0],
      [2, 'A', 1],
      [3, 'B', 1],
    ]),
    links: { g: 1, a: 2, b: 3 },
  });
  const swap = plan(swapped);
  expect(swap.changes.length).toBe(3);
  for (const key of ['department:a', 'department:b']) {
    expect(ids(keepOnly(swap, { oaKeys: [key] }, swapped))).toEqual(ids(swap));
  }
});

describe('the decrease of the whole company', () => {
  const history = {
    lastActiveInScope: 1_000,
    lastDay: { deletes: 0, disables: 0, 'department-deletes': 0, moves: 0, cleared: 0 },
    protectedUsers: [],
    accounts: null,
  };
  const { guard } = defaultDirectorySettings.push;

  it('does not block a plan about people who stay', () => {
    expect(guardPlan(whole, history, guard).kind).toBe('blocked');
    expect(guardPlan(keepOnly(whole, { oaUserIds: ['u1'] }, world), history, guard).kind).toBe('pass');
  });

  it('blocks a plan about somebody who leaves as it blocks the whole', () => {
    const kept = keepOnly(whole, { oaUserIds: ['u4'] }, world);
    expect(guardPlan(kept, history, guard).kind).toBe('blocked');
  });
});
