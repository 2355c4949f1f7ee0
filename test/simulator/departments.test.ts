import { SimulatorClient } from './simulator-client';
import type { TestCorp } from './simulator-client';

let client: SimulatorClient;
let corp: TestCorp;
beforeAll(async () => {
  client = await SimulatorClient.start();
});
afterAll(() => client.close());
beforeEach(async () => {
  corp = await client.corp({
    departments: [
      { id: 2, name: '研发', parentid: 1 },
      { id: 3, name: '后端', parentid: 2 },
      { id: 4, name: '销售', parentid: 1 },
    ],
    users: [{ userid: 'dev', name: '开发', department: [3], is_leader_in_dept: [1] }],
  });
});

const create = (body: object) => corp.contactsPost('department/create', body);
const update = (body: object) => corp.contactsPost('department/update', body);
const remove = (id: number) => corp.contactsGet('department/delete', { id });

describe('creating a department', () => {
  it('gives it the next free id unless one is asked for', async () => {
    expect(await create({ name: '市场', parentid: 1 })).toEqual({ errcode: 0, errmsg: 'created', id: 5 });
    expect(await create({ name: '财务', parentid: 1, id: 90 })).toMatchObject({ errcode: 0, id: 90 });
    expect(await create({ name: '法务', parentid: 1 })).toMatchObject({ errcode: 0, id: 91 });
  });

  it('never gives an id out twice', async () => {
    const { id } = await create({ name: '临时', parentid: 1 });
    await remove(id);
    expect((await create({ name: '临时', parentid: 1 }))['id']).toBe(id + 1);
  });

  it.each([
    [60001, 'no name', { parentid: 1 }],
    [60001, 'an empty name', { name: ' ', parentid: 1 }],
    [60001, '65 characters', { name: '部'.repeat(65), parentid: 1 }],
    [60009, 'a forbidden character', { name: '研发:一', parentid: 1 }],
    [60009, 'a forbidden character', { name: '甲*乙', parentid: 1 }],
    [60008, 'the name of a sibling', { name: '研发', parentid: 1 }],
    [60008, 'an id in use', { name: '新', parentid: 1, id: 3 }],
    [60123, 'the id of the root', { name: '新', parentid: 1, id: 1 }],
    [60124, 'no parent', { name: '新' }],
    [60124, 'a parent that is no number', { name: '新', parentid: '1' }],
    [60004, 'an unknown parent', { name: '新', parentid: 77 }],
    [40058, 'a negative order', { name: '新', parentid: 1, order: -1 }],
    [40058, 'an order of 2^32', { name: '新', parentid: 1, order: 2 ** 32 }],
  ])('answers %i for %s', async (errcode, _why, body) => {
    expect(await create(body)).toMatchObject({ errcode });
  });

  it('takes a name that exists elsewhere, and 64 characters', async () => {
    expect(await create({ name: '研发', parentid: 2 })).toMatchObject({ errcode: 0 });
    expect(await create({ name: '部'.repeat(64), parentid: 1 })).toMatchObject({ errcode: 0 });
  });

  it.each([
    ['32-chars', '部'.repeat(32), '部'.repeat(33)],
    ['64-bytes', '部'.repeat(21), '部'.repeat(22)],
    ['64-chars', '部'.repeat(64), '部'.repeat(65)],
  ])('reads the length limit as %s where a source says so', async (departmentName, fits, tooLong) => {
    await client.control('POST', '/settings', { variants: { departmentName } });
    expect(await create({ name: tooLong, parentid: 1 })).toMatchObject({ errcode: 60001 });
    expect(await create({ name: fits, parentid: 1 })).toMatchObject({ errcode: 0 });
    await client.control('DELETE', '/settings');
  });

  it('goes fifteen levels deep and no deeper', async () => {
    let parentid = 1;
    for (let level = 2; level <= 15; level += 1) {
      const answer = await create({ name: `第${level}层`, parentid });
      expect(answer.errcode).toBe(0);
      parentid = answer['id'];
    }
    expect(await create({ name: '第16层', parentid })).toMatchObject({ errcode: 81002 });
    // A subtree of two levels does not fit under level 14 either.
    expect(await update({ id: 2, parentid: (await parentOf(parentid)) as number })).toMatchObject({
      errcode: 81002,
    });
  });

  it('stops at 30,000 departments in the corp', async () => {
    const large = await client.corp({ generate: { members: 0, departments: 30_000 } });
    expect(await large.contactsPost('department/create', { name: '多一个', parentid: 1 })).toMatchObject({
      errcode: 81001,
    });
  });
});

describe('updating a department', () => {
  it('changes what is given and keeps the rest', async () => {
    expect(await update({ id: 3, name: '平台' })).toEqual({ errcode: 0, errmsg: 'updated' });
    expect(await update({ id: 3, order: 9 })).toMatchObject({ errcode: 0 });
    expect((await corp.appGet('department/get', { id: 3 }))['department']).toEqual({
      id: 3,
      name: '平台',
      name_en: '',
      department_leader: ['dev'],
      parentid: 2,
      order: 9,
    });
  });

  it('moves it with everything below', async () => {
    expect(await update({ id: 2, parentid: 4 })).toMatchObject({ errcode: 0 });
    const below = await corp.appGet('department/list', { id: 4 });
    expect(below['department'].map((one: { id: number }) => one.id)).toEqual([4, 2, 3]);
  });

  it.each([
    [60003, 'an unknown department', { id: 77, name: '新' }],
    [60123, 'no id', { name: '新' }],
    [60004, 'an unknown parent', { id: 3, parentid: 77 }],
    [60010, 'itself as parent', { id: 2, parentid: 2 }],
    [60010, 'a descendant as parent', { id: 2, parentid: 3 }],
    [60010, 'moving the root', { id: 1, parentid: 4 }],
    [60008, 'the name of a sibling', { id: 4, name: '研发' }],
    [60009, 'a forbidden character', { id: 4, name: '销|售' }],
  ])('answers %i for %s', async (errcode, _why, body) => {
    expect(await update(body)).toMatchObject({ errcode });
  });

  it('refuses a move to where its name is taken', async () => {
    await create({ name: '后端', parentid: 1 });
    expect(await update({ id: 3, parentid: 1 })).toMatchObject({ errcode: 60008 });
  });

  it('may rename the root', async () => {
    expect(await update({ id: 1, name: '集团' })).toMatchObject({ errcode: 0 });
  });
});

describe('deleting a department', () => {
  it.each([
    [60007, 'the root', 1],
    [60003, 'one that does not exist', 77],
    [60005, 'one with members', 3],
    [60006, 'one with departments below', 2],
  ])('answers %i for %s', async (errcode, _why, id) => {
    expect(await remove(id)).toMatchObject({ errcode });
  });

  it('succeeds once it is empty, and it leaves the ranges of apps', async () => {
    await corp.byHand('agent/set', { agentid: 1000002, visibleDepartments: [1, 4] });
    expect(await remove(4)).toEqual({ errcode: 0, errmsg: 'deleted' });
    expect(await remove(4)).toMatchObject({ errcode: 60003 });
    expect(await corp.appGet('agent/get', { agentid: 1000002 })).toMatchObject({
      allow_partys: { partyid: [1] },
    });
  });
});

describe('reading departments', () => {
  it('lists the named one with all below it', async () => {
    expect((await corp.contactsGet('department/simplelist', { id: 2 }))['department_id']).toEqual([
      { id: 2, parentid: 1, order: 0 },
      { id: 3, parentid: 2, order: 0 },
    ]);
  });

  it('refuses one that does not exist', async () => {
    expect(await corp.appGet('department/list', { id: 77 })).toMatchObject({
      errcode: 60123,
      department: [],
    });
    expect(await corp.contactsGet('department/simplelist', { id: 77 })).toMatchObject({ errcode: 60123 });
    expect(await corp.appGet('department/get')).toMatchObject({ errcode: 60123 });
  });
});

async function parentOf(id: number): Promise<number | undefined> {
  const { departments } = await corp.state();
  return departments.find((one: { id: number }) => one.id === id)?.parentid;
}
