import { defaultDirectorySettings, type DirectorySettings } from '../../domain/directory/settings';
import { createBindingStore, type BindingStore } from '../../store/bindings';
import { createLinkMemberStore } from '../../store/link-members';
import { createOaDirectoryStore } from '../../store/oa-directory';
import type { OaUser } from '../../oa/port';
import { fixtureCorp } from '../directory-pull/fixture-corp';
import { createPullWorld, type ConnectedCorp, type PullWorld } from '../directory-pull/pull-world';

let world: PullWorld;
let bindings: BindingStore;

beforeAll(async () => {
  world = await createPullWorld();
  bindings = createBindingStore(world.db);
});
beforeEach(async () => {
  await oaHas([
    { id: 'u1', jobNumber: 'ADA' },
    { id: 'u2', jobNumber: 'bob' },
    { id: 'u3', jobNumber: 'carol', status: 'departed' },
  ]);
});
afterAll(() => world.close());

async function oaHas(users: readonly (Partial<OaUser> & { readonly id: string })[]): Promise<void> {
  await createOaDirectoryStore(world.db).seed({
    subcompanies: [{ id: 's1', name: '总部', parentId: null, order: 0 }],
    departments: [{ id: 'd1', name: '研发部', parentId: null, subcompanyId: 's1', order: 0 }],
    users: users.map((user) => ({
      loginId: user.id,
      jobNumber: null,
      name: user.id,
      mobile: null,
      email: null,
      gender: null,
      position: null,
      telephone: null,
      departmentId: 'd1',
      partTimeDepartmentIds: [],
      managerId: null,
      order: 0,
      status: 'active',
      custom: {},
      ...user,
    })),
  });
}

async function connected(
  enabled: boolean,
  match: DirectorySettings['push']['match'] = defaultDirectorySettings.push.match,
): Promise<ConnectedCorp> {
  const corp = await world.createCorp(fixtureCorp);
  const { pull, push } = defaultDirectorySettings;
  await world.settings.saveSettings(
    corp.id,
    {
      ...defaultDirectorySettings,
      pull: { ...pull, linkNewMembers: { ...pull.linkNewMembers, enabled } },
      push: { ...push, match },
    },
    'token:test',
  );
  return corp;
}

const boundIn = async ({ id }: ConnectedCorp) =>
  Object.fromEntries(
    (await bindings.list({ corpId: id, limit: 100 })).items.map(({ userId, oaUserId }) => [userId, oaUserId]),
  );

describe('a pull with linking switched on', () => {
  it('binds new members for whom exactly one active OA user fits, in read-only access', async () => {
    const corp = await connected(true);
    const run = await world.pull(corp);
    expect(run).toMatchObject({ phase: 'done', counts: { createUser: 3, bindUser: 2, conflict: 0 } });
    expect(await boundIn(corp)).toEqual({ Ada: 'u1', bob: 'u2' });
    const ada = await bindings.find(corp.id, 'ada');
    expect(ada).toMatchObject({ source: 'pulled', matchedBy: 'userid', runId: run.id, boundBy: null });
    expect(await bindings.history(corp.id, ada?.memberId ?? '')).toMatchObject([
      { event: 'bound', source: 'pulled', runId: run.id },
    ]);
    expect((await world.pull(corp)).counts).toMatchObject({ bindUser: 0, conflict: 0 });
  });

  it('only counts when it simulates, also members it has never seen', async () => {
    const corp = await connected(true);
    expect((await world.pull(corp, 'simulate')).counts).toMatchObject({ createUser: 3, bindUser: 2 });
    expect(await boundIn(corp)).toEqual({});
    expect((await bindings.counts(corp.id)).members).toBe(0);
  });

  it('leaves whoever is bound as they are', async () => {
    const corp = await connected(false);
    await world.pull(corp);
    const by = 'token:test';
    await bindings.bind({ corpId: corp.id, userId: 'bob', oaUserId: 'u1', replace: false, by });
    const { document } = await world.settings.currentSettings(corp.id);
    const pull = { ...document.pull, linkNewMembers: { ...document.pull.linkNewMembers, enabled: true } };
    await world.settings.saveSettings(corp.id, { ...document, pull }, by);
    // Ada's OA user belongs to bob.
    expect((await world.pull(corp)).counts).toMatchObject({ bindUser: 0, conflict: 1 });
    expect(await boundIn(corp)).toEqual({ bob: 'u1' });
  });

  it('finds conflicts instead of guessing, and asks WeCom about nobody', async () => {
    await oaHas([
      { id: 'u1', jobNumber: 'ada', name: '一' },
      { id: 'u2', jobNumber: 'ADA', name: '阿达' },
      { id: 'u3', jobNumber: 'bob' },
    ]);
    const corp = await connected(true);
    await world.control('DELETE', '/calls');
    expect((await world.pull(corp)).counts).toMatchObject({ bindUser: 1, conflict: 1 });
    expect(await boundIn(corp)).toEqual({ bob: 'u3' });
    const paths = Object.keys(await world.callsByPath());
    expect(paths.filter((path) => path.includes('getuserid') || path.includes('get_userid'))).toEqual([]);
    expect(await bindings.counts(corp.id)).toEqual({ members: 3, bound: 1, unbound: 2, conflicts: 1 });
  });

  it('binds nobody while the OA has lost people without anybody having confirmed it', async () => {
    const corp = await connected(true);
    await world.db.pool.query('UPDATE oa_directory_version SET confirmed_at = NULL');
    expect((await world.pull(corp)).counts).toMatchObject({ createUser: 3, bindUser: 0 });
    await world.db.pool.query('UPDATE oa_directory_version SET confirmed_at = now()');
    expect((await world.pull(corp)).counts).toMatchObject({ bindUser: 2 });
  });

  it('leaves whom a person unbound to people; whom all were unbound with, it binds again', async () => {
    const corp = await connected(true);
    const by = 'token:test';
    await world.pull(corp);
    const ada = await bindings.unbind(corp.id, 'ada', by);
    expect((await world.pull(corp)).counts).toMatchObject({ bindUser: 0, conflict: 0 });
    expect((await world.pull(corp, 'simulate')).counts).toMatchObject({ bindUser: 0, conflict: 0 });
    expect(await boundIn(corp)).toEqual({ bob: 'u2' });
    expect(await bindings.history(corp.id, ada?.memberId ?? '')).toMatchObject([
      { event: 'unbound', source: 'manual', by },
      { event: 'bound', source: 'pulled' },
    ]);
    expect(
      (await world.mirror.searchMembers({ corpId: corp.id, binding: 'unbound', limit: 10 })).items,
    ).toMatchObject([{ userId: 'Ada' }, { userId: 'carol' }]);

    // By hand it is bound at once, and is a binding like any other from then on.
    await bindings.bind({ corpId: corp.id, userId: 'ada', oaUserId: 'u1', replace: false, by });
    expect(await bindings.unbindAll(corp.id, by)).toBe(2);
    expect((await bindings.history(corp.id, ada?.memberId ?? ''))[0]).toMatchObject({
      source: 'cleared',
      by,
    });
    expect((await world.pull(corp)).counts).toMatchObject({ bindUser: 2 });
    expect(await boundIn(corp)).toEqual({ Ada: 'u1', bob: 'u2' });
  });

  it('knows whom a person told apart also after they left and came back', async () => {
    const corp = await connected(true);
    await world.pull(corp);
    await bindings.unbind(corp.id, 'ada', 'token:test');
    await world.db.pool.query(
      `UPDATE mirror_member SET gone_at = now() WHERE corp_id = $1 AND user_id_key = 'ada'`,
      [corp.id],
    );
    expect((await world.pull(corp, 'simulate')).counts).toMatchObject({ bindUser: 0 });
    expect((await world.pull(corp)).counts).toMatchObject({ bindUser: 0 });
    expect(await boundIn(corp)).toEqual({ bob: 'u2' });
  });

  it('matches by what the bridge wrote where WeCom gives nothing back', async () => {
    await oaHas([{ id: 'u1', mobile: '+86 19900000001' }]);
    const corp = await connected(true, [{ oaField: 'mobile', wecomField: 'mobile' }]);
    expect((await world.pull(corp)).counts).toMatchObject({ bindUser: 0 });
    await world.db.pool.query(
      `UPDATE mirror_member SET written = '{"mobile": "19900000001"}' WHERE corp_id = $1 AND user_id_key = 'ada'`,
      [corp.id],
    );
    expect((await world.pull(corp)).counts).toMatchObject({ bindUser: 1 });
  });
});

it('a pull with linking switched off binds nobody, and keeps the conflicts up to date all the same', async () => {
  await oaHas([
    { id: 'u1', jobNumber: 'ada' },
    { id: 'u2', jobNumber: 'ADA' },
    { id: 'u3', jobNumber: 'bob' },
  ]);
  const corp = await connected(false);
  expect((await world.pull(corp)).counts).toMatchObject({ bindUser: 0, conflict: 1 });
  await oaHas([{ id: 'u1', jobNumber: 'ada' }]);
  expect((await world.pull(corp)).counts).toMatchObject({ bindUser: 0, conflict: 0 });
  expect((await bindings.counts(corp.id)).conflicts).toBe(0);
});

describe('one member who is asked about', () => {
  const byMobile = [{ oaField: 'mobile', wecomField: 'mobile' }];
  const links = () => createLinkMemberStore(world.db);
  async function memberIdOf(corp: ConnectedCorp, userId: string): Promise<string> {
    return (await world.mirror.findMember(corp.id, userId))?.memberId ?? '';
  }

  it('is found by the same rules as everybody in a pull', async () => {
    const corp = await connected(false);
    await world.pull(corp);
    const match = defaultDirectorySettings.push.match;
    const ada = await memberIdOf(corp, 'Ada');
    expect(await links().findLink({ corpId: corp.id, memberId: ada, match })).toEqual({
      memberId: ada,
      kind: 'unique',
      oaUserId: 'u1',
      matchedBy: 'userid',
    });
    const carol = await memberIdOf(corp, 'carol');
    expect(await links().findLink({ corpId: corp.id, memberId: carol, match })).toMatchObject({
      kind: 'none',
    });
  });

  it('may be known better than the mirror knows them, and competes with others all the same', async () => {
    await oaHas([{ id: 'u1', mobile: '19900000001' }]);
    const corp = await connected(false);
    await world.pull(corp);
    const find = async (userId: string, mobile: string) =>
      links().findLink({
        corpId: corp.id,
        memberId: await memberIdOf(corp, userId),
        match: byMobile,
        values: { mobile },
      });
    expect(await find('Ada', '+8619900000001')).toMatchObject({ kind: 'unique', oaUserId: 'u1' });
    await world.db.pool.query(
      `UPDATE mirror_member SET written = '{"mobile": "199 0000 0001"}' WHERE corp_id = $1 AND user_id_key = 'bob'`,
      [corp.id],
    );
    expect(await find('Ada', '19900000001')).toMatchObject({ kind: 'conflict', code: 'several-members' });
  });

  it('is nobody to be found once bound', async () => {
    const corp = await connected(true);
    await world.pull(corp);
    const memberId = await memberIdOf(corp, 'Ada');
    expect(await links().findLink({ corpId: corp.id, memberId, match: byMobile })).toBeUndefined();
  });
});
