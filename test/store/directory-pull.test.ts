import { randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '../../store/database';
import {
  createDirectoryPullStore,
  RunEndedError,
  StepMovedOnError,
  type DirectoryPullStore,
  type Merge,
} from '../../store/directory-pull';
import { createRunStore, type RunStore } from '../../store/runs';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let db: Database;
let pulls: DirectoryPullStore;
let runs: RunStore;
let corpId: string;
let runId: string;

const noCalls = new Map<string, number>();

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url });
  pulls = createDirectoryPullStore(db);
  runs = createRunStore(db);
});

beforeEach(async () => {
  corpId = randomUUID();
  await db.prisma.corp.create({
    data: { id: corpId, name: '测试企业', corpId, apiBaseUrl: 'http://wecom', contactsCallbackKey: corpId },
  });
  runId = await startRun();
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

async function startRun(): Promise<string> {
  const { id } = await runs.ensureRun({
    id: randomUUID(),
    corpId,
    direction: 'pull',
    mode: 'apply',
    trigger: 'api',
    requestedBy: 'token:1',
    workflowId: `directory-pull:${corpId}`,
  });
  return id;
}

const root = { id: 1, parentId: 0, order: 0 };

/** A corp of one department, of which one page lists these members. */
async function stageWhole(userIds: readonly string[], run = runId): Promise<void> {
  await pulls.stageDepartments({ runId: run, round: 1, listed: [root], calls: noCalls });
  const { cursor } = await pulls.openStep(run, 'member-ids', 1);
  await pulls.stageMemberIds({
    runId: run,
    round: 1,
    cursor,
    nextCursor: null,
    rows: userIds.map((userId) => ({ userId, departmentId: 1 })),
    calls: noCalls,
  });
}

const merge = (change: Partial<Merge> = {}): Merge => ({
  runId,
  corpId,
  scope: 'whole-corp',
  markGone: true,
  ...change,
});

async function mirrored(): Promise<string[]> {
  const rows = await db.prisma.mirrorMember.findMany({
    where: { corpId, goneAt: null },
    orderBy: { userIdKey: 'asc' },
  });
  return rows.map(({ userId }) => userId);
}

describe('a page of ids', () => {
  const page = (cursor: string | null, nextCursor: string | null, userIds: readonly string[]) => ({
    runId,
    round: 1,
    cursor,
    nextCursor,
    rows: userIds.map((userId) => ({ userId, departmentId: 1 })),
    calls: new Map([['user/list_id', 1]]),
  });

  beforeEach(async () => {
    await pulls.openStep(runId, 'member-ids', 1);
  });

  it('moves the cursor together with its rows and its call', async () => {
    expect(await pulls.stageMemberIds(page(null, 'c1', ['ada']))).toMatchObject({
      cursor: 'c1',
      pages: 1,
      rows: 1,
    });
    expect(await pulls.openStep(runId, 'member-ids', 1)).toMatchObject({ cursor: 'c1', done: false });
    expect((await runs.findRun(runId))?.apiCalls).toEqual({ 'user/list_id': 1 });
  });

  it('written a second time changes nothing and counts nothing', async () => {
    await pulls.stageMemberIds(page(null, 'c1', ['ada']));
    await expect(pulls.stageMemberIds(page(null, 'c1', ['ada']))).rejects.toThrow(StepMovedOnError);
    expect((await runs.findRun(runId))?.apiCalls).toEqual({ 'user/list_id': 1 });
  });

  it('of an earlier round is refused', async () => {
    await pulls.openStep(runId, 'member-ids', 2);
    await expect(pulls.stageMemberIds(page(null, 'c1', ['ada']))).rejects.toThrow(StepMovedOnError);
    await expect(pulls.openStep(runId, 'member-ids', 1)).rejects.toThrow(StepMovedOnError);
  });

  it('is forgotten when the list starts anew', async () => {
    await pulls.stageMemberIds(page(null, 'c1', ['ada', 'bob']));
    await pulls.restartMemberIds(runId, 1);
    await pulls.stageMemberIds(page(null, null, ['bob']));
    await pulls.stageDepartments({ runId, round: 1, listed: [root], calls: noCalls });
    expect((await pulls.facts(runId, 'whole-corp')).members.staged).toBe(1);
  });

  it('may name a member several times, also in another case', async () => {
    await pulls.stageMemberIds(page(null, null, ['Ada', 'ada', 'ADA']));
    expect((await pulls.facts(runId, 'whole-corp')).members.staged).toBe(1);
  });
});

describe('details', () => {
  it('are dealt out to departments with members that the app sees, once', async () => {
    const departments = [1, 2, 3, 4].map((id) => ({ id, parentId: id === 1 ? 0 : 1, order: 0 }));
    await pulls.stageDepartments({
      runId,
      round: 1,
      listed: departments,
      visible: departments.slice(0, 3).map((one) => ({ ...one, name: `部门${one.id}`, leaders: [] })),
      calls: noCalls,
    });
    await pulls.openStep(runId, 'member-ids', 1);
    await pulls.stageMemberIds({
      runId,
      round: 1,
      cursor: null,
      nextCursor: null,
      // Nobody is in department 3, and nobody may look into department 4.
      rows: [1, 2, 4].map((departmentId) => ({ userId: `u${departmentId}`, departmentId })),
      calls: noCalls,
    });
    const plan = { runId, round: 1, scope: 'whole-corp', maxBatches: 8, smallestBatch: 1 } as const;
    expect(await pulls.planDetails(plan)).toEqual({ batches: 2, departments: 2, members: 3 });
    expect(await pulls.unreadDepartments(runId, 0)).toEqual([1]);

    await pulls.stageDetails({
      runId,
      departments: [{ departmentId: 1, rows: 1 }],
      vanished: [],
      members: [{ userId: 'u1', departmentIds: [1], details: { name: '一' } }],
      calls: noCalls,
    });

    // The answer of the first planning was lost and it is asked for again.
    expect(await pulls.planDetails(plan)).toEqual({ batches: 2, departments: 2, members: 3 });
    expect(await pulls.unreadDepartments(runId, 0)).toEqual([]);
    expect(await pulls.unreadDepartments(runId, 1)).toEqual([2]);
    expect((await runs.findRun(runId))?.progress).toEqual({ done: 1, failed: 0, total: 2 });
  });
});

describe('the merge', () => {
  it('happens once: repeated after a lost answer it returns the same counts', async () => {
    await stageWhole(['ada', 'bob']);
    const counts = await pulls.compare(merge());
    expect(counts).toMatchObject({ createUser: 2, createDepartment: 1 });
    expect(await pulls.merge(merge())).toEqual(counts);
    const before = await db.prisma.mirrorMember.findMany({ where: { corpId } });

    expect(await pulls.merge(merge())).toEqual(counts);
    expect(await db.prisma.mirrorMember.findMany({ where: { corpId } })).toEqual(before);
  });

  it('is refused for a run that has ended meanwhile', async () => {
    await stageWhole(['ada']);
    await runs.finishRun(runId, { phase: 'cancelled' });
    await expect(pulls.merge(merge())).rejects.toThrow(RunEndedError);
    expect(await mirrored()).toEqual([]);
  });

  it('marks as gone only when it is told to', async () => {
    await stageWhole(['ada', 'bob']);
    await pulls.merge(merge());
    const second = await startRun();
    await stageWhole(['ada'], second);
    expect(await pulls.compare(merge({ runId: second, markGone: false }))).toMatchObject({ deleteUser: 0 });
    expect(await pulls.compare(merge({ runId: second }))).toMatchObject({ deleteUser: 1 });
    await pulls.merge(merge({ runId: second, markGone: false }));
    expect(await mirrored()).toEqual(['ada', 'bob']);
    const third = await startRun();
    await stageWhole(['ada'], third);
    await pulls.merge(merge({ runId: third }));
    expect(await mirrored()).toEqual(['ada']);
  });

  it('never touches what the bridge wrote itself', async () => {
    await stageWhole(['ada']);
    await pulls.merge(merge());
    await db.prisma.mirrorMember.updateMany({
      where: { corpId },
      data: { written: { mobile: '19900000001' } },
    });
    const second = await startRun();
    await stageWhole(['ada'], second);
    await pulls.merge(merge({ runId: second }));
    expect(await db.prisma.mirrorMember.findFirst({ where: { corpId } })).toMatchObject({
      written: { mobile: '19900000001' },
    });
  });

  it('leaves other corps alone', async () => {
    await stageWhole(['ada']);
    await pulls.merge(merge());
    const first = corpId;
    corpId = randomUUID();
    await db.prisma.corp.create({
      data: { id: corpId, name: '另一家', corpId, apiBaseUrl: 'http://wecom', contactsCallbackKey: corpId },
    });
    const other = await startRun();
    await stageWhole(['zoe'], other);
    await pulls.merge(merge({ runId: other, corpId }));
    expect(await mirrored()).toEqual(['zoe']);
    corpId = first;
    expect(await mirrored()).toEqual(['ada']);
  });
});

it('what ended runs staged is removed, what open ones staged is kept', async () => {
  await stageWhole(['ada']);
  const open = await startRun();
  await stageWhole(['bob'], open);
  await runs.finishRun(runId, { phase: 'failed' });

  await pulls.removeStagingOfEndedRuns();

  const listed = await db.prisma.pullListing.findMany({ where: { runId: { in: [runId, open] } } });
  expect(listed.map(({ userId }) => userId)).toEqual(['bob']);
});
