import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startGuarded, type GuardedService } from '../../embedded/guarded-service';
import { freePort } from '../../embedded/ports';
import { postgresUrl, type PostgresSpec } from '../../embedded/service';
import { findTemporalBinary } from '../../embedded/temporal-binary';
import { projectRoot } from '../../project-root';
import { createDatabase, databaseUrl } from './database';

export interface TestRun {
  readonly folder: string;
  readonly services: readonly GuardedService[];
  readonly template: string | undefined;
}

declare global {
  var testRun: TestRun | undefined;
}

/**
 * One Postgres and one Temporal server for the whole run, on free ports in a temporary folder; TEST_DATABASE_URL (a
 * superuser's) and TEST_TEMPORAL_ADDRESS name others.
 */
export default async function globalSetup(): Promise<void> {
  compile();
  const folder = mkdtempSync(join(tmpdir(), 'wecom-bridge-test-'));
  const services: GuardedService[] = [];
  const started = await Promise.allSettled([
    process.env['TEST_DATABASE_URL'] ? undefined : startTestPostgres(folder, services),
    process.env['TEST_TEMPORAL_ADDRESS'] ? undefined : startTestTemporal(folder, services),
    findTimeSkippingServer(),
  ]);
  globalThis.testRun = { folder, services, template: undefined };
  for (const result of started) if (result.status === 'rejected') throw result.reason;
  globalThis.testRun = { folder, services, template: await createTemplate() };
}

/** The guardian, the migrations and the supervised product run as processes of their own, from compiled code. */
function compile(): void {
  execFileSync(
    process.execPath,
    [join(projectRoot, 'scripts', 'build.mjs'), '--without-console', '--keep-going'],
    {
      cwd: projectRoot,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
}

async function startTestPostgres(folder: string, services: GuardedService[]): Promise<void> {
  const spec: PostgresSpec = {
    service: 'postgres',
    dataDir: join(folder, 'postgres'),
    port: await freePort(),
    user: 'postgres',
    password: 'test',
    database: 'postgres',
    logFile: join(folder, 'postgres.log'),
    durable: false,
  };
  services.push(await startGuarded(spec));
  process.env['TEST_DATABASE_URL'] = postgresUrl(spec);
}

async function startTestTemporal(folder: string, services: GuardedService[]): Promise<void> {
  const port = await freePort();
  const temporal = await startGuarded({
    service: 'temporal',
    binary: await findTemporalBinary(),
    dataDir: join(folder, 'temporal'),
    port,
    uiPort: await freePort(),
    logFile: join(folder, 'temporal.log'),
    durable: false,
  });
  services.push(temporal);
  process.env['TEST_TEMPORAL_ADDRESS'] = `127.0.0.1:${port}`;
}

/** Each suite that needs it starts one of its own: time is the server's, and everybody on it shares it. */
async function findTimeSkippingServer(): Promise<void> {
  const script = join(projectRoot, 'scripts', 'find-time-skipping-server.mjs');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script], { encoding: 'utf8' });
  process.env['TEST_TIME_SKIPPING_SERVER'] = stdout;
  process.env['TEST_TIME_SKIPPING_LACKS'] = stderr;
}

/** Migrated once; every test database is a copy of it. */
async function createTemplate(): Promise<string | undefined> {
  const migrate = join(projectRoot, 'dist', 'store', 'migrate-main.js');
  if (!existsSync(migrate)) return undefined;
  const template = `template_${process.pid}_${Date.now().toString(36)}`;
  await createDatabase(template);
  execFileSync(process.execPath, [migrate], {
    cwd: projectRoot,
    env: { ...process.env, DATABASE_URL: databaseUrl(template) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.env['TEST_DATABASE_TEMPLATE'] = template;
  return template;
}
