import { request } from 'node:http';
import { SimulatorClient } from './simulator-client';
import type { TestCorp } from './simulator-client';

let client: SimulatorClient;
let corp: TestCorp;
beforeEach(async () => {
  client = await SimulatorClient.start();
  corp = await client.corp({ users: [{ userid: 'a', name: '甲', mobile: '19900000001' }] });
});
afterEach(() => client.close());

const newMember = { userid: 'b', name: '乙', mobile: '19900000002', department: [1] };

describe('faults', () => {
  const arm = (faults: unknown) => client.control('POST', '/faults', faults);

  it('answer with an errcode as often as told', async () => {
    await arm([{ path: 'user/get', times: 2, errcode: -1 }]);
    const codes = [];
    for (let i = 0; i < 3; i += 1) codes.push((await corp.appGet('user/get', { userid: 'a' })).errcode);
    expect(codes).toEqual([-1, -1, 0]);
  });

  it('leave other paths alone, unless they are for all', async () => {
    await arm([{ path: '/cgi-bin/user/get', errcode: 45009 }]);
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 0 });
    expect(await corp.appGet('user/get', { userid: 'a' })).toMatchObject({ errcode: 45009 });
    await arm({ path: '*', times: 1, errcode: 50003 });
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 50003 });
  });

  it('happen at a rate', async () => {
    await arm([{ path: 'getcallbackip', rate: 0.5, errcode: -1 }]);
    const codes: number[] = [];
    for (let i = 0; i < 100; i += 1) codes.push((await corp.appGet('getcallbackip')).errcode);
    expect(new Set(codes)).toEqual(new Set([0, -1]));
  });

  it('drop the call before anything happens', async () => {
    await arm([{ path: 'user/create', times: 1, drop: 'before' }]);
    await expect(corp.contactsPost('user/create', newMember)).rejects.toThrow();
    expect(await corp.member('b')).toBeUndefined();
  });

  it('lose the answer after the change has happened', async () => {
    await arm([{ path: 'user/create', times: 1, drop: 'after' }]);
    await expect(corp.contactsPost('user/create', newMember)).rejects.toThrow();
    expect(await corp.member('b')).toMatchObject({ name: '乙' });
    expect(await corp.contactsPost('user/create', newMember)).toMatchObject({ errcode: 60102 });
    const rows = await client.control('GET', '/calls?path=user/create');
    expect(rows).toMatchObject([
      { httpStatus: null, errcode: 0, dropped: 'after' },
      { httpStatus: 200, errcode: 60102 },
    ]);
  });

  it('answer with an HTTP status, half a body or a page instead of JSON', async () => {
    const token = await corp.tokenFor(corp.appSecret);
    const path = `/cgi-bin/getcallbackip?access_token=${token}`;
    await arm([
      { path: 'getcallbackip', times: 1, httpStatus: 502 },
      { path: 'getcallbackip', times: 1, body: 'truncated' },
      { path: 'getcallbackip', times: 1, body: 'html' },
    ]);
    expect((await client.http('GET', path)).status).toBe(502);
    const half = await client.http('GET', path);
    expect(half.text).toMatch(/^\{"errcode"/);
    expect(half.json).toBeUndefined();
    expect((await client.http('GET', path)).text).toMatch(/^<html>/);
  });

  it('delay a call', async () => {
    await corp.tokenFor(corp.appSecret);
    await arm([{ path: 'getcallbackip', times: 1, delayMs: 120 }]);
    const startedAt = performance.now();
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 0 });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(115);
  });

  it('reach gettoken too', async () => {
    await arm([{ path: 'gettoken', times: 1, errcode: 45009 }]);
    expect(await client.get('gettoken', { corpid: corp.corpid, corpsecret: corp.appSecret })).toMatchObject({
      errcode: 45009,
    });
  });

  it('are listed with what is left of them, and cleared', async () => {
    await arm([{ path: 'getcallbackip', times: 3, errcode: -1 }]);
    await corp.appGet('getcallbackip');
    expect(await client.control('GET', '/faults')).toEqual([
      { path: 'getcallbackip', times: 2, errcode: -1 },
    ]);
    await client.control('DELETE', '/faults');
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 0 });
  });
});

describe('the call log', () => {
  it('has every call with its outcome, and no secret or token', async () => {
    await corp.appGet('user/get', { userid: 'a' });
    await corp.contactsPost('user/create', newMember);
    await client.get('gettoken', { corpid: corp.corpid, corpsecret: 'wrong' });
    const rows = await client.control('GET', '/calls');
    expect(rows).toEqual([
      expect.objectContaining({
        path: 'gettoken',
        corpid: corp.corpid,
        agentid: 1000002,
        errcode: 0,
        request: { corpid: corp.corpid },
      }),
      {
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        corpid: corp.corpid,
        path: 'user/get',
        agentid: 1000002,
        httpStatus: 200,
        errcode: 0,
        request: { userid: 'a' },
      },
      expect.objectContaining({ path: 'gettoken' }),
      expect.objectContaining({ path: 'user/create', errcode: 0, request: newMember }),
      expect.objectContaining({ path: 'gettoken', errcode: 40001 }),
    ]);
    const text = JSON.stringify(rows);
    expect(text).not.toContain(corp.appSecret);
    expect(text).not.toContain(await corp.tokenFor(corp.appSecret));
  });

  it('is filtered by path, summed up and cleared', async () => {
    await corp.appGet('user/get', { userid: 'a' });
    await corp.appGet('user/get', { userid: 'nobody' });
    expect(await client.control('GET', '/calls?path=user/get')).toMatchObject([
      { errcode: 0 },
      { errcode: 60111 },
    ]);
    expect(await client.control('GET', '/calls?summary=1')).toEqual({ gettoken: 1, 'user/get': 2 });
    await client.control('DELETE', '/calls');
    expect(await client.control('GET', '/calls')).toEqual([]);
    expect(await client.control('GET', '/calls?summary=1')).toEqual({});
  });
});

describe('a corp', () => {
  it('has a root department of its own name when none is given', async () => {
    expect((await corp.state()).departments).toEqual([
      expect.objectContaining({ id: 1, name: '测试企业', parentid: 0 }),
    ]);
  });

  it('shows its whole state, without secrets', async () => {
    const state = await corp.state();
    expect(state).toMatchObject({
      corpid: corp.corpid,
      rights: 'today',
      users: [{ userid: 'a', mobile: '19900000001', department: [1], status: 1 }],
      apps: [{ agentid: 1000002, visibleDepartments: [1] }],
    });
    expect(JSON.stringify(state)).not.toContain(corp.appSecret);
    expect(JSON.stringify(state)).not.toContain(corp.contactsSecret);
  });

  it('posted again starts afresh', async () => {
    await corp.tokenFor(corp.appSecret);
    await client.control('POST', '/corps', {
      corpid: corp.corpid,
      name: '新',
      contactsSecret: corp.contactsSecret,
    });
    expect((await corp.state()).users).toEqual([]);
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 40014 });
  });

  it.each([
    [
      'departments.1.id',
      {
        departments: [
          { id: 2, name: '甲', parentid: 1 },
          { id: 2, name: '乙', parentid: 1 },
        ],
      },
    ],
    ['departments.0.parentid', { departments: [{ id: 2, name: '甲', parentid: 9 }] }],
    [
      'departments.0.parentid',
      {
        departments: [
          { id: 2, name: '甲', parentid: 3 },
          { id: 3, name: '乙', parentid: 2 },
        ],
      },
    ],
    [
      'departments.1.name',
      {
        departments: [
          { id: 2, name: '甲', parentid: 1 },
          { id: 3, name: '甲', parentid: 1 },
        ],
      },
    ],
    [
      'users.1.userid',
      {
        users: [
          { userid: 'x', name: '甲' },
          { userid: 'X', name: '乙' },
        ],
      },
    ],
    [
      'users.1.mobile',
      {
        users: [
          { userid: 'x', name: '甲', mobile: '199' },
          { userid: 'y', name: '乙', mobile: '199' },
        ],
      },
    ],
    ['users.0.department', { users: [{ userid: 'x', name: '甲', department: [9] }] }],
    ['users.0.name', { users: [{ userid: 'x' }] }],
    [
      'apps.0.visibleDepartments',
      { apps: [{ agentid: 1, secret: 'app', name: 'n', visibleDepartments: [9] }] },
    ],
    ['apps.0.permissions.0', { apps: [{ agentid: 1, secret: 'app', name: 'n', permissions: ['fly'] }] }],
    ['rights', { rights: 'all' }],
  ])('is refused with the path %s of what is wrong', async (path, input) => {
    const answer = await client.http('POST', '/_sim/corps', {
      corpid: 'wwbad',
      name: '坏',
      contactsSecret: 's',
      ...input,
    });
    expect(answer.status).toBe(422);
    expect(answer.json.error.fields[0].path).toBe(path);
    expect((await client.http('GET', '/_sim/corps/wwbad/state')).status).toBe(404);
  });

  it('may list a child department before its parent', async () => {
    const other = await client.corp({
      departments: [
        { id: 3, name: '下', parentid: 2 },
        { id: 2, name: '上', parentid: 1 },
      ],
    });
    expect((await other.appGet('department/get', { id: 3 }))['department'].parentid).toBe(2);
  });
});

describe('the control surface', () => {
  it('names what is wrong with settings, clock and faults', async () => {
    for (const [path, body, field] of [
      ['settings', { latencyMs: -1 }, 'latencyMs'],
      ['settings', { variants: { departmentName: 'any' } }, 'variants.departmentName'],
      ['settings', { latency: 5 }, ''],
      ['clock', { advanceSeconds: 'soon' }, 'advanceSeconds'],
    ] as const) {
      const answer = await client.http('POST', `/_sim/${path}`, body);
      expect(answer.status).toBe(422);
      expect(answer.json.error.fields[0].path).toBe(field);
    }
    expect((await client.http('POST', '/_sim/faults', [{ path: 'user/get' }])).status).toBe(422);
    expect((await client.http('POST', '/_sim/faults', '{"broken')).status).toBe(400);
  });

  it('has nothing under names it does not know', async () => {
    expect((await client.http('GET', '/_sim/nothing')).status).toBe(404);
    expect((await client.http('POST', `/_sim/corps/${corp.corpid}/nothing`, {})).status).toBe(404);
  });

  it('is closed to pages of other sites', async () => {
    const answer = await client.http('GET', '/_sim/corps', undefined, { origin: 'https://evil.example' });
    expect(answer.status).toBe(403);
  });

  it('is closed to names that are not this machine’s', async () => {
    const status = await new Promise((resolve, reject) => {
      const call = request(
        `${client.url}/_sim/corps`,
        { headers: { host: 'rebound.example' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      call.on('error', reject);
      call.end();
    });
    expect(status).toBe(403);
  });

  it('disappears when switched off, and WeCom’s own paths stay', async () => {
    client.simulator.setControlEnabled(false);
    expect((await client.http('GET', '/_sim/corps')).status).toBe(404);
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 0 });
  });

  it('is open to this machine only, even when WeCom’s paths are open to others', async () => {
    const open = await SimulatorClient.start({ host: '0.0.0.0' });
    expect((await open.http('GET', '/_sim/corps')).status).toBe(200);
    await open.close();
  });
});
