import { z } from 'zod';
import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { bindingColumns, bindingTexts, memberStatusTexts } from '../../i18n/bindings';
import type { BindingListItem, ExportedMembers, MemberForExport } from '../../store/bindings';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import type { Cell } from '../exports/xlsx';
import { writeXlsx, xlsxType } from '../exports/xlsx';
import { FileAnswer } from '../file-answer';
import { conflict, invalidField, notFound } from '../http-errors';
import { maskNumber } from '../masking';
import type { Principal } from '../principal';
import { isAdministrator, labelOf } from '../principal';
import * as schemas from '../schemas/bindings';
import { fileAnswer } from '../schemas/common';
import { corpParams } from '../schemas/corps';
import { requireCorp } from './corps';

/** Who in WeCom is whom in the OA. Nothing here touches either account, so read-only access allows all of it. */
export function bindingRoutes(deps: ApiDeps): Route[] {
  const { bindings, principals } = deps;
  const tag = 'Bindings';
  const writing = { scope: 'bindings:write' } as const;

  async function view(items: readonly BindingListItem[]) {
    const labels = await principals.labelsOf(items.flatMap(({ boundBy }) => boundBy ?? []));
    return items.map(({ boundBy, boundAt, ...item }) => ({
      ...item,
      boundBy: boundBy === null ? null : labelOf(boundBy, labels),
      boundAt: boundAt.toISOString(),
    }));
  }

  return [
    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/bindings',
      operationId: 'listBindings',
      tag,
      summary: 'Members and the OA users they are bound to',
      access: { scope: 'read' },
      params: corpParams,
      query: schemas.bindingQuery,
      success: { status: 200, description: 'A page', schema: schemas.bindingPage },
      handler: async ({ params, query }) => {
        const corp = await requireCorp(deps, params.corpId);
        const [{ items, total, nextCursor }, counts] = await Promise.all([
          bindings.list({ corpId: corp.id, ...query }),
          bindings.counts(corp.id),
        ]);
        return { body: { items: await view(items), nextCursor, total, counts } };
      },
    }),

    // Before the routes with a userid in this place.
    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/bindings/export.xlsx',
      operationId: 'exportBindings',
      tag,
      summary: 'Members as XLSX, with an empty column to fill in and import again',
      description: 'Mobiles are masked unless the caller has every right.',
      access: { scope: 'read' },
      audit: 'bindings.export',
      params: corpParams,
      query: schemas.exportQuery,
      success: { status: 200, description: 'The file', schema: fileAnswer, files: [xlsxType] },
      handler: async ({ params, query, principal, request: { lang }, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        audit.detail = { only: query.only, masked: !isAdministrator(principal) };
        const name = `${translate(bindingTexts.exportFile, lang)}-${corp.corpId}.xlsx`;
        return { body: new FileAnswer(xlsxType, sheet(corp.id, query.only, principal, lang), name) };
      },
    }),

    defineRoute({
      method: 'put',
      path: '/corps/{corpId}/bindings/{userId}',
      operationId: 'bindMember',
      tag,
      summary: 'Bind a member to an OA user',
      access: writing,
      audit: 'binding.set',
      params: schemas.bindingParams,
      body: schemas.newBinding,
      success: { status: 200, description: 'Bound', schema: schemas.binding },
      failures: { 409: 'Either of them is bound to somebody else, and `replace` is not set' },
      handler: async ({ params, body, principal, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        const { oaUserId, replace } = body;
        audit.detail = { oaUserId, replace };
        const { userId } = params;
        const outcome = await bindings.bind({ corpId: corp.id, userId, oaUserId, replace, by: principal.id });
        switch (outcome.kind) {
          case 'bound': {
            audit.detail = { oaUserId, replace, replaced: outcome.replaced.length };
            const [body] = await view([outcome.binding]);
            if (body === undefined) throw new Error('A binding that was made has no view');
            return { body };
          }
          case 'member-unknown':
            throw notFound();
          case 'oa-user-unknown':
            throw invalidField('oaUserId', bindingTexts.oaUserUnknown, { oaUserId });
          case 'oa-user-departed':
            throw invalidField('oaUserId', bindingTexts.oaUserDeparted);
          case 'oa-user-bound':
            throw conflict(
              'oa_user_bound',
              bindingTexts.oaUserBound,
              { advice: { text: bindingTexts.oaUserBoundAdvice }, extra: { userId: outcome.userId } },
              { name: outcome.name ?? outcome.userId, userId: outcome.userId },
            );
          case 'member-bound':
            throw conflict(
              'member_bound',
              bindingTexts.memberBound,
              { advice: { text: bindingTexts.memberBoundAdvice }, extra: { oaUserId: outcome.oaUserId } },
              { name: outcome.name ?? outcome.oaUserId, oaUserId: outcome.oaUserId },
            );
        }
      },
    }),

    defineRoute({
      method: 'delete',
      path: '/corps/{corpId}/bindings/{userId}',
      operationId: 'unbindMember',
      tag,
      summary: 'End a binding; neither account is touched',
      access: writing,
      audit: 'binding.remove',
      params: schemas.bindingParams,
      success: { status: 204, description: 'Ended', schema: z.undefined() },
      handler: async ({ params, principal, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        const removed = await bindings.unbind(corp.id, params.userId, principal.id);
        if (removed === undefined) throw notFound();
        audit.detail = { oaUserId: removed.oaUserId };
        return { body: undefined };
      },
    }),

    defineRoute({
      method: 'delete',
      path: '/corps/{corpId}/bindings',
      operationId: 'unbindAllMembers',
      tag,
      summary: 'End every binding of a corp; no account is touched',
      access: writing,
      audit: 'bindings.remove-all',
      params: corpParams,
      body: schemas.unbindAll,
      success: { status: 200, description: 'Ended', schema: z.object({ removed: z.int() }) },
      handler: async ({ params, body, principal, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        const confirm = body?.confirm.trim();
        if (confirm !== corp.id && confirm !== corp.corpId) {
          throw invalidField('confirm', bindingTexts.confirmUnbindAll, { corpId: corp.corpId });
        }
        const removed = await bindings.unbindAll(corp.id, principal.id);
        audit.detail = { removed };
        return { body: { removed } };
      },
    }),
  ];

  function sheet(
    corpId: string,
    only: ExportedMembers,
    principal: Principal,
    lang: Lang,
  ): AsyncGenerator<Uint8Array> {
    async function* rows() {
      for await (const portion of bindings.exportMembers(corpId, only)) {
        yield portion.map((member) => cellsOf(member, principal, lang));
      }
    }
    return writeXlsx([
      {
        name: translate(bindingTexts.exportSheet, lang),
        widths: [20, 16, 28, 16, 12, 18, 16, 22],
        head: Object.values(bindingColumns).map((title) => translate(title, lang)),
        rows: rows(),
      },
    ]);
  }
}

function cellsOf(member: MemberForExport, principal: Principal, lang: Lang): Cell[] {
  const { userId, name, departments, mobile, status, oaLoginId, oaName } = member;
  return [
    userId,
    name ?? '',
    departments.join(lang === 'zh-CN' ? '；' : '; '),
    mobile === null || isAdministrator(principal) ? (mobile ?? '') : maskNumber(mobile),
    translate(memberStatusTexts[status], lang),
    oaLoginId ?? '',
    oaName ?? '',
    '',
  ];
}
