import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../project-root';
import {
  decideDepartureUpdate,
  departureChangedSignal,
  departureDeskId,
  departureDeskStart,
  departureDeskType,
  departureRunId,
  departureStart,
  departureType,
} from '../../workflows/departure.contract';
import { bridgeTaskQueue } from '../../workflows/task-queues';
import { historyToText } from '../support/replay';
import { createDepartureWorld, oaIdOf, type DepartureRow, type DepartureWorld } from './departure-world';

// Run by scripts/record-histories.mjs only: one history for each way departures can go.

const folder = join(projectRoot, 'test', 'departure', 'histories');

jest.setTimeout(180_000);

let world: DepartureWorld;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  world = await createDepartureWorld({ departed: { deleteAfterDays: 8 }, guard: { maxDeletes: 2 } });
  await world.hire(1, 2, 3, 4, 5, 6, 7, 8);
}, 120_000);
afterAll(() => world.close());

async function store(name: string, workflowId: string, runId?: string): Promise<void> {
  const handle = world.client.workflow.getHandle(workflowId, runId);
  await handle.result().catch(() => undefined);
  writeFileSync(join(folder, `${name}.json`), historyToText(await handle.fetchHistory()));
}

const storeDeparture = (name: string, row: DepartureRow) => store(name, world.workflowOf(row).workflowId);

/** Which desk started a run stands in the run's description. */
async function storeRun(name: string, runId: string): Promise<void> {
  const { raw } = await world.client.workflow.getHandle(departureRunId(runId)).describe();
  const desk = raw.workflowExecutionInfo?.parentExecution;
  await store(`run-${name}`, departureRunId(runId));
  await store(`desk-${name}`, departureDeskId(world.corp.corpId), desk?.runId ?? undefined);
}

it('disabled, waited, deleted', async () => {
  await world.depart(1);
  const { lastRunId: disabling } = await world.reaches(1, 'waiting');
  const deleted = await world.reaches(1, 'deleted');
  await storeDeparture('deleted', deleted);
  await store('run-changes', departureRunId(disabling ?? ''));
  await storeRun('deletions', deleted.lastRunId ?? '');
});

it('postponed, refused, and cancelled by a person', async () => {
  await world.depart(2);
  await world.reaches(2, 'waiting');
  await world.decide(2, 'postpone', { days: 500 });
  await world.decide(2, 'release');
  await world.decide(2, 'cancel');
  await storeDeparture('decided', await world.reaches(2, 'cancelled'));
});

it('re-hired', async () => {
  await world.depart(3);
  await world.reaches(3, 'waiting');
  await world.patch({ id: oaIdOf(3), status: 'active' });
  const restored = await world.reaches(3, 'restored');
  await storeDeparture('restored', restored);
  await storeRun('restores', restored.lastRunId ?? '');
});

it('held at the limit, approved, deleted', async () => {
  await world.depart(4, 5, 6);
  const { runId } = await world.reaches(4, 'held');
  const waiting = await world.corp.until(runId ?? '', 'awaiting-approval');
  await world.api.call(`/runs/${runId}/approve`, {
    body: { planHash: waiting.planHash, expectedDeletions: waiting.push.deletions },
  });
  await storeDeparture('held-and-deleted', await world.reaches(4, 'deleted'));
  await storeRun('approved', runId ?? '');
});

it('without anything to do, and for a departure that nobody knows', async () => {
  await world.client.workflow.start(departureDeskType, {
    taskQueue: bridgeTaskQueue,
    workflowId: 'departure-desk:idle',
    args: [{ corpId: world.corp.corpId, done: { dated: 1, told: 2, notices: 3, claimed: 4 } }],
  });
  await store('desk-idle', 'departure-desk:idle');
  const unknown = { corpId: world.corp.corpId, memberId: 'nobody', departureId: 'nobody' };
  await world.client.workflow.start(departureType, departureStart(unknown, bridgeTaskQueue));
  await store('unknown', `departure:${world.corp.corpId}:nobody`);
});

it('continued in a new history, with a decision after it', async () => {
  await world.depart(8);
  const row = await world.reaches(8, 'waiting');
  const { workflowId } = world.workflowOf(row);
  await world.client.workflow.getHandle(workflowId).terminate('recorded anew');
  const { corpId } = world.corp;
  const input = { corpId, memberId: row.memberId, departureId: row.id, eventsPerHistory: 12 };
  const first = await world.client.workflow.start(departureType, departureStart(input, bridgeTaskQueue));
  const handle = world.client.workflow.getHandle(workflowId);
  await world.until('a new history begins', async () => {
    await handle.signal(departureChangedSignal);
    const { runId } = await handle.describe();
    return runId === first.firstExecutionRunId ? undefined : runId;
  });
  await handle.executeUpdate(decideDepartureUpdate, {
    args: [{ decision: { kind: 'cancel' }, by: 'user:1' }],
  });
  await store('continued-first', workflowId, first.firstExecutionRunId);
  await store('continued-last', workflowId);
});

it('a run refused because the corp is read-only', async () => {
  await world.depart(7);
  await world.reaches(7, 'waiting');
  await world.corp.configure({ departed: { deleteAfterDays: 1 } }, { access: 'read-only' });
  const refused = await world.until('a run has failed', async () => {
    const run = (await world.runs()).find(({ phase }) => phase === 'failed');
    return run?.id;
  });
  await store('run-refused', departureRunId(refused));
});

it('a desk continued in a new history', async () => {
  const { corpId } = world.corp;
  await world.stopWorker();
  await world.depart(7);
  // In place of the one that was begun for it.
  const first = await world.client.workflow.start(departureDeskType, {
    ...departureDeskStart(corpId, bridgeTaskQueue),
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    args: [{ corpId, eventsPerHistory: 12 }],
  });
  await world.startWorker();
  await world.reaches(7, 'waiting');
  await store('desk-continued-first', departureDeskId(corpId), first.firstExecutionRunId);
  await store('desk-continued-last', departureDeskId(corpId));
});
