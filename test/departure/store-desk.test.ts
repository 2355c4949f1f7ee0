import { randomUUID } from 'node:crypto';
import { followOa } from '../../store/departure-hooks';
import { CursorInvalidError } from '../../store/cursors';
import { createSettingsStore } from '../../store/settings';
import { createDepartureStoreWorld, type DepartureStoreWorld } from './store-world';

let world: DepartureStoreWorld;

beforeAll(async () => {
  world = await createDepartureStoreWorld();
});
beforeEach(() => world.empty());
afterAll(() => world.close());

const dayMs = 24 * 60 * 60_000;
const inDays = (days: number): Date => new Date(Date.now() + days * dayMs);
const by = 'user:ada';

/** Members whose departures wait for their day, as many as it takes. */
async function manyWait(count: number, deleteAt: Date | null = null): Promise<void> {
  await world.db.pool.query(
    `WITH m AS (
       INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments, name, status, last_seen_at)
       SELECT 'm' || n, $1, 'w' || n, 'w' || n, '{1}', '等待' || n, 2, now() FROM generate_series(1, $2::int) n
       RETURNING id, user_id, name
     ), d AS (
       INSERT INTO departure (id, corp_id, member_id, user_id, oa_user_id, name, origin, state, disabled_at, delete_at,
         is_to_be_dated)
       SELECT 'd' || id, $1, id, user_id, user_id, name, 'push', 'waiting', now(), $3, $3::timestamptz IS NULL FROM m
       RETURNING id
     )
     INSERT INTO departure_event (departure_id, code) SELECT id, 'disabled' FROM d`,
    [world.corpId, count, deleteAt],
  );
}

it('ten thousand are dated, told, claimed and released within seconds each', async () => {
  await world.people(1);
  await manyWait(10_000);
  const { departures, corpId } = world;
  const seconds = async (work: () => Promise<unknown>): Promise<number> => {
    const begun = performance.now();
    await work();
    return (performance.now() - begun) / 1000;
  };
  const dated = await seconds(async () => {
    for (;;) {
      const rows = await departures.openToDate(corpId, 1_000);
      if (rows.length === 0) break;
      await departures.saveDates(
        rows.map(({ id, version }) => ({
          id,
          version,
          afterDays: 7,
          deleteAt: inDays(7),
          noticeAt: inDays(4),
        })),
        new Date(),
      );
    }
  });
  const told = await seconds(async () => {
    for (;;) {
      const rows = await departures.openToTell(corpId, 500);
      if (rows.length === 0) break;
      await departures.told(rows);
    }
  });
  const runId = randomUUID();
  let claimed = 0;
  const claiming = await seconds(async () => {
    ({ claimed } = await departures.claim(corpId, 'deletions', runId, inDays(8), 10_000));
  });
  expect(claimed).toBe(10_000);
  const released = await seconds(() => departures.releaseClaims(runId, { phase: 'expired' }));
  const settings = createSettingsStore(world.db);
  const { document } = await settings.currentSettings(corpId);
  const redated = await seconds(async () => {
    const push = { ...document.push, departed: { ...document.push.departed, deleteAfterDays: 9 } };
    expect(await settings.saveSettings(corpId, { ...document, push }, by)).toMatchObject({
      departuresRedated: 10_000,
    });
  });
  // Some seconds on a machine that has nothing else to do; a minute would be rows one by one.
  for (const taken of [dated, told, claiming, released, redated]) expect(taken).toBeLessThan(30);
}, 240_000);

it('two desks at once never claim the same departure', async () => {
  await world.people(1);
  await manyWait(300, inDays(-1));
  const runs = Array.from({ length: 4 }, () => randomUUID());
  const claims = await Promise.all(
    runs.map((runId) => world.departures.claim(world.corpId, 'deletions', runId, new Date(), 100)),
  );
  expect(claims.reduce((sum, { claimed }) => sum + claimed, 0)).toBe(300);
  const members = (await Promise.all(runs.map((runId) => world.departures.claimedBy(runId)))).flat();
  expect(new Set(members).size).toBe(300);
});

it('a claim that is asked for again is the same claim', async () => {
  await world.people(1);
  await manyWait(30, inDays(-1));
  const runId = randomUUID();
  const claim = () => world.departures.claim(world.corpId, 'deletions', runId, new Date(), 20);
  expect((await claim()).claimed).toBe(20);
  expect((await claim()).claimed).toBe(20);
});

it('what changes while it is told is told again', async () => {
  await world.people(2);
  await world.leave('u1', 'u2');
  const open = await world.departures.openToTell(world.corpId, 10);
  expect(open).toHaveLength(2);
  await world.departures.begin(world.corpId, { userId: 'u1', by });
  await world.comeBack('u1');
  await world.departures.told(open);
  const [left, ...others] = await world.departures.openToTell(world.corpId, 10);
  expect([left!.memberId, others]).toEqual([await world.memberId('u1'), []]);
});

it('what is changed while its date is made is dated again', async () => {
  await world.people(1);
  await world.leave('u1');
  await world.carryOut('changes');
  const [row] = await world.departures.openToDate(world.corpId, 10);
  await world.departures.saveHandOver(row!.id, [], new Date());
  await world.departures.saveDates(
    [{ id: row!.id, version: row!.version, afterDays: 7, deleteAt: inDays(7), noticeAt: null }],
    new Date(),
  );
  expect(await world.of('u1')).toMatchObject({ deleteAt: null });
  expect(await world.departures.openToDate(world.corpId, 10)).toHaveLength(1);
});

describe('a new date', () => {
  /** In days from now; null where there is none. */
  type Dates = { readonly notice: number | null; readonly day: number | null };
  const never: Dates = { notice: null, day: null };
  const held = "state = 'held'";
  const noticed = 'noticed_at = now()';
  const inHand = "run_id = 'a-run'";

  it.each<[policy: string, isTold: boolean, before: Dates, after: Dates, otherwise?: string]>([
    [
      'that lies later is found by the workflow itself',
      false,
      { notice: 27, day: 30 },
      { notice: 57, day: 60 },
    ],
    ['that lies earlier is told', true, { notice: 27, day: 30 }, { notice: 7, day: 10 }],
    ['is told where only the notice comes earlier', true, { notice: 27, day: 30 }, { notice: 26, day: 30 }],
    ['that is the same is not told', false, { notice: 27, day: 30 }, { notice: 27, day: 30 }],
    ['where there was none is told', true, never, { notice: 27, day: 30 }],
    ['that is taken away is found by the workflow itself', false, { notice: 27, day: 30 }, never],
    [
      'brings another notice: told where that comes before the day it had',
      true,
      { notice: -2, day: 1 },
      { notice: 0, day: 3 },
      noticed,
    ],
    [
      'brings another notice: not told where that comes after the day it had',
      false,
      { notice: -2, day: 1 },
      { notice: 7, day: 10 },
      noticed,
    ],
    [
      'is told to whoever asks again and again because the old one has come',
      true,
      { notice: -4, day: -1 },
      { notice: 27, day: 30 },
      noticed,
    ],
    [
      'makes no difference to whoever waits for a person',
      false,
      { notice: 27, day: 30 },
      { notice: 7, day: 10 },
      held,
    ],
    [
      'makes no difference while a run has it in hand',
      false,
      { notice: 27, day: 30 },
      { notice: 7, day: 10 },
      inHand,
    ],
    [
      'that takes it out of the hands of a run is told',
      true,
      { notice: 27, day: 30 },
      { notice: 57, day: 60 },
      inHand,
    ],
  ])('%s', async (_, isTold, before, after, otherwise = 'state = state') => {
    await world.people(1);
    await manyWait(1);
    const { departures, corpId, db } = world;
    const now = Date.now();
    const at = (days: number | null): Date | null => (days === null ? null : new Date(now + days * dayMs));
    const date = ({ day, notice }: Dates) => world.date(day, at(day), at(notice));
    await date(before);
    await departures.told(await departures.openToTell(corpId, 10));
    await db.pool.query(`UPDATE departure SET is_to_be_dated = true, ${otherwise}`);
    await date(after);
    expect(await departures.openToTell(corpId, 10)).toHaveLength(isTold ? 1 : 0);
  });

  it('that was put off without a word is told again once it is drawn nearer', async () => {
    await world.people(1);
    await manyWait(1);
    const { departures, corpId, db } = world;
    const told: number[] = [];
    for (const day of [30, 60, 45, 20, 10]) {
      await db.pool.query('UPDATE departure SET is_to_be_dated = true');
      await world.date(day, inDays(day), inDays(day - 3));
      const open = await departures.openToTell(corpId, 10);
      if (open.length > 0) told.push(day);
      await departures.told(open);
    }
    expect(told).toEqual([30, 45, 20, 10]);
  });

  it('is told to whoever wakes next first, and to nobody before it is made', async () => {
    await world.people(1);
    await manyWait(4);
    const { departures, corpId, db } = world;
    const order = async () => (await departures.openToTell(corpId, 10)).map(({ memberId }) => memberId);
    expect(await order()).toEqual([]);
    await world.date(30, inDays(30), inDays(27));
    const dates = [
      ['m1', inDays(9), null],
      ['m2', null, null],
      ['m3', inDays(8), inDays(5)],
      ['m4', inDays(6), inDays(3)],
    ];
    for (const [id, day, notice] of dates)
      await db.pool.query('UPDATE departure SET delete_at = $2, notice_at = $3 WHERE member_id = $1', [
        id,
        day,
        notice,
      ]);
    expect(await order()).toEqual(['m4', 'm3', 'm1', 'm2']);
  });
});

it('a notice goes out once for each date, and not once more for every day that is tried in vain', async () => {
  await world.people(1);
  await world.leave('u1');
  await world.carryOut('changes');
  await world.date(7, inDays(7), inDays(4));
  const { departures, corpId } = world;
  expect(await departures.dueNotices(corpId, inDays(3), 10)).toEqual([]);
  const [due] = await departures.dueNotices(corpId, inDays(5), 10);
  expect(due).toMatchObject({ userId: 'u1', name: 'Name u1', handOver: null });
  const at = new Date();
  await departures.noticed([due!.id], at);
  await departures.noticed([due!.id], inDays(1));
  expect(await departures.dueNotices(corpId, inDays(5), 10)).toEqual([]);
  expect(await world.of('u1')).toMatchObject({ noticedAt: at });
  expect(await departures.look(due!.id)).toMatchObject({ isNoticed: true, closed: false });
  // Tried in vain, and dated for the next day.
  const runId = (await world.planRun('deletions', inDays(8)))!;
  await world.end(runId, 'expired');
  await world.date(7, inDays(9), inDays(6));
  expect(await departures.dueNotices(corpId, inDays(10), 10)).toEqual([]);
  // Put off by a person: told of anew.
  await departures.decide(due!.id, { kind: 'postpone', days: 10 }, by, new Date());
  await world.date(7, inDays(19), inDays(16));
  expect(await departures.dueNotices(corpId, inDays(17), 10)).toHaveLength(1);
});

it('a thousand who leave and come back in the same feed or minute end in one clear state', async () => {
  await world.people(50);
  const ids = Array.from({ length: 50 }, (_, index) => `u${index + 1}`);
  await world.db.transaction(async (client) => {
    await followOa(client, { departed: ids, returned: [] });
    await followOa(client, { departed: [], returned: ids });
  });
  expect(await world.departures.counts(world.corpId)).toMatchObject({ cancelled: 50, disabling: 0 });
});

describe('what people read', () => {
  it('is listed newest first or by the next deletion, page by page, and can be searched', async () => {
    await world.people(1);
    await manyWait(25, inDays(5));
    await world.db.pool.query(`UPDATE departure SET delete_at = NULL WHERE user_id = 'w7'`);
    await world.db.pool.query(`UPDATE departure SET delete_at = $1 WHERE user_id = 'w9'`, [inDays(1)]);
    const { departures, corpId } = world;
    for (const sort of ['newest', 'due'] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await departures.list(corpId, {
          sort,
          limit: 10,
          ...(cursor === undefined ? {} : { cursor }),
        });
        expect(page.total).toBe(25);
        seen.push(...page.items.map(({ userId }) => userId));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(new Set(seen).size).toBe(25);
      if (sort === 'due') expect([seen[0], seen.at(-1)]).toEqual(['w9', 'w7']);
    }
    const found = async (filter: object) =>
      (await departures.list(corpId, { sort: 'newest', limit: 100, ...filter })).items.map(
        ({ userId }) => userId,
      );
    expect(await found({ q: '等待13' })).toEqual(['w13']);
    expect(await found({ userId: 'W13' })).toEqual(['w13']);
    expect(await found({ states: ['held'] })).toEqual([]);
    expect(await found({ open: false })).toEqual([]);
    expect(await found({ dueTo: inDays(2) })).toEqual(['w9']);
    await expect(found({ cursor: 'made-by-hand' })).rejects.toThrow(CursorInvalidError);
    expect(await departures.counts(corpId)).toMatchObject({ waiting: 25, dueWithinWeek: 24 });
    expect((await departures.countsOfAll()).get(corpId)).toMatchObject({ waiting: 25 });
  });

  it('is a calendar of the coming deletions in the zone of the corp', async () => {
    await world.people(1);
    await manyWait(3, new Date('2031-01-01T23:30:00Z'));
    await world.db.pool.query(`UPDATE departure SET state = 'held' WHERE user_id = 'w1'`);
    const days = (timezone: string) =>
      world.departures.calendar(
        world.corpId,
        new Date('2031-01-01T00:00:00Z'),
        new Date('2031-02-01T00:00:00Z'),
        timezone,
      );
    expect(await days('Asia/Shanghai')).toEqual([{ date: '2031-01-02', count: 3, held: 1 }]);
    expect(await days('UTC')).toEqual([{ date: '2031-01-01', count: 3, held: 1 }]);
  });

  it('is the newest of each member', async () => {
    await world.people(2);
    await world.leave('u1');
    await world.comeBack('u1');
    await world.leave('u1');
    const memberId = await world.memberId('u1');
    const found = await world.departures.ofMembers(world.corpId, [memberId, await world.memberId('u2')]);
    expect([...found].map(([id, { state }]) => [id, state])).toEqual([[memberId, 'disabling']]);
    expect(await world.departures.datesOf(world.corpId)).toEqual([]);
  });
});
