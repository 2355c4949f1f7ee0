import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  createSender,
  deliver,
  envelope,
  messageAboutMember,
  type Answer,
  type Envelope,
} from './callback-sender';
import { atRate, inOrder, percentile, toTenths, wholeNumber } from './measuring';
import { startProductProcess, type ProductProcess } from './product-process';

export interface CallbacksResult {
  readonly rate: number;
  readonly seconds: number;
  /** Deliveries, repeated ones included. */
  readonly sent: number;
  /** With 200. */
  readonly answered: number;
  /** Of those, the ones that WeCom would have had to send again first. */
  readonly sentAgain: number;
  /**
   * Without the warm-up, from the moment a delivery was due to its answer: a sender that falls behind counts against the
   * product.
   */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Sent before at a fifth of the rate, while both sides compile what they run; all other figures include them. */
  readonly warmUp: { readonly sent: number; readonly p99Ms: number };
  /** Different events among the deliveries. */
  readonly events: number;
  /** Events that ended as applied. */
  readonly applied: number;
  /** Events that were taken for new a second time, and members that are in the mirror twice. */
  readonly duplicatesApplied: number;
  /** Events without an end, and members that events named and the mirror does not have. */
  readonly lost: number;
  readonly workerKilledAfterSeconds: number;
  /** From the last delivery until the last event had its end. */
  readonly drainSeconds: number;
  /** To WeCom, for all of the events. */
  readonly apiCalls: number;
}

type Summary = {
  total: number;
  waiting: number;
  repeated: number;
  outcomes: Record<string, number>;
};

const corpid = 'wwbench0000000001';
const secrets = { contacts: 'bench-contacts-secret', app: 'bench-app-secret' };
const callback = {
  token: 'benchCallbackToken',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
};
const agentid = 1000002;
const size = { members: 3_000, departments: 60 };
/** Every so many deliveries WeCom sends one again, with another nonce. */
const oneInRepeated = 20;
const giveUpAfterMs = 5 * 60_000;
const warmUp = { seconds: 3, slowerBy: 5 };
const receiver = { corpid, ...callback };

/** Whether callbacks are answered in time, kept and applied once, while the worker is killed in the middle. */
export async function benchCallbacks(args: readonly string[]): Promise<CallbacksResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rate: { type: 'string', default: '500' },
      seconds: { type: 'string', default: '60' },
      'latency-ms': { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
    },
  });
  const product = await startProductProcess();
  try {
    return await measure(product, {
      rate: wholeNumber(values.rate),
      seconds: wholeNumber(values.seconds),
      latencyMs: wholeNumber(values['latency-ms']),
    });
  } finally {
    await product.stop();
  }
}

async function measure(
  product: ProductProcess,
  {
    rate,
    seconds,
    latencyMs,
  }: { readonly rate: number; readonly seconds: number; readonly latencyMs: number },
): Promise<CallbacksResult> {
  const members = await createSimulatedCorp(product);
  const corp = await product.api<{ id: string; contactsCallbackUrl: string }>('POST', '/corps', {
    name: 'Bench',
    corpId: corpid,
    apiBaseUrl: product.simulatorUrl,
    contactsSecret: secrets.contacts,
    contactsCallback: callback,
  });
  await product.api('POST', `/corps/${corp.id}/apps`, {
    name: 'Bench',
    agentId: agentid,
    secret: secrets.app,
  });
  const slow = Math.max(1, Math.round(rate / warmUp.slowerBy));
  const deliveries = makeDeliveries(members, slow * warmUp.seconds + rate * seconds);
  await product.control('POST', '/settings', { latencyMs });
  await product.control('DELETE', '/calls');

  // Nothing was pulled: whoever is in the mirror at the end came there by an event.
  const sender = createSender();
  const send = (part: readonly Delivery[], perSecond: number): Promise<Answer[]> =>
    atRate(part.length, perSecond, (index, dueAt) =>
      deliver(sender, corp.contactsCallbackUrl, part[index] as Delivery, dueAt),
    );
  const first = await send(deliveries.slice(0, slow * warmUp.seconds), slow);
  const killAt = (seconds * 1000) / 2;
  const killed = setTimeout(() => product.killWorker(), killAt);
  const steady = await send(deliveries.slice(slow * warmUp.seconds), rate);
  sender.destroy();
  const answers = [...first, ...steady];
  clearTimeout(killed);
  const sentAt = performance.now();

  const events = new Set(deliveries.map(({ event }) => event)).size;
  const summary = await untilDone(product, corp.id);
  const drainSeconds = toTenths((performance.now() - sentAt) / 1000);
  const { total } = await product.api<{ total: number }>('GET', `/corps/${corp.id}/members?limit=1`);
  const named = new Set(deliveries.map(({ userId }) => userId)).size;
  const byPath = await product.control<Record<string, number>>('GET', '/calls?summary=1');

  const times = inOrder(steady.map(({ ms }) => ms));
  const settled = summary.total - summary.waiting;
  return {
    rate,
    seconds,
    sent: deliveries.length,
    answered: answers.filter(({ status }) => status === 200).length,
    sentAgain: answers.filter(({ tries }) => tries > 1).length,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    maxMs: percentile(times, 1),
    warmUp: { sent: first.length, p99Ms: percentile(inOrder(first.map(({ ms }) => ms)), 0.99) },
    events,
    applied: summary.outcomes['applied'] ?? 0,
    duplicatesApplied: Math.max(0, summary.total - events) + Math.max(0, total - named),
    lost: Math.max(0, events - settled) + Math.max(0, named - total),
    workerKilledAfterSeconds: killAt / 1000,
    drainSeconds,
    apiCalls: Object.values(byPath).reduce((sum, calls) => sum + calls, 0),
  };
}

type SimulatedMember = { readonly userid: string; readonly department: readonly number[] };

async function createSimulatedCorp(product: ProductProcess): Promise<readonly SimulatedMember[]> {
  await product.control('POST', '/corps', {
    corpid,
    name: 'Bench',
    contactsSecret: secrets.contacts,
    apps: [{ agentid, secret: secrets.app, name: 'Bench', visibleDepartments: [1] }],
    generate: size,
  });
  const state = await product.control<{ users: SimulatedMember[] }>('GET', `/corps/${corpid}/state`);
  return state.users;
}

type Delivery = Envelope & { readonly event: number; readonly userId: string };

/** Encrypted beforehand: the sender shares the machine with what it measures. */
function makeDeliveries(members: readonly SimulatedMember[], count: number): Delivery[] {
  const deliveries: Delivery[] = [];
  const messages: { readonly userId: string; readonly message: string }[] = [];
  for (let number = 0; deliveries.length < count; number += 1) {
    const isRepeated = number % oneInRepeated === oneInRepeated - 1;
    // Some are repeated at once, some much later.
    const event = isRepeated
      ? Math.floor(messages.length * (number % 3 === 0 ? 0.5 : 0.99))
      : messages.length;
    if (!isRepeated) {
      const member = members[event % members.length] as SimulatedMember;
      messages.push({ userId: member.userid, message: messageAboutMember(receiver, member, event) });
    }
    const { userId, message } = messages[event] as (typeof messages)[number];
    deliveries.push({ event, userId, ...envelope(receiver, message) });
  }
  return deliveries;
}

async function untilDone(product: ProductProcess, corpId: string): Promise<Summary> {
  for (const deadline = Date.now() + giveUpAfterMs; ; await wait(250)) {
    const summary = await product.api<Summary>('GET', `/corps/${corpId}/callbacks/summary`);
    if (summary.waiting === 0 || Date.now() > deadline) return summary;
  }
}
