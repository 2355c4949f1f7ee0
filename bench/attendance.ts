import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { copyAgain } from './bare-copy';
import { countEvents, secondsSince, toTenths, wholeNumber } from './measuring';
import { startProductProcess, type ProductProcess } from './product-process';
import { asNdjson, makeOa } from './simulated-oa';

export interface AttendanceResult {
  readonly members: number;
  readonly days: number;
  /** Rows that stand in the bridge's table after the first run. */
  readonly records: number;
  /** From the request until the run has ended. */
  readonly seconds: number;
  readonly recordsPerSecond: number;
  /** The very same rows, by a bare COPY into a table with the same columns and key. */
  readonly copyRecordsPerSecond: number;
  readonly ratio: number;
  /** Every call the simulator saw during the run. */
  readonly apiCalls: number;
  /** What WeCom's 100 members and 30 days a call allow. */
  readonly minimumApiCalls: number;
  readonly historyEvents: number;
  /** Of the worker's process, over its whole life. */
  readonly peakRssMb: number;
  /** What the same run, asked for once more, made of the rows: new, changed and superseded ones. */
  readonly changedOnSecondRun: number;
  readonly secondRunSeconds: number;
  /** From the end of the run until the OA has everything; null where it took longer than was waited for. */
  readonly deliveredSeconds: number | null;
}

type Run = {
  id: string;
  phase: string;
  workflowId: string;
  finishedAt: string | null;
  error?: unknown;
  attendance?: { counts: Record<string, number> };
};
type Size = { readonly members: number; readonly days: number; readonly perDay: number };
type Summary = { delivery: Record<'punches' | 'reports', { pending: number; failingSince: string | null }> };

const corpid = 'wwbench0000000001';
const corpName = 'Bench';
const agentid = 1000002;
const secrets = { contacts: 'bench-contacts-secret', app: 'bench-app-secret' };
const timezone = 'Asia/Shanghai';
const wecomLimits = { members: 100, days: 30 };
const dayMs = 86_400_000;
const giveUpAfterMs = 60 * 60_000;
const deliveredWithinMs = 15 * 60_000;

/** How fast a month of punches is read and stored, and what it costs, against what Postgres can take in at all. */
export async function benchAttendance(args: readonly string[]): Promise<AttendanceResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      members: { type: 'string', default: '10000' },
      days: { type: 'string', default: '31' },
      'per-day': { type: 'string', default: '4' },
      'latency-ms': { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
    },
  });
  const size = {
    members: wholeNumber(values.members),
    days: wholeNumber(values.days),
    perDay: wholeNumber(values['per-day']),
  };
  const product = await startProductProcess();
  try {
    return await measure(product, size, wholeNumber(values['latency-ms']));
  } finally {
    await product.stop();
  }
}

async function measure(product: ProductProcess, size: Size, latencyMs: number): Promise<AttendanceResult> {
  const { members, days, perDay } = size;
  const range = daysUntilYesterday(days);
  await fillBothSides(product, size, range.from);
  const corp = await connectAndBind(product, members);
  await product.control('POST', '/settings', { latencyMs });
  await product.control('DELETE', '/calls');

  const first = await runAttendance(product, corp, range);
  const apiCalls = await countCalls(product);
  const deliveredSeconds = await untilDelivered(product, corp);
  const copy = await copyAgain(product.databaseUrl, 'attendance_record');
  const expected = members * days * perDay;
  if (copy.rows !== expected) throw new Error(`${copy.rows} records are stored instead of ${expected}`);
  const again = await runAttendance(product, corp, range);

  const recordsPerSecond = copy.rows / first.seconds;
  const copyRecordsPerSecond = copy.rows / copy.seconds;
  const counts = again.run.attendance?.counts;
  return {
    members,
    days,
    records: copy.rows,
    seconds: toTenths(first.seconds),
    recordsPerSecond: Math.round(recordsPerSecond),
    copyRecordsPerSecond: Math.round(copyRecordsPerSecond),
    ratio: Math.round((recordsPerSecond / copyRecordsPerSecond) * 100) / 100,
    apiCalls,
    minimumApiCalls: Math.ceil(members / wecomLimits.members) * Math.ceil(days / wecomLimits.days),
    historyEvents: await countEvents(product.temporalAddress, first.run.workflowId),
    peakRssMb: product.workerPeakRssMb(),
    changedOnSecondRun: ['new', 'changed', 'superseded'].reduce(
      (sum, name) => sum + (counts?.[name] ?? NaN),
      0,
    ),
    secondRunSeconds: toTenths(again.seconds),
    deliveredSeconds,
  };
}

/** As the calendar in the zone shows them: days that are over stay as they are. */
function daysUntilYesterday(days: number): { readonly from: string; readonly to: string } {
  const today = Date.parse(new Date().toLocaleDateString('sv-SE', { timeZone: timezone }));
  const dayBefore = (count: number): string => new Date(today - count * dayMs).toISOString().slice(0, 10);
  return { from: dayBefore(days), to: dayBefore(1) };
}

async function fillBothSides(
  product: ProductProcess,
  { members, days, perDay }: Size,
  from: string,
): Promise<void> {
  const oa = makeOa(corpName, { users: members, departments: Math.max(1, Math.ceil(members / 100)) });
  const numbers = new Map(oa.departments.map(({ id }, index) => [id, index + 1]));
  await product.control('POST', '/corps', {
    corpid,
    name: corpName,
    contactsSecret: secrets.contacts,
    apps: [
      { agentid, secret: secrets.app, name: corpName, visibleDepartments: [1], permissions: ['checkin'] },
    ],
    departments: oa.departments.map(({ id, name, parentId }) => ({
      id: numbers.get(id),
      name,
      parentid: parentId === null ? 0 : numbers.get(parentId),
    })),
    users: oa.users.map(({ loginId, name, departmentId }) => ({
      userid: loginId,
      name,
      department: [numbers.get(departmentId)],
    })),
  });
  await product.control('POST', `/corps/${corpid}/checkins/generate`, { from, days, perDay, timezone });
  await product.send('PUT', '/oa/directory', asNdjson(oa), 'application/x-ndjson');
}

async function connectAndBind(product: ProductProcess, members: number): Promise<string> {
  const { id } = await product.api<{ id: string }>('POST', '/corps', {
    name: corpName,
    corpId: corpid,
    apiBaseUrl: product.simulatorUrl,
    contactsSecret: secrets.contacts,
  });
  const app = await product.api<{ id: string }>('POST', `/corps/${id}/apps`, {
    name: corpName,
    agentId: agentid,
    secret: secrets.app,
  });
  await product.api('PUT', `/corps/${id}/directory/settings`, {
    pull: { linkNewMembers: { enabled: true, wecomField: 'userid', oaField: 'loginId' } },
    push: { match: [{ oaField: 'loginId', wecomField: 'userid' }] },
  });
  const { runId } = await product.api<{ runId: string }>('POST', `/corps/${id}/directory/runs`, {
    direction: 'pull',
    mode: 'apply',
  });
  await untilEnded(product, runId);
  const bound = await product.api<{ total: number }>('GET', `/corps/${id}/bindings?limit=1`);
  if (bound.total !== members) throw new Error(`${bound.total} of ${members} members are bound`);
  await product.api('PUT', `/corps/${id}/attendance/settings`, {
    appId: app.id,
    timezone,
    dayStartsAt: '00:00',
  });
  return id;
}

async function runAttendance(
  product: ProductProcess,
  corp: string,
  range: { readonly from: string; readonly to: string },
): Promise<{ readonly run: Run; readonly seconds: number }> {
  const startedAt = performance.now();
  const { runId } = await product.api<{ runId: string }>('POST', `/corps/${corp}/attendance/runs`, range);
  const run = await untilEnded(product, runId);
  return { run, seconds: secondsSince(startedAt) };
}

async function untilEnded(product: ProductProcess, runId: string): Promise<Run> {
  for (const deadline = Date.now() + giveUpAfterMs; Date.now() < deadline; await wait(200)) {
    const run = await product.api<Run>('GET', `/runs/${runId}`);
    if (run.finishedAt === null) continue;
    if (run.phase !== 'done') throw new Error(`The run ended as ${run.phase}: ${JSON.stringify(run.error)}`);
    return run;
  }
  throw new Error(`The run did not end within ${giveUpAfterMs} ms`);
}

async function untilDelivered(product: ProductProcess, corp: string): Promise<number | null> {
  const startedAt = performance.now();
  for (const deadline = Date.now() + deliveredWithinMs; Date.now() < deadline; await wait(1_000)) {
    const { delivery } = await product.api<Summary>('GET', `/corps/${corp}/attendance/summary`);
    if (delivery.punches.pending === 0) return toTenths(secondsSince(startedAt));
  }
  return null;
}

async function countCalls(product: ProductProcess): Promise<number> {
  const byPath = await product.control<Record<string, number>>('GET', '/calls?summary=1');
  return Object.values(byPath).reduce((sum, calls) => sum + calls, 0);
}
