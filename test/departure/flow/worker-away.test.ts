import { setTimeout as wait } from 'node:timers/promises';
import { createDepartureWorld, userIdOf, type DepartureWorld } from '../departure-world';

const dayMs = 2_000;

let world: DepartureWorld;
beforeAll(async () => {
  world = await createDepartureWorld({ departed: { deleteAfterDays: 4 }, daySeconds: dayMs / 1_000 });
  await world.hire(1, 2, 3);
});
afterAll(() => world.close());

async function deletionsOf(number: number): Promise<number> {
  const calls = (await world.api.control('/_sim/calls?path=user/delete', undefined, 'GET')) as {
    readonly request: { readonly userid?: string };
  }[];
  return calls.filter(({ request }) => request.userid === userIdOf(number)).length;
}

it('a worker that was away for three days across the date deletes once, after looking again', async () => {
  await world.depart(1, 2);
  await world.reaches(1, 'waiting');
  const { deleteAt } = await world.until('both have a date', async () => {
    const rows = await world.departures();
    const [row] = rows;
    return rows.every((one) => one.deleteAt !== null) ? row : undefined;
  });
  await world.stopWorker();
  await wait((deleteAt?.getTime() ?? 0) + 3 * dayMs - Date.now());
  // Somebody enables the other one by hand meanwhile: no event tells of it.
  await world.byHand('user/update', { userid: userIdOf(2), enable: 1 });
  expect(await deletionsOf(1)).toBe(0);
  expect(await world.member(1)).toMatchObject({ enable: 0 });

  await world.startWorker();
  await world.reaches(1, 'deleted');
  await world.reaches(2, 'restored');
  expect(await world.member(1)).toBeUndefined();
  expect(await world.member(2)).toMatchObject({ enable: 1 });

  await wait(2 * dayMs);
  expect([await deletionsOf(1), await deletionsOf(2)]).toEqual([1, 0]);
  expect(await world.departures(1)).toHaveLength(1);
});
