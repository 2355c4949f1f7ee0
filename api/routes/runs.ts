import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { apiTexts } from '../../i18n/api';
import { endedPhases } from '../../store/runs';
import type { RequestFacts, Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError, conflict, notFound } from '../http-errors';
import { viewRuns } from '../run-view';
import { cursor, id, limit, page } from '../schemas/common';
import { corpParams } from '../schemas/corps';
import * as schemas from '../schemas/runs';
import { requireCorp } from './corps';

/** A busy worker needs this long at most from a run's last row to the end of its workflow. */
const closingMs = 5_000;

export function runRoutes(deps: ApiDeps): Route[] {
  const { runs, temporal } = deps;
  const tag = 'Runs';

  return [
    defineRoute({
      method: 'post',
      path: '/corps/{corpId}/directory/runs',
      operationId: 'startDirectoryRun',
      tag,
      summary: 'Start a run; one of each direction per corp at a time',
      access: { scope: 'runs:start' },
      audit: 'run.start',
      idempotent: true,
      params: corpParams,
      body: schemas.newRun,
      success: { status: 202, description: 'Started', schema: schemas.startedRun },
      failures: {
        409: 'A run is open (`runId` says which), or the Idempotency-Key is in use',
        501: 'Not part of this version',
      },
      handler: async ({ params, body, principal, request, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        audit.detail = { direction: body.direction, mode: body.mode };
        if (body.direction === 'push') {
          throw new ApiError(
            501,
            'not_available',
            { text: apiTexts.pushNotAvailable },
            { advice: { text: apiTexts.pushNotAvailableAdvice } },
          );
        }
        if (!corp.hasContactsSecret && corp.apps.length === 0) {
          throw new ApiError(
            422,
            'corp_without_credentials',
            { text: apiTexts.corpWithoutCredentials },
            { advice: { text: apiTexts.corpWithoutCredentialsAdvice } },
          );
        }
        const run = {
          corpId: corp.id,
          runId: newRunId(request),
          mode: body.mode,
          trigger: principal.kind === 'user' ? ('console' as const) : ('api' as const),
          requestedBy: principal.id,
        };
        // An earlier attempt at this very request, which died before it could answer, may even have ended since.
        const earlier = request.idempotency === undefined ? undefined : await runs.findRun(run.runId);
        if (earlier !== undefined) return accepted(earlier.id, earlier.workflowId);
        const started = await startPull({ ...run, wecomCorpId: corp.corpId });
        // The same, before its row was made.
        if (started.kind === 'already-open' && started.runId !== run.runId) {
          const openRunId = started.runId ?? (await runs.openRunOf(corp.id, 'pull'))?.id;
          throw conflict(
            'run_open',
            apiTexts.runOpen,
            openRunId === undefined ? {} : { extra: { runId: openRunId } },
          );
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
        direction: schemas.direction.optional(),
        phase: schemas.phase.optional(),
        cursor,
        limit,
      }),
      success: { status: 200, description: 'A page', schema: page(schemas.run) },
      handler: async ({ params, query, request }) => {
        const corp = await requireCorp(deps, params.corpId);
        return { body: await runPage({ ...query, corpId: corp.id }, request) };
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
      handler: async ({ query, request }) => ({ body: await runPage(query, request) }),
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
      handler: async ({ params, request }) => {
        const record = await runs.findRun(params.runId);
        const [run] = record === undefined ? [] : await viewRuns(deps, [record], request.lang);
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
        if (ended || !(await temporal.cancel(run.workflowId, run.temporalRunId))) {
          throw conflict('run_ended', apiTexts.runEnded);
        }
        return { body: { runId: run.id } };
      },
    }),
  ];

  function accepted(runId: string, workflowId: string) {
    return { body: { runId, workflowId }, headers: { Location: `/api/v1/runs/${runId}` } };
  }

  /** A run's row ends a moment before its workflow closes: whoever has seen "done" may start the next at once. */
  async function startPull(input: Parameters<typeof temporal.startDirectoryPull>[0]) {
    for (const deadline = Date.now() + closingMs; ; await wait(50)) {
      const started = await temporal.startDirectoryPull(input);
      if (started.kind === 'started' || started.runId === input.runId || Date.now() > deadline)
        return started;
      const open = started.runId === undefined ? undefined : await runs.findRun(started.runId);
      // Without a row yet it has only just begun; without an id it ended while we asked.
      if (started.runId !== undefined && (open === undefined || open.finishedAt === null)) return started;
    }
  }

  async function runPage(filter: Parameters<typeof runs.listRuns>[0], request: RequestFacts) {
    const { items, nextCursor } = await runs.listRuns(filter);
    return { items: await viewRuns(deps, items, request.lang), nextCursor };
  }
}

/**
 * The same request under the same Idempotency-Key gets the same run id, also when the process that began to answer
 * has died: Temporal then says whether that run was started.
 */
function newRunId({ idempotency }: RequestFacts): string {
  if (idempotency === undefined) return randomUUID();
  const { principal, key, since } = idempotency;
  const hash = createHash('sha256')
    .update(JSON.stringify([principal, key, since.getTime()]))
    .digest();
  // Version and variant bits of a name-based UUID.
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
