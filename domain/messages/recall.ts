import type { PushState, RecallOutcome, RecallRefusal } from './message';
import type { SendFailure } from './settle';

/** Taking a push back: each of its calls has a message of its own, and each comes to one outcome. */

export interface CallToRecall {
  readonly state: 'sending' | 'sent' | 'unknown' | 'refused';
  /** Lost with a lost answer; without it WeCom can't be told which message is meant. */
  readonly hasMsgId: boolean;
  readonly recallState: RecallOutcome | null;
}

export interface PushToRecall {
  readonly state: PushState;
  /** Those who would still get it. */
  readonly recipientsWaiting: number;
  readonly calls: readonly CallToRecall[];
  /** It went out as one line of another push. */
  readonly isInDigest?: boolean;
}

/** Why there is nothing to take back; asked before anything is marked. Whether it is too late WeCom alone decides. */
export function recallRefusal(push: PushToRecall): RecallRefusal | null {
  const { state, recipientsWaiting, calls } = push;
  if (push.isInDigest === true) return 'in-digest';
  switch (state) {
    case 'recalled':
    case 'partly-recalled':
    case 'cancelled':
      return 'already-recalled';
    case 'new':
    case 'waiting':
    case 'gathered':
    case 'sending':
    case 'recalling':
      return null;
    case 'failed':
    case 'nobody':
    case 'sent':
    case 'partly': {
      if (recipientsWaiting > 0) return null;
      const delivered = calls.filter((call) => call.state !== 'refused');
      if (delivered.length === 0) return 'nothing-sent';
      return delivered.every(({ recallState }) => recallState === 'too-late') ? 'recall-too-late' : null;
    }
  }
}

export interface RecallCounts {
  readonly recalled: number;
  readonly tooLate: number;
  readonly notRecallable: number;
  readonly refused: number;
}

export type RecallVerdict =
  /** Calls whose answer has to be waited for, and messages WeCom has not been asked about. */
  | { readonly kind: 'unfinished'; readonly inFlight: number; readonly toRecall: number }
  | ({
      readonly kind: 'settled';
      /** Null where everything that was sent stays: the push keeps the state it had. */
      readonly state: 'recalled' | 'partly-recalled' | 'cancelled' | null;
      readonly refusal: 'recall-too-late' | null;
    } & RecallCounts);

export function judgeRecall(calls: readonly CallToRecall[]): RecallVerdict {
  const inFlight = calls.filter(({ state }) => state === 'sending').length;
  const toRecall = calls.filter((call) => canBeAsked(call) && call.recallState === null).length;
  if (inFlight > 0 || toRecall > 0) return { kind: 'unfinished', inFlight, toRecall };

  const delivered = calls.filter(({ state }) => state === 'sent' || state === 'unknown');
  const count = (outcome: RecallOutcome) =>
    delivered.filter((call) => (call.recallState ?? 'not-recallable') === outcome).length;
  const counts: RecallCounts = {
    recalled: count('recalled'),
    tooLate: count('too-late'),
    notRecallable: count('not-recallable'),
    refused: count('refused'),
  };
  if (delivered.length === 0) return { kind: 'settled', state: 'cancelled', refusal: null, ...counts };
  if (counts.recalled === delivered.length) {
    return { kind: 'settled', state: 'recalled', refusal: null, ...counts };
  }
  if (counts.recalled > 0) return { kind: 'settled', state: 'partly-recalled', refusal: null, ...counts };
  const refusal = counts.tooLate > 0 && counts.refused === 0 ? 'recall-too-late' : null;
  return { kind: 'settled', state: null, refusal, ...counts };
}

function canBeAsked({ state, hasMsgId }: CallToRecall): boolean {
  return state === 'sent' && hasMsgId;
}

export type RecallReaction =
  | { readonly kind: 'outcome'; readonly outcome: RecallOutcome }
  | { readonly kind: 'again'; readonly waitMs: number }
  /** The app may do nothing at the moment; its messages are asked about when it may again. */
  | { readonly kind: 'pause-app' };

const tooOld = 42052;
/** "Parameter invalid": no such message of this app, or none any more. */
const noSuchMessage = 40058;

const soonMs = 1_000;
const defaultLimitedMs = 60_000;

/** `askedBefore`: an earlier answer about this message was lost. */
export function recallReaction(
  failure: SendFailure,
  { askedBefore }: { readonly askedBefore: boolean },
): RecallReaction {
  // Recalling twice does nothing the second time, so a lost answer is simply asked for again.
  if (failure.outcomeUnknown) return { kind: 'again', waitMs: soonMs };
  if (failure.errcode === tooOld) return { kind: 'outcome', outcome: 'too-late' };
  if (failure.errcode === noSuchMessage && askedBefore) return { kind: 'outcome', outcome: 'recalled' };
  switch (failure.reaction) {
    case 'retry-soon':
      return { kind: 'again', waitMs: soonMs };
    case 'retry-at':
      return { kind: 'again', waitMs: failure.retryAfterMs ?? defaultLimitedMs };
    case 'refresh-token':
    case 'fix-access':
      return { kind: 'pause-app' };
    case 'already-so':
      return { kind: 'outcome', outcome: askedBefore ? 'recalled' : 'refused' };
    case 'fix-data':
      return { kind: 'outcome', outcome: 'refused' };
  }
}
