import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../project-root';

// What `npm test` says last decides whether a change lands. Each case is a whole run of it on a suite of its own.

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wecom-bridge-closing-line-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  {
    suite: 'two that pass',
    code: "it('a', () => {}); it('b', () => {});",
    line: '2 passed, 0 failed',
    exit: 0,
  },
  {
    suite: 'one that fails',
    code: "it('a', () => {}); it('b', () => { throw new Error('no'); });",
    line: '1 passed, 1 failed',
    exit: 1,
  },
  { suite: 'one that can not be loaded', code: "require('./missing');", line: '0 passed, 1 failed', exit: 1 },
  {
    suite: 'one that is skipped',
    code: "it('a', () => {}); it.skip('b', () => {});",
    line: '1 passed, 1 failed',
    exit: 1,
  },
  {
    suite: 'one that fails among others and passes alone',
    code: `it('a', () => {}); it('b', () => { const { existsSync, writeFileSync } = require('fs');
      if (existsSync(__dirname + '/before')) return; writeFileSync(__dirname + '/before', ''); throw new Error(); });`,
    line: '2 passed, 0 failed',
    exit: 0,
  },
  { suite: 'no test at all', code: undefined, line: '0 passed, 1 failed', exit: 1 },
])('$suite: $line', async ({ code, line, exit }) => {
  writeFileSync(
    join(folder, 'jest.config.cjs'),
    `module.exports = { rootDir: __dirname, testMatch: ['**/*.case.js'] };`,
  );
  if (code !== undefined) writeFileSync(join(folder, 'one.case.js'), code);
  const child = spawn(
    process.execPath,
    [join(projectRoot, 'scripts', 'test.mjs'), '--config', join(folder, 'jest.config.cjs')],
    { env: { ...process.env, TEST_SET_UP: 'done' }, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  expect({ line: output.trimEnd().split('\n').at(-1), exitCode }).toEqual({ line, exitCode: exit });
});
