import { fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cpuSecondsOf, peakRssMb, processTree } from './process-figures';

/** The product as `npm start` runs it, measured from outside: by HTTP, by its workflows' histories, by /proc. */
export interface ProductProcess {
  readonly apiUrl: string;
  readonly simulatorUrl: string;
  readonly temporalAddress: string;
  /** Of its Postgres, to hold against what Postgres does by itself. */
  readonly databaseUrl: string;
  /** Where its data, its logs and its processes' numbers are. */
  readonly folder: string;
  readonly adminToken: string;
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
  /** The processes each part consists of now. */
  processes(): Readonly<Record<PartName, readonly number[]>>;
  /** Beside the one that is there, as one starts them on another machine. */
  startWorker(): Promise<ExtraWorker>;
  stop(): Promise<void>;
}

export const partNames = ['supervisor', 'api', 'worker', 'simulator', 'postgres', 'temporal'] as const;
export type PartName = (typeof partNames)[number];

export interface ExtraWorker {
  readonly pid: number;
  stop(): Promise<void>;
}

const readyWithinMs = 180_000;

/** `settings` are added to the environment it is started with. */
export async function startProductProcess(
  settings: Readonly<Record<string, string>> = {},
  folder = mkdtempSync(join(tmpdir(), 'wecom-bridge-bench-')),
): Promise<ProductProcess> {
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
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (data: Buffer): void => void (output = (output + data.toString()).slice(-20_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  // Whoever ends the measuring ends what is measured: it would go on for nobody.
  const stopAndExit = (): void => void stop().finally(() => process.exit(1));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, stopAndExit);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
    for (const signal of signals) process.off(signal, stopAndExit);
  };

  const baseUrl = `http://127.0.0.1:${port}`;
  try {
    await untilReady(`${baseUrl}/readyz`, () => child.exitCode === null && child.signalCode === null);
  } catch (error) {
    await stop();
    throw new Error(`The product did not become ready:\n${output}`, { cause: error });
  }
  const endpoints = readJson<Endpoints>(folder, 'run', 'endpoints.json');
  const pidOf = (name: string): number =>
    readJson<{ pid: number }>(folder, 'run', `${name}.process.json`).pid;
  const workerPid = pidOf('worker');
  const extra = new Set<ExtraWorker>();
  const apiUrl = `${baseUrl}/api/v1`;
  return {
    apiUrl,
    simulatorUrl: endpoints.simulatorUrl,
    temporalAddress: endpoints.temporalAddress,
    databaseUrl: endpoints.databaseUrl,
    folder,
    adminToken,
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
    killWorker: () => process.kill(pidOf('worker'), 'SIGKILL'),
    workerPeakRssMb: () => peakRssMb(workerPid),
    apiPeakRssMb: () => peakRssMb(pidOf('api')),
    cpuSeconds: () =>
      cpuSecondsOf([...processTree(child.pid ?? -1), ...[...extra].flatMap(({ pid }) => processTree(pid))]),
    processes: () => ({
      supervisor: [child.pid ?? -1],
      api: processTree(pidOf('api')),
      worker: processTree(pidOf('worker')),
      simulator: processTree(pidOf('simulator')),
      postgres: processTree(pidOf('postgres-guardian')),
      temporal: processTree(pidOf('temporal-guardian')),
    }),
    async startWorker() {
      const worker = await forkWorker(folder, endpoints);
      const known: ExtraWorker = {
        ...worker,
        async stop() {
          await worker.stop();
          extra.delete(known);
        },
      };
      extra.add(known);
      return known;
    },
    async stop() {
      await Promise.all([...extra].map((worker) => worker.stop()));
      await stop();
    },
  };
}

type Endpoints = {
  readonly temporalAddress: string;
  readonly simulatorUrl: string;
  readonly databaseUrl: string;
  readonly publicUrl: string;
};

async function forkWorker(folder: string, endpoints: Endpoints): Promise<ExtraWorker> {
  const child = fork(join('dist', 'workers', 'main.js'), [], {
    env: {
      ...process.env,
      DATABASE_URL: endpoints.databaseUrl,
      TEMPORAL_ADDRESS: endpoints.temporalAddress,
      SIMULATOR_URL: endpoints.simulatorUrl,
      BRIDGE_PUBLIC_URL: endpoints.publicUrl,
      BRIDGE_MASTER_KEY: readFileSync(join(folder, 'master.key'), 'utf8').trim(),
      BRIDGE_DATA_DIR: folder,
      BRIDGE_LOG_LEVEL: 'warn',
      METRICS_PORT: '',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  let output = '';
  const keep = (data: Buffer): void => void (output = (output + data.toString()).slice(-20_000));
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const isReady = await Promise.race([
    new Promise<boolean>((resolve) => child.once('message', () => resolve(true))),
    Promise.race([ended, wait(readyWithinMs, undefined, { ref: false })]).then(() => false),
  ]);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  if (!isReady) {
    await stop();
    throw new Error(`A worker did not become ready:\n${output}`);
  }
  return { pid: child.pid ?? -1, stop };
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
  const ask = (): Promise<Response> =>
    fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  // A connection that was kept may be closed by the other side at the very moment it is used again.
  const answer = await ask().catch((error: unknown) => {
    if (method === 'POST' || method === 'PATCH') throw error;
    return ask();
  });
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
