import { decrypt, encrypt, getSignature } from '@wecom/crypto';
import type { CallbackRejection } from '../../wecom';
import { CallbackRejectedError, createCallbackCrypto, parseCallbackXml } from '../../wecom';

// The example of WeCom's own documentation of the callback protocol.
const documented = {
  token: 'QDG6eK',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  receiveId: 'wx5823bf96d3bd56c7',
  query: {
    msgSignature: '477715d11cdb4164915debcba66cb864d751f3e6',
    timestamp: '1409659813',
    nonce: '1372623149',
  },
  encrypted:
    'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==',
};

const app = {
  token: 'hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo',
  encodingAesKey: '6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt',
  receiveId: 'ww1436e0e65a779aee',
};
const crypto = createCallbackCrypto(app);

/** A delivery as WeCom makes it, built with Tencent's own library. */
function delivery(message: string, receiveId = app.receiveId) {
  const encrypted = encrypt(app.encodingAesKey, message, receiveId);
  const timestamp = '1700000000';
  const nonce = '42';
  const query = { msgSignature: getSignature(app.token, timestamp, nonce, encrypted), timestamp, nonce };
  return { query, encrypted, body: envelope(encrypted) };
}

function envelope(encrypted: string): string {
  return `<xml><ToUserName><![CDATA[${app.receiveId}]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
}

function signed(encrypted: string) {
  const timestamp = '1700000000';
  const nonce = '7';
  return { msgSignature: getSignature(app.token, timestamp, nonce, encrypted), timestamp, nonce };
}

async function rejection(attempt: () => unknown): Promise<CallbackRejection> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof CallbackRejectedError) return error.reason;
    throw error;
  }
  throw new Error('was accepted');
}

describe('callback crypto', () => {
  it("opens the example of WeCom's documentation", async () => {
    const { fields } = await createCallbackCrypto(documented).open(
      documented.query,
      envelope(documented.encrypted),
    );
    expect(fields).toEqual({
      ToUserName: 'wx5823bf96d3bd56c7',
      FromUserName: 'mycreate',
      CreateTime: '1409659813',
      MsgType: 'text',
      Content: 'hello',
      MsgId: '4561255354251345929',
      AgentID: '218',
    });
  });

  it.each(['', 'x', '你好，世界', 'a'.repeat(11), 'a'.repeat(12), '多'.repeat(5000)])(
    "reads what Tencent's library encrypts (message %#)",
    (message) => {
      const { query, encrypted } = delivery(message);
      expect(crypto.verifyUrl({ ...query, echostr: encrypted })).toBe(message);
    },
  );

  it.each(['', 'ok', '<xml><Content><![CDATA[好]]></Content></xml>', 'b'.repeat(31), 'b'.repeat(4096)])(
    "is read by Tencent's library (reply %#)",
    async (reply) => {
      const sealed = await parseCallbackXml(crypto.sealReply(reply));
      const encrypted = String(sealed['Encrypt']);
      expect(sealed['MsgSignature']).toBe(
        getSignature(app.token, String(sealed['TimeStamp']), String(sealed['Nonce']), encrypted),
      );
      expect(decrypt(app.encodingAesKey, encrypted)).toMatchObject({ message: reply, id: app.receiveId });
    },
  );

  it('hands over the fields of an event and the app it belongs to', async () => {
    const { query, body } = delivery(
      '<xml><MsgType>event</MsgType><Event>template_card_event</Event><SelectedItems><SelectedItem><QuestionKey>q</QuestionKey><OptionIds><OptionId>o1</OptionId><OptionId>o2</OptionId></OptionIds></SelectedItem></SelectedItems></xml>',
    );
    expect(await crypto.open(query, body)).toEqual({
      agentId: '1000002',
      fields: {
        MsgType: 'event',
        Event: 'template_card_event',
        SelectedItems: { SelectedItem: { QuestionKey: 'q', OptionIds: { OptionId: ['o1', 'o2'] } } },
      },
    });
  });

  it('accepts an echostr whose + signs arrived as spaces', () => {
    const withPlus = Array.from({ length: 50 }, (_, n) => delivery(`echo ${n}`)).find(({ encrypted }) =>
      encrypted.includes('+'),
    );
    if (!withPlus) throw new Error('no + in fifty ciphertexts');
    const echostr = withPlus.encrypted.replaceAll('+', ' ');
    expect(crypto.verifyUrl({ ...withPlus.query, echostr })).toMatch(/^echo \d+$/);
  });

  it.each(['msgSignature', 'timestamp', 'nonce'] as const)(
    'refuses a delivery whose %s was changed',
    async (name) => {
      const { query, body } = delivery('<xml><A>1</A></xml>');
      expect(await rejection(() => crypto.open({ ...query, [name]: `${query[name]}0` }, body))).toBe(
        'signature',
      );
    },
  );

  it('refuses a message that was swapped under a valid signature', async () => {
    const { query } = delivery('<xml><A>1</A></xml>');
    const other = delivery('<xml><A>2</A></xml>');
    expect(await rejection(() => crypto.open(query, other.body))).toBe('signature');
  });

  it('refuses a message signed with another token', async () => {
    const { query, body } = delivery('<xml><A>1</A></xml>');
    const other = createCallbackCrypto({ ...app, token: 'another' });
    expect(await rejection(() => other.open(query, body))).toBe('signature');
  });

  it('refuses a message meant for another corp', async () => {
    const { query, body } = delivery('<xml><A>1</A></xml>', 'ww0000000000000000');
    expect(await rejection(() => crypto.open(query, body))).toBe('receive-id');
  });

  it.each(['AAAA', '', 'not*base64', Buffer.alloc(64, 7).toString('base64')])(
    'refuses a correctly signed text that does not decrypt (%#)',
    async (encrypted) => {
      const attempt = () => crypto.verifyUrl({ ...signed(encrypted), echostr: encrypted });
      expect(await rejection(attempt)).toMatch(/^(not-decryptable|receive-id)$/);
    },
  );

  it('refuses a ciphertext of which a part is missing', async () => {
    const { encrypted } = delivery('a message of more than one block, to be cut in the middle');
    const cut = Buffer.from(encrypted, 'base64').subarray(0, 48).toString('base64');
    expect(await rejection(() => crypto.verifyUrl({ ...signed(cut), echostr: cut }))).toMatch(
      /^(not-decryptable|receive-id)$/,
    );
  });

  it.each([
    '',
    'hello',
    '<xml></xml>',
    '<xml><Encrypt>',
    '<xml><Encrypt><A/></Encrypt></xml>',
    '{"encrypt":"x"}',
  ])('refuses a body that is no envelope (%#)', async (body) => {
    expect(await rejection(() => crypto.open(signed(''), body))).toMatch(/^(not-an-envelope|signature)$/);
  });

  it('refuses documents with entities of their own', async () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><Encrypt>&a;</Encrypt></xml>';
    expect(await rejection(() => crypto.open(signed('aaaa'), bomb))).toBe('not-an-envelope');
    const { query, body } = delivery('<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><A>&a;</A></xml>');
    expect(await rejection(() => crypto.open(query, body))).toBe('not-xml');
  });

  it('does not let element names reach object prototypes', async () => {
    const { query, body } = delivery('<xml><__proto__><polluted>yes</polluted></__proto__><A>1</A></xml>');
    const { fields } = await crypto.open(query, body);
    expect(fields['A']).toBe('1');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect('polluted' in fields).toBe(false);
  });

  it.each(['', 'short', 'x'.repeat(44), `${'x'.repeat(42)}!`])(
    'refuses the EncodingAESKey "%s"',
    async (key) => {
      expect(await rejection(() => createCallbackCrypto({ ...app, encodingAesKey: key }))).toBe('bad-key');
    },
  );
});
