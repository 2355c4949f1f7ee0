import { openDatabase, type Database } from '../../store/database';
import { createIdempotencyStore, type IdempotencyStore } from '../../store/idempotency';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let db: Database;
let keys: IdempotencyStore;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url });
  keys = createIdempotencyStore(db);
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

const request = (key: string) => ({ principal: 'token:1', key, requestHash: 'aa' });

it('a request that may have begun something goes on as the same one when it is asked again, and at once', async () => {
  const asked = request('unknown');
  const first = await keys.claim(asked);
  await keys.abandon(asked);
  expect(await keys.claim({ ...asked, requestHash: 'bb' })).toEqual({ kind: 'other-request' });
  expect(await keys.claim(asked)).toEqual(first);
  await keys.complete(asked, { status: 202, body: { runId: 'r1' } });
  expect(await keys.claim(asked)).toEqual({
    kind: 'answered',
    answer: { status: 202, body: { runId: 'r1' } },
  });
});

it('of many that ask again together, one goes on', async () => {
  const asked = request('together');
  await keys.claim(asked);
  await keys.abandon(asked);
  const claims = await Promise.all(Array.from({ length: 5 }, () => keys.claim(asked)));
  expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
  expect(claims.filter(({ kind }) => kind === 'in-progress')).toHaveLength(4);
});

it('a request that was refused is another one when it is asked again', async () => {
  const asked = request('refused');
  await keys.claim(asked);
  await keys.release(asked);
  expect(await keys.claim(asked)).toMatchObject({ kind: 'claimed' });
});
