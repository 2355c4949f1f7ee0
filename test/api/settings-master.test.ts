import pino from 'pino';
import { completeSettings, defaultDirectorySettings, firstMatchOf } from '../../domain/directory/settings';
import { ensureNamespace } from '../../workers/namespace';
import { testTemporal } from '../support/temporal';
import type { Answer, TestApi } from './harness';
import { startTestApi } from './harness';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  await ensureNamespace(testTemporal(), api.namespace, pino({ level: 'silent' }));
  await api.db.pool.query(`INSERT INTO oa_subcompany (id, name) VALUES ('S1', 'Corp A')`);
  await api.db.pool.query(
    `INSERT INTO oa_user (id, login_id, job_number, name, mobile, updated_at)
     VALUES ('U1', 'zhangsan', 'zhangsan', '张三', '19900000001', now()),
            ('U2', 'lisi', 'lisi', '李四', '19900000002', now())`,
  );
});
afterAll(() => api.close());

async function connect(name: string): Promise<string> {
  const corp = await api.createCorp();
  const created = await api.call('/corps', {
    body: { name, corpId: corp.corpId, contactsSecret: corp.contactsSecret },
  });
  return String(created.body.id);
}

/** As a pull would have left it: somebody bound, and somebody the OA does not know. */
async function read(corpId: string): Promise<void> {
  await api.db.pool.query(
    `INSERT INTO mirror_department (corp_id, department_id, parent_id, name) VALUES ($1, 1, 0, 'Corp A'), ($1, 2, 1, '研发部')`,
    [corpId],
  );
  await api.db.pool.query(
    `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments, status, name, seen)
     VALUES ($1 || '-1', $1, 'zhangsan', 'zhangsan', '{1}', 1, '张三', '{"name": "张三"}'),
            ($1 || '-2', $1, 'wangwu', 'wangwu', '{2}', 1, '王五', '{"name": "王五"}')`,
    [corpId],
  );
  await api.db.pool.query(
    `INSERT INTO binding (corp_id, member_id, oa_user_id, source) VALUES ($1, $1 || '-1', 'U1', 'matched')`,
    [corpId],
  );
}

const settingsOf = (corpId: string) => `/corps/${corpId}/directory/settings`;
const save = (corpId: string, body: object): Promise<Answer> =>
  api.call(`${settingsOf(corpId)}?verify=false`, {
    method: 'PUT',
    headers: { 'accept-language': 'en' },
    // As it is for a person at the console.
    body: { confirmMaster: false, ...body },
  });
const pathsOf = ({ body }: Answer): string[] =>
  (body.error.fields as { path: string }[]).map((problem) => problem.path);

describe('what of a member goes into the OA', () => {
  let corpId: string;
  beforeAll(async () => {
    corpId = await connect('Mapping');
  });

  it('is login, name and departments until somebody says otherwise', async () => {
    const { body } = await api.call(settingsOf(corpId));
    expect(body.pull.fieldMapping).toEqual([
      { to: 'loginId', from: 'userid' },
      { to: 'name', from: 'name' },
      { to: 'departments', from: 'departments' },
    ]);
  });

  it('is kept as given, expressions and fields of the OA’s own included', async () => {
    const fieldMapping = [
      { to: 'loginId', from: { expression: 'lower(loginId)' } },
      { to: 'name', from: 'name' },
      { to: 'custom.工号', from: 'extattr.工号' },
      { to: 'mobile', from: 'mobile' },
    ];
    const saved = await save(corpId, { pull: { fieldMapping } });
    expect([saved.status, saved.body.pull?.fieldMapping]).toEqual([200, fieldMapping]);
  });

  it.each([
    [{ to: 'managerId', from: 'name' }, 'to'],
    [{ to: 'custom.', from: 'name' }, 'to'],
    [{ to: 'name', from: 'nickname' }, 'from'],
    [{ to: 'name', from: 'departments' }, 'from'],
    [{ to: 'departments', from: 'name' }, 'from'],
    [{ to: 'name', from: { expression: 'name +' } }, 'from.expression'],
    [{ to: 'name', from: { expression: 'somebody' } }, 'from.expression'],
  ])('is refused as %j', async (entry, place) => {
    const answer = await save(corpId, { pull: { fieldMapping: [entry] } });
    expect([answer.status, pathsOf(answer)]).toEqual([422, [`pull.fieldMapping.0.${place}`]]);
  });
});

describe('the match fields are one list', () => {
  let corpId: string;
  beforeAll(async () => {
    corpId = await connect('Match');
  });
  const byMobile = { oaField: 'mobile', wecomField: 'mobile' };
  const byNumber = { oaField: 'jobNumber', wecomField: 'userid' };
  const linked = ({ body }: Answer) => {
    const { oaField, wecomField } = body.pull.linkNewMembers;
    return { oaField, wecomField };
  };

  it('changing the pushes’ first one changes that of new members, and the other way round', async () => {
    const ofPush = await save(corpId, { push: { match: [byMobile, byNumber] } });
    expect(linked(ofPush)).toEqual(byMobile);
    const sent = {
      pull: { linkNewMembers: { enabled: true, ...byNumber } },
      push: { match: [byMobile, byNumber] },
    };
    const ofPull = await save(corpId, sent);
    expect(linked(ofPull)).toEqual(byNumber);
    expect(ofPull.body.push.match).toEqual([byNumber]);
    expect(ofPull.body.pull.linkNewMembers.enabled).toBe(true);
  });

  it('both changed differently in one save is refused at both places', async () => {
    const answer = await save(corpId, {
      pull: { linkNewMembers: byMobile },
      push: { match: [{ oaField: 'email', wecomField: 'email' }] },
    });
    expect([answer.status, pathsOf(answer)]).toEqual([422, ['push.match.0', 'pull.linkNewMembers']]);
  });

  it('what was read can be sent back', async () => {
    const before = (await api.call(settingsOf(corpId))).body;
    const after = await save(corpId, before);
    expect(after.body).toMatchObject({ pull: before.pull, push: before.push });
  });

  it.each([
    [{ match: undefined, link: {} }, byNumber],
    [{ match: [byMobile], link: {} }, byMobile],
    [{ match: undefined, link: { wecomField: 'mobile', oaField: 'mobile' } }, byMobile],
    [{ match: [byMobile], link: byMobile }, byMobile],
    [{ match: [byMobile], link: byNumber }, byMobile],
    [{ match: [byNumber], link: byMobile }, byMobile],
    [{ match: [byMobile], link: { oaField: 'email', wecomField: 'email' } }, undefined],
  ])('%j beside the stored one', (given, first) => {
    expect(firstMatchOf(given, byNumber)).toEqual(first);
  });
});

describe('settings saved by an earlier version', () => {
  it('get the defaults of what has been added, and one list of match fields', async () => {
    const corpId = await connect('Earlier');
    const old = JSON.parse(JSON.stringify(defaultDirectorySettings)) as {
      pull: { fieldMapping?: unknown };
      push: { match: unknown; scope: { departments: string[] } };
    };
    delete old.pull.fieldMapping;
    old.push.match = [{ oaField: 'email', wecomField: 'email' }];
    await api.db.pool.query(
      `INSERT INTO directory_settings (corp_id, version, document, saved_by) VALUES ($1, 1, $2, 'user:x')`,
      [corpId, JSON.stringify(old)],
    );
    const { status, body } = await api.call(settingsOf(corpId));
    expect(status).toBe(200);
    expect(body.pull).toMatchObject({
      linkNewMembers: { oaField: 'email', wecomField: 'email' },
      fieldMapping: defaultDirectorySettings.pull.fieldMapping,
    });
    expect((await api.call(`${settingsOf(corpId)}/versions`)).status).toBe(200);
    expect((await api.deps.pushPlans.settings(corpId, null)).document.pull.fieldMapping).toHaveLength(3);
  });

  it('keep lists that were stored empty', () => {
    const stored = { push: { fieldMapping: [], match: [{ oaField: 'email', wecomField: 'email' }] } };
    const document = completeSettings(stored);
    expect(document.push.fieldMapping).toEqual([]);
    expect(document.push.guard).toEqual(defaultDirectorySettings.push.guard);
  });
});

describe('another master', () => {
  let corpId: string;
  const toWecom = { access: 'read-write', master: 'wecom', pull: { syncToOa: true } };

  beforeAll(async () => {
    corpId = await connect('Corp A');
    await read(corpId);
    await save(corpId, { access: 'read-write' });
  });

  it('has to be confirmed, and the refusal says in words what it would do', async () => {
    const answer = await save(corpId, toWecom);
    expect(answer.status).toBe(409);
    expect(answer.body.error).toMatchObject({
      code: 'confirm_master',
      from: 'oa',
      to: 'wecom',
      syncToOa: true,
      counts: { createOaUser: 1 },
    });
    const effects = (answer.body.error.effects as string[]).join('\n');
    expect(effects).toMatch(/no longer pushed into this corp/);
    expect(effects).toMatch(/People of the OA: 1 created/);
    expect((await api.call(settingsOf(corpId))).body.master).toBe('oa');
  });

  it('without syncing into the OA says that nothing changes there', async () => {
    const answer = await save(corpId, { ...toWecom, pull: {} });
    expect(answer.body.error).toMatchObject({ code: 'confirm_master', syncToOa: false, counts: {} });
    expect(answer.body.error.effects.at(-1)).toMatch(/Nothing changes in the OA/);
  });

  it('can be previewed before: who would be created in the OA, by name', async () => {
    const { status, body } = await api.call(`${settingsOf(corpId)}/preview`, { body: { document: toWecom } });
    expect(status).toBe(200);
    expect(body.counts).toMatchObject({ createOaUser: 1 });
    expect(body.newlyAffected.people).toContainEqual(
      expect.objectContaining({ name: '王五', userId: 'wangwu', action: 'createOaUser', was: null }),
    );
    expect(body.problems).toEqual([]);
  });

  it('is saved once confirmed, and then asks no more', async () => {
    expect((await save(corpId, { ...toWecom, confirmMaster: true })).status).toBe(200);
    const again = await save(corpId, { ...toWecom, timezone: 'Asia/Tokyo' });
    expect([again.status, again.body.timezone]).toEqual([200, 'Asia/Tokyo']);
    expect(again.body).not.toHaveProperty('confirmMaster');
  });

  it('may start a simulation of what goes into the OA as it is saved', async () => {
    const saved = await api.call(`${settingsOf(corpId)}?verify=false&simulate=true`, {
      method: 'PUT',
      body: toWecom,
    });
    expect(saved.body.simulationRunId).toEqual(expect.any(String));
    const run = (await api.call(`/runs/${saved.body.simulationRunId}`)).body;
    expect(run).toMatchObject({
      direction: 'pull',
      mode: 'simulate',
      workflowId: `directory-oa-sync:${corpId}`,
    });
  });

  it('only one corp is synced into the OA, and the refusal names it', async () => {
    const other = await connect('Corp B');
    const answer = await save(other, { ...toWecom, confirmMaster: true });
    expect([answer.status, pathsOf(answer)]).toEqual([422, ['pull.syncToOa']]);
    expect(answer.text).toContain('Corp A');
    // Also when both are saved at the same moment.
    await expect(
      api.deps.directorySettings.saveSettings(
        other,
        {
          ...defaultDirectorySettings,
          master: 'wecom',
          pull: { ...defaultDirectorySettings.pull, syncToOa: true },
        },
        'user:test',
      ),
    ).rejects.toMatchObject({ name: 'SyncToOaTakenError', corpId });
  });

  it('back to the OA tells what a push would do to the members', async () => {
    const answer = await save(corpId, { access: 'read-write', master: 'oa' });
    expect(answer.body.error).toMatchObject({ code: 'confirm_master', from: 'wecom', to: 'oa' });
    const effects = (answer.body.error.effects as string[]).join('\n');
    expect(effects).toMatch(/WeCom is no longer synced into it/);
    expect(effects).toMatch(/Members of WeCom: 1 created/);
  });

  it('is saved without a question for a program that does not ask for one', async () => {
    const fresh = await connect('Corp E');
    await read(fresh);
    await save(fresh, { access: 'read-write' });
    const saved = await api.call(`${settingsOf(fresh)}?verify=false`, {
      method: 'PUT',
      body: { master: 'wecom' },
    });
    expect([saved.status, saved.body.master]).toEqual([200, 'wecom']);
  });

  it('a version under another master is not rolled back to without a word', async () => {
    const body = { version: 1 };
    const path = `${settingsOf(corpId)}/rollback?verify=false`;
    expect((await api.call(path, { body })).body.error.code).toBe('confirm_master');
    expect((await api.call(path, { body: { ...body, confirmMaster: true } })).status).toBe(200);
  });

  it('syncing into the OA needs WeCom as the master, and somebody’s login and name', async () => {
    const wrong = await save(corpId, { pull: { syncToOa: true }, confirmMaster: true });
    expect(pathsOf(wrong)).toEqual(['pull.syncToOa']);
    const fieldMapping = [{ to: 'mobile', from: 'mobile' }];
    const bare = await save(corpId, {
      master: 'wecom',
      pull: { syncToOa: true, fieldMapping },
      confirmMaster: true,
    });
    expect(pathsOf(bare)).toEqual(['pull.fieldMapping', 'pull.fieldMapping']);
  });

  it('that is chosen with the first save, or before anything was read, needs no confirmation', async () => {
    const fresh = await connect('Corp C');
    await read(fresh);
    expect((await save(fresh, { master: 'wecom' })).status).toBe(200);
    const unread = await connect('Corp D');
    await save(unread, {});
    expect((await save(unread, { master: 'wecom' })).status).toBe(200);
  });
});
