import { authorizeUrl } from '../../wecom';
import type { TestSimulator } from '../support/simulator';
import { startTestSimulator } from '../support/simulator';
import type { SimulatedCorp } from './simulated-corp';
import { agentId, createSimulatedCorp } from './simulated-corp';

let simulator: TestSimulator;
let corp: SimulatedCorp;

beforeAll(async () => {
  simulator = await startTestSimulator();
  corp = await createSimulatedCorp(simulator);
});
afterAll(() => simulator.close());

async function codeOf(visitor: Record<string, string>): Promise<string> {
  const path = `corps/${corp.corpId}/oauth/code`;
  const { code } = (await corp.control('POST', path, { agentid: agentId, ...visitor })) as { code: string };
  return code;
}

async function anybody(): Promise<string> {
  const { users } = (await corp.control('GET', `corps/${corp.corpId}/state`)) as {
    users: { userid: string }[];
  };
  return users[0]?.userid ?? '';
}

describe('a code', () => {
  it('tells the member', async () => {
    const userId = await anybody();
    const code = await codeOf({ userid: userId });
    expect(await corp.client().app.oauth.exchangeCode(code)).toEqual({ kind: 'member', userId });
  });

  it('tells of a customer their ids, and that they are no member', async () => {
    const code = await codeOf({ externalUserid: 'wmOne' });
    expect(await corp.client().app.oauth.exchangeCode(code)).toEqual({
      kind: 'outsider',
      openId: expect.any(String) as string,
      externalUserId: 'wmOne',
    });
  });

  it('is refused as wrong data when used twice, and the contacts secret has no business with it', async () => {
    const { app, contacts } = corp.client();
    const code = await codeOf({ userid: await anybody() });
    await expect(contacts.oauth.exchangeCode(code)).rejects.toMatchObject({
      errcode: 48002,
      reaction: 'fix-access',
    });
    await app.oauth.exchangeCode(code);
    await expect(app.oauth.exchangeCode(code)).rejects.toMatchObject({
      errcode: 40029,
      reaction: 'fix-data',
    });
  });

  it('gives a ticket for what the member agreed to show', async () => {
    const { app } = corp.client();
    const userId = await anybody();
    const visitor = await app.oauth.exchangeCode(
      await codeOf({ userid: userId, scope: 'snsapi_privateinfo' }),
    );
    if (visitor.kind !== 'member' || visitor.userTicket === undefined) throw new Error('there is no ticket');
    expect(await app.oauth.userDetail(visitor.userTicket)).toMatchObject({
      userId,
      mobile: expect.stringMatching(/^\d+$/) as string,
    });
    await expect(app.oauth.userDetail('invented')).rejects.toMatchObject({
      errcode: 84015,
      reaction: 'fix-data',
    });
  });
});

describe('the address of the authorize page', () => {
  const wanted = {
    ownHosts: ['127.0.0.1:8090'],
    agentId: 1000002,
    redirectUri: 'https://bridge.example.com/wecom/bind/done',
    scope: 'snsapi_base',
    state: 'abc',
  } as const;
  const pageFor = (kind: 'public' | 'private' | 'government', apiBaseUrl: string) =>
    authorizeUrl({ connection: { corpId: 'ww1', kind, apiBaseUrl }, ...wanted }).split('?')[0];

  it.each([
    ['public', 'https://qyapi.weixin.qq.com', 'https://open.weixin.qq.com'],
    ['public', 'https://fixed-address.example.com/cgi-bin', 'https://open.weixin.qq.com'],
    ['public', 'http://127.0.0.1:8090', 'http://127.0.0.1:8090'],
    ['private', 'https://wecom.corp.example/cgi-bin/', 'https://wecom.corp.example'],
    ['government', 'https://wecom.gov.example', 'https://wecom.gov.example'],
  ] as const)('of a %s corp behind %s is at %s', (kind, apiBaseUrl, origin) => {
    expect(pageFor(kind, apiBaseUrl)).toBe(`${origin}/connect/oauth2/authorize`);
  });

  it('carries everything WeCom asks for, and its fragment', () => {
    const url = new URL(
      authorizeUrl({
        connection: { corpId: 'ww1', kind: 'public', apiBaseUrl: 'https://qyapi.weixin.qq.com' },
        ...wanted,
      }),
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      appid: 'ww1',
      redirect_uri: wanted.redirectUri,
      response_type: 'code',
      scope: 'snsapi_base',
      state: 'abc',
      agentid: '1000002',
    });
    expect(url.hash).toBe('#wechat_redirect');
  });
});
