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

it('the OA gets the departments and people it lacks, once, and they are bound', async () => {
  const corp = await smallCompany(world);
  await world.makeWecomMaster(corp);

  const simulated = await world.sync(corp, { mode: 'simulate' });
  expect(simulated).toMatchObject({
    phase: 'done',
    direction: 'pull',
    error: null,
    verdict: { kind: 'pass' },
    counts: { linkDepartment: 2, createOaDepartment: 2, bindUser: 1, createOaUser: 2, updateOaUser: 1 },
    completeness: { complete: true },
  });
  expect(await world.oaUser('zhang')).toBeUndefined();

  const started = await world.startSync(corp);
  const run = await world.endOf(started);
  expect(run).toMatchObject({ phase: 'done', error: null, progress: { done: 8, failed: 0 } });
  const { events } = await started.handle.fetchHistory();
  const history = JSON.stringify(events, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
  );
  for (const personal of ['张一', 'zhang', '研发部', corp.corpid]) expect(history).not.toContain(personal);
  expect(await world.oaUser('zhang')).toMatchObject({
    loginId: 'zhang',
    name: '张一',
    departmentId: '3',
    status: 'active',
    // Nobody mapped it.
    position: null,
  });
  expect(await world.oaUser('li')).toMatchObject({ departmentId: '4', partTimeDepartmentIds: ['d1'] });
  expect(await world.oaUser('oa-wang')).toMatchObject({
    name: '王三',
    loginId: 'wang',
    departmentId: 'd1',
    mobile: '13700000001',
    position: '工程师',
  });
  expect(await world.oa.listDepartments()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: '3', name: '平台组', parentId: 'd1', subcompanyId: 'root' }),
      expect.objectContaining({ id: '4', name: '市场部', parentId: null, subcompanyId: 'root' }),
    ]),
  );
  expect(await world.oa.listSubcompanies()).toEqual([expect.objectContaining({ name: '测试企业' })]);
  expect(await world.bindings(corp)).toEqual([
    { userId: 'li', oaUserId: 'li', source: 'synced' },
    { userId: 'wang', oaUserId: 'oa-wang', source: 'matched' },
    { userId: 'zhang', oaUserId: 'zhang', source: 'synced' },
  ]);

  const again = await world.sync(corp);
  expect(again).toMatchObject({ phase: 'done', error: null, progress: { done: 0, failed: 0, total: 0 } });
});

it('a plan that was simulated is applied from its simulation', async () => {
  const corp = await smallCompany(world);
  await world.makeWecomMaster(corp);
  const simulated = await world.sync(corp, { mode: 'simulate' });
  const run = await world.sync(corp, {
    plan: { kind: 'approved-plan', runId: simulated.id, planHash: simulated.planHash ?? '' },
  });
  expect(run).toMatchObject({ phase: 'done', error: null, progress: { done: 8, failed: 0 } });
  expect(await world.oaUser('zhang')).toMatchObject({ status: 'active' });
});

it('while the OA is the master, or the sync is off, it is refused in words', async () => {
  const corp = await smallCompany(world);
  expect(await world.sync(corp)).toMatchObject({ phase: 'failed', error: { code: 'oa-is-master' } });
  await world.makeWecomMaster(corp, {}, { syncToOa: false });
  expect(await world.sync(corp)).toMatchObject({ phase: 'failed', error: { code: 'sync-to-oa-off' } });
});
