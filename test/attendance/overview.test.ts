import { randomUUID } from 'node:crypto';
import { startTestApi, type TestApi } from '../api/harness';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

/** With an app: one that can read nothing is told of that first. */
async function createCorp(): Promise<string> {
  const { id } = await api.deps.corps.createCorp({
    name: 'Attendance',
    corpId: `ww${randomUUID().slice(0, 8)}`,
    kind: 'public',
    apiBaseUrl: api.simulator.url,
  });
  await api.deps.corps.createApp(id, { name: 'App', agentId: 1000002, secret: 'app-secret' });
  return id;
}

it('the overview says which corps miss days, and whose OA does not take what it is told', async () => {
  const corpId = await createCorp();
  const attention = async () => {
    const { body } = await api.call('/overview', { headers: { 'accept-language': 'en' } });
    return (body.attention as { code: string }[]).filter(({ code }) => code.startsWith('attendance-'));
  };
  expect(await attention()).toEqual([]);

  const ruleId = randomUUID();
  await api.db.pool.query(
    `INSERT INTO attendance_rule (id, corp_id, name, scope, kinds, fingerprint, created_by, updated_at)
     VALUES ($1, $2, 'Everybody', '{}', 'all', $1, 'user:1', now())`,
    [ruleId, corpId],
  );
  await api.db.pool.query(
    `INSERT INTO attendance_gap (rule_id, day, corp_id, closed_at)
     VALUES ($1, '2026-03-02', $2, NULL), ($1, '2026-03-03', $2, NULL), ($1, '2026-03-04', $2, now())`,
    [ruleId, corpId],
  );
  await api.db.pool.query(
    `INSERT INTO attendance_delivery (corp_id, stream, failing_since) VALUES ($1, 'punches', now())`,
    [corpId],
  );
  const link = `/corps/${corpId}/attendance`;
  expect(await attention()).toMatchObject([
    { code: 'attendance-gap', level: 'warning', message: expect.stringContaining('2 day(s)'), link },
    { code: 'attendance-oa-away', level: 'warning', link },
  ]);
});

it('a paused run of attendance is no push that waits for somebody', async () => {
  const corpId = await createCorp();
  const id = randomUUID();
  await api.deps.runs.ensureRun({
    id,
    corpId,
    direction: 'attendance',
    mode: 'apply',
    trigger: 'api',
    requestedBy: 'user:1',
    workflowId: `attendance-pull:${corpId}`,
  });
  await api.deps.runs.setPhase(id, 'paused');
  const { attention } = (await api.call('/overview')).body;
  expect(attention.filter(({ code }: { code: string }) => code.startsWith('push-'))).toEqual([]);
});
