import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { startProductProcess, type ProductProcess } from '../product-process';
import { openGateway, type Gateway } from './gateway';
import { openLink, type Link } from './links';

/** Ports of the links, by who uses them. */
export type Routes = {
  readonly api: { readonly postgres: number; readonly temporal: number };
  readonly worker: { readonly postgres: number; readonly temporal: number };
  readonly wecom: number;
};

export type Answer<T> = { readonly status: number; readonly body: T };

/** The product with a cable between any two of its parts that talk over a network. */
export interface ChaosProduct {
  readonly process: ProductProcess;
  /** By what is cut. */
  readonly links: Readonly<Record<LinkName, Link>>;
  readonly gateway: Gateway;
  /** The address of WeCom, as the product is to call it. */
  readonly wecomUrl: string;
  /** Until there is an answer that says something: what was not answered, or with 5xx, is asked once more. */
  ask<T>(method: string, path: string, body?: unknown, key?: string): Promise<Answer<T>>;
  /** The same, of the simulator's control surface; its answers other than 2xx are given too. */
  control<T>(method: string, path: string, body?: unknown): Promise<Answer<T>>;
  rows<T extends object>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  stop(): Promise<void>;
}

export const linkNames = [
  'api-postgres',
  'api-temporal',
  'worker-postgres',
  'worker-temporal',
  'bridge-wecom',
  'wecom-bridge',
] as const;
export type LinkName = (typeof linkNames)[number];

const answeredWithinMs = 30_000;
const askedForMs = 15 * 60_000;

export async function startChaosProduct(encodingAesKey: string): Promise<ChaosProduct> {
  const folder = mkdtempSync(join(tmpdir(), 'wecom-bridge-chaos-'));
  const portOf = (name: keyof Endpoints): (() => number) => {
    return () => Number(new URL(endpointsIn(folder)[name]).port);
  };
  const temporal = (): number => Number(endpointsIn(folder).temporalAddress.split(':')[1]);
  let process: ProductProcess | undefined;
  const gateway = await openGateway(encodingAesKey, () => Number(new URL(process?.apiUrl ?? '').port));
  const links = {
    'api-postgres': await openLink(portOf('databaseUrl')),
    'api-temporal': await openLink(temporal),
    'worker-postgres': await openLink(portOf('databaseUrl')),
    'worker-temporal': await openLink(temporal),
    'bridge-wecom': await openLink(portOf('simulatorUrl')),
    'wecom-bridge': gateway,
  };
  const closeLinks = async (): Promise<void> => {
    await Promise.all(Object.values(links).map((link) => link.close()));
  };
  const routes: Routes = {
    api: { postgres: links['api-postgres'].port, temporal: links['api-temporal'].port },
    worker: { postgres: links['worker-postgres'].port, temporal: links['worker-temporal'].port },
    wecom: links['bridge-wecom'].port,
  };
  try {
    process = await startProductProcess(
      {
        BRIDGE_PUBLIC_URL: gateway.url,
        CHAOS_ROUTES: JSON.stringify(routes),
        NODE_OPTIONS: `--require ${resolve('dist', 'bench', 'chaos', 'reroute.js')}`,
      },
      folder,
    );
  } catch (error) {
    await closeLinks();
    throw error;
  }
  const { apiUrl, simulatorUrl, adminToken, databaseUrl } = process;
  const started = process;
  return {
    process,
    links,
    gateway,
    wecomUrl: `http://127.0.0.1:${routes.wecom}`,
    ask: (method, path, body, key) =>
      untilAnswered(method, `${apiUrl}${path}`, body, {
        authorization: `Bearer ${adminToken}`,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      }),
    control: (method, path, body) => untilAnswered(method, `${simulatorUrl}/_sim${path}`, body, {}),
    rows: (sql, values = []) => rowsOf(databaseUrl, sql, values),
    async stop() {
      await started.stop();
      await closeLinks();
    },
  };
}

type Endpoints = {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly simulatorUrl: string;
};

function endpointsIn(folder: string): Endpoints {
  return JSON.parse(readFileSync(join(folder, 'run', 'endpoints.json'), 'utf8')) as Endpoints;
}

async function untilAnswered<T>(
  method: string,
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Answer<T>> {
  const deadline = Date.now() + askedForMs;
  for (;;) {
    let problem: unknown;
    try {
      const answer = await fetch(url, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(answeredWithinMs),
      });
      const text = await answer.text();
      if (answer.status < 500 && !isBusy(answer.status, text)) {
        return { status: answer.status, body: (text === '' ? undefined : parsed(text)) as T };
      }
      problem = `${answer.status} ${text.slice(0, 500)}`;
    } catch (error) {
      problem = error;
    }
    if (Date.now() > deadline) throw new Error(`${method} ${url}: no answer`, { cause: problem });
    await wait(500);
  }
}

/** Too many at once, or the request did not arrive in time; it is still being worked on; the run before has not quite ended. */
function isBusy(status: number, text: string): boolean {
  return status === 429 || status === 408 || (status === 409 && /idempotency_conflict|run_open/.test(text));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function rowsOf<T extends object>(url: string, sql: string, values: readonly unknown[]): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}
