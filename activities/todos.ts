import { setTimeout as pause } from 'node:timers/promises';
import { cancellationSignal } from '@temporalio/activity';
import {
  ignoredTapCard,
  lateCard,
  oaAwayCard,
  openCard,
  outcomeCard,
  refusedCard,
  tappedText,
  withCardTaskId,
  type CardContext,
  type Decision,
  type TapRefusal,
  type TemplateCard,
} from '../domain/messages/card';
import { cardTexts } from '../i18n/message-cards';
import { OaBusyError, OaError, OaRefusedError } from '../oa/errors';
import type { OaTodos, TodoVerdict } from '../oa/port';
import type {
  SentCard,
  TappedCard,
  TapToDecide,
  TodoDeskStore,
  TodoStanding,
  TodoToShow,
  Verdict,
} from '../store/todo-desk';
import {
  messageLimits,
  WecomAccessError,
  WecomAlreadySoError,
  WecomDataError,
  WecomError,
  WecomRateLimitedError,
  WecomTokenError,
  type CallRecord,
  type WecomClient,
  type WecomConnection,
} from '../wecom';
import { withHeartbeat } from './heartbeat';
import { eachInFlight } from './in-flight';

/** Takes a decision on a directory plan to its run. */
export interface PlanDecider {
  decide(tap: TapToDecide, signal: AbortSignal): Promise<Verdict>;
}

export type TodoDeps = {
  readonly desk: TodoDeskStore;
  readonly oa: OaTodos;
  readonly plans: PlanDecider;
  readonly connectWecom: (connection: WecomConnection, onCall: (call: CallRecord) => void) => WecomClient;
};

type OfTask = { readonly taskId: string };

/** What came of taking a decision to whoever decides. */
export type DecisionOutcome =
  | { readonly kind: Verdict['kind'] | 'moved-on' }
  /** It is kept, and taken there again. */
  | { readonly kind: 'away'; readonly waitMs: number | null };

export type ShownOutcome = {
  readonly changed: number;
  readonly stale: number;
  /** Something could not be changed yet. */
  readonly waitMs: number | null;
};

export type TodoActivities = ReturnType<typeof createTodoActivities>;

/** Whoever tapped is told that it takes its time. */
const slowAfterMs = 2_000;
/** A person has to look at the OA's address, its secret or its program. */
const refusedAgainAfterMs = 300_000;
const lostAnswerAgainAfterMs = 5_000;
const pausedAppAgainAfterMs = 60_000;
const cardsInFlight = 4;
/** The code is spent, over, or was never one. */
const badCode = 60140;

/** Read by employees, so in the language of the corp. */
const texts = cardTexts('zh-CN');

/** What the workflow of a task does. Only ids, counts and times come back. */
export function createTodoActivities({ desk, oa, plans, connectWecom }: TodoDeps) {
  return {
    async takeUpTodo({ taskId }: OfTask): Promise<TodoStanding> {
      return (await desk.takeUp(taskId)) ?? { tapId: null, isToBeShown: false };
    },

    /** Once per tap, as far as the OA is concerned: the tap's id is the key under which it is told. */
    async decideTodo({ taskId, tapId }: OfTask & { readonly tapId: string }): Promise<DecisionOutcome> {
      return withHeartbeat(async () => {
        const tap = await desk.tapToDecide(taskId, tapId);
        if (tap === undefined) return { kind: 'moved-on' };
        const signal = cancellationSignal();
        const asking = settled(tap.target === 'plan' ? plans.decide(tap, signal) : askOa(tap, tapId, signal));
        const first = await Promise.race([asking, pause(slowAfterMs, 'slow' as const, { ref: false })]);
        if (first === 'slow') {
          await desk.noteAway(taskId, tapId, 'slow');
          await show(taskId, signal);
        }
        const answer = await asking;
        if ('verdict' in answer) {
          await desk.record(taskId, tapId, answer.verdict);
          return { kind: answer.verdict.kind };
        }
        const { error } = answer;
        if (!(error instanceof OaError)) throw error;
        const isRefused = error instanceof OaRefusedError;
        await desk.noteAway(taskId, tapId, isRefused ? 'oa-refused' : 'oa-unavailable');
        if (error instanceof OaBusyError) return { kind: 'away', waitMs: error.retryAfterMs };
        return { kind: 'away', waitMs: isRefused ? refusedAgainAfterMs : null };
      });
    },

    /** Every card of the task as it should be now. */
    async showTodo({ taskId }: OfTask): Promise<ShownOutcome> {
      return withHeartbeat(() => show(taskId, cancellationSignal()));
    },
  };

  async function askOa(tap: TapToDecide, tapId: string, signal: AbortSignal): Promise<Verdict> {
    const { taskId, actionKey: action, oaUserId, tappedAt: decidedAt } = tap;
    if (oaUserId === null) return { kind: 'refused', refusal: 'not-bound' };
    const decision = { taskId, action, by: oaUserId, comment: null, decidedAt };
    let verdict: TodoVerdict;
    try {
      verdict = await oa.decide(decision, tapId, { signal });
    } catch (error) {
      // The OA's own word that there is no such to-do; a page of something in between says it otherwise.
      const isUnknown =
        error instanceof OaRefusedError && error.httpStatus === 404 && error.code !== 'refused';
      if (!isUnknown) throw error;
      return { kind: 'not-accepted', message: texts.unknownToOa };
    }
    return verdict.kind === 'decided' ? { kind: 'decided', by: oaUserId } : verdict;
  }

  async function show(taskId: string, signal: AbortSignal): Promise<ShownOutcome> {
    const todo = await desk.toShow(taskId);
    const outcome = { changed: 0, stale: 0, waitMs: null as number | null };
    if (todo === undefined) return outcome;
    const count = (changed: Changed): void => {
      if (changed === 'updated') outcome.changed += 1;
      else if (changed === 'stale') outcome.stale += 1;
      else outcome.waitMs = Math.min(outcome.waitMs ?? Infinity, changed.waitMs);
    };
    const inFlight = { limit: cardsInFlight, signal };
    if (isDecided(todo)) {
      await eachInFlight(await desk.sentCards(taskId), inFlight, async (sent, signal) =>
        count(await changeSent(sent, todo, signal)),
      );
    }
    // After the others: what it says to one person is the last word.
    await eachInFlight(await desk.tappedCards(taskId), inFlight, async (tapped, signal) =>
      count(await changeTapped(tapped, todo, signal)),
    );
    if (outcome.waitMs === null) await desk.shown(taskId);
    return outcome;
  }

  async function changeSent(sent: SentCard, todo: TodoToShow, signal: AbortSignal): Promise<Changed> {
    const { callId, userIds, askedBefore } = sent;
    if (userIds.length === 0) {
      await desk.changedSent(callId, 'stale', []);
      return 'stale';
    }
    await desk.changingSent(callId);
    const change = outcomeCard(sent.card, decisionOf(todo), contextOf(sent));
    try {
      const { invalidUsers } = await update(sent, userIds, change, signal);
      await desk.changedSent(callId, 'updated', invalidUsers);
      return 'updated';
    } catch (error) {
      const failed = failureOf(error, askedBefore);
      if (typeof failed === 'string') await desk.changedSent(callId, failed, []);
      else if (failed.isCodeGood) await desk.notChanged({ callId });
      return failed;
    }
  }

  async function changeTapped(tapped: TappedCard, todo: TodoToShow, signal: AbortSignal): Promise<Changed> {
    const { tapId, userId, askedBefore } = tapped;
    await desk.changingTapped(tapId);
    try {
      await update(tapped, [userId], answerTo(tapped, todo), signal);
      await desk.changedTapped(tapped);
      return 'updated';
    } catch (error) {
      const failed = failureOf(error, askedBefore);
      if (failed === 'updated') await desk.changedTapped(tapped);
      else if (failed === 'stale') await desk.changedTapped({ ...tapped, state: 'invalid' });
      else if (failed.isCodeGood) await desk.notChanged({ tapId });
      return failed;
    }
  }

  function update(
    { callId, connection, credential, responseCode }: SentCard | TappedCard,
    userIds: readonly string[],
    card: TemplateCard,
    signal: AbortSignal,
  ) {
    const { messages } = connectWecom(connection, () => undefined).as(credential);
    return messages.updateTemplateCard(
      { userIds, responseCode, card: withCardTaskId(card, callId) },
      { priority: 'interactive', signal },
    );
  }
}

type Changed = 'updated' | 'stale' | { readonly waitMs: number; readonly isCodeGood: boolean };

/** What a failed change means for the card and its code. Errors that are not WeCom's go on. */
function failureOf(error: unknown, askedBefore: boolean): Changed {
  if (!(error instanceof WecomError)) throw error;
  if (error.outcomeUnknown) return { waitMs: lostAnswerAgainAfterMs, isCodeGood: false };
  if (error instanceof WecomRateLimitedError) return { waitMs: error.retryAfterMs, isCodeGood: true };
  if (error instanceof WecomDataError || error instanceof WecomAlreadySoError) {
    // Whoever asked before got no answer: the code was good then, and is spent by that.
    return error.errcode === badCode && askedBefore ? 'updated' : 'stale';
  }
  const isPaused = error instanceof WecomAccessError || error instanceof WecomTokenError;
  return { waitMs: isPaused ? pausedAppAgainAfterMs : lostAnswerAgainAfterMs, isCodeGood: true };
}

const isDecided = ({ state }: TodoToShow): boolean => state === 'decided' || state === 'settled';

function decisionOf({ state, outcomeText, by, at }: TodoToShow): Decision {
  return { outcomeText: outcomeText ?? texts.decided, by, at, via: state === 'decided' ? 'card' : 'oa' };
}

function contextOf({ timezone }: { readonly timezone: string }): CardContext {
  return { texts, limits: messageLimits, timezone };
}

/** What whoever tapped sees. */
function answerTo({ card, actionKey, state, reason, timezone }: TappedCard, todo: TodoToShow): TemplateCard {
  const context = contextOf({ timezone });
  const tapped = tappedText(card, actionKey) ?? actionKey;
  switch (state) {
    case 'invalid':
      return isDecided(todo)
        ? outcomeCard(card, decisionOf(todo), context)
        : ignoredTapCard(card, reason as TapRefusal, context);
    case 'refused':
      return refusedCard(card, { said: todo.said ?? texts.notAccepted, tapped }, context);
    case 'late':
      return lateCard(card, { ...decisionOf(todo), tapped }, context);
    case 'done':
      return isDecided(todo)
        ? outcomeCard(card, decisionOf(todo), context)
        : openCard(card, new Date(), context);
    case 'waiting':
    case 'deciding':
      return oaAwayCard(card, { tapped }, context);
  }
}

/** An error that comes while nobody waits for it yet is no crash. */
async function settled(
  asking: Promise<Verdict>,
): Promise<{ readonly verdict: Verdict } | { readonly error: unknown }> {
  try {
    return { verdict: await asking };
  } catch (error) {
    return { error };
  }
}
