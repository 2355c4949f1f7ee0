import { setTimeout as wait } from 'node:timers/promises';
import { createSender, deliver, envelope, messageAboutMember } from './callback-sender';
import { allInFlight } from './bare-wecom';
import type { ProductProcess } from './product-process';
import type { BenchOa } from './simulated-oa';

/** A corp in which everything happens: it is pushed to, it tells its changes, its app sends and reads punches. */
export interface MixedCorp {
  readonly id: string;
  readonly corpid: string;
  readonly appId: string;
  readonly contactsCallbackUrl: string;
  /** Events of this module become texts of this corp's app. */
  readonly module: string;
}

export type Run = {
  readonly id: string;
  readonly phase: string;
  readonly finishedAt: string | null;
  readonly progress: { readonly done: number; readonly failed: number };
  readonly attendance?: { readonly counts: Readonly<Record<string, number>> };
  readonly error?: unknown;
};

/** The root department has it on both sides. */
export const corpName = 'Bench';
export const timezone = 'Asia/Shanghai';
const agentid = 1000002;
const secrets = { contacts: 'bench-contacts-secret', app: 'bench-app-secret' };
const callback = {
  token: 'benchCallbackToken',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
};
/** The limits of the guard are not what is measured. */
const noLimits = {
  maxDecrease: null,
  maxDeletes: null,
  maxDeletePercent: null,
  maxDisables: null,
  maxDepartmentDeletes: null,
  maxBranchPercent: null,
  maxMoves: null,
  maxCleared: null,
};
const dayMs = 86_400_000;
const offeredAtOnce = 32;
const giveUpAfterMs = 15 * 60_000;

/** Empty in WeCom, and connected. */
export async function connectMixedCorp(product: ProductProcess, corpid: string): Promise<MixedCorp> {
  await product.control('POST', '/corps', {
    corpid,
    name: corpName,
    contactsSecret: secrets.contacts,
    apps: [
      { agentid, secret: secrets.app, name: corpName, visibleDepartments: [1], permissions: ['checkin'] },
    ],
  });
  const { id, contactsCallbackUrl } = await product.api<{ id: string; contactsCallbackUrl: string }>(
    'POST',
    '/corps',
    {
      name: corpid,
      corpId: corpid,
      apiBaseUrl: product.simulatorUrl,
      contactsSecret: secrets.contacts,
      contactsCallback: callback,
    },
  );
  const app = await product.api<{ id: string }>('POST', `/corps/${id}/apps`, {
    name: corpName,
    agentId: agentid,
    secret: secrets.app,
  });
  await product.api('PUT', `/corps/${id}/directory/settings`, {
    access: 'read-write',
    master: 'oa',
    push: {
      userIdFrom: 'loginId',
      match: [{ oaField: 'loginId', wecomField: 'userid' }],
      departed: { action: 'disable', deleteAfterDays: 30 },
      guard: noLimits,
      approval: { required: 'never' },
    },
  });
  await product.api('PUT', `/corps/${id}/attendance/settings`, {
    appId: app.id,
    timezone,
    dayStartsAt: '00:00',
  });
  await product.api('POST', '/message-rules', {
    name: corpid,
    source: corpid,
    targets: [{ corpId: id, appId: app.id, type: 'text' }],
  });
  return { id, corpid, appId: app.id, contactsCallbackUrl, module: corpid };
}

export async function runPush(product: ProductProcess, { id }: Pick<MixedCorp, 'id'>): Promise<Run> {
  const { runId } = await product.api<{ runId: string }>('POST', `/corps/${id}/directory/runs`, {
    direction: 'push',
    mode: 'apply',
  });
  return untilEnded(product, runId);
}

/** `daysAgo` is the last day that is read. */
export async function readAttendance(
  product: ProductProcess,
  { id }: Pick<MixedCorp, 'id'>,
  { days, daysAgo }: { readonly days: number; readonly daysAgo: number },
): Promise<Run> {
  const { runId } = await product.api<{ runId: string }>('POST', `/corps/${id}/attendance/runs`, {
    from: dayBeforeToday(daysAgo + days - 1),
    to: dayBeforeToday(daysAgo),
  });
  return untilEnded(product, runId);
}

/** Everybody's punches of so many days that end yesterday. */
export async function punch(
  product: ProductProcess,
  { corpid }: Pick<MixedCorp, 'corpid'>,
  { days, perDay }: { readonly days: number; readonly perDay: number },
): Promise<void> {
  await product.control('POST', `/corps/${corpid}/checkins/generate`, {
    from: dayBeforeToday(days),
    days,
    perDay,
    timezone,
  });
}

export async function offerEvent(
  product: ProductProcess,
  { module }: Pick<MixedCorp, 'module'>,
  { id, recipients }: { readonly id: string; readonly recipients: readonly string[] },
): Promise<void> {
  await product.api('POST', '/oa/events', {
    eventId: id,
    module,
    type: 'created',
    title: `Event #${id}`,
    url: 'https://oa.example.com/',
    recipients,
  });
}

/** As WeCom tells that members have changed. Returns a function that sends the next one. */
export function createCallbacks({ corpid, contactsCallbackUrl }: MixedCorp, { users }: BenchOa) {
  const sender = createSender();
  let number = 0;
  return {
    async send(dueAt: number): Promise<boolean> {
      const { loginId } = users[number % users.length] as BenchOa['users'][number];
      const receiver = { corpid, ...callback };
      const message = messageAboutMember(receiver, { userid: loginId, department: [1] }, number++);
      const { status } = await deliver(sender, contactsCallbackUrl, envelope(receiver, message), dueAt);
      return status === 200;
    },
    end: (): void => sender.destroy(),
  };
}

export async function untilSent(product: ProductProcess): Promise<void> {
  await until(async () => {
    for (const state of ['new', 'waiting', 'sending']) {
      const { items } = await product.api<{ items: unknown[] }>('GET', `/pushes?state=${state}&limit=1`);
      if (items.length > 0) return false;
    }
    return true;
  });
}

/** Whatever callbacks told of this corp is looked into. */
export async function untilLookedInto(product: ProductProcess, { id }: MixedCorp): Promise<void> {
  await until(async () => {
    const { waiting } = await product.api<{ waiting: number }>('GET', `/corps/${id}/callbacks/summary`);
    return waiting === 0;
  });
}

/** As fast as they are accepted. */
export async function offerAll<T>(items: readonly T[], offer: (item: T) => Promise<unknown>): Promise<void> {
  await allInFlight(items, offeredAtOnce, offer);
}

export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + giveUpAfterMs; Date.now() < deadline; await wait(100)) {
    if (await isSo()) return;
  }
  throw new Error(`It did not come to that within ${giveUpAfterMs} ms`);
}

async function untilEnded(product: ProductProcess, runId: string): Promise<Run> {
  for (const deadline = Date.now() + giveUpAfterMs; Date.now() < deadline; await wait(200)) {
    const run = await product.api<Run>('GET', `/runs/${runId}`);
    if (run.finishedAt === null) continue;
    if (run.phase === 'done' && run.progress.failed === 0) return run;
    throw new Error(
      `The run ended as ${run.phase}, ${run.progress.failed} failed: ${JSON.stringify(run.error)}`,
    );
  }
  throw new Error(`The run did not end within ${giveUpAfterMs} ms`);
}

/** As the calendar in the zone shows them: days that are over stay as they are. */
function dayBeforeToday(days: number): string {
  const today = Date.parse(new Date().toLocaleDateString('sv-SE', { timeZone: timezone }));
  return new Date(today - days * dayMs).toISOString().slice(0, 10);
}
