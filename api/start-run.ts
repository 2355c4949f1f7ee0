import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { apiTexts } from '../i18n/api';
import type { RunDirection, RunRecord, RunTrigger } from '../store/runs';
import type { RequestFacts } from './define-route';
import type { ApiDeps } from './deps';
import type { ApiError } from './http-errors';
import { conflict } from './http-errors';
import type { Principal } from './principal';
import type { StartedWorkflow } from './temporal';

/** A busy worker needs this long at most from a run's last row to the end of its workflow. */
const closingMs = 5_000;

export function triggerOf(principal: Principal): RunTrigger {
  return principal.kind === 'user' ? 'console' : 'api';
}

/**
 * A run's row ends a moment before its workflow closes: whoever has seen "done" may start the next at once. `makeWay`
 * asks a run that is open to end; it says whether that run will.
 */
export async function startOnceClosed(
  { runs }: Pick<ApiDeps, 'runs'>,
  runId: string,
  start: () => Promise<StartedWorkflow>,
  makeWay: (open: RunRecord) => Promise<boolean> = () => Promise.resolve(false),
): Promise<StartedWorkflow> {
  for (const deadline = Date.now() + closingMs; ; await wait(50)) {
    const started = await start();
    if (started.kind === 'started' || Date.now() > deadline) return started;
    if (started.runId === undefined) continue;
    const open = await runs.findRun(started.runId);
    if (started.runId === runId) {
      // Its own workflow: begun by an earlier attempt, or, when a run is taken up again, about to close.
      if (open === undefined || open.finishedAt === null) return started;
      continue;
    }
    // Without a row yet it has only just begun; without an id it ended while we asked.
    if (open === undefined) return started;
    if (open.finishedAt === null && !(await makeWay(open))) return started;
  }
}

export async function runOpen(
  { runs }: Pick<ApiDeps, 'runs'>,
  corpId: string,
  direction: RunDirection,
  { runId, workflowId }: Pick<StartedWorkflow & { kind: 'already-open' }, 'runId' | 'workflowId'>,
): Promise<ApiError> {
  const openRunId = runId ?? (await runs.openRunOf(corpId, direction, workflowId))?.id;
  return conflict(
    'run_open',
    apiTexts.runOpen,
    openRunId === undefined ? {} : { extra: { runId: openRunId } },
  );
}

/**
 * The same request under the same Idempotency-Key gets the same run id, also when the process that began to answer
 * has died: Temporal then says whether that run was started.
 */
export function newRunId({ idempotency }: RequestFacts): string {
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
