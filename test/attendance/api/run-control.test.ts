import { addDays } from '../../../domain/attendance/day-boundary';
import type { AttendanceCorp, AttendanceWorld } from './attendance-world';
import { createAttendanceWorld, expecting, row, until } from './attendance-world';

let world: AttendanceWorld;
beforeAll(async () => {
  world = await createAttendanceWorld({ worker: true });
});
afterAll(() => world.close());

const path = (of: AttendanceCorp) => `/corps/${of.id}/attendance/runs`;
const days = { from: '2026-03-02', to: '2026-03-04' };
const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format();

it('refuses a second one while one is open, naming it; one that is paused goes on where it was, or is cancelled', async () => {
  const open = await world.createCorp();
  await world.setUp(open);
  await world.api.control('/_sim/faults', [{ path: 'checkin/getcheckindata', delayMs: 1_500, times: 20 }]);
  const year = { from: addDays(today, -200), to: today };
  const first = await expecting(202, world.call(path(open), year));
  const second = await world.call(path(open), days);
  expect([second.status, second.body.error]).toMatchObject([409, { code: 'run_open', runId: first.runId }]);
  const wouldDelete = await world.call(`/corps/${open.id}?confirm=${open.wecomCorpId}`, undefined, 'DELETE');
  expect([wouldDelete.status, wouldDelete.body.error.runId]).toEqual([409, first.runId]);

  const paused = await world.call(`/runs/${first.runId}/pause`, undefined, 'POST');
  expect([paused.status, paused.body]).toEqual([202, { runId: first.runId }]);
  await until('the pause', async () => {
    const { body } = await world.call(`/runs/${first.runId}`);
    return body.phase === 'paused' && body.attendance.paused ? body : undefined;
  });
  await world.api.control('/_sim/faults', undefined, 'DELETE');
  expect((await world.call(`/runs/${first.runId}/resume`, undefined, 'POST')).status).toBe(202);
  const run = await world.ended(first.runId);
  expect([run.phase, run.progress]).toEqual(['done', { done: 7, failed: 0, total: 7 }]);
  expect((await world.call(`/runs/${first.runId}/pause`, undefined, 'POST')).status).toBe(409);
  expect((await world.call(`/runs/${first.runId}/resume`, undefined, 'POST')).status).toBe(409);
  expect((await world.call(`/runs/${first.runId}/approve`, { planHash: 'x' })).status).toBe(404);

  await world.api.control('/_sim/faults', [{ path: 'checkin/getcheckindata', delayMs: 1_500, times: 20 }]);
  const third = await expecting(202, world.call(path(open), year));
  const cancelled = await world.call(`/runs/${third.runId}/cancel`, undefined, 'POST');
  expect(cancelled.status).toBe(202);
  expect((await world.ended(third.runId)).phase).toBe('cancelled');
  await world.api.control('/_sim/faults', undefined, 'DELETE');
  const listed = (await world.call(path(open))).body.items;
  expect(listed.map(({ id }: { id: string }) => id)).toEqual([third.runId, first.runId]);
});

it('leaves rows that are missing in number as they are and says so, until somebody accepts it', async () => {
  const losing = await world.createCorp();
  await world.setUp(losing);
  const march = { from: '2026-03-01', to: '2026-03-30' };
  await world.punch(
    losing,
    Array.from({ length: 30 }, (_, day) => row('bob', `2026-03-${String(day + 1).padStart(2, '0')} 08:50`)),
  );
  expect((await world.run(losing, march)).attendance.counts.new).toBe(30);
  await world.api.control(`/_sim/corps/${losing.wecomCorpId}/checkins`, undefined, 'DELETE');
  const careful = await world.run(losing, march);
  expect(careful.attendance).toMatchObject({
    counts: { read: 0, superseded: 0, heldBack: 30 },
    heldBack: [{ ...march, people: 2 }],
  });
  expect((await world.call(`/corps/${losing.id}/attendance/records`)).body.items).toHaveLength(30);
  const accepted = await world.run(losing, { ...march, acceptLoss: true });
  expect(accepted.attendance).toMatchObject({
    acceptLoss: true,
    counts: { superseded: 30, heldBack: 0 },
    heldBack: [],
  });
  expect((await world.call(`/corps/${losing.id}/attendance/records`)).body.items).toEqual([]);
});

it('is begun by one of two who ask at the same moment, and the other leaves nothing behind', async () => {
  const twice = await world.createCorp();
  await world.setUp(twice);
  await world.api.control('/_sim/faults', [{ path: 'checkin/getcheckindata', delayMs: 1_500, times: 2 }]);
  const answers = await Promise.all([world.call(path(twice), days), world.call(path(twice), days)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
  const [won, lost] = answers.sort((one, other) => one.status - other.status);
  expect(lost?.body.error.runId).toBe(won?.body.runId);
  await world.ended(won?.body.runId);
  await world.api.control('/_sim/faults', undefined, 'DELETE');
  expect((await world.call(path(twice))).body.items).toHaveLength(1);
});
