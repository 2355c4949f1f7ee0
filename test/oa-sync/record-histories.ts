import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../project-root';
import { directoryOaSyncId, directoryOaSyncType } from '../../workflows/directory-oa-sync.contract';
import { approvePushUpdate } from '../../workflows/directory-push.contract';
import { scheduledPullType } from '../../workflows/scheduled-runs.contract';
import { historyToText, type WorkflowHistory } from '../support/replay';
import {
  createFlowWorld,
  planHash,
  reached,
  resting,
  type FlowWorld,
  type Scenario,
} from '../directory-push/flow/flow-world';

// Run by scripts/record-histories.mjs only: syncs to the OA, in the ways that are their own.

const folder = join(projectRoot, 'test', 'oa-sync', 'histories');

let world: FlowWorld;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  world = await createFlowWorld({ workflowType: directoryOaSyncType, workflowIdOf: directoryOaSyncId });
});

afterAll(async () => {
  await world.close();
});

function store(name: string, history: WorkflowHistory): void {
  writeFileSync(join(folder, `${name}.json`), historyToText(history));
}

async function record(name: string, { handle }: Scenario, status = 'COMPLETED'): Promise<void> {
  await handle.result().catch(() => undefined);
  expect((await handle.describe()).status.name).toBe(status);
  store(name, await handle.fetchHistory());
}

const user = 2000;

it('applied at once', async () => {
  const sync = await world.start({ pending: [0, 101, user, user, 2300, 3000], batchSize: 1 });
  await record('done', sync);
  expect(sync.calls).toContain('begin for the OA');
  expect(sync.calls).not.toContain('look up');
});

it('held and approved', async () => {
  const sync = await world.start({ held: [2300] });
  await reached(sync, 'awaiting-approval');
  await sync.handle.executeUpdate(approvePushUpdate, {
    args: [
      {
        planHash: sync.calls.includes('await approval of held') ? 'b'.repeat(64) : planHash,
        by: 'user:1',
        safeOnly: false,
      },
    ],
  });
  await record('held-and-approved', sync);
});

it('cancelled while applying, and taken up again', async () => {
  const slowly = () => resting(400).then(() => undefined);
  const sync = await world.start({ pending: [user, user, user], batchSize: 1, applyBatch: slowly });
  await reached(sync, 'apply 2000');
  await sync.handle.cancel();
  await record('cancelled', sync, 'CANCELLED');
  await record('remainder', await world.again(sync, { plan: { kind: 'remainder', of: 'pending' } }));
});

it('undone', async () => {
  await record('undone', await world.start({}, { plan: { kind: 'undo', runId: 'undone' } }));
});

it('scheduled: a pull that goes on into the OA', async () => {
  const sync = await world.start({ syncsToOa: true }, { mode: 'simulate' });
  await sync.handle.result();
  const { corpId } = sync;
  const handle = await world.client.workflow.start(scheduledPullType, {
    taskQueue: 'wecom-bridge',
    workflowId: `scheduled-pull:${corpId}`,
    args: [{ corpId }],
  });
  expect(await handle.result()).toMatchObject({ kind: 'started' });
  store('scheduled', await handle.fetchHistory());
  await world.client.workflow.getHandle(directoryOaSyncId(corpId)).result();
});
