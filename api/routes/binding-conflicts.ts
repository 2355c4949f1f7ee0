import { z } from 'zod';
import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { bindingTexts, linkConflictTexts, linkReasonTexts } from '../../i18n/bindings';
import type { LinkConflictRecord } from '../../store/link-conflicts';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { conflict, invalidField, notFound } from '../http-errors';
import { valueFor } from '../masking';
import type { Principal } from '../principal';
import { labelOf } from '../principal';
import * as schemas from '../schemas/bindings';
import { pageWithTotal } from '../schemas/common';
import { corpParams } from '../schemas/corps';
import { requireCorp } from './corps';

const decisionsShown = 100;

/** Unbound members for whom the match fields find nobody for certain, side by side with those who may be meant. */
export function bindingConflictRoutes(deps: ApiDeps): Route[] {
  const { linkConflicts, links, directorySettings, principals } = deps;
  const tag = 'Bindings';
  const writing = { scope: 'bindings:write' } as const;

  return [
    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/binding-conflicts',
      operationId: 'listBindingConflicts',
      tag,
      summary: 'Members for whom several OA users come into question',
      access: { scope: 'read' },
      params: corpParams,
      query: schemas.conflictQuery,
      success: { status: 200, description: 'A page', schema: pageWithTotal(schemas.linkConflict) },
      handler: async ({ params, query, principal, request: { lang } }) => {
        const corp = await requireCorp(deps, params.corpId);
        const { items, total, nextCursor } = await linkConflicts.list({ corpId: corp.id, ...query });
        const labels = await principals.labelsOf(items.flatMap(({ decidedBy }) => decidedBy ?? []));
        const views = items.map((record) => ({
          ...view(record, principal, lang),
          decidedBy: record.decidedBy === null ? null : labelOf(record.decidedBy, labels),
        }));
        return { body: { items: views, nextCursor, total } };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/corps/{corpId}/binding-conflicts/decide-by-rule',
      operationId: 'decideBindingConflictsByRule',
      tag,
      summary: 'Decide every conflict in which a rule leaves one candidate',
      description: 'Without `apply` it only says which those are; the first 100 are listed.',
      access: writing,
      audit: 'binding-conflicts.decide-by-rule',
      params: corpParams,
      body: schemas.ruleDecision,
      success: { status: 200, description: 'What the rule decides', schema: schemas.ruleDecided },
      handler: async ({ params, body, principal, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        const { rule, apply } = body;
        const decisions = await linkConflicts.decideByRule({
          corpId: corp.id,
          rule,
          apply,
          by: principal.id,
        });
        audit.detail = { rule, apply, matched: decisions.length };
        const items = decisions.slice(0, decisionsShown).map((decision) => ({ ...decision }));
        return { body: { rule, applied: apply, matched: decisions.length, items } };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/corps/{corpId}/binding-conflicts/look-again',
      operationId: 'lookForBindingConflicts',
      tag,
      summary: 'Compare unbound members with the OA as it is now; binds nobody',
      access: writing,
      audit: 'binding-conflicts.look-again',
      params: corpParams,
      success: { status: 202, description: 'How many are open', schema: z.object({ found: z.int() }) },
      handler: async ({ params, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        const { document } = await directorySettings.currentSettings(corp.id);
        const found = await links.lookAgain({ corpId: corp.id, match: document.push.match });
        audit.detail = { found };
        return { body: { found } };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/corps/{corpId}/binding-conflicts/{memberId}/decide',
      operationId: 'decideBindingConflict',
      tag,
      summary: 'Bind a member to one of the candidates, or to none of them',
      description: 'None stays decided until somebody else comes into question.',
      access: writing,
      audit: 'binding-conflict.decide',
      params: schemas.conflictParams,
      body: schemas.decision,
      success: { status: 200, description: 'Decided', schema: schemas.decided },
      failures: { 409: 'Either of them was bound in the meantime' },
      handler: async ({ params, body, principal, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        const { memberId } = params;
        const { oaUserId } = body;
        audit.detail = { oaUserId };
        const outcome = await linkConflicts.decide({
          corpId: corp.id,
          memberId,
          oaUserId,
          by: principal.id,
        });
        switch (outcome.kind) {
          case 'decided':
            return { body: { memberId, oaUserId } };
          case 'unknown':
            throw notFound();
          case 'not-a-candidate':
            throw invalidField('oaUserId', bindingTexts.notACandidate);
          case 'oa-user-departed':
            throw invalidField('oaUserId', bindingTexts.oaUserDeparted);
          case 'oa-user-bound':
            throw conflict(
              'oa_user_bound',
              bindingTexts.decidedMeanwhile,
              { extra: { userId: outcome.userId } },
              { name: outcome.name ?? outcome.userId, userId: outcome.userId },
            );
          case 'member-bound':
            throw conflict(
              'member_bound',
              bindingTexts.memberBound,
              { extra: { oaUserId: outcome.oaUserId } },
              { name: outcome.name ?? outcome.oaUserId, oaUserId: outcome.oaUserId },
            );
        }
      },
    }),
  ];
}

function view(record: LinkConflictRecord, principal: Principal, lang: Lang) {
  const { member, candidates, code, foundAt, decidedAt, memberId, oaUserId, rule } = record;
  const masked = (mobile: string | null) => (mobile === null ? null : valueFor(principal, 'mobile', mobile));
  return {
    memberId,
    member: { ...member, departments: [...member.departments], mobile: masked(member.mobile) },
    code,
    reason: translate(linkConflictTexts[code], lang),
    candidates: candidates.map((candidate) => ({
      ...candidate,
      mobile: masked(candidate.mobile),
      reasons: candidate.reasons.map((reason) => ({
        code: reason,
        text: translate(linkReasonTexts[reason], lang),
      })),
    })),
    foundAt: foundAt.toISOString(),
    decidedAt: decidedAt?.toISOString() ?? null,
    oaUserId,
    rule,
  };
}
