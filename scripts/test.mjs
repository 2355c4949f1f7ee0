// `npm test`: set-up, then jest with the arguments given. Jest's result files decide the last line and the exit code.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from './lib/compile.mjs';
import { cacheFolder, inRoot, root } from './lib/paths.mjs';
import { failWith } from './lib/say.mjs';
import { prepare } from './lib/set-up.mjs';
import { prepareTestTools } from './lib/test-tools.mjs';

/** More than these are no accident. */
const mostSuitesTriedAgain = 4;
let stopped = false;

try {
  // Set for the runs that test this program, inside a run that has just done the set-up.
  if (process.env.TEST_SET_UP !== 'done') {
    await prepare({ temporal: !process.env.TEST_TEMPORAL_ADDRESS });
    await prepareTestTools();
    await build();
  }
  const outcome = await runTests(process.argv.slice(2));
  closingLine(outcome);
  process.exitCode = outcome.code;
} catch (error) {
  failWith(error);
  closingLine({ passed: 0, failed: 1 });
}

/**
 * A few suites that failed among the others run once more, alone: on a machine busy with three suites at a time a wait
 * can run out that has nothing to do with the product. Both reports stay in the output, and the suites are named.
 * @param {string[]} args
 */
async function runTests(args) {
  const whole = await runJest(args);
  const { failedSuites } = whole;
  if (failedSuites.length === 0 || failedSuites.length > mostSuitesTriedAgain || stopped) return whole;
  console.error(
    `\nOnce more, one at a time: ${failedSuites.map((suite) => relative(root, suite)).join(', ')}\n`,
  );
  const again = await runJest([...args, '--maxWorkers=1', '--runTestsByPath', ...failedSuites]);
  const steady = failedSuites.filter((suite) => !again.failedSuites.includes(suite));
  for (const suite of steady) console.error(`Passed only when it ran alone: ${relative(root, suite)}`);
  return { ...again, passed: whole.passedElsewhere + again.passed };
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
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    stopped = true;
    jest.kill(signal);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const code = await new Promise((resolve) => jest.once('close', (exitCode) => resolve(exitCode ?? 1)));
  process.off('SIGINT', stop).off('SIGTERM', stop);
  const outcome = readOutcome(resultFile);
  rmSync(resultFile, { force: true });
  return { ...outcome, code: outcome.failed > 0 ? 1 : code };
}

/** A suite that could not be loaded reports no test at all: it counts as a failed one. */
function readOutcome(/** @type {string} */ resultFile) {
  try {
    const result = JSON.parse(readFileSync(resultFile, 'utf8'));
    const notRun = result.numPendingTests + result.numTodoTests;
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites + notRun;
    const nothingRan = result.numPassedTests + failed === 0;
    /** @type {{ name: string, status: string, assertionResults: { status: string }[] }[]} */
    const suites = result.testResults;
    const passedIn = (/** @type {typeof suites} */ some) =>
      some.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === 'passed')
        .length;
    return {
      passed: result.numPassedTests,
      passedElsewhere: passedIn(suites.filter(({ status }) => status === 'passed')),
      failed: failed > 0 || (result.success && !nothingRan) ? failed : 1,
      failedSuites: suites.filter(({ status }) => status === 'failed').map(({ name }) => name),
    };
  } catch {
    // Jest ended before it could write its result.
    return { passed: 0, passedElsewhere: 0, failed: 1, failedSuites: [] };
  }
}

/** @param {{ passed: number, failed: number }} counts */
function closingLine({ passed, failed }) {
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
}
