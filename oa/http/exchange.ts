import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import axios, { AxiosError } from 'axios';
import { OaBusyError, OaReadingExpiredError, OaRefusedError, OaUnavailableError } from '../errors';
import { errorAnswer } from './contract';
import { newNonce, signatureHeaders, signRequest } from './signature';

export type OaHttpConnection = {
  /** Without a slash at the end; may have a path. */
  readonly baseUrl: string;
  readonly secret: string;
  readonly timeoutMs?: number;
  /** Before each repetition; as many entries, as many repetitions. */
  readonly repeatAfterMs?: readonly number[];
};

export type OaRequest = {
  readonly method: 'GET' | 'POST';
  /** Below the base address, with its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  /** Whether it may be sent again when no answer came: reading, or writing under a key. */
  readonly repeatable: boolean;
  readonly signal?: AbortSignal | undefined;
};

const defaultTimeoutMs = 30_000;
/** A moment for a reload or a lost packet; whoever called waits longer by themselves. */
const defaultRepeatAfterMs = [300, 1_500];
const longestRetryAfterMs = 15 * 60_000;
/** A page of 1,000 people with every field is about half a megabyte. */
const maxAnswerBytes = 32 * 1024 * 1024;

const agentOptions = { keepAlive: true, maxSockets: 16, scheduling: 'lifo' } as const;

const http = axios.create({
  httpAgent: new HttpAgent(agentOptions),
  httpsAgent: new HttpsAgent(agentOptions),
  responseType: 'arraybuffer',
  // A signature is good for one address only.
  maxRedirects: 0,
  maxContentLength: maxAnswerBytes,
  validateStatus: () => true,
  transformRequest: [(data: unknown) => data],
  transformResponse: [(data: unknown) => data],
  proxy: false,
});

/** Sends a signed request, again where that is safe; gives the answer's JSON, undefined where there is none. */
export async function exchange(connection: OaHttpConnection, request: OaRequest): Promise<unknown> {
  const pauses = request.repeatable ? (connection.repeatAfterMs ?? defaultRepeatAfterMs) : [];
  for (const pauseMs of pauses) {
    try {
      return await exchangeOnce(connection, request);
    } catch (error) {
      if (!(error instanceof OaUnavailableError)) throw error;
      await pause(pauseMs, undefined, request.signal === undefined ? {} : { signal: request.signal });
    }
  }
  return exchangeOnce(connection, request);
}

async function exchangeOnce(connection: OaHttpConnection, request: OaRequest): Promise<unknown> {
  const { method, path, signal } = request;
  const operation = `${method} ${path.split('?', 1)[0] ?? ''}`;
  const url = new URL(connection.baseUrl + path);
  const body = request.body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(request.body));
  const idempotencyKey = request.idempotencyKey ?? '';
  const timeSeconds = Math.floor(Date.now() / 1000);
  const nonce = newNonce();
  const signed = { method, path: url.pathname + url.search, body, idempotencyKey, timeSeconds, nonce };

  signal?.throwIfAborted();
  // axios' own timeout only counts silence; a server that drips bytes would hold the call for ever.
  const deadline = AbortSignal.timeout(connection.timeoutMs ?? defaultTimeoutMs);
  let answer;
  try {
    answer = await http.request<Buffer>({
      method,
      url: url.href,
      signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
      headers: {
        Accept: 'application/json',
        [signatureHeaders.time]: String(timeSeconds),
        [signatureHeaders.nonce]: nonce,
        [signatureHeaders.signature]: signRequest(signed, connection.secret),
        ...(idempotencyKey === '' ? {} : { [signatureHeaders.idempotencyKey]: idempotencyKey }),
        ...(request.body === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
      },
      ...(request.body === undefined ? {} : { data: body }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw noAnswer(operation, error, deadline.aborted);
  }
  return readAnswer(operation, answer.status, answer.headers['retry-after'], answer.data);
}

/** Without the cause: axios' errors carry the whole request. */
function noAnswer(operation: string, error: unknown, timedOut: boolean): Error {
  if (timedOut) return new OaUnavailableError(operation, 'timeout', undefined);
  if (!(error instanceof AxiosError)) return error instanceof Error ? error : new Error(String(error));
  if (/maxContentLength/.test(error.message)) {
    return new OaRefusedError(operation, 'answer-too-large', undefined);
  }
  return new OaUnavailableError(operation, error.code?.toLowerCase() ?? 'no-answer', undefined);
}

function readAnswer(operation: string, status: number, retryAfter: unknown, body: Buffer): unknown {
  if (status === 204 || (status === 202 && body.length === 0)) return undefined;
  const json = parseJson(body);
  if (status >= 200 && status < 300) {
    if (json === undefined) throw new OaRefusedError(operation, 'answer-not-json', status);
    return json.value;
  }
  const said = errorAnswer.safeParse(json?.value);
  const code = said.success ? said.data.error.code : 'refused';
  if (status === 429 || (status === 503 && retryAfter !== undefined)) {
    throw new OaBusyError(operation, status, retryAfterMs(retryAfter));
  }
  if (status === 409 && code === 'in_progress') throw new OaBusyError(operation, status, 1_000);
  if (status === 410) throw new OaReadingExpiredError(operation, code, status);
  // 408 and 425 ask for a repetition in so many words.
  if (status >= 500 || status === 408 || status === 425) {
    throw new OaUnavailableError(operation, said.success ? code : 'failed', status);
  }
  throw new OaRefusedError(operation, code, status);
}

function parseJson(body: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(body.toString('utf8')) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function retryAfterMs(header: unknown): number {
  const text = typeof header === 'string' ? header.trim() : '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 1_000), longestRetryAfterMs) : 30_000;
}
