// Everything that can be said about the code without running it.
import { existsSync } from 'node:fs';
import { CommandError, run } from './lib/command.mjs';
import { inRoot } from './lib/paths.mjs';
import { failWith, say } from './lib/say.mjs';
import { prepare } from './lib/set-up.mjs';

const bin = (/** @type {string[]} */ ...path) => inRoot('node_modules', ...path);
const colour = process.stderr.isTTY ? ['--color'] : [];

const checks = [
  ['prettier', bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '--cache', '.'],
  ['eslint', bin('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', ...colour, '.'],
  ['types: server and tests', bin('typescript', 'bin', 'tsc'), '--noEmit', '--project', 'tsconfig.json'],
  ['types: scripts', bin('typescript', 'bin', 'tsc'), '--noEmit', '--project', 'scripts/tsconfig.json'],
  ['types: console', bin('typescript', 'bin', 'tsc'), '--noEmit', '--project', 'console/tsconfig.json'],
  ['prisma schema', bin('prisma', 'build', 'index.js'), 'validate'],
];

try {
  await prepare({ temporal: false });
  const waiting = checks.filter(
    ([name]) =>
      (name !== 'types: console' || existsSync(inRoot('console', 'tsconfig.json'))) &&
      (name !== 'prisma schema' || existsSync(inRoot('prisma', 'schema.prisma'))),
  );
  /** @type {string[]} */
  const failed = [];
  // Two at a time: the checks are independent, and each mostly keeps one core busy.
  const next = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift())
      if (!(await passes(check))) failed.push(check[0] ?? '');
  };
  await Promise.all([next(), next()]);
  if (failed.length > 0) {
    say(`Failed: ${failed.join(', ')}`);
    process.exitCode = 1;
  }
} catch (error) {
  failWith(error);
}

/** @param {string[]} check */
async function passes([name = '', ...command]) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  try {
    await run(process.execPath, command, {
      env: { CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
    });
    say(`✔ ${name} (${seconds()})`);
    return true;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    say(`✖ ${name} (${seconds()})\n${error.output}`);
    return false;
  }
}
