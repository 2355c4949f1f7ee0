import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { projectRoot } from '../../project-root';
import type { RunRecord } from '../../store/runs';
import { createPullWorld, startWorker, type PullWorld } from './pull-world';

let world: PullWorld;
let worker: ChildProcess | undefined;

beforeAll(async () => {
  world = await createPullWorld({ worker: false });
});

afterAll(async () => {
  worker?.kill('SIGKILL');
  await world.close();
});

/** The worker as it runs in production, in a process that can be killed. */
async function spawnWorker(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(projectRoot, 'dist', 'workers', 'main.js')], {
    env: { PATH: process.env['PATH'], ...stringsOf(world.config), BRIDGE_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`The worker ended with ${code} before it was ready`)));
  });
  return child;
}

function stringsOf(config: object): Record<string, string> {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, String(value)]));
}

async function killWhen(runId: string, moment: (run: RunRecord) => boolean): Promise<void> {
  for (const deadline = Date.now() + 90_000; ; await wait(10)) {
    const run = await world.runs.findRun(runId);
    if (run !== undefined && moment(run)) break;
    if (run?.finishedAt != null) throw new Error(`The run ended (${run.phase}) before the moment came`);
    if (Date.now() > deadline) throw new Error('The moment did not come');
  }
  worker?.kill('SIGKILL');
}

function pagesOf(run: RunRecord, step: string): number {
  return run.steps.find((one) => one.step === step)?.pages ?? 0;
}

const moments: readonly [name: string, reached: (run: RunRecord) => boolean][] = [
  ['while departments are read', (run) => run.phase === 'reading'],
  ['between two pages of ids', (run) => pagesOf(run, 'member-ids') >= 2],
  ['between two departments', (run) => run.progress.done >= 100],
  ['while the mirror is written', (run) => run.phase === 'applying'],
];

it(
  'a worker killed in every step of a pull loses nothing and repeats nothing that was stored',
  async () => {
    // Three pages of ids.
    const generate = { members: 20_500, departments: 300 };
    const undisturbed = await world.createCorp({ generate });
    const stop = await startWorker(world.config);
    const whole = await world.pull(undisturbed);
    await stop();

    const corp = await world.createCorp({ generate });
    await world.control('POST', '/settings', { latencyMs: 60 });
    worker = await spawnWorker();
    const { runId, handle } = await world.startPull(corp);
    for (const [, reached] of moments) {
      await killWhen(runId, reached);
      worker = await spawnWorker();
    }
    await handle.result();
    const run = await world.ended(runId);

    expect(run).toMatchObject({ phase: 'done', counts: whole.counts, completeness: whole.completeness });
    expect(await world.members(corp)).toEqual(await world.members(undisturbed));
    expect(await world.departments(corp)).toEqual(await world.departments(undisturbed));
    // Each kill costs at most what was under way: eight departments, and those not yet stored with them.
    expect(run.apiCalls['user/list']).toBeLessThanOrEqual(300);
    expect(run.steps).toEqual(whole.steps);
  },
  // Each time, the server notices the loss when a heartbeat is missing.
  240_000,
);

it('a worker that is asked to stop hands over what it was doing', async () => {
  const corp = await world.createCorp({ generate: { members: 3_000, departments: 300 } });
  await world.control('POST', '/settings', { latencyMs: 1_000 });
  worker ??= await spawnWorker();
  const { runId, handle } = await world.startPull(corp);
  for (let run = await world.runs.findRun(runId); (run?.progress.total ?? 0) === 0; await wait(100)) {
    run = await world.runs.findRun(runId);
  }
  const ended = new Promise((resolve) => worker?.once('exit', resolve));
  worker.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(await world.runs.findRun(runId)).toMatchObject({ phase: 'reading', finishedAt: null });

  await world.control('POST', '/settings', { latencyMs: 0 });
  worker = await spawnWorker();
  await handle.result();
  expect(await world.ended(runId)).toMatchObject({ phase: 'done', counts: { createUser: 3_000 } });
});
