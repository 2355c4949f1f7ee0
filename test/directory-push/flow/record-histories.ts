import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { projectRoot } from '../../../project-root';
import {
  approvePushUpdate,
  directoryPushId,
  pausePushUpdate,
  planRewrittenSignal,
  rejectPushUpdate,
  resumePushUpdate,
  snoozeNoticeSignal,
  supersedePushSignal,
} from '../../../workflows/directory-push.contract';
import { departureRunId, departureRunType } from '../../../workflows/departure.contract';
import { noticeType } from '../../../workflows/notices.contract';
import { scheduledPullType, scheduledPushType } from '../../../workflows/scheduled-runs.contract';
import { historyToText, type WorkflowHistory } from '../../support/replay';
import {
  createFlowWorld,
  heldHash,
  planHash,
  reached,
  resting,
  type FlowWorld,
  type Scenario,
} from './flow-world';

// Run by scripts/record-histories.mjs only: one history for each way a push can go.

const folder = join(projectRoot, 'test', 'directory-push', 'flow', 'histories');

jest.setTimeout(180_000);

let world: FlowWorld;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  world = await createFlowWorld();
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
const slowly = () => resting(400).then(() => undefined);

async function approve({ handle }: Scenario, hash = planHash): Promise<void> {
  await handle.executeUpdate(approvePushUpdate, {
    args: [{ planHash: hash, by: 'user:1', safeOnly: false }],
  });
}

it('applied at once', async () => {
  await record('done', await world.start({ pending: [0, 100, user, user, 3000], batchSize: 1 }));
});

it('simulated', async () => {
  await record('simulated', await world.start({}, { mode: 'simulate' }));
});

it('held, reminded, snoozed, rewritten and approved', async () => {
  const push = await world.start({ held: [user] }, { pace: { reminderEveryMs: 300 } });
  await reached(push, 'notice needs-approval', 2);
  await push.handle.signal(snoozeNoticeSignal, { until: new Date(Date.now() + 60_000).toISOString() });
  await push.handle.signal(planRewrittenSignal, { planHash: heldHash, held: 1 });
  await approve(push, heldHash);
  await record('held-and-approved', push);
});

it('approved as a whole', async () => {
  const push = await world.start({ held: [user], rule: { required: 'always' } });
  await reached(push, 'awaiting-approval');
  await approve(push);
  await record('approved', push);
});

it('expired because it had moved on', async () => {
  const push = await world.start({ rule: { required: 'always' }, verified: [false] });
  await reached(push, 'awaiting-approval');
  await approve(push);
  await record('moved-on', push);
});

it('blocked and rejected', async () => {
  const push = await world.start({ facts: { verdict: 'blocked' } });
  await reached(push, 'blocked');
  await push.handle.executeUpdate(rejectPushUpdate, { args: [{ by: 'user:1' }] });
  await record('rejected', push);
});

it('blocked and superseded', async () => {
  const push = await world.start({ facts: { verdict: 'blocked' } });
  await reached(push, 'blocked');
  await push.handle.signal(supersedePushSignal);
  await record('superseded', push);
});

it('never approved', async () => {
  await record('timed-out', await world.start({ held: [user], expiresInMs: 500 }));
});

it('paused and resumed, at once and after long', async () => {
  const push = await world.start(
    { pending: [user, user, user, user], batchSize: 1, applyBatch: slowly },
    { pace: { verifyAfterPauseMs: 100 } },
  );
  await reached(push, 'apply 2000');
  await push.handle.executeUpdate(pausePushUpdate);
  await reached(push, 'paused');
  await resumeAfter(push, 300);
  await record('paused-and-resumed', push);
});

async function resumeAfter({ handle }: Scenario, ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  await handle.executeUpdate(resumePushUpdate);
}

it('stopped by WeCom and resumed', async () => {
  let refusing = true;
  const push = await world.start({
    applyBatch: async () => {
      if (!refusing) return undefined;
      throw ApplicationFailure.nonRetryable('WeCom refuses', 'PushStopped', {
        code: 'wecom-access',
        wecom: { path: 'user/create', errcode: 60020 },
      });
    },
  });
  await reached(push, 'paused: wecom-access');
  refusing = false;
  await push.handle.executeUpdate(resumePushUpdate);
  await record('stopped-and-resumed', push);
});

it('held up by a maintenance window', async () => {
  await record('maintenance', await world.start({ closedForMs: [300] }));
});

it('tried again in later passes', async () => {
  let unable = 2;
  const push = await world.start({
    applyBatch: async () => (unable-- > 0 ? { done: 0, failed: 0, skipped: 0, left: 1 } : undefined),
  });
  await record('retried', push);
});

it('tried again after a wait that people read of', async () => {
  let unable = 1;
  const push = await world.start(
    { applyBatch: async () => (unable-- > 0 ? { done: 0, failed: 0, skipped: 0, left: 1 } : undefined) },
    { pace: { passWaitsMs: [10_500] } },
  );
  await record('retried-later', push);
});

it('failed because nothing moved', async () => {
  const push = await world.start({ applyBatch: async () => ({ done: 0, failed: 0, skipped: 0, left: 1 }) });
  await record('failed', push, 'FAILED');
});

it('cancelled while applying, and taken up again', async () => {
  const push = await world.start({ pending: [user, user, user], batchSize: 1, applyBatch: slowly });
  await reached(push, 'apply 2000');
  await push.handle.cancel();
  await record('cancelled', push, 'CANCELLED');
  await record('remainder', await world.again(push, { plan: { kind: 'remainder', of: 'pending' } }));
});

it('cancelled while it waited', async () => {
  const push = await world.start({ held: [user] });
  await reached(push, 'awaiting-approval');
  await push.handle.cancel();
  await record('cancelled-waiting', push, 'CANCELLED');
});

it('applied from a simulation', async () => {
  const plan = { kind: 'approved-plan', runId: 'simulated', planHash } as const;
  await record('adopted', await world.start({ held: [user] }, { plan }));
});

it('a run of departures, cancelled while it applies', async () => {
  const departures = await createFlowWorld({
    workflowType: departureRunType,
    workflowIdOf: departureRunId,
  });
  try {
    const run = await departures.start(
      { pending: [user, user, user], batchSize: 1, applyBatch: slowly },
      { trigger: 'departures', plan: { kind: 'departures', job: 'changes' } },
    );
    await reached(run, 'apply 2000');
    await run.handle.cancel();
    await record('departure-run-cancelled', run, 'CANCELLED');
  } finally {
    await departures.close();
  }
});

it('undone', async () => {
  await record('undone', await world.start({}, { plan: { kind: 'undo', runId: 'undone' } }));
});

it('continued under a fresh history', async () => {
  const push = await world.start(
    { pending: Array.from({ length: 12 }, () => user), batchSize: 1 },
    { pace: { eventsPerHistory: 70 } },
  );
  await push.handle.result();
  const workflowId = directoryPushId(push.corpId);
  const first = await world.client.workflow
    .getHandle(workflowId, push.handle.firstExecutionRunId)
    .fetchHistory();
  expect(first.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes).toBeTruthy();
  store('continued-first', first);
  store('continued-last', await world.client.workflow.getHandle(workflowId).fetchHistory());
});

it('scheduled: started, and skipped', async () => {
  const open = await world.start({ held: [user] });
  await reached(open, 'awaiting-approval');
  await scheduled('scheduled-push-skipped', scheduledPushType, open.corpId);
  await scheduled('scheduled-pull', scheduledPullType, open.corpId);
  await approve(open, heldHash);
  await open.handle.result();
  await scheduled('scheduled-push', scheduledPushType, open.corpId);
});

it('scheduled: in the place of a blocked push, and a pull while another one reads', async () => {
  const blocked = await world.start({ facts: { verdict: 'blocked' } });
  await reached(blocked, 'blocked');
  await scheduled('scheduled-push-superseding', scheduledPushType, blocked.corpId);
  const reading = await world.start({ readingMs: 3_000 });
  await reached(reading, 'pull by push');
  await scheduled('scheduled-pull-skipped', scheduledPullType, reading.corpId);
  await reading.handle.result();
});

async function scheduled(name: string, workflowType: string, corpId: string): Promise<void> {
  const handle = await world.client.workflow.start(workflowType, {
    taskQueue: 'wecom-bridge',
    workflowId: name,
    args: [{ corpId }],
  });
  await handle.result();
  store(name, await handle.fetchHistory());
}

it('a notice', async () => {
  const push = await world.start({});
  await push.handle.result();
  await reached(push, 'notice done');
  const handle = world.client.workflow.getHandle(`notice:done:${push.handle.firstExecutionRunId}:1`);
  await handle.result();
  store('notice', await handle.fetchHistory());
});

it.each([
  ['notice-sent', ['one']],
  ['notice-given-up', ['one', 'nobody-takes-it']],
])('%s', async (name, noticeIds) => {
  const { corpId, runId } = await world.start({ noticeIds });
  const handle = await world.client.workflow.start(noticeType, {
    taskQueue: 'wecom-bridge',
    workflowId: `${name}:${runId}`,
    args: [{ corpId, runId, kind: 'done' }],
  });
  await handle.result();
  store(name, await handle.fetchHistory());
});
