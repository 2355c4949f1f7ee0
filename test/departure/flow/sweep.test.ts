import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { createDepartureSweepStore } from '../../../store/departure-sweep';
import { releaseLostClaims, wakeOverdueDepartures } from '../../../workers/departures-sweep';
import { createDepartureStore } from '../../../store/departures';
import { departureDeskId } from '../../../workflows/departure.contract';
import { createDepartureWorld, type DepartureWorld } from '../departure-world';

let world: DepartureWorld;
beforeAll(async () => {
  world = await createDepartureWorld({ departed: { deleteAfterDays: 3_000 } });
  await world.hire(1, 2, 3);
  await world.depart(3);
  await world.reaches(3, 'waiting');
});
afterAll(() => world.close());

const logger = pino({ level: 'silent' });

it('whose workflow was terminated gets another one when their day has long come, and is deleted', async () => {
  const row = await world.reaches(3, 'waiting');
  await world.until('it has a workflow', async () => {
    const { status } = await world.workflowOf(row).describe();
    return status.name === 'RUNNING' ? true : undefined;
  });
  await world.workflowOf(row).terminate();
  // An open one would see at once what is due.
  await world.until('the desk is closed', async () => {
    const desk = world.client.workflow.getHandle(departureDeskId(world.corp.corpId));
    return (await desk.describe()).status.name === 'RUNNING' ? undefined : true;
  });
  const { db } = world.api;
  const sweep = createDepartureSweepStore(db);
  expect(await wakeOverdueDepartures(sweep, logger, 3_600_000)).toBe(0);
  await db.pool.query(`UPDATE departure SET delete_at = now() - interval '2 hours' WHERE id = $1`, [row.id]);
  expect(await wakeOverdueDepartures(sweep, logger, 3_600_000)).toBe(1);
  await world.reaches(3, 'deleted');
});

it('what was given to a run that never began is given back, but not at once', async () => {
  await world.depart(2);
  const row = await world.reaches(2, 'waiting');
  await world.stopWorker();
  const { db } = world.api;
  const departures = createDepartureStore(db);
  const sweep = createDepartureSweepStore(db);
  const claim = `UPDATE departure SET run_id = $2, updated_at = now() - make_interval(secs => $3) WHERE id = $1`;
  await db.pool.query(claim, [row.id, randomUUID(), 30]);
  expect(await releaseLostClaims(sweep, departures, logger)).toBe(0);
  await db.pool.query(claim, [row.id, randomUUID(), 600]);
  expect(await releaseLostClaims(sweep, departures, logger)).toBe(1);
  expect((await world.departures(2))[0]).toMatchObject({ runId: null, state: 'waiting' });
});
