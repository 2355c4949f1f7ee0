import type { TestApi } from './harness';
import { startTestApi } from './harness';

let api: TestApi;
type Operation = {
  method: string;
  path: string;
  operation: { security: unknown[]; operationId: string; responses: object };
};
let operations: Operation[];

beforeAll(async () => {
  api = await startTestApi();
  const { body } = await api.call('/openapi.json', { token: null });
  operations = Object.entries<Record<string, Operation['operation']>>(body.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
});
afterAll(() => api.close());

const filled = (path: string) => path.replace(/\{\w+\}/g, 'some-id').replace('/api/v1', '');

it('serves an OpenAPI 3.1 document whose operations have unique names', async () => {
  const answer = await api.fetch('/api/v1/openapi.json', { token: null });
  expect(answer.status).toBe(200);
  expect(answer.body.openapi).toBe('3.1.0');
  expect(operations.length).toBeGreaterThan(40);
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
});

it('documents the contract’s paths', () => {
  const paths = operations.map(({ method, path }) => `${method} ${path}`);
  for (const expected of [
    'POST /api/v1/corps',
    'PATCH /api/v1/corps/{corpId}',
    'POST /api/v1/corps/{corpId}/check',
    'POST /api/v1/corps/{corpId}/apps',
    'PUT /api/v1/corps/{corpId}/directory/settings',
    'POST /api/v1/corps/{corpId}/directory/runs',
    'GET /api/v1/corps/{corpId}/directory/runs',
    'GET /api/v1/runs/{runId}',
    'POST /api/v1/runs/{runId}/cancel',
    'GET /api/v1/corps/{corpId}/members',
    'GET /api/v1/corps/{corpId}/members/{userId}',
    'GET /api/v1/oa/users/{userId}',
    'GET /api/v1/audit',
    'GET /api/v1/system',
  ]) {
    expect(paths).toContain(expected);
  }
});

it('answers only with statuses that are documented', async () => {
  for (const { method, path, operation } of operations) {
    if (path === '/api/v1/session' && method === 'DELETE') continue;
    const answer = await api.call(filled(path), {
      method,
      ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }),
    });
    expect(Object.keys(operation.responses)).toContain(String(answer.status));
  }
});

it('names both statuses of what is answered at once where nothing has to be carried out', () => {
  const both = operations.filter(
    ({ operation }) => '200' in operation.responses && '202' in operation.responses,
  );
  expect(both.map(({ operation }) => operation.operationId).sort()).toEqual(['decideDrift', 'recallPushes']);
});

it('is open where the contract says so', async () => {
  for (const path of [
    '/healthz',
    '/api/v1/openapi.json',
    '/api/docs',
    '/api/docs/start.js',
    '/api/docs/swagger-ui-bundle.js',
  ]) {
    expect([path, (await api.fetch(path, { token: null })).status]).toEqual([path, 200]);
  }
  expect([200, 503]).toContain((await api.fetch('/readyz', { token: null })).status);
  expect((await api.fetch('/callback/wecom/unknown-key-1', { token: null })).status).toBe(404);
});

it('has a docs page without inline scripts and with a strict policy', async () => {
  const answer = await api.fetch('/api/docs', { token: null });
  expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';");
  expect(answer.text).not.toMatch(/<script>/);
});

it('serves metrics to this machine, and through a proxy only with a token', async () => {
  expect((await api.fetch('/metrics', { token: null })).text).toContain('wecom_bridge_open_runs');
  const forwarded = { 'x-forwarded-for': '203.0.113.7' };
  expect((await api.fetch('/metrics', { token: null, headers: forwarded })).status).toBe(401);
  expect((await api.fetch('/metrics', { headers: forwarded })).status).toBe(200);
});

it('answers unknown paths below /api in the error shape', async () => {
  const answer = await api.call('/no/such/thing', { headers: { 'accept-language': 'en' } });
  expect(answer.status).toBe(404);
  expect(answer.body.error.message).toContain('/api/v1/no/such/thing');
});

it('speaks the language that is asked for, Chinese when none is', async () => {
  const message = async (language?: string) =>
    (
      await api.call('/corps', {
        token: null,
        headers: language === undefined ? {} : { 'accept-language': language },
      })
    ).body.error.message;
  expect(await message('en')).toMatch(/^Sign in/);
  expect(await message('zh-CN')).toMatch(/登录/);
  expect(await message('de')).toMatch(/登录/);
});
