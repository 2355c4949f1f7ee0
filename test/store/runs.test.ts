import { randomUUID } from 'node:crypto';
import { CursorInvalidError } from '../../store/cursors';
import { openDatabase, type Database } from '../../store/database';
import { createRunStore, type NewRun, type RunStore } from '../../store/runs';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let db: Database;
let runs: RunStore;
let corpId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url });
  runs = createRunStore(db);
});

beforeEach(async () => {
  corpId = randomUUID();
  await db.prisma.corp.create({
    data: { id: corpId, name: '测试企业', corpId, apiBaseUrl: 'http://wecom', contactsCallbackKey: corpId },
  });
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

function newRun(change: Partial<NewRun> = {}): NewRun {
  return {
    id: randomUUID(),
    corpId,
    direction: 'pull',
    mode: 'apply',
    trigger: 'api',
    requestedBy: 'token:1',
    workflowId: `directory-pull:${corpId}`,
    ...change,
  };
}

it('the API and the workflow may both make the row of a run; its execution is known from whoever knows it', async () => {
  const run = newRun();
  expect(await runs.ensureRun(run)).toMatchObject({
    phase: 'reading',
    temporalRunId: null,
    corpName: '测试企业',
  });
  expect(await runs.ensureRun({ ...run, temporalRunId: 'execution' })).toMatchObject({
    temporalRunId: 'execution',
  });
  expect(await runs.ensureRun(run)).toMatchObject({ temporalRunId: 'execution' });
});

it('a run ends once: the first end counts, and its phase moves no more', async () => {
  const run = newRun();
  await runs.ensureRun(run);
  expect(await runs.finishRun(run.id, { phase: 'cancelled' })).toBe(true);
  expect(await runs.finishRun(run.id, { phase: 'failed', error: { code: 'internal' } })).toBe(false);
  await runs.setPhase(run.id, 'applying');
  expect(await runs.findRun(run.id)).toMatchObject({
    phase: 'cancelled',
    error: null,
    finishedAt: expect.any(Date),
  });
});

it('the open run of a corp is found by direction', async () => {
  const run = newRun();
  await runs.ensureRun(run);
  expect(await runs.openRunOf(corpId, 'pull')).toMatchObject({ id: run.id });
  expect(await runs.openRunOf(corpId, 'push')).toBeUndefined();
  await runs.finishRun(run.id, { phase: 'done' });
  expect(await runs.openRunOf(corpId, 'pull')).toBeUndefined();
  expect(await runs.lastAppliedRun(corpId, 'pull')).toMatchObject({ id: run.id });
});

it('pages of runs are newest first, without a gap or a repeat, also among runs of one moment', async () => {
  const made = [];
  for (let n = 0; n < 7; n += 1) made.push((await runs.ensureRun(newRun())).id);
  await db.pool.query(`UPDATE run SET started_at = '2026-01-01T00:00:00Z' WHERE corp_id = $1`, [corpId]);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await runs.listRuns({ corpId, limit: 3, cursor });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual([...made].sort().reverse());
});

it('a cursor made by hand is refused, not misread', async () => {
  await expect(runs.listRuns({ limit: 3, cursor: 'nonsense' })).rejects.toThrow(CursorInvalidError);
  const notATime = Buffer.from('["x","y"]').toString('base64url');
  await expect(runs.listRuns({ limit: 3, cursor: notATime })).rejects.toThrow(CursorInvalidError);
});

it('runs are filtered by direction and phase', async () => {
  const done = newRun();
  const open = newRun({ direction: 'push' });
  await runs.ensureRun(done);
  await runs.ensureRun(open);
  await runs.finishRun(done.id, { phase: 'done' });
  const ids = async (filter: object) =>
    (await runs.listRuns({ corpId, limit: 10, ...filter })).items.map(({ id }) => id);
  expect(await ids({ phase: 'done' })).toEqual([done.id]);
  expect(await ids({ direction: 'push' })).toEqual([open.id]);
});

it('calls add up by API, from several writers at once', async () => {
  const run = newRun();
  await runs.ensureRun(run);
  await Promise.all(
    Array.from({ length: 8 }, () =>
      runs.addCalls(
        run.id,
        new Map([
          ['user/list', 2],
          ['gettoken', 1],
        ]),
      ),
    ),
  );
  expect((await runs.findRun(run.id))?.apiCalls).toEqual({ gettoken: 8, 'user/list': 16 });
});
