import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { projectRoot } from '../../project-root';
import {
  directoryEventsId,
  directoryEventsStart,
  directoryEventsType,
} from '../../workflows/directory-events.contract';
import { bridgeTaskQueue } from '../../workflows/task-queues';
import { historyToText } from '../support/replay';
import type { EventsCorp, EventsWorld } from './events-world';
import { createEventsWorld } from './events-world';

// Run by scripts/record-histories.mjs only: one history for each way the events of a corp can go.

const folder = join(projectRoot, 'test', 'directory-events', 'histories');
/** Short, so that a recording takes no longer than it must. */
const pauses = { lingerMs: 1_000, troubleMs: 2_000 };

let world: EventsWorld;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  world = await createEventsWorld();
}, 60_000);
afterEach(async () => {
  await world.api.control('/_sim/faults', undefined, 'DELETE');
});
afterAll(() => world.close());

async function record(name: string, corp: EventsCorp, runId?: string): Promise<void> {
  const handle = world.client.workflow.getHandle(directoryEventsId(corp.id), runId);
  await handle.result().catch(() => undefined);
  writeFileSync(join(folder, `${name}.json`), historyToText(await handle.fetchHistory()));
}

async function start(corp: EventsCorp, earlier = 0): Promise<void> {
  const options = directoryEventsStart(corp.id, bridgeTaskQueue);
  const { outcomes } = {
    outcomes: { applied: earlier, 'nothing-to-do': 0, 'not-visible': 0, 'left-to-pull': 0, failed: 0 },
  };
  await world.client.workflow.start(directoryEventsType, {
    ...options,
    args: [
      { corpId: corp.id, ...pauses, ...(earlier === 0 ? {} : { done: { batches: earlier, outcomes } }) },
    ],
  });
}

const change = { ChangeType: 'update_user', UserID: 'ada', Department: '2' };

it('woken by an event, and by one more', async () => {
  const corp = await world.createCorp({ sends: false });
  await world.deliver(corp, change);
  await world.settled(corp, 1);
  await world.deliver(corp, { ...change, CreateTime: 1_700_000_001 });
  await world.settled(corp, 2);
  await record('woken', corp);
});

it('found by the sweep, after an earlier execution', async () => {
  const corp = await world.createCorp({ sends: false });
  await start(corp, 7);
  await record('empty', corp);
});

it('tried again after a refusal', async () => {
  const corp = await world.createCorp({ sends: false });
  await world.api.control('/_sim/faults', [{ path: 'user/get', errcode: 40003, times: 1 }]);
  await start(corp);
  await world.deliver(corp, change);
  await world.settled(corp, 1);
  await record('tried-again', corp);
});

it('stopped by a wrong secret until somebody sets it right', async () => {
  const corp = await world.createCorp({ sends: false });
  await world.api.control('/_sim/faults', [{ path: 'user/get', errcode: 60020, rate: 1 }]);
  await start(corp);
  await world.deliver(corp, change);
  await wait(3_000);
  await world.api.control('/_sim/faults', undefined, 'DELETE');
  await world.settled(corp, 1);
  await record('trouble', corp);
});

it('continued in a new history', async () => {
  const corp = await world.createCorp({ sends: false });
  await world.client.workflow.start(directoryEventsType, {
    ...directoryEventsStart(corp.id, bridgeTaskQueue),
    args: [{ corpId: corp.id, ...pauses, lingerMs: 3_000, historyAtMost: 12 }],
  });
  const handle = world.client.workflow.getHandle(directoryEventsId(corp.id));
  const { runId } = await handle.describe();
  await wait(500);
  await world.deliver(corp, change);
  await world.settled(corp, 1);
  await handle.result();
  await record('continued-first', corp, runId);
  await record('continued-last', corp);
});
