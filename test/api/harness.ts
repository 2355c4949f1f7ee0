import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import type { Config } from '../../config';
import { loadConfig } from '../../config';
import type { ApiDeps } from '../../api/deps';
import { createApiDeps } from '../../api/deps';
import { createApiLogger } from '../../api/logger';
import { createOneTimeLogin } from '../../api/one-time-login';
import { createApp } from '../../api/server';
import type { Database } from '../../store/database';
import { openDatabase } from '../../store/database';
import { createTestDatabase } from '../support/database';
import type { TestSimulator } from '../support/simulator';
import { startTestSimulator } from '../support/simulator';
import { createTestNamespace, testTemporal } from '../support/temporal';

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Tests look into answers of every shape; the expectations are the check.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
};

export type Call = {
  readonly method?: string;
  readonly body?: unknown;
  readonly raw?: string;
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
};

export type TestApi = {
  readonly url: string;
  readonly adminToken: string;
  readonly simulator: TestSimulator;
  readonly deps: ApiDeps;
  readonly db: Database;
  readonly logged: readonly string[];
  readonly masterKey: string;
  readonly databaseUrl: string;
  readonly namespace: string;
  /** `/api/v1` is put before the path; the administrator's token is sent unless `token` says otherwise. */
  call(path: string, call?: Call): Promise<Answer>;
  /** The path as it stands. */
  fetch(path: string, call?: Call): Promise<Answer>;
  /** Signed in to the console as a person with this role. */
  signIn(role: 'admin' | 'operator' | 'approver' | 'viewer'): Promise<Person>;
  createCorp(corp?: Partial<SimulatedCorp>): Promise<SimulatedCorp>;
  control(path: string, body: unknown, method?: string): Promise<unknown>;
  close(): Promise<void>;
};

export type Person = {
  readonly id: string;
  readonly cookie: string;
  readonly csrfToken: string;
  call(path: string, call?: Call): Promise<Answer>;
};

export type SimulatedCorp = {
  readonly corpId: string;
  readonly contactsSecret: string;
  readonly agentId: number;
  readonly appSecret: string;
  readonly visibleDepartments: readonly number[];
  readonly visibleUsers: readonly string[];
};

/** The API on real parts: a database of its own, a Temporal namespace of its own, a simulator, real HTTP. */
export async function startTestApi(
  env: Readonly<Record<string, string>> = {},
  throughProxy: (url: string) => Promise<string> = (url) => Promise.resolve(url),
): Promise<TestApi> {
  const given = env['DATABASE_URL'];
  const [database, simulator] = await Promise.all([
    given === undefined ? createTestDatabase() : { url: given, drop: () => Promise.resolve() },
    startTestSimulator(),
  ]);
  const databaseUrl = await throughProxy(database.url);
  const namespace = env['TEMPORAL_NAMESPACE'] ?? (await createTestNamespace());
  const adminToken = randomBytes(24).toString('hex');
  const masterKey = env['BRIDGE_MASTER_KEY'] ?? randomBytes(32).toString('base64');
  const config: Config = loadConfig({
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: testTemporal().address,
    TEMPORAL_NAMESPACE: namespace,
    BRIDGE_MASTER_KEY: masterKey,
    BRIDGE_ADMIN_TOKEN: adminToken,
    SIMULATOR_URL: simulator.url,
    WECOM_API_BASE_URL: simulator.url,
    ...env,
  });
  const logged: string[] = [];
  const logger = createApiLogger('debug', { write: (line: string) => void logged.push(line) });
  const db = openDatabase({ url: databaseUrl });

  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const deps = createApiDeps({
    config,
    db,
    logger,
    version: '0.0.0-test',
    publicUrl: config.BRIDGE_PUBLIC_URL ?? url,
    checkAnswers: true,
  });
  server.on('request', createApp(deps));
  await deps.users.ensureFirstAdmin();

  const fetchPath = async (path: string, call: Call = {}): Promise<Answer> => {
    const token = call.token === undefined ? adminToken : call.token;
    const body = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const response = await fetch(url + path, {
      method: call.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  };
  const callApi = (path: string, call?: Call) => fetchPath(`/api/v1${path}`, call);

  let people = 0;
  let corps = 0;
  return {
    url,
    adminToken,
    simulator,
    deps,
    db,
    logged,
    masterKey,
    databaseUrl: database.url,
    namespace,
    call: callApi,
    fetch: fetchPath,

    async signIn(role) {
      const user = await deps.users.createUser({ loginName: `${role}-${++people}`, displayName: role, role });
      const link = await createOneTimeLogin(deps, user.id);
      const token = new URL(link.url).searchParams.get('token');
      const answer = await callApi('/session/one-time', { body: { token }, token: null });
      if (answer.status !== 200) throw new Error(`sign-in failed: ${answer.text}`);
      const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      const csrfToken = String(answer.body.csrfToken);
      return {
        id: user.id,
        cookie,
        csrfToken,
        call: (path, call = {}) =>
          callApi(path, {
            token: null,
            ...call,
            headers: { cookie, 'x-csrf-token': csrfToken, ...call.headers },
          }),
      };
    },

    async createCorp(given = {}) {
      const number = ++corps;
      const corp: SimulatedCorp = {
        corpId: `wwtestcorp${number}${randomBytes(4).toString('hex')}`,
        contactsSecret: `contacts-${randomBytes(12).toString('hex')}`,
        agentId: 1000002,
        appSecret: `app-${randomBytes(12).toString('hex')}`,
        visibleDepartments: [1],
        visibleUsers: [],
        ...given,
      };
      await control('/_sim/corps', {
        corpid: corp.corpId,
        name: `Test corp ${number}`,
        contactsSecret: corp.contactsSecret,
        apps: [
          {
            agentid: corp.agentId,
            secret: corp.appSecret,
            name: 'Directory',
            visibleDepartments: corp.visibleDepartments,
            visibleUsers: corp.visibleUsers,
          },
        ],
        departments: [{ id: 2, name: '研发部', parentid: 1 }],
        users: [{ userid: 'zhangsan', name: '张三', department: [2], mobile: '19900000001' }],
      });
      return corp;
    },

    control,

    async close() {
      deps.callbackWaker.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([deps.temporal.close(), db.close(), simulator.close()]);
      await database.drop();
    },
  };

  async function control(path: string, body: unknown, method = 'POST'): Promise<unknown> {
    const response = await fetch(simulator.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
