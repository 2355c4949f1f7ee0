import type { OaUser } from '../../../domain/oa-directory/directory';
import type { ConnectedCorp } from '../../directory-pull/pull-world';
import { organisation, person } from '../../directory-push/flow/push-world';
import { createTimeWorld, dayMs, type TimeWorld } from './time-world';

jest.setTimeout(300_000);

/** One clock goes through all of this file, so the tests stand in the order of the days. */
let world: TimeWorld;
/** Deletes a year after the day of disabling. */
let yearly: ConnectedCorp;
/** Deletes nobody, until somebody says otherwise. */
let never: ConnectedCorp;
let begunAt: number;

const [leaving, returning, spared] = ['staff1', 'staff2', 'staff3'] as const;

beforeAll(async () => {
  world = await createTimeWorld();
  yearly = await world.createDepartingCorp({ departed: { deleteAfterDays: 365 } });
  never = await world.createDepartingCorp({ departed: { deleteAfterDays: null } });
  await feed({});
  await both((corp) => world.push(corp));
  await feed({ 1: 'departed', 2: 'departed', 3: 'departed' });
  await both((corp) => world.push(corp));
  await both((corp) => world.sweep(corp));
  begunAt = (await world.time.now()).getTime();
});

afterAll(() => world?.close());

async function feed(statuses: Readonly<Record<number, OaUser['status']>>): Promise<void> {
  const users = [1, 2, 3, 4].map((number) => person(number, { status: statuses[number] ?? 'active' }));
  await world.feedOa(organisation([['d1', '研发部', null]], users));
}

function both(work: (corp: ConnectedCorp) => Promise<unknown>): Promise<unknown> {
  return Promise.all([yearly, never].map(work));
}

async function untilDay(day: number): Promise<void> {
  const now = (await world.time.now()).getTime();
  await world.time.advance(begunAt + day * dayMs - now);
}

function dayOf(date: Date | null): number | null {
  return date === null ? null : (date.getTime() - begunAt) / dayMs;
}

it('day 0: whoever was disabled waits for a year, or for ever', async () => {
  const dated = await world.of(yearly, leaving);
  expect(dated).toMatchObject({ state: 'waiting', origin: 'push', afterDays: 365, oaUserId: 'oa-1' });
  // The first time of day for deletions after so many days.
  expect(dayOf(dated.deleteAt)).toBeGreaterThan(364.9);
  expect(dayOf(dated.deleteAt)).toBeLessThan(366.1);
  expect(dated.deleteAt?.toISOString()).toMatch(/T19:00:00.000Z$/);
  expect(await world.viewOf(yearly, leaving)).toMatchObject({
    state: 'waiting',
    deleteAt: dated.deleteAt?.toISOString(),
  });
  expect(await world.of(never, leaving)).toMatchObject({ state: 'waiting', deleteAt: null, noticeAt: null });
});

it('day 10 and day 100: who is put off twice is put off by both together', async () => {
  const before = await world.of(yearly, leaving);
  await untilDay(10);
  await world.decide(yearly, leaving, { kind: 'postpone', days: 5 });
  await world.sweep(yearly);
  await untilDay(100);
  await world.decide(yearly, leaving, { kind: 'postpone', days: 2 });
  await world.sweep(yearly);
  const after = await world.of(yearly, leaving);
  expect(after).toMatchObject({ state: 'postponed', postponedDays: 7 });
  expect(after.deleteAt?.getTime()).toBe((before.deleteAt?.getTime() ?? 0) + 7 * dayMs);
  expect((await world.viewOf(yearly, leaving)).deleteAt).toBe(after.deleteAt?.toISOString());
});

it('day 150: who is cancelled stays disabled and is never deleted', async () => {
  await untilDay(150);
  await world.decide(yearly, spared, { kind: 'cancel' });
  expect(await world.of(yearly, spared)).toMatchObject({ state: 'cancelled', isKept: true });
});

it('day 200: who is hired again is enabled at once and waits for nothing any more', async () => {
  await untilDay(200);
  await feed({ 1: 'departed', 3: 'departed' });
  await both((corp) => world.sweep(corp));
  for (const corp of [yearly, never]) {
    expect(await world.of(corp, returning)).toMatchObject({ state: 'restored' });
    const { users } = await world.state(corp);
    expect(users.find(({ userid }) => userid === returning)).toMatchObject({ enable: 1 });
  }
});

it('day 368: nobody has been told too early, and nobody was deleted on the day that was put off', async () => {
  await untilDay(368);
  expect(await world.userIds(yearly)).toEqual(['staff1', 'staff2', 'staff3', 'staff4']);
  expect((await world.of(yearly, leaving)).noticedAt).toBeNull();
});

it('three days before the day a notice lists who will be deleted', async () => {
  const { deleteAt } = await world.of(yearly, leaving);
  await world.time.advance((deleteAt?.getTime() ?? 0) - 2.9 * dayMs - (await world.time.now()).getTime());
  const { noticedAt, state } = await world.of(yearly, leaving);
  expect(state).toBe('postponed');
  expect(noticedAt?.getTime()).toBeCloseTo((deleteAt?.getTime() ?? 0) - 3 * dayMs, -6);
  expect(await world.deletionsOf(yearly, leaving)).toBe(0);
});

it('day 400: on its day the member was deleted, once; whoever was spared or has no date was not', async () => {
  await untilDay(400);
  expect(await world.of(yearly, leaving)).toMatchObject({ state: 'deleted' });
  expect(await world.deletionsOf(yearly, leaving)).toBe(1);
  expect(await world.userIds(yearly)).toEqual(['staff2', 'staff3', 'staff4']);
  expect(await world.eventCodes(yearly, leaving)).toEqual(
    expect.arrayContaining(['disabled', 'postponed', 'noticed', 'deleted']),
  );
  expect(await world.of(never, leaving)).toMatchObject({ state: 'waiting', deleteAt: null, noticedAt: null });
  expect(await world.userIds(never)).toEqual(['staff1', 'staff2', 'staff3', 'staff4']);
});

it('day 400: a wait that gets its end late still warns for three days, then it ends', async () => {
  await world.configure(never, { departed: { deleteAfterDays: 3 } });
  await world.sweep(never);
  const now = await world.time.now();
  const { deleteAt } = await world.of(never, leaving);
  expect(deleteAt?.getTime()).toBeGreaterThanOrEqual(now.getTime() + 3 * dayMs - 60_000);
  expect(deleteAt?.getTime()).toBeLessThan(now.getTime() + 4 * dayMs + 60_000);
  await world.advanceDays(2.9);
  expect((await world.of(never, leaving)).noticedAt).not.toBeNull();
  expect(await world.deletionsOf(never, leaving)).toBe(0);
  await world.advanceDays(2);
  expect(await world.of(never, leaving)).toMatchObject({ state: 'deleted' });
  expect(await world.deletionsOf(never, leaving)).toBe(1);
  expect(await world.userIds(never)).toEqual(['staff2', 'staff4']);
});
