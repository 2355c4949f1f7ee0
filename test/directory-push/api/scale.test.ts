import type { TestApi } from '../../api/harness';
import { startTestApi } from '../../api/harness';
import { connectCorp, storePlan } from './stored-plan';

const people = 100_000;

let api: TestApi;
let runId: string;
let before: string;

beforeAll(async () => {
  api = await startTestApi();
  const corpId = await connectCorp(api);
  before = await storePlan(api.db, corpId, { plannedAt: '2026-11-01T02:00:00.000Z', rows: [] });
  runId = await storePlan(api.db, corpId, { rows: [] });
  for (const [run, wanted] of [
    [before, 'b'],
    [runId, 'c'],
  ] as const) {
    await api.db.pool.query(
      `INSERT INTO push_change (run_id, seq, corp_id, change_id, action, status, stage, change, digest, rank, member_id,
         user_id, oa_user_id, name, search, path_from, path_to, department_refs, fields, rule_code, limit_groups,
         depends_on, held_by)
       SELECT $1, n, $2, a.action || ':U' || n, a.action, CASE WHEN n % 50 = 0 THEN 'held' ELSE 'pending' END, 2100,
              jsonb_build_object('id', a.action || ':U' || n, 'action', a.action, 'oaUserId', 'U' || n,
                'memberId', 'm' || n, 'userId', 'user' || n,
                'before', jsonb_build_object('placement', null, 'values',
                  jsonb_build_object('position', 'a' || n, 'telephone', '010-' || n, 'extattr.工号', 'g' || n)),
                'after', jsonb_build_object('placement', null, 'deleteAfterDays', null, 'values',
                  jsonb_build_object('position', $3 || n % 3, 'telephone', '020-' || n, 'extattr.工号', 'h' || n)),
                'rule', jsonb_build_object('code', 'fields-differ', 'params', '{}'::jsonb), 'limitGroups', '[]'::jsonb,
                'dependsOn', '[]'::jsonb, 'hold', null, 'branches', '[2]'::jsonb),
              md5($3 || (n % 3) || n), a.rank, 'm' || n, 'user' || n, 'U' || n, '员工' || n,
              '员工' || n || ' yuangong yg user' || n || ' ' || (n % 10000), '总公司 / 部门' || n % 3000, null,
              ARRAY['#' || (n % 3000 + 10), '#' || (n % 100 + 3100), '#2', '#1'],
              ARRAY['position', 'telephone', 'extattr.工号'], 'fields-differ',
              CASE WHEN a.action = 'updateUser' THEN '{}' ELSE ARRAY['disables'] END, '{}', '{}'
         FROM generate_series(1, ${people}) AS n,
              LATERAL (SELECT CASE WHEN n % 20 = 0 THEN 'disableUser' ELSE 'updateUser' END AS action,
                              CASE WHEN n % 20 = 0 THEN 30 ELSE 85 END AS rank) AS a`,
      [run, corpId, wanted],
    );
    // The worst Postgres can know: that all rows are of the plan before.
    if (run === before) await api.db.pool.query('ANALYZE push_change');
  }
  await api.db.pool.query(
    `INSERT INTO mirror_department (corp_id, department_id, parent_id, name)
     SELECT $1, n, CASE WHEN n = 1 THEN 0 WHEN n = 2 THEN 1 WHEN n >= 3100 THEN 2 ELSE 3100 + n % 100 END, '部门' || n
       FROM generate_series(1, 3199) AS n`,
    [corpId],
  );
});
afterAll(() => api.close());

// Measured at 0.1 to 0.6 s each; with the statistics above and rows joined by a key it was minutes.
it.each([
  ['the first page of changes', 'changes?limit=100'],
  ['the next page', 'changes?limit=100&cursor='],
  ['the disabled ones', 'changes?action=disableUser&limit=100'],
  ['one department', 'changes?department=12&limit=100'],
  ['whoever is looked for by name', `changes?limit=100&q=${encodeURIComponent('员工99999')}`],
  ['whoever is looked for in vain', 'changes?limit=100&q=nobody'],
  ['what is new since the plan before', 'changes?new=true&limit=100'],
  ['the head', 'plan'],
  ['the run', ''],
  ['a level of the tree', 'tree?side=wecom&parent=%232'],
  ['the comparison', 'compare?with=previous&limit=50'],
])('of a plan with 100,000 changes shows %s without delay', async (_what, path) => {
  let query = path;
  if (path.endsWith('cursor=')) {
    const { body } = await api.call(`/runs/${runId}/changes?limit=100`);
    query = path + String(body.nextCursor);
  }
  const answer = await api.call(`/runs/${runId}/${query}`.replace(/\/$/, ''));
  expect(answer.status).toBe(200);
});
