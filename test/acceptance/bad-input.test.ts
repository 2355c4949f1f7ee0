import type { Answer, Call, SimulatedCorp } from './outsider';
import { Outsider } from './outsider';

let outsider: Outsider;
let corp: SimulatedCorp;
beforeAll(async () => {
  outsider = await Outsider.start({ env: { BRIDGE_DEMO: 'false' } });
  corp = await outsider.postCorp({ users: [{ userid: 'zhangsan', name: '张三', department: [1] }] });
  await outsider.simulator('/corps', {
    corpid: 'wwpeopleonly',
    name: 'People only',
    contactsSecret: 'contacts-of-people-only',
    apps: [{ agentid: 1000005, secret: 'app-of-people-only', name: 'People', visibleUsers: ['lisi'] }],
    users: [{ userid: 'lisi', name: '李四' }],
  });
});
afterAll(async () => {
  await outsider?.product.stop();
});

const languages = ['zh-CN', 'en'] as const;
const chinese = /[\u4e00-\u9fff]/;

type Expected = {
  readonly status: number;
  readonly code: string;
  readonly path?: string;
  readonly errcode?: number;
  readonly advice?: RegExp;
};

/** In both languages: the cause at its field, the fix as advice, and WeCom's own words where it was WeCom. */
async function expectRefusal(path: string, call: Call, expected: Expected): Promise<void> {
  for (const lang of languages) {
    const answer = await outsider.call(path, { ...call, lang });
    expect([answer.status, answer.body?.error?.code, answer.text]).toEqual([
      expected.status,
      expected.code,
      expect.any(String),
    ]);
    const { error } = answer.body;
    const words = [error.message, error.advice, ...(error.fields ?? []).map(fieldText)].filter(Boolean);
    for (const text of words) {
      expect(text).not.toBe('');
      expect(text).not.toMatch(/\{\w+\}|undefined|\[object/);
      if (lang === 'zh-CN') expect(text).toMatch(chinese);
    }
    if (expected.path !== undefined) {
      expect(error.fields.map((field: { path: string }) => field.path)).toContain(expected.path);
    }
    if (expected.errcode !== undefined) {
      expect(error.wecom).toMatchObject({ errcode: expected.errcode, path: expect.any(String) });
      expect(error.advice).toEqual(expect.any(String));
    }
    if (expected.advice !== undefined && lang === 'en') expect(error.advice).toMatch(expected.advice);
  }
}

function fieldText({ message }: { readonly message: string }): string {
  return message;
}

async function corpsShown(): Promise<Answer['body'][]> {
  return (await outsider.call('/corps')).body.items;
}

function corpBody(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    name: corp.name,
    corpId: corp.corpId,
    contactsSecret: corp.contactsSecret,
    apiBaseUrl: outsider.product.simulatorUrl,
    ...changes,
  };
}

describe('a corp that can not be used is refused with the cause and the fix, and nothing of it is saved', () => {
  it.each<Expected & { readonly wrong: string; readonly body: () => Readonly<Record<string, unknown>> }>([
    {
      wrong: 'a corpId WeCom does not know',
      body: () => corpBody({ corpId: 'wwnobodyknowsthis' }),
      ...{ status: 422, code: 'validation_failed', path: 'corpId', errcode: 40013, advice: /My Company/ },
    },
    {
      wrong: 'a wrong contacts secret',
      body: () => corpBody({ contactsSecret: 'contacts-but-wrong' }),
      ...{ status: 422, code: 'validation_failed', path: 'contactsSecret', errcode: 40001 },
    },
    {
      wrong: 'an app’s secret in the place of the contacts secret',
      body: () => corpBody({ contactsSecret: corp.appSecret }),
      ...{ status: 422, code: 'validation_failed', path: 'contactsSecret', errcode: 48002 },
    },
    {
      wrong: 'an address nobody listens at',
      body: () => corpBody({ kind: 'private', apiBaseUrl: 'http://127.0.0.1:9' }),
      ...{ status: 422, code: 'validation_failed', path: 'apiBaseUrl', advice: /firewall/i },
    },
    {
      wrong: 'a host that does not exist',
      body: () => corpBody({ apiBaseUrl: 'https://no-such-host.invalid' }),
      ...{ status: 422, code: 'validation_failed', path: 'apiBaseUrl', advice: /DNS/ },
    },
    {
      wrong: 'an internal address for a corp of the public cloud',
      body: () => corpBody({ apiBaseUrl: 'https://192.168.7.7' }),
      ...{ status: 422, code: 'validation_failed', path: 'apiBaseUrl', advice: /private/ },
    },
    {
      wrong: 'an internal address for a corp of government WeCom, written as IPv6',
      body: () => corpBody({ kind: 'government', apiBaseUrl: 'https://[::ffff:10.0.0.1]' }),
      ...{ status: 422, code: 'validation_failed', path: 'apiBaseUrl', advice: /private/ },
    },
    {
      wrong: 'the address of a server that is no WeCom',
      body: () => corpBody({ kind: 'private', apiBaseUrl: outsider.product.url }),
      ...{ status: 422, code: 'validation_failed', path: 'apiBaseUrl', advice: /API address/ },
    },
  ])('$wrong', async ({ body, ...expected }) => {
    const before = await corpsShown();
    await expectRefusal('/corps', { body: body() }, expected);
    expect(await corpsShown()).toEqual(before);
  });

  it('an address that WeCom does not trust; WeCom’s view of it is named', async () => {
    await outsider.simulator('/settings', { trustedIps: ['203.0.113.7'] });
    try {
      await expectRefusal(
        '/corps',
        { body: corpBody() },
        { status: 422, code: 'validation_failed', path: 'contactsSecret', errcode: 60020, advice: /Trusted/ },
      );
      const answer = await outsider.call('/corps', { body: corpBody() });
      expect(answer.text).toContain('127.0.0.1');
    } finally {
      await outsider.simulator('/settings', undefined, 'DELETE');
    }
    expect(await corpsShown()).toEqual([]);
  });

  it('a corp that is connected already is a conflict', async () => {
    const id = await outsider.connect(corp, { app: false });
    await expectRefusal('/corps', { body: corpBody() }, { status: 409, code: 'conflict' });
    expect(await corpsShown()).toHaveLength(1);
    const removed = await outsider.call(`/corps/${id}?confirm=${corp.corpId}`, { method: 'DELETE' });
    expect(removed.status).toBe(204);
    expect(await corpsShown()).toEqual([]);
  });
});

describe('input of the wrong shape', () => {
  it.each([
    { wrong: 'broken JSON', raw: '{"name": "x",', status: 400, code: 'bad_json' },
    { wrong: 'no body at all', raw: '', status: 422, code: 'validation_failed' },
    { wrong: 'a list where an object belongs', raw: '[]', status: 422, code: 'validation_failed' },
  ])('$wrong is refused', async ({ raw, status, code }) => {
    await expectRefusal('/corps', { raw, method: 'POST' }, { status, code });
  });

  it('every wrong field is named at once, and told what is expected', async () => {
    const answer = await outsider.call('/corps', {
      body: {
        ...corpBody(),
        name: 5,
        corpId: 'not a corp id',
        kind: 'secret',
        accountLimit: 2.5,
        apiBaseUrl: 'qyapi.weixin.qq.com',
        contactsCallback: { token: 'no spaces please', encodingAesKey: 'short' },
        surname: 'x',
      },
    });
    expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed']);
    const fields: { path: string; message: string }[] = answer.body.error.fields;
    expect(fields.map(({ path }) => path).sort()).toEqual([
      'accountLimit',
      'apiBaseUrl',
      'contactsCallback.encodingAesKey',
      'contactsCallback.token',
      'corpId',
      'kind',
      'name',
      'surname',
    ]);
    const said = new Map(fields.map(({ path, message }) => [path, message]));
    expect(said.get('kind')).toMatch(/public.*private.*government/);
    expect(said.get('name')).not.toMatch(/required/i);
    expect(said.get('accountLimit')).not.toMatch(/required/i);
    expect(await corpsShown()).toEqual([]);
  });

  it.each([
    { path: '/runs?limit=0', field: 'limit' },
    { path: '/runs?limit=ten', field: 'limit' },
    { path: '/runs?phase=sleeping', field: 'phase' },
    { path: '/runs?cursor=garbage', field: 'cursor' },
  ])('$path names its wrong parameter', async ({ path, field }) => {
    await expectRefusal(path, {}, { status: 422, code: 'validation_failed', path: field });
  });

  it.each([
    { method: 'GET', path: '/runs/00000000-0000-4000-8000-000000000000' },
    { method: 'POST', path: '/runs/00000000-0000-4000-8000-000000000000/cancel' },
    { method: 'GET', path: '/corps/nothing' },
    { method: 'POST', path: '/corps/nothing/check' },
    { method: 'GET', path: '/corps/nothing/members' },
    { method: 'GET', path: '/no/such/thing' },
  ])('$method $path is not found', async ({ method, path }) => {
    await expectRefusal(path, { method }, { status: 404, code: 'not_found' });
  });

  it('an agentId of the wrong type is no number that happens to look like one', async () => {
    const id = await outsider.connect(corp, { app: false });
    await expectRefusal(
      `/corps/${id}/apps`,
      { body: { name: 'Directory', agentId: '1000002', secret: corp.appSecret } },
      { status: 422, code: 'validation_failed', path: 'agentId' },
    );
    await expectRefusal(
      `/corps/${id}/directory/runs`,
      { body: { direction: 'sideways', mode: 'apply' } },
      { status: 422, code: 'validation_failed', path: 'direction' },
    );
    await outsider.call(`/corps/${id}?confirm=${corp.corpId}`, { method: 'DELETE' });
  });
});

describe('an app that can not be used is refused with the cause and the fix, and nothing of it is saved', () => {
  let id: string;
  beforeAll(async () => {
    id = await outsider.connect(corp, { app: false });
  });
  afterAll(async () => {
    await outsider.call(`/corps/${id}?confirm=${corp.corpId}`, { method: 'DELETE' });
  });

  it.each([
    {
      wrong: 'a wrong secret',
      body: () => ({ agentId: corp.agentId, secret: 'app-but-wrong' }),
      path: 'secret',
      errcode: 40001,
    },
    {
      wrong: 'the agentId of another app',
      body: () => ({ agentId: corp.agentId + 7, secret: corp.appSecret }),
      path: 'agentId',
      errcode: 301002,
    },
  ])('$wrong', async ({ body, path, errcode }) => {
    await expectRefusal(
      `/corps/${id}/apps`,
      { body: { name: 'Directory', ...body() } },
      { status: 422, code: 'validation_failed', path, errcode },
    );
    expect((await outsider.call(`/corps/${id}`)).body.apps).toEqual([]);
  });

  it('an app that sees single members but no department', async () => {
    const { body } = await outsider.call('/corps', {
      body: {
        name: 'People only',
        corpId: 'wwpeopleonly',
        contactsSecret: 'contacts-of-people-only',
        apiBaseUrl: outsider.product.simulatorUrl,
      },
    });
    await expectRefusal(
      `/corps/${body.id}/apps`,
      { body: { name: 'People', agentId: 1000005, secret: 'app-of-people-only' } },
      {
        status: 422,
        code: 'validation_failed',
        path: 'agentId',
        advice: /可见范围|Visible range|visible range/,
      },
    );
    expect((await outsider.call(`/corps/${body.id}`)).body.apps).toEqual([]);
    await outsider.call(`/corps/${body.id}?confirm=wwpeopleonly`, { method: 'DELETE' });
  });

  it('an address that WeCom does not trust', async () => {
    await outsider.simulator('/settings', { trustedIps: ['203.0.113.7'] });
    try {
      await expectRefusal(
        `/corps/${id}/apps`,
        { body: { name: 'Directory', agentId: corp.agentId, secret: corp.appSecret } },
        { status: 422, code: 'validation_failed', errcode: 60020, advice: /Trusted/ },
      );
    } finally {
      await outsider.simulator('/settings', undefined, 'DELETE');
    }
    expect((await outsider.call(`/corps/${id}`)).body.apps).toEqual([]);
  });

  it('a change that WeCom does not accept changes nothing', async () => {
    const before = (await outsider.call(`/corps/${id}`)).body;
    await expectRefusal(
      `/corps/${id}`,
      { method: 'PATCH', body: { name: 'Renamed', contactsSecret: 'contacts-but-wrong' } },
      { status: 422, code: 'validation_failed', path: 'contactsSecret', errcode: 40001 },
    );
    expect((await outsider.call(`/corps/${id}`)).body).toEqual(before);
    expect(await outsider.pull(id)).toMatchObject({ phase: 'done' });
  });

  it('a corp without any secret can not be pulled, and is told what to enter', async () => {
    const { body } = await outsider.call('/corps?verify=false', {
      body: { name: 'Prepared', corpId: 'wwprepared', apiBaseUrl: outsider.product.simulatorUrl },
    });
    await expectRefusal(
      `/corps/${body.id}/directory/runs`,
      { body: { direction: 'pull', mode: 'apply' } },
      { status: 422, code: 'corp_without_credentials', advice: /secret/i },
    );
    expect((await outsider.call(`/corps/${body.id}/directory/runs`)).body.items).toEqual([]);
    await outsider.call(`/corps/${body.id}?confirm=wwprepared`, { method: 'DELETE' });
  });
});

describe('the connection check says what to click where', () => {
  it.each([
    {
      problem: 'the address is not trusted',
      prepare: () => outsider.simulator('/settings', { trustedIps: ['203.0.113.7'] }),
      failing: ['trusted-ip'],
    },
    {
      problem: 'the app’s secret was replaced in WeCom',
      prepare: () => outsider.postCorp({}, { ...corp, appSecret: 'app-with-a-new-secret' }),
      failing: ['token.app:1000002'],
    },
  ])('when $problem', async ({ prepare, failing }) => {
    const id = await outsider.connect(await outsider.postCorp({}, corp));
    try {
      await prepare();
      for (const lang of languages) {
        const { status, body } = await outsider.call(`/corps/${id}/check`, { method: 'POST', lang });
        expect([status, body.ok]).toEqual([200, false]);
        const failed: { name: string; message: string; advice?: string; errcode?: number }[] =
          body.checks.filter(({ ok }: { ok: boolean }) => !ok);
        expect(failed.map(({ name }) => name)).toEqual(expect.arrayContaining(failing));
        for (const name of failing) {
          const check = failed.find((one) => one.name === name);
          expect(check).toMatchObject({ errcode: expect.any(Number), advice: expect.any(String) });
          if (lang === 'zh-CN') expect(check?.advice).toMatch(chinese);
        }
      }
    } finally {
      await outsider.simulator('/settings', undefined, 'DELETE');
      await outsider.call(`/corps/${id}?confirm=${corp.corpId}`, { method: 'DELETE' });
    }
  });

  it('when the host is gone: an answer in time, with the later checks marked as not made', async () => {
    const { body } = await outsider.call('/corps?verify=false', {
      body: corpBody({ kind: 'private', apiBaseUrl: 'http://127.0.0.1:9' }),
    });
    const check = await outsider.call(`/corps/${body.id}/check`, { method: 'POST' });
    expect([check.status, check.body.ok]).toEqual([200, false]);
    const byName = new Map<string, { ok: boolean; message: string; advice?: string }>(
      check.body.checks.map((one: { name: string }) => [one.name, one]),
    );
    expect(byName.get('network')).toMatchObject({ ok: false, advice: expect.any(String) });
    expect(byName.get('token.contacts')).toMatchObject({ ok: false });
    await outsider.call(`/corps/${body.id}?confirm=${corp.corpId}`, { method: 'DELETE' });
  });
});
