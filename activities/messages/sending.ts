import { setTimeout as pause } from 'node:timers/promises';
import { cardChangeableForMs, hourMs, recallableForMs, type PushReason } from '../../domain/messages/message';
import { quietUntil } from '../../domain/messages/quiet-hours';
import { withTaskId, type MessageBody } from '../../domain/messages/render';
import { mayRepeat, reactionTo } from '../../domain/messages/settle';
import type { AppPauseStore } from '../../store/app-pauses';
import { sentOf, unsettledOf, type PushCounts } from '../../store/message-counts';
import type {
  ClaimedCall,
  ClaimOptions,
  MessageSendingStore,
  OpenCall,
  PreparedPush,
  PushHold,
  PushToSend,
} from '../../store/message-sending';
import {
  WecomError,
  WecomRateLimitedError,
  type CallRecord,
  type WecomClient,
  type WecomConnection,
} from '../../wecom';
import { eachInFlight } from '../in-flight';
import { prepare } from './rendering';

export type SendingDeps = {
  readonly sending: MessageSendingStore;
  readonly pauses: Pick<AppPauseStore, 'pause'>;
  readonly connectWecom: (connection: WecomConnection, onCall: (call: CallRecord) => void) => WecomClient;
};

/** Where a push stands after an attempt; what its workflow has to know, and nothing else. */
export type PushOutcome =
  /** All is sent that can be; until then it can be taken back, and its cards changed. */
  | { readonly kind: 'open'; readonly openForMs: number; readonly cardsForMs: number | null }
  | { readonly kind: 'wait'; readonly waitMs: number; readonly reason: PushReason['code'] }
  /** `isNew`: nobody looks after the app yet. */
  | { readonly kind: 'paused'; readonly appId: string; readonly isNew: boolean }
  /** Too much for a moment; `hasMoved` where some of it was done. */
  | { readonly kind: 'more'; readonly hasMoved: boolean }
  | { readonly kind: 'recalling' }
  | {
      readonly kind: 'closed';
      readonly state: PushToSend['state'] | null;
      readonly sent: number;
      readonly calls: number;
    };

export type SendingOptions = ClaimOptions & {
  /** Calls under way at a time. */
  readonly lanes: number;
  /** After that the attempt ends with `more`. */
  readonly forMs: number;
  readonly maxCalls?: number;
  readonly signal: AbortSignal;
  readonly reached?: () => void;
};

/** WeCom may refuse a recall a little earlier or later than this clock says. */
const afterRecallableMs = hourMs;

/** Whoever makes a call gets an answer by then, or has died. One that can be repeated without harm is given less. */
const takenForLostAfterMs = { checked: 10_000, unchecked: 60_000 } as const;

/** Before the same request is made again at once; after that the push waits. */
const repeatAfterMs = [300, 1_500] as const;
const waitAfterLostAnswerMs = 15_000;

/** Does what there is to do for the push: prepares it, settles what died half-way, and sends until something stops it. */
export async function carryOn(
  deps: SendingDeps,
  push: PushToSend,
  options: SendingOptions,
): Promise<PushOutcome> {
  const { sending } = deps;
  if (push.isClosed || push.state === 'gathered') return closed(push);
  if (push.state === 'recalling') return { kind: 'recalling' };

  // Calls of an attempt that died come first: nobody but them knows whether they arrived.
  const left = await takeUp(deps, push, options);
  if (left !== undefined) return hold(deps, push, left.hold, left.isNew);

  let prepared: PreparedPush | null = null;
  if (!push.isPrepared) {
    const preparation = await prepare(sending, push, options.reached);
    if (preparation.kind === 'failed') {
      await sending.fail(push.id, preparation.reason);
      return outcomeNow(deps, push.id);
    }
    prepared = preparation.prepared;
  }
  const now = new Date();
  const quietTo = quietUntil(now, push.options.quietHours);
  if (quietTo !== null && unsettled(push)) {
    if (prepared !== null) await sending.prepare(push, prepared);
    return hold(deps, push, {
      kind: 'wait',
      waitMs: quietTo.getTime() - now.getTime(),
      reason: { code: 'quiet-hours', params: { until: quietTo.toISOString() } },
    });
  }
  if (push.isPrepared && unsettledOf(push.counts) === 0) return outcomeNow(deps, push.id);
  if (prepared !== null && options.lanes > 1) {
    await sending.prepare(push, prepared);
    prepared = null;
  }
  return sendAll(deps, push, prepared, options);
}

const unsettled = ({ isPrepared, counts }: PushToSend): boolean => !isPrepared || unsettledOf(counts) > 0;

type End =
  | { readonly kind: 'hold'; readonly hold: PushHold; readonly isNew?: boolean }
  | { readonly kind: 'more' }
  | { readonly kind: 'sent'; readonly state: PushToSend['state']; readonly counts: PushCounts };

async function sendAll(
  deps: SendingDeps,
  push: PushToSend,
  prepared: PreparedPush | null,
  { lanes, forMs, maxCalls = Infinity, signal, reached, ...claiming }: SendingOptions,
): Promise<PushOutcome> {
  const stopAt = performance.now() + forMs;
  let end: End | undefined;
  let calls = 0;
  let hasCards = false;
  const lane = async (_lane: number, signal: AbortSignal): Promise<void> => {
    while (end === undefined && !signal.aborted) {
      if (performance.now() > stopAt || calls >= maxCalls) return void (end = { kind: 'more' });
      const claim = await deps.sending.claim(push, prepared, claiming);
      prepared = null;
      switch (claim.kind) {
        case 'nothing':
          // Another lane's last call may be under way.
          return;
        case 'paused':
          return void (end = { kind: 'hold', hold: { kind: 'paused', reason: { code: 'app-paused' } } });
        case 'quota':
          end = {
            kind: 'hold',
            hold: { kind: 'wait', waitMs: claim.waitMs, reason: { code: 'member-quota' } },
          };
          return;
        case 'call': {
          const made = await makeCall(deps, push, claim.call, signal);
          calls += 1;
          reached?.();
          if (made.kind === 'hold') return void (end = made);
          if (made.kind === 'settled') {
            hasCards ||= made.hasCards;
            if (unsettledOf(made.counts) === 0) return void (end = { ...made, kind: 'sent' });
          }
        }
      }
    }
  };
  await eachInFlight(
    Array.from({ length: lanes }, (_, index) => index),
    { limit: lanes, signal },
    lane,
  );
  switch (end?.kind) {
    case 'hold':
      return hold(deps, push, end.hold, end.isNew);
    case 'more':
      return { kind: 'more', hasMoved: calls > 0 };
    case 'sent':
      if (push.calls > 0 || (end.state !== 'sent' && end.state !== 'partly')) break;
      return {
        kind: 'open',
        openForMs: recallableForMs + afterRecallableMs,
        cardsForMs: hasCards ? cardChangeableForMs : null,
      };
    case undefined:
      break;
  }
  return outcomeNow(deps, push.id);
}

/** As the rows have it. */
async function outcomeNow({ sending }: SendingDeps, pushId: string): Promise<PushOutcome> {
  const push = await sending.find(pushId);
  if (push === undefined) return { kind: 'closed', state: null, sent: 0, calls: 0 };
  if (push.isClosed) return closed(push);
  if (push.state === 'recalling') return { kind: 'recalling' };
  if (push.openCalls > 0) return { kind: 'wait', waitMs: takenForLostAfterMs.checked, reason: 'wecom-busy' };
  // Somebody gave calls back: they are taken again.
  if (unsettled(push)) return { kind: 'more', hasMoved: false };
  return {
    kind: 'open',
    openForMs: Math.max(0, push.openForMs + afterRecallableMs),
    cardsForMs: push.outstandingCards === 0 || push.cardsForMs === null ? null : Math.max(0, push.cardsForMs),
  };
}

export function closed({ state, counts, calls }: PushToSend): PushOutcome {
  return { kind: 'closed', state, sent: sentOf(counts), calls };
}

async function hold(
  { sending }: SendingDeps,
  push: PushToSend,
  held: PushHold,
  isNew = false,
): Promise<PushOutcome> {
  await sending.hold(push.id, held);
  return held.kind === 'paused'
    ? { kind: 'paused', appId: push.appId, isNew }
    : { kind: 'wait', waitMs: held.waitMs, reason: held.reason.code };
}

type Made =
  | {
      readonly kind: 'settled';
      readonly state: PushToSend['state'];
      readonly counts: PushCounts;
      readonly hasCards: boolean;
    }
  /** Settled by or for somebody else, refused, or given up as unknown: the rows tell. */
  | { readonly kind: 'looked-after' }
  | { readonly kind: 'hold'; readonly hold: PushHold; readonly isNew?: boolean };

/** The call stands in the outbox. What is known of it afterwards is committed before anything else is done. */
async function makeCall(
  deps: SendingDeps,
  push: PushToSend,
  first: ClaimedCall,
  signal: AbortSignal,
): Promise<Made> {
  const { sending } = deps;
  const isCard = push.type === 'template_card';
  const { messages } = deps.connectWecom(push.connection, () => undefined).as(push.credential);
  let call = first;
  for (let repeats = 0; ; repeats += 1) {
    const { callId, userIds, usesDuplicateCheck } = call;
    if (call.body === null) {
      await sending.refused(callId, 'failed', { code: 'content-erased' }, true);
      return { kind: 'looked-after' };
    }
    const body = withTaskId(JSON.parse(call.body) as MessageBody, callId);
    let failure: WecomError;
    try {
      const answer = await messages.send(
        { userIds, body, usesDuplicateCheck },
        { priority: push.priority, signal },
      );
      const hasCards = isCard && answer.responseCode !== null;
      const settled = await sending.sent({ callId, isCard }, answer);
      return settled === undefined ? { kind: 'looked-after' } : { kind: 'settled', ...settled, hasCards };
    } catch (error) {
      if (!(error instanceof WecomError)) throw error;
      failure = error;
    }

    const retryAfterMs = failure instanceof WecomRateLimitedError ? failure.retryAfterMs : undefined;
    const { reaction, errcode, outcomeUnknown } = failure;
    const does = reactionTo({ reaction, errcode, outcomeUnknown, retryAfterMs }, call.attempts);
    switch (does.kind) {
      case 'all-invalid':
        await sending.refused(callId, 'invalid', refusedByWecom(failure), false);
        return { kind: 'looked-after' };
      case 'refused':
        await sending.refused(callId, 'failed', refusedByWecom(failure), false);
        return { kind: 'looked-after' };
      case 'sent-before':
        await sending.sent({ callId, isCard }, answerLost);
        return { kind: 'looked-after' };
      case 'fail-push':
        await sending.refused(callId, 'failed', { ...refusedByWecom(failure), code: does.code }, true);
        return { kind: 'looked-after' };
      case 'wait':
        await sending.notSent(callId);
        return {
          kind: 'hold',
          hold: { kind: 'wait', waitMs: does.waitMs, reason: { ...saidBy(failure), code: does.reason } },
        };
      case 'pause-app': {
        // Given back first: whoever goes on after this process died meets the same refusal.
        await sending.notSent(callId);
        const reason = { ...saidBy(failure), code: 'app-paused' as const };
        const isNew = await deps.pauses.pause(push.appId, push.corpId, reason);
        return { kind: 'hold', hold: { kind: 'paused', reason }, isNew };
      }
      case 'outcome-unknown': {
        const again = await repeatOf(sending, push.id, callId);
        if (again === undefined) return { kind: 'looked-after' };
        const waitMs = repeatAfterMs[repeats];
        if (waitMs === undefined || signal.aborted) {
          return {
            kind: 'hold',
            hold: {
              kind: 'wait',
              waitMs: waitAfterLostAnswerMs,
              reason: { ...saidBy(failure), code: 'wecom-busy' },
            },
          };
        }
        await pause(waitMs, undefined, { signal });
        const next = await sending.repeat(callId);
        if (next === undefined) return { kind: 'looked-after' };
        call = next;
      }
    }
  }
}

/** Undefined where it must not be made again: it is unknown then, for people to see. */
async function repeatOf(
  sending: MessageSendingStore,
  pushId: string,
  callId: string,
): Promise<OpenCall | undefined> {
  const [open] = await sending.openCalls(pushId, callId);
  if (open === undefined) return undefined;
  if (canRepeat(open)) return open;
  await sending.unknown(callId);
  return undefined;
}

/** With an identical request begun since, WeCom could swallow the repeat although the first never arrived. */
const canRepeat = (open: OpenCall): boolean => !open.hasTwin && mayRepeat(open, new Date());

/** Settles what an earlier attempt left in the outbox without an outcome; `hold` where that has to wait. */
async function takeUp(
  deps: SendingDeps,
  push: PushToSend,
  { signal, reached }: SendingOptions,
): Promise<Extract<Made, { kind: 'hold' }> | undefined> {
  if (push.openCalls === 0) return undefined;
  for (const open of await deps.sending.openCalls(push.id)) {
    signal.throwIfAborted();
    const { checked, unchecked } = takenForLostAfterMs;
    const waitMs = (open.usesDuplicateCheck ? checked : unchecked) - open.triedAgoMs;
    // Its answer may be on its way to another attempt.
    if (waitMs > 0) return { kind: 'hold', hold: { kind: 'wait', waitMs, reason: { code: 'wecom-busy' } } };
    if ((await repeatOf(deps.sending, push.id, open.callId)) === undefined) continue;
    const call = await deps.sending.repeat(open.callId);
    if (call === undefined) continue;
    const made = await makeCall(deps, push, call, signal);
    reached?.();
    if (made.kind === 'hold') return made;
  }
  return undefined;
}

export function saidBy({ path, errcode, errmsg }: WecomError): Pick<PushReason, 'wecom'> {
  return {
    wecom: {
      path,
      ...(errcode === undefined ? {} : { errcode }),
      ...(errmsg === undefined ? {} : { errmsg }),
    },
  };
}

const answerLost = { msgId: null, responseCode: null, invalidUsers: [], unlicensedUsers: [] };

const refusedByWecom = (error: WecomError): PushReason => ({ code: 'refused-by-wecom', ...saidBy(error) });
