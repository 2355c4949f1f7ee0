import { build } from './lib/compile.mjs';
import { failWith } from './lib/say.mjs';
import { prepare } from './lib/set-up.mjs';

const flags = new Set(process.argv.slice(2));
try {
  await prepare({ temporal: false });
  await build({ keepGoing: flags.has('--keep-going'), console: !flags.has('--without-console') });
} catch (error) {
  failWith(error);
}
