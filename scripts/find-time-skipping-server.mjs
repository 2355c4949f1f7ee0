// Prints the path of Temporal's test server, fetching it first where there is none; nothing where it can't be had.
import { failWith, say } from './lib/say.mjs';
import { timeSkippingServer } from './lib/time-skipping-server.mjs';

try {
  const { server, reasons } = await timeSkippingServer();
  for (const reason of server === undefined ? reasons : []) say(`  - ${reason}`);
  process.stdout.write(server ?? '');
} catch (error) {
  failWith(error);
}
