import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../project-root';

const rows = readFileSync(join(projectRoot, 'docs', 'seed-coverage.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '));

/** Files and the titles quoted after them, up to the next file. */
const named = rows.flatMap((row) => {
  let file = '';
  return [...row.matchAll(/`([a-z0-9/-]+\.test\.ts)`|“([^”]+)”/g)].flatMap(([, found, title]) => {
    if (found !== undefined) file = found;
    return file === '' ? [] : [{ file, title: found === undefined ? title : undefined }];
  });
});

const sources = new Map<string, string>();
function sourceOf(file: string): string {
  const path = join(projectRoot, 'test', file);
  const source = sources.get(file) ?? (existsSync(path) ? plain(readFileSync(path, 'utf8')) : '');
  sources.set(file, source);
  return source;
}

/** Quotation marks differ between code and prose. */
const plain = (text: string): string => text.replace(/[\\`]/g, '').replaceAll('’', "'");

it('every behaviour of the manual names tests that are there, by titles that they have', () => {
  expect(named.length).toBeGreaterThan(150);
  const missing = named.filter(({ file, title }) => {
    // What stands for a value in a title differs from row to row.
    const parts = plain(title ?? '').split(/\$[a-zA-Z]+|%[psj]/);
    return sourceOf(file) === '' || !parts.every((part) => sourceOf(file).includes(part.trim()));
  });
  expect(missing).toEqual([]);
});
