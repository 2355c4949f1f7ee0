import { guardPlan } from '../../domain/directory/push/guard';
import type { DirectorySnapshot, SnapshotMember } from '../../domain/directory/push/snapshot';
import { planUndo, type DoneChange } from '../../domain/directory/push/undo';
import { defaultDirectorySettings, type PushSettings } from '../../domain/directory/settings';
import {
  departedBy,
  ids,
  member,
  oaTree,
  oaUser,
  only,
  plan,
  quietDay,
  refs,
  rules,
  settings,
  snapshot,
  wecomTree,
} from './planning-world';
import { applyToSnapshot } from './wecom-in-memory';

function undo(ledger: readonly DoneChange[], world: DirectorySnapshot, push: Partial<PushSettings> = {}) {
  const made = planUndo(ledger, world, settings(push), rules);
  if (made.kind === 'stopped') throw new Error(`stopped: ${made.reason.code}`);
  return made;
}

function run(world: DirectorySnapshot, push: Partial<PushSettings> = {}) {
  const { ledger, snapshot: after } = applyToSnapshot(world, plan(world, push).changes);
  return { ledger, after };
}

const changed = (
  world: DirectorySnapshot,
  userId: string,
  change: Partial<SnapshotMember>,
): DirectorySnapshot => ({
  ...world,
  wecom: {
    ...world.wecom,
    members: world.wecom.members.map((one) => (one.userId === userId ? { ...one, ...change } : one)),
  },
});

const bound = { links: { g: 1 }, bound: { u1: 'u1' } };

describe('a created member', () => {
  const { ledger, after } = run(snapshot({ links: { g: 1 }, users: [oaUser('u1')] }));

  it('who never activated the account is deleted', () => {
    const made = undo(ledger, after);
    expect(ids(made)).toEqual(['undo:createUser:u1']);
    expect(only(made, 'deleteUser')).toMatchObject({ limitGroups: ['deletes'], hold: null });
  });

  it.each([
    { title: 'is activated', change: { status: 'activated' as const }, everActivated: false },
    { title: 'has a status nobody can read', change: { status: null }, everActivated: false },
    { title: 'was activated once', change: {}, everActivated: true },
  ])('who $title is disabled instead', ({ change, everActivated }) => {
    const seen = ledger.map((one) => ({ ...one, everActivated }));
    expect(
      undo(seen, changed(after, 'u1', change)).changes.map(({ action, rule }) => [action, rule.code]),
    ).toEqual([['disableUser', 'undo-created-disabled']]);
  });

  it('whom somebody bound to another OA user is a conflict', () => {
    const rebound = { ...after, bindings: [{ oaUserId: 'other', memberId: 'm-u1' }] };
    expect(only(undo(ledger, rebound), 'conflict').conflict).toMatchObject({
      because: { code: 'binding-changed-since' },
    });
  });
});

describe('an update', () => {
  const members = [
    member('u1', { seen: { name: 'Name u1' }, written: { mobile: '13800000001', position: 'Clerk' } }),
  ];
  const { ledger, after } = run(snapshot({ ...bound, users: [oaUser('u1', { position: 'Boss' })], members }));

  it('is written back', () => {
    expect(only(undo(ledger, after), 'updateUser')).toMatchObject({
      id: 'undo:updateUser:u1',
      before: { values: { position: 'Boss' } },
      after: { values: { position: 'Clerk' }, placement: null },
    });
  });

  it('that somebody changed again is a conflict, and not overwritten', () => {
    const made = undo(ledger, changed(after, 'u1', { seen: { position: 'Director' } }));
    expect(ids(made)).toEqual(['undo:updateUser:u1:conflict']);
    expect(only(made, 'conflict').conflict).toMatchObject({
      because: { code: 'changed-since', params: { fields: 'position' } },
    });
  });

  it('that is back already needs nothing', () => {
    const made = undo(ledger, changed(after, 'u1', { seen: { position: 'Clerk' } }));
    expect(ids(made)).toEqual([]);
    expect(made.counts.unchangedUser).toBe(1);
  });

  it('of a field that nobody had read before can’t be restored, and says so', () => {
    const blind = run(
      snapshot({
        ...bound,
        users: [oaUser('u1', { position: 'Boss' })],
        members: [member('u1', { written: { mobile: '13800000001' } })],
      }),
    );
    const made = undo(blind.ledger, blind.after);
    expect(made.changes.map(({ action, rule }) => [action, rule])).toEqual([
      ['skipUser', { code: 'undo-before-unknown', params: { fields: 'position' } }],
    ]);
  });

  it('that cleared a field gives it back', () => {
    const cleared = run(snapshot({ ...bound, users: [oaUser('u1', { position: '' })], members }));
    expect(only(undo(cleared.ledger, cleared.after), 'updateUser').after.values).toEqual({
      position: 'Clerk',
    });
  });
});

describe('a departure', () => {
  const push = departedBy({ moveToDepartment: { enabled: true, name: '已禁用用户' } });
  const departments = wecomTree([
    [1, 'Group', 0],
    [2, 'A', 1],
  ]);
  const nodes = oaTree([
    ['g', 'Group', null],
    ['a', 'A', 'g'],
  ]);
  const world = snapshot({
    nodes,
    departments,
    links: { g: 1, a: 2 },
    bound: { u1: 'u1' },
    users: [oaUser('u1', { status: 'departed' }), oaUser('u2')],
    members: [member('u1', { departments: [2] })],
  });

  it('by disabling is enabled again, in the former departments; the folder made for it goes', () => {
    const { ledger, after } = run({ ...world, oa: { ...world.oa, users: world.oa.users.slice(0, 1) } }, push);
    const made = undo(ledger, after, push);
    expect(ids(made)).toEqual(['undo:disableUser:u1', 'undo:createDepartment:folder:disabled-members']);
    expect(refs(only(made, 'enableUser').after.placement?.departments)).toEqual([2]);
    expect(only(made, 'deleteDepartment')).toMatchObject({ hold: null, dependsOn: ['undo:disableUser:u1'] });
  });

  it('by deletion makes a new account of what was known, and says what does not come back', () => {
    const { ledger, after } = run(
      { ...world, oa: { ...world.oa, users: world.oa.users.slice(0, 1) } },
      departedBy({ action: 'delete' }),
    );
    expect(after.wecom.members).toEqual([]);
    const creation = only(undo(ledger, after), 'createUser');
    expect(creation).toMatchObject({
      userId: 'u1',
      rule: { code: 'undo-deleted' },
      after: { values: { name: 'Name u1', mobile: '13800000001' } },
    });
    expect(refs(creation.after.placement.departments)).toEqual([2]);
  });

  it('by deletion of somebody whose mobile and mail nobody knows is a conflict', () => {
    const { ledger, after } = run(
      {
        ...world,
        oa: { ...world.oa, users: world.oa.users.slice(0, 1) },
        wecom: { ...world.wecom, members: [member('u1', { departments: [2], written: {} })] },
      },
      departedBy({ action: 'delete' }),
    );
    expect(only(undo(ledger, after), 'conflict').conflict).toMatchObject({
      because: { code: 'no-mobile-nor-email' },
    });
  });
});

it('an enabling is disabled again', () => {
  const disabled = member('u1', { status: 'disabled', disabledByBridge: true });
  const { ledger, after } = run(snapshot({ ...bound, users: [oaUser('u1')], members: [disabled] }));
  expect(only(undo(ledger, after), 'disableUser').limitGroups).toEqual(['disables']);
});

it('a binding that the run made is taken back, one changed since is not', () => {
  const world = snapshot({
    links: { g: 1 },
    users: [oaUser('u1', { jobNumber: 'x' })],
    members: [member('x', { seen: { name: 'Name u1' }, written: { mobile: '13800000001' } })],
  });
  const { ledger, after } = run(world);
  expect(ids(undo(ledger, after))).toEqual(['undo:bindUser:u1']);
  expect(only(undo(ledger, after), 'unbindUser').before).toEqual({ oaUserId: 'u1' });
  const rebound = { ...after, bindings: [{ oaUserId: 'u2', memberId: 'm-x' }] };
  expect(ids(undo(ledger, rebound))).toEqual(['undo:bindUser:u1:conflict']);
});

describe('departments', () => {
  const departments = wecomTree([
    [1, 'Group', 0],
    [2, 'A', 1],
    [3, 'B', 1],
  ]);
  const links = { g: 1, a: 2, b: 3 };
  const swapped = run(
    snapshot({
      nodes: oaTree([
        ['g', 'Group', null],
        ['a', 'B', 'g'],
        ['b', 'A', 'g'],
      ]),
      departments,
      links,
    }),
  );

  it('that exchanged names exchange them back', () => {
    const made = undo(swapped.ledger, swapped.after);
    const { snapshot: back } = applyToSnapshot(swapped.after, made.changes);
    expect(back.wecom.departments.map(({ departmentId, name }) => [departmentId, name])).toEqual([
      [1, 'Group'],
      [2, 'A'],
      [3, 'B'],
    ]);
    expect(made.counts.renameDepartment).toBe(2);
  });

  it('that somebody renamed since stay as they are', () => {
    const renamed = {
      ...swapped.after,
      wecom: {
        ...swapped.after.wecom,
        departments: swapped.after.wecom.departments.map((one) =>
          one.departmentId === 2 ? { ...one, name: 'By hand' } : one,
        ),
      },
    };
    const made = undo(swapped.ledger, renamed);
    expect(only(made, 'conflict').conflict).toEqual({
      of: 'department',
      oaKey: 'department:a',
      because: 'changed-since',
    });
  });

  it('that were created are deleted when empty, and held while somebody is inside', () => {
    const nodes = oaTree([
      ['g', 'Group', null],
      ['a', 'A', 'g'],
    ]);
    const { ledger, after } = run(snapshot({ nodes, links: { g: 1 } }));
    expect(only(undo(ledger, after), 'deleteDepartment').hold).toBeNull();
    const created = after.links.find(({ oaKey }) => oaKey === 'department:a')!.departmentId;
    const inhabited = {
      ...after,
      wecom: { ...after.wecom, members: [member('guest', { departments: [created] })] },
    };
    expect(only(undo(ledger, inhabited), 'deleteDepartment').hold).toMatchObject({ userIds: ['guest'] });
  });

  it('that were deleted come back with the people who were moved out of them', () => {
    const world = snapshot({
      nodes: oaTree([['g', 'Group', null]]),
      departments: departments.slice(0, 2),
      links: { g: 1, a: 2 },
      users: [oaUser('u1')],
      members: [member('u1', { departments: [2] })],
      bound: { u1: 'u1' },
    });
    const { ledger, after } = run(world);
    const made = undo(ledger, after);
    expect(ids(made)).toEqual(['undo:deleteDepartment:department:a', 'undo:updateUser:u1']);
    expect(made.changes[1]!.dependsOn).toEqual(['undo:deleteDepartment:department:a']);
  });

  it('that were only linked are unlinked', () => {
    const { ledger, after } = run(snapshot({ links: {} }));
    expect(ids(undo(ledger, after))).toEqual(['undo:linkDepartment:subcompany:g']);
  });
});

it('an undo passes the same guard as any plan', () => {
  const users = Array.from({ length: 60 }, (_, i) => oaUser(`u${i}`));
  const { ledger, after } = run(snapshot({ links: { g: 1 }, users }));
  const verdict = guardPlan(undo(ledger, after), quietDay, defaultDirectorySettings.push.guard);
  expect(verdict.kind).toBe('hold');
  expect(verdict.heldChangeIds).toHaveLength(60);
});

it('an undo of an undo does again what the run did', () => {
  const { ledger, after } = run(snapshot({ links: {}, users: [oaUser('u1')] }));
  const back = applyToSnapshot(after, undo(ledger, after).changes);
  const again = applyToSnapshot(back.snapshot, undo(back.ledger, back.snapshot).changes);
  expect(again.snapshot.bindings).toEqual(after.bindings);
  expect(again.snapshot.links).toEqual(after.links);
});

it.each([
  { title: 'read-only access', change: { access: 'read-only' } as const },
  { title: 'WeCom as master', change: { master: 'wecom' } as const },
])('$title stops an undo too', ({ change }) => {
  expect(planUndo([], snapshot({}), settings({}, change), rules).kind).toBe('stopped');
});
