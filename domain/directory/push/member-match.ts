import { isRefused, refusedPairs } from '../refused-pairs';
import type { PushSettings } from '../settings';
import type { Scope, UserScope } from './scope';
import {
  compareText,
  sameUserIdKey,
  type DirectorySnapshot,
  type SnapshotMember,
  type SourceUser,
  type ValueRules,
} from './snapshot';
import { comparable, knownValue, oaValue } from './values';

export type MemberConflict =
  | {
      readonly code: 'several-members-match';
      readonly params: { readonly field: string; readonly count: number };
    }
  | {
      readonly code: 'several-oa-users-match';
      readonly params: { readonly field: string; readonly count: number };
    }
  | {
      /** Somebody told them apart: whoever would be created might be a second account of the same person. */
      readonly code: 'refused-by-person';
      readonly params: { readonly field: string; readonly userId: string };
    }
  | { readonly code: 'userid-missing'; readonly params: { readonly field: string } }
  | {
      readonly code: 'userid-invalid';
      readonly params: { readonly userId: string; readonly problem: string };
    }
  | { readonly code: 'userid-taken'; readonly params: { readonly userId: string } }
  | { readonly code: 'userid-not-unique'; readonly params: { readonly userId: string } }
  | { readonly code: 'name-missing' }
  | {
      readonly code: 'name-invalid';
      readonly params: { readonly problem: string };
    }
  | { readonly code: 'no-mobile-nor-email' }
  | { readonly code: 'member-not-read' };

type InScope = Extract<UserScope, { kind: 'in' }>;

export type ActiveUser =
  | {
      readonly kind: 'bound';
      readonly user: SourceUser;
      readonly scope: InScope;
      readonly member: SnapshotMember;
      /** The match field that found the member just now; null where it was bound before. */
      readonly matchedBy: string | null;
    }
  | {
      readonly kind: 'new';
      readonly user: SourceUser;
      readonly scope: InScope;
      readonly userId: string;
      /** Fields by which WeCom was to be asked, and was not. */
      readonly notLookedUp: readonly ('mobile' | 'email')[];
    }
  | { readonly kind: 'not-created'; readonly user: SourceUser }
  | { readonly kind: 'conflict'; readonly user: SourceUser; readonly because: MemberConflict };

export type Leaver = {
  readonly member: SnapshotMember;
  readonly oaUserId: string;
  readonly because: 'departed' | 'gone-from-oa' | 'excluded' | 'out-of-scope';
};

export type MemberMatch = {
  readonly active: readonly ActiveUser[];
  readonly leavers: readonly Leaver[];
  /** In WeCom, bound to nobody: never touched. */
  readonly unmanaged: number;
};

type MatchSettings = Pick<PushSettings, 'match' | 'userIdFrom' | 'createUsers'>;

export function matchMembers(
  snapshot: DirectorySnapshot,
  scope: Scope,
  settings: MatchSettings,
  rules: Pick<ValueRules, 'userIdProblem'>,
): MemberMatch {
  const members = [...snapshot.wecom.members].sort((one, other) =>
    compareText(sameUserIdKey(one.userId), sameUserIdKey(other.userId)),
  );
  const users = [...snapshot.oa.users].sort((one, other) => compareText(one.id, other.id));
  const membersById = new Map(members.map((member) => [member.memberId, member]));
  const usersById = new Map(users.map((user) => [user.id, user]));
  const memberIdOf = new Map(snapshot.bindings.map(({ oaUserId, memberId }) => [oaUserId, memberId]));
  const boundMemberIds = new Set(snapshot.bindings.map(({ memberId }) => memberId));

  const leavers: Leaver[] = [];
  for (const { memberId, oaUserId } of snapshot.bindings) {
    const member = membersById.get(memberId);
    if (member === undefined) continue;
    const user = usersById.get(oaUserId);
    if (user === undefined) leavers.push({ member, oaUserId, because: 'gone-from-oa' });
    else if (user.status === 'departed') leavers.push({ member, oaUserId, because: 'departed' });
    else {
      const verdict = scope.scopeOf(user);
      if (verdict.kind === 'in') continue;
      leavers.push({
        member,
        oaUserId,
        because: verdict.because === 'excluded' ? 'excluded' : 'out-of-scope',
      });
    }
  }

  const active: ActiveUser[] = [];
  const open: { readonly user: SourceUser; readonly scope: InScope }[] = [];
  for (const user of users) {
    if (user.status === 'departed') continue;
    const verdict = scope.scopeOf(user);
    if (verdict.kind === 'out') continue;
    const memberId = memberIdOf.get(user.id);
    const member = memberId === undefined ? undefined : membersById.get(memberId);
    if (member !== undefined) active.push({ kind: 'bound', user, scope: verdict, member, matchedBy: null });
    else if (memberId !== undefined && snapshot.wecom.reading === 'incomplete') {
      active.push({ kind: 'conflict', user, because: { code: 'member-not-read' } });
    } else open.push({ user, scope: verdict });
  }

  const free = new Map(
    members
      .filter(({ memberId }) => !boundMemberIds.has(memberId))
      .map((member) => [member.memberId, member]),
  );
  const unboundBefore = free.size;
  const lookedUp = lookedUpMembers(snapshot, members);
  const refused = refusedPairs(snapshot.refusedPairs);
  const isApart: IsApart = (user, { memberId }) => isRefused(refused, memberId, user.id);
  /** Of users whom one of the match fields finds, if they had not been told apart. */
  const turnedDown = new Map<string, readonly TurnedDown[]>();
  let unmatched = open;
  for (const { oaField, wecomField } of settings.match) {
    const pass = matchByField(unmatched, free, oaField, wecomField, lookedUp, isApart);
    active.push(...pass.settled);
    unmatched = pass.unmatched;
    for (const [oaUserId, found] of pass.turnedDown) {
      turnedDown.set(oaUserId, [...(turnedDown.get(oaUserId) ?? []), ...found]);
    }
  }

  const lookUpFields = (['mobile', 'email'] as const).filter((field) =>
    settings.match.some(({ wecomField }) => wecomField === field),
  );
  const asked = new Set(snapshot.lookUps.map(({ field, oaUserId }) => `${field} ${oaUserId}`));
  const takenUserIds = new Map(members.map((member) => [sameUserIdKey(member.userId), member]));
  const wanted = new Map<string, number>();
  for (const { user } of unmatched) {
    const key = sameUserIdKey(oaValue(user, settings.userIdFrom) ?? '');
    wanted.set(key, (wanted.get(key) ?? 0) + 1);
  }
  for (const { user, scope: verdict } of unmatched) {
    if (!settings.createUsers) {
      active.push({ kind: 'not-created', user });
      continue;
    }
    const userId = oaValue(user, settings.userIdFrom) ?? '';
    const holder = takenUserIds.get(sameUserIdKey(userId));
    // Whoever of them is somebody else by now is no account of this person.
    const apart =
      turnedDown.get(user.id)?.find(({ member }) => free.has(member.memberId)) ??
      (holder !== undefined && isApart(user, holder) ? { field: 'userid', member: holder } : undefined);
    const because: MemberConflict | undefined =
      apart !== undefined
        ? { code: 'refused-by-person', params: { field: apart.field, userId: apart.member.userId } }
        : userIdConflict(userId, settings.userIdFrom, takenUserIds, wanted, rules);
    if (because !== undefined) {
      active.push({ kind: 'conflict', user, because });
      continue;
    }
    const notLookedUp =
      unboundBefore === 0
        ? []
        : lookUpFields.filter((field) => Boolean(user[field]) && !asked.has(`${field} ${user.id}`));
    active.push({ kind: 'new', user, scope: verdict, userId, notLookedUp });
  }

  active.sort((one, other) => compareText(one.user.id, other.user.id));
  leavers.sort((one, other) => compareText(one.member.memberId, other.member.memberId));
  return { active, leavers, unmanaged: free.size };
}

function userIdConflict(
  userId: string,
  field: string,
  taken: ReadonlyMap<string, unknown>,
  wanted: ReadonlyMap<string, number>,
  { userIdProblem }: Pick<ValueRules, 'userIdProblem'>,
): MemberConflict | undefined {
  if (userId === '') return { code: 'userid-missing', params: { field } };
  const problem = userIdProblem(userId);
  if (problem !== undefined) return { code: 'userid-invalid', params: { userId, problem } };
  if (taken.has(sameUserIdKey(userId))) return { code: 'userid-taken', params: { userId } };
  if ((wanted.get(sameUserIdKey(userId)) ?? 0) > 1) return { code: 'userid-not-unique', params: { userId } };
  return undefined;
}

/** Whom WeCom named when it was asked for a user's mobile or mail. */
function lookedUpMembers(
  snapshot: DirectorySnapshot,
  members: readonly SnapshotMember[],
): ReadonlyMap<string, SnapshotMember> {
  const byUserId = new Map(members.map((member) => [sameUserIdKey(member.userId), member]));
  const found = new Map<string, SnapshotMember>();
  for (const { oaUserId, field, userId } of snapshot.lookUps) {
    const member = userId === null ? undefined : byUserId.get(sameUserIdKey(userId));
    if (member !== undefined) found.set(`${field} ${oaUserId}`, member);
  }
  return found;
}

type IsApart = (user: SourceUser, member: SnapshotMember) => boolean;

type TurnedDown = { readonly field: string; readonly member: SnapshotMember };

function matchByField(
  users: readonly { readonly user: SourceUser; readonly scope: InScope }[],
  free: Map<string, SnapshotMember>,
  oaField: string,
  wecomField: string,
  lookedUp: ReadonlyMap<string, SnapshotMember>,
  isApart: IsApart,
) {
  const settled: ActiveUser[] = [];
  const unmatched: { readonly user: SourceUser; readonly scope: InScope }[] = [];
  const turnedDown = new Map<string, readonly TurnedDown[]>();
  const membersBy = new Map<string, SnapshotMember[]>();
  for (const member of free.values()) {
    const value = wecomField === 'userid' ? member.userId : knownValue(member, wecomField);
    if (value === undefined || value === '') continue;
    const key = comparable(wecomField, value);
    const same = membersBy.get(key);
    if (same === undefined) membersBy.set(key, [member]);
    else same.push(member);
  }

  const claims = new Map<string, number>();
  const candidates = users.map((open) => {
    const value = oaValue(open.user, oaField) ?? '';
    const byValue = value === '' ? [] : (membersBy.get(comparable(wecomField, value)) ?? []);
    const asked = lookedUp.get(`${wecomField} ${open.user.id}`);
    const all = new Map(byValue.map((member) => [member.memberId, member]));
    if (asked !== undefined && free.has(asked.memberId)) all.set(asked.memberId, asked);
    for (const memberId of all.keys()) claims.set(memberId, (claims.get(memberId) ?? 0) + 1);
    return { ...open, members: [...all.values()] };
  });

  for (const { user, scope, members } of candidates) {
    const [member] = members;
    if (member === undefined) {
      unmatched.push({ user, scope });
      continue;
    }
    if (members.every((one) => isApart(user, one))) {
      turnedDown.set(
        user.id,
        members.map((one) => ({ field: wecomField, member: one })),
      );
      unmatched.push({ user, scope });
      continue;
    }
    const conflict = (code: 'several-members-match' | 'several-oa-users-match', count: number): void => {
      settled.push({ kind: 'conflict', user, because: { code, params: { field: wecomField, count } } });
    };
    const claimed = claims.get(member.memberId) ?? 0;
    if (members.length > 1) conflict('several-members-match', members.length);
    else if (claimed > 1) conflict('several-oa-users-match', claimed);
    else settled.push({ kind: 'bound', user, scope, member, matchedBy: wecomField });
  }
  for (const user of settled) if (user.kind === 'bound') free.delete(user.member.memberId);
  return { settled, unmatched, turnedDown };
}
