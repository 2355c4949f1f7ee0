import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { projectRoot } from '../../project-root';
import { personalValues } from './fixture-corp';
import { historyFromText } from './stored-history';
import { workflowBundle } from '../support/workflow-bundle';

const folder = join(projectRoot, 'test', 'directory-pull', 'histories');
const histories = readdirSync(folder).map((file) => ({
  name: file.replace('.json', ''),
  json: readFileSync(join(folder, file), 'utf8'),
}));

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
});

it('there is a history for each way a pull can go', () => {
  expect(histories.map(({ name }) => name).sort()).toEqual([
    'app-range',
    'cancelled',
    'done',
    'failed',
    'incomplete',
    'linked',
    'resumed',
    'retried',
    'simulated',
  ]);
});

it.each(histories)('a pull that was $name is understood by the code of today', async ({ name, json }) => {
  await Worker.runReplayHistory({ workflowBundle }, historyFromText(json), `directory-pull:${name}`);
});

it.each(histories)('the history of a pull that was $name names nobody', ({ json }) => {
  const text = readable(JSON.parse(json));
  expect(text).toContain('beginPull');
  for (const personal of [...personalValues, 'contacts-secret', 'app-secret'])
    expect(text).not.toContain(personal);
});

/** Payloads are in Base64. */
function readable(history: unknown): string {
  return JSON.stringify(history, (key, value: unknown) =>
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value,
  );
}
