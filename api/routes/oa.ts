import { z } from 'zod';
import { apiTexts } from '../../i18n/api';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { invalidField, notFound } from '../http-errors';
import type { Principal } from '../principal';
import { isAdministrator } from '../principal';
import type { OaUser } from '../../oa/port';
import { cursor, limit, pageWithTotal } from '../schemas/common';

const oaId = z.string().min(1).max(128);

const oaDepartment = z
  .object({
    id: oaId,
    name: z.string(),
    parentId: oaId.nullable(),
    subcompanyId: oaId.nullable(),
    order: z.int(),
    kind: z.enum(['subcompany', 'department']),
  })
  .meta({ id: 'OaDepartment' });

const oaUser = z
  .object({
    id: oaId,
    loginId: z.string(),
    jobNumber: z.string().nullable(),
    name: z.string(),
    mobile: z.string().nullable().meta({ description: 'Only for callers with every right.' }),
    email: z.string().nullable(),
    gender: z.enum(['male', 'female']).nullable(),
    position: z.string().nullable(),
    telephone: z.string().nullable(),
    departmentId: oaId.nullable(),
    partTimeDepartmentIds: z.array(oaId),
    managerId: oaId.nullable(),
    order: z.int(),
    status: z.enum(['active', 'departed']),
    custom: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'OaUser' });

/** What the OA holds, as the bridge reads it. */
export function oaRoutes({ oa }: ApiDeps): Route[] {
  const access = { scope: 'read' } as const;
  const tag = 'OA directory';

  return [
    defineRoute({
      method: 'get',
      path: '/oa/departments',
      operationId: 'listOaDepartments',
      tag,
      summary: 'Subcompanies and departments of the OA',
      access,
      success: {
        status: 200,
        description: 'All of them',
        schema: z.object({ items: z.array(oaDepartment), nextCursor: z.null(), total: z.int() }),
      },
      handler: async () => {
        const [subcompanies, departments] = await Promise.all([oa.listSubcompanies(), oa.listDepartments()]);
        const items = [
          ...subcompanies.map((entry) => ({ ...entry, subcompanyId: null, kind: 'subcompany' as const })),
          ...departments.map((entry) => ({ ...entry, kind: 'department' as const })),
        ];
        return { body: { items, nextCursor: null, total: items.length } };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/oa/users',
      operationId: 'listOaUsers',
      tag,
      summary: 'Search people of the OA',
      access,
      query: z.object({
        q: z.string().trim().min(1).max(100).optional(),
        departmentId: oaId.optional(),
        cursor,
        limit,
      }),
      success: { status: 200, description: 'A page', schema: pageWithTotal(oaUser) },
      handler: async ({ query, principal }) => {
        const after = query.cursor === undefined ? undefined : decodeId(query.cursor);
        const { items, total, hasMore } = await oa.searchUsers({ ...query, after });
        const last = hasMore ? items.at(-1) : undefined;
        return {
          body: {
            items: items.map((user) => toUser(user, principal)),
            nextCursor: last === undefined ? null : encodeId(last.id),
            total,
          },
        };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/oa/users/{userId}',
      operationId: 'getOaUser',
      tag,
      summary: 'A person of the OA',
      access,
      params: z.object({ userId: oaId }),
      success: { status: 200, description: 'The person', schema: oaUser },
      handler: async ({ params, principal }) => {
        const user = await oa.findUser(params.userId);
        if (user === undefined) throw notFound();
        return { body: toUser(user, principal) };
      },
    }),
  ];
}

function toUser(user: OaUser, principal: Principal) {
  const visible = isAdministrator(principal);
  return {
    ...user,
    mobile: visible ? user.mobile : null,
    telephone: visible ? user.telephone : null,
    partTimeDepartmentIds: [...user.partTimeDepartmentIds],
    custom: { ...user.custom },
  };
}

function encodeId(id: string): string {
  return Buffer.from(`u:${id}`, 'utf8').toString('base64url');
}

function decodeId(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!text.startsWith('u:') || encodeId(text.slice(2)) !== cursor || text.includes('\0')) {
    throw invalidField('cursor', apiTexts.cursorShape);
  }
  return text.slice(2);
}
