import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { openDatabase, type Database } from '../../store/database';
import { createSecretBox } from '../../store/secrets';
import { createTokenStore } from '../../store/wecom-tokens';
import type { StoredToken, TokenKey, TokenStore } from '../../wecom';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let db: Database;
let otherProcess: Database;
let tokens: TokenStore;
let othersTokens: TokenStore;

const key: TokenKey = { corpId: 'ww1', apiBaseUrl: 'http://wecom', secretFingerprint: 'aa' };

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, maxConnections: 2 });
  otherProcess = openDatabase({ url: database.url, maxConnections: 2 });
  const masterKey = randomBytes(32).toString('base64');
  tokens = createTokenStore(db, createSecretBox([masterKey]));
  othersTokens = createTokenStore(otherProcess, createSecretBox([masterKey]));
});

beforeEach(async () => {
  await db.pool.query('DELETE FROM wecom_token');
});

afterAll(async () => {
  await db.close();
  await otherProcess.close();
  await database.drop();
});

function token(name: string, livesMs = 60_000): StoredToken {
  return { token: name, expiresAt: new Date(Date.now() + livesMs) };
}

it('a token that one process fetched is read by the others', async () => {
  const fetched = token('t1');
  expect(await tokens.refresh(key, undefined, () => Promise.resolve(fetched))).toEqual(fetched);
  expect(await othersTokens.read(key)).toEqual(fetched);
});

it('of many that need a token at once, in several processes, one asks WeCom', async () => {
  let asked = 0;
  const fetchToken = async () => {
    asked += 1;
    await wait(100);
    return token(`t${asked}`);
  };
  const got = await Promise.all(
    Array.from({ length: 12 }, (_, n) => (n % 2 ? tokens : othersTokens).refresh(key, undefined, fetchToken)),
  );
  expect(asked).toBe(1);
  expect(new Set(got.map((stored) => stored.token))).toEqual(new Set(['t1']));
});

it('a token that WeCom refused is replaced once; who still holds it gets the new one', async () => {
  await tokens.refresh(key, undefined, () => Promise.resolve(token('old')));
  await tokens.refresh(key, 'old', () => Promise.resolve(token('new')));
  const notCalled = () => Promise.reject(new Error('a second refresh'));
  expect((await othersTokens.refresh(key, 'old', notCalled)).token).toBe('new');
});

it('a token past its time is fetched again although it is not the refused one', async () => {
  await tokens.refresh(key, undefined, () => Promise.resolve(token('expired', -1)));
  const fresh = await tokens.refresh(key, undefined, () => Promise.resolve(token('fresh')));
  expect(fresh.token).toBe('fresh');
});

it('a failed fetch stores nothing and lets the next one try', async () => {
  await expect(tokens.refresh(key, undefined, () => Promise.reject(new Error('40001')))).rejects.toThrow(
    '40001',
  );
  expect(await tokens.read(key)).toBeUndefined();
  expect((await tokens.refresh(key, undefined, () => Promise.resolve(token('t')))).token).toBe('t');
});

it('a fetch that needs the database itself is never kept waiting by refreshes', async () => {
  const keys = Array.from({ length: 6 }, (_, n) => ({ ...key, secretFingerprint: `f${n}` }));
  await Promise.all(
    keys.map((one) =>
      tokens.refresh(one, undefined, async () => {
        await db.pool.query('SELECT pg_sleep(0.05)');
        return token('t');
      }),
    ),
  );
});

it('who waits for the lock can be called off', async () => {
  const calledOff = new AbortController();
  let release = (): void => undefined;
  const holding = tokens.refresh(key, undefined, async () => {
    await new Promise<void>((resolve) => (release = resolve));
    return token('t');
  });
  await wait(200);
  const waiting = othersTokens.refresh(key, undefined, () => Promise.resolve(token('x')), calledOff.signal);
  await wait(50);
  calledOff.abort(new Error('called off'));
  await expect(waiting).rejects.toThrow('called off');
  release();
  expect((await holding).token).toBe('t');
});

it('a machine that vanishes while it fetches a token holds the others up for no longer than a minute', async () => {
  // Postgres frees the lock once the system gives the connection up; these are what the system goes by.
  const { rows } = await db.pool.query<{ name: string; setting: string }>(
    `SELECT name, setting FROM pg_settings WHERE name LIKE 'tcp_keepalives_%'`,
  );
  const of = (name: string) => Number(rows.find((row) => row.name === `tcp_keepalives_${name}`)?.setting);
  const seconds = of('idle') + of('interval') * of('count');
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
});

it('a token lies encrypted in the database', async () => {
  await tokens.refresh(key, undefined, () => Promise.resolve(token('very-secret-token')));
  const { rows } = await db.pool.query('SELECT * FROM wecom_token');
  expect(JSON.stringify(rows)).not.toContain('very-secret-token');
});
