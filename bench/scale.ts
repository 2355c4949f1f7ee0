import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { mostWithinAMinute, type CallRow } from './calls-per-minute';
import { secondsSince, toTenths, wholeNumber } from './measuring';
import {
  connectMixedCorp,
  corpName,
  createCallbacks,
  offerAll,
  offerEvent,
  punch,
  readAttendance,
  runPush,
  untilLookedInto,
  untilSent,
  type MixedCorp,
} from './mixed-world';
import { machineClock } from './process-figures';
import { startProductProcess, type ExtraWorker, type ProductProcess } from './product-process';
import { asNdjson, makeOa, type BenchOa } from './simulated-oa';

export interface ScaleResult {
  readonly corps: number;
  readonly membersPerCorp: number;
  readonly latencyMs: number;
  readonly processors: number;
  readonly steps: readonly Step[];
  /** Throughput with the most workers against one worker. */
  readonly ratios: Readonly<Record<Kind, number>>;
  readonly budget: BudgetResult;
}

const kinds = ['directory', 'messages', 'callbacks', 'attendance'] as const;
type Kind = (typeof kinds)[number];

interface Step {
  readonly workers: number;
  readonly directory: Throughput;
  readonly messages: Throughput;
  readonly callbacks: Throughput;
  readonly attendance: Throughput;
}

interface Throughput {
  /** Members created, events on phones, callbacks looked into, punches stored. */
  readonly perSecond: number;
  readonly seconds: number;
  /** Over all processes of the product. */
  readonly cpuMsEach: number;
  /** Transactions of Postgres, and what it wrote to its log; what is swept and counted meanwhile is among them. */
  readonly commitsEach: number;
  readonly walKbEach: number;
  /** By which the database has grown. */
  readonly storedKbEach: number;
  /** Of all processors of the machine, by whatever ran on it. At 100, more workers can't be faster. */
  readonly machineBusyPercent: number;
  /** The most calls that one API of one corp got within 60 seconds. WeCom allows 10,000, and the product keeps to 9,000. */
  readonly callsPerMinuteAtMost: number;
}

interface BudgetResult {
  readonly workers: number;
  /** Made so low that the work reaches it: calls a minute, API and corp. */
  readonly limitPerMinute: number;
  /** Of that, what bulk work takes at most. */
  readonly bulkPerMinute: number;
  readonly calls: number;
  /** The most within any 60 seconds, by the simulator's log. */
  readonly callsPerMinuteAtMost: number;
  /** Answers with 45009. */
  readonly refused: number;
  readonly kept: boolean;
}

type Size = { readonly corps: number; readonly members: number; readonly events: number };

const recipientsPerEvent = 3;
const attendance = { days: 10, perDay: 4 };
const callbacksPerMember = 2;
/** Low enough for a busy machine to reach it; two and a half of it are asked for. */
const budgetLimit = { perMinute: 60, times: 2.5, shareOfBulk: 0.9 };

/** Several worker processes on one Temporal and one Postgres: what more of them bring, and that they share one budget. */
export async function benchScale(args: readonly string[]): Promise<ScaleResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workers: { type: 'string', default: '1,2,4' },
      corps: { type: 'string', default: '4' },
      members: { type: 'string', default: '500' },
      events: { type: 'string', default: '600' },
      'latency-ms': { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
    },
  });
  const counts = values.workers.split(',').map(wholeNumber);
  if (counts.length === 0 || counts.some((count) => count < 1)) throw new Error('--workers is like 1,2,4');
  const size = {
    corps: wholeNumber(values.corps),
    members: wholeNumber(values.members),
    events: wholeNumber(values.events),
  };
  const latencyMs = wholeNumber(values['latency-ms']);
  const product = await startProductProcess();
  try {
    const oa = makeOa(corpName, {
      users: size.members,
      departments: Math.max(1, Math.ceil(size.members / 50)),
    });
    await product.send('PUT', '/oa/directory', asNdjson(oa), 'application/x-ndjson');
    await product.control('POST', '/settings', { latencyMs });
    // Both sides compile what they run; the first of the steps would pay for it.
    await measureStep(
      product,
      oa,
      { ...size, corps: 1, events: Math.ceil(size.events / 4) },
      { workers: 1, name: 'w' },
    );

    const extra: ExtraWorker[] = [];
    const steps: Step[] = [];
    for (const workers of counts.toSorted((a, b) => a - b)) {
      while (extra.length < workers - 1) extra.push(await product.startWorker());
      steps.push(await measureStep(product, oa, size, { workers, name: `s${workers}` }));
    }
    const budget = await measureBudget(product, oa, extra.length + 1);
    return {
      corps: size.corps,
      membersPerCorp: size.members,
      latencyMs,
      processors: machineClock().processors,
      steps,
      ratios: ratiosOf(steps),
      budget,
    };
  } finally {
    await product.stop();
  }
}

/** Each kind alone, one after the other, in corps of their own: each has the same work before it. */
async function measureStep(
  product: ProductProcess,
  oa: BenchOa,
  { corps: corpCount, members, events }: Size,
  { workers, name }: { readonly workers: number; readonly name: string },
): Promise<Step> {
  const corps: MixedCorp[] = [];
  for (let number = 0; number < corpCount; number += 1)
    corps.push(await connectMixedCorp(product, `wwscale${name}corp${number}`));

  const directory = await timed(product, corpCount * (members + oa.departments.length - 1), () =>
    Promise.all(corps.map((corp) => runPush(product, corp))),
  );

  const messages = await timed(product, events, async () => {
    const numbers = Array.from({ length: events }, (_, index) => index);
    await offerAll(numbers, (index) =>
      offerEvent(product, corps[index % corpCount] as MixedCorp, {
        id: `${name}-${index}`,
        recipients: Array.from(
          { length: recipientsPerEvent },
          (_, place) => `oa${(index * recipientsPerEvent + place) % members}`,
        ),
      }),
    );
    await untilSent(product);
  });

  const callbacks = await timed(product, corpCount * members * callbacksPerMember, async () => {
    const senders = corps.map((corp) => createCallbacks(corp, oa));
    const numbers = Array.from({ length: members * callbacksPerMember }, (_, index) => index);
    await Promise.all(
      senders.map((sender) =>
        offerAll(numbers, async () => {
          if (!(await sender.send(performance.now()))) throw new Error('A callback was not answered');
        }),
      ),
    );
    for (const sender of senders) sender.end();
    for (const corp of corps) await untilLookedInto(product, corp);
  });

  for (const corp of corps) await punch(product, corp, attendance);
  const rows = corpCount * members * attendance.days * attendance.perDay;
  const attendanceRows = await timed(product, rows, () =>
    Promise.all(corps.map((corp) => readAttendance(product, corp, { days: attendance.days, daysAgo: 1 }))),
  );
  return { workers, directory, messages, callbacks, attendance: attendanceRows };
}

async function timed(
  product: ProductProcess,
  count: number,
  work: () => Promise<unknown>,
): Promise<Throughput> {
  await product.control('DELETE', '/calls');
  const databaseBefore = await databaseFigures(product);
  const cpuBefore = product.cpuSeconds();
  const before = machineClock();
  const startedAt = performance.now();
  await work();
  const seconds = secondsSince(startedAt);
  const after = machineClock();
  const cpuMsEach = ((product.cpuSeconds() - cpuBefore) / count) * 1000;
  const database = await databaseFigures(product);
  const each = (figure: keyof DatabaseFigures, unit: number): number =>
    toHundredths((database[figure] - databaseBefore[figure]) / count / unit);
  const share = (after.busyTicks - before.busyTicks) / Math.max(1, after.allTicks - before.allTicks);
  return {
    perSecond: toTenths(count / seconds),
    seconds: toTenths(seconds),
    cpuMsEach: toHundredths(cpuMsEach),
    commitsEach: each('commits', 1),
    walKbEach: each('walBytes', 1024),
    storedKbEach: each('storedBytes', 1024),
    machineBusyPercent: Math.round(share * 100),
    callsPerMinuteAtMost: mostWithinAMinute(await product.control<CallRow[]>('GET', '/calls')),
  };
}

type DatabaseFigures = {
  readonly commits: number;
  readonly walBytes: number;
  readonly storedBytes: number;
};

async function databaseFigures({ databaseUrl }: ProductProcess): Promise<DatabaseFigures> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<DatabaseFigures>(
      `SELECT xact_commit::float8 AS commits, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS "walBytes",
              pg_database_size(datname)::float8 AS "storedBytes"
         FROM pg_stat_database WHERE datname = current_database()`,
    );
    return rows[0] ?? { commits: NaN, walBytes: NaN, storedBytes: NaN };
  } finally {
    await client.end();
  }
}

const toHundredths = (value: number): number => Math.round(value * 100) / 100;

/** All workers want more of one API of one corp than the corp may have. */
async function measureBudget(product: ProductProcess, oa: BenchOa, workers: number): Promise<BudgetResult> {
  const corp = await connectMixedCorp(product, 'wwscalebudget');
  await runPush(product, corp);
  await product.api('PATCH', `/corps/${corp.id}`, {
    rateLimits: { 'message/send': { minute: budgetLimit.perMinute } },
  });
  await product.control('POST', '/settings', { perMinuteOf: { 'message/send': budgetLimit.perMinute } });
  await product.control('DELETE', '/calls');
  const numbers = Array.from({ length: budgetLimit.perMinute * budgetLimit.times }, (_, index) => index);
  await offerAll(numbers, (index) =>
    offerEvent(product, corp, { id: `budget-${index}`, recipients: [`oa${index % oa.users.length}`] }),
  );
  await untilSent(product);
  // The last answers are written down a moment after they were given.
  await wait(1_000);
  const rows = await product.control<CallRow[]>('GET', '/calls?path=message/send');
  const refused = rows.filter(({ errcode }) => errcode === 45009).length;
  const callsPerMinuteAtMost = mostWithinAMinute(rows);
  return {
    workers,
    limitPerMinute: budgetLimit.perMinute,
    bulkPerMinute: Math.floor(budgetLimit.perMinute * budgetLimit.shareOfBulk),
    calls: rows.length,
    callsPerMinuteAtMost,
    refused,
    kept: refused === 0 && callsPerMinuteAtMost <= budgetLimit.perMinute,
  };
}

function ratiosOf(steps: readonly Step[]): Record<Kind, number> {
  const [first] = steps;
  const last = steps.at(-1);
  return Object.fromEntries(
    kinds.map((kind) => [
      kind,
      toHundredths((last?.[kind].perSecond ?? NaN) / (first?.[kind].perSecond ?? NaN)),
    ]),
  ) as Record<Kind, number>;
}
