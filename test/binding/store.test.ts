import { bindMembers, createBindingStore, unbindMembers, type BindingStore } from '../../store/bindings';
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
}, 120_000);
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
