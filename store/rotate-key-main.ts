import { ConfigError, loadConfig } from '../config';
import { openDatabase } from './database';
import { rotateMasterKey } from './rotate-key';
import { createSecretBox } from './secrets';

/** `npm run rotate-key`, with the new master key first in BRIDGE_MASTER_KEY and the old one after a comma. */
async function main(): Promise<void> {
  const config = loadConfig();
  const db = openDatabase({ url: config.DATABASE_URL, maxConnections: 2 });
  try {
    const counts = await rotateMasterKey(db, createSecretBox(config.BRIDGE_MASTER_KEY.split(',')));
    for (const { column, resealed, current } of counts) {
      process.stdout.write(`${column}: ${resealed} encrypted anew, ${current} up to date already\n`);
    }
    process.stdout.write(
      'Done. When every process runs with the new key, take the old one out of BRIDGE_MASTER_KEY.\n',
    );
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
