import type { PoolClient } from 'pg';
import { defaultDirectorySettings } from '../../domain/directory/settings';
import {
  bindMembers,
  createBindingStore,
  refusePairs,
  unbindMembers,
  type BindingSource,
  type BindingStore,
} from '../../store/bindings';
import { createLinkConflictStore } from '../../store/link-conflicts';
import { createLinkMemberStore } from '../../store/link-members';
import { isPairRefused, readRefusedPairs } from '../../store/refused-pairs';
import {
  createApplyWorld,
  organisation,
  person,
  type ApplyWorld,
} from '../directory-push/applying/apply-world';

let world: ApplyWorld;
let bindings: BindingStore;

beforeAll(async () => {
  world = await createApplyWorld();
  bindings = createBindingStore(world.db);
});
afterAll(() => world.close());

type Corp = Awaited<ReturnType<ApplyWorld['createCorp']>>;

const told = async (corp: Corp, userId: string) => {
  const member = await world.mirrorOf(corp, userId);
  return (await bindings.history(corp.id, member?.id ?? '')).map(
    ({ event, oaUserId, source }) => `${event} ${oaUserId} ${source}`,
  );
};

it('what pushes and their undoing do to bindings is in the members’ histories', async () => {
  const corp = await world.createCorp({
    corp: {
      departments: [{ id: 7, name: '部门A', parentid: 1 }],
      users: [
        { userid: 'no-u1', name: '员工u1', mobile: '13700000001', department: [7], position: '工程师' },
      ],
    },
  });
  await world.feed(
    organisation(
      [['d1', '部门A', null]],
      [person('u1', { departmentId: 'd1' }), person('u2', { departmentId: 'd1' })],
    ),
  );
  const pushed = await world.push(corp);
  expect(await told(corp, 'no-u1')).toEqual(['bound u1 matched']);
  expect(await told(corp, 'u2')).toEqual(['bound u2 created']);
  const { items } = await bindings.list({ corpId: corp.id, limit: 10 });
  expect(items).toMatchObject([
    { userId: 'no-u1', source: 'matched', matchedBy: 'userid', runId: pushed.runId, boundBy: null },
    { userId: 'u2', source: 'created', runId: pushed.runId },
  ]);

  const undo = await world.plan(corp, pushed.runId);
  await world.applyOnce(undo);
  await world.finish(undo);
  expect(await told(corp, 'no-u1')).toEqual(['unbound u1 undone', 'bound u1 matched']);
  expect(await told(corp, 'u2')).toEqual(['unbound u2 gone', 'bound u2 created']);
});

it('a push binds nobody to a candidate who was turned down, nor whom a person unbound, and goes on with the others', async () => {
  const corp = await world.createCorp({
    corp: {
      departments: [{ id: 7, name: '部门A', parentid: 1 }],
      users: ['no-u1', 'no-u2', 'no-u3'].map((userid) => ({
        userid,
        name: '员工',
        mobile: `1360000000${userid.slice(-1)}`,
        department: [7],
      })),
    },
  });
  const people = ['u1', 'u2', 'u3'].map((id) => person(id, { departmentId: 'd1' }));
  const twin = person('u9', { departmentId: 'd1', jobNumber: 'NO-U1' });
  await world.feed(organisation([['d1', '部门A', null]], [...people, twin]));
  await world.pull(corp);
  const { match } = defaultDirectorySettings.push;
  const by = 'user:test';
  expect(await createLinkMemberStore(world.db).lookAgain({ corpId: corp.id, match })).toBe(1);
  const one = (await world.mirrorOf(corp, 'no-u1'))?.id ?? '';
  const conflicts = createLinkConflictStore(world.db);
  expect(await conflicts.decide({ corpId: corp.id, memberId: one, oaUserId: null, by })).toEqual({
    kind: 'decided',
  });
  // One of the two left: without the decision, the other would be certain.
  await world.feed(organisation([['d1', '部门A', null]], people));
  await bindings.bind({ corpId: corp.id, userId: 'no-u2', oaUserId: 'u2', replace: false, by });
  await bindings.unbind(corp.id, 'no-u2', by);

  const pushed = await world.push(corp);
  const rows = await world.rows(pushed);
  const conflict = { action: 'conflict', status: 'conflict' };
  expect(rows.filter(({ changeId }) => changeId.startsWith('conflict:'))).toMatchObject([conflict, conflict]);
  expect(rows.filter(({ action }) => action === 'createUser')).toEqual([]);
  expect((await bindings.list({ corpId: corp.id, limit: 10 })).items).toMatchObject([
    { userId: 'no-u3', oaUserId: 'u3' },
  ]);
  expect(await told(corp, 'no-u1')).toEqual(['refused u9 decided', 'refused u1 decided']);

  await bindings.bind({ corpId: corp.id, userId: 'no-u1', oaUserId: 'u1', replace: false, by });
  expect((await world.rows(await world.push(corp))).map(({ changeId }) => changeId)).toContain(
    'conflict:user:u2',
  );
});

describe('within one transaction', () => {
  async function members(): Promise<{ corp: Corp; ada: string; bob: string }> {
    const corp = await world.createCorp();
    const { rows } = await world.db.pool.query<{ id: string }>(
      `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments)
       VALUES (gen_random_uuid()::text, $1, 'ada', 'Ada', '{1}'), (gen_random_uuid()::text, $1, 'bob', 'bob', '{1}')
       RETURNING id`,
      [corp.id],
    );
    return { corp, ada: rows[0]?.id ?? '', bob: rows[1]?.id ?? '' };
  }

  it('whoever is bound stays as they are, and what was bound is returned', async () => {
    const { corp, ada, bob } = await members();
    const bound = await world.db.transaction(async (client) => {
      await bindMembers(client, corp.id, [{ memberId: ada, oaUserId: 'x1', source: 'manual', by: 'user:1' }]);
      return bindMembers(client, corp.id, [
        { memberId: ada, oaUserId: 'x2', source: 'pulled' },
        { memberId: bob, oaUserId: 'x1', source: 'pulled' },
        { memberId: bob, oaUserId: 'x3', source: 'pulled' },
        { memberId: 'nobody', oaUserId: 'x4', source: 'pulled' },
      ]);
    });
    expect(bound).toEqual([{ memberId: bob, oaUserId: 'x3' }]);
    expect(await told(corp, 'Ada')).toEqual(['bound x1 manual']);
  });

  it('a pair that a person refused is bound by a person only, and as long as nobody has bound it since', async () => {
    const { corp, ada, bob } = await members();
    const by = 'user:1';
    const pair = { memberId: ada, oaUserId: 'x1' };
    const inTransaction = <T>(work: (client: PoolClient) => Promise<T>) => world.db.transaction(work);
    const bound = (source: BindingSource, client: PoolClient) =>
      bindMembers(client, corp.id, [{ ...pair, source, by: source === 'manual' ? by : null }]);
    const refused = () => inTransaction((client) => readRefusedPairs(client, corp.id));
    const automatic = async () => {
      const ways = ['matched', 'pulled', 'visit'] as const;
      return (await Promise.all(ways.map((way) => inTransaction((client) => bound(way, client))))).flat();
    };
    await inTransaction((client) => refusePairs(client, corp.id, [pair], by));
    await inTransaction((client) => refusePairs(client, corp.id, [pair], by));
    expect(await told(corp, 'Ada')).toEqual(['refused x1 decided']);
    expect(await refused()).toEqual([pair]);
    expect(await automatic()).toEqual([]);
    expect(await inTransaction((client) => isPairRefused(client, corp.id, pair))).toBe(true);
    expect(await inTransaction((client) => isPairRefused(client, corp.id, { ...pair, memberId: bob }))).toBe(
      false,
    );

    expect(await inTransaction((client) => bound('manual', client))).toEqual([pair]);
    expect(await refused()).toEqual([]);
    for (const source of ['undone', 'gone', 'cleared'] as const) {
      await inTransaction((client) => unbindMembers(client, corp.id, [ada], { source, by }));
      expect(await refused()).toEqual([]);
      expect(await automatic()).toEqual([pair]);
    }
    await bindings.unbind(corp.id, 'ada', by);
    expect(await refused()).toEqual([pair]);
    expect(await inTransaction((client) => bound('employee', client))).toEqual([pair]);
    expect(await refused()).toEqual([]);
  });

  it('a failure takes binding and history back together', async () => {
    const { corp, ada } = await members();
    const failing = world.db.transaction(async (client) => {
      await bindMembers(client, corp.id, [{ memberId: ada, oaUserId: 'x1', source: 'manual' }]);
      throw new Error('for a test');
    });
    await expect(failing).rejects.toThrow('for a test');
    expect(await told(corp, 'Ada')).toEqual([]);
    expect((await bindings.counts(corp.id)).bound).toBe(0);
  });

  it('unbinding passes over whom nobody is bound to, and other corps', async () => {
    const { corp, ada, bob } = await members();
    const other = await members();
    await world.db.transaction((client) =>
      bindMembers(client, other.corp.id, [{ memberId: other.ada, oaUserId: 'x1', source: 'manual' }]),
    );
    const removed = await world.db.transaction((client) =>
      unbindMembers(client, corp.id, [ada, bob, other.ada], { source: 'manual' }),
    );
    expect(removed).toEqual([]);
    expect((await bindings.counts(other.corp.id)).bound).toBe(1);
  });
});
