import type { DirectorySettings } from '../../domain/directory/settings';
import { DepartureRefusedError } from '../../store/departures';
import { writeMirrorEvents } from '../../store/mirror-events';
import { createPushSnapshotStore } from '../../store/push-snapshot';
import { createSettingsStore } from '../../store/settings';
import { member, oaDirectory, oaUser } from '../directory-push/planning/stored-world';
import { createDepartureStoreWorld, tree, type DepartureStoreWorld } from './store-world';

let world: DepartureStoreWorld;

beforeAll(async () => {
  world = await createDepartureStoreWorld();
});
beforeEach(() => world.empty());
afterAll(() => world.close());

const inDays = (days: number): Date => new Date(Date.now() + days * 24 * 60 * 60_000);
const by = 'user:ada';

/** Until the day of deletion is there. */
async function waits(userId: string): Promise<void> {
  await world.leave(userId);
  await world.carryOut('changes');
  await world.date(7, inDays(7), inDays(4));
}

describe('the OA says that somebody has left', () => {
  it('begins a departure for bound members where the settings ask for it at once', async () => {
    await world.people(3);
    await world.leave('u1');
    expect(await world.of('u1')).toMatchObject({
      state: 'disabling',
      origin: 'oa',
      oaUserId: 'u1',
      name: 'Name u1',
      activeInOa: false,
      disabledAt: null,
      runId: null,
    });
    expect(await world.departures.findNewest(world.corpId, 'u2')).toBeUndefined();
    expect(await world.departures.corpsWithWork()).toEqual([world.corpId]);
  });

  it.each([
    ['are not to be disabled at once', { immediate: false }, {}],
    ['belong to a corp that is read only', {}, { access: 'read-only' as const }],
    ['belong to a corp with WeCom as its master', {}, { master: 'wecom' as const }],
  ])('begins nothing for people who %s', async (_why, departed, change) => {
    await world.people(1, departed);
    const settings = createSettingsStore(world.db);
    const { document } = await settings.currentSettings(world.corpId);
    await settings.saveSettings(world.corpId, { ...document, ...change }, by);
    await world.leave('u1');
    expect(await world.departures.findNewest(world.corpId, 'u1')).toBeUndefined();
  });

  it('begins nothing while a loss is in doubt, and everything once it is confirmed', async () => {
    await world.people(60);
    const left = Array.from({ length: 30 }, (_, index) => `u${index + 1}`);
    await world.feed(
      oaDirectory(tree, [
        ...Array.from({ length: 30 }, (_, index) => oaUser(`u${index + 31}`)),
        oaUser('u9999'),
      ]),
      { complete: false },
    );
    expect((await world.feeds.readState()).unconfirmed).toEqual({ lost: 30, of: 61 });
    await world.leave('u31');
    expect((await world.departures.counts(world.corpId)).disabling).toBe(0);
    expect(await world.feeds.confirmLoss(31, by)).toBe(true);
    const { items } = await world.departures.list(world.corpId, { sort: 'newest', limit: 100 });
    expect(items.map(({ userId }) => userId).sort()).toEqual([...left, 'u31'].sort());
  });

  it('begins one departure only, however many say so at once', async () => {
    await world.people(1);
    await Promise.all([
      world.leave('u1'),
      ...Array.from({ length: 4 }, () => world.departures.begin(world.corpId, { userId: 'u1', by })),
    ]);
    const { total } = await world.departures.list(world.corpId, { sort: 'newest', limit: 10 });
    expect(total).toBe(1);
  });

  it('lets who is back before anything was done keep the account', async () => {
    await world.people(1);
    await world.leave('u1');
    await world.comeBack('u1');
    expect(await world.of('u1')).toMatchObject({
      state: 'cancelled',
      reason: { code: 'returned-before-disabling' },
      isKept: false,
    });
    expect(await world.planRun('changes')).toBeUndefined();
  });

  it('gives back what was disabled while the OA changed its mind', async () => {
    await world.people(1);
    await world.leave('u1');
    const runId = (await world.planRun('changes'))!;
    const taken = await world.take(runId);
    await world.comeBack('u1');
    expect(await world.of('u1')).toMatchObject({ state: 'restoring', runId });
    await world.settle(runId, taken);
    await world.end(runId);
    expect(await world.of('u1')).toMatchObject({ state: 'restoring', runId: null });
    await world.carryOut('changes');
    expect(await world.of('u1')).toMatchObject({
      state: 'restored',
      reason: { code: 'returned-in-oa' },
      isKept: false,
    });
  });

  it('leaves alone whose disabling was planned and not begun', async () => {
    await world.people(1);
    await world.leave('u1');
    const runId = (await world.planRun('changes'))!;
    await world.comeBack('u1');
    expect(await world.of('u1')).toMatchObject({ state: 'cancelled' });
    expect(await world.take(runId)).toEqual([]);
    expect((await world.rows(runId)).map(({ status, outcome }) => [status, outcome?.code])).toEqual([
      ['skipped', 'changed-since'],
    ]);
    await world.end(runId);
    expect(await world.of('u1')).toMatchObject({ state: 'cancelled' });
  });
});

describe('a run', () => {
  it('disables, remembers, and the wait begins', async () => {
    await world.people(1);
    await world.leave('u1');
    const runId = await world.carryOut('changes');
    expect(await world.of('u1')).toMatchObject({
      state: 'waiting',
      disabledAt: expect.any(Date),
      runId: null,
      lastRunId: runId,
    });
    expect(await world.codes('u1')).toEqual(['started', 'disabled']);
    const [toDate] = await world.departures.openToDate(world.corpId, 10);
    expect(toDate).toMatchObject({ isFirst: true, isPutBack: false });
    const { rows } = await world.db.pool.query('SELECT remembered FROM departure');
    expect(rows[0].remembered).toMatchObject({ departments: [1] });
  });

  it('of an ordinary push begins the wait as well', async () => {
    await world.people(1, { immediate: false });
    await world.leave('u1');
    const runId = await world.planPush();
    await world.settle(runId, await world.take(runId));
    expect(await world.of('u1')).toMatchObject({ state: 'waiting', origin: 'push', lastRunId: runId });
    expect(await world.codes('u1')).toEqual(['started', 'disabled']);
  });

  it('deletes when the day is there, and the history stays', async () => {
    await world.people(1);
    await waits('u1');
    expect(await world.planRun('deletions')).toBeUndefined();
    await world.carryOut('deletions', inDays(8));
    expect(await world.of('u1')).toMatchObject({
      state: 'deleted',
      reason: null,
      closedAt: expect.any(Date),
      userId: 'u1',
      name: 'Name u1',
    });
    expect(await world.codes('u1')).toEqual(['started', 'disabled', 'dated', 'deleted']);
  });

  it('holds what WeCom refuses, with the words of its answer, and a person may try again', async () => {
    await world.people(1);
    await world.leave('u1');
    const runId = (await world.planRun('changes'))!;
    await world.settle(runId, await world.take(runId), {
      status: 'failed',
      code: 'wecom-refused',
      wecom: { path: 'user/update', errcode: 301005, errmsg: 'creator' },
    });
    await world.end(runId);
    const departure = await world.of('u1');
    expect(departure).toMatchObject({
      state: 'held',
      reason: { code: 'wecom-refused', wecom: { errcode: 301005, path: 'user/update' } },
      runId: null,
    });
    await world.departures.decide(departure.id, { kind: 'release' }, by, new Date());
    expect(await world.of('u1')).toMatchObject({ state: 'disabling', reason: null });
  });

  it('tries again in an hour what passes by itself, not at once', async () => {
    await world.people(1);
    await world.leave('u1');
    const runId = (await world.planRun('changes'))!;
    await world.settle(runId, await world.take(runId), { status: 'failed', code: 'wecom-unavailable' });
    await world.end(runId);
    expect(await world.of('u1')).toMatchObject({ state: 'disabling', runId: null });
    await world.departures.told(await world.departures.openToTell(world.corpId, 10));
    expect(await world.departures.corpsWithWork()).toEqual([]);
    expect(await world.planRun('changes')).toBeUndefined();
    expect(await world.planRun('changes', inDays(1))).toEqual(expect.any(String));
  });

  it.each([
    ['expired', 'approval-expired'],
    ['failed', 'run-failed'],
    ['cancelled', 'run-failed'],
  ] as const)('that %s puts its deletions back, to be dated anew', async (phase, code) => {
    await world.people(1);
    await waits('u1');
    const runId = (await world.planRun('deletions', inDays(8)))!;
    await world.end(runId, phase);
    expect(await world.of('u1')).toMatchObject({ state: 'waiting', reason: { code }, runId: null });
    const [toDate] = await world.departures.openToDate(world.corpId, 10);
    expect(toDate).toMatchObject({ isFirst: false, isPutBack: true });
    // Not before it has its new date.
    expect(await world.planRun('deletions', inDays(8))).toBeUndefined();
    await world.date(7, inDays(9));
    expect(await world.planRun('deletions', inDays(8))).toBeUndefined();
    expect(await world.planRun('deletions', inDays(10))).toEqual(expect.any(String));
  });

  it('that was rejected holds its deletions', async () => {
    await world.people(1);
    await waits('u1');
    const runId = (await world.planRun('deletions', inDays(8)))!;
    await world.end(runId, 'rejected');
    expect(await world.of('u1')).toMatchObject({ state: 'held', reason: { code: 'rejected' }, runId: null });
  });

  it('says of what its guard holds why, and goes on with it once it is approved', async () => {
    await world.people(
      2,
      {},
      {
        guard: {
          maxDecrease: null,
          maxDeletes: 0,
          maxDeletePercent: null,
          maxDisables: null,
          maxDepartmentDeletes: null,
          maxBranchPercent: null,
          percentFrom: 3,
          maxMoves: null,
          maxCleared: null,
          protectedUsers: [],
          onExceed: 'hold-risky',
        },
      },
    );
    await waits('u1');
    const runId = (await world.planRun('deletions', inDays(8)))!;
    expect(await world.of('u1')).toMatchObject({ state: 'held', reason: { code: 'limits' }, runId });
    const snapshot = await createPushSnapshotStore(world.db).readSnapshot(world.corpId, { runId });
    expect(snapshot.departures).toMatchObject([{ standing: 'open', wanted: 'delete' }]);
    await world.db.pool.query(`UPDATE push_change SET status = 'pending' WHERE run_id = $1`, [runId]);
    await world.settle(runId, await world.take(runId));
    await world.end(runId);
    expect(await world.of('u1')).toMatchObject({ state: 'deleted' });
  });
});

describe('what a person decides', () => {
  it('begins a departure of somebody who is active in the OA', async () => {
    await world.people(2);
    const { kind } = await world.departures.begin(world.corpId, { userId: 'U1', by });
    expect(kind).toBe('begun');
    expect(await world.of('u1')).toMatchObject({
      state: 'disabling',
      origin: 'person',
      startedBy: by,
      activeInOa: true,
    });
    expect(await world.departures.begin(world.corpId, { userId: 'u1', by })).toMatchObject({
      kind: 'open-already',
      departure: { userId: 'u1' },
    });
    await world.carryOut('changes');
    expect(await world.of('u1')).toMatchObject({ state: 'waiting' });
    // The OA lets them go later on: from then on a return counts.
    await world.leave('u1');
    expect(await world.of('u1')).toMatchObject({ state: 'waiting', activeInOa: false });
    await world.comeBack('u1');
    expect(await world.of('u1')).toMatchObject({ state: 'restoring' });
  });

  it('is refused for strangers, for those nobody is bound to, who are gone, or who are protected', async () => {
    await world.people(3);
    const begin = async (userId: string) => (await world.departures.begin(world.corpId, { userId, by })).kind;
    expect(await begin('nobody')).toBe('unknown-member');
    await world.finds([member('u1', {}), member('u2'), member('u3'), member('loose')]);
    expect(await begin('loose')).toBe('not-bound');
    await world.db.pool.query(`UPDATE mirror_member SET gone_at = now() WHERE user_id = 'u1'`);
    expect(await begin('u1')).toBe('gone');
    const settings = createSettingsStore(world.db);
    const { document } = await settings.currentSettings(world.corpId);
    const guard = { ...document.push.guard, protectedUsers: ['U2'] };
    const approval = { ...document.push.approval, approvers: ['u3'] };
    await settings.saveSettings(
      world.corpId,
      { ...document, push: { ...document.push, guard, approval } },
      by,
    );
    expect(await begin('u2')).toBe('protected');
    expect(await begin('u3')).toBe('protected');
  });

  it('waits at once where the member is disabled already', async () => {
    await world.people(1);
    await world.finds([member('u1', { status: 2 })]);
    await world.departures.begin(world.corpId, { userId: 'u1', by });
    expect(await world.of('u1')).toMatchObject({ state: 'waiting', disabledAt: expect.any(Date) });
  });

  it('puts off, hurries, cancels, and says what it is about', async () => {
    await world.people(1);
    await waits('u1');
    const { id, deleteAt } = await world.of('u1');
    const decide = (decision: Parameters<typeof world.departures.decide>[1], at = new Date()) =>
      world.departures.decide(id, decision, by, at);
    await decide({ kind: 'postpone', days: 3 });
    expect(await world.of('u1')).toMatchObject({
      state: 'postponed',
      postponedDays: 3,
      deleteAt: new Date(deleteAt!.getTime() + 3 * 24 * 60 * 60_000),
    });
    await world.date(7, inDays(10));
    const now = new Date();
    await decide({ kind: 'delete-now' }, now);
    expect(await world.of('u1')).toMatchObject({ state: 'waiting', deleteAt: now, hurriedBy: by });
    expect(await world.departures.hasDue(world.corpId, 'deletions', now)).toBe(true);
    await decide({ kind: 'cancel' });
    expect(await world.of('u1')).toMatchObject({ state: 'cancelled', isKept: true, decidedBy: by });
    expect(await world.codes('u1')).toEqual([
      'started',
      'disabled',
      'dated',
      'postponed',
      'dated',
      'hurried',
      'cancelled',
    ]);
    await expect(decide({ kind: 'restore' })).rejects.toEqual(new DepartureRefusedError('departure-closed'));
    const snapshot = await createPushSnapshotStore(world.db).readSnapshot(world.corpId);
    expect(snapshot.departures).toMatchObject([{ standing: 'kept-disabled', wanted: null }]);
  });

  it('is not decided against while WeCom is being told, and takes it from a run that has not begun', async () => {
    await world.people(2);
    await world.leave('u1', 'u2');
    await world.carryOut('changes');
    await world.date(7, inDays(7));
    const runId = (await world.planRun('deletions', inDays(8)))!;
    const [first, second] = [await world.of('u1'), await world.of('u2')];
    await world.departures.decide(first.id, { kind: 'cancel' }, by, new Date());
    const taken = await world.take(runId);
    expect(taken.map(({ change }) => change.id)).toEqual(['deleteUser:u2']);
    await expect(
      world.departures.decide(second.id, { kind: 'cancel' }, by, new Date()),
    ).rejects.toMatchObject({ code: 'in-progress' });
    expect(await world.of('u2')).toMatchObject({ isBeingApplied: true });
    await world.settle(runId, taken);
    await world.end(runId);
    expect([(await world.of('u1')).state, (await world.of('u2')).state]).toEqual(['cancelled', 'deleted']);
  });

  it('gives an account back, and pushes leave it so until the OA had the person active again', async () => {
    await world.people(1);
    await waits('u1');
    const { id } = await world.of('u1');
    await world.departures.decide(id, { kind: 'restore' }, by, new Date());
    expect(await world.of('u1')).toMatchObject({ state: 'restoring', decidedBy: by });
    await world.carryOut('changes');
    expect(await world.of('u1')).toMatchObject({
      state: 'restored',
      isKept: true,
      reason: { code: 'by-person' },
    });
    const push = await world.planPush();
    expect((await world.rows(push)).filter(({ action }) => action === 'disableUser')).toEqual([]);
    await world.comeBack('u1');
    expect(await world.of('u1')).toMatchObject({ isKept: false });
    await world.leave('u1');
    expect(await world.of('u1')).toMatchObject({ state: 'disabling' });
    expect(await world.departures.earlierOf(world.corpId, await world.memberId('u1'))).toHaveLength(2);
  });

  it('holds a deletion until the hand-over is marked as done, where the settings say so', async () => {
    await world.people(3, { holdForHandOver: true });
    await world.leave('u1', 'u2', 'u3');
    await world.carryOut('changes');
    await world.date(7, inDays(7));
    const items = (count: number | null) => [{ kind: 'todos' as const, count, names: [] }];
    await world.departures.saveHandOver((await world.of('u1')).id, items(0), new Date());
    await world.departures.saveHandOver((await world.of('u2')).id, items(2), new Date());
    const runId = await world.planRun('deletions', inDays(8));
    expect(await world.departures.claimedBy(runId!)).toEqual([await world.memberId('u1')]);
    for (const userId of ['u2', 'u3'])
      expect(await world.of(userId)).toMatchObject({ state: 'held', reason: { code: 'hand-over' } });
    await world.departures.decide((await world.of('u2')).id, { kind: 'hand-over-done' }, by, new Date());
    expect(await world.of('u2')).toMatchObject({ state: 'waiting', handOverDoneBy: by });
    expect(await world.planRun('deletions', inDays(8))).toEqual(expect.any(String));
    expect((await world.of('u2')).runId).not.toBeNull();
    expect(await world.of('u3')).toMatchObject({ state: 'held', runId: null });
  });
});

describe('WeCom shows', () => {
  it('that somebody was enabled by hand: the wait is over, and pushes leave it so', async () => {
    await world.people(2);
    await waits('u1');
    await world.finds([member('u1', { status: 1 }), member('u2')]);
    expect(await world.of('u1')).toMatchObject({ state: 'restoring', reason: { code: 'enabled-by-hand' } });
    const runId = await world.planRun('changes');
    if (runId !== undefined && (await world.of('u1')).runId !== null) {
      await world.settle(runId, await world.take(runId));
      await world.end(runId);
    }
    expect(await world.of('u1')).toMatchObject({
      state: 'restored',
      isKept: true,
      reason: { code: 'enabled-by-hand' },
    });
  });

  it('that somebody is gone: there is nothing left to delete', async () => {
    await world.people(1);
    await waits('u1');
    await world.db.pool.query('UPDATE mirror_member SET gone_at = now()');
    await world.finds([]);
    expect(await world.of('u1')).toMatchObject({ state: 'deleted', reason: { code: 'gone-from-wecom' } });
  });

  it('before the deletion, whatever stands in its way', async () => {
    await world.people(4);
    await world.leave('u1', 'u2', 'u3', 'u4');
    await world.carryOut('changes');
    await world.date(7, inDays(7));
    await world.db.pool.query(`DELETE FROM binding WHERE oa_user_id IN ('u1', 'u2')`);
    await world.db.pool.query(
      `INSERT INTO binding (corp_id, member_id, oa_user_id, source) VALUES ($1, $2, 'other', 'matched')`,
      [world.corpId, await world.memberId('u2')],
    );
    // The OA's word passed by unheard, as it does where the database was put back.
    await world.db.pool.query(`UPDATE oa_user SET status = 'active' WHERE id = 'u3'`);
    const runId = (await world.planRun('deletions', inDays(8)))!;
    expect(await world.of('u1')).toMatchObject({ state: 'held', reason: { code: 'not-bound' }, runId: null });
    expect(await world.of('u2')).toMatchObject({ state: 'held', reason: { code: 'bound-to-other' } });
    await world.settle(runId, await world.take(runId));
    await world.end(runId);
    expect(await world.of('u4')).toMatchObject({ state: 'deleted' });
    // The plan that was to delete the account gives it back.
    expect(await world.of('u3')).toMatchObject({ state: 'restored' });
  });
});

describe('where things meet', () => {
  it('a decision and a run that begins to act: one of them is first, and the other one knows', async () => {
    await world.people(20);
    const ids = Array.from({ length: 20 }, (_, index) => `u${index + 1}`);
    await world.leave(...ids);
    await world.carryOut('changes');
    await world.date(7, inDays(7));
    const runId = (await world.planRun('deletions', inDays(8)))!;
    const rows = await Promise.all(ids.map((id) => world.of(id)));
    const [taken, ...decisions] = await Promise.all([
      world.take(runId),
      ...rows.map(({ id }) =>
        world.departures.decide(id, { kind: 'cancel' }, by, new Date()).then(
          () => 'cancelled' as const,
          (error: { code: string }) => error.code,
        ),
      ),
    ]);
    const acted = new Set(taken.map(({ change }) => change.id));
    decisions.forEach((decision, index) => {
      expect([ids[index], decision]).toEqual([
        ids[index],
        acted.has(`deleteUser:${ids[index]}`) ? 'in-progress' : 'cancelled',
      ]);
    });
    await world.settle(runId, taken);
    await world.end(runId);
    for (const id of ids)
      expect((await world.of(id)).state).toBe(acted.has(`deleteUser:${id}`) ? 'deleted' : 'cancelled');
  });

  it('delete-now while the day itself comes: the run that has it goes on, and it is deleted once', async () => {
    await world.people(1);
    await waits('u1');
    const runId = (await world.planRun('deletions', inDays(8)))!;
    const { id } = await world.of('u1');
    await world.departures.decide(id, { kind: 'delete-now' }, by, inDays(8));
    expect(await world.of('u1')).toMatchObject({ runId, hurriedBy: by });
    expect(await world.planRun('deletions', inDays(8))).toBeUndefined();
    const taken = await world.take(runId);
    expect(taken).toHaveLength(1);
    await world.settle(runId, taken);
    await world.settle(runId, taken);
    await world.end(runId);
    expect(await world.of('u1')).toMatchObject({ state: 'deleted' });
    expect((await world.codes('u1')).filter((code) => code === 'deleted')).toHaveLength(1);
  });

  it('held because the OA had them as active, and let go at last: tried again at the next time of day', async () => {
    await world.people(1);
    const begun = await world.departures.begin(world.corpId, { userId: 'u1', by });
    if (begun.kind !== 'begun') throw new Error(begun.kind);
    await world.carryOut('changes');
    await world.departures.decide(begun.departure.id, { kind: 'delete-now' }, by, new Date());
    await world.planRun('deletions');
    expect(await world.of('u1')).toMatchObject({ state: 'held', reason: { code: 'active-in-oa' } });
    await world.leave('u1');
    expect(await world.of('u1')).toMatchObject({ state: 'waiting', reason: null, activeInOa: false });
    const [toDate] = await world.departures.openToDate(world.corpId, 10);
    expect(toDate).toMatchObject({ isPutBack: true });
  });

  it('gone again before the account was given back: the wait goes on, and the warning is given anew', async () => {
    await world.people(1);
    await waits('u1');
    await world.comeBack('u1');
    expect(await world.of('u1')).toMatchObject({ state: 'restoring' });
    await world.leave('u1');
    expect(await world.of('u1')).toMatchObject({ state: 'waiting', reason: null });
    const [toDate] = await world.departures.openToDate(world.corpId, 10);
    expect(toDate).toMatchObject({ isFirst: false, isPutBack: false });
  });

  it('gone again while WeCom was being told that they are back: disabled anew, at once', async () => {
    await world.people(1);
    await waits('u1');
    await world.comeBack('u1');
    const runId = (await world.planRun('changes'))!;
    const taken = await world.take(runId);
    expect(taken.map(({ change }) => change.action)).toEqual(['enableUser']);
    await world.leave('u1');
    expect(await world.of('u1')).toMatchObject({ state: 'restoring', runId });
    await world.settle(runId, taken);
    await world.end(runId);
    expect(await world.of('u1')).toMatchObject({ state: 'disabling', origin: 'oa', disabledAt: null });
    await world.carryOut('changes');
    expect(await world.of('u1')).toMatchObject({ state: 'waiting' });
  });

  it('gone again before a run began to give the account back: taken out of its hands', async () => {
    await world.people(1);
    await waits('u1');
    await world.comeBack('u1');
    const runId = (await world.planRun('changes'))!;
    await world.leave('u1');
    expect(await world.of('u1')).toMatchObject({ state: 'waiting', runId: null });
    expect(await world.take(runId)).toEqual([]);
    await world.end(runId);
    expect(await world.of('u1')).toMatchObject({ state: 'waiting', reason: null });
  });

  it('hired again after the wait was cancelled: the account is given back as well', async () => {
    await world.people(1);
    await waits('u1');
    await world.departures.decide((await world.of('u1')).id, { kind: 'cancel' }, by, new Date());
    await world.comeBack('u1');
    expect(await world.of('u1')).toMatchObject({ state: 'restoring', reason: { code: 'returned-in-oa' } });
    await world.carryOut('changes');
    expect(await world.of('u1')).toMatchObject({ state: 'restored' });
  });

  it('WeCom refuses to give an account back: held, and a release tries that again', async () => {
    await world.people(1);
    await waits('u1');
    const { id } = await world.of('u1');
    await world.departures.decide(id, { kind: 'restore' }, by, new Date());
    const runId = (await world.planRun('changes'))!;
    await world.settle(runId, await world.take(runId), {
      status: 'failed',
      code: 'wecom-refused',
      wecom: { path: 'user/update', errcode: 60011 },
    });
    await world.end(runId);
    expect(await world.of('u1')).toMatchObject({ state: 'held', reason: { code: 'wecom-refused' } });
    await world.departures.decide(id, { kind: 'release' }, by, new Date());
    expect(await world.of('u1')).toMatchObject({ state: 'restoring' });
  });

  it('an event about a member is followed like a pull', async () => {
    await world.people(2);
    await world.leave('u1', 'u2');
    await world.carryOut('changes');
    const told = { formerUserIds: [], toldAtMs: Date.now() };
    await world.db.transaction((client) =>
      writeMirrorEvents(client, world.corpId, [
        {
          kind: 'member-read',
          userId: 'u1',
          madeAnew: false,
          departmentIds: [1],
          details: { name: 'Name u1', status: 'activated' },
          ...told,
        },
        { kind: 'member-gone', userId: 'u2', ...told },
      ]),
    );
    expect(await world.of('u1')).toMatchObject({ state: 'restoring', reason: { code: 'enabled-by-hand' } });
    expect(await world.of('u2')).toMatchObject({ state: 'deleted', reason: { code: 'gone-from-wecom' } });
  });
});

it('a save that moves dates has those dated anew who wait, and nobody else', async () => {
  await world.people(3);
  await waits('u1');
  await world.leave('u2');
  const settings = createSettingsStore(world.db);
  const save = async (departed: object) => {
    const { document } = await settings.currentSettings(world.corpId);
    const push = { ...document.push, departed: { ...document.push.departed, ...departed } };
    return (await settings.saveSettings(world.corpId, { ...document, push }, by)).departuresRedated;
  };
  expect(await save({ immediate: false })).toBe(0);
  expect(await save({ deleteAfterDays: 30 })).toBe(1);
  const [toDate] = await world.departures.openToDate(world.corpId, 10);
  expect(toDate).toMatchObject({ userId: 'u1', isFirst: false, isPutBack: false, afterDays: 7 });
  await world.date(30, inDays(30), inDays(27));
  expect(await save({ deletionTime: '04:00' })).toBe(1);
  expect(await save({ deleteAfterDays: null })).toBe(1);
  expect(await save({ deleteAfterDays: 0 })).toBe(0);
  await world.date(null, null);
  expect(await world.of('u1')).toMatchObject({ deleteAt: null, afterDays: null });
});

describe('where nobody may write to WeCom', () => {
  const save = async (change: Partial<DirectorySettings>) => {
    const settings = createSettingsStore(world.db);
    const { document } = await settings.currentSettings(world.corpId);
    await settings.saveSettings(world.corpId, { ...document, ...change }, by);
  };

  it.each([
    ['read-only', { access: 'read-only' }, { access: 'read-write' }],
    ['wecom-is-master', { master: 'wecom' }, { master: 'oa' }],
  ] as const)('%s: held without a run, once, until the settings let it go on', async (code, bar, lift) => {
    await world.people(3);
    await waits('u1');
    await waits('u2');
    await world.departures.decide((await world.of('u2')).id, { kind: 'restore' }, by, new Date());
    await world.leave('u3');
    await save(bar);
    expect(await world.planRun('deletions', inDays(8))).toBeUndefined();
    expect(await world.planRun('changes', inDays(8))).toBeUndefined();
    for (const userId of ['u1', 'u2', 'u3'])
      expect(await world.of(userId)).toMatchObject({ state: 'held', reason: { code }, runId: null });
    expect(await world.planRun('deletions', inDays(9))).toBeUndefined();
    expect((await world.codes('u1')).filter((one) => one === 'held')).toHaveLength(1);
    await save(lift);
    expect(await world.of('u1')).toMatchObject({ state: 'waiting', reason: null });
    expect(await world.of('u2')).toMatchObject({ state: 'restoring', reason: { code: 'by-person' } });
    expect(await world.of('u3')).toMatchObject({ state: 'disabling', reason: null });
    expect(await world.departures.openToTell(world.corpId, 10)).toHaveLength(3);
  });

  it('whoever is let go on after the day is over is dated like anybody whose date a setting brings', async () => {
    await world.people(1);
    await waits('u1');
    await world.db.pool.query(`UPDATE departure SET delete_at = now() - interval '1 day'`);
    await save({ access: 'read-only' });
    expect(await world.planRun('deletions')).toBeUndefined();
    await save({ access: 'read-write' });
    expect(await world.planRun('deletions')).toBeUndefined();
    expect(await world.departures.openToDate(world.corpId, 10)).toMatchObject([
      { userId: 'u1', deleteAt: null, isFirst: false, isPutBack: false },
    ]);
  });
});

it('a date that moves away takes the deletion out of the hands of a run that waits for its approval', async () => {
  await world.people(1);
  await waits('u1');
  const runId = (await world.planRun('deletions', inDays(8)))!;
  const settings = createSettingsStore(world.db);
  const { document } = await settings.currentSettings(world.corpId);
  const push = { ...document.push, departed: { ...document.push.departed, deleteAfterDays: 90 } };
  await settings.saveSettings(world.corpId, { ...document, push }, by);
  await world.date(90, inDays(90), inDays(87));
  expect(await world.of('u1')).toMatchObject({ state: 'waiting', runId: null });
  expect(await world.take(runId)).toEqual([]);
  await world.end(runId);
  expect(await world.of('u1')).toMatchObject({ state: 'waiting', deleteAt: expect.any(Date) });
});

it('what a corp had goes with it', async () => {
  await world.people(1);
  await world.leave('u1');
  await world.db.pool.query('DELETE FROM corp WHERE id = $1', [world.corpId]);
  const { rows } = await world.db.pool.query(
    'SELECT (SELECT count(*)::int FROM departure) + (SELECT count(*)::int FROM departure_event) AS left',
  );
  expect(rows[0].left).toBe(0);
});
