import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { Client } from 'pg';
import { projectRoot } from '../../project-root';
import {
  DatabaseNewerError,
  migrate,
  MigrationEditedError,
  MigrationFailedError,
  MigrationUnfinishedError,
} from '../../store/migrate';
import { createEmptyTestDatabase, type TestDatabase } from '../support/database';

const shipped = join(projectRoot, 'prisma', 'migrations');
const shippedNames = readdirSync(shipped).filter((name) => !name.endsWith('.toml'));

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await createEmptyTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
});

afterEach(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function query<Row extends object>(sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

function writeMigration(name: string, sql: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'migration.sql'), sql);
}

const history =
  'SELECT migration_name, checksum, finished_at, rolled_back_at, logs FROM "_prisma_migrations"';

it('an empty database gets every migration, and a second run finds nothing to do', async () => {
  expect(await migrate({ url: database.url })).toEqual({ applied: shippedNames });
  expect(await migrate({ url: database.url })).toEqual({ applied: [] });
  expect(await query('SELECT * FROM corp')).toEqual([]);
});

it('a database of an earlier release keeps its rows and gets what is new', async () => {
  cpSync(shipped, folder, { recursive: true });
  await migrate({ url: database.url, folder });
  await query(`INSERT INTO installation_fact (name, value, updated_at) VALUES ('kept', '1', now())`);
  writeMigration('29990101000000_later', 'ALTER TABLE installation_fact ADD COLUMN note TEXT');

  expect(await migrate({ url: database.url, folder })).toEqual({ applied: ['29990101000000_later'] });
  expect(await query('SELECT name, note FROM installation_fact')).toEqual([{ name: 'kept', note: null }]);
});

it('of processes that start together one migrates and the others find it done', async () => {
  writeMigration('20260101000000_slow', 'SELECT pg_sleep(0.3); CREATE TABLE made_once (id INT)');

  const results = await Promise.all([1, 2, 3, 4].map(() => migrate({ url: database.url, folder })));

  expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 0, 1]);
  expect(await query(history)).toHaveLength(1);
});

it('a migration that fails leaves nothing behind, is on record, and runs again once it is mended', async () => {
  writeMigration('20260101000000_half', 'CREATE TABLE half (id INT); SELECT nonsense');

  await expect(migrate({ url: database.url, folder })).rejects.toThrow(MigrationFailedError);

  expect(await query(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
  expect(await query(history)).toEqual([
    expect.objectContaining({
      migration_name: '20260101000000_half',
      finished_at: null,
      rolled_back_at: expect.any(Date),
      logs: expect.stringContaining('nonsense'),
    }),
  ]);
  writeMigration('20260101000000_half', 'CREATE TABLE half (id INT)');
  expect(await migrate({ url: database.url, folder })).toEqual({ applied: ['20260101000000_half'] });
});

it('rows are those of prisma migrate: the checksum is the sha256 of the file', async () => {
  const sql = 'CREATE TABLE seen (id INT)';
  writeMigration('20260101000000_seen', sql);
  await migrate({ url: database.url, folder });
  expect(await query(history)).toEqual([
    {
      migration_name: '20260101000000_seen',
      checksum: createHash('sha256').update(sql).digest('hex'),
      finished_at: expect.any(Date),
      rolled_back_at: null,
      logs: null,
    },
  ]);
});

it('a database that knows more migrations than this release is refused', async () => {
  writeMigration('20260101000000_one', 'SELECT 1');
  writeMigration('20260102000000_two', 'SELECT 1');
  await migrate({ url: database.url, folder });
  rmSync(join(folder, '20260102000000_two'), { recursive: true });
  await expect(migrate({ url: database.url, folder })).rejects.toThrow(DatabaseNewerError);
  await expect(migrate({ url: database.url, folder })).rejects.toThrow('20260102000000_two');
});

it('a migration edited after it was applied is refused', async () => {
  writeMigration('20260101000000_one', 'SELECT 1');
  await migrate({ url: database.url, folder });
  writeMigration('20260101000000_one', 'SELECT 2');
  await expect(migrate({ url: database.url, folder })).rejects.toThrow(MigrationEditedError);
});

it('a migration that another tool left unfinished is left to a person', async () => {
  writeMigration('20260101000000_one', 'SELECT 1');
  await migrate({ url: database.url, folder });
  await query(
    `INSERT INTO "_prisma_migrations" (id, checksum, migration_name) VALUES ('x', 'x', '20260102000000_two')`,
  );
  await expect(migrate({ url: database.url, folder })).rejects.toThrow(MigrationUnfinishedError);
});

it('schema.prisma and the migrations describe the same database', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(projectRoot, 'scripts', 'migrate-dev.mjs'), 'drift'],
    { env: { ...process.env, DATABASE_URL: database.url }, encoding: 'utf8' },
  );
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(stderr).toContain('agree');
});

it('a schema that has moved on without a migration is drift', () => {
  // The same check over a copy of the project's schema folder with one migration too few.
  const script = `
    import { withSchemaEngine } from ${JSON.stringify(join(projectRoot, 'scripts', 'lib', 'schema-engine.mjs'))};
    const options = { url: process.env.DATABASE_URL, schema: ${JSON.stringify(join(projectRoot, 'prisma', 'schema.prisma'))}, migrations: ${JSON.stringify(folder)} };
    const exitCode = await withSchemaEngine(options, async ({ engine, filters, migrationsList, schemaFiles }) =>
      (await engine.diff({ from: { tag: 'migrations', ...migrationsList() }, to: { tag: 'schemaDatamodel', ...schemaFiles }, script: true, exitCode: true, filters })).exitCode);
    process.exit(exitCode);`;
  writeMigration('20260101000000_other', 'CREATE TABLE other (id INT)');
  cpSync(join(shipped, 'migration_lock.toml'), join(folder, 'migration_lock.toml'));
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, DATABASE_URL: database.url },
  });
  expect(status).toBe(2);
});
