import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatorClient, TestCorp } from './simulator-client';
import type { Answer, Json } from './simulator-client';

const DAY = 86_400;
const appSecret = 'app';
const midnight = (date: string) => Date.parse(`${date}T00:00:00+08:00`) / 1000;
const at = (moment: string) => Date.parse(`${moment}:00+08:00`) / 1000;

const input = {
  apps: [{ agentid: 1000002, secret: appSecret, name: '考勤', permissions: ['checkin'] }],
  departments: [
    { id: 2, name: '研发', parentid: 1 },
    { id: 3, name: '后端', parentid: 2 },
  ],
  users: [
    { userid: 'Zhang', name: '张三', alias: 'Sam', department: [3, 2] },
    { userid: 'li', name: '李四', department: [2] },
  ],
};

let client: SimulatorClient;
beforeAll(async () => {
  client = await SimulatorClient.start();
});
afterAll(() => client.close());

async function ask(corp: TestCorp, path: string, body: Record<string, unknown>): Promise<Answer> {
  const token = await corp.tokenFor(appSecret);
  return corp.client.post(`checkin/${path}`, { access_token: token }, body);
}

function post(corp: TestCorp, path: string, body: unknown): Promise<Json> {
  return corp.client.control('POST', `/corps/${corp.corpid}/checkins${path}`, body);
}

const punch = (
  userid: string,
  moment: string,
  expected: string | null,
  checkin_type: string,
  exception_type = '',
) => ({
  userid,
  checkin_type,
  checkin_time: at(moment),
  ...(expected === null ? {} : { sch_checkin_time: at(expected) }),
  exception_type,
  groupid: 1,
  timeline_id: 1,
});

/** Zhang is late and leaves early on the 8th, works well on the 9th, is at a customer's on the 10th, which is a Saturday. */
const zhangsDays = [
  punch('Zhang', '2020-10-08T09:20', '2020-10-08T09:00', '上班打卡', '时间异常;地点异常'),
  punch('Zhang', '2020-10-08T17:30', '2020-10-08T18:00', '下班打卡', '时间异常'),
  punch('Zhang', '2020-10-09T08:55', '2020-10-09T09:00', '上班打卡'),
  punch('Zhang', '2020-10-09T18:10', '2020-10-09T18:00', '下班打卡', '非常用设备'),
  punch('Zhang', '2020-10-10T15:00', null, '外出打卡'),
  punch('li', '2020-10-08T09:00', '2020-10-08T09:00', '上班打卡', '未打卡'),
  punch('li', '2020-10-08T18:00', '2020-10-08T18:00', '下班打卡', '未打卡'),
  punch('li', '2020-10-09T09:00', '2020-10-09T09:00', '上班打卡', '未打卡'),
  punch('li', '2020-10-09T18:00', '2020-10-09T18:00', '下班打卡'),
];

describe('daily reports', () => {
  it('are what the punches come to, in WeCom’s own words', async () => {
    const corp = await client.corp(input);
    await post(corp, '', zhangsDays);
    const { datas } = await ask(corp, 'getcheckin_daydata', {
      starttime: midnight('2020-10-08'),
      endtime: midnight('2020-10-10'),
      useridlist: ['zhang'],
    });
    expect(datas).toHaveLength(3);
    expect(datas[0]).toEqual({
      base_info: {
        date: midnight('2020-10-08'),
        record_type: 1,
        name: '张三',
        name_ex: 'Sam',
        departs_name: '测试企业/研发/后端;测试企业/研发',
        acctid: 'Zhang',
        rule_info: {
          groupid: 1,
          groupname: '标准班',
          scheduleid: 0,
          schedulename: '',
          checkintime: [{ work_sec: 9 * 3600, off_work_sec: 18 * 3600 }],
        },
        day_type: 0,
      },
      summary_info: {
        checkin_count: 2,
        regular_work_sec: 8 * 3600 + 10 * 60,
        standard_work_sec: 9 * 3600,
        earliest_time: 9 * 3600 + 20 * 60,
        lastest_time: 17 * 3600 + 30 * 60,
      },
      holiday_infos: [],
      exception_infos: [
        { exception: 1, count: 1, duration: 20 * 60 },
        { exception: 2, count: 1, duration: 30 * 60 },
        { exception: 5, count: 1, duration: 0 },
      ],
      ot_info: expect.objectContaining({ ot_status: 0, ot_duration: 0, exception_duration: [] }),
      sp_items: expect.arrayContaining([
        { type: 100, vacation_id: 0, count: 0, duration: 0, time_type: 0, name: '外勤' },
      ]),
    });
    expect(datas[1]).toMatchObject({
      summary_info: { regular_work_sec: 9 * 3600 },
      exception_infos: [{ exception: 6, count: 1, duration: 0 }],
    });
    expect(datas[2]).toMatchObject({
      base_info: { day_type: 1, rule_info: { checkintime: [] } },
      summary_info: { checkin_count: 0, standard_work_sec: 0 },
      exception_infos: [],
    });
    expect(datas[2].sp_items).toContainEqual(expect.objectContaining({ type: 100, count: 1 }));
  });

  it('call a day without one good punch absence, and one missing punch a missing punch', async () => {
    const corp = await client.corp(input);
    await post(corp, '', zhangsDays);
    const { datas } = await ask(corp, 'getcheckin_daydata', {
      starttime: midnight('2020-10-08'),
      endtime: midnight('2020-10-09'),
      useridlist: ['li'],
    });
    expect(datas.map((one: Json) => one.exception_infos)).toEqual([
      [{ exception: 4, count: 1, duration: 9 * 3600 }],
      [{ exception: 3, count: 1, duration: 0 }],
    ]);
  });

  it('agree with the generated punches of the same days', async () => {
    const corp = await client.corp({ ...input, generate: { members: 100, departments: 1 } });
    await post(corp, '/generate', { from: '2020-10-01', days: 31, exceptionRate: 0.2 });
    const useridlist = Array.from({ length: 100 }, (_, n) => `u${String(n + 1).padStart(6, '0')}`);
    const window = { starttime: midnight('2020-10-01'), endtime: midnight('2020-10-30') };
    const { checkindata } = await ask(corp, 'getcheckindata', {
      ...window,
      endtime: window.endtime + DAY - 1,
      opencheckindatatype: 3,
      useridlist,
    });
    const { datas } = await ask(corp, 'getcheckin_daydata', { ...window, useridlist });
    expect(datas).toHaveLength(3000);
    const made = checkindata.filter(({ exception_type: type }: Json) => type !== '未打卡').length;
    const counted = datas.reduce((sum: number, one: Json) => sum + one.summary_info.checkin_count, 0);
    expect(counted).toBe(made);
    const late = checkindata.filter(
      (one: Json) => one.exception_type.includes('时间异常') && one.checkin_type === '上班打卡',
    );
    const reported = datas
      .flatMap((one: Json) => one.exception_infos)
      .filter(({ exception }: Json) => exception === 1);
    expect(reported.reduce((sum: number, { count }: Json) => sum + count, 0)).toBe(late.length);
    expect(reported.reduce((sum: number, { duration }: Json) => sum + duration, 0)).toBe(
      late.reduce((sum: number, one: Json) => sum + one.checkin_time - one.sch_checkin_time, 0),
    );
  });

  it('begin and end with the days of the rule’s zone, one of 25 hours too', async () => {
    const corp = await client.corp(input);
    const timezone = 'America/New_York';
    await post(corp, '/generate', { from: '2020-10-30', days: 4, timezone, exceptionRate: 0 });
    const starttime = Date.parse('2020-10-30T00:00:00-04:00') / 1000;
    const { datas } = await ask(corp, 'getcheckin_daydata', {
      starttime,
      endtime: Date.parse('2020-11-02T00:00:00-05:00') / 1000,
      useridlist: ['li'],
    });
    expect(datas.map((one: Json) => one.base_info.date - starttime)).toEqual([
      0,
      DAY,
      2 * DAY,
      3 * DAY + 3600,
    ]);
    expect(datas.every((one: Json) => one.summary_info.checkin_count === 4)).toBe(true);
    expect(datas.every((one: Json) => one.summary_info.earliest_time <= 9 * 3600)).toBe(true);
    expect(datas.every((one: Json) => one.summary_info.earliest_time > 8.5 * 3600)).toBe(true);
  });

  it('stop at today', async () => {
    const corp = await client.corp(input);
    const { datas } = await ask(corp, 'getcheckin_daydata', {
      starttime: Math.floor(Date.now() / 1000) + 3 * DAY,
      endtime: Math.floor(Date.now() / 1000) + 5 * DAY,
      useridlist: ['li'],
    });
    expect(datas).toEqual([]);
  });

  it.each([
    [301024, 'more than 30 days', { endtime: midnight('2020-10-08') + 31 * DAY }],
    [301023, 'nobody', { useridlist: [] }],
    [301021, 'an unknown member', { useridlist: ['li', 'nobody'] }],
  ])('are refused with %i for %s', async (errcode, _case, change) => {
    const corp = await client.corp(input);
    const body = {
      starttime: midnight('2020-10-08'),
      endtime: midnight('2020-10-08'),
      useridlist: ['li'],
      ...change,
    };
    expect(await ask(corp, 'getcheckin_daydata', body)).toMatchObject({ errcode, datas: [] });
  });
});

describe('monthly reports', () => {
  it('add up the days of a month of 31 days', async () => {
    const corp = await client.corp(input);
    await post(corp, '', zhangsDays);
    const { datas } = await ask(corp, 'getcheckin_monthdata', {
      starttime: midnight('2020-10-01'),
      endtime: midnight('2020-10-31'),
      useridlist: ['zhang', 'li'],
    });
    expect(datas).toHaveLength(2);
    expect(datas[0]).toMatchObject({
      base_info: {
        record_type: 1,
        name: '张三',
        acctid: 'Zhang',
        rule_info: { groupid: 1, groupname: '标准班' },
      },
      summary_info: {
        work_days: 22,
        rest_days: 9,
        except_days: 2,
        regular_days: 0,
        regular_work_sec: 17 * 3600 + 10 * 60,
        standard_work_sec: 22 * 9 * 3600,
      },
      exception_infos: [
        { exception: 1, count: 1, duration: 1200 },
        { exception: 2, count: 1, duration: 1800 },
        { exception: 5, count: 1, duration: 0 },
        { exception: 6, count: 1, duration: 0 },
      ],
      overwork_info: expect.objectContaining({ workday_over_sec: 0 }),
    });
    expect(datas[1].exception_infos).toEqual([
      { exception: 3, count: 1, duration: 0 },
      { exception: 4, count: 1, duration: 9 * 3600 },
    ]);
  });
});

describe('the rules', () => {
  it('say when members are expected, as the generated punches have it', async () => {
    const corp = await client.corp(input);
    const option = { grouptype: 1, groupid: 1, groupname: '标准班' };
    const { group } = await ask(corp, 'getcorpcheckinoption', {});
    expect(group).toEqual([
      expect.objectContaining({ ...option, range: { party_id: ['1'], userid: [], tagid: [] } }),
    ]);
    expect(group[0].checkindate[0]).toMatchObject({
      workdays: [1, 2, 3, 4, 5],
      checkintime: [{ work_sec: 32_400, off_work_sec: 64_800 }],
    });
    await post(corp, '/generate', { from: '2020-10-01', days: 1 });
    const { info } = await ask(corp, 'getcheckinoption', {
      datetime: midnight('2020-10-01'),
      useridlist: ['ZHANG'],
    });
    expect(info).toEqual([{ userid: 'Zhang', group: expect.objectContaining(option) }]);
    expect(info[0].group.checkindate[0]).toMatchObject({
      workdays: [1, 2, 3, 4, 5, 6, 0],
      checkintime: [
        { work_sec: 32_400, off_work_sec: 43_200 },
        { work_sec: 46_800, off_work_sec: 64_800 },
      ],
    });
  });

  it('can be put down for a month, with days of rest', async () => {
    const corp = await client.corp(input);
    await client.control('PUT', `/corps/${corp.corpid}/checkins/rule`, { restDays: [0] });
    const { schedule_list: list } = await ask(corp, 'getcheckinschedulist', {
      starttime: midnight('2020-10-30'),
      endtime: midnight('2020-11-01'),
      useridlist: ['li'],
    });
    expect(list.map((one: Json) => [one.userid, one.yearmonth, one.schedule.scheduleList])).toEqual([
      [
        'li',
        202010,
        [30, 31].map((day) => ({
          day,
          schedule_info: {
            schedule_id: 1,
            schedule_name: '标准班',
            time_section: [
              {
                id: 1,
                work_sec: 32_400,
                off_work_sec: 64_800,
                remind_work_sec: 31_800,
                remind_off_work_sec: 64_800,
              },
            ],
          },
        })),
      ],
      [
        'li',
        202011,
        [{ day: 1, schedule_info: { schedule_id: 0, schedule_name: '休息', time_section: [] } }],
      ],
    ]);
  });
});

describe('check-ins on disk', () => {
  it('are as they were after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
    const stateFile = join(folder, 'simulator.json');
    const everything = {
      starttime: midnight('2020-10-01'),
      endtime: midnight('2020-10-20'),
      opencheckindatatype: 3,
      useridlist: ['Zhang', 'li'],
    };
    try {
      const first = await SimulatorClient.start({ stateFile });
      const before = await first.corp(input);
      await post(before, '', zhangsDays);
      await post(before, '/generate', { from: '2020-10-12', days: 8, perDay: 2, restDays: [0, 6] });
      const { checkindata } = await ask(before, 'getcheckindata', everything);
      const generated = checkindata.at(-1);
      await first.control(
        'DELETE',
        `/corps/${before.corpid}/checkins?userid=li&checkin_time=${generated.checkin_time}`,
      );
      const seen = await ask(before, 'getcheckindata', everything);
      expect(seen['checkindata']).toHaveLength(checkindata.length - 1);
      const state = await before.state();
      await first.close();

      const second = await SimulatorClient.start({ stateFile });
      const after = new TestCorp(second, before.corpid, before.contactsSecret, before.appSecret);
      expect(await ask(after, 'getcheckindata', everything)).toEqual(seen);
      expect(await after.state()).toEqual(state);
      expect(state.checkins).toBeUndefined();
      await second.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('10,000 members and a month of generated punches', () => {
  it('are made up whenever they are asked for, and kept nowhere', async () => {
    const corp = await client.corp({
      ...input,
      generate: { members: 10_000, departments: 300 },
      users: [],
      departments: [],
    });
    expect(await post(corp, '/generate', { from: '2020-10-01', days: 31 })).toEqual({
      members: 10_000,
      rows: 1_240_000,
    });
    const useridlist = Array.from({ length: 100 }, (_, n) => `u${String(n + 1).padStart(6, '0')}`);
    const token = await corp.tokenFor(appSecret);
    const body = JSON.stringify({
      opencheckindatatype: 3,
      starttime: midnight('2020-10-01'),
      endtime: midnight('2020-10-31') - 1,
      useridlist,
    });
    const url = `${client.url}/cgi-bin/checkin/getcheckindata?access_token=${token}`;
    const asked = async () => (await fetch(url, { method: 'POST', body })).text();
    const text = await asked();
    expect(JSON.parse(text).checkindata).toHaveLength(12_000);
    expect(await asked()).toBe(text);
    expect((await corp.state()).checkins).toBeUndefined();
  });
});
