import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { projectRoot } from '../../../project-root';
import { createPushWorld, organisation, people, type PushWorld, type StartedPush } from './push-world';

let world: PushWorld;
let worker: ChildProcess | undefined;

beforeAll(async () => {
  world = await createPushWorld({ worker: false });
});

afterAll(async () => {
  worker?.kill('SIGKILL');
  await world.close();
});

/** The worker as it runs in production, in a process that can be killed. */
async function spawnWorker(): Promise<ChildProcess> {
  const settings = Object.entries(world.config).map(([name, value]) => [name, String(value)]);
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

async function killAndReplaceWhen({ runId }: StartedPush, done: number): Promise<void> {
  for (const deadline = Date.now() + 90_000; ; await wait(10)) {
    const run = await world.runs.findRun(runId);
    if ((run?.progress.done ?? 0) >= done) break;
    if (run?.finishedAt != null) throw new Error(`The run ended (${run.phase}) before the moment came`);
    if (Date.now() > deadline) throw new Error(`The moment did not come: ${JSON.stringify(run?.progress)}`);
  }
  worker?.kill('SIGKILL');
  worker = await spawnWorker();
}

it('a worker killed in the middle of a push loses nothing and writes nothing twice', async () => {
  const corp = await world.createWritableCorp();
  const staff = people(900);
  await world.feedOa(
    organisation(
      [
        ['d1', '研发部', null],
        ['d2', '市场部', null],
      ],
      staff,
    ),
  );
  await world.control('POST', '/settings', { latencyMs: 30 });
  worker = await spawnWorker();
  const push = await world.startPush(corp);
  for (const done of [50, 350, 650]) await killAndReplaceWhen(push, done);
  const run = await world.endOf(push);

  expect(run).toMatchObject({ phase: 'done', error: null, progress: { failed: 0 } });
  const ledger = await world.ledger(run.id);
  expect(ledger.filter(({ status }) => status !== 'done')).toEqual([]);
  const { users, departments } = await world.state(corp);
  expect(users).toHaveLength(staff.length);
  expect(departments).toHaveLength(3);

  await world.control('POST', '/settings', { latencyMs: 0 });
  await world.control('DELETE', '/calls');
  expect(await world.push(corp)).toMatchObject({ phase: 'done' });
  expect(await world.writes()).toEqual({});
}, 240_000);
