import { parseArgs } from 'node:util';
import { secondsSince, toTenths, wholeNumber } from '../measuring';
import { makeTrouble, type FaultCounts } from './faults';
import { readFinalState, type FinalState } from './final-state';
import { checkAll, invariants, type Finding, type FindingKind } from './invariants';
import { putUnderLoad, type Load, type Pace } from './load';
import { startChaosProduct } from './product';
import { randomFrom } from './random';
import { callback, createWorld, type World } from './world';

export interface ChaosResult {
  readonly minutes: number;
  readonly members: number;
  readonly seed: number;
  readonly kills: number;
  readonly cuts: number;
  readonly slowdowns: number;
  readonly invariantsChecked: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly stuck: number;
  readonly divergent: number;
  /** What was done meanwhile. */
  readonly load: Readonly<Record<string, number>>;
  /** The bridge said of so many messages that it can't tell or take back: their answers were lost. */
  readonly told: { readonly unknown: number; readonly notRecallable: number };
  readonly faults: Readonly<Record<string, number>>;
  readonly seconds: { readonly calm: number; readonly disturbed: number };
  readonly findings: readonly Finding[];
}

const shownFindings = 60;
const dayMs = 86_400_000;
const attendanceDays = 7;

/** Kills, cuts and slows down everything under load, and holds what came out against the same load undisturbed. */
export async function benchChaos(args: readonly string[]): Promise<ChaosResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '20' },
      members: { type: 'string', default: '5000' },
      rate: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      'calm-speed': { type: 'string', default: '2' },
      json: { type: 'boolean', default: false },
    },
  });
  const minutes = wholeNumber(values.minutes);
  const members = wholeNumber(values.members);
  const seed = wholeNumber(values.seed);
  const pace: Pace = { seconds: minutes * 60, eventsPerSecond: wholeNumber(values.rate), speed: 1 };
  const range = lastDays(attendanceDays);

  const calm = await go({
    members,
    seed,
    range,
    pace: { ...pace, speed: wholeNumber(values['calm-speed']) },
  });
  const disturbed = await go({ members, seed, range, pace, isDisturbed: true });
  const findings = checkAll({ ...disturbed, calm: calm.state, attendanceDays });
  const count = (kind: FindingKind): number => findings.filter((finding) => finding.kind === kind).length;
  const { load, world, state, faults } = disturbed;
  if (findings.length > 0) process.exitCode = 1;
  return {
    minutes,
    members,
    seed,
    kills: faults.kills,
    cuts: faults.cuts,
    slowdowns: faults.slowdowns,
    invariantsChecked: Object.keys(invariants).length,
    lost: count('lost'),
    duplicated: count('duplicated'),
    stuck: count('stuck'),
    divergent: count('divergent'),
    load: {
      changes: world.changes,
      events: load.events.length,
      todos: state.todos.size,
      tappedAgain: state.tappedAgain,
      recalls: load.recalled.size,
      callbacks: state.callbacks.stored,
      departures: load.departures.size,
      changedByHand: load.byHand.size,
      attendanceRuns: load.attendance.length,
    },
    told: {
      unknown: state.recipients.filter((one) => one.state === 'unknown').length,
      notRecallable: state.calls.filter((one) => one.recall === 'not-recallable').length,
    },
    faults: faults.each,
    seconds: { calm: calm.seconds, disturbed: disturbed.seconds },
    findings: findings.slice(0, shownFindings),
  };
}

type Round = {
  readonly members: number;
  readonly seed: number;
  readonly range: { readonly from: string; readonly to: string };
  readonly pace: Pace;
  readonly isDisturbed?: boolean;
};

type Outcome = {
  readonly world: World;
  readonly load: Load;
  readonly state: FinalState;
  readonly faults: FaultCounts;
  readonly accepted: ReadonlySet<string>;
  readonly seen: ReadonlySet<string>;
  readonly seconds: number;
};

async function go({ members, seed, range, pace, isDisturbed = false }: Round): Promise<Outcome> {
  const startedAt = performance.now();
  const note = (what: string): void => {
    process.stderr.write(`${secondsSince(startedAt).toFixed(0).padStart(5)} s  ${what}\n`);
  };
  note(isDisturbed ? 'the disturbed round' : 'the calm round');
  const product = await startChaosProduct(callback.encodingAesKey);
  try {
    const world = await createWorld(product, members, { from: range.from, days: attendanceDays });
    note('under load');
    const over = new AbortController();
    const lastFault = setTimeout(() => over.abort(), pace.seconds * 1_000);
    const trouble = isDisturbed
      ? makeTrouble(
          product,
          { kills: randomFrom(seed + 1), disturbances: randomFrom(seed + 2) },
          over.signal,
          note,
        )
      : Promise.resolve({ kills: 0, cuts: 0, slowdowns: 0, each: {} });
    const [load, faults] = await Promise.all([
      putUnderLoad(product, world, pace, randomFrom(seed), range).catch((error: unknown) => {
        over.abort();
        throw error;
      }),
      trouble,
    ]);
    clearTimeout(lastFault);
    note('left to settle');
    const state = await readFinalState(product, world, load);
    note('settled');
    const { accepted, seen } = product.gateway;
    return { world, load, state, faults, accepted, seen, seconds: toTenths(secondsSince(startedAt)) };
  } finally {
    await product.stop();
  }
}

/** As the calendar shows them in China: days that are over stay as they are. */
function lastDays(count: number): { readonly from: string; readonly to: string } {
  const today = Date.parse(new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' }));
  const dayBefore = (days: number): string => new Date(today - days * dayMs).toISOString().slice(0, 10);
  return { from: dayBefore(count), to: dayBefore(1) };
}
