import { randomBytes } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AxiosRequestConfig } from 'axios';
import axios, { AxiosError } from 'axios';
import { WecomAddressRefusedError, guardedLookup } from './address-guard';
import type { TransportFault } from './errors';

/** One HTTP exchange: bytes out, bytes in. Knows nothing of tokens, errcodes or budgets. */

export type Multipart = {
  readonly field: string;
  readonly filename: string;
  readonly content: Buffer;
  readonly contentType: string;
};

export type RawRequest = {
  readonly method: 'GET' | 'POST';
  /** Carries token and secret in its query: never to be logged or attached to an error. */
  readonly url: string;
  readonly json?: string;
  readonly multipart?: Multipart;
  /** Refuse to connect to internal addresses. */
  readonly guarded: boolean;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
};

export type RawAnswer = {
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

export class TransportError extends Error {
  constructor(
    readonly fault: TransportFault,
    /** Node's or OpenSSL's code, such as ECONNRESET. */
    readonly code: string | undefined,
    /** False when the request cannot have reached the other side. */
    readonly mayHaveArrived: boolean,
  ) {
    super(code === undefined ? fault : `${fault} (${code})`);
    this.name = 'TransportError';
  }
}

// The largest honest answer is a department/list of 30,000 departments, about 6 MB.
const maxAnswerBytes = 32 * 1024 * 1024;
const maxRequestBytes = 24 * 1024 * 1024;

const agentOptions = { keepAlive: true, maxSockets: 64, maxFreeSockets: 16, scheduling: 'lifo' } as const;

// Two pools, because a socket opened without the guard must never be reused by a call that needs it.
const openAgents = { httpAgent: new HttpAgent(agentOptions), httpsAgent: new HttpsAgent(agentOptions) };
const guardedAgents = {
  httpAgent: new HttpAgent({ ...agentOptions, lookup: guardedLookup }),
  httpsAgent: new HttpsAgent({ ...agentOptions, lookup: guardedLookup }),
};

const http = axios.create({
  responseType: 'arraybuffer',
  // WeCom never redirects an API call; following one would carry the token to another host.
  maxRedirects: 0,
  maxContentLength: maxAnswerBytes,
  maxBodyLength: maxRequestBytes,
  validateStatus: () => true,
  transformRequest: [(data: unknown) => data],
  transformResponse: [(data: unknown) => data],
  // A proxy from the environment would undo the address guard.
  proxy: false,
});

export async function exchange(request: RawRequest): Promise<RawAnswer> {
  request.signal?.throwIfAborted();
  // axios' own timeout only counts silence; a server that drips bytes would hold the call for ever.
  const deadline = new AbortController();
  const stop = () => deadline.abort();
  const timer = setTimeout(stop, request.timeoutMs);
  request.signal?.addEventListener('abort', stop, { once: true });
  try {
    const answer = await http.request<Buffer>(axiosConfig(request, deadline.signal));
    return { httpStatus: answer.status, headers: plainHeaders(answer.headers), body: answer.data };
  } catch (error) {
    request.signal?.throwIfAborted();
    throw transportError(error, deadline.signal.aborted);
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', stop);
  }
}

function axiosConfig(request: RawRequest, signal: AbortSignal): AxiosRequestConfig {
  const { method, url, json, multipart, guarded } = request;
  return {
    method,
    url,
    signal,
    ...(guarded ? guardedAgents : openAgents),
    ...(json === undefined
      ? {}
      : { data: json, headers: { 'Content-Type': 'application/json; charset=utf-8' } }),
    ...(multipart === undefined ? {} : multipartBody(multipart)),
  };
}

/** Written by hand because WeCom wants `filelength` in the part's header, which FormData cannot add. */
function multipartBody({ field, filename, content, contentType }: Multipart) {
  const boundary = `----wecom-bridge-${randomBytes(12).toString('hex')}`;
  const safeFilename = filename.replace(/["\r\n\\]/g, '_');
  const head =
    `--${boundary}\r\n` +
    `Content-Disposition: form-data; name="${field}"; filename="${safeFilename}"; filelength=${content.length}\r\n` +
    `Content-Type: ${contentType.replace(/[\r\n]/g, '')}\r\n\r\n`;
  return {
    data: Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
  };
}

function plainHeaders(headers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .map(([name, value]) => [name.toLowerCase(), value]),
  );
}

const dnsCodes = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);
const connectCodes = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
]);

/** A clean error: axios' own one carries the url, and with it the token, in several places. */
function transportError(error: unknown, timedOut: boolean): TransportError {
  if (timedOut) return new TransportError('timeout', undefined, true);
  const root = rootOf(error);
  if (root instanceof WecomAddressRefusedError)
    return new TransportError('address-refused', undefined, false);
  const code = codeOf(root) ?? codeOf(error);
  if (code !== undefined && dnsCodes.has(code)) return new TransportError('dns', code, false);
  if (code !== undefined && connectCodes.has(code)) return new TransportError('connect', code, false);
  if (code !== undefined && isTlsCode(code)) return new TransportError('tls', code, false);
  if (code === 'ETIMEDOUT') return new TransportError('timeout', code, true);
  if (code?.startsWith('HPE_')) return new TransportError('broken-answer', code, true);
  if (error instanceof AxiosError && /maxContentLength/.test(error.message)) {
    return new TransportError('answer-too-large', undefined, true);
  }
  return new TransportError('reset', code, true);
}

function rootOf(error: unknown): unknown {
  return error instanceof AxiosError && error.cause !== undefined ? rootOf(error.cause) : error;
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function isTlsCode(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|EPROTO$|HOSTNAME_MISMATCH|INVALID_CA)/.test(
    code,
  );
}
