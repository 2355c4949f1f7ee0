import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** The product as `npm start` runs it, measured from outside: by HTTP, by its workflows' histories, by /proc. */
export interface ProductProcess {
  readonly apiUrl: string;
  readonly simulatorUrl: string;
  readonly temporalAddress: string;
  /** Of its Postgres, to hold against what Postgres does by itself. */
  readonly databaseUrl: string;
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** A body that is not JSON. */
  send<T>(method: string, path: string, body: string, contentType: string): Promise<T>;
  /** As a form with a part `file`. */
  sendFile<T>(path: string, file: { readonly name: string; readonly content: Uint8Array }): Promise<T>;
  control<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** As the kernel would; whoever runs the product starts another one. */
  killWorker(): void;
  /** The most memory the worker's process ever held. */
  workerPeakRssMb(): number;
  /** The most memory the API's process ever held. */
  apiPeakRssMb(): number;
  /** Of everything that was started, down to Postgres and Temporal: processor time used so far. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

const readyWithinMs = 180_000;

export async function startProductProcess(): Promise<ProductProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'wecom-bridge-bench-'));
  const adminToken = randomBytes(24).toString('hex');
  const [port, simulatorPort, uiPort] = await freePorts(3);
  const child = spawn(process.execPath, [join('scripts', 'start.mjs')], {
    env: {
      ...process.env,
      BRIDGE_DATA_DIR: folder,
      BRIDGE_ADMIN_TOKEN: adminToken,
      BRIDGE_DEMO: 'false',
      BRIDGE_LOG_LEVEL: 'warn',
      PORT: String(port),
      SIMULATOR_PORT: String(simulatorPort),
      TEMPORAL_UI_PORT: String(uiPort),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (data: Buffer): void => void (output = (output + data.toString()).slice(-20_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };

  const baseUrl = `http://127.0.0.1:${port}`;
  try {
    await untilReady(`${baseUrl}/readyz`, () => child.exitCode === null && child.signalCode === null);
  } catch (error) {
    await stop();
    throw new Error(`The product did not become ready:\n${output}`, { cause: error });
  }
  const endpoints = readJson<{ temporalAddress: string; simulatorUrl: string; databaseUrl: string }>(
    folder,
    'run',
    'endpoints.json',
  );
  const workerPid = readJson<{ pid: number }>(folder, 'run', 'worker.process.json').pid;
  const apiUrl = `${baseUrl}/api/v1`;
  return {
    apiUrl,
    simulatorUrl: endpoints.simulatorUrl,
    temporalAddress: endpoints.temporalAddress,
    databaseUrl: endpoints.databaseUrl,
    api: (method, path, body) =>
      request(method, `${apiUrl}${path}`, body, { authorization: `Bearer ${adminToken}` }),
    send: (method, path, body, contentType) =>
      requestWith(method, `${apiUrl}${path}`, body, {
        authorization: `Bearer ${adminToken}`,
        'content-type': contentType,
      }),
    sendFile: (path, { name, content }) => {
      const form = new FormData();
      form.set('file', new Blob([new Uint8Array(content)]), name);
      return requestWith('POST', `${apiUrl}${path}`, form, { authorization: `Bearer ${adminToken}` });
    },
    control: (method, path, body) => request(method, `${endpoints.simulatorUrl}/_sim${path}`, body),
    killWorker: () =>
      process.kill(readJson<{ pid: number }>(folder, 'run', 'worker.process.json').pid, 'SIGKILL'),
    workerPeakRssMb: () => peakRssMb(workerPid),
    apiPeakRssMb: () => peakRssMb(readJson<{ pid: number }>(folder, 'run', 'api.process.json').pid),
    cpuSeconds: () => cpuSecondsOf(processTree(child.pid ?? -1)),
    stop,
  };
}

function processTree(root: number): number[] {
  const childrenOf = new Map<number, number[]>();
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    const parent = Number(statOf(pid)?.[1]);
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), pid]);
  }
  const tree = [root];
  // It grows while it is gone through.
  for (const pid of tree) tree.push(...(childrenOf.get(pid) ?? []));
  return tree;
}

/** Those that have ended are part of what their parents have used. */
function cpuSecondsOf(pids: readonly number[]): number {
  const ticksPerSecond = 100;
  const ticks = pids.map((pid) => {
    const [user, system, endedUser, endedSystem] = (statOf(pid) ?? []).slice(11, 15).map(Number);
    return (user ?? 0) + (system ?? 0) + (endedUser ?? 0) + (endedSystem ?? 0);
  });
  return ticks.reduce((sum, one) => sum + one, 0) / ticksPerSecond;
}

/** What follows the name: state, parent, …; undefined where the process has ended. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

async function request<T>(
  method: string,
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  return body === undefined
    ? requestWith(method, url, undefined, headers)
    : requestWith(method, url, JSON.stringify(body), { ...headers, 'content-type': 'application/json' });
}

async function requestWith<T>(
  method: string,
  url: string,
  body: string | FormData | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<T> {
  const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text.slice(0, 2_000)}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function untilReady(url: string, isAlive: () => boolean): Promise<void> {
  for (const deadline = Date.now() + readyWithinMs; ; await wait(200)) {
    if (!isAlive()) throw new Error('The product ended');
    try {
      if ((await fetch(url)).ok) return;
    } catch (error) {
      // Nobody listens yet.
      if (Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline) throw new Error(`Not ready within ${readyWithinMs} ms`);
  }
}

function peakRssMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error(`The peak memory of process ${pid} can't be read`);
  return Math.round(Number(kilobytes) / 1024);
}

function readJson<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(...path), 'utf8')) as T;
}

/** Reserved together, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
