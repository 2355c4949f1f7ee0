// `npm run bench -- pull --members 100000 --json`: set-up, then one benchmark.
import { spawn } from 'node:child_process';
import { build } from './lib/compile.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { failWith } from './lib/say.mjs';
import { prepare } from './lib/set-up.mjs';

try {
  await prepare({ temporal: !process.env.TEMPORAL_ADDRESS });
  await build({ console: false });
  const bench = spawn(
    process.execPath,
    [
      ...['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
      inRoot('dist', 'bench', 'main.js'),
      ...process.argv.slice(2),
    ],
    { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
  );
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.on(signal, () => bench.kill(signal));
  process.exitCode = await new Promise((resolve) => bench.once('close', (code) => resolve(code ?? 1)));
} catch (error) {
  failWith(error);
}
