import { createPullWorld, type PullWorld } from './pull-world';

let world: PullWorld;

beforeAll(async () => {
  world = await createPullWorld();
});

afterAll(async () => {
  await world.close();
});

const smallCorp = {
  departments: [
    { id: 1, name: '测试企业', parentid: 0 },
    { id: 2, name: '研发部', parentid: 1 },
    { id: 3, name: '市场部', parentid: 1 },
    { id: 4, name: '前端组', parentid: 2 },
  ],
  users: [
    { userid: 'Ada', name: '阿达', department: [2], mobile: '19900000001', position: '经理' },
    { userid: 'bob', name: '波波', department: [4, 3], mobile: '19900000002' },
    { userid: 'carol', name: '卡萝', department: [1], mobile: '19900000003', enable: 0 },
  ],
};

it('takes every department and member into the mirror, with names and details where the app sees them', async () => {
  const corp = await world.createCorp(smallCorp);

  const run = await world.pull(corp);

  expect(run).toMatchObject({
    phase: 'done',
    error: null,
    counts: { createDepartment: 4, createUser: 3, updateUser: 0, deleteUser: 0, unchangedUser: 0 },
    completeness: {
      scope: 'whole-corp',
      departments: { expected: 4, read: 4 },
      members: { expected: 3, read: 3 },
      details: { expected: 3, read: 3 },
      complete: true,
      reasons: [],
    },
  });
  expect(await world.members(corp)).toEqual([
    { userId: 'Ada', departments: [2], name: '阿达', status: expect.any(Number), gone: false },
    { userId: 'bob', departments: [3, 4], name: '波波', status: expect.any(Number), gone: false },
    { userId: 'carol', departments: [1], name: '卡萝', status: 2, gone: false },
  ]);
  expect(await world.departments(corp)).toEqual([
    { id: 1, parentId: 0, name: '测试企业', gone: false },
    { id: 2, parentId: 1, name: '研发部', gone: false },
    { id: 3, parentId: 1, name: '市场部', gone: false },
    { id: 4, parentId: 2, name: '前端组', gone: false },
  ]);
});
