import { directoryOaSyncId, directoryOaSyncType } from '../../workflows/directory-oa-sync.contract';
import { scheduledPullType, type ScheduledRunResult } from '../../workflows/scheduled-runs.contract';
import { createFlowWorld, reached, type FlowWorld, type Scenario } from '../directory-push/flow/flow-world';

let world: FlowWorld;

beforeAll(async () => {
  world = await createFlowWorld({ workflowType: directoryOaSyncType, workflowIdOf: directoryOaSyncId });
});

afterAll(async () => {
  await world.close();
});

async function whenDue({ corpId }: Scenario): Promise<ScheduledRunResult> {
  return world.client.workflow.execute(scheduledPullType, {
    taskQueue: 'wecom-bridge',
    workflowId: `scheduled-pull:${corpId}`,
    args: [{ corpId }],
  });
}

it('a sync that a limit has stopped makes way for the one that is due', async () => {
  const blocked = await world.start({ syncsToOa: true, facts: { verdict: 'blocked' } });
  await reached(blocked, 'blocked');
  expect(await whenDue(blocked)).toMatchObject({ kind: 'started' });
  expect(blocked.ends[0]).toEqual({ phase: 'expired', error: { code: 'superseded' } });
});

it('one that waits for an approval goes first, and people are told', async () => {
  const waiting = await world.start({ syncsToOa: true, held: [2300] });
  await reached(waiting, 'awaiting-approval');
  expect(await whenDue(waiting)).toEqual({ kind: 'skipped', openRunId: waiting.runId });
  await reached(waiting, 'notice schedule-skipped');
});
