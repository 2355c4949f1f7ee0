import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../embedded/ports';
import { startProduct } from '../support/product';
import { findLeaks } from './leaks';
import type { Mirror, Run, SimulatedCorp } from './outsider';
import { Outsider, until } from './outsider';

const organisation = { members: 400, departments: 120 };
/** 120 departments, eight at a time: a pull takes some three seconds. */
const latencyMs = 150;

const dataFolder = mkdtempSync(join(tmpdir(), 'wecom-bridge-killed-'));
let outsider: Outsider;
let restart: () => Promise<void>;
let undisturbed: { readonly mirror: Mirror; readonly counts: Run['counts'] };

beforeAll(async () => {
  const options = {
    dataFolder,
    env: {
      BRIDGE_DEMO: 'false',
      BRIDGE_ADMIN_TOKEN: 'acceptance-token-for-killed-parts',
      // The corps' address is the simulator's, so it must be the same after the next start.
      PORT: String(await freePort()),
      SIMULATOR_PORT: String(await freePort()),
    },
  };
  outsider = await Outsider.start(options);
  restart = async () => {
    outsider.product = await startProduct(options);
  };
  const [corp] = await connectCorps(1);
  const run = await outsider.pull(corp?.id ?? '');
  expect(run).toMatchObject({ phase: 'done', completeness: { complete: true } });
  undisturbed = { mirror: await outsider.mirror(corp?.id ?? ''), counts: run.counts };
});
afterAll(async () => {
  await outsider?.product.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

type ConnectedCorp = SimulatedCorp & { readonly id: string };

async function connectCorps(count: number): Promise<ConnectedCorp[]> {
  const corps: ConnectedCorp[] = [];
  for (let n = 0; n < count; n += 1) {
    const corp = await outsider.postCorp({ generate: organisation, rights: 'legacy' });
    corps.push({ ...corp, id: await outsider.connect(corp) });
  }
  return corps;
}

/** Pulls of one and the same organisation, each a little further on than the next: one blow meets them all. */
async function startPulls(count = 3): Promise<string[]> {
  const corps = await connectCorps(count);
  await outsider.simulator('/settings', { latencyMs });
  const runIds: string[] = [];
  for (const { id } of corps) {
    const started = await outsider.startPull(id);
    expect(started.status).toBe(202);
    runIds.push(String(started.body.runId));
    await wait(500);
  }
  return runIds;
}

async function expectEndAsUndisturbed(runIds: readonly string[]): Promise<void> {
  for (const runId of runIds) {
    const run = await outsider.untilEnded(runId, 100_000);
    expect(run).toMatchObject({
      phase: 'done',
      error: null,
      counts: undisturbed.counts,
      completeness: { complete: true, reasons: [] },
    });
    const { corpId } = run as Run & { readonly corpId: string };
    expect(await outsider.mirror(corpId)).toEqual(undisturbed.mirror);
  }
  await outsider.simulator('/settings', { latencyMs: 0 });
}

async function openRuns(runIds: readonly string[]): Promise<number> {
  const runs = await Promise.all(runIds.map((runId) => outsider.run(runId)));
  return runs.filter(({ finishedAt }) => finishedAt === null).length;
}

type Part = 'worker' | 'api' | 'postgres' | 'temporal';

function pidOf(part: Part): number {
  const read = (...path: string[]): string => readFileSync(join(dataFolder, ...path), 'utf8');
  switch (part) {
    case 'worker':
    case 'api':
      return (JSON.parse(read('run', `${part}.process.json`)) as { pid: number }).pid;
    case 'postgres':
      return Number.parseInt(read('postgres', 'postmaster.pid'), 10);
    case 'temporal':
      return (JSON.parse(read('temporal', 'server.json')) as { pid: number }).pid;
  }
}

async function untilReady(): Promise<void> {
  await until('ready', async () => (await outsider.fetch('/readyz')).status === 200);
}

describe('kill -9 in the middle of pulls', () => {
  it.each<Part>(['worker', 'api', 'postgres', 'temporal'])(
    'of the %s: every pull ends by itself with the mirror of an undisturbed one',
    async (part) => {
      const runIds = await startPulls();
      expect(await openRuns(runIds)).toBeGreaterThan(1);
      process.kill(pidOf(part), 'SIGKILL');
      await expectEndAsUndisturbed(runIds);
      await untilReady();
    },
  );

  it('of one part after the other: every pull ends by itself with the mirror of an undisturbed one', async () => {
    const runIds = await startPulls();
    for (const part of ['temporal', 'worker', 'postgres', 'api'] as const) {
      process.kill(pidOf(part), 'SIGKILL');
      await wait(1_000);
    }
    await expectEndAsUndisturbed(runIds);
    await untilReady();
  });

  it('of everything at once, and a new start in the same folder: every pull ends by itself', async () => {
    const runIds = await startPulls();
    await outsider.product.kill();
    await restart();
    await expectEndAsUndisturbed(runIds);
  });
});

it('stopped in the middle of pulls and started again, every pull ends by itself', async () => {
  const runIds = await startPulls(3);
  await outsider.product.stop();
  expect(outsider.product.output()).toMatch(/stopped/i);
  await restart();
  await expectEndAsUndisturbed(runIds);
});

describe('while a part is away', () => {
  afterEach(untilReady);

  it('Temporal: the product is alive and not ready, reading goes on, and a start is refused for now', async () => {
    const [corp] = await connectCorps(1);
    const pid = pidOf('temporal');
    process.kill(pid, 'SIGSTOP');
    try {
      const ready = await until('not ready', async () => {
        const answer = await outsider.fetch('/readyz');
        // A worker that was killed before may not be back yet either.
        return answer.status === 503 && !answer.body.temporal.ok && answer;
      });
      expect(ready.body).toMatchObject({ ok: false, database: { ok: true }, temporal: { ok: false } });
      expect((await outsider.fetch('/healthz')).body).toEqual({ status: 'ok' });
      expect((await outsider.call('/corps')).status).toBe(200);
      const start = await outsider.startPull(corp?.id ?? '');
      expect([start.status, start.body.error.code]).toEqual([503, 'unavailable']);
      expect(start.headers.get('retry-after')).toMatch(/^\d+$/);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await untilReady();
    expect(await outsider.pull(corp?.id ?? '')).toMatchObject({ phase: 'done' });
  });

  it('Postgres: requests are told to come back, never that the product is broken', async () => {
    const statuses = new Set<number>();
    process.kill(pidOf('postgres'), 'SIGKILL');
    for (const end = Date.now() + 4_000; Date.now() < end; await wait(50)) {
      statuses.add((await outsider.call('/corps')).status);
    }
    expect([...statuses].filter((status) => ![200, 503].includes(status))).toEqual([]);
  });
});

it('after all this no log, answer, history or table holds a secret, and no log or history a person', async () => {
  const { corps } = outsider;
  const state = await outsider.simulator(`/corps/${corps[0]?.corpId}/state`);
  const users: { name: string; mobile: string; email: string }[] = state.users;
  const tokens = await Promise.all(
    corps.flatMap(({ corpId, contactsSecret, appSecret }) =>
      [contactsSecret, appSecret].map(
        async (secret) =>
          (await outsider.wecom('gettoken', { corpid: corpId, corpsecret: secret }))['access_token'],
      ),
    ),
  );
  expect(tokens.length).toBeGreaterThan(20);
  expect(users).toHaveLength(organisation.members);
  const leaks = await findLeaks(outsider, {
    secrets: [
      ...corps.flatMap(({ contactsSecret, appSecret }) => [contactsSecret, appSecret]),
      ...tokens.map(String),
      outsider.product.adminToken,
    ],
    personal: [
      ...users.map(({ name }) => name).filter((name) => name.length > 2),
      ...users.flatMap(({ mobile, email }) => [mobile, email]),
    ],
  });
  expect(leaks).toEqual([]);
});
