import type { TestApi } from './harness';
import { startTestApi } from './harness';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const password = 'correct horse battery staple';

async function personWithPassword(role: 'admin' | 'viewer' = 'viewer') {
  const person = await api.signIn(role);
  const changed = await person.call('/session/password', { method: 'PUT', body: { newPassword: password } });
  expect(changed.status).toBe(204);
  const { body } = await person.call('/session');
  return { person, loginName: String(body.user.loginName) };
}

describe('the first start', () => {
  it('makes one administrator without a password, who comes in by a one-time login', async () => {
    const admin = await api.deps.users.firstEnabledAdmin();
    expect(admin).toMatchObject({ loginName: 'admin', role: 'admin', hasPassword: false });
    await api.deps.users.ensureFirstAdmin();
    const users = await api.call('/users');
    expect(users.body.items.filter((user: { loginName: string }) => user.loginName === 'admin')).toHaveLength(
      1,
    );
  });
});

describe('sessions', () => {
  it('sets a cookie that scripts and other sites can not use', async () => {
    const { loginName } = await personWithPassword();
    const answer = await api.call('/session', { token: null, body: { loginName, password } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^bridge_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    );
    expect(answer.body).toMatchObject({
      user: { loginName, role: 'viewer', hasPassword: true },
      scopes: ['read'],
    });
    expect(answer.text).not.toContain('passwordHash');
  });

  it('marks the cookie Secure when the public address is https', async () => {
    const secure = await startTestApi({
      BRIDGE_PUBLIC_URL: 'https://bridge.example.com',
      TEMPORAL_NAMESPACE: api.namespace,
    });
    const user = await secure.deps.users.firstEnabledAdmin();
    const { body: link } = await secure.call(`/users/${user?.id}/one-time-login`, { method: 'POST' });
    expect(link.url).toMatch(/^https:\/\/bridge\.example\.com\/login\?token=/);
    const token = new URL(link.url).searchParams.get('token');
    const answer = await secure.call('/session/one-time', { token: null, body: { token } });
    expect(answer.headers.get('set-cookie')).toMatch(/; Secure$/);
    await secure.close();
  });

  it('lets a one-time login be used once', async () => {
    const person = await api.signIn('viewer');
    const { body: link } = await api.call(`/users/${person.id}/one-time-login`, { method: 'POST' });
    const token = new URL(link.url).searchParams.get('token');
    const both = await Promise.all(
      [1, 2].map(() => api.call('/session/one-time', { token: null, body: { token } })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('ends on signing out', async () => {
    const person = await api.signIn('viewer');
    expect((await person.call('/session', { method: 'DELETE' })).status).toBe(204);
    expect((await person.call('/session')).status).toBe(401);
  });

  it('ends when its time is over', async () => {
    const person = await api.signIn('viewer');
    await api.db.pool.query('UPDATE console_session SET expires_at = now() WHERE user_id = $1', [person.id]);
    expect((await person.call('/session')).status).toBe(401);
  });

  it('ends everywhere else when the password changes', async () => {
    const { person, loginName } = await personWithPassword();
    const elsewhere = await api.call('/session', { token: null, body: { loginName, password } });
    const cookie = (elsewhere.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const change = { method: 'PUT', body: { currentPassword: password, newPassword: `${password}!` } };
    expect((await person.call('/session/password', change)).status).toBe(204);
    expect((await api.call('/session', { token: null, headers: { cookie } })).status).toBe(401);
    expect((await person.call('/session')).status).toBe(200);
  });

  it('wants the current password before it takes a new one of at least 12 characters', async () => {
    const { person } = await personWithPassword();
    const change = (body: unknown) => person.call('/session/password', { method: 'PUT', body });
    expect((await change({ newPassword: 'another password' })).body.error.fields[0].path).toBe(
      'currentPassword',
    );
    expect((await change({ currentPassword: 'wrong', newPassword: 'another password' })).status).toBe(422);
    expect(
      (await change({ currentPassword: password, newPassword: 'short' })).body.error.fields[0].path,
    ).toBe('newPassword');
  });

  it('ends at once when the person is disabled or removed', async () => {
    const [one, two] = [await api.signIn('viewer'), await api.signIn('viewer')];
    await api.call(`/users/${one.id}`, { method: 'PATCH', body: { disabled: true } });
    await api.call(`/users/${two.id}`, { method: 'DELETE' });
    expect((await one.call('/session')).status).toBe(401);
    expect((await two.call('/session')).status).toBe(401);
  });
});

describe('guessing passwords', () => {
  it('is stopped after five failures for a name from one address, and a wrong name looks like a wrong password', async () => {
    const { loginName } = await personWithPassword();
    const attempt = (name: string, word: string) =>
      api.call('/session', { token: null, body: { loginName: name, password: word } });
    const unknown = await attempt('nobody-here', password);
    const wrong = await attempt(loginName, 'wrong password');
    expect([unknown.status, wrong.status]).toEqual([401, 401]);
    expect(unknown.body).toEqual(wrong.body);
    const more = await Promise.all([1, 2, 3, 4, 5].map(() => attempt(loginName, 'wrong password')));
    expect(more.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 429]);
    const locked = await attempt(loginName, password);
    expect(locked.status).toBe(429);
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
    await api.db.pool.query('DELETE FROM login_attempt');
  });

  it('keeps no password, token or link in the database or the log', async () => {
    const { loginName } = await personWithPassword();
    await api.call('/session', { token: null, body: { loginName, password } });
    const created = await api.call('/tokens', { body: { name: 'ci', scopes: ['read'] } });
    const dump = JSON.stringify(
      await Promise.all(
        [
          'console_user',
          'console_session',
          'one_time_login',
          'api_token',
          'audit_entry',
          'login_attempt',
        ].map(async (table) => (await api.db.pool.query(`SELECT * FROM ${table}`)).rows),
      ),
    );
    for (const secret of [password, created.body.token, api.adminToken]) {
      expect(dump).not.toContain(secret);
      expect(api.logged.join('')).not.toContain(secret);
    }
  });
});

describe('console users', () => {
  it('always keep one enabled administrator', async () => {
    const lonely = await startTestApi({ TEMPORAL_NAMESPACE: api.namespace });
    const admin = await lonely.deps.users.firstEnabledAdmin();
    const path = `/users/${admin?.id}`;
    expect((await lonely.call(path, { method: 'PATCH', body: { role: 'viewer' } })).status).toBe(409);
    expect((await lonely.call(path, { method: 'PATCH', body: { disabled: true } })).status).toBe(409);
    expect((await lonely.call(path, { method: 'DELETE' })).status).toBe(409);
    const second = await lonely.call('/users', {
      body: { loginName: 'second', displayName: 'Second', role: 'admin' },
    });
    const removals = await Promise.all(
      [path, `/users/${second.body.id}`].map((user) => lonely.call(user, { method: 'DELETE' })),
    );
    expect(removals.map(({ status }) => status).sort()).toEqual([204, 409]);
    await lonely.close();
  });

  it('have login names of their own', async () => {
    const body = { loginName: 'lisi', displayName: '李四', role: 'operator' };
    expect((await api.call('/users', { body })).status).toBe(201);
    expect((await api.call('/users', { body })).status).toBe(409);
    expect(
      (await api.call('/users', { body: { ...body, loginName: 'Li Si' } })).body.error.fields[0].path,
    ).toBe('loginName');
  });

  it('can do what their role says, and the answer names the missing right', async () => {
    const viewer = await api.signIn('viewer');
    const refused = await viewer.call('/users', { headers: { 'accept-language': 'en' } });
    expect(refused.status).toBe(403);
    expect(refused.body.error).toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('users:write'),
    });
    expect((await viewer.call('/corps')).status).toBe(200);
    expect((await viewer.call('/audit')).status).toBe(403);
  });
});

describe('API tokens', () => {
  it('are shown once, work within their scopes, and stop when revoked', async () => {
    const created = await api.call('/tokens', {
      body: { name: 'reader', scopes: ['read'], expiresInDays: 1 },
    });
    expect(created.status).toBe(201);
    const { id, token, prefix } = created.body;
    expect(token.startsWith(prefix)).toBe(true);
    expect((await api.call('/corps', { token })).status).toBe(200);
    expect((await api.call('/users', { token })).status).toBe(403);
    const listed = await api.call('/tokens');
    expect(listed.text).not.toContain(token);
    expect(listed.body.items.find((item: { id: string }) => item.id === id).lastUsedAt).not.toBeNull();
    expect((await api.call(`/tokens/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await api.call('/corps', { token })).status).toBe(401);
  });

  it('stop when they expire', async () => {
    const { body } = await api.call('/tokens', {
      body: { name: 'brief', scopes: ['read'], expiresInDays: 1 },
    });
    await api.db.pool.query('UPDATE api_token SET expires_at = now() WHERE id = $1', [body.id]);
    expect((await api.call('/corps', { token: body.token })).status).toBe(401);
  });

  it('can not be given rights that their maker lacks', async () => {
    const { body } = await api.call('/tokens', { body: { name: 'maker', scopes: ['tokens:write'] } });
    const beyond = await api.call('/tokens', {
      token: body.token,
      body: { name: 'x', scopes: ['corps:write'] },
    });
    expect(beyond.status).toBe(403);
  });

  it('count alone: a wrong token is not helped by a good cookie', async () => {
    const person = await api.signIn('admin');
    const answer = await api.call('/corps', { token: 'wrong', headers: { cookie: person.cookie } });
    expect(answer.status).toBe(401);
  });
});
