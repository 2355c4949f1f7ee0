import type { TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';
import { addMembers, connectCorp, feedOa } from './bindings-world';

let api: TestApi;
let corp: { id: string; corpId: string };
const english = { 'accept-language': 'en' };

beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  corp = await connectCorp(api);
  await addMembers(api, corp.id, [
    { userId: 'Ada', name: '阿达' },
    { userId: 'bob', name: '波波', written: { mobile: '19900000002' } },
    { userId: 'carol', name: '卡萝', status: 2 },
    { userId: 'gone', gone: true },
  ]);
  await feedOa(api, [
    { id: 'u1', name: '阿达', jobNumber: '001', loginId: 'ada.oa' },
    { id: 'u2', name: '波波', jobNumber: '002' },
    { id: 'u3', name: '离职者', status: 'departed' },
  ]);
});
afterAll(() => api.close());

const at = (rest: string) => `/corps/${corp.id}${rest}`;
const bind = (userId: string, body: object) =>
  api.call(at(`/bindings/${userId}`), { method: 'PUT', body, headers: english });
const unbind = (userId: string) => api.call(at(`/bindings/${userId}`), { method: 'DELETE' });
const list = async (query = '') => (await api.call(at(`/bindings${query}`))).body;

describe('a binding by hand', () => {
  it('is made in read-only access, whatever the case of the userid, and told with how, when and by whom', async () => {
    const answer = await bind('ADA', { oaUserId: 'u1' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      userId: 'Ada',
      name: '阿达',
      oaUserId: 'u1',
      oaName: '阿达',
      oaLoginId: 'ada.oa',
      source: 'manual',
      matchedBy: null,
      runId: null,
      boundBy: 'token:BRIDGE_ADMIN_TOKEN',
    });
    expect((await list()).items).toEqual([answer.body]);
    expect((await bind('Ada', { oaUserId: 'u1' })).body.boundAt).toBe(answer.body.boundAt);
    const audit = (await api.call(`/audit?corpId=${corp.id}&action=binding.`)).body.items;
    expect(audit[0]).toMatchObject({ action: 'binding.set', result: 'ok', detail: { oaUserId: 'u1' } });
  });

  it.each([
    ['nobody', 'u1', 404],
    ['gone', 'u1', 404],
    ['Ada', 'u404', 422],
    ['Ada', 'u3', 422],
  ])('of %s to %s is refused', async (userId, oaUserId, status) => {
    const answer = await bind(userId, { oaUserId });
    expect(answer.status).toBe(status);
    if (status === 422) expect(answer.body.error.fields).toMatchObject([{ path: 'oaUserId' }]);
    expect((await list()).total).toBe(0);
  });

  it('never takes an OA user away unless told to, and then says so in both histories', async () => {
    await bind('Ada', { oaUserId: 'u1' });
    const refused = await bind('bob', { oaUserId: 'u1' });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'oa_user_bound', userId: 'Ada' } } });
    expect(refused.body.error.message).toContain('阿达');

    expect((await bind('bob', { oaUserId: 'u1', replace: true })).status).toBe(200);
    expect((await list()).items).toMatchObject([{ userId: 'bob', oaUserId: 'u1' }]);
    const ada = (await api.call(at('/members/Ada'))).body;
    expect(ada.binding).toBeNull();
    expect(ada.bindingHistory).toMatchObject([
      { event: 'unbound', oaUserId: 'u1', oaName: '阿达', source: 'manual', by: 'token:BRIDGE_ADMIN_TOKEN' },
      { event: 'bound', oaUserId: 'u1' },
    ]);
  });

  it('never rebinds a member unless told to', async () => {
    await bind('Ada', { oaUserId: 'u1' });
    expect(await bind('Ada', { oaUserId: 'u2' })).toMatchObject({
      status: 409,
      body: { error: { code: 'member_bound', oaUserId: 'u1' } },
    });
    expect((await bind('Ada', { oaUserId: 'u2', replace: true })).body).toMatchObject({ oaUserId: 'u2' });
    const { body } = await api.call(at('/members/ada'));
    expect(
      body.bindingHistory.map(({ event, oaUserId }: Record<string, string>) => `${event} ${oaUserId}`),
    ).toEqual(['bound u2', 'unbound u1', 'bound u1']);
  });

  it('ends without touching either account, once', async () => {
    await bind('bob', { oaUserId: 'u2' });
    expect((await unbind('bob')).status).toBe(204);
    expect((await unbind('bob')).status).toBe(404);
    expect((await unbind('nobody')).status).toBe(404);
    const { body } = await api.call(at('/members/bob'));
    expect(body).toMatchObject({ binding: null, written: { mobile: '19900000002' }, goneAt: null });
    expect((await api.call('/oa/users/u2')).body.status).toBe('active');
  });

  it('of two at once for one OA user lets one through', async () => {
    const answers = await Promise.all(
      ['Ada', 'bob', 'carol'].map((userId) => bind(userId, { oaUserId: 'u1' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect((await list()).total).toBe(1);
  });
});

describe('every binding', () => {
  beforeEach(async () => {
    await bind('Ada', { oaUserId: 'u1' });
    await bind('bob', { oaUserId: 'u2' });
  });

  it('ends when the corp’s id is typed, and only then', async () => {
    for (const body of [undefined, {}, { confirm: 'wrong' }]) {
      const refused = await api.call(at('/bindings'), { method: 'DELETE', body });
      expect(refused.status).toBe(422);
      expect(refused.body.error.fields).toMatchObject([{ path: 'confirm' }]);
    }
    expect((await list()).total).toBe(2);
    const done = await api.call(at('/bindings'), { method: 'DELETE', body: { confirm: corp.corpId } });
    expect(done).toMatchObject({ status: 200, body: { removed: 2 } });
    expect((await list()).total).toBe(0);
    const again = await api.call(at('/bindings'), { method: 'DELETE', body: { confirm: corp.id } });
    expect(again.body).toEqual({ removed: 0 });
    expect((await api.call(at('/members/bob'))).body.bindingHistory).toHaveLength(2);
  });

  it('is found by either side, by source, and page by page', async () => {
    expect((await list()).counts).toEqual({ members: 3, bound: 2, unbound: 1, conflicts: 0 });
    expect((await list('?q=ada.oa')).items).toMatchObject([{ userId: 'Ada' }]);
    expect((await list('?q=002')).items).toMatchObject([{ userId: 'bob' }]);
    expect((await list('?source=imported')).total).toBe(0);
    const first = await list('?limit=1');
    expect(first).toMatchObject({ total: 2, items: [{ userId: 'Ada' }] });
    expect((await list(`?limit=1&cursor=${first.nextCursor}`)).items).toMatchObject([{ userId: 'bob' }]);
  });

  it('filters the list of members', async () => {
    const members = async (query: string) =>
      (await api.call(at(`/members?${query}`))).body.items.map(({ userId }: { userId: string }) => userId);
    expect(await members('binding=bound')).toEqual(['Ada', 'bob']);
    expect(await members('binding=unbound')).toEqual(['carol']);
    expect(await members('binding=conflict')).toEqual([]);
    expect(await members('binding=unbound&status=disabled&departmentId=2')).toEqual(['carol']);
  });

  it('belongs to its corp: another one has its own for the same OA user', async () => {
    const other = await connectCorp(api);
    await addMembers(api, other.id, [{ userId: 'Ada' }]);
    const answer = await api.call(`/corps/${other.id}/bindings/Ada`, {
      method: 'PUT',
      body: { oaUserId: 'u1' },
    });
    expect(answer.status).toBe(200);
    expect((await list()).total).toBe(2);
  });
});

it('bindings are written by administrators and operators only, and read by everybody', async () => {
  const expected = { admin: 200, operator: 200, approver: 403, viewer: 403 } as const;
  for (const [role, status] of Object.entries(expected)) {
    const person = await api.signIn(role as keyof typeof expected);
    const answer = await person.call(at('/bindings/Ada'), { method: 'PUT', body: { oaUserId: 'u1' } });
    expect([role, answer.status]).toEqual([role, status]);
    expect((await person.call(at('/bindings'))).status).toBe(200);
    expect((await person.call(at('/binding-conflicts'))).status).toBe(200);
  }
});
