import { createOaSyncWorld, type OaSyncWorld } from './oa-sync-world';
import { smallCompany } from './small-company';

let world: OaSyncWorld;

beforeAll(async () => {
  world = await createOaSyncWorld();
});

beforeEach(async () => {
  await world.forget();
});

afterAll(async () => {
  await world.close();
});

it('who was deleted in WeCom is departed in the OA, not removed; an undo brings them back', async () => {
  const corp = await smallCompany(world);
  await world.makeWecomMaster(corp);
  expect(await world.sync(corp)).toMatchObject({ phase: 'done', error: null });

  await world.byHand(corp, 'user/delete', { userid: 'zhang' });
  await world.byHand(corp, 'department/delete', { id: 3 });
  const left = await world.sync(corp);
  expect(left).toMatchObject({
    phase: 'done',
    error: null,
    counts: { departOaUser: 1, removeOaDepartment: 1 },
    progress: { done: 2, failed: 0 },
  });
  expect(await world.oaUser('zhang')).toMatchObject({ status: 'departed', name: '张一' });
  expect((await world.oa.listDepartments()).map(({ id }) => id).sort()).toEqual(['4', 'd1']);
  expect(await world.sync(corp)).toMatchObject({ progress: { total: 0 } });

  const undone = await world.sync(corp, { plan: { kind: 'undo', runId: left.id } });
  expect(undone).toMatchObject({ phase: 'done', error: null, progress: { done: 2, failed: 0 } });
  expect(await world.oaUser('zhang')).toMatchObject({ status: 'active', departmentId: '3' });
  expect((await world.oa.listDepartments()).map(({ id }) => id).sort()).toEqual(['3', '4', 'd1']);
  expect((await world.ledger(left.id)).map(({ status }) => status)).toEqual(['undone', 'undone']);
});

it('undoing the first sync departs whom it created, restores what it changed, and ends what it linked', async () => {
  const corp = await smallCompany(world);
  await world.makeWecomMaster(corp);
  const first = await world.sync(corp);
  const undone = await world.sync(corp, { plan: { kind: 'undo', runId: first.id } });
  expect(undone).toMatchObject({ phase: 'done', error: null, progress: { failed: 0 } });
  expect(await world.oaUser('zhang')).toMatchObject({ status: 'departed' });
  expect(await world.oaUser('oa-wang')).toMatchObject({ name: '老王', status: 'active' });
  expect((await world.oa.listDepartments()).map(({ id }) => id)).toEqual(['d1']);
  // The same people are found again by a later run.
  expect(await world.bindings(corp)).toEqual([
    { userId: 'li', oaUserId: 'li', source: 'synced' },
    { userId: 'zhang', oaUserId: 'zhang', source: 'synced' },
  ]);
  expect(await world.sync(corp)).toMatchObject({ counts: { returnOaUser: 2, createOaUser: 0 }, error: null });
  expect(await world.oaUser('zhang')).toMatchObject({ status: 'active', departmentId: '3' });
});
