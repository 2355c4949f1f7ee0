import type { Schedule } from '../../../domain/directory/settings';
import { reconcileAttendanceSchedules } from '../../../workers/schedules';
import { attendanceScheduleId, ruleOfScheduleId } from '../../../workflows/attendance.contract';
import { createFlowWorld, dayAfter, firstDay, logger, type FlowWorld } from './flow-world';

let flow: FlowWorld;

beforeAll(async () => {
  flow = await createFlowWorld();
});
afterAll(() => flow.close());

const nightly: Schedule = { cron: '0 2 * * *', timezone: 'Asia/Shanghai' };
/** Of these three days, the last one's run was due at two in the morning of the day after. */
const days = [firstDay, dayAfter(firstDay, 1), dayAfter(firstDay, 2)];
const justDue = new Date(`${dayAfter(firstDay, 3)}T02:30:00+08:00`);
const overdue = new Date(`${dayAfter(firstDay, 3)}T03:30:00+08:00`);

function gapsOf(ruleId: string) {
  return flow.sql<{ day: string; isOpen: boolean; closedBy: string | null }>(
    `SELECT day::text AS day, closed_at IS NULL AS "isOpen", closed_by AS "closedBy" FROM attendance_gap
      WHERE rule_id = $1 ORDER BY day`,
    [ruleId],
  );
}

const rules = () => flow.gaps.scheduledRules();
const reconcile = () => reconcileAttendanceSchedules(flow.client, rules, 'wecom-bridge', logger);

describe('days that no run has read', () => {
  it('are told of once, an hour after a run was due, and closed by a back-fill', async () => {
    const corp = await flow.createCorp();
    await corp.listenToNotices();
    const ruleId = await corp.addRule({ schedule: nightly, expectedFrom: firstDay });
    await flow.sweepGaps(justDue);
    expect((await gapsOf(ruleId)).map(({ day }) => day)).toEqual(days.slice(0, 2));
    await flow.sweepGaps(overdue);
    await flow.sweepGaps(overdue);
    expect((await gapsOf(ruleId)).map(({ day, isOpen }) => [day, isOpen])).toEqual(
      days.map((day) => [day, true]),
    );
    const notices = await flow.until('people are told', async () => {
      const found = (await corp.notices()).filter(({ kind }) => kind === 'attendance-gap');
      return found.length === 2 ? found : undefined;
    });
    expect(notices.map(({ id }) => id).sort()).toEqual([
      `notice:attendance-gap:${ruleId}:${days[0]}:${days[1]}/0`,
      `notice:attendance-gap:${ruleId}:${days[2]}:${days[2]}/0`,
    ]);

    const backFill = await corp.run({ ruleId, from: firstDay, to: days[1] ?? firstDay });
    expect(backFill.phase).toBe('done');
    expect((await gapsOf(ruleId)).map(({ isOpen, closedBy }) => [isOpen, closedBy])).toEqual([
      [false, backFill.id],
      [false, backFill.id],
      [true, null],
    ]);
    await flow.sweepGaps(overdue);
    expect((await gapsOf(ruleId)).filter(({ isOpen }) => isOpen)).toHaveLength(1);
  });

  it('are not told of while somebody has paused the rule', async () => {
    const corp = await flow.createCorp();
    const ruleId = await corp.addRule({ schedule: nightly, expectedFrom: firstDay });
    await reconcile();
    const schedule = flow.client.schedule.getHandle(attendanceScheduleId(ruleId));
    await schedule.pause('holidays');
    await flow.sweepGaps(overdue);
    expect(await gapsOf(ruleId)).toEqual([]);
    await schedule.unpause();
    await flow.sweepGaps(overdue);
    expect(await gapsOf(ruleId)).toHaveLength(3);
  });
});

it('rows that go missing in number stay as they are, and people are told', async () => {
  const corp = await flow.createCorp();
  await corp.listenToNotices();
  await corp.punchesFor(10);
  const range = { from: firstDay, to: dayAfter(firstDay, 9) };
  await corp.run(range);
  await flow.world.control('DELETE', `/corps/${corp.corpid}/checkins`);
  const run = await corp.run(range);
  expect(run).toMatchObject({ phase: 'done', counts: { superseded: 0, heldBack: 80 } });
  const notice = await flow.until('people are told', async () =>
    (await corp.notices()).find(({ kind }) => kind === 'attendance-held'),
  );
  expect(notice.runId).toBe(run.id);
  expect(await corp.run({ ...range, acceptLoss: true })).toMatchObject({
    counts: { superseded: 80, heldBack: 0 },
  });
  await flow.until('the OA knows', async () =>
    (await corp.kept()).every(({ state, version }) => state === 'superseded' && version === 2)
      ? true
      : undefined,
  );
});

it('schedules in Temporal are those of the rules: made, changed and removed', async () => {
  const corp = await flow.createCorp();
  const ruleId = await corp.addRule({ schedule: nightly });
  expect(await reconcile()).toMatchObject({ created: 1 });
  expect(await reconcile()).toMatchObject({ created: 0, updated: 0 });
  const schedule = flow.client.schedule.getHandle(attendanceScheduleId(ruleId));
  const { policies, action } = await schedule.describe();
  expect(policies.overlap).toBe('SKIP');
  expect(action).toMatchObject({
    workflowType: 'scheduledAttendance',
    args: [{ corpId: corp.corpId, ruleId }],
  });

  await schedule.trigger();
  await flow.until('its run is done', async () => {
    const { items } = await flow.world.runs.listRuns({ corpId: corp.corpId, phase: 'done', limit: 1 });
    return items.find(({ trigger }) => trigger === 'schedule');
  });

  await schedule.pause('audit');
  await flow.sql(`UPDATE attendance_rule SET schedule = $2 WHERE id = $1`, [
    ruleId,
    JSON.stringify({ ...nightly, cron: '30 3 * * *' }),
  ]);
  expect(await reconcile()).toMatchObject({ updated: 1 });
  expect((await schedule.describe()).state).toMatchObject({ paused: true, note: 'audit' });

  await flow.sql('UPDATE attendance_rule SET enabled = false WHERE id = $1', [ruleId]);
  // A list is a moment behind.
  await flow.until('it is removed', async () => ((await reconcile()).deleted === 1 ? true : undefined));
  const left: string[] = [];
  await flow.until('it is gone', async () => {
    left.length = 0;
    for await (const { scheduleId } of flow.client.schedule.list()) {
      if (ruleOfScheduleId(scheduleId) === ruleId) left.push(scheduleId);
    }
    return left.length === 0 ? true : undefined;
  });
});
