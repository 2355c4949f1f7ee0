import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { projectRoot } from '../../../project-root';
import { historyFromText } from '../../directory-pull/stored-history';
import { workflowBundle } from '../../support/workflow-bundle';

const folder = join(projectRoot, 'test', 'attendance', 'flow', 'histories');
const histories = readdirSync(folder).map((file) => ({
  name: file.replace('.json', ''),
  json: readFileSync(join(folder, file), 'utf8'),
}));

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
});

it('there is a history for each way attendance can go', () => {
  expect(histories.map(({ name }) => name).sort()).toEqual([
    'cancelled',
    'cancelled-paused',
    'done',
    'failed',
    'held-back',
    'oa-away',
    'paused',
    'resumed',
    'scheduled',
    'scheduled-run',
    'skipped',
    'told',
  ]);
});

it.each(histories)('the history "$name" is understood by the code of today', async ({ name, json }) => {
  await Worker.runReplayHistory({ workflowBundle }, historyFromText(json), `attendance:${name}`);
});

it.each(histories)('the history "$name" names nobody, quotes nothing, and knows no machine', ({ json }) => {
  const text = JSON.stringify(JSON.parse(json), (key, value: unknown) =>
    // Payloads are in Base64.
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value,
  );
  for (const personal of ['"u1"', 'Person', '打卡"', 'secret', 'not_today', 'oa-ww'])
    expect(text).not.toContain(personal);
  expect(text).not.toContain(projectRoot);
});
