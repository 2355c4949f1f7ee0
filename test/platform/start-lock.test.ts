import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify } from '../../embedded/processes';
import { AlreadyRunningError, takeStartLock } from '../../embedded/start-lock';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wecom-bridge-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is held by one process at a time, and free again after its release', () => {
  const lock = takeStartLock(folder);
  expect(() => takeStartLock(folder)).toThrow(new AlreadyRunningError(folder, process.pid));
  lock.release();
  takeStartLock(folder).release();
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  { left: 'by a process that has gone', content: JSON.stringify({ pid: 2 ** 22 + 1, startedAt: 'then' }) },
  {
    left: 'by a process whose number was given to another',
    content: JSON.stringify({ pid: process.pid, startedAt: 'then' }),
  },
  { left: 'half-written', content: '{"pid": 1' },
])('left $left, it holds nobody up', ({ content }) => {
  writeFileSync(join(folder, 'lock.json'), content);
  takeStartLock(folder).release();
});

it('a process keeps its identity, and a dead one has none', () => {
  expect(identify(process.pid)).toEqual(identify(process.pid));
  expect(identify(2 ** 22 + 1)).toBeUndefined();
});
