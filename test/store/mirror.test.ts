import { randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '../../store/database';
import { createMirrorStore, type MemberSearch, type MirrorStore } from '../../store/mirror';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let db: Database;
let mirror: MirrorStore;
const corpId = randomUUID();

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url });
  mirror = createMirrorStore(db);
  await db.prisma.corp.create({
    data: { id: corpId, name: '测试企业', corpId, apiBaseUrl: 'http://wecom', contactsCallbackKey: corpId },
  });
  await db.prisma.mirrorDepartment.createMany({
    data: [
      { corpId, departmentId: 1, parentId: 0, name: '测试企业' },
      { corpId, departmentId: 2, parentId: 1, name: '研发部', order: 9 },
      { corpId, departmentId: 3, parentId: 2, name: null, order: 5 },
      { corpId, departmentId: 4, parentId: 1, name: '旧部门', goneAt: new Date() },
    ],
  });
  const member = (userId: string, departments: number[], rest: object = {}) => ({
    id: randomUUID(),
    corpId,
    userId,
    userIdKey: userId.toLowerCase(),
    departments,
    ...rest,
  });
  await db.prisma.mirrorMember.createMany({
    data: [
      member('Ada', [2], {
        name: '阿达',
        status: 1,
        seen: { name: '阿达', position: '经理' },
        written: { mobile: '199' },
      }),
      member('bob_1', [3, 1], { name: '波波', status: 2, seen: { alias: 'bobby' } }),
      member('carol', [1]),
      member('dora', [4], { name: '朵拉', goneAt: new Date() }),
    ],
  });
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

async function found(search: Partial<MemberSearch>): Promise<string[]> {
  const { items, total } = await mirror.searchMembers({ corpId, limit: 10, ...search });
  expect(total).toBe(items.length);
  return items.map(({ userId }) => userId);
}

it.each([
  ['everybody who is not gone', {}, ['Ada', 'bob_1', 'carol']],
  ['those who are gone', { gone: true }, ['dora']],
  ['by part of the name', { q: '波' }, ['bob_1']],
  ['by userid, whatever its case', { q: 'ADA' }, ['Ada']],
  ['by alias', { q: 'bobb' }, ['bob_1']],
  ['by position', { q: '经理' }, ['Ada']],
  ['an underscore is an underscore, not any letter', { q: 'b_1' }, ['bob_1']],
  ['a percent sign is a percent sign', { q: '%' }, []],
  ['directly in a department', { departmentId: 2 }, ['Ada']],
  ['in a department and below it', { departmentId: 2, includeSub: true }, ['Ada', 'bob_1']],
  ['by status', { status: 'disabled' }, ['bob_1']],
  ['whose status nobody can read', { status: 'unknown' }, ['carol']],
  ['by several at once', { departmentId: 1, includeSub: true, q: 'o', status: 'disabled' }, ['bob_1']],
] as const)('members are found %s', async (_, search, expected) => {
  expect(await found(search)).toEqual(expected);
});

it('pages follow each other without a gap or a repeat', async () => {
  const first = await mirror.searchMembers({ corpId, limit: 2 });
  expect(first.items.map(({ userId }) => userId)).toEqual(['Ada', 'bob_1']);
  const second = await mirror.searchMembers({ corpId, limit: 2, cursor: first.nextCursor ?? '' });
  expect(second).toMatchObject({ items: [{ userId: 'carol' }], total: 3, nextCursor: null });
});

it('a member is shown with names of departments, and with what was written where nothing is seen', async () => {
  expect(await mirror.findMember(corpId, 'ADA')).toMatchObject({
    userId: 'Ada',
    departments: [{ departmentId: 2, name: '研发部' }],
    position: '经理',
    mobile: '199',
    email: null,
    status: 'activated',
    goneAt: null,
  });
  expect(await mirror.findMember(corpId, 'nobody')).toBeUndefined();
});

it('departments come with the number of members directly in them', async () => {
  const departments = await mirror.listDepartments(corpId);
  expect(departments.map(({ departmentId, members }) => [departmentId, members])).toEqual([
    [1, 2],
    [2, 1],
    [4, 0],
    [3, 1],
  ]);
});

it('counts tell who is there and who is gone', async () => {
  expect(await mirror.counts(corpId)).toEqual({
    departments: 3,
    members: 3,
    goneDepartments: 1,
    goneMembers: 1,
  });
});
