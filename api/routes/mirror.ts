import { z } from 'zod';
import type { Lang } from '../../i18n';
import type { CorpRecord } from '../../store/corps';
import type { MemberFieldTable, MirrorMemberRecord } from '../../store/mirror';
import type { BindingRecord } from '../../store/push-reading';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import { corpOfDepartures } from '../departures/corp';
import { daysLeftOf, viewMemberDeparture, type MemberDeparture } from '../departures/view';
import type { ApiDeps } from '../deps';
import { notFound } from '../http-errors';
import { maskNumber, maskTable } from '../masking';
import type { Principal } from '../principal';
import { isAdministrator, labelOf } from '../principal';
import { pageWithTotal } from '../schemas/common';
import { corpParams } from '../schemas/corps';
import * as schemas from '../schemas/mirror';
import { requireCorp } from './corps';

/** What the bridge knows of WeCom. */
export function mirrorRoutes(deps: ApiDeps): Route[] {
  const { mirror, pushReading, bindings: bindingStore, principals, driftDesk } = deps;
  const { departures: departureStore } = deps;
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
      handler: async ({ params, query, principal, request: { lang } }) => {
        const corp = await requireCorp(deps, params.corpId);
        const { items, total, nextCursor } = await mirror.searchMembers({ corpId: corp.id, ...query });
        const memberIds = items.map(({ memberId }) => memberId);
        const [bindings, departures] = await Promise.all([
          pushReading.bindingsOf(corp.id, memberIds),
          departuresOf(corp, memberIds, lang),
        ]);
        const labels = await principals.labelsOf(
          [...bindings.values()].flatMap(({ boundBy }) => boundBy ?? []),
        );
        return {
          body: {
            items: items.map((member) =>
              toMember(
                member,
                principal,
                bindings.get(member.memberId),
                departures.get(member.memberId) ?? null,
                labels,
              ),
            ),
            nextCursor,
            total,
          },
        };
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
      handler: async ({ params, principal, request: { lang } }) => {
        const corp = await requireCorp(deps, params.corpId);
        const member = await mirror.findMember(corp.id, params.userId);
        if (member === undefined) throw notFound();
        const [bindings, history, drift, departures] = await Promise.all([
          pushReading.bindingsOf(corp.id, [member.memberId]),
          bindingStore.history(corp.id, member.memberId),
          driftDesk.openOf(corp.id, [member.memberId]),
          departuresOf(corp, [member.memberId], lang),
        ]);
        const binding = bindings.get(member.memberId);
        const labels = await principals.labelsOf([
          ...(binding?.boundBy == null ? [] : [binding.boundBy]),
          ...history.flatMap(({ by }) => by ?? []),
        ]);
        const visible = (table: MemberFieldTable | null) =>
          table === null || isAdministrator(principal) ? table : maskTable(table);
        return {
          body: {
            ...toMember(member, principal, binding, departures.get(member.memberId) ?? null, labels),
            seen: visible(member.seen),
            written: visible(member.written),
            drift: drift.get(member.memberId) ?? 0,
            bindingHistory: history.map(({ by, at, ...event }) => ({
              ...event,
              by: by === null ? null : labelOf(by, labels),
              at: at.toISOString(),
            })),
          },
        };
      },
    }),
  ];

  async function departuresOf(
    corp: CorpRecord,
    memberIds: readonly string[],
    lang: Lang,
  ): Promise<ReadonlyMap<string, MemberDeparture>> {
    const found = await departureStore.ofMembers(corp.id, memberIds);
    if (found.size === 0) return new Map();
    const daysLeft = daysLeftOf(await corpOfDepartures(deps, corp));
    return new Map([...found].map(([id, departure]) => [id, viewMemberDeparture(departure, daysLeft, lang)]));
  }
}

function toMember(
  record: MirrorMemberRecord,
  principal: Principal,
  binding: BindingRecord | undefined,
  departure: MemberDeparture | null,
  labels: ReadonlyMap<string, string>,
) {
  const { seen: _seen, written: _written, ...member } = record;
  return {
    ...member,
    departments: member.departments.map((department) => ({ ...department })),
    mobile: member.mobile === null || isAdministrator(principal) ? member.mobile : maskNumber(member.mobile),
    binding:
      binding === undefined
        ? null
        : {
            ...binding,
            boundBy: binding.boundBy === null ? null : labelOf(binding.boundBy, labels),
            boundAt: binding.boundAt.toISOString(),
          },
    departure,
    firstSeenAt: member.firstSeenAt.toISOString(),
    lastSeenAt: member.lastSeenAt.toISOString(),
    detailsSeenAt: member.detailsSeenAt?.toISOString() ?? null,
    goneAt: member.goneAt?.toISOString() ?? null,
  };
}
