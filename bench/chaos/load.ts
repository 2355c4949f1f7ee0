import { setTimeout as wait } from 'node:timers/promises';
import { createSender, deliver, envelope, messageAboutMember } from '../callback-sender';
import { asNdjson } from '../simulated-oa';
import type { ChaosProduct } from './product';
import type { Random } from './random';
import {
  callback,
  corpid,
  groups,
  must,
  oaUserId,
  peopleOf,
  untilEnded,
  userId,
  type Run,
  type World,
} from './world';

/** Everything at once, the same for a seed. */

export type Offered = { readonly id: string; readonly people: readonly number[]; readonly isTodo: boolean };

export type Load = {
  readonly events: readonly Offered[];
  /** Ids of those that were taken back. */
  readonly recalled: ReadonlySet<string>;
  /** Messages of WeCom's about members. */
  readonly notified: ReadonlySet<string>;
  readonly push: Run;
  readonly attendance: readonly Run[];
  readonly departures: ReadonlyMap<string, DepartureEnd>;
  /** Where somebody put a member by hand. */
  readonly byHand: ReadonlyMap<string, number>;
};

/** What is to have become of a departure. */
export type DepartureEnd = 'waiting' | 'postponed' | 'cancelled' | 'restored' | 'deleted';

export type Pace = {
  readonly seconds: number;
  readonly eventsPerSecond: number;
  /** By how much the same is done faster, where nothing is in the way. */
  readonly speed: number;
};

const recipientsPerEvent = 3;
const todoOneIn = 5;
const recalledOneIn = 12;
const callbacksPerSecond = 2;
const attendanceAt = [0.1, 0.45, 0.8];
const decisionLanes = 4;
const fedWithinMs = 5 * 60_000;
const cardThereWithinMs = 10 * 60_000;

export async function putUnderLoad(
  product: ChaosProduct,
  world: World,
  pace: Pace,
  random: Random,
  attendance: { readonly from: string; readonly to: string },
): Promise<Load> {
  const startedAt = performance.now();
  /** Of the seconds in which nothing is done faster. */
  const at = async (second: number): Promise<void> => {
    const dueInMs = (second * 1000) / pace.speed - (performance.now() - startedAt);
    if (dueInMs > 0) await wait(dueInMs);
  };
  const events = makeEvents(world, pace, random);
  const recalled = new Set(
    events.filter(({ isTodo }, index) => !isTodo && index % recalledOneIn === 0).map(({ id }) => id),
  );
  const notified = new Set<string>();

  await feed(product, world);
  const pushing = startPush(product, world, () => at(pace.seconds * 0.03));
  const [push, runs, departures, byHand] = await Promise.all([
    pushing,
    readAttendance(product, world, attendance, pace, at),
    pushing.then((run) => decideDepartures(product, world, run)),
    pushing.then(() => changeByHand(product, world)),
    each(events, async (event, index) => {
      await at(index / pace.eventsPerSecond);
      await offer(product, event);
      if (recalled.has(event.id)) {
        await at(index / pace.eventsPerSecond + 6 + (index % 10));
        await recall(product, event.id);
      }
      if (event.isTodo) {
        await at(index / pace.eventsPerSecond + 8);
        await tapOnceThere(product, event);
      }
    }),
    each(
      Array.from({ length: Math.floor(pace.seconds * callbacksPerSecond) }, (_, index) => index),
      async (index) => {
        await at(index / callbacksPerSecond);
        notified.add(await notify(world, index));
      },
    ),
  ]);
  return { events, recalled, notified, push, attendance: runs, departures, byHand };
}

/** A whole directory is the same however often it is sent. */
async function feed({ process }: ChaosProduct, { later }: World): Promise<void> {
  for (const deadline = Date.now() + fedWithinMs; ; await wait(1_000)) {
    try {
      await process.send('PUT', '/oa/directory', asNdjson(later), 'application/x-ndjson');
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

function makeEvents({ members }: World, { seconds, eventsPerSecond }: Pace, random: Random): Offered[] {
  const audience = peopleOf(members, groups.audience);
  return Array.from({ length: Math.floor(seconds * eventsPerSecond) }, (_, index) => ({
    id: `e${index}`,
    people: random
      .shuffled(Array.from({ length: recipientsPerEvent }, (_, place) => place))
      .map((place) => audience[(index * recipientsPerEvent + place) % audience.length] ?? 0),
    isTodo: index % todoOneIn === 0,
  }));
}

export const taskOf = ({ id }: Pick<Offered, 'id'>): string => `task-${id}`;

async function offer(product: ChaosProduct, event: Offered): Promise<void> {
  const { id, people, isTodo } = event;
  const todo = {
    taskId: taskOf(event),
    kind: 'pending',
    showActions: true,
    actions: [
      { key: 'approve', text: 'Approve' },
      { key: 'reject', text: 'Reject' },
    ],
  };
  await must(
    product.ask('POST', '/oa/events', {
      eventId: id,
      module: isTodo ? 'todo' : 'news',
      type: 'created',
      title: `Event #${id}`,
      url: 'https://oa.example.com/',
      recipients: people.map(oaUserId),
      ...(isTodo ? { todo } : {}),
    }),
  );
}

/** 409: it has been taken back already, by the same request whose answer was lost. */
async function recall(product: ChaosProduct, id: string): Promise<void> {
  const { status, body } = await product.ask('POST', `/oa/events/${id}/recall`, undefined, `recall-${id}`);
  if (status >= 300 && !JSON.stringify(body).includes('already_recalled')) {
    throw new Error(`The recall of ${id} was refused with ${status}: ${JSON.stringify(body)}`);
  }
}

type InboxMessage = { readonly msgid: string; readonly body: object; readonly card?: object };

/** As a person does: looks at the phone, and taps once the card is there. One that never comes is counted later. */
async function tapOnceThere(product: ChaosProduct, event: Offered): Promise<void> {
  for (const deadline = Date.now() + cardThereWithinMs; Date.now() < deadline; await wait(2_000)) {
    if (await tap(product, event)) return;
  }
}

/** Whether there was a card. */
export async function tap(product: ChaosProduct, { id, people: [person = 0] }: Offered): Promise<boolean> {
  const { body: inbox } = await product.control<InboxMessage[]>(
    'GET',
    `/corps/${corpid}/inbox/${userId(person)}`,
  );
  const card = inbox.find((message) => eventOf(message) === id);
  if (card === undefined) return false;
  // 422: the card has changed meanwhile, and has no such button any more.
  await product.control('POST', `/corps/${corpid}/messages/${card.msgid}/click`, {
    userid: userId(person),
    key: 'approve',
  });
  return true;
}

export function eventOf({ body }: Pick<InboxMessage, 'body'>): string | undefined {
  return /#(e\d+)/.exec(JSON.stringify(body))?.[1];
}

async function notify({ members, contactsUrl, departments }: World, index: number): Promise<string> {
  const audience = peopleOf(members, groups.audience);
  const person = audience[index % audience.length] ?? 0;
  const message = messageAboutMember(
    { corpid },
    { userid: userId(person), department: [(person % departments) + 2] },
    index,
  );
  const sender = createSender();
  try {
    // WeCom gives up after the fourth; a company's next change of the same member would come soon enough.
    for (;;) {
      const sealed = envelope({ corpid, ...callback }, message);
      const { status } = await deliver(sender, contactsUrl, sealed, performance.now());
      if (status === 200) return message;
      await wait(1_000);
    }
  } finally {
    sender.destroy();
  }
}

async function startPush(product: ChaosProduct, { corp }: World, due: () => Promise<void>): Promise<Run> {
  await due();
  const { runId } = await must(
    product.ask<{ runId: string }>(
      'POST',
      `/corps/${corp}/directory/runs`,
      { direction: 'push', mode: 'apply' },
      'chaos-push',
    ),
  );
  return untilEnded(product, runId);
}

async function readAttendance(
  product: ChaosProduct,
  { corp, members }: World,
  range: { readonly from: string; readonly to: string },
  { seconds }: Pace,
  at: (second: number) => Promise<void>,
): Promise<Run[]> {
  const runs: Run[] = [];
  for (const share of attendanceAt) {
    await at(seconds * share);
    const { runId } = await must(
      product.ask<{ runId: string }>(
        'POST',
        `/corps/${corp}/attendance/runs`,
        { ...range, userIds: peopleOf(members, groups.audience).map(userId) },
        `chaos-attendance-${share}`,
      ),
    );
    runs.push(await untilEnded(product, runId));
  }
  return runs;
}

type Departure = { readonly state: string };

/** Of those whom the push has disabled, and of some whom somebody sends away by hand. */
async function decideDepartures(
  product: ChaosProduct,
  { corp, members }: World,
  push: Run,
): Promise<Map<string, DepartureEnd>> {
  if (push.phase !== 'done')
    throw new Error(`The push ended as ${push.phase}: ${JSON.stringify(push.error)}`);
  const ends: readonly DepartureEnd[] = ['waiting', 'postponed', 'cancelled', 'deleted'];
  const endsByHand: readonly DepartureEnd[] = ['waiting', 'cancelled', 'restored', 'postponed'];
  const [firstLeaving] = groups.leaving;
  const [firstSentAway] = groups.sentAway;
  const wanted = new Map<string, DepartureEnd>([
    ...peopleOf(members, groups.leaving).map(
      (person) => [userId(person), ends[(person % 100) - firstLeaving] ?? 'waiting'] as const,
    ),
    ...peopleOf(members, groups.sentAway).map(
      (person) => [userId(person), endsByHand[(person % 100) - firstSentAway] ?? 'waiting'] as const,
    ),
  ]);
  const byHand = new Set(peopleOf(members, groups.sentAway).map(userId));
  const left = [...wanted];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [userid, end] = next;
      if (byHand.has(userid)) {
        await must(product.ask('POST', `/corps/${corp}/departures`, { userId: userid }, `begin-${userid}`));
      }
      await decide(product, corp, userid, end);
    }
  };
  await Promise.all(Array.from({ length: decisionLanes }, lane));
  return wanted;
}

async function decide(product: ChaosProduct, corp: string, userid: string, end: DepartureEnd): Promise<void> {
  const path = `/corps/${corp}/departures/${userid}`;
  // Nothing is decided before the account is disabled.
  for (;;) {
    const { status, body } = await product.ask<Departure>('GET', path);
    if (status === 200 && body.state !== 'disabling') break;
    await wait(500);
  }
  switch (end) {
    case 'waiting':
      return;
    case 'postponed':
      return decideOnce(product, `${path}/postpone`, { days: 7 });
    case 'cancelled':
      return decideOnce(product, `${path}/cancel`);
    case 'restored':
      return decideOnce(product, `${path}/restore`);
    case 'deleted':
      return decideOnce(product, `${path}/delete-now`);
  }
}

/** Of a departure that is about to be ready for the decision: its account is being disabled, or its day reckoned. */
const notYet = ['no_date', 'in_progress', 'not_disabled_yet'];

/** Other refusals answer a request that was carried out and whose answer was lost: the end is looked at later. */
async function decideOnce(product: ChaosProduct, path: string, body?: object): Promise<void> {
  for (;;) {
    const { status, body: said } = await product.ask('POST', path, body, path.replaceAll('/', '-'));
    const code = (said as { error?: { code?: string } } | null)?.error?.code ?? '';
    if (status === 409 && notYet.includes(code)) {
      await wait(500);
      continue;
    }
    if (status >= 300 && status !== 409) throw new Error(`${path}: ${status} ${JSON.stringify(said)}`);
    return;
  }
}

async function changeByHand(
  product: ChaosProduct,
  { members, departments }: World,
): Promise<Map<string, number>> {
  const places = new Map<string, number>();
  for (const person of peopleOf(members, groups.changedByHand)) {
    const department = ((person * 7) % departments) + 2;
    await must(
      product.control('POST', `/corps/${corpid}/by-hand`, {
        path: 'user/update',
        body: { userid: userId(person), department: [department] },
      }),
    );
    places.set(userId(person), department);
    await wait(50);
  }
  return places;
}

async function each<T>(
  values: readonly T[],
  once: (value: T, index: number) => Promise<void>,
): Promise<void> {
  await Promise.all(values.map(once));
}
