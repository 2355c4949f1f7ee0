import type { MessageBody } from '../../domain/messages/render';
import { shownFields } from '../../domain/messages/render';
import { recallRefusal } from '../../domain/messages/recall';
import type { PushState, RecallRefusal } from '../../domain/messages/message';
import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { callErrorTexts, pushAdviceTexts, pushReasonText, recipientReasonText } from '../../i18n/messages';
import type {
  BulkRecallRecord,
  CallError,
  CallRecord,
  CardOutcome,
  PushDetails,
  PushRecord,
  RecipientRecord,
} from '../../store/message-log';
import { isOpen } from '../../store/message-log';
import type { OaEventRecord } from '../../store/oa-events';
import type { TodoDetails } from '../../store/todos';
import { messagePushId, messageRecallId } from '../../workflows/message-push.contract';
import { todoId } from '../../workflows/todo.contract';
import type { ApiDeps, ApiSettings } from '../deps';
import { labelOf } from '../principal';
import { withWecom } from '../run-error';
import type { eventStates } from '../schemas/messages';
import { workflowUrl } from '../temporal-url';

/** Messages as people read them. */

type Temporal = Pick<ApiSettings, 'temporalUiUrl' | 'temporalNamespace'>;
type Labels = ReadonlyMap<string, string>;

export function viewPush(push: PushRecord, settings: Temporal, lang: Lang) {
  const workflowId = messagePushId(push.id);
  return {
    pushId: push.id,
    eventId: push.eventId,
    kind: push.kind,
    module: push.module,
    eventType: push.eventType,
    title: push.title,
    ruleId: push.ruleId,
    ruleName: push.ruleName,
    corpId: push.corpId,
    corpName: push.corpName,
    appId: push.appId,
    appName: push.appName,
    type: push.type,
    state: push.state,
    ...sayReason(push, lang),
    counts: push.counts,
    acceptedAt: push.acceptedAt.toISOString(),
    waitUntil: time(push.waitUntil),
    isPaused: push.isPaused,
    sentAt: time(push.firstSentAt),
    recallUntil: time(push.recallUntil),
    recallLeftSeconds: recallLeftSeconds(push),
    recallId: push.recallId,
    resendOf: push.resendOf,
    digestDueAt: time(push.digestDueAt),
    digestPushId: push.digestPushId,
    closedAt: time(push.closedAt),
    can: { recall: canBeRecalled(push), resend: canBeSentAgain(push) },
    workflowId,
    temporalUrl: workflowUrl(settings, workflowId),
  };
}

function sayReason({ reason, state }: Pick<PushRecord, 'reason' | 'state'>, lang: Lang) {
  if (reason === null) return { reason: null, reasonCode: null, advice: null, wecom: null };
  const { code, params = {}, wecom } = reason;
  const said = withWecom(pushReasonText(code, params, lang), wecom, lang);
  const own = Object.hasOwn(pushAdviceTexts, code) ? pushAdviceTexts[code] : undefined;
  const advice = said.advice ?? (own === undefined ? null : translate(own, lang));
  return {
    reason: said.message,
    reasonCode: code,
    // What was taken back needs nothing more.
    advice: state === 'cancelled' || state === 'recalled' ? null : advice,
    wecom: said.wecom ?? null,
  };
}

function recallLeftSeconds({ recallUntil }: Pick<PushRecord, 'recallUntil'>): number | null {
  return recallUntil === null ? null : Math.max(0, Math.floor((recallUntil.getTime() - Date.now()) / 1_000));
}

/** Why it is not to be recalled, as far as its rows say; the rest is WeCom's to say. */
export function refusalOfRecall(push: PushRecord): RecallRefusal | null {
  return recallRefusal({
    state: push.state,
    recipientsWaiting: push.counts.queued + push.counts.gathered,
    calls: push.callKinds,
    isInDigest: push.digestPushId !== null,
  });
}

function canBeRecalled(push: PushRecord): boolean {
  if (push.state === 'recalling' || refusalOfRecall(push) !== null) return false;
  return push.recallUntil === null || push.recallUntil.getTime() > Date.now();
}

function canBeSentAgain({ state, counts, digestPushId, title }: PushRecord): boolean {
  if (isOpen(state) || digestPushId !== null || title === null) return false;
  const { failed, invalid, unlicensed, unknown, recalled, skipped, total } = counts;
  return (
    failed + invalid + unlicensed + unknown + recalled + skipped > 0 || (state === 'failed' && total === 0)
  );
}

export function viewPushDetails(push: PushDetails, settings: Temporal, labels: Labels, lang: Lang) {
  return {
    ...viewPush(push, settings, lang),
    message: push.body === null ? null : viewBody(push, push.body),
    calls: push.calls.map((call) => viewCall(call, lang)),
    recall:
      push.recallAskedAt === null || push.recallAskedBy === null
        ? null
        : {
            askedBy: labelOf(push.recallAskedBy, labels),
            askedAt: push.recallAskedAt.toISOString(),
            outcome: { state: push.state, ...push.recalls },
          },
    recipientsGiven: push.recipientsGiven,
  };
}

function viewBody({ type, variants }: PushDetails, body: Readonly<Record<string, unknown>>) {
  // Written by the very function that made it.
  return { type, fields: shownFields(body as MessageBody), body: { ...body }, variants };
}

function viewCall(call: CallRecord, lang: Lang) {
  return {
    callId: call.id,
    recipients: call.recipients,
    state: call.state,
    attempts: call.attempts,
    msgid: call.msgId,
    startedAt: call.startedAt.toISOString(),
    sentAt: time(call.sentAt),
    error: sayCallError(call.error, lang),
    card: call.cardState,
    recall:
      call.recallState === null
        ? null
        : {
            state: call.recallState,
            at: time(call.recalledAt),
            error: sayCallError(call.recallError, lang),
          },
  };
}

function sayCallError(error: CallError | null, lang: Lang) {
  if (error === null) return null;
  const text = Object.hasOwn(callErrorTexts, error.code) ? callErrorTexts[error.code] : undefined;
  const { message, wecom } = withWecom(
    text === undefined ? error.code : translate(text, lang),
    error.wecom,
    lang,
  );
  return { code: error.code, message, wecom: wecom ?? null };
}

export function viewRecipient(recipient: RecipientRecord, outcome: CardOutcome | null, lang: Lang) {
  const { oaUserId, userId, name, state, sentAt, callId, cardState } = recipient;
  return {
    oaUserId,
    userId,
    name,
    state,
    reason: recipientReasonText(recipient, lang),
    reasonCode: recipient.reason,
    sentAt: time(sentAt),
    callId,
    card:
      cardState === null
        ? null
        : {
            state: cardState,
            ...(outcome === null ? {} : viewOutcome(outcome)),
          },
  };
}

function viewOutcome({ outcome, outcomeText, by, at }: CardOutcome) {
  const text = outcomeText ?? outcome;
  return {
    ...(outcome === null ? {} : { outcome }),
    ...(text === null ? {} : { outcomeText: text }),
    ...(by === null ? {} : { by }),
    ...(at === null ? {} : { at: at.toISOString() }),
  };
}

type EventState = (typeof eventStates)[number];

/** What is under way says more than what is over. */
const underWay = [
  'sending',
  'recalling',
  'new',
  'waiting',
  'gathered',
] as const satisfies readonly PushState[];

/** What several pushes come to together. */
export function eventStateOf(states: readonly PushState[]): EventState {
  const [first] = states;
  if (first === undefined) return 'no-rule';
  const open = underWay.find((state) => states.includes(state));
  if (open !== undefined) return open;
  if (states.every((state) => state === first)) return first;
  if (states.some((state) => state === 'recalled' || state === 'partly-recalled')) {
    const isOver = (state: PushState) => ['recalled', 'cancelled', 'failed', 'nobody'].includes(state);
    return states.every(isOver) ? 'recalled' : 'partly-recalled';
  }
  if (states.some((state) => state === 'sent' || state === 'partly')) {
    return states.every((state) => state === 'sent' || state === 'nobody') ? 'sent' : 'partly';
  }
  return states.includes('failed') ? 'failed' : first;
}

export function viewEvent(event: OaEventRecord) {
  const { id, origin, module, type, content, erasedAt, recipients, acceptedAt, todo, pushStates } = event;
  return {
    eventId: id,
    origin,
    module,
    type,
    title: content?.title ?? null,
    recipients,
    acceptedAt: acceptedAt.toISOString(),
    erasedAt: time(erasedAt),
    taskId: todo?.taskId ?? null,
    state: eventStateOf(pushStates),
    pushCount: pushStates.length,
  };
}

export async function viewEventDetails(
  { principals, settings, messageLog }: Pick<ApiDeps, 'principals' | 'settings' | 'messageLog'>,
  event: OaEventRecord,
  lang: Lang,
) {
  const [labels, pushes, names] = await Promise.all([
    principals.labelsOf([event.sentBy]),
    messageLog.ofEvent(event.id),
    messageLog.namesOf({
      ruleIds: event.shadowed.flatMap(({ ruleId, servedByRuleId }) => [ruleId, servedByRuleId]),
      appIds: event.shadowed.map(({ appId }) => appId),
    }),
  ]);
  return {
    ...viewEvent(event),
    content: event.content?.content ?? null,
    url: event.content?.url ?? null,
    imageUrl: event.content?.imageUrl ?? null,
    data: event.content === null ? null : { ...event.content.data },
    recipientIds: [...event.firstRecipients],
    sentBy: labelOf(event.sentBy, labels),
    todo:
      event.todo === null
        ? null
        : { ...event.todo, actions: event.todo.actions.map((action) => ({ ...action })) },
    shadowed: event.shadowed.map((target) => ({
      ...target,
      ruleName: names.rules.get(target.ruleId) ?? null,
      appName: names.apps.get(target.appId) ?? null,
      servedByRuleName: names.rules.get(target.servedByRuleId) ?? null,
    })),
    pushes: pushes.map((push) => viewPush(push, settings, lang)),
  };
}

export function viewBulkRecall(recall: BulkRecallRecord, settings: Temporal, labels: Labels) {
  const { filter, names, counts } = recall;
  const workflowId = messageRecallId(recall.id);
  const count = (key: string): number => counts[key] ?? 0;
  return {
    recallId: recall.id,
    phase: recall.phase,
    filter: {
      eventId: filter.eventId,
      ruleId: filter.ruleId,
      ruleName: names.rule,
      appId: filter.appId,
      appName: names.app,
      corpId: filter.corpId,
      corpName: names.corp,
      from: time(filter.from),
      to: time(filter.to),
    },
    counts: {
      pushes: count('pushes'),
      recalled: count('recalled'),
      partlyRecalled: count('partlyRecalled'),
      cancelled: count('cancelled'),
      refused: count('refused'),
      tooLate: count('tooLate'),
      nothingSent: count('nothingSent'),
      messages: count('messages'),
    },
    askedBy: labelOf(recall.askedBy, labels),
    askedAt: recall.askedAt.toISOString(),
    finishedAt: time(recall.finishedAt),
    workflowId,
    temporalUrl: workflowUrl(settings, workflowId),
  };
}

export function viewTodo(todo: TodoDetails, settings: Temporal, labels: Labels) {
  const workflowId = todoId(todo.taskId);
  return {
    taskId: todo.taskId,
    target: todo.target,
    runId: todo.runId,
    state: todo.state,
    outcome: todo.outcome,
    outcomeText: todo.outcomeText,
    by: todo.by === null ? null : labelOf(todo.by, labels),
    byName: todo.byName,
    at: time(todo.at),
    oaAwaySince: time(todo.oaAwaySince),
    oaAnswer:
      todo.oaAnswer === null ? null : { code: todo.oaAnswer.code, message: todo.oaAnswer.message ?? null },
    cards: todo.cards.map((card) => ({ ...card, at: time(card.at) })),
    taps: todo.taps.map((tap) => ({
      tapId: tap.id,
      userId: tap.userId,
      oaUserId: tap.oaUserId,
      name: tap.name,
      action: tap.actionKey,
      state: tap.state,
      reason: tap.reason?.code ?? null,
      at: tap.tappedAt.toISOString(),
      endedAt: time(tap.endedAt),
    })),
    workflowId,
    temporalUrl: workflowUrl(settings, workflowId),
  };
}

function time(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
