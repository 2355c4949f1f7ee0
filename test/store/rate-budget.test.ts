import { randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '../../store/database';
import { createRateBudgetStore } from '../../store/rate-budget';
import type { RateBudgetStore, RateWindow } from '../../wecom';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let db: Database;
let otherProcess: Database;
let budget: RateBudgetStore;
let othersBudget: RateBudgetStore;
let corpKey: string;

const api = 'user/list';

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url });
  otherProcess = openDatabase({ url: database.url });
  budget = createRateBudgetStore(db);
  othersBudget = createRateBudgetStore(otherProcess);
});

beforeEach(() => {
  corpKey = randomUUID();
});

afterAll(async () => {
  await db.close();
  await otherProcess.close();
  await database.drop();
});

const minute = (limit: number): RateWindow => ({ name: 'minute', ms: 60_000, limit });
const hour = (limit: number): RateWindow => ({ name: 'hour', ms: 3_600_000, limit });

function take(windows: readonly RateWindow[], want: number, store = budget) {
  return store.take({ corpKey, api, want, priority: 'bulk', windows });
}

/** As if this much time had passed. */
async function age(ms: number): Promise<void> {
  await db.pool.query(
    // Renamed as well: what is used next is another slice.
    `UPDATE rate_window SET started_at = started_at - $2 * interval '1 millisecond',
                            "window" = "window" || '/' || gen_random_uuid()
      WHERE corp_key = $1`,
    [corpKey, ms],
  );
}

it('gives what is asked for while there is some, then the rest, then says when to come back', async () => {
  expect(await take([minute(10)], 6)).toEqual({ granted: 6, retryAfterMs: 0 });
  expect(await take([minute(10)], 6)).toEqual({ granted: 4, retryAfterMs: 0 });
  const refused = await take([minute(10)], 1);
  expect(refused.granted).toBe(0);
  expect(refused.retryAfterMs).toBeGreaterThan(50_000);
  expect(refused.retryAfterMs).toBeLessThanOrEqual(62_000);
});

it('processes that ask at once are never given more than the limit together', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) => take([minute(100), hour(1_000)], 7, n % 2 ? budget : othersBudget)),
  );
  expect(answers.reduce((sum, { granted }) => sum + granted, 0)).toBe(100);
});

it('the narrowest window decides', async () => {
  expect(await take([minute(100), hour(3)], 10)).toMatchObject({ granted: 3 });
  expect(await take([minute(100), hour(3)], 10)).toMatchObject({ granted: 0 });
});

it('a bulk caller leaves what is kept for interactive ones', async () => {
  expect(await take([minute(9)], 20)).toMatchObject({ granted: 9 });
  expect(await take([minute(9)], 1)).toMatchObject({ granted: 0 });
  expect(await take([minute(10)], 5)).toMatchObject({ granted: 1 });
});

it('a burst counts in full until it is a minute old, whatever was used before it', async () => {
  await take([minute(100)], 1);
  await age(45_000);
  expect(await take([minute(100)], 100)).toMatchObject({ granted: 99 });
  await age(45_000);
  // Only the first one is a minute old.
  expect(await take([minute(100)], 100)).toMatchObject({ granted: 1 });
  await age(10_000);
  expect(await take([minute(100)], 100)).toMatchObject({ granted: 0 });
  await age(10_000);
  expect(await take([minute(100)], 100)).toMatchObject({ granted: 99 });
});

it('who comes too early is told when the oldest of it is a minute old', async () => {
  await take([minute(10)], 4);
  await age(30_000);
  await take([minute(10)], 6);
  const { retryAfterMs } = await take([minute(10)], 1);
  expect(retryAfterMs).toBeGreaterThan(20_000);
  expect(retryAfterMs).toBeLessThanOrEqual(32_000);
});

it('what no longer counts leaves no row behind', async () => {
  for (let round = 0; round < 5; round += 1) {
    await take([minute(100), hour(1_000)], 1);
    await age(63_000);
  }
  await take([minute(100), hour(1_000)], 1);
  const { rows } = await db.pool.query<{ name: string; count: number }>(
    `SELECT split_part("window", '/', 1) AS name, count(*)::int FROM rate_window WHERE corp_key = $1 GROUP BY 1 ORDER BY 1`,
    [corpKey],
  );
  expect(rows).toEqual([
    { name: 'hour', count: 6 },
    { name: 'minute', count: 1 },
  ]);
});

it('what an earlier version counted for a whole window counts on', async () => {
  await db.pool.query(
    `INSERT INTO rate_window (corp_key, api, "window", started_at, used, previous)
     VALUES ($1, $2, 'minute', clock_timestamp() - interval '20 seconds', 70, 0)`,
    [corpKey, api],
  );
  expect(await take([minute(100)], 100)).toMatchObject({ granted: 30 });
});

it('after two windows of silence the whole budget is there again', async () => {
  await take([minute(100)], 100);
  await age(121_000);
  expect(await take([minute(100)], 100)).toMatchObject({ granted: 100 });
});

it('after WeCom said stop nobody is given anything before the time it named', async () => {
  await budget.block({ corpKey, api, untilMs: Date.now() + 30_000 });
  const refused = await take([minute(10)], 1, othersBudget);
  expect(refused.granted).toBe(0);
  expect(refused.retryAfterMs).toBeGreaterThan(25_000);
  await budget.block({ corpKey, api, untilMs: Date.now() + 1_000 });
  expect((await take([minute(10)], 1)).retryAfterMs).toBeGreaterThan(25_000);
});

it('corps and APIs have budgets of their own', async () => {
  await take([minute(5)], 5);
  expect(
    await budget.take({ corpKey, api: 'user/get', want: 5, priority: 'bulk', windows: [minute(5)] }),
  ).toMatchObject({ granted: 5 });
  expect(
    await budget.take({ corpKey: randomUUID(), api, want: 5, priority: 'bulk', windows: [minute(5)] }),
  ).toMatchObject({ granted: 5 });
});
