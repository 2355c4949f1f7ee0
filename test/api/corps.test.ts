import type { TestApi } from './harness';
import { startTestApi } from './harness';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('connecting a corp', () => {
  it('saves a corp whose secret WeCom accepts, and never shows the secret again', async () => {
    const corp = await api.createCorp();
    const created = await api.call('/corps', {
      body: { name: '云程科技', corpId: corp.corpId, contactsSecret: corp.contactsSecret, accountLimit: 500 },
    });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(`/api/v1/corps/${created.body.id}`);
    expect(created.body).toMatchObject({
      name: '云程科技',
      corpId: corp.corpId,
      kind: 'public',
      hasContactsSecret: true,
      contactsCallbackConfigured: false,
      accountLimit: 500,
      access: 'read-only',
      lastCheck: null,
      apps: [],
    });
    const read = await api.call(`/corps/${created.body.id}`);
    expect(read.body).toEqual(created.body);
    expect(read.text).not.toContain(corp.contactsSecret);
    const { rows } = await api.db.pool.query('SELECT * FROM corp WHERE id = $1', [created.body.id]);
    expect(JSON.stringify(rows)).not.toContain(corp.contactsSecret);
  });

  it('refuses the same corp at the same address a second time', async () => {
    const corp = await api.createCorp();
    const body = { name: 'A', corpId: corp.corpId, contactsSecret: corp.contactsSecret };
    expect((await api.call('/corps', { body })).status).toBe(201);
    expect((await api.call('/corps', { body })).status).toBe(409);
  });

  it.each([
    { what: 'a wrong corpId', change: { corpId: 'wwnosuchcorp0000' }, field: 'corpId', errcode: 40013 },
    {
      what: 'a wrong secret',
      change: { contactsSecret: 'wrong-secret-000000' },
      field: 'contactsSecret',
      errcode: 40001,
    },
  ])('names $field and the fix for $what, and saves nothing', async ({ change, field, errcode }) => {
    const corp = await api.createCorp();
    const before = (await api.call('/corps')).body.items.length;
    const answer = await api.call('/corps', {
      body: { name: 'A', corpId: corp.corpId, contactsSecret: corp.contactsSecret, ...change },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.error).toMatchObject({
      code: 'validation_failed',
      fields: [{ path: field }],
      wecom: { errcode },
    });
    expect(answer.body.error.advice).toMatch(/[\u4e00-\u9fff]/);
    expect((await api.call('/corps')).body.items).toHaveLength(before);
  });

  it("refuses an app's secret in the place of the contacts secret", async () => {
    const corp = await api.createCorp();
    const answer = await api.call('/corps', {
      body: { name: 'A', corpId: corp.corpId, contactsSecret: corp.appSecret },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.error.fields).toEqual([{ path: 'contactsSecret', message: expect.any(String) }]);
  });

  it('names the address when it is not trusted by WeCom', async () => {
    const corp = await api.createCorp();
    await api.control('/_sim/settings', { trustedIps: ['203.0.113.9'] });
    const answer = await api.call('/corps', {
      body: { name: 'A', corpId: corp.corpId, contactsSecret: corp.contactsSecret },
    });
    await api.control('/_sim/settings', { trustedIps: null });
    expect(answer.status).toBe(422);
    expect(answer.body.error).toMatchObject({
      wecom: { errcode: 60020 },
      fields: [{ path: 'contactsSecret' }],
    });
    expect(answer.body.error.advice).toContain('企业可信IP');
  });

  it.each([
    ['http://10.0.0.8', /https/],
    ['https://10.0.0.8', /internal/],
    ['https://localhost', /internal/],
    ['https://user:pass@qyapi.example.com', /user name/],
    ['ftp://example.com', /address/],
    ['https://no-such-host.invalid', /resolved/],
  ])('refuses the API address %s for a public corp', async (apiBaseUrl, message) => {
    const answer = await api.call('/corps', {
      body: { name: 'A', corpId: 'wwcorp12345', apiBaseUrl },
      headers: { 'accept-language': 'en' },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.error.fields).toEqual([
      { path: 'apiBaseUrl', message: expect.stringMatching(message) },
    ]);
  });

  it('names the API address of a private deployment that does not answer', async () => {
    const answer = await api.call('/corps', {
      body: {
        name: 'A',
        corpId: 'wwcorp12345',
        kind: 'private',
        apiBaseUrl: 'http://127.0.0.1:9',
        contactsSecret: 'some-secret-000',
      },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.error.fields[0].path).toBe('apiBaseUrl');
    expect(answer.body.error.advice).toEqual(expect.any(String));
  });

  it('needs no answer from WeCom while there is nothing to try out', async () => {
    const calls = async () => (await (await fetch(`${api.simulator.url}/_sim/calls`)).json()) as unknown[];
    const before = (await calls()).length;
    expect((await api.call('/corps', { body: { name: 'Bare', corpId: 'wwnosecretyet' } })).status).toBe(201);
    expect(await calls()).toHaveLength(before);
  });

  it('can be prepared offline, and then still checks the shape', async () => {
    const body = {
      name: 'Later',
      corpId: 'wwprepared0001',
      contactsSecret: 'not-tried-yet-0001',
      apiBaseUrl: 'https://qyapi.example.invalid',
    };
    expect((await api.call('/corps?verify=false', { body })).status).toBe(201);
    expect((await api.call('/corps?verify=false', { body: { ...body, corpId: 'has a blank' } })).status).toBe(
      422,
    );
  });
});

describe('bad input', () => {
  it.each([
    [{}, ['name', 'corpId']],
    [{ name: '', corpId: 'wwcorp1' }, ['name']],
    [{ name: 'A', corpId: 'wwcorp1', kind: 'secret' }, ['kind']],
    [{ name: 'A', corpId: 'wwcorp1', accountLimit: 1.5 }, ['accountLimit']],
    [{ name: 'A', corpId: 'wwcorp1', contactsSecret: 'has a blank' }, ['contactsSecret']],
    [
      { name: 'A', corpId: 'wwcorp1', contactsCallback: { token: 'abc' } },
      ['contactsCallback.encodingAesKey'],
    ],
    [
      { name: 'A', corpId: 'wwcorp1', contactsCallback: { token: 'a-b', encodingAesKey: 'short' } },
      ['contactsCallback.token', 'contactsCallback.encodingAesKey'],
    ],
    [{ name: 'A', corpId: 'wwcorp1', colour: 'red' }, ['colour']],
    [{ name: 'A\u0000', corpId: 'wwcorp1' }, ['name']],
    [{ name: 'A\ud800', corpId: 'wwcorp1' }, ['name']],
    [[], ['']],
    ['text', ['']],
    [null, ['']],
  ])('names every field that is wrong in %j', async (body, paths) => {
    const answer = await api.call('/corps', { raw: JSON.stringify(body) });
    expect(answer.status).toBe(422);
    expect(answer.body.error.fields.map((field: { path: string }) => field.path)).toEqual(paths);
  });

  it('answers 400 to what is not JSON', async () => {
    expect(await api.call('/corps', { raw: '{"name":' })).toMatchObject({
      status: 400,
      body: { error: { code: 'bad_json' } },
    });
  });

  it('survives a body of nothing but brackets', async () => {
    const brackets = '['.repeat(100_000) + ']'.repeat(100_000);
    expect([400, 422]).toContain((await api.call('/corps', { raw: brackets })).status);
    expect([400, 422]).toContain(
      (await api.call('/corps', { raw: '{"a":'.repeat(30_000) + '1' + '}'.repeat(30_000) })).status,
    );
  });

  it('answers 413 to a body above the limit and 415 to another format', async () => {
    expect((await api.call('/corps', { raw: JSON.stringify({ name: 'x'.repeat(300_000) }) })).status).toBe(
      413,
    );
    expect((await api.call('/corps', { raw: 'a=b', headers: { 'content-type': 'text/plain' } })).status).toBe(
      415,
    );
  });

  it('answers 404 to ids that are nobody’s, whatever they look like', async () => {
    for (const id of ['nobody', '0', '%27%3B--', 'x'.repeat(64)]) {
      expect((await api.call(`/corps/${id}`)).status).toBe(404);
    }
    expect((await api.call('/corps/%00')).status).toBe(422);
    expect((await api.call('/corps/%ff')).status).toBe(400);
  });

  it('answers 405 with the methods that are possible', async () => {
    const answer = await api.call('/corps', { method: 'PUT' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });
});

describe('apps', () => {
  async function connected() {
    const corp = await api.createCorp();
    const { body } = await api.call('/corps', {
      body: { name: 'A', corpId: corp.corpId, contactsSecret: corp.contactsSecret },
    });
    return { corp, id: String(body.id) };
  }

  it('adds an app that sees departments, with the address for its callback', async () => {
    const { corp, id } = await connected();
    const added = await api.call(`/corps/${id}/apps`, {
      body: { name: '通讯录', agentId: corp.agentId, secret: corp.appSecret },
    });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({
      corpId: id,
      name: '通讯录',
      agentId: corp.agentId,
      callbackConfigured: false,
    });
    expect(added.body.callbackUrl).toMatch(new RegExp(`^${api.url}/callback/wecom/[\\w-]{20,}$`));
    expect((await api.call(`/corps/${id}`)).body.apps).toEqual([added.body]);
    expect(
      (
        await api.call(`/corps/${id}/apps`, {
          body: { name: 'B', agentId: corp.agentId, secret: corp.appSecret },
        })
      ).status,
    ).toBe(409);
  });

  it('names the agentId when the secret belongs to another app', async () => {
    const { corp, id } = await connected();
    const answer = await api.call(`/corps/${id}/apps`, {
      body: { name: 'A', agentId: 1000099, secret: corp.appSecret },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.error.fields[0].path).toBe('agentId');
  });

  it('names the secret when it is wrong', async () => {
    const { corp, id } = await connected();
    const answer = await api.call(`/corps/${id}/apps`, {
      body: { name: 'A', agentId: corp.agentId, secret: 'wrong-secret-1' },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.error.fields[0].path).toBe('secret');
  });

  it('refuses an app whose visible range holds single members only, and says where to choose departments', async () => {
    const corp = await api.createCorp({ visibleDepartments: [], visibleUsers: ['zhangsan'] });
    const { body } = await api.call('/corps', {
      body: { name: 'A', corpId: corp.corpId, contactsSecret: corp.contactsSecret },
    });
    const answer = await api.call(`/corps/${body.id}/apps`, {
      body: { name: 'A', agentId: corp.agentId, secret: corp.appSecret },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.error.advice).toContain('可见范围');
    expect((await api.call(`/corps/${body.id}`)).body.apps).toEqual([]);
  });

  it('keeps what a change does not mention, and clears with null', async () => {
    const { corp, id } = await connected();
    const { body: app } = await api.call(`/corps/${id}/apps`, {
      body: {
        name: 'A',
        agentId: corp.agentId,
        secret: corp.appSecret,
        callback: { token: 'abc', encodingAesKey: 'a'.repeat(43) },
      },
    });
    expect(app.callbackConfigured).toBe(true);
    const renamed = await api.call(`/corps/${id}/apps/${app.id}`, { method: 'PATCH', body: { name: 'B' } });
    expect(renamed.body).toMatchObject({ name: 'B', callbackConfigured: true, callbackUrl: app.callbackUrl });
    const cleared = await api.call(`/corps/${id}/apps/${app.id}`, {
      method: 'PATCH',
      body: { callback: null },
    });
    expect(cleared.body.callbackConfigured).toBe(false);
    const corpCleared = await api.call(`/corps/${id}`, { method: 'PATCH', body: { contactsSecret: null } });
    expect(corpCleared.body.hasContactsSecret).toBe(false);
    expect((await api.call(`/corps/${id}/apps/${app.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await api.call(`/corps/${id}/apps/${app.id}`)).status).toBe(404);
  });

  it('removes a corp only when its corpId is typed again', async () => {
    const { corp, id } = await connected();
    expect((await api.call(`/corps/${id}`, { method: 'DELETE' })).status).toBe(422);
    expect((await api.call(`/corps/${id}?confirm=wwother`, { method: 'DELETE' })).status).toBe(422);
    expect((await api.call(`/corps/${id}?confirm=${corp.corpId}`, { method: 'DELETE' })).status).toBe(204);
    expect((await api.call(`/corps/${id}`)).status).toBe(404);
  });
});
