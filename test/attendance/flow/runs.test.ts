import {
  attendanceProgressQuery,
  attendancePullId,
  pauseAttendanceSignal,
  resumeAttendanceSignal,
} from '../../../workflows/attendance.contract';
import { createFlowWorld, dayAfter, firstDay, type FlowWorld } from './flow-world';

let flow: FlowWorld;

beforeAll(async () => {
  flow = await createFlowWorld();
});
afterAll(() => flow.close());
afterEach(() => flow.world.control('POST', '/settings', { latencyMs: 0 }));

/** A year of few people is a dozen calls, one after the other. */
const longRun = { from: firstDay, to: dayAfter(firstDay, 239) };
const days = 40;

const slowly = (latencyMs: number) => flow.world.control('POST', '/settings', { latencyMs });

async function readSome(runId: string): Promise<number> {
  return flow.until('something is read', async () => {
    const done = (await flow.world.runs.findRun(runId))?.progress.done ?? 0;
    return done > 0 ? done : undefined;
  });
}

it('reads what WeCom has, tells the OA, and changes nothing the second time', async () => {
  const corp = await flow.createCorp();
  await corp.punchesFor(days);
  const range = { from: firstDay, to: dayAfter(firstDay, days - 1) };
  const first = await corp.start(range);
  const { counts } = await first.handle.result();
  expect(counts).toMatchObject({ read: 4 * days * 2, new: 4 * days * 2, changed: 0, superseded: 0 });
  const run = await corp.ended(first.runId);
  expect(run).toMatchObject({ phase: 'done', progress: { done: 2, failed: 0, total: 2 } });
  expect(run.apiCalls).toMatchObject({ 'checkin/getcheckindata': 2 });
  expect((await corp.keeps(4 * days * 2)).every(({ version }) => version === 1)).toBe(true);

  const second = await corp.run(range);
  expect(second.counts).toMatchObject({ new: 0, changed: 0, superseded: 0, unchanged: 4 * days * 2 });
  const { events } = await first.handle.fetchHistory();
  expect(events?.length).toBeLessThan(60);
});

it('is started by its schedule; one that is still open goes first, and people are told', async () => {
  const corp = await flow.createCorp();
  await corp.listenToNotices();
  const ruleId = await corp.addRule({ schedule: { cron: '0 2 * * *', timezone: 'Asia/Shanghai' } });
  const started = await corp.whenDue(ruleId);
  if (started.kind !== 'started') throw new Error('It was not started');
  await flow.client.workflow.getHandle(attendancePullId(corp.corpId, ruleId)).result();
  expect(await corp.ended(started.runId)).toMatchObject({
    phase: 'done',
    trigger: 'schedule',
    requestedBy: 'schedule',
    workflowId: `attendance-pull:${corp.corpId}:${ruleId}`,
  });

  await slowly(500);
  const open = await corp.start({ ...longRun, ruleId });
  await readSome(open.runId);
  expect(await corp.whenDue(ruleId)).toEqual({ kind: 'skipped', openRunId: open.runId });
  const notice = await flow.until('people are told', async () =>
    (await corp.notices()).find(({ kind }) => kind === 'schedule-skipped'),
  );
  expect(notice.runId).toBe(open.runId);
  await open.handle.cancel();
  await corp.reaches(open.runId, 'cancelled');
});

it('is paused between two calls, goes on where it stopped, and reads nothing twice', async () => {
  const corp = await flow.createCorp();
  await corp.punchesFor(days);
  await slowly(300);
  const { runId, handle } = await corp.start(longRun);
  await readSome(runId);
  await handle.signal(pauseAttendanceSignal);
  await corp.reaches(runId, 'paused');
  await flow.until('nobody reads', async () => {
    const { pendingActivities } = (await handle.describe()).raw;
    return (pendingActivities ?? []).length === 0 ? true : undefined;
  });
  const paused = await flow.world.runs.findRun(runId);
  expect(paused?.progress.done).toBeLessThan(8);
  expect(await handle.query(attendanceProgressQuery)).toMatchObject({ phase: 'paused', units: 8 });

  await slowly(0);
  await handle.signal(resumeAttendanceSignal);
  await handle.result();
  expect(await corp.ended(runId)).toMatchObject({
    phase: 'done',
    progress: { done: 8, total: 8 },
    apiCalls: { 'checkin/getcheckindata': 8 },
  });
});

it('is cancelled while it reads, and while it is paused; what it has read is told all the same', async () => {
  const corp = await flow.createCorp();
  await corp.punchesFor(days);
  await slowly(400);
  const reading = await corp.start(longRun);
  await readSome(reading.runId);
  await reading.handle.cancel();
  expect(await corp.reaches(reading.runId, 'cancelled')).toMatchObject({ error: null });
  await expect(reading.handle.result()).rejects.toThrow();
  expect((await reading.handle.describe()).status.name).toBe('CANCELLED');

  const paused = await corp.start(longRun);
  await paused.handle.signal(pauseAttendanceSignal);
  await corp.reaches(paused.runId, 'paused');
  await paused.handle.cancel();
  await corp.reaches(paused.runId, 'cancelled');
  await flow.until('the OA has some', async () => ((await corp.kept()).length > 0 ? true : undefined));
});

it('fails with a reason, and people are told', async () => {
  const corp = await flow.createCorp();
  await corp.listenToNotices();
  await flow.sql(`UPDATE mirror_member SET departments = '{99}' WHERE corp_id = $1`, [corp.corpId]);
  const run = await corp.run({ ruleId: await corp.addRule() });
  expect(run).toMatchObject({ phase: 'failed', error: { code: 'attendance-nobody' } });
  const notice = await flow.until('people are told', async () =>
    (await corp.notices()).find(({ kind }) => kind === 'failed'),
  );
  expect(notice.runId).toBe(run.id);
});
