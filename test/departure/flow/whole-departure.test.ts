import { createDepartureWorld, type DepartureWorld } from '../departure-world';

jest.setTimeout(180_000);

let world: DepartureWorld;
afterEach(() => world.close());

it('a push disables, the days go by, and a run deletes', async () => {
  world = await createDepartureWorld({ departed: { deleteAfterDays: 5, immediate: false }, daySeconds: 1 });
  await world.hire(1, 2, 3);
  await world.depart(3);
  await world.corp.push({}, 'done');
  expect(await world.reaches(3, 'waiting', 'deleted')).toMatchObject({ origin: 'push' });
  const { lastRunId } = await world.reaches(3, 'deleted');
  expect(await world.member(3)).toBeUndefined();
  expect(await world.member(2)).toMatchObject({ enable: 1 });
  expect(await world.changesOf(lastRunId ?? '')).toEqual([
    { changeId: 'deleteUser:U3', status: 'done', outcome: null },
  ]);
});

it('the OA says departed: disabled within seconds, and deleted when the days are over', async () => {
  world = await createDepartureWorld({ departed: { deleteAfterDays: 5 }, daySeconds: 1 });
  await world.hire(1, 2, 3);
  const before = Date.now();
  await world.depart(3);
  const waiting = await world.reaches(3, 'waiting', 'deleted');
  expect(Date.now() - before).toBeLessThan(60_000);
  expect(waiting).toMatchObject({ origin: 'oa' });
  const { lastRunId } = await world.reaches(3, 'deleted');
  expect(await world.member(3)).toBeUndefined();
  expect(await world.member(2)).toMatchObject({ enable: 1 });
  expect(await world.changesOf(lastRunId ?? '')).toEqual([
    { changeId: 'deleteUser:U3', status: 'done', outcome: null },
  ]);
});
