import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import pino from 'pino';
import { createCallbackWaker } from '../../api/callbacks/waking';
import { createGroupCommit, TooManyWaitingError } from '../../api/callbacks/group-commit';
import type { CallbackEventStore } from '../../store/callback-events';
import { createCallbackEventStore } from '../../store/callback-events';
import { openDatabase, type Database } from '../../store/database';
import type { DirectoryEventsStore, Settlement } from '../../store/directory-events';
import { attemptsAtMost, createDirectoryEventsStore } from '../../store/directory-events';
import { createDirectoryPullStore } from '../../store/directory-pull';
import { createRunStore } from '../../store/runs';
import { createSecretBox } from '../../store/secrets';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { patienceMs } from '../support/patience';

let database: TestDatabase;
let db: Database;
let callbacks: CallbackEventStore;
let inbox: DirectoryEventsStore;
let corpId: string;
const logger = pino({ level: 'silent' });

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url });
  const secrets = createSecretBox([randomBytes(32).toString('base64')]);
  callbacks = createCallbackEventStore(db, secrets);
  inbox = createDirectoryEventsStore(db, secrets);
});
beforeEach(async () => {
  corpId = randomUUID();
  await db.prisma.corp.create({
    data: { id: corpId, name: '测试企业', corpId, apiBaseUrl: 'http://wecom', contactsCallbackKey: corpId },
  });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const event = (eventKey: string, payload = '{}') => ({
  corpId,
  appId: null,
  eventKey,
  kind: 'change_contact/update_user',
  payload,
  isWork: true,
});

const read = (userId: string, departmentIds: number[], eventIds: string[]): Settlement => ({
  eventIds,
  outcome: 'applied',
  effect: {
    kind: 'member-read',
    userId,
    formerUserIds: [],
    madeAnew: false,
    departmentIds,
    details: { name: userId },
    toldAtMs: Date.now() + 1_000,
  },
});

async function departmentsOf(userId: string): Promise<number[] | undefined> {
  const member = await db.prisma.mirrorMember.findFirst({ where: { corpId, userId, goneAt: null } });
  return member?.departments;
}

describe('storing callbacks', () => {
  it('tells new ones from repeated ones, in one batch and over several', async () => {
    expect(await callbacks.saveEvents([event('a'), event('b'), event('a')])).toEqual([
      'new',
      'new',
      'repeated',
    ]);
    expect(await callbacks.saveEvents([event('b'), event('c')])).toEqual(['repeated', 'new']);
    expect(await callbacks.summary(corpId)).toMatchObject({ total: 3, repeated: 2, waiting: 3 });
  });

  it('leaves out those of a corp that was removed, and keeps the others', async () => {
    const saved = await callbacks.saveEvents([event('a'), { ...event('b'), corpId: 'no-such-corp' }]);
    expect(saved).toEqual(['new', 'corp-gone']);
  });

  it('by two processes at once ends with each event once', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `k${index}`);
    const save = (order: string[]) => callbacks.saveEvents(order.map((key) => event(key)));
    const answers = await Promise.all([save(keys), save(keys.toReversed()), save(keys)]);
    expect(answers.flat().filter((saved) => saved === 'new')).toHaveLength(200);
    expect(await callbacks.summary(corpId)).toMatchObject({ total: 200, repeated: 400 });
  });

  it('lists them a page at a time, the newest first', async () => {
    await callbacks.saveEvents(['a', 'b', 'c', 'd', 'e'].map((key) => event(key)));
    const first = await callbacks.listEvents({ corpId, state: 'all', limit: 3 });
    const second = await callbacks.listEvents({
      corpId,
      state: 'all',
      limit: 3,
      cursor: first.nextCursor ?? undefined,
    });
    const ids = [...first.items, ...second.items].map(({ eventId }) => eventId);
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([3, 2, null]);
    expect(ids).toEqual(ids.toSorted().toReversed());
  });
});

describe('a group commit', () => {
  it('answers nobody before the batch is written, and everybody of a failed one with the failure', async () => {
    const batches: number[] = [];
    let fails = false;
    const group = createGroupCommit(
      async (rows: readonly number[]) => {
        await wait(20);
        batches.push(rows.length);
        if (fails) throw new Error('no database');
        return rows.map((row) => row * 2);
      },
      { largestBatch: 3, waitingAtMost: 10 },
    );
    expect(await Promise.all([1, 2, 3, 4].map((row) => group.commit(row)))).toEqual([2, 4, 6, 8]);
    expect(batches).toEqual([3, 1]);
    fails = true;
    const lost = await Promise.allSettled([1, 2].map((row) => group.commit(row)));
    expect(lost.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await group.commit(5)).toBe(10);
  });

  it('refuses what would wait too long', async () => {
    const group = createGroupCommit(async (rows: readonly number[]) => rows, {
      largestBatch: 1,
      waitingAtMost: 2,
    });
    const answers = await Promise.allSettled([1, 2, 3].map((row) => group.commit(row)));
    expect(answers.at(-1)).toMatchObject({ status: 'rejected', reason: expect.any(TooManyWaitingError) });
  });
});

describe('telling the workflow', () => {
  it('happens at most once a second over all processes, and after the last event', async () => {
    const told: number[] = [];
    const tell = async (): Promise<void> => void told.push(performance.now());
    const wakers = [1, 2, 3].map(() => createCallbackWaker({ events: callbacks, tell, logger }));
    const startedAt = performance.now();
    let lastAt = 0;
    while (performance.now() - startedAt < 2_500) {
      for (const waker of wakers) waker.wake(corpId);
      lastAt = performance.now();
      await wait(20);
    }
    while ((told.at(-1) ?? 0) < lastAt && performance.now() - lastAt < 10_000) await wait(50);
    await wait(1_500);
    for (const waker of wakers) waker.stop();
    expect(told[0]! - startedAt).toBeLessThan(2_500);
    expect(told.at(-1)).toBeGreaterThanOrEqual(lastAt);
    // Measured at the end of each call; the database keeps them apart.
    const gaps = told.slice(1).map((at, index) => at - told[index]!);
    for (const gap of gaps) expect(gap).toBeGreaterThan(500);
    expect(told.length).toBeLessThanOrEqual(Math.ceil((performance.now() - startedAt) / 1_000));
  });

  it('that fails is tried again', async () => {
    let tries = 0;
    const waker = createCallbackWaker({
      events: callbacks,
      tell: async () => {
        tries += 1;
        if (tries === 1) throw new Error('Temporal is away');
      },
      logger,
    });
    waker.wake(corpId);
    for (const deadline = Date.now() + patienceMs; tries < 2 && Date.now() < deadline;) await wait(100);
    waker.stop();
    expect(tries).toBe(2);
  });
});

describe('settling events', () => {
  it('happens once, also when two attempts come to it', async () => {
    await callbacks.saveEvents([event('a')]);
    const { events, readAt } = await inbox.take(corpId, 10);
    const ids = events.map(({ eventId }) => eventId);
    await inbox.settle({ corpId, readAt, settlements: [read('ada', [2], ids)], tryAgain: [] });
    const late = await inbox.settle({ corpId, readAt, settlements: [read('ada', [9], ids)], tryAgain: [] });
    expect(late).toMatchObject({ outcomes: { applied: 0 }, remaining: 'none' });
    expect(await departmentsOf('ada')).toEqual([2]);
  });

  it('is put off where somebody has learnt something newer since the reading', async () => {
    await callbacks.saveEvents([event('a')]);
    const { events, readAt } = await inbox.take(corpId, 10);
    const ids = events.map(({ eventId }) => eventId);
    await wait(5);
    await db.prisma.mirrorMember.create({
      data: { id: 'm1', corpId, userId: 'ada', userIdKey: 'ada', departments: [7], writtenAt: new Date() },
    });
    const early = await inbox.settle({ corpId, readAt, settlements: [read('ada', [2], ids)], tryAgain: [] });
    expect(early).toMatchObject({ outcomes: { applied: 0 }, remaining: 'more' });
    expect(await departmentsOf('ada')).toEqual([7]);
    await wait(5);
    const again = await inbox.take(corpId, 10);
    const settled = await inbox.settle({
      corpId,
      readAt: again.readAt,
      settlements: [read('ada', [2], ids)],
      tryAgain: [],
    });
    expect(settled).toMatchObject({ outcomes: { applied: 1 }, remaining: 'none' });
    expect(await departmentsOf('ada')).toEqual([2]);
  });

  it('gives up what fails again and again, without holding up the others', async () => {
    await callbacks.saveEvents([event('poison'), event('fine')]);
    const first = await inbox.take(corpId, 10);
    const [poison, fine] = first.events.map(({ eventId }) => eventId);
    await inbox.settle({
      corpId,
      readAt: first.readAt,
      settlements: [read('ada', [2], [fine!])],
      tryAgain: [poison!],
    });
    for (let attempt = 2; attempt <= attemptsAtMost; attempt += 1) {
      const { events, readAt } = await inbox.take(corpId, 10);
      expect(events.map(({ eventId }) => eventId)).toEqual([poison]);
      await inbox.settle({ corpId, readAt, settlements: [], tryAgain: [poison!] });
    }
    expect(await callbacks.summary(corpId)).toMatchObject({
      waiting: 0,
      failed: 1,
      outcomes: { applied: 1 },
    });
  });

  it('a changed userid takes the row over from the one that a pull took for somebody new', async () => {
    const member = (id: string, userId: string, goneAt: Date | null) =>
      db.prisma.mirrorMember.create({
        data: { id, corpId, userId, userIdKey: userId, departments: [2], goneAt, lastSeenAt: new Date(0) },
      });
    const [old, taken] = [randomUUID(), randomUUID()];
    await member(old, 'old', null);
    await member(taken, 'new', null);
    await db.prisma.binding.create({ data: { corpId, memberId: old, oaUserId: 'oa-1', source: 'manual' } });
    await callbacks.saveEvents([event('a')]);
    const { events, readAt } = await inbox.take(corpId, 10);
    const settlement = read('new', [2], [events[0]!.eventId]);
    await inbox.settle({
      corpId,
      readAt,
      settlements: [{ ...settlement, effect: { ...settlement.effect, formerUserIds: ['old'] } as never }],
      tryAgain: [],
    });
    const rows = await db.prisma.mirrorMember.findMany({ where: { corpId } });
    expect(rows.map(({ id, userId }) => [id, userId])).toEqual([[old, 'new']]);
    expect(await db.prisma.binding.count({ where: { memberId: old } })).toBe(1);
  });

  it('a changed userid does not reach somebody who was first seen under the old one after the event', async () => {
    const id = randomUUID();
    await db.prisma.mirrorMember.create({
      data: { id, corpId, userId: 'old', userIdKey: 'old', departments: [2], lastSeenAt: new Date(0) },
    });
    await callbacks.saveEvents([event('a')]);
    const { events, readAt } = await inbox.take(corpId, 10);
    const settlement = read('new', [2], [events[0]!.eventId]);
    const effect = {
      ...settlement.effect,
      formerUserIds: ['old'],
      toldAtMs: Date.now() - 3_600_000,
    } as never;
    await inbox.settle({ corpId, readAt, settlements: [{ ...settlement, effect }], tryAgain: [] });
    const rows = await db.prisma.mirrorMember.findMany({ where: { corpId }, orderBy: { userIdKey: 'asc' } });
    expect(rows.map(({ userId }) => userId)).toEqual(['new', 'old']);
    expect(rows[1]?.id).toBe(id);
  });
});

describe('a pull beside events', () => {
  it('does not bring back what it read before an event', async () => {
    const pulls = createDirectoryPullStore(db);
    const runId = randomUUID();
    await createRunStore(db).ensureRun({
      id: runId,
      corpId,
      direction: 'pull',
      mode: 'apply',
      trigger: 'api',
      requestedBy: 'token:1',
      workflowId: `directory-pull:${corpId}`,
    });
    const calls = new Map<string, number>();
    await pulls.stageDepartments({ runId, round: 1, listed: [{ id: 1, parentId: 0, order: 0 }], calls });
    await pulls.openStep(runId, 'member-ids', 1);
    await pulls.stageMemberIds({
      runId,
      round: 1,
      cursor: null,
      nextCursor: null,
      rows: ['ada', 'bob'].map((userId) => ({ userId, departmentId: 1 })),
      calls,
    });
    await wait(5);
    await callbacks.saveEvents([event('a'), event('b')]);
    const { events, readAt } = await inbox.take(corpId, 10);
    const [a, b] = events.map(({ eventId }) => eventId);
    await inbox.settle({
      corpId,
      readAt,
      settlements: [read('ada', [5], [a!]), read('carol', [6], [b!])],
      tryAgain: [],
    });
    await pulls.merge({ runId, corpId, scope: 'whole-corp', markGone: true });
    expect(await departmentsOf('ada')).toEqual([5]);
    expect(await departmentsOf('bob')).toEqual([1]);
    expect(await departmentsOf('carol')).toEqual([6]);
  });

  it('that is complete and began later settles what waits without hope', async () => {
    await callbacks.saveEvents([event('a')]);
    const { events, readAt } = await inbox.take(corpId, 10);
    await inbox.settle({ corpId, readAt, settlements: [], tryAgain: [events[0]!.eventId] });
    await db.prisma.run.create({
      data: {
        id: randomUUID(),
        corpId,
        direction: 'pull',
        mode: 'apply',
        phase: 'done',
        trigger: 'schedule',
        requestedBy: 'schedule',
        workflowId: 'w',
        completeness: { complete: true },
        startedAt: new Date(Date.now() + 1_000),
      },
    });
    expect((await inbox.take(corpId, 10)).events).toEqual([]);
    expect(await callbacks.summary(corpId)).toMatchObject({ waiting: 0, outcomes: { 'left-to-pull': 1 } });
  });
});

it('only what is done is ever removed', async () => {
  await callbacks.saveEvents([event('done'), event('waiting')]);
  const { events, readAt } = await inbox.take(corpId, 1);
  await inbox.settle({ corpId, readAt, settlements: [read('ada', [2], [events[0]!.eventId])], tryAgain: [] });
  await db.pool.query(
    `UPDATE callback_event SET received_at = now() - interval '31 days' WHERE corp_id = $1`,
    [corpId],
  );
  await inbox.removeProcessed(30);
  expect(await callbacks.summary(corpId)).toMatchObject({ total: 1, waiting: 1 });
});
