import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { loadConfig } from '../../../config';
import { projectRoot } from '../../../project-root';
import { testTemporal } from '../../support/temporal';
import { createDepartureWorld, oaIdOf, type DepartureWorld } from '../departure-world';

let world: DepartureWorld;
let worker: ChildProcess | undefined;

beforeAll(async () => {
  world = await createDepartureWorld({ departed: { deleteAfterDays: 2 }, worker: false });
  worker = await spawnWorker();
  await world.hire(...numbers);
});

afterAll(async () => {
  worker?.kill('SIGKILL');
  await world.close();
});

const numbers = Array.from({ length: 8 }, (_, index) => index + 1);
const leavers = numbers.slice(2);

/** The worker as it runs in production, sweeps included, in a process that can be killed. */
async function spawnWorker(): Promise<ChildProcess> {
  const config = loadConfig({
    DATABASE_URL: world.api.databaseUrl,
    TEMPORAL_ADDRESS: testTemporal().address,
    TEMPORAL_NAMESPACE: world.api.namespace,
    BRIDGE_MASTER_KEY: world.api.masterKey,
    SIMULATOR_URL: world.api.simulator.url,
    DEPARTURE_DAY_SECONDS: '1',
  });
  const settings = Object.entries(config).map(([name, value]) => [name, String(value)]);
  const child = spawn(process.execPath, [join(projectRoot, 'dist', 'workers', 'main.js')], {
    env: { PATH: process.env['PATH'], ...Object.fromEntries(settings), BRIDGE_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`The worker ended with ${code} before it was ready`)));
  });
  return child;
}

async function killAndReplaceWhen(what: string, isSo: () => Promise<boolean>): Promise<void> {
  await world.until(what, async () => ((await isSo()) ? true : undefined));
  worker?.kill('SIGKILL');
  worker = await spawnWorker();
}

it('a worker killed after the claim, and again between deletions, deletes each member once', async () => {
  await world.api.control('/_sim/settings', { latencyMs: 40 });
  await world.depart(...leavers);
  const rows = () => world.departures();
  await killAndReplaceWhen('they are given to a run that disables', async () =>
    (await rows()).some(({ runId }) => runId !== null),
  );
  await killAndReplaceWhen('they are given to a run that deletes', async () =>
    (await rows()).some(({ runId, disabledAt }) => runId !== null && disabledAt !== null),
  );
  await killAndReplaceWhen('some are deleted', async () =>
    (await rows()).some(({ state }) => state === 'deleted'),
  );
  for (const number of leavers) await world.reaches(number, 'deleted');
  for (const number of leavers) expect(await world.member(number)).toBeUndefined();
  const { rows: changes } = await world.api.db.pool.query<{ oaUserId: string }>(
    `SELECT oa_user_id AS "oaUserId" FROM push_change
      WHERE corp_id = $1 AND action = 'deleteUser' AND status = 'done' ORDER BY oa_user_id`,
    [world.corp.corpId],
  );
  expect(changes.map(({ oaUserId }) => oaUserId)).toEqual(leavers.map(oaIdOf).sort());
  expect(await rows()).toHaveLength(leavers.length);
});
