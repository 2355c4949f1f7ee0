import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { defaultDirectorySettings } from '../../domain/directory/settings';
import { projectRoot } from '../../project-root';
import { fixtureCorp } from './fixture-corp';
import {
  createPullWorld,
  startWorker,
  type ConnectedCorp,
  type PullWorld,
  type StartedPull,
} from './pull-world';
import { historyToText } from '../support/replay';

// Run by scripts/record-histories.mjs only: one history for each way a pull can go.

const folder = join(projectRoot, 'test', 'directory-pull', 'histories');

let world: PullWorld;
let stopWorker: () => Promise<void>;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  world = await createPullWorld({ worker: false });
  stopWorker = await startWorker(world.config);
});

afterEach(async () => {
  world.editAnswers('user/list_id');
  await world.control('DELETE', '/faults');
  await world.control('POST', '/settings', { latencyMs: 0 });
});

afterAll(async () => {
  await stopWorker();
  await world.close();
});

async function record(name: string, { handle }: StartedPull, status: string): Promise<void> {
  await handle.result().catch(() => undefined);
  expect((await handle.describe()).status.name).toBe(status);
  writeFileSync(join(folder, `${name}.json`), historyToText(await handle.fetchHistory()));
}

async function start(credentials?: {
  contacts?: boolean;
  app?: boolean;
}): Promise<StartedPull & { corp: ConnectedCorp }> {
  const corp = await world.createCorp(fixtureCorp, credentials);
  return { corp, ...(await world.startPull(corp)) };
}

it('done', async () => {
  await record('done', await start(), 'COMPLETED');
});

it('simulated', async () => {
  const corp = await world.createCorp(fixtureCorp);
  await record('simulated', await world.startPull(corp, 'simulate'), 'COMPLETED');
});

it('done, with members linked', async () => {
  const corp = await world.createCorp(fixtureCorp);
  const { pull } = defaultDirectorySettings;
  const linkNewMembers = { ...pull.linkNewMembers, enabled: true };
  const document = { ...defaultDirectorySettings, pull: { ...pull, linkNewMembers } };
  await world.settings.saveSettings(corp.id, document, 'token:recorder');
  await record('linked', await world.startPull(corp), 'COMPLETED');
});

it('app range only', async () => {
  await record('app-range', await start({ contacts: false }), 'COMPLETED');
});

it('read twice and still incomplete', async () => {
  const corp = await world.createCorp(fixtureCorp);
  await world.pull(corp);
  world.editAnswers('user/list_id', () => ({ errcode: 0, next_cursor: '', dept_user: [] }));
  await record('incomplete', await world.startPull(corp), 'COMPLETED');
});

it('retried after lost answers', async () => {
  const corp = await world.createCorp(fixtureCorp);
  await world.control('POST', '/faults', [{ path: 'user/list', httpStatus: 502, times: 4 }]);
  await record('retried', await world.startPull(corp), 'COMPLETED');
});

it('failed', async () => {
  const corp = await world.createCorp(fixtureCorp);
  await world.control('POST', '/faults', [{ path: 'user/list', errcode: 60020, rate: 1 }]);
  await record('failed', await world.startPull(corp), 'FAILED');
});

it('cancelled', async () => {
  await world.control('POST', '/settings', { latencyMs: 2_000 });
  const started = await start();
  await wait(1_500);
  await started.handle.cancel();
  await record('cancelled', started, 'CANCELLED');
});

it('resumed by another worker', async () => {
  await world.control('POST', '/settings', { latencyMs: 12_000 });
  const started = await start();
  await wait(1_500);
  // Longer than the worker is given to finish: it hands the step back.
  await stopWorker();
  await world.control('POST', '/settings', { latencyMs: 0 });
  stopWorker = await startWorker(world.config);
  await record('resumed', started, 'COMPLETED');
});
