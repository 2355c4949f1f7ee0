import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../embedded/ports';
import { projectRoot } from '../../project-root';
import { createEmptyTestDatabase } from '../support/database';
import { startProduct, type Product } from '../support/product';
import { createTestNamespace, testTemporal } from '../support/temporal';
import { patienceMs } from '../support/patience';
import { listeningAddresses, processTree, until, untilGone } from './stand-in-product';

let dataFolder: string;
beforeAll(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'wecom-bridge-product-'));
});
afterAll(() => rmSync(dataFolder, { recursive: true, force: true }));

const asAdmin = ({ apiUrl, adminToken }: Product, path: string): Promise<Response> =>
  fetch(apiUrl + path, { headers: { Authorization: `Bearer ${adminToken}` } });

describe('npm start', () => {
  let product: Product;
  let started: Product | undefined;
  beforeAll(async () => {
    product = started = await startProduct({ dataFolder });
  });
  afterAll(async () => {
    await started?.stop();
  });

  it('prints addresses that answer', async () => {
    for (const url of [
      product.url,
      `${product.url}/readyz`,
      `${product.url}/api/docs`,
      product.temporalUiUrl,
    ]) {
      expect([url, (await fetch(url)).status]).toEqual([url, 200]);
    }
    expect((await fetch(`${product.simulatorUrl}/cgi-bin/gettoken`)).status).toBe(200);
    expect(product.oneTimeLogin?.startsWith(`${product.url}/`)).toBe(true);
  });

  it('accepts the administrator token it was given', async () => {
    const answer = await asAdmin(product, '/system');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      publicUrl: product.url,
      temporalUiUrl: product.temporalUiUrl,
    });
  });

  it('finds in its mirror what is changed by hand in the demo, without a pull', async () => {
    const items = async <T>(path: string): Promise<T[]> =>
      ((await (await asAdmin(product, path)).json()) as { items: T[] }).items;
    const demo = (await items<{ id: string; corpId: string; isDemo: boolean }>('/corps')).find(
      ({ isDemo }) => isDemo,
    );
    const userId = 'YC0001';
    const byHand = await fetch(`${product.simulatorUrl}/_sim/corps/${demo?.corpId}/by-hand`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ path: 'user/update', body: { userid: userId, department: [1] } }),
    });
    expect(await byHand.json()).toMatchObject({ errcode: 0 });
    const told = () => items<{ processedAt: string | null }>(`/corps/${demo?.id}/callbacks`);
    const isProcessed = async (): Promise<boolean> =>
      (await told()).some(({ processedAt }) => processedAt !== null);
    for (const deadline = Date.now() + patienceMs; !(await isProcessed()) && Date.now() < deadline;) {
      await wait(100);
    }
    expect(await told()).toMatchObject([{ kind: 'change_contact/update_user', outcome: 'applied' }]);
    const member = await (await asAdmin(product, `/corps/${demo?.id}/members/${userId}`)).json();
    expect(member).toMatchObject({ departments: [{ departmentId: 1 }] });
  });

  it('listens on loopback only', () => {
    const addresses = listeningAddresses(processTree(product.pid).map(({ pid }) => pid));
    expect(addresses.filter((address) => !address.startsWith('127.'))).toEqual([]);
  });

  it('keeps secrets out of its logs and its output', () => {
    const secrets = [
      product.adminToken,
      ...['master.key', 'postgres.password'].map((name) =>
        readFileSync(join(dataFolder, name), 'utf8').trim(),
      ),
    ];
    const said = ['api', 'worker', 'simulator', 'postgres', 'temporal']
      .map((part) => readFileSync(join(dataFolder, 'logs', `${part}.log`), 'utf8'))
      .join('\n');
    for (const secret of secrets) {
      expect(said.includes(secret)).toBe(false);
      expect(product.output().includes(secret)).toBe(false);
    }
  });
});

// 15 s is the promise for a machine that is not busy with other tests at the same time.
it('a second start is ready within seconds and finds what the first one kept', async () => {
  const before = readFileSync(join(dataFolder, 'master.key'), 'utf8');
  const product = await startProduct({ dataFolder });
  try {
    const [, seconds] = /is ready \(([\d.]+) s\)/.exec(product.output()) ?? [];
    expect(Number(seconds)).toBeLessThan(45);
    expect(readFileSync(join(dataFolder, 'master.key'), 'utf8')).toBe(before);
    expect((await asAdmin(product, '/corps')).status).toBe(200);
  } finally {
    await product.stop();
  }
});

it('DATABASE_URL and TEMPORAL_ADDRESS take the places of the embedded servers', async () => {
  const database = await createEmptyTestDatabase();
  const product = await startProduct({
    env: {
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: testTemporal().address,
      TEMPORAL_NAMESPACE: await createTestNamespace(),
      BRIDGE_DEMO: 'false',
    },
  });
  try {
    expect((await asAdmin(product, '/corps')).status).toBe(200);
    const commands = processTree(product.pid).map(({ pid }) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    expect(commands.filter((command) => /guardian|start-dev|bin\/postgres/.test(command))).toEqual([]);
    expect(existsSync(join(product.dataFolder, 'postgres'))).toBe(false);
  } finally {
    await product.stop();
    await database.drop();
  }
});

it("a master key that is not the database's ends the start and names the setting", async () => {
  const wrong = { BRIDGE_MASTER_KEY: randomBytes(32).toString('base64') };
  await expect(startProduct({ dataFolder, env: wrong })).rejects.toThrow(/BRIDGE_MASTER_KEY is not the key/);
});

it('kill -9 of npm stops the whole product', async () => {
  const environment = {
    BRIDGE_DATA_DIR: dataFolder,
    PORT: String(await freePort()),
    SIMULATOR_PORT: String(await freePort()),
    TEMPORAL_UI_PORT: String(await freePort()),
    LC_ALL: 'C.UTF-8',
  };
  const npm = spawn('npm', ['start'], {
    cwd: projectRoot,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  npm.stdout.on('data', (data: Buffer) => (output += data.toString()));
  npm.stderr.on('data', (data: Buffer) => (output += data.toString()));
  await until(
    () => output.includes('Stop with Ctrl-C'),
    () => output,
    () => npm.exitCode !== null,
  );
  const processes = processTree(npm.pid ?? -1);
  expect(processes.length).toBeGreaterThan(6);
  npm.kill('SIGKILL');
  await untilGone(processes);
});
