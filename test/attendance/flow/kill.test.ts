import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../../project-root';
import { createFlowWorld, dayAfter, firstDay, type FlowWorld } from './flow-world';

let flow: FlowWorld;
let worker: ChildProcess | undefined;

beforeAll(async () => {
  flow = await createFlowWorld({ http: true, worker: false });
});
afterAll(async () => {
  worker?.kill('SIGKILL');
  await flow.close();
});

/** As it runs in production, sweeps included, in a process that can be killed. */
async function spawnWorker(): Promise<ChildProcess> {
  const settings = Object.entries(flow.config).map(([name, value]) => [name, String(value)]);
  const child = spawn(process.execPath, [join(projectRoot, 'dist', 'workers', 'main.js')], {
    env: { PATH: process.env['PATH'], ...Object.fromEntries(settings), BRIDGE_LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`The worker ended with ${code} before it was ready`)));
  });
  return child;
}

const people = 8;
const days = 40;
const perDay = 4;
const punches = people * days * perDay;

it('a worker killed while it tells the OA leaves everything there exactly once', async () => {
  const corp = await flow.createCorp({ people });
  await corp.punchesFor(days, firstDay, perDay);
  worker = await spawnWorker();
  // Long enough for the blow to meet a batch that the OA takes, and whose answer nobody hears.
  flow.server.delayMs = 1_500;
  const run = await corp.run({ from: firstDay, to: dayAfter(firstDay, days - 1) });
  expect(run).toMatchObject({ phase: 'done', counts: { new: punches } });
  await flow.until('the second batch is under way', async () =>
    flow.server.batches.length >= 2 ? true : undefined,
  );
  worker.kill('SIGKILL');
  worker = await spawnWorker();
  await flow.until('everything is told', async () => {
    const { status } = await corp.deliveryHandle().describe();
    return status.name === 'COMPLETED' ? true : undefined;
  });
  const items = flow.server.oa.received.attendance as readonly { id: string; version: number }[];
  expect(items).toHaveLength(punches);
  expect(new Set(items.map(({ id }) => id)).size).toBe(punches);
  // 500 at a time; the one that was under way came twice, under one key.
  expect(flow.server.batches).toHaveLength(4);
  expect(new Set(flow.server.batches.map(({ key }) => key)).size).toBe(3);
});
