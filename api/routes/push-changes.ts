import { z } from 'zod';
import { startOfDay } from '../../domain/time/zones';
import type { PlanOnly } from '../../domain/directory/push/only';
import { pushHoldText } from '../../i18n/directory-push';
import type { Lang } from '../../i18n';
import { pushApiTexts } from '../../i18n/push-api';
import type { DecisionResult } from '../../store/push-plans';
import { DecisionRefusedError } from '../../store/push-plans';
import type { PostponementRecord } from '../../store/push-postponements';
import type { ChangeRecord } from '../../store/push-reading';
import type { RequestFacts, Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError, conflict, invalidField, notFound } from '../http-errors';
import type { Principal } from '../principal';
import { labelOf } from '../principal';
import { approvalRight, assertMayApprove } from '../push/approvers';
import { isBlocked } from '../push/push-block';
import type { Push } from '../push/require-push';
import { requirePush } from '../push/require-push';
import { writesToOa } from '../push/planned-run';
import { startOaSync } from '../push/start-oa-sync';
import { startOnlyPush } from '../push/start-push';
import { viewRuns } from '../run-view';
import { corpParams } from '../schemas/corps';
import * as schemas from '../schemas/push';
import { runParams } from '../schemas/runs';
import { newRunId, runOpen } from '../start-run';
import { requireCorp } from './corps';

const dayMs = 24 * 3_600_000;

/** What people do with one change: try it now, put it off. */
export function pushChangeRoutes(deps: ApiDeps): Route[] {
  const { runs, temporal, principals, directorySettings, pushPlans, pushReading, pushPostponements } = deps;
  const tag = 'Plans';
  const changeId = z.string().min(1).max(300);
  const changeParams = runParams.extend({ changeId });
  const path = '/runs/{runId}/changes/{changeId}';

  return [
    defineRoute({
      method: 'post',
      path: `${path}/try`,
      operationId: 'tryChange',
      tag,
      summary: 'Do this one now: a run about the person or department of the change alone',
      description:
        'Plans anew and applies, under the same limits and approvals as every run: what lies beyond a limit waits ' +
        'in the new run.',
      access: { scope: 'runs:approve' },
      audit: 'run.try-change',
      idempotent: true,
      params: changeParams,
      body: schemas.trying,
      success: { status: 202, description: 'A new run', schema: schemas.acceptedRun },
      failures: { 409: 'Nothing to try, held for good or postponed, or a run is open' },
      handler: async ({ params, body, principal, request, audit }) => {
        const push = await requirePush(deps, params.runId, audit);
        const record = await requireChange(push, params.changeId);
        audit.detail = { changeId: record.changeId };
        const { document } = await directorySettings.currentSettings(push.run.corpId);
        assertMayApprove(
          approvalRight(principal, { ...push.run, isBlocked: isBlocked(push.run) }, document.push.approval),
        );
        const only = triable(push, record, request.lang);
        const waiting = await pushPostponements.find(push.run.corpId, record.changeId);
        if (waiting !== undefined) {
          const until = waiting.until.toISOString();
          throw conflict('postponed', pushApiTexts.tryPostponed, { extra: { until } }, { until });
        }
        assertDeletion(record, body.expectedDeletions);
        await assertNoneOpen(push, request);
        const corp = await requireCorp(deps, push.run.corpId);
        const start = { corp, only, mode: 'apply', principal, request } as const;
        const started = writesToOa(push.run)
          ? await startOaSync(deps, { ...start, runId: newRunId(request) })
          : await startOnlyPush(deps, start);
        return { body: started, headers: { Location: `/api/v1/runs/${started.runId}` } };
      },
    }),

    defineRoute({
      method: 'post',
      path: `${path}/postpone`,
      operationId: 'postponeChange',
      tag,
      summary: 'Put a change off: it leaves this plan, and is held in later ones until its day',
      description: 'The plan gets another hash. What depends on the change leaves with it.',
      access: { scope: 'runs:start', or: 'runs:approve' },
      audit: 'run.postpone-change',
      params: changeParams,
      body: schemas.postponing,
      success: { status: 200, description: 'The plan as it is now', schema: schemas.postponed },
      failures: { 409: 'The plan is being applied or has ended, or the change can not be put off' },
      handler: async ({ params, body, principal, request, audit }) => {
        const push = await requirePush(deps, params.runId, audit);
        const record = await requireChange(push, params.changeId);
        const { document } = await directorySettings.currentSettings(push.run.corpId);
        const until = untilOf(body, document.timezone);
        audit.detail = { changeId: record.changeId, until: until.toISOString() };
        const decided = await decide(
          push,
          { postpone: { changeId: record.changeId, until, comment: body.comment ?? null } },
          principal,
        );
        return { body: await answer(push, record.changeId, decided, principal, request) };
      },
    }),

    defineRoute({
      method: 'delete',
      path: `${path}/postpone`,
      operationId: 'takePostponementBack',
      tag,
      summary: 'Let a postponed change back into the plan it was taken from, and into later ones',
      access: { scope: 'runs:start', or: 'runs:approve' },
      audit: 'run.take-postponement-back',
      params: changeParams,
      success: { status: 200, description: 'The plan as it is now', schema: schemas.postponed },
      handler: async ({ params, principal, request, audit }) => {
        const push = await requirePush(deps, params.runId, audit);
        const record = await requireChange(push, params.changeId);
        audit.detail = { changeId: record.changeId };
        const isLeftOutHere = record.leftOut && record.outcome?.code === 'postponed';
        const decided = isLeftOutHere ? await takeBack(push, record.changeId, principal) : undefined;
        const removed = await pushPostponements.remove(push.run.corpId, record.changeId);
        if (!removed && decided === undefined) throw notPostponed();
        const body = await answer(push, record.changeId, decided, principal, request);
        return { body: decided === undefined ? { ...body, planAnew: true } : body };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/postponements',
      operationId: 'listPostponements',
      tag,
      summary: 'Changes that are put off, the next to end first',
      access: { scope: 'read' },
      params: corpParams,
      success: { status: 200, description: 'All of them', schema: schemas.postponements },
      handler: async ({ params }) => {
        const corp = await requireCorp(deps, params.corpId);
        const records = await pushPostponements.list(corp.id);
        const labels = await principals.labelsOf(records.map(({ by }) => by));
        return { body: { items: records.map((record) => view(record, labels)), nextCursor: null } };
      },
    }),

    defineRoute({
      method: 'delete',
      path: '/corps/{corpId}/postponements/{changeId}',
      operationId: 'deletePostponement',
      tag,
      summary: 'Let the next plan have a postponed change again',
      access: { scope: 'runs:start', or: 'runs:approve' },
      audit: 'postponement.delete',
      params: corpParams.extend({ changeId }),
      success: { status: 204, description: 'Taken back', schema: z.undefined() },
      handler: async ({ params, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        audit.corpId = corp.id;
        audit.target = `change:${params.changeId}`;
        if (!(await pushPostponements.remove(corp.id, params.changeId))) throw notPostponed();
        return { body: undefined };
      },
    }),
  ];

  async function requireChange({ run }: Push, id: string): Promise<ChangeRecord> {
    const record = await pushReading.findChange(run.id, id);
    if (record === undefined) throw notFound();
    return record;
  }

  /** A plan that a limit has stopped would make way for another run; not for one change of its own. */
  async function assertNoneOpen({ run }: Push, request: RequestFacts): Promise<void> {
    const { corpId, direction, workflowId } = run;
    const open = await runs.openRunOf(corpId, direction, workflowId);
    if (open !== undefined && open.id !== newRunId(request)) {
      throw await runOpen({ runs }, corpId, direction, { runId: open.id, workflowId: open.workflowId });
    }
  }

  async function decide(
    { run }: Push,
    decision: Parameters<typeof pushPlans.rewriteDecisions>[1],
    principal: Principal,
  ): Promise<DecisionResult> {
    try {
      const decided = await pushPlans.rewriteDecisions(run.id, decision, principal.id);
      const { planHash, held } = decided;
      await temporal.tellPlanRewritten({ workflowId: run.workflowId, runId: run.id }, { planHash, held });
      return decided;
    } catch (error) {
      if (!(error instanceof DecisionRefusedError)) throw error;
      switch (error.code) {
        case 'plan-not-open':
          throw conflict('plan_closed', pushApiTexts.decisionsClosed);
        // Applied already, or a row that only says what is not done.
        case 'unknown-change':
        case 'not-postponable':
          throw conflict('not_postponable', pushApiTexts.notPostponable);
      }
    }
  }

  /** Undefined where the plan can't be changed any more: later ones have the change all the same. */
  async function takeBack(push: Push, id: string, principal: Principal): Promise<DecisionResult | undefined> {
    try {
      return await decide(push, { takeBackIn: [id] }, principal);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'plan_closed') return undefined;
      throw error;
    }
  }

  async function answer(
    { run }: Push,
    id: string,
    decided: DecisionResult | undefined,
    principal: Principal,
    { lang }: RequestFacts,
  ) {
    const [after, waiting] = await Promise.all([
      runs.findRun(run.id),
      pushPostponements.find(run.corpId, id),
    ]);
    const [shown] = after === undefined ? [] : await viewRuns(deps, [after], { principal, lang });
    const labels = await principals.labelsOf(waiting === undefined ? [] : [waiting.by]);
    return {
      planHash: after?.planHash ?? run.planHash,
      counts: { ...(decided?.counts ?? shown?.counts ?? {}) },
      verdict: shown?.verdict ?? null,
      deletions: decided?.deletions ?? shown?.push?.deletions ?? 0,
      leftOut: decided?.leftOut ?? shown?.push?.leftOut ?? 0,
      postponement: waiting === undefined ? null : view(waiting, labels),
    };
  }
}

/** Whom a run about this change alone is about. */
function triable({ plan }: Push, record: ChangeRecord, lang: Lang): PlanOnly {
  const { action, status, change, barred, heldBy, oaUserId, oaKey } = record;
  if (plan.kind !== 'push') {
    throw conflict('try_not_possible', pushApiTexts.tryNotAPush);
  }
  if (action === 'conflict' || action === 'skipUser' || (oaUserId === null && oaKey === null)) {
    throw conflict('nothing_to_try', pushApiTexts.tryNothing);
  }
  if (status === 'done') throw conflict('already_done', pushApiTexts.tryDone);
  // What is postponed has an answer of its own.
  if (status === 'held' && barred && change.hold?.code !== 'postponed') {
    const reasons = heldBy.map((code) => pushHoldText(code, change, lang)).join(' ');
    throw conflict('change_barred', pushApiTexts.tryBarred, {}, { reasons });
  }
  if (oaUserId !== null) return { oaUserIds: [oaUserId] };
  return { oaKeys: oaKey === null ? [] : [oaKey] };
}

function assertDeletion({ action }: ChangeRecord, expected: number | undefined): void {
  if (action === 'deleteUser' && expected === undefined) {
    throw new ApiError(
      422,
      'deletions_required',
      { text: pushApiTexts.tryDeletions },
      { fields: [{ path: 'expectedDeletions', said: { text: pushApiTexts.tryDeletions } }] },
    );
  }
  const deletions = action === 'deleteUser' ? 1 : 0;
  if (expected !== undefined && expected !== deletions) {
    throw conflict('deletions_differ', pushApiTexts.deletionsDiffer, {}, { given: expected });
  }
}

function untilOf(
  { days, until }: { readonly days?: number | undefined; readonly until?: string | undefined },
  timezone: string,
): Date {
  const now = Date.now();
  if (until === undefined) return new Date(now + (days ?? 1) * dayMs);
  const at = until.includes('T') ? new Date(until) : startOfDay(until, timezone);
  if (Number.isNaN(at.getTime())) throw invalidField('until', pushApiTexts.postponeShape);
  if (at.getTime() <= now) throw invalidField('until', pushApiTexts.postponePast);
  if (at.getTime() > now + schemas.postponeDaysMost * dayMs) {
    throw invalidField('until', pushApiTexts.postponeTooFar, { days: schemas.postponeDaysMost });
  }
  return at;
}

function view(record: PostponementRecord, labels: ReadonlyMap<string, string>) {
  return {
    changeId: record.changeId,
    until: record.until.toISOString(),
    by: labelOf(record.by, labels),
    comment: record.comment,
    createdAt: record.createdAt.toISOString(),
    action: record.action as z.output<typeof schemas.postponement>['action'],
    name: record.name,
    userId: record.userId,
    oaUserId: record.oaUserId,
    oaKey: record.oaKey,
    runId: record.runId,
  };
}

function notPostponed(): ApiError {
  return new ApiError(404, 'not_found', { text: pushApiTexts.notPostponed });
}
