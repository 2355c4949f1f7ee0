import { SimulatorClient } from './simulator-client';
import type { Answer } from './simulator-client';

let client: SimulatorClient;
beforeAll(async () => {
  client = await SimulatorClient.start();
});
afterAll(() => client.close());
afterEach(() => client.control('DELETE', '/settings'));

describe('user/list_id', () => {
  it('has one row for each member and department, in pages that lose and repeat nothing', async () => {
    const corp = await client.corp({ generate: { members: 137, departments: 12, partTimePercent: 30 } });
    const rows: string[] = [];
    let cursor = '';
    do {
      const page = await corp.contactsPost('user/list_id', { cursor, limit: 10 });
      expect(page['dept_user'].length).toBeLessThanOrEqual(10);
      rows.push(
        ...page['dept_user'].map(
          (row: { userid: string; department: number }) => `${row.userid} ${row.department}`,
        ),
      );
      cursor = page['next_cursor'];
    } while (cursor !== '');
    const { users } = await corp.state();
    const expected = users.flatMap((one: { userid: string; department: number[] }) =>
      one.department.map((id) => `${one.userid} ${id}`),
    );
    expect(rows).toEqual(expected);
    expect(rows.length).toBeGreaterThan(137);
  });

  it('keeps a cursor good while members come and go', async () => {
    const corp = await client.corp({ generate: { members: 30, departments: 2, partTimePercent: 0 } });
    const first = await corp.contactsPost('user/list_id', { limit: 10 });
    await corp.contactsGet('user/delete', { userid: 'u000003' });
    await corp.contactsGet('user/delete', { userid: 'u000011' });
    await corp.contactsPost('user/create', {
      userid: 'late',
      name: '晚',
      mobile: '19900009999',
      department: [1],
    });
    const rest = await corp.contactsPost('user/list_id', { limit: 100, cursor: first['next_cursor'] });
    const ids = rest['dept_user'].map((row: { userid: string }) => row.userid);
    expect(ids).toHaveLength(20);
    expect(ids[0]).toBe('u000012');
    expect(ids.at(-1)).toBe('late');
  });

  it.each([
    [50100, { cursor: 'not a cursor' }],
    [40058, { limit: 0 }],
    [40058, { limit: 10_001 }],
    [40058, { limit: '10' }],
  ])('answers %i for %j', async (errcode, body) => {
    const corp = await client.corp();
    expect(await corp.contactsPost('user/list_id', body)).toMatchObject({ errcode, dept_user: [] });
  });
});

describe('user/list and user/simplelist', () => {
  const organisation = {
    departments: [
      { id: 2, name: '研发', parentid: 1 },
      { id: 3, name: '后端', parentid: 2 },
    ],
    users: [
      { userid: 'a', name: '甲', department: [2] },
      { userid: 'b', name: '乙', department: [3, 2] },
      { userid: 'c', name: '丙', department: [3] },
      { userid: 'd', name: '丁', department: [1] },
    ],
  };
  const userids = (answer: Answer) => answer['userlist'].map((one: { userid: string }) => one.userid);

  it('list the members of one department', async () => {
    const corp = await client.corp(organisation);
    expect(userids(await corp.appGet('user/list', { department_id: 2 }))).toEqual(['a', 'b']);
    expect(userids(await corp.appGet('user/simplelist', { department_id: 3 }))).toEqual(['b', 'c']);
  });

  it('go down the tree for fetch_child=1, each member once', async () => {
    const corp = await client.corp(organisation);
    expect(userids(await corp.appGet('user/list', { department_id: 2, fetch_child: 1 })).sort()).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('ignore fetch_child where today’s documents are taken by the letter', async () => {
    const corp = await client.corp(organisation);
    await client.control('POST', '/settings', { variants: { fetchChild: 'ignored' } });
    expect(userids(await corp.appGet('user/list', { department_id: 2, fetch_child: 1 }))).toEqual(['a', 'b']);
  });

  it('refuse an unknown department', async () => {
    const corp = await client.corp(organisation);
    expect(await corp.appGet('user/list', { department_id: 9 })).toMatchObject({
      errcode: 60003,
      userlist: [],
    });
    expect(await corp.appGet('user/simplelist')).toMatchObject({ errcode: 60003 });
  });

  it('refuse an answer that would be too large', async () => {
    const corp = await client.corp({ generate: { members: 50, departments: 5 } });
    await client.control('POST', '/settings', { maxMembersPerAnswer: 20 });
    expect(await corp.appGet('user/list', { department_id: 1, fetch_child: 1 })).toMatchObject({
      errcode: 45029,
      userlist: [],
    });
    expect(await corp.appGet('user/list', { department_id: 1 })).toMatchObject({ errcode: 0 });
  });
});

describe('user/get', () => {
  it('names a missing userid and an unknown member', async () => {
    const corp = await client.corp();
    expect(await corp.appGet('user/get')).toMatchObject({ errcode: 41009 });
    expect(await corp.appGet('user/get', { userid: 'nobody' })).toMatchObject({
      errcode: 60111,
      department: [],
    });
  });
});

describe('look-ups by mobile and mail', () => {
  const users = [
    {
      userid: 'one',
      name: '一',
      mobile: '+86-19900000001',
      email: 'one@example.com',
      biz_mail: 'one@corp.example',
    },
  ];

  it('find the member under any spelling of a mainland mobile', async () => {
    const corp = await client.corp({ users });
    for (const mobile of ['19900000001', '+8619900000001']) {
      expect(await corp.contactsPost('user/getuserid', { mobile })).toEqual({
        errcode: 0,
        errmsg: 'ok',
        userid: 'one',
      });
    }
  });

  it('search the business mail unless the personal one is asked for', async () => {
    const corp = await client.corp({ users });
    const ask = (body: object) => corp.contactsPost('user/get_userid_by_email', body);
    expect(await ask({ email: 'one@corp.example' })).toMatchObject({ userid: 'one' });
    expect(await ask({ email: 'one@example.com', email_type: 2 })).toMatchObject({ userid: 'one' });
    expect(await ask({ email: 'one@example.com' })).toMatchObject({ errcode: 46004 });
  });

  it('are closed for a day once too many were wrong', async () => {
    const corp = await client.corp({ generate: { members: 20, departments: 1 } });
    await client.control('POST', '/settings', { wrongLookupsAlwaysAllowed: 0 });
    const wrong = async (n: number) =>
      (await corp.contactsPost('user/getuserid', { mobile: `1880000000${n}` })).errcode;
    // A fifth of twenty members is four.
    expect([await wrong(1), await wrong(2), await wrong(3), await wrong(4), await wrong(5)]).toEqual(
      Array(5).fill(46004),
    );
    expect(await corp.contactsPost('user/getuserid', { mobile: '19900000001' })).toMatchObject({
      errcode: 45009,
    });
    await client.control('POST', '/clock', { advanceSeconds: 86_401 });
    const later = await client.token(corp.corpid, corp.contactsSecret);
    expect(
      await client.post('user/getuserid', { access_token: later }, { mobile: '19900000001' }),
    ).toMatchObject({ userid: 'u000001' });
  });
});

describe('user/get_active_stat', () => {
  const daysAgo = (days: number) =>
    new Date(Date.now() + 8 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10);

  it('counts activated members and reaches thirty days back', async () => {
    const fresh = await SimulatorClient.start();
    const corp = await fresh.corp({
      users: [
        { userid: 'a', name: '甲' },
        { userid: 'b', name: '乙', status: 4 },
      ],
    });
    expect(await corp.contactsPost('user/get_active_stat', { date: daysAgo(1) })).toMatchObject({
      active_cnt: 1,
    });
    expect(await corp.contactsPost('user/get_active_stat', { date: daysAgo(40) })).toMatchObject({
      errcode: 40058,
    });
    expect(await corp.contactsPost('user/get_active_stat', {})).toMatchObject({ errcode: 40058 });
    expect(await corp.appPost('user/get_active_stat', { date: daysAgo(1) })).toMatchObject({
      errcode: 48002,
    });
    await fresh.close();
  });
});
