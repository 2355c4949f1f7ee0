import { performPlanning } from '../../../activities/directory-push-planner';
import type { PlanOnly } from '../../../domain/directory/push/only';
import { defaultDirectorySettings } from '../../../domain/directory/settings';
import { createStoredWorld, member, oaDirectory, oaUser, type StoredWorld } from './stored-world';

let world: StoredWorld;
let pullRunId: string;

const tree = [
  ['g', '集团', null],
  ['rd', '研发部', 'g'],
] as const;
const people = ['u1', 'u2', 'u3', 'u4'];

/** Two of four changed, two left. */
beforeEach(async () => {
  world = await createStoredWorld();
  await world.configure({
    guard: {
      ...defaultDirectorySettings.push.guard,
      maxDeletePercent: null,
      maxBranchPercent: null,
      maxDisables: 1,
    },
  });
  await world.feed(
    oaDirectory(
      tree,
      people.map((id) => oaUser(id, { departmentId: 'rd' })),
    ),
  );
  await world.link({ 'subcompany:g': 1, 'department:rd': 2 });
  pullRunId = await world.see(
    [
      [1, '集团', 0],
      [2, '研发部', 1],
    ],
    people.map((id) => member(id, { departments: [2], boundTo: id })),
  );
  await world.feed(
    oaDirectory(
      tree,
      ['u1', 'u2'].map((id) => oaUser(id, { departmentId: 'rd', position: '经理' })),
    ),
  );
});

afterEach(() => world.close());

const verify = (runId: string, part: 'whole' | 'held' | 'remainder') =>
  performPlanning(world.db, { kind: 'verify', part, corpId: world.corpId, runId, pullRunId });

async function plan(only: PlanOnly | null, mode: 'simulate' | 'apply' = 'apply'): Promise<string> {
  const runId = await world.beginRun({ mode });
  await world.plans.ensurePlan({ runId, corpId: world.corpId, kind: 'push', only });
  expect(await world.make(runId)).toMatchObject({ kind: 'planned' });
  return runId;
}

const idsOf = async (runId: string): Promise<string[]> =>
  (await world.rows(runId)).map(({ changeId }) => changeId);

describe('a plan about one person', () => {
  it('stays the plan whatever becomes of others, and a new one in its place is about the same person', async () => {
    const runId = await plan({ oaUserIds: ['u1'] });
    expect(await idsOf(runId)).toEqual(['updateUser:u1']);
    await world.patchUser({ id: 'u2', position: '总监' });
    expect(await verify(runId, 'whole')).toEqual({ kind: 'same' });
    await world.patchUser({ id: 'u1', position: '总监' });
    const moved = await verify(runId, 'whole');
    if (moved.kind !== 'moved') throw new Error('It should have moved on');
    expect(await idsOf(moved.nextRunId)).toEqual(['updateUser:u1']);
    expect(await world.plans.findPlan(moved.nextRunId)).toMatchObject({ only: { oaUserIds: ['u1'] } });
  });

  it('is taken over from its simulation as what it is', async () => {
    const simulation = await plan({ oaUserIds: ['u1'] }, 'simulate');
    const runId = await world.beginRun({ basedOnRunId: simulation, mode: 'apply' });
    await world.plans.ensurePlan({
      runId,
      corpId: world.corpId,
      kind: 'push',
      basedOnRunId: simulation,
      only: { oaUserIds: ['u1'] },
    });
    const job = { kind: 'adopt', corpId: world.corpId, runId, pullRunId } as const;
    expect(await performPlanning(world.db, job)).toMatchObject({ kind: 'planned', totals: { changes: 1 } });
  });

  it('is no yardstick of the decrease, whatever it was applied to', async () => {
    const runId = await plan({ oaUserIds: ['u1'] });
    await world.db.pool.query('UPDATE push_plan SET applied_at = now() WHERE run_id = $1', [runId]);
    const { document } = await world.plans.settings(world.corpId, null);
    expect((await world.plans.guardHistory(world.corpId, document)).lastActiveInScope).toBeNull();
    const whole = await plan(null);
    await world.db.pool.query('UPDATE push_plan SET applied_at = now() WHERE run_id = $1', [whole]);
    expect((await world.plans.guardHistory(world.corpId, document)).lastActiveInScope).toBe(2);
  });
});

describe('a change put off on another plan', () => {
  const until = new Date(Date.now() + 86_400_000);

  it('moves on a plan that waits for the approval of it', async () => {
    const simulation = await plan(null, 'simulate');
    await world.setPhase(simulation, 'done');
    const runId = await plan(null);
    expect(await verify(runId, 'held')).toEqual({ kind: 'same' });
    const postpone = { changeId: 'disableUser:u3', until, comment: null };
    await world.plans.rewriteDecisions(simulation, { postpone }, 'user:a');
    const moved = await verify(runId, 'held');
    if (moved.kind !== 'moved') throw new Error('It should have moved on');
    const held = (await world.rows(moved.nextRunId)).find(({ changeId }) => changeId === 'disableUser:u3');
    expect(held).toMatchObject({
      status: 'held',
      barred: true,
      heldBy: expect.arrayContaining(['postponed']),
    });
  });

  it('is back in a plan when it is taken back in, and nothing is put off any more', async () => {
    const simulation = await plan(null, 'simulate');
    await world.setPhase(simulation, 'done');
    const postpone = { changeId: 'disableUser:u3', until, comment: null };
    await world.plans.rewriteDecisions(simulation, { postpone }, 'user:a');
    await world.plans.rewriteDecisions(simulation, { takeBackIn: ['disableUser:u3'] }, 'user:a');
    expect(await world.plans.postponements(world.corpId)).toEqual([]);
  });
});

it('what WeCom refused because somebody else had it is tried again with what failed', async () => {
  const runId = await plan(null);
  await world.db.pool.query(
    `UPDATE push_change SET attempts = 1, finished_at = now(),
            status = CASE change_id WHEN 'updateUser:u1' THEN 'conflict' ELSE 'done' END WHERE run_id = $1`,
    [runId],
  );
  await world.db.pool.query(`UPDATE run SET phase = 'done', finished_at = now() WHERE id = $1`, [runId]);
  await world.plans.reopen(runId, 'failed', 'execution');
  const pending = (await world.rows(runId)).filter(({ status }) => status === 'pending');
  expect(pending.map(({ changeId }) => changeId)).toEqual(['updateUser:u1']);
});
