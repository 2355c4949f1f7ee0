import { setTimeout as wait } from 'node:timers/promises';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import {
  approvePushUpdate,
  pausePushUpdate,
  planRewrittenSignal,
  pushProgressQuery,
  rejectPushUpdate,
  resumePushUpdate,
  snoozeNoticeSignal,
  supersedePushSignal,
} from '../../../workflows/directory-push.contract';
import { directoryPullId, directoryPullType } from '../../../workflows/directory-pull.contract';
import {
  createFlowWorld,
  eventually,
  heldHash,
  planHash,
  reached,
  resting,
  type FlowWorld,
  type Scenario,
} from './flow-world';

let world: FlowWorld;

beforeAll(async () => {
  world = await createFlowWorld();
});

afterAll(async () => {
  await world.close();
});

const readAndPlan = ['begin', 'pull by push', 'look up', 'planning', 'plan'];
const user = 2000;
const approval = { by: 'user:1', safeOnly: false };

function approve({ handle }: Scenario, hash = planHash, safeOnly = false): Promise<void> {
  return handle.executeUpdate(approvePushUpdate, { args: [{ ...approval, planHash: hash, safeOnly }] });
}

async function refusalOf(update: Promise<unknown>): Promise<string | undefined> {
  const error = await update.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
  const { cause } = error as WorkflowUpdateFailedError;
  return (cause as ApplicationFailure).type ?? undefined;
}

/** The notices travel on their own: where they come in the list says nothing. */
function withoutNotices({ calls }: Scenario): string[] {
  return calls.filter((call) => !call.startsWith('notice '));
}

describe('without an approval', () => {
  it.concurrent('a plan within the limits is applied at once', async () => {
    const push = await world.start({});
    expect(await push.handle.result()).toEqual({
      runId: push.runId,
      outcome: 'done',
      done: 1,
      failed: 0,
      held: 0,
    });
    expect(withoutNotices(push)).toEqual([...readAndPlan, 'applying', 'apply 2000', 'end done']);
    await reached(push, 'notice done');
  });

  it.concurrent('a simulation ends with its plan, and tells nobody', async () => {
    const push = await world.start({}, { mode: 'simulate' });
    await push.handle.result();
    expect(push.calls).toEqual([...readAndPlan, 'end done']);
  });

  it.concurrent(
    'a plan without changes writes nothing, even where every plan needs an approval',
    async () => {
      const push = await world.start({ pending: [], rule: { required: 'always' } });
      await push.handle.result();
      expect(withoutNotices(push)).toEqual([...readAndPlan, 'end done']);
    },
  );

  it.concurrent('where nobody is ever asked, what lies beyond the limits stays held', async () => {
    const push = await world.start({ held: [user], rule: { required: 'never' } });
    expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 1, held: 1 });
    expect(push.calls).not.toContain('release');
  });

  it.concurrent('what no approval can release is not waited for', async () => {
    const push = await world.start({ held: [user], facts: { releasable: 0 } });
    expect(await push.handle.result()).toMatchObject({ outcome: 'done', held: 1 });
  });

  it.concurrent('stages follow one another, batches of one stage run two at a time', async () => {
    const push = await world.start({
      pending: [0, 100, 2000, 2000, 2000, 2000, 3000],
      batchSize: 1,
      applyBatch: async () => {
        await resting(100);
        return undefined;
      },
    });
    await push.handle.result();
    const stages = push.calls.filter((call) => call.startsWith('apply '));
    expect(stages).toEqual([0, 100, 2000, 2000, 2000, 2000, 3000].map((stage) => `apply ${stage}`));
    expect(push.mostBatches).toBe(2);
  });

  it.concurrent('a refusal of the plan fails the run with its code and parameters', async () => {
    const push = await world.start({
      makePlan: () => {
        throw ApplicationFailure.nonRetryable('stopped', 'PushRefusedError', {
          code: 'root-not-matched',
          params: { count: 1 },
        });
      },
    });
    await expect(push.handle.result()).rejects.toThrow();
    expect(push.ends).toEqual([
      { phase: 'failed', error: { code: 'root-not-matched', params: { count: 1 } } },
    ]);
    await reached(push, 'notice failed');
  });
});

describe('an approval', () => {
  it.concurrent(
    'of what lies beyond the limits is awaited after the rest was applied, and checked once more',
    async () => {
      const push = await world.start({ held: [user, user] });
      await reached(push, 'awaiting-approval');
      expect(await push.handle.query(pushProgressQuery)).toMatchObject({
        phase: 'awaiting-approval',
        planHash: heldHash,
        held: 2,
        done: 1,
      });
      await reached(push, 'notice needs-approval');

      await approve(push, heldHash);

      expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 3, held: 0 });
      expect(withoutNotices(push)).toEqual([
        ...[...readAndPlan, 'applying', 'apply 2000'],
        ...['await approval of held', 'awaiting-approval'],
        ...['reading', 'pull by push', 'planning', 'verify held', 'release'],
        ...['applying', 'apply 2000', 'end done'],
      ]);
    },
  );

  it.concurrent('is awaited before anything is written where every plan needs one', async () => {
    const push = await world.start({ held: [user], rule: { required: 'always' } });
    await reached(push, 'awaiting-approval');
    expect(push.calls).not.toContain('apply 2000');
    await approve(push);
    expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 2 });
    expect(push.calls).toContain('verify whole');
  });

  it.concurrent('lets a blocked plan through', async () => {
    const push = await world.start({ held: [user], pending: [], facts: { verdict: 'blocked' } });
    await reached(push, 'blocked');
    await reached(push, 'notice blocked');
    await approve(push);
    expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 1 });
  });

  it.concurrent('of a plan that has moved on expires the run, and nothing is written', async () => {
    const push = await world.start({ rule: { required: 'always' }, verified: [false] });
    await reached(push, 'awaiting-approval');
    await approve(push);
    expect(await push.handle.result()).toMatchObject({ outcome: 'expired', done: 0 });
    expect(push.ends).toEqual([{ phase: 'expired', error: { code: 'plan-moved-on' } }]);
    await reached(push, 'notice expired');
  });

  it.concurrent('of the safe part only leaves the rest held', async () => {
    const push = await world.start({ held: [user], rule: { required: 'always' } });
    await reached(push, 'awaiting-approval');
    await approve(push, planHash, true);
    expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 1, held: 1 });
  });

  it.concurrent('of the safe part only, once that is applied, ends the run', async () => {
    const push = await world.start({ held: [user] });
    await reached(push, 'awaiting-approval');
    await approve(push, heldHash, true);
    expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 1, held: 1 });
    expect(push.calls).not.toContain('verify held');
  });

  it.concurrent(
    'under another hash, twice, or without anything to approve is refused with a code',
    async () => {
      const push = await world.start({
        rule: { required: 'always' },
        applyBatch: () => resting(500).then(() => undefined),
      });
      await reached(push, 'begin');
      await reached(push, 'awaiting-approval');
      expect(await refusalOf(approve(push, heldHash))).toBe('plan-hash-differs');
      await approve(push);
      expect(await refusalOf(approve(push))).toBe('nothing-to-approve');
      await push.handle.result();
    },
  );

  it.concurrent('that is refused by a person ends the run as rejected', async () => {
    const push = await world.start({ held: [user] });
    await reached(push, 'awaiting-approval');
    await push.handle.executeUpdate(rejectPushUpdate, { args: [{ by: 'user:1' }] });
    expect(await push.handle.result()).toMatchObject({ outcome: 'rejected', done: 1, held: 1 });
  });

  it.concurrent('that does not come in time expires the run', async () => {
    const push = await world.start({ held: [user], expiresInMs: 500 });
    expect(await push.handle.result()).toMatchObject({ outcome: 'expired' });
    expect(push.ends).toEqual([{ phase: 'expired', error: { code: 'approval-timed-out' } }]);
  });

  it.concurrent('is asked for again and again, and not before a snooze is over', async () => {
    const push = await world.start({ held: [user] }, { pace: { reminderEveryMs: 300 } });
    await reached(push, 'notice needs-approval', 3);
    await push.handle.signal(snoozeNoticeSignal, { until: new Date(Date.now() + 60_000).toISOString() });
    const sent = () => push.calls.filter((call) => call === 'notice needs-approval').length;
    // Some may be on their way. Five reminders later none has come any more.
    await eventually(async () => {
      const before = sent();
      await wait(1_500);
      return sent() === before || undefined;
    });
    await approve(push, heldHash);
    await push.handle.result();
  });

  it.concurrent('names the hash of the plan as decisions left it', async () => {
    const push = await world.start({ held: [user, user] });
    await reached(push, 'awaiting-approval');
    const rewritten = 'c'.repeat(64);
    await push.handle.signal(planRewrittenSignal, { planHash: rewritten, held: 1 });
    expect(await refusalOf(approve(push, heldHash))).toBe('plan-hash-differs');
    await approve(push, rewritten);
    expect(await push.handle.result()).toMatchObject({ outcome: 'done' });
  });

  it.concurrent('is no longer needed when everything held was left out', async () => {
    const push = await world.start({ held: [user] });
    await reached(push, 'awaiting-approval');
    await push.handle.signal(planRewrittenSignal, { planHash: heldHash, held: 0 });
    expect(await push.handle.result()).toMatchObject({ outcome: 'done' });
  });

  it.concurrent('of a simulation applies its plan in a run of its own, without asking again', async () => {
    const push = await world.start(
      { held: [user], rule: { required: 'always' } },
      { plan: { kind: 'approved-plan', runId: 'simulated', planHash } },
    );
    expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 2 });
    expect(withoutNotices(push)).toEqual([
      ...['begin', 'pull by push', 'planning', 'adopt', 'release', 'applying', 'apply 2000', 'end done'],
    ]);
  });

  it.concurrent('of a simulation that has moved on expires', async () => {
    const push = await world.start(
      { adopted: 'moved' },
      { plan: { kind: 'approved-plan', runId: 'simulated', planHash } },
    );
    expect(await push.handle.result()).toMatchObject({ outcome: 'expired', done: 0 });
  });

  it.concurrent('is needed for an undo like for any other plan, but nobody is looked up for it', async () => {
    const push = await world.start({ held: [user] }, { plan: { kind: 'undo', runId: 'undone' } });
    await reached(push, 'awaiting-approval');
    expect(push.calls).not.toContain('look up');
    await approve(push, heldHash);
    expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 2 });
  });
});

describe('a newer push', () => {
  it.concurrent('takes the place of one that is blocked', async () => {
    const push = await world.start({ facts: { verdict: 'blocked' } });
    await reached(push, 'blocked');
    await push.handle.signal(supersedePushSignal);
    expect(await push.handle.result()).toMatchObject({ outcome: 'expired' });
    expect(push.ends).toEqual([{ phase: 'expired', error: { code: 'superseded' } }]);
  });

  it.concurrent('does not take the place of one that waits for an approval', async () => {
    const push = await world.start({ held: [user] });
    await reached(push, 'awaiting-approval');
    await push.handle.signal(supersedePushSignal);
    await approve(push, heldHash);
    expect(await push.handle.result()).toMatchObject({ outcome: 'done' });
  });
});

describe('pause, resume and cancel', () => {
  const slowly = async (): Promise<undefined> => resting(400).then(() => undefined);

  it.concurrent(
    'a paused run finishes what is under way, writes nothing more, and goes on when it is resumed',
    async () => {
      const push = await world.start({ pending: [user, user, user, user], batchSize: 1, applyBatch: slowly });
      await reached(push, 'apply 2000');
      await push.handle.executeUpdate(pausePushUpdate);
      expect(await refusalOf(push.handle.executeUpdate(pausePushUpdate))).toBe('nothing-to-pause');
      await reached(push, 'paused');
      expect(push.changes.map(({ status }) => status)).toEqual(['done', 'done', 'pending', 'pending']);
      await push.handle.executeUpdate(resumePushUpdate);
      expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 4 });
      expect(push.calls).not.toContain('verify remainder');
    },
  );

  it.concurrent(
    'what is not being applied can not be paused, and what is not paused can not be resumed',
    async () => {
      const push = await world.start({ held: [user] });
      await reached(push, 'awaiting-approval');
      expect(await refusalOf(push.handle.executeUpdate(pausePushUpdate))).toBe('nothing-to-pause');
      expect(await refusalOf(push.handle.executeUpdate(resumePushUpdate))).toBe('nothing-to-resume');
      await approve(push, heldHash);
      await push.handle.result();
    },
  );

  it.concurrent.each([
    { verified: true, outcome: 'done' },
    { verified: false, outcome: 'expired' },
  ])('after a long pause the plan is checked ($verified → $outcome)', async ({ verified, outcome }) => {
    const push = await world.start(
      { pending: [user, user, user], batchSize: 1, applyBatch: slowly, verified: [verified] },
      { pace: { verifyAfterPauseMs: 100 } },
    );
    await reached(push, 'apply 2000');
    await push.handle.executeUpdate(pausePushUpdate);
    await reached(push, 'paused');
    await wait(300);
    await push.handle.executeUpdate(resumePushUpdate);
    expect(await push.handle.result()).toMatchObject({ outcome });
    expect(push.calls.slice(push.calls.indexOf('paused') + 1)).toEqual(
      expect.arrayContaining(['reading', 'pull by push', 'planning', 'verify remainder']),
    );
  });

  it.concurrent(
    'an error that only an administrator can mend pauses the run, and it goes on where it was',
    async () => {
      const stopped = ApplicationFailure.nonRetryable('WeCom refuses', 'PushStopped', {
        code: 'wecom-access',
        wecom: { path: 'user/create', errcode: 60020 },
      });
      let refusing = true;
      const push = await world.start({
        pending: [100, user],
        applyBatch: async ({ stage }) => {
          if (stage === user && refusing) throw stopped;
          return undefined;
        },
      });
      await reached(push, 'paused: wecom-access');
      await reached(push, 'notice paused');
      await push.handle.executeUpdate(resumePushUpdate);
      await reached(push, 'paused: wecom-access', 2);
      refusing = false;
      await push.handle.executeUpdate(resumePushUpdate);
      expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 2 });
      expect(push.calls.filter((call) => call === 'apply 100')).toHaveLength(1);
    },
  );

  it.concurrent(
    'the same error while an approved plan is checked loses neither the plan nor the approval',
    async () => {
      let refusing = true;
      const push = await world.start({
        held: [user],
        read: (count) => {
          if (count === 1 || !refusing) return;
          throw ApplicationFailure.nonRetryable('WeCom refuses', 'WecomAccessError', {
            code: 'wecom-access',
            wecom: { path: 'user/list_id', errcode: 60020 },
          });
        },
      });
      await reached(push, 'awaiting-approval');
      await approve(push, heldHash);
      await reached(push, 'paused: wecom-access');
      refusing = false;
      await push.handle.executeUpdate(resumePushUpdate);
      expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 2 });
    },
  );

  it.concurrent(
    'a cancelled run finishes the batches under way and keeps the rest, which can be taken up again',
    async () => {
      const push = await world.start({ pending: [user, user, user, user], batchSize: 1, applyBatch: slowly });
      await reached(push, 'apply 2000', 2);
      await push.handle.cancel();
      await expect(push.handle.result()).rejects.toThrow();
      expect((await push.handle.describe()).status.name).toBe('CANCELLED');
      expect(push.ends).toEqual([{ phase: 'cancelled' }]);
      expect(push.changes.map(({ status }) => status)).toEqual(['done', 'done', 'pending', 'pending']);

      const again = await world.again(push, { plan: { kind: 'remainder', of: 'pending' } });
      expect(await again.handle.result()).toMatchObject({ outcome: 'done', done: 4 });
      expect(again.calls).toContain('verify remainder');
    },
  );

  it.concurrent.each(['awaiting-approval', 'blocked'] as const)(
    'a run that was cancelled while it was %s is not applied without the approval when it is taken up again',
    async (phase) => {
      const push = await world.start({
        held: [user],
        rule: { required: phase === 'blocked' ? 'never' : 'always' },
        ...(phase === 'blocked' ? { facts: { verdict: 'blocked' } } : {}),
      });
      await reached(push, phase);
      await push.handle.cancel();
      await expect(push.handle.result()).rejects.toThrow();

      const again = await world.again(push, { plan: { kind: 'remainder', of: 'pending' } });
      await reached(again, phase, 2);
      expect(again.calls).not.toContain('apply 2000');
      await approve(again);
      expect(await again.handle.result()).toMatchObject({ outcome: 'done', done: 2 });
    },
  );

  it.concurrent(
    'a run that was cancelled while its rest was held waits for the approval of the rest again',
    async () => {
      const push = await world.start({ held: [user] });
      await reached(push, 'awaiting-approval');
      await push.handle.cancel();
      await expect(push.handle.result()).rejects.toThrow();
      const again = await world.again(push, { plan: { kind: 'remainder', of: 'pending' } });
      await reached(again, 'awaiting-approval', 2);
      await approve(again, heldHash);
      expect(await again.handle.result()).toMatchObject({ outcome: 'done', done: 2 });
    },
  );

  it.concurrent('trying failures again does not ask for what is held', async () => {
    const push = await world.start({ held: [user] }, { plan: { kind: 'remainder', of: 'failed' } });
    expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 1, held: 1 });
  });

  it.concurrent('what is left of a run whose plan has moved on is not applied', async () => {
    const push = await world.start({ verified: [false] }, { plan: { kind: 'remainder', of: 'failed' } });
    expect(await push.handle.result()).toMatchObject({ outcome: 'expired', done: 0 });
  });

  it.concurrent('a batch that does not come to its end is cancelled with the run', async () => {
    const push = await world.start(
      { applyBatch: () => resting(60_000).then(() => undefined) },
      { pace: { finishBatchWithinMs: 300 } },
    );
    await reached(push, 'apply 2000');
    await push.handle.cancel();
    await expect(push.handle.result()).rejects.toThrow();
    expect(push.ends).toEqual([{ phase: 'cancelled' }]);
  });

  it.concurrent.each(['awaiting-approval', 'blocked', 'paused'] as const)(
    'a run that is %s can be cancelled',
    async (phase) => {
      const push = await world.start({
        held: [user],
        ...(phase === 'blocked' ? { facts: { verdict: 'blocked' } } : {}),
        applyBatch: slowly,
      });
      if (phase === 'paused') {
        await reached(push, 'apply 2000');
        await push.handle.executeUpdate(pausePushUpdate);
      }
      await reached(push, phase);
      await push.handle.cancel();
      await expect(push.handle.result()).rejects.toThrow();
      expect(push.ends).toEqual([{ phase: 'cancelled' }]);
    },
  );

  it.concurrent('a run that is cancelled while it reads ends its pull with it', async () => {
    const push = await world.start({ readingMs: 20_000 });
    await reached(push, 'pull by push');
    await push.handle.cancel();
    await expect(push.handle.result()).rejects.toThrow();
    const pull = world.client.workflow.getHandle(directoryPullId(push.corpId));
    expect((await pull.describe()).status.name).toBe('CANCELLED');
    expect(push.ends).toEqual([{ phase: 'cancelled' }]);
  });
});

describe('what WeCom leaves undone', () => {
  it.concurrent('is tried again in another pass before the next stage begins', async () => {
    let unable = 2;
    const push = await world.start({
      pending: [user, 3000],
      applyBatch: async ({ stage }) =>
        stage === user && unable-- > 0 ? { done: 0, failed: 0, skipped: 0, left: 1 } : undefined,
    });
    expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 2 });
    expect(push.calls.filter((call) => call.startsWith('apply '))).toEqual([
      ...['apply 2000', 'apply 2000', 'apply 2000', 'apply 3000'],
    ]);
  });

  it.concurrent('says when it is tried again, where the wait is worth telling', async () => {
    const left = { done: 0, failed: 0, skipped: 0, left: 1 };
    const push = await world.start({ applyBatch: async () => left }, { pace: { passWaitsMs: [60_000] } });
    await reached(push, 'next try');
    await push.handle.cancel();
    await expect(push.handle.result()).rejects.toThrow();
    expect(push.calls.filter((call) => call === 'apply 2000')).toHaveLength(1);
  });

  it.concurrent('fails the run with the last error when nothing moves any more', async () => {
    const push = await world.start({
      applyBatch: async () => ({
        done: 0,
        failed: 0,
        skipped: 0,
        left: 1,
        lastError: { code: 'wecom-busy' },
      }),
    });
    await expect(push.handle.result()).rejects.toThrow();
    expect(push.ends).toEqual([{ phase: 'failed', error: { code: 'wecom-busy' } }]);
    expect(push.calls.filter((call) => call === 'apply 2000')).toHaveLength(3);
  });
});

describe('another pull of the same corp', () => {
  it.concurrent('is waited for, and the push reads for itself afterwards', async () => {
    const first = await world.start({ readingMs: 1_000 }, { mode: 'simulate' });
    await first.handle.result();
    const corpId = first.corpId;
    const pull = await world.client.workflow.start(directoryPullType, {
      taskQueue: 'wecom-bridge',
      workflowId: directoryPullId(corpId),
      args: [{ corpId, runId: 'other', mode: 'apply', trigger: 'api', requestedBy: 'token:test' }],
    });
    const push = await world.again(first, {});
    await push.handle.result();
    expect((await pull.describe()).status.name).toBe('COMPLETED');
    expect(push.calls.filter((call) => call.startsWith('pull by'))).toEqual([
      ...['pull by push', 'pull by api', 'pull by push'],
    ]);
  });

  it.concurrent('that does not end fails the push', async () => {
    const first = await world.start({ readingMs: 20_000 }, { mode: 'simulate' });
    await reached(first, 'pull by push');
    const corpId = first.corpId;
    await first.handle.terminate();
    const pull = world.client.workflow.getHandle(directoryPullId(corpId));
    await eventually(async () => ((await pull.describe()).status.name === 'RUNNING' ? undefined : true));
    await world.client.workflow.start(directoryPullType, {
      taskQueue: 'wecom-bridge',
      workflowId: directoryPullId(corpId),
      args: [{ corpId, runId: 'other', mode: 'apply', trigger: 'api', requestedBy: 'token:test' }],
    });
    const push = await world.again(first, { pace: { pullTries: 2 } });
    await expect(push.handle.result()).rejects.toThrow();
    expect(push.ends).toEqual([{ phase: 'failed', error: { code: 'pull-busy' } }]);
    await pull.terminate();
  });
});

describe('maintenance windows', () => {
  it.concurrent('a run waits for the end of a window before it writes, and asks again then', async () => {
    const push = await world.start({ closedForMs: [300, 300] });
    expect(await push.handle.result()).toMatchObject({ outcome: 'done', done: 1 });
    expect(withoutNotices(push)).toEqual([
      ...readAndPlan,
      ...['paused: maintenance-window', 'paused: maintenance-window', 'applying', 'apply 2000', 'end done'],
    ]);
    expect(push.calls).not.toContain('notice paused');
  });

  it.concurrent('a scheduled run waits before it reads, so that its plan is fresh', async () => {
    const push = await world.start({ closedForMs: [300] }, { trigger: 'schedule' });
    await push.handle.result();
    expect(withoutNotices(push)).toEqual([
      ...['begin', 'paused: maintenance-window', 'reading', 'pull by push', 'look up', 'planning', 'plan'],
      ...['applying', 'apply 2000', 'end done'],
    ]);
  });

  it.concurrent(
    'resuming looks at the settings again: a window that was taken away does not hold any longer',
    async () => {
      const push = await world.start({ closedForMs: [60_000] });
      await reached(push, 'paused: maintenance-window');
      await push.handle.executeUpdate(resumePushUpdate);
      expect(await push.handle.result()).toMatchObject({ outcome: 'done' });
    },
  );
});
