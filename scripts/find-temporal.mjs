// Prints the path of the Temporal binary, fetching or building it first where there is none.
import { failWith } from './lib/say.mjs';
import { temporalBinary } from './lib/temporal-binary.mjs';

try {
  process.stdout.write(await temporalBinary());
} catch (error) {
  failWith(error);
}
