import { request } from 'node:http';
import { SimulatorClient } from './simulator-client';
import type { TestCorp } from './simulator-client';

let client: SimulatorClient;
let corp: TestCorp;
beforeEach(async () => {
  client = await SimulatorClient.start();
  corp = await client.corp({ users: [{ userid: 'a', name: '甲' }] });
});
afterEach(() => client.close());

const settings = (changes: object) => client.control('POST', '/settings', changes);
const advance = (advanceSeconds: number) => client.control('POST', '/clock', { advanceSeconds });

describe('frequency', () => {
  it('has WeCom’s published figures unless told otherwise', async () => {
    expect(await client.control('GET', '/settings')).toMatchObject({
      perApiPerMinute: 10_000,
      perApiPerHour: 150_000,
      perIpPerMinute: 20_000,
      perIpPerHour: 600_000,
      tokenTtlSeconds: 7200,
    });
  });

  it('above the minute’s limit closes the API for sixty seconds', async () => {
    await settings({ perApiPerMinute: 3 });
    const codes = [];
    for (let i = 0; i < 5; i += 1) codes.push((await corp.appGet('user/get', { userid: 'a' })).errcode);
    expect(codes).toEqual([0, 0, 0, 45009, 45009]);
    await advance(30);
    expect(await corp.appGet('user/get', { userid: 'a' })).toMatchObject({ errcode: 45009 });
    await advance(31);
    expect(await corp.appGet('user/get', { userid: 'a' })).toMatchObject({ errcode: 0 });
  });

  it('above the hour’s limit closes it for an hour', async () => {
    await settings({ perApiPerHour: 1 });
    await corp.appGet('user/get', { userid: 'a' });
    expect(await corp.appGet('user/get', { userid: 'a' })).toMatchObject({ errcode: 45009 });
    await advance(3500);
    expect(await corp.appGet('user/get', { userid: 'a' })).toMatchObject({ errcode: 45009 });
    await advance(150);
    expect(await corp.appGet('user/get', { userid: 'a' })).toMatchObject({ errcode: 0 });
  });

  it('is counted for each API and each corp by itself', async () => {
    await settings({ perApiPerMinute: 1 });
    const other = await client.corp({ users: [{ userid: 'a', name: '甲' }] });
    expect(await corp.appGet('user/get', { userid: 'a' })).toMatchObject({ errcode: 0 });
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 0 });
    expect(await other.appGet('user/get', { userid: 'a' })).toMatchObject({ errcode: 0 });
    expect(await corp.contactsGet('getcallbackip')).toMatchObject({ errcode: 45009 });
  });

  it('is counted for each address over all corps', async () => {
    await settings({ perIpPerMinute: 1 });
    const other = await client.corp();
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 0 });
    expect(await other.appGet('getcallbackip')).toMatchObject({ errcode: 45009 });
  });

  it('refused calls with a bad token count for nobody', async () => {
    await settings({ perApiPerMinute: 1 });
    await client.get('getcallbackip', { access_token: 'made-up' });
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 0 });
  });
});

describe('concurrency', () => {
  it('of one API above the corp’s limit is 45033, and the calls before it succeed', async () => {
    await settings({ maxConcurrentPerApi: 2, latencyMs: 1500 });
    const token = await corp.tokenFor(corp.appSecret);
    const codes = await Promise.all(
      [1, 2, 3].map(async () => (await client.get('user/get', { access_token: token, userid: 'a' })).errcode),
    );
    expect(codes.sort()).toEqual([0, 0, 45033]);
    expect(await corp.appGet('user/get', { userid: 'a' })).toMatchObject({ errcode: 0 });
  });
});

describe('trusted addresses', () => {
  it('others are refused, with the address they came from', async () => {
    await settings({ trustedIps: ['203.0.113.7'] });
    const answer = await corp.appGet('user/get', { userid: 'a' });
    expect(answer).toMatchObject({ errcode: 60020, department: [] });
    expect(answer.errmsg).toMatch(
      /^not allow to access from your ip, hint: \[\d+\], from ip: 127\.0\.0\.1, /,
    );
  });

  it('may be patterns, and no list trusts everybody', async () => {
    await settings({ trustedIps: ['127.0.*'] });
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 0 });
    await settings({ trustedIps: [] });
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 0 });
  });

  it('do not matter to gettoken', async () => {
    await settings({ trustedIps: ['203.0.113.7'] });
    expect(await client.token(corp.corpid, corp.appSecret)).toBeTruthy();
  });

  it('can be set for one app and for contacts sync', async () => {
    const own = await client.corp({
      apps: [{ agentid: 1, secret: 'closed', name: '封闭', trustedIps: ['203.0.113.7'] }],
      contactsTrustedIps: ['127.0.0.1'],
    });
    expect(await client.get('getcallbackip', { access_token: await own.tokenFor('closed') })).toMatchObject({
      errcode: 60020,
    });
    expect(await own.contactsGet('getcallbackip')).toMatchObject({ errcode: 0 });
  });

  it('are judged by the real source address, whatever a header claims', async () => {
    await settings({ trustedIps: ['127.0.0.1'] });
    const token = await corp.tokenFor(corp.appSecret);
    const answer = await getFrom('127.0.0.9', `${client.url}/cgi-bin/getcallbackip?access_token=${token}`);
    expect(answer).toMatchObject({ errcode: 60020, errmsg: expect.stringContaining('from ip: 127.0.0.9') });
  });
});

describe('latency', () => {
  it('delays every call', async () => {
    await corp.tokenFor(corp.appSecret);
    await settings({ latencyMs: 120 });
    const startedAt = performance.now();
    await corp.appGet('getcallbackip');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(115);
  });
});

function getFrom(localAddress: string, url: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = request(url, { localAddress, headers: { 'x-forwarded-for': '127.0.0.1' } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
    });
    call.on('error', reject);
    call.end();
  });
}
