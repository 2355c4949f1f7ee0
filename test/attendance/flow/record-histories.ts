import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../project-root';
import {
  attendanceDeliveryStart,
  attendanceDeliveryType,
  attendancePullId,
  pauseAttendanceSignal,
  resumeAttendanceSignal,
} from '../../../workflows/attendance.contract';
import { bridgeTaskQueue } from '../../../workflows/task-queues';
import { historyToText } from '../../support/replay';
import { createFlowWorld, dayAfter, firstDay, type FlowWorld } from './flow-world';

// Run by scripts/record-histories.mjs only: one history for each way attendance can go.

const folder = join(projectRoot, 'test', 'attendance', 'flow', 'histories');

jest.setTimeout(120_000);

let flow: FlowWorld;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  flow = await createFlowWorld({ http: true });
}, 120_000);
afterAll(() => flow.close());
afterEach(async () => {
  flow.server.spoil = undefined;
  await flow.world.control('POST', '/settings', { latencyMs: 0 });
});

const slowly = (latencyMs: number) => flow.world.control('POST', '/settings', { latencyMs });
const days = 10;
const range = { from: firstDay, to: dayAfter(firstDay, days - 1) };
const longRun = { from: firstDay, to: dayAfter(firstDay, 239) };

type Handle = ReturnType<FlowWorld['client']['workflow']['getHandle']>;

async function store(name: string, handle: Pick<Handle, 'result' | 'fetchHistory'>): Promise<void> {
  await handle.result().catch(() => undefined);
  writeFileSync(join(folder, `${name}.json`), historyToText(await handle.fetchHistory()));
}

async function readSome(runId: string): Promise<void> {
  await flow.until('something is read', async () => {
    const done = (await flow.world.runs.findRun(runId))?.progress.done ?? 0;
    return done > 0 ? true : undefined;
  });
}

it('done, and told', async () => {
  const corp = await flow.createCorp();
  await corp.punchesFor(days);
  await store('done', (await corp.start(range)).handle);
  await store('told', corp.deliveryHandle());
});

it('held back', async () => {
  const corp = await flow.createCorp();
  await corp.punchesFor(days);
  await corp.run(range);
  await flow.world.control('DELETE', `/corps/${corp.corpid}/checkins`);
  await store('held-back', (await corp.start(range)).handle);
});

it('paused, resumed, and told while the OA was away', async () => {
  const corp = await flow.createCorp();
  await corp.punchesFor(days);
  flow.server.spoil = 503;
  await slowly(300);
  const { runId, handle } = await corp.start(longRun);
  await readSome(runId);
  await handle.signal(pauseAttendanceSignal);
  await corp.reaches(runId, 'paused');
  await handle.signal(resumeAttendanceSignal);
  await store('paused', handle);
  await flow.until('the failure is noted', async () =>
    (await flow.delivery.states(corp.corpId)).some(({ attempts }) => attempts >= 2) ? true : undefined,
  );
  flow.server.spoil = 404;
  await corp.tellNow();
  await flow.until('the refusal is noted', async () =>
    (await flow.delivery.states(corp.corpId)).some(({ error }) => error?.code === 'oa-refused')
      ? true
      : undefined,
  );
  flow.server.spoil = undefined;
  // A run wakes a delivery that is open.
  await corp.run(range);
  await store('oa-away', corp.deliveryHandle());
});

it('told in a new history, after the OA was away', async () => {
  const corp = await flow.createCorp();
  await corp.punchesFor(days);
  flow.server.spoil = 503;
  await corp.run(range);
  const { signal, signalArgs: _, ...start } = attendanceDeliveryStart(corp.corpId, bridgeTaskQueue);
  // In place of the one that the run woke.
  const first = await flow.client.workflow.start(attendanceDeliveryType, {
    ...start,
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    args: [{ corpId: corp.corpId, eventsPerHistory: 16 }],
  });
  await flow.until('a new history begins', async () => {
    await corp.deliveryHandle().signal(signal);
    const { runId } = await corp.deliveryHandle().describe();
    return runId === first.firstExecutionRunId ? undefined : true;
  });
  flow.server.spoil = undefined;
  await corp.deliveryHandle().signal(signal);
  const { workflowId } = corp.deliveryHandle();
  await store('told-continued-first', flow.client.workflow.getHandle(workflowId, first.firstExecutionRunId));
  await store('told-continued-last', corp.deliveryHandle());
});

it('cancelled while it reads, and while it is paused', async () => {
  const corp = await flow.createCorp();
  await slowly(400);
  const reading = await corp.start(longRun);
  await readSome(reading.runId);
  await reading.handle.cancel();
  await store('cancelled', reading.handle);
  const paused = await corp.start(longRun);
  await paused.handle.signal(pauseAttendanceSignal);
  await corp.reaches(paused.runId, 'paused');
  await paused.handle.cancel();
  await store('cancelled-paused', paused.handle);
});

it('failed', async () => {
  const corp = await flow.createCorp();
  await flow.world.control('POST', '/faults', [{ path: 'checkin/getcheckindata', errcode: 60020, rate: 1 }]);
  await store('failed', (await corp.start()).handle);
  await flow.world.control('DELETE', '/faults');
});

it('the directory first, also somebody else’s reading of it; and nobody there', async () => {
  const corp = await flow.createCorp();
  await corp.punchesFor(days);
  const unread = () => flow.sql('DELETE FROM mirror_member WHERE corp_id = $1', [corp.corpId]);
  const ruleId = await corp.addRule();
  await unread();
  await store('directory-first', (await corp.start({ ...range, ruleId })).handle);

  await unread();
  await slowly(1_000);
  const others = await flow.world.startPull({ id: corp.corpId, corpid: corp.corpid, appId: null });
  const waiting = await corp.start({ ...range, ruleId });
  await others.handle.result();
  await slowly(0);
  await store('directory-waited-for', waiting.handle);

  await flow.sql(`UPDATE mirror_member SET departments = '{99}' WHERE corp_id = $1`, [corp.corpId]);
  await store('nobody', (await corp.start({ ...range, ruleId })).handle);
});

it('started by its schedule, and skipped', async () => {
  const corp = await flow.createCorp();
  const ruleId = await corp.addRule({ schedule: { cron: '0 2 * * *', timezone: 'Asia/Shanghai' } });
  const scheduled = flow.client.workflow.getHandle(`scheduled-attendance:${ruleId}`);
  await corp.whenDue(ruleId);
  await store('scheduled', scheduled);
  const run = flow.client.workflow.getHandle(attendancePullId(corp.corpId, ruleId));
  await store('scheduled-run', run);
  await slowly(500);
  const open = await corp.start({ ...longRun, ruleId });
  await corp.whenDue(ruleId);
  await store('skipped', scheduled);
  await open.handle.cancel();
  await open.handle.result().catch(() => undefined);
});

it('resumed by another worker', async () => {
  const corp = await flow.createCorp();
  await slowly(2_500);
  const { runId, handle } = await corp.start(longRun);
  await readSome(runId);
  await flow.stopWorker();
  await slowly(0);
  await flow.startWorker();
  await store('resumed', handle);
});
