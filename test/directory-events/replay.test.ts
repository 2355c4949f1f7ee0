import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { projectRoot } from '../../project-root';
import { historyFromText } from '../directory-pull/stored-history';
import { workflowBundle } from '../support/workflow-bundle';

const folder = join(projectRoot, 'test', 'directory-events', 'histories');
const histories = readdirSync(folder).map((file) => ({
  name: file.replace('.json', ''),
  json: readFileSync(join(folder, file), 'utf8'),
}));

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
});

it('there is a history for each way the events of a corp can go', () => {
  expect(histories.map(({ name }) => name).sort()).toEqual([
    'continued-first',
    'continued-last',
    'empty',
    'tried-again',
    'trouble',
    'woken',
  ]);
});

it.each(histories)(
  'a workflow of events that was $name is understood by the code of today',
  async ({ name, json }) => {
    await Worker.runReplayHistory({ workflowBundle }, historyFromText(json), `directory-events:${name}`);
  },
);

it.each(histories)('the history of a workflow of events that was $name names nobody', ({ json }) => {
  const text = JSON.stringify(JSON.parse(json), (key, value: unknown) =>
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value,
  );
  expect(text).toContain('processDirectoryEvents');
  for (const personal of ['"ada"', '阿达', 'UserID', 'secret']) expect(text).not.toContain(personal);
});
