import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { countEvents, secondsSince, toTenths, wholeNumber } from './measuring';
import { startProductProcess, type ProductProcess } from './product-process';

export interface PullResult {
  readonly members: number;
  readonly departments: number;
  readonly seconds: number;
  /** Every call the simulator saw during the run, those for tokens included. */
  readonly apiCalls: number;
  /** What the API's page sizes allow, tokens not counted: they may be cached. */
  readonly minimumApiCalls: number;
  readonly historyEvents: number;
  /** Of the worker's process, over its whole life. */
  readonly peakRssMb: number;
}

type Run = { id: string; phase: string; workflowId: string; finishedAt: string | null; error?: unknown };
type SimulatedState = { users?: { department: number[] }[]; members?: { department: number[] }[] };

const idsPerPage = 10_000;
const corpid = 'wwbench0000000001';
const secrets = { contacts: 'bench-contacts-secret', app: 'bench-app-secret' };
const agentid = 1000002;
const giveUpAfterMs = 30 * 60_000;

/** How long a first pull of a large corp takes, and what it costs. */
export async function benchPull(args: readonly string[]): Promise<PullResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      members: { type: 'string', default: '100000' },
      departments: { type: 'string', default: '3000' },
      'latency-ms': { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
    },
  });
  const size = { members: wholeNumber(values.members), departments: wholeNumber(values.departments) };
  const product = await startProductProcess();
  try {
    return await measure(product, size, wholeNumber(values['latency-ms']));
  } finally {
    await product.stop();
  }
}

async function measure(
  product: ProductProcess,
  size: { readonly members: number; readonly departments: number },
  latencyMs: number,
): Promise<PullResult> {
  const minimumApiCalls = await createSimulatedCorp(product, size);
  const corp = await product.api<{ id: string }>('POST', '/corps', {
    name: 'Bench',
    corpId: corpid,
    apiBaseUrl: product.simulatorUrl,
    contactsSecret: secrets.contacts,
  });
  await product.api('POST', `/corps/${corp.id}/apps`, {
    name: 'Bench',
    agentId: agentid,
    secret: secrets.app,
  });
  await product.control('POST', '/settings', { latencyMs });
  await product.control('DELETE', '/calls');

  const startedAt = performance.now();
  const { runId } = await product.api<{ runId: string }>('POST', `/corps/${corp.id}/directory/runs`, {
    direction: 'pull',
    mode: 'apply',
  });
  const run = await untilEnded(product, runId);
  const seconds = secondsSince(startedAt);
  if (run.phase !== 'done') throw new Error(`The run ended as ${run.phase}: ${JSON.stringify(run.error)}`);
  const { total } = await product.api<{ total: number }>('GET', `/corps/${corp.id}/members?limit=1`);
  if (total !== size.members) throw new Error(`The mirror holds ${total} members instead of ${size.members}`);

  return {
    ...size,
    seconds: toTenths(seconds),
    apiCalls: await countCalls(product),
    minimumApiCalls,
    historyEvents: await countEvents(product.temporalAddress, run.workflowId),
    peakRssMb: product.workerPeakRssMb(),
  };
}

/** Returns how few calls can read it: the two lists of departments, the pages of ids, and each department's members. */
async function createSimulatedCorp(
  product: ProductProcess,
  size: { readonly members: number; readonly departments: number },
): Promise<number> {
  await product.control('POST', '/corps', {
    corpid,
    name: 'Bench',
    contactsSecret: secrets.contacts,
    apps: [{ agentid, secret: secrets.app, name: 'Bench', visibleDepartments: [1] }],
    generate: size,
  });
  const state = await product.control<SimulatedState>('GET', `/corps/${corpid}/state`);
  const places = (state.users ?? state.members ?? []).flatMap(({ department }) => department);
  return 2 + Math.ceil(places.length / idsPerPage) + new Set(places).size;
}

async function untilEnded(product: ProductProcess, runId: string): Promise<Run> {
  for (const deadline = Date.now() + giveUpAfterMs; Date.now() < deadline; await wait(500)) {
    const run = await product.api<Run>('GET', `/runs/${runId}`);
    if (run.finishedAt !== null) return run;
  }
  throw new Error(`The run did not end within ${giveUpAfterMs} ms`);
}

async function countCalls(product: ProductProcess): Promise<number> {
  const byPath = await product.control<Record<string, number>>('GET', '/calls?summary=1');
  return Object.values(byPath).reduce((sum, calls) => sum + calls, 0);
}
