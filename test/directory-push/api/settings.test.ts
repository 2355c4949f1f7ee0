import pino from 'pino';
import { isRefusedNoticeAddress, noticeUrlProblem } from '../../../domain/directory/notice-address';
import { rotateMasterKey } from '../../../store/rotate-key';
import { createSecretBox } from '../../../store/secrets';
import { createSettingsStore } from '../../../store/settings';
import { ensureNamespace } from '../../../workers/namespace';
import type { TestApi } from '../../api/harness';
import { startTestApi } from '../../api/harness';
import { testTemporal } from '../../support/temporal';
import { connectCorp } from './stored-plan';

let api: TestApi;
let corpId: string;
let path: string;

const english = { 'accept-language': 'en' };

beforeAll(async () => {
  api = await startTestApi();
  await ensureNamespace(testTemporal(), api.namespace, pino({ level: 'silent' }));
  corpId = await connectCorp(api);
  path = `/corps/${corpId}/directory/settings`;
  await api.db.pool.query(`INSERT INTO oa_subcompany (id, name) VALUES ('S1', 'Test corp 1')`);
  await api.db.pool.query(
    `INSERT INTO oa_department (id, name, subcompany_id) VALUES ('D1', '研发部', 'S1'), ('D2', '测试部', 'S1')`,
  );
  await api.db.pool.query(
    `INSERT INTO oa_user (id, login_id, job_number, name, mobile, department_id, updated_at)
     VALUES ('U1', 'zhangsan', 'zhangsan', '张三', '19900000001', 'D1', now()),
            ('U2', 'lisi', 'lisi', '李四', '19900000002', 'D2', now())`,
  );
});
afterAll(() => api.close());

const save = (body: object, query = '?verify=false') =>
  api.call(path + query, { method: 'PUT', headers: english, body: { access: 'read-write', ...body } });
const pathsOf = (answer: { body: { error: { fields: { path: string }[] } } }) =>
  answer.body.error.fields.map((problem) => problem.path);

const notice = {
  kind: 'webhook',
  name: 'ops',
  url: 'https://hooks.example.com/robot/send?key=s3cret-key',
  secret: 'signing-secret',
  events: ['needs-approval', 'failed'],
} as const;

describe('notices', () => {
  const shown = { ...notice, url: 'https://hooks.example.com/…', hasSecret: true, secret: undefined };
  const targets = () => api.deps.directorySettings.noticeTargets(corpId);

  it('are kept sealed, and shown as scheme and host', async () => {
    const saved = await save({ notices: [notice] });
    expect(saved.status).toBe(200);
    expect(saved.body.notices).toEqual([JSON.parse(JSON.stringify(shown))]);
    const read = await api.call(path);
    const versions = await api.call(`${path}/versions`);
    const { rows } = await api.db.pool.query('SELECT * FROM directory_settings');
    for (const text of [saved.text, read.text, versions.text, JSON.stringify(rows), api.logged.join()]) {
      expect(text).not.toMatch(/s3cret-key|signing-secret/);
    }
    expect(await targets()).toEqual([notice]);
  });

  it('sent back as they were shown keep their address and secret', async () => {
    const { body } = await api.call(path);
    expect((await save({ notices: body.notices })).status).toBe(200);
    expect(await targets()).toEqual([notice]);
  });

  it('may be renamed, get another secret, or lose it', async () => {
    const renamed = { ...shown, name: 'chat' };
    await save({ notices: [renamed] });
    expect(await targets()).toEqual([{ ...notice, name: 'chat' }]);
    await save({ notices: [{ ...renamed, secret: 'other' }] });
    expect(await targets()).toEqual([{ ...notice, name: 'chat', secret: 'other' }]);
    const without = await save({ notices: [{ ...renamed, secret: null }] });
    expect(without.body.notices[0].hasSecret).toBe(false);
    expect(await targets()).toEqual([{ ...notice, name: 'chat', secret: null }]);
  });

  it('in the form they are shown in stand for nothing that is not stored', async () => {
    const answer = await save({ notices: [{ ...shown, url: 'https://other.example.com/…' }] });
    expect([answer.status, pathsOf(answer)]).toEqual([422, ['notices.0.url']]);
  });

  it('stay readable after the master key was rotated', async () => {
    await save({ notices: [notice] });
    const key = Buffer.alloc(32, 7).toString('base64');
    await rotateMasterKey(api.db, createSecretBox([key, api.masterKey]));
    const alone = createSettingsStore(api.db, createSecretBox([key]));
    expect(await alone.noticeTargets(corpId)).toEqual([notice]);
    await rotateMasterKey(api.db, createSecretBox([api.masterKey, key]));
  });

  it.each([
    [{ url: 'ftp://example.com' }, 'url'],
    [{ url: 'hooks.example.com' }, 'url'],
    [{ url: 'http://user:pass@example.com' }, 'url'],
    [{ url: 'http://169.254.169.254/latest' }, 'url'],
    [{ url: 'http://[::ffff:169.254.169.254]/' }, 'url'],
    [{ url: 'http://0xa9fea9fe/' }, 'url'],
    [{ url: 'http://metadata.tencentyun.com/' }, 'url'],
    [{ events: [] }, 'events'],
    [{ events: ['sometimes'] }, 'events.0'],
    [{ kind: 'pigeon' }, 'kind'],
    [{ name: '' }, 'name'],
  ])('are refused with %j', async (change, field) => {
    const answer = await save({ notices: [{ ...notice, ...change }] });
    expect([answer.status, pathsOf(answer)]).toEqual([422, [`notices.0.${field}`]]);
  });

  it.each([
    ['http://10.1.2.3:8080/hook', undefined],
    ['http://127.0.0.1:9000/', undefined],
    ['https://robot.internal/', undefined],
    ['http://100.100.100.200/', 'metadata-address'],
    ['http://[fe80::1]/', 'metadata-address'],
    ['http://0.0.0.0/', 'metadata-address'],
  ])('may go into the own network, never to a cloud’s metadata: %s', (url, problem) => {
    expect(noticeUrlProblem(url)).toBe(problem);
  });

  it('are checked by the resolved address too', () => {
    expect(['10.0.0.1', '::1', 'fd12::1', '192.168.1.1'].filter(isRefusedNoticeAddress)).toEqual([]);
    expect(
      ['169.254.1.1', 'fe80::1', '::ffff:169.254.1.1', '224.0.0.1', '::'].filter(
        (address) => !isRefusedNoticeAddress(address),
      ),
    ).toEqual([]);
  });
});

describe('maintenance windows', () => {
  it('are kept as given', async () => {
    const maintenanceWindows = [{ days: [1, 5], from: '22:00', to: '06:00' }];
    expect((await save({ maintenanceWindows })).body.maintenanceWindows).toEqual(maintenanceWindows);
  });

  it.each([
    [{ days: [], from: '09:00', to: '18:00' }, 'days'],
    [{ days: [0], from: '09:00', to: '18:00' }, 'days.0'],
    [{ days: [1, 1], from: '09:00', to: '18:00' }, 'days'],
    [{ days: [1], from: '9:00', to: '18:00' }, 'from'],
    [{ days: [1], from: '09:00', to: '24:00' }, 'to'],
    [{ days: [1], from: '09:00', to: '09:00' }, 'to'],
  ])('are refused as %j', async (window, field) => {
    const answer = await save({ maintenanceWindows: [window] });
    expect([answer.status, pathsOf(answer)]).toEqual([422, [`maintenanceWindows.0.${field}`]]);
  });
});

describe('expressions', () => {
  it('that do not compile are refused at their place', async () => {
    const fine = await save({ push: { fieldMapping: [{ to: 'alias', from: { expression: 'name' } }] } });
    expect(fine.status).toBe(200);
    const wrong = await save({ push: { fieldMapping: [{ to: 'alias', from: { expression: 'name + ' } }] } });
    expect(pathsOf(wrong)).toEqual(['push.fieldMapping.0.from.expression']);
  });

  it('are tried on one person', async () => {
    const attempt = (body: object) => api.call(`${path}/expression`, { headers: english, body });
    expect((await attempt({ expression: 'name', oaUserId: 'U2' })).body).toEqual({
      ok: true,
      value: '李四',
      user: { oaUserId: 'U2', name: '李四', loginId: 'lisi' },
    });
    expect((await attempt({ expression: 'name' })).body).toMatchObject({
      ok: true,
      user: { oaUserId: 'U1' },
    });
    expect((await attempt({ expression: 'nobody' })).body).toMatchObject({
      ok: false,
      error: expect.any(String),
      user: null,
    });
    expect((await attempt({ expression: 'name', oaUserId: 'U404' })).status).toBe(422);
    const viewer = await api.signIn('viewer');
    expect((await viewer.call(`${path}/expression`, { body: { expression: 'mobile' } })).status).toBe(403);
  });
});

describe('mappings', () => {
  it('take the names that people gave to custom fields', async () => {
    const push = {
      fieldMapping: [
        { to: 'extattr.工号', from: 'jobNumber' },
        { to: 'position', from: 'custom.职务' },
      ],
      externalMapping: [{ to: '办公电话', from: 'telephone' }],
    };
    expect((await save({ push })).body.push).toMatchObject(push);
  });

  it('into a field WeCom does not know are refused', async () => {
    const answer = await save({ push: { fieldMapping: [{ to: 'postion', from: 'position' }] } });
    expect([answer.status, pathsOf(answer)]).toEqual([422, ['push.fieldMapping.0.to']]);
  });
});

describe('versions', () => {
  it('say what changed, newest first, page by page', async () => {
    await save({ push: { guard: { maxDeletes: 7 } } });
    await save({ push: { guard: { maxDeletes: 9 } }, timezone: 'Asia/Tokyo' });
    const { body } = await api.call(`${path}/versions?limit=1`);
    expect(body.items).toMatchObject([
      {
        savedBy: 'token:BRIDGE_ADMIN_TOKEN',
        changes: expect.arrayContaining([
          { path: 'push.guard.maxDeletes', before: 7, after: 9 },
          { path: 'timezone', before: 'Asia/Shanghai', after: 'Asia/Tokyo' },
        ]),
      },
    ]);
    const next = await api.call(`${path}/versions?limit=1&cursor=${body.nextCursor}`);
    expect(next.body.items[0].version).toBe(body.items[0].version - 1);
    const all = await api.call(`${path}/versions?limit=200`);
    expect(all.body.items.at(-1)).toMatchObject({
      version: 1,
      changes: [{ path: 'access', before: 'read-only', after: 'read-write' }],
    });
  });

  it('can be looked at and saved again', async () => {
    await save({ notices: [notice] });
    const before = (await api.call(path)).body;
    await save({ push: { guard: { maxDeletes: 1 } } });
    const back = await api.call(`${path}/rollback?verify=false`, { body: { version: before.version } });
    expect(back.body).toEqual({ ...before, version: before.version + 2, savedAt: expect.any(String) });
    expect(await api.deps.directorySettings.noticeTargets(corpId)).toEqual([notice]);
    const old = await api.call(`${path}/versions/${before.version + 1}`);
    expect(old.body.push.guard.maxDeletes).toBe(1);
    expect((await api.call(`${path}/versions/999`)).status).toBe(404);
    expect((await api.call(`${path}/rollback`, { body: { version: 999 } })).status).toBe(422);
    expect((await api.call(`${path}/versions/0`)).body.access).toBe('read-only');
  });

  it('may start a simulation as they are saved', async () => {
    const saved = await save({}, '?verify=false&simulate=true');
    expect(saved.body.simulationRunId).toEqual(expect.any(String));
    expect((await api.call(`/runs/${saved.body.simulationRunId}`)).body).toMatchObject({
      direction: 'push',
      mode: 'simulate',
    });
    // One is open now: the save stands all the same.
    const again = await save({}, '?verify=false&simulate=true');
    expect([again.status, again.body.simulationRunId]).toEqual([200, null]);
  });
});

describe('a preview', () => {
  beforeAll(async () => {
    await save({});
    await api.db.pool.query(
      `INSERT INTO mirror_department (corp_id, department_id, parent_id, name)
       VALUES ($1, 1, 0, 'Test corp 1'), ($1, 11, 1, '研发部'), ($1, 12, 1, '测试部')`,
      [corpId],
    );
    await api.db.pool.query(
      `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments, status, name, seen)
       VALUES ('m1', $1, 'zhangsan', 'zhangsan', '{11}', 1, '张三', '{"name": "张三"}'),
              ('m2', $1, 'lisi', 'lisi', '{12}', 1, '李四', '{"name": "李四"}')`,
      [corpId],
    );
    await api.db.pool.query(
      `INSERT INTO binding (corp_id, member_id, oa_user_id, source) VALUES ($1, 'm1', 'U1', 'matched'), ($1, 'm2', 'U2', 'matched')`,
      [corpId],
    );
  });
  const preview = (document: object) =>
    api.call(`${path}/preview`, {
      headers: english,
      body: { document: { access: 'read-write', ...document } },
    });

  it('names who would be newly affected, and stores nothing', async () => {
    const before = (await api.call(path)).body.version;
    const { status, body } = await preview({ push: { scope: { departments: ['D1'] } } });
    expect(status).toBe(200);
    expect(body.newlyAffected.people).toEqual(
      expect.arrayContaining([
        { oaUserId: 'U2', name: '李四', userId: 'lisi', action: 'disableUser', was: expect.anything() },
      ]),
    );
    expect(body.counts.disableUser).toBe(1);
    expect(body.problems).toEqual([]);
    expect((await preview({})).body.newlyAffected).toEqual({ people: [], total: 0 });
    expect((await api.call(path)).body.version).toBe(before);
    expect((await api.db.pool.query('SELECT * FROM push_change')).rowCount).toBe(0);
  });

  it('says what would stop every push', async () => {
    expect((await preview({ master: 'wecom' })).body.problems).toMatchObject([{ code: 'wecom-is-master' }]);
    expect((await preview({ access: 'read-only' })).body.problems).toMatchObject([{ code: 'read-only' }]);
    const wrong = await preview({ push: { scope: { departments: ['D404'] } } });
    expect(pathsOf(wrong)).toEqual(['document.push.scope.departments.0']);
  });
});

describe('fields', () => {
  it('say which credential really gives them', async () => {
    const { body } = await api.call(`${path}/fields`, { headers: english });
    const field = (name: string) => body.items.find((item: { field: string }) => item.field === name);
    expect(field('name')).toMatchObject({
      readableBy: [expect.stringMatching(/^app:/)],
      matchable: 'read',
      seen: { members: 2, of: 2 },
    });
    expect(field('mobile')).toMatchObject({ readableBy: [], matchable: 'look-up', note: expect.any(String) });
    expect(field('userid')).toMatchObject({ readableBy: ['contacts', expect.anything()], writable: false });
    expect(field('telephone')).toMatchObject({ matchable: 'no' });
  });
});

describe('schedules', () => {
  const schedules = `/corps/:corp/directory/schedules`;
  const at = (rest = '') => schedules.replace(':corp', corpId) + rest;
  const nightly = { cron: '0 2 * * *', timezone: 'Asia/Shanghai' };

  it('follow the settings, and survive being changed while paused', async () => {
    expect((await api.call(at())).body.items).toEqual([]);
    await save({ push: { schedule: nightly } });
    const { body } = await api.call(at());
    expect(body.items).toMatchObject([
      { direction: 'push', ...nightly, paused: false, note: null, lastRun: null },
    ]);
    expect(body.items[0].nextRuns).toHaveLength(5);
    expect(new Date(body.items[0].nextRuns[0]).getUTCHours()).toBe(18);

    const paused = await api.call(at('/push/pause'), { body: { note: 'holidays' } });
    expect([paused.status, paused.body]).toMatchObject([
      200,
      { paused: true, note: 'holidays', nextRuns: [] },
    ]);
    // What people write, and how they are called, may be about anybody.
    const inTemporal = await api.deps.temporal.describeSchedule('push', corpId);
    expect(inTemporal).toMatchObject({ paused: true, note: 'token:installation' });
    await save({ push: { schedule: { ...nightly, cron: '30 3 * * *' } } });
    expect((await api.call(at())).body.items).toMatchObject([{ cron: '30 3 * * *', paused: true }]);
    const resumed = await api.call(at('/push/resume'), { method: 'POST' });
    expect(resumed.body).toMatchObject({ paused: false, note: null });
    expect(new Date(resumed.body.nextRuns[0]).getUTCMinutes()).toBe(30);

    await save({});
    expect((await api.call(at())).body.items).toEqual([]);
    expect((await api.call(at('/push/pause'), { method: 'POST', body: {} })).status).toBe(404);
    expect(await api.deps.temporal.describeSchedule('push', corpId)).toBeUndefined();
  });
});

describe('members', () => {
  it('carry the OA user they are bound to', async () => {
    const { body } = await api.call(`/corps/${corpId}/members?q=lisi`);
    expect(body.items[0].binding).toEqual({
      oaUserId: 'U2',
      name: '李四',
      source: 'matched',
      matchedBy: null,
      runId: null,
      boundBy: null,
      boundAt: expect.any(String),
    });
    expect((await api.call(`/corps/${corpId}/members/zhangsan`)).body.binding).toMatchObject({
      oaUserId: 'U1',
    });
  });
});
