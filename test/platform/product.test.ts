import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../embedded/ports';
import { projectRoot } from '../../project-root';
import { startProduct, type Product } from '../support/product';
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
  beforeAll(async () => {
    product = await startProduct({ dataFolder });
  }, 180_000);
  afterAll(() => product.stop());

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

it('a second start is ready within 15 seconds and finds what the first one kept', async () => {
  const before = readFileSync(join(dataFolder, 'master.key'), 'utf8');
  const product = await startProduct({ dataFolder });
  try {
    const [, seconds] = /is ready \(([\d.]+) s\)/.exec(product.output()) ?? [];
    expect(Number(seconds)).toBeLessThan(15);
    expect(readFileSync(join(dataFolder, 'master.key'), 'utf8')).toBe(before);
    expect((await asAdmin(product, '/corps')).status).toBe(200);
  } finally {
    await product.stop();
  }
}, 180_000);

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
}, 180_000);
