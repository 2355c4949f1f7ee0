import { SimulatorClient } from './simulator-client';
import type { Answer, Json, TestCorp } from './simulator-client';

let client: SimulatorClient;
beforeAll(async () => {
  client = await SimulatorClient.start();
});
afterAll(() => client.close());

const DAY = 86_400;
const app = { agentid: 1000002, secret: 'app', name: '考勤', permissions: ['checkin'] };
const departments = [
  { id: 2, name: '研发', parentid: 1 },
  { id: 3, name: '财务', parentid: 1 },
  { id: 4, name: '后端', parentid: 2 },
];
const users = [
  { userid: 'Zhang', name: '张三', department: [4] },
  { userid: 'li', name: '李四', department: [2] },
  { userid: 'wang', name: '王五', department: [3] },
];

/** Midnight in Shanghai. */
const midnight = (date: string) => Date.parse(`${date}T00:00:00+08:00`) / 1000;
const at = (moment: string) => Date.parse(`${moment}:00+08:00`) / 1000;

const row = (userid: string, moment: string, fields: Record<string, unknown> = {}) => ({
  userid,
  groupname: '标准班',
  checkin_type: '上班打卡',
  exception_type: '',
  checkin_time: at(moment),
  location_title: '云程大厦',
  location_detail: '新港中路397号',
  wifiname: 'Office-5G',
  notes: '',
  wifimac: '3c:46:d8:0c:7a:70',
  mediaids: [],
  groupid: 1,
  schedule_id: 0,
  timeline_id: 1,
  ...fields,
});

class CheckinCorp {
  private constructor(readonly corp: TestCorp) {}

  static async open(input: Record<string, unknown> = {}): Promise<CheckinCorp> {
    return new CheckinCorp(await client.corp({ apps: [app], departments, users, ...input }));
  }

  async ask(path: string, body: Record<string, unknown>, secret = app.secret): Promise<Answer> {
    const token = await this.corp.tokenFor(secret);
    return client.post(`checkin/${path}`, { access_token: token }, body);
  }

  async punches(userids: readonly string[], from: string, to: string, kinds = 3): Promise<Json[]> {
    const answer = await this.ask('getcheckindata', {
      opencheckindatatype: kinds,
      starttime: midnight(from),
      endtime: midnight(to) + DAY - 1,
      useridlist: userids,
    });
    expect(answer).toMatchObject({ errcode: 0, errmsg: 'ok' });
    return answer['checkindata'];
  }

  control(method: string, path: string, body?: unknown): Promise<Json> {
    return client.control(method, `/corps/${this.corp.corpid}/checkins${path}`, body);
  }

  async refused(body: unknown, path = ''): Promise<Json> {
    const answer = await client.http('POST', `/_sim/corps/${this.corp.corpid}/checkins${path}`, body);
    expect(answer.status).toBe(422);
    return answer.json.error.fields;
  }
}

const oneDay = { starttime: midnight('2020-10-09'), endtime: midnight('2020-10-10') - 1 };
const wholeCall = { opencheckindatatype: 3, ...oneDay, useridlist: ['zhang'] };

describe('who may read check-ins', () => {
  it('is an app with the permission, which an admin gives and takes away', async () => {
    const world = await CheckinCorp.open({ apps: [{ ...app, permissions: [] }] });
    expect(await world.ask('getcheckindata', wholeCall)).toMatchObject({ errcode: 48002 });
    await world.corp.byHand('agent/set', { agentid: app.agentid, permissions: ['checkin'] });
    expect(await world.ask('getcheckindata', wholeCall)).toMatchObject({ errcode: 0 });
    await world.corp.byHand('agent/set', { agentid: app.agentid, permissions: ['externalcontact'] });
    expect(await world.ask('getcheckindata', wholeCall)).toMatchObject({ errcode: 48002 });
  });

  it('is the check-in secret in older corps only', async () => {
    const secrets = { systemSecrets: { checkin: 'system', externalcontact: 'customers' } };
    const old = await CheckinCorp.open({ ...secrets, rights: 'legacy' });
    const recent = await CheckinCorp.open({ ...secrets, rights: 'today' });
    expect(await old.ask('getcheckindata', wholeCall, 'system')).toMatchObject({ errcode: 0 });
    expect(await old.ask('getcorpcheckinoption', {}, 'customers')).toMatchObject({ errcode: 48002 });
    expect(await old.ask('getcheckindata', wholeCall, old.corp.contactsSecret)).toMatchObject({
      errcode: 48002,
    });
    expect(await recent.ask('getcheckindata', wholeCall, 'system')).toMatchObject({ errcode: 48002 });
  });
});

describe('a call for check-ins', () => {
  const many = Array.from({ length: 101 }, () => 'zhang');

  it.each([
    [301023, 'nobody named', { useridlist: [] }],
    [301023, 'no list at all', { useridlist: undefined }],
    [301023, 'more than 100', { useridlist: many }],
    [301024, 'an end before the start', { endtime: oneDay.starttime - 1 }],
    [301024, 'more than 30 days', { endtime: oneDay.starttime + 30 * DAY + 1 }],
    [301075, 'no start', { starttime: undefined }],
    [301075, 'another kind', { opencheckindatatype: 4 }],
    [301021, 'one unknown member among known ones', { useridlist: ['zhang', 'nobody', 'li'] }],
  ])('is refused with %i for %s', async (errcode, _case, change) => {
    const world = await CheckinCorp.open();
    expect(await world.ask('getcheckindata', { ...wholeCall, ...change })).toMatchObject({ errcode });
  });

  it('takes 100 members and 30 days', async () => {
    const world = await CheckinCorp.open();
    const answer = await world.ask('getcheckindata', {
      ...wholeCall,
      endtime: oneDay.starttime + 30 * DAY,
      useridlist: many.slice(1),
    });
    expect(answer).toEqual({ errcode: 0, errmsg: 'ok', checkindata: [] });
  });

  it('is refused as a whole for somebody outside the visible range', async () => {
    const world = await CheckinCorp.open({ apps: [{ ...app, visibleDepartments: [2] }] });
    const body = { ...wholeCall, useridlist: ['zhang', 'wang'] };
    expect(await world.ask('getcheckindata', body)).toMatchObject({ errcode: 60011 });
    await client.control('POST', '/settings', { variants: { outOfRangeCheckin: 301021 } });
    expect(await world.ask('getcheckindata', body)).toMatchObject({ errcode: 301021 });
    await client.control('POST', '/settings', { variants: { outOfRangeCheckin: 60011 } });
  });

  it('has a number a minute of its own, for each API', async () => {
    const world = await CheckinCorp.open();
    await client.control('POST', '/settings', { perMinuteOf: { 'checkin/getcheckindata': 3 } });
    const seen: number[] = [];
    for (let call = 0; call < 4; call += 1) seen.push((await world.ask('getcheckindata', wholeCall)).errcode);
    expect(seen).toEqual([0, 0, 0, 45009]);
    expect(await world.ask('getcorpcheckinoption', {})).toMatchObject({ errcode: 0 });
    const { perMinuteOf } = await client.control('DELETE', '/settings');
    expect(perMinuteOf).toMatchObject({
      'checkin/getcheckindata': 600,
      'checkin/getcheckin_daydata': 100,
      'checkin/getcheckin_monthdata': 60,
    });
  });
});

describe('rows that are posted', () => {
  it('come back as they are, within a window that includes both its ends', async () => {
    const world = await CheckinCorp.open();
    const rows = [
      row('Zhang', '2020-10-09T00:00'),
      row('Zhang', '2020-10-09T18:00', { checkin_type: '下班打卡', lat: 23099994, extra: { kept: true } }),
      { ...row('li', '2020-10-09T23:59'), checkin_time: midnight('2020-10-10') - 1 },
      row('li', '2020-10-10T00:00'),
    ];
    expect(await world.control('POST', '', rows)).toEqual({ added: 4, replaced: 0, unknown: [] });
    expect(await world.punches(['zhang', 'li', 'wang'], '2020-10-09', '2020-10-09')).toEqual(
      rows.slice(0, 3),
    );
    expect(await world.punches(['li'], '2020-10-10', '2020-10-10')).toEqual(rows.slice(3));
  });

  it('are told apart by kind of check-in', async () => {
    const world = await CheckinCorp.open();
    await world.control('POST', '', [
      row('li', '2020-10-09T08:59'),
      row('li', '2020-10-09T15:00', { checkin_type: '外出打卡' }),
      row('li', '2020-10-09T18:01', { checkin_type: '下班打卡' }),
    ]);
    const typesOf = async (kinds: number) =>
      (await world.punches(['li'], '2020-10-09', '2020-10-09', kinds)).map(({ checkin_type: type }) => type);
    expect(await typesOf(1)).toEqual(['上班打卡', '下班打卡']);
    expect(await typesOf(2)).toEqual(['外出打卡']);
    expect(await typesOf(3)).toEqual(['上班打卡', '外出打卡', '下班打卡']);
  });

  it('take the place of the one with the same identity, and of no other', async () => {
    const world = await CheckinCorp.open();
    await world.control('POST', '', [
      row('li', '2020-10-09T08:59'),
      row('li', '2020-10-09T08:59', { timeline_id: 2 }),
    ]);
    const changed = row('LI', '2020-10-09T08:59', { notes: '改过' });
    expect(await world.control('POST', '', { checkindata: [changed] })).toMatchObject({
      added: 0,
      replaced: 1,
    });
    expect(await world.punches(['li'], '2020-10-09', '2020-10-09')).toEqual([
      { ...changed, userid: 'li' },
      row('li', '2020-10-09T08:59', { timeline_id: 2 }),
    ]);
  });

  it('may be few words: what is left out is filled in', async () => {
    const world = await CheckinCorp.open();
    await world.control('POST', '', [
      { userid: 'li', checkin_type: '上班打卡', checkin_time: at('2020-10-09T09:00') },
    ]);
    expect(await world.punches(['li'], '2020-10-09', '2020-10-09')).toEqual([
      expect.objectContaining({ exception_type: '', mediaids: [], groupid: 0, timeline_id: 0, notes: '' }),
    ]);
  });

  it('are refused together when one is wrong, which is named', async () => {
    const world = await CheckinCorp.open();
    const fields = await world.refused([
      row('li', '2020-10-09T08:59'),
      { ...row('li', '2020-10-09T08:59'), checkin_time: Date.parse('2020-10-09T08:59:00Z') },
      { ...row('li', '2020-10-09T08:59'), checkin_type: undefined },
      { ...row('li', '2020-10-09T08:59'), mediaids: 'photo' },
    ]);
    expect(fields.map(({ path }: Json) => path)).toEqual(['1.checkin_time', '2.checkin_type', '3.mediaids']);
    expect(await world.control('GET', '')).toMatchObject({ rows: 0 });
  });

  it('of nobody in the directory are taken and said to be so', async () => {
    const world = await CheckinCorp.open();
    expect(await world.control('POST', '', [row('gone', '2020-10-09T08:59')])).toMatchObject({
      unknown: ['gone'],
    });
  });

  it('are cleared for one moment, for a member, or for all', async () => {
    const world = await CheckinCorp.open();
    const moments = ['2020-10-09T08:59', '2020-10-09T18:01'];
    await world.control(
      'POST',
      '',
      ['Zhang', 'li', 'wang'].flatMap((userid) => moments.map((m) => row(userid, m))),
    );
    const left = async () =>
      (await world.punches(['zhang', 'li', 'wang'], '2020-10-09', '2020-10-09')).map(({ userid }) => userid);
    await world.control('DELETE', `?userid=zhang&checkin_time=${at('2020-10-09T08:59')}`);
    expect(await left()).toEqual(['Zhang', 'li', 'li', 'wang', 'wang']);
    await world.control('DELETE', '?userid=LI');
    expect(await left()).toEqual(['Zhang', 'wang', 'wang']);
    await world.control('DELETE', '');
    expect(await left()).toEqual([]);
  });

  it('stay with a member whose userid changes', async () => {
    const world = await CheckinCorp.open({
      users: [{ userid: 'old', name: '旧', department: [2], mobile: '19900000001', userid_changeable: true }],
    });
    await world.control('POST', '', [row('old', '2020-10-09T08:59')]);
    await world.control('POST', '/generate', { from: '2020-10-10', days: 2 });
    const before = await world.punches(['old'], '2020-10-09', '2020-10-11');
    await world.corp.contactsPost('user/update', { userid: 'old', new_userid: 'new' });
    const after = await world.punches(['new'], '2020-10-09', '2020-10-11');
    expect(after).toEqual(before.map((one) => ({ ...one, userid: 'new' })));
  });
});

describe('rows that are generated', () => {
  const october = { from: '2020-10-01', days: 31 };

  it('are there for everybody and every day, four a day, always the same', async () => {
    const world = await CheckinCorp.open();
    expect(await world.control('POST', '/generate', october)).toEqual({ members: 3, rows: 3 * 31 * 4 });
    const first = await world.punches(['zhang', 'li', 'wang'], '2020-10-01', '2020-10-30');
    expect(first).toHaveLength(3 * 30 * 4);
    expect(await world.punches(['zhang', 'li', 'wang'], '2020-10-01', '2020-10-30')).toEqual(first);
    expect(await world.control('GET', '')).toMatchObject({ rows: 0 });
    const identities = first.map((one) =>
      [one.userid, one.checkin_type, one.checkin_time, one.timeline_id, one.groupid].join('|'),
    );
    expect(new Set(identities).size).toBe(first.length);

    // Another corp, and windows of a day each.
    const other = await CheckinCorp.open();
    await other.control('POST', '/generate', october);
    const days: Json[] = [];
    for (let day = 1; day <= 30; day += 1) {
      const date = `2020-10-${String(day).padStart(2, '0')}`;
      days.push(...(await other.punches(['li'], date, date)));
    }
    expect(days).toEqual(first.filter(({ userid }) => userid === 'li'));
  });

  it('look like WeCom’s, whether they are quick to write or not', async () => {
    const world = await CheckinCorp.open();
    await world.control('POST', '/generate', { ...october, exceptionRate: 0.3, photoRate: 0.3 });
    const quick = await world.punches(['Zhang'], '2020-10-01', '2020-10-30');
    // A posted row makes the simulator take the other way.
    await world.control('POST', '', [row('Zhang', '2020-09-01T09:00')]);
    expect(await world.punches(['Zhang'], '2020-10-01', '2020-10-30')).toEqual(quick);
    expect(quick.find(({ exception_type: type }) => type === '')).toMatchObject({
      userid: 'Zhang',
      groupname: '标准班',
      checkin_time: expect.any(Number),
      sch_checkin_time: expect.any(Number),
      deviceid: expect.stringMatching(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/),
      lat: expect.any(Number),
      groupid: 1,
    });
  });

  it('hold the exceptions WeCom has, in the share that was asked for', async () => {
    const world = await CheckinCorp.open({
      generate: { members: 200, departments: 2 },
      users: [],
      departments: [],
    });
    await world.control('POST', '/generate', { ...october, exceptionRate: 0.1, photoRate: 0.05 });
    const { users: members } = await world.corp.state();
    const active = members.filter((one: Json) => one.status === 1).map((one: Json) => one.userid);
    const rows = await world.punches(active.slice(0, 100), '2020-10-01', '2020-10-30');
    const share = (fits: (one: Json) => boolean) => rows.filter(fits).length / rows.length;
    expect(rows).toHaveLength(12_000);
    expect(share(({ exception_type: type }) => type !== '')).toBeCloseTo(0.1, 1);
    expect(share(({ mediaids }) => mediaids.length > 0)).toBeCloseTo(0.05, 1);
    expect(new Set(rows.flatMap(({ exception_type: type }) => type.split(';')))).toEqual(
      new Set(['', '时间异常', '地点异常', '未打卡', 'wifi异常', '非常用设备']),
    );
    for (const one of rows.filter(({ exception_type: type }) => type === '未打卡')) {
      expect(one).toMatchObject({ checkin_time: one.sch_checkin_time, location_title: '', mediaids: [] });
    }
    const late = rows.filter(
      ({ exception_type: type, checkin_type: kind }) => type === '时间异常' && kind === '上班打卡',
    );
    expect(late.every((one) => one.checkin_time > one.sch_checkin_time)).toBe(true);
  });

  it('are 未打卡 for somebody who has never opened WeCom', async () => {
    const world = await CheckinCorp.open({
      users: [{ userid: 'new', name: '新', department: [2], status: 4 }],
    });
    await world.control('POST', '/generate', { ...october, exceptionRate: 0 });
    const rows = await world.punches(['new'], '2020-10-01', '2020-10-05');
    expect(rows).toHaveLength(20);
    expect(rows.every(({ exception_type: type }) => type === '未打卡')).toBe(true);
  });

  it('can be for some departments, with those below, and some people', async () => {
    const world = await CheckinCorp.open();
    expect(
      await world.control('POST', '/generate', { from: '2020-10-01', days: 1, departments: [2] }),
    ).toMatchObject({ members: 2 });
    await world.control('POST', '/generate', { from: '2020-10-02', days: 1, userids: ['WANG'] });
    const rows = await world.punches(['zhang', 'li', 'wang'], '2020-10-01', '2020-10-30');
    expect([...new Set(rows.map(({ userid }) => userid))]).toEqual(['Zhang', 'li', 'wang']);
    expect(rows).toHaveLength(12);
  });

  it('leave out days of rest', async () => {
    const world = await CheckinCorp.open();
    expect(
      await world.control('POST', '/generate', { ...october, restDays: [0, 6], userids: ['li'] }),
    ).toEqual({
      members: 1,
      rows: 22 * 4,
    });
    expect(await world.punches(['li'], '2020-10-03', '2020-10-04')).toEqual([]);
  });

  it('give way to posted ones of the same member, time and kind, and to newer ones of the same day', async () => {
    const world = await CheckinCorp.open();
    await world.control('POST', '/generate', { ...october, userids: ['li'] });
    const [first, ...rest] = await world.punches(['li'], '2020-10-01', '2020-10-01');
    const corrected = { ...first, notes: '补充', exception_type: '' };
    await world.control('POST', '', [corrected]);
    expect(await world.punches(['li'], '2020-10-01', '2020-10-01')).toEqual([corrected, ...rest]);

    await world.control('POST', '/generate', { from: '2020-10-02', days: 1, perDay: 2, userids: ['li'] });
    expect(await world.punches(['li'], '2020-10-02', '2020-10-02')).toHaveLength(2);
    expect(await world.punches(['li'], '2020-10-03', '2020-10-03')).toHaveLength(4);
  });

  it('are gone once cleared, a single one too', async () => {
    const world = await CheckinCorp.open();
    await world.control('POST', '/generate', october);
    const [first, ...rest] = await world.punches(['li'], '2020-10-01', '2020-10-30');
    await world.control('DELETE', `?userid=li&checkin_time=${first.checkin_time}`);
    expect(await world.punches(['li'], '2020-10-01', '2020-10-30')).toEqual(rest);
    await world.control('DELETE', '?userid=li');
    expect(await world.punches(['li', 'wang'], '2020-10-01', '2020-10-01')).toHaveLength(4);
    await world.control('DELETE', '');
    expect(await world.punches(['li', 'wang'], '2020-10-01', '2020-10-30')).toEqual([]);
  });

  it('keep to the clock of their zone when it is changed', async () => {
    const world = await CheckinCorp.open();
    const timezone = 'America/New_York';
    await world.control('POST', '/generate', {
      from: '2020-10-31',
      days: 3,
      perDay: 2,
      timezone,
      exceptionRate: 0,
    });
    const rows = await world.punches(['li'], '2020-10-30', '2020-11-04', 1);
    const hours = rows.map(({ sch_checkin_time: time }) =>
      new Date(time * 1000).toLocaleString('sv-SE', { timeZone: timezone }),
    );
    expect(hours).toEqual([
      '2020-10-31 09:00:00',
      '2020-10-31 18:00:00',
      '2020-11-01 09:00:00',
      '2020-11-01 18:00:00',
      '2020-11-02 09:00:00',
      '2020-11-02 18:00:00',
    ]);
  });

  it('are not there before their time has come', async () => {
    const world = await CheckinCorp.open();
    const today = new Date(Date.now() - DAY * 1000).toISOString().slice(0, 10);
    await world.control('POST', '/generate', { from: today, days: 10 });
    const now = Math.floor(Date.now() / 1000);
    const answer = await world.ask('getcheckindata', {
      ...wholeCall,
      starttime: now - 2 * DAY,
      endtime: now + 10 * DAY,
    });
    expect(answer['checkindata'].length).toBeGreaterThan(0);
    expect(answer['checkindata'].every((one: Json) => one.checkin_time <= now + 60)).toBe(true);
  });

  it.each([
    ['from', { from: '2020-13-01', days: 1 }],
    ['days', { from: '2020-10-01', days: 0 }],
    ['timezone', { from: '2020-10-01', days: 1, timezone: 'Asia/Guangzhou' }],
    ['departments.0', { from: '2020-10-01', days: 1, departments: [99] }],
    ['userids.1', { from: '2020-10-01', days: 1, userids: ['li', 'nobody'] }],
  ])('are refused by name where %s is wrong', async (path, body) => {
    const world = await CheckinCorp.open();
    expect((await world.refused(body, '/generate')).map((field: Json) => field.path)).toEqual([path]);
  });
});

describe('a photo of a punch', () => {
  const photo = async (world: CheckinCorp, mediaId: string) => {
    const token = await world.corp.tokenFor(app.secret);
    return client.http('GET', `/cgi-bin/media/get?access_token=${token}&media_id=${mediaId}`);
  };

  it('can be fetched for three days, of generated and of posted rows', async () => {
    const world = await CheckinCorp.open();
    const from = new Date(Date.now() - 10 * DAY * 1000).toISOString().slice(0, 10);
    await world.control('POST', '/generate', { from, days: 11, photoRate: 1, exceptionRate: 0 });
    const posted = Math.floor(Date.now() / 1000) - 60;
    await world.control('POST', '', [
      { userid: 'wang', checkin_type: '外出打卡', checkin_time: posted, mediaids: ['photo-1'] },
    ]);
    const now = Math.floor(Date.now() / 1000);
    const rows = (
      await world.ask('getcheckindata', {
        ...wholeCall,
        starttime: now - 11 * DAY,
        endtime: now,
        useridlist: ['li'],
      })
    )['checkindata'];
    const recent = await photo(world, rows.at(-1).mediaids[0]);
    expect(recent.headers.get('content-type')).toBe('image/png');
    expect((await photo(world, 'photo-1')).headers.get('content-type')).toBe('image/png');
    expect((await photo(world, rows[0].mediaids[0])).json).toMatchObject({ errcode: 40007 });
    expect((await photo(world, 'photo-2')).json).toMatchObject({ errcode: 40007 });
    expect((await photo(world, `${rows[0].mediaids[0]}x`)).json).toMatchObject({ errcode: 40007 });
  });
});

describe('a correction', () => {
  const correct = (world: CheckinCorp, body: Record<string, unknown>) =>
    world.ask('punch_correction', { userid: 'new', schedule_date_time: midnight('2020-10-08'), ...body });
  const neverCame = { users: [{ userid: 'new', name: '新', department: [2], status: 4 }] };
  const nine = 9 * 3600;

  it('takes the place of the missed punch and is counted in the report', async () => {
    const world = await CheckinCorp.open(neverCame);
    await world.control('POST', '/generate', { from: '2020-10-08', days: 1, perDay: 2 });
    expect(
      await correct(world, {
        schedule_checkin_time: nine,
        checkin_time: at('2020-10-08T09:00'),
        remark: '忘记打卡',
      }),
    ).toEqual({ errcode: 0, errmsg: 'ok' });
    const rows = await world.punches(['new'], '2020-10-08', '2020-10-08');
    expect(rows.map((one) => [one.checkin_type, one.exception_type, one.notes])).toEqual([
      ['上班打卡', '', '忘记打卡'],
      ['下班打卡', '未打卡', ''],
    ]);
    const { datas } = await world.ask('getcheckin_daydata', {
      starttime: midnight('2020-10-08'),
      endtime: midnight('2020-10-08'),
      useridlist: ['new'],
    });
    expect(datas[0].sp_items).toContainEqual(expect.objectContaining({ type: 2, count: 1 }));
    expect(datas[0].exception_infos).toEqual([{ exception: 3, count: 1, duration: 0 }]);
  });

  it.each([
    [301021, 'an unknown member', { userid: 'nobody' }],
    [301080, 'a time at which nobody was expected', { schedule_checkin_time: 3600 }],
    [301081, 'a punch on another day', { checkin_time: at('2020-10-09T09:00') }],
    [301082, 'a day that does not begin then', { schedule_date_time: at('2020-10-08T01:00') }],
    [301083, 'a remark over 512 bytes', { remark: '忘'.repeat(171) }],
  ])('is refused with %i for %s', async (errcode, _case, change) => {
    const world = await CheckinCorp.open(neverCame);
    await world.control('POST', '/generate', { from: '2020-10-08', days: 1, perDay: 2 });
    const good = { schedule_checkin_time: nine, checkin_time: at('2020-10-08T09:00'), remark: '' };
    expect(await correct(world, { ...good, ...change })).toMatchObject({ errcode });
  });
});
