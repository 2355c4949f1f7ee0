import { z } from 'zod';
import type { MemberFieldTable, MirrorMemberRecord } from '../../store/mirror';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { notFound } from '../http-errors';
import type { Principal } from '../principal';
import { isAdministrator } from '../principal';
import { pageWithTotal } from '../schemas/common';
import { corpParams } from '../schemas/corps';
import * as schemas from '../schemas/mirror';
import { requireCorp } from './corps';

/** What the bridge knows of WeCom. */
export function mirrorRoutes(deps: ApiDeps): Route[] {
  const { mirror } = deps;
  const access = { scope: 'read' } as const;
  const tag = 'Members and departments';

  return [
    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/departments',
      operationId: 'listDepartments',
      tag,
      summary: 'The whole tree as last read',
      access,
      params: corpParams,
      success: {
        status: 200,
        description: 'Every department, those that are gone included',
        schema: z.object({ items: z.array(schemas.department), total: z.int() }),
      },
      handler: async ({ params }) => {
        const corp = await requireCorp(deps, params.corpId);
        const departments = await mirror.listDepartments(corp.id);
        const items = departments.map(
          ({ departmentId, parentId, name, order, members, leaders, goneAt }) => ({
            departmentId,
            parentId,
            name,
            order,
            members,
            leaders: [...leaders],
            goneAt: goneAt?.toISOString() ?? null,
          }),
        );
        return { body: { items, total: items.length } };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/members',
      operationId: 'listMembers',
      tag,
      summary: 'Search members',
      access,
      params: corpParams,
      query: schemas.memberQuery,
      success: { status: 200, description: 'A page', schema: pageWithTotal(schemas.member) },
      handler: async ({ params, query, principal }) => {
        const corp = await requireCorp(deps, params.corpId);
        const { items, total, nextCursor } = await mirror.searchMembers({ corpId: corp.id, ...query });
        return { body: { items: items.map((member) => toMember(member, principal)), nextCursor, total } };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/members/{userId}',
      operationId: 'getMember',
      tag,
      summary: 'A member with every field that is known',
      access,
      params: corpParams.extend({ userId: z.string().min(1).max(64) }),
      success: { status: 200, description: 'The member', schema: schemas.memberDetails },
      handler: async ({ params, principal }) => {
        const corp = await requireCorp(deps, params.corpId);
        const member = await mirror.findMember(corp.id, params.userId);
        if (member === undefined) throw notFound();
        const visible = (table: MemberFieldTable | null) =>
          table === null || isAdministrator(principal) ? table : maskTable(table);
        return {
          body: {
            ...toMember(member, principal),
            seen: visible(member.seen),
            written: visible(member.written),
          },
        };
      },
    }),
  ];
}

function toMember(record: MirrorMemberRecord, principal: Principal) {
  const { seen: _seen, written: _written, ...member } = record;
  return {
    ...member,
    departments: member.departments.map((department) => ({ ...department })),
    mobile: member.mobile === null || isAdministrator(principal) ? member.mobile : maskNumber(member.mobile),
    binding: null,
    departure: null,
    firstSeenAt: member.firstSeenAt.toISOString(),
    lastSeenAt: member.lastSeenAt.toISOString(),
    detailsSeenAt: member.detailsSeenAt?.toISOString() ?? null,
    goneAt: member.goneAt?.toISOString() ?? null,
  };
}

/** Enough to recognise a number one knows, not enough to call it. */
function maskNumber(number: string): string {
  const shown = number.length >= 11 ? [3, 4] : number.length >= 7 ? [0, 4] : [0, 0];
  const [head = 0, tail = 0] = shown;
  return number.slice(0, head) + '*'.repeat(number.length - head - tail) + number.slice(number.length - tail);
}

const numberFields = new Set(['mobile', 'telephone']);
const addressFields = new Set(['address']);

function maskTable(table: MemberFieldTable): MemberFieldTable {
  return Object.fromEntries(
    Object.entries(table).map(([field, value]) => {
      if (typeof value !== 'string') return [field, value];
      if (numberFields.has(field)) return [field, maskNumber(value)];
      return [field, addressFields.has(field) ? '*'.repeat(Math.min(value.length, 8)) : value];
    }),
  );
}
