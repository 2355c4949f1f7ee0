import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../project-root';
import { replay, storedHistories } from '../support/replay';
import { paths, unspeakable, unspeakableOfEarlier } from './paths';

const histories = storedHistories();
/** Of versions that run no more: what was open when they were replaced. */
const isOfEarlier = (file: string): boolean => file.startsWith('upgrade/');
const named = Object.entries(paths).flatMap(([type, ways]) =>
  Object.entries(ways).map(([way, file]) => ({ type, way, file })),
);

let wrong: Awaited<ReturnType<typeof replay>>;
beforeAll(async () => {
  wrong = await replay(histories);
}, 120_000);

it('every workflow there is has its ways, and each way its history', () => {
  const index = readFileSync(join(projectRoot, 'workflows', 'index.ts'), 'utf8');
  const exported = [...index.matchAll(/^export \{ (.+) \} from/gm)].flatMap(([, names]) =>
    (names ?? '').split(', '),
  );
  expect(Object.keys(paths).sort()).toEqual(exported.sort());
  expect(Object.values(paths).filter((ways) => Object.keys(ways).length === 0)).toEqual([]);
  const types = new Map(histories.map(({ file, workflowType }) => [file, workflowType]));
  expect(named.filter(({ type, file }) => types.get(file) !== type)).toEqual([]);
});

it('every history is one of a way that is named', () => {
  const files = named.map(({ file }) => file);
  const unnamed = histories.filter(({ file }) => !isOfEarlier(file) && !files.includes(file));
  expect(unnamed.map(({ file }) => file)).toEqual([]);
});

it.each(histories)('the code of today understands $file', ({ file }) => {
  expect(wrong.get(file)).toBeUndefined();
});

it.each(histories)('$file names nobody, and no machine', ({ file, text }) => {
  const spoken = isOfEarlier(file) ? unspeakableOfEarlier : (unspeakable[dirname(file)] ?? []);
  expect(spoken).not.toEqual([]);
  expect(spoken.filter((word) => text.includes(word))).toEqual([]);
  expect(text).not.toContain(projectRoot);
});
