import type { WecomError } from '../../wecom';
import { WecomAccessError, WecomAlreadySoError, WecomDataError } from '../../wecom';
import type { TestSimulator } from '../support/simulator';
import { startTestSimulator } from '../support/simulator';
import type { SimulatedCorp } from './simulated-corp';
import { agentId, createSimulatedCorp } from './simulated-corp';

let simulator: TestSimulator;
let corp: SimulatedCorp;

beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(() => simulator.close());
beforeEach(async () => {
  corp = await createSimulatedCorp(simulator);
});

describe('departments', () => {
  it('names come from an app, ids and places from the contacts secret too', async () => {
    const { app, contacts } = corp.client();
    expect(await app.departments.list()).toEqual([
      { id: 1, name: '云程科技', parentId: 0, order: expect.any(Number) as number, leaders: [] },
      { id: 2, name: '研发部', parentId: 1, order: 100, leaders: [] },
      { id: 3, name: '市场部', parentId: 1, order: 50, leaders: expect.any(Array) as string[] },
    ]);
    expect((await contacts.departments.simpleList()).map(({ id, parentId }) => [id, parentId])).toEqual([
      [1, 0],
      [2, 1],
      [3, 1],
    ]);
    await expect(contacts.departments.list()).rejects.toMatchObject({
      errcode: 48009,
      reaction: 'fix-access',
    });
  });

  it('are created, renamed, moved and deleted', async () => {
    const { app, contacts } = corp.client();
    const { id } = await contacts.departments.create({ name: '测试组', parentId: 2, order: 7 });
    await contacts.departments.update({ id, name: '质量组', parentId: 3 });
    expect(await app.departments.get({ id })).toMatchObject({ id, name: '质量组', parentId: 3, order: 7 });
    await contacts.departments.delete({ id });
    await expect(contacts.departments.delete({ id })).rejects.toMatchObject({ state: 'not-found' });
  });

  it('a second sibling of the same name exists already; a department with members can not go', async () => {
    const { contacts } = corp.client();
    await expect(contacts.departments.create({ name: '研发部', parentId: 1 })).rejects.toMatchObject({
      errcode: 60008,
      state: 'exists',
    });
    await expect(contacts.departments.delete({ id: 2 })).rejects.toBeInstanceOf(WecomDataError);
  });
});

describe('members', () => {
  it("today's app reads a member without mobile, email and gender", async () => {
    const member = await corp.client().app.members.get({ userId: 'hanmeimei' });
    expect(member).toMatchObject({
      userId: 'hanmeimei',
      name: '韩梅梅',
      departmentIds: [2, 3],
      leaderIn: [false, true],
      status: expect.stringMatching(/activated/) as string,
    });
    expect(member.gender).toBeUndefined();
    expect(member.mobile || undefined).toBeUndefined();
  });

  it('a legacy app reads every field', async () => {
    const legacy = await createSimulatedCorp(simulator, { rights: 'legacy' });
    expect(await legacy.client().app.members.get({ userId: 'lilei' })).toMatchObject({
      userId: 'LiLei',
      mobile: '19900000001',
      email: 'lilei@example.com',
      position: '工程师',
    });
  });

  it('are listed by department, with or without what is below', async () => {
    const { app } = corp.client();
    const ids = async (departmentId: number, fetchChild: boolean) =>
      (await app.members.list({ departmentId, fetchChild })).map(({ userId }) => userId).sort();
    expect(await ids(2, false)).toEqual(['LiLei', 'hanmeimei']);
    expect(await ids(1, false)).toEqual([]);
    expect(await ids(1, true)).toEqual(['LiLei', 'hanmeimei']);
    expect((await app.members.simpleList({ departmentId: 3 })).map(({ name }) => name)).toEqual(['韩梅梅']);
  });

  it('ids of the whole corp come page by page, one row per member and department', async () => {
    const { contacts } = corp.client();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await contacts.members.listIds({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.rows.map(({ userId, departmentId }) => `${userId} ${departmentId}`));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen.sort()).toEqual(['LiLei 2', 'hanmeimei 2', 'hanmeimei 3']);
  });

  it('are created, changed, disabled and deleted, and read back as written', async () => {
    const legacy = await createSimulatedCorp(simulator, { rights: 'legacy', extattrs: [{ name: '工号' }] });
    const { app, contacts } = legacy.client();
    await contacts.members.create({
      userId: 'wangwei',
      name: '王伟',
      mobile: '19900000009',
      gender: 'male',
      departmentIds: [2, 3],
      orders: [5, 6],
      leaderIn: [true, false],
      mainDepartmentId: 3,
      position: '设计师',
      directLeaders: ['LiLei'],
      extAttrs: [{ type: 'text', name: '工号', value: 'A-17' }],
      invite: false,
    });
    expect(await app.members.get({ userId: 'wangwei' })).toMatchObject({
      name: '王伟',
      mobile: '19900000009',
      gender: 'male',
      departmentIds: [2, 3],
      orders: [5, 6],
      leaderIn: [true, false],
      mainDepartmentId: 3,
      position: '设计师',
      directLeaders: ['LiLei'],
      extAttrs: [{ type: 'text', name: '工号', value: 'A-17' }],
    });
    await contacts.members.update({ userId: 'wangwei', position: '', enabled: false });
    expect(await app.members.get({ userId: 'wangwei' })).toMatchObject({ position: '', status: 'disabled' });
    await contacts.members.delete({ userId: 'wangwei' });
    await expect(app.members.get({ userId: 'wangwei' })).rejects.toMatchObject({
      errcode: 60111,
      state: 'not-found',
    });
  });

  it.each([
    [{ userId: 'lilei', name: '重复', mobile: '19900000010' }, 60102],
    [{ userId: 'new1', name: '重复', mobile: '19900000001' }, 60104],
    [{ userId: 'new2', name: '重复', email: 'lilei@example.com' }, 60106],
  ])('one that exists already is told so (%#)', async (member, errcode) => {
    const error = await corp
      .client()
      .contacts.members.create({ ...member, departmentIds: [2] })
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    expect(error).toBeInstanceOf(WecomAlreadySoError);
    expect(error).toMatchObject({ errcode, state: 'exists', outcomeUnknown: false });
    expect((error as WecomError).message).not.toMatch(/19900000001|lilei@example|重复/);
  });

  it('are deleted two hundred at a time', async () => {
    const { contacts } = corp.client();
    await contacts.members.batchDelete({ userIds: ['LiLei', 'hanmeimei'] });
    expect((await contacts.members.listIds()).rows).toEqual([]);
  });

  it('are looked up by mobile and by email', async () => {
    const { contacts } = corp.client();
    expect(await contacts.members.userIdByMobile({ mobile: '19900000002' })).toBe('hanmeimei');
    expect(await contacts.members.userIdByEmail({ email: 'lilei@example.com', kind: 'personal' })).toBe(
      'LiLei',
    );
    await expect(contacts.members.userIdByMobile({ mobile: '19900000099' })).rejects.toMatchObject({
      errcode: 46004,
      state: 'not-found',
    });
  });

  it('who were active are counted', async () => {
    const date = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const { activeCount } = await corp.client().contacts.members.activeStat({ date });
    expect(activeCount).toBeGreaterThanOrEqual(0);
  });
});

describe('the app', () => {
  it('tells its visible range', async () => {
    expect(await corp.client().app.agent.get()).toMatchObject({
      agentId,
      name: '组织同步',
      visibleDepartmentIds: [1],
      visibleUserIds: [],
      closed: false,
    });
    expect((await corp.client().app.agent.list()).map((agent) => agent.agentId)).toEqual([agentId]);
  });

  it('with a wrong agent id is an access problem', async () => {
    const error = corp.client().app.agent.get({ agentId: 1000099 });
    await expect(error).rejects.toBeInstanceOf(WecomAccessError);
    await expect(error).rejects.toMatchObject({ errcode: 301002 });
  });

  it('may not write contacts', async () => {
    await expect(corp.client().app.members.delete({ userId: 'LiLei' })).rejects.toMatchObject({
      errcode: 48002,
      reaction: 'fix-access',
    });
  });
});

describe('network and media', () => {
  it('the addresses for firewalls can be read', async () => {
    const { app } = corp.client();
    expect((await app.network.apiDomainIps()).length).toBeGreaterThan(0);
    expect((await app.network.callbackIps()).length).toBeGreaterThan(0);
  });

  it('a file comes back as it was sent, with its name', async () => {
    const { app } = corp.client();
    const content = Buffer.from('{"errcode":40007,"errmsg":"a file that looks like an error"}');
    const { mediaId } = await app.media.upload({ type: 'file', filename: 'staff "new".json', content });
    const file = await app.media.get({ mediaId });
    expect(file.content.equals(content)).toBe(true);
    expect(file.filename).toBe('staff _new_.json');
  });

  it('a picture for news is kept under an address', async () => {
    const content = Buffer.from('ffd8ffe000104a46494600010100', 'hex');
    const { url } = await corp.client().app.media.uploadPicture({ content });
    const kept = await fetch(url);
    expect(kept.headers.get('content-type')).toMatch('image/jpeg');
    expect(Buffer.from(await kept.arrayBuffer()).equals(content)).toBe(true);
  });

  it('an expired media id says so', async () => {
    await expect(corp.client().app.media.get({ mediaId: 'gone' })).rejects.toMatchObject({ errcode: 40007 });
  });
});

describe('trusted addresses', () => {
  it('a refusal tells the address WeCom saw', async () => {
    await corp.settings({ trustedIps: ['203.0.113.1'] });
    try {
      await expect(corp.client().app.departments.list()).rejects.toMatchObject({
        errcode: 60020,
        reaction: 'fix-access',
        fromIp: expect.stringMatching(/127\.0\.0\.1/) as string,
        errmsg: expect.not.stringContaining('hint') as string,
      });
    } finally {
      await corp.settings({ trustedIps: [] });
    }
  });
});
