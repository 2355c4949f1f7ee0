import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from '../../project-root';
import { freePort } from '../../embedded/ports';
import type { TestDatabase } from '../support/database';
import { createEmptyTestDatabase, createTestDatabase } from '../support/database';
import { testTemporal } from '../support/temporal';

const key = () => randomBytes(32).toString('base64');
const masterKey = key();
type Message = { readonly type: string; readonly [name: string]: unknown };

let database: TestDatabase;
let emptyDatabase: TestDatabase;
let started: ChildProcess[];

beforeAll(async () => {
  [database, emptyDatabase] = await Promise.all([createTestDatabase(), createEmptyTestDatabase()]);
});
afterAll(() => Promise.all([database.drop(), emptyDatabase.drop()]));
beforeEach(() => {
  started = [];
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
});

async function start(env: Readonly<Record<string, string>> = {}) {
  const port = await freePort();
  const child = fork(join(projectRoot, 'dist', 'api', 'main.js'), [], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: testTemporal().address,
      BRIDGE_MASTER_KEY: masterKey,
      BRIDGE_LOG_LEVEL: 'silent',
      PORT: String(port),
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  started.push(child);
  let errors = '';
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
  const ended = once(child, 'exit').then(([code]) => ({ code: code as number | null, errors }));
  const received: Message[] = [];
  child.on('message', (said: Message) => received.push(said));
  const message = async (type: string): Promise<Message> => {
    for (;;) {
      const found = received.find((said) => said.type === type);
      if (found !== undefined) return found;
      await once(child, 'message');
    }
  };
  return { child, ended, message, url: `http://127.0.0.1:${port}` };
}

describe('the API process', () => {
  it('says when it is ready, hands out a one-time login, and ends cleanly when asked to', async () => {
    const { child, ended, message, url } = await start();
    expect(await message('ready')).toEqual({ type: 'ready', url });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const login = message('one-time-login');
    child.send({ type: 'one-time-login' });
    const token = new URL(String((await login)['url'])).searchParams.get('token');
    const answer = await fetch(`${url}/api/v1/session/one-time`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    expect(await answer.json()).toMatchObject({ user: { loginName: 'admin', role: 'admin' } });
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, errors: '' });
  });

  it('ends when whoever started it is gone', async () => {
    const { child, ended, message } = await start();
    await message('ready');
    child.disconnect();
    expect((await ended).code).toBe(0);
  });

  it('tells its parent whether a real corp is connected', async () => {
    const { child, message } = await start();
    const notice = message('real-corp');
    expect(await notice).toEqual({ type: 'real-corp', exists: false });
    child.kill('SIGTERM');
  });

  it.each<[string, () => Record<string, string>, RegExp]>([
    [
      'a master key of another installation',
      () => ({ BRIDGE_MASTER_KEY: key() }),
      /^BRIDGE_MASTER_KEY is not the key/,
    ],
    ['a setting that makes no sense', () => ({ BRIDGE_SESSION_HOURS: 'soon' }), /BRIDGE_SESSION_HOURS/],
    [
      'a database that is away',
      () => ({ DATABASE_URL: 'postgresql://u:p@127.0.0.1:1/x' }),
      /^The database can't be reached/,
    ],
    ['a database without tables', () => ({ DATABASE_URL: emptyDatabase.url }), /npm run migrate/],
  ])('does not start with %s, and says so in a line', async (_, env, words) => {
    const good = await start();
    await good.message('ready');
    const bad = await start(env());
    const { code, errors } = await bad.ended;
    expect([code, errors.split('\n').some((line) => line.startsWith('    at '))]).toEqual([1, false]);
    expect(errors).toMatch(words);
  });
});
