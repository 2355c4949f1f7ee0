import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../embedded/ports';
import { projectRoot } from '../../project-root';
import { patienceMs } from './patience';

export interface Product {
  readonly url: string;
  readonly apiUrl: string;
  readonly simulatorUrl: string;
  readonly temporalUiUrl: string;
  readonly oneTimeLogin: string | undefined;
  readonly adminToken: string;
  readonly dataFolder: string;
  readonly pid: number;
  /** What the terminal shows so far. */
  output(): string;
  /** As by Ctrl-C; resolves when everything has ended. */
  stop(): Promise<void>;
  /** As by kill -9 of the process that was started; resolves when that one has gone. */
  kill(): Promise<void>;
}

export interface ProductOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A folder to start on again; otherwise a new one, removed by stop(). */
  readonly dataFolder?: string;
  readonly readyWithinMs?: number;
}

/** The whole product as `npm start` runs it, in a folder of its own and on ports of its own. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'wecom-bridge-product-'));
  const adminToken = options.env?.['BRIDGE_ADMIN_TOKEN'] ?? randomBytes(24).toString('hex');
  const child = spawn(process.execPath, [join(projectRoot, 'scripts', 'start.mjs')], {
    cwd: projectRoot,
    env: {
      ...inheritedEnv(),
      LC_ALL: 'C.UTF-8',
      BRIDGE_DATA_DIR: dataFolder,
      BRIDGE_ADMIN_TOKEN: adminToken,
      PORT: String(await freePort()),
      SIMULATOR_PORT: String(await freePort()),
      TEMPORAL_UI_PORT: String(await freePort()),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => (output += data.toString()));
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const row = (label: string): string | undefined =>
    new RegExp(`^  ${label} +(\\S+)$`, 'm').exec(output)?.[1];

  try {
    const isShown = (): boolean => /^ {2}Stop with Ctrl-C$/m.test(output);
    await untilShown(child, isShown, options.readyWithinMs ?? patienceMs, () => output);
  } catch (error) {
    child.kill('SIGKILL');
    await ended;
    throw error;
  }
  const url = row('Console') ?? '';
  return {
    url,
    apiUrl: `${url}/api/v1`,
    simulatorUrl: row('WeCom simulator') ?? '',
    temporalUiUrl: row('Temporal UI') ?? '',
    oneTimeLogin: row('One-time login'),
    adminToken,
    dataFolder,
    pid: child.pid ?? -1,
    output: () => output,
    async stop() {
      child.kill('SIGINT');
      await ended;
      if (options.dataFolder === undefined) rmSync(dataFolder, { recursive: true, force: true });
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Settings of the machine's user must not reach the product under test. */
function inheritedEnv(): NodeJS.ProcessEnv {
  const settings =
    /^(BRIDGE_|TEMPORAL_|SIMULATOR_|WORKER_|WECOM_|DATABASE_URL$|PORT$|METRICS_PORT$|JEST_|LANG|LC_|npm_|NODE_ENV$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.test(name)));
}

async function untilShown(
  child: ChildProcess,
  isShown: () => boolean,
  withinMs: number,
  output: () => string,
): Promise<void> {
  for (const deadline = Date.now() + withinMs; !isShown();) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`The product ended:\n${output()}`);
    if (Date.now() > deadline) {
      throw new Error(`The product was not ready within ${withinMs} ms:\n${output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
