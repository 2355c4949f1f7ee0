import type { MaintenanceWindow } from '../../../domain/directory/settings';
import { departureId, departureStart, departureType } from '../../../workflows/departure.contract';
import type { ConnectedCorp } from '../../directory-pull/pull-world';
import { organisation, person } from '../../directory-push/flow/push-world';
import { createTimeWorld, dayMs, type TimeWorld } from './time-world';

jest.setTimeout(300_000);

const hourMs = 3_600_000;
const newYork = 'America/New_York';

/** One clock goes through all of this file, so the tests stand in the order of the days. */
let world: TimeWorld;
let redated: ConnectedCorp;
let windowed: ConnectedCorp;
let abroad: ConnectedCorp;
/** Half a day away from now: what a run does at its time of day is looked at by the clock of this machine. */
let slot: string;
let maintenance: MaintenanceWindow;
let clockChange: number;
/** The day that a wait of forty days made. */
let forty: Date;

beforeAll(async () => {
  world = await createTimeWorld();
  const now = Date.now();
  slot = localTime(now + 12 * hourMs, 'UTC');
  maintenance = {
    days: [1, 2, 3, 4, 5, 6, 7],
    from: localTime(now + 11 * hourMs, 'UTC'),
    to: localTime(now + 14 * hourMs, 'UTC'),
  };
  clockChange = nextClockChange(now, newYork);
  redated = await world.createDepartingCorp({ departed: { deleteAfterDays: 100 } });
  windowed = await world.createDepartingCorp({
    timezone: 'UTC',
    maintenanceWindows: [maintenance],
    departed: { deleteAfterDays: 20, deletionTime: slot },
  });
  abroad = await world.createDepartingCorp({
    timezone: newYork,
    departed: {
      // The day after the clocks were changed.
      deleteAfterDays: Math.ceil((clockChange - now) / dayMs) + 1,
      deletionTime: '02:30',
    },
  });
  const all = [redated, windowed, abroad];
  const feed = (status: 'active' | 'departed') =>
    world.feedOa(
      organisation([['d1', '研发部', null]], [person(1, { status }), person(2, { status }), person(3)]),
    );
  await feed('active');
  await Promise.all(all.map((corp) => world.push(corp)));
  await feed('departed');
  await Promise.all(all.map((corp) => world.push(corp)));
  // From few events on one of them goes on under a fresh history.
  const { id, memberId } = await world.of(redated, 'staff2');
  const start = departureStart({ corpId: redated.id, memberId, departureId: id }, 'wecom-bridge');
  await world.client.workflow.start(departureType, {
    ...start,
    args: [{ ...start.args[0], eventsPerHistory: 40 }],
  });
  await Promise.all(all.map((corp) => world.sweep(corp)));
});

afterAll(() => world?.close());

function localTime(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(at);
}

function nextClockChange(from: number, timeZone: string): number {
  const offset = (at: number): string =>
    new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).format(at).slice(-6);
  for (let at = from + 2 * dayMs; at < from + 400 * dayMs; at += hourMs) {
    if (offset(at) !== offset(at - hourMs)) return at;
  }
  throw new Error(`The clocks of ${timeZone} are never changed`);
}

it('a history that has become long is begun anew, and the date stays', async () => {
  const { memberId, deleteAt } = await world.of(redated, 'staff2');
  const handle = world.client.workflow.getHandle(departureId(redated.id, memberId));
  const first = await handle.describe();
  for (let decided = 0; decided < 8; decided += 1) {
    await world.decide(redated, 'staff2', { kind: 'postpone', days: 1 });
    await world.sweep(redated);
    await world.advanceDays(0.5);
  }
  const last = await handle.describe();
  expect(last.runId).not.toBe(first.runId);
  const after = await world.of(redated, 'staff2');
  expect(after).toMatchObject({ state: 'postponed', postponedDays: 8 });
  expect(after.deleteAt?.getTime()).toBe((deleteAt?.getTime() ?? 0) + 8 * dayMs);
  expect((await world.viewOf(redated, 'staff2')).deleteAt).toBe(after.deleteAt?.toISOString());
});

it('another wait in the settings moves the dates of those who wait, and what was put off stays put off', async () => {
  await world.configure(redated, { departed: { deleteAfterDays: 40 } });
  await world.sweep(redated);
  const [plain, postponed] = [await world.of(redated, 'staff1'), await world.of(redated, 'staff2')];
  expect(plain).toMatchObject({ afterDays: 40 });
  forty = plain.deleteAt!;
  const disabledAt = plain.disabledAt?.getTime() ?? 0;
  expect(plain.deleteAt?.getTime()).toBeGreaterThan(disabledAt + 39.9 * dayMs);
  expect(plain.deleteAt?.getTime()).toBeLessThan(disabledAt + 41 * dayMs);
  expect(postponed.deleteAt?.getTime()).toBe((plain.deleteAt?.getTime() ?? 0) + 8 * dayMs);
  expect((await world.viewOf(redated, 'staff1')).deleteAt).toBe(plain.deleteAt?.toISOString());
});

it('a longer wait is in the row at once, and nobody is woken for it', async () => {
  await world.configure(redated, { departed: { deleteAfterDays: 45 } });
  await world.sweep(redated);
  const { deleteAt } = await world.of(redated, 'staff1');
  expect(deleteAt?.getTime()).toBe(forty.getTime() + 5 * dayMs);
  expect((await world.viewOf(redated, 'staff1')).deleteAt).toBe(forty.toISOString());
});

it('a maintenance window over the time of day moves the deletion to its end', async () => {
  const { deleteAt } = await world.of(windowed, 'staff1');
  expect(localTime(deleteAt?.getTime() ?? 0, 'UTC')).toBe(maintenance.to);
  await world.time.advance((deleteAt?.getTime() ?? 0) - 60_000 - (await world.time.now()).getTime());
  expect(await world.userIds(windowed)).toEqual(['staff1', 'staff2', 'staff3']);
  await world.advanceDays(0.5);
  expect(await world.userIds(windowed)).toEqual(['staff3']);
  expect(await world.deletionsOf(windowed, 'staff1')).toBe(1);
});

it('the moved dates hold: each is deleted on a day of its own', async () => {
  await world.time.advance(forty.getTime() + hourMs - (await world.time.now()).getTime());
  const { deleteAt, noticedAt } = await world.of(redated, 'staff1');
  expect(await world.userIds(redated)).toEqual(['staff1', 'staff2', 'staff3']);
  expect(noticedAt).toBeNull();
  await world.time.advance((deleteAt?.getTime() ?? 0) + hourMs - (await world.time.now()).getTime());
  expect(await world.userIds(redated)).toEqual(['staff2', 'staff3']);
  await world.advanceDays(8);
  expect(await world.userIds(redated)).toEqual(['staff3']);
});

it('where the clocks are changed meanwhile, the time of day stays what it is there', async () => {
  const { deleteAt } = await world.of(abroad, 'staff1');
  const at = deleteAt?.getTime() ?? 0;
  expect(at).toBeGreaterThan(clockChange);
  expect(localTime(at, newYork)).toBe('02:30');
  await world.time.advance(at - 60_000 - (await world.time.now()).getTime());
  expect(await world.userIds(abroad)).toEqual(['staff1', 'staff2', 'staff3']);
  await world.advanceDays(0.5);
  expect(await world.userIds(abroad)).toEqual(['staff3']);
  expect(await world.deletionsOf(abroad, 'staff1')).toBe(1);
});
