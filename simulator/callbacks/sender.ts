import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { encrypt, getSignature } from '@wecom/crypto';
import type { Logger } from 'pino';
import type { SimulatorClock } from '../clock';
import { Rejection } from '../errors';
import type { Settings } from '../settings';
import type { CallbackReceiver } from '../state/corp';
import { xmlDocument } from './xml';
import type { XmlValue } from './xml';

export type Attempt = { readonly at: string; readonly httpStatus: number | null; readonly error?: string };
export type Delivery = {
  readonly corpid: string;
  readonly agentid: number | null;
  readonly url: string;
  readonly message: string;
  readonly attempts: Attempt[];
  delivered: boolean;
  finished: boolean;
};

type Message = {
  readonly corpid: string;
  readonly agentid: number | null;
  readonly receiver: CallbackReceiver;
  readonly fields: { readonly [name: string]: XmlValue };
};

const MAX_DELIVERIES_KEPT = 5000;
const MAX_SENDING_AT_ONCE = 16;

/** Sends WeCom's callbacks: encrypted, five seconds to answer, three more tries. */
export class CallbackSender {
  readonly #deliveries: Delivery[] = [];
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #stop = new AbortController();
  #sending = 0;
  #idle: (() => void)[] = [];

  constructor(private readonly deps: { clock: SimulatorClock; settings: () => Settings; logger: Logger }) {}

  deliveries(corpid?: string): readonly Delivery[] {
    return this.#deliveries.filter((one) => corpid === undefined || one.corpid === corpid);
  }

  clear(): void {
    this.#deliveries.length = 0;
  }

  send(message: Message): void {
    const delivery: Delivery = {
      corpid: message.corpid,
      agentid: message.agentid,
      url: message.receiver.url,
      message: xmlDocument(message.fields),
      attempts: [],
      delivered: false,
      finished: false,
    };
    this.#deliveries.push(delivery);
    if (this.#deliveries.length > MAX_DELIVERIES_KEPT) this.#deliveries.shift();
    this.#waiting.push(() => this.#deliver(delivery, message.receiver));
    this.#sendNext();
  }

  /** What WeCom does when an admin saves a callback address. */
  async verify(corpid: string, receiver: CallbackReceiver): Promise<void> {
    if (!/^[A-Za-z0-9]{1,32}$/.test(receiver.token)) throw new Rejection(85010, 'token');
    if (!/^[A-Za-z0-9]{43}$/.test(receiver.encodingAesKey)) throw new Rejection(85010, 'EncodingAESKey');
    if (!URL.canParse(receiver.url) || !/^https?:$/.test(new URL(receiver.url).protocol)) {
      throw new Rejection(40057, 'url');
    }
    const expected = String(randomInt(10 ** 12)).padStart(19, '5');
    const echostr = encrypt(receiver.encodingAesKey, expected, corpid);
    const url = this.#signedUrl(receiver, echostr, echostr);
    let answer: string;
    try {
      const response = await fetch(url, {
        redirect: 'manual',
        signal: AbortSignal.any([
          AbortSignal.timeout(this.deps.settings().callbackVerifyTimeoutMs),
          this.#stop.signal,
        ]),
      });
      answer = await response.text();
      if (response.status !== 200) throw new Rejection(40057, `HTTP ${response.status}`);
    } catch (error) {
      if (error instanceof Rejection) throw error;
      throw new Rejection(40057, reasonOf(error));
    }
    // A quote, a byte-order mark or a line end too many fails in WeCom as well.
    if (answer !== expected) throw new Rejection(40057, 'the answer is not the decrypted echostr');
  }

  async idle(): Promise<void> {
    if (this.#sending === 0 && this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async close(): Promise<void> {
    this.#waiting.length = 0;
    this.#stop.abort();
    await this.idle();
  }

  #sendNext(): void {
    while (this.#sending < MAX_SENDING_AT_ONCE) {
      const task = this.#waiting.shift();
      if (task === undefined) break;
      this.#sending += 1;
      task()
        .catch((error: unknown) => this.deps.logger.error({ err: error }, 'callback delivery broke'))
        .finally(() => {
          this.#sending -= 1;
          this.#sendNext();
        });
    }
    if (this.#sending === 0 && this.#waiting.length === 0) {
      for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  async #deliver(delivery: Delivery, receiver: CallbackReceiver): Promise<void> {
    const { callbackRetries, callbackRetryDelayMs } = this.deps.settings();
    for (let attempt = 0; attempt <= callbackRetries && !this.#stop.signal.aborted; attempt += 1) {
      if (attempt > 0) await this.#pause(callbackRetryDelayMs);
      const outcome = await this.#post(delivery, receiver);
      delivery.attempts.push(outcome);
      if (outcome.httpStatus === 200) {
        delivery.delivered = true;
        break;
      }
      this.deps.logger.warn(
        { corpid: delivery.corpid, agentid: delivery.agentid, attempt: attempt + 1, ...outcome },
        'callback not accepted',
      );
    }
    delivery.finished = true;
  }

  async #post(delivery: Delivery, receiver: CallbackReceiver): Promise<Attempt> {
    const at = new Date(this.deps.clock.nowMs()).toISOString();
    const encrypted = encrypt(receiver.encodingAesKey, delivery.message, delivery.corpid);
    const envelope = xmlDocument({
      ToUserName: delivery.corpid,
      ...(delivery.agentid === null ? {} : { AgentID: String(delivery.agentid) }),
      Encrypt: encrypted,
    });
    try {
      const response = await fetch(this.#signedUrl(receiver, encrypted), {
        method: 'POST',
        headers: { 'Content-Type': 'text/xml' },
        body: envelope,
        redirect: 'manual',
        signal: AbortSignal.any([
          AbortSignal.timeout(this.deps.settings().callbackTimeoutMs),
          this.#stop.signal,
        ]),
      });
      await response.arrayBuffer();
      return { at, httpStatus: response.status };
    } catch (error) {
      return { at, httpStatus: null, error: reasonOf(error) };
    }
  }

  #signedUrl(receiver: CallbackReceiver, signed: string, echostr?: string): string {
    const timestamp = String(this.deps.clock.nowSeconds());
    const nonce = randomBytes(8).readBigUInt64BE().toString();
    const query = [
      ['msg_signature', getSignature(receiver.token, timestamp, nonce, signed)],
      ['timestamp', timestamp],
      ['nonce', nonce],
      ...(echostr === undefined ? [] : [['echostr', echostr]]),
    ]
      .map(([name, value]) => `${name}=${encodeURIComponent(value as string)}`)
      .join('&');
    return receiver.url + (receiver.url.includes('?') ? '&' : '?') + query;
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal }).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) throw error;
    });
  }
}

/** Node's fetch hides the reason in `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
