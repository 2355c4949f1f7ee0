import type { OaDirectoryPatch } from '../../oa/port';
import { createEmbeddedOaWriter, createRemoteOaWriter, type KeptDirectory } from '../../oa/writer';
import { openDatabase, type Database } from '../../store/database';
import { createOaDirectoryStore, type OaDirectoryStore } from '../../store/oa-directory';
import { createOaDirectoryFeedStore, type OaDirectoryFeedStore } from '../../store/oa-directory-feed';
import { createKeptDirectory } from '../../store/oa-directory-writing';
import { organisation, people } from '../directory-push/flow/push-world';
import { createTestDatabase } from '../support/database';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let oa: OaDirectoryStore;
let feeds: OaDirectoryFeedStore;
let kept: KeptDirectory;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url });
  oa = createOaDirectoryStore(db);
  feeds = createOaDirectoryFeedStore(db);
  kept = createKeptDirectory(db, oa);
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

async function feed(count: number): Promise<void> {
  const { subcompanies, departments, users } = organisation([['d1', '研发部', null]], people(count));
  const arriving = await feeds.openFeed();
  for (const row of subcompanies) await arriving.add('subcompanies', row);
  for (const row of departments) await arriving.add('departments', row);
  for (const row of users) await arriving.add('users', row);
  await arriving.store({ kind: 'whole', complete: false }, 'token:test');
}

beforeEach(async () => {
  await db.pool.query('TRUNCATE oa_user, oa_department, oa_subcompany, oa_directory_version');
  await feed(100);
});

const nothing: OaDirectoryPatch = {
  rows: { subcompanies: [], departments: [], users: [] },
  removeDepartments: [],
  news: [],
};

const departing = (count: number): OaDirectoryPatch => ({
  ...nothing,
  rows: {
    ...nothing.rows,
    users: Array.from({ length: count }, (_, index) => ({
      id: `oa-${index + 1}`,
      status: 'departed' as const,
    })),
  },
});

async function newestVersion(): Promise<{ version: number; source: string; inDoubt: boolean }> {
  const { rows } = await db.pool.query<{ version: number; source: string; inDoubt: boolean }>(
    `SELECT version, source, confirmed_at IS NULL AS "inDoubt" FROM oa_directory_version ORDER BY version DESC LIMIT 1`,
  );
  return rows[0]!;
}

it('what a plan has weighed is doubted by nobody, however many depart', async () => {
  expect(await createEmbeddedOaWriter(kept).write(departing(90))).toBeUndefined();
  expect(await newestVersion()).toEqual({ version: 2, source: 'wecom', inDoubt: false });
  expect((await feeds.readState()).users).toEqual({ active: 10, departed: 90 });
});

it('a doubt about an earlier feed stays, and is confirmed as ever', async () => {
  await feed(10);
  expect((await feeds.readState()).unconfirmed).toEqual({ lost: 90, of: 100 });
  await kept.store({ ...nothing, rows: { ...nothing.rows, users: [{ id: 'oa-1', name: '新名' }] } });
  expect(await newestVersion()).toEqual({ version: 3, source: 'wecom', inDoubt: true });
  expect((await feeds.readState()).unconfirmed).toEqual({ lost: 90, of: 100 });
  expect(await feeds.confirmLoss(90, 'user:test')).toBe(true);
});

it('what does not fit is refused as a whole, and nothing of it waits', async () => {
  const refusal = await kept.store({
    ...nothing,
    rows: {
      ...nothing.rows,
      users: [
        { id: 'oa-1', name: '新名' },
        { id: 'oa-2', loginId: 'STAFF3' },
      ],
    },
  });
  expect(refusal).toEqual([{ id: 'oa-2', kind: 'duplicate-login-id' }]);
  expect(await oa.findUser('oa-1')).toMatchObject({ name: '员工1' });
  const { rows } = await db.pool.query('SELECT FROM oa_feed_row');
  expect(rows).toHaveLength(0);
});

it('an OA of its own is told nothing that the directory refuses', async () => {
  const told: unknown[] = [];
  const remote = createRemoteOaWriter(
    {
      takeDirectoryNews: async (items, key) => void told.push([items, key]),
      takePunches: async () => undefined,
      takeAttendanceReports: async () => undefined,
      takeContactNews: async () => undefined,
    },
    kept,
  );
  const news = [
    { type: 'user', change: 'updated', corpId: 'ww1', userId: 'a', oaUserId: 'oa-2', fields: {} },
  ] as const;
  const bad = { ...nothing, rows: { ...nothing.rows, users: [{ id: 'oa-2', loginId: 'staff3' }] }, news };
  expect(await remote.write(bad)).toHaveLength(1);
  expect(told).toEqual([]);
  const good = { ...bad, rows: { ...nothing.rows, users: [{ id: 'oa-2', name: '新名' }] } };
  await remote.write(good);
  await remote.write(good);
  expect(told).toHaveLength(2);
  expect(told[0]).toEqual(told[1]);
});

it('whether a department is empty is asked of people, their part-time departments, and what lies below', async () => {
  await kept.store({
    ...departing(100),
    rows: {
      subcompanies: [],
      departments: [
        { id: 'd2', name: '市场部', subcompanyId: 'root' },
        { id: 'd3', name: '渠道组', parentId: 'd2' },
        { id: 'd4', name: '空', subcompanyId: 'root' },
      ],
      users: [
        ...departing(100).rows.users,
        { id: 'x', loginId: 'x', name: '某人', partTimeDepartmentIds: ['d3'] },
      ],
    },
  });
  const { inhabited } = await kept.readPart({
    users: [],
    subcompanies: [],
    departments: ['d1', 'd2', 'd3', 'd4'],
  });
  expect([...inhabited].sort()).toEqual(['d2', 'd3']);
});
