import { inOrder, toTenths } from '../measuring';
import { partNames, type PartName } from '../product-process';
import type { PartSample, Sample, TableSample } from './samples';

/** The first third of the time against the last one: what grows from the one to the other has no end. */

export interface Growth {
  readonly first: number;
  readonly last: number;
}

export interface Growths {
  readonly parts: Readonly<Record<PartName, Partial<Record<keyof PartSample, Growth>>>>;
  readonly connections: Growth;
  readonly backlog: Growth;
  readonly openWorkflows: Growth;
}

export interface TableGrowth {
  readonly table: string;
  readonly rows: Growth;
  readonly megabytes: Growth;
  /** Of all rows at the end, those nobody can see any more. */
  readonly deadShare: number;
}

/** So much more in the last third is no leak yet: a share of the first, and room for what a single look may hit. */
interface Allowance {
  readonly share: number;
  readonly beside: number;
}

const allowed = {
  memoryMb: { share: 0.1, beside: 24 },
  /** The least of each third: what is left right after a clean-up. */
  heapMb: { share: 0.1, beside: 12 },
  handles: { share: 0.05, beside: 8 },
  connections: { share: 0.05, beside: 6 },
  /** A moment's work for the load, and none of it from before. */
  backlog: { share: 0.1, beside: 50 },
  openWorkflows: { share: 0.1, beside: 50 },
} as const satisfies Record<string, Allowance>;

/** Autovacuum comes at a fifth by default; twice that is a table it can't keep up with. */
const deadShareAllowed = 0.4;
const tooSmallToJudgeMb = 8;
/** A table whose rows stay as many may be half as large again before it counts as bloated. */
const bytesPerRowAllowed = 1.5;

/** It keeps every message and every call it ever saw, on purpose, and is no part of an installation. */
const notJudged: ReadonlySet<PartName> = new Set<PartName>(['simulator']);

export function growthsOf(samples: readonly Sample[]): Growths {
  const of = (pick: (sample: Sample) => number, from: (values: readonly number[]) => number): Growth => {
    const third = Math.max(1, Math.floor(samples.length / 3));
    return {
      first: toTenths(from(samples.slice(0, third).map(pick))),
      last: toTenths(from(samples.slice(-third).map(pick))),
    };
  };
  const partOf = (name: PartName): Partial<Record<keyof PartSample, Growth>> => ({
    memoryMb: of(({ parts }) => parts[name].memoryMb, median),
    handles: of(({ parts }) => parts[name].handles, median),
    ...(samples[0]?.parts[name].heapMb === undefined
      ? {}
      : {
          heapMb: of(
            ({ parts }) => parts[name].heapMb ?? NaN,
            (values) => Math.min(...values),
          ),
        }),
  });
  return {
    parts: Object.fromEntries(partNames.map((name) => [name, partOf(name)])) as Growths['parts'],
    connections: of(({ connections }) => connections, median),
    backlog: of(({ backlog }) => backlog, median),
    openWorkflows: of(({ openWorkflows }) => openWorkflows, median),
  };
}

/** The ten largest, and every one that is bloated. */
export function tableGrowthsOf(samples: readonly Sample[]): TableGrowth[] {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const before = new Map((samples[third - 1]?.tables ?? []).map((one) => [one.table, one]));
  return (samples.at(-1)?.tables ?? [])
    .flatMap((last): TableGrowth[] => {
      const first = before.get(last.table);
      return first === undefined ? [] : [tableGrowth(first, last)];
    })
    .sort((a, b) => b.megabytes.last - a.megabytes.last)
    .filter((growth, place) => place < 10 || isBloated(growth));
}

/** What grew, in words; nothing where all is flat. */
export function findGrowth(growths: Growths, tables: readonly TableGrowth[]): string[] {
  const findings: string[] = [];
  const judge = (what: string, growth: Growth | undefined, { share, beside }: Allowance): void => {
    if (growth === undefined || growth.last <= growth.first * (1 + share) + beside) return;
    findings.push(`${what}: ${growth.first} → ${growth.last}`);
  };
  for (const name of partNames) {
    if (notJudged.has(name)) continue;
    for (const figure of ['memoryMb', 'heapMb', 'handles'] as const)
      judge(`${name}.${figure}`, growths.parts[name][figure], allowed[figure]);
  }
  for (const figure of ['connections', 'backlog', 'openWorkflows'] as const)
    judge(figure, growths[figure], allowed[figure]);
  for (const { table, deadShare, megabytes } of tables.filter(isBloated))
    findings.push(`${table}: ${megabytes.first} → ${megabytes.last} MB, ${deadShare} of its rows are dead`);
  return findings;
}

function isBloated({ rows, megabytes, deadShare }: TableGrowth): boolean {
  if (megabytes.last < tooSmallToJudgeMb) return false;
  if (deadShare > deadShareAllowed) return true;
  const perRow = ({ rows: count, of }: { rows: number; of: number }): number => of / Math.max(1, count);
  const before = perRow({ rows: rows.first, of: megabytes.first });
  return perRow({ rows: rows.last, of: megabytes.last }) > before * bytesPerRowAllowed;
}

function tableGrowth(first: TableSample, last: TableSample): TableGrowth {
  const megabytes = ({ bytes }: TableSample): number => toTenths(bytes / 2 ** 20);
  const all = last.liveRows + last.deadRows;
  return {
    table: last.table,
    rows: { first: first.liveRows, last: last.liveRows },
    megabytes: { first: megabytes(first), last: megabytes(last) },
    deadShare: all === 0 ? 0 : Math.round((last.deadRows / all) * 100) / 100,
  };
}

function median(values: readonly number[]): number {
  return inOrder(values)[Math.floor(values.length / 2)] ?? 0;
}
