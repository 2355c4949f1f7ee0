import { randomBytes, randomUUID } from 'node:crypto';
import { createPushLedgerStore } from '../../../store/push-ledger';
import { createRunStore } from '../../../store/runs';
import { toFailure } from '../../../workers/failures';
import type { PlanSource } from '../../../workflows/directory-push.contract';
import { startTestSimulator, type TestSimulator } from '../../support/simulator';
import { createStoredWorld, member, oaDirectory, oaUser, type StoredWorld } from './stored-world';

let simulator: TestSimulator;
let world: StoredWorld;

beforeAll(async () => {
  simulator = await startTestSimulator();
});

afterAll(() => simulator.close());

afterEach(() => world.close());

type SimulatedUser = { readonly userid: string; readonly mobile?: string; readonly email?: string };

/** WeCom as it is today: no app may read a mobile or a mail address. */
async function connect(users: readonly SimulatedUser[]): Promise<void> {
  const corpid = `ww${randomBytes(8).toString('hex')}`;
  const answer = await fetch(`${simulator.url}/_sim/corps`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      corpid,
      name: '集团',
      contactsSecret: 'secret',
      users: users.map((user) => ({ name: user.userid, department: [1], ...user })),
    }),
  });
  expect(answer.status).toBe(201);
  world = await createStoredWorld({ apiBaseUrl: simulator.url, corpid });
  await world.link({ 'subcompany:g': 1 });
  await world.see(
    [[1, '集团', 0]],
    users.map(({ userid }) => member(userid, { seen: { name: userid }, written: {} })),
  );
}

async function begin(plan: PlanSource = { kind: 'push' }, runId: string = randomUUID()) {
  const start = await world.run(world.activities.beginPush, {
    corpId: world.corpId,
    runId,
    mode: 'apply',
    trigger: 'api',
    requestedBy: 'token:test',
    plan,
  });
  return { corpId: start.corpId, runId: start.runId };
}

const callsOf = async (runId: string): Promise<Record<string, number>> => {
  const { rows } = await world.db.pool.query<{ api: string; calls: number }>(
    'SELECT api, calls FROM run_calls WHERE run_id = $1',
    [runId],
  );
  return Object.fromEntries(rows.map(({ api, calls }) => [api, calls]));
};

const wrongAnswers = async (): Promise<number> => {
  const { rows } = await world.db.pool.query<{ wrong: number }>(
    'SELECT coalesce(sum(wrong), 0)::int AS wrong FROM look_up',
  );
  return rows[0]!.wrong;
};

const byMobile = { match: [{ oaField: 'mobile', wecomField: 'mobile' }] };
const byEmail = { match: [{ oaField: 'email', wecomField: 'email' }] };

describe('look-ups', () => {
  it('somebody whom WeCom knows by mobile is bound instead of created', async () => {
    await connect([
      { userid: 'zhang', mobile: '13800000001' },
      { userid: 'li', mobile: '13800000002' },
    ]);
    await world.configure(byMobile);
    await world.feed(oaDirectory([['g', '集团', null]], [oaUser('u1', { mobile: '13800000001' })]));
    const source = await begin();
    expect(await world.run(world.activities.lookUpMembers, source)).toEqual({
      asked: 1,
      found: 1,
      leftOver: 0,
    });
    const { runId } = await world.simulate();
    expect((await world.rows(runId)).map(({ changeId }) => changeId)).toContain('bindUser:u1');
    expect(await callsOf(source.runId)).toMatchObject({ 'user/getuserid': 1 });
  });

  it('wrong answers stay within the budget of the day, and whoever was not asked about says so in the plan', async () => {
    const known = Array.from({ length: 5 }, (_, i) => ({ userid: `known${i}`, mobile: `1380000000${i}` }));
    await connect(known);
    await world.configure(byMobile);
    const strangers = Array.from({ length: 30 }, (_, i) =>
      oaUser(`u${String(i).padStart(2, '0')}`, { mobile: `139000000${String(i).padStart(2, '0')}` }),
    );
    await world.feed(oaDirectory([['g', '集团', null]], strangers));
    const first = await world.run(world.activities.lookUpMembers, await begin());
    expect(first).toEqual({ asked: 10, found: 0, leftOver: 20 });
    expect(await wrongAnswers()).toBe(10);
    // The same day, again: the budget is used up.
    expect(await world.run(world.activities.lookUpMembers, await begin())).toMatchObject({ asked: 0 });
    const { runId } = await world.simulate();
    const { rows } = await world.db.pool.query<{ notLookedUp: number }>(
      `SELECT count(*)::int AS "notLookedUp" FROM push_change
        WHERE run_id = $1 AND change->'after'->'notLookedUp' = '["mobile"]'`,
      [runId],
    );
    expect(rows[0]!.notLookedUp).toBe(20);
  });

  it('a mail address is asked for as business and then as personal mail, and both count', async () => {
    await connect([{ userid: 'zhang', email: 'zhang@example.com' }, { userid: 'li' }]);
    await world.configure(byEmail);
    await world.feed(
      oaDirectory(
        [['g', '集团', null]],
        [
          oaUser('u1', { email: 'nobody@example.com', mobile: null }),
          oaUser('u2', { email: 'zhang@example.com', mobile: null }),
        ],
      ),
    );
    const source = await begin();
    expect(await world.run(world.activities.lookUpMembers, source)).toEqual({
      asked: 2,
      found: 1,
      leftOver: 0,
    });
    expect(await callsOf(source.runId)).toMatchObject({ 'user/get_userid_by_email': 4 });
    expect(await wrongAnswers()).toBe(3);
  });

  it('nobody is asked about when everybody in WeCom is bound', async () => {
    await connect([{ userid: 'zhang', mobile: '13800000001' }]);
    await world.configure(byMobile);
    await world.feed(oaDirectory([['g', '集团', null]], [oaUser('u1'), oaUser('u2')]));
    await world.see([[1, '集团', 0]], [member('zhang', { boundTo: 'u1' })]);
    const source = await begin();
    expect(await world.run(world.activities.lookUpMembers, source)).toMatchObject({ asked: 0 });
    expect(await callsOf(source.runId)).toEqual({});
  });

  it('another number is another question, and what the first one cost still counts', async () => {
    await connect([{ userid: 'zhang', mobile: '13800000001' }]);
    await world.configure(byMobile);
    await world.feed(oaDirectory([['g', '集团', null]], [oaUser('u1', { mobile: '13900000001' })]));
    await world.run(world.activities.lookUpMembers, await begin());
    await world.patchUser({ id: 'u1', mobile: '13800000001' });
    expect((await world.snapshots.readSnapshot(world.corpId)).lookUps).toEqual([]);
    expect(await world.run(world.activities.lookUpMembers, await begin())).toMatchObject({ found: 1 });
    expect(await wrongAnswers()).toBe(1);
    expect((await world.snapshots.readSnapshot(world.corpId)).lookUps).toEqual([
      { oaUserId: 'u1', field: 'mobile', userId: 'zhang' },
    ]);
  });
});

describe('the beginning of a push', () => {
  it.each([
    ['read-only', { access: 'read-only' as const }],
    ['wecom-is-master', { master: 'wecom' as const }],
  ])('settings that say %s refuse it', async (code, change) => {
    await connect([]);
    await world.configure({}, change);
    await expect(begin()).rejects.toMatchObject({ name: 'PushRefusedError', code });
  });

  it('without the contacts secret nothing can be written, and the run says so', async () => {
    world = await createStoredWorld({ contactsSecret: null });
    await world.configure();
    const runId = randomUUID();
    await expect(begin({ kind: 'push' }, runId)).rejects.toMatchObject({ code: 'no-contacts-secret' });
    const { rows } = await world.db.pool.query('SELECT settings_version FROM run WHERE id = $1', [runId]);
    expect(rows).toEqual([{ settings_version: 1 }]);
  });
});

describe('a plan made by a worker', () => {
  it('is made, waits for its approval, and is released under the hash that was approved', async () => {
    await connect([]);
    await world.configure({
      guard: { ...(await world.plans.settings(world.corpId, null)).document.push.guard, maxDeletes: 0 },
      departed: {
        ...(await world.plans.settings(world.corpId, null)).document.push.departed,
        action: 'delete',
      },
    });
    await world.feed(
      oaDirectory([['g', '集团', null]], [oaUser('u1'), oaUser('u2', { status: 'departed' })]),
    );
    const pullRunId = await world.see(
      [[1, '集团', 0]],
      [member('u1', { boundTo: 'u1' }), member('u2', { boundTo: 'u2' })],
    );
    const source = await begin();
    const facts = await world.run(world.activities.makePlan, source, pullRunId);
    expect(facts).toMatchObject({ verdict: 'hold', safe: 0, held: 1, releasable: 1, deletions: 1 });
    const waiting = await world.run(world.activities.awaitingApproval, source, 'held');
    expect(waiting).toMatchObject({ deletions: 1, held: 1 });
    expect(Date.parse(waiting.expiresAt)).toBeGreaterThan(Date.now() + 71 * 3_600_000);
    await expect(
      world.run(world.activities.releaseHeld, source, { planHash: 'other', by: 'user:a', safeOnly: false }),
    ).rejects.toMatchObject({ code: 'plan-hash-differs' });
    await world.run(world.activities.releaseHeld, source, {
      planHash: waiting.planHash,
      by: 'user:boss',
      safeOnly: false,
    });
    expect(await world.rows(source.runId)).toMatchObject([{ changeId: 'deleteUser:u2', status: 'pending' }]);
  });

  it('that has to stop ends with the reason, not with a retry, and only the run knows the names', async () => {
    await connect([]);
    await world.configure();
    await world.feed(oaDirectory([['g', '另一个集团', null]], [oaUser('u1')]));
    await world.db.pool.query('DELETE FROM department_link');
    const pullRunId = await world.see([[1, '集团', 0]], []);
    const source = await begin();
    const refused = await world
      .run(world.activities.makePlan, source, pullRunId)
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'PushRefusedError', code: 'root-names-differ', params: {} });
    expect(JSON.stringify(toFailure(refused, 1))).not.toContain('集团');

    const { finish } = createPushLedgerStore(world.db);
    await finish(source.runId, { phase: 'failed', error: { code: 'root-names-differ' } });
    expect(await createRunStore(world.db).findRun(source.runId)).toMatchObject({
      phase: 'failed',
      error: { code: 'root-names-differ', params: { oaName: '另一个集团', wecomName: '集团' } },
    });
  });
});

describe('what a run left behind', () => {
  it('its failed changes are tried again with what had waited for them, if they are still wanted', async () => {
    await connect([]);
    await world.configure();
    await world.feed(
      oaDirectory(
        [
          ['g', '集团', null],
          ['rd', '研发部', 'g'],
        ],
        [oaUser('u1', { departmentId: 'rd' }), oaUser('u2')],
      ),
    );
    const pullRunId = await world.see([[1, '集团', 0]], []);
    const source = await begin();
    await world.run(world.activities.makePlan, source, pullRunId);
    await world.db.pool.query(
      `UPDATE push_change SET finished_at = now(), attempts = 1,
         status = CASE action WHEN 'createDepartment' THEN 'failed' ELSE CASE oa_user_id WHEN 'u1' THEN 'skipped' ELSE 'done' END END,
         outcome = CASE oa_user_id WHEN 'u1' THEN '{"code": "dependency-failed"}'::jsonb END
       WHERE run_id = $1`,
      [source.runId],
    );
    await world.db.pool.query(`UPDATE run SET phase = 'done', finished_at = now() WHERE id = $1`, [
      source.runId,
    ]);
    await begin({ kind: 'remainder', of: 'failed' }, source.runId);
    expect((await world.rows(source.runId)).map(({ changeId, status }) => [changeId, status])).toEqual([
      ['createDepartment:department:rd', 'pending'],
      ['createUser:u1', 'pending'],
      ['createUser:u2', 'done'],
    ]);
    // What the run wrote is there now.
    const again = await world.see([[1, '集团', 0]], [member('u2', { boundTo: 'u2' })]);
    expect(await world.run(world.activities.verifyPlan, source, 'remainder', again)).toEqual({ same: true });
    await world.patchUser({ id: 'u1', name: '别人' });
    expect(await world.run(world.activities.verifyPlan, source, 'remainder', again)).toMatchObject({
      same: false,
    });
  });
});
