import { duplicateCheckMs, type PushReasonCode } from './message';

/** What a call of message/send that failed means for its app, its push and the people it was for. */

/** As WeCom's client reports it. */
export interface SendFailure {
  readonly reaction: 'retry-soon' | 'retry-at' | 'refresh-token' | 'fix-access' | 'fix-data' | 'already-so';
  readonly errcode?: number | undefined;
  /** It may have been sent although no answer says so. */
  readonly outcomeUnknown: boolean;
  readonly retryAfterMs?: number | undefined;
}

export type SendReaction =
  /** Definitely not sent, and nothing of this app would be until somebody sets it right. */
  | { readonly kind: 'pause-app' }
  | { readonly kind: 'fail-push'; readonly code: PushReasonCode }
  /** Definitely not sent; the same people are tried again. */
  | {
      readonly kind: 'wait';
      readonly reason: 'rate-limited' | 'wecom-busy';
      readonly waitMs: number;
    }
  | { readonly kind: 'all-invalid' }
  | { readonly kind: 'refused' }
  /** The attempt before had arrived; its answer is lost for good. */
  | { readonly kind: 'sent-before' }
  | { readonly kind: 'outcome-unknown' };

/** Every recipient is unknown to WeCom or outside the app's range. */
const nobodyValid = 81013;
/** A card that calls back, of an app without a callback address: other messages of the app go through. */
const noCallbackAddress = 43012;
/** Its task_id stands on an earlier card, or is none. */
const taskIdTaken = 42014;

const busyMs = 5_000;
const defaultLimitedMs = 60_000;

/** `attempts`: how often the call was made, this time included. */
export function reactionTo(failure: SendFailure, attempts = 1): SendReaction {
  if (failure.outcomeUnknown) return { kind: 'outcome-unknown' };
  // Whether WeCom looks at a task_id or for duplicates first is not documented.
  if (failure.errcode === taskIdTaken && attempts > 1) return { kind: 'sent-before' };
  if (failure.errcode === nobodyValid) return { kind: 'all-invalid' };
  if (failure.errcode === noCallbackAddress) return { kind: 'fail-push', code: 'refused-by-wecom' };
  switch (failure.reaction) {
    case 'retry-soon':
      return { kind: 'wait', reason: 'wecom-busy', waitMs: busyMs };
    case 'retry-at':
      return { kind: 'wait', reason: 'rate-limited', waitMs: failure.retryAfterMs ?? defaultLimitedMs };
    case 'refresh-token':
    case 'fix-access':
      return { kind: 'pause-app' };
    case 'fix-data':
    case 'already-so':
      return { kind: 'refused' };
  }
}

/** WeCom's window ends on WeCom's clock, and the answer to the last try took its time too. */
const marginMs = 10 * 60_000;

/**
 * Whether a call whose answer was lost may be made again: only while WeCom still tells it from a new one, so that
 * nobody gets it twice.
 */
export function mayRepeat(
  { usesDuplicateCheck, startedAt }: { readonly usesDuplicateCheck: boolean; readonly startedAt: Date },
  now: Date,
): boolean {
  return usesDuplicateCheck && now.getTime() - startedAt.getTime() < duplicateCheckMs - marginMs;
}
