import { setTimeout as wait } from 'node:timers/promises';
import { asNdjson, makeOa, type BenchOa, type BenchUser } from '../simulated-oa';
import type { ChaosProduct } from './product';

/** One corp that stands alike on both sides, and what is to become of each of its people. */

export const callback = {
  token: 'chaosCallbackToken',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
};
export const corpid = 'wwchaos000000001';
export const agentid = 1000002;
const corpName = 'Chaos';
const secrets = { contacts: 'chaos-contacts-secret', app: 'chaos-app-secret' };
const timezone = 'Asia/Shanghai';
const membersPerDepartment = 50;
const givenUpAfterMs = 30 * 60_000;

export type World = {
  readonly corp: string;
  readonly contactsUrl: string;
  readonly members: number;
  readonly departments: number;
  /** As the OA has it after the changes that the push carries over. */
  readonly later: BenchOa;
  readonly changes: number;
};

/** Of each hundred people, from which on and up to which, so that nobody is in two of them. */
export const groups = {
  renamed: [0, 24],
  moved: [24, 32],
  leaving: [32, 36],
  changedByHand: [36, 46],
  sentAway: [46, 50],
  audience: [50, 100],
} as const satisfies Record<string, readonly [number, number]>;
const newcomersPerHundred = 4;

export const userId = (person: number): string => `user${person}`;
export const oaUserId = (person: number): string => `oa${person}`;

export function peopleOf(members: number, [from, to]: readonly [number, number]): number[] {
  return Array.from({ length: members }, (_, index) => index).filter(
    (index) => index % 100 >= from && index % 100 < to,
  );
}

export async function createWorld(
  product: ChaosProduct,
  members: number,
  attendance: { readonly from: string; readonly days: number },
): Promise<World> {
  const departments = Math.max(2, Math.ceil(members / membersPerDepartment));
  const oa = makeOa(corpName, { users: members, departments });
  await fillWecom(product, oa);
  await must(
    product.control('POST', `/corps/${corpid}/checkins/generate`, {
      from: attendance.from,
      days: attendance.days,
      perDay: 2,
      timezone,
      userids: peopleOf(members, groups.audience).map(userId),
    }),
  );
  await product.process.send('PUT', '/oa/directory', asNdjson(oa), 'application/x-ndjson');
  const connected = await connect(product);
  await runToEnd(product, connected.corp, { direction: 'push', mode: 'apply' }, 'chaos-binding-push');
  await listen(product, connected);
  const later = changed(oa, members, departments);
  return { ...connected, members, departments, ...later };
}

async function fillWecom(product: ChaosProduct, { departments, users }: BenchOa): Promise<void> {
  const numbers = new Map(departments.map(({ id }, index) => [id, index + 1]));
  await must(
    product.control('POST', '/corps', {
      corpid,
      name: corpName,
      contactsSecret: secrets.contacts,
      apps: [
        { agentid, secret: secrets.app, name: corpName, visibleDepartments: [1], permissions: ['checkin'] },
      ],
      departments: departments.map(({ id, name, parentId }) => ({
        id: numbers.get(id),
        name,
        parentid: parentId === null ? 0 : numbers.get(parentId),
      })),
      users: users.map(({ loginId, name, mobile, position, departmentId }) => ({
        userid: loginId,
        name,
        mobile,
        position,
        department: [numbers.get(departmentId)],
      })),
    }),
  );
}

type Connected = { readonly corp: string; readonly contactsUrl: string };

async function connect(
  product: ChaosProduct,
): Promise<Connected & { readonly app: string; readonly appUrl: string }> {
  const corp = await must(
    product.ask<{ id: string; contactsCallbackUrl: string }>('POST', '/corps', {
      name: corpName,
      corpId: corpid,
      apiBaseUrl: product.wecomUrl,
      contactsSecret: secrets.contacts,
      contactsCallback: callback,
    }),
  );
  const app = await must(
    product.ask<{ id: string; callbackUrl: string }>('POST', `/corps/${corp.id}/apps`, {
      name: corpName,
      agentId: agentid,
      secret: secrets.app,
      callback,
    }),
  );
  await must(
    product.ask('PUT', `/corps/${corp.id}/directory/settings`, {
      access: 'read-write',
      master: 'oa',
      push: {
        userIdFrom: 'loginId',
        match: [{ oaField: 'loginId', wecomField: 'userid' }],
        departed: { action: 'disable', deleteAfterDays: 30 },
        // The limits are not what is shown here.
        guard: {
          maxDecrease: null,
          maxDeletes: null,
          maxDeletePercent: null,
          maxDisables: null,
          maxDepartmentDeletes: null,
          maxBranchPercent: null,
          maxMoves: null,
          maxCleared: null,
        },
        approval: { required: 'never' },
      },
    }),
  );
  await must(
    product.ask('PUT', `/corps/${corp.id}/attendance/settings`, {
      appId: app.id,
      timezone,
      dayStartsAt: '00:00',
    }),
  );
  for (const [source, type] of [
    ['news', 'text'],
    ['todo', 'template_card'],
  ]) {
    await must(
      product.ask('POST', '/message-rules', {
        name: source,
        source,
        targets: [{ corpId: corp.id, appId: app.id, type }],
      }),
    );
  }
  return { corp: corp.id, contactsUrl: corp.contactsCallbackUrl, app: app.id, appUrl: app.callbackUrl };
}

async function listen(
  product: ChaosProduct,
  { contactsUrl, appUrl }: { readonly contactsUrl: string; readonly appUrl: string },
): Promise<void> {
  for (const receiver of [
    { agentid, url: appUrl },
    { agentid: 'contacts', url: contactsUrl },
  ]) {
    const { errcode, errmsg } = await must(
      product.control<{ errcode: number; errmsg: string }>('PUT', `/corps/${corpid}/callbacks`, {
        ...receiver,
        ...callback,
      }),
    );
    if (errcode !== 0) throw new Error(`The callback was refused: ${errmsg}`);
  }
}

function changed(oa: BenchOa, members: number, departments: number): Pick<World, 'later' | 'changes'> {
  const isIn = (index: number, [from, to]: readonly [number, number]): boolean =>
    index % 100 >= from && index % 100 < to;
  let changes = 0;
  const users = oa.users.map((user, index): BenchUser => {
    if (isIn(index, groups.renamed)) {
      changes += 1;
      return { ...user, position: `Senior ${user.position}` };
    }
    if (isIn(index, groups.moved)) {
      changes += 1;
      return { ...user, departmentId: `d${((index + 1) % departments) + 1}` };
    }
    if (isIn(index, groups.leaving)) {
      changes += 1;
      return { ...user, status: 'departed' };
    }
    return user;
  });
  const newcomers = makeOa(corpName, {
    users: members + Math.ceil((members * newcomersPerHundred) / 100),
    departments,
  }).users.slice(members);
  return { later: { ...oa, users: [...users, ...newcomers] }, changes: changes + newcomers.length };
}

export type Run = {
  readonly id: string;
  readonly phase: string;
  readonly finishedAt: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly progress: { readonly done: number; readonly failed: number; readonly total: number };
  readonly error?: unknown;
};

export async function runToEnd(
  product: ChaosProduct,
  corp: string,
  asked: { readonly direction: 'push' | 'pull'; readonly mode: 'simulate' | 'apply' },
  key: string,
): Promise<Run> {
  const { runId } = await must(
    product.ask<{ runId: string }>('POST', `/corps/${corp}/directory/runs`, asked, key),
  );
  return untilEnded(product, runId);
}

export async function untilEnded(product: ChaosProduct, runId: string): Promise<Run> {
  let run: Run | undefined;
  for (const deadline = Date.now() + givenUpAfterMs; Date.now() < deadline; await wait(500)) {
    run = await must(product.ask<Run>('GET', `/runs/${runId}`));
    if (run.finishedAt !== null) return run;
  }
  throw new Error(`Run ${runId} did not end: ${JSON.stringify(run)}`);
}

/** What was refused is a mistake of the load, or of the product; either ends the whole. */
export async function must<T>(asking: Promise<{ readonly status: number; readonly body: T }>): Promise<T> {
  const { status, body } = await asking;
  if (status >= 200 && status < 300) return body;
  throw new Error(`Refused with ${status}: ${JSON.stringify(body)}`);
}
