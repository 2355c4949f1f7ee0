import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { projectRoot } from '../../project-root';
import { createReferenceOa, type ReferenceOa } from '../../reference-oa/app';
import { patienceMs } from '../support/patience';
import { createOaSyncWorld, type OaSyncWorld } from './oa-sync-world';

const secret = 'a-secret-of-at-least-thirty-two-characters';

let oa: ReferenceOa;
let server: Server;
let world: OaSyncWorld;
let worker: ChildProcess | undefined;
/** Keys under which news came, in order. */
const keys: string[] = [];
/** Answers that are never given: the OA has acted, and the bridge does not know. */
let answersToWithhold = 0;

beforeAll(async () => {
  oa = createReferenceOa({
    secret,
    directory: {
      subcompanies: [{ id: 'root', name: '星河科技', parentId: null, order: 1 }],
      departments: [{ id: 'd1', name: '研发部', parentId: null, subcompanyId: 'root', order: 1 }],
      users: [{ id: 'u1', loginId: 'someone', name: '某人', departmentId: 'd1', status: 'active' }],
    },
  });
  server = createServer((request, response) => {
    if (isNews(request)) {
      keys.push(String(request.headers['idempotency-key']));
      if (answersToWithhold > 0) {
        answersToWithhold -= 1;
        response.end = () => response;
      }
    }
    oa.app(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world = await createOaSyncWorld({
    worker: false,
    env: {
      OA_ADAPTER: 'http',
      OA_HTTP_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      OA_HTTP_SECRET: secret,
    },
  });
});

afterAll(async () => {
  worker?.kill('SIGKILL');
  await world.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function isNews({ url }: IncomingMessage): boolean {
  return url?.startsWith('/directory/changes') === true;
}

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

it('an OA of its own is told once, although the worker that told it was killed before the answer came', async () => {
  const corp = await world.createCorp({
    departments: [
      { id: 1, name: '星河', parentid: 0 },
      { id: 2, name: '研发部', parentid: 1 },
    ],
    users: [
      { userid: 'zhang', name: '张一', department: [2] },
      { userid: 'li', name: '李二', department: [2] },
    ],
  });
  await world.makeWecomMaster(corp);
  worker = await spawnWorker();
  answersToWithhold = 1;
  const started = await world.startSync(corp);
  for (const deadline = Date.now() + patienceMs; oa.received.directoryChanges.length === 0; await wait(20)) {
    if (Date.now() > deadline) throw new Error('The OA was never told');
  }
  worker.kill('SIGKILL');
  worker = await spawnWorker();
  const run = await world.endOf(started);
  expect(run).toMatchObject({ phase: 'done', error: null, progress: { done: 4, failed: 0 } });

  // The same news came twice, under one key, and was acted upon once.
  expect(keys.length).toBeGreaterThan(1);
  expect(new Set(keys).size).toBe(1);
  expect(oa.received.directoryChanges).toEqual([
    expect.objectContaining({ change: 'created', corpId: corp.corpid, oaUserId: 'li' }),
    {
      type: 'user',
      change: 'created',
      corpId: corp.corpid,
      userId: 'zhang',
      oaUserId: 'zhang',
      fields: { loginId: 'zhang', name: '张一', departmentId: 'd1', partTimeDepartmentIds: '' },
    },
  ]);
  expect(await world.oaUser('zhang')).toMatchObject({ name: '张一', departmentId: 'd1', status: 'active' });

  // It has done what it was told: the next reading finds nothing left to do.
  expect(await world.sync(corp)).toMatchObject({ phase: 'done', error: null, progress: { total: 0 } });
  expect(oa.received.directoryChanges).toHaveLength(2);
});
