import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { PartName, ProductProcess } from '../product-process';
import { cutModes } from './links';
import { linkNames, type ChaosProduct } from './product';
import type { Random } from './random';

export type FaultCounts = {
  kills: number;
  cuts: number;
  slowdowns: number;
  /** Each by what it met: `kill worker`, `cut api-postgres silent`, `slow temporal`. */
  readonly each: Record<string, number>;
};

const parts = ['worker', 'api', 'postgres', 'temporal', 'simulator'] as const;
type Part = (typeof parts)[number];

/** Seconds between two of a kind; parts that were killed need some to come back. */
const betweenKills = { least: 8, most: 20 };
const betweenDisturbances = { least: 2, most: 8 };
const disturbedFor = { least: 1, most: 12 };

/** Kills in one stream, cuts and slow parts in another, until the signal; then everything is whole again. */
export async function makeTrouble(
  product: ChaosProduct,
  random: { readonly kills: Random; readonly disturbances: Random },
  signal: AbortSignal,
  note: (what: string) => void,
): Promise<FaultCounts> {
  const counts: FaultCounts = { kills: 0, cuts: 0, slowdowns: 0, each: {} };
  const count = (what: string): void => {
    counts.each[what] = (counts.each[what] ?? 0) + 1;
    note(what);
  };

  const kill = async (part: Part): Promise<void> => {
    if (!(await endPart(product, part))) return;
    counts.kills += 1;
    count(`kill ${part}`);
  };
  const disturb = async (what: Disturbance): Promise<void> => {
    const seconds = random.disturbances.between(disturbedFor.least, disturbedFor.most);
    switch (what.kind) {
      case 'cut': {
        counts.cuts += 1;
        count(`cut ${what.link} ${what.mode}`);
        const link = product.links[what.link];
        link.cut(what.mode);
        await pause(seconds, signal);
        link.mend();
        break;
      }
      case 'slow': {
        const pids = pidsOf(product.process, what.part);
        if (pids.length === 0) return;
        counts.slowdowns += 1;
        count(`slow ${what.part}`);
        send(pids, 'SIGSTOP');
        await pause(seconds, signal);
        send(pids, 'SIGCONT');
        break;
      }
    }
  };
  await Promise.all([
    inRounds(parts, random.kills, betweenKills, kill, signal),
    inRounds(disturbances, random.disturbances, betweenDisturbances, disturb, signal),
  ]);
  return counts;
}

type Disturbance =
  | {
      readonly kind: 'cut';
      readonly link: (typeof linkNames)[number];
      readonly mode: (typeof cutModes)[number];
    }
  | { readonly kind: 'slow'; readonly part: Part };

const disturbances: readonly Disturbance[] = [
  ...linkNames.flatMap((link) => cutModes.map((mode) => ({ kind: 'cut', link, mode }) as const)),
  ...parts.map((part) => ({ kind: 'slow', part }) as const),
];

/** In another order each time round: whatever the seed, none is met much more often than the others. */
async function inRounds<T>(
  all: readonly T[],
  random: Random,
  between: { readonly least: number; readonly most: number },
  once: (one: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (const one of random.shuffled(all)) {
      await pause(random.between(between.least, between.most), signal);
      if (signal.aborted) return;
      await once(one);
    }
  }
}

/**
 * SIGKILL, except for the simulator: WeCom has forgotten nothing of what it answered when it is back. All its connections
 * are cut first, so that answers are lost as by a kill, and then it is told to end, which keeps its state.
 */
async function endPart(product: ChaosProduct, part: Part): Promise<boolean> {
  const [pid] = pidsOf(product.process, part);
  if (pid === undefined) return false;
  if (part !== 'simulator') return send([pid], 'SIGKILL');
  const link = product.links['bridge-wecom'];
  link.cut('refused');
  const isTold = send([pid], 'SIGTERM');
  await wait(1_000);
  link.mend();
  return isTold;
}

/** The process itself first, then those that it has started. None while the part is away. */
function pidsOf(process: ProductProcess, part: Part): readonly number[] {
  try {
    const pids = process.processes()[part satisfies PartName];
    // The first of a server is its guardian, whom nobody harms.
    const own = part === 'postgres' || part === 'temporal' ? pids.slice(1) : pids;
    const [first] = own;
    return first !== undefined && programs[part].test(commandLineOf(first)) ? own : [];
  } catch {
    return [];
  }
}

/** A number that was written down may be another process's by now. */
const programs: Readonly<Record<Part, RegExp>> = {
  worker: /dist\/workers\/main\.js/,
  api: /dist\/api\/main\.js/,
  simulator: /dist\/simulator\/main\.js/,
  postgres: /postgres/,
  temporal: /temporal/,
};

const commandLineOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'latin1');

/** Whether the first of them was there. */
function send(pids: readonly number[], signal: NodeJS.Signals): boolean {
  const reached = pids.map((pid) => {
    try {
      return process.kill(pid, signal);
    } catch {
      return false; // it has ended meanwhile
    }
  });
  return reached[0] ?? false;
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(seconds * 1_000, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
