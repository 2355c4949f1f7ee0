import { pushApiTexts } from '../../i18n/push-api';
import type { PlanRecord } from '../../store/push-reading';
import type { RunRecord } from '../../store/runs';
import type { AuditNote } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError, notFound } from '../http-errors';
import { isPlanned, writesToOa } from './planned-run';

export type Push = { readonly run: RunRecord; readonly plan: PlanRecord };

export async function requirePush(
  { runs, pushReading }: Pick<ApiDeps, 'runs' | 'pushReading'>,
  runId: string,
  audit?: AuditNote,
): Promise<Push> {
  const run = await runs.findRun(runId);
  if (run === undefined) throw notFound();
  if (audit !== undefined) {
    audit.corpId = run.corpId;
    audit.target = `run:${run.id}`;
  }
  if (!isPlanned(run)) throw new ApiError(404, 'not_found', { text: pushApiTexts.notAPush });
  const plan = (await pushReading.findPlans([run.id])).get(run.id);
  return { run, plan: plan ?? notBegun(run) };
}

/** The run's row is there a moment before its plan's. */
function notBegun(run: RunRecord): PlanRecord {
  return {
    runId: run.id,
    corpId: run.corpId,
    kind: 'push',
    target: writesToOa(run) ? 'oa' : 'wecom',
    basedOnRunId: null,
    undoOfRunId: null,
    only: null,
    pullRunId: null,
    oaVersion: null,
    plannedAt: null,
    activeInScope: null,
    population: null,
    reads: null,
    guard: null,
    firstHash: null,
    approvedBy: null,
    approvedAt: null,
    rejectedBy: null,
    rejectedReason: null,
    expiresAt: null,
    snoozedUntil: null,
    nextRunId: null,
    appliedByRunId: null,
    appliedAt: null,
  };
}
