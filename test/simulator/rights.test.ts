import { SimulatorClient } from './simulator-client';
import type { TestCorp } from './simulator-client';

let client: SimulatorClient;
beforeAll(async () => {
  client = await SimulatorClient.start();
});
afterAll(() => client.close());

const departments = [
  { id: 2, name: '研发', parentid: 1 },
  { id: 3, name: '后端', parentid: 2 },
  { id: 4, name: '销售', parentid: 1 },
];
const users = [
  {
    userid: 'dev',
    name: '开发',
    department: [3],
    mobile: '19900000001',
    email: 'dev@example.com',
    gender: '1',
  },
  {
    userid: 'both',
    name: '兼职',
    department: [4, 2],
    mobile: '19900000002',
    main_department: 4,
    order: [7, 8],
  },
  { userid: 'seller', name: '销售', department: [4], mobile: '19900000003' },
  { userid: 'guest', name: '来宾', department: [4], mobile: '19900000004' },
];
const partApp = {
  agentid: 1000003,
  secret: 'part',
  name: '研发应用',
  visibleDepartments: [2],
  visibleUsers: ['guest'],
};

function company(rights: 'today' | 'legacy'): Promise<TestCorp> {
  return client.corp({
    rights,
    departments,
    users,
    apps: [{ agentid: 1000002, secret: 'whole', name: '全员应用' }, partApp],
    systemSecrets: { checkin: 'checkin-secret' },
  });
}

async function as(corp: TestCorp, secret: string, path: string, query: Record<string, string | number> = {}) {
  return client.get(path, { access_token: await corp.tokenFor(secret), ...query });
}

describe('the contacts secret of a corp created today', () => {
  it.each([
    ['user/get', { userid: 'dev' }],
    ['user/simplelist', { department_id: 1 }],
    ['user/list', { department_id: 1 }],
    ['department/list', {}],
    ['department/get', { id: 2 }],
  ])('may not read %s', async (path, query) => {
    const corp = await company('today');
    expect(await corp.contactsGet(path, query as Record<string, string>)).toMatchObject({ errcode: 48009 });
  });

  it('reads the ids of everybody and of all departments', async () => {
    const corp = await company('today');
    const ids = await corp.contactsPost('user/list_id', {});
    expect(ids).toMatchObject({ errcode: 0, errmsg: 'ok', next_cursor: '' });
    expect(ids['dept_user']).toEqual([
      { userid: 'dev', department: 3 },
      { userid: 'both', department: 4 },
      { userid: 'both', department: 2 },
      { userid: 'seller', department: 4 },
      { userid: 'guest', department: 4 },
    ]);
    expect((await corp.contactsGet('department/simplelist'))['department_id']).toEqual([
      { id: 1, parentid: 0, order: 0 },
      { id: 2, parentid: 1, order: 0 },
      { id: 4, parentid: 1, order: 0 },
      { id: 3, parentid: 2, order: 0 },
    ]);
  });

  it('has no app of its own', async () => {
    const corp = await company('today');
    expect(await corp.contactsGet('agent/get', { agentid: 1000002 })).toMatchObject({ errcode: 48002 });
  });
});

describe('the contacts secret with the older rights', () => {
  it('reads everything', async () => {
    const corp = await company('legacy');
    expect(await corp.contactsGet('user/get', { userid: 'dev' })).toMatchObject({
      mobile: '19900000001',
      gender: '1',
    });
    expect((await corp.contactsGet('department/list'))['department']).toHaveLength(4);
  });
});

describe('an app created today', () => {
  it('sees members without mobile, mail, gender, avatar, address and QR code', async () => {
    const corp = await company('today');
    const member = await as(corp, 'whole', 'user/get', { userid: 'dev' });
    expect(member).toMatchObject({
      errcode: 0,
      userid: 'dev',
      name: '开发',
      gender: '0',
      department: [3],
      status: 1,
    });
    for (const hidden of ['mobile', 'email', 'biz_mail', 'avatar', 'address', 'qr_code']) {
      expect(member).not.toHaveProperty(hidden);
    }
  });

  it('may not write contacts nor list everybody’s ids', async () => {
    const corp = await company('today');
    const access_token = await corp.tokenFor('whole');
    for (const path of [
      'user/create',
      'user/update',
      'user/batchdelete',
      'department/create',
      'department/update',
    ]) {
      expect(await client.post(path, { access_token }, {})).toMatchObject({ errcode: 48002 });
    }
    expect(await client.post('user/list_id', { access_token }, {})).toMatchObject({
      errcode: 48002,
      dept_user: [],
    });
    expect(await client.get('user/delete', { access_token, userid: 'dev' })).toMatchObject({
      errcode: 48002,
    });
    expect(await client.get('department/delete', { access_token, id: 3 })).toMatchObject({ errcode: 48002 });
  });

  it('speaks only for itself', async () => {
    const corp = await company('today');
    expect(await as(corp, 'whole', 'agent/get', { agentid: 1000003 })).toMatchObject({ errcode: 301002 });
    expect(await as(corp, 'part', 'agent/get', { agentid: 1000003 })).toMatchObject({
      errcode: 0,
      name: '研发应用',
      allow_partys: { partyid: [2] },
      allow_userinfos: { user: [{ userid: 'guest' }] },
      allow_tags: { tagid: [] },
    });
    expect((await as(corp, 'part', 'agent/list'))['agentlist']).toEqual([
      expect.objectContaining({ agentid: 1000003, name: '研发应用' }),
    ]);
  });
});

describe('an app’s visible range', () => {
  it('is the chosen departments with all below them', async () => {
    const corp = await company('today');
    const list = await as(corp, 'part', 'department/list');
    expect(list['department'].map((one: { id: number }) => one.id)).toEqual([2, 3]);
    expect(
      (await as(corp, 'part', 'department/simplelist'))['department_id'].map((one: { id: number }) => one.id),
    ).toEqual([2, 3]);
  });

  it('refuses departments and members outside', async () => {
    const corp = await company('today');
    expect(await as(corp, 'part', 'department/list', { id: 4 })).toMatchObject({
      errcode: 60011,
      department: [],
    });
    expect(await as(corp, 'part', 'department/get', { id: 1 })).toMatchObject({ errcode: 60011 });
    expect(await as(corp, 'part', 'user/list', { department_id: 4 })).toMatchObject({
      errcode: 60011,
      userlist: [],
    });
    expect(await as(corp, 'part', 'user/get', { userid: 'seller' })).toMatchObject({ errcode: 60011 });
    expect(await as(corp, 'part', 'user/get', { userid: 'nobody' })).toMatchObject({ errcode: 60111 });
  });

  it('holds single members too, without their departments', async () => {
    const corp = await company('today');
    expect(await as(corp, 'part', 'user/get', { userid: 'guest' })).toMatchObject({
      errcode: 0,
      department: [],
    });
  });

  it('shows of a member only the departments inside it', async () => {
    const corp = await company('today');
    const member = await as(corp, 'part', 'user/get', { userid: 'both' });
    expect(member).toMatchObject({ department: [2], order: [8], is_leader_in_dept: [0] });
    expect(member).not.toHaveProperty('main_department');
  });

  it('of single members only, contains no department at all', async () => {
    const corp = await client.corp({
      departments,
      users,
      apps: [{ agentid: 1000002, secret: 'singles', name: '个人应用', visibleUsers: ['dev'] }],
    });
    expect(await as(corp, 'singles', 'department/list')).toMatchObject({ errcode: 0, department: [] });
    expect(await as(corp, 'singles', 'department/simplelist')).toMatchObject({
      errcode: 0,
      department_id: [],
    });
  });

  it('finds nobody by mobile outside', async () => {
    const corp = await company('today');
    const access_token = await corp.tokenFor('part');
    expect(await client.post('user/getuserid', { access_token }, { mobile: '19900000001' })).toMatchObject({
      userid: 'dev',
    });
    expect(await client.post('user/getuserid', { access_token }, { mobile: '19900000003' })).toMatchObject({
      errcode: 46004,
    });
  });
});

describe('secrets of system apps', () => {
  it('are refused in a corp created today', async () => {
    const corp = await company('today');
    expect(await as(corp, 'checkin-secret', 'user/get', { userid: 'dev' })).toMatchObject({ errcode: 48002 });
  });

  it('read reduced members in an older corp', async () => {
    const corp = await company('legacy');
    const member = await as(corp, 'checkin-secret', 'user/get', { userid: 'dev' });
    expect(member).toMatchObject({ errcode: 0, gender: '0' });
    expect(member).not.toHaveProperty('mobile');
  });
});
