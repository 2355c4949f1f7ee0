import { takeBackOnly } from '../../domain/directory/drift/taken-back';
import { planHash, changeDigest } from '../../domain/directory/push/plan-hash';
import type { DirectorySnapshot, DriftDecision, SnapshotMember } from '../../domain/directory/push/snapshot';
import type { PushSettings } from '../../domain/directory/settings';
import {
  ids,
  member,
  oaTree,
  oaUser,
  only,
  plan,
  sha256,
  snapshot,
  wecomTree,
} from '../directory-push/planning-world';

const nodes = oaTree([
  ['g', 'Group', null],
  ['a', 'Sales', 'g'],
  ['b', 'Research', 'g'],
]);

/** u1 and department a were changed by hand. */
function world(
  decisions: readonly Partial<DriftDecision>[] = [],
  { changed = {}, position = 'clerk' }: { changed?: Partial<SnapshotMember>; position?: string } = {},
): DirectorySnapshot {
  return {
    ...snapshot({
      nodes,
      departments: wecomTree([
        [1, 'Group', 0],
        [2, 'Selling', 1],
        [3, 'Research', 1],
      ]),
      users: [oaUser('u1', { departmentId: 'a', position })],
      members: [
        member('u1', {
          departments: [2],
          departmentsFromOa: [2],
          seen: { name: 'Name u1', position: 'boss' },
          ...changed,
        }),
      ],
      bound: { u1: 'u1' },
      links: { g: 1, a: 2, b: 3 },
    }),
    ...(decisions.length === 0
      ? {}
      : {
          driftDecisions: decisions.map((decision, index) => ({
            driftId: `d${index}`,
            memberId: 'm-u1',
            departmentId: null,
            decision: 'ignored' as const,
            oaValue: null,
            ...decision,
          })) as DriftDecision[],
        }),
  };
}

const planned = (...args: Parameters<typeof world>) => plan(world(...args));

describe('what was ignored', () => {
  it('is left by the plan, which says so', () => {
    const made = planned([{ field: 'position', oaValue: 'clerk' }]);
    expect(ids(made)).toEqual(['renameDepartment:department:a', 'skipUser:u1:left-by-decision:position']);
    expect(only(made, 'skipUser').rule).toEqual({
      code: 'left-by-decision',
      params: { field: 'position' },
    });
  });

  it('is written again once the OA wants something else', () => {
    const made = planned([{ field: 'position', oaValue: 'clerk' }], { position: 'head' });
    expect(only(made, 'updateUser').after.values).toEqual({ position: 'head' });
  });

  it('is one field: the others of the same member are written', () => {
    const changed = { seen: { name: 'Somebody', position: 'boss' } };
    const made = planned([{ field: 'position', oaValue: 'clerk' }], { changed });
    expect(only(made, 'updateUser').after.values).toEqual({ name: 'Name u1' });
  });

  it('may be where a member is', () => {
    const changed = { departments: [3], seen: { name: 'Name u1', position: 'clerk' } };
    expect(only(planned([], { changed }), 'updateUser').after.placement).not.toBeNull();
    const made = planned([{ field: 'departments', oaValue: 'department:a' }], { changed });
    expect(ids(made)).toEqual(['renameDepartment:department:a', 'skipUser:u1:left-by-decision:departments']);
  });

  it('may be that somebody who left is enabled', () => {
    const leaver = (decisions: readonly Partial<DriftDecision>[]): DirectorySnapshot => {
      const base = world(decisions, { changed: { disabledByBridge: true, status: 'activated' } });
      return { ...base, oa: { ...base.oa, users: [oaUser('u1', { status: 'departed' })] } };
    };
    expect(ids(plan(leaver([])))).toContain('disableUser:u1');
    const made = plan(leaver([{ field: 'enabled', oaValue: 'departed' }]));
    expect(ids(made)).toContain('skipUser:u1:left-by-decision:enabled');
    expect(ids(made)).not.toContain('disableUser:u1');
    expect(ids(plan(leaver([{ field: 'enabled', oaValue: 'active' }])))).toContain('disableUser:u1');
  });

  it('may be that an account was deleted', () => {
    const deleted = (decisions: readonly Partial<DriftDecision>[]): DirectorySnapshot => {
      const base = world(decisions);
      return { ...base, wecom: { ...base.wecom, members: [] } };
    };
    expect(ids(plan(deleted([])))).toContain('createUser:u1');
    const made = plan(deleted([{ field: 'existence', oaValue: 'active' }]));
    expect(ids(made)).toContain('skipUser:u1:left-by-decision:existence');
    expect(ids(made)).not.toContain('createUser:u1');
  });

  it('may be the name of a department or where it hangs, until the OA changes that', () => {
    const left = { memberId: null, departmentId: 2, field: 'name' };
    expect(ids(planned([{ ...left, oaValue: 'Sales' }]))).toEqual(['updateUser:u1']);
    expect(ids(planned([{ ...left, oaValue: 'Old name' }]))).toContain('renameDepartment:department:a');
    const moved = (oaValue: string): DirectorySnapshot => {
      const base = world([{ memberId: null, departmentId: 2, field: 'parent', oaValue }]);
      const departments = wecomTree([
        [1, 'Group', 0],
        [2, 'Sales', 3],
        [3, 'Research', 1],
      ]);
      return { ...base, wecom: { ...base.wecom, departments } };
    };
    expect(ids(plan(moved('subcompany:g')))).toEqual(['updateUser:u1']);
    expect(ids(plan(moved('department:b')))).toContain('moveDepartment:department:a');
  });
});

it('without any decision every plan has the hash it had', () => {
  const hashOf = (one: DirectorySnapshot): string =>
    planHash(
      plan(one).changes.map((change) => changeDigest(change, sha256)),
      1,
      sha256,
    );
  expect(hashOf({ ...world(), driftDecisions: [] })).toBe(hashOf(world()));
  const ofOthers = [{ memberId: 'm-u9', field: 'position', oaValue: 'clerk' }];
  expect(hashOf(world(ofOthers))).toBe(hashOf(world()));
});

describe('what is taken back', () => {
  const reverting = (field: string, more: Partial<DriftDecision> = {}) => ({
    field,
    decision: 'reverting' as const,
    ...more,
  });
  const taken = (made: DirectorySnapshot, driftIds: readonly string[], push: Partial<PushSettings> = {}) =>
    takeBackOnly(plan(made, push), made, { driftIds });

  it('is that one field, whatever else differs', () => {
    const changed = { departments: [3], seen: { name: 'Somebody', position: 'boss' } };
    const made = world([reverting('position')], { changed });
    const update = only(taken(made, ['d0']), 'updateUser');
    expect(update.after).toEqual({ values: { position: 'clerk' }, placement: null });
    expect(update.rule.code).toBe('fields-differ');
    expect(update.limitGroups).toEqual([]);
  });

  it('is where somebody is, and nothing of the values', () => {
    const made = world([reverting('departments')], { changed: { departments: [3] } });
    const update = only(taken(made, ['d0']), 'updateUser');
    expect(update.after.values).toEqual({});
    expect(update.after.placement).toMatchObject({ departments: [{ departmentId: 2 }] });
    expect(update.limitGroups).toEqual(['moves']);
  });

  it('is nothing where the change waits for another decision', () => {
    const made = world([reverting('position')]);
    expect(ids(taken(made, ['another']))).toEqual(ids(plan(made)));
    const over = takeBackOnly(plan(made), made, { driftIds: ['another'], memberIds: ['m-u1'] });
    expect(ids(over)).toEqual(['renameDepartment:department:a']);
    const other = world([reverting('alias')]);
    expect(ids(taken(other, ['d0']))).toEqual(['renameDepartment:department:a']);
  });

  it('may be a name of a department that hangs elsewhere as well', () => {
    const base = world([reverting('name', { memberId: null, departmentId: 2 })]);
    const departments = wecomTree([
      [1, 'Group', 0],
      [2, 'Selling', 3],
      [3, 'Research', 1],
    ]);
    const made = taken({ ...base, wecom: { ...base.wecom, departments } }, ['d0']);
    expect(only(made, 'renameDepartment')).toMatchObject({
      id: 'renameDepartment:department:a',
      after: { name: 'Sales', parent: { departmentId: 3 } },
    });
  });

  it('may be that somebody was disabled by hand, which no other plan touches', () => {
    const changed = { status: 'disabled' } as const;
    expect(ids(plan(world([], { changed })))).toContain('skipUser:u1:disabled-by-hand');
    const made = world([reverting('enabled')], { changed });
    const enabled = only(taken(made, ['d0']), 'enableUser');
    expect(enabled.after).toEqual({ values: {}, placement: null });
  });
});
