import { setTimeout as wait } from 'node:timers/promises';
import { departureViewQuery } from '../../../workflows/departure.contract';
import { createDepartureWorld, oaIdOf, userIdOf, type DepartureWorld } from '../departure-world';

let world: DepartureWorld;
beforeAll(async () => {
  world = await createDepartureWorld({
    departed: { deleteAfterDays: 3_000, moveToDepartment: { enabled: true, name: '已禁用用户' } },
  });
  await world.hire(1, 2, 3, 4, 5);
});
afterAll(() => world.close());

const rehire = (number: number) => world.patch({ id: oaIdOf(number), status: 'active' });

it('re-hired in the OA: enabled again, with the departments and the leader flag of before', async () => {
  const hired = await world.member(1);
  await world.byHand('department/create', { id: 77, name: '项目组', parentid: 1 });
  await world.byHand('user/update', {
    userid: userIdOf(1),
    department: [...(hired?.department ?? []), 77],
    is_leader_in_dept: [...(hired?.department ?? []).map(() => 1), 0],
  });
  // Read by the next push: nobody tells of leaders.
  await world.corp.push({}, 'done');
  const before = await world.member(1);
  expect(before).toMatchObject({ department: [...(hired?.department ?? []), 77] });

  await world.depart(1);
  await world.reaches(1, 'waiting');
  const disabled = await world.member(1);
  expect(disabled).toMatchObject({ enable: 0 });
  expect(disabled?.department).not.toEqual(before?.department);

  await rehire(1);
  expect(await world.reaches(1, 'restored')).toMatchObject({ reason: 'returned-in-oa', isKept: false });
  expect(await world.member(1)).toMatchObject({
    enable: 1,
    department: before?.department,
    is_leader_in_dept: before?.is_leader_in_dept,
  });
});

it('departed and re-hired in the same minute: enabled in the end, and nothing is left open', async () => {
  await world.depart(2);
  await rehire(2);
  await world.reaches(2, 'restored', 'cancelled');
  await world.depart(2);
  await wait(1_500);
  await rehire(2);
  await world.until('nothing is left to do', async () => {
    const rows = await world.departures(2);
    return rows.every(({ closedAt, runId }) => closedAt !== null && runId === null) ? true : undefined;
  });
  expect(await world.member(2)).toMatchObject({ enable: 1 });
  await world.depart(2);
  const waiting = await world.reaches(2, 'waiting');
  expect(await world.member(2)).toMatchObject({ enable: 0 });
  // The one before has ended, so the clock is that of this one.
  await world.until('its workflow knows', async () => {
    const view = await world.workflowOf(waiting).query(departureViewQuery);
    return view.departureId === waiting.id ? true : undefined;
  });
});

describe('of three who are waiting', () => {
  // One run disables them all.
  beforeAll(async () => {
    await world.depart(3, 4, 5);
    for (const number of [3, 4, 5]) await world.reaches(number, 'waiting');
  });

  it('one is given back by a person while the OA still says departed: enabled', async () => {
    expect(await world.decide(3, 'restore')).toMatchObject({ status: 202 });
    expect(await world.reaches(3, 'restored')).toMatchObject({ isKept: true });
    expect(await world.member(3)).toMatchObject({ enable: 1 });
  });

  it('one is cancelled by a person: stays disabled for good, without a date', async () => {
    const [waiting] = await world.departures(4);
    expect(await world.decide(4, 'cancel')).toMatchObject({ status: 200 });
    expect(await world.reaches(4, 'cancelled')).toMatchObject({ isKept: true });
    await world.until('its workflow ends', async () => {
      const { status } = await world.workflowOf(waiting!).describe();
      return status.name === 'COMPLETED' ? true : undefined;
    });
  });

  it('one is enabled by hand in WeCom: noticed at the next reading, and left enabled', async () => {
    await world.byHand('user/update', { userid: userIdOf(5), enable: 1 });
    await world.corp.push({}, 'done');
    expect(await world.reaches(5, 'restored')).toMatchObject({ reason: 'enabled-by-hand', isKept: true });
    expect(await world.member(5)).toMatchObject({ enable: 1 });
  });

  it('no push changes what a person has decided, nor what somebody did by hand', async () => {
    await world.corp.push({}, 'done');
    expect(await world.member(3)).toMatchObject({ enable: 1 });
    expect(await world.member(4)).toMatchObject({ enable: 0 });
    expect(await world.member(5)).toMatchObject({ enable: 1 });
  });
});
