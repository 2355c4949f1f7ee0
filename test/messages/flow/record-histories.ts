import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../project-root';
import {
  appHealthId,
  appHealthStart,
  appHealthType,
  messageDigestId,
  messagePushChangedSignal,
  messagePushId,
  messagePushStart,
  messagePushType,
  messageRecallId,
  messageRecallStart,
  messageRecallType,
  probeAppSignal,
  recallPushUpdate,
} from '../../../workflows/message-push.contract';
import { bridgeTaskQueue } from '../../../workflows/task-queues';
import { historyToText } from '../../support/replay';
import { createFlowWorld, everybody, oaIdOf, type FlowWorld } from './flow-world';

// Run by scripts/record-histories.mjs only: one history for each way messages can go.

const folder = join(projectRoot, 'test', 'messages', 'flow', 'histories');

jest.setTimeout(120_000);

let world: FlowWorld;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  world = await createFlowWorld({ people: 80 });
}, 120_000);
afterAll(() => world.close());
afterEach(() => world.noFaults());

/** As far as it has come, where `isOpen`; otherwise its end is waited for. */
async function store(name: string, workflowId: string, isOpen = false, runId?: string): Promise<void> {
  const handle = world.client.workflow.getHandle(workflowId, runId);
  if (!isOpen) await handle.result();
  writeFileSync(join(folder, `${name}.json`), historyToText(await handle.fetchHistory()));
}
const storePush = (name: string, pushId: string, isOpen = false) =>
  store(name, messagePushId(pushId), isOpen);

const todo = {
  url: 'https://oa.example.com/1',
  todo: { taskId: 'T-1', kind: 'pending', showActions: true, actions: [{ key: 'approve', text: '同意' }] },
};

async function agedBy(pushId: string, interval: string): Promise<void> {
  await world.sql(`UPDATE message_call SET sent_at = sent_at - $2::interval WHERE push_id = $1`, [
    pushId,
    interval,
  ]);
  await world.sql(`UPDATE message_push SET recall_until = recall_until - $2::interval WHERE id = $1`, [
    pushId,
    interval,
  ]);
  await world.workflowOf(pushId).signal(messagePushChangedSignal);
}

it('sent and open, then over', async () => {
  const pushId = await world.push({ recipients: everybody(2) });
  await world.reaches(pushId, 'sent');
  await world.until('it waits', async () => {
    const { events } = await world.workflowOf(pushId).fetchHistory();
    return events?.some(({ timerStartedEventAttributes: timer }) => timer != null) === true
      ? true
      : undefined;
  });
  await storePush('open', pushId, true);
  await agedBy(pushId, '30 hours');
  await storePush('over', pushId);
});

it('cards that nobody changed in time', async () => {
  await world.rule({ type: 'template_card' });
  const pushId = await world.push({ ...todo });
  await world.reaches(pushId, 'sent');
  await agedBy(pushId, '80 hours');
  await storePush('cards-over', pushId);
  await world.rule();
});

it('to many, recalled; and asked again when it is over', async () => {
  const pushId = await world.push({ recipients: everybody(60) });
  await world.reaches(pushId, 'sent');
  await world.recall(pushId);
  await storePush('bulk-recalled', pushId);
  // By whoever did not look at the row first.
  const start = messagePushStart({ pushId, corpId: world.corpId }, bridgeTaskQueue);
  const operation = new WithStartWorkflowOperation(messagePushType, start);
  const refused = await world.client.workflow
    .executeUpdateWithStart(recallPushUpdate, {
      startWorkflowOperation: operation,
      args: [{ by: 'user:1' }],
    })
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(WorkflowUpdateFailedError);
  await storePush('recalled-again', pushId);
});

it('failed, and to nobody', async () => {
  const pushId = await world.push({ recipients: ['U9999'] });
  await storePush('nobody', pushId);
});

it('quiet hours, cancelled before they were over', async () => {
  const time = (ms: number): string => new Date(Date.now() + ms).toISOString().slice(11, 16);
  await world.rule({}, { quietHours: { from: time(-3_600_000), to: time(3_600_000), timezone: 'UTC' } });
  const pushId = await world.push();
  await world.reaches(pushId, 'waiting');
  await world.recall(pushId);
  await storePush('cancelled', pushId);
  await world.rule();
});

it('a recall that nobody saw through', async () => {
  const pushId = await world.push({ recipients: [oaIdOf(2)] });
  await world.reaches(pushId, 'sent');
  await world.sql(
    `UPDATE message_push SET recall_asked_at = now(), recall_asked_by = 'user:1', state = 'recalling' WHERE id = $1`,
    [pushId],
  );
  await world.workflowOf(pushId).signal(messagePushChangedSignal);
  await storePush('recall-taken-up', pushId);
});

it('a paused app, its pushes, and its return', async () => {
  await world.fault({ path: 'message/send', rate: 1, errcode: 60020 });
  const pushId = await world.push({ recipients: [oaIdOf(3)] });
  const second = await world.push({ recipients: [oaIdOf(3)] });
  await world.reaches(second, 'waiting');
  const health = world.client.workflow.getHandle(appHealthId(world.appId));
  await world.until('somebody looks after the app', () =>
    health.signal(probeAppSignal).then(
      () => true,
      () => undefined,
    ),
  );
  await world.until('it was asked', async () => {
    const refused = (await world.sendCalls()).filter(({ errcode }) => errcode === 60020);
    return refused.length >= 2 ? true : undefined;
  });
  await world.noFaults();
  await health.signal(probeAppSignal);
  await world.reaches(second, 'sent');
  await store('app-health', appHealthId(world.appId));
  for (const [name, id] of [
    ['paused-first', pushId],
    ['paused-second', second],
  ] as const) {
    await agedBy(id, '30 hours');
    await storePush(name, id);
  }
});

it('a digest, and a recall of many', async () => {
  await world.rule({}, { digest: { everyMinutes: 60 } });
  for (const title of ['One', 'Two']) await world.push({ title, recipients: [oaIdOf(4)] });
  await world.sql(`UPDATE message_push SET digest_due_at = '2026-01-01T00:00:00Z' WHERE state = 'gathered'`);
  await world.sweep({ dueMs: 0 });
  const [target] = await world.sql<{ id: string }>(
    `SELECT template->>'targetId' AS id FROM message_push WHERE state = 'gathered' LIMIT 1`,
  );
  await store('digest', messageDigestId(target!.id, Date.parse('2026-01-01T00:00:00Z')));
  const digest = await world.until('the digest is sent', async () =>
    (await world.rows()).find(({ kind, state }) => kind === 'digest' && state === 'sent'),
  );
  await world.rule();
  const answer = await world.api.call('/pushes/recall', {
    body: {
      appId: world.appId,
      from: new Date(Date.now() - 600_000).toISOString(),
      to: new Date(Date.now() + 60_000).toISOString(),
    },
  });
  await store('recall-of-many', messageRecallId(String(answer.body.recallId)));
  await storePush('recalled-with-many', digest.id);
});

/** In place of the one that is open, with a history that is soon long; a signal that changes nothing makes it so. */
async function untilContinued(
  type: string,
  start: Parameters<FlowWorld['client']['workflow']['start']>[1],
  signal: { readonly name: string },
): Promise<string> {
  const first = await world.client.workflow.start(type, {
    ...start,
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
  });
  await world.until('a new history begins', async () => {
    await first.signal(signal.name);
    const { runId } = await world.client.workflow.getHandle(start.workflowId).describe();
    return runId === first.firstExecutionRunId ? undefined : true;
  });
  return first.firstExecutionRunId;
}

it('a push continued in a new history', async () => {
  const pushId = await world.push({ recipients: everybody(2) });
  await world.reaches(pushId, 'sent');
  const input = { pushId, corpId: world.corpId, eventsPerHistory: 12 };
  const start = messagePushStart(input, bridgeTaskQueue);
  const first = await untilContinued(messagePushType, start, messagePushChangedSignal);
  await agedBy(pushId, '30 hours');
  await store('continued-first', messagePushId(pushId), false, first);
  await storePush('continued-last', pushId);
});

it('a paused app looked after in a new history', async () => {
  await world.fault({ path: 'message/send', rate: 1, errcode: 60020 });
  const pushId = await world.push({ recipients: [oaIdOf(5)] });
  await world.reaches(pushId, 'waiting');
  const { appId, corpId } = world;
  const start = { ...appHealthStart({ appId, corpId, eventsPerHistory: 16 }), taskQueue: bridgeTaskQueue };
  const first = await untilContinued(appHealthType, start, probeAppSignal);
  await world.noFaults();
  await world.client.workflow.getHandle(appHealthId(appId)).signal(probeAppSignal);
  await world.reaches(pushId, 'sent');
  await store('app-health-continued-first', appHealthId(appId), false, first);
  await store('app-health-continued-last', appHealthId(appId));
});

it('a recall of many in a new history', async () => {
  const answer = await world.api.call('/pushes/recall', {
    body: {
      appId: world.appId,
      from: new Date(Date.now() - 600_000).toISOString(),
      to: new Date(Date.now() + 60_000).toISOString(),
    },
  });
  const recallId = String(answer.body.recallId);
  await world.client.workflow.getHandle(messageRecallId(recallId)).result();
  // What came meanwhile is taken back by another one.
  await world.reaches(await world.push({ recipients: [oaIdOf(6)] }), 'sent');
  const first = await world.client.workflow.start(messageRecallType, {
    ...messageRecallStart({ recallId, eventsPerHistory: 1 }, bridgeTaskQueue),
  });
  await store('recall-continued-first', messageRecallId(recallId), false, first.firstExecutionRunId);
  await store('recall-continued-last', messageRecallId(recallId));
});
