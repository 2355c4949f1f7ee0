import { randomUUID } from 'node:crypto';
import { followOa } from '../../store/departure-hooks';
import { CursorInvalidError } from '../../store/cursors';
import { createSettingsStore } from '../../store/settings';
import { createDepartureStoreWorld, type DepartureStoreWorld } from './store-world';

let world: DepartureStoreWorld;

beforeEach(async () => {
  world = await createDepartureStoreWorld();
});
afterEach(() => world.close());

const inDays = (days: number): Date => new Date(Date.now() + days * 24 * 60 * 60_000);
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
  await world.departures.saveDates([
    { id: row!.id, version: row!.version, afterDays: 7, deleteAt: inDays(7), noticeAt: null },
  ]);
  expect(await world.of('u1')).toMatchObject({ deleteAt: null });
  expect(await world.departures.openToDate(world.corpId, 10)).toHaveLength(1);
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
