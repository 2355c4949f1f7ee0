import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { secondsSince } from './measuring';

const bytesAtOnce = 256 * 1024;

export type BareCopy = { readonly rows: number; readonly seconds: number };

/** The rows of a table once more, by nothing but COPY: from a file into a table with the same columns and key. */
export async function copyAgain(databaseUrl: string, table: string): Promise<BareCopy> {
  const folder = mkdtempSync(join(tmpdir(), 'wecom-bridge-bench-copy-'));
  const file = join(folder, 'rows');
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const copy = `bench_${table}`;
    await client.query(`DROP TABLE IF EXISTS ${copy}`);
    await client.query(`CREATE TABLE ${copy} (LIKE ${table} INCLUDING DEFAULTS)`);
    await client.query(`ALTER TABLE ${copy} ADD PRIMARY KEY (${await primaryKey(client, table)})`);
    await pipeline(client.query(copyTo(`COPY ${table} TO STDOUT`)), createWriteStream(file));

    const startedAt = performance.now();
    const writing = client.query(copyFrom(`COPY ${copy} FROM STDIN`));
    await pipeline(createReadStream(file, { highWaterMark: bytesAtOnce }), writing);
    const seconds = secondsSince(startedAt);
    await client.query(`DROP TABLE ${copy}`);
    return { rows: writing.rowCount, seconds };
  } finally {
    await client.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function primaryKey(client: Client, table: string): Promise<string> {
  const { rows } = await client.query<{ columns: string }>(
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY array_position(indkey::int2[], attnum)) AS columns
       FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
      WHERE indrelid = $1::regclass AND indisprimary`,
    [table],
  );
  const columns = rows[0]?.columns;
  if (!columns) throw new Error(`${table} has no primary key`);
  return columns;
}
