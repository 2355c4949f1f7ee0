import type { RememberedPlace } from '../../domain/departures/departure';
import { guardPlan } from '../../domain/directory/push/guard';
import { keepOnly } from '../../domain/directory/push/only';
import type { Plan } from '../../domain/directory/push/plan';
import { changeDigest } from '../../domain/directory/push/plan-hash';
import type {
  DepartureFact,
  DirectorySnapshot,
  SnapshotMember,
  SourceUser,
} from '../../domain/directory/push/snapshot';
import { planUndo } from '../../domain/directory/push/undo';
import { explain } from '../../domain/directory/push/why';
import { defaultDirectorySettings, type PushSettings } from '../../domain/directory/settings';
import { pushRuleTexts } from '../../i18n/directory-push';
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
  scopeOf,
  sequence,
  settings,
  sha256,
  snapshot,
  wecomTree,
} from '../directory-push/planning-world';
import { applyToSnapshot } from '../directory-push/wecom-in-memory';

const folder = { moveToDepartment: { enabled: true, name: '已禁用用户' } };
const nodes = oaTree([
  ['g', 'Group', null],
  ['a', 'A', 'g'],
]);
const departments = wecomTree([
  [1, 'Group', 0],
  [2, 'A', 1],
  [8, 'Project', 1],
  [9, '已禁用用户', 1],
]);

/** In department A by the OA's word and in a project besides, leading both. */
const inProject: RememberedPlace = {
  departments: [2, 8],
  departmentsFromOa: [2],
  mainDepartmentId: 2,
  leaderIn: [2, 8],
};

function fact(change: Partial<DepartureFact> = {}): DepartureFact {
  return {
    memberId: 'm-u1',
    standing: 'open',
    wanted: null,
    askedByPerson: false,
    isReleased: false,
    remembered: null,
    ...change,
  };
}

const inFolder: Partial<SnapshotMember> = {
  departments: [9],
  status: 'disabled',
  disabledByBridge: true,
};

/** u1, bound, as departed or active as the OA says, among people who stay. */
function world(parts: {
  readonly user?: Partial<SourceUser>;
  readonly member?: Partial<SnapshotMember>;
  readonly departure?: Partial<DepartureFact>;
  readonly oaReading?: DirectorySnapshot['oa']['reading'];
}): DirectorySnapshot {
  return snapshot({
    nodes,
    departments,
    links: { g: 1, a: 2 },
    users: [
      oaUser('u1', { status: 'departed', departmentId: 'a', ...parts.user }),
      oaUser('u2', { departmentId: 'a' }),
    ],
    members: [
      member('u1', { departments: [2], ...parts.member }),
      member('u2', { departments: [2], mainDepartmentId: 2 }),
    ],
    bound: { u1: 'u1', u2: 'u2' },
    ...(parts.oaReading === undefined ? {} : { oaReading: parts.oaReading }),
    ...(parts.departure === undefined ? {} : { departures: [fact(parts.departure)] }),
  });
}

const active: Partial<SourceUser> = { status: 'active' };
const disabled: Partial<SnapshotMember> = { status: 'disabled', disabledByBridge: true };

function verdictOf(made: Plan, guard: Partial<PushSettings['guard']> = {}) {
  const limits = { ...defaultDirectorySettings.push.guard, maxDeletePercent: null, maxBranchPercent: null };
  return guardPlan(made, quietDay, { ...limits, ...guard });
}

describe('a push and whoever waits for their day', () => {
  it.each(['disable', 'delete'] as const)('leaves them alone where the departed are to be %sd', (action) => {
    const made = plan(world({ member: disabled, departure: {} }), departedBy({ action }));
    expect(ids(made)).toEqual([]);
    expect(made.counts.unchangedUser).toBe(2);
  });

  it('leaves them alone where nobody can read whether they are still disabled', () => {
    const made = plan(world({ member: { status: null }, departure: {} }), departedBy({ action: 'delete' }));
    expect(ids(made)).toEqual([]);
  });

  it('disables whoever is not disabled yet: the departure only began', () => {
    expect(ids(plan(world({ departure: {} })))).toEqual(['disableUser:u1']);
  });

  it('does not disable whom another run is giving back', () => {
    expect(ids(plan(world({ departure: { isRestoring: true } })))).toEqual([]);
  });
});

describe('a disabling that is asked for', () => {
  it('of somebody departed has the OA as its reason', () => {
    const made = plan(world({ departure: { wanted: 'disable' } }), departedBy({ deleteAfterDays: 30 }));
    expect(only(made, 'disableUser')).toMatchObject({
      rule: { code: 'departed' },
      after: { deleteAfterDays: 30 },
      limitGroups: ['disables'],
    });
  });

  it('of somebody departed deletes at once where the departed are deleted, and is counted as a deletion', () => {
    const made = plan(world({ departure: { wanted: 'disable' } }), departedBy({ action: 'delete' }));
    expect(only(made, 'deleteUser')).toMatchObject({ rule: { code: 'departed' }, limitGroups: ['deletes'] });
  });

  it('of somebody active has the person as its reason, whatever becomes of the departed', () => {
    const made = plan(
      world({ user: active, departure: { wanted: 'disable', askedByPerson: true } }),
      departedBy({ action: 'delete', ...folder, deleteAfterDays: 7 }),
    );
    const change = only(made, 'disableUser');
    expect(change).toMatchObject({
      rule: { code: 'asked-by-person' },
      limitGroups: ['disables'],
      after: { deleteAfterDays: 7 },
    });
    expect(refs(change.after.placement?.departments)).toEqual([9]);
    // Still one of the company: the OA says so.
    expect(made.population.activeInScope).toBe(2);
  });

  it('of somebody active is barred for protected people like any other', () => {
    const made = plan(world({ user: active, departure: { wanted: 'disable', askedByPerson: true } }));
    expect(verdictOf(made, { protectedUsers: ['U1'] }).barredChangeIds).toEqual(['disableUser:u1']);
  });

  it('of somebody outside the scope is done although such people are kept', () => {
    const made = plan(world({ user: active, departure: { wanted: 'disable', askedByPerson: true } }), {
      scope: { ...defaultDirectorySettings.push.scope, excludeUsers: ['u1'], outOfScope: 'keep' },
    });
    expect(only(made, 'disableUser').rule.code).toBe('asked-by-person');
  });

  it('of somebody who is disabled already changes nothing', () => {
    expect(ids(plan(world({ member: disabled, departure: { wanted: 'disable' } })))).toEqual([]);
  });

  it('remembers where the member was and what they led', () => {
    const made = plan(
      world({
        member: { departments: [2, 8], departmentsFromOa: [2], mainDepartmentId: 2, leaderIn: [8] },
        departure: { wanted: 'disable' },
      }),
      departedBy(folder),
    );
    const { before } = only(made, 'disableUser');
    expect(refs(before.placement?.departments)).toEqual([2, 8]);
    expect(refs(before.placement?.leaderIn)).toEqual([8]);
  });
});

describe('a deletion whose day has come', () => {
  const due = (change: Partial<DepartureFact> = {}): Partial<DepartureFact> => ({
    wanted: 'delete',
    ...change,
  });

  it.each(['disable', 'delete'] as const)('is planned where the departed are to be %sd', (action) => {
    const made = plan(world({ member: inFolder, departure: due() }), departedBy({ action, ...folder }));
    expect(only(made, 'deleteUser')).toMatchObject({
      id: 'deleteUser:u1',
      rule: { code: 'departure-due', params: { because: 'departed' } },
      limitGroups: ['deletes'],
      hold: null,
    });
  });

  it('counts in the limits with all others of that day', () => {
    const made = plan(world({ member: disabled, departure: due() }));
    const verdict = verdictOf(made, { maxDeletes: 0 });
    expect(verdict).toMatchObject({ kind: 'hold', heldChangeIds: ['deleteUser:u1'], barredChangeIds: [] });
    expect(verdict.reasons.map(({ code }) => code)).toEqual(['limit-exceeded']);
  });

  it('is not planned for somebody who was enabled by hand', () => {
    expect(ids(plan(world({ member: { status: 'activated' }, departure: due() })))).toEqual([]);
  });

  it('is not planned for somebody whom the OA has as active', () => {
    const made = plan(world({ user: active, member: disabled, departure: due({ askedByPerson: true }) }));
    expect(ids(made)).toEqual([]);
  });

  it('is not planned for somebody outside the scope whom the settings keep', () => {
    const kept = scopeOf({ excludeUsers: ['u1'], outOfScope: 'keep' });
    expect(ids(plan(world({ user: active, member: disabled, departure: due() }), kept))).toEqual([]);
  });

  it('is planned for somebody outside the scope whom the settings treat as departed', () => {
    const departing = scopeOf({ excludeUsers: ['u1'], outOfScope: 'depart' });
    const made = plan(world({ user: active, member: disabled, departure: due() }), departing);
    expect(only(made, 'deleteUser').rule.params).toEqual({ because: 'excluded' });
  });

  it.each([true, false])(
    'waits for approval where nobody reads the status (by the bridge: %p)',
    (disabledByBridge) => {
      const made = plan(world({ member: { status: null, disabledByBridge }, departure: due() }));
      expect(only(made, 'deleteUser').hold).toEqual({ code: 'status-unreadable' });
      expect(verdictOf(made)).toMatchObject({ heldChangeIds: ['deleteUser:u1'], barredChangeIds: [] });
      expect(made.counts.heldUser).toBe(1);
    },
  );

  it('passes the guard where somebody let it pass, and still counts', () => {
    const made = plan(world({ member: { status: null }, departure: due({ isReleased: true }) }));
    expect(only(made, 'deleteUser').hold).toEqual({ code: 'status-unreadable', released: true });
    expect(verdictOf(made)).toMatchObject({ kind: 'pass', reasons: [] });
    expect(made.counts.heldUser).toBe(0);
    expect(verdictOf(made, { maxDeletes: 0 }).heldChangeIds).toEqual(['deleteUser:u1']);
  });

  it('is barred while it is in doubt whether people were lost', () => {
    const made = plan(world({ member: disabled, departure: due(), oaReading: 'loss-unconfirmed' }));
    expect(verdictOf(made).barredChangeIds).toEqual(['deleteUser:u1']);
  });
});

describe('giving an account back', () => {
  const restored = { wanted: 'restore', remembered: inProject } as const;

  it('to somebody departed enables it where it was, leading what it led', () => {
    const made = plan(world({ member: inFolder, departure: restored }), departedBy(folder));
    const change = only(made, 'enableUser');
    expect(change.rule.code).toBe('restored-by-decision');
    expect(refs(change.after.placement?.departments)).toEqual([2, 8]);
    expect(change.after.placement).toMatchObject({ fromOa: 1, main: { departmentId: 2 } });
    expect(refs(change.after.placement?.leaderIn)).toEqual([2, 8]);
  });

  it('comes back without a call where the account was not moved and is enabled already', () => {
    const made = plan(
      world({
        member: { departments: [2, 8], mainDepartmentId: 2, status: 'activated', leaderIn: [2, 8] },
        departure: restored,
      }),
      departedBy({ action: 'delete', ...folder }),
    );
    expect(ids(made)).toEqual([]);
  });

  it('to somebody departed who was enabled by hand only puts them back', () => {
    const made = plan(
      world({ member: { departments: [9], status: 'activated' }, departure: restored }),
      departedBy(folder),
    );
    expect(refs(only(made, 'updateUser').after.placement?.departments)).toEqual([2, 8]);
  });

  it('leaves out departments that are gone, and the one for disabled members', () => {
    const remembered = { ...inProject, departments: [2, 9, 77], leaderIn: [77], mainDepartmentId: 77 };
    const made = plan(
      world({ member: inFolder, departure: { ...restored, remembered } }),
      departedBy(folder),
    );
    const { placement } = only(made, 'enableUser').after;
    expect(refs(placement?.departments)).toEqual([2]);
    expect(placement).not.toHaveProperty('leaderIn');
    expect(placement?.main).toBeNull();
  });

  it('enables where the account is when nobody remembers more', () => {
    const made = plan(world({ member: inFolder, departure: { wanted: 'restore' } }), departedBy(folder));
    expect(only(made, 'enableUser').after.placement).toBeNull();
  });

  it('to somebody active follows the OA, with the other departments and what was led', () => {
    const made = plan(world({ user: active, member: inFolder, departure: restored }), departedBy(folder));
    const change = only(made, 'enableUser');
    expect(change.rule.code).toBe('active-again');
    expect(refs(change.after.placement?.departments)).toEqual([2, 8]);
    expect(refs(change.after.placement?.leaderIn)).toEqual([2, 8]);
    expect(change.after.placement).toMatchObject({ fromOa: 1 });
  });

  it('to somebody who returned into another department leads nothing of the former one', () => {
    const made = plan(
      world({ user: { status: 'active', departmentId: null }, member: inFolder, departure: restored }),
      departedBy(folder),
    );
    const { placement } = only(made, 'enableUser').after;
    expect(refs(placement?.departments)).toEqual([1, 8]);
    expect(refs(placement?.leaderIn)).toEqual([8]);
  });

  it('where the OA alone decides about departments brings none but the OA’s', () => {
    const made = plan(world({ user: active, member: inFolder, departure: restored }), {
      ...departedBy(folder),
      departmentsFullyFromOa: true,
    });
    expect(refs(only(made, 'enableUser').after.placement?.departments)).toEqual([2]);
  });

  it('happens in an ordinary push as well, as soon as the OA has them back', () => {
    const made = plan(
      world({ user: active, member: inFolder, departure: { remembered: inProject } }),
      departedBy(folder),
    );
    expect(refs(only(made, 'enableUser').after.placement?.departments)).toEqual([2, 8]);
  });

  it('reaches also whom somebody had disabled by hand, when a person asks for it', () => {
    const byHand = { status: 'disabled', disabledByBridge: false } as const;
    expect(ids(plan(world({ user: active, member: byHand, departure: { wanted: 'restore' } })))).toEqual([
      'enableUser:u1',
    ]);
    expect(ids(plan(world({ user: active, member: byHand, departure: {} })))).toEqual([
      'skipUser:u1:disabled-by-hand',
    ]);
  });

  it('writes what somebody led again where only that was lost', () => {
    const made = plan(
      world({
        member: { departments: [2, 8], mainDepartmentId: 2, status: 'activated', leaderIn: [] },
        departure: restored,
      }),
    );
    expect(refs(only(made, 'updateUser').after.placement?.leaderIn)).toEqual([2, 8]);
  });
});

describe('a person’s decision', () => {
  it.each([
    ['disable', { status: 'activated' }],
    ['delete', { status: 'activated' }],
    ['delete', { status: 'disabled' }],
  ] as const)('to give back keeps a departed account from being %sd', (action, status) => {
    const made = plan(
      world({ member: status, departure: { standing: 'kept-enabled' } }),
      departedBy({ action }),
    );
    expect(ids(made)).toEqual(['skipUser:u1:kept-by-decision']);
  });

  it('to cancel keeps a departed account as it is, and from being deleted', () => {
    const cancelled = { standing: 'kept-disabled' } as const;
    expect(ids(plan(world({ member: disabled, departure: cancelled })))).toEqual([]);
    expect(
      ids(plan(world({ member: disabled, departure: cancelled }), departedBy({ action: 'delete' }))),
    ).toEqual(['skipUser:u1:kept-by-decision']);
  });

  it('to cancel leaves somebody active disabled: it was a person who disabled them', () => {
    const made = plan(world({ user: active, member: inFolder, departure: { standing: 'kept-disabled' } }));
    expect(ids(made)).toEqual(['skipUser:u1:kept-by-decision']);
  });

  it('about somebody who is active and enabled stands in nobody’s way', () => {
    const enabled = { departments: [2], mainDepartmentId: 2 };
    for (const standing of ['kept-enabled', 'kept-disabled'] as const) {
      expect(ids(plan(world({ user: active, member: enabled, departure: { standing } })))).toEqual([]);
    }
  });

  it.each([disabled, {}])('to begin a departure keeps somebody active from being enabled again', (state) => {
    const made = plan(
      world({ user: { ...active, name: 'New name' }, member: state, departure: { askedByPerson: true } }),
    );
    expect(ids(made)).toEqual(['skipUser:u1:departing-by-decision']);
    expect(made.population.activeInScope).toBe(2);
  });
});

it('whoever comes back after the deletion is a new member, and the plan says so', () => {
  const made = plan(
    snapshot({
      users: [oaUser('u1'), oaUser('u2')],
      deletedOaUserIds: ['u1'],
    }),
  );
  const codes = made.changes.map(({ id, rule }) => `${id} ${rule.code}`);
  expect(codes).toEqual(['createUser:u1 new-after-deletion', 'createUser:u2 new-in-oa']);
});

it('a run of departures takes those that it claimed out of the whole plan, with the department they need', () => {
  const whole = snapshot({
    users: [oaUser('u1', { status: 'departed' }), oaUser('u2', { status: 'departed' }), oaUser('u3')],
    members: ['u1', 'u2', 'u3'].map((id) => member(id)),
    bound: { u1: 'u1', u2: 'u2', u3: 'u3' },
    departures: [fact({ wanted: 'disable' })],
  });
  const made = plan(whole, departedBy(folder));
  const cut = keepOnly(made, { memberIds: ['m-u1'] }, whole);
  expect(ids(cut)).toEqual(['createDepartment:folder:disabled-members', 'disableUser:u1']);
});

it('nothing of a plan without departures is another one than before there were any', () => {
  const people = (leaderIn: Partial<SnapshotMember>) =>
    plan(world({ user: active, member: { ...disabled, ...leaderIn } }));
  const digests = (made: Plan) => made.changes.map((change) => changeDigest(change, sha256));
  expect(digests(people({ leaderIn: [] }))).toEqual(digests(people({})));
  expect(JSON.stringify(people({}).changes)).not.toMatch(/leaderIn|released|null,null/);
});

it('every rule about departures has its words in both languages', () => {
  for (const code of [
    'departure-due',
    'restored-by-decision',
    'kept-by-decision',
    'departing-by-decision',
    'asked-by-person',
    'new-after-deletion',
  ] as const) {
    expect(Object.keys(pushRuleTexts[code])).toEqual(['zh-CN', 'en']);
  }
});

it('whatever is known of a departure, nobody is deleted or disabled who was given back, and nothing is planned twice', () => {
  const random = sequence(66);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  for (let run = 0; run < 1_500; run += 1) {
    const departure: DepartureFact = fact({
      standing: pick(['open', 'open', 'kept-enabled', 'kept-disabled']),
      askedByPerson: random() < 0.3,
      isReleased: random() < 0.3,
      remembered: pick([null, inProject]),
      isRestoring: random() < 0.2,
    });
    const wanted =
      departure.standing === 'open' ? pick([null, 'disable', 'delete', 'restore'] as const) : null;
    const before = world({
      user: { status: pick(['active', 'departed']) },
      member: {
        departments: pick([[2], [9], [2, 8]]),
        mainDepartmentId: null,
        status: pick(['activated', 'disabled', 'not-activated', 'left', null]),
        disabledByBridge: random() < 0.5,
        ...(random() < 0.5 ? {} : { leaderIn: [] }),
      },
      departure: { ...departure, wanted },
    });
    const push = {
      ...departedBy({ action: pick(['disable', 'delete']), ...(random() < 0.5 ? folder : {}) }),
      ...(random() < 0.3
        ? scopeOf({ excludeUsers: ['u1'], outOfScope: pick(['depart', 'delete', 'keep']) })
        : {}),
    };
    const made = plan(before, push);
    expect(new Set(ids(made)).size).toBe(made.changes.length);
    const actions = made.changes.filter((change) => 'memberId' in change && change.memberId === 'm-u1');
    expect(actions.length).toBeLessThanOrEqual(2);
    const names = actions.map(({ action }) => action);
    const isGivenBack =
      departure.standing === 'kept-enabled' ||
      wanted === 'restore' ||
      (departure.isRestoring === true && wanted === null && !departure.askedByPerson);
    if (isGivenBack)
      expect(names.filter((name) => name === 'deleteUser' || name === 'disableUser')).toEqual([]);
    for (const change of actions) {
      if (change.rule.code === 'departure-due') {
        expect(wanted).toBe('delete');
        expect(before.wecom.members[0]!.status).not.toBe('activated');
      }
    }
    // Done, it is done: the same question finds nothing more to write.
    const after = applyToSnapshot(before, made.changes, random).snapshot;
    const again = plan(after, push).changes.filter(
      ({ action, hold }) => action !== 'skipUser' && hold === null,
    );
    expect(again.map(({ id }) => id)).toEqual([]);
  }
});

describe('an undo', () => {
  function undoOf(before: DirectorySnapshot, push: Partial<PushSettings>) {
    const { ledger, snapshot: after } = applyToSnapshot(before, plan(before, push).changes);
    const made = planUndo(ledger, after, settings(push), rules);
    if (made.kind === 'stopped') throw new Error(made.reason.code);
    return made;
  }
  const leading = {
    departments: [2, 8],
    departmentsFromOa: [2],
    mainDepartmentId: 2,
    leaderIn: [8],
    status: 'activated',
  } as const;

  it('of a disabling puts the member back and lets them lead what they led', () => {
    const made = undoOf(world({ member: leading }), departedBy(folder));
    const change = only(made, 'enableUser');
    expect(change).toMatchObject({ id: 'undo:disableUser:u1', rule: { code: 'undo-disabled' } });
    expect(refs(change.after.placement?.departments)).toEqual([2, 8]);
    expect(refs(change.after.placement?.leaderIn)).toEqual([8]);
  });

  it('of giving back disables again, and moves the member away again', () => {
    const departure = { wanted: 'restore', remembered: inProject } as const;
    const made = undoOf(world({ member: inFolder, departure }), departedBy(folder));
    const change = only(made, 'disableUser');
    expect(change).toMatchObject({ id: 'undo:enableUser:u1', rule: { code: 'undo-enabled' } });
    expect(refs(change.after.placement?.departments)).toEqual([9]);
    expect(change.limitGroups).toEqual(['disables']);
  });

  it('of a disabling that a person asked for enables again, and no departure stands in its way', () => {
    const departure = { wanted: 'disable', askedByPerson: true } as const;
    const made = undoOf(world({ user: active, member: leading, departure }), departedBy(folder));
    expect(ids(made)).toEqual(['undo:disableUser:u1']);
  });

  it('of a deletion whose day had come is a new account', () => {
    const made = undoOf(world({ member: disabled, departure: { wanted: 'delete' } }), {});
    expect(only(made, 'createUser')).toMatchObject({
      id: 'undo:deleteUser:u1',
      rule: { code: 'undo-deleted' },
    });
  });
});

it('why a deletion is planned is told in the words of its rule, and a released one is not called held', () => {
  const made = plan(world({ member: { status: null }, departure: { wanted: 'delete', isReleased: true } }));
  const steps = explain(only(made, 'deleteUser'), {
    user: oaUser('u1', { status: 'departed' }),
    node: null,
    oa: { version: 1, fedAt: null },
    scope: null,
    binding: null,
    linkedAt: null,
    settings: settings(),
    settingsVersion: 1,
    plannedAt: '2026-11-21T00:00:00Z',
    finishedAt: null,
  });
  expect(steps.map(({ step, code }) => [step, code])).toEqual([
    ['source', 'source-user-departed'],
    ['scope', 'scope-not-asked'],
    ['binding', 'binding-none'],
    ['rule', 'departure-due'],
    ['date', 'date-planned'],
  ]);
});
