import { createDepartureWorld, type DepartureWorld } from '../departure-world';

let world: DepartureWorld;
beforeAll(async () => {
  world = await createDepartureWorld({ departed: { deleteAfterDays: 3, immediate: false } });
  await world.hire(1, 2, 3, 4, 5);
});
afterAll(() => world.close());

it('a push disables, the days go by, and a run deletes', async () => {
  await world.depart(2);
  await world.corp.push({}, 'done');
  expect(await world.reaches(2, 'waiting', 'deleted')).toMatchObject({ origin: 'push' });
  const { lastRunId } = await world.reaches(2, 'deleted');
  expect(await world.member(2)).toBeUndefined();
  expect(await world.member(1)).toMatchObject({ enable: 1 });
  expect(await world.changesOf(lastRunId ?? '')).toEqual([
    { changeId: 'deleteUser:U2', status: 'done', outcome: null },
  ]);
});

it('the OA says departed: disabled within seconds, and deleted when the days are over', async () => {
  await world.configure({ departed: { deleteAfterDays: 3 } });
  await world.depart(3);
  const waiting = await world.reaches(3, 'waiting', 'deleted');
  expect(waiting).toMatchObject({ origin: 'oa' });
  const { lastRunId } = await world.reaches(3, 'deleted');
  expect(await world.member(3)).toBeUndefined();
  expect(await world.member(1)).toMatchObject({ enable: 1 });
  expect(await world.changesOf(lastRunId ?? '')).toEqual([
    { changeId: 'deleteUser:U3', status: 'done', outcome: null },
  ]);
});

it('set to be deleted at once: gone within seconds, without a wait', async () => {
  await world.configure({ departed: { action: 'delete', deleteAfterDays: 3_000 } });
  await world.depart(4);
  const { lastRunId } = await world.reaches(4, 'deleted');
  expect(await world.member(4)).toBeUndefined();
  expect(await world.changesOf(lastRunId ?? '')).toEqual([
    { changeId: 'deleteUser:U4', status: 'done', outcome: null },
  ]);
});

it('set to be deleted at once, and over the limit: nothing happens before somebody has approved it', async () => {
  await world.configure({ departed: { action: 'delete' }, guard: { maxDeletes: 1 } });
  await world.depart(5);
  const { runId, reason } = await world.reaches(5, 'held');
  expect(reason).toBe('limits');
  const waiting = await world.corp.until(runId ?? '', 'awaiting-approval');
  expect(waiting).toMatchObject({ trigger: 'departures', push: { held: 1, deletions: 1 } });
  expect(await world.member(5)).toMatchObject({ enable: 1 });
  const approved = await world.api.call(`/runs/${runId}/approve`, {
    body: { planHash: waiting.planHash, expectedDeletions: 1 },
  });
  expect([approved.status, approved.text]).toEqual([202, expect.anything()]);
  await world.reaches(5, 'deleted');
  expect(await world.member(5)).toBeUndefined();
});
