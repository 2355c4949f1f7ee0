import { Pool, type PoolClient } from 'pg';

/** Postgres without the object mapper, whose engine takes 80 MiB of memory once it is asked something. */
export interface SqlDatabase {
  readonly url: string;
  readonly pool: Pool;
  /** Runs `work` in one transaction on one connection. */
  transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export type DatabaseOptions = {
  readonly url: string;
  readonly maxConnections?: number;
  /** Idle connections that break (a restarted server, for one); the pool replaces them by itself. */
  readonly onConnectionLost?: (error: Error) => void;
};

const defaultMaxConnections = 10;
/** Long enough for a server that restarts, short enough that a caller learns of one that is gone. */
const connectionTimeoutMs = 10_000;

const statementTimeoutMs = 5 * 60_000;

/**
 * A machine that vanishes says no goodbye. Left to the defaults of the operating system, either side would wait for two
 * hours, and Postgres would hold the locks of whoever is gone.
 */
const silence = { askedAfterSeconds: 30, askedEverySeconds: 10, goneAfterQuestions: 3 };
const noticedByServer = [
  `tcp_keepalives_idle=${silence.askedAfterSeconds}`,
  `tcp_keepalives_interval=${silence.askedEverySeconds}`,
  `tcp_keepalives_count=${silence.goneAfterQuestions}`,
];

export function openSqlDatabase({ url, maxConnections, onConnectionLost }: DatabaseOptions): SqlDatabase {
  const pool = new Pool({
    connectionString: url,
    max: maxConnections ?? defaultMaxConnections,
    connectionTimeoutMillis: connectionTimeoutMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: silence.askedAfterSeconds * 1_000,
    options: noticedByServer.map((setting) => `-c ${setting}`).join(' '),
    // Whoever waited for it has given up by then; without an end it would go on working for nobody.
    statement_timeout: statementTimeoutMs,
    application_name: 'wecom-bridge',
  });
  // Without a listener, one broken idle connection would end the process.
  pool.on('error', (error) => onConnectionLost?.(error));
  let closing: Promise<void> | undefined;
  return {
    url,
    pool,
    transaction: (work) => inTransaction(pool, work),
    close: () => (closing ??= pool.end()),
  };
}

/** The answer to COMMIT was lost: the transaction may or may not have happened. */
export class CommitUnknownError extends Error {
  constructor(options: ErrorOptions) {
    super('The connection to the database broke during a commit', options);
    this.name = 'CommitUnknownError';
  }
}

async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => void (broken = error);
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await commit(client);
    return result;
  } catch (error) {
    if (!broken) await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

async function commit(client: PoolClient): Promise<void> {
  try {
    await client.query('COMMIT');
  } catch (error) {
    // FATAL (an administrator ended the session) says nothing about the transaction.
    const refusedByServer = (error as { severity?: unknown }).severity === 'ERROR';
    throw refusedByServer ? error : new CommitUnknownError({ cause: error });
  }
}
