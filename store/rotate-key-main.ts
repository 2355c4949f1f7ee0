import { ConfigError, loadEmbeddedConfig } from '../config';
import { openDatabase } from './database';
import { rotateMasterKey } from './rotate-key';
import { createSecretBox } from './secrets';

/** `npm run rotate-key`, with the new master key first in BRIDGE_MASTER_KEY and the old one after a comma. */
async function main(): Promise<void> {
  const { DATABASE_URL: url, BRIDGE_MASTER_KEY: masterKey } = loadEmbeddedConfig();
  if (url === undefined || masterKey === undefined) {
    throw new ConfigError([
      `${url === undefined ? 'DATABASE_URL' : 'BRIDGE_MASTER_KEY'} is not set. It has to be the one the bridge runs with.`,
    ]);
  }
  const keys = masterKey.split(',');
  if (keys.length === 1) {
    process.stdout.write(
      'BRIDGE_MASTER_KEY holds one key, so there is nothing to change to. Put a new one before it, with a comma ' +
        'between them (openssl rand -base64 32), restart the bridge, and run this again.\n',
    );
  }
  const db = openDatabase({ url, maxConnections: 2 });
  try {
    const counts = await rotateMasterKey(db, createSecretBox(keys));
    for (const { column, resealed, current } of counts) {
      process.stdout.write(`${column}: ${resealed} encrypted anew, ${current} up to date already\n`);
    }
    if (keys.length > 1) {
      process.stdout.write('Done. Take the old key out of BRIDGE_MASTER_KEY and restart the bridge.\n');
    }
  } finally {
    await db.close();
  }
}

main().catch((error: unknown) => {
  const said =
    error instanceof ConfigError ? error.message : error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `${said}\nNothing is lost: what was encrypted anew stays so, and a repeated run goes on from there.\n`,
  );
  process.exit(1);
});
