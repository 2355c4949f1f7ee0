import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { RunRecord, RunStore } from '../store/runs';

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
  const handle = client.workflow.getHandle(run.workflowId, run.temporalRunId ?? undefined);
  try {
    const { status, memo } = await handle.describe();
    // Without the execution's id this may be an earlier or later run of the same corp.
    if (run.temporalRunId === null && memo?.['runId'] !== run.id) return !isYoung;
    return status.name !== 'RUNNING' && status.name !== 'PAUSED';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return !isYoung;
    throw error;
  }
}
