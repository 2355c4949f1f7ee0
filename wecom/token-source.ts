import { createHash } from 'node:crypto';
import { WecomAccessError } from './errors';
import type { StoredToken, TokenKey, TokenStore } from './ports';

/**
 * The store is the truth. A process keeps a copy for a moment, so that a run of 100,000 calls does not read the
 * token 100,000 times, and joins concurrent refreshes before they reach the store's lock.
 */
type Memory = {
  readonly copies: Map<string, { readonly stored: StoredToken; readonly readAtMs: number }>;
  readonly refreshes: Map<string, Promise<StoredToken>>;
  readonly refusals: Map<string, { readonly error: WecomAccessError; readonly atMs: number }>;
};

const copyLifetimeMs = 60_000;

// WeCom bans the address for an hour after many wrong secrets: a run whose secret was reset must not hammer gettoken.
const refusalLifetimeMs = 10_000;
const secretRefusedErrcodes = new Set([40001, 40013, 40091]);

// Clients are made per request and per activity; what they learn belongs to the store they share.
const memories = new WeakMap<TokenStore, Memory>();

export type TokenSource = {
  /** A token WeCom should accept; `staleToken` is one it has just refused. */
  get(staleToken: string | undefined, signal: AbortSignal | undefined): Promise<StoredToken>;
  /** Asks WeCom whatever is cached. */
  renew(signal: AbortSignal | undefined): Promise<StoredToken>;
};

export function createTokenSource({
  tokens,
  key,
  fetchToken,
}: {
  readonly tokens: TokenStore;
  readonly key: TokenKey;
  readonly fetchToken: () => Promise<StoredToken>;
}): TokenSource {
  const memory = memoryOf(tokens);
  const id = `${key.apiBaseUrl} ${key.corpId} ${key.secretFingerprint}`;

  async function fetchRemembering(): Promise<StoredToken> {
    try {
      const fetched = await fetchToken();
      memory.refusals.delete(id);
      return fetched;
    } catch (error) {
      if (error instanceof WecomAccessError && secretRefusedErrcodes.has(error.errcode ?? 0)) {
        memory.refusals.set(id, { error, atMs: Date.now() });
      }
      throw error;
    }
  }

  /** Runs on its own, not on a caller's signal: others may be waiting for the same token. */
  function refresh(staleToken: string | undefined): Promise<StoredToken> {
    const flightId = `${id} ${staleToken ?? ''}`;
    const running = memory.refreshes.get(flightId);
    if (running) return running;
    const flight = tokens
      .refresh(key, staleToken, fetchRemembering)
      .then((stored) => remember(stored))
      .finally(() => memory.refreshes.delete(flightId));
    memory.refreshes.set(flightId, flight);
    return flight;
  }

  function remember(stored: StoredToken): StoredToken {
    memory.copies.set(id, { stored, readAtMs: Date.now() });
    return stored;
  }

  async function known(): Promise<StoredToken | undefined> {
    const copy = memory.copies.get(id);
    if (copy && Date.now() - copy.readAtMs < copyLifetimeMs) return copy.stored;
    const stored = await tokens.read(key);
    return stored && remember(stored);
  }

  return {
    async get(staleToken, signal) {
      signal?.throwIfAborted();
      const stored = await known();
      if (stored && stored.token !== staleToken && isFresh(stored)) return stored;
      const refusal = memory.refusals.get(id);
      if (refusal && Date.now() - refusal.atMs < refusalLifetimeMs) throw refusal.error;
      return abortable(refresh(stored?.token ?? staleToken), signal);
    },

    async renew(signal) {
      signal?.throwIfAborted();
      memory.refusals.delete(id);
      const stored = await tokens.read(key);
      return abortable(refresh(stored?.token), signal);
    },
  };
}

export function secretFingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 32);
}

// No safety margin: asked early, WeCom hands out the same token again, and 42001 is repaired by one refresh anyway.
function isFresh({ expiresAt }: StoredToken): boolean {
  return expiresAt.getTime() > Date.now();
}

function memoryOf(tokens: TokenStore): Memory {
  const existing = memories.get(tokens);
  if (existing) return existing;
  const fresh: Memory = { copies: new Map(), refreshes: new Map(), refusals: new Map() };
  memories.set(tokens, fresh);
  return fresh;
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
