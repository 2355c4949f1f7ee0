import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import * as schemas from '../schemas/callbacks';
import { page } from '../schemas/common';
import { corpParams } from '../schemas/corps';
import { requireCorp } from './corps';

/** What WeCom has told the bridge by itself. The messages stay encrypted: they name people. */
export function callbackRoutes(deps: ApiDeps): Route[] {
  const { callbackEvents } = deps;
  const access = { scope: 'read' } as const;
  const tag = 'Callbacks';

  return [
    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/callbacks',
      operationId: 'listCallbacks',
      tag,
      summary: 'What WeCom told, the newest first',
      access,
      params: corpParams,
      query: schemas.callbackQuery,
      success: { status: 200, description: 'A page', schema: page(schemas.callback) },
      handler: async ({ params, query }) => {
        const corp = await requireCorp(deps, params.corpId);
        const { items, nextCursor } = await callbackEvents.listEvents({ corpId: corp.id, ...query });
        return {
          body: {
            items: items.map((event) => ({
              ...event,
              receivedAt: event.receivedAt.toISOString(),
              processedAt: event.processedAt?.toISOString() ?? null,
            })),
            nextCursor,
          },
        };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/callbacks/summary',
      operationId: 'getCallbackSummary',
      tag,
      summary: 'How many callbacks came, and what became of them',
      access,
      params: corpParams,
      success: { status: 200, description: 'The summary', schema: schemas.callbackSummary },
      handler: async ({ params }) => {
        const corp = await requireCorp(deps, params.corpId);
        const { lastReceivedAt, oldestWaitingAt, kinds, ...summary } = await callbackEvents.summary(corp.id);
        return {
          body: {
            ...summary,
            lastReceivedAt: lastReceivedAt?.toISOString() ?? null,
            oldestWaitingAt: oldestWaitingAt?.toISOString() ?? null,
            kinds: kinds.map((kind) => ({ ...kind })),
          },
        };
      },
    }),
  ];
}
