import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../../embedded/postgres';
import { borrowUser, choosePostgresUser, type PostgresUser } from '../../embedded/postgres-user';
import { freePort } from '../../embedded/ports';
import { postgresUrl, type PostgresSpec, type RunningService } from '../../embedded/service';

let folder: string;
const running: RunningService[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wecom-bridge-postgres-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function specIn(parent: string): Promise<PostgresSpec> {
  return {
    service: 'postgres',
    dataDir: join(parent, 'postgres'),
    port: await freePort(),
    user: 'bridge',
    password: "p'w $1",
    database: 'wecom_bridge',
    logFile: join(parent, 'postgres.log'),
    durable: false,
  };
}

async function start(spec: PostgresSpec, user?: PostgresUser): Promise<RunningService> {
  const server = await startPostgres(spec, user);
  running.push(server);
  return server;
}

async function query(spec: PostgresSpec, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: postgresUrl(spec) });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

it('runs below a folder that only its owner may enter, whoever that is', async () => {
  const closed = join(folder, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const spec = await specIn(closed);
  await start(spec);
  expect(await query(spec, 'select current_database() as name')).toEqual([{ name: 'wecom_bridge' }]);
});

it('root is never the user that Postgres sees', () => {
  const isRoot = process.getuid?.() === 0;
  expect(['namespace', 'borrowed'].includes(choosePostgresUser().kind)).toBe(isRoot);
});

it('a borrowed user that may not enter the data folder gets programs and data in a place of the system', async () => {
  // Only root can borrow another user; anybody else runs Postgres as themselves, and the same must work.
  const user: PostgresUser = process.getuid?.() === 0 ? borrowUser() : { kind: 'own' };
  const closed = join(folder, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const spec = await specIn(closed);
  await start(spec, user);
  const place = readFileSync(join(closed, 'postgres.location'), 'utf8').trim();
  expect(place === spec.dataDir).toBe(user.kind === 'own');
  expect(await query(spec, 'select 1 as one')).toEqual([{ one: 1 }]);
  if (place !== spec.dataDir) {
    await running.pop()?.stop();
    rmSync(join(place, '..'), { recursive: true, force: true });
  }
});

it('rows outlive a stop, and a kill -9 of the server', async () => {
  const spec = await specIn(folder);
  const first = await start(spec);
  await query(spec, 'create table kept (answer int)');
  await query(spec, 'insert into kept values (42)');
  await first.stop();
  const second = await start(spec);
  expect(await query(spec, 'select answer from kept')).toEqual([{ answer: 42 }]);
  process.kill(second.pid, 'SIGKILL');
  await second.exited;
  await start(spec);
  expect(await query(spec, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

it('a server left running on the folder is ended before the next one starts', async () => {
  const spec = await specIn(folder);
  const left = await start(spec);
  await start({ ...spec, port: await freePort() });
  expect(await left.exited).toMatch(/ended/);
});

it('a pid file that names a living process which is not Postgres harms nobody', async () => {
  const spec = await specIn(folder);
  await (await start(spec)).stop();
  writeFileSync(join(spec.dataDir, 'postmaster.pid'), `${process.ppid}\n${spec.dataDir}\n`);
  chmodSync(join(spec.dataDir, 'postmaster.pid'), 0o600);
  await start(spec);
  expect(() => process.kill(process.ppid, 0)).not.toThrow();
});

it('an initialisation that was cut short is done again', async () => {
  const spec = await specIn(folder);
  mkdirSync(join(spec.dataDir, 'base'), { recursive: true });
  await start(spec);
  expect(await query(spec, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('data of another major version is left alone, with the way out', async () => {
  const spec = await specIn(folder);
  await (await start(spec)).stop();
  writeFileSync(join(spec.dataDir, 'PG_VERSION'), '9\n');
  await expect(startPostgres(spec)).rejects.toThrow(
    /written by Postgres 9; the embedded one is \d+.*pg_dump/,
  );
});

it('a password is needed, also on this machine', async () => {
  const spec = await specIn(folder);
  await start(spec);
  await expect(query({ ...spec, password: 'guess' }, 'select 1')).rejects.toThrow(
    /password authentication failed/,
  );
});
