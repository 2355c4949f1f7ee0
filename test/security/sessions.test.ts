import { callerNetwork } from '../../api/addresses';
import { createOneTimeLogin } from '../../api/one-time-login';
import type { Answer, TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';

let api: TestApi;

/** Behind one proxy, so that callers have addresses of their own. */
beforeAll(async () => {
  api = await startTestApi({ BRIDGE_TRUST_PROXY: '1' });
});
beforeEach(() => api.db.pool.query('DELETE FROM login_attempt'));
afterAll(() => api?.close());

const password = 'correct horse battery staple';
const cookieOf = (answer: Answer) => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
const who = async (cookie: string) =>
  (await api.call('/session', { token: null, headers: { cookie } })).status;

async function personWithPassword(): Promise<string> {
  const person = await api.signIn('viewer');
  await person.call('/session/password', { method: 'PUT', body: { newPassword: password } });
  return String((await person.call('/session')).body.user.loginName);
}

function login(loginName: string, word: string, from = '203.0.113.7', headers = {}): Promise<Answer> {
  return api.call('/session', {
    token: null,
    body: { loginName, password: word },
    headers: { 'x-forwarded-for': from, ...headers },
  });
}

async function linkFor(role: 'admin' | 'viewer'): Promise<string> {
  const { id } = await api.signIn(role);
  return new URL((await createOneTimeLogin(api.deps, id)).url).searchParams.get('token') ?? '';
}

describe('session fixation', () => {
  it('a cookie that somebody planted is not taken over by a login', async () => {
    const loginName = await personWithPassword();
    const planted = `bridge_session=${'A'.repeat(43)}`;
    const signedIn = await login(loginName, password, undefined, { cookie: planted });
    expect(signedIn.status).toBe(200);
    expect(cookieOf(signedIn)).not.toBe(planted);
    expect([await who(planted), await who(cookieOf(signedIn))]).toEqual([401, 200]);
  });

  it('each login makes a session of its own, and the one the browser had before is dead', async () => {
    const attacker = await api.signIn('viewer');
    const loginName = await personWithPassword();
    const first = await login(loginName, password, undefined, { cookie: attacker.cookie });
    const token = await linkFor('viewer');
    const second = await api.call('/session/one-time', {
      token: null,
      body: { token },
      headers: { cookie: cookieOf(first) },
    });
    const cookies = [attacker.cookie, cookieOf(first), cookieOf(second)];
    expect(new Set(cookies).size).toBe(3);
    expect(await Promise.all(cookies.map(who))).toEqual([401, 401, 200]);
    expect(second.body.csrfToken).not.toBe(first.body.csrfToken);
  });

  it('a session is good as a cookie only, never in the address', async () => {
    const { cookie } = await api.signIn('admin');
    const [, value = ''] = cookie.split('=');
    expect((await api.call(`/session?bridge_session=${value}`, { token: null })).status).toBe(401);
    expect((await api.call('/session', { token: value })).status).toBe(401);
  });
});

describe('cross-site requests', () => {
  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'loginName=x&displayName=x&role=admin'],
    ['a form with a file', 'multipart/form-data; boundary=b', '--b--\r\n'],
    ['plain text', 'text/plain', '{"loginName":"x","displayName":"x","role":"admin"}'],
    ['JSON', 'application/json', '{"loginName":"x","displayName":"x","role":"admin"}'],
  ])('by %s do nothing with the cookie of a signed-in administrator', async (_, type, raw) => {
    const admin = await api.signIn('admin');
    const answer = await api.call('/users', {
      token: null,
      method: 'POST',
      raw,
      headers: { cookie: admin.cookie, 'content-type': type, origin: 'https://evil.example' },
    });
    expect([answer.status, answer.body.error.code]).toEqual([403, 'csrf_failed']);
  });

  it('with the CSRF token of another session are refused', async () => {
    const [one, two] = [await api.signIn('admin'), await api.signIn('admin')];
    const headers = { 'x-csrf-token': two.csrfToken };
    expect((await one.call('/corps', { body: {}, headers })).body.error.code).toBe('csrf_failed');
  });

  it('get no leave to read: no origin is named, with or without credentials', async () => {
    const admin = await api.signIn('admin');
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await api.call('/corps', {
        token: null,
        method,
        headers: {
          cookie: admin.cookie,
          origin: 'https://evil.example',
          'access-control-request-method': 'GET',
        },
      });
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });
});

describe('guessing', () => {
  it('locks where it comes from, and the person signs in from elsewhere all the same', async () => {
    const loginName = await personWithPassword();
    for (let attempt = 0; attempt < 7; attempt += 1) await login(loginName, 'wrong', '198.51.100.9');
    expect((await login(loginName, password, '198.51.100.9')).status).toBe(429);
    expect((await login(loginName, password, '203.0.113.8')).status).toBe(200);
  });

  it('from ever new addresses of one IPv6 network is one caller’s', async () => {
    const loginName = await personWithPassword();
    const statuses: number[] = [];
    for (let host = 1; host <= 7; host += 1) {
      statuses.push((await login(loginName, 'wrong', `2001:db8:1:2:${host}::${host}`)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await login(loginName, password, '2001:db8:1:3::1')).status).toBe(200);
  });

  it('a one-time link opens the door where others’ failures have locked it', async () => {
    const token = await linkFor('admin');
    const from = { 'x-forwarded-for': '198.51.100.10' };
    await login('nobody', 'wrong', '198.51.100.10');
    // As many more from the same place, without waiting for them.
    await api.db.pool.query('UPDATE login_attempt SET failures = failures + 30');
    expect((await login('nobody', 'wrong', '198.51.100.10')).status).toBe(429);
    const open = (word: string) =>
      api.call('/session/one-time', { token: null, body: { token: word }, headers: from });
    expect((await open('A'.repeat(43))).status).toBe(429);
    expect((await open(token)).status).toBe(200);
  });

  it('leaves neither the typed name nor endless rows behind', async () => {
    const count = async () =>
      (await api.db.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM audit_entry')).rows[0]?.n ?? 0;
    const before = await count();
    const typed = 'My-Secret-Passw0rd!';
    for (let attempt = 0; attempt < 12; attempt += 1) await login(typed, typed, '198.51.100.11');
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await api.call('/session', { token: null, body: { nonsense: attempt } });
    }
    // Five failures; what came after the lock, and what was no login at all, is in the request log alone.
    expect((await count()) - before).toBe(5);
    const { rows } = await api.db.pool.query(
      `SELECT t::text FROM audit_entry t UNION ALL SELECT t::text FROM login_attempt t`,
    );
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(typed, 'i'));
    expect(api.logged.join('')).not.toMatch(new RegExp(typed, 'i'));
  });

  it('a forged forwarding header counts for nothing beyond the proxies that are trusted', async () => {
    const loginName = await personWithPassword();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) {
      statuses.push((await login(loginName, 'wrong', `10.0.0.${attempt}, 198.51.100.12`)).status);
    }
    expect(statuses.at(-1)).toBe(429);
  });
});

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
])('%s is a caller of %s', (address, network) => {
  expect(callerNetwork(address)).toBe(network);
});
