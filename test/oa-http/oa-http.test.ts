import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import {
  createOaDirectoryRefreshActivities,
  OaRefreshRefusedError,
  type OaRefresh,
} from '../../activities/oa-directory-refresh';
import { ConfigError, loadEmbeddedConfig } from '../../config';
import { OaBusyError, OaReadingExpiredError, OaRefusedError, OaUnavailableError } from '../../oa/errors';
import { createOaHttpSource } from '../../oa/http/client';
import { signRequest } from '../../oa/http/signature';
import type { OaDirectoryPage, RemoteOa } from '../../oa/port';
import { parse } from 'yaml';
import { projectRoot } from '../../project-root';
import { createReferenceOa, type ReferenceOa } from '../../reference-oa/app';
import type { Directory, User } from '../../reference-oa/directory';
import { createOaDirectoryFeedStore } from '../../store/oa-directory-feed';
import { createOaDirectorySourceStore } from '../../store/oa-directory-source';
import { startTestApi, type TestApi } from '../api/harness';

const secret = 'a-secret-of-at-least-thirty-two-characters';

/** The reference OA behind real HTTP; requests can be looked at and spoiled on their way. */
type Running = {
  readonly oa: ReferenceOa;
  readonly url: string;
  readonly client: RemoteOa;
  readonly paths: string[];
  /** Answers instead of the OA; undefined lets the request through. */
  spoil:
    | ((
        path: string,
      ) => 'hang' | { status: number; headers?: Record<string, string>; body?: string } | undefined)
    | undefined;
  clockMs: number;
  close(): Promise<void>;
};

const user = (number: number, more: object = {}): User => ({
  id: `u${number}`,
  loginId: `login${number}`,
  name: `员工${number}`,
  departmentId: 'd1',
  status: 'active',
  ...more,
});
const people = (count: number) => Array.from({ length: count }, (_, index) => user(index + 1));
const directoryOf = (users: User[]): Directory => ({
  subcompanies: [{ id: 's1', name: '星河科技', parentId: null, order: 1 }],
  departments: [{ id: 'd1', name: '研发部', parentId: null, subcompanyId: 's1', order: 1 }],
  users,
});

const started: Running[] = [];
async function start(users: User[], basePath = ''): Promise<Running> {
  const running = { paths: [] as string[], clockMs: 0, spoil: undefined } as unknown as {
    -readonly [K in keyof Running]: Running[K];
  };
  running.oa = createReferenceOa({
    secret,
    directory: directoryOf(users),
    passwords: { login1: 'right', login2: 'left' },
    todos: [{ taskId: 'task/1', actions: ['agree', 'refuse'] }],
    now: () => Date.now() + running.clockMs,
  });
  const server: Server = createServer((request, response) => {
    running.paths.push(`${request.method} ${request.url}`);
    const spoilt = running.spoil?.(request.url ?? '');
    if (spoilt === 'hang') return;
    if (spoilt !== undefined) {
      response.writeHead(spoilt.status, spoilt.headers).end(spoilt.body ?? '');
      return;
    }
    // As behind a proxy that takes its own prefix away: the signature is over the path as it was sent.
    running.oa.app(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`;
  running.client = createOaHttpSource({
    baseUrl: running.url,
    secret,
    timeoutMs: 1_000,
    repeatAfterMs: [10, 10],
  });
  running.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  started.push(running);
  return running;
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((running) => running.close()));
});

async function readAll(client: RemoteOa, since: string | null = null) {
  const { kind, pages } = await client.readDirectory(since);
  const read: OaDirectoryPage[] = [];
  for await (const page of pages) read.push(page);
  return { kind, pages: read, users: read.flatMap(({ rows }) => rows.users), end: read.at(-1)?.end };
}

describe('a signed request', () => {
  type Signed = {
    time?: number;
    nonce?: string;
    path?: string;
    method?: string;
    body?: string;
    secret?: string;
  };
  const send = async (url: string, signed: Signed, sent: { path?: string; body?: string } = {}) => {
    const {
      time = Math.floor(Date.now() / 1000),
      nonce = 'nonce-of-sixteen-or-more',
      method = 'POST',
    } = signed;
    const body = Buffer.from(signed.body ?? '{"items":[]}');
    const path = signed.path ?? '/attendance';
    const parts = { method, path, body, idempotencyKey: 'key-1', timeSeconds: time, nonce };
    const response = await fetch(url + (sent.path ?? path), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-bridge-time': String(time),
        'x-bridge-nonce': nonce,
        'x-bridge-signature': signRequest(parts, signed.secret ?? secret),
        'idempotency-key': 'key-1',
      },
      body: sent.body ?? body,
    });
    const text = await response.text();
    return [response.status, text === '' ? '' : (JSON.parse(text) as { error: { code: string } }).error.code];
  };
  const now = () => Math.floor(Date.now() / 1000);

  it('is accepted once; the same again is refused', async () => {
    const { url } = await start(people(1));
    expect(await send(url, {})).toEqual([204, '']);
    expect(await send(url, {})).toEqual([401, 'nonce_used']);
    expect(await send(url, { nonce: 'another-nonce-of-16' })).toEqual([204, '']);
  });

  it.each<[string, () => Signed, { path?: string; body?: string }, string]>([
    ['another secret', () => ({ secret: 'x'.repeat(40) }), {}, 'signature_wrong'],
    ['another body', () => ({}), { body: '{"items":[1]}' }, 'signature_wrong'],
    ['another path', () => ({}), { path: '/contacts' }, 'signature_wrong'],
    ['another method', () => ({ method: 'GET' }), {}, 'signature_wrong'],
    ['a time more than five minutes ago', () => ({ time: now() - 330 }), {}, 'time_off'],
    ['a time more than five minutes ahead', () => ({ time: now() + 330 }), {}, 'time_off'],
    ['no proper nonce', () => ({ nonce: 'short' }), {}, 'signature_missing'],
  ])('with %s is refused', async (_, signed, sent, code) => {
    const { url, oa } = await start(people(1));
    expect(await send(url, signed(), sent)).toEqual([401, code]);
    expect(oa.received.attendance).toEqual([]);
  });

  it('of a bridge whose clock is wrong is refused, and that is not tried again', async () => {
    const running = await start(people(1));
    running.clockMs = 10 * 60_000;
    await expect(readAll(running.client)).rejects.toMatchObject({
      name: 'OaRefusedError',
      code: 'time_off',
      httpStatus: 401,
    });
    expect(running.paths).toHaveLength(1);
  });
});

describe('the directory', () => {
  it('comes in pages, with its numbers and a cursor at the end', async () => {
    const { client, paths } = await start(people(2_500));
    const { kind, pages, users, end } = await readAll(client);
    expect([kind, pages.length, users.length]).toEqual(['whole', 3, 2_500]);
    expect(new Set(users.map(({ id }) => id)).size).toBe(2_500);
    expect(end).toEqual({
      cursor: expect.any(String),
      totals: { subcompanies: 1, departments: 1, users: 2_500 },
    });
    expect(paths).toHaveLength(3);
  });

  it('comes as changes since a cursor', async () => {
    const { client, oa } = await start(people(5));
    const { end } = await readAll(client);
    oa.directory.put('users', { id: 'u2', position: '经理' });
    oa.directory.put('users', user(6));
    oa.directory.remove('users', 'u5');
    const changes = await readAll(client, end!.cursor);
    expect(changes.kind).toBe('changes');
    expect(changes.users.map(({ id }) => id).sort()).toEqual(['u2', 'u6']);
    expect(changes.pages[0]!.remove).toEqual({ departments: [], users: ['u5'] });
    expect((await readAll(client, changes.end!.cursor)).users).toEqual([]);
  });

  it('can not go on from a cursor that the OA has forgotten', async () => {
    const { client, oa } = await start(people(1));
    const { end } = await readAll(client);
    oa.directory.forgetChanges();
    await expect(readAll(client, end!.cursor)).rejects.toBeInstanceOf(OaReadingExpiredError);
  });

  it('that is not as agreed is refused without repeating what it says', async () => {
    const running = await start(people(1));
    running.spoil = () => ({
      status: 200,
      body: JSON.stringify({ kind: 'whole', users: [{ id: 'u1', name: '张三' }], nextPage: null }),
    });
    const error: Error = await readAll(running.client).then(
      () => new Error('accepted'),
      (reason: Error) => reason,
    );
    expect(error).toBeInstanceOf(OaRefusedError);
    expect(error.message).toContain('users.0.loginId');
    expect(error.message).not.toContain('张三');
  });

  it('with characters that no database stores is refused', async () => {
    const running = await start([user(1, { position: 'a\0b' })]);
    await expect(readAll(running.client)).rejects.toMatchObject({ code: 'unusable-characters' });
  });

  it('whose pages never end is refused', async () => {
    const running = await start(people(1));
    running.spoil = () => ({ status: 200, body: JSON.stringify({ kind: 'whole', nextPage: 'again' }) });
    await expect(readAll(running.client)).rejects.toMatchObject({ code: 'pages-without-end' });
  });
});

describe('an OA in trouble', () => {
  it('that does not answer in time is asked again, and then called unavailable', async () => {
    const running = await start(people(1));
    let hangs = 1;
    running.spoil = () => (hangs-- > 0 ? 'hang' : undefined);
    expect((await readAll(running.client)).users).toHaveLength(1);
    expect(running.paths).toHaveLength(2);
    running.spoil = () => 'hang';
    await expect(readAll(running.client)).rejects.toMatchObject({
      name: 'OaUnavailableError',
      code: 'timeout',
    });
    expect(running.paths).toHaveLength(5);
  });

  it.each([500, 502, 503, 408])('with HTTP %s may work in a moment', async (status) => {
    const running = await start(people(1));
    let failures = 2;
    running.spoil = () => (failures-- > 0 ? { status, body: '<html>' } : undefined);
    expect((await readAll(running.client)).users).toHaveLength(1);
  });

  it('that says when to come back is not asked before', async () => {
    const running = await start(people(1));
    running.spoil = () => ({ status: 429, headers: { 'retry-after': '90' } });
    const error: unknown = await readAll(running.client).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OaBusyError);
    expect((error as OaBusyError).retryAfterMs).toBe(90_000);
    expect(running.paths).toHaveLength(1);
  });

  it.each([
    [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'refused'],
    [{ status: 404, body: '{"error":{"code":"no_such_path","message":""}}' }, 'no_such_path'],
    [{ status: 200, body: '<html>login</html>' }, 'answer-not-json'],
  ])('that answers %j needs a person', async (answer, code) => {
    const running = await start(people(1));
    running.spoil = () => answer;
    await expect(readAll(running.client)).rejects.toMatchObject({ name: 'OaRefusedError', code });
  });

  it('that is not there is unavailable', async () => {
    const running = await start(people(1));
    await running.close();
    await expect(readAll(running.client)).rejects.toBeInstanceOf(OaUnavailableError);
  });
});

describe('login names and passwords', () => {
  it.each([
    ['login1', 'right', { kind: 'accepted', userId: 'u1' }],
    ['LOGIN1', 'right', { kind: 'accepted', userId: 'u1' }],
    ['login1', 'wrong', { kind: 'rejected', reason: 'wrong-password' }],
    ['nobody', 'right', { kind: 'rejected', reason: 'wrong-password' }],
    ['login2', 'left', { kind: 'rejected', reason: 'departed' }],
  ])('%s with "%s"', async (loginName, password, verdict) => {
    const { client } = await start([user(1), user(2, { status: 'departed' })]);
    expect(await client.checkPassword({ loginName, password })).toEqual(verdict);
  });

  it('an attempt is never counted twice: it is not repeated when no answer comes', async () => {
    const running = await start(people(1));
    running.spoil = () => ({ status: 502 });
    await expect(
      running.client.checkPassword({ loginName: 'login1', password: 'right' }),
    ).rejects.toBeInstanceOf(OaUnavailableError);
    expect(running.paths).toHaveLength(1);
  });

  it('no error repeats a password', async () => {
    const running = await start(people(1));
    running.spoil = () => ({ status: 500, body: 'hunter2-password' });
    const error: unknown = await running.client
      .checkPassword({ loginName: 'login1', password: 'hunter2-password' })
      .catch((reason: unknown) => reason);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2');
  });
});

describe('what the bridge tells the OA', () => {
  const decision = { taskId: 'task/1', action: 'agree', by: 'u1', comment: null, decidedAt: new Date() };

  it('a decision is taken once; the second one learns of the first', async () => {
    const { client } = await start(people(2));
    expect(await client.decide(decision, 'key-a')).toEqual({ kind: 'decided' });
    expect(await client.decide(decision, 'key-a')).toEqual({ kind: 'decided' });
    expect(await client.decide({ ...decision, by: 'u2' }, 'key-b')).toMatchObject({
      kind: 'already-decided',
    });
    await expect(client.decide({ ...decision, by: 'u2' }, 'key-a')).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
  });

  it('of a punch that was told under several keys, in any order, its highest version counts', async () => {
    const { oa, client } = await start(people(1));
    const told = (version: number, state: 'current' | 'superseded') => ({
      id: 'punch-1',
      version,
      state,
      corpId: 'c1',
      userId: 'w1',
      oaUserId: 'u1',
      day: '2026-11-21',
      exceptions: ['late'] as const,
      at: '2026-11-21T01:00:00.000Z',
      kind: '上班打卡',
      kindCode: 'on-duty' as const,
      exception: '时间异常',
      scheduledAt: null,
      groupName: null,
      location: null,
      deviceId: null,
      mediaIds: [],
      raw: {},
    });
    await client.takePunches([told(1, 'current')], 'first');
    await client.takePunches([told(2, 'superseded')], 'second');
    await client.takePunches([told(1, 'current')], 'first, after the worker was killed');
    expect([...oa.attendance.values()]).toEqual([{ id: 'punch-1', version: 2, state: 'superseded' }]);
  });

  it('a decision the OA does not offer is not accepted', async () => {
    const { client } = await start(people(1));
    expect(await client.decide({ ...decision, action: 'explode' }, 'k')).toMatchObject({
      kind: 'not-accepted',
    });
  });

  it('news whose answer was lost arrive once', async () => {
    const running = await start(people(1));
    const { oa, client } = running;
    const item = {
      id: 'punch-1',
      version: 1,
      state: 'current',
      corpId: 'c1',
      userId: 'w1',
      oaUserId: 'u1',
      day: '2026-11-21',
      exceptions: [],
      raw: {},
    } as const;
    const punch = {
      ...item,
      at: '2026-11-21T01:00:00.000Z',
      kind: '上班打卡',
      kindCode: 'on-duty',
      exception: null,
      scheduledAt: null,
      groupName: null,
      location: null,
      deviceId: null,
      mediaIds: [],
    } as const;
    await client.takePunches([punch], 'batch-1');
    await client.takePunches([punch], 'batch-1');
    const report = { ...item, id: 'report-1', period: 'daily', isRest: false } as const;
    await client.takeAttendanceReports([report], 'batch-1-reports');
    expect(oa.received.attendance).toEqual([punch, report]);
    await client.takeDirectoryNews(
      [{ type: 'user', change: 'departed', corpId: 'c1', userId: 'w1', oaUserId: 'u1', fields: {} }],
      'batch-2',
    );
    await client.takeContactNews(
      [
        {
          corpId: 'c1',
          externalUserId: 'wm1',
          change: 'added',
          followedBy: { userId: 'w1', oaUserId: null },
          name: null,
          company: null,
        },
      ],
      'batch-3',
    );
    expect([oa.received.directoryChanges.length, oa.received.contacts.length]).toEqual([1, 1]);
  });
});

describe('the bridge served by an OA over HTTP', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({
      OA_ADAPTER: 'http',
      OA_HTTP_URL: 'http://127.0.0.1:9',
      OA_HTTP_SECRET: secret,
    });
  });
  beforeEach(async () => {
    await api.db.pool.query(
      'TRUNCATE oa_user, oa_department, oa_subcompany, oa_directory_version, oa_feed_row, installation_fact',
    );
  });
  afterAll(() => api.close());

  const refresh = async (client: RemoteOa) => {
    const { refreshOaDirectory } = createOaDirectoryRefreshActivities({
      source: client,
      sources: createOaDirectorySourceStore(api.db),
    });
    const activity = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    const refreshed: OaRefresh = await activity.run(refreshOaDirectory);
    return refreshed;
  };
  const state = async () => (await api.call('/oa/directory')).body;

  it('reads everything first, then what changed, then nothing', async () => {
    const { client, oa, paths } = await start(people(1_500));
    expect(await refresh(client)).toEqual({ kind: 'whole', version: 1 });
    expect((await state()).users).toEqual({ active: 1_500, departed: 0 });
    oa.directory.put('users', { id: 'u2', position: '经理' });
    oa.directory.put('users', user(1_501));
    oa.directory.remove('users', 'u3');
    oa.directory.put('users', user(1_502));
    oa.directory.remove('users', 'u1502');
    paths.length = 0;
    expect(await refresh(client)).toEqual({ kind: 'changes', version: 2 });
    expect(paths).toHaveLength(1);
    expect((await state()).users).toEqual({ active: 1_500, departed: 1 });
    expect((await api.call('/oa/users/u2')).body).toMatchObject({ position: '经理', name: '员工2' });
    expect(await refresh(client)).toEqual({ kind: 'unchanged', version: 2 });
  });

  it('reads everything again when the OA has forgotten the cursor, or another OA serves it', async () => {
    const first = await start(people(3));
    await refresh(first.client);
    first.oa.directory.forgetChanges();
    expect(await refresh(first.client)).toEqual({ kind: 'whole', version: 2 });
    const second = await start(people(4));
    expect(await refresh(second.client)).toEqual({ kind: 'whole', version: 3 });
    expect((await state()).users.active).toBe(4);
  });

  it('reads everything again when changes do not fit what is stored', async () => {
    const { client, oa } = await start(people(3));
    await refresh(client);
    await api.db.pool.query("DELETE FROM oa_user WHERE id = 'u2'");
    oa.directory.put('users', user(4, { managerId: 'u2' }));
    expect(await refresh(client)).toEqual({ kind: 'whole', version: 2 });
    expect((await state()).users.active).toBe(4);
  });

  it.each<[string, User[], string]>([
    [
      'contradicts itself',
      [user(1), user(2, { departmentId: 'nowhere' })],
      'oa-directory-contradicts-itself',
    ],
    ['has no people', [], 'oa-directory-without-users'],
  ])('takes nothing over from a directory that %s', async (_, users, code) => {
    const before = await start(people(3));
    await refresh(before.client);
    const { client } = await start(users);
    const error: unknown = await refresh(client).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OaRefreshRefusedError);
    expect((error as OaRefreshRefusedError).code).toBe(code);
    expect(await state()).toMatchObject({ version: 1, users: { active: 3 } });
    const staged = await api.db.pool.query('SELECT 1 FROM oa_feed_row');
    expect(staged.rowCount).toBe(0);
  });

  it('takes nothing over from a reading that stops half-way or does not count up', async () => {
    const running = await start(people(1_500));
    running.spoil = (path) => (path.includes('page=') ? { status: 500 } : undefined);
    await expect(refresh(running.client)).rejects.toBeInstanceOf(OaUnavailableError);
    running.spoil = () => ({
      status: 200,
      body: JSON.stringify({
        kind: 'whole',
        ...directoryOf(people(2)),
        nextPage: null,
        totals: { subcompanies: 1, departments: 1, users: 3 },
      }),
    });
    await expect(refresh(running.client)).rejects.toMatchObject({ code: 'totals-differ' });
    expect((await state()).version).toBe(0);
  });

  it('doubts a large loss where the OA does not say how much it has sent', async () => {
    const { client } = await start(people(60));
    await refresh(client);
    const running = await start(people(10));
    running.spoil = () => ({
      status: 200,
      body: JSON.stringify({ kind: 'whole', ...directoryOf(people(10)), nextPage: null }),
    });
    await refresh(running.client);
    expect((await state()).unconfirmed).toEqual({ lost: 50, of: 60 });
  });

  it('stores one of two readings that overlap, and reads again for the other', async () => {
    const { client } = await start(people(200));
    const results = await Promise.all([refresh(client), refresh(client)]);
    expect(results.map(({ kind }) => kind)).toContain('whole');
    expect((await state()).users.active).toBe(200);
  });

  it('takes no feeds and no files beside it, and says what to do', async () => {
    for (const method of ['PUT', 'PATCH']) {
      const { status, body } = await api.call('/oa/directory', { method, body: {} });
      expect([status, body.error.code, body.error.advice]).toEqual([
        409,
        'oa_adapter_http',
        expect.stringContaining('OA'),
      ]);
    }
  });
});

describe('what is written down for integrators', () => {
  it('has a check value that the bridge itself computes', () => {
    const signature = signRequest(
      {
        method: 'GET',
        path: '/wecom-bridge/directory?limit=1000',
        body: Buffer.alloc(0),
        idempotencyKey: '',
        timeSeconds: 1_700_000_000,
        nonce: 'AAAAAAAAAAAAAAAAAAAAAAAA',
      },
      '0123456789abcdef0123456789abcdef',
    );
    expect(readFileSync(join(projectRoot, 'docs', 'oa-http.md'), 'utf8')).toContain(signature);
  });

  it('lists exactly the operations the bridge calls', async () => {
    const document = parse(readFileSync(join(projectRoot, 'oa', 'http', 'openapi.yaml'), 'utf8')) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const running = await start(people(1));
    const { client, paths } = running;
    const decision = { action: 'agree', by: 'u1', comment: null, decidedAt: new Date() };
    await readAll(client);
    await client.checkPassword({ loginName: 'login1', password: 'right' });
    await client.decide({ ...decision, taskId: '{taskId}' }, 'k1').catch(() => undefined);
    await client.takeDirectoryNews([], 'k2');
    await client.takePunches([], 'k3');
    await client.takeAttendanceReports([], 'k3-reports');
    await client.takeContactNews([], 'k4');
    const called = paths.map((path) => decodeURIComponent(path.split('?', 1)[0] ?? ''));
    expect(called.sort()).toEqual(documented.sort());
  });
});

it('nothing is asked of an OA that feeds the bridge by itself', async () => {
  const activities = createOaDirectoryRefreshActivities({
    source: null,
    sources: {
      positionOf: () => Promise.reject(new Error('asked')),
      feedFrom: () => Promise.reject(new Error('asked')),
    },
  });
  expect(
    await new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(
      activities.refreshOaDirectory,
    ),
  ).toEqual({
    kind: 'not-asked',
  });
});

describe('the setting', () => {
  it('is embedded unless said otherwise', () => {
    expect(loadEmbeddedConfig({}).OA_ADAPTER).toBe('embedded');
  });

  it('http needs an address and a secret of some length', () => {
    expect(() => loadEmbeddedConfig({ OA_ADAPTER: 'http', OA_HTTP_SECRET: 'short' })).toThrow(ConfigError);
    expect(() => loadEmbeddedConfig({ OA_ADAPTER: 'http' })).toThrow(/OA_HTTP_URL[\s\S]*OA_HTTP_SECRET/);
    const config = { OA_ADAPTER: 'http', OA_HTTP_URL: 'https://oa.example.com/x/', OA_HTTP_SECRET: secret };
    expect(loadEmbeddedConfig(config).OA_HTTP_URL).toBe('https://oa.example.com/x');
  });
});

it('a loss that nobody confirmed can be asked for by name', async () => {
  const api = await startTestApi();
  try {
    const put = (users: User[]) => api.call('/oa/directory', { method: 'PUT', body: directoryOf(users) });
    const feeds = createOaDirectoryFeedStore(api.db);
    await put(people(60));
    await put(people(58));
    expect(await feeds.unconfirmedLoss()).toBeNull();
    await put(people(30));
    expect(await feeds.unconfirmedLoss()).toEqual({
      version: 3,
      confirmedVersion: 2,
      lost: 28,
      of: 58,
      userIds: expect.arrayContaining(['u31', 'u58']),
    });
    await api.call('/oa/directory/confirm', { body: { loss: 28 } });
    expect(await feeds.unconfirmedLoss()).toBeNull();
  } finally {
    await api.close();
  }
});
