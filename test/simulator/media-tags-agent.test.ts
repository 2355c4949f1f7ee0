import { SimulatorClient } from './simulator-client';
import type { TestCorp } from './simulator-client';

let client: SimulatorClient;
let corp: TestCorp;
beforeEach(async () => {
  client = await SimulatorClient.start();
  corp = await client.corp({
    departments: [{ id: 2, name: '研发', parentid: 1 }],
    users: [
      { userid: 'a', name: '甲', department: [2] },
      { userid: 'b', name: '乙', department: [1] },
    ],
    apps: [
      { agentid: 1000002, secret: 'whole', name: '全员' },
      { agentid: 1000003, secret: 'part', name: '研发', visibleDepartments: [2] },
    ],
  });
});
afterEach(() => client.close());

const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(64)]);

/** Silence: frames of 20 ms in the 4.75 kbit/s mode, 13 bytes each. */
function amr(seconds: number): Buffer {
  return Buffer.concat([
    Buffer.from('#!AMR\n'),
    Buffer.alloc(seconds * 50 * 13, Buffer.from([0x04, ...Array(12).fill(0)])),
  ]);
}

async function upload(path: string, content: Buffer, filename = '文件.png') {
  const form = new FormData();
  form.set('media', new Blob([new Uint8Array(content)]), filename);
  const token = await corp.tokenFor('whole');
  return client.http('POST', `/cgi-bin/${path}${path.includes('?') ? '&' : '?'}access_token=${token}`, form);
}

describe('media', () => {
  it('is given back as it was, to every app of the corp', async () => {
    const { json } = await upload('media/upload?type=file', Buffer.from('工资表'));
    expect(json).toMatchObject({
      errcode: 0,
      errmsg: '',
      type: 'file',
      created_at: expect.stringMatching(/^\d{10}$/),
    });
    const token = await corp.tokenFor('part');
    const answer = await client.http(
      'GET',
      `/cgi-bin/media/get?access_token=${token}&media_id=${json.media_id}`,
    );
    expect(answer.text).toBe('工资表');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="/);
  });

  it('is given back in parts for a Range', async () => {
    const { json } = await upload('media/upload?type=file', Buffer.from('0123456789'));
    const token = await corp.tokenFor('part');
    const url = `/cgi-bin/media/get?access_token=${token}&media_id=${json.media_id}`;
    const part = await client.http('GET', url, undefined, { range: 'bytes=2-4' });
    expect(part).toMatchObject({ status: 206, text: '234' });
    expect(part.headers.get('content-range')).toBe('bytes 2-4/10');
  });

  it('is gone after three days', async () => {
    const { json } = await upload('media/upload?type=image', png);
    await client.control('POST', '/clock', { advanceSeconds: 3 * 86_400 });
    const token = await client.token(corp.corpid, 'whole');
    expect(await client.get('media/get', { access_token: token, media_id: json.media_id })).toMatchObject({
      errcode: 40007,
    });
  });

  it('of nothing is refused before the token is looked at', async () => {
    expect(
      (await client.http('POST', '/cgi-bin/media/upload?type=image&access_token=made-up')).json.errcode,
    ).toBe(44001);
  });

  it.each([
    [40005, 'an unknown type', 'media/upload?type=picture', png],
    [40006, 'five bytes', 'media/upload?type=file', Buffer.from('12345')],
    [40123, 'an image that is none', 'media/upload?type=image', Buffer.from('GIF89a......')],
    [301017, 'a voice that is not AMR', 'media/upload?type=voice', Buffer.from('RIFFxxxxWAVE')],
    [45007, 'a voice of 61 seconds', 'media/upload?type=voice', amr(61)],
    [0, 'a voice of 60 seconds', 'media/upload?type=voice', amr(60)],
    [40004, 'a video that is not MP4', 'media/upload?type=video', Buffer.from('RIFFxxxxAVI ')],
    [
      45001,
      'an image above 10 MB',
      'media/upload?type=image',
      Buffer.concat([png, Buffer.alloc(10 * 1024 * 1024)]),
    ],
    [
      45001,
      'a permanent image above 2 MB',
      'media/uploadimg',
      Buffer.concat([png, Buffer.alloc(2 * 1024 * 1024)]),
    ],
  ])('answers %i for %s', async (errcode, _why, path, content) => {
    expect((await upload(path, content)).json.errcode).toBe(errcode);
  });

  it('takes images up to 5 MB only where that reading is chosen', async () => {
    const sixMb = Buffer.concat([png, Buffer.alloc(6 * 1024 * 1024)]);
    expect((await upload('media/upload?type=image', sixMb)).json.errcode).toBe(0);
    await client.control('POST', '/settings', { variants: { imageLimit: '5-MB' } });
    expect((await upload('media/upload?type=image', sixMb)).json.errcode).toBe(45001);
  });

  it('uploaded for good has an address that serves it', async () => {
    const { json } = await upload('media/uploadimg', png);
    const image = await fetch(json.url);
    expect(image.headers.get('content-type')).toMatch('image/png');
    expect(Buffer.from(await image.arrayBuffer()).equals(png)).toBe(true);
  });

  it('serves as an avatar', async () => {
    const { json } = await upload('media/upload?type=image', png);
    expect(
      await corp.contactsPost('user/update', { userid: 'a', avatar_mediaid: json.media_id }),
    ).toMatchObject({ errcode: 0 });
    expect((await corp.member('a')).avatar).toMatch(/^https:/);
  });
});

describe('tags', () => {
  const asPart = async (path: string, body: object) =>
    client.post(path, { access_token: await corp.tokenFor('part') }, body);

  it('report what could not be added, users as one string and departments as a list', async () => {
    const { tagid } = await corp.contactsPost('tag/create', { tagname: '骨干' });
    expect(tagid).toBe(1);
    expect(
      await corp.contactsPost('tag/addtagusers', { tagid, userlist: ['a', 'x', 'y'], partylist: [2, 99] }),
    ).toMatchObject({
      errcode: 0,
      invalidlist: 'x|y',
      invalidparty: [99],
    });
    expect(await corp.contactsGet('tag/get', { tagid })).toMatchObject({
      tagname: '骨干',
      userlist: [{ userid: 'a', name: '甲' }],
      partylist: [2],
    });
    expect(await corp.contactsPost('tag/deltagusers', { tagid, userlist: ['a'] })).toEqual({
      errcode: 0,
      errmsg: 'ok',
    });
    expect((await corp.contactsGet('tag/list'))['taglist']).toEqual([{ tagid: 1, tagname: '骨干' }]);
  });

  it.each([
    [40072, 'tag/create', { tagname: '长'.repeat(33) }],
    [41018, 'tag/create', {}],
    [40071, 'tag/create', { tagname: '已有' }],
    [40068, 'tag/create', { tagname: '新', tagid: 7 }],
    [41017, 'tag/addtagusers', { userlist: ['a'] }],
    [40068, 'tag/addtagusers', { tagid: 99, userlist: ['a'] }],
    [40063, 'tag/addtagusers', { tagid: 7 }],
    [40070, 'tag/addtagusers', { tagid: 7, userlist: ['x'] }],
    [81014, 'tag/addtagusers', { tagid: 7, userlist: Array.from({ length: 1001 }, (_, i) => `u${i}`) }],
  ])('answer %i at %s for %j', async (errcode, path, body) => {
    await corp.contactsPost('tag/create', { tagname: '已有', tagid: 7 });
    expect(await corp.contactsPost(path, body)).toMatchObject({ errcode });
  });

  it('are changed only by whoever made them', async () => {
    await corp.contactsPost('tag/create', { tagname: '通讯录的', tagid: 7 });
    expect(await asPart('tag/update', { tagid: 7, tagname: '改名' })).toMatchObject({ errcode: 81011 });
    expect(await asPart('tag/addtagusers', { tagid: 7, userlist: ['a'] })).toMatchObject({ errcode: 81011 });
    expect(await corp.contactsGet('tag/delete', { tagid: 7 })).toMatchObject({ errcode: 0 });
  });

  it('take from an app only what it sees', async () => {
    const { tagid } = await asPart('tag/create', { tagname: '研发的' });
    expect(await asPart('tag/addtagusers', { tagid, userlist: ['a', 'b'] })).toMatchObject({
      errcode: 0,
      invalidlist: 'b',
    });
  });
});

describe('batch/invite', () => {
  it('answers lists of what was wrong, and an error only when all was', async () => {
    expect(
      await corp.contactsPost('batch/invite', { user: ['a', 'x'], party: [2, 9], tag: [5] }),
    ).toMatchObject({
      errcode: 0,
      invaliduser: ['x'],
      invalidparty: [9],
      invalidtag: [5],
    });
    expect(await corp.contactsPost('batch/invite', { user: ['x'] })).toMatchObject({
      errcode: 81013,
      invaliduser: ['x'],
    });
    expect(await corp.contactsPost('batch/invite', {})).toMatchObject({ errcode: 82001, invaliduser: [] });
  });
});

describe('agent/set', () => {
  const set = async (body: object) =>
    client.post('agent/set', { access_token: await corp.tokenFor('whole') }, body);

  it('changes the app’s own card', async () => {
    expect(
      await set({ agentid: 1000002, name: '新名', home_url: 'https://oa.example.com', isreportenter: 1 }),
    ).toMatchObject({ errcode: 0 });
    const answer = await client.get('agent/get', {
      access_token: await corp.tokenFor('whole'),
      agentid: 1000002,
    });
    expect(answer).toMatchObject({ name: '新名', home_url: 'https://oa.example.com', isreportenter: 1 });
  });

  it.each([
    [41011, {}],
    [301002, { agentid: 1000003 }],
    [45022, { agentid: 1000002, name: '长'.repeat(33) }],
    [45004, { agentid: 1000002, description: '短' }],
    [40094, { agentid: 1000002, home_url: 'oa.example.com' }],
    [40059, { agentid: 1000002, report_location_flag: 3 }],
    [40007, { agentid: 1000002, logo_mediaid: 'x' }],
  ])('answers %i for %j', async (errcode, body) => {
    expect(await set(body)).toMatchObject({ errcode });
  });

  it('cannot give itself a wider range', async () => {
    await set({ agentid: 1000002, visibleDepartments: [2] });
    const answer = await client.get('agent/get', {
      access_token: await corp.tokenFor('whole'),
      agentid: 1000002,
    });
    expect(answer['allow_partys']).toEqual({ partyid: [1] });
  });
});

describe('IP lists', () => {
  it('hold addresses or patterns, as the two samples in the documents', async () => {
    expect((await corp.contactsGet('get_api_domain_ip'))['ip_list']).toContain('203.0.113.10');
    expect((await corp.contactsGet('getcallbackip'))['ip_list']).toContain('203.0.113.*');
    await client.control('POST', '/settings', { variants: { callbackIps: 'exact' } });
    expect((await corp.contactsGet('getcallbackip'))['ip_list'].join()).not.toContain('*');
  });
});
