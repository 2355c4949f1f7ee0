// `npm test`: set-up, then jest with the arguments given. Jest's result file decides the last line and the exit code.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './lib/compile.mjs';
import { cacheFolder, inRoot, root } from './lib/paths.mjs';
import { failWith } from './lib/say.mjs';
import { prepare } from './lib/set-up.mjs';
import { prepareTestTools } from './lib/test-tools.mjs';

try {
  // Set for the runs that test this program, inside a run that has just done the set-up.
  if (process.env.TEST_SET_UP !== 'done') {
    await prepare({ temporal: !process.env.TEST_TEMPORAL_ADDRESS });
    await prepareTestTools();
    await build();
  }
  process.exitCode = await runJest(process.argv.slice(2));
} catch (error) {
  failWith(error);
  closingLine({ passed: 0, failed: 1 });
}

/** @param {string[]} args */
async function runJest(args) {
  mkdirSync(cacheFolder, { recursive: true });
  const resultFile = join(cacheFolder, `test-result-${process.pid}.json`);
  const jest = spawn(
    process.execPath,
    [inRoot('node_modules', 'jest', 'bin', 'jest.js'), '--json', `--outputFile=${resultFile}`, ...args],
    // Jest's report goes to standard error; its JSON on standard output is in the file as well.
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.on(signal, () => jest.kill(signal));
  const code = await new Promise((resolve) => jest.once('close', (exitCode) => resolve(exitCode ?? 1)));
  const counts = countTests(resultFile);
  rmSync(resultFile, { force: true });
  closingLine(counts);
  return counts.failed > 0 ? 1 : code;
}

/** A suite that could not be loaded reports no test at all: it counts as a failed one. */
function countTests(/** @type {string} */ resultFile) {
  try {
    const result = JSON.parse(readFileSync(resultFile, 'utf8'));
    const unloaded = result.numRuntimeErrorTestSuites;
    const notRun = result.numPendingTests + result.numTodoTests;
    const failed = result.numFailedTests + unloaded + notRun;
    const nothingRan = result.numPassedTests + failed === 0;
    return {
      passed: result.numPassedTests,
      failed: failed > 0 || (result.success && !nothingRan) ? failed : 1,
    };
  } catch {
    return { passed: 0, failed: 1 }; // jest ended before it could write its result
  }
}

/** @param {{ passed: number, failed: number }} counts */
function closingLine({ passed, failed }) {
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
}
