// Before a release: `node scripts/record-histories.mjs` runs every workflow in each way it can go, against real
// servers, and stores the histories that test/upgrade/replay.test.ts holds the code against. Earlier histories are kept in git.
import { spawn } from 'node:child_process';
import { inRoot, root } from './lib/paths.mjs';

const jest = spawn(
  process.execPath,
  [
    inRoot('node_modules', 'jest', 'bin', 'jest.js'),
    ...['--testMatch', '**/record-histories.ts', '--runInBand', ...process.argv.slice(2)],
  ],
  { cwd: root, stdio: 'inherit' },
);
jest.once('close', (code) => {
  process.exitCode = code ?? 1;
});
