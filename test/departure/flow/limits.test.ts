import pino from 'pino';
import { createDepartureSweepStore } from '../../../store/departure-sweep';
import { cancelRunsForNobody } from '../../../workers/departures-sweep';
import { createDepartureWorld, oaIdOf, type DepartureWorld } from '../departure-world';

const logger = pino({ level: 'silent' });

let world: DepartureWorld;
beforeAll(async () => {
  world = await createDepartureWorld({ departed: { deleteAfterDays: 3 }, guard: { maxDeletes: 1 } });
  await world.hire(1, 2, 3, 4, 5, 6, 7);
});
afterAll(() => world.close());

it('over the limit the deletions of a day wait as one plan; who was postponed meanwhile is spared', async () => {
  await world.depart(3, 4, 5);
  for (const number of [3, 4, 5]) await world.reaches(number, 'held');
  const [one, ...others] = await world.departures();
  expect(new Set([one, ...others].map((row) => row?.runId)).size).toBe(1);
  expect(one?.reason).toBe('limits');
  const runId = one?.runId ?? '';
  const waiting = await world.corp.until(runId, 'awaiting-approval');
  expect(waiting).toMatchObject({
    trigger: 'departures',
    push: { kind: 'departures', held: 3, deletions: 3 },
  });

  expect(await world.decide(4, 'postpone', { days: 900 })).toMatchObject({ status: 200 });
  const approved = await world.api.call(`/runs/${runId}/approve`, {
    body: { planHash: waiting.planHash, expectedDeletions: 3 },
  });
  expect([approved.status, approved.text]).toEqual([202, expect.anything()]);
  await world.corp.until(runId, 'done');
  for (const number of [3, 5]) {
    await world.reaches(number, 'deleted');
    expect(await world.member(number)).toBeUndefined();
  }
  expect(await world.reaches(4, 'postponed')).toMatchObject({ runId: null });
  expect(await world.member(4)).toMatchObject({ enable: 0 });
  const changes = await world.changesOf(runId);
  expect(changes).toContainEqual({
    changeId: `deleteUser:${oaIdOf(4)}`,
    status: 'skipped',
    outcome: 'changed-since',
  });
});

it('rejected: held until somebody decides, and the next desk leaves it alone', async () => {
  const before = (await world.runs()).length;
  await world.depart(6);
  const { runId } = await world.reaches(6, 'held');
  await world.corp.until(runId ?? '', 'awaiting-approval');
  const rejected = await world.api.call(`/runs/${runId}/reject`, {
    body: { reason: 'not yet' },
  });
  expect(rejected.status).toBeLessThan(300);
  await world.until('it is rejected', async () => {
    const [row] = await world.departures(6);
    return row?.reason === 'rejected' && row.runId === null ? true : undefined;
  });
  expect(await world.member(6)).toMatchObject({ enable: 0 });
  // One that disabled, and the one that was rejected.
  expect(await world.runs()).toHaveLength(before + 2);
});

it('rejected and released under a higher limit: another run deletes without asking', async () => {
  await world.depart(7);
  const { runId } = await world.reaches(7, 'held');
  const waiting = await world.corp.until(runId ?? '', 'awaiting-approval');
  // Those of the last 24 hours count.
  await world.configure({ departed: { deleteAfterDays: 3 }, guard: { maxDeletes: 3 } });
  const approved = await world.api.call(`/runs/${runId}/approve`, {
    body: { planHash: waiting.planHash, expectedDeletions: 1 },
  });
  expect([approved.status, approved.body.error?.code]).toEqual([409, 'plan_moved_on']);
  const rejected = await world.api.call(`/runs/${runId}/reject`, {
    body: { reason: 'the limit was raised' },
  });
  expect(rejected.status).toBeLessThan(300);
  const ended = await world.corp.until(runId ?? '', 'rejected');
  expect(ended.push).toMatchObject({ nextRunId: null, retryable: 0, resumable: false });
  await world.until('it is given back', async () => {
    const [row] = await world.departures(7);
    return row?.runId === null ? true : undefined;
  });
  expect(await world.decide(7, 'release')).toMatchObject({ status: 202 });
  await world.reaches(7, 'deleted');
});

it('a plan whose departures were all postponed meanwhile is not left for anybody to approve', async () => {
  await world.configure({ departed: { deleteAfterDays: 3 }, guard: { maxDeletes: 0 } });
  await world.depart(1);
  const { runId } = await world.reaches(1, 'held');
  await world.corp.until(runId ?? '', 'awaiting-approval');
  const sweep = createDepartureSweepStore(world.api.db);
  expect(await cancelRunsForNobody(world.client, sweep, logger, 0)).toBe(0);
  await world.decide(1, 'postpone', { days: 900 });
  expect(await cancelRunsForNobody(world.client, sweep, logger)).toBe(0);
  expect(await cancelRunsForNobody(world.client, sweep, logger, 0)).toBe(1);
  await world.corp.until(runId ?? '', 'cancelled');
  expect(await world.reaches(1, 'postponed')).toMatchObject({ runId: null });
});
