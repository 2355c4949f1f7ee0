import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { encrypt, getSignature } from '@wecom/crypto';

/** As WeCom sends a callback: encrypted, signed, and again where no 200 comes within five seconds. */

export type Receiver = { readonly corpid: string; readonly token: string; readonly encodingAesKey: string };

export type Envelope = { readonly query: string; readonly body: string };

export type Answer = { readonly status: number | null; readonly ms: number; readonly tries: number };

/** WeCom's own. */
const answerWithinMs = 5_000;
const triesAtMost = 4;
/** Enough that no delivery waits for another one's answer. */
const connections = 256;

export const createSender = (): Agent => new Agent({ keepAlive: true, maxSockets: connections });

/** That a member's data have changed; each number makes another event. */
export function messageAboutMember(
  { corpid }: Pick<Receiver, 'corpid'>,
  { userid, department }: { readonly userid: string; readonly department: readonly number[] },
  number: number,
): string {
  return (
    `<xml><ToUserName><![CDATA[${corpid}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>` +
    `<CreateTime>${1_700_000_000 + number}</CreateTime><MsgType><![CDATA[event]]></MsgType>` +
    `<Event><![CDATA[change_contact]]></Event><ChangeType><![CDATA[update_user]]></ChangeType>` +
    `<UserID><![CDATA[${userid}]]></UserID><Department><![CDATA[${department.join(',')}]]></Department></xml>`
  );
}

export function envelope({ corpid, token, encodingAesKey }: Receiver, message: string): Envelope {
  const encrypted = encrypt(encodingAesKey, message, corpid);
  const timestamp = '1700000000';
  const nonce = randomBytes(6).toString('hex');
  const signature = getSignature(token, timestamp, nonce, encrypted);
  return {
    query: `?msg_signature=${signature}&timestamp=${timestamp}&nonce=${nonce}`,
    body: `<xml><ToUserName><![CDATA[${corpid}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
  };
}

/** `dueAt` is a time of `performance.now()`. What is not answered with 200 is sent again, three times. */
export async function deliver(
  sender: Agent,
  url: string,
  delivery: Envelope,
  dueAt: number,
): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const status = await post(sender, url, delivery);
    if (status === 200 || tries === triesAtMost) return { status, ms: performance.now() - dueAt, tries };
  }
}

function post(sender: Agent, url: string, { query, body }: Envelope): Promise<number | null> {
  return new Promise((resolve) => {
    const sending = request(
      url + query,
      {
        method: 'POST',
        agent: sender,
        timeout: answerWithinMs,
        headers: { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? null));
        response.once('error', () => resolve(null));
      },
    );
    sending.once('timeout', () => sending.destroy());
    sending.once('error', () => resolve(null));
    sending.end(body);
  });
}
