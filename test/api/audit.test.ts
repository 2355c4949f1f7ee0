import type { TestApi } from './harness';
import { startTestApi } from './harness';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const entries = async (query: string) => (await api.call(`/audit?${query}`)).body.items;

describe('the audit log', () => {
  it('tells of every write who did what with what result, naming fields and never values', async () => {
    const corp = await api.createCorp();
    const body = { name: '秘密名称', corpId: corp.corpId, contactsSecret: corp.contactsSecret };
    const created = await api.call('/corps', { body });
    await api.call('/corps', { body });
    const [conflict, ok] = await entries('action=corp.create');
    expect(ok).toMatchObject({
      actor: 'token:BRIDGE_ADMIN_TOKEN',
      action: 'corp.create',
      target: `corp:${created.body.id}`,
      corpId: created.body.id,
      result: 'ok',
      code: '201',
      detail: { fields: ['name', 'corpId', 'contactsSecret'] },
      remoteIp: expect.stringContaining('127.0.0.1'),
    });
    expect(conflict).toMatchObject({ result: 'refused', code: 'conflict' });
    const all = JSON.stringify(await entries('limit=200'));
    expect(all).not.toContain(corp.contactsSecret);
    expect(all).not.toContain('秘密名称');
  });

  it('holds refusals: a missing right, a missing CSRF token, bad input, a failed login', async () => {
    const viewer = await api.signIn('viewer');
    await viewer.call('/corps', { body: {} });
    await viewer.call('/corps', { body: {}, headers: { 'x-csrf-token': '' } });
    await api.call('/corps', { body: {} });
    await api.call('/session', { token: null, body: { loginName: 'ghost', password: 'x' } });
    expect(
      (await entries('action=corp.create&limit=3')).map(
        ({ code, result }: { code: string; result: string }) => [code, result],
      ),
    ).toEqual([
      ['validation_failed', 'refused'],
      ['csrf_failed', 'refused'],
      ['forbidden', 'refused'],
    ]);
    expect((await entries('action=session.'))[0]).toMatchObject({
      actor: 'anonymous',
      action: 'session.sign-in',
      // Not the name that was typed: it may be somebody's password.
      target: 'user:?',
      result: 'refused',
      code: 'login_failed',
    });
  });

  it('can not be filled by strangers', async () => {
    const before = (await entries('limit=200')).length;
    for (let request = 0; request < 5; request += 1) await api.call('/corps', { token: null, body: {} });
    expect(await entries('limit=200')).toHaveLength(before);
  });

  it('is read in pages, newest first, by who may', async () => {
    const first = await api.call('/audit?limit=2');
    const second = await api.call(`/audit?limit=2&cursor=${first.body.nextCursor}`);
    const ids = [...first.body.items, ...second.body.items].map(({ id }: { id: string }) => Number(id));
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    expect(new Set(ids).size).toBe(4);
    expect((await api.call('/audit?cursor=x')).status).toBe(422);
    expect((await (await api.signIn('operator')).call('/audit')).status).toBe(403);
  });
});
