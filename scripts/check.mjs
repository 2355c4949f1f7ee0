// Everything that can be said about the code without running it.
import { existsSync } from 'node:fs';
import { CommandError, run } from './lib/command.mjs';
import { inRoot } from './lib/paths.mjs';
import { failWith, say } from './lib/say.mjs';
import { prepare } from './lib/set-up.mjs';

const bin = (/** @type {string[]} */ ...path) => inRoot('node_modules', ...path);
const colour = process.stderr.isTTY ? ['--color'] : [];

const eslint = [bin('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', ...colour];

// The longest first: what begins last is waited for. The console has types of its own, which a run without it spares.
const checks = [
  ['eslint: server and tests', ...eslint, '.', '--ignore-pattern', 'console/**'],
  ['types: server and tests', bin('typescript', 'bin', 'tsc'), '--noEmit', '--project', 'tsconfig.json'],
  ['prettier', bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '--cache', '.'],
  ['eslint: console', ...eslint, 'console'],
  ['types: console', bin('typescript', 'bin', 'tsc'), '--noEmit', '--project', 'console/tsconfig.json'],
  ['types: scripts', bin('typescript', 'bin', 'tsc'), '--noEmit', '--project', 'scripts/tsconfig.json'],
  ['prisma schema', bin('prisma', 'build', 'index.js'), 'validate'],
];

try {
  await prepare({ temporal: false });
  const waiting = checks.filter(
    ([name]) =>
      (!name?.endsWith(': console') || existsSync(inRoot('console', 'tsconfig.json'))) &&
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
