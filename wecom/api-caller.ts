import { z } from 'zod';
import { WecomAddressRefusedError, checkApiBaseUrl, normaliseApiBaseUrl } from './address-guard';
import type { Verdict } from './answer';
import { faultError, parseAnswer, parseRows, readVerdict, refusalError, unreadableError } from './answer';
import type { ApiCaller, ApiRequest, ApiRowsRequest } from './api-request';
import type { CallOptions, CallRecord, Credential, WecomConnection } from './connection';
import { credentialLabel } from './connection';
import type { WecomError } from './errors';
import { WecomAccessError, WecomRateLimitedError, WecomTokenError, WecomTransientError } from './errors';
import type { RateBudgetStore, StoredToken, TokenStore } from './ports';
import { pause } from './pause';
import { createRateBudget } from './rate-budget';
import { createTokenSource, secretFingerprint } from './token-source';
import type { Multipart, RawAnswer } from './transport';
import { TransportError, exchange } from './transport';

export type ApiCallerOptions = {
  readonly connection: WecomConnection;
  readonly credential: Credential;
  readonly tokens: TokenStore;
  readonly budget: RateBudgetStore;
  readonly onCall?: (call: CallRecord) => void;
  readonly timeoutMs?: number;
  readonly allowedHosts?: readonly string[];
};

/** A call with everything but the token. */
type Outgoing = {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly query: Readonly<Record<string, string | number | undefined>>;
  readonly json?: string;
  readonly multipart?: Multipart;
  readonly writes: boolean;
  /** The endpoint answers with a file, and with JSON only when it refuses. */
  readonly downloads?: boolean;
  readonly rowsIn?: string;
  readonly personalValues: readonly string[];
};

type Answered = { readonly raw: RawAnswer; readonly verdict: Extract<Verdict, { kind: 'ok' }> };

// WeCom answers within a second; a user/list of a large department has been seen to take several.
const defaultTimeoutMs = 20_000;

const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
});

export function createApiCaller(options: ApiCallerOptions) {
  const { connection, credential, timeoutMs = defaultTimeoutMs, allowedHosts = [] } = options;
  const { corpId, corpKey, kind, apiBaseUrl, rateLimits } = connection;
  const budget = createRateBudget({ budget: options.budget, corpKey, rateLimits });

  async function send(
    outgoing: Outgoing,
    secretQuery: Readonly<Record<string, string>>,
    attempt: number,
    call: CallOptions,
  ): Promise<Answered> {
    const { path, method, query, json, multipart, writes } = outgoing;
    const { base, guarded } = target(path);
    const budgetWaitMs = await budget.acquire(path, call.priority ?? 'interactive', call.signal);
    const startedAtMs = performance.now();
    const record = (outcome: Pick<CallRecord, 'errcode' | 'fault' | 'httpStatus'>) =>
      options.onCall?.({
        corpKey,
        path,
        credential: credentialLabel(credential),
        durationMs: Math.round(performance.now() - startedAtMs),
        budgetWaitMs,
        attempt,
        ...outcome,
      });

    call.signal?.throwIfAborted();
    let raw: RawAnswer;
    try {
      raw = await exchange({
        method,
        url: `${base}/cgi-bin/${path}?${queryString({ ...query, ...secretQuery })}`,
        guarded,
        timeoutMs,
        ...(json === undefined ? {} : { json }),
        ...(multipart === undefined ? {} : { multipart }),
        ...(call.signal === undefined ? {} : { signal: call.signal }),
      });
    } catch (error) {
      // Given up half-way: WeCom has counted the call, so it is counted here too.
      record({ fault: error instanceof TransportError ? error.fault : 'abandoned' });
      if (!(error instanceof TransportError)) throw error;
      throw faultError(error, { path, writes });
    }

    const { httpStatus } = raw;
    const { personalValues, downloads = false, rowsIn } = outgoing;
    const unspeakable = [...Object.values(secretQuery), ...personalValues];
    const verdict = readVerdict(raw, { unspeakable, downloads, rowsIn });
    switch (verdict.kind) {
      case 'ok':
        record({ errcode: 0, httpStatus });
        return { raw, verdict };
      case 'refused':
        record({ errcode: verdict.errcode, httpStatus });
        throw await blocking(refusalError(verdict, { path, writes, httpStatus }));
      case 'unreadable':
        record({ fault: verdict.fault, httpStatus });
        throw await blocking(unreadableError(verdict, raw, { path, writes }));
    }
  }

  /** What WeCom said about its limits holds for every process, so it goes to the store before anybody else asks. */
  async function blocking(error: WecomError): Promise<WecomError> {
    if (error instanceof WecomRateLimitedError) await budget.block(error.path, error.retryAfterMs);
    return error;
  }

  function target(path: string): { readonly base: string; readonly guarded: boolean } {
    try {
      const { guarded } = checkApiBaseUrl({ url: apiBaseUrl, kind, allowedHosts });
      return { base: normaliseApiBaseUrl(apiBaseUrl), guarded };
    } catch (error) {
      if (!(error instanceof WecomAddressRefusedError)) throw error;
      throw new WecomAccessError({ path, fault: 'address-refused', errmsg: error.reason }, { cause: error });
    }
  }

  async function fetchToken(): Promise<StoredToken> {
    const outgoing = {
      path: 'gettoken',
      method: 'GET',
      query: {},
      writes: false,
      personalValues: [],
    } as const;
    const secretQuery = { corpid: corpId, corpsecret: credential.secret };
    const answered = await repeatOnce(outgoing, {}, (attempt) => send(outgoing, secretQuery, attempt, {}));
    const { access_token: token, expires_in: lifetimeSeconds } = parseAnswer(
      tokenAnswer,
      answered.verdict.json,
      {
        path: outgoing.path,
      },
    );
    return { token, expiresAt: new Date(Date.now() + lifetimeSeconds * 1000) };
  }

  function tokenSource() {
    // Inside the call, because an address that cannot be parsed must fail as an access error of that call.
    const key = {
      corpId,
      apiBaseUrl: target('gettoken').base,
      secretFingerprint: secretFingerprint(credential.secret),
    };
    return createTokenSource({ tokens: options.tokens, key, fetchToken });
  }

  async function authorised(outgoing: Outgoing, call: CallOptions): Promise<Answered> {
    const source = tokenSource();
    const first = await source.get(undefined, call.signal);
    try {
      return await repeatOnce(outgoing, call, (attempt) =>
        send(outgoing, { access_token: first.token }, attempt, call),
      );
    } catch (error) {
      if (!(error instanceof WecomTokenError)) throw error;
    }
    // WeCom may end a token early. Once only: a token refused twice in a row is not a matter of age.
    const second = await source.get(first.token, call.signal);
    return send(outgoing, { access_token: second.token }, 2, call);
  }

  const caller: ApiCaller = {
    async call(request, call = {}) {
      const { path, writes, answer } = request;
      const { raw, verdict } = await authorised(outgoingOf(request), call);
      return parseAnswer(answer, verdict.json, { path, httpStatus: raw.httpStatus, outcomeUnknown: writes });
    },

    async readRows<Row>({ rowsIn, isRow, ...request }: ApiRowsRequest<Row>, call: CallOptions = {}) {
      const { raw, verdict } = await authorised(
        { ...outgoingOf({ ...request, writes: false }), rowsIn },
        call,
      );
      const details = { path: request.path, httpStatus: raw.httpStatus };
      if (verdict.rowBounds !== undefined) return parseRows(raw, verdict.rowBounds, isRow, details);
      const rows = z.array(z.custom<Row>(isRow)).nullish();
      return parseAnswer(z.looseObject({ [rowsIn]: rows }), verdict.json, details)[rowsIn] ?? [];
    },

    async download({ path, query }, call = {}) {
      const outgoing = {
        path,
        query,
        method: 'GET',
        writes: false,
        downloads: true,
        personalValues: [],
      } as const;
      const { raw } = await authorised(outgoing, call);
      return raw;
    },
  };

  return {
    ...caller,
    async freshToken(call: CallOptions = {}): Promise<{ readonly expiresAt: Date }> {
      const { expiresAt } = await tokenSource().renew(call.signal);
      return { expiresAt };
    },
  };
}

function outgoingOf({
  path,
  method,
  query = {},
  body,
  multipart,
  writes,
  unspeakable = [],
}: Omit<ApiRequest<never>, 'answer'>): Outgoing {
  return {
    path,
    method,
    query,
    writes,
    personalValues: [...personalValuesIn(body), ...unspeakable],
    ...(body === undefined ? {} : { json: JSON.stringify(body) }),
    ...(multipart === undefined ? {} : { multipart }),
  };
}

/**
 * A kept-alive connection may be closed by the other side in the very moment it is used, and WeCom is busy now and
 * then: reading again at once is cheaper than a retry of the whole step. Writes are left to who can read back.
 */
async function repeatOnce(
  { writes }: { readonly writes: boolean },
  { signal }: CallOptions,
  attempt: (attempt: number) => Promise<Answered>,
): Promise<Answered> {
  try {
    return await attempt(1);
  } catch (error) {
    const worthRepeating =
      error instanceof WecomTransientError && (error.fault === 'reset' || error.errcode === -1);
    if (writes || !worthRepeating) throw error;
  }
  await pause(100 + Math.random() * 200, signal);
  return attempt(2);
}

function queryString(query: Readonly<Record<string, string | number | undefined>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) params.append(name, String(value));
  }
  return params.toString();
}

const personalFields = [
  'name',
  'alias',
  'mobile',
  'email',
  'biz_mail',
  'telephone',
  'address',
  'position',
] as const;

/** WeCom now and then echoes what it refuses. */
function personalValuesIn(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return [];
  const fields = body as Readonly<Record<string, unknown>>;
  return personalFields
    .map((field) => fields[field])
    .filter((value): value is string => typeof value === 'string' && value.length > 1);
}
