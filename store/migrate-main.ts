import pino from 'pino';
import { ConfigError, loadEmbeddedConfig } from '../config';
import { migrate } from './migrate';

async function main(): Promise<void> {
  const { DATABASE_URL: url, BRIDGE_LOG_LEVEL: level } = loadEmbeddedConfig();
  if (url === undefined) {
    throw new ConfigError([
      'DATABASE_URL is not set. Expected: a Postgres connection URL. ' +
        'Example: postgresql://bridge:password@db.internal:5432/wecom_bridge',
    ]);
  }
  const logger = pino({ name: 'migrate', level });
  const { applied } = await migrate({ url, logger });
  logger.info(
    { applied: applied.length },
    applied.length === 0 ? 'the database is up to date' : 'database migrated',
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
