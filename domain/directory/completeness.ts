/**
 * Whether a reading of WeCom's directory was whole. Only a whole reading of the whole corp may say that somebody is
 * gone: a shrunken visible range, a cut answer and an empty answer all come with errcode 0.
 */

/** `app-range`: without a contacts secret, nobody can say who exists outside the app's visible range. */
export type PullScope = 'whole-corp' | 'app-range';

export type Tally = { readonly expected: number; readonly read: number };

export const pullReasonCodes = [
  'departments-unknown',
  'departments-vanished',
  'details-missing',
  'members-unlisted',
  'everything-dropped',
  'nothing-read',
] as const;

export type PullReasonCode = (typeof pullReasonCodes)[number];

export type PullReason = { readonly code: PullReasonCode; readonly params: { readonly count: number } };

export type Completeness = {
  readonly scope: PullScope;
  readonly departments: Tally;
  readonly members: Tally;
  /** Members whose details an app may read. */
  readonly details: Tally;
  readonly complete: boolean;
  readonly reasons: readonly PullReason[];
};

/** Counted over what a run has staged, and over the mirror as it was before. */
export type ReadingFacts = {
  readonly scope: PullScope;
  readonly departments: {
    readonly staged: number;
    /** Named by a member or by the app's list, but not by the list of the whole corp. */
    readonly unknown: number;
    /** WeCom no longer knew them when their members were asked for. */
    readonly vanished: number;
    /** Another number of members answered than the id list names. */
    readonly miscounted: number;
  };
  readonly members: {
    readonly staged: number;
    /** An app saw them, the id list did not name them. */
    readonly unlisted: number;
    /** In the app's visible range by the id list. */
    readonly expectedDetails: number;
    readonly withDetails: number;
  };
  readonly mirror: {
    /** Not gone before this reading. */
    readonly departments: number;
    readonly members: number;
    /** Of these, read again. */
    readonly membersSeenAgain: number;
  };
};

export function judgeCompleteness(facts: ReadingFacts): Completeness {
  const { departments, members, mirror } = facts;
  const reasons: PullReason[] = [];
  const because = (code: PullReasonCode, count: number): void => {
    if (count > 0) reasons.push({ code, params: { count } });
  };

  const isEmpty = departments.staged === 0 || (members.staged === 0 && mirror.members > 0);
  if (isEmpty) because('nothing-read', Math.max(mirror.members, 1));
  else if (mirror.members > 0 && mirror.membersSeenAgain === 0) because('everything-dropped', mirror.members);
  because('departments-unknown', departments.unknown);
  because('departments-vanished', departments.vanished);
  because('members-unlisted', members.unlisted);
  because('details-missing', members.expectedDetails - members.withDetails);

  return {
    scope: facts.scope,
    departments: { expected: departments.staged + departments.unknown, read: departments.staged },
    members: { expected: members.staged + members.unlisted, read: members.staged },
    details: { expected: members.expectedDetails, read: members.withDetails },
    complete: reasons.length === 0,
    reasons,
  };
}

/** A loss that is worth a second look before it is believed. */
const noticeableLoss = { people: 20, share: 0.1 };

/** Changes under the reader's eyes and cut answers look alike: both go away, or are confirmed, when read once more. */
export function isWorthSecondReading(facts: ReadingFacts): boolean {
  const { departments, mirror } = facts;
  const lost = mirror.members - mirror.membersSeenAgain;
  return (
    !judgeCompleteness(facts).complete ||
    departments.miscounted > 0 ||
    (lost > noticeableLoss.people && lost > mirror.members * noticeableLoss.share)
  );
}

/** Who is not in such a reading has left. */
export function mayMarkGone({ scope, complete }: Completeness): boolean {
  return scope === 'whole-corp' && complete;
}
