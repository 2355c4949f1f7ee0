import { z } from 'zod';
import { fieldMappingOf } from '../../domain/directory/oa-sync/plan';
import type { ChangeAction } from '../../domain/directory/push/changes';
import { defaultDirectorySettings } from '../../domain/directory/settings';
import { pushApiTexts } from '../../i18n/push-api';
import type { ComparedChange, PlanOutline } from '../../store/push-reading';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { invalidField, notFound } from '../http-errors';
import { isAdministrator } from '../principal';
import { explainChange } from '../push/why-view';
import type { ChangeReader } from '../push/change-view';
import { shownValues, sourceInWecom, sourceOf, viewChange } from '../push/change-view';
import { planHead } from '../push/plan-head';
import { requirePush } from '../push/require-push';
import { treeLevel } from '../push/tree';
import { usedSettings } from '../push/used-settings';
import { maskRaw } from '../push/mask-raw';
import * as schemas from '../schemas/push';
import { runParams } from '../schemas/runs';

const historyShown = 50;

/** Plans as people read them. */
export function pushPlanRoutes(deps: ApiDeps): Route[] {
  const { pushReading, directorySettings } = deps;
  const tag = 'Plans';
  const access = { scope: 'read' } as const;

  return [
    defineRoute({
      method: 'get',
      path: '/runs/{runId}/plan',
      operationId: 'getPlan',
      tag,
      summary: "The head of a push's plan: counts, limits, how complete the reads were, decisions",
      access,
      params: runParams,
      success: { status: 200, description: 'The head', schema: schemas.planHead },
      handler: async ({ params, request: { lang } }) => {
        const { run, plan } = await requirePush(deps, params.runId);
        return { body: await planHead(deps, run, plan, lang) };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/runs/{runId}/changes',
      operationId: 'listChanges',
      tag,
      summary: 'Changes of a plan and what became of them',
      access,
      params: runParams,
      query: schemas.changeQuery,
      success: { status: 200, description: 'A page', schema: schemas.changePage },
      handler: async ({ params, query, principal, request: { lang } }) => {
        const { run, plan } = await requirePush(deps, params.runId);
        const [page, byAction, settings] = await Promise.all([
          pushReading.listChanges(run.id, query),
          pushReading.countChanges(run.id, query),
          usedSettings(deps, run),
        ]);
        const wanted: readonly ChangeAction[] = query.action ?? schemas.changeActions;
        return {
          body: {
            items: page.items.map((change) => viewChange(change, run, plan, { principal, lang }, settings)),
            nextCursor: page.nextCursor,
            total: wanted.reduce<number>((total, action) => total + (byAction[action] ?? 0), 0),
            byAction: { ...byAction },
          },
        };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/runs/{runId}/changes/{changeId}',
      operationId: 'getChange',
      tag,
      summary: 'A change: before, after, why, what became of it, and what happened to its subject earlier',
      access,
      params: runParams.extend({ changeId: z.string().min(1).max(300) }),
      success: { status: 200, description: 'The change', schema: schemas.changeDetails },
      handler: async ({ params, principal, request: { lang } }) => {
        const { run, plan } = await requirePush(deps, params.runId);
        const record = await pushReading.findChange(run.id, params.changeId);
        if (record === undefined) throw notFound();
        const reader = { principal, lang };
        const [used, history] = await Promise.all([
          run.settingsVersion === null
            ? undefined
            : directorySettings.findVersion(run.corpId, run.settingsVersion),
          pushReading.historyOf(run.corpId, record, historyShown),
        ]);
        const view = viewChange(record, run, plan, reader, used?.document ?? defaultDirectorySettings);
        const raw = maskRaw(record.change, principal);
        return {
          body: {
            ...view,
            values: shownValues(record, reader).map((value) => ({
              ...value,
              source:
                used === undefined
                  ? null
                  : plan.target === 'oa'
                    ? sourceInWecom(value.field, fieldMappingOf(used.document))
                    : sourceOf(value.field, used.document.push),
              rule: view.rule.text,
            })),
            before: raw.before,
            after: raw.after,
            reason: view.rule.text,
            why: await explainChange(deps, { run, plan, record, settings: used }, reader),
            history: history.map((entry) => ({ ...entry, at: entry.at.toISOString() })),
            dependsOn: [...record.dependsOn],
            ...(isAdministrator(principal) ? { raw: record.change } : {}),
          },
        };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/runs/{runId}/tree',
      operationId: 'getPlanTree',
      tag,
      summary: 'One level of the tree of departments, with what is planned below each',
      access,
      params: runParams,
      query: schemas.treeQuery,
      success: { status: 200, description: 'The departments of that level', schema: schemas.tree },
      handler: async ({ params, query }) => {
        const { run } = await requirePush(deps, params.runId);
        return { body: await treeLevel(deps, run, query) };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/runs/{runId}/compare',
      operationId: 'comparePlans',
      tag,
      summary: 'A plan against another one: what appeared, vanished, changed',
      access,
      params: runParams,
      query: schemas.compareQuery,
      success: { status: 200, description: 'A page of the differences', schema: schemas.comparison },
      handler: async ({ params, query, principal, request: { lang } }) => {
        const { run } = await requirePush(deps, params.runId);
        const other = await otherPlan(run.id, run.corpId, query.with);
        if (other === null) {
          const none = { appeared: 0, vanished: 0, changed: 0, same: 0 };
          return { body: { with: null, counts: none, items: [], nextCursor: null } };
        }
        const { counts, items, nextCursor } = await pushReading.compare(run.id, other.runId, query);
        return {
          body: {
            with: { ...other, plannedAt: other.plannedAt?.toISOString() ?? null },
            counts,
            items: items.map((item) => viewCompared(item, { principal, lang })),
            nextCursor,
          },
        };
      },
    }),
  ];

  async function otherPlan(runId: string, corpId: string, wanted: string): Promise<PlanOutline | null> {
    if (wanted === 'previous' || wanted === 'applied') {
      const { previous, lastApplied } = await pushReading.neighbours(runId);
      return wanted === 'previous' ? previous : lastApplied;
    }
    const found = await pushReading.findOutline(wanted, corpId);
    if (found === undefined) throw invalidField('with', pushApiTexts.unknownRun);
    return found;
  }
}

function viewCompared(
  { kind, changeId, action, name, userId, own, other }: ComparedChange,
  reader: ChangeReader,
) {
  const values = (change: ComparedChange['own']) =>
    change === null ? undefined : shownValues({ change, pathFrom: null, pathTo: null }, reader);
  const [before, after] = [values(other), values(own)];
  return {
    kind,
    id: changeId,
    action,
    name,
    userId,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}
