import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { toTenths, wholeNumber } from '../measuring';
import { until, untilLookedInto, untilSent } from '../mixed-world';
import { cpuSecondsOf, machineClock } from '../process-figures';
import { partNames, startProductProcess, type PartName, type ProductProcess } from '../product-process';
import { createLoad, type LoadReport } from './load';
import { checkRetention, type RetentionResult } from './retention';
import { createSampler, type Sample, type Sampler } from './samples';
import { findGrowth, growthsOf, tableGrowthsOf, type Growths, type TableGrowth } from './verdict';

export interface SoakResult extends Growths {
  readonly minutes: number;
  /** Samples, without those of the warm-up. */
  readonly samples: number;
  readonly load: LoadReport;
  /** Of one processor, by each part of the product, all its processes together. */
  readonly cpuPercent: Readonly<Record<PartName, number>>;
  /** Of all processors of the machine, by whatever ran on it: others share it with what is measured. */
  readonly machineBusyPercent: number;
  readonly tables: readonly TableGrowth[];
  /** From the end of the load until nothing of it is left to be done. */
  readonly settledSeconds: number;
  readonly retention: RetentionResult;
  /** `flat`, or what is not. */
  readonly verdict: 'flat' | readonly string[];
}

const sampleEveryMs = 10_000;
/** Code is compiled, caches and pools fill: a tenth of the time, and never less than that. */
const warmUpMsAtLeast = 90_000;
/** A tenth of what each of the five kinds of load reaches alone: together, half of the machine. */
const shareOfPeaks = '0.1';

/** Whether anything grows under a load that stays as it is; where it does, the process ends with 1. */
export async function soak(args: readonly string[]): Promise<SoakResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '60' },
      share: { type: 'string', default: shareOfPeaks },
      'latency-ms': { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
    },
  });
  const share = Number(values.share);
  if (!(share > 0 && share <= 1)) throw new Error('--share is above 0 and at most 1');
  const metricsPort = await freePort();
  const product = await startProductProcess({ METRICS_PORT: String(metricsPort) });
  try {
    const sampler = await createSampler(product, {
      api: new URL('/metrics', product.apiUrl).href,
      worker: `http://127.0.0.1:${metricsPort}/metrics`,
    });
    try {
      const result = await measure(product, sampler, {
        minutes: wholeNumber(values.minutes),
        share,
        latencyMs: wholeNumber(values['latency-ms']),
      });
      if (result.verdict !== 'flat') process.exitCode = 1;
      return result;
    } finally {
      await sampler.close();
    }
  } finally {
    await product.stop();
  }
}

async function measure(
  product: ProductProcess,
  sampler: Sampler,
  {
    minutes,
    share,
    latencyMs,
  }: { readonly minutes: number; readonly share: number; readonly latencyMs: number },
): Promise<SoakResult> {
  const load = await createLoad(product, share);
  await product.control('POST', '/settings', { latencyMs });
  const startedAt = performance.now();
  const cpuBefore = cpuOfParts(product);
  const machineBefore = machineClock();
  const endsAt = startedAt + minutes * 60_000;
  const isOver = (): boolean => performance.now() >= endsAt;
  const [report, samples] = await Promise.all([load.run(isOver), sampleUntil(isOver, product, sampler)]);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuAfter = cpuOfParts(product);
  const cpuPercent = perPart((name) => toTenths(((cpuAfter[name] - cpuBefore[name]) / seconds) * 100));
  const machine = machineClock();

  const loadEndedAt = performance.now();
  await untilSent(product);
  await untilLookedInto(product, load.corp);
  await until(async () => (await sampler.take()).backlog === 0);
  const settledSeconds = toTenths((performance.now() - loadEndedAt) / 1000);

  const warmUpSeconds = Math.max(warmUpMsAtLeast, minutes * 6_000) / 1000;
  const from = samples[0]?.atSeconds ?? 0;
  const judged = samples.filter(({ atSeconds }) => atSeconds - from >= warmUpSeconds);
  if (judged.length < 9)
    throw new Error(`${judged.length} samples are too few to judge; give it more minutes`);
  const growths = growthsOf(judged);
  const tables = tableGrowthsOf(judged);
  const retention = await checkRetention(product);
  const findings = [...findGrowth(growths, tables), ...findFailures(report, retention)];
  return {
    minutes,
    samples: judged.length,
    ...growths,
    load: report,
    cpuPercent,
    machineBusyPercent: toTenths(
      ((machine.busyTicks - machineBefore.busyTicks) / (machine.allTicks - machineBefore.allTicks)) * 100,
    ),
    tables,
    settledSeconds,
    retention,
    verdict: findings.length === 0 ? 'flat' : findings,
  };
}

function cpuOfParts(product: ProductProcess): Record<PartName, number> {
  const processes = product.processes();
  return perPart((name) => cpuSecondsOf(processes[name]));
}

function perPart<T>(of: (name: PartName) => T): Record<PartName, T> {
  return Object.fromEntries(partNames.map((name) => [name, of(name)])) as Record<PartName, T>;
}

async function sampleUntil(
  isOver: () => boolean,
  product: ProductProcess,
  sampler: Sampler,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let nextAt = performance.now(); !isOver(); nextAt += sampleEveryMs) {
    samples.push(await sampler.take());
    // The simulator remembers calls for whoever asks; nobody does.
    await product.control('DELETE', '/calls');
    await wait(Math.max(0, nextAt + sampleEveryMs - performance.now()));
  }
  return samples;
}

/** A load that is not carried proves nothing. */
function findFailures(
  { events, callbacks, pushes, attendance }: LoadReport,
  retention: RetentionResult,
): string[] {
  const findings: string[] = [];
  for (const [name, { refused }] of Object.entries({ events, callbacks }))
    if (refused > 0) findings.push(`${name}: ${refused} were refused`);
  for (const [name, { failed, problem }] of Object.entries({ pushes, attendance }))
    if (failed > 0) findings.push(`${name}: ${failed} rounds failed, the last with: ${problem}`);
  for (const [table, left] of Object.entries(retention.left))
    if (left > 0) findings.push(`retention: ${left} rows of ${table} are older than they may be`);
  if (retention.orphans > 0) findings.push(`retention: ${retention.orphans} rows belong to nothing`);
  return findings;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
