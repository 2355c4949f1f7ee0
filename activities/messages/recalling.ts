import { setTimeout as pause } from 'node:timers/promises';
import type { RecallRefusal } from '../../domain/messages/message';
import { recallReaction } from '../../domain/messages/recall';
import type { MessageRecallStore, MessageToRecall, RecallRequest } from '../../store/message-recalls';
import type { MessageSendingStore, PushToSend } from '../../store/message-sending';
import { WecomError, WecomRateLimitedError } from '../../wecom';
import type { RecallDone } from '../../workflows/message-push.contract';
import { eachInFlight } from '../in-flight';
import { saidBy, type SendingDeps } from './sending';

export type RecallingDeps = Pick<SendingDeps, 'connectWecom'> & {
  readonly recalls: MessageRecallStore;
  readonly sending: Pick<MessageSendingStore, 'find' | 'openCalls' | 'unknown'>;
};

/** The push is not taken back; who asked is told why. */
export class RecallRefusedError extends Error {
  constructor(readonly code: RecallRefusal) {
    super(`The push is not recalled: ${code}`);
    this.name = 'RecallRefusedError';
  }
}

/** WeCom is not reachable, or the app may do nothing at the moment: asked about again later. */
export class RecallPostponedError extends Error {
  constructor(
    readonly retryAfterMs: number,
    options: ErrorOptions,
  ) {
    super('WeCom could not be asked to take a message back', options);
    this.name = 'RecallPostponedError';
  }
}

const recallsInFlight = 4;
const lookAgainAfterMs = 200;
/** No call takes that long: whoever made it has died, and it is not made again for a push that is taken back. */
const takenForLostAfterMs = 30_000;
const pausedAppAfterMs = 30_000;

/** Marks the push and sees the recall through. Safe to repeat. */
export async function recall(
  deps: RecallingDeps,
  pushId: string,
  request: RecallRequest,
  { signal, mayHaveRun }: { readonly signal: AbortSignal; readonly mayHaveRun: boolean },
): Promise<RecallDone> {
  const answer = await deps.recalls.ask(pushId, request);
  if (answer === undefined) throw new RecallRefusedError('nothing-sent');
  if (answer.kind === 'refused') {
    // An attempt before this one may have seen it through, and died before it could say so.
    if (!mayHaveRun || answer.refusal !== 'already-recalled') throw new RecallRefusedError(answer.refusal);
  }
  return seeThrough(deps, pushId, signal);
}

/** For a push that is marked already. */
export async function seeThrough(
  deps: RecallingDeps,
  pushId: string,
  signal: AbortSignal,
): Promise<RecallDone> {
  const push = await deps.sending.find(pushId);
  if (push === undefined) throw new RecallRefusedError('nothing-sent');
  for (;;) {
    const messages = await deps.recalls.messagesToRecall(pushId);
    await eachInFlight(messages, { limit: recallsInFlight, signal }, (message, signal) =>
      recallMessage(deps, push, message, signal),
    );
    const verdict = await deps.recalls.finish(pushId);
    if (verdict.kind === 'settled') {
      if (verdict.refusal !== null) throw new RecallRefusedError(verdict.refusal);
      const { state, recalled, tooLate, notRecallable, refused } = verdict;
      return { state, recalled, tooLate, notRecallable, refused };
    }
    // Calls that were claimed before the push was marked: what becomes of them is known in a moment.
    for (const { callId, triedAgoMs } of await deps.sending.openCalls(pushId)) {
      if (triedAgoMs > takenForLostAfterMs) await deps.sending.unknown(callId);
    }
    await pause(lookAgainAfterMs, undefined, { signal });
  }
}

async function recallMessage(
  { recalls, connectWecom }: RecallingDeps,
  push: PushToSend,
  { callId, msgId, askedBefore }: MessageToRecall,
  signal: AbortSignal,
): Promise<void> {
  // Committed first: after a lost answer, "no such message" means that it was taken back.
  await recalls.asking(callId);
  const { messages } = connectWecom(push.connection, () => undefined).as(push.credential);
  let failure: WecomError;
  try {
    await messages.recall({ msgId }, { priority: 'interactive', signal });
    return await recalls.settle(callId, 'recalled', null);
  } catch (error) {
    if (!(error instanceof WecomError)) throw error;
    failure = error;
  }
  const { reaction, errcode, outcomeUnknown } = failure;
  const retryAfterMs = failure instanceof WecomRateLimitedError ? failure.retryAfterMs : undefined;
  const does = recallReaction({ reaction, errcode, outcomeUnknown, retryAfterMs }, { askedBefore });
  switch (does.kind) {
    case 'outcome':
      await recalls.settle(callId, does.outcome, does.outcome === 'recalled' ? null : saidAbout(failure));
      return;
    case 'again':
      throw new RecallPostponedError(does.waitMs, { cause: failure });
    case 'pause-app':
      throw new RecallPostponedError(pausedAppAfterMs, { cause: failure });
  }
}

const saidAbout = (error: WecomError) => ({ code: 'refused-by-wecom' as const, ...saidBy(error) });
