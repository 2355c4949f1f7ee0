import { decrypt, getSignature } from '@wecom/crypto';
import { encodingAesKey, Receiver, token } from './receiver';
import type { Received } from './receiver';
import { SimulatorClient } from './simulator-client';
import type { Json, TestCorp } from './simulator-client';

let client: SimulatorClient;
let receiver: Receiver;
let corp: TestCorp;
beforeEach(async () => {
  client = await SimulatorClient.start();
  await client.control('POST', '/settings', { callbackRetryDelayMs: 20, callbackVerifyTimeoutMs: 10_000 });
  receiver = await Receiver.start();
  corp = await client.corp({
    departments: [
      { id: 2, name: '研发', parentid: 1 },
      { id: 3, name: '后端', parentid: 2 },
      { id: 4, name: '销售', parentid: 1 },
    ],
    users: [{ userid: 'dev', name: '开发', department: [3], mobile: '19900000001' }],
    apps: [
      { agentid: 1000002, secret: 's2', name: '全员' },
      { agentid: 1000003, secret: 's3', name: '研发', visibleDepartments: [2] },
    ],
  });
});
afterEach(async () => {
  await client.close();
  receiver.close();
});

const save = (agentid: number | 'contacts', changes: object = {}) =>
  client.control('PUT', `/corps/${corp.corpid}/callbacks`, {
    agentid,
    url: receiver.url,
    token,
    encodingAesKey,
    ...changes,
  });

/** Everything sent so far, once nothing is under way any more. */
async function deliveries(): Promise<Json[]> {
  for (;;) {
    const all: Json[] = await client.control('GET', `/callbacks?corpid=${corp.corpid}`);
    if (all.every((one) => one.finished)) return all;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function events(): Promise<Json[]> {
  await deliveries();
  return receiver.events();
}

describe('saving a callback address', () => {
  it('is confirmed by decrypting an echostr, sent percent-encoded and signed', async () => {
    expect(await save(1000002)).toEqual({ errcode: 0, errmsg: 'ok' });
    const [{ method, url, rawQuery }] = receiver.received as [Received];
    expect(method).toBe('GET');
    expect(url.searchParams.get('app')).toBe('1');
    expect(rawQuery).not.toMatch(/echostr=[^&]*[+/=]/);
    const value = (name: string) => url.searchParams.get(name) ?? '';
    expect(value('msg_signature')).toBe(
      getSignature(token, value('timestamp'), value('nonce'), value('echostr')),
    );
  });

  it.each([
    ['a quoted answer', (plain: string) => `"${plain}"`],
    ['a line end', (plain: string) => `${plain}\n`],
    ['the wrong text', () => 'ok'],
  ])('fails for %s, and nothing is saved', async (_why, answer) => {
    receiver.answerEchostr = answer;
    expect(await save('contacts')).toMatchObject({ errcode: 40057 });
    await corp.byHand('user/create', { userid: 'new', name: '新', mobile: '19900000002', department: [2] });
    expect(await events()).toEqual([]);
  });

  it('fails for a status other than 200, a slow answer and a closed port', async () => {
    receiver.statuses = [500];
    expect(await save('contacts')).toMatchObject({ errcode: 40057 });
    await client.control('POST', '/settings', { callbackVerifyTimeoutMs: 100 });
    receiver.delayMs = 1000;
    expect(await save('contacts')).toMatchObject({ errcode: 40057 });
    expect(await save('contacts', { url: 'http://127.0.0.1:1/' })).toMatchObject({ errcode: 40057 });
  });

  it('fails for a malformed token or key', async () => {
    expect(await save('contacts', { token: 'with-dash' })).toMatchObject({ errcode: 85010 });
    expect(await save('contacts', { encodingAesKey: 'short' })).toMatchObject({ errcode: 85010 });
    expect(receiver.received).toEqual([]);
  });
});

describe('contact changes made by hand', () => {
  beforeEach(async () => {
    await save('contacts');
  });

  it('are sent encrypted in WeCom’s envelope, without an AgentID', async () => {
    await corp.byHand('department/create', { name: '市场', parentid: 1, order: 5 });
    expect(await events()).toMatchObject([
      {
        ToUserName: corp.corpid,
        FromUserName: 'sys',
        MsgType: 'event',
        Event: 'change_contact',
        ChangeType: 'create_party',
        Id: '5',
        Name: '市场',
        ParentId: '1',
        Order: '5',
      },
    ]);
    const post = receiver.received.at(-1) as Received;
    expect(post.body).toMatch(
      /^<xml><ToUserName><!\[CDATA\[ww[0-9a-f]+\]\]><\/ToUserName><Encrypt><!\[CDATA\[/,
    );
    const value = (name: string) => post.url.searchParams.get(name) ?? '';
    const encrypted = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(post.body)?.[1] ?? '';
    expect(value('msg_signature')).toBe(getSignature(token, value('timestamp'), value('nonce'), encrypted));
    expect(decrypt(encodingAesKey, encrypted).id).toBe(corp.corpid);
  });

  it('carry only the userid and departments under today’s rights', async () => {
    await corp.byHand('user/create', {
      userid: 'new',
      name: '新',
      mobile: '19900000002',
      department: [2, 4],
    });
    const [event] = await events();
    expect(event).toEqual({
      ToUserName: corp.corpid,
      FromUserName: 'sys',
      CreateTime: expect.any(String),
      MsgType: 'event',
      Event: 'change_contact',
      ChangeType: 'create_user',
      UserID: 'new',
      Department: '2,4',
    });
  });

  it('report an update only when departments or the userid changed', async () => {
    await corp.byHand('user/update', { userid: 'dev', position: '总监' });
    expect(await events()).toEqual([]);
    await corp.byHand('user/update', { userid: 'dev', department: [4] });
    await corp.byHand('user/delete', { userid: 'dev' });
    expect(
      (await events()).map(({ ChangeType, UserID, Department }: Json) => [ChangeType, UserID, Department]),
    ).toEqual([
      ['update_user', 'dev', '4'],
      ['delete_user', 'dev', undefined],
    ]);
  });

  it('report renamed, moved and deleted departments, and tags', async () => {
    await corp.byHand('department/update', { id: 3, name: '平台' });
    await corp.byHand('department/update', { id: 3, parentid: 4 });
    await corp.byHand('department/update', { id: 3, order: 7 });
    await corp.byHand('department/delete', { id: 2 });
    await corp.byHand('tag/create', { tagname: '骨干', tagid: 8 });
    await corp.byHand('tag/addtagusers', { tagid: 8, userlist: ['dev'], partylist: [4] });
    const short = (await events()).map(
      ({
        ToUserName: _to,
        FromUserName: _from,
        CreateTime: _at,
        MsgType: _type,
        Event: _event,
        ...rest
      }: Json) => rest,
    );
    expect(short).toEqual([
      { ChangeType: 'update_party', Id: '3', Name: '平台' },
      { ChangeType: 'update_party', Id: '3', ParentId: '4' },
      { ChangeType: 'delete_party', Id: '2' },
      { ChangeType: 'update_tag', TagId: '8', AddUserItems: 'dev', AddPartyItems: '4' },
    ]);
  });

  it('obey the same rules as the API, and refused ones are not sent', async () => {
    expect(await corp.byHand('department/delete', { id: 3 })).toMatchObject({ errcode: 60005 });
    expect(await events()).toEqual([]);
    await expect(corp.byHand('user/get', { userid: 'dev' })).rejects.toThrow('422');
  });

  it('are not reported when the contacts secret makes them', async () => {
    await corp.contactsPost('user/create', {
      userid: 'new',
      name: '新',
      mobile: '19900000002',
      department: [2],
    });
    await corp.contactsPost('department/create', { name: '市场', parentid: 1 });
    await corp.contactsGet('user/delete', { userid: 'dev' });
    expect(await events()).toEqual([]);
  });
});

describe('contact changes of a corp with the older rights', () => {
  it('carry the changed fields', async () => {
    corp = await client.corp({
      rights: 'legacy',
      users: [{ userid: 'dev', name: '开发', mobile: '19900000001' }],
    });
    await save('contacts');
    await corp.byHand('user/update', { userid: 'dev', position: '总监', mobile: '19900000009' });
    await corp.byHand('user/update', { userid: 'dev', position: '总监' });
    const [event, ...others] = await events();
    expect(event).toMatchObject({
      ChangeType: 'update_user',
      UserID: 'dev',
      Position: '总监',
      Mobile: '19900000009',
    });
    expect(event).not.toHaveProperty('Name');
    expect(others).toEqual([]);
  });

  it('can be had reduced, as after saving the address again', async () => {
    corp = await client.corp({ rights: 'legacy', users: [{ userid: 'dev', name: '开发' }] });
    await save('contacts', { payload: 'reduced' });
    await corp.byHand('user/update', { userid: 'dev', position: '总监' });
    expect(await events()).toEqual([]);
  });
});

describe('an app that listens', () => {
  it('learns who enters and leaves its visible range, even through the contacts secret', async () => {
    await save(1000003);
    await corp.contactsPost('user/create', {
      userid: 'new',
      name: '新',
      mobile: '19900000002',
      department: [3],
    });
    await corp.contactsPost('user/create', {
      userid: 'far',
      name: '远',
      mobile: '19900000003',
      department: [4],
    });
    await corp.contactsPost('user/update', { userid: 'far', department: [2] });
    await corp.contactsPost('user/update', { userid: 'far', department: [3] });
    await corp.contactsPost('department/update', { id: 3, parentid: 4 });
    await corp.byHand('agent/set', { agentid: 1000003, visibleDepartments: [4] });
    await corp.contactsGet('user/delete', { userid: 'dev' });
    const seen = (await events()).map(
      ({ Event, FromUserName, AgentID }: Json) => `${Event} ${FromUserName} ${AgentID}`,
    );
    expect(seen.sort()).toEqual(
      [
        'subscribe new 1000003',
        'subscribe far 1000003',
        // Moving department 3 away takes all three along.
        'unsubscribe dev 1000003',
        'unsubscribe new 1000003',
        'unsubscribe far 1000003',
        // The wider range brings them back.
        'subscribe dev 1000003',
        'subscribe new 1000003',
        'subscribe far 1000003',
        'unsubscribe dev 1000003',
      ].sort(),
    );
    expect(receiver.received.at(-1)?.body).toContain('<AgentID><![CDATA[1000003]]></AgentID>');
  });
});

describe('delivery', () => {
  it('is tried three more times with the same words, and HTTP 200 ends it', async () => {
    await save('contacts');
    receiver.statuses = [500, 302, 204, 200];
    await corp.byHand('department/create', { name: '市场', parentid: 1 });
    const [delivery] = await deliveries();
    expect(delivery).toMatchObject({
      delivered: true,
      attempts: [{ httpStatus: 500 }, { httpStatus: 302 }, { httpStatus: 204 }, { httpStatus: 200 }],
    });
    const plains = receiver.received.filter(({ method }) => method === 'POST').map(({ plain }) => plain);
    expect(plains).toHaveLength(4);
    expect(new Set(plains).size).toBe(1);
  });

  it('is given up after the third retry', async () => {
    await save('contacts');
    receiver.statuses = [500, 500, 500, 500, 200];
    await corp.byHand('department/create', { name: '市场', parentid: 1 });
    const [delivery] = await deliveries();
    expect(delivery.delivered).toBe(false);
    expect(delivery.attempts).toHaveLength(4);
  });

  it('does not wait for a slow receiver', async () => {
    await save('contacts');
    await client.control('POST', '/settings', { callbackTimeoutMs: 100, callbackRetries: 1 });
    receiver.delayMs = 2000;
    await corp.byHand('department/create', { name: '市场', parentid: 1 });
    const [delivery] = await deliveries();
    expect(delivery).toMatchObject({
      delivered: false,
      attempts: [{ httpStatus: null }, { httpStatus: null }],
    });
  });
});
