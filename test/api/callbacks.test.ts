import { getSignature, encrypt } from '@wecom/crypto';
import type { SimulatedCorp, TestApi } from './harness';
import { startTestApi } from './harness';

let api: TestApi;
let corp: SimulatedCorp;
let id: string;
let callback: string;

const token = 'callbackToken1';
const encodingAesKey = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';

beforeAll(async () => {
  api = await startTestApi();
  corp = await api.createCorp();
  const created = await api.call('/corps', {
    body: {
      name: 'A',
      corpId: corp.corpId,
      contactsSecret: corp.contactsSecret,
      contactsCallback: { token, encodingAesKey },
    },
  });
  id = created.body.id;
  callback = created.body.contactsCallbackUrl;
});
afterAll(() => api.close());

/** Made by Tencent's own library. */
function envelope(message: string, receiveId = corp.corpId) {
  const timestamp = '1409659813';
  const nonce = '1372623149';
  const encrypted = encrypt(encodingAesKey, message, receiveId);
  const signature = getSignature(token, timestamp, nonce, encrypted);
  const query = new URLSearchParams({ msg_signature: signature, timestamp, nonce });
  return {
    query,
    encrypted,
    xml: `<xml><ToUserName><![CDATA[${receiveId}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
  };
}

const deliver = (query: URLSearchParams, xml: string) =>
  fetch(`${callback}?${query.toString()}`, {
    method: 'POST',
    body: xml,
    headers: { 'content-type': 'text/xml' },
  });

const event = (userId: string) =>
  `<xml><FromUserName>sys</FromUserName><CreateTime>1403610513</CreateTime><MsgType>event</MsgType>` +
  `<Event>change_contact</Event><ChangeType>create_user</ChangeType><UserID>${userId}</UserID></xml>`;

describe('callbacks', () => {
  it('prove themselves to WeCom when they are saved there', async () => {
    await api.control(
      `/_sim/corps/${corp.corpId}/callbacks`,
      { agentid: 'contacts', url: callback, token, encodingAesKey },
      'PUT',
    );
  });

  it('answer the verification with the plain text alone, also when a plus arrived as a space', async () => {
    const { query, encrypted } = envelope('hello-echo');
    const answers = await Promise.all(
      [encodeURIComponent(encrypted), encrypted.replaceAll('+', '%20')].map(async (echostr) =>
        (await fetch(`${callback}?${query.toString()}&echostr=${echostr}`)).text(),
      ),
    );
    expect(answers).toEqual(['hello-echo', 'hello-echo']);
  });

  it('are stored once, encrypted, however often WeCom repeats them', async () => {
    const before = await api.deps.callbackEvents.countEvents(id);
    const first = envelope(event('wangwu'));
    const repeated = envelope(event('wangwu'));
    const other = envelope(event('zhaoliu'));
    for (const { query, xml } of [first, repeated, first, other]) {
      const answer = await deliver(query, xml);
      expect([answer.status, await answer.text()]).toEqual([200, '']);
    }
    expect((await api.deps.callbackEvents.countEvents(id)) - before).toBe(2);
    const { rows } = await api.db.pool.query('SELECT * FROM callback_event');
    expect(JSON.stringify(rows)).not.toContain('wangwu');
    expect(api.logged.join('')).not.toContain('wangwu');
  });

  it('are refused with a wrong signature, another corp or a broken body, and nothing is stored', async () => {
    const before = await api.deps.callbackEvents.countEvents(id);
    const { query, xml } = envelope(event('tampered'));
    const forged = new URLSearchParams(query);
    forged.set('msg_signature', '0'.repeat(40));
    expect((await deliver(forged, xml)).status).toBe(403);
    expect((await deliver(new URLSearchParams(), xml)).status).toBe(403);
    const foreign = envelope(event('foreign'), 'wwanothercorp');
    expect((await deliver(foreign.query, foreign.xml)).status).toBe(403);
    expect((await deliver(query, 'not xml')).status).toBe(400);
    expect(
      (await deliver(query, '<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>')).status,
    ).toBe(400);
    expect((await deliver(query, 'x'.repeat(2_000_000))).status).toBe(413);
    expect(await api.deps.callbackEvents.countEvents(id)).toBe(before);
  });

  it('have addresses that nobody guesses, and none before they are configured', async () => {
    const { query, xml } = envelope(event('x'));
    const app = await api.call(`/corps/${id}/apps`, {
      body: { name: 'A', agentId: corp.agentId, secret: corp.appSecret },
    });
    for (const url of [`${api.url}/callback/wecom/aaaaaaaaaaaaaaaaaaaaaaaa`, app.body.callbackUrl]) {
      expect((await fetch(`${url}?${query.toString()}`, { method: 'POST', body: xml })).status).toBe(404);
    }
  });
});

describe('domain verification files', () => {
  it('are served at the root as they are, without a token, until removed', async () => {
    const saved = await api.call('/verification-files', {
      body: { name: 'WW_verify_AbC123.txt', content: 'AbC123\n' },
    });
    expect(saved.status).toBe(201);
    const served = await api.fetch('/WW_verify_AbC123.txt', { token: null });
    expect([served.status, served.text, served.headers.get('content-type')]).toEqual([
      200,
      'AbC123',
      'text/plain; charset=utf-8',
    ]);
    expect((await api.call('/verification-files')).body.items).toHaveLength(1);
    expect((await api.call('/verification-files/WW_verify_AbC123.txt', { method: 'DELETE' })).status).toBe(
      204,
    );
    expect((await api.fetch('/WW_verify_AbC123.txt', { token: null })).status).toBe(404);
  });

  it.each(['../../etc/passwd', 'index.html', 'WW_verify_a/b.txt', 'WW_verify_.txt'])(
    'can not be named %s',
    async (name) => {
      const answer = await api.call('/verification-files', { body: { name, content: 'x' } });
      expect(answer.body.error.fields[0].path).toBe('name');
    },
  );
});
