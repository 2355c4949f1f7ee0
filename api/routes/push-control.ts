import { pushApiTexts } from '../../i18n/push-api';
import { DecisionRefusedError } from '../../store/push-plans';
import type { RunRecord } from '../../store/runs';
import { secretOf } from '../../store/settings';
import type { Text } from '../../i18n';
import type { AuditNote, RequestFacts, Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError, conflict, invalidField } from '../http-errors';
import type { Principal } from '../principal';
import { approvalRight, assertMayApprove } from '../push/approvers';
import { approvable, isBlocked, isResumable, isUndoable, numbersOf, retryableOf } from '../push/push-block';
import type { Push } from '../push/require-push';
import { requirePush } from '../push/require-push';
import { writesToOa } from '../push/planned-run';
import { startOaSync } from '../push/start-oa-sync';
import { assertMayPush, startPush } from '../push/start-push';
import { viewRuns } from '../run-view';
import * as schemas from '../schemas/push';
import { runParams } from '../schemas/runs';
import { newRunId } from '../start-run';
import type { PushAddress, PushAnswer } from '../../workflows/directory-push-door.contract';
import { requireCorp } from './corps';

const hourMs = 3_600_000;

/** What people do with a plan: approve, reject, change, halt, take up again, undo. */
export function pushControlRoutes(deps: ApiDeps): Route[] {
  const { runs, temporal, pushPlans, pushReading, pushDecisions, directorySettings } = deps;
  const tag = 'Plans';
  const accepted = { status: 202, description: 'Asked', schema: schemas.acceptedRun } as const;

  async function talliesOf(runId: string) {
    return (await pushReading.tallies([runId])).get(runId) ?? [];
  }

  async function numbers(runId: string) {
    return numbersOf(await talliesOf(runId));
  }

  return [
    defineRoute({
      method: 'post',
      path: '/runs/{runId}/approve',
      operationId: 'approveRun',
      tag,
      summary: 'Let a plan be applied, exactly as it was seen',
      description:
        'On a simulation, a new run applies the plan as far as it still is the plan; its id is the answer. Where the ' +
        'plan deletes anyone, `expectedDeletions` has to name how many.',
      access: { scope: 'runs:approve' },
      audit: 'run.approve',
      idempotent: true,
      params: runParams,
      body: schemas.approval,
      success: accepted,
      failures: {
        409: 'Nothing to approve, another plan, another number of deletions, applied before, or the plan has moved on; or a run is open',
      },
      handler: async ({ params, body, principal, request, audit }) => {
        const push = await requirePush(deps, params.runId, audit);
        const { run } = push;
        audit.detail = { planHash: body.planHash, safeOnly: body.safeOnly };
        const tallies = await talliesOf(run.id);
        const kind = approvable(run, push.plan, numbersOf(tallies));
        if (kind === undefined) throw conflict('nothing_to_approve', pushApiTexts.nothingToApprove);
        const { document } = await directorySettings.currentSettings(run.corpId);
        assertMayApprove(
          approvalRight(principal, { ...run, isBlocked: isBlocked(run) }, document.push.approval),
        );
        if (body.planHash !== run.planHash) throw hashDiffers(run.planHash);
        assertDeletions(body, deletionsOf(tallies, body.safeOnly));
        const runId = newRunId(request);
        const { appliedByRunId } = push.plan;
        // Under its own id it is this request, whose first attempt died before it could answer.
        if (appliedByRunId !== runId) {
          if (appliedByRunId !== null) throw alreadyApplied(appliedByRunId);
          await assertStands(run.id);
        }

        const decision = {
          actor: principal.id,
          decision: body.safeOnly ? ('approved-safe-part' as const) : ('approved' as const),
          planHash: body.planHash,
          comment: body.comment,
        };
        if (kind === 'simulation') {
          const started = await start(push, runId, 'apply', principal, request, {
            kind: 'approved-plan',
            runId: run.id,
            planHash: body.planHash,
            ...(body.safeOnly ? { safeOnly: true } : {}),
          });
          await pushDecisions.record({ ...decision, runId: run.id });
          await pushDecisions.record({ ...decision, runId: started.runId });
          return { body: started, headers: { Location: `/api/v1/runs/${started.runId}` } };
        }
        const answer = await temporal.approvePush(addressOf(push), {
          planHash: body.planHash,
          by: principal.id,
          safeOnly: body.safeOnly,
        });
        assertAccepted(answer, run.planHash);
        await pushDecisions.record({ ...decision, runId: run.id });
        return { body: { runId: run.id, workflowId: run.workflowId } };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/runs/{runId}/reject',
      operationId: 'rejectRun',
      tag,
      summary: 'End a run that waits for an approval; what was applied stays',
      access: { scope: 'runs:approve' },
      audit: 'run.reject',
      params: runParams,
      body: schemas.rejection,
      success: accepted,
      failures: { 409: 'Nothing waits for an approval' },
      handler: async ({ params, body, principal, audit }) => {
        const push = await requirePush(deps, params.runId, audit);
        const { run } = push;
        if (approvable(run, push.plan, await numbers(run.id)) !== 'waiting') {
          throw conflict('nothing_to_approve', pushApiTexts.nothingToApprove);
        }
        const { document } = await directorySettings.currentSettings(run.corpId);
        // Whoever asked for a run may always take it back.
        assertMayApprove(
          approvalRight(
            principal,
            { ...run, isBlocked: isBlocked(run) },
            { ...document.push.approval, requesterMayApprove: true },
          ),
        );
        assertAccepted(await temporal.rejectPush(addressOf(push), principal.id), run.planHash);
        await pushDecisions.noteRejection(run.id, principal.id, body.reason);
        await pushDecisions.record({
          runId: run.id,
          actor: principal.id,
          decision: 'rejected',
          planHash: run.planHash,
          comment: body.reason,
        });
        return { body: { runId: run.id } };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/runs/{runId}/decisions',
      operationId: 'decideChanges',
      tag,
      summary: 'Leave changes out of a plan, or take them back in; the plan gets another hash',
      access: { scope: 'runs:start', or: 'runs:approve' },
      audit: 'run.decide',
      params: runParams,
      body: schemas.decisions,
      bodyLimitBytes: 4 * 1024 * 1024,
      success: { status: 200, description: 'The plan as it is now', schema: schemas.decided },
      failures: { 409: 'The plan is being applied or has ended' },
      handler: async ({ params, body, principal, request, audit }) => {
        const push = await requirePush(deps, params.runId, audit);
        const { run } = push;
        const { leaveOut, takeBackIn } = body;
        audit.detail = { leaveOut: leaveOut.length, takeBackIn: takeBackIn.length, always: body.always };
        const people = body.always ? await peopleToProtect(push, leaveOut, principal) : [];
        const decided = await decide(push, { leaveOut, takeBackIn }, principal.id);
        await temporal.tellPlanRewritten(addressOf(push), {
          planHash: decided.planHash,
          held: decided.held,
        });
        const after = await runs.findRun(run.id);
        const [view] =
          after === undefined ? [] : await viewRuns(deps, [after], { principal, lang: request.lang });
        const settingsVersion =
          people.length === 0 ? undefined : await protect(run.corpId, people, principal);
        return {
          body: {
            planHash: decided.planHash,
            counts: { ...decided.counts },
            verdict: view?.verdict ?? null,
            deletions: decided.deletions,
            leftOut: decided.leftOut,
            ...(settingsVersion === undefined ? {} : { settingsVersion, planAnew: true }),
          },
        };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/runs/{runId}/pause',
      operationId: 'pauseRun',
      tag,
      summary: 'Stop after what is under way',
      access: { scope: 'runs:start' },
      audit: 'run.pause',
      params: runParams,
      success: accepted,
      failures: { 409: 'Nothing to pause' },
      handler: async ({ params, principal, audit }) => {
        const reading = await findAttendanceRun(params.runId, audit);
        if (reading !== undefined) {
          if (reading.finishedAt !== null || !(await temporal.pauseAttendance(addressOf({ run: reading })))) {
            throw conflict('nothing_to_pause', pushApiTexts.nothingToPause);
          }
          return { body: { runId: reading.id } };
        }
        const push = await requirePush(deps, params.runId, audit);
        const { run } = push;
        if (run.finishedAt !== null) throw conflict('nothing_to_pause', pushApiTexts.nothingToPause);
        assertAccepted(await temporal.pausePush(addressOf(push)), run.planHash, {
          code: 'nothing_to_pause',
          text: pushApiTexts.nothingToPause,
        });
        await noteDecision(push, principal, 'paused');
        return { body: { runId: run.id } };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/runs/{runId}/resume',
      operationId: 'resumeRun',
      tag,
      summary: 'Go on with a paused run, or with what a cancelled one left',
      access: { scope: 'runs:start' },
      audit: 'run.resume',
      idempotent: true,
      params: runParams,
      success: accepted,
      failures: { 409: 'Nothing to resume, or a run is open' },
      handler: async ({ params, principal, request, audit }) => {
        const reading = await findAttendanceRun(params.runId, audit);
        if (reading !== undefined) {
          if (
            reading.finishedAt !== null ||
            !(await temporal.resumeAttendance(addressOf({ run: reading })))
          ) {
            throw nothingToResume();
          }
          return { body: { runId: reading.id, workflowId: reading.workflowId } };
        }
        const push = await requirePush(deps, params.runId, audit);
        const { run } = push;
        if (!isResumable(run, push.plan, await numbers(run.id))) throw nothingToResume();
        if (run.phase === 'paused') {
          assertAccepted(await temporal.resumePush(addressOf(push)), run.planHash, {
            code: 'nothing_to_resume',
            text: pushApiTexts.nothingToResume,
          });
        } else {
          await takeUpAgain(push, 'pending', principal, request);
        }
        await noteDecision(push, principal, 'resumed');
        return { body: { runId: run.id, workflowId: run.workflowId } };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/runs/{runId}/retry-failed',
      operationId: 'retryFailedChanges',
      tag,
      summary: 'Try the failed changes of an ended run again, and only those',
      access: { scope: 'runs:start' },
      audit: 'run.retry-failed',
      idempotent: true,
      params: runParams,
      success: accepted,
      failures: { 409: 'Nothing failed, the run has not ended, or another is open' },
      handler: async ({ params, principal, request, audit }) => {
        const push = await requirePush(deps, params.runId, audit);
        const { run } = push;
        if (retryableOf(run, push.plan, await numbers(run.id)) === 0) {
          throw conflict('nothing_to_retry', pushApiTexts.nothingToRetry);
        }
        await takeUpAgain(push, 'failed', principal, request);
        await noteDecision(push, principal, 'retried');
        return { body: { runId: run.id, workflowId: run.workflowId } };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/runs/{runId}/undo',
      operationId: 'undoRun',
      tag,
      summary: 'Plan the reverse of what a run did; it is held against the same limits',
      access: { scope: 'runs:start' },
      audit: 'run.undo',
      idempotent: true,
      params: runParams,
      body: schemas.undoing,
      success: { ...accepted, description: 'A new run' },
      failures: { 409: 'Nothing to undo, or a run is open' },
      handler: async ({ params, body, principal, request, audit }) => {
        const push = await requirePush(deps, params.runId, audit);
        const { run } = push;
        audit.detail = { mode: body.mode };
        if (!isUndoable(run, await numbers(run.id))) {
          throw conflict('nothing_to_undo', pushApiTexts.nothingToUndo);
        }
        const started = await start(push, newRunId(request), body.mode, principal, request, {
          kind: 'undo',
          runId: run.id,
        });
        await noteDecision(push, principal, 'undone');
        return { body: started, headers: { Location: `/api/v1/runs/${started.runId}` } };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/runs/{runId}/snooze',
      operationId: 'snoozeRun',
      tag,
      summary: 'Send no reminder for some hours',
      access: { scope: 'runs:start', or: 'runs:approve' },
      audit: 'run.snooze',
      params: runParams,
      body: schemas.snoozing,
      success: accepted,
      failures: { 409: 'The run waits for nobody' },
      handler: async ({ params, body, principal, audit }) => {
        const push = await requirePush(deps, params.runId, audit);
        const until = new Date(Date.now() + body.hours * hourMs);
        const waits = push.run.phase === 'blocked' || push.run.phase === 'awaiting-approval';
        if (!waits || !(await temporal.snoozePush(addressOf(push), until))) {
          throw conflict('nothing_to_snooze', pushApiTexts.nothingToSnooze);
        }
        await pushDecisions.noteSnooze(push.run.id, until);
        await noteDecision(push, principal, 'snoozed');
        return { body: { runId: push.run.id } };
      },
    }),
  ];

  /** Only the safe part of a simulation: what is held stays, so its deletions need no number. */
  function deletionsOf(tallies: Awaited<ReturnType<typeof talliesOf>>, safeOnly: boolean): number {
    const released = safeOnly ? tallies.filter(({ status }) => status !== 'held') : tallies;
    return numbersOf(released).deletions;
  }

  /** Undefined for every other run. */
  async function findAttendanceRun(runId: string, audit: AuditNote): Promise<RunRecord | undefined> {
    const run = await runs.findRun(runId);
    if (run?.direction !== 'attendance') return undefined;
    audit.corpId = run.corpId;
    audit.target = `run:${run.id}`;
    return run;
  }

  async function assertStands(runId: string): Promise<void> {
    const moved = await pushPlans.movement(runId);
    const what = [
      ...(moved.settings ? ['settings' as const] : []),
      ...(moved.records ? ['records' as const] : []),
    ];
    if (what.length === 0) return;
    const text = moved.settings
      ? moved.records
        ? pushApiTexts.movedBoth
        : pushApiTexts.movedSettings
      : pushApiTexts.movedRecords;
    throw conflict('plan_moved_on', movedOn(text), { extra: { what } });
  }

  /** Takes up a run that has ended under its own id. */
  async function takeUpAgain(
    push: Push,
    of: 'failed' | 'pending',
    principal: Principal,
    request: RequestFacts,
  ): Promise<void> {
    await start(push, push.run.id, 'apply', principal, request, { kind: 'remainder', of });
  }

  async function start(
    { run }: Push,
    runId: string,
    mode: 'simulate' | 'apply',
    principal: Principal,
    request: RequestFacts,
    plan: Parameters<typeof startPush>[1]['plan'],
  ) {
    const corp = await requireCorp(deps, run.corpId);
    if (writesToOa(run)) return startOaSync(deps, { corp, runId, mode, principal, request, plan });
    const { document } = await directorySettings.currentSettings(corp.id);
    assertMayPush(corp, document);
    return startPush(deps, { corp, runId, mode, principal, request, plan });
  }

  async function noteDecision(
    { run }: Push,
    principal: Principal,
    decision: Parameters<typeof pushDecisions.record>[0]['decision'],
  ): Promise<void> {
    await pushDecisions.record({ runId: run.id, actor: principal.id, decision, planHash: run.planHash });
  }

  async function decide(
    { run }: Push,
    decision: { readonly leaveOut: readonly string[]; readonly takeBackIn: readonly string[] },
    by: string,
  ) {
    try {
      return await pushPlans.rewriteDecisions(run.id, decision, by);
    } catch (error) {
      if (!(error instanceof DecisionRefusedError)) throw error;
      if (error.code === 'plan-not-open') throw conflict('plan_closed', pushApiTexts.decisionsClosed);
      throw invalidField('leaveOut', pushApiTexts.unknownChange, { id: error.params['changeId'] ?? '' });
    }
  }

  /** WeCom userids of the people whose changes are left out for good. */
  async function peopleToProtect(
    { run }: Push,
    leaveOut: readonly string[],
    principal: Principal,
  ): Promise<string[]> {
    if (!principal.scopes.includes('settings:write')) {
      throw new ApiError(403, 'forbidden', { text: pushApiTexts.alwaysNeedsRight });
    }
    const people: string[] = [];
    for (const [index, changeId] of leaveOut.entries()) {
      const change = await pushReading.findChange(run.id, changeId);
      if (change === undefined)
        throw invalidField(`leaveOut.${index}`, pushApiTexts.unknownChange, { id: changeId });
      if (change.userId === null || change.oaUserId === null) {
        throw invalidField(`leaveOut.${index}`, pushApiTexts.alwaysOnlyPeople);
      }
      people.push(change.userId);
    }
    return people;
  }

  async function protect(corpId: string, people: readonly string[], principal: Principal): Promise<number> {
    const { document, version } = await directorySettings.currentSettings(corpId);
    const { guard } = document.push;
    const known = new Set(guard.protectedUsers.map((userId) => userId.toLowerCase()));
    const added = people.filter((userId) => !known.has(userId.toLowerCase()));
    if (added.length === 0) return version;
    const notices = await directorySettings.noticeTargets(corpId);
    const saved = await directorySettings.saveSettings(
      corpId,
      {
        ...document,
        push: {
          ...document.push,
          guard: { ...guard, protectedUsers: [...guard.protectedUsers, ...new Set(added)] },
        },
      },
      principal.id,
      notices.map(secretOf),
    );
    return saved.version;
  }
}

function addressOf({ run }: Pick<Push, 'run'>): PushAddress {
  return { workflowId: run.workflowId, runId: run.id };
}

function hashDiffers(planHash: string | null): ApiError {
  return conflict(
    'plan_hash_differs',
    pushApiTexts.planHashDiffers,
    planHash === null ? {} : { extra: { planHash } },
  );
}

function alreadyApplied(runId: string): ApiError {
  return conflict('already_applied', pushApiTexts.alreadyApplied, {
    advice: { text: pushApiTexts.alreadyAppliedAdvice },
    extra: { runId },
  });
}

function assertDeletions(
  { expectedDeletions }: { readonly expectedDeletions?: number | undefined },
  deletions: number,
): void {
  if (expectedDeletions === undefined) {
    if (deletions === 0) return;
    throw new ApiError(
      422,
      'deletions_required',
      { text: pushApiTexts.deletionsRequired },
      { fields: [{ path: 'expectedDeletions', said: { text: pushApiTexts.deletionsRequired } }] },
    );
  }
  if (expectedDeletions !== deletions) {
    throw conflict('deletions_differ', pushApiTexts.deletionsDiffer, {}, { given: expectedDeletions });
  }
}

function movedOn(what: Text): Text {
  return {
    'zh-CN': pushApiTexts.planMovedOn['zh-CN'].replace('{what}', what['zh-CN']),
    en: pushApiTexts.planMovedOn.en.replace('{what}', what.en),
  };
}

function nothingToResume(): ApiError {
  return conflict('nothing_to_resume', pushApiTexts.nothingToResume);
}

/** What the workflow answered; it may have moved on since its row was read. */
function assertAccepted(
  answer: PushAnswer,
  planHash: string | null,
  otherwise: { readonly code: string; readonly text: Text } = {
    code: 'nothing_to_approve',
    text: pushApiTexts.nothingToApprove,
  },
): void {
  switch (answer) {
    case 'accepted':
      return;
    case 'plan-hash-differs':
      throw hashDiffers(planHash);
    case 'nothing-to-approve':
      throw conflict('nothing_to_approve', pushApiTexts.nothingToApprove);
    case 'nothing-to-pause':
      throw conflict('nothing_to_pause', pushApiTexts.nothingToPause);
    case 'nothing-to-resume':
      throw nothingToResume();
    case 'not-open':
      throw conflict(otherwise.code, otherwise.text);
  }
}
