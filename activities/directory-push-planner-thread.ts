import { parentPort, workerData } from 'node:worker_threads';
import { openSqlDatabase } from '../store/sql-database';
import { performPlanning } from './directory-push-planner';
import type { PlanningAnswer, PlanningOrder } from './directory-push-planning-thread';

/** The inside of the thread; see directory-push-planning-thread.ts for the reasons. */
const { url, job } = workerData as PlanningOrder;

void answer().then((message) => parentPort?.postMessage(message));

async function answer(): Promise<PlanningAnswer> {
  const db = openSqlDatabase({ url, maxConnections: 2 });
  try {
    return { ok: true, result: await performPlanning(db, job) };
  } catch (error) {
    if (!(error instanceof Error)) return { ok: false, name: 'Error', message: String(error) };
    const { name, message, stack } = error;
    return { ok: false, name, message, ...(stack === undefined ? {} : { stack }) };
  } finally {
    await db.close();
  }
}
