import { randomUUID } from 'node:crypto';
import { defaultDirectorySettings, type DirectorySettings } from '../../domain/directory/settings';
import { openDatabase, type Database } from '../../store/database';
import { createDirectoryPullStore, type DirectoryPullStore } from '../../store/directory-pull';
import { readDriftBaseline, recordDrift, type DriftReading } from '../../store/drift';
import { endDecisions, endDriftOfWrites } from '../../store/drift-decisions';
import { createDriftDesk, type DriftDesk } from '../../store/drift-desk';
import type { LedgerEffect } from '../../store/push-ledger';
import { createRunStore, type RunStore } from '../../store/runs';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let db: Database;
let pulls: DirectoryPullStore;
let runs: RunStore;
let desk: DriftDesk;
let corpId: string;

const noCalls = new Map<string, number>();

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url });
  pulls = createDirectoryPullStore(db);
  runs = createRunStore(db);
  desk = createDriftDesk(db);
});

beforeEach(async () => {
  corpId = randomUUID();
  await db.prisma.corp.create({
    data: { id: corpId, name: '测试企业', corpId, apiBaseUrl: 'http://wecom', contactsCallbackKey: corpId },
  });
  await saveSettings({});
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

let version = 0;

async function saveSettings(change: Partial<DirectorySettings>): Promise<void> {
  const document = { ...defaultDirectorySettings, access: 'read-write', ...change };
  version += 1;
  await db.pool.query(
    `INSERT INTO directory_settings (corp_id, version, document, saved_by) VALUES ($1, $2, $3, 'token:1')`,
    [corpId, version, JSON.stringify(document)],
  );
}

type Person = {
  readonly userId: string;
  readonly departments: readonly number[];
  readonly details: Readonly<Record<string, unknown>>;
};
type Place = { readonly id: number; readonly name: string; readonly parentId?: number };

const person = (change: Partial<Person> = {}): Person => ({
  userId: 'zhangsan',
  departments: [2],
  details: { name: '张三', position: '工程师', status: 'activated' },
  ...change,
});

const places: readonly Place[] = [
  { id: 2, name: '研发部' },
  { id: 3, name: '市场部' },
];

async function startRun(direction: 'pull' | 'push' = 'pull'): Promise<string> {
  const { id } = await runs.ensureRun({
    id: randomUUID(),
    corpId,
    direction,
    mode: 'apply',
    trigger: 'api',
    requestedBy: 'token:1',
    workflowId: `directory-${direction}:${corpId}`,
  });
  return id;
}

/** A whole pull of a corp in which there is nobody else. */
async function pull(
  people: readonly Person[],
  departments: readonly Place[] = places,
  { markGone = true }: { readonly markGone?: boolean } = {},
): Promise<void> {
  const runId = await startRun();
  const tree = [{ id: 1, name: '企业', parentId: 0 }, ...departments].map(({ id, name, parentId = 1 }) => ({
    id,
    name,
    parentId,
    order: 0,
    leaders: [],
  }));
  await pulls.stageDepartments({ runId, round: 1, listed: tree, visible: tree, calls: noCalls });
  await pulls.openStep(runId, 'member-ids', 1);
  await pulls.stageMemberIds({
    runId,
    round: 1,
    cursor: null,
    nextCursor: null,
    rows: people.flatMap(({ userId, departments: ids }) =>
      ids.map((departmentId) => ({ userId, departmentId })),
    ),
    calls: noCalls,
  });
  await pulls.stageDetails({
    runId,
    departments: [],
    vanished: [],
    members: people.map(({ userId, departments: departmentIds, details }) => ({
      userId,
      departmentIds,
      details,
    })),
    calls: noCalls,
  });
  await pulls.merge({ runId, corpId, scope: 'whole-corp', markGone });
}

/** As after a push that created this person and named these departments. */
async function managed(userId = 'zhangsan', written: Record<string, string> = { position: '工程师' }) {
  const { rows } = await db.pool.query<{ id: string }>(
    `UPDATE mirror_member SET written = $3, written_at = last_seen_at - interval '1 second',
       departments_from_oa = departments, created_by_bridge_at = now()
     WHERE corp_id = $1 AND user_id_key = $2 RETURNING id`,
    [corpId, userId, JSON.stringify(written)],
  );
  await db.pool.query(
    `INSERT INTO binding (corp_id, member_id, oa_user_id, source) VALUES ($1, $2, $3, 'created')`,
    [corpId, rows[0]?.id, `oa-${userId}`],
  );
  return String(rows[0]?.id);
}

async function linked(departmentId: number, written: object | null): Promise<void> {
  await db.pool.query('UPDATE mirror_department SET written = $3 WHERE corp_id = $1 AND department_id = $2', [
    corpId,
    departmentId,
    written === null ? null : JSON.stringify(written),
  ]);
  await db.pool.query('INSERT INTO department_link (corp_id, oa_key, department_id) VALUES ($1, $2, $3)', [
    corpId,
    `department:D${departmentId}`,
    departmentId,
  ]);
}

const all = async () => (await desk.list({ corpId, state: 'all', limit: 100 })).items;

async function write(runId: string, effect: LedgerEffect): Promise<void> {
  await db.transaction((client) => endDriftOfWrites(client, { runId, corpId }, [effect]));
}

async function change(runId: string, memberId: string, status: string): Promise<void> {
  await db.pool.query(
    `INSERT INTO push_change (run_id, seq, corp_id, change_id, action, status, stage, change, digest, rank, member_id,
       department_refs, fields, rule_code, limit_groups, depends_on, held_by)
     VALUES ($1, 1, $2, 'updateOaUser:1', 'updateOaUser', $4, 1, '{}', '', 1, $3, '{}', '{}', 'x', '{}', '{}', '{}')`,
    [runId, corpId, memberId, status],
  );
}

const asDirector = person({ details: { name: '张三', position: '总监', status: 'activated' } });

describe('a pull', () => {
  it('lists what was changed by hand, once, and drops what came right by itself', async () => {
    await pull([person()]);
    await managed();
    await pull([asDirector]);
    const [found, ...others] = await all();
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      kind: 'member',
      userId: 'zhangsan',
      field: 'position',
      before: '工程师',
      after: '总监',
      seenBy: 'pull',
      state: 'open',
      oaUserId: 'oa-zhangsan',
    });

    await pull([asDirector]);
    const [again] = await all();
    expect(again).toMatchObject({ driftId: found?.driftId, firstSeenAt: found?.firstSeenAt, state: 'open' });
    expect(again!.lastSeenAt.getTime()).toBeGreaterThan(found!.lastSeenAt.getTime());

    await pull([person()]);
    expect(await all()).toMatchObject([{ driftId: found?.driftId, state: 'gone' }]);
  });

  it('does not take what the bridge wrote itself for a change by hand', async () => {
    await pull([person()]);
    await managed('zhangsan', { position: '总监' });
    await pull([asDirector]);
    expect(await all()).toEqual([]);
  });

  it('leaves out whom nobody is bound to', async () => {
    await pull([person()]);
    await pull([asDirector]);
    expect(await all()).toEqual([]);
  });

  it('finds a value that was put back to what it was before the bridge wrote', async () => {
    await pull([person()]);
    const memberId = await managed('zhangsan', { position: '总监' });
    await db.pool.query('UPDATE mirror_member SET written_at = now() WHERE id = $1', [memberId]);
    await pull([person()]);
    expect(await all()).toMatchObject([{ field: 'position', before: '总监', after: '工程师' }]);
  });

  it('that began before the bridge wrote knows nothing of it', async () => {
    await pull([person()]);
    const memberId = await managed('zhangsan', { position: '总监' });
    await db.pool.query(`UPDATE mirror_member SET written_at = now() + interval '1 minute' WHERE id = $1`, [
      memberId,
    ]);
    await pull([person()]);
    expect(await all()).toEqual([]);
  });

  it('beside a push waits until the ledger has what was written', async () => {
    await pull([person()]);
    const memberId = await managed();
    const runId = await startRun('push');
    await change(runId, memberId, 'applying');
    await pull([asDirector]);
    expect(await all()).toEqual([]);
    await runs.finishRun(runId, { phase: 'done' });
    await pull([person({ details: { name: '张三', position: '副总', status: 'activated' } })]);
    expect(await all()).toMatchObject([{ before: '工程师', after: '副总' }]);
  });

  it('without a field in its answer says nothing about it, whatever an earlier one gave', async () => {
    await pull([person()]);
    await managed('zhangsan', { position: '总监' });
    await pull([person({ departments: [2, 3], details: { name: '张三', status: 'activated' } })]);
    expect(await all()).toEqual([]);
  });

  it('lists a deletion only when it is sure of it', async () => {
    await pull([person(), person({ userId: 'lisi' })]);
    await managed();
    await pull([person({ userId: 'lisi' })], places, { markGone: false });
    expect(await all()).toEqual([]);
    await pull([person({ userId: 'lisi' })]);
    expect(await all()).toMatchObject([{ field: 'existence', before: '张三', after: null, isGone: true }]);
    // Somebody made an account of the same userid: not the one the bridge had.
    await pull([person(), person({ userId: 'lisi' })]);
    expect(await all()).toMatchObject([{ field: 'existence', state: 'gone' }]);
  });

  it('lists departments renamed, moved and deleted by hand', async () => {
    await pull([person()]);
    await linked(2, { name: '研发部', parentId: 1 });
    await linked(3, { name: '市场部', parentId: 1 });
    await pull(
      [person()],
      [
        { id: 2, name: '研发中心', parentId: 4 },
        { id: 4, name: '总部' },
      ],
    );
    const found = await all();
    expect(
      found.map(({ departmentId, field, before, after }) => [departmentId, field, before, after]),
    ).toEqual(
      expect.arrayContaining([
        [2, 'name', '研发部', '研发中心'],
        [2, 'parent', 1, 4],
        [3, 'existence', { oaKey: 'department:D3', name: '市场部', parentId: 1 }, null],
      ]),
    );
    expect(found).toHaveLength(3);
  });

  it('watches what the bridge only linked, while it may write to WeCom', async () => {
    await pull([person()]);
    await linked(2, null);
    await pull([person()], [{ id: 2, name: '研发中心' }]);
    expect(await all()).toMatchObject([
      { departmentId: 2, field: 'name', before: '研发部', after: '研发中心' },
    ]);
    await pull([person()], [{ id: 2, name: '研发中心' }]);
    expect(await all()).toMatchObject([{ field: 'name', state: 'open' }]);

    await saveSettings({ access: 'read-only' });
    await linked(3, null);
    await pull(
      [person()],
      [
        { id: 2, name: '研发中心' },
        { id: 3, name: '市场中心' },
      ],
    );
    expect(await all()).toHaveLength(1);
  });

  it('lists nothing where WeCom is the master', async () => {
    await pull([person()]);
    await managed();
    await saveSettings({ master: 'wecom' });
    await pull([asDirector]);
    expect(await all()).toEqual([]);
  });

  it('forgets what belonged to somebody who is bound no more', async () => {
    await pull([person()]);
    const memberId = await managed();
    await pull([asDirector]);
    await db.pool.query('DELETE FROM binding WHERE member_id = $1', [memberId]);
    await pull([asDirector]);
    expect(await all()).toMatchObject([{ state: 'gone' }]);
  });
});

describe('an event', () => {
  const recorded = async (reading: Omit<DriftReading, 'seenBy' | 'at'>) =>
    db.transaction((client) => recordDrift(client, corpId, { seenBy: 'event', at: new Date(), ...reading }));

  it('lists what it brought, and a pull that sees the same adds nothing', async () => {
    await pull([person()]);
    const memberId = await managed();
    await recorded({ members: [{ memberId, details: asDirector.details }] });
    await pull([asDirector]);
    expect(await all()).toMatchObject([{ field: 'position', after: '总监', seenBy: 'event', state: 'open' }]);
  });

  it('compares what the bridge never wrote with what was known before', async () => {
    await pull([person()]);
    await linked(2, null);
    const before = await db.transaction((client) =>
      readDriftBaseline(client, corpId, { departmentIds: [2] }),
    );
    await db.pool.query(
      `UPDATE mirror_department SET name = '研发中心' WHERE corp_id = $1 AND department_id = 2`,
      [corpId],
    );
    await recorded({ departmentIds: [2], before });
    expect(await all()).toMatchObject([{ field: 'name', before: '研发部', after: '研发中心' }]);
  });

  it('and another at the same time list a change once', async () => {
    await pull([person()]);
    const memberId = await managed();
    const reading = { members: [{ memberId, details: asDirector.details }] };
    await Promise.all([recorded(reading), recorded(reading), recorded(reading)]);
    expect(await all()).toHaveLength(1);
  });
});

describe('a decision', () => {
  async function openDrift(): Promise<{ driftId: string; memberId: string }> {
    await pull([person()]);
    const memberId = await managed();
    await pull([asDirector]);
    return { driftId: (await all())[0]!.driftId, memberId };
  }

  const reverting = (driftId: string, runId: string) =>
    desk.begin({ corpId, driftIds: [driftId], state: 'reverting', runId, by: 'token:1' });

  const accepting = (driftId: string, runId: string) =>
    desk.begin({ corpId, driftIds: [driftId], state: 'accepting', runId, by: 'token:1' });

  it('to revert is carried out when the write is, and not before', async () => {
    const { driftId } = await openDrift();
    const runId = await startRun('push');
    expect(await reverting(driftId, runId)).toBe(true);
    expect(await all()).toMatchObject([{ state: 'reverting', runId, decidedBy: 'token:1' }]);
    await write(runId, {
      kind: 'member-written',
      userId: 'ZhangSan',
      values: { position: '工程师' },
      placement: null,
      enabled: null,
    });
    expect(await all()).toMatchObject([{ state: 'reverted', runId }]);
  });

  it('to revert is open again when its run ended without the write', async () => {
    const { driftId } = await openDrift();
    const runId = await startRun('push');
    await reverting(driftId, runId);
    await runs.finishRun(runId, { phase: 'failed' });
    expect(await all()).toMatchObject([{ state: 'open', runId, decidedBy: null }]);
  });

  it('is taken once: of two people at the same time one is told', async () => {
    const { driftId } = await openDrift();
    const both = await Promise.all([
      reverting(driftId, await startRun('push')),
      accepting(driftId, await startRun('push')),
    ]);
    expect(both.filter(Boolean)).toHaveLength(1);
  });

  it('to accept holds once the OA has the value: from then on that is what is expected', async () => {
    const { driftId, memberId } = await openDrift();
    const runId = await startRun('push');
    await accepting(driftId, runId);
    await change(runId, memberId, 'done');
    await runs.finishRun(runId, { phase: 'done' });
    await db.transaction((client) => endDecisions(client, corpId));
    expect(await all()).toMatchObject([{ state: 'accepted', runId }]);
    await pull([asDirector]);
    expect(await all()).toMatchObject([{ state: 'accepted' }]);
    await pull([person()]);
    expect(await all()).toMatchObject([
      { field: 'position', before: '总监', after: '工程师', state: 'open' },
      { state: 'accepted' },
    ]);
  });

  it('to accept is open again when the OA did not take it', async () => {
    const { driftId, memberId } = await openDrift();
    const runId = await startRun('push');
    await accepting(driftId, runId);
    await change(runId, memberId, 'failed');
    await runs.finishRun(runId, { phase: 'done' });
    expect(await all()).toMatchObject([{ state: 'open' }]);
  });

  it('to ignore outlives pulls, and ends when the value is changed further', async () => {
    const { driftId } = await openDrift();
    const drifts = [{ driftId, oaValue: '工程师' }];
    expect(await desk.ignore({ corpId, drifts, by: 'token:1' })).toBe(true);
    await pull([asDirector]);
    expect(await all()).toMatchObject([{ driftId, state: 'ignored' }]);
    await pull([person({ details: { name: '张三', position: '副总', status: 'activated' } })]);
    expect(await all()).toMatchObject([
      { before: '工程师', after: '副总', state: 'open' },
      { driftId, state: 'gone' },
    ]);
  });

  it('whose run was never begun is given up after a while', async () => {
    const { driftId } = await openDrift();
    await reverting(driftId, randomUUID());
    expect(await all()).toMatchObject([{ state: 'reverting' }]);
    await db.pool.query(`UPDATE drift SET decided_at = now() - interval '11 minutes' WHERE id = $1`, [
      driftId,
    ]);
    expect(await all()).toMatchObject([{ state: 'open' }]);
  });

  it('about a deleted department is over when the push made it anew under another number', async () => {
    await pull([person()]);
    await linked(3, { name: '市场部', parentId: 1 });
    await pull([person()], [{ id: 2, name: '研发部' }]);
    const runId = await startRun('push');
    await reverting((await all())[0]!.driftId, runId);
    await write(runId, {
      kind: 'department-linked',
      oaKey: 'department:D3',
      departmentId: 9,
      oaName: '市场部',
    });
    expect(await all()).toMatchObject([{ field: 'existence', state: 'reverted' }]);
  });
});

describe('the list', () => {
  it('is read in pages, filtered and searched', async () => {
    const people = ['a', 'b', 'c'].map((userId) =>
      person({ userId, details: { name: `员工${userId}`, position: '工程师', status: 'activated' } }),
    );
    await pull(people);
    for (const { userId } of people) await managed(userId);
    await linked(2, { name: '研发部', parentId: 1 });
    await pull(
      people.map((one) => ({ ...one, details: { ...one.details, position: '总监' } })),
      [{ id: 2, name: '研发中心' }],
    );
    const first = await desk.list({ corpId, state: 'open', limit: 3 });
    expect(first).toMatchObject({ total: 4, items: { length: 3 } });
    const second = await desk.list({ corpId, state: 'open', limit: 3, cursor: first.nextCursor! });
    expect(second.items).toHaveLength(1);
    expect(second.nextCursor).toBeNull();
    const ids = [...first.items, ...second.items].map(({ driftId }) => driftId);
    expect(new Set(ids).size).toBe(4);

    const search = async (filter: object) =>
      (await desk.list({ corpId, state: 'open', limit: 10, ...filter })).items.length;
    expect(await search({ kind: 'department' })).toBe(1);
    expect(await search({ field: 'position' })).toBe(3);
    expect(await search({ q: '员工b' })).toBe(1);
    expect(await search({ q: '研发中' })).toBe(1);
    expect(await search({ q: '%' })).toBe(0);
    expect(await desk.countOpen([corpId])).toEqual(new Map([[corpId, 4]]));
  });
});
