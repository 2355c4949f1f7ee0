import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { XmlNode } from './callback-xml';
import { parseCallbackXml, readCallbackEnvelope } from './callback-xml';

/** WeCom's callback envelope: AES-256-CBC under the app's EncodingAESKey, signed with the app's token. */

export type CallbackRejection =
  'bad-key' | 'signature' | 'not-an-envelope' | 'not-decryptable' | 'receive-id' | 'not-xml';

export class CallbackRejectedError extends Error {
  constructor(
    readonly reason: CallbackRejection,
    options?: ErrorOptions,
  ) {
    super(`WeCom callback rejected: ${reason}`, options);
    this.name = 'CallbackRejectedError';
  }
}

/** As they stand in the callback's URL. */
export type CallbackQuery = {
  readonly msgSignature: string;
  readonly timestamp: string;
  readonly nonce: string;
};

export type CallbackMessage = {
  readonly agentId?: string;
  readonly fields: { readonly [name: string]: XmlNode };
};

const encodingAesKeyPattern = /^[A-Za-z0-9]{43}$/;
const blockBytes = 32;
const randomPrefixBytes = 16;
const lengthBytes = 4;

export function createCallbackCrypto({
  token,
  encodingAesKey,
  receiveId,
}: {
  readonly token: string;
  readonly encodingAesKey: string;
  /** The corp id for self-built apps and the contacts callback. */
  readonly receiveId: string;
}) {
  if (!encodingAesKeyPattern.test(encodingAesKey)) throw new CallbackRejectedError('bad-key');
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const iv = key.subarray(0, 16);

  function sign({ timestamp, nonce }: Omit<CallbackQuery, 'msgSignature'>, encrypted: string): string {
    return createHash('sha1').update([token, timestamp, nonce, encrypted].sort().join('')).digest('hex');
  }

  function assertSigned(query: CallbackQuery, encrypted: string): void {
    const expected = Buffer.from(sign(query, encrypted));
    const given = Buffer.from(query.msgSignature.toLowerCase());
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) {
      throw new CallbackRejectedError('signature');
    }
  }

  function decrypt(encrypted: string): string {
    const plain = removePadding(decipher(encrypted));
    const start = randomPrefixBytes + lengthBytes;
    if (plain.length < start) throw new CallbackRejectedError('not-decryptable');
    const end = start + plain.readUInt32BE(randomPrefixBytes);
    if (end > plain.length) throw new CallbackRejectedError('not-decryptable');
    if (plain.subarray(end).toString('utf8') !== receiveId) throw new CallbackRejectedError('receive-id');
    return plain.subarray(start, end).toString('utf8');
  }

  function decipher(encrypted: string): Buffer {
    const bytes = Buffer.from(encrypted, 'base64');
    if (bytes.length === 0 || bytes.length % 16 !== 0) throw new CallbackRejectedError('not-decryptable');
    const aes = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
    return Buffer.concat([aes.update(bytes), aes.final()]);
  }

  function encrypt(message: string): string {
    const body = Buffer.from(message, 'utf8');
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32BE(body.length);
    const plain = Buffer.concat([randomBytes(randomPrefixBytes), length, body, Buffer.from(receiveId)]);
    // OpenSSL pads to 16 bytes, WeCom to 32, so it is done here.
    const padBytes = blockBytes - (plain.length % blockBytes);
    const padded = Buffer.concat([plain, Buffer.alloc(padBytes, padBytes)]);
    const aes = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
    return Buffer.concat([aes.update(padded), aes.final()]).toString('base64');
  }

  return {
    /** Answer to WeCom's GET when the callback is saved: to be sent back as it is, without quotes or newline. */
    verifyUrl({ echostr, ...query }: CallbackQuery & { readonly echostr: string }): string {
      // A `+` that was not percent-encoded arrives as a space.
      const encrypted = echostr.replaceAll(' ', '+');
      assertSigned(query, encrypted);
      return decrypt(encrypted);
    },

    /** Checks the signature before anything is decrypted or parsed further. */
    async open(query: CallbackQuery, body: string): Promise<CallbackMessage> {
      const { encrypted, ...envelope } = envelopeOf(body);
      assertSigned(query, encrypted);
      return { ...envelope, fields: await messageOf(decrypt(encrypted)) };
    },

    /** The reply's XML, encrypted and signed, ready to be the body of the answer. */
    sealReply(
      replyXml: string,
      {
        timestamp = String(Math.floor(Date.now() / 1000)),
        nonce = randomBytes(8).toString('hex'),
      }: { readonly timestamp?: string; readonly nonce?: string } = {},
    ): string {
      const encrypted = encrypt(replyXml);
      const signature = sign({ timestamp, nonce }, encrypted);
      return (
        `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature>` +
        `<TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`
      );
    },
  };
}

export type CallbackCrypto = ReturnType<typeof createCallbackCrypto>;

function envelopeOf(body: string): { readonly encrypted: string; readonly agentId?: string } {
  try {
    const { encrypted, ...others } = readCallbackEnvelope(body);
    if (encrypted !== undefined) return { encrypted, ...others };
  } catch (error) {
    throw new CallbackRejectedError('not-an-envelope', { cause: error });
  }
  throw new CallbackRejectedError('not-an-envelope');
}

async function messageOf(xml: string): Promise<CallbackMessage['fields']> {
  try {
    return await parseCallbackXml(xml);
  } catch (error) {
    throw new CallbackRejectedError('not-xml', { cause: error });
  }
}

function removePadding(padded: Buffer): Buffer {
  const padBytes = padded.at(-1) ?? 0;
  const padding = padded.subarray(padded.length - padBytes);
  if (padBytes < 1 || padBytes > blockBytes || padding.some((byte) => byte !== padBytes)) {
    throw new CallbackRejectedError('not-decryptable');
  }
  return padded.subarray(0, padded.length - padBytes);
}
