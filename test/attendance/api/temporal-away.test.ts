import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { AttendanceCorp, AttendanceWorld } from './attendance-world';
import { createAttendanceWorld } from './attendance-world';

let world: AttendanceWorld;
let corp: AttendanceCorp;
beforeAll(async () => {
  world = await createAttendanceWorld({ env: { TEMPORAL_ADDRESS: await closedAddress() } });
  corp = await world.createCorp();
  await world.setUp(corp);
});
afterAll(() => world.close());

/** Where nobody listens. */
async function closedAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

it('saves and shows rules while Temporal is away: the worker sets their schedules later', async () => {
  const path = `/corps/${corp.id}/attendance/rules`;
  const schedule = { cron: '0 2 * * *', timezone: 'Asia/Shanghai' };
  const created = await world.call(path, { name: '定时', schedule });
  expect([created.status, created.body]).toMatchObject([201, { schedule, paused: false, nextRuns: [] }]);
});

it('starts no run while Temporal is away, and leaves none behind', async () => {
  const days = { from: '2026-03-02', to: '2026-03-04' };
  const { status, body } = await world.call(`/corps/${corp.id}/attendance/runs`, days);
  expect([status, body.error.code]).toEqual([503, 'unavailable']);
  expect((await world.call(`/corps/${corp.id}/attendance/runs`)).body.items).toEqual([]);
  expect((await world.call(`/corps/${corp.id}/attendance/summary`)).status).toBe(200);
});
