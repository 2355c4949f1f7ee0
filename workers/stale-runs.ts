import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { RunRecord, RunStore } from '../store/runs';
import { lookAt } from './executions';

/** A row is made just before or after its workflow starts; younger ones may still be waiting for the other half. */
const youngForMs = 60_000;

/**
 * A workflow that was terminated, or that timed out, could not write down its end. Its run must not stay open: it
 * would say "reading" for ever.
 */
export async function closeStaleRuns(
  client: Pick<Client, 'workflow'>,
  runs: Pick<RunStore, 'listOpenRuns' | 'finishRun'>,
  logger: Logger,
  now: Date = new Date(),
): Promise<number> {
  let closed = 0;
  for (const run of await runs.listOpenRuns()) {
    if (!(await hasEnded(client, run, now))) continue;
    if (await runs.finishRun(run.id, { phase: 'failed', error: { code: 'workflow-ended' } })) {
      closed += 1;
      logger.warn(
        { runId: run.id, corpId: run.corpId },
        'run closed: its workflow had ended without a result',
      );
    }
  }
  return closed;
}

async function hasEnded(client: Pick<Client, 'workflow'>, run: RunRecord, now: Date): Promise<boolean> {
  const isYoung = now.getTime() - run.startedAt.getTime() < youngForMs;
  if (run.temporalRunId !== null) {
    const known = await lookAt(client, run.workflowId, run.temporalRunId);
    if (known === 'not-found') return !isYoung;
    if (known.isOpen) return false;
  }
  // A long push goes on in another execution under the same id, and so does one that was taken up again after its end.
  const newest = await lookAt(client, run.workflowId);
  if (newest === 'not-found') return !isYoung;
  if (newest.runId === run.id) return !newest.isOpen;
  // Without the execution's id, the one of another run tells nothing about this one.
  return run.temporalRunId !== null || !isYoung;
}
