import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { DepartureJob } from '../domain/departures/departure';
import type { PlanOnly } from '../domain/directory/push/only';
import type { RunTrigger } from './directory-pull.contract';
import type { RecordedError } from './run-failure';

export const directoryPushType = 'directoryPush';

/** One push per corp at a time: a second start under this id is refused by Temporal. */
export function directoryPushId(corpId: string): string {
  return `directory-push:${corpId}`;
}

export type PushMode = 'simulate' | 'apply';

/** The side that a plan changes. */
export type PlanTarget = 'wecom' | 'oa';

/** Where the plan of a run comes from. */
export type PlanSource =
  | {
      readonly kind: 'push';
      /** About these people and departments alone; ids only. */
      readonly only?: PlanOnly;
    }
  /** Applies the plan of another run, as far as it is still the plan; its approval came with the start. */
  | {
      readonly kind: 'approved-plan';
      readonly runId: string;
      readonly planHash: string;
      /** Only what lies within the limits was approved. */
      readonly safeOnly?: boolean;
    }
  | { readonly kind: 'undo'; readonly runId: string }
  /** Of the members whose departures were given to this run: what is wanted of them now. */
  | { readonly kind: 'departures'; readonly job: DepartureJob }
  /** Goes on with what this very run left: its failed changes, or what was pending when it was cancelled. */
  | { readonly kind: 'remainder'; readonly of: 'failed' | 'pending' };

export interface DirectoryPushInput {
  /** The bridge's own corp id. */
  readonly corpId: string;
  readonly runId: string;
  readonly mode: PushMode;
  readonly trigger: RunTrigger;
  /** Id of the console user or API token; never a name. */
  readonly requestedBy: string;
  readonly plan: PlanSource;
  /** WeCom, if nothing is said. */
  readonly target?: PlanTarget;
  /** Other waits than the usual ones, for a rehearsal. */
  readonly pace?: Partial<PushPace>;
  /** Set when a long run goes on under a fresh history. */
  readonly continued?: PushContinuation;
}

/** How long a push waits for what, in milliseconds unless named otherwise. */
export interface PushPace {
  /** Between two notices that an approval is still missing. */
  readonly reminderEveryMs: number;
  /** Before what WeCom left undone is tried again; the last one repeats. */
  readonly passWaitsMs: readonly number[];
  /** So many passes in a row without a single change settled end the run. */
  readonly idlePasses: number;
  /** A pause that was longer asks again whether the plan is still the plan. */
  readonly verifyAfterPauseMs: number;
  /** Before another pull of the corp is looked for again; the last one repeats. */
  readonly pullWaitsMs: readonly number[];
  /** So many times; then the run fails. */
  readonly pullTries: number;
  /** How long a batch may go on after the run was cancelled. */
  readonly finishBatchWithinMs: number;
  /** From so many events on, the run goes on under a fresh history. */
  readonly eventsPerHistory: number;
}

/** Where a push stands between two histories, and what it is about to do there. */
export type PushStation =
  /** The whole plan waits: it is blocked, or every plan of this corp needs an approval. */
  | 'whole-approval'
  /** What needs no (further) approval is applied. */
  | 'first-part'
  /** What lies beyond the limits waits. */
  | 'held-approval'
  | 'approved-part';

/** Everything a run remembers; only ids, counts and times (milliseconds since 1970). */
export interface PushContinuation {
  /** Null until there is a plan. */
  readonly station: PushStation | null;
  readonly progress: PushProgress;
  readonly rule: PushApprovalRule;
  /** Held, of which an approval can release so many. */
  readonly releasable: number;
  readonly blocked: boolean;
  readonly waiting: PushWaiting | null;
  readonly decision: PushDecision | null;
  readonly halt: PushHalt | null;
  /** When the last halt began, until the run knows that its plan has survived it. */
  readonly haltedSince: number | null;
  /** Until then no maintenance window opens, as far as is known. */
  readonly mayWriteUntil: number;
  readonly idlePasses: number;
  readonly notices: number;
}

export interface PushApprovalRule {
  readonly required: 'never' | 'over-limit' | 'always';
  readonly timeoutHours: number;
}

/** An approval is awaited. */
export interface PushWaiting {
  readonly part: 'whole' | 'held';
  readonly planHash: string;
  readonly expiresAt: number;
  readonly remindAt: number;
}

export type PushDecision =
  | ({ readonly kind: 'approved' } & PushApproval)
  | { readonly kind: 'rejected'; readonly by: string }
  | { readonly kind: 'superseded' };

/** Nothing is written while this holds. */
export type PushHalt =
  | { readonly reason: 'person' }
  /** WeCom refuses the credential, the permission or the address. */
  | { readonly reason: 'stopped'; readonly error: RecordedError }
  | { readonly reason: 'maintenance-window'; readonly until: number };

export interface DirectoryPushResult {
  readonly runId: string;
  readonly outcome: 'done' | 'rejected' | 'expired';
  readonly done: number;
  readonly failed: number;
  readonly held: number;
}

export type PushPhase =
  | 'reading'
  | 'planning'
  | 'blocked'
  | 'awaiting-approval'
  | 'applying'
  | 'paused'
  | 'done'
  | 'failed'
  | 'rejected'
  | 'cancelled'
  | 'expired';

export interface PushProgress {
  readonly phase: PushPhase;
  readonly planHash: string | null;
  readonly held: number;
  readonly done: number;
  readonly failed: number;
  readonly total: number;
}

export interface PushApproval {
  readonly planHash: string;
  /** Id of whoever approved; the API has checked their right to. */
  readonly by: string;
  /** Only what lies within the limits. */
  readonly safeOnly: boolean;
}

export const pushProgressQuery = defineQuery<PushProgress>('pushProgress');

/** Refused (with a message that is a code) while nothing waits for an approval, or under another hash. */
export const approvePushUpdate = defineUpdate<void, [PushApproval]>('approvePush');
export const rejectPushUpdate = defineUpdate<void, [{ readonly by: string }]>('rejectPush');
/** The batch under way is finished first. */
export const pausePushUpdate = defineUpdate<void>('pausePush');
export const resumePushUpdate = defineUpdate<void>('resumePush');
/** The plan was rewritten by a decision: reminders and the progress speak of the new one. */
export const planRewrittenSignal =
  defineSignal<[{ readonly planHash: string; readonly held: number }]>('planRewritten');
/** A newer push takes the place of one that is blocked. */
export const supersedePushSignal = defineSignal('supersedePush');
export const snoozeNoticeSignal = defineSignal<[{ readonly until: string }]>('snoozeNotice');

/** Codes with which updates are refused: type and message of the refusal's ApplicationFailure. */
export type PushRefusal =
  'nothing-to-approve' | 'plan-hash-differs' | 'nothing-to-pause' | 'nothing-to-resume';
