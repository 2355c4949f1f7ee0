import type { ConnectedCorp } from '../../directory-pull/pull-world';
import { organisation, person } from '../../directory-push/flow/push-world';
import { createTimeWorld, dayMs, type TimeWorld } from './time-world';

let world: TimeWorld;
let corp: ConnectedCorp;

beforeAll(async () => {
  world = await createTimeWorld();
  corp = await world.createDepartingCorp({ departed: { deleteAfterDays: 30 } });
  const feed = (departed: readonly number[]) =>
    world.feedOa(
      organisation(
        [['d1', '研发部', null]],
        [1, 2, 3].map((number) =>
          person(number, { status: departed.includes(number) ? 'departed' : 'active' }),
        ),
      ),
    );
  await feed([]);
  await world.push(corp);
  await feed([1, 2]);
  await world.push(corp);
  await world.stopWorker();
  await world.startWorker(0);
  await world.sweep(corp);
}, 120_000);

afterAll(() => world?.close());

it('a worker that was away for three days across the date deletes once, after looking again', async () => {
  const { deleteAt } = await world.of(corp, 'staff1');
  await world.time.advance((deleteAt?.getTime() ?? 0) - dayMs - (await world.time.now()).getTime());
  await world.stopWorker();
  await world.time.advanceWithoutWorkers(3 * dayMs);
  // Somebody enables the other one by hand meanwhile: no event tells of it.
  await world.byHand(corp, 'user/update', { userid: 'staff2', enable: 1 });
  expect(await world.userIds(corp)).toEqual(['staff1', 'staff2', 'staff3']);

  await world.startWorker();
  await world.advanceDays(2);
  expect(await world.of(corp, 'staff1')).toMatchObject({ state: 'deleted' });
  expect(await world.deletionsOf(corp, 'staff1')).toBe(1);
  expect(await world.of(corp, 'staff2')).toMatchObject({ state: 'restored' });
  expect(await world.deletionsOf(corp, 'staff2')).toBe(0);
  expect(await world.userIds(corp)).toEqual(['staff2', 'staff3']);

  await world.advanceDays(30);
  expect(await world.deletionsOf(corp, 'staff1')).toBe(1);
  expect(await world.of(corp, 'staff2')).toMatchObject({ state: 'restored' });
}, 120_000);
