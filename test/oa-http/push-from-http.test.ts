import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createReferenceOa, type ReferenceOa } from '../../reference-oa/app';
import type { User } from '../../reference-oa/directory';
import { startProduct, type Product } from '../support/product';

const secret = 'a-secret-of-at-least-thirty-two-characters';
const corpid = 'wwhttpoa00000001';

let oa: ReferenceOa;
let oaServer: Server;
let product: Product;

const user = (number: number, more: object = {}): User => ({
  id: `u${number}`,
  loginId: `login${number}`,
  name: `员工${number}`,
  mobile: `1380000000${number}`,
  departmentId: 'd1',
  status: 'active',
  ...more,
});

beforeAll(async () => {
  oa = createReferenceOa({
    secret,
    directory: {
      subcompanies: [{ id: 's1', name: '星河科技', parentId: null, order: 1 }],
      departments: [{ id: 'd1', name: '研发部', parentId: null, subcompanyId: 's1', order: 1 }],
      users: [user(1), user(2), user(3)],
    },
  });
  oaServer = createServer(oa.app);
  await new Promise<void>((resolve) => oaServer.listen(0, '127.0.0.1', resolve));
  product = await startProduct({
    env: {
      BRIDGE_DEMO: 'false',
      OA_ADAPTER: 'http',
      OA_HTTP_URL: `http://127.0.0.1:${(oaServer.address() as AddressInfo).port}`,
      OA_HTTP_SECRET: secret,
    },
  });
});

afterAll(async () => {
  await product.stop();
  await new Promise((resolve) => oaServer.close(resolve));
});

async function call<T>(url: string, method: string, body?: unknown): Promise<T> {
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${product.adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
const api = <T>(method: string, path: string, body?: unknown) =>
  call<T>(`${product.apiUrl}${path}`, method, body);

async function connectedCorp(): Promise<string> {
  await call(`${product.simulatorUrl}/_sim/corps`, 'POST', {
    corpid,
    name: '星河科技',
    contactsSecret: 'contacts-secret',
    apps: [{ agentid: 1000002, secret: 'app-secret', name: '桥', visibleDepartments: [1] }],
  });
  const { id } = await api<{ id: string }>('POST', '/corps', {
    name: '星河科技',
    corpId: corpid,
    apiBaseUrl: product.simulatorUrl,
    contactsSecret: 'contacts-secret',
  });
  await api('POST', `/corps/${id}/apps`, { name: '桥', agentId: 1000002, secret: 'app-secret' });
  await api('PUT', `/corps/${id}/directory/settings`, {
    access: 'read-write',
    push: { match: [{ oaField: 'loginId', wecomField: 'userid' }], approval: { required: 'never' } },
  });
  return id;
}

async function push(corp: string) {
  const { runId } = await api<{ runId: string }>('POST', `/corps/${corp}/directory/runs`, {
    direction: 'push',
    mode: 'apply',
  });
  for (const deadline = Date.now() + 90_000; ; await wait(200)) {
    const run = await api<{ phase: string; finishedAt: string | null; progress: object; error: unknown }>(
      'GET',
      `/runs/${runId}`,
    );
    if (run.finishedAt !== null) return run;
    if (Date.now() > deadline) throw new Error(`The run is still ${run.phase}`);
  }
}

async function members(): Promise<Record<string, unknown>[]> {
  const { users } = await call<{ users: Record<string, unknown>[] }>(
    `${product.simulatorUrl}/_sim/corps/${corpid}/state`,
    'GET',
  );
  return users.map(({ userid, name, enable }) => ({ userid, name, enable }));
}

it('with the http adapter, a push reads the OA by itself: the first time whole, later what has changed', async () => {
  const corp = await connectedCorp();
  expect(await push(corp)).toMatchObject({ phase: 'done', progress: { failed: 0 }, error: null });
  expect((await members()).map(({ userid }) => userid).sort()).toEqual(['login1', 'login2', 'login3']);

  for (const changed of [user(2, { name: '员工二' }), user(4)]) oa.directory.put('users', changed);
  expect(await push(corp)).toMatchObject({ phase: 'done', progress: { done: 2, failed: 0 } });
  expect(await members()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ userid: 'login2', name: '员工二' }),
      expect.objectContaining({ userid: 'login4', name: '员工4' }),
    ]),
  );

  // It would be overwritten by the next reading.
  await expect(api('PUT', '/oa/directory', { users: [] })).rejects.toThrow('oa_adapter_http');
}, 240_000);
