import { SimulatorClient } from './simulator-client';
import type { TestCorp } from './simulator-client';

let client: SimulatorClient;
let corp: TestCorp;
beforeAll(async () => {
  client = await SimulatorClient.start();
});
afterAll(() => client.close());
beforeEach(async () => {
  corp = await client.corp({
    departments: [
      { id: 2, name: '研发', parentid: 1 },
      { id: 3, name: '销售', parentid: 1 },
    ],
    users: [
      { userid: 'Lead', name: '领导', department: [2], mobile: '19900000001', email: 'lead@example.com' },
      {
        userid: 'fresh',
        name: '新人',
        department: [2],
        mobile: '19900000002',
        status: 4,
        direct_leader: ['Lead'],
      },
    ],
    extattrs: [
      { name: '工号', type: 0 },
      { name: '主页', type: 1 },
    ],
    certifiedNames: ['测试'],
    creator: 'Lead',
  });
});

const create = (body: object) => corp.contactsPost('user/create', body);
const update = (body: object) => corp.contactsPost('user/update', body);
const person = { userid: 'wang.wu', name: '王五', mobile: '19900000009', department: [2] };

describe('creating a member', () => {
  it('stores every field and leaves the account waiting for activation', async () => {
    const answer = await create({
      ...person,
      alias: '五',
      email: 'wangwu@example.com',
      biz_mail: 'wangwu@corp.example',
      department: [2, 3],
      order: [5, 0],
      is_leader_in_dept: [1, 0],
      direct_leader: ['lead'],
      main_department: 3,
      position: '工程师',
      gender: '1',
      telephone: '021-5000,12',
      address: '某路 1 号',
      external_position: '顾问',
      enable: 1,
      to_invite: false,
      extattr: {
        attrs: [
          { type: 0, name: '工号', text: { value: '007' } },
          { type: 0, name: '未定义', text: { value: 'x' } },
        ],
      },
      external_profile: {
        external_corp_name: '测试',
        external_attr: [{ type: 0, name: '标语', text: { value: '你好' } }],
      },
    });
    expect(answer).toEqual({ errcode: 0, errmsg: 'created' });
    expect(await corp.member('wang.wu')).toMatchObject({
      name: '王五',
      department: [2, 3],
      order: [5, 0],
      is_leader_in_dept: [1, 0],
      main_department: 3,
      gender: '1',
      status: 4,
      enable: 1,
      extattr: { attrs: [{ type: 0, name: '工号', text: { value: '007' } }] },
    });
  });

  it.each([
    [40003, 'no userid', { userid: undefined }],
    [40003, 'a userid of 65 bytes', { userid: 'a'.repeat(65) }],
    [40003, 'a userid that begins with a dot', { userid: '.a' }],
    [40003, 'a userid in Chinese', { userid: '王五' }],
    [60102, 'a userid that exists in another case', { userid: 'LEAD' }],
    [60112, 'no name', { name: undefined }],
    [60112, 'a name of 65 characters', { name: '名'.repeat(65) }],
    [60103, 'letters in the mobile', { mobile: '1990000abcd' }],
    [60103, 'a mobile as a number', { mobile: 19900000009 }],
    [60104, 'somebody’s mobile', { mobile: '19900000001' }],
    [60104, 'somebody’s mobile with +86', { mobile: '+8619900000001' }],
    [60105, 'a broken email', { email: 'nobody' }],
    [60106, 'somebody’s email', { email: 'LEAD@example.com' }],
    [60129, 'neither mobile nor email', { mobile: undefined }],
    [40066, 'departments that are no list of numbers', { department: ['2'] }],
    [60110, '101 departments', { department: Array.from({ length: 101 }, (_, i) => i + 2) }],
    [60132, 'too few leader flags', { department: [2, 3], is_leader_in_dept: [1] }],
    [40058, 'too few orders', { department: [2, 3], order: [1] }],
    [60257, 'two direct leaders', { direct_leader: ['Lead', 'fresh'] }],
    [60111, 'a direct leader who does not exist', { direct_leader: ['nobody'] }],
    [301012, 'a position of 129 characters', { position: '长'.repeat(129) }],
    [301013, 'letters in the telephone', { telephone: 'abc' }],
    [301015, 'an avatar that was never uploaded', { avatar_mediaid: 'x' }],
    [40058, 'a gender of 3', { gender: '3' }],
    [40058, 'enable 2', { enable: 2 }],
    [60143, 'a broken business mail', { biz_mail: 'x' }],
    [60123, 'a main department that is not one of them', { main_department: 3 }],
    [
      40058,
      'an attribute of 65 characters',
      { extattr: { attrs: [{ type: 0, name: '工号', text: { value: 'x'.repeat(65) } }] } },
    ],
    [
      40058,
      'a web attribute without scheme',
      { extattr: { attrs: [{ type: 1, name: '主页', web: { url: 'a.b', title: 't' } }] } },
    ],
    [41036, 'an external name that is not certified', { external_profile: { external_corp_name: '别家' } }],
    [
      90101,
      'an external text of 13 characters',
      { external_profile: { external_attr: [{ type: 0, name: 'a', text: { value: '一'.repeat(13) } }] } },
    ],
    [
      90103,
      'an external link without scheme',
      { external_profile: { external_attr: [{ type: 1, name: 'a', web: { url: 'x', title: 't' } }] } },
    ],
    [
      90105,
      'a mini program without path',
      {
        external_profile: {
          external_attr: [{ type: 2, name: 'a', miniprogram: { appid: 'x', title: 't' } }],
        },
      },
    ],
    [
      90100,
      'an external attribute of no known type',
      { external_profile: { external_attr: [{ type: 9, name: 'a' }] } },
    ],
  ])('answers %i for %s and stores nothing', async (errcode, _why, wrong) => {
    expect(await create({ ...person, ...wrong })).toMatchObject({ errcode });
    expect((await corp.state()).users).toHaveLength(2);
    expect((await corp.state()).departments).toHaveLength(3);
  });

  it('puts a member without a department into the waiting room', async () => {
    for (const [index, department] of [undefined, [0], []].entries()) {
      const body = { userid: `nobody${index}`, name: '无部门', mobile: `1990000010${index}`, department };
      expect(await create(body)).toMatchObject({ errcode: 0 });
    }
    const { departments } = await corp.state();
    const rooms = departments.filter((one: { name: string }) => one.name === '其他（待设置部门）');
    expect(rooms).toHaveLength(1);
    expect((await corp.member('nobody2')).department).toEqual([rooms[0].id]);
  });

  it('makes an unknown department under the waiting room and says so', async () => {
    const answer = await create({ ...person, department: [2, 777] });
    expect(answer['created_department_list'].department_info).toEqual([
      { name: '其他（待设置部门）', id: 4 },
      { name: '777', id: 5 },
    ]);
    expect((await corp.member('wang.wu')).department).toEqual([2, 5]);
  });

  it('refuses both where departments are required, as older documents say', async () => {
    await client.control('POST', '/settings', {
      variants: { departmentOnCreate: 'required', departmentsPerMember: 20, directLeaders: 5 },
    });
    expect(await create({ ...person, department: undefined })).toMatchObject({ errcode: 41019 });
    expect(await create({ ...person, department: [777] })).toMatchObject({ errcode: 60123 });
    expect(
      await create({ ...person, department: Array.from({ length: 21 }, (_, i) => i + 1) }),
    ).toMatchObject({ errcode: 60110 });
    expect(await create({ ...person, direct_leader: ['Lead', 'fresh'] })).toMatchObject({ errcode: 0 });
    await client.control('DELETE', '/settings');
  });

  it('stops at the corp’s account limit', async () => {
    const small = await client.corp({ accountLimit: 1, users: [{ userid: 'one', name: '一' }] });
    expect(await small.contactsPost('user/create', person)).toMatchObject({ errcode: 45024 });
  });

  it('stops after three times the account limit in a month, for thirty days', async () => {
    const small = await client.corp({ accountLimit: 1 });
    const cycle = async () => {
      const answer = await small.contactsPost('user/create', { ...person, department: [1] });
      if (answer.errcode === 0) await small.contactsGet('user/delete', { userid: person.userid });
      return answer.errcode;
    };
    expect([await cycle(), await cycle(), await cycle(), await cycle()]).toEqual([0, 0, 0, 45009]);
  });
});

describe('updating a member', () => {
  it('changes only what is given', async () => {
    expect(await update({ userid: 'LEAD', position: '总监' })).toEqual({ errcode: 0, errmsg: 'updated' });
    expect(await corp.member('Lead')).toMatchObject({
      position: '总监',
      mobile: '19900000001',
      department: [2],
    });
  });

  it('moves the member when departments are given', async () => {
    await update({ userid: 'fresh', department: [3, 2], order: [1, 2] });
    expect(await corp.member('fresh')).toMatchObject({
      department: [3, 2],
      order: [1, 2],
      main_department: 2,
    });
    expect((await corp.appGet('user/simplelist', { department_id: 3 }))['userlist']).toEqual([
      { userid: 'fresh', name: '新人', department: [3, 2], open_userid: '' },
    ]);
  });

  it('ignores an order without departments', async () => {
    await update({ userid: 'fresh', order: [9] });
    expect((await corp.member('fresh')).order).toEqual([0]);
  });

  it('silently keeps the mobile of an activated member', async () => {
    expect(await update({ userid: 'Lead', mobile: '19900000077' })).toMatchObject({ errcode: 0 });
    expect((await corp.member('Lead')).mobile).toBe('19900000001');
    await update({ userid: 'fresh', mobile: '19900000078' });
    expect((await corp.member('fresh')).mobile).toBe('19900000078');
  });

  it('disables and enables, and remembers whether the member was activated', async () => {
    await update({ userid: 'fresh', enable: 0 });
    expect(await corp.member('fresh')).toMatchObject({ enable: 0, status: 2 });
    await update({ userid: 'fresh', enable: 1 });
    expect(await corp.member('fresh')).toMatchObject({ enable: 1, status: 4 });
  });

  it.each([
    [60111, 'an unknown member', { userid: 'nobody' }],
    [60123, 'an unknown department', { userid: 'fresh', department: [777] }],
    [40066, 'no department at all', { userid: 'fresh', department: [] }],
    [60104, 'somebody’s mobile', { userid: 'fresh', mobile: '19900000001' }],
    [60129, 'clearing mobile and email', { userid: 'fresh', mobile: '', email: '' }],
    [60112, 'an empty name', { userid: 'fresh', name: '' }],
    [60132, 'leader flags that do not fit', { userid: 'fresh', is_leader_in_dept: [1, 0] }],
    [301036, 'another userid', { userid: 'fresh', new_userid: 'other' }],
  ])('answers %i for %s', async (errcode, _why, body) => {
    expect(await update(body)).toMatchObject({ errcode });
  });

  it('changes a userid once, where WeCom made it up', async () => {
    const made = await client.corp({
      users: [
        { userid: 'wosys1', name: '一', mobile: '19900000001', userid_changeable: true },
        { userid: 'two', name: '二', direct_leader: ['wosys1'] },
      ],
    });
    expect(await made.contactsPost('user/update', { userid: 'wosys1', new_userid: 'two' })).toMatchObject({
      errcode: 60102,
    });
    expect(await made.contactsPost('user/update', { userid: 'wosys1', new_userid: 'one' })).toMatchObject({
      errcode: 0,
    });
    expect((await made.member('two')).direct_leader).toEqual(['one']);
    expect(await made.contactsPost('user/update', { userid: 'one', new_userid: 'uno' })).toMatchObject({
      errcode: 301036,
    });
  });
});

describe('deleting members', () => {
  it('removes the account and every mention of it', async () => {
    await create(person);
    await update({ userid: 'fresh', direct_leader: ['wang.wu'] });
    expect(await corp.contactsGet('user/delete', { userid: 'WANG.WU' })).toEqual({
      errcode: 0,
      errmsg: 'deleted',
    });
    expect(await corp.contactsGet('user/delete', { userid: 'wang.wu' })).toMatchObject({ errcode: 60111 });
    expect((await corp.member('fresh')).direct_leader).toEqual([]);
    expect(await create(person)).toMatchObject({ errcode: 0 });
  });

  it.each([
    [41009, 'no userid', {}],
    [301005, 'the creator of the corp', { userid: 'Lead' }],
  ])('answers %i for %s', async (errcode, _why, query) => {
    expect(await corp.contactsGet('user/delete', query as Record<string, string>)).toMatchObject({ errcode });
  });

  it.each([
    [40063, 'an empty list', []],
    [40032, '201 userids', Array.from({ length: 201 }, (_, i) => `u${i}`)],
    [40031, 'one unknown among good ones', ['fresh', 'nobody']],
    [301005, 'the creator among them', ['fresh', 'lead']],
  ])('a batch answers %i for %s and deletes nobody', async (errcode, _why, useridlist) => {
    expect(await corp.contactsPost('user/batchdelete', { useridlist })).toMatchObject({ errcode });
    expect((await corp.state()).users).toHaveLength(2);
  });

  it('a batch deletes all it names', async () => {
    await create(person);
    expect(await corp.contactsPost('user/batchdelete', { useridlist: ['fresh', 'wang.wu'] })).toMatchObject({
      errcode: 0,
    });
    expect((await corp.state()).users).toHaveLength(1);
  });
});
