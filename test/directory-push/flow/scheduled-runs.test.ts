import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { defaultDirectorySettings, type Schedule } from '../../../domain/directory/settings';
import { reconcileSchedules } from '../../../workers/schedules';
import { directoryPullId } from '../../../workflows/directory-pull.contract';
import { approvePushUpdate, directoryPushId } from '../../../workflows/directory-push.contract';
import {
  parseScheduleId,
  pullScheduleId,
  pushScheduleId,
  scheduledPullType,
  scheduledPushType,
  type ScheduledRunResult,
} from '../../../workflows/scheduled-runs.contract';
import { createFlowWorld, eventually, heldHash, reached, type FlowWorld } from './flow-world';

let world: FlowWorld;
const logger = pino({ level: 'silent' });

beforeAll(async () => {
  world = await createFlowWorld();
});

afterAll(async () => {
  await world.close();
});

function scheduled(workflowType: string, corpId: string): Promise<ScheduledRunResult> {
  return world.client.workflow.execute<(input: { corpId: string }) => Promise<ScheduledRunResult>>(
    workflowType,
    { taskQueue: 'wecom-bridge', workflowId: `${workflowType}:${randomUUID()}`, args: [{ corpId }] },
  );
}

describe('a scheduled run', () => {
  it('is a run like any other, under the usual id, and goes on without what started it', async () => {
    const earlier = await world.start({});
    await earlier.handle.result();
    const result = await scheduled(scheduledPushType, earlier.corpId);
    expect(result).toMatchObject({ kind: 'started' });
    const push = world.client.workflow.getHandle(directoryPushId(earlier.corpId));
    await push.result();
    const { memo } = await push.describe();
    expect(memo).toMatchObject({ runId: (result as { runId: string }).runId });
  });

  it('of a pull likewise', async () => {
    const earlier = await world.start({}, { mode: 'simulate' });
    await earlier.handle.result();
    expect(await scheduled(scheduledPullType, earlier.corpId)).toMatchObject({ kind: 'started' });
    await world.client.workflow.getHandle(directoryPullId(earlier.corpId)).result();
    expect(earlier.calls).toContain('pull by schedule');
  });

  it('is skipped while a push is open, and people are told', async () => {
    const open = await world.start({ held: [2000] });
    await reached(open, 'awaiting-approval');
    expect(await scheduled(scheduledPushType, open.corpId)).toEqual({
      kind: 'skipped',
      openRunId: open.runId,
    });
    await reached(open, 'notice schedule-skipped');
    await open.handle.executeUpdate(approvePushUpdate, {
      args: [{ planHash: heldHash, by: 'user:1', safeOnly: false }],
    });
    await open.handle.result();
  });

  it('takes the place of a push that is blocked', async () => {
    const blocked = await world.start({ facts: { verdict: 'blocked' } });
    await reached(blocked, 'blocked');
    expect(await scheduled(scheduledPushType, blocked.corpId)).toMatchObject({ kind: 'started' });
    expect(await blocked.handle.result()).toMatchObject({ outcome: 'expired' });
    await reached(blocked, 'blocked', 2);
    await world.client.workflow.getHandle(directoryPushId(blocked.corpId)).cancel();
  });

  it('of a pull is skipped while another one reads', async () => {
    const push = await world.start({ readingMs: 5_000 });
    await reached(push, 'pull by push');
    expect(await scheduled(scheduledPullType, push.corpId)).toMatchObject({ kind: 'skipped' });
    await push.handle.cancel();
  });
});

describe('the schedules in Temporal', () => {
  const nightly: Schedule = { cron: '0 2 * * *', timezone: 'Asia/Shanghai' };

  function settings(push: Schedule | null, pull: Schedule | null = null) {
    const { push: pushDefaults, pull: pullDefaults } = defaultDirectorySettings;
    return { push: { ...pushDefaults, schedule: push }, pull: { ...pullDefaults, schedule: pull } };
  }

  async function reconcile(corpId: string, push: Schedule | null, pull: Schedule | null = null) {
    return reconcileSchedules(
      world.client,
      async () => [{ corpId, settings: settings(push, pull) }],
      'wecom-bridge',
      logger,
    );
  }

  /** A list is a moment behind. */
  async function idsOf(corpId: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const { scheduleId } of world.client.schedule.list()) {
      if (parseScheduleId(scheduleId)?.corpId === corpId) ids.push(scheduleId);
    }
    return ids.sort();
  }

  it('are those of the settings: made, changed and removed, and nothing is done twice', async () => {
    const corpId = randomUUID();
    expect(await reconcile(corpId, nightly, nightly)).toMatchObject({ created: 2 });
    expect(await reconcile(corpId, nightly, nightly)).toMatchObject({ created: 0, updated: 0 });

    const push = world.client.schedule.getHandle(pushScheduleId(corpId));
    const { policies, spec, info } = await push.describe();
    expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 3_600_000 });
    expect(spec.timezone).toBe('Asia/Shanghai');
    // Two in the morning in Shanghai.
    expect(info.nextActionTimes[0]?.getUTCHours()).toBe(18);

    expect(await reconcile(corpId, { ...nightly, cron: '30 3 * * *' }, nightly)).toMatchObject({
      updated: 1,
    });
    expect((await push.describe()).info.nextActionTimes[0]?.getUTCMinutes()).toBe(30);

    await eventually(async () => ((await idsOf(corpId)).length === 2 ? true : undefined));
    expect(await reconcile(corpId, null, nightly)).toMatchObject({ deleted: 1 });
    await eventually(async () => ((await idsOf(corpId)).length === 1 ? true : undefined));
    expect(await idsOf(corpId)).toEqual([pullScheduleId(corpId)]);
  });

  it('that somebody paused stay paused when their time changes', async () => {
    const corpId = randomUUID();
    await reconcile(corpId, nightly);
    const push = world.client.schedule.getHandle(pushScheduleId(corpId));
    await push.pause('audit');
    await reconcile(corpId, { cron: '0 4 * * *', timezone: 'UTC' });
    expect((await push.describe()).state).toMatchObject({ paused: true, note: 'audit' });
  });

  it('that Temporal does not understand do not keep the others from running', async () => {
    const corpId = randomUUID();
    expect(await reconcile(corpId, { cron: 'every night', timezone: 'UTC' }, nightly)).toMatchObject({
      created: 1,
    });
  });
});
