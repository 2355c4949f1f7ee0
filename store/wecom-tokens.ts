import { createHash } from 'node:crypto';
import { Client } from 'pg';
import type { StoredToken, TokenKey, TokenStore } from '../wecom/ports';
import type { Database } from './database';
import { secretContext, type SecretBox } from './secrets';

/** Longer than one gettoken takes, with its own repeat. */
const lockWithinMs = 60_000;

/** Tokens shared by all processes. Only one of them asks WeCom; the others wait and read what it stored. */
export function createTokenStore(db: Database, secrets: SecretBox): TokenStore {
  async function read(key: TokenKey): Promise<StoredToken | undefined> {
    const { rows } = await db.pool.query<{ token_enc: string; expires_at: Date }>(
      `SELECT token_enc, expires_at FROM wecom_token
       WHERE corp_id = $1 AND api_base_url = $2 AND secret_fingerprint = $3`,
      parts(key),
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    return { token: secrets.open(row.token_enc, tokenContext(key)), expiresAt: row.expires_at };
  }

  async function save(key: TokenKey, { token, expiresAt }: StoredToken): Promise<void> {
    await db.pool.query(
      `INSERT INTO wecom_token (corp_id, api_base_url, secret_fingerprint, token_enc, expires_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, now())
       ON CONFLICT (corp_id, api_base_url, secret_fingerprint)
       DO UPDATE SET token_enc = EXCLUDED.token_enc, expires_at = EXCLUDED.expires_at, updated_at = now()`,
      [...parts(key), secrets.seal(token, tokenContext(key)), expiresAt],
    );
  }

  return {
    read,
    refresh: (key, staleToken, fetch, signal) =>
      locked(db.url, key, signal, async () => {
        const stored = await read(key);
        if (stored !== undefined && stored.token !== staleToken && stored.expiresAt.getTime() > Date.now()) {
          return stored;
        }
        const fetched = await fetch();
        await save(key, fetched);
        return fetched;
      }),
  };
}

/**
 * The lock has a connection of its own. One from the pool could be the last: `fetch` asks for a rate permit, which
 * needs a connection too, and would wait for ever. It goes away with the process that holds it.
 */
async function locked<T>(
  url: string,
  key: TokenKey,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const client = new Client({ connectionString: url, application_name: 'wecom-bridge token' });
  // Losing the connection fails the query that waits; after that the lock is gone and at worst two processes ask.
  client.on('error', () => undefined);
  const onAbort = () => void client.end().catch(() => undefined);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await client.connect();
    await client.query(`SET lock_timeout = ${lockWithinMs}`);
    await client.query('SELECT pg_advisory_lock($1::bigint)', [lockNumber(key)]);
    return await work();
  } catch (error) {
    throw signal?.aborted ? (signal.reason as Error) : error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await client.end().catch(() => undefined);
  }
}

function parts({ corpId, apiBaseUrl, secretFingerprint }: TokenKey): [string, string, string] {
  return [corpId, apiBaseUrl, secretFingerprint];
}

/** Must agree with the rotation of master keys, which seals every row anew. */
export function tokenContext(key: TokenKey): string {
  return secretContext('wecom_token', 'token_enc', parts(key).join('|'));
}

function lockNumber(key: TokenKey): string {
  const hash = createHash('sha256')
    .update(['wecom-token', ...parts(key)].join('\0'))
    .digest();
  return hash.readBigInt64BE(0).toString();
}
