// `npm start`: set-up, then the whole product in one process tree.
import { createRequire } from 'node:module';
import { build } from './lib/compile.mjs';
import { stopWithNpm } from './lib/npm-parent.mjs';
import { inRoot } from './lib/paths.mjs';
import { failWith, language, say, step } from './lib/say.mjs';
import { prepare } from './lib/set-up.mjs';

try {
  await prepare({ temporal: !process.env.TEMPORAL_ADDRESS });
  await build();
  const require = createRequire(import.meta.url);
  const { supervise } = require(inRoot('dist', 'embedded', 'supervisor.js'));
  stopWithNpm();
  process.exit(await supervise({ env: process.env, lang: language, terminal: { say, step } }));
} catch (error) {
  failWith(error);
}
