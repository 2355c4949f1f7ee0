import { SimulatorClient } from './simulator-client';
import type { Json, TestCorp } from './simulator-client';

let client: SimulatorClient;
beforeAll(async () => {
  client = await SimulatorClient.start();
});
afterAll(() => client.close());

const appSecret = 'customers';
const withPermission = {
  agentid: 1000002,
  secret: appSecret,
  name: '客户',
  permissions: ['externalcontact'],
};
const departments = [
  { id: 2, name: '销售', parentid: 1 },
  { id: 3, name: '财务', parentid: 1 },
];
const users = [
  { userid: 'Seller', name: '销售', department: [2], mobile: '19900000001' },
  { userid: 'second', name: '销售二', department: [2], mobile: '19900000002' },
  { userid: 'finance', name: '财务', department: [3], mobile: '19900000003' },
];
const externalContacts = [
  { external_userid: 'wmA', name: '甲', follow_user: ['Seller'] },
  { external_userid: 'wmB', name: '乙', follow_user: ['seller', 'finance'] },
];
const groupChats = [
  { chat_id: 'wr1', name: '一群', owner: 'Seller', create_time: 1_700_000_000 },
  { chat_id: 'wr2', name: '二群', owner: 'seller' },
  { chat_id: 'wr3', name: '三群', owner: 'finance' },
];

type Asking = (path: string, parameters: Record<string, unknown>) => Promise<Json>;

async function salesCorp(input: Record<string, unknown> = {}): Promise<{ corp: TestCorp; ask: Asking }> {
  const corp = await client.corp({
    apps: [withPermission],
    departments,
    users,
    externalContacts,
    groupChats,
    ...input,
  });
  const ask: Asking = async (path, parameters) => {
    const token = await corp.tokenFor(appSecret);
    return path === 'externalcontact/list'
      ? client.get(path, { access_token: token, ...(parameters as Record<string, string>) })
      : client.post(path, { access_token: token }, parameters);
  };
  return { corp, ask };
}

const listGroups = 'externalcontact/groupchat/list';

describe('the customers of a member', () => {
  it('are given at once, whatever the case of the userid', async () => {
    const { ask } = await salesCorp();
    expect(await ask('externalcontact/list', { userid: 'seller' })).toEqual({
      errcode: 0,
      errmsg: 'ok',
      external_userid: ['wmA', 'wmB'],
    });
  });

  it('are refused with 84061 where there is none, beside an empty list', async () => {
    const { ask } = await salesCorp();
    const answer = await ask('externalcontact/list', { userid: 'second' });
    expect(answer).toMatchObject({ errcode: 84061, external_userid: [] });
    expect(answer.errmsg).toMatch(/^not external contact/);
  });

  it.each([
    [41009, 'nobody named', {}],
    [60111, 'an unknown userid', { userid: 'nobody' }],
    [60011, 'a member outside the visible range', { userid: 'finance' }],
  ])('are refused with %i for %s', async (errcode, _case, query) => {
    const { ask } = await salesCorp({ apps: [{ ...withPermission, visibleDepartments: [2] }] });
    expect(await ask('externalcontact/list', query)).toMatchObject({ errcode });
  });
});

describe('the right to call the customer interfaces', () => {
  it('is given per app: neither another app nor the contacts secret has it', async () => {
    const { corp, ask } = await salesCorp({ apps: [{ ...withPermission, permissions: [] }] });
    for (const path of ['externalcontact/list', listGroups, 'externalcontact/groupchat/get']) {
      expect(await ask(path, { userid: 'seller', chat_id: 'wr1', limit: 10 })).toMatchObject({
        errcode: 48002,
      });
    }
    expect(await corp.contactsGet('externalcontact/list', { userid: 'seller' })).toMatchObject({
      errcode: 48002,
    });
  });

  it('can be ticked in WeCom’s console', async () => {
    const { corp, ask } = await salesCorp({ apps: [{ ...withPermission, permissions: [] }] });
    await corp.byHand('agent/set', { agentid: 1000002, permissions: ['externalcontact'] });
    expect(await ask('externalcontact/list', { userid: 'seller' })).toMatchObject({ errcode: 0 });
  });

  it.each([
    ['legacy', 0],
    ['today', 48002],
  ])('in a corp with %s rights, the secret of the system app gets %i', async (rights, errcode) => {
    const { corp } = await salesCorp({ rights, systemSecrets: { externalcontact: 'crm', checkin: 'clock' } });
    const as = async (secret: string) =>
      client.get('externalcontact/list', { access_token: await corp.tokenFor(secret), userid: 'seller' });
    expect(await as('crm')).toMatchObject({ errcode });
    expect(await as('clock')).toMatchObject({ errcode: 48002 });
  });
});

describe('groups with customers', () => {
  it('are listed by owner, a page at a time', async () => {
    const { ask } = await salesCorp();
    const asked = { owner_filter: { userid_list: ['SELLER', 'finance'] }, limit: 2 };
    const first = await ask(listGroups, asked);
    expect(first.group_chat_list).toEqual([
      { chat_id: 'wr1', status: 0 },
      { chat_id: 'wr2', status: 0 },
    ]);
    const second = await ask(listGroups, { ...asked, cursor: first.next_cursor });
    expect(second.group_chat_list).toEqual([{ chat_id: 'wr3', status: 0 }]);
    expect(second.next_cursor).toBeUndefined();
  });

  it('have a name and an owner', async () => {
    const { ask } = await salesCorp();
    expect(await ask('externalcontact/groupchat/get', { chat_id: 'wr1', need_name: 0 })).toMatchObject({
      errcode: 0,
      group_chat: { chat_id: 'wr1', name: '一群', owner: 'Seller', create_time: 1_700_000_000 },
    });
  });

  it('wait for somebody to inherit them once their owner is deleted', async () => {
    const { corp, ask } = await salesCorp();
    await corp.contactsGet('user/delete', { userid: 'Seller' });
    expect(
      await ask(listGroups, { owner_filter: { userid_list: ['seller'] }, limit: 10, status_filter: 1 }),
    ).toMatchObject({
      group_chat_list: [
        { chat_id: 'wr1', status: 1 },
        { chat_id: 'wr2', status: 1 },
      ],
    });
    expect(await ask(listGroups, { limit: 10, status_filter: 2 })).toMatchObject({ group_chat_list: [] });
  });

  it('of owners outside the visible range are not there', async () => {
    const { ask } = await salesCorp({ apps: [{ ...withPermission, visibleDepartments: [2] }] });
    expect((await ask(listGroups, { limit: 10 })).group_chat_list).toHaveLength(2);
    expect(await ask('externalcontact/groupchat/get', { chat_id: 'wr3' })).toMatchObject({ errcode: 60011 });
    expect(await ask(listGroups, { limit: 10, owner_filter: { userid_list: ['finance'] } })).toMatchObject({
      errcode: 60011,
      group_chat_list: [],
    });
  });

  it.each([
    ['no limit', {}, 40058],
    ['a limit of 0', { limit: 0 }, 40058],
    ['a limit above 1,000', { limit: 1001 }, 40058],
    ['a status there is none of', { limit: 1, status_filter: 4 }, 40058],
    ['an owner who is nobody', { limit: 1, owner_filter: { userid_list: ['nobody'] } }, 60111],
    ['101 owners', { limit: 1, owner_filter: { userid_list: Array(101).fill('seller') } }, 40058],
    ['a cursor of somebody else', { limit: 1, cursor: 'made-up' }, 50100],
  ])('with %s are refused', async (_case, body, errcode) => {
    const { ask } = await salesCorp();
    expect(await ask(listGroups, body)).toMatchObject({ errcode, group_chat_list: [] });
  });

  it('without an owner are refused where the app sees more than 1,000 members', async () => {
    const { ask } = await salesCorp({
      generate: { members: 1_000, departments: 1 },
      users: users.map(({ mobile: _mobile, ...user }) => user),
    });
    expect(await ask(listGroups, { limit: 10 })).toMatchObject({ errcode: 81017 });
    expect(await ask(listGroups, { limit: 10, owner_filter: { userid_list: ['seller'] } })).toMatchObject({
      errcode: 0,
    });
  });

  it('nobody knows are 40050', async () => {
    const { ask } = await salesCorp();
    expect(await ask('externalcontact/groupchat/get', { chat_id: 'wr9' })).toMatchObject({ errcode: 40050 });
  });
});

describe('those a corp can not be without', () => {
  it('are its creator, who is neither disabled nor deleted', async () => {
    const { corp } = await salesCorp({ creator: 'Seller' });
    expect(await corp.contactsPost('user/update', { userid: 'seller', enable: 0 })).toMatchObject({
      errcode: 301005,
    });
    expect(await corp.contactsGet('user/delete', { userid: 'seller' })).toMatchObject({ errcode: 301005 });
    expect(await corp.contactsPost('user/update', { userid: 'seller', position: '总监' })).toMatchObject({
      errcode: 0,
    });
  });

  it('are its last administrator, whoever that is at the time', async () => {
    const { corp } = await salesCorp({ admins: ['Seller', 'finance'] });
    expect(await corp.contactsPost('user/update', { userid: 'finance', enable: 0 })).toMatchObject({
      errcode: 0,
    });
    expect(await corp.contactsPost('user/update', { userid: 'seller', enable: 0 })).toMatchObject({
      errcode: 301005,
    });
    expect(await corp.contactsGet('user/delete', { userid: 'seller' })).toMatchObject({ errcode: 301005 });
    expect(await corp.contactsGet('user/delete', { userid: 'finance' })).toMatchObject({ errcode: 0 });
  });
});

describe('the customers of a corp', () => {
  it('are shown in its state, and may be given as WeCom itself prints them', async () => {
    const { corp, ask } = await salesCorp({
      externalContacts: [
        {
          external_contact: { external_userid: 'wmX', name: '丙', type: 1 },
          follow_user: [{ userid: 'second', remark: '老客户' }],
        },
      ],
    });
    expect(await ask('externalcontact/list', { userid: 'second' })).toMatchObject({
      external_userid: ['wmX'],
    });
    expect(await corp.state()).toMatchObject({
      externalContacts: [{ external_userid: 'wmX', name: '丙', follow_user: ['second'] }],
      groupChats: [{ chat_id: 'wr1' }, { chat_id: 'wr2' }, { chat_id: 'wr3' }],
    });
  });
});
