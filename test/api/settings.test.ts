import { defaultDirectorySettings } from '../../domain/directory/settings';
import type { TestApi } from './harness';
import { startTestApi } from './harness';

let api: TestApi;
let path: string;
let corpId: string;
let appId: string;

beforeAll(async () => {
  api = await startTestApi();
  const corp = await api.createCorp();
  const created = await api.call('/corps', {
    body: { name: 'A', corpId: corp.corpId, contactsSecret: corp.contactsSecret },
  });
  corpId = created.body.id;
  path = `/corps/${corpId}/directory/settings`;
  const app = await api.call(`/corps/${corpId}/apps`, {
    body: { name: 'A', agentId: corp.agentId, secret: corp.appSecret },
  });
  appId = app.body.id;
});
afterAll(() => api.close());

const save = (body: unknown, query = '') => api.call(path + query, { method: 'PUT', body });

describe('directory settings', () => {
  it('are the safe defaults until something is saved', async () => {
    expect((await api.call(path)).body).toEqual({
      ...defaultDirectorySettings,
      version: 0,
      savedAt: null,
      savedBy: null,
    });
  });

  it('take the default for whatever a body leaves out', async () => {
    const saved = await save({ appId, push: { guard: { maxDeletes: 3 } } });
    expect(saved.status).toBe(200);
    expect(saved.body).toEqual({
      ...defaultDirectorySettings,
      appId,
      push: {
        ...defaultDirectorySettings.push,
        guard: { ...defaultDirectorySettings.push.guard, maxDeletes: 3 },
      },
      version: 1,
      savedBy: 'token:BRIDGE_ADMIN_TOKEN',
      savedAt: expect.any(String),
    });
  });

  it('may be sent back as they were read', async () => {
    const { body: read } = await api.call(path);
    expect((await save(read)).body).toEqual({
      ...read,
      version: read.version + 1,
      savedAt: expect.any(String),
    });
  });

  it('get a version of their own from each of several saves at once', async () => {
    const before = (await api.call(path)).body.version;
    const saves = await Promise.all([1, 2, 3].map(() => save({ appId })));
    expect(saves.map(({ body }) => body.version).sort()).toEqual([before + 1, before + 2, before + 3]);
  });

  it('may be read-write once WeCom lets the contacts secret write, and show in the corp', async () => {
    expect((await save({ access: 'read-write' })).status).toBe(200);
    expect((await api.call(`/corps/${corpId}`)).body.access).toBe('read-write');
    const { body: bare } = await api.call('/corps?verify=false', {
      body: { name: 'Bare', corpId: 'wwbare000001' },
    });
    const refused = await api.call(`/corps/${bare.id}/directory/settings`, {
      method: 'PUT',
      body: { access: 'read-write' },
    });
    expect(refused.body.error).toMatchObject({
      fields: [{ path: 'access' }],
      advice: expect.stringContaining('API 编辑通讯录'),
    });
  });

  it.each([
    [{ access: 'write' }, 'access'],
    [{ timezone: 'Mars/Olympus' }, 'timezone'],
    [{ timezone: '+08:00' }, 'timezone'],
    [{ appId: 'nobody' }, 'appId'],
    [{ unknown: 1 }, 'unknown'],
    [{ push: { guard: { maxDeletes: -1 } } }, 'push.guard.maxDeletes'],
    [{ push: { guard: { maxDeletes: 1.5 } } }, 'push.guard.maxDeletes'],
    [{ push: { guard: { maxDeletePercent: 101 } } }, 'push.guard.maxDeletePercent'],
    [{ push: { guard: { colour: 1 } } }, 'push.guard.colour'],
    [{ push: { schedule: { cron: '0 25 * * *', timezone: 'Asia/Shanghai' } } }, 'push.schedule.cron'],
    [{ push: { schedule: { cron: '0 2 * *', timezone: 'Asia/Shanghai' } } }, 'push.schedule.cron'],
    [{ pull: { schedule: { cron: '0 2 * * *', timezone: 'Asia' } } }, 'pull.schedule.timezone'],
    [{ pull: { schedule: { cron: '0 2 * * *' } } }, 'pull.schedule.timezone'],
    [{ pull: { syncToOa: true } }, 'pull.syncToOa'],
    [{ push: { topDepartmentId: 0 } }, 'push.topDepartmentId'],
    [{ push: { topDepartmentId: 1.5 } }, 'push.topDepartmentId'],
    [{ push: { scope: { departments: ['D404'] } } }, 'push.scope.departments.0'],
    [{ push: { scope: { subcompanies: ['S404'] } } }, 'push.scope.subcompanies.0'],
    [{ push: { scope: { includeUsers: ['U404'] } } }, 'push.scope.includeUsers.0'],
    [{ push: { departed: { deleteAfterDays: -1 } } }, 'push.departed.deleteAfterDays'],
    [{ push: { approval: { timeoutHours: 0 } } }, 'push.approval.timeoutHours'],
    [{ push: { match: [] } }, 'push.match'],
    [
      {
        push: {
          fieldMapping: [
            { to: 'position', from: 'a' },
            { to: 'position', from: 'b' },
          ],
        },
      },
      'push.fieldMapping.1.to',
    ],
    [{ maintenanceWindows: [{}] }, 'maintenanceWindows.0.days'],
  ])('name the field that is wrong in %j', async (body, field) => {
    const before = (await api.call(path)).body.version;
    const answer = await save(body);
    expect(answer.status).toBe(422);
    expect(answer.body.error.fields.map((problem: { path: string }) => problem.path)).toContain(field);
    expect((await api.call(path)).body.version).toBe(before);
  });

  it.each(['*/5 * * * *', '0 2 * * MON-FRI', '30 1,13 1-15/2 JAN *', '0 0 * * 7'])(
    'accept the schedule %s',
    async (cron) => {
      expect((await save({ push: { schedule: { cron, timezone: 'Asia/Shanghai' } } })).status).toBe(200);
    },
  );
});
