// Before a release: `node scripts/record-histories.mjs` runs a pull in each way it can go, against real servers, and
// stores the histories that the replay test holds the workflow's code against. Earlier histories are kept in git.
import { spawn } from 'node:child_process';
import { inRoot, root } from './lib/paths.mjs';

const jest = spawn(
  process.execPath,
  [
    inRoot('node_modules', 'jest', 'bin', 'jest.js'),
    ...['--testMatch', '**/test/directory-pull/record-histories.ts', '--runInBand'],
  ],
  { cwd: root, stdio: 'inherit' },
);
jest.once('close', (code) => {
  process.exitCode = code ?? 1;
});
