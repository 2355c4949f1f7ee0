import type { AttendanceWorld } from './attendance-world';
import { createAttendanceWorld, row } from './attendance-world';

let world: AttendanceWorld;
beforeAll(async () => {
  world = await createAttendanceWorld({ worker: true });
});
afterAll(() => world.close());

const day = { from: '2026-03-02', to: '2026-03-02' };

it('reads the directory first where it was never read, and keeps what it reads until people are bound', async () => {
  const corp = await world.createCorp({ members: false });
  await world.setUp(corp);
  await world.punch(corp, [row('Ada', '2026-03-02 08:50'), row('cai', '2026-03-02 09:10')]);
  const run = await world.run(corp, day);
  expect([run.phase, run.error, run.attendance.counts]).toMatchObject([
    'done',
    null,
    { read: 2, new: 2, unbound: 3, unknownPeople: 0 },
  ]);
  const pulls = (await world.call(`/corps/${corp.id}/directory/runs?direction=pull`)).body.items;
  expect(pulls).toMatchObject([{ phase: 'done', trigger: 'attendance' }]);
  const records = (await world.call(`/corps/${corp.id}/attendance/records`)).body.items;
  expect(records.map(({ userId, oaUserId }: Record<string, unknown>) => [userId, oaUserId])).toEqual([
    ['cai', undefined],
    ['Ada', undefined],
  ]);

  // From the first binding on, those who are bound.
  await world.bind(corp.id, 'Ada', 'u1');
  expect((await world.run(corp, day)).attendance).toMatchObject({ people: 1, counts: { unchanged: 1 } });
});

it('fails with what WeCom said where the directory can not be read', async () => {
  const corp = await world.createCorp({ members: false });
  await world.setUp(corp);
  await world.api.control('/_sim/faults', [{ path: 'user/list_id', errcode: 60011, times: 50 }]);
  const run = await world.run(corp, day);
  await world.api.control('/_sim/faults', undefined, 'DELETE');
  expect([run.phase, run.error.wecom.errcode]).toEqual(['failed', 60011]);
});
