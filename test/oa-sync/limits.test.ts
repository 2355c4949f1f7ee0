import { noLimits, organisation } from '../directory-push/flow/push-world';
import { createOaSyncWorld, type OaSyncWorld } from './oa-sync-world';
import { departments, smallCompany } from './small-company';

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

it('more departures than the limit wait for an approval, and are made when it comes', async () => {
  const many = Array.from({ length: 30 }, (_, index) => ({
    userid: `m${index}`,
    name: `成员${index}`,
    department: [2],
  }));
  const corp = await world.createCorp({ departments, users: many });
  await world.feedOa(organisation([['d1', '研发部', null]], []));
  const limited = { guard: { ...noLimits, maxDisables: 3 } };
  await world.makeWecomMaster(corp, limited);
  expect(await world.sync(corp)).toMatchObject({ phase: 'done', counts: { createOaUser: 30 } });

  for (const { userid } of many.slice(0, 4)) await world.byHand(corp, 'user/delete', { userid });
  const held = await world.startSync(corp);
  const waiting = await world.reaches(held, 'awaiting-approval');
  expect(waiting).toMatchObject({ verdict: { kind: 'hold' }, counts: { departOaUser: 4, heldUser: 4 } });
  expect(await world.oaUser('m0')).toMatchObject({ status: 'active' });
  await world.approve(held, waiting);
  expect(await world.endOf(held)).toMatchObject({ phase: 'done', error: null, progress: { done: 4 } });
  expect(await world.oaUser('m0')).toMatchObject({ status: 'departed' });
});

it('where half of the departments cannot be read, nobody departs, and the run says so', async () => {
  const corp = await smallCompany(world);
  await world.makeWecomMaster(corp);
  expect(await world.sync(corp)).toMatchObject({ phase: 'done', error: null });
  await world.byHand(corp, 'user/delete', { userid: 'zhang' });
  world.editAnswers('user/list', (_, query) =>
    ['2', '3'].includes(query.get('department_id') ?? '')
      ? { errcode: 60003, errmsg: 'department not found' }
      : undefined,
  );
  try {
    const run = await world.sync(corp);
    expect(run).toMatchObject({
      phase: 'done',
      error: null,
      counts: { departOaUser: 0, removeOaDepartment: 0 },
      completeness: {
        complete: false,
        reasons: [{ code: 'departments-vanished' }, { code: 'details-missing' }],
      },
    });
  } finally {
    world.editAnswers('user/list');
  }
  expect(await world.oaUser('zhang')).toMatchObject({ status: 'active' });
  expect((await world.oa.listDepartments()).map(({ id }) => id).sort()).toEqual(['3', '4', 'd1']);
  // The next whole reading makes good for it.
  expect(await world.sync(corp)).toMatchObject({
    counts: { departOaUser: 1 },
    completeness: { complete: true },
  });
});
