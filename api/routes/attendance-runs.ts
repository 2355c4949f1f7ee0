import { z } from 'zod';
import { startAttendance } from '../attendance/start';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { viewRuns } from '../run-view';
import * as schemas from '../schemas/attendance';
import { cursor, id, limit, page } from '../schemas/common';
import { corpParams } from '../schemas/corps';
import { phase, run, startedRun } from '../schemas/runs';
import { requireCorp } from './corps';

/** Runs that read check-in data. How one goes is told, and it is paused and cancelled, as every other run. */
export function attendanceRunRoutes(deps: ApiDeps): Route[] {
  const { runs } = deps;
  const path = '/corps/{corpId}/attendance/runs';
  const tag = 'Attendance';

  return [
    defineRoute({
      method: 'post',
      path,
      operationId: 'startAttendanceRun',
      tag,
      summary: 'Read days from WeCom; one run of each rule at a time, and one without a rule',
      description:
        'Days of the corp, both included, 365 at most. Nothing is lost or doubled where they were read before: what ' +
        'has changed is changed, what WeCom no longer has is superseded.',
      access: { scope: 'runs:start' },
      audit: 'attendance-run.start',
      idempotent: true,
      params: corpParams,
      body: schemas.newRun,
      bodyLimitBytes: schemas.listBytes,
      success: { status: 202, description: 'Started', schema: startedRun },
      failures: { 409: 'A run is open (`runId` says which), or the Idempotency-Key is in use' },
      handler: async ({ params: { corpId }, body, principal, request, audit }) => {
        const corp = await requireCorp(deps, corpId);
        const { from, to, ruleId, userIds, acceptLoss } = body;
        audit.detail = {
          from,
          to,
          ...(ruleId === undefined ? {} : { ruleId }),
          ...(userIds === undefined ? {} : { people: userIds.length }),
          ...(acceptLoss ? { acceptLoss } : {}),
        };
        const started = await startAttendance(deps, corp, body, { principal, request });
        audit.target = `run:${started.runId}`;
        return { body: started, headers: { Location: `/api/v1/runs/${started.runId}` } };
      },
    }),

    defineRoute({
      method: 'get',
      path,
      operationId: 'listAttendanceRuns',
      tag,
      summary: 'Runs that read check-in data, newest first',
      access: { scope: 'read' },
      params: corpParams,
      query: z.object({ ruleId: id.optional(), phase: phase.optional(), cursor, limit }),
      success: { status: 200, description: 'A page', schema: page(run) },
      handler: async ({ params: { corpId }, query, principal, request: { lang } }) => {
        const corp = await requireCorp(deps, corpId);
        const { items, nextCursor } = await runs.listRuns({
          ...query,
          direction: 'attendance',
          corpId: corp.id,
        });
        return { body: { items: await viewRuns(deps, items, { principal, lang }), nextCursor } };
      },
    }),
  ];
}
