import type { PushSettings } from '../settings';
import {
  nothingSpecial,
  rule,
  type Change,
  type ChangeOf,
  type LimitGroup,
  type Placement,
  type UserConflict,
  type WrittenUser,
} from './changes';
import { refKey, type DepartmentRef } from './department-match';
import { currentPlacement, isKnownDisabled, type MemberPlaces } from './member-changes';
import {
  sameUserIdKey,
  type DirectorySnapshot,
  type MemberValues,
  type SnapshotMember,
  type ValueRules,
} from './snapshot';
import type { DoneChange } from './undo';
import type { UndonePlaces } from './undo-departments';
import { knownValue, knownValues, sameValue } from './values';

export type UndoneMembers = {
  readonly changes: readonly Change[];
  readonly placed: MemberPlaces;
  readonly unchanged: number;
};

type Undo = {
  readonly snapshot: DirectorySnapshot;
  readonly push: PushSettings;
  readonly rules: Pick<ValueRules, 'userIdProblem'>;
  readonly places: UndonePlaces;
  readonly branchesOf: (member: SnapshotMember) => readonly number[];
};

export function undoMembers(undo: Undo & { readonly done: readonly DoneChange[] }): UndoneMembers {
  const { done, snapshot } = undo;
  const changes: Change[] = [];
  const placed = new Map<string, { readonly after: ReadonlySet<string>; readonly changeId: string }>();
  const people = indexPeople(snapshot);
  const created = new Set(
    done.flatMap(({ change }) => (change.action === 'createUser' ? [change.oaUserId] : [])),
  );
  let unchanged = 0;
  for (const one of done) {
    if (!isOfUser(one.change)) continue;
    // Goes with the account.
    if (one.change.action === 'setSuperior' && created.has(one.change.oaUserId)) continue;
    const made = undoOne(one, one.change, people, undo);
    if (made.length === 0) unchanged += 1;
    for (const change of made) {
      changes.push(change);
      const place = placeAfter(change);
      if (place !== undefined && 'memberId' in change && change.memberId !== null) {
        placed.set(change.memberId, { after: place, changeId: change.id });
      }
    }
  }
  changes.push(...superiorsOfRecreated(done, changes));
  return { changes, placed, unchanged };
}

/** Who comes back together with his superior can name him only once both are there. */
function superiorsOfRecreated(done: readonly DoneChange[], made: readonly Change[]): Change[] {
  const creations = new Map(
    made.flatMap((change) => (change.action === 'createUser' ? [[change.id, change] as const] : [])),
  );
  const byUserId = new Map([...creations.values()].map((one) => [sameUserIdKey(one.userId), one]));
  return done.flatMap(({ change }): Change[] => {
    if (change.action !== 'deleteUser') return [];
    const creation = creations.get(`undo:${change.id}`);
    const superior = byUserId.get(sameUserIdKey(change.before.values['direct_leader'] ?? ''));
    if (creation === undefined || superior === undefined) return [];
    return [
      {
        ...nothingSpecial,
        id: `${creation.id}:superior`,
        action: 'setSuperior',
        oaUserId: creation.oaUserId,
        memberId: null,
        userId: creation.userId,
        before: { superior: null },
        after: { superior: superior.userId },
        dependsOn: [creation.id, superior.id],
        rule: rule('undo-superior'),
      },
    ];
  });
}

type UserChange = ChangeOf<
  | 'bindUser'
  | 'unbindUser'
  | 'createUser'
  | 'updateUser'
  | 'enableUser'
  | 'disableUser'
  | 'deleteUser'
  | 'setSuperior'
>;

function isOfUser(change: Change): change is UserChange {
  switch (change.action) {
    case 'bindUser':
    case 'unbindUser':
    case 'createUser':
    case 'updateUser':
    case 'enableUser':
    case 'disableUser':
    case 'deleteUser':
    case 'setSuperior':
      return true;
    default:
      return false;
  }
}

function placeAfter(change: Change): ReadonlySet<string> | undefined {
  switch (change.action) {
    case 'deleteUser':
      return new Set();
    case 'updateUser':
    case 'enableUser':
    case 'disableUser':
      return change.after.placement === null
        ? undefined
        : new Set(change.after.placement.departments.map(refKey));
    default:
      return undefined;
  }
}

type People = {
  readonly byMemberId: ReadonlyMap<string, SnapshotMember>;
  readonly userIds: ReadonlySet<string>;
  readonly oaUserOf: ReadonlyMap<string, string>;
  readonly memberOf: ReadonlyMap<string, string>;
};

function indexPeople({ wecom, bindings }: DirectorySnapshot): People {
  return {
    byMemberId: new Map(wecom.members.map((member) => [member.memberId, member])),
    userIds: new Set(wecom.members.map(({ userId }) => sameUserIdKey(userId))),
    oaUserOf: new Map(bindings.map(({ memberId, oaUserId }) => [memberId, oaUserId])),
    memberOf: new Map(bindings.map(({ memberId, oaUserId }) => [oaUserId, memberId])),
  };
}

function undoOne(done: DoneChange, change: UserChange, people: People, undo: Undo): Change[] {
  const id = `undo:${change.id}`;
  const { oaUserId } = change;
  const conflict = (because: UserConflict): Change => userConflict(id, oaUserId, because);
  const memberId = done.memberId ?? change.memberId;
  const member = memberId === null ? undefined : people.byMemberId.get(memberId);

  if (change.action === 'deleteUser') return recreate(id, change, people, undo);
  if (member === undefined) return change.action === 'createUser' ? [] : [conflict({ code: 'member-gone' })];
  const subject = { oaUserId, memberId: member.memberId, userId: member.userId };
  const boundTo = people.oaUserOf.get(member.memberId);

  if (change.action === 'unbindUser') {
    if (boundTo === oaUserId) return [];
    if (boundTo !== undefined || people.memberOf.has(oaUserId)) {
      return [conflict({ code: 'binding-changed-since' })];
    }
    return [
      {
        ...nothingSpecial,
        ...subject,
        id,
        action: 'bindUser',
        before: null,
        after: { oaUserId },
        rule: rule('undo-unbound'),
      },
    ];
  }
  if (boundTo !== oaUserId) {
    const isUndone = change.action === 'bindUser' && boundTo === undefined;
    return isUndone ? [] : [conflict({ code: 'binding-changed-since' })];
  }
  switch (change.action) {
    case 'bindUser':
      return [
        {
          ...nothingSpecial,
          ...subject,
          id,
          action: 'unbindUser',
          before: { oaUserId },
          after: null,
          rule: rule('undo-bound'),
        },
      ];
    case 'createUser':
      return removeCreated(id, oaUserId, member, done.everActivated, undo);
    case 'setSuperior':
      return restoreSuperior(id, change, member);
    case 'updateUser':
    case 'enableUser':
    case 'disableUser':
      return restore(id, change, member, undo);
  }
}

function userConflict(id: string, oaUserId: string, because: UserConflict): Change {
  return {
    ...nothingSpecial,
    id: `${id}:conflict`,
    action: 'conflict',
    conflict: { of: 'user', oaUserId, because },
    before: null,
    after: null,
    rule: rule('undo-conflict'),
  };
}

/** Only an account that nobody ever used is deleted: with any other, messages would go too. */
function removeCreated(
  id: string,
  oaUserId: string,
  member: SnapshotMember,
  everActivated: boolean,
  { branchesOf }: Undo,
): Change[] {
  const common = {
    ...nothingSpecial,
    id,
    oaUserId,
    memberId: member.memberId,
    userId: member.userId,
    branches: branchesOf(member),
  };
  const placement = currentPlacement(member);
  if (member.status === 'not-activated' && !everActivated) {
    return [
      {
        ...common,
        action: 'deleteUser',
        before: { values: knownValues(member), placement },
        after: null,
        limitGroups: ['deletes'],
        rule: rule('undo-created-deleted'),
      },
    ];
  }
  if (isKnownDisabled(member) || member.status === 'left') return [];
  return [
    {
      ...common,
      action: 'disableUser',
      before: { values: {}, placement },
      after: { values: {}, placement: null, deleteAfterDays: null },
      limitGroups: ['disables'],
      rule: rule('undo-created-disabled'),
    },
  ];
}

/** A new account under the old userid; what WeCom had beyond these values does not come back. */
function recreate(id: string, change: ChangeOf<'deleteUser'>, people: People, undo: Undo): Change[] {
  const { oaUserId, userId, before } = change;
  const { places, push, rules } = undo;
  const conflict = (because: UserConflict): Change[] => [userConflict(id, oaUserId, because)];
  if (people.memberOf.has(oaUserId) || people.userIds.has(sameUserIdKey(userId))) {
    return conflict({ code: 'userid-taken', params: { userId } });
  }
  const problem = rules.userIdProblem(userId);
  if (problem !== undefined) return conflict({ code: 'userid-invalid', params: { userId, problem } });
  const values = Object.fromEntries(
    Object.entries(before.values).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
  const superior = values['direct_leader'];
  if (superior !== undefined && !people.userIds.has(sameUserIdKey(superior))) delete values['direct_leader'];
  if (values['name'] === undefined) return conflict({ code: 'name-missing' });
  if (values['mobile'] === undefined && values['email'] === undefined) {
    return conflict({ code: 'no-mobile-nor-email' });
  }
  const former = before.placement ?? { departments: [], fromOa: 0, main: null };
  const placement = restorePlacement(former, places);
  if (placement === null) return conflict({ code: 'department-gone' });
  return [
    {
      ...nothingSpecial,
      id,
      action: 'createUser',
      oaUserId,
      memberId: null,
      userId,
      before: null,
      after: { values, placement, invite: push.inviteUsers, notLookedUp: [] },
      dependsOn: former.departments.flatMap(places.restoring),
      rule: rule('undo-deleted'),
    },
  ];
}

function restoreSuperior(id: string, change: ChangeOf<'setSuperior'>, member: SnapshotMember): Change[] {
  const { oaUserId, before, after } = change;
  const now = knownValue(member, 'direct_leader') ?? '';
  // Unknown, for somebody who had no superior by any account: the field shows nothing where there is nobody.
  const wanted = before.superior ?? '';
  if (sameValue('direct_leader', now, wanted)) return [];
  if (!sameValue('direct_leader', now, after.superior ?? '')) {
    return [userConflict(id, oaUserId, { code: 'changed-since', params: { fields: 'direct_leader' } })];
  }
  return [
    {
      ...nothingSpecial,
      id,
      action: 'setSuperior',
      oaUserId,
      memberId: member.memberId,
      userId: member.userId,
      before: { superior: now === '' ? null : now },
      after: { superior: wanted === '' ? null : wanted },
      rule: rule('undo-superior'),
    },
  ];
}

/** Writes back what an update, an enabling or a disabling changed. */
function restore(
  id: string,
  change: ChangeOf<'updateUser' | 'enableUser' | 'disableUser'>,
  member: SnapshotMember,
  { places, branchesOf }: Undo,
): Change[] {
  const { oaUserId } = change;
  const subject = { oaUserId, memberId: member.memberId, userId: member.userId };
  const fields = restoreFields(member, change.before.values, change.after.values);
  const changedSince = [...fields.changedSince];
  const others: Change[] = [];

  let placement: Placement | null = null;
  let dependsOn: string[] = [];
  if (change.after.placement !== null && change.before.placement !== null) {
    const isAsBefore = isPlaced(member, change.before.placement, places);
    const isAsWritten = isPlaced(member, change.after.placement, places);
    if (!isAsBefore && !isAsWritten) changedSince.push('department');
    if (!isAsBefore && isAsWritten) {
      placement = restorePlacement(change.before.placement, places);
      if (placement === null)
        others.push(userConflict(`${id}:department`, oaUserId, { code: 'department-gone' }));
      else dependsOn = change.before.placement.departments.flatMap(places.restoring);
    }
  }

  const isDisabled = isKnownDisabled(member);
  let action: 'updateUser' | 'enableUser' | 'disableUser' = 'updateUser';
  if (change.action === 'disableUser' && isDisabled) {
    if (member.disabledByBridge) action = 'enableUser';
    else changedSince.push('enable');
  }
  if (change.action === 'enableUser' && !isDisabled) {
    if (member.status === 'left') changedSince.push('enable');
    else action = 'disableUser';
  }

  if (changedSince.length > 0) {
    const params = { fields: changedSince.join(', ') };
    others.push(userConflict(id, oaUserId, { code: 'changed-since', params }));
  }
  if (fields.unknown.length > 0) {
    others.push(leftAsItIs(`${id}:before-unknown`, subject, 'undo-before-unknown', fields.unknown));
  }
  if (fields.ignored.length > 0) {
    others.push(leftAsItIs(`${id}:ignored`, subject, 'mobile-of-activated-member', fields.ignored));
  }

  const differs = Object.keys(fields.after).length > 0;
  if (action === 'updateUser' && !differs && placement === null) return others;
  const before: WrittenUser = {
    values: fields.before,
    placement: placement === null ? null : currentPlacement(member),
  };
  const after: WrittenUser = { values: fields.after, placement };
  const common = { ...nothingSpecial, ...subject, id, before, dependsOn };
  const limitGroups: LimitGroup[] = [
    ...(action === 'disableUser' ? (['disables'] as const) : []),
    ...(action === 'updateUser' && placement !== null ? (['moves'] as const) : []),
    ...(Object.values(fields.after).includes('') ? (['cleared'] as const) : []),
  ];
  switch (action) {
    case 'updateUser':
      return [{ ...common, action, after, limitGroups, rule: rule('undo-updated') }, ...others];
    case 'enableUser':
      return [{ ...common, action, after, limitGroups, rule: rule('undo-disabled') }, ...others];
    case 'disableUser':
      return [
        {
          ...common,
          action,
          after: { ...after, deleteAfterDays: null },
          limitGroups,
          branches: branchesOf(member),
          rule: rule('undo-enabled'),
        },
        ...others,
      ];
  }
}

function leftAsItIs(
  id: string,
  subject: { readonly oaUserId: string; readonly memberId: string; readonly userId: string },
  code: 'undo-before-unknown' | 'mobile-of-activated-member',
  fields: readonly string[],
): Change {
  return {
    ...nothingSpecial,
    ...subject,
    id,
    action: 'skipUser',
    before: null,
    after: null,
    rule: rule(code, { fields: fields.join(', ') }),
  };
}

type RestoredFields = {
  readonly before: MemberValues;
  readonly after: MemberValues;
  readonly changedSince: readonly string[];
  readonly unknown: readonly string[];
  readonly ignored: readonly string[];
};

const neverCleared: ReadonlySet<string> = new Set(['name', 'mobile', 'email']);

function restoreFields(
  member: SnapshotMember,
  was: Readonly<Record<string, string | null>>,
  wrote: Readonly<Record<string, string | null>>,
): RestoredFields {
  const before: Record<string, string> = {};
  const after: Record<string, string> = {};
  const changedSince: string[] = [];
  const unknown: string[] = [];
  const ignored: string[] = [];
  for (const [field, value] of Object.entries(wrote)) {
    const now = knownValue(member, field);
    const former = was[field] ?? null;
    // Never written after all: WeCom ignores some values, and then nobody remembers them as written.
    if (value === null || now === undefined) continue;
    if (former !== null && sameValue(field, now, former)) continue;
    if (!sameValue(field, now, value)) changedSince.push(field);
    else if (former === null || (former === '' && neverCleared.has(field))) unknown.push(field);
    else if (field === 'mobile' && member.status === 'activated') ignored.push(field);
    else {
      before[field] = now;
      after[field] = former;
    }
  }
  return { before, after, changedSince, unknown, ignored };
}

function restorePlacement(placement: Placement, places: UndonePlaces): Placement | null {
  const restored = placement.departments.map(places.restored);
  const departments = restored.filter((ref): ref is DepartmentRef => ref !== null);
  if (departments.length === 0 || departments.length < restored.length) return null;
  const led = new Set(placement.leaderIn?.map(places.restored).flatMap((ref) => (ref ? [refKey(ref)] : [])));
  const leaderIn = departments.filter((ref) => led.has(refKey(ref)));
  return {
    departments,
    fromOa: placement.fromOa,
    main: placement.main === null ? null : places.restored(placement.main),
    ...(leaderIn.length === 0 ? {} : { leaderIn }),
  };
}

function isPlaced(member: SnapshotMember, placement: Placement, places: UndonePlaces): boolean {
  const now = new Set(member.departments);
  const ids = placement.departments.map(places.written);
  const isThere = ids.length === now.size && ids.every((id) => id !== null && now.has(id));
  const main = placement.main === null ? null : places.written(placement.main);
  return isThere && (main === null || member.mainDepartmentId === null || main === member.mainDepartmentId);
}
