import { compareText, type MemberValues, type SourceUser } from './push/snapshot';
import { comparable, oaValue } from './push/values';
import { refusedPairs, type RefusedPairs } from './refused-pairs';
import type { PushSettings } from './settings';

/** Who of the OA an unbound member may be, by the match fields that pushes use too. */

export type MatchField = PushSettings['match'][number];

export type LinkMember = {
  readonly memberId: string;
  readonly userId: string;
  /** As WeCom shows them, else as the bridge wrote them last; by WeCom's field names. */
  readonly values: MemberValues;
  readonly departmentNames: readonly string[];
};

export type LinkUser = SourceUser & {
  readonly departmentName: string | null;
  /** The member of this corp who has the user already. */
  readonly boundTo: string | null;
};

/** What speaks for two being the same person, the strongest first. */
export const linkReasons = [
  'same-mobile',
  'same-email',
  'same-job-number',
  'same-name',
  'same-login-id',
  'same-department',
] as const;

export type LinkReason = (typeof linkReasons)[number];

export type LinkCandidate = {
  readonly oaUserId: string;
  readonly reasons: readonly LinkReason[];
  /** 0 to 100. */
  readonly score: number;
};

export type LinkConflictCode = 'several-users' | 'several-members' | 'bound-elsewhere';

export type LinkVerdict = { readonly memberId: string } & (
  | { readonly kind: 'unique'; readonly oaUserId: string; readonly matchedBy: string }
  | {
      readonly kind: 'conflict';
      readonly code: LinkConflictCode;
      /** The likeliest first. */
      readonly candidates: readonly LinkCandidate[];
    }
  | { readonly kind: 'none' }
);

export type LinkSides = {
  /** Those without a binding. */
  readonly members: readonly LinkMember[];
  /** Those who left the OA are passed over. */
  readonly users: readonly LinkUser[];
  /** The first field by which anybody is found decides. */
  readonly match: readonly MatchField[];
  /** By a field that finds only those whom somebody refused for a member, nobody is found for that member. */
  readonly refused?: RefusedPairs;
};

/** A value that half of the OA shares finds nobody, and a page with all of them helps nobody either. */
const mostCandidates = 20;

const weights: Readonly<Record<LinkReason, number>> = {
  'same-mobile': 40,
  'same-email': 30,
  'same-job-number': 30,
  'same-name': 25,
  'same-login-id': 25,
  'same-department': 10,
};

/** One verdict for each member, in their order. */
export function linkMembers({ members, users, match, refused = refusedPairs() }: LinkSides): LinkVerdict[] {
  const active = users.filter(({ status }) => status === 'active');
  const verdicts = new Map<string, LinkVerdict>();
  const taken = new Set<string>();
  /** Users about whom members of an earlier field could not agree. */
  const contested = new Set<string>();
  const elsewhere = new Map<string, readonly LinkUser[]>();

  const isTurnedDown = (member: LinkMember, found: readonly LinkUser[]): boolean => {
    const others = refused.get(member.memberId);
    return others !== undefined && candidatesOf(member, found).every(({ oaUserId }) => others.has(oaUserId));
  };

  let open = members;
  for (const { oaField, wecomField } of match) {
    const free = usersByValue(
      active,
      oaField,
      wecomField,
      ({ id, boundTo }) => boundTo === null && !taken.has(id),
    );
    const bound = usersByValue(active, oaField, wecomField, ({ boundTo }) => boundTo !== null);
    // Counted by value, not by pair: of 100,000 who share one, each would meet 100,000.
    const claims = new Map<string, number>();
    const sought = new Set<string>();
    const found = open.flatMap((member) => {
      const value = memberValue(member, wecomField);
      const key = value === undefined ? '' : comparable(wecomField, value);
      if (key === '') return [];
      const holders = bound.get(key);
      if (holders !== undefined && !elsewhere.has(member.memberId) && !isTurnedDown(member, holders)) {
        elsewhere.set(member.memberId, holders);
      }
      const candidates = free.get(key);
      if (candidates === undefined) return [];
      // Counted even of somebody who was told apart: a value that two members have makes neither of them certain.
      claims.set(key, (claims.get(key) ?? 0) + 1);
      if (isTurnedDown(member, candidates)) return [];
      sought.add(key);
      return [{ member, key, candidates }];
    });
    for (const { member, key, candidates } of found) {
      const { memberId } = member;
      const [user] = candidates;
      const isClear = candidates.length === 1 && claims.get(key) === 1;
      if (user !== undefined && isClear && !contested.has(user.id)) {
        verdicts.set(memberId, { memberId, kind: 'unique', oaUserId: user.id, matchedBy: wecomField });
        taken.add(user.id);
      } else {
        const code = candidates.length > 1 ? 'several-users' : 'several-members';
        verdicts.set(memberId, conflictOf(member, code, candidates));
      }
    }
    for (const key of sought) {
      for (const { id } of free.get(key) ?? []) if (!taken.has(id)) contested.add(id);
    }
    open = open.filter(({ memberId }) => !verdicts.has(memberId));
  }

  return members.map((member) => {
    const verdict = verdicts.get(member.memberId);
    if (verdict !== undefined) return verdict;
    const holders = elsewhere.get(member.memberId);
    if (holders !== undefined) return conflictOf(member, 'bound-elsewhere', holders);
    return { memberId: member.memberId, kind: 'none' };
  });
}

export function likeliestFirst(one: LinkCandidate, other: LinkCandidate): number {
  return other.score - one.score || compareText(one.oaUserId, other.oaUserId);
}

/** What speaks for a member being this user. */
export function compareWithUser(member: LinkMember, user: LinkUser): LinkCandidate {
  const { values, userId, departmentNames } = member;
  const same = (field: string, one: string | null | undefined, other: string | null | undefined): boolean => {
    const [left, right] = [one, other].map((value) => (value ? comparable(field, value) : ''));
    return left !== '' && left === right;
  };
  const attributes = Object.entries(values).flatMap(([field, value]) =>
    field.startsWith('extattr.') ? [value] : [],
  );
  const holds: Readonly<Record<LinkReason, boolean>> = {
    'same-mobile': same('mobile', values['mobile'], user.mobile),
    'same-email': same('email', values['email'], user.email) || same('email', values['biz_mail'], user.email),
    'same-job-number': [userId, ...attributes].some((value) => same('userid', value, user.jobNumber)),
    'same-name': same('name', values['name'], user.name),
    'same-login-id': same('userid', userId, user.loginId),
    'same-department': user.departmentName !== null && departmentNames.includes(user.departmentName),
  };
  const reasons = linkReasons.filter((reason) => holds[reason]);
  const score = Math.min(
    100,
    reasons.reduce((sum, reason) => sum + weights[reason], 0),
  );
  return { oaUserId: user.id, reasons, score };
}

function usersByValue(
  users: readonly LinkUser[],
  oaField: string,
  wecomField: string,
  isWanted: (user: LinkUser) => boolean,
): ReadonlyMap<string, LinkUser[]> {
  const byValue = new Map<string, LinkUser[]>();
  for (const user of users) {
    if (!isWanted(user)) continue;
    const value = oaValue(user, oaField);
    const key = value === null ? '' : comparable(wecomField, value);
    if (key === '') continue;
    const same = byValue.get(key);
    if (same === undefined) byValue.set(key, [user]);
    else same.push(user);
  }
  return byValue;
}

function memberValue({ userId, values }: LinkMember, wecomField: string): string | undefined {
  return wecomField === 'userid' ? userId : values[wecomField];
}

function conflictOf(member: LinkMember, code: LinkConflictCode, users: readonly LinkUser[]): LinkVerdict {
  return { memberId: member.memberId, kind: 'conflict', code, candidates: candidatesOf(member, users) };
}

function candidatesOf(member: LinkMember, users: readonly LinkUser[]): LinkCandidate[] {
  const candidates = users.slice(0, mostCompared).map((user) => compareWithUser(member, user));
  return candidates.sort(likeliestFirst).slice(0, mostCandidates);
}

/** Of those who share a value: one that more people share tells nobody from others. */
const mostCompared = 50;
