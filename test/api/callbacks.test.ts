import { gzipSync } from 'node:zlib';
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

  it.each([
    ['cut off in the middle', (xml: string) => xml.slice(0, -30), 400],
    [
      'of a hundred thousand elements in each other',
      () => `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`,
      400,
    ],
    [
      'of a hundred thousand elements beside each other',
      () => `<xml>${'<a>1</a>'.repeat(60_000)}</xml>`,
      400,
    ],
    ['of thousands of comments and open sections', () => `<xml>${'<![CDATA['.repeat(60_000)}</xml>`, 400],
    [
      'with entities that grow',
      () => `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>`,
      400,
    ],
    [
      'with an external entity',
      () => `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>`,
      400,
    ],
    [
      'that looks like thousands of envelopes',
      () => `<xml><![CDATA[${'<Encrypt><![CDATA['.repeat(55_000)}]]></xml>`,
      400,
    ],
    ['of nothing but spaces', () => `<xml><Encrypt>${' '.repeat(1_000_000)}<b></b></Encrypt></xml>`, 400],
    ['with attributes', (xml: string) => xml.replace('<xml>', '<xml a="1">'), 400],
    ['that is empty', () => '', 400],
    ['that is JSON', () => '{"encrypt":"x"}', 400],
    [
      'larger than a megabyte',
      (xml: string) => xml.replace('<xml>', `<xml><a>${'x'.repeat(1_100_000)}</a>`),
      413,
    ],
  ] as const)('with a body %s are refused, with the reason in the log', async (_name, change, status) => {
    const before = await api.deps.callbackEvents.countEvents(id);
    const logged = api.logged.length;
    const { query, xml } = envelope(event('attacker'));
    expect((await deliver(query, change(xml))).status).toBe(status);
    expect(api.logged.slice(logged).join('')).toMatch(/"reason":"(not-an-envelope|too-large)"/);
    expect(await api.deps.callbackEvents.countEvents(id)).toBe(before);
  });

  it.each([
    ['nested too deeply', `${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}`],
    ['with a document type', '<!DOCTYPE x [<!ENTITY a "b">]><xml><UserID>&a;</UserID></xml>'],
    ['that is no XML', 'hello'],
  ])('with a signed message %s are refused', async (_name, message) => {
    const before = await api.deps.callbackEvents.countEvents(id);
    const { query, xml } = envelope(message);
    expect((await deliver(query, xml)).status).toBe(400);
    expect(await api.deps.callbackEvents.countEvents(id)).toBe(before);
  });

  it('are refused when they come compressed or in an unknown character set', async () => {
    const { query, xml } = envelope(event('packed'));
    const url = `${callback}?${query.toString()}`;
    const packed = await fetch(url, {
      method: 'POST',
      body: gzipSync(xml),
      headers: { 'content-encoding': 'gzip' },
    });
    const strange = await fetch(url, {
      method: 'POST',
      body: xml,
      headers: { 'content-type': 'text/xml; charset=klingon' },
    });
    expect([packed.status, strange.status]).toEqual([400, 400]);
  });

  it('carry on with a changed key at once, and keep two apps with the same message apart', async () => {
    const other = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ';
    const second = await api.createCorp();
    const connected = await api.call('/corps', {
      body: { name: 'B', corpId: second.corpId, contactsCallback: { token, encodingAesKey } },
    });
    const secondId = String(connected.body.id);
    const created = await api.call(`/corps/${secondId}/apps`, {
      body: {
        name: 'B',
        agentId: second.agentId,
        secret: second.appSecret,
        callback: { token, encodingAesKey },
      },
    });
    const url = String(created.body.callbackUrl);
    const post = (to: string, key: string) => {
      const timestamp = '1409659813';
      const encrypted = encrypt(key, event('twice'), second.corpId);
      const query = new URLSearchParams({
        msg_signature: getSignature(token, timestamp, '7', encrypted),
        timestamp,
        nonce: '7',
      });
      return fetch(`${to}?${query.toString()}`, {
        method: 'POST',
        body: `<xml><Encrypt>${encrypted}</Encrypt></xml>`,
      });
    };
    expect((await post(url, encodingAesKey)).status).toBe(200);
    await api.call(`/corps/${secondId}/apps/${created.body.id}`, {
      method: 'PATCH',
      body: { callback: { token, encodingAesKey: other } },
    });
    expect((await post(url, other)).status).toBe(200);
    expect((await post(String(connected.body.contactsCallbackUrl), encodingAesKey)).status).toBe(200);
    const { rows } = await api.db.pool.query(
      'SELECT app_id, deliveries FROM callback_event WHERE corp_id = $1 ORDER BY deliveries DESC',
      [secondId],
    );
    expect(rows).toEqual([
      { app_id: created.body.id, deliveries: 2 },
      { app_id: null, deliveries: 1 },
    ]);
  });

  it('are not answered with 200 while they can not be stored', async () => {
    const { query, xml } = envelope(event('unlucky'));
    await api.db.pool.query('ALTER TABLE callback_event RENAME TO callback_event_away');
    try {
      expect((await deliver(query, xml)).status).toBe(503);
    } finally {
      await api.db.pool.query('ALTER TABLE callback_event_away RENAME TO callback_event');
    }
    expect((await deliver(query, xml)).status).toBe(200);
  });

  it('are counted in the metrics', async () => {
    const metrics = await api.fetch('/metrics');
    expect(metrics.text).toContain('wecom_bridge_callbacks_total{outcome="new"}');
    expect(metrics.text).toContain('wecom_bridge_callbacks_total{outcome="refused:signature"}');
    expect(metrics.text).toContain('wecom_bridge_waiting_events');
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
