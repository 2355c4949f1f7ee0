import { nothingSpecial, rule, type Change, type LimitGroup } from '../push/changes';
import {
  compareText,
  departmentKey,
  sameUserIdKey,
  type DirectorySnapshot,
  type SnapshotMember,
  type SourceUser,
} from '../push/snapshot';
import { isKnownDisabled } from '../push/member-changes';
import { comparable, oaValue } from '../push/values';
import { isRefused, refusedPairs, type RefusedPairs } from '../refused-pairs';
import type { FieldMapping, PushSettings } from '../settings';
import type { OaPlacement, OaUserConflict } from './changes';
import type { OaDepartments, OaUserPlaces } from './departments';
import { departmentsField, diffOaUser, memberReader, memberValue } from './member-values';

/** Somebody who was bound, and whom WeCom has no more. */
export type GoneMember = { readonly memberId: string; readonly userId: string };

export type OaMembers = {
  readonly changes: readonly Change[];
  readonly places: OaUserPlaces;
  readonly unchanged: number;
  /** Cannot use WeCom, and the OA has never heard of them. */
  readonly notCreated: number;
};

type Sides = {
  readonly snapshot: DirectorySnapshot;
  readonly gone: readonly GoneMember[];
  readonly corpid: string;
  readonly mapping: readonly FieldMapping[];
  readonly match: PushSettings['match'];
  readonly departments: OaDepartments;
  readonly branchesOf: (user: SourceUser) => readonly number[];
};

const longestLogin = 128;

export function planOaMembers({
  snapshot,
  gone,
  corpid,
  mapping,
  match,
  departments,
  branchesOf,
}: Sides): OaMembers {
  const usersById = new Map(snapshot.oa.users.map((user) => [user.id, user]));
  const boundTo = new Map(snapshot.bindings.map(({ memberId, oaUserId }) => [memberId, oaUserId]));
  const members = snapshot.wecom.members
    .map((member) => ({ member, key: sameUserIdKey(member.userId) }))
    .sort((one, other) => compareText(one.key, other.key))
    .map(({ member }) => member);
  const read = memberReader(mapping);
  const placesDepartments = mapping.some(({ to }) => to === departmentsField);
  const ownerOfLogin = new Map(
    snapshot.oa.users.flatMap(({ id, loginId, status }) =>
      status === 'active' ? [[loginId.toLowerCase(), id] as const] : [],
    ),
  );

  const changes: Change[] = [];
  const places = new Map<string, { readonly departmentIds: readonly string[]; readonly changeId: string }>();
  let unchanged = 0;
  let notCreated = 0;
  const conflict = (member: GoneMember, oaUserId: string | null, because: OaUserConflict): void => {
    changes.push(memberConflict(`conflict:${member.userId}:${because.code}`, member, oaUserId, because));
  };
  const place = (
    changeId: string,
    oaUserId: string,
    { departmentId, partTimeDepartmentIds }: OaPlacement,
  ): void => {
    const departmentIds = [...(departmentId === null ? [] : [departmentId]), ...partTimeDepartmentIds];
    places.set(oaUserId, { departmentIds, changeId });
  };

  const oaDepartments = new Set(snapshot.oa.nodes.map(({ key }) => key));
  const isThere = (id: string): boolean => oaDepartments.has(departmentKey(id));
  const stillThere = ({ departmentId, partTimeDepartmentIds }: OaPlacement): OaPlacement => ({
    departmentId: departmentId !== null && isThere(departmentId) ? departmentId : null,
    partTimeDepartmentIds: partTimeDepartmentIds.filter(isThere),
  });

  /** A bound OA user becomes what WeCom shows. */
  const follow = (member: SnapshotMember, user: SourceUser, bindId: string | null): void => {
    const { memberId, userId } = member;
    const isDeparted = user.status === 'departed';
    if (isDeparted && (isKnownDisabled(member) || member.status === 'left')) {
      unchanged += 1;
      return;
    }
    if (isDeparted) {
      // Somebody may have taken the login name meanwhile: it was free.
      const { loginId } = user;
      if (ownerOfLogin.has(loginId.toLowerCase())) {
        return conflict(member, user.id, { code: 'login-taken', params: { loginId } });
      }
      ownerOfLogin.set(loginId.toLowerCase(), user.id);
    }
    const wanted = new Map(read(member));
    // Given once, when a person is created: with another one they could not sign in any more.
    wanted.delete('loginId');

    const { before, after } = diffOaUser(user, wanted);
    const found = placesDepartments ? placeOf(member, departments, user) : null;
    const now: OaPlacement = {
      departmentId: user.departmentId,
      partTimeDepartmentIds: user.partTimeDepartmentIds,
    };
    // Of somebody who had left, the departments may have gone since.
    const goal = found ?? (isDeparted ? stillThere(now) : null);
    const placement = goal === null || (!isDeparted && isSamePlacement(now, goal)) ? null : goal;
    if (!isDeparted && placement === null && Object.keys(after).length === 0) {
      unchanged += 1;
      return;
    }
    const action = isDeparted ? 'returnOaUser' : 'updateOaUser';
    const id = `${action}:${user.id}`;
    const isMoved = !isDeparted && placement !== null && placement.departmentId !== user.departmentId;
    const limitGroups: LimitGroup[] = isMoved ? ['moves'] : [];
    changes.push({
      ...nothingSpecial,
      id,
      action,
      oaUserId: user.id,
      memberId,
      userId,
      before: { values: before, placement: placement === null ? null : now },
      after: { values: after, placement },
      limitGroups,
      branches: branchesOf(user),
      dependsOn: [...(bindId === null ? [] : [bindId]), ...needsOf(placement, departments)],
      rule: rule(isDeparted ? 'back-in-wecom' : 'differs-from-wecom'),
    });
    if (placement !== null) place(id, user.id, placement);
  };

  const open: SnapshotMember[] = [];
  for (const member of members) {
    const oaUserId = boundTo.get(member.memberId);
    if (oaUserId === undefined) {
      open.push(member);
      continue;
    }
    const user = usersById.get(oaUserId);
    if (user === undefined) conflict(member, oaUserId, { code: 'oa-user-gone', params: { oaUserId } });
    else follow(member, user, null);
  }

  const refused = refusedPairs(snapshot.refusedPairs);
  const matched = matchOpen(open, snapshot, match, refused);
  for (const { member, because } of matched.conflicts) conflict(member, null, because);
  for (const { member, user, field } of matched.found) {
    const id = `bindUser:${user.id}`;
    changes.push({
      ...nothingSpecial,
      id,
      action: 'bindUser',
      oaUserId: user.id,
      memberId: member.memberId,
      userId: member.userId,
      before: null,
      after: { oaUserId: user.id },
      rule: rule('bound-to-oa-user', { field }),
    });
    follow(member, user, id);
  }

  const wishes = matched.unmatched
    .filter((member) => {
      const isUseless = isKnownDisabled(member) || member.status === 'left';
      if (isUseless) notCreated += 1;
      return !isUseless;
    })
    .map((member) => ({ member, values: read(member) }));
  const wanted = new Map<string, number>();
  for (const { values } of wishes) {
    const key = values.get('loginId')?.toLowerCase() ?? '';
    wanted.set(key, (wanted.get(key) ?? 0) + 1);
  }
  const newIds = new Set<string>();
  for (const { member, values } of wishes) {
    const { memberId, userId } = member;
    const loginId = values.get('loginId');
    if (loginId === undefined) {
      conflict(member, null, { code: 'login-missing' });
      continue;
    }
    const holder = ownerOfLogin.get(loginId.toLowerCase());
    const apart =
      matched.turnedDown.get(memberId) ??
      (holder !== undefined && isRefused(refused, memberId, holder)
        ? { field: 'loginId', loginId }
        : undefined);
    const because: OaUserConflict | undefined =
      apart !== undefined
        ? { code: 'member-refused-by-person', params: apart }
        : !isUsableLogin(loginId)
          ? { code: 'login-invalid', params: { loginId } }
          : holder !== undefined
            ? { code: 'login-taken', params: { loginId } }
            : (wanted.get(loginId.toLowerCase()) ?? 0) > 1
              ? { code: 'login-not-unique', params: { loginId } }
              : values.has('name')
                ? undefined
                : { code: 'member-name-unreadable' };
    if (because !== undefined) {
      conflict(member, null, because);
      continue;
    }
    const found = placesDepartments ? placeOf(member, departments, null) : nowhere;
    if (found === null) {
      conflict(member, null, { code: 'member-department-not-in-oa' });
      continue;
    }
    const oaUserId = [userId, `${userId}@${corpid}`].find((id) => !usersById.has(id) && !newIds.has(id));
    if (oaUserId === undefined) {
      conflict(member, null, { code: 'oa-id-taken', params: { oaUserId: `${userId}@${corpid}` } });
      continue;
    }
    newIds.add(oaUserId);
    const id = `createOaUser:${oaUserId}`;
    changes.push({
      ...nothingSpecial,
      id,
      action: 'createOaUser',
      oaUserId,
      memberId,
      userId,
      before: null,
      after: { values: Object.fromEntries(values), placement: found },
      dependsOn: needsOf(found, departments),
      rule: rule('new-in-wecom'),
    });
    place(id, oaUserId, found);
  }

  for (const { memberId, userId } of gone) {
    const oaUserId = boundTo.get(memberId);
    const user = oaUserId === undefined ? undefined : usersById.get(oaUserId);
    if (user === undefined || user.status === 'departed') continue;
    const id = `departOaUser:${user.id}`;
    changes.push({
      ...departure(user, { memberId, userId }, branchesOf(user)),
      id,
      rule: rule('gone-from-wecom'),
    });
    places.set(user.id, { departmentIds: [], changeId: id });
  }
  return { changes, places, unchanged, notCreated };
}

const nowhere: OaPlacement = { departmentId: null, partTimeDepartmentIds: [] };

/** Everything of a departure but its id and its reason. */
export function departure(user: SourceUser, { memberId, userId }: GoneMember, branches: readonly number[]) {
  return {
    ...nothingSpecial,
    action: 'departOaUser' as const,
    oaUserId: user.id,
    memberId,
    userId,
    before: {
      values: { loginId: user.loginId },
      placement: { departmentId: user.departmentId, partTimeDepartmentIds: user.partTimeDepartmentIds },
    },
    after: null,
    limitGroups: ['disables'] as const,
    branches,
  };
}

export function memberConflict(
  id: string,
  { memberId, userId }: GoneMember,
  oaUserId: string | null,
  because: OaUserConflict,
): Change {
  return {
    ...nothingSpecial,
    id,
    action: 'conflict',
    conflict: { of: 'member', memberId, userId, oaUserId, because },
    before: null,
    after: null,
    rule: rule('oa-conflict'),
  };
}

function isUsableLogin(loginId: string): boolean {
  return loginId.length <= longestLogin && !/[\s\p{Cc}]/u.test(loginId);
}

/** Null where a department has no counterpart: half of them would take people out of the others. */
export function placeOf(
  member: SnapshotMember,
  { keyOf }: Pick<OaDepartments, 'keyOf'>,
  user: SourceUser | null,
): OaPlacement | null {
  const keys = member.departments.map((departmentId) => ({ departmentId, key: keyOf.get(departmentId) }));
  const isUnresolved = keys.some(({ key }) => key === undefined);
  if (isUnresolved && user !== null) return null;
  const ids = keys.flatMap(({ departmentId, key }) => {
    const id = key?.startsWith(prefix) === true ? key.slice(prefix.length) : undefined;
    return id === undefined ? [] : [{ departmentId, id }];
  });
  const [first] = ids;
  // A subcompany has no people of its own in the OA.
  if (first === undefined) return user !== null || isUnresolved ? null : nowhere;
  const main =
    ids.find(({ departmentId }) => departmentId === member.mainDepartmentId) ??
    ids.find(({ id }) => id === user?.departmentId) ??
    first;
  const isMainLost = keys.some(
    ({ departmentId, key }) => departmentId === member.mainDepartmentId && key === undefined,
  );
  if (isMainLost) return null;
  return {
    departmentId: main.id,
    partTimeDepartmentIds: [...new Set(ids.map(({ id }) => id))]
      .filter((id) => id !== main.id)
      .sort(compareText),
  };
}

const prefix = departmentKey('');

export function isSamePlacement(one: OaPlacement, other: OaPlacement): boolean {
  const partTime = new Set(one.partTimeDepartmentIds);
  return (
    one.departmentId === other.departmentId &&
    partTime.size === new Set(other.partTimeDepartmentIds).size &&
    other.partTimeDepartmentIds.every((id) => partTime.has(id))
  );
}

export function needsOf(
  placement: OaPlacement | null,
  { dependencyOf }: Pick<OaDepartments, 'dependencyOf'>,
): string[] {
  if (placement === null) return [];
  const ids = [placement.departmentId, ...placement.partTimeDepartmentIds].filter((id) => id !== null);
  return [...new Set(ids.flatMap((id) => dependencyOf.get(departmentKey(id)) ?? []))];
}

type Matched = {
  readonly found: readonly {
    readonly member: SnapshotMember;
    readonly user: SourceUser;
    readonly field: string;
  }[];
  readonly conflicts: readonly { readonly member: SnapshotMember; readonly because: OaUserConflict }[];
  readonly unmatched: readonly SnapshotMember[];
  /** Of members whom one of the match fields finds, if they had not been told apart. */
  readonly turnedDown: ReadonlyMap<string, { readonly field: string; readonly loginId: string }>;
};

/** Field by field: whoever one field settles is out of the way of the next. */
function matchOpen(
  open: readonly SnapshotMember[],
  snapshot: DirectorySnapshot,
  match: PushSettings['match'],
  refused: RefusedPairs,
): Matched {
  const taken = new Set(snapshot.bindings.map(({ oaUserId }) => oaUserId));
  const free = new Map(
    snapshot.oa.users.flatMap((user) =>
      user.status === 'active' && !taken.has(user.id) ? [[user.id, user] as const] : [],
    ),
  );
  const found: { member: SnapshotMember; user: SourceUser; field: string }[] = [];
  const conflicts: { member: SnapshotMember; because: OaUserConflict }[] = [];
  const apart: { readonly member: SnapshotMember; readonly user: SourceUser; readonly field: string }[] = [];
  let unmatched = open;
  for (const { oaField, wecomField } of match) {
    const usersBy = new Map<string, SourceUser[]>();
    for (const user of free.values()) {
      const value = oaValue(user, oaField) ?? '';
      if (value === '') continue;
      const key = comparable(wecomField, value);
      const same = usersBy.get(key);
      if (same === undefined) usersBy.set(key, [user]);
      else same.push(user);
    }
    const claims = new Map<string, number>();
    const candidates = unmatched.map((member) => {
      const value = memberValue(member, wecomField) ?? '';
      const users = value === '' ? [] : (usersBy.get(comparable(wecomField, value)) ?? []);
      for (const { id } of users) claims.set(id, (claims.get(id) ?? 0) + 1);
      return { member, users };
    });
    const rest: SnapshotMember[] = [];
    for (const { member, users } of candidates) {
      const [user] = users;
      const claimed = user === undefined ? 0 : (claims.get(user.id) ?? 0);
      if (user === undefined) rest.push(member);
      else if (users.every(({ id }) => isRefused(refused, member.memberId, id))) {
        apart.push(...users.map((one) => ({ member, user: one, field: wecomField })));
        rest.push(member);
      } else if (users.length > 1) {
        const params = { field: wecomField, count: users.length };
        conflicts.push({ member, because: { code: 'member-matches-several', params } });
      } else if (claimed > 1) {
        conflicts.push({
          member,
          because: { code: 'several-match-oa-user', params: { field: wecomField, count: claimed } },
        });
      } else found.push({ member, user, field: wecomField });
    }
    for (const { user } of found) free.delete(user.id);
    unmatched = rest;
  }
  const turnedDown = new Map<string, { readonly field: string; readonly loginId: string }>();
  for (const { member, user, field } of apart) {
    // Whoever is somebody else by now is not this person.
    if (!free.has(user.id) || turnedDown.has(member.memberId)) continue;
    turnedDown.set(member.memberId, { field, loginId: user.loginId });
  }
  return { found, conflicts, unmatched, turnedDown };
}
