import { createDriftWorld, writesOf, type DriftWorld } from './drift-world';

/** From a change by hand in WeCom to its place in the OA, with every part in earnest. */

let world: DriftWorld;

beforeAll(async () => {
  world = await createDriftWorld();
});
afterAll(() => world.close());

it('a position accepted into the OA is what is expected from then on', async () => {
  await world.byHand('user/update', { userid: 'u3', position: 'artist' });
  await world.pull();
  const { driftId } = await world.only('position');
  const asked = await world.decide(driftId, 'accept');
  expect([asked.status, asked.text]).toEqual([202, expect.anything()]);
  const run = await world.until(String(asked.body.runId), 'done');
  expect(writesOf(run)).toEqual({});
  await world.settled(driftId, 'accepted');
  expect((await world.api.call('/oa/users/U3')).body.position).toBe('artist');
  expect(writesOf(await world.push({}, 'done'))).toEqual({});
  await world.byHand('user/update', { userid: 'u3', position: 'clerk' });
  await world.pull();
  const next = await world.only('position');
  expect(next).toMatchObject({ before: 'artist', after: 'clerk', revertsTo: 'artist' });
  await world.decide(next.driftId, 'revert').then(({ body }) => world.until(body.runId, 'done'));
});

it('a department renamed by hand and a deletion are accepted into the OA', async () => {
  const id = await world.departmentNamed('研发部');
  await world.byHand('department/update', { id, name: '实验室' });
  await world.byHand('user/delete', { userid: 'u4' });
  await world.pull();
  const driftIds = [(await world.only('name')).driftId, (await world.only('existence')).driftId];
  const asked = await world.api.call(`/corps/${world.corpId}/drift/decide`, {
    body: { driftIds, decision: 'accept' },
  });
  expect([asked.status, asked.text]).toEqual([202, expect.anything()]);
  await world.until(String(asked.body.runId), 'done');
  for (const driftId of driftIds) await world.settled(driftId, 'accepted');
  expect((await world.api.call('/oa/users/U4')).body.status).toBe('departed');
  expect(JSON.stringify((await world.api.call('/oa/departments')).body)).toContain('实验室');
  expect(writesOf(await world.push({}, 'done'))).toEqual({});
});
