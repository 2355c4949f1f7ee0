import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { createDepartureSweepStore } from '../../../store/departure-sweep';
import { releaseLostClaims, wakeOverdueDepartures } from '../../../workers/departures-sweep';
import { createDepartureStore } from '../../../store/departures';
import {
  departureDeskId,
  departureDeskStart,
  departureDeskType,
  departureRunId,
} from '../../../workflows/departure.contract';
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

function deskIsClosed(): Promise<unknown> {
  return world.until('the desk is closed', async () => {
    const desk = world.client.workflow.getHandle(departureDeskId(world.corp.corpId));
    return (await desk.describe()).status.name === 'RUNNING' ? undefined : true;
  });
}

it('whose workflow was terminated gets another one when their day has long come, and is deleted', async () => {
  const row = await world.reaches(3, 'waiting');
  await world.until('it has a workflow', async () => {
    const { status } = await world.workflowOf(row).describe();
    return status.name === 'RUNNING' ? true : undefined;
  });
  await world.workflowOf(row).terminate();
  // An open one would see at once what is due.
  await deskIsClosed();
  const { db } = world.api;
  const sweep = createDepartureSweepStore(db);
  expect(await wakeOverdueDepartures(sweep, logger, 3_600_000)).toBe(0);
  await db.pool.query(`UPDATE departure SET delete_at = now() - interval '2 hours' WHERE id = $1`, [row.id]);
  expect(await wakeOverdueDepartures(sweep, logger, 3_600_000)).toBe(1);
  await world.reaches(3, 'deleted');
});

describe('what was given to a run that has not begun', () => {
  let claim: (secondsAgo: number, runId?: string) => Promise<void>;
  let release: () => Promise<number>;

  beforeAll(async () => {
    await world.depart(2);
    const row = await world.reaches(2, 'waiting');
    await deskIsClosed();
    await world.stopWorker();
    const { db } = world.api;
    const departures = createDepartureStore(db);
    const sweep = createDepartureSweepStore(db);
    release = () => releaseLostClaims(world.client, sweep, departures, logger);
    claim = async (secondsAgo, runId = randomUUID()) => {
      await db.pool.query(
        `UPDATE departure SET run_id = $2, updated_at = now() - make_interval(secs => $3) WHERE id = $1`,
        [row.id, runId, secondsAgo],
      );
    };
  });

  it('is given back where there is no such run, but not at once', async () => {
    await claim(30);
    expect(await release()).toBe(0);
    await claim(600);
    expect(await release()).toBe(1);
    expect((await world.departures(2))[0]).toMatchObject({ runId: null, state: 'waiting' });
  });

  it('is its own as long as the run only waits for its turn', async () => {
    const runId = randomUUID();
    await claim(7_200, runId);
    const run = await world.client.workflow.start('waitsForItsTurn', {
      workflowId: departureRunId(runId),
      taskQueue: 'nobody-is-there',
    });
    expect(await release()).toBe(0);
    await run.terminate();
    expect(await release()).toBe(1);
  });

  it('is kept for an hour while the desk is at it', async () => {
    const { corpId } = world.corp;
    const desk = await world.client.workflow.start(departureDeskType, {
      ...departureDeskStart(corpId, 'nobody-is-there'),
    });
    await claim(600);
    expect(await release()).toBe(0);
    await claim(7_200);
    expect(await release()).toBe(1);
    await desk.terminate();
  });
});
