import { planAccepted, type AcceptedDrift } from '../../domain/directory/oa-sync/accept';
import type { OaPlan } from '../../domain/directory/oa-sync/plan';
import { planOaUndo } from '../../domain/directory/oa-sync/undo';
import type { Plan } from '../../domain/directory/push/plan';
import { defaultDirectorySettings } from '../../domain/directory/settings';
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
  type Sides,
} from './planning-sides';

const made = (outcome: OaPlan): Plan => {
  if (outcome.kind === 'stopped') throw new Error(`stopped: ${outcome.reason.code}`);
  return outcome;
};

describe('undo', () => {
  const undo = (planned: Plan, now: Sides): Plan =>
    made(
      planOaUndo(
        planned.changes.map((change) => ({
          change,
          memberId: null,
          departmentId: null,
          finishedAt: '2026-11-21T10:00:00.000Z',
          everActivated: false,
        })),
        sidesOf(now),
      ),
    );
  const departed = plan({
    gone: [{ memberId: 'm-zhang', userId: 'zhang' }],
    oa: [['d1', '研发部', null]],
    users: [user('zhang', { departmentId: 'd1' })],
    links: [rootLink, link('d1', 2)],
    bindings: [bound('zhang')],
  });

  it('brings back whom the run departed, into the departments of before, which come back first', () => {
    const undone = undo(departed, {
      gone: [{ memberId: 'm-zhang', userId: 'zhang' }],
      users: [user('zhang', { departmentId: 'd1', status: 'departed' })],
      bindings: [bound('zhang')],
    });
    expect(undone.changes).toMatchObject([
      { action: 'createOaDepartment', oaKey: 'department:d1', after: { name: '研发部' } },
      {
        action: 'returnOaUser',
        after: { placement: { departmentId: 'd1' } },
        dependsOn: ['undo:removeOaDepartment:department:d1'],
      },
    ]);
  });

  it('does not bring back somebody whose login name another person has now', () => {
    const undone = undo(departed, {
      users: [user('zhang', { status: 'departed' }), user('new', { loginId: 'Zhang' })],
    });
    expect(conflictsOf(undone)).toEqual(['login-taken']);
  });

  it('departs whom the run created, and keeps the binding', () => {
    const created = plan({ members: [member('zhang')] });
    const undone = undo(created, {
      members: [member('zhang')],
      users: [user('zhang')],
      bindings: [bound('zhang')],
    });
    expect(idsOf(undone)).toEqual(['undo:createOaUser:zhang']);
    expect(undone.changes[0]).toMatchObject({ action: 'departOaUser', limitGroups: ['disables'] });
  });

  const renamed = plan({
    members: [member('zhang', { seen: { name: '新名' } })],
    users: [user('zhang', { name: '旧名' })],
    bindings: [bound('zhang')],
  });

  it('writes back what was there before', () => {
    const undone = undo(renamed, { users: [user('zhang', { name: '新名' })], bindings: [bound('zhang')] });
    expect(only(undone, 'updateOaUser')[0]).toMatchObject({
      before: { values: { name: '新名' } },
      after: { values: { name: '旧名' } },
    });
  });

  it('leaves alone what somebody has changed since', () => {
    const undone = undo(renamed, {
      users: [user('zhang', { name: '第三个名' })],
      bindings: [bound('zhang')],
    });
    expect(conflictsOf(undone)).toEqual(['oa-user-changed-since']);
    expect(only(undone, 'updateOaUser')).toEqual([]);
  });

  it('removes a department the run created only while it is empty', () => {
    const created = plan({
      wecom: [
        [1, '企业', 0],
        [2, '研发部', 1],
      ],
    });
    const now: Sides = { oa: [['2', '研发部', null]], links: [rootLink, link('2', 2)] };
    expect(only(undo(created, now), 'removeOaDepartment')[0]?.hold).toBeNull();
    const inhabited = undo(created, { ...now, users: [user('x', { departmentId: '2' })] });
    expect(only(inhabited, 'removeOaDepartment')[0]?.hold).toMatchObject({ code: 'department-not-empty' });
  });

  it('has nothing to do where all is as before already', () => {
    const undone = undo(renamed, { users: [user('zhang', { name: '旧名' })], bindings: [bound('zhang')] });
    expect(undone.changes).toEqual([]);
    expect(undone.counts.unchangedUser).toBe(1);
  });
});

describe('what was changed by hand in WeCom and is accepted', () => {
  const accept = (drifts: readonly Partial<AcceptedDrift>[], now: Sides): Plan =>
    made(
      planAccepted(
        drifts.map((drift, index) => ({
          driftId: `drift-${index}`,
          kind: 'member',
          memberId: null,
          departmentId: null,
          field: 'name',
          ...drift,
        })),
        sidesOf(now),
        defaultDirectorySettings.push,
      ),
    );
  const zhang = { memberId: 'm-zhang' } as const;

  it('goes into the field of the OA it comes from, and nothing else does', () => {
    const planned = accept([{ ...zhang, field: 'position' }], {
      members: [member('zhang', { seen: { name: '别的名', position: '经理' } }), member('li')],
      users: [user('oa-1', { name: '旧名', position: '工程师' })],
      bindings: [bound('zhang', 'oa-1')],
    });
    expect(planned.changes).toMatchObject([
      {
        action: 'updateOaUser',
        oaUserId: 'oa-1',
        before: { values: { position: '工程师' }, placement: null },
        after: { values: { position: '经理' }, placement: null },
        rule: { code: 'drift-accepted' },
      },
    ]);
    expect(planned.isPartial).toBe(true);
  });

  it('may empty a field, which counts as cleared', () => {
    const planned = accept([{ ...zhang, field: 'position' }], {
      members: [member('zhang', { seen: { position: '' } })],
      users: [user('zhang', { position: '工程师' })],
      bindings: [bound('zhang')],
    });
    expect(planned.changes).toMatchObject([
      { after: { values: { position: null } }, limitGroups: ['cleared'] },
    ]);
  });

  it.each([
    [
      'a field that no single field of the OA stands for',
      [{ ...zhang, field: 'alias' }],
      {},
      'field-not-mapped',
    ],
    ['a value that no app may read', [{ ...zhang, field: 'mobile' }], {}, 'value-unreadable'],
    ['a member who is bound to nobody', [zhang], { bindings: [] }, 'not-bound'],
    ['a department without a counterpart', [{ kind: 'department', departmentId: 9 }], {}, 'not-linked'],
  ] satisfies [string, Partial<AcceptedDrift>[], Sides, string][])(
    '%s is refused in words',
    (_, drifts, sides, code) => {
      const planned = accept(drifts, {
        members: [member('zhang')],
        users: [user('zhang')],
        bindings: [bound('zhang')],
        ...sides,
      });
      expect(conflictsOf(planned)).toEqual([code]);
    },
  );

  it('a deleted member departs, a renamed and moved department follows', () => {
    const planned = accept(
      [
        { ...zhang, field: 'existence' },
        { kind: 'department', departmentId: 3, field: 'name' },
        { kind: 'department', departmentId: 3, field: 'parent' },
      ],
      {
        gone: [{ memberId: 'm-zhang', userId: 'zhang' }],
        users: [user('zhang')],
        bindings: [bound('zhang')],
        wecom: [
          [1, '企业', 0],
          [2, '研发部', 1],
          [3, '平台部', 2],
        ],
        oa: [
          ['d1', '研发部', null],
          ['d2', '平台组', null],
        ],
        links: [rootLink, link('d1', 2), link('d2', 3)],
      },
    );
    expect(planned.changes).toMatchObject([
      { action: 'moveOaDepartment', after: { name: '平台部', parentKey: 'department:d1' } },
      { action: 'departOaUser', oaUserId: 'zhang' },
    ]);
  });

  it('needs neither the sync nor WeCom as the master', () => {
    expect(defaultDirectorySettings.master).toBe('oa');
    expect(
      accept([zhang], { members: [member('zhang')], users: [user('zhang')], bindings: [bound('zhang')] })
        .changes,
    ).toEqual([]);
  });
});
