/** A member whose account was taken out of use, and what becomes of it. Words are made in the reader's language. */

export type DepartureState =
  /** A run is about to disable the account. */
  | 'disabling'
  | 'waiting'
  | 'postponed'
  /** Nothing happens before a person has looked at it. */
  | 'held'
  /** A run is about to enable the account again and to put it back where it was. */
  | 'restoring'
  | 'deleted'
  | 'restored'
  | 'cancelled';

export const openStates = ['disabling', 'waiting', 'postponed', 'held', 'restoring'] as const;
export type OpenDepartureState = (typeof openStates)[number];

/** Who began it: an applied plan, the OA's word, an administrator, or a version that kept no departures. */
export type DepartureOrigin = 'push' | 'oa' | 'person' | 'earlier';

/** Why a departure is held, was tried in vain, or ended. Codes of outcomes and of the guard's reasons come beside these. */
export type DepartureReasonCode =
  // held
  | 'hand-over'
  | 'status-unreadable'
  | 'limits'
  | 'protected-users'
  | 'active-in-oa'
  | 'not-bound'
  | 'bound-to-other'
  | 'rejected'
  | 'wecom-refused'
  | 'run-failed'
  | 'read-only'
  | 'wecom-is-master'
  // tried in vain, and tried again on the next day
  | 'approval-expired'
  | 'reading-incomplete'
  | 'changed-since'
  // ended
  | 'returned-in-oa'
  | 'returned-before-disabling'
  | 'enabled-by-hand'
  | 'undone'
  | 'gone-from-wecom'
  | 'by-person';

export type DepartureReason = {
  readonly code: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly wecom?: { readonly errcode?: number; readonly errmsg?: string; readonly path: string };
};

/** Where the member was before; departments by WeCom's number, `leaderIn` those of them that the member led. */
export type RememberedPlace = {
  readonly departments: readonly number[];
  readonly departmentsFromOa: readonly number[];
  readonly mainDepartmentId: number | null;
  readonly leaderIn: readonly number[];
};

/** What the person still owns; `count` is null where that can't be read. */
export type HandOverItem = {
  readonly kind: 'external-contacts' | 'customer-groups' | 'todos' | 'subordinates' | 'led-departments';
  readonly count: number | null;
  /** The first of them, where they have names. */
  readonly names: readonly string[];
};

/** What a person may decide about a departure. */
export type DepartureDecision =
  | { readonly kind: 'postpone'; readonly days: number }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'restore' }
  | { readonly kind: 'release' }
  | { readonly kind: 'delete-now' }
  | { readonly kind: 'hand-over-done' };

export type DecisionRefusal =
  /** It has ended. */
  | 'departure-closed'
  /** Never to be deleted, so there is nothing to put off. */
  | 'no-date'
  | 'not-held'
  /** What holds it has to be put right elsewhere first. */
  | 'not-releasable'
  /** WeCom is being told at this very moment. */
  | 'in-progress'
  | 'not-disabled-yet';

/** Those about which a release says: go on all the same. */
export const releasableReasons: ReadonlySet<string> = new Set([
  'hand-over',
  'status-unreadable',
  'limits',
  'rejected',
  'wecom-refused',
  'run-failed',
  'approval-expired',
  'changed-since',
]);

/** Days before a deletion on which a notice lists it; nobody is deleted with less warning because a setting changed. */
export const noticeDays = 3;

/** Disables and restores go on while deletions wait for an approval. */
export type DepartureJob = 'changes' | 'deletions';
