import { setTimeout as wait } from 'node:timers/promises';
import {
  connectMixedCorp,
  corpName,
  createCallbacks,
  offerEvent,
  punch,
  readAttendance,
  runPush,
  type MixedCorp,
} from '../mixed-world';
import type { ProductProcess } from '../product-process';
import { asNdjson, makeOa, type BenchOa } from '../simulated-oa';

/**
 * Everything at once, for as long as one likes. What each kind reaches when it has the machine for itself is known from
 * its own benchmark; here each of the five gets the same share of that, and together they are half of the machine.
 */

export interface LoadRates {
  readonly eventsPerSecond: number;
  readonly callbacksPerSecond: number;
  readonly changesPerSecond: number;
  readonly departuresPerSecond: number;
  readonly attendanceRowsPerSecond: number;
}

/**
 * On two cores: `push --part highest`, `callbacks`, `directory --change create`, `departures`, `attendance`. Changes are
 * what WeCom lets through, the others are what the machine can do.
 */
export const measuredPeaks: LoadRates = {
  eventsPerSecond: 30,
  callbacksPerSecond: 500,
  changesPerSecond: 150,
  departuresPerSecond: 20,
  attendanceRowsPerSecond: 30_000,
};

export interface LoadReport {
  readonly events: Offered;
  readonly callbacks: Offered;
  readonly pushes: Rounds & { readonly changes: number };
  readonly departures: { readonly begun: number; readonly takenBack: number };
  readonly attendance: Rounds & { readonly rows: number };
}

interface Offered {
  readonly offered: number;
  readonly refused: number;
}

interface Rounds {
  readonly done: number;
  readonly failed: number;
  /** Of what went wrong, the newest. */
  readonly problem: string | null;
}

const people = 1_500;
const pushEverySeconds = 30;
const attendanceEverySeconds = 60;
const attendance = { days: 62, perDay: 4, readDays: 31 };
const recipientsPerEvent = 3;

export interface Load {
  readonly corp: MixedCorp;
  /** Until `isOver`, and until what was begun by then has ended. */
  run(isOver: () => boolean): Promise<LoadReport>;
}

/** `share` of the measured peaks, for each kind. */
export async function createLoad(product: ProductProcess, share: number): Promise<Load> {
  const corp = await connectMixedCorp(product, 'wwsoak0000000001');
  const oa = makeOa(corpName, { users: people, departments: 60 });
  await product.send('PUT', '/oa/directory', asNdjson(oa), 'application/x-ndjson');
  await runPush(product, corp);
  await punch(product, corp, attendance);
  return {
    corp,
    async run(isOver) {
      const [events, callbacks, pushes, attendanceRounds] = await Promise.all([
        offerEvents(product, corp, { perSecond: measuredPeaks.eventsPerSecond * share, isOver }),
        sendCallbacks(corp, oa, { perSecond: measuredPeaks.callbacksPerSecond * share, isOver }),
        pushChanges(product, corp, oa, {
          changed: Math.round(measuredPeaks.changesPerSecond * share * pushEverySeconds),
          departed: Math.round(measuredPeaks.departuresPerSecond * share * pushEverySeconds),
          isOver,
        }),
        readPunches(product, corp, { share, isOver }),
      ]);
      const { begun, takenBack, ...rounds } = pushes;
      return {
        events,
        callbacks,
        pushes: rounds,
        departures: { begun, takenBack },
        attendance: attendanceRounds,
      };
    },
  };
}

type Steady = { readonly perSecond: number; readonly isOver: () => boolean };

async function offerEvents(product: ProductProcess, corp: MixedCorp, steady: Steady): Promise<Offered> {
  return steadily(steady, async (index) => {
    const recipients = Array.from(
      { length: recipientsPerEvent },
      (_, place) => `oa${(index * recipientsPerEvent + place) % people}`,
    );
    const offer = (): Promise<boolean> =>
      offerEvent(product, corp, { id: `soak-${index}`, recipients }).then(() => true);
    // As an OA does: the same event once more is the same event. A second refusal is counted.
    return offer()
      .catch(offer)
      .catch(() => false);
  });
}

async function sendCallbacks(corp: MixedCorp, oa: BenchOa, steady: Steady): Promise<Offered> {
  const callbacks = createCallbacks(corp, oa);
  try {
    return await steadily(steady, () => callbacks.send(performance.now()));
  } finally {
    callbacks.end();
  }
}

/** Whether the answers come or not; `offer` tells whether it was accepted. */
async function steadily(
  { perSecond, isOver }: Steady,
  offer: (index: number) => Promise<boolean>,
): Promise<Offered> {
  const pending = new Set<Promise<void>>();
  const startedAt = performance.now();
  let offered = 0;
  let refused = 0;
  while (!isOver()) {
    const due = ((performance.now() - startedAt) / 1000) * perSecond;
    for (; offered < due; offered += 1) {
      const one: Promise<void> = offer(offered)
        .then((isAccepted) => void (refused += isAccepted ? 0 : 1))
        .finally(() => pending.delete(one));
      pending.add(one);
    }
    await wait(10);
  }
  await Promise.all(pending);
  return { offered, refused };
}

/** Some change their position, some depart, and those of two rounds ago are back. */
async function pushChanges(
  product: ProductProcess,
  corp: MixedCorp,
  { users }: BenchOa,
  {
    changed,
    departed,
    isOver,
  }: { readonly changed: number; readonly departed: number; readonly isOver: () => boolean },
): Promise<LoadReport['pushes'] & LoadReport['departures']> {
  let begun = 0;
  let takenBack = 0;
  let changes = 0;
  const leavers: BenchOa['users'][] = [];
  const rounds = await inRounds(pushEverySeconds, isOver, async (round) => {
    const leaving = pick(users, round * departed, departed);
    leavers.push(leaving);
    const returning = leavers.length > 2 ? (leavers.shift() ?? []) : [];
    // Those who leave come from the front of the list, round by round, and those who change from behind it.
    const moving = pick(users, users.length / 2 + round * changed, changed);
    const rows = new Map(moving.map((user) => [user.id, { ...user, position: `Position ${round}` }]));
    for (const user of returning) rows.set(user.id, { ...user, status: 'active' });
    for (const user of leavers.flat()) rows.set(user.id, { ...user, status: 'departed' });
    await product.api('PATCH', '/oa/directory', { upsert: { users: [...rows.values()] } });
    const run = await runPush(product, corp);
    changes += run.progress.done;
    begun += leaving.length;
    takenBack += returning.length;
  });
  return { ...rounds, changes, begun, takenBack };
}

async function readPunches(
  product: ProductProcess,
  corp: MixedCorp,
  { share, isOver }: { readonly share: number; readonly isOver: () => boolean },
): Promise<LoadReport['attendance']> {
  const wanted = measuredPeaks.attendanceRowsPerSecond * share * attendanceEverySeconds;
  const days = Math.min(attendance.readDays, Math.max(1, Math.round(wanted / people / attendance.perDay)));
  let rows = 0;
  // A day further back with each round, as a rule reads most days again and one anew.
  const rounds = await inRounds(attendanceEverySeconds, isOver, async (round) => {
    await readAttendance(product, corp, { days, daysAgo: 1 + (round % (attendance.days - days)) });
    rows += days * people * attendance.perDay;
  });
  return { ...rounds, rows };
}

/** One at a time: a round that takes longer than its time is followed by the next one at once. */
async function inRounds(
  everySeconds: number,
  isOver: () => boolean,
  work: (round: number) => Promise<void>,
): Promise<Rounds> {
  let done = 0;
  let failed = 0;
  let problem: string | null = null;
  for (let round = 0; !isOver(); round += 1) {
    const nextAt = performance.now() + everySeconds * 1000;
    try {
      await work(round);
      done += 1;
    } catch (error) {
      failed += 1;
      problem = error instanceof Error ? error.message : String(error);
    }
    while (performance.now() < nextAt && !isOver()) await wait(100);
  }
  return { done, failed, problem };
}

/** Some that follow each other, from the front again after the last. */
function pick<T>(items: readonly T[], from: number, count: number): T[] {
  return Array.from({ length: count }, (_, index) => items[(Math.floor(from) + index) % items.length] as T);
}
