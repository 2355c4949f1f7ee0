import type { SimulatedCorp, TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

type Check = {
  name: string;
  ok: boolean;
  notApplicable?: true;
  errcode?: number;
  message: string;
  advice?: string;
};

async function connect(given: Partial<SimulatedCorp> = {}, extra: object = {}) {
  const corp = await api.createCorp(given);
  const created = await api.call('/corps', {
    body: { name: 'A', corpId: corp.corpId, contactsSecret: corp.contactsSecret, ...extra },
  });
  const id = String(created.body.id);
  const app = { name: '通讯录', agentId: corp.agentId, secret: corp.appSecret };
  await api.call(`/corps/${id}/apps?verify=false`, { body: app });
  return { corp, id };
}

async function check(id: string, language = 'zh-CN') {
  const answer = await api.call(`/corps/${id}/check`, {
    method: 'POST',
    headers: { 'accept-language': language },
  });
  expect(answer.status).toBe(200);
  const checks: Check[] = answer.body.checks;
  return {
    answer,
    ok: answer.body.ok,
    of: (name: string) => checks.find((entry) => entry.name === name),
    checks,
  };
}

describe('POST /corps/{id}/check', () => {
  it('passes where everything is right, writes nothing to WeCom, and is kept', async () => {
    const { corp, id } = await connect(
      {},
      { contactsCallback: { token: 'abc', encodingAesKey: 'a'.repeat(43) } },
    );
    const state = async () =>
      (await fetch(`${api.simulator.url}/_sim/corps/${corp.corpId}/state`)).json() as Promise<{
        departments: unknown;
      }>;
    const before = await state();
    const result = await check(id);
    expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(result.ok).toBe(true);
    expect(result.of('callback.contacts')).toMatchObject({
      ok: true,
      message: expect.stringContaining('签名'),
    });
    expect(result.of('public-ip')?.message).toContain('127.0.0.1');
    expect(result.of('public-ip')).not.toHaveProperty('notApplicable');
    // The simulator is spoken to by http; no file was uploaded, and no app wants events.
    const notApplicable = result.checks.filter((one) => one.notApplicable);
    expect(notApplicable.map(({ name }) => name.split(':')[0]).sort()).toEqual([
      'bind-page',
      'callback.app',
      'domain-verification',
      'tls',
    ]);
    expect(notApplicable.every(({ ok }) => ok)).toBe(true);
    expect((await state()).departments).toEqual(before.departments);
    const kept = await api.call(`/corps/${id}/check`);
    expect(kept.body).toEqual(result.answer.body);
    expect((await api.call(`/corps/${id}`)).body.lastCheck).toEqual({
      id: kept.body.id,
      ok: true,
      at: kept.body.at,
      failed: 0,
    });
  });

  it('names an untrusted address once and says where to enter it, in both languages', async () => {
    const { id } = await connect();
    await api.control('/_sim/settings', { trustedIps: ['203.0.113.9'] });
    const chinese = await check(id);
    const english = await check(id, 'en');
    await api.control('/_sim/settings', { trustedIps: null });
    expect(chinese.ok).toBe(false);
    expect(chinese.of('trusted-ip')).toMatchObject({
      ok: false,
      errcode: 60020,
      advice: expect.stringMatching(/127\.0\.0\.1.*企业可信IP/s),
    });
    expect(english.of('trusted-ip')?.advice).toMatch(/Trusted company IP/);
    expect(chinese.of('contacts.read')).toMatchObject({
      skipped: true,
      message: expect.stringContaining('“企业可信 IP”没有通过'),
    });
    expect(english.of('contacts.read')?.message).toContain('"Trusted IP" failed');
  });

  it('tells a wrong secret from a good one', async () => {
    const { id } = await connect();
    await api.call(`/corps/${id}?verify=false`, {
      method: 'PATCH',
      body: { contactsSecret: 'reset-by-somebody' },
    });
    const result = await check(id);
    expect(result.of('token.contacts')).toMatchObject({
      ok: false,
      errcode: 40001,
      advice: expect.any(String),
    });
    expect(result.of('contacts.write')).toMatchObject({
      ok: false,
      skipped: true,
      message: expect.stringContaining('通讯录同步密钥'),
    });
    expect(result.of('visible-range:1000002')?.ok).toBe(true);
  });

  it('says to choose departments when an app sees single members only', async () => {
    const { id } = await connect({ visibleDepartments: [], visibleUsers: ['zhangsan'] });
    expect((await check(id)).of('visible-range:1000002')).toMatchObject({
      ok: false,
      advice: expect.stringContaining('可见范围'),
    });
  });

  it('says that an app’s secret in the place of the contacts secret may not write', async () => {
    const { corp, id } = await connect();
    await api.call(`/corps/${id}?verify=false`, {
      method: 'PATCH',
      body: { contactsSecret: corp.appSecret },
    });
    expect((await check(id)).of('contacts.write')).toMatchObject({
      ok: false,
      errcode: 48002,
      advice: expect.stringContaining('通讯录同步'),
    });
  });

  it.each([
    ['a host that does not exist', 'https://no-such-host.invalid', 'public', 'dns', '域名解析'],
    ['an internal address of a public corp', 'https://10.255.255.1', 'public', 'dns', '域名解析'],
    ['a port where nobody listens', 'http://127.0.0.1:9', 'private', 'network', '网络连通'],
  ])('is an answer, not an error, with %s', async (_, apiBaseUrl, kind, obstacle, title) => {
    const corpId = `wwdoctor${kind}${obstacle}${apiBaseUrl.length}`;
    const created = await api.deps.corps.createCorp({
      name: 'A',
      corpId,
      kind: kind as 'public' | 'private',
      apiBaseUrl,
      contactsSecret: 'some-secret-001',
    });
    const result = await check(created.id);
    expect(result.ok).toBe(false);
    expect(result.of(obstacle)).toMatchObject({ ok: false, advice: expect.any(String) });
    expect(result.of('token.contacts')).toMatchObject({
      ok: false,
      skipped: true,
      message: expect.stringContaining(title),
    });
  });

  it('finds a server that speaks no TLS where https is expected', async () => {
    const port = new URL(api.simulator.url).port;
    const created = await api.deps.corps.createCorp({
      name: 'A',
      corpId: 'wwdoctortls',
      kind: 'private',
      apiBaseUrl: `https://127.0.0.1:${port}`,
      contactsSecret: 'some-secret-001',
    });
    expect((await check(created.id)).of('tls')).toMatchObject({ ok: false, advice: expect.any(String) });
  });

  it('is for people who may start work, and has no result before the first', async () => {
    const { id } = await connect();
    expect((await api.call(`/corps/${id}/check`)).status).toBe(404);
    const [viewer, operator] = [await api.signIn('viewer'), await api.signIn('operator')];
    expect((await viewer.call(`/corps/${id}/check`, { method: 'POST' })).status).toBe(403);
    expect((await operator.call(`/corps/${id}/check`, { method: 'POST' })).status).toBe(200);
    expect((await viewer.call(`/corps/${id}/check`)).status).toBe(200);
  });

  it('keeps secrets and tokens out of answers, database and log', async () => {
    const { corp, id } = await connect();
    const result = await check(id);
    const { rows } = await api.db.pool.query('SELECT * FROM corp_check');
    for (const place of [result.answer.text, JSON.stringify(rows), api.logged.join('')]) {
      expect(place).not.toContain(corp.contactsSecret);
      expect(place).not.toContain(corp.appSecret);
      expect(place).not.toMatch(/access_token=|corpsecret=/);
    }
  });
});

describe('GET /corps/{id}/network', () => {
  it('tells the addresses for firewalls, and the own public IP also while it is not trusted', async () => {
    const { id } = await connect();
    const trusted = await api.call(`/corps/${id}/network`);
    expect(trusted.body).toMatchObject({ publicIp: '127.0.0.1', checkedAt: expect.any(String) });
    expect(trusted.body.apiDomainIps.length).toBeGreaterThan(0);
    expect(trusted.body.callbackIps.length).toBeGreaterThan(0);
    await api.control('/_sim/settings', { trustedIps: ['203.0.113.9'] });
    const distrusted = await api.call(`/corps/${id}/network`);
    await api.control('/_sim/settings', { trustedIps: null });
    expect(distrusted.body).toMatchObject({ publicIp: '127.0.0.1' });
  });
});
