import type { RecallRefusal } from '../../domain/messages/message';
import { messageTexts } from '../../i18n/messages';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError, conflict } from '../http-errors';
import { refusedRecall, startBulkRecall } from '../messages/recalling';
import { eventStateOf, refusalOfRecall, viewEvent, viewEventDetails } from '../messages/view';
import * as schemas from '../schemas/messages';
import { newRunId } from '../start-run';
import { messagePushId } from '../../workflows/message-push.contract';

/** What the OA says happened, and what became of it: the OA's side of the log. */
export function eventRoutes(deps: ApiDeps): Route[] {
  const { oaEvents, eventAcceptor, messageLog, metrics } = deps;
  const tag = 'Events of the OA';
  const read = { scope: 'read' } as const;
  const write = { scope: 'events:write' } as const;
  const params = schemas.eventParams;

  return [
    defineRoute({
      method: 'post',
      path: '/oa/events',
      operationId: 'acceptOaEvent',
      tag,
      summary: 'Something happened in the OA: the rules decide who hears of it, and how',
      description:
        'Accepted, it is not lost, and safe to send again after a lost answer: the same event under the same id is sent once.',
      access: write,
      // The event's own row says who sent it, and the log is no place for thousands of them an hour.
      audit: null,
      idempotent: true,
      body: schemas.newEvent,
      bodyLimitBytes: schemas.eventBodyBytes,
      success: { status: 202, description: 'Accepted', schema: schemas.acceptedEvent },
      failures: { 409: 'Another event has this id' },
      handler: async ({ body, principal }) => {
        const { eventId, module, type, title, content, url, imageUrl, recipients, todo, data } = body;
        const accepted = await eventAcceptor.accept({
          id: eventId,
          module,
          type,
          content: {
            title,
            content: content ?? null,
            url: url ?? null,
            imageUrl: imageUrl ?? null,
            data: data ?? {},
          },
          recipients,
          todo: todo ?? null,
          sentBy: principal.id,
        });
        if (accepted.kind === 'differs') {
          metrics.oaEvents.inc({ outcome: 'differs' });
          throw new ApiError(
            409,
            'event_differs',
            { text: messageTexts.eventDiffers, params: { eventId } },
            { advice: { text: messageTexts.eventDiffersAdvice } },
          );
        }
        const isUnheard = accepted.kind === 'accepted' && accepted.pushes.length === 0;
        metrics.oaEvents.inc({ outcome: isUnheard ? 'no-rule' : accepted.kind });
        return {
          body: {
            eventId,
            pushes: accepted.pushes.map(({ id }) => ({ pushId: id, workflowId: messagePushId(id) })),
            state: eventStateOf(accepted.pushes.map(({ state }) => state)),
          },
        };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/oa/events',
      operationId: 'listOaEvents',
      tag,
      summary: 'Events as they came in, newest first',
      access: read,
      query: schemas.eventQuery,
      success: { status: 200, description: 'A page', schema: schemas.eventPage },
      handler: async ({ query: { q, ...filter } }) => {
        const { items, nextCursor } = await oaEvents.list({ ...filter, idPrefix: q });
        return { body: { items: items.map(viewEvent), nextCursor } };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/oa/events/{eventId}',
      operationId: 'getOaEvent',
      tag,
      summary: 'An event, what it said, and the pushes it became',
      access: read,
      params,
      success: { status: 200, description: 'The event', schema: schemas.eventDetails },
      handler: async ({ params: { eventId }, request: { lang } }) => ({
        body: await viewEventDetails(deps, await requireEvent(eventId), lang),
      }),
    }),

    defineRoute({
      method: 'post',
      path: '/oa/events/{eventId}/recall',
      operationId: 'recallOaEvent',
      tag,
      summary: 'Take back everything that was sent for an event, and stop what was not sent yet',
      access: write,
      audit: 'event.recall',
      idempotent: true,
      params,
      success: { status: 202, description: 'Being recalled', schema: schemas.startedRecall },
      failures: { 409: 'There is nothing to recall, for the reason given' },
      handler: async ({ params: { eventId }, principal, request, audit }) => {
        await requireEvent(eventId);
        const started = await startBulkRecall(deps, {
          recallId: newRunId(request),
          by: principal.id,
          filter: { eventId, ruleId: null, appId: null, corpId: null, from: null, to: null },
        });
        if (started === undefined) throw await nothingToRecall(eventId);
        audit.detail = { recallId: started.recallId, pushes: started.pushes };
        return { body: started };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/oa/events/{eventId}/erase',
      operationId: 'eraseOaEvent',
      tag,
      summary: 'Forget what an event said, for good; that it happened stays in the log',
      description: 'What is not sent yet will not be.',
      access: write,
      audit: 'event.erase',
      params,
      success: { status: 200, description: 'Erased', schema: schemas.eventDetails },
      handler: async ({ params: { eventId }, request: { lang } }) => {
        await oaEvents.erase(eventId);
        return { body: await viewEventDetails(deps, await requireEvent(eventId), lang) };
      },
    }),
  ];

  async function requireEvent(eventId: string) {
    const event = await oaEvents.find(eventId);
    if (event !== undefined) return event;
    throw new ApiError(404, 'not_found', { text: messageTexts.noEvent, params: { eventId } });
  }

  /** Of several reasons the one about what was sent says most. */
  async function nothingToRecall(eventId: string): Promise<ApiError> {
    const pushes = await messageLog.ofEvent(eventId);
    if (pushes.length === 0) return conflict('nothing_sent', messageTexts.eventWithoutPushes);
    const refusals = new Set(pushes.map(refusalOfRecall));
    const order: readonly RecallRefusal[] = [
      'recall-too-late',
      'already-recalled',
      'in-digest',
      'nothing-sent',
    ];
    const refusal = order.find((code) => refusals.has(code));
    return refusal === undefined
      ? conflict('already_recalled', messageTexts.nothingToRecall, {
          advice: { text: messageTexts.nothingToRecallAdvice },
        })
      : refusedRecall(refusal);
  }
}
