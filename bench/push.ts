import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { allInFlight, connectBareWecom } from './bare-wecom';
import { atRate, inOrder, percentile, secondsSince, toTenths, wholeNumber } from './measuring';
import { startProductProcess, type ProductProcess } from './product-process';
import { createPushWorld, type PushWorld } from './push-world';
import { runSendingScript, type SendingScriptResult } from './rival-messages';

export interface PushResult extends Partial<SteadyResult> {
  /** The highest rate at which 95 of 100 events were on the phone within a second. */
  readonly highestPerSecond?: number;
  readonly tried?: readonly {
    readonly perSecond: number;
    readonly p95Ms: number;
    readonly accepted: number;
  }[];
  readonly bulk?: BulkResult;
  readonly taps?: TapsResult;
  readonly open?: OpenResult;
  /** Of the worker's process, over its whole life. */
  readonly peakRssMb: number;
}

export interface SteadyResult {
  readonly events: number;
  readonly perSecond: number;
  /** With 202. */
  readonly accepted: number;
  /**
   * From the moment an event was due until the simulator had its message: a sender that falls behind counts against the
   * product.
   */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly sendCalls: number;
  readonly minimumSendCalls: number;
  /** Messages that are on nobody's phone, by persons. */
  readonly lost: number;
  readonly duplicated: number;
  /** Processor time over all processes of the product, the simulator among them. */
  readonly cpuMsPerEvent: number;
}

interface BulkResult {
  readonly recipients: number;
  /** From the request until the last message arrived. */
  readonly seconds: number;
  readonly sendCalls: number;
  readonly minimumSendCalls: number;
  readonly lost: number;
  readonly duplicated: number;
  /** The same calls with nothing around them, as many at a time. */
  readonly bareSeconds: number;
  readonly rival: SendingScriptResult;
}

interface TapsResult {
  readonly taps: number;
  readonly perSecond: number;
  readonly cards: number;
  /** From the tap until the last card of its task shows the outcome. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  readonly notUpdated: number;
}

interface OpenResult {
  readonly open: number;
  readonly openedPerSecond: number;
  readonly before: Pick<SteadyResult, 'p50Ms' | 'p95Ms' | 'cpuMsPerEvent'>;
  readonly with: Pick<SteadyResult, 'p50Ms' | 'p95Ms' | 'cpuMsPerEvent'>;
  /** Of the medians, and of the 95th percentiles. */
  readonly p50Ratio: number;
  readonly p95Ratio: number;
}

const parts = ['steady', 'highest', 'bulk', 'taps', 'open'] as const;
type Part = (typeof parts)[number];

const recipientsPerEvent = 3;
/** Enough that nobody gets more than WeCom delivers to a person, at any rate this reaches. */
const fewestPeople = 2_000;
const recipientsPerCall = 1_000;
/** Of the product. */
const bulkCallsInFlight = 4;
const searchedForSeconds = 10;
const limitMs = 1_000;

/** How long an event takes to become a message, at which rate, and what that costs. */
export async function benchPush(args: readonly string[]): Promise<PushResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      part: { type: 'string', multiple: true, default: ['steady', 'highest', 'bulk', 'taps'] },
      events: { type: 'string', default: '600' },
      rate: { type: 'string', default: '10' },
      recipients: { type: 'string', default: '100000' },
      open: { type: 'string', default: '20000' },
      json: { type: 'boolean', default: false },
    },
  });
  const wanted = new Set(values.part.map(toPart));
  const recipients = wholeNumber(values.recipients);
  const product = await startProductProcess();
  try {
    const world = await createPushWorld(product, Math.max(fewestPeople, wanted.has('bulk') ? recipients : 0));
    const events = wholeNumber(values.events);
    const rate = wholeNumber(values.rate);
    await warmUp(world);
    return {
      ...(wanted.has('steady') ? await measureSteady(product, world, { name: 'steady', events, rate }) : {}),
      ...(wanted.has('highest') ? await searchHighest(product, world, rate) : {}),
      ...(wanted.has('taps') ? { taps: await measureTaps(world) } : {}),
      ...(wanted.has('bulk') ? { bulk: await measureBulk(product, world, recipients) } : {}),
      ...(wanted.has('open')
        ? { open: await measureOpen(product, world, { open: wholeNumber(values.open), events, rate }) }
        : {}),
      peakRssMb: product.workerPeakRssMb(),
    };
  } finally {
    await product.stop();
  }
}

function toPart(name: string): Part {
  const part = parts.find((known) => known === name);
  if (part === undefined) throw new Error(`--part is one or several of ${parts.join(', ')}`);
  return part;
}

type Offering = { readonly name: string; readonly events: number; readonly rate: number };

/** Both sides compile what they run. */
async function warmUp(world: PushWorld): Promise<void> {
  await atRate(30, 5, (index) => world.offer({ id: `warm-up-${index}`, people: peopleOf(world, index) }));
  await world.untilSent();
}

async function measureSteady(
  product: ProductProcess,
  world: PushWorld,
  { name, events, rate }: Offering,
): Promise<SteadyResult> {
  await world.forgetCalls();
  const cpuBefore = product.cpuSeconds();
  const offered = await atRate(events, rate, async (index, dueAt) => {
    const id = `${name}-${index}`;
    const people = peopleOf(world, index);
    const isAccepted = await world.offer({ id, people });
    return { id, people, dueAtMs: performance.timeOrigin + dueAt, isAccepted };
  });
  await world.untilSent();
  const cpuMsPerEvent = ((product.cpuSeconds() - cpuBefore) / events) * 1000;
  const sendCalls = await world.calls('message/send');

  const accepted = offered.filter(({ isAccepted }) => isAccepted);
  const arrivals = byKey(await world.delivered(accepted.flatMap(({ people }) => people)));
  const times: number[] = [];
  let lost = 0;
  let duplicated = 0;
  for (const { id, people, dueAtMs } of accepted) {
    const sent = people.map((person) => arrivals.get(`${id} ${person}`) ?? []);
    lost += sent.filter((one) => one.length === 0).length;
    duplicated += sent.reduce((sum, one) => sum + Math.max(0, one.length - 1), 0);
    times.push(Math.max(...sent.map(([first = Infinity]) => first)) - dueAtMs);
  }
  const ordered = inOrder(times);
  return {
    events,
    perSecond: rate,
    accepted: accepted.length,
    p50Ms: percentile(ordered, 0.5),
    p95Ms: percentile(ordered, 0.95),
    p99Ms: percentile(ordered, 0.99),
    maxMs: percentile(ordered, 1),
    sendCalls,
    minimumSendCalls: accepted.length,
    lost,
    duplicated,
    cpuMsPerEvent: toTenths(cpuMsPerEvent),
  };
}

/** Doubled until it is too much, then halved in between: each for ten seconds, in which a queue would show. */
async function searchHighest(
  product: ProductProcess,
  world: PushWorld,
  from: number,
): Promise<Required<Pick<PushResult, 'highestPerSecond' | 'tried'>>> {
  const tried: { perSecond: number; p95Ms: number; accepted: number }[] = [];
  const keepsUp = async (perSecond: number): Promise<boolean> => {
    const events = perSecond * searchedForSeconds;
    const { p95Ms, accepted, lost } = await measureSteady(product, world, {
      name: `at-${perSecond}`,
      events,
      rate: perSecond,
    });
    tried.push({ perSecond, p95Ms, accepted });
    return p95Ms < limitMs && accepted === events && lost === 0;
  };
  let good = 0;
  let bad = from;
  while (await keepsUp(bad)) [good, bad] = [bad, bad * 2];
  for (let step = 0; step < 4 && bad - good > Math.max(1, good * 0.1); step += 1) {
    const middle = Math.round((good + bad) / 2);
    if (await keepsUp(middle)) good = middle;
    else bad = middle;
  }
  return { highestPerSecond: good, tried };
}

async function measureBulk(
  product: ProductProcess,
  world: PushWorld,
  recipients: number,
): Promise<BulkResult> {
  const people = Array.from({ length: recipients }, (_, index) => index);
  await world.forgetCalls();
  const startedAt = Date.now();
  if (!(await world.offer({ id: 'bulk', people }))) throw new Error('The event for everybody was refused');
  await world.untilSent();
  const sendCalls = await world.calls('message/send');
  const arrived = (await world.delivered(people)).filter(({ event }) => event === 'bulk');
  const reached = new Set(arrived.map(({ person }) => person)).size;
  const last = arrived.reduce((latest, { sentAtMs }) => Math.max(latest, sentAtMs), startedAt);
  const { corpid, secret, agentid } = world.simulator;
  const wecom = await connectBareWecom(product.simulatorUrl, {
    corpid,
    secret,
    inFlight: bulkCallsInFlight,
  });
  const calls = Math.ceil(recipients / recipientsPerCall);
  const bareFrom = performance.now();
  await allInFlight(
    Array.from({ length: calls }, (_, index) => index),
    bulkCallsInFlight,
    (index) =>
      wecom.post('message/send', {
        agentid,
        msgtype: 'text',
        text: { content: 'Bare' },
        touser: people
          .slice(index * recipientsPerCall, (index + 1) * recipientsPerCall)
          .map((person) => `user${person}`)
          .join('|'),
      }),
  );
  const bareSeconds = toTenths(secondsSince(bareFrom));
  return {
    recipients,
    seconds: toTenths((last - startedAt) / 1000),
    sendCalls,
    minimumSendCalls: calls,
    lost: recipients - reached,
    duplicated: arrived.length - reached,
    bareSeconds,
    rival: await runSendingScript(wecom, agentid, recipients),
  };
}

const taps = { count: 60, perSecond: 2, withinMs: 120_000 };

async function measureTaps(world: PushWorld): Promise<TapsResult> {
  const tasks = await atRate(taps.count, taps.perSecond, async (index) => {
    const id = `tap-${index}`;
    const people = peopleOf(world, index);
    if (!(await world.offer({ id, people, asTodo: true }))) throw new Error(`${id} was refused`);
    return people;
  });
  await world.untilSent();
  const cards = await Promise.all(
    tasks.map(async (people) => {
      const newest = (await world.inbox(people[0] ?? 0)).at(-1);
      if (newest?.card === undefined) throw new Error('A to-do did not arrive as a card');
      return { people, msgid: newest.msgid };
    }),
  );
  const tapped = await atRate(cards.length, taps.perSecond, async (index, dueAt) => {
    const card = cards[index] as (typeof cards)[number];
    const { taskId } = await world.click(card.msgid, card.people[0] ?? 0, 'approve');
    return { ...card, taskId, dueAtMs: performance.timeOrigin + dueAt };
  });

  // Looked at afterwards: whoever asks all the time is what is measured.
  let changes = await world.cardChanges();
  for (const deadline = Date.now() + taps.withinMs; Date.now() < deadline; await wait(1_000)) {
    changes = await world.cardChanges();
    if (tapped.every(({ taskId }) => changes.has(taskId))) break;
  }
  const times: number[] = [];
  for (const { msgid, people, taskId, dueAtMs } of tapped) {
    if (await showOutcome(world, msgid, people)) times.push((changes.get(taskId) ?? Infinity) - dueAtMs);
  }
  const updated = inOrder(times);
  return {
    taps: cards.length,
    perSecond: taps.perSecond,
    cards: cards.length * recipientsPerEvent,
    p50Ms: percentile(updated, 0.5),
    p95Ms: percentile(updated, 0.95),
    maxMs: percentile(updated, 1),
    notUpdated: cards.length - updated.length,
  };
}

/** Everybody who got the card sees another one. */
async function showOutcome(world: PushWorld, msgid: string, people: readonly number[]): Promise<boolean> {
  for (const person of people) {
    const message = (await world.inbox(person)).find((one) => one.msgid === msgid);
    if (JSON.stringify(message?.card) === JSON.stringify(message?.body)) return false;
  }
  return true;
}

async function measureOpen(
  product: ProductProcess,
  world: PushWorld,
  { open, events, rate }: { readonly open: number; readonly events: number; readonly rate: number },
): Promise<OpenResult> {
  const before = await measureSteady(product, world, { name: 'before', events, rate });
  const from = performance.now();
  await allInFlight(
    Array.from({ length: open }, (_, index) => index),
    openedAtOnce,
    async (index) => {
      const isAccepted = await world.offer({ id: `open-${index}`, people: [index % world.people] });
      if (!isAccepted) throw new Error(`open-${index} was refused`);
    },
  );
  await world.untilSent();
  const openedPerSecond = toTenths(open / secondsSince(from));
  const later = await measureSteady(product, world, { name: 'with', events, rate });
  const shown = ({ p50Ms, p95Ms, cpuMsPerEvent }: SteadyResult) => ({ p50Ms, p95Ms, cpuMsPerEvent });
  return {
    open,
    openedPerSecond,
    before: shown(before),
    with: shown(later),
    p50Ratio: toHundredths(later.p50Ms / before.p50Ms),
    p95Ratio: toHundredths(later.p95Ms / before.p95Ms),
  };
}

const openedAtOnce = 16;

const toHundredths = (ratio: number): number => Math.round(ratio * 100) / 100;

function peopleOf({ people }: PushWorld, index: number): number[] {
  return Array.from(
    { length: recipientsPerEvent },
    (_, place) => (index * recipientsPerEvent + place) % people,
  );
}

function byKey(
  delivered: readonly { readonly event: string; readonly person: number; readonly sentAtMs: number }[],
): Map<string, number[]> {
  const arrivals = new Map<string, number[]>();
  for (const { event, person, sentAtMs } of delivered) {
    const key = `${event} ${person}`;
    arrivals.set(key, [...(arrivals.get(key) ?? []), sentAtMs]);
  }
  return arrivals;
}
