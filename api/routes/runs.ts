import { z } from 'zod';
import { syncsToOa } from '../../domain/directory/oa-sync/master';
import { apiTexts } from '../../i18n/api';
import { pushApiTexts } from '../../i18n/push-api';
import { endedPhases } from '../../store/runs';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError, conflict, invalidField, notFound } from '../http-errors';
import { resolveOnly } from '../push/only';
import { isPlanned } from '../push/planned-run';
import { startOaSync } from '../push/start-oa-sync';
import { assertMayPush, startPush } from '../push/start-push';
import type { RunReader } from '../run-view';
import { viewRuns } from '../run-view';
import { newRunId, runOpen, startOnceClosed, triggerOf } from '../start-run';
import { cursor, id, limit, page } from '../schemas/common';
import { corpParams } from '../schemas/corps';
import * as schemas from '../schemas/runs';
import { requireCorp } from './corps';

export function runRoutes(deps: ApiDeps): Route[] {
  const { runs, temporal, directorySettings } = deps;
  const tag = 'Runs';

  return [
    defineRoute({
      method: 'post',
      path: '/corps/{corpId}/directory/runs',
      operationId: 'startDirectoryRun',
      tag,
      summary: 'Start a run; one of each direction per corp at a time',
      description:
        'Where WeCom is the master and `pull.syncToOa` is on, a pull goes on into the OA: the run has a plan like that ' +
        'of a push (`push.target` is `oa`), and everything that can be done with a push can be done with it.',
      access: { scope: 'runs:start' },
      audit: 'run.start',
      idempotent: true,
      params: corpParams,
      body: schemas.newRun,
      success: { status: 202, description: 'Started', schema: schemas.startedRun },
      failures: {
        409: 'A run is open (`runId` says which), or the Idempotency-Key is in use',
      },
      handler: async ({ params, body, principal, request, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        audit.detail = { direction: body.direction, mode: body.mode };
        if (body.direction === 'push') {
          const { document } = await directorySettings.currentSettings(corp.id);
          assertMayPush(corp, document);
          const only = body.only === undefined ? undefined : await resolveOnly(deps, corp.id, body.only);
          const runId = newRunId(request);
          audit.target = `run:${runId}`;
          const started = await startPush(deps, {
            corp,
            runId,
            mode: body.mode,
            principal,
            request,
            plan: only === undefined ? { kind: 'push' } : { kind: 'push', only },
          });
          return accepted(started.runId, started.workflowId);
        }
        if (!corp.hasContactsSecret && corp.apps.length === 0) {
          throw new ApiError(
            422,
            'corp_without_credentials',
            { text: apiTexts.corpWithoutCredentials },
            { advice: { text: apiTexts.corpWithoutCredentialsAdvice } },
          );
        }
        const { document } = await directorySettings.currentSettings(corp.id);
        if (syncsToOa(document)) {
          const runId = newRunId(request);
          audit.target = `run:${runId}`;
          const only = body.only === undefined ? undefined : await resolveOnly(deps, corp.id, body.only);
          const started = await startOaSync(deps, {
            corp,
            runId,
            mode: body.mode,
            principal,
            request,
            ...(only === undefined ? {} : { only }),
          });
          return accepted(started.runId, started.workflowId);
        }
        if (body.only !== undefined) throw invalidField('only', pushApiTexts.onlyForPushes);
        const run = {
          corpId: corp.id,
          runId: newRunId(request),
          mode: body.mode,
          trigger: triggerOf(principal),
          requestedBy: principal.id,
        };
        // An earlier attempt at this very request, which died before it could answer, may even have ended since.
        const earlier = request.idempotency === undefined ? undefined : await runs.findRun(run.runId);
        if (earlier !== undefined) return accepted(earlier.id, earlier.workflowId);
        const started = await startOnceClosed(deps, run.runId, () =>
          temporal.startDirectoryPull({ ...run, wecomCorpId: corp.corpId }),
        );
        // The same, before its row was made.
        if (started.kind === 'already-open' && started.runId !== run.runId) {
          throw await runOpen(deps, corp.id, 'pull', started);
        }
        await runs.ensureRun({
          id: run.runId,
          corpId: corp.id,
          direction: 'pull',
          mode: run.mode,
          trigger: run.trigger,
          requestedBy: run.requestedBy,
          workflowId: started.workflowId,
          ...(started.kind === 'started' ? { temporalRunId: started.temporalRunId } : {}),
        });
        audit.target = `run:${run.runId}`;
        return accepted(run.runId, started.workflowId);
      },
    }),

    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/directory/runs',
      operationId: 'listDirectoryRuns',
      tag,
      summary: 'Runs of a corp, newest first',
      access: { scope: 'read' },
      params: corpParams,
      query: z.object({
        direction: schemas.directoryDirection.optional(),
        phase: schemas.phase.optional(),
        cursor,
        limit,
      }),
      success: { status: 200, description: 'A page', schema: page(schemas.run) },
      handler: async ({ params, query, principal, request: { lang } }) => {
        const corp = await requireCorp(deps, params.corpId);
        const { direction = schemas.directoryDirection.options } = query;
        return { body: await runPage({ ...query, direction, corpId: corp.id }, { principal, lang }) };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/runs',
      operationId: 'listRuns',
      tag,
      summary: 'Runs of all corps, newest first',
      access: { scope: 'read' },
      query: z.object({
        corpId: id.optional(),
        direction: schemas.direction.optional(),
        phase: schemas.phase.optional(),
        cursor,
        limit,
      }),
      success: { status: 200, description: 'A page', schema: page(schemas.run) },
      handler: async ({ query, principal, request: { lang } }) => ({
        body: await runPage(query, { principal, lang }),
      }),
    }),

    defineRoute({
      method: 'get',
      path: '/runs/{runId}',
      operationId: 'getRun',
      tag,
      summary: 'A run, also while it is under way',
      access: { scope: 'read' },
      params: schemas.runParams,
      success: { status: 200, description: 'The run', schema: schemas.run },
      handler: async ({ params, principal, request: { lang } }) => {
        const record = await runs.findRun(params.runId);
        const [run] = record === undefined ? [] : await viewRuns(deps, [record], { principal, lang });
        if (run === undefined) throw notFound();
        return { body: run };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/runs/{runId}/cancel',
      operationId: 'cancelRun',
      tag,
      summary: 'Ask a run to stop; it cleans up and ends as cancelled',
      access: { scope: 'runs:start' },
      audit: 'run.cancel',
      params: schemas.runParams,
      success: { status: 202, description: 'Asked', schema: z.object({ runId: id }) },
      failures: { 409: 'The run has ended' },
      handler: async ({ params, audit }) => {
        const run = await runs.findRun(params.runId);
        if (run === undefined) throw notFound();
        audit.corpId = run.corpId;
        const ended = (endedPhases as readonly string[]).includes(run.phase);
        const wasAsked =
          !ended &&
          (isPlanned(run)
            ? await temporal.cancelPush({ workflowId: run.workflowId, runId: run.id })
            : await temporal.cancel(run.workflowId, run.temporalRunId));
        if (!wasAsked) throw conflict('run_ended', apiTexts.runEnded);
        return { body: { runId: run.id } };
      },
    }),
  ];

  function accepted(runId: string, workflowId: string) {
    return { body: { runId, workflowId }, headers: { Location: `/api/v1/runs/${runId}` } };
  }

  async function runPage(filter: Parameters<typeof runs.listRuns>[0], reader: RunReader) {
    const { items, nextCursor } = await runs.listRuns(filter);
    return { items: await viewRuns(deps, items, reader), nextCursor };
  }
}
