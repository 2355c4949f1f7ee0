import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { projectRoot } from '../project-root';

export interface MigrationLogger {
  info(details: object, message: string): void;
}

export type MigrateOptions = {
  readonly url: string;
  readonly logger?: MigrationLogger;
  /** Defaults to prisma/migrations. */
  readonly folder?: string;
  /** How long to wait for a server that is still starting. */
  readonly connectWithinMs?: number;
};

type Migration = { readonly name: string; readonly sql: string; readonly checksum: string };
type AppliedRow = { migration_name: string; checksum: string; finished_at: Date | null };

/** The database was migrated by a newer release than this one. */
export class DatabaseNewerError extends Error {
  constructor(readonly unknownMigrations: readonly string[]) {
    super(
      `The database was set up by a newer version of WeCom Bridge: it holds ${list(unknownMigrations)}, ` +
        'which this version does not know. Start that newer version, or restore the backup made before it was installed.',
    );
    this.name = 'DatabaseNewerError';
  }
}

/** A migration that was applied is not the one in the folder any more. */
export class MigrationEditedError extends Error {
  constructor(readonly editedMigrations: readonly string[]) {
    super(
      `${list(editedMigrations)} changed after being applied to this database. Applied migrations are never edited: ` +
        'restore the original file and write a new migration.',
    );
    this.name = 'MigrationEditedError';
  }
}

/** Another tool stopped in the middle of a migration; what it left has to be looked at by a person. */
export class MigrationUnfinishedError extends Error {
  constructor(readonly migration: string) {
    super(
      `The migration ${migration} was started by another tool and never finished. Look at the database, then mark it ` +
        `with "prisma migrate resolve --applied ${migration}" or "--rolled-back ${migration}".`,
    );
    this.name = 'MigrationUnfinishedError';
  }
}

/** A migration's SQL failed. Its transaction was rolled back: the database is as it was before. */
export class MigrationFailedError extends Error {
  constructor(
    readonly migration: string,
    options: { readonly cause: unknown },
  ) {
    super(`The migration ${migration} failed and was rolled back: ${messageOf(options.cause)}`, options);
    this.name = 'MigrationFailedError';
  }
}

/** Ours alone. Prisma's own lock, 72707369, has a timeout and belongs to its engine. */
const migrationLock = [0x57424247, 1] as const;

/** As Prisma creates it, so that `prisma migrate` can take over where its engine is at hand. */
const historyTable = `
  CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                  VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"            VARCHAR(64) NOT NULL,
    "finished_at"         TIMESTAMPTZ,
    "migration_name"      VARCHAR(255) NOT NULL,
    "logs"                TEXT,
    "rolled_back_at"      TIMESTAMPTZ,
    "started_at"          TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
  )`;

/** Brings the database to this version, under a lock: processes that start together wait for the first one. */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const migrations = readMigrations(options.folder ?? join(projectRoot, 'prisma', 'migrations'));
  const client = await connect(options.url, options.connectWithinMs ?? 30_000);
  try {
    await client.query('SELECT pg_advisory_lock($1, $2)', [...migrationLock]);
    await client.query(historyTable);
    const pending = pendingMigrations(migrations, await readHistory(client));
    for (const migration of pending) {
      await apply(client, migration);
      options.logger?.info({ migration: migration.name }, 'migration applied');
    }
    return { applied: pending.map(({ name }) => name) };
  } finally {
    await client.end();
  }
}

function readMigrations(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readHistory(client: Client): Promise<AppliedRow[]> {
  const { rows } = await client.query<AppliedRow>(
    `SELECT migration_name, checksum, finished_at FROM "_prisma_migrations"
     WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return rows;
}

function pendingMigrations(migrations: readonly Migration[], history: readonly AppliedRow[]): Migration[] {
  const unfinished = history.find(({ finished_at }) => finished_at === null);
  if (unfinished) throw new MigrationUnfinishedError(unfinished.migration_name);
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const unknown = history.filter(({ migration_name }) => !known.has(migration_name));
  if (unknown.length > 0) throw new DatabaseNewerError(unknown.map(({ migration_name }) => migration_name));
  const edited = history.filter(
    ({ migration_name, checksum }) => known.get(migration_name)?.checksum !== checksum,
  );
  if (edited.length > 0) throw new MigrationEditedError(edited.map(({ migration_name }) => migration_name));
  const applied = new Set(history.map(({ migration_name }) => migration_name));
  return migrations.filter(({ name }) => !applied.has(name));
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  const id = randomUUID();
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, transaction_timestamp(), clock_timestamp(), 1)`,
      [id, checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await recordFailure(client, { id, name, checksum, error });
    throw new MigrationFailedError(name, { cause: error });
  }
}

type Failure = {
  readonly id: string;
  readonly name: string;
  readonly checksum: string;
  readonly error: unknown;
};

async function recordFailure(client: Client, { id, name, checksum, error }: Failure): Promise<void> {
  try {
    await client.query('ROLLBACK');
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, logs, rolled_back_at)
       VALUES ($1, $2, $3, $4, clock_timestamp())`,
      [id, checksum, name, messageOf(error)],
    );
  } catch (failure) {
    throw new MigrationFailedError(name, { cause: new AggregateError([error, failure], messageOf(error)) });
  }
}

async function connect(url: string, withinMs: number): Promise<Client> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const client = new Client({ connectionString: url, application_name: 'wecom-bridge migrate' });
    // A connection that breaks later rejects the query that uses it; the event alone would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (!isStillStarting(error) || Date.now() >= deadline) throw error;
      await wait(500);
    }
  }
}

/** Nobody listens yet, or the server answers "the database system is starting up". */
function isStillStarting(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 'ECONNREFUSED' || code === '57P03';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function list(names: readonly string[]): string {
  return names.length === 1 ? `the migration ${names[0]}` : `the migrations ${names.join(', ')}`;
}
