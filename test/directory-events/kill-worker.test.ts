import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pino from 'pino';
import { projectRoot } from '../../project-root';
import { createDirectoryEventsStore } from '../../store/directory-events';
import { createSecretBox } from '../../store/secrets';
import { startWaitingEvents } from '../../workers/events-sweep';
import { bridgeTaskQueue } from '../../workflows/task-queues';
import { testTemporal } from '../support/temporal';
import { patienceMs } from '../support/patience';
import type { EventsWorld } from './events-world';
import { createEventsWorld } from './events-world';

let world: EventsWorld;
let worker: ChildProcess | undefined;

beforeAll(async () => {
  world = await createEventsWorld({ worker: false });
});
afterAll(async () => {
  worker?.kill('SIGKILL');
  await world.close();
});

/** The worker as it runs in production, in a process that can be killed. */
async function spawnWorker(): Promise<ChildProcess> {
  const { api } = world;
  const child = spawn(process.execPath, [join(projectRoot, 'dist', 'workers', 'main.js')], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: api.databaseUrl,
      TEMPORAL_ADDRESS: testTemporal().address,
      TEMPORAL_NAMESPACE: api.namespace,
      BRIDGE_MASTER_KEY: api.masterKey,
      SIMULATOR_URL: api.simulator.url,
      BRIDGE_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`The worker ended with ${code} before it was ready`)));
  });
  return child;
}

it('a worker killed in the middle of a batch loses no event and applies none twice', async () => {
  const corp = await world.createCorp({ generate: { members: 200, departments: 100 }, sends: false });
  const state = (await (
    await fetch(`${world.api.simulator.url}/_sim/corps/${corp.corpid}/state`)
  ).json()) as { users: { userid: string; department: number[] }[] };
  await world.api.control('/_sim/settings', { latencyMs: 200 });
  worker = await spawnWorker();
  for (const { userid, department } of state.users) {
    const event = { ChangeType: 'update_user', UserID: userid, Department: department.join(',') };
    expect(await world.deliver(corp, event)).toBe(200);
  }
  for (const deadline = Date.now() + patienceMs; ; await wait(20)) {
    if (((await world.callsByPath())['user/get'] ?? 0) >= 20) break;
    if (Date.now() > deadline) throw new Error('The worker did not begin');
  }
  worker.kill('SIGKILL');
  await world.api.control('/_sim/settings', { latencyMs: 0 });
  worker = await spawnWorker();

  const events = await world.settled(corp, 200);
  expect(events).toHaveLength(200);
  expect(events.every(({ outcome, attempts }) => outcome === 'applied' && attempts === 1)).toBe(true);
  const members = await world.members(corp);
  expect(members.map(({ userId, departments }) => [userId, departments])).toEqual(
    state.users
      .map(({ userid, department }) => [userid, department.toSorted((a, b) => a - b)] as const)
      .toSorted(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)),
  );
});

it('events whose API was killed before it told anybody are found by the sweep', async () => {
  worker ??= await spawnWorker();
  const corp = await world.createCorp({ sends: false });
  const payload = JSON.stringify({
    Event: 'change_contact',
    ChangeType: 'update_user',
    UserID: 'ada',
    Department: '2',
  });
  await world.api.deps.callbackEvents.saveEvents([
    {
      corpId: corp.id,
      appId: null,
      eventKey: 'k',
      kind: 'change_contact/update_user',
      payload,
      isWork: true,
    },
  ]);
  const store = createDirectoryEventsStore(world.api.db, createSecretBox([world.api.masterKey]));
  await startWaitingEvents(world.client, store, bridgeTaskQueue, pino({ level: 'silent' }), 0);
  expect(await world.settled(corp, 1)).toMatchObject([{ outcome: 'applied' }]);
  expect(await world.members(corp)).toMatchObject([{ userId: 'ada', departments: [2] }]);
});
