import type { RecipientState } from '../../domain/messages/message';
import { localDate, startOfDay } from '../../domain/time/zones';
import { messageTexts } from '../../i18n/messages';
import type { PushDetails, RecallFilter } from '../../store/message-log';
import { messagePushId } from '../../workflows/message-push.contract';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError, conflict, invalidField, unavailable } from '../http-errors';
import { startSoon } from '../messages/accepting';
import { refusedRecall, startBulkRecall } from '../messages/recalling';
import { refusalOfRecall, viewBulkRecall, viewPush, viewPushDetails, viewRecipient } from '../messages/view';
import * as schemas from '../schemas/messages';
import { newRunId } from '../start-run';

/** The push log: what went out, to whom, what became of it, and taking it back. */
export function pushLogRoutes(deps: ApiDeps): Route[] {
  const { messageLog, principals, settings, temporal, logger } = deps;
  const tag = 'Pushes';
  const read = { scope: 'read' } as const;
  const write = { scope: 'events:write' } as const;
  const params = schemas.pushParams;

  return [
    defineRoute({
      method: 'get',
      path: '/pushes',
      operationId: 'listPushes',
      tag,
      summary: 'Messages that went out, or are on their way; newest first',
      access: read,
      query: schemas.pushQuery,
      success: { status: 200, description: 'A page', schema: schemas.pushPage },
      handler: async ({ query: { state, kind, ...filter }, request: { lang } }) => {
        assertInOrder(filter);
        const { items, nextCursor } = await messageLog.list({ ...filter, states: state, kinds: kind });
        return { body: { items: items.map((push) => viewPush(push, settings, lang)), nextCursor } };
      },
    }),

    // Before the routes with an id in this place.
    defineRoute({
      method: 'get',
      path: '/pushes/summary',
      operationId: 'getPushSummary',
      tag,
      summary: 'How many of today’s pushes are in which state',
      access: read,
      query: schemas.summaryQuery,
      success: { status: 200, description: 'The numbers', schema: schemas.pushSummary },
      handler: async ({ query: { timezone } }) => {
        const since = startOfDay(localDate(new Date(), timezone), timezone);
        const { states, recipients } = await messageLog.countsSince(since);
        const { sent, failed, invalid, unlicensed, unknown, skipped, queued, sending, gathered } = recipients;
        return {
          body: {
            ...states,
            total: Object.values(states).reduce((sum, count) => sum + count, 0),
            messages: {
              sent: sent + recipients['recall-failed'],
              failed: failed + invalid + unlicensed + unknown,
              skipped,
              waiting: queued + sending + gathered,
              recalled: recipients.recalled,
            },
            since: since.toISOString(),
          },
        };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/pushes/recall',
      operationId: 'recallPushes',
      tag,
      summary: 'Take back many: by event, rule, app or corp, and by time',
      description:
        'With `dryRun` only their number is answered (200). WeCom takes messages back within 24 hours; what is older stays.',
      access: write,
      audit: 'push.recall-many',
      idempotent: true,
      body: schemas.bulkRecall,
      success: {
        status: 202,
        description: 'Being recalled',
        or200: 'A dry run: the numbers alone',
        schema: schemas.startedRecallOrPreview,
      },
      failures: { 409: 'There is nothing to recall' },
      handler: async ({ body: { dryRun, ...given }, principal, request, audit }) => {
        const filter = recallFilter(given);
        if (dryRun) {
          audit.detail = { dryRun };
          return { body: await messageLog.recallable(filter), status: 200 };
        }
        const started = await startBulkRecall(deps, {
          recallId: newRunId(request),
          by: principal.id,
          filter,
        });
        if (started === undefined) {
          throw conflict('nothing_to_recall', messageTexts.nothingToRecall, {
            advice: { text: messageTexts.nothingToRecallAdvice },
          });
        }
        audit.target = `recall:${started.recallId}`;
        audit.detail = { pushes: started.pushes };
        return { body: started, headers: { Location: `/api/v1/pushes/recalls/${started.recallId}` } };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/pushes/recalls',
      operationId: 'listPushRecalls',
      tag,
      summary: 'Recalls of many, newest first',
      access: read,
      query: schemas.bulkRecallQuery,
      success: { status: 200, description: 'A page', schema: schemas.bulkRecallPage },
      handler: async ({ query }) => {
        const { items, nextCursor } = await messageLog.listRecalls(query);
        const labels = await principals.labelsOf(items.map(({ askedBy }) => askedBy));
        return {
          body: { items: items.map((recall) => viewBulkRecall(recall, settings, labels)), nextCursor },
        };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/pushes/recalls/{recallId}',
      operationId: 'getPushRecall',
      tag,
      summary: 'What came of a recall of many',
      access: read,
      params: schemas.recallParams,
      success: { status: 200, description: 'The recall', schema: schemas.bulkRecallRecord },
      handler: async ({ params: { recallId } }) => {
        const recall = await messageLog.findRecall(recallId);
        if (recall === undefined) throw new ApiError(404, 'not_found', { text: messageTexts.noRecall });
        const labels = await principals.labelsOf([recall.askedBy]);
        return { body: viewBulkRecall(recall, settings, labels) };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/pushes/{pushId}',
      operationId: 'getPush',
      tag,
      summary: 'A push with its message, the calls that carried it, and its recall',
      access: read,
      params,
      success: { status: 200, description: 'The push', schema: schemas.pushDetails },
      handler: async ({ params: { pushId }, request: { lang } }) => {
        const push = await requirePush(pushId);
        const labels = await principals.labelsOf(push.recallAskedBy === null ? [] : [push.recallAskedBy]);
        return { body: viewPushDetails(push, settings, labels, lang) };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/pushes/{pushId}/recipients',
      operationId: 'listPushRecipients',
      tag,
      summary: 'Who got it, who did not, and why',
      access: read,
      params,
      query: schemas.recipientQuery,
      success: { status: 200, description: 'A page', schema: schemas.recipientPage },
      handler: async ({ params: { pushId }, query: { state, ...filter }, request: { lang } }) => {
        if ((await messageLog.find(pushId)) === undefined) throw noPush();
        const { items, nextCursor, outcome } = await messageLog.recipients(pushId, {
          ...filter,
          states: state,
        });
        return {
          body: { items: items.map((recipient) => viewRecipient(recipient, outcome, lang)), nextCursor },
        };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/pushes/{pushId}/recall',
      operationId: 'recallPush',
      tag,
      summary: 'Take it back, and stop what was not sent yet',
      description:
        'WeCom’s answer decides whether it is in time. One that takes long is answered as `recalling`, with what came of it so far.',
      access: write,
      audit: 'push.recall',
      idempotent: true,
      params,
      success: { status: 200, description: 'What came of it', schema: schemas.recalledPush },
      failures: { 409: 'It is not recalled, for the reason given' },
      handler: async ({ params: { pushId }, principal, request, audit }) => {
        const push = await requirePush(pushId);
        audit.corpId = push.corpId;
        // Known without asking the workflow, which would have to be started for one that has ended. Asked again after a
        // lost answer, it is the workflow that knows what came of it.
        const refusal = request.idempotency === undefined ? refusalOfRecall(push) : null;
        if (refusal !== null) throw refused(refusal, push);
        const answer = await temporal.recallPush(
          { pushId, corpId: push.corpId },
          { by: principal.id },
          newRunId(request),
        );
        if (answer.kind === 'refused') throw refused(answer.refusal, push);
        const after = await requirePush(pushId);
        const recall = answer.kind === 'done' ? answer.done : { state: after.state, ...after.recalls };
        if (answer.kind === 'still-at-it' && after.recallAskedAt === null) {
          throw unavailable(messageTexts.recallUnanswered, messageTexts.recallUnansweredAdvice);
        }
        audit.detail = { state: recall.state, recalled: recall.recalled };
        return { body: { ...viewPush(after, settings, request.lang), recall } };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/pushes/{pushId}/resend',
      operationId: 'resendPush',
      tag,
      summary: 'Send it once more to those who did not get it',
      description: 'By the rule as it is now, where it still serves the app.',
      access: write,
      audit: 'push.resend',
      idempotent: true,
      params,
      body: schemas.resending,
      success: { status: 202, description: 'On its way as another push', schema: schemas.startedResend },
      failures: { 409: 'There is nobody to send it to, or nothing that could be sent' },
      handler: async ({ params: { pushId }, body, request, audit }) => {
        const states: readonly RecipientState[] = body?.states ?? usuallyResent;
        const id = newRunId(request);
        const result = await messageLog.resend({ id, of: pushId, states });
        switch (result.kind) {
          case 'unknown-push':
            throw noPush();
          case 'open':
            throw conflict('still_sending', messageTexts.stillSending, {
              advice: { text: messageTexts.stillSendingAdvice },
            });
          case 'erased':
            throw conflict('content_erased', messageTexts.erased);
          case 'nobody':
            throw conflict('nobody_to_resend', messageTexts.nobodyToResend, {
              advice: { text: messageTexts.nobodyToResendAdvice },
            });
          case 'made':
        }
        audit.corpId = result.corpId;
        audit.detail = { resendId: id, recipients: result.recipients };
        await startSoon([{ pushId: id, corpId: result.corpId }], (push) => temporal.startPush(push), logger);
        return {
          body: { pushId: id, workflowId: messagePushId(id), recipients: result.recipients },
          headers: { Location: `/api/v1/pushes/${id}` },
        };
      },
    }),
  ];

  async function requirePush(pushId: string): Promise<PushDetails> {
    const push = await messageLog.details(pushId);
    if (push === undefined) throw noPush();
    return push;
  }
}

/** Whoever may have got it gets it again only when somebody says so. */
const usuallyResent = schemas.resendStates.filter((state) => state !== 'unknown');

type GivenFilter = { readonly [K in keyof RecallFilter]?: Exclude<RecallFilter[K], null> | undefined };

function recallFilter({ eventId, ruleId, appId, corpId, from, to }: GivenFilter): RecallFilter {
  if ([eventId, ruleId, appId, corpId].every((one) => one === undefined)) {
    throw invalidField('eventId', messageTexts.filterEmpty);
  }
  // Without times a rule's whole past would be asked about.
  if (eventId === undefined && from === undefined) throw invalidField('from', messageTexts.timeNeeded);
  if (eventId === undefined && to === undefined) throw invalidField('to', messageTexts.timeNeeded);
  assertInOrder({ from, to });
  return {
    eventId: eventId ?? null,
    ruleId: ruleId ?? null,
    appId: appId ?? null,
    corpId: corpId ?? null,
    from: from ?? null,
    to: to ?? null,
  };
}

function assertInOrder({
  from,
  to,
}: {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}): void {
  if (from !== undefined && to !== undefined && to < from) {
    throw invalidField('to', messageTexts.timesTurned);
  }
}

function noPush(): ApiError {
  return new ApiError(404, 'not_found', { text: messageTexts.noPush });
}

function refused(
  refusal: Parameters<typeof refusedRecall>[0],
  { digestPushId }: Pick<PushDetails, 'digestPushId'>,
): ApiError {
  return refusedRecall(refusal, digestPushId === null ? {} : { digestPushId });
}
