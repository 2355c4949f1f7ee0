import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { projectRoot } from '../../project-root';
import { historyFromText } from '../directory-pull/stored-history';
import { workflowBundle } from '../support/workflow-bundle';

const folder = join(projectRoot, 'test', 'oa-sync', 'histories');
const histories = readdirSync(folder).map((file) => ({
  name: file.replace('.json', ''),
  json: readFileSync(join(folder, file), 'utf8'),
}));

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
});

it('there is a history for each way that is a sync’s own', () => {
  expect(histories.map(({ name }) => name).sort()).toEqual([
    'cancelled',
    'done',
    'held-and-approved',
    'remainder',
    'scheduled',
    'undone',
  ]);
});

it.each(histories)('the history "$name" is understood by the code of today', async ({ name, json }) => {
  await Worker.runReplayHistory({ workflowBundle }, historyFromText(json), `directory-oa-sync:${name}`);
});

it.each(histories)('the history "$name" names no machine', ({ json }) => {
  const text = JSON.stringify(JSON.parse(json), (key, value: unknown) =>
    // Payloads are in Base64.
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value,
  );
  expect(text).not.toContain(projectRoot);
});
