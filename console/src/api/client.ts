import { currentLanguage } from '../language/preference';

const base = '/api/v1';

export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

export interface WecomAnswer {
  /** Null where the answer was none of WeCom's. */
  readonly errcode: number | null;
  readonly errmsg: string;
  readonly path: string;
}

interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly fields?: readonly FieldProblem[];
  readonly advice?: string;
  readonly wecom?: WecomAnswer;
  readonly runId?: string;
  /** In words, what would follow from what has to be confirmed first. */
  readonly effects?: readonly string[];
}

/** The API answered, and its answer is a refusal. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly body: ErrorBody,
  ) {
    super(body.message);
  }

  get code(): string {
    return this.body.code;
  }
}

/** The API gave no answer that could be understood: the network, a proxy, or a restart in between. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type QueryValue = string | number | boolean | null | undefined;

interface CallOptions {
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** JSON, or a form with a file. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

let csrfToken: string | undefined;

/** Every write carries the token of the session that the cookie names. */
export function rememberCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  try {
    return await send<T>(method, path, options);
  } catch (error) {
    // Another tab may have signed in again: the cookie is shared between tabs, the token here is then an old one.
    if (!(error instanceof ApiError) || error.code !== 'csrf_failed') throw error;
    const session = await send<{ csrfToken: string }>('GET', '/session');
    rememberCsrfToken(session.csrfToken);
    return send<T>(method, path, options);
  }
}

/** A file in the reader's language, with the name that the server gives it. */
export async function callFile(
  path: string,
  query: CallOptions['query'] = {},
): Promise<{ readonly content: Blob; readonly name: string | undefined }> {
  const response = await request('GET', path, { query });
  if (!response.ok) await answerOf(response, 'GET', path);
  const name = /filename="?([^";]+)"?/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  return { content: await response.blob(), name };
}

async function send<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  return answerOf<T>(await request(method, path, options), method, path);
}

async function request(
  method: Method,
  path: string,
  { query, body, headers, signal }: CallOptions = {},
): Promise<Response> {
  try {
    return await fetch(`${base}${path}${queryString(query)}`, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        'accept-language': currentLanguage(),
        // Of a form the browser names the type itself: it has to name its boundary too.
        ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
        ...(method === 'GET' || csrfToken === undefined ? {} : { 'x-csrf-token': csrfToken }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new UnreachableError(`${method} ${path}`, { cause: error });
  }
}

async function answerOf<T>(response: Response, method: Method, path: string): Promise<T> {
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer as T;
  if (isErrorAnswer(answer)) throw new ApiError(response.status, answer.error);
  throw new UnreachableError(`${method} ${path}: HTTP ${response.status} without a readable body`);
}

function isErrorAnswer(answer: unknown): answer is { error: ErrorBody } {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return false;
  const { error } = answer;
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}

function queryString(query: CallOptions['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** A list answered in pages. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  readonly total?: number;
}

/** `crypto.randomUUID` exists in secure contexts only, and the console is also opened over plain http in a LAN. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
