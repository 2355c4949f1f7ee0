import { performPlanning, type PlanningResult } from '../../../activities/directory-push-planner';
import { createStoredWorld, member, oaDirectory, oaUser, type StoredWorld } from './stored-world';

let world: StoredWorld;

beforeEach(async () => {
  world = await createStoredWorld();
  await world.configure();
});

afterEach(() => world.close());

const tree = [
  ['g', '集团', null],
  ['rd', '研发部', 'g'],
  ['be', '后端组', 'rd'],
] as const;

/** As WeCom has it already. */
const knownTree = tree.slice(0, 2);

const wecomTree = [
  [1, '集团', 0],
  [2, '研发部', 1],
] as const;

function totalsOf(result: PlanningResult) {
  if (result.kind !== 'planned') throw new Error(`not planned: ${JSON.stringify(result)}`);
  return result.totals;
}

const verify = (runId: string, pullRunId: string, part: 'whole' | 'held' | 'remainder' = 'whole') =>
  performPlanning(world.db, { kind: 'verify', part, corpId: world.corpId, runId, pullRunId });

/** Three known people, one newcomer, and one whose position changed. */
async function ordinaryDay(): Promise<string> {
  await world.feed(
    oaDirectory(tree, [
      oaUser('u1', { departmentId: 'rd' }),
      oaUser('u2', { departmentId: 'rd', position: '工程师' }),
      oaUser('u3', { departmentId: 'be', name: '张三', mobile: '13912345678' }),
    ]),
  );
  await world.link({ 'subcompany:g': 1, 'department:rd': 2 });
  return world.see(wecomTree, [
    member('u1', { departments: [2], boundTo: 'u1' }),
    member('u2', { departments: [2], boundTo: 'u2' }),
  ]);
}

it('a plan is kept as rows in the order of applying, with the words people search and read by', async () => {
  await ordinaryDay();
  const { runId, result } = await world.simulate();
  expect(totalsOf(result)).toMatchObject({ verdict: 'pass', changes: 3, safe: 3, held: 0, deletions: 0 });
  const rows = await world.rows(runId);
  expect(rows.map(({ changeId, stage, status }) => [changeId, stage, status])).toEqual([
    ['createDepartment:department:be', 103, 'pending'],
    ['createUser:u3', 2000, 'pending'],
    ['updateUser:u2', 2100, 'pending'],
  ]);
  const [department, person, position] = rows;
  expect(department).toMatchObject({ name: '后端组', pathFrom: null, pathTo: '集团 / 研发部 / 后端组' });
  expect(person).toMatchObject({ name: '张三', pathTo: '集团 / 研发部 / 后端组', heldBy: [] });
  expect(person!.search).toContain('zhangsan');
  expect(person!.search).toContain('zs');
  expect(person!.search).toContain('5678');
  expect(person!.search).not.toContain('13912345678');
  expect(person!.departmentRefs.sort()).toEqual(
    ['#1', '#2', 'department:be', 'department:rd', 'subcompany:g'].sort(),
  );
  expect(position).toMatchObject({
    fields: ['position'],
    pathFrom: '集团 / 研发部',
    pathTo: '集团 / 研发部',
  });
});

it('planning again gives the same hash, and the run carries it with counts and completeness', async () => {
  await ordinaryDay();
  const [first, second] = [await world.simulate(), await world.simulate()];
  expect(totalsOf(second.result).planHash).toBe(totalsOf(first.result).planHash);
  const { rows } = await world.db.pool.query('SELECT * FROM run WHERE id = $1', [second.runId]);
  expect(rows[0]).toMatchObject({
    plan_hash: totalsOf(first.result).planHash,
    counts: { createUser: 1, updateUser: 1, createDepartment: 1, unchangedUser: 1, heldUser: 0, conflict: 0 },
    completeness: { complete: true },
    verdict: { kind: 'pass', reasons: [] },
    progress: { done: 0, failed: 0, total: 3 },
  });
});

it('an attempt that is repeated leaves one plan, not two', async () => {
  await ordinaryDay();
  const runId = await world.beginRun();
  const once = totalsOf(await world.make(runId));
  expect(totalsOf(await world.make(runId))).toEqual(once);
  expect(await world.rows(runId)).toHaveLength(3);
});

it('an edit in the OA that concerns none of its changes leaves a plan standing', async () => {
  const pullRunId = await ordinaryDay();
  const { runId } = await world.simulate();
  await world.patchUser({ id: 'u1', telephone: '8888' });
  expect(await world.plans.movement(runId)).toEqual({ settings: false, records: false });
  expect(await verify(runId, pullRunId)).toEqual({ kind: 'same' });
});

it('an edit behind one of its changes moves a plan on, and the new one is kept under a run of its own', async () => {
  const pullRunId = await ordinaryDay();
  const { runId, result } = await world.simulate();
  await world.patchUser({ id: 'u2', position: '架构师' });
  expect(await world.plans.movement(runId)).toEqual({ settings: false, records: true });
  const verified = await verify(runId, pullRunId);
  if (verified.kind !== 'moved') throw new Error(verified.kind);
  const { rows } = await world.db.pool.query('SELECT phase, mode, plan_hash FROM run WHERE id = $1', [
    verified.nextRunId,
  ]);
  expect(rows[0]).toMatchObject({ phase: 'done', mode: 'simulate' });
  expect(rows[0].plan_hash).not.toBe(totalsOf(result).planHash);
  expect(await world.rows(verified.nextRunId)).toHaveLength(3);
  expect((await world.plans.findPlan(runId))?.nextRunId).toBe(verified.nextRunId);
  // The answer was lost, and the question comes again: no second new plan.
  expect(await verify(runId, pullRunId)).toEqual(verified);
});

it('somebody new in the OA is no reason against an approved plan, and comes with the next one', async () => {
  const pullRunId = await ordinaryDay();
  const { runId } = await world.simulate();
  await world.patchUser(oaUser('u9', { departmentId: 'rd' }));
  expect(await verify(runId, pullRunId)).toEqual({ kind: 'same' });
});

it('other settings make another plan', async () => {
  const pullRunId = await ordinaryDay();
  const { runId } = await world.simulate();
  await world.configure({ inviteUsers: true });
  expect(await world.plans.movement(runId)).toEqual({ settings: true, records: false });
  expect(await verify(runId, pullRunId)).toMatchObject({ kind: 'moved' });
});

it('what an administrator did in WeCom meanwhile moves a plan on', async () => {
  await ordinaryDay();
  const { runId } = await world.simulate();
  const pullRunId = await world.see(wecomTree, [
    member('u1', { departments: [2] }),
    member('u2', { departments: [1] }),
  ]);
  expect(await verify(runId, pullRunId)).toMatchObject({ kind: 'moved' });
});

it('an approved simulation is taken over as it is, under the same hash and with its decisions', async () => {
  const pullRunId = await ordinaryDay();
  const { runId } = await world.simulate();
  const decided = await world.plans.rewriteDecisions(runId, { leaveOut: ['updateUser:u2'] }, 'user:admin');
  const applying = await world.beginRun({ basedOnRunId: runId, mode: 'apply' });
  await world.patchUser(oaUser('u9', { departmentId: 'rd' }));
  const adopted = await performPlanning(world.db, {
    kind: 'adopt',
    corpId: world.corpId,
    runId: applying,
    pullRunId,
  });
  expect(totalsOf(adopted)).toMatchObject({ planHash: decided.planHash, safe: 2 });
  expect((await world.rows(applying)).map(({ changeId, status }) => [changeId, status])).toEqual([
    ['createDepartment:department:be', 'pending'],
    ['createUser:u3', 'pending'],
    ['updateUser:u2', 'skipped'],
  ]);
});

it('a simulation that has moved on is not taken over', async () => {
  const pullRunId = await ordinaryDay();
  const { runId } = await world.simulate();
  await world.patchUser({ id: 'u3', name: '李四' });
  const applying = await world.beginRun({ basedOnRunId: runId, mode: 'apply' });
  const adopted = await performPlanning(world.db, {
    kind: 'adopt',
    corpId: world.corpId,
    runId: applying,
    pullRunId,
  });
  expect(adopted.kind).toBe('moved');
  expect(await world.rows(applying)).toEqual([]);
});

describe('decisions', () => {
  it('whoever depends on a change that is left out is left out with it, and comes back with it', async () => {
    await ordinaryDay();
    const { runId, result } = await world.simulate();
    const before = totalsOf(result);
    const left = await world.plans.rewriteDecisions(
      runId,
      { leaveOut: ['createDepartment:department:be'] },
      'user:admin',
    );
    expect(left).toMatchObject({ leftOut: 2, safe: 1, counts: { createUser: 0, createDepartment: 0 } });
    expect(left.planHash).not.toBe(before.planHash);
    const rows = await world.rows(runId);
    expect(rows.map(({ changeId, leftOut, outcome }) => [changeId, leftOut, outcome?.code ?? null])).toEqual([
      ['createDepartment:department:be', true, 'left-out'],
      ['createUser:u3', true, 'dependency-left-out'],
      ['updateUser:u2', false, null],
    ]);
    const back = await world.plans.rewriteDecisions(runId, { takeBackIn: ['createUser:u3'] }, 'user:admin');
    expect(back).toMatchObject({ leftOut: 0, safe: 3, planHash: before.planHash });
    const { rows: said } = await world.db.pool.query(
      'SELECT actor, decision FROM push_approval WHERE run_id = $1 ORDER BY at',
      [runId],
    );
    expect(said).toEqual([
      { actor: 'user:admin', decision: 'left-out' },
      { actor: 'user:admin', decision: 'taken-back-in' },
    ]);
  });

  it('a department whose new name is left out is not given a temporary one either', async () => {
    await world.feed(
      oaDirectory(
        [
          ['g', '集团', null],
          ['rd', '市场部', 'g'],
          ['mk', '研发部', 'g'],
        ],
        [oaUser('u1', { departmentId: 'rd' })],
      ),
    );
    await world.link({ 'subcompany:g': 1, 'department:rd': 2, 'department:mk': 3 });
    await world.see([...wecomTree, [3, '市场部', 1]], [member('u1', { departments: [2], boundTo: 'u1' })]);
    const { runId } = await world.simulate();
    const temporary = (await world.rows(runId)).find(({ changeId }) => changeId.endsWith(':temporary'));
    const final = temporary!.changeId.replace(':temporary', '');
    await world.plans.rewriteDecisions(runId, { leaveOut: [final] }, 'user:admin');
    const rows = await world.rows(runId);
    // The other one can't have a name that is not given up.
    expect(rows.map(({ leftOut }) => leftOut)).toEqual([true, true, true]);
  });

  it('a plan that is being applied takes no decisions any more', async () => {
    await ordinaryDay();
    const runId = await world.beginRun({ mode: 'apply' });
    await world.make(runId);
    await world.setPhase(runId, 'applying');
    await expect(
      world.plans.rewriteDecisions(runId, { leaveOut: ['updateUser:u2'] }, 'user:admin'),
    ).rejects.toMatchObject({ code: 'plan-not-open' });
  });

  it('a change the plan does not have can not be decided on', async () => {
    await ordinaryDay();
    const { runId } = await world.simulate();
    await expect(
      world.plans.rewriteDecisions(runId, { leaveOut: ['updateUser:nobody'] }, 'user:admin'),
    ).rejects.toMatchObject({ code: 'unknown-change' });
  });
});

describe('held changes', () => {
  const people = Array.from({ length: 6 }, (_, i) => `u${i}`);

  /** Three of six are gone from the OA: more than the limits take. */
  async function departures(options: { complete?: boolean } = {}): Promise<string> {
    await world.feed(
      oaDirectory(
        knownTree,
        people.map((id) => oaUser(id, { departmentId: 'rd' })),
      ),
    );
    await world.link({ 'subcompany:g': 1, 'department:rd': 2 });
    const pullRunId = await world.see(
      wecomTree,
      people.map((id) => member(id, { departments: [2], boundTo: id })),
    );
    await world.feed(
      oaDirectory(
        knownTree,
        people.slice(0, 3).map((id) => oaUser(id, { departmentId: 'rd', position: '经理' })),
      ),
      options,
    );
    return pullRunId;
  }

  it('changes beyond the limits are held by the limit that they exceed, and left out they count no more', async () => {
    await departures();
    const { runId, result } = await world.simulate();
    expect(totalsOf(result)).toMatchObject({ verdict: 'hold', held: 3, releasable: 3 });
    const held = (await world.rows(runId)).filter(({ status }) => status === 'held');
    expect(held.map(({ heldBy, barred }) => [heldBy.includes('percent-exceeded'), barred])).toEqual([
      [true, false],
      [true, false],
      [true, false],
    ]);
    const decided = await world.plans.rewriteDecisions(
      runId,
      { leaveOut: held.slice(0, 2).map(({ changeId }) => changeId) },
      'user:admin',
    );
    expect(decided).toMatchObject({
      verdict: 'pass',
      held: 0,
      leftOut: 2,
      counts: { disableUser: 1, heldUser: 0 },
    });
  });

  it('once the safe part is applied, the hash is that of what is held, and an approval under it releases that', async () => {
    const pullRunId = await departures();
    const runId = await world.beginRun({ mode: 'apply' });
    const whole = totalsOf(await world.make(runId));
    await world.db.pool.query(
      `UPDATE push_change SET status = 'done', finished_at = now() WHERE run_id = $1 AND status = 'pending'`,
      [runId],
    );
    // What the run wrote itself is seen by the next pull, and is no movement.
    await world.db.pool.query(
      `UPDATE mirror_member SET seen = seen || '{"position": "经理"}' WHERE user_id IN ('u0', 'u1', 'u2')`,
    );
    const waiting = await world.plans.awaitApproval(runId, 72);
    expect(waiting.planHash).not.toBe(whole.planHash);
    expect(waiting.releasable).toBe(3);
    expect(await verify(runId, pullRunId, 'held')).toEqual({ kind: 'same' });
    await expect(
      world.plans.releaseHeld(runId, { planHash: whole.planHash, by: 'user:boss', safeOnly: false }),
    ).rejects.toThrow('Another plan');
    const approval = { planHash: waiting.planHash, by: 'user:boss', safeOnly: false };
    await world.plans.releaseHeld(runId, approval);
    await world.plans.releaseHeld(runId, approval);
    expect((await world.rows(runId)).filter(({ status }) => status === 'pending')).toHaveLength(3);
  });

  it('one of them working again kills the approval of their departure', async () => {
    const pullRunId = await departures();
    const runId = await world.beginRun({ mode: 'apply' });
    await world.make(runId);
    await world.patchUser({ id: 'u4', status: 'active' });
    expect(await verify(runId, pullRunId, 'held')).toMatchObject({ kind: 'moved' });
  });
});

describe('what must not be believed', () => {
  const many = Array.from({ length: 60 }, (_, i) => `u${i}`);

  async function everybody(): Promise<void> {
    await world.feed(
      oaDirectory(
        knownTree,
        many.map((id) => oaUser(id, { departmentId: 'rd' })),
      ),
    );
    await world.link({ 'subcompany:g': 1, 'department:rd': 2 });
    await world.see(
      wecomTree,
      many.map((id) => member(id, { departments: [2], boundTo: id })),
    );
  }

  it('people who departed in a feed that nobody has confirmed are held, and no approval releases them', async () => {
    await everybody();
    await world.feed(
      oaDirectory(
        knownTree,
        many.slice(30).map((id) => oaUser(id, { departmentId: 'rd' })),
      ),
      { complete: false },
    );
    expect((await world.snapshots.readSnapshot(world.corpId)).lossUnconfirmed).toEqual({ lost: 30, of: 60 });
    const { runId, result } = await world.simulate();
    expect(totalsOf(result)).toMatchObject({ held: 30, releasable: 0, safe: 0 });
    const rows = await world.rows(runId);
    expect(rows.every(({ heldBy, barred }) => barred && heldBy.includes('oa-reading'))).toBe(true);
  });

  it('an OA without anybody departs nobody', async () => {
    await everybody();
    await world.feed(oaDirectory(knownTree, []));
    const { result } = await world.simulate();
    expect(totalsOf(result)).toMatchObject({ verdict: 'hold', held: 60, releasable: 0, safe: 0 });
  });

  it('a pull that did not read everything departs nobody', async () => {
    await everybody();
    await world.patchUser({ id: 'u1', status: 'departed' });
    await world.db.pool.query(
      `UPDATE run SET completeness = completeness || '{"complete": false}' WHERE direction = 'pull'`,
    );
    const { runId, result } = await world.simulate();
    expect(totalsOf(result)).toMatchObject({ held: 1, releasable: 0 });
    expect((await world.rows(runId))[0]).toMatchObject({ heldBy: ['wecom-reading'], barred: true });
  });
});

it('a plan that has to stop says why, and keeps no rows', async () => {
  await world.feed(oaDirectory([['g', '另一个集团', null]], []));
  await world.see(wecomTree, []);
  const { runId, result } = await world.simulate();
  expect(result).toEqual({
    kind: 'stopped',
    reason: { code: 'root-names-differ', params: { oaName: '另一个集团', wecomName: '集团' } },
  });
  const { rows } = await world.db.pool.query('SELECT verdict FROM run WHERE id = $1', [runId]);
  expect(rows[0].verdict).toMatchObject({ kind: 'stopped', reasons: [{ code: 'root-names-differ' }] });
});

it('a run that is undone is planned backwards from what it did, under the same guard', async () => {
  await ordinaryDay();
  const runId = await world.beginRun({ mode: 'apply' });
  await world.make(runId);
  await world.see([...wecomTree, [3, '后端组', 2]], [member('u3', { departments: [3], boundTo: 'u3' })]);
  await world.link({ 'department:be': 3 });
  await world.db.pool.query(
    `UPDATE push_change SET status = 'done', finished_at = now() WHERE run_id = $1 AND action <> 'updateUser'`,
    [runId],
  );
  const undoing = await world.beginRun({ undoOfRunId: runId });
  const made = totalsOf(await world.make(undoing));
  const rows = await world.rows(undoing);
  expect(rows.map(({ changeId }) => changeId)).toContain('undo:createUser:u3');
  expect(rows.every(({ changeId }) => changeId.startsWith('undo:'))).toBe(true);
  expect(made.changes).toBe(rows.filter(({ status }) => status === 'pending' || status === 'held').length);
});
