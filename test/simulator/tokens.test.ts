import { SimulatorClient } from './simulator-client';

let client: SimulatorClient;
beforeEach(async () => {
  client = await SimulatorClient.start();
});
afterEach(() => client.close());

describe('gettoken', () => {
  it('gives the same token again until it expires, then a new one', async () => {
    const corp = await client.corp();
    const first = await client.token(corp.corpid, corp.contactsSecret);
    expect(await client.token(corp.corpid, corp.contactsSecret)).toBe(first);
    await client.control('POST', '/clock', { advanceSeconds: 7201 });
    expect(await client.token(corp.corpid, corp.contactsSecret)).not.toBe(first);
  });

  it('keeps one token for each secret', async () => {
    const corp = await client.corp();
    expect(await client.token(corp.corpid, corp.contactsSecret)).not.toBe(
      await client.token(corp.corpid, corp.appSecret),
    );
  });

  it('says how long the token still lives', async () => {
    const corp = await client.corp();
    await client.control('POST', '/settings', { tokenTtlSeconds: 600 });
    expect(await client.get('gettoken', { corpid: corp.corpid, corpsecret: corp.appSecret })).toMatchObject({
      errcode: 0,
      errmsg: 'ok',
      expires_in: 600,
    });
    await client.control('POST', '/clock', { advanceSeconds: 100 });
    const later = await client.get('gettoken', { corpid: corp.corpid, corpsecret: corp.appSecret });
    expect(later['expires_in']).toBeLessThanOrEqual(500);
  });

  it('names what is wrong', async () => {
    const corp = await client.corp();
    const other = await client.corp();
    const ask = async (query: Record<string, string>) => (await client.get('gettoken', query)).errcode;
    expect(await ask({})).toBe(41004);
    expect(await ask({ corpid: corp.corpid })).toBe(41004);
    expect(await ask({ corpsecret: corp.appSecret })).toBe(41002);
    expect(await ask({ corpid: 'wwnobody', corpsecret: corp.appSecret })).toBe(40013);
    expect(await ask({ corpid: corp.corpid, corpsecret: 'guess' })).toBe(40001);
    expect(await ask({ corpid: corp.corpid, corpsecret: other.appSecret })).toBe(40091);
  });

  it('refuses a disabled app, and its old token too', async () => {
    const corp = await client.corp();
    await corp.tokenFor(corp.appSecret);
    await corp.byHand('agent/set', { agentid: 1000002, close: 1 });
    expect(await client.get('gettoken', { corpid: corp.corpid, corpsecret: corp.appSecret })).toMatchObject({
      errcode: 40001,
    });
    expect(await corp.appGet('agent/get', { agentid: 1000002 })).toMatchObject({ errcode: 50003 });
  });

  it('a reset secret makes the old secret and its token worthless', async () => {
    const corp = await client.corp();
    await corp.tokenFor(corp.appSecret);
    await corp.byHand('agent/set', { agentid: 1000002, secret: 'brand-new' });
    expect(await client.get('gettoken', { corpid: corp.corpid, corpsecret: corp.appSecret })).toMatchObject({
      errcode: 40001,
    });
    expect(await corp.appGet('agent/get', { agentid: 1000002 })).toMatchObject({ errcode: 40014 });
  });

  it('bans an address for an hour after many wrong secrets', async () => {
    const corp = await client.corp();
    await client.control('POST', '/settings', { wrongSecretsBeforeBan: 3 });
    const ask = async (corpsecret: string) =>
      (await client.get('gettoken', { corpid: corp.corpid, corpsecret })).errcode;
    expect([await ask('a'), await ask('b'), await ask('c')]).toEqual([40001, 40001, 40001]);
    expect(await ask(corp.appSecret)).toBe(45009);
    await client.control('POST', '/clock', { advanceSeconds: 3601 });
    expect(await ask(corp.appSecret)).toBe(0);
  });
});

describe('a token in use', () => {
  it('expires by the simulator’s clock', async () => {
    const corp = await client.corp();
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 0 });
    await client.control('POST', '/clock', { advanceSeconds: 7200 });
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 42001 });
  });

  it('answers 40014 for an expired token where that reading is chosen', async () => {
    const corp = await client.corp();
    await corp.tokenFor(corp.appSecret);
    await client.control('POST', '/settings', { variants: { expiredToken: 40014 } });
    await client.control('POST', '/clock', { advanceSeconds: 7200 });
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 40014 });
  });

  it('that WeCom has called bad once stays bad, and gettoken gives another', async () => {
    const corp = await client.corp();
    const old = await corp.tokenFor(corp.appSecret);
    await client.control('POST', '/faults', [{ path: 'getcallbackip', times: 1, errcode: 42001 }]);
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 42001 });
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 40014 });
    expect(await client.token(corp.corpid, corp.appSecret)).not.toBe(old);
  });

  it('dies with its corp', async () => {
    const corp = await client.corp();
    await corp.tokenFor(corp.appSecret);
    await client.control('DELETE', `/corps/${corp.corpid}`);
    expect(await corp.appGet('getcallbackip')).toMatchObject({ errcode: 40014 });
  });
});
