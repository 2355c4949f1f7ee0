import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { invariants } from '../../bench/chaos/invariants';
import { projectRoot } from '../../project-root';

/** Rows of the tables whose first column is an id; the last chapter has others. */
const [tables = ''] = readFileSync(join(projectRoot, 'docs', 'invariants.md'), 'utf8').split('## Reading');
const rows = tables.split('\n').flatMap((line) => {
  const cells = line.split('|').map((cell) => cell.trim());
  const id = /^`([a-z-]+)`$/.exec(cells[1] ?? '')?.[1];
  return id === undefined ? [] : [{ id, cells: cells.slice(2, -1), shownBy: cells.at(-2) ?? '' }];
});

it('every invariant that is written down is checked under faults, and none is checked that is not written down', () => {
  expect(rows.map(({ id }) => id).toSorted()).toEqual(Object.keys(invariants).toSorted());
});

it('every invariant says what is true, why it matters, and what shows it', () => {
  for (const { id, cells } of rows) expect([id, ...cells].every((cell) => cell !== '')).toBe(true);
  expect(rows.every(({ shownBy }) => shownBy.startsWith('chaos'))).toBe(true);
});

it('every test an invariant is shown by is there', () => {
  const named = rows.flatMap(({ shownBy }) =>
    [...shownBy.matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file),
  );
  expect(named.filter((file) => !existsSync(join(projectRoot, file ?? '')))).toEqual([]);
});
