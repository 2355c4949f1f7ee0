import type { PushSettings } from '../settings';
import {
  creating,
  folderKey,
  nothingSpecial,
  rule,
  type Hold,
  type Change,
  type LimitGroup,
  type Placement,
  type UserConflict,
} from './changes';
import { refKey, type DepartmentMatch, type DepartmentRef } from './department-match';
import { diffFields, isPlacedSo, placeMember } from './diff';
import type { ActiveUser, Leaver } from './member-match';
import type { SnapshotMember, ValueRules } from './snapshot';
import { knownValue, wantedValues } from './values';

/** Where members will be, by the bridge's id, with the change that brings them there. */
export type MemberPlaces = ReadonlyMap<
  string,
  { readonly after: ReadonlySet<string>; readonly changeId: string }
>;

type PlannedMembers = {
  readonly changes: Change[];
  readonly places: Map<string, { readonly after: ReadonlySet<string>; readonly changeId: string }>;
  unchanged: number;
};

export function planActive(
  users: readonly ActiveUser[],
  match: DepartmentMatch,
  push: PushSettings,
  rules: ValueRules,
): PlannedMembers {
  const planned: PlannedMembers = { changes: [], places: new Map(), unchanged: 0 };
  const usersById = new Map(users.map((user) => [user.user.id, user]));
  const top: DepartmentRef = { kind: 'existing', departmentId: match.topId };

  const placesOf = (keys: readonly string[]): readonly DepartmentRef[] | undefined => {
    const [main] = keys;
    if (main === undefined) return [top];
    const mainRef = match.refByKey.get(main);
    // A part-time department that could not be placed is left out; without the main one nobody is placed.
    if (mainRef === undefined) return undefined;
    const others = keys.slice(1).flatMap((key) => match.refByKey.get(key) ?? []);
    return [mainRef, ...others];
  };
  const conflict = (oaUserId: string, because: UserConflict): void => {
    planned.changes.push({
      ...nothingSpecial,
      id: `conflict:user:${oaUserId}`,
      action: 'conflict',
      conflict: { of: 'user', oaUserId, because },
      before: null,
      after: null,
      rule: rule('member-conflict'),
    });
  };

  for (const found of users) {
    const { user } = found;
    if (found.kind === 'not-created') continue;
    if (found.kind === 'conflict') {
      conflict(user.id, found.because);
      continue;
    }
    const fromOa = placesOf(found.scope.departmentKeys);
    const wanted = new Map(wantedValues(user, push, rules));
    const superior =
      push.leaders && user.managerId !== null && user.managerId !== user.id
        ? usersById.get(user.managerId)
        : undefined;
    if (superior?.kind === 'bound') wanted.set('direct_leader', superior.member.userId);

    let written: string | undefined;
    if (found.kind === 'new') {
      if (fromOa === undefined) {
        conflict(user.id, { code: 'department-unresolved' });
        continue;
      }
      written = `createUser:${user.id}`;
      const [main] = fromOa;
      planned.changes.push({
        ...nothingSpecial,
        id: written,
        action: 'createUser',
        oaUserId: user.id,
        memberId: null,
        userId: found.userId,
        before: null,
        after: {
          values: Object.fromEntries([...wanted].filter(([, value]) => value !== '')),
          placement: { departments: fromOa, main: main ?? null },
          invite: push.inviteUsers,
          notLookedUp: found.notLookedUp,
        },
        dependsOn: fromOa.flatMap(creating),
        rule: rule('new-in-oa', { because: found.scope.because }),
      });
    } else {
      planBound(found, fromOa, wanted, match, push, planned);
    }

    // A superior who does not exist yet can only be named once everybody does.
    if (superior?.kind === 'new' && placesOf(superior.scope.departmentKeys) !== undefined) {
      planned.changes.push({
        ...nothingSpecial,
        id: `setSuperior:${user.id}`,
        action: 'setSuperior',
        oaUserId: user.id,
        memberId: found.kind === 'bound' ? found.member.memberId : null,
        userId: found.kind === 'bound' ? found.member.userId : found.userId,
        before: {
          superior: found.kind === 'bound' ? (knownValue(found.member, 'direct_leader') ?? null) : null,
        },
        after: { superior: superior.userId },
        dependsOn: [...(written === undefined ? [] : [written]), `createUser:${superior.user.id}`],
        rule: rule('superior-in-oa'),
      });
    }
  }
  return planned;
}

function planBound(
  found: Extract<ActiveUser, { kind: 'bound' }>,
  fromOa: readonly DepartmentRef[] | undefined,
  wanted: ReadonlyMap<string, string>,
  match: DepartmentMatch,
  push: PushSettings,
  planned: PlannedMembers,
): void {
  const { user, member, matchedBy } = found;
  const subject = { oaUserId: user.id, memberId: member.memberId, userId: member.userId };
  const bindId = `bindUser:${user.id}`;
  if (matchedBy !== null) {
    planned.changes.push({
      ...nothingSpecial,
      ...subject,
      id: bindId,
      action: 'bindUser',
      before: null,
      after: { oaUserId: user.id },
      rule: rule('bound-by-match-field', { field: matchedBy }),
    });
  }
  const skip = (code: 'mobile-of-activated-member' | 'disabled-by-hand'): void => {
    planned.changes.push({
      ...nothingSpecial,
      ...subject,
      id: `skipUser:${user.id}:${code}`,
      action: 'skipUser',
      before: null,
      after: null,
      rule: rule(code),
    });
  };

  const place = fromOa && placeMember(member, fromOa, { ...push, folderId: match.folderId });
  if (place === undefined) {
    planned.changes.push({
      ...nothingSpecial,
      id: `conflict:user:${user.id}`,
      action: 'conflict',
      conflict: { of: 'user', oaUserId: user.id, because: { code: 'department-unresolved' } },
      before: null,
      after: null,
      rule: rule('member-conflict'),
    });
  }
  const fields = diffFields(member, wanted);
  if (fields.ignored.length > 0) skip('mobile-of-activated-member');

  const isDisabled = isKnownDisabled(member);
  // Somebody disabled in WeCom by hand was disabled for a reason that the OA does not know.
  const isEnabled = isDisabled && member.disabledByBridge;
  if (isDisabled && !isEnabled) skip('disabled-by-hand');
  const moves = place !== undefined && !isPlacedSo(member, place);
  const differs = Object.keys(fields.after).length > 0;
  if (!isEnabled && !moves && !differs) {
    planned.unchanged += 1;
    return;
  }

  const action = isEnabled ? 'enableUser' : 'updateUser';
  const limitGroups: LimitGroup[] = [
    ...(moves && !isEnabled ? (['moves'] as const) : []),
    ...(fields.cleared.length > 0 ? (['cleared'] as const) : []),
  ];
  const id = `${action}:${user.id}`;
  planned.changes.push({
    ...nothingSpecial,
    ...subject,
    id,
    action,
    before: { values: fields.before, placement: moves ? currentPlacement(member) : null },
    after: { values: fields.after, placement: moves ? place : null },
    limitGroups,
    dependsOn: [
      ...(matchedBy === null ? [] : [bindId]),
      ...(moves ? place.departments.flatMap(creating) : []),
    ],
    rule: rule(
      isEnabled
        ? 'active-again'
        : moves && differs
          ? 'fields-and-departments-differ'
          : moves
            ? 'departments-differ'
            : 'fields-differ',
    ),
  });
  if (moves) {
    planned.places.set(member.memberId, { after: new Set(place.departments.map(refKey)), changeId: id });
  }
}

function isKnownDisabled(member: SnapshotMember): boolean {
  return member.status === 'disabled' || (member.status === null && member.disabledByBridge);
}

function currentPlacement(member: SnapshotMember): Placement {
  const ref = (departmentId: number): DepartmentRef => ({ kind: 'existing', departmentId });
  const departments = [...member.departments].sort((one, other) => one - other);
  return {
    departments: departments.map(ref),
    main: member.mainDepartmentId === null ? null : ref(member.mainDepartmentId),
  };
}

export function planLeavers(
  leavers: readonly Leaver[],
  match: DepartmentMatch,
  { departed, scope }: PushSettings,
  branchesOf: (member: SnapshotMember) => readonly number[],
): PlannedMembers & { readonly needsFolder: boolean } {
  const planned: PlannedMembers = { changes: [], places: new Map(), unchanged: 0 };
  const canMove = departed.moveToDepartment.enabled && (match.folderId !== null || match.canCreateFolder);
  const folder: DepartmentRef =
    match.folderId === null
      ? { kind: 'planned', oaKey: folderKey }
      : { kind: 'existing', departmentId: match.folderId };
  let needsFolder = false;

  for (const { member, oaUserId, because } of leavers) {
    const hasLeftCompany = because === 'departed' || because === 'gone-from-oa';
    const action = hasLeftCompany ? departed.action : scope.outOfScope;
    const subject = { oaUserId, memberId: member.memberId, userId: member.userId };
    const before = { values: {}, placement: currentPlacement(member) };
    switch (action) {
      case 'keep':
        planned.unchanged += 1;
        break;
      case 'delete': {
        const hold: Hold | null = member.status === null ? { code: 'status-unreadable' } : null;
        const id = `deleteUser:${oaUserId}`;
        planned.changes.push({
          ...nothingSpecial,
          ...subject,
          id,
          action: 'deleteUser',
          before,
          after: null,
          limitGroups: ['deletes'],
          hold,
          branches: branchesOf(member),
          rule: rule(because),
        });
        planned.places.set(member.memberId, { after: new Set(), changeId: id });
        break;
      }
      case 'disable':
      case 'depart': {
        if (isKnownDisabled(member) || member.status === 'left') {
          planned.unchanged += 1;
          break;
        }
        const id = `disableUser:${oaUserId}`;
        if (canMove) needsFolder = true;
        planned.changes.push({
          ...nothingSpecial,
          ...subject,
          id,
          action: 'disableUser',
          before,
          after: {
            values: {},
            placement: canMove ? { departments: [folder], main: folder } : null,
            deleteAfterDays: departed.deleteAfterDays,
          },
          limitGroups: ['disables'],
          dependsOn: canMove ? creating(folder) : [],
          branches: branchesOf(member),
          rule: rule(because),
        });
        if (canMove) planned.places.set(member.memberId, { after: new Set([refKey(folder)]), changeId: id });
        break;
      }
    }
  }
  return { ...planned, needsFolder };
}
