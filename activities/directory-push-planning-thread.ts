import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { projectRoot } from '../project-root';
import { RunEndedError } from '../store/directory-pull';
import type { SqlDatabase } from '../store/sql-database';
import { performPlanning, type PlanningJob, type PlanningResult } from './directory-push-planner';

export type PlanningOrder = { readonly url: string; readonly job: PlanningJob };

export type PlanningAnswer =
  | { readonly ok: true; readonly result: PlanningResult }
  | { readonly ok: false; readonly name: string; readonly message: string; readonly stack?: string };

const threadFile = join(projectRoot, 'dist', 'activities', 'directory-push-planner-thread.js');

/**
 * V8 lets garbage pile up as long as nobody stops it. Measured with 100,000 people: without limits the process peaks
 * at 850 MiB, within these the whole worker stays below 500 MiB, for half as much computing again.
 */
const youngGenerationMb = 8;
const leastOldGenerationMb = 50;
const oldGenerationMbPerThousand = 1.6;
/** Plans that change everybody need more than most; they are made again with more room. */
const roomierBy = 3;

/** Starting a thread takes longer than planning so many, measured at 0.3 s; nothing else notices the little it delays. */
const peopleWorthAThread = 1_000;

/** One after the other: two plans of 100,000 people at once would not fit into a worker's memory. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Planning computes for seconds at 100,000 people. In a thread of its own it delays neither heartbeats nor the other
 * work of the process, and the memory it took is given back when it ends.
 */
export function planAside(db: SqlDatabase, job: PlanningJob, signal: AbortSignal): Promise<PlanningResult> {
  const planned = turn.then(() => planInRoom(db, job, signal));
  turn = planned.catch(() => undefined);
  return planned;
}

async function planInRoom(db: SqlDatabase, job: PlanningJob, signal: AbortSignal): Promise<PlanningResult> {
  const { url, pool } = db;
  signal.throwIfAborted();
  const { rows } = await pool.query<{ people: number }>(
    `SELECT greatest((SELECT count(*) FROM oa_user),
                     (SELECT count(*) FROM mirror_member WHERE corp_id = $1))::int AS people`,
    [job.corpId],
  );
  const people = rows[0]?.people ?? 0;
  if (people < peopleWorthAThread) {
    const result = await performPlanning(db, job);
    signal.throwIfAborted();
    return result;
  }
  const thousands = people / 1000;
  const oldGenerationMb = Math.ceil(leastOldGenerationMb + thousands * oldGenerationMbPerThousand);
  try {
    return await runThread({ url, job }, oldGenerationMb, signal);
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    return runThread({ url, job }, oldGenerationMb * roomierBy, signal);
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

async function runThread(
  order: PlanningOrder,
  maxOldGenerationSizeMb: number,
  signal: AbortSignal,
): Promise<PlanningResult> {
  signal.throwIfAborted();
  const thread = new Worker(threadFile, {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb, maxYoungGenerationSizeMb: youngGenerationMb },
  });
  const stop = (): void => void thread.terminate();
  signal.addEventListener('abort', stop);
  try {
    const answer = await new Promise<PlanningAnswer>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
      thread.once('exit', (code) => reject(new Error(`The planning thread ended with code ${code}`)));
    });
    if (answer.ok) return answer.result;
    throw errorOf(answer, order.job);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await thread.terminate();
  }
}

const ownErrors = { TypeError, RangeError, ReferenceError, SyntaxError } as const;

/** Classes do not survive the way out of a thread; those that somebody reacts to are made again. */
function errorOf(
  { name, message, stack }: Extract<PlanningAnswer, { ok: false }>,
  { runId }: PlanningJob,
): Error {
  if (name === 'RunEndedError') return new RunEndedError(runId);
  const Own = Object.hasOwn(ownErrors, name) ? ownErrors[name as keyof typeof ownErrors] : Error;
  const error = new Own(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
