import { randomUUID } from 'node:crypto';
import type { Route } from '../../api/define-route';
import { createHealthProbe } from '../../api/health';
import { apiRoutes } from '../../api/routes';
import { recordId } from '../../domain/attendance/record-id';
import type { Answer, TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';
import { addMembers, connectCorp, feedOa, upload, workbook } from '../binding/bindings-world';
import type { StoredWorld } from '../departure/stored-departures';
import { createStoredWorld, inDays } from '../departure/stored-departures';
import { storePlan, updates } from '../directory-push/api/stored-plan';

jest.setTimeout(60_000);

/** Two corps in one bridge: what belongs to `other` is asked for in the path of `own`. */
let api: TestApi;
let routes: readonly Route[];
let own: { readonly id: string; readonly runId: string };
let other: StoredWorld & { readonly runId: string };
/** What there is of the other corp, by the path's parameter. */
let things: Readonly<Record<string, string>>;

const changeId = 'updateUser:U77';

beforeAll(async () => {
  api = await startTestApi();
  routes = apiRoutes(api.deps, createHealthProbe(api.deps));
  const stored = await createStoredWorld(api);
  await stored.store({ userId: 'ada', state: 'waiting', oaUserId: 'u1', deleteAt: inDays(3) });
  const { id } = await connectCorp(api);
  await addMembers(api, id, [{ userId: 'eve', name: '伊芙' }]);
  const settings = await api.call(`/corps/${id}/directory/settings?verify=false`, {
    method: 'PUT',
    body: { access: 'read-write' },
  });
  expect(settings.status).toBe(200);
  await feedOa(
    api,
    ['u1', 'u2', 'u3', 'u4'].map((person) => ({ id: person })),
  );
  const rows = [updates('U77', { position: '职员' }, { position: '组长' })];
  own = {
    id,
    runId: await storePlan(api.db, id, { rows: [updates('U1', { position: 'a' }, { position: 'b' })] }),
  };
  other = { ...stored, runId: await storePlan(api.db, stored.id, { rows, mode: 'apply', phase: 'blocked' }) };
  things = await thingsOf(other);
});
afterAll(() => api?.close());

async function thingsOf({ id, members, at, runId }: typeof other): Promise<Record<string, string>> {
  const sql = (text: string, params: readonly unknown[]) => api.db.pool.query(text, [...params]);
  const dave = members.get('dave') ?? '';
  const driftId = randomUUID();
  const ruleId = randomUUID();
  const app = await api.call(`${at('/apps')}?verify=false`, {
    body: { name: 'Directory', agentId: 1000002, secret: 'not-asked-for' },
  });
  expect([app.status, app.text]).toEqual([201, expect.anything()]);
  const preview = await upload(
    api,
    at('/bindings/import?field=loginId'),
    await workbook(['账号', '关联字段'], [['ada', 'u1']]),
  );
  expect([preview.status, preview.body]).toEqual([200, expect.anything()]);
  await sql(
    `INSERT INTO link_conflict (corp_id, member_id, code, candidates, run_id) VALUES ($1, $2, 'several', '["u3", "u4"]', $3)`,
    [id, dave, runId],
  );
  await sql(
    `INSERT INTO drift (id, corp_id, kind, member_id, field, before, after, seen_by)
     VALUES ($1, $2, 'member', $3, 'position', '"a"', '"b"', 'pull')`,
    [driftId, id, members.get('ada')],
  );
  await sql(`INSERT INTO push_postponement (corp_id, change_id, until, by) VALUES ($1, $2, $3, 'token:x')`, [
    id,
    changeId,
    inDays(7),
  ]);
  await sql(
    `INSERT INTO attendance_rule (id, corp_id, name, scope, kinds, fingerprint, created_by, updated_at)
     VALUES ($1, $2, 'Theirs', '{"departments": [], "userIds": [], "excludeUserIds": []}', 'all', 'f', 'token:x', now())`,
    [ruleId, id],
  );
  for (const corp of [own.id, id]) {
    await sql(`INSERT INTO attendance_settings (corp_id, saved_by) VALUES ($1, 'token:x')`, [corp]);
  }
  await sql(
    `INSERT INTO attendance_person (id, corp_id, corp_no, member_id, user_id_key, user_id)
     SELECT 7, $1, corp_no, $2, 'ada', 'ada' FROM attendance_settings WHERE corp_id = $1`,
    [id, members.get('ada')],
  );
  await sql(
    `INSERT INTO attendance_record (person_id, at, kind, timeline_id, group_id, corp_no, day, exceptions, digest, raw, change_seq)
     SELECT 7, to_timestamp(1772413200), '上班打卡', 1, 1, corp_no, '2026-03-02', 0, 0, '{"userid": "ada", "mediaids": ["photo-1"]}', 1
       FROM attendance_settings WHERE corp_id = $1`,
    [id],
  );
  return {
    appId: String(app.body.id),
    changeId,
    userId: 'ada',
    driftId,
    previewId: String(preview.body.previewId),
    memberId: dave,
    ruleId,
    mediaId: 'photo-1',
    recordId: recordId({
      personId: 7,
      checkinTime: 1_772_413_200,
      timelineId: 1,
      groupId: 1,
      kind: '上班打卡',
    }),
  };
}

/** Numbers and words that every corp has of its own. */
const notIds = ['version', 'direction'];
const idsBeside = ({ path }: Route): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) =>
    name === 'corpId' || name === 'runId' || notIds.includes(name) ? [] : [name],
  );
const isOfACorp = ({ path }: Route): boolean => path.startsWith('/corps/{corpId}');

/** What makes a call reach the look for the thing: without it the body would be refused first. */
const bodies: Readonly<Record<string, object>> = {
  postponeDeparture: { days: 5 },
  bindMember: { oaUserId: 'u4' },
  applyBindingImport: {},
  decideBindingConflict: { oaUserId: 'u3' },
  replaceAttendanceRule: { name: 'Ours now' },
  changeApp: { name: 'Ours now' },
  postponeChange: { days: 5 },
};
const queries: Readonly<Record<string, string>> = { getAttendanceCalendar: '?month=2026-03' };

/** Everything that is kept of the other corp, as one number. */
async function otherCorp(): Promise<string> {
  const { rows } = await api.db.pool.query<{ name: string }>(
    `SELECT c.table_name AS name FROM information_schema.columns c
       JOIN information_schema.tables t USING (table_schema, table_name)
      WHERE c.table_schema = 'public' AND c.column_name = 'corp_id' AND t.table_type = 'BASE TABLE'
        AND c.table_name <> 'audit_entry' ORDER BY 1`,
  );
  const parts = rows.map(
    ({ name }) =>
      `SELECT '${name}' AS name, count(*), md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM "${name}" t WHERE corp_id = $1`,
  );
  return JSON.stringify((await api.db.pool.query(parts.join(' UNION ALL '), [other.id])).rows);
}

async function ask(route: Route, path: string): Promise<Answer> {
  if (route.multipart !== undefined) return upload(api, path, 'any file');
  const body = bodies[route.operationId];
  return api.call(`${path}${queries[route.operationId] ?? ''}`, {
    method: route.method.toUpperCase(),
    ...(body === undefined ? {} : { body }),
  });
}

const isUnknown = ({ status, body }: Answer): boolean => status === 404 && body.error.code === 'not_found';

it('what is read of one corp tells nothing of another', async () => {
  const alien = [
    other.id,
    other.corpId,
    other.runId,
    changeId,
    ...Object.values(things),
    '阿达',
    '鲍勃',
  ].filter(
    // A word that may stand in any text.
    (text) => text !== 'ada',
  );
  const reads = routes.filter(
    (route) =>
      route.method === 'get' &&
      idsBeside(route).length === 0 &&
      (isOfACorp(route) || /^\/(runs|pushes|audit)$/.test(route.path)),
  );
  for (const route of reads.filter(({ path }) => !notIds.some((name) => path.includes(`{${name}}`)))) {
    const path = route.path.replace('{corpId}', own.id);
    const { text } = await api.call(isOfACorp(route) ? path : `${path}?corpId=${own.id}`);
    expect([route.operationId, alien.filter((one) => text.includes(one))]).toEqual([route.operationId, []]);
  }
});

it('a thing of another corp is not found in one’s own, whatever is asked of it, and stays as it is', async () => {
  const before = await otherCorp();
  const asked = routes.filter((route) => isOfACorp(route) && idsBeside(route).length > 0);
  const unknown = asked.flatMap(idsBeside).filter((name) => things[name] === undefined);
  expect(unknown).toEqual([]);
  const found: string[] = [];
  for (const route of asked) {
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      name === 'corpId' ? own.id : encodeURIComponent(things[name] ?? ''),
    );
    const answer = await ask(route, path);
    if (!isUnknown(answer)) found.push(`${route.operationId}: ${answer.status} ${answer.text}`);
  }
  expect(asked.length).toBeGreaterThan(25);
  expect(found).toEqual([]);
  expect(await otherCorp()).toBe(before);
});

it('in its own corp each of them is there: it is the corp that makes the difference', async () => {
  const reads = routes.filter(
    (route) => isOfACorp(route) && route.method === 'get' && idsBeside(route).length > 0,
  );
  for (const route of reads.filter(({ operationId }) => operationId !== 'getAttendancePhoto')) {
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      name === 'corpId' ? other.id : encodeURIComponent(things[name] ?? ''),
    );
    expect([route.operationId, (await ask(route, path)).status]).toEqual([route.operationId, 200]);
  }
});

it('a change of another run is not found in this one', async () => {
  const before = await otherCorp();
  for (const route of routes.filter(({ path }) => path.includes('{runId}/changes/{changeId}'))) {
    const path = route.path.replace('{runId}', own.runId).replace('{changeId}', encodeURIComponent(changeId));
    expect([route.operationId, (await ask(route, path)).status]).toEqual([route.operationId, 404]);
  }
  expect(await otherCorp()).toBe(before);
});

it('an id of another corp in a body or a filter is refused, or finds nothing', async () => {
  const before = await otherCorp();
  const { appId, driftId, ruleId } = things;
  const post = (path: string, body: object, method = 'POST') => api.call(path, { method, body });
  const inOwn = `/corps/${own.id}`;
  const yesterday = inDays(-1).toISOString().slice(0, 10);
  const answers = {
    departure: await post(`${inOwn}/departures`, { userId: 'ada' }),
    drift: await post(`${inOwn}/drift/decide`, { driftIds: [driftId], decision: 'ignore' }),
    settings: await post(`${inOwn}/directory/settings?verify=false`, { appId }, 'PUT'),
    credential: await post(`${inOwn}/attendance/settings?verify=false`, { appId }, 'PUT'),
    rule: await post(`${inOwn}/attendance/runs`, { from: yesterday, to: yesterday, ruleId }),
    member: await post(`${inOwn}/attendance/runs`, { from: yesterday, to: yesterday, userIds: ['ada'] }),
    target: await post('/message-rules', {
      name: 'Mixed',
      source: 'all',
      targets: [{ corpId: own.id, appId, type: 'text' }],
    }),
    compared: await api.call(`/runs/${own.runId}/compare?with=${other.runId}`),
  };
  const statuses = Object.fromEntries(Object.entries(answers).map(([name, { status }]) => [name, status]));
  expect(statuses).toEqual({
    departure: 422,
    drift: 404,
    settings: 422,
    credential: 422,
    rule: 422,
    member: 422,
    target: 422,
    compared: 422,
  });
  for (const filter of [
    `attendance/runs?ruleId=${ruleId}`,
    'departures?userId=ada',
    'attendance/records?userId=ada',
  ]) {
    const { status, body } = await api.call(`${inOwn}/${filter}`);
    expect([filter, status === 200 ? body.items : []]).toEqual([filter, []]);
  }
  expect(await otherCorp()).toBe(before);
});

it('taking a corp away takes nothing of another', async () => {
  const before = await otherCorp();
  const unbound = await api.call(`/corps/${own.id}/bindings`, {
    method: 'DELETE',
    body: { confirm: own.id },
  });
  expect([200, 422]).toContain(unbound.status);
  const { corpId } = (await api.call(`/corps/${own.id}`)).body;
  const removed = await api.call(`/corps/${own.id}?confirm=${corpId}`, { method: 'DELETE' });
  expect([removed.status, removed.text]).toEqual([204, '']);
  expect(await otherCorp()).toBe(before);
});
