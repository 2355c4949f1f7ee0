import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { allInFlight, connectBareWecom } from './bare-wecom';
import { countEvents, secondsSince, toTenths, wholeNumber } from './measuring';
import { startProductProcess, type ProductProcess } from './product-process';
import { runRivalLoop, type RivalResult } from './rival-loop';
import { asNdjson, churn, makeOa, type BenchOa } from './simulated-oa';

export interface DirectoryResult {
  readonly users: number;
  readonly departments: number;
  readonly change: Change;
  /** `simulate`: the plan is made and not applied. */
  readonly mode: 'simulate' | 'apply';
  readonly latencyMs: number;
  /** From the start of the run to its first write: reading both sides, planning, judging. */
  readonly planSeconds: number;
  /** From the first write to the end. */
  readonly applySeconds: number;
  /** Until the plan page has its first rows. */
  readonly firstRowsSeconds: number;
  /** Every call the simulator saw for the run, those for tokens included. */
  readonly apiCalls: number;
  readonly writeCalls: number;
  /** One for each object that has to change. */
  readonly minimumWriteCalls: number;
  /** Asked by mobile or mail; counted apart. */
  readonly lookups: number;
  readonly rateFloorSeconds: number;
  /** What the floor is the largest of. */
  readonly floors: {
    readonly publishedRate: number;
    readonly latency: number;
    readonly bareLoop: number;
    readonly writesInFlight: number;
  };
  readonly historyEvents: number;
  /** Of the worker's process, over its whole life. */
  readonly peakRssMb: number;
  readonly rival: RivalResult;
}

const changes = ['create', 'churn', 'none'] as const;
type Change = (typeof changes)[number];

type Run = {
  id: string;
  phase: string;
  workflowId: string;
  finishedAt: string | null;
  counts: Record<string, number>;
  progress: { done: number; failed: number; total: number };
  error?: unknown;
};
type CallRow = { corpid: string; path: string; errcode: number; request: Record<string, unknown> };

const corpid = 'wwbench0000000001';
const rivalCorpid = 'wwbench0000000002';
const bareCorpid = 'wwbench0000000003';
const corpName = 'Bench';
const agentid = 1000002;
const secrets = { contacts: 'bench-contacts-secret', app: 'bench-app-secret' };
const published = { callsPerMinute: 10_000 };
/** Of the product: two batches with four calls each. */
const writesInFlight = 8;
const giveUpAfterMs = 60 * 60_000;

const writePaths = new Set([
  'user/create',
  'user/update',
  'user/delete',
  'user/batchdelete',
  'department/create',
  'department/update',
  'department/delete',
]);
const lookUpPaths = new Set(['user/getuserid', 'user/get_userid_by_email']);

/** How long a push takes and what it costs, against the fastest anybody could be and the script one would write. */
export async function benchDirectory(args: readonly string[]): Promise<DirectoryResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      users: { type: 'string', default: '10000' },
      departments: { type: 'string', default: '300' },
      change: { type: 'string', default: 'create' },
      'latency-ms': { type: 'string', default: '20' },
      'rival-users': { type: 'string', default: '2000' },
      'plan-only': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const change = changes.find((known) => known === values.change);
  if (change === undefined) throw new Error(`--change is one of ${changes.join(', ')}`);
  const product = await startProductProcess();
  try {
    return await measure(product, {
      size: { users: wholeNumber(values.users), departments: wholeNumber(values.departments) },
      change,
      latencyMs: wholeNumber(values['latency-ms']),
      rivalUsers: wholeNumber(values['rival-users']),
      mode: values['plan-only'] ? 'simulate' : 'apply',
    });
  } finally {
    await product.stop();
  }
}

async function measure(
  product: ProductProcess,
  {
    size,
    change,
    latencyMs,
    rivalUsers,
    mode,
  }: {
    readonly size: { readonly users: number; readonly departments: number };
    readonly change: Change;
    readonly latencyMs: number;
    readonly rivalUsers: number;
    readonly mode: 'simulate' | 'apply';
  },
): Promise<DirectoryResult> {
  const first = makeOa(corpName, size);
  await makeSimulatedCorp(product, corpid, {});
  const corpOfBridge = await connectCorp(product);
  await feed(product, first);

  let oa = first;
  let minimumWriteCalls = size.users + size.departments;
  if (change !== 'create') {
    const before = await runPush(product, corpOfBridge, 'apply');
    if (before.phase !== 'done') throw new Error(`The first push ended as ${before.phase}`);
    const later = change === 'churn' ? churn(first) : { oa: first, changedObjects: 0 };
    oa = later.oa;
    minimumWriteCalls = later.changedObjects;
    if (change === 'churn') await feed(product, oa);
  }
  await copyCorp(product, rivalCorpid);
  await copyCorp(product, bareCorpid);

  await product.control('POST', '/settings', { latencyMs });
  await product.control('DELETE', '/calls');
  const measured = await runPush(product, corpOfBridge, mode);
  if (measured.phase !== 'done' || measured.progress.failed > 0) {
    throw new Error(
      `The run ended as ${measured.phase}: ${JSON.stringify([measured.error, measured.progress])}`,
    );
  }
  const byPath = await product.control<Record<string, number>>('GET', '/calls?summary=1');
  const sum = (paths: (path: string) => boolean): number =>
    Object.entries(byPath).reduce((total, [path, calls]) => total + (paths(path) ? calls : 0), 0);
  const rows = await product.control<CallRow[] | { items: CallRow[] }>('GET', `/calls?corpid=${corpid}`);
  const writes = ('items' in rows ? rows.items : rows).filter(({ path }) => writePaths.has(path));

  const rowsStartedAt = performance.now();
  await product.api('GET', `/runs/${measured.id}/changes?limit=50`);
  const firstRowsSeconds = secondsSince(rowsStartedAt);

  const busiest = Math.max(
    0,
    ...Object.entries(byPath).flatMap(([path, calls]) => (writePaths.has(path) ? [calls] : [])),
  );
  const writeCalls = sum((path) => writePaths.has(path));
  const floors = {
    publishedRate: toTenths((busiest / published.callsPerMinute) * 60),
    latency: toTenths((writeCalls * latencyMs) / 1000 / writesInFlight),
    bareLoop: toTenths(await timeBareLoop(product, writes, { writeCalls, latencyMs })),
    writesInFlight,
  };
  const rival = await timeRival(product, oa, rivalUsers);
  return {
    ...size,
    change,
    mode,
    latencyMs,
    planSeconds: toTenths(measured.planSeconds),
    applySeconds: toTenths(measured.applySeconds),
    firstRowsSeconds: Math.round(firstRowsSeconds * 1000) / 1000,
    apiCalls: sum(() => true),
    writeCalls,
    minimumWriteCalls,
    lookups: sum((path) => lookUpPaths.has(path)),
    rateFloorSeconds: Math.max(floors.publishedRate, floors.latency, floors.bareLoop),
    floors,
    historyEvents: await countEvents(product.temporalAddress, measured.workflowId),
    peakRssMb: product.workerPeakRssMb(),
    rival,
  };
}

async function makeSimulatedCorp(product: ProductProcess, id: string, content: object): Promise<void> {
  await product.control('POST', '/corps', {
    corpid: id,
    name: corpName,
    contactsSecret: secrets.contacts,
    apps: [{ agentid, secret: secrets.app, name: 'Bench', visibleDepartments: [1] }],
    ...content,
  });
}

/** Another corp that looks as the measured one does now: for those who do the same work in another way. */
async function copyCorp(product: ProductProcess, id: string): Promise<void> {
  const { departments, users } = await product.control<{ departments: object[]; users: object[] }>(
    'GET',
    `/corps/${corpid}/state`,
  );
  await makeSimulatedCorp(product, id, { departments, users });
}

async function connectCorp(product: ProductProcess): Promise<string> {
  const corp = await product.api<{ id: string }>('POST', '/corps', {
    name: corpName,
    corpId: corpid,
    apiBaseUrl: product.simulatorUrl,
    contactsSecret: secrets.contacts,
  });
  await product.api('POST', `/corps/${corp.id}/apps`, {
    name: 'Bench',
    agentId: agentid,
    secret: secrets.app,
  });
  await product.api('PUT', `/corps/${corp.id}/directory/settings`, {
    access: 'read-write',
    master: 'oa',
    push: {
      userIdFrom: 'loginId',
      match: [{ oaField: 'loginId', wecomField: 'userid' }],
      // The limits are not what is measured.
      guard: {
        maxDecrease: null,
        maxDeletes: null,
        maxDeletePercent: null,
        maxDisables: null,
        maxDepartmentDeletes: null,
        maxBranchPercent: null,
        maxMoves: null,
        maxCleared: null,
      },
      approval: { required: 'never' },
    },
  });
  return corp.id;
}

async function feed(product: ProductProcess, oa: BenchOa): Promise<void> {
  await product.send('PUT', '/oa/directory', asNdjson(oa), 'application/x-ndjson');
}

type MeasuredRun = Run & { readonly planSeconds: number; readonly applySeconds: number };

async function runPush(
  product: ProductProcess,
  corp: string,
  mode: 'apply' | 'simulate',
): Promise<MeasuredRun> {
  const startedAt = performance.now();
  const { runId } = await product.api<{ runId: string }>('POST', `/corps/${corp}/directory/runs`, {
    direction: 'push',
    mode,
  });
  let applyingAt: number | undefined;
  for (const deadline = Date.now() + giveUpAfterMs; Date.now() < deadline; await wait(100)) {
    const run = await product.api<Run>('GET', `/runs/${runId}`);
    const now = performance.now();
    if (run.phase === 'applying') applyingAt ??= now;
    if (run.finishedAt !== null) {
      const planned = applyingAt ?? now;
      return { ...run, planSeconds: (planned - startedAt) / 1000, applySeconds: (now - planned) / 1000 };
    }
  }
  throw new Error(`The run did not end within ${giveUpAfterMs} ms`);
}

/** The same requests with the same number in flight, and nothing else. Departments count as if they never waited. */
async function timeBareLoop(
  product: ProductProcess,
  writes: readonly CallRow[],
  { writeCalls, latencyMs }: { readonly writeCalls: number; readonly latencyMs: number },
): Promise<number> {
  await product.control('POST', '/settings', {
    perApiPerMinute: 10_000_000,
    perApiPerHour: 100_000_000,
    perIpPerMinute: 10_000_000,
    perIpPerHour: 100_000_000,
  });
  const wecom = await connectBareWecom(product.simulatorUrl, {
    corpid: bareCorpid,
    secret: secrets.contacts,
    inFlight: writesInFlight,
  });
  const isOfDepartment = ({ path }: CallRow): boolean => path.startsWith('department/');
  const send = ({ path, request }: CallRow): Promise<unknown> => {
    if (!path.endsWith('/delete')) return wecom.post(path, request);
    return wecom.get(path, request as Record<string, string | number>);
  };
  const departments = writes.filter(isOfDepartment);
  await product.control('POST', '/settings', { latencyMs: 0 });
  for (const write of departments.filter(({ path }) => path !== 'department/delete')) await send(write);
  await product.control('POST', '/settings', { latencyMs });
  const users = writes.filter((write) => !isOfDepartment(write));
  const startedAt = performance.now();
  await allInFlight(users, writesInFlight, send);
  const seconds = secondsSince(startedAt);
  // The simulator's log holds a limited number of calls.
  const share = users.length === 0 ? 0 : (writeCalls - departments.length) / users.length;
  return seconds * share + (departments.length * latencyMs) / 1000 / writesInFlight;
}

async function timeRival(product: ProductProcess, oa: BenchOa, maxUsers: number): Promise<RivalResult> {
  const connect = (secret: string) => connectBareWecom(product.simulatorUrl, { corpid: rivalCorpid, secret });
  return runRivalLoop(
    { contacts: await connect(secrets.contacts), app: await connect(secrets.app) },
    oa,
    maxUsers,
  );
}
