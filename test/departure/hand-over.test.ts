import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createHandOverActivities } from '../../activities/departures/hand-over';
import type { HandOverItem } from '../../domain/departures/departure';
import { createCorpStore } from '../../store/corps';
import { openDatabase, type Database } from '../../store/database';
import { createDepartureStore } from '../../store/departures';
import { createHandOverStore } from '../../store/hand-over';
import { createRateBudgetStore } from '../../store/rate-budget';
import { createSecretBox } from '../../store/secrets';
import { createSettingsStore } from '../../store/settings';
import { createTokenStore } from '../../store/wecom-tokens';
import { createWecomClient, hostsOf, WecomTransientError } from '../../wecom';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { startTestSimulator, type TestSimulator } from '../support/simulator';

const agentId = 1_000_002;

let database: TestDatabase;
let db: Database;
let simulator: TestSimulator;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, maxConnections: 5 });
  simulator = await startTestSimulator();
});

afterAll(async () => {
  await simulator.close();
  await db.close();
  await database.drop();
});

afterEach(() => control('DELETE', '/faults'));

async function control(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${simulator.url}/_sim${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const secrets = createSecretBox([Buffer.alloc(32, 7).toString('base64')]);

type World = Awaited<ReturnType<typeof createWorld>>;

async function createWorld({
  permissions = ['externalcontact'],
  otherPermissions,
  hasApp = true,
  visibleDepartments = [1],
}: {
  readonly permissions?: readonly string[];
  /** Of a second app; without them there is none. */
  readonly otherPermissions?: readonly string[];
  readonly hasApp?: boolean;
  readonly visibleDepartments?: readonly number[];
} = {}) {
  const corpId = `ww${randomUUID().replaceAll('-', '')}`;
  await control('POST', '/corps', {
    corpid: corpId,
    name: '测试企业',
    contactsSecret: 'contacts',
    apps: [
      { agentid: agentId, secret: 'app', name: 'OA', permissions, visibleDepartments },
      { agentid: agentId + 1, secret: 'other', name: 'CRM', permissions: otherPermissions ?? [] },
    ],
    departments: [
      { id: 2, name: '销售部', parentid: 1 },
      { id: 3, name: '财务部', parentid: 1 },
    ],
    users: [
      { userid: 'Gone', name: '离职甲', department: [2], status: 2 },
      { userid: 'alone', name: '离职乙', department: [2], status: 2 },
      { userid: 'far', name: '离职丙', department: [3], status: 2 },
    ],
    externalContacts: ['wm1', 'wm2', 'wm3'].map((id) => ({
      external_userid: id,
      name: '客户',
      follow_user: ['Gone'],
    })),
    groupChats: Array.from({ length: 7 }, (_, index) => ({
      chat_id: `wr${index + 1}`,
      name: `客户群${index + 1}`,
      owner: 'Gone',
    })),
  });
  const corps = createCorpStore(db, secrets);
  const corp = await corps.createCorp({
    name: '测试企业',
    corpId,
    kind: 'private',
    apiBaseUrl: simulator.url,
    contactsSecret: 'contacts',
  });
  if (hasApp) await corps.createApp(corp.id, { name: 'OA', agentId, secret: 'app' });
  if (otherPermissions !== undefined) {
    await corps.createApp(corp.id, { name: 'CRM', agentId: agentId + 1, secret: 'other' });
  }
  const departures = createDepartureStore(db);
  const activities = createHandOverActivities({
    corps,
    settings: createSettingsStore(db, secrets),
    departures,
    handOver: createHandOverStore(db),
    connectWecom: (connection, onCall) =>
      createWecomClient({
        connection,
        tokens: createTokenStore(db, secrets),
        budget: createRateBudgetStore(db),
        onCall,
        allowedHosts: hostsOf(simulator.url),
      }),
  });
  const readAt = (at: Date, ...departureIds: string[]) =>
    new MockActivityEnvironment().run(activities.readHandOver, {
      corpId: corp.id,
      departureIds,
      at: at.toISOString(),
    });
  return {
    id: corp.id,
    corpId,
    /** As a pull left the member; returns the bridge's own id. */
    async member(
      userId: string,
      seen: Record<string, unknown> = {},
      { name = userId, status = 1 }: { readonly name?: string; readonly status?: number } = {},
    ): Promise<string> {
      const id = randomUUID();
      await db.pool.query(
        `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments, name, status, seen, details_seen_at)
         VALUES ($1, $2, lower($3), $3, '{2}', $4, $5, $6, now())`,
        [id, corp.id, userId, name, status, JSON.stringify(seen)],
      );
      return id;
    },
    async department(id: number, name: string, leaders: readonly string[]): Promise<void> {
      await db.pool.query(
        `INSERT INTO mirror_department (corp_id, department_id, parent_id, name, leaders) VALUES ($1, $2, 1, $3, $4)`,
        [corp.id, id, name, JSON.stringify(leaders)],
      );
    },
    async departure(
      userId: string,
      { oaUserId = `oa-${randomUUID()}`, leaderIn = [] as number[], closed = false } = {},
    ): Promise<string> {
      const { rows } = await db.pool.query<{ id: string }>(
        `INSERT INTO departure (id, corp_id, member_id, user_id, oa_user_id, origin, state, disabled_at, remembered,
                                closed_at)
         VALUES (gen_random_uuid()::text, $1, coalesce(
           (SELECT id FROM mirror_member WHERE corp_id = $1 AND user_id = $2), gen_random_uuid()::text),
           $2, $3, 'push', 'waiting', now(), $4, CASE WHEN $5 THEN now() END)
         RETURNING id`,
        [
          corp.id,
          userId,
          oaUserId,
          JSON.stringify({ departments: [2], departmentsFromOa: [2], mainDepartmentId: 2, leaderIn }),
          closed,
        ],
      );
      return rows[0]!.id;
    },
    read: (...departureIds: string[]) => readAt(new Date(), ...departureIds),
    readAt,
    async kept(departureId: string): Promise<readonly HandOverItem[] | null> {
      return (await departures.find(departureId))!.handOver;
    },
    async calls(path: string): Promise<number> {
      return ((await control('GET', `/calls?path=${path}&corpid=${corpId}`)) as unknown[]).length;
    },
  };
}

async function oaUser(id: string, managerId: string, name: string, status = 'active'): Promise<void> {
  await db.pool.query(
    `INSERT INTO oa_user (id, login_id, name, manager_id, status, part_time_department_ids, updated_at)
     VALUES ($1, $1, $2, $3, $4, '{}', now())`,
    [id, name, managerId, status],
  );
}

const itemOf = async (world: World, departureId: string, kind: HandOverItem['kind']) =>
  (await world.kept(departureId))!.find((item) => item.kind === kind);

it('customers are counted, groups are counted and the first five of them named', async () => {
  const world = await createWorld();
  const departure = await world.departure('Gone');
  expect(await world.read(departure)).toEqual({ read: 1 });
  expect(await world.kept(departure)).toEqual([
    { kind: 'external-contacts', count: 3, names: [] },
    { kind: 'customer-groups', count: 7, names: ['客户群1', '客户群2', '客户群3', '客户群4', '客户群5'] },
    { kind: 'todos', count: 0, names: [] },
    { kind: 'subordinates', count: 0, names: [] },
    { kind: 'led-departments', count: 0, names: [] },
  ]);
});

it('somebody who owns nothing has zeros, not blanks', async () => {
  const world = await createWorld();
  const departure = await world.departure('alone');
  await world.read(departure);
  expect((await world.kept(departure))!.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0]);
});

it('what an app may not ask is not counted, and is asked once for all of them', async () => {
  const world = await createWorld({ permissions: [] });
  const first = await world.departure('Gone');
  await world.read(first);
  expect(await world.kept(first)).toMatchObject([
    { kind: 'external-contacts', count: null },
    { kind: 'customer-groups', count: null },
    { kind: 'todos', count: 0 },
    { kind: 'subordinates', count: 0 },
    { kind: 'led-departments', count: 0 },
  ]);
  const before = await world.calls('externalcontact/list');
  const many = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => world.departure(`left${index}`)),
  );
  expect(await world.read(...many)).toEqual({ read: 30 });
  // As many as are under way at once may find out for themselves.
  expect((await world.calls('externalcontact/list')) - before).toBeLessThanOrEqual(8);
});

it('nobody outside the app’s range, and nobody at all without an app, can be asked about', async () => {
  const narrow = await createWorld({ visibleDepartments: [2] });
  const [seen, far] = [await narrow.departure('Gone'), await narrow.departure('far')];
  await narrow.read(seen, far);
  expect(await itemOf(narrow, seen, 'external-contacts')).toMatchObject({ count: 3 });
  expect(await itemOf(narrow, far, 'external-contacts')).toMatchObject({ count: null });

  const without = await createWorld({ hasApp: false });
  const departure = await without.departure('Gone');
  await without.read(departure);
  expect(await itemOf(without, departure, 'customer-groups')).toMatchObject({ count: null });
});

it('the app that may ask is asked, whichever of the corp’s it is', async () => {
  const world = await createWorld({ permissions: [], otherPermissions: ['externalcontact'] });
  const departure = await world.departure('Gone');
  await world.read(departure);
  expect(await itemOf(world, departure, 'external-contacts')).toMatchObject({ count: 3 });
  expect(await itemOf(world, departure, 'customer-groups')).toMatchObject({ count: 7 });
});

it('people who report to them are counted once, by WeCom’s word or the OA’s, as long as they are there', async () => {
  const world = await createWorld();
  const boss = `boss-${randomUUID()}`;
  await world.member('Gone', {}, { status: 2 });
  const both = await world.member('both', { directLeaders: ['gone'] }, { name: '员工甲' });
  await world.member('only-wecom', { directLeaders: ['GONE'] }, { name: '员工乙' });
  await world.member('disabled', { directLeaders: ['Gone'] }, { status: 2 });
  await world.member('elsewhere', { directLeaders: ['somebody'] });
  const bound = `oa-${randomUUID()}`;
  await oaUser(bound, boss, '员工甲');
  await oaUser(`oa-${randomUUID()}`, boss, '员工丙');
  await oaUser(`oa-${randomUUID()}`, boss, '员工丁', 'departed');
  await db.pool.query(
    `INSERT INTO binding (corp_id, member_id, oa_user_id, source) VALUES ($1, $2, $3, 'manual')`,
    [world.id, both, bound],
  );
  const departure = await world.departure('Gone', { oaUserId: boss });
  await world.read(departure);
  const item = await itemOf(world, departure, 'subordinates');
  expect(item).toMatchObject({ count: 3 });
  expect(new Set(item!.names)).toEqual(new Set(['员工甲', '员工乙', '员工丙']));
});

it('a superior whom the bridge wrote after the last reading counts, and the one read before does not', async () => {
  const world = await createWorld();
  const handedOver = await world.member('worker', { directLeaders: ['Gone'] });
  await db.pool.query(
    `UPDATE mirror_member SET written = '{"direct_leader": "alone"}', written_at = now() + interval '1 second'
      WHERE id = $1`,
    [handedOver],
  );
  const [before, after] = [await world.departure('Gone'), await world.departure('alone')];
  await world.read(before, after);
  expect(await itemOf(world, before, 'subordinates')).toMatchObject({ count: 0 });
  expect(await itemOf(world, after, 'subordinates')).toMatchObject({ count: 1, names: ['worker'] });
});

it('a department is theirs while WeCom names them, and after they were moved as long as nobody else leads it', async () => {
  const world = await createWorld();
  await world.department(2, '销售部', ['Gone']);
  await world.department(3, '财务部', []);
  await world.department(4, '法务部', ['successor']);
  await world.department(5, '行政部', []);
  const departure = await world.departure('Gone', { leaderIn: [3, 4] });
  await world.read(departure);
  expect(await itemOf(world, departure, 'led-departments')).toEqual({
    kind: 'led-departments',
    count: 2,
    names: ['销售部', '财务部'],
  });
});

it('to-dos are theirs while nobody has decided them, once however many cards are about them', async () => {
  const world = await createWorld();
  const departure = await world.departure('Gone', { oaUserId: 'oa-with-todos' });
  await db.pool.query(
    `WITH said (task, state, card) AS (
       VALUES ('open', 'open', 'outstanding'), ('open', 'open', 'stale'), ('asked', 'deciding', 'outstanding'),
              ('done', 'decided', 'stale'), ('read', 'open', NULL)
     ), numbered AS (SELECT *, row_number() OVER () AS n FROM said
     ), task AS (INSERT INTO todo (task_id, state) SELECT DISTINCT task, state FROM said
     ), event AS (
       INSERT INTO oa_event (id, module, type, content_hash, recipients, task_id, sent_by)
       SELECT 'hand-over-' || n, 'workflow', 'created', '', '{oa-with-todos}', task, 'token:test' FROM numbered
     ), push AS (
       INSERT INTO message_push (id, event_id, corp_id, app_id, type, template, priority, state, updated_at)
       SELECT 'hand-over-' || n, 'hand-over-' || n, $1, app.id, 'template_card', '{}', 'interactive', 'sent', now()
         FROM numbered, app WHERE app.corp_id = $1
     )
     INSERT INTO message_recipient (push_id, seq, app_id, oa_user_id, state, card_state)
     SELECT 'hand-over-' || n, 0, app.id, 'oa-with-todos', 'sent', card FROM numbered, app WHERE app.corp_id = $1`,
    [world.id],
  );
  await world.read(departure);
  expect(await itemOf(world, departure, 'todos')).toEqual({ kind: 'todos', count: 2, names: [] });
});

it('those that have ended are left alone, and other corps’ are not touched', async () => {
  const [world, other] = [await createWorld(), await createWorld()];
  const ended = await world.departure('Gone', { closed: true });
  const theirs = await other.departure('Gone');
  expect(await world.read(ended, theirs)).toEqual({ read: 0 });
  expect([await world.kept(ended), await other.kept(theirs)]).toEqual([null, null]);
});

it('WeCom being away is an error: nothing is kept as unreadable because of it', async () => {
  const world = await createWorld();
  const departure = await world.departure('Gone');
  await control('POST', '/faults', [{ path: 'externalcontact/list', httpStatus: 502 }]);
  await expect(world.read(departure)).rejects.toThrow(WecomTransientError);
  expect(await world.kept(departure)).toBeNull();
});

it('is read once the account is disabled, and anew when the notice is due', async () => {
  const world = await createWorld();
  const store = createDepartureStore(db);
  const departure = await world.departure('Gone');
  const noticeAt = new Date(Date.now() + 10 * 86_400_000);
  await db.pool.query('UPDATE departure SET notice_at = $2, delete_at = $3 WHERE id = $1', [
    departure,
    noticeAt,
    new Date(noticeAt.getTime() + 3 * 86_400_000),
  ]);
  const isNew = async () => (await store.handOverNew(world.id, 10)).length;
  const isDue = async (at: Date) => (await store.handOverUnread(world.id, at, 10)).length;
  expect([await isNew(), await isDue(new Date())]).toEqual([1, 0]);
  await world.read(departure);
  expect([await isNew(), await isDue(new Date()), await isDue(noticeAt)]).toEqual([0, 0, 1]);
  await world.readAt(noticeAt, departure);
  expect([await isNew(), await isDue(noticeAt)]).toEqual([0, 0]);
});

it('of two hundred people in a corp of twenty thousand is known within seconds', async () => {
  const world = await createWorld({ hasApp: false });
  await db.pool.query(
    `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments, name, status, seen, details_seen_at)
     SELECT gen_random_uuid()::text, $1, 'm' || n, 'm' || n, '{2}', 'm' || n, 1,
            jsonb_build_object('directLeaders', jsonb_build_array('m' || n % 500)), now()
       FROM generate_series(1, 20000) AS n`,
    [world.id],
  );
  const ids = await Promise.all(Array.from({ length: 200 }, (_, n) => world.departure(`m${n + 1}`)));
  const subjects = await createHandOverStore(db).subjects(world.id, ids);
  // The first ones name themselves, which does not count.
  expect(subjects.map(({ subordinates }) => subordinates.count)).toEqual(Array(200).fill(39));
});
