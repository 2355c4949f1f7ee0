import { SimulatorClient } from './simulator-client';
import type { Answer, TestCorp } from './simulator-client';

let client: SimulatorClient;
beforeAll(async () => {
  client = await SimulatorClient.start();
});
afterAll(() => client.close());

const agentid = 1000002;

function company(input: Record<string, unknown> = {}): Promise<TestCorp> {
  return client.corp({
    departments: [
      { id: 2, name: '研发', parentid: 1 },
      { id: 4, name: '销售', parentid: 1 },
    ],
    users: [
      {
        userid: 'Dev.One',
        name: '<b>开发</b>',
        department: [2],
        mobile: '19900000001',
        email: 'dev@example.com',
        gender: '1',
        address: '一号楼',
      },
      { userid: 'seller', name: '销售', department: [4], mobile: '19900000003' },
      { userid: 'left', name: '已禁用', department: [2], mobile: '19900000004', status: 2 },
    ],
    apps: [
      { agentid, secret: 'one', name: '研发应用', visibleDepartments: [2] },
      { agentid: 1000003, secret: 'two', name: '另一个应用' },
    ],
    ...input,
  });
}

async function as(
  corp: TestCorp,
  secret: string,
  path: string,
  query: Record<string, string>,
): Promise<Answer> {
  return client.get(path, { access_token: await corp.tokenFor(secret), ...query });
}

async function codeFor(corp: TestCorp, visitor: Record<string, unknown>): Promise<string> {
  const { code } = await client.control('POST', `/corps/${corp.corpid}/oauth/code`, { agentid, ...visitor });
  return code;
}

function page(corp: TestCorp, changes: Record<string, string | undefined> = {}) {
  const asked = {
    appid: corp.corpid,
    redirect_uri: 'https://oa.example.com/in?keep=1',
    response_type: 'code',
    scope: 'snsapi_base',
    state: 'abc123',
    agentid: String(agentid),
    ...changes,
  };
  const given = Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return fetch(`${client.url}/connect/oauth2/authorize?${new URLSearchParams(given).toString()}`, {
    redirect: 'manual',
  });
}

describe('the authorize page', () => {
  it('leads back with a code and the state that was sent, and nothing lost of the address', async () => {
    const corp = await company();
    const answer = await page(corp, { as: 'dev.one' });
    expect(answer.status).toBe(302);
    const target = new URL(answer.headers.get('location') ?? '');
    expect(target.origin + target.pathname).toBe('https://oa.example.com/in');
    expect(target.searchParams.get('keep')).toBe('1');
    expect(target.searchParams.get('state')).toBe('abc123');
    expect(
      await as(corp, 'one', 'auth/getuserinfo', { code: target.searchParams.get('code') ?? '' }),
    ).toEqual({
      errcode: 0,
      errmsg: 'ok',
      userid: 'Dev.One',
    });
  });

  it('asks who one is, and offers whom the app sees and who may sign in', async () => {
    const answer = await page(await company());
    const text = await answer.text();
    expect(answer.status).toBe(200);
    expect(text).toContain('as=Dev.One');
    expect(text).not.toContain('<b>开发</b> ');
    expect(text).not.toContain('as=seller');
    expect(text).not.toContain('as=left');
  });

  it.each([
    ['a corp that does not exist', { appid: 'wwnothing' }, '40013'],
    ['an app that does not exist', { agentid: '999' }, '40056'],
    ['a scope that does not exist', { scope: 'snsapi_userinfo' }, '40058'],
    ['private data without an agentid', { scope: 'snsapi_privateinfo', agentid: undefined }, '41011'],
    ['another response type', { response_type: 'token' }, '40058'],
    ['a state with other characters than letters and digits', { state: 'a-b_c' }, '84025'],
    ['an address that is none', { redirect_uri: 'javascript:alert(1)' }, '50001'],
    ['a member who is disabled', { as: 'left' }, '60111'],
    ['a member who does not exist', { as: 'nobody' }, '60111'],
  ])('refuses %s', async (_what, changes, errcode) => {
    const answer = await page(await company(), { as: 'Dev.One', ...changes });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(`<h1>${errcode}</h1>`);
  });

  it('refuses a host that is not the domain registered for the app', async () => {
    const corp = await company({
      apps: [{ agentid, secret: 'one', name: '应用', redirectDomain: 'oa.example.com:8443' }],
    });
    expect((await page(corp, { as: 'Dev.One' })).status).toBe(400);
    const good = await page(corp, { as: 'Dev.One', redirect_uri: 'https://oa.example.com:8443/in' });
    expect(good.status).toBe(302);
  });
});

describe('a code', () => {
  it('is good once', async () => {
    const corp = await company();
    const code = await codeFor(corp, { userid: 'Dev.One' });
    expect(await as(corp, 'one', 'auth/getuserinfo', { code })).toMatchObject({ errcode: 0 });
    expect(await as(corp, 'one', 'auth/getuserinfo', { code })).toMatchObject({ errcode: 40029 });
  });

  it('is good for five minutes', async () => {
    const corp = await company();
    const early = await codeFor(corp, { userid: 'Dev.One' });
    const late = await codeFor(corp, { userid: 'Dev.One' });
    await client.control('POST', '/clock', { advanceSeconds: 299 });
    expect(await as(corp, 'one', 'auth/getuserinfo', { code: early })).toMatchObject({ errcode: 0 });
    await client.control('POST', '/clock', { advanceSeconds: 2 });
    expect(await as(corp, 'one', 'auth/getuserinfo', { code: late })).toMatchObject({ errcode: 40029 });
  });

  it('is good for the app it was made for, and a token of another does not use it up', async () => {
    const corp = await company();
    const code = await codeFor(corp, { userid: 'Dev.One' });
    expect(await as(corp, 'two', 'auth/getuserinfo', { code })).toMatchObject({ errcode: 50001 });
    expect(await corp.contactsGet('auth/getuserinfo', { code })).toMatchObject({ errcode: 48002 });
    expect(await as(await company(), 'one', 'auth/getuserinfo', { code })).toMatchObject({ errcode: 40029 });
    expect(await as(corp, 'one', 'auth/getuserinfo', { code })).toMatchObject({ userid: 'Dev.One' });
  });

  it('tells of a stranger, and of a member the app may not see, an openid alone', async () => {
    const corp = await company();
    const unseen = await as(corp, 'one', 'auth/getuserinfo', {
      code: await codeFor(corp, { userid: 'seller' }),
    });
    expect(unseen).toEqual({ errcode: 0, errmsg: 'ok', openid: expect.stringMatching(/^oSIM/) });
    const customer = await as(corp, 'one', 'auth/getuserinfo', {
      code: await codeFor(corp, { externalUserid: 'wmCustomer' }),
    });
    expect(customer).toMatchObject({ openid: expect.any(String), external_userid: 'wmCustomer' });
    const stranger = await as(corp, 'one', 'auth/getuserinfo', {
      code: await codeFor(corp, { openid: 'oWho' }),
    });
    expect(stranger).toEqual({ errcode: 0, errmsg: 'ok', openid: 'oWho' });
  });

  it('is missed by its own errcode, and an invented one is invalid', async () => {
    const corp = await company();
    expect(await as(corp, 'one', 'auth/getuserinfo', {})).toMatchObject({ errcode: 41008 });
    expect(await as(corp, 'one', 'auth/getuserinfo', { code: 'invented' })).toMatchObject({ errcode: 40029 });
  });

  it('is answered in capitals under the older name', async () => {
    const corp = await company();
    const code = await codeFor(corp, { userid: 'Dev.One' });
    expect(await as(corp, 'one', 'user/getuserinfo', { code, agentid: String(agentid) })).toMatchObject({
      errcode: 0,
      UserId: 'Dev.One',
      DeviceId: '',
    });
    const outsider = await codeFor(corp, { externalUserid: 'wmCustomer' });
    expect(await as(corp, 'one', 'user/getuserinfo', { code: outsider })).toMatchObject({
      OpenId: expect.any(String),
      external_userid: 'wmCustomer',
    });
  });

  it('is exchanged even when the limit is reached, while a bad one counts', async () => {
    const corp = await company();
    await corp.tokenFor('one');
    const code = await codeFor(corp, { userid: 'Dev.One' });
    await client.control('POST', '/settings', { perApiPerMinute: 1 });
    try {
      expect(await as(corp, 'one', 'auth/getuserinfo', { code: 'bad' })).toMatchObject({ errcode: 40029 });
      expect(await as(corp, 'one', 'auth/getuserinfo', { code: 'bad' })).toMatchObject({ errcode: 45009 });
      expect(await as(corp, 'one', 'auth/getuserinfo', { code })).toMatchObject({ errcode: 0 });
    } finally {
      await client.control('DELETE', '/settings');
    }
  });

  it('is made for one visitor of an app there is', async () => {
    const corp = await company();
    const ask = (body: unknown) => client.http('POST', `/_sim/corps/${corp.corpid}/oauth/code`, body);
    expect((await ask({ agentid, userid: 'Dev.One', openid: 'o' })).status).toBe(422);
    expect((await ask({ agentid })).status).toBe(422);
    expect((await ask({ agentid, userid: 'nobody' })).status).toBe(422);
    expect((await ask({ agentid: 7, userid: 'Dev.One' })).status).toBe(404);
  });
});

describe('the ticket for private data', () => {
  async function ticketOf(corp: TestCorp): Promise<string> {
    const code = await codeFor(corp, { userid: 'Dev.One', scope: 'snsapi_privateinfo' });
    const answer = await as(corp, 'one', 'auth/getuserinfo', { code });
    return answer['user_ticket'];
  }
  async function detail(corp: TestCorp, secret: string, body: unknown): Promise<Answer> {
    return client.post('auth/getuserdetail', { access_token: await corp.tokenFor(secret) }, body);
  }

  it('reads what the app itself may not', async () => {
    const corp = await company();
    expect(await detail(corp, 'one', { user_ticket: await ticketOf(corp) })).toMatchObject({
      errcode: 0,
      userid: 'Dev.One',
      mobile: '19900000001',
      email: 'dev@example.com',
      gender: '1',
      address: '一号楼',
    });
  });

  it('is good for half an hour and for its own app', async () => {
    const corp = await company();
    const ticket = await ticketOf(corp);
    expect(await detail(corp, 'two', { user_ticket: ticket })).toMatchObject({ errcode: 84015 });
    expect(await detail(corp, 'one', {})).toMatchObject({ errcode: 84090 });
    await client.control('POST', '/clock', { advanceSeconds: 1801 });
    expect(await detail(corp, 'one', { user_ticket: ticket })).toMatchObject({ errcode: 84014 });
  });
});
