import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Client } from 'pg';
import { projectRoot } from '../../project-root';
import { migrate } from '../../store/migrate';
import { createEmptyTestDatabase, type TestDatabase } from '../support/database';

const folder = join(projectRoot, 'test', 'upgrade', 'versions');
const migrations = join(projectRoot, 'prisma', 'migrations');

type Corp = { readonly id: string; readonly corpid: string; readonly appId: string };

/** What `scripts/upgrade-check.mjs --record` knew of the work that was under way. */
export interface Known {
  readonly masterKey: string;
  readonly a: Corp;
  readonly b: Corp;
  readonly c: Corp;
  /** `userId name` of the first corp's. */
  readonly members: readonly string[];
  /** The run that was reading. */
  readonly pull: string;
  readonly departures?: readonly { userId: string; state: string; deleteAt: string | null }[];
  readonly waiting?: { id: string; planHash: string; changes: readonly Change[] };
  /** The run that WeCom had stopped. */
  readonly stopped?: string;
  readonly attendance?: { range: { from: string; to: string }; counts: Readonly<Record<string, number>> };
}

export type Change = { readonly id: string; readonly action: string; readonly status: string };

/** The commits whose databases are kept. */
export const versions = readdirSync(folder);

export function knownOf(version: string): Known {
  return JSON.parse(readFileSync(join(folder, version, 'known.json'), 'utf8')) as Known;
}

/** A database as that version left it, schema and rows. */
export async function createDatabaseOf(version: string): Promise<TestDatabase> {
  const sql = gunzipSync(readFileSync(join(folder, version, 'database.sql.gz'))).toString('utf8');
  const database = await createEmptyTestDatabase();
  const then = mkdtempSync(join(tmpdir(), 'wecom-bridge-migrations-'));
  try {
    for (const name of readdirSync(migrations).filter((one) => sql.includes(`'${one}'`)))
      cpSync(join(migrations, name), join(then, name), { recursive: true });
    await migrate({ url: database.url, folder: then });
    await load(database.url, sql);
  } finally {
    rmSync(then, { recursive: true, force: true });
  }
  return database;
}

async function load(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    // The rows come table by table, so that some name others which are not there yet; among them stands what was
    // applied when, with the checksums of that time.
    await client.query('SET session_replication_role = replica');
    await client.query('DELETE FROM "_prisma_migrations"');
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Rows of each table that was there. */
export async function countRows(url: string): Promise<Record<string, number>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; count: number }>(
      `SELECT relname AS name, (xpath('/row/count/text()', query_to_xml(
         format('SELECT count(*) FROM %I', relname), false, true, '')))[1]::text::int AS count
       FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relispartition`,
    );
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  } finally {
    await client.end();
  }
}
