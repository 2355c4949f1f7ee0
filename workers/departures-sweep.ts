import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { DepartureSweepStore, DoubtfulClaim } from '../store/departure-sweep';
import type { DepartureStore } from '../store/departures';
import {
  departureDeskId,
  departureDeskStart,
  departureDeskType,
  departureRunId,
} from '../workflows/departure.contract';
import { isOpen } from './executions';

/** The member's workflow asks at the minute; one that has not for so long is gone. */
const overdueAfterMs = 3_600_000;
/** The desk starts a run right after it has claimed for it; who is at it still after so long has lost it. */
const startedWithinMs = 3_600_000;
/** A run that ends by itself does so within seconds. */
const leftForMs = 10_000;

/**
 * Rows are written where things happen (a ledger, a feed, the settings), in transactions that can't start workflows. A
 * desk that is open goes on until there is nothing left.
 */
export async function startDepartureDesks(
  client: Pick<Client, 'workflow'>,
  departures: Pick<DepartureStore, 'corpsWithWork'>,
  taskQueue: string,
): Promise<number> {
  const corpIds = await departures.corpsWithWork();
  for (const corpId of corpIds) {
    await client.workflow.start(departureDeskType, departureDeskStart(corpId, taskQueue));
  }
  return corpIds.length;
}

/** A run that was terminated could not give back what it had, nor one that was never started. */
export async function releaseLostClaims(
  client: Pick<Client, 'workflow'>,
  sweep: Pick<DepartureSweepStore, 'doubtfulClaims'>,
  departures: Pick<DepartureStore, 'releaseClaims'>,
  logger: Logger,
): Promise<number> {
  let released = 0;
  for (const claim of await sweep.doubtfulClaims()) {
    if (claim.phase === null && (await mayStillBegin(client, claim))) continue;
    const { runId, phase } = claim;
    await departures.releaseClaims(runId, { phase: phase ?? 'failed' });
    logger.warn({ runId, phase }, 'departures were given to a run that is over');
    released += 1;
  }
  return released;
}

/** Where much is waiting to be done, minutes pass between a claim, the start of its run, and the run's first row. */
async function mayStillBegin(
  client: Pick<Client, 'workflow'>,
  { corpId, runId, ageMs }: DoubtfulClaim,
): Promise<boolean> {
  if (await isOpen(client, departureRunId(runId))) return true;
  return ageMs < startedWithinMs && (await isOpen(client, departureDeskId(corpId)));
}

/** Nobody has to approve any more what would do nothing: its departures were postponed, released or ended meanwhile. */
export async function cancelRunsForNobody(
  client: Pick<Client, 'workflow'>,
  sweep: Pick<DepartureSweepStore, 'runsForNobody'>,
  logger: Logger,
  sinceMs: number = leftForMs,
): Promise<number> {
  const workflowIds = await sweep.runsForNobody(sinceMs);
  for (const workflowId of workflowIds) {
    try {
      await client.workflow.getHandle(workflowId).cancel();
      logger.info({ workflowId }, 'a run had nobody left to act on, and is called off');
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return workflowIds.length;
}

/** Somebody terminated their workflows, or Temporal was set up anew: telling starts them again. */
export async function wakeOverdueDepartures(
  sweep: Pick<DepartureSweepStore, 'tellOverdue'>,
  logger: Logger,
  forMs: number = overdueAfterMs,
): Promise<number> {
  const overdue = await sweep.tellOverdue(forMs);
  if (overdue > 0) logger.warn({ overdue }, 'departures were overdue, and are asked for again');
  return overdue;
}
