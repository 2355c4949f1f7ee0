import { createDepartureWorld, oaIdOf, userIdOf, type DepartureWorld } from '../departure-world';
import { departureDeskType } from '../../../workflows/departure.contract';
import { bridgeTaskQueue } from '../../../workflows/task-queues';

let world: DepartureWorld;
beforeAll(async () => {
  world = await createDepartureWorld({ departed: { deleteAfterDays: 3 } });
  await world.hire(1, 2, 3, 4, 5, 6);
});
afterAll(() => world.close());

async function deletionsOf(number: number): Promise<{ status: string; outcome: string | null }[]> {
  const { rows } = await world.api.db.pool.query<{ status: string; outcome: string | null }>(
    `SELECT status, outcome->>'code' AS outcome FROM push_change
      WHERE corp_id = $1 AND oa_user_id = $2 AND action = 'deleteUser' ORDER BY finished_at`,
    [world.corp.corpId, oaIdOf(number)],
  );
  return rows;
}

it('two desks at once give each departure to one run only', async () => {
  await world.depart(1);
  const desks = [1, 2, 3].map((desk) =>
    world.client.workflow.start(departureDeskType, {
      taskQueue: bridgeTaskQueue,
      workflowId: `another-desk-${desk}`,
      args: [{ corpId: world.corp.corpId }],
    }),
  );
  await world.reaches(1, 'deleted');
  expect(await deletionsOf(1)).toEqual([{ status: 'done', outcome: null }]);
  for (const desk of await Promise.all(desks)) await desk.terminate().catch(() => undefined);
});

it('told to delete now at the very moment its day comes: deleted once', async () => {
  await world.depart(2);
  const { deleteAt } = await world.until('it has a date', async () => {
    const [row] = await world.departures(2);
    return row?.deleteAt == null ? undefined : { deleteAt: row.deleteAt };
  });
  await world.until('its day comes', async () => (Date.now() > deleteAt.getTime() - 50 ? true : undefined));
  const answers = await Promise.all([world.decide(2, 'delete-now'), world.decide(2, 'delete-now')]);
  for (const { status } of answers) expect([202, 409]).toContain(status);
  await world.reaches(2, 'deleted');
  expect(await world.member(2)).toBeUndefined();
  expect(await deletionsOf(2)).toEqual([{ status: 'done', outcome: null }]);
});

it("refused by WeCom (the corp's creator): held with WeCom's words, however often it is released, and done once WeCom lets it", async () => {
  await world.api.control('/_sim/faults', [{ path: 'user/delete', errcode: 301005, rate: 1 }]);
  await world.depart(3);
  expect(await world.reaches(3, 'held')).toMatchObject({ errcode: 301005, runId: null });
  expect(await world.member(3)).toMatchObject({ enable: 0 });
  const { lastRunId: first } = await world.reaches(3, 'held');
  expect(await world.decide(3, 'release')).toMatchObject({ status: 202 });
  const again = await world.until('it is refused once more', async () => {
    const { lastRunId, ...row } = await world.reaches(3, 'held');
    return lastRunId === first ? undefined : row;
  });
  expect(again).toMatchObject({ errcode: 301005, runId: null });
  const shown = await world.api.call(`/corps/${world.corp.corpId}/departures/${userIdOf(3)}`, {
    headers: { 'accept-language': 'en' },
  });
  expect(shown.body).toMatchObject({
    reasonCode: 'wecom-refused',
    wecom: { errcode: 301005, path: 'user/delete' },
    advice: expect.stringContaining('creator'),
    can: { release: true },
  });
  await world.api.control('/_sim/faults', undefined, 'DELETE');
  expect(await world.decide(3, 'release')).toMatchObject({ status: 202 });
  await world.reaches(3, 'deleted');
  expect(await world.member(3)).toBeUndefined();
});

it('removed by hand in WeCom while it waits: ends as deleted', async () => {
  await world.depart(4);
  await world.reaches(4, 'waiting');
  await world.byHand('user/delete', { userid: userIdOf(4) });
  expect(await world.reaches(4, 'deleted')).toMatchObject({ runId: null });
});

it('re-hired while the deletion is due: one clear end', async () => {
  await world.depart(5);
  const { deleteAt } = await world.until('it has a date', async () => {
    const [row] = await world.departures(5);
    return row?.deleteAt == null ? undefined : { deleteAt: row.deleteAt };
  });
  await world.until('its day comes', async () => (Date.now() > deleteAt.getTime() - 50 ? true : undefined));
  await world.patch({ id: oaIdOf(5), status: 'active' });
  const { state } = await world.reaches(5, 'deleted', 'restored');
  const member = await world.member(5);
  if (state === 'deleted') expect(member).toBeUndefined();
  else expect(member).toMatchObject({ enable: 1 });
});
