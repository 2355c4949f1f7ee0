import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { projectRoot } from '../../../project-root';
import { historyFromText } from '../../directory-pull/stored-history';
import { personalValues } from './push-world';
import { workflowBundle } from '../../support/workflow-bundle';

const folder = join(projectRoot, 'test', 'directory-push', 'flow', 'histories');
const histories = readdirSync(folder).map((file) => ({
  name: file.replace('.json', ''),
  json: readFileSync(join(folder, file), 'utf8'),
}));

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
});

it('there is a history for each way a push can go', () => {
  expect(histories.map(({ name }) => name).sort()).toEqual([
    'adopted',
    'approved',
    'cancelled',
    'cancelled-waiting',
    'continued-first',
    'continued-last',
    'done',
    'failed',
    'held-and-approved',
    'maintenance',
    'moved-on',
    'notice',
    'paused-and-resumed',
    'rejected',
    'remainder',
    'retried',
    'scheduled-pull',
    'scheduled-push',
    'scheduled-push-skipped',
    'simulated',
    'stopped-and-resumed',
    'superseded',
    'timed-out',
    'undone',
  ]);
});

it.each(histories)('the history "$name" is understood by the code of today', async ({ name, json }) => {
  await Worker.runReplayHistory({ workflowBundle }, historyFromText(json), `directory-push:${name}`);
});

it.each(histories)('the history "$name" names nobody, and no machine', ({ json }) => {
  const text = JSON.stringify(JSON.parse(json), (key, value: unknown) =>
    // Payloads are in Base64.
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value,
  );
  for (const personal of personalValues) expect(text).not.toContain(personal);
  expect(text).not.toContain(projectRoot);
});
