import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../project-root';

const document = readFileSync(join(projectRoot, 'docs', 'security.md'), 'utf8');
const named = [...new Set([...document.matchAll(/`([\w/-]+\.test\.ts)`/g)].map(([, file = '']) => file))];

it('every promise names tests that exist', () => {
  expect(named.length).toBeGreaterThan(20);
  const missing = named.filter(
    (file) => !existsSync(join(projectRoot, 'test', file)) && file !== 'replay.test.ts',
  );
  expect(missing).toEqual([]);
});

it('every test of attacks stands for a promise', () => {
  const here = readdirSync(__dirname).filter(
    (file) => file.endsWith('.test.ts') && file !== 'promises.test.ts',
  );
  expect(here.filter((file) => !named.includes(`security/${file}`))).toEqual([]);
});
