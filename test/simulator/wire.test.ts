import { SimulatorClient } from './simulator-client';

let client: SimulatorClient;
beforeAll(async () => {
  client = await SimulatorClient.start();
});
afterAll(() => client.close());

describe('the shape of every answer', () => {
  it('a refusal is HTTP 200 with the code in the body and in the headers', async () => {
    const answer = await client.http('GET', '/cgi-bin/gettoken?corpid=wwnone&corpsecret=x');
    expect(answer.status).toBe(200);
    expect(answer.json.errcode).toBe(40013);
    expect(answer.headers.get('error-code')).toBe('40013');
    expect(answer.headers.get('error-msg')).toBe(answer.json.errmsg);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=UTF-8');
  });

  it('a refusal names the caller’s address and the page that explains the code', async () => {
    const { errmsg } = await client.get('gettoken', { corpid: 'wwnone', corpsecret: 'x' });
    expect(errmsg).toMatch(
      /^invalid corpid, hint: \[\d{25}\], from ip: 127\.0\.0\.1, more info at https:\/\/open\.work\.weixin\.qq\.com\/devtool\/query\?e=40013$/,
    );
  });

  it('a path that WeCom does not have is HTTP 404 without a body', async () => {
    for (const path of ['/cgi-bin/user/nothing', '/cgi-bin/', '/other', '/cgi-bin/message/nothing']) {
      expect(await client.http('GET', path)).toMatchObject({ status: 404, text: '' });
    }
  });

  it.each([
    [
      'user/get',
      '{"errcode":41001,"errmsg":*,"department":[],"order":[],"is_leader_in_dept":[],"direct_leader":[]}',
    ],
    ['department/simplelist', '{"errcode":41001,"errmsg":*,"department_id":[]}'],
    ['user/list_id', '{"errcode":41001,"errmsg":*,"dept_user":[]}'],
    ['getcallbackip', '{"ip_list":[],"errcode":41001,"errmsg":*}'],
    ['get_api_domain_ip', '{"ip_list":[],"errcode":41001,"errmsg":*}'],
  ])('a refused %s still prints its empty lists, in WeCom’s order', async (path, expected) => {
    const { text } = await client.http('GET', `/cgi-bin/${path}`);
    expect(text.replace(/"errmsg":"[^"]*"/, '"errmsg":*')).toBe(expected);
  });

  it('a token counts only in the query, never in a header or the body', async () => {
    const corp = await client.corp();
    const token = await corp.tokenFor(corp.contactsSecret);
    const inHeader = await client.http('GET', '/cgi-bin/getcallbackip', undefined, {
      authorization: `Bearer ${token}`,
    });
    const inBody = await client.http('POST', '/cgi-bin/user/list_id', { access_token: token });
    expect([inHeader.json.errcode, inBody.json.errcode]).toEqual([41001, 41001]);
  });

  it('a stray ampersand in the query does no harm', async () => {
    const corp = await client.corp();
    const token = await corp.tokenFor(corp.contactsSecret);
    expect((await client.http('GET', `/cgi-bin/getcallbackip?&access_token=${token}`)).json.errcode).toBe(0);
  });

  it('the body is JSON under any content type or none', async () => {
    const corp = await client.corp();
    const token = await corp.tokenFor(corp.contactsSecret);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream']) {
      const answer = await client.http('POST', `/cgi-bin/user/list_id?access_token=${token}`, '{"limit":1}', {
        'content-type': type,
      });
      expect(answer.json.errcode).toBe(0);
    }
  });

  it('broken JSON is told apart in the message', async () => {
    const corp = await client.corp();
    const token = await corp.tokenFor(corp.contactsSecret);
    const { json } = await client.http(
      'POST',
      `/cgi-bin/user/create?access_token=${token}`,
      '{"userid": "a",',
    );
    expect(json).toMatchObject({
      errcode: 40003,
      errmsg: expect.stringMatching(/^Warning: wrong json format\. /),
    });
  });

  it('a wrong verb is missing parameters, not 405', async () => {
    const corp = await client.corp();
    expect(await corp.contactsGet('user/create', { userid: 'a', name: 'b' })).toMatchObject({
      errcode: 40003,
    });
  });
});

describe('the order of checks', () => {
  it('a bad token is named before anything else is looked at', async () => {
    expect(await client.post('user/create', { access_token: 'made-up' }, '')).toMatchObject({
      errcode: 40014,
    });
  });

  it('permission is checked before parameters', async () => {
    const corp = await client.corp();
    expect(await corp.appPost('user/create', {})).toMatchObject({ errcode: 48002 });
    expect(await corp.contactsGet('user/get')).toMatchObject({ errcode: 48009 });
  });
});

describe('userids', () => {
  it('are looked up without regard to case and answered as they were written', async () => {
    const corp = await client.corp({ users: [{ userid: 'ZhangSan', name: '张三' }] });
    expect(await corp.appGet('user/get', { userid: 'zHANGsan' })).toMatchObject({
      errcode: 0,
      userid: 'ZhangSan',
    });
  });
});
