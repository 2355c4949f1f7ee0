import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '../config';
import { projectRoot } from '../project-root';
import { openDatabase } from '../store/database';
import { isDatabaseUnavailable, isTableMissing } from '../store/errors';
import { assertMasterKeyFits, MasterKeyMismatchError } from '../store/installation';
import { createSecretBox } from '../store/secrets';
import { createApiDeps } from './deps';
import { createHttpServer } from './http-server';
import { createApiLogger } from './logger';
import { createOneTimeLogin } from './one-time-login';
import { createApp } from './server';

/** Over the IPC channel of whoever started this process; the supervisor's side is embedded/part.contract.ts. */
type ToParent =
  | { readonly type: 'ready'; readonly url: string }
  | { readonly type: 'one-time-login'; readonly url: string }
  | { readonly type: 'real-corp'; readonly exists: boolean };

/** Requests that are being answered get this long before the process ends. */
const drainMs = 10_000;
const sweepEveryMs = 3_600_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createApiLogger(config.BRIDGE_LOG_LEVEL);
  const db = openDatabase({
    url: config.DATABASE_URL,
    maxConnections: 20,
    onConnectionLost: (error) => logger.warn({ err: error }, 'database connection lost'),
  });
  await assertMasterKeyFits(db, createSecretBox(config.BRIDGE_MASTER_KEY.split(',')));

  const deps = createApiDeps({
    config,
    db,
    logger,
    version: productVersion(),
    publicUrl: config.BRIDGE_PUBLIC_URL ?? `http://127.0.0.1:${config.PORT}`,
    tellRealCorp: (exists) => tellParent({ type: 'real-corp', exists }),
  });
  await deps.users.ensureFirstAdmin();

  const server = createHttpServer(createApp(deps));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.PORT, config.BRIDGE_HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;
  logger.info({ host: config.BRIDGE_HOST, port, publicUrl: deps.settings.publicUrl }, 'API is listening');

  const sweep = setInterval(() => {
    Promise.all([
      deps.sessions.deleteExpired(),
      deps.idempotency.deleteExpired(),
      deps.bindingVisits.deleteExpired(),
    ]).catch((error: unknown) => logger.warn({ err: error }, 'expired rows could not be removed'));
  }, sweepEveryMs);

  let stopping = false;
  const stop = (reason: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ reason }, 'API is stopping');
    clearInterval(sweep);
    deps.callbackWaker.stop();
    const hard = setTimeout(() => process.exit(1), drainMs);
    hard.unref();
    server.close(() => {
      Promise.allSettled([deps.temporal.close(), db.close()])
        .then(() => process.exit(0))
        .catch(() => process.exit(1));
    });
    // A kept-alive connection becomes idle when its last answer is out.
    setInterval(() => server.closeIdleConnections(), 100).unref();
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('disconnect', () => stop('the parent process is gone'));
  process.on('message', (message) => {
    if (!isOneTimeLoginRequest(message)) return;
    answerOneTimeLogin().catch((error: unknown) => logger.error({ err: error }, 'no one-time login'));
  });
  tellParent({ type: 'ready', url: `http://${config.BRIDGE_HOST}:${port}` });
  // Asked again with every change of the corps; the API serves without it.
  await deps.realCorpNotice().catch((error: unknown) => logger.warn({ err: error }, 'corps not read'));

  async function answerOneTimeLogin(): Promise<void> {
    const admin = await deps.users.firstEnabledAdmin();
    if (admin === undefined) throw new Error('No enabled administrator to make a login for');
    const { url } = await createOneTimeLogin(deps, admin.id);
    tellParent({ type: 'one-time-login', url });
  }
}

/** The supervisor of `npm start`; started alone, there is nobody to tell. */
function tellParent(message: ToParent): void {
  if (process.connected) process.send?.(message);
}

function isOneTimeLoginRequest(message: unknown): boolean {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === 'one-time-login'
  );
}

function productVersion(): string {
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof MasterKeyMismatchError) return error.message;
  if (isTableMissing(error)) return 'The database has no tables yet. Run: npm run migrate';
  if (isDatabaseUnavailable(error))
    return "The database can't be reached. Check DATABASE_URL and that Postgres is running.";
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
