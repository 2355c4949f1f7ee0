import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import pino from 'pino';
import { createTemporalGateway, type TemporalGateway } from '../../../api/temporal';
import { ensureNamespace } from '../../../workers/namespace';
import {
  attendanceDeliveryId,
  attendancePullId,
  attendanceScheduleId,
} from '../../../workflows/attendance.contract';
import { createTestNamespace, testTemporal } from '../../support/temporal';

let temporal: TemporalGateway;
let connection: Connection;
let client: Client;

beforeAll(async () => {
  const namespace = await createTestNamespace();
  const { address } = testTemporal();
  await ensureNamespace({ address }, namespace, pino({ level: 'silent' }));
  temporal = createTemporalGateway({ address, namespace, tls: false, apiKey: undefined });
  connection = await Connection.connect({ address });
  client = new Client({ connection, namespace });
});
afterAll(async () => {
  await temporal.close();
  await connection.close();
});

const nightly = { cron: '0 2 * * *', timezone: 'Asia/Shanghai' };

it('the schedule of a rule is made, changed without losing its pause, and taken away', async () => {
  const rule = { ruleId: randomUUID(), corpId: randomUUID() };
  expect(await temporal.describeAttendanceSchedule(rule.ruleId)).toBeUndefined();
  expect(await temporal.pauseAttendanceSchedule(rule.ruleId, 'nothing there')).toBe(false);
  await temporal.ensureAttendanceSchedule({ ...rule, schedule: nightly });
  const made = await temporal.describeAttendanceSchedule(rule.ruleId);
  expect(made).toMatchObject({ paused: false, note: null });
  // Two in the morning in Shanghai.
  expect(made?.nextRuns.map((at) => at.getUTCHours())).toEqual([18, 18, 18, 18, 18]);

  expect(await temporal.pauseAttendanceSchedule(rule.ruleId, 'holidays')).toBe(true);
  await temporal.ensureAttendanceSchedule({ ...rule, schedule: { ...nightly, cron: '30 3 * * *' } });
  expect(await temporal.describeAttendanceSchedule(rule.ruleId)).toMatchObject({
    paused: true,
    note: 'holidays',
  });
  expect(await temporal.resumeAttendanceSchedule(rule.ruleId, 'back')).toBe(true);
  const { action } = await client.schedule.getHandle(attendanceScheduleId(rule.ruleId)).describe();
  expect(action).toMatchObject({
    args: [{ corpId: rule.corpId, ruleId: rule.ruleId }],
    memo: { cron: '30 3 * * *' },
  });

  await temporal.ensureAttendanceSchedule({ ...rule, schedule: null });
  await temporal.ensureAttendanceSchedule({ ...rule, schedule: null });
  expect(await temporal.describeAttendanceSchedule(rule.ruleId)).toBeUndefined();
});

it('one run of a rule is open at a time, and a pause meant for another one does not reach it', async () => {
  const corpId = randomUUID();
  const input = { corpId, ruleId: null, trigger: 'api', requestedBy: 'user:1', wecomCorpId: 'ww1' } as const;
  const runId = randomUUID();
  const workflowId = attendancePullId(corpId, null);
  expect(await temporal.startAttendancePull({ ...input, runId })).toMatchObject({
    kind: 'started',
    workflowId,
  });
  expect(await temporal.startAttendancePull({ ...input, runId: randomUUID() })).toEqual({
    kind: 'already-open',
    workflowId,
    runId,
  });
  expect(
    await temporal.startAttendancePull({ ...input, ruleId: 'other', runId: randomUUID() }),
  ).toMatchObject({
    kind: 'started',
  });
  expect(await temporal.pauseAttendance({ workflowId, runId })).toBe(true);
  expect(await temporal.resumeAttendance({ workflowId, runId })).toBe(true);
  expect(await temporal.pauseAttendance({ workflowId, runId: randomUUID() })).toBe(false);
});

it('whoever wants the OA told at once starts the delivery, or wakes the one that is open', async () => {
  const corpId = randomUUID();
  await temporal.tellAttendanceDelivery(corpId);
  await temporal.tellAttendanceDelivery(corpId);
  const { events } = await client.workflow.getHandle(attendanceDeliveryId(corpId)).fetchHistory();
  expect(events?.filter((event) => event.workflowExecutionSignaledEventAttributes != null)).toHaveLength(2);
});
