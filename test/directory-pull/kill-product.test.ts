import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startProduct, type Product } from '../support/product';

let product: Product;

beforeAll(async () => {
  product = await startProduct({ env: { BRIDGE_DEMO: 'false' } });
});

afterAll(async () => {
  await product.stop();
});

type Run = {
  phase: string;
  finishedAt: string | null;
  counts: Record<string, number>;
  completeness: { complete: boolean } | null;
  progress: { done: number; total: number };
};

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  // The API itself is among those that are killed: ask until it is back.
  for (const deadline = Date.now() + 60_000; ; await wait(200)) {
    try {
      const answer = await fetch(`${product.apiUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${product.adminToken}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const isDown = answer.status >= 500;
      if (!isDown && !answer.ok)
        throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      if (!isDown) return (await answer.json()) as T;
      if (Date.now() > deadline)
        throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    } catch (error) {
      // By name: jest gives tests a TypeError of their own.
      const isUnreachable = (error as Error).name === 'TypeError';
      if (!isUnreachable || Date.now() > deadline) throw error;
    }
  }
}

async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${product.simulatorUrl}/_sim${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as T;
}

/** Processes as they are on record in the data folder, and the servers below their guardians. */
const pidOf = {
  worker: () => recordedPid('worker'),
  api: () => recordedPid('api'),
  postgres: () =>
    Number(readFileSync(join(product.dataFolder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]),
  temporal: () => childOf(recordedPid('temporal-guardian')),
};

function recordedPid(name: string): number {
  const file = join(product.dataFolder, 'run', `${name}.process.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid;
}

function childOf(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return Number(child);
}

it('the worker, the API, Postgres and Temporal may all be killed during a pull: it ends by itself, and right', async () => {
  const generate = { members: 5_000, departments: 400 };
  const corpid = 'wwkilled00000001';
  await control('POST', '/corps', {
    corpid,
    name: '测试企业',
    contactsSecret: 'contacts-secret',
    apps: [{ agentid: 1000002, secret: 'app-secret', name: '桥', visibleDepartments: [1] }],
    generate,
  });
  const corp = await api<{ id: string }>('POST', '/corps', {
    name: '测试企业',
    corpId: corpid,
    apiBaseUrl: product.simulatorUrl,
    contactsSecret: 'contacts-secret',
  });
  await api('POST', `/corps/${corp.id}/apps`, { name: '桥', agentId: 1000002, secret: 'app-secret' });
  // 50 rounds of eight calls: time enough to kill everything once.
  await control('POST', '/settings', { latencyMs: 400 });
  const { runId } = await api<{ runId: string }>('POST', `/corps/${corp.id}/directory/runs`, {
    direction: 'pull',
    mode: 'apply',
  });
  const look = () => api<Run>('GET', `/runs/${runId}`);

  for (const [index, part] of (['postgres', 'worker', 'temporal', 'api'] as const).entries()) {
    // Each at another point of the reading.
    for (let run = await look(); run.progress.done < 10 + index * 40; run = await look()) {
      expect(run.finishedAt).toBeNull();
      await wait(100);
    }
    process.kill(pidOf[part](), 'SIGKILL');
  }

  let run = await look();
  for (const deadline = Date.now() + 180_000; run.finishedAt === null; run = await look()) {
    if (Date.now() > deadline)
      throw new Error(`The run is still ${run.phase}: ${JSON.stringify(run.progress)}`);
    await wait(500);
  }
  expect(run).toMatchObject({
    phase: 'done',
    completeness: { complete: true },
    counts: { createUser: generate.members, createDepartment: generate.departments },
  });
  const { total } = await api<{ total: number }>('GET', `/corps/${corp.id}/members?limit=1`);
  expect(total).toBe(generate.members);
  const { items } = await api<{ items: { name: string | null }[] }>('GET', `/corps/${corp.id}/departments`);
  expect(items).toHaveLength(generate.departments);
  expect(items.every(({ name }) => name !== null)).toBe(true);
}, 400_000);
