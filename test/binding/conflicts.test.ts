import { defaultDirectorySettings } from '../../domain/directory/settings';
import type { TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';
import { createLinkMemberStore } from '../../store/link-members';
import { addMembers, connectCorp, feedOa, type MirrorMember, type OaPerson } from './bindings-world';

let api: TestApi;
let corp: { id: string; corpId: string };
let ids: ReadonlyMap<string, string>;
const english = { 'accept-language': 'en' };

const members: readonly MirrorMember[] = [
  { userId: 'Ada', name: '李雷', seen: { mobile: '19900000001' } },
  { userId: 'bob', name: '波波', written: { mobile: '+86 19900000002' } },
  { userId: 'old-bob', name: '波波', status: 2, written: { mobile: '19900000002' } },
  { userId: 'carol', name: '卡萝', written: { mobile: '19900000003' } },
  { userId: 'dave', name: '戴夫' },
];
const people: readonly OaPerson[] = [
  { id: 'u1', name: '韩梅梅', mobile: '19900000001', jobNumber: 'X' },
  { id: 'u2', name: '李雷', mobile: '19900000001' },
  { id: 'u3', name: '波波', mobile: '19900000002' },
  { id: 'u4', name: '卡萝', mobile: '19900000003' },
];

beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  corp = await connectCorp(api);
  ids = await addMembers(api, corp.id, members);
  await feedOa(api, people);
  const match = [{ oaField: 'mobile', wecomField: 'mobile' }];
  const document = { ...defaultDirectorySettings, push: { ...defaultDirectorySettings.push, match } };
  await api.deps.directorySettings.saveSettings(corp.id, document, 'token:installation');
});
afterAll(() => api.close());

const at = (rest = '') => `/corps/${corp.id}/binding-conflicts${rest}`;
const lookAgain = () => api.call(at('/look-again'), { method: 'POST' });
const open = async (query = '') =>
  (await api.call(at(`?state=open${query}`), { headers: english })).body.items;
const memberId = (userId: string): string => ids.get(userId) ?? '';
const decide = (userId: string, oaUserId: string | null) =>
  api.call(at(`/${memberId(userId)}/decide`), { body: { oaUserId }, headers: english });
const byRule = (rule: string, apply: boolean) => api.call(at('/decide-by-rule'), { body: { rule, apply } });
const bind = (userId: string, oaUserId: string) =>
  api.call(`/corps/${corp.id}/bindings/${userId}`, { method: 'PUT', body: { oaUserId } });
const bindingOf = async (userId: string) =>
  (await api.call(`/corps/${corp.id}/members/${userId}`)).body.binding as Record<string, unknown> | null;
const userIds = (items: { member: { userId: string } }[]) => items.map(({ member }) => member.userId);

it('shows candidates side by side, the likeliest first, with what speaks for them', async () => {
  expect(await lookAgain()).toMatchObject({ status: 202, body: { found: 3 } });
  const items = await open();
  expect(userIds(items)).toEqual(['Ada', 'bob', 'old-bob']);
  expect(items[0]).toMatchObject({
    memberId: memberId('Ada'),
    member: {
      userId: 'Ada',
      name: '李雷',
      departments: ['研发部'],
      mobile: '19900000001',
      status: 'activated',
    },
    code: 'several-users',
    candidates: [
      {
        oaUserId: 'u2',
        name: '李雷',
        department: '研发部',
        status: 'active',
        boundTo: null,
        reasons: [
          { code: 'same-mobile', text: 'Same mobile' },
          { code: 'same-name', text: 'Same name' },
          { code: 'same-department', text: 'Same department name' },
        ],
        score: 75,
      },
      { oaUserId: 'u1', score: 50 },
    ],
    decidedAt: null,
    oaUserId: null,
  });
  expect(userIds(await open('&code=several-members'))).toEqual(['bob', 'old-bob']);
  const members = await api.call(`/corps/${corp.id}/members?binding=conflict`);
  expect(members.body.total).toBe(3);
  // Looking again finds the same, and binds nobody who would be certain.
  await lookAgain();
  expect((await open())[0].foundAt).toBe(items[0].foundAt);
  expect(await bindingOf('carol')).toBeNull();
});

it('the overview tells how many wait for somebody, until nobody does', async () => {
  await lookAgain();
  const told = async () => {
    const { attention } = (await api.call('/overview', { headers: english })).body;
    return attention.filter(
      ({ code, link }: { code: string; link: string }) =>
        code === 'binding-conflicts' && link.includes(corp.id),
    );
  };
  expect(await told()).toMatchObject([
    {
      level: 'warning',
      message: expect.stringContaining('3 member(s)'),
      link: `/corps/${corp.id}/bindings?view=conflicts`,
    },
  ]);
  for (const userId of ['Ada', 'bob', 'old-bob']) await decide(userId, null);
  expect(await told()).toEqual([]);
});

it('numbers are masked for whoever does not hold every right', async () => {
  await lookAgain();
  const viewer = await api.signIn('viewer');
  const { text } = await viewer.call(at());
  expect(text).toContain('199****0001');
  expect(text).not.toMatch(/1990000000/);
});

it('a decision binds, and is kept with who made it', async () => {
  await lookAgain();
  expect(await decide('Ada', 'u2')).toMatchObject({ status: 200, body: { oaUserId: 'u2' } });
  expect(await bindingOf('Ada')).toMatchObject({ oaUserId: 'u2', source: 'decided' });
  expect(userIds(await open())).toEqual(['bob', 'old-bob']);
  const decided = (await api.call(at('?state=decided'))).body.items;
  expect(decided).toMatchObject([{ oaUserId: 'u2', decidedBy: 'token:BRIDGE_ADMIN_TOKEN', rule: null }]);
  expect((await decide('Ada', 'u1')).body.error.code).toBe('member_bound');
});

it('nobody is decided for who is no candidate, has left, or belongs to somebody else', async () => {
  await lookAgain();
  expect((await decide('Ada', 'u4')).body.error.fields).toMatchObject([{ path: 'oaUserId' }]);
  expect((await decide('dave', 'u1')).status).toBe(404);
  await bind('dave', 'u1');
  expect(await decide('Ada', 'u1')).toMatchObject({
    status: 409,
    body: { error: { code: 'oa_user_bound', userId: 'dave' } },
  });
  await feedOa(
    api,
    people.map((person) => (person.id === 'u2' ? { ...person, status: 'departed' } : person)),
  );
  expect((await decide('Ada', 'u2')).status).toBe(422);
});

it('“none of them” stays decided until somebody else comes into question', async () => {
  await lookAgain();
  await decide('Ada', null);
  await lookAgain();
  expect(userIds(await open())).toEqual(['bob', 'old-bob']);
  // One of the two who were turned down is left: still turned down.
  await feedOa(api, people.slice(1));
  await lookAgain();
  expect(userIds(await open())).toEqual(['bob', 'old-bob']);
  await feedOa(api, [...people, { id: 'u5', name: '新人', mobile: '19900000001' }]);
  await lookAgain();
  expect(userIds(await open())).toEqual(['Ada', 'bob', 'old-bob']);
});

it('whoever was turned down stays so when somebody else comes into question, until a person binds them', async () => {
  await lookAgain();
  await decide('Ada', null);
  const history = async () => (await api.call(`/corps/${corp.id}/members/Ada`)).body.bindingHistory;
  expect(await history()).toMatchObject([
    { event: 'refused', source: 'decided', by: 'token:BRIDGE_ADMIN_TOKEN' },
    { event: 'refused', source: 'decided' },
  ]);
  const newcomer = { id: 'u5', name: '新人', mobile: '19900000001' };
  await feedOa(api, [...people, newcomer]);
  await lookAgain();
  expect((await open())[0]).toMatchObject({ member: { userId: 'Ada' } });
  // Only one of those who were turned down is left: alone, but not the one.
  await feedOa(api, people.slice(1));
  await lookAgain();
  expect(userIds(await open())).toEqual(['bob', 'old-bob']);
  await bind('Ada', 'u2');
  await api.call(`/corps/${corp.id}/bindings`, { method: 'DELETE', body: { confirm: corp.id } });
  const links = createLinkMemberStore(api.db);
  const match = [{ oaField: 'mobile', wecomField: 'mobile' }];
  expect(await links.findLink({ corpId: corp.id, memberId: memberId('Ada'), match })).toMatchObject({
    kind: 'unique',
    oaUserId: 'u2',
  });
});

it('who was bound by other means needs no decision; once unbound, the question is open again', async () => {
  await lookAgain();
  await decide('Ada', 'u2');
  await bind('bob', 'u3');
  expect(userIds(await open())).toEqual(['old-bob']);
  await api.call(`/corps/${corp.id}/bindings/Ada`, { method: 'DELETE' });
  await lookAgain();
  const items = await open();
  expect(userIds(items)).toEqual(['Ada', 'old-bob']);
  expect(items[1]).toMatchObject({
    code: 'bound-elsewhere',
    candidates: [{ oaUserId: 'u3', boundTo: 'bob' }],
  });
});

it('a rule decides where it leaves one candidate, first as a preview', async () => {
  await lookAgain();
  const preview = await byRule('same-name', false);
  expect(preview.body).toMatchObject({
    rule: 'same-name',
    applied: false,
    matched: 1,
    items: [{ userId: 'Ada', name: '李雷', oaUserId: 'u2', oaName: '李雷' }],
  });
  expect(await bindingOf('Ada')).toBeNull();
  expect((await byRule('same-email', true)).body.matched).toBe(0);
  expect((await byRule('same-name', true)).body).toMatchObject({ applied: true, matched: 1 });
  expect(await bindingOf('Ada')).toMatchObject({ oaUserId: 'u2', source: 'decided', matchedBy: 'same-name' });
  expect((await api.call(at('?state=decided'))).body.items).toMatchObject([{ rule: 'same-name' }]);
});

it('of two members of one person, the rule takes the one in use', async () => {
  await lookAgain();
  expect((await byRule('only-active', true)).body.items).toMatchObject([{ userId: 'bob', oaUserId: 'u3' }]);
  expect(await bindingOf('old-bob')).toBeNull();
});

it('an operator may decide, an approver may not, and all of it is in the audit log', async () => {
  await lookAgain();
  const approver = await api.signIn('approver');
  expect((await approver.call(at('/look-again'), { method: 'POST' })).status).toBe(403);
  const operator = await api.signIn('operator');
  const answer = await operator.call(at(`/${memberId('Ada')}/decide`), { body: { oaUserId: 'u1' } });
  expect(answer.status).toBe(200);
  const audit = (await api.call(`/audit?corpId=${corp.id}&action=binding-conflict.`)).body.items;
  expect(audit[0]).toMatchObject({ action: 'binding-conflict.decide', detail: { oaUserId: 'u1' } });
});
