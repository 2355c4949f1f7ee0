import { applyOaGroup } from '../../activities/directory-oa-sync/apply-group';
import type { OaUserState } from '../../domain/directory/oa-sync/changes';
import { nothingSpecial, rule, type Change } from '../../domain/directory/push/changes';
import { createEmbeddedOaWriter } from '../../oa/writer';
import { openDatabase, type Database } from '../../store/database';
import { createOaDirectoryStore, type OaDirectoryStore } from '../../store/oa-directory';
import { createOaDirectoryFeedStore } from '../../store/oa-directory-feed';
import { createKeptDirectory } from '../../store/oa-directory-writing';
import type { ChangeFacts, Settlement } from '../../store/push-ledger';
import { organisation, person } from '../directory-push/flow/push-world';
import { createTestDatabase } from '../support/database';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let oa: OaDirectoryStore;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url });
  oa = createOaDirectoryStore(db);
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

beforeEach(async () => {
  await db.pool.query('TRUNCATE oa_user, oa_department, oa_subcompany, oa_directory_version');
  const { subcompanies, departments, users } = organisation(
    [
      ['d1', '研发部', null],
      ['d2', '空部门', null],
    ],
    [person(1), person(2, { custom: { seat: 'A-1', level: 'P5' } })],
  );
  const feed = await createOaDirectoryFeedStore(db).openFeed();
  for (const row of subcompanies) await feed.add('subcompanies', row);
  for (const row of departments) await feed.add('departments', row);
  for (const row of users) await feed.add('users', row);
  await feed.store({ kind: 'whole', complete: true }, 'token:test');
});

const noFacts: ChangeFacts = {
  departments: new Set([1, 7]),
  departmentByOaKey: new Map(),
  members: new Map(),
  memberIdByOaUser: new Map(),
};

type Told = {
  readonly status: string;
  readonly code: string | undefined;
  readonly effects: readonly string[];
};

async function apply(changes: readonly Change[], facts: Partial<ChangeFacts> = {}): Promise<Told[]> {
  const claimed = changes.map((change, seq) => ({ seq, attempt: 1, change, perhapsDone: false }));
  const settled = await applyOaGroup(claimed, {
    writer: createEmbeddedOaWriter(createKeptDirectory(db, oa)),
    facts: { ...noFacts, ...facts },
    corpid: 'ww1',
    signal: new AbortController().signal,
  });
  return claimed.map(({ seq }) => tell(settled.get(seq)));
}

function tell(settlement: Settlement | undefined): Told {
  if (settlement === undefined) throw new Error('not settled');
  const outcome = 'outcome' in settlement ? settlement.outcome : null;
  return {
    status: settlement.status,
    code: outcome?.code,
    effects: settlement.effects.map(({ kind }) => kind),
  };
}

const subject = (id: string) => ({ oaUserId: id, memberId: `m-${id}`, userId: id });
const state = (values: OaUserState['values'], departmentId?: string): OaUserState => ({
  values,
  placement: departmentId === undefined ? null : { departmentId, partTimeDepartmentIds: [] },
});
const common = { ...nothingSpecial, rule: rule('new-in-wecom') };
const create = (id: string, loginId = id): Change => ({
  ...common,
  ...subject(id),
  id: `createOaUser:${id}`,
  action: 'createOaUser',
  before: null,
  after: state({ loginId, name: `名${id}` }, 'd1'),
});
const update = (id: string, values: OaUserState['values'], departmentId?: string): Change => ({
  ...common,
  ...subject(id),
  id: `updateOaUser:${id}`,
  action: 'updateOaUser',
  before: state({}),
  after: state(values, departmentId),
});
const depart = (id: string): Change => ({
  ...common,
  ...subject(id),
  id: `departOaUser:${id}`,
  action: 'departOaUser',
  before: state({}),
  after: null,
});
const department = (oaKey: string) => ({ ...common, oaKey, level: 2, step: 2, departmentId: 7 }) as const;
const remove = (oaKey: string): Change => ({
  ...department(oaKey),
  id: `removeOaDepartment:${oaKey}`,
  action: 'removeOaDepartment',
  before: { name: '部门', parentKey: 'subcompany:root' },
  after: null,
});

async function versions(): Promise<number> {
  const { rows } = await db.pool.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM oa_directory_version',
  );
  return rows[0]?.count ?? 0;
}

it('a group is one version of the directory, and whom it created is bound', async () => {
  const before = await versions();
  const done = await apply([create('zhang'), update('oa-1', { name: '新名' }), depart('oa-2')]);
  expect(done).toEqual([
    { status: 'done', code: undefined, effects: ['member-bound'] },
    { status: 'done', code: undefined, effects: [] },
    { status: 'done', code: undefined, effects: [] },
  ]);
  expect(await versions()).toBe(before + 1);
  expect(await oa.findUser('zhang')).toMatchObject({ name: '名zhang', departmentId: 'd1', status: 'active' });
  expect(await oa.findUser('oa-2')).toMatchObject({ status: 'departed' });
});

it('a group that is repeated finds everything as it should be, writes nothing, and still binds', async () => {
  const changes = [create('zhang'), update('oa-1', { name: '新名' }), depart('oa-2')];
  await apply(changes);
  const before = await versions();
  expect(await apply(changes)).toEqual([
    { status: 'done', code: 'oa-already-so', effects: ['member-bound'] },
    { status: 'done', code: 'oa-already-so', effects: [] },
    { status: 'done', code: 'oa-already-so', effects: [] },
  ]);
  expect(await versions()).toBe(before);
});

it('what the directory does not allow fails alone', async () => {
  const done = await apply([create('a'), create('b', 'STAFF1'), create('c'), create('d')]);
  expect(done.map(({ status, code }) => code ?? status)).toEqual(['done', 'oa-refused', 'done', 'done']);
  expect(await oa.findUser('b')).toBeUndefined();
  expect(await oa.findUser('d')).toBeDefined();
});

it('whoever was bound by hand meanwhile is not bound anew', async () => {
  const facts: ChangeFacts['members'] = new Map([
    [
      'm-zhang',
      {
        userId: 'zhang',
        status: 1,
        everActivated: true,
        externalValues: {},
        boundTo: 'oa-1',
        departure: null,
      },
    ],
  ]);
  expect(await apply([create('zhang')], { members: facts })).toMatchObject([
    { status: 'skipped', code: 'changed-since' },
  ]);
  expect(await apply([create('li')], { memberIdByOaUser: new Map([['li', 'm-other']]) })).toMatchObject([
    { status: 'skipped', code: 'changed-since' },
  ]);
  expect(await oa.findUser('zhang')).toBeUndefined();
});

it('an id that somebody else has got meanwhile is a conflict', async () => {
  expect(await apply([create('oa-1')])).toMatchObject([{ status: 'conflict', code: 'oa-id-taken' }]);
});

it('a person the OA has no more is told', async () => {
  expect(await apply([update('lost', { name: '谁' }), depart('lost')])).toMatchObject([
    { status: 'failed', code: 'oa-user-gone' },
    { status: 'done', code: 'oa-already-so' },
  ]);
});

it('custom fields that are not spoken of stay', async () => {
  await apply([update('oa-2', { 'custom.seat': 'B-2', mobile: null })]);
  expect(await oa.findUser('oa-2')).toMatchObject({ custom: { seat: 'B-2', level: 'P5' }, mobile: null });
});

it('a department is removed once nobody is in it; one that is not empty is held', async () => {
  expect(await apply([remove('department:d1'), remove('department:d2'), remove('department:gone')])).toEqual([
    { status: 'held', code: 'oa-department-not-empty', effects: [] },
    { status: 'done', code: undefined, effects: ['department-unlinked'] },
    { status: 'done', code: 'oa-already-so', effects: ['department-unlinked'] },
  ]);
  expect((await oa.listDepartments()).map(({ id }) => id)).toEqual(['d1']);
});

it('departments are created, renamed and moved, and belong to the subcompany they lie in', async () => {
  const created: Change = {
    ...department('department:7'),
    id: 'createOaDepartment:department:7',
    action: 'createOaDepartment',
    before: null,
    after: { name: '平台组', parentKey: 'department:d1' },
  };
  expect(await apply([created])).toMatchObject([{ status: 'done', effects: ['department-linked'] }]);
  const moved: Change = {
    ...department('department:7'),
    id: 'moveOaDepartment:department:7',
    action: 'moveOaDepartment',
    before: { name: '平台组', parentKey: 'department:d1' },
    after: { name: '平台部', parentKey: 'subcompany:root' },
  };
  const renamed: Change = {
    ...department('subcompany:root'),
    id: 'renameOaDepartment:subcompany:root',
    action: 'renameOaDepartment',
    before: { name: '测试企业', parentKey: null },
    after: { name: '新企业', parentKey: null },
  };
  expect(await oa.listDepartments()).toContainEqual(
    expect.objectContaining({ id: '7', parentId: 'd1', subcompanyId: 'root' }),
  );
  expect((await apply([moved, renamed])).map(({ status }) => status)).toEqual(['done', 'done']);
  expect(await oa.listDepartments()).toContainEqual(
    expect.objectContaining({ id: '7', name: '平台部', parentId: null, subcompanyId: 'root' }),
  );
  expect(await oa.listSubcompanies()).toEqual([expect.objectContaining({ name: '新企业' })]);
  expect((await apply([moved, renamed])).map(({ code }) => code)).toEqual(['oa-already-so', 'oa-already-so']);
});

it('a department whose parent is gone is told, not put somewhere else', async () => {
  const orphan: Change = {
    ...department('department:8'),
    id: 'createOaDepartment:department:8',
    action: 'createOaDepartment',
    before: null,
    after: { name: '组', parentKey: 'department:lost' },
  };
  expect(await apply([orphan])).toMatchObject([{ status: 'failed', code: 'oa-department-gone' }]);
});
