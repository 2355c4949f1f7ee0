import { z } from 'zod';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { id, limit, numberCursor, page, timestamp } from '../schemas/common';

const entry = z
  .object({
    id: z.string(),
    at: timestamp,
    actor: z.string(),
    action: z.string(),
    target: z.string(),
    corpId: z.string().nullable(),
    result: z.enum(['ok', 'refused', 'failed']),
    code: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
    remoteIp: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });

export function auditRoutes({ audit }: ApiDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/audit',
      operationId: 'listAudit',
      tag: 'Audit',
      summary: 'Who did what, when, with what result; newest first',
      access: { scope: 'audit:read' },
      query: z.object({
        corpId: id.optional(),
        actor: z.string().min(1).max(200).optional().meta({ example: 'user:admin' }),
        action: z
          .string()
          .min(1)
          .max(100)
          .optional()
          .meta({ description: 'An action, or with a dot at the end all of a kind: `corp.`' }),
        cursor: numberCursor,
        limit,
      }),
      success: { status: 200, description: 'A page', schema: page(entry) },
      handler: async ({ query }) => {
        const { items, nextCursor } = await audit.list(query);
        return {
          body: {
            items: items.map((item) => ({ ...item, at: item.at.toISOString(), detail: { ...item.detail } })),
            nextCursor,
          },
        };
      },
    }),
  ];
}
