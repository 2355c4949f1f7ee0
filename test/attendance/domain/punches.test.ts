import { hash } from 'node:crypto';
import { dayFinder } from '../../../domain/attendance/day-boundary';
import { exceptionsIn } from '../../../domain/attendance/exceptions';
import {
  distinctPunches,
  fromWecom,
  identityOf,
  kindCodeOf,
  punchDetails,
  type RawPunch,
} from '../../../domain/attendance/punch';
import { rowJson } from '../../../domain/attendance/row-json';
import { rowDigest } from '../../../store/attendance-digest';

const days = dayFinder({ timezone: 'Asia/Shanghai', dayStartsAt: '04:00' });
const at = (time: string): number => Date.parse(`2026-11-20T${time}+08:00`) / 1_000;

function row(change: Record<string, unknown> = {}): RawPunch {
  return {
    userid: 'LiLei',
    groupname: '标准班',
    checkin_type: '上班打卡',
    exception_type: '',
    checkin_time: at('08:55:00'),
    location_title: '云程大厦',
    location_detail: '新港中路397号',
    wifiname: 'Office',
    notes: '',
    mediaids: [],
    lat: 23_099_994,
    lng: 113_324_520,
    deviceid: 'E5FA89F6',
    sch_checkin_time: at('09:00:00'),
    groupid: 1,
    schedule_id: 0,
    timeline_id: 2,
    ...change,
  };
}

const read = (change: Record<string, unknown> = {}) => fromWecom(row(change), { days, digest: rowDigest });
const exceptionsOf = (change: Record<string, unknown>) => exceptionsIn(read(change).exceptions);

test('a punch is whose, which, when, of which shift and of which group', () => {
  expect(read()).toMatchObject({
    userId: 'LiLei',
    kind: '上班打卡',
    kindCode: 'on-duty',
    checkinTime: at('08:55:00'),
    timelineId: 2,
    groupId: 1,
    day: '2026-11-20',
    exceptions: 0,
  });
});

test('numbers that WeCom sends as strings are numbers, and those it leaves out are 0', () => {
  expect(read({ checkin_time: String(at('08:55:00')), groupid: '1', timeline_id: '2' })).toMatchObject({
    checkinTime: at('08:55:00'),
    timelineId: 2,
    groupId: 1,
  });
  expect(read({ groupid: undefined, timeline_id: null })).toMatchObject({ timelineId: 0, groupId: 0 });
});

test.each([
  ['上班打卡', 'on-duty'],
  ['下班打卡', 'off-duty'],
  ['外出打卡', 'outing'],
  ['远程打卡', 'other'],
  ['constructor', 'other'],
])('%s is %s', (kind, code) => expect(kindCodeOf(kind)).toBe(code));

test.each<[string, Record<string, unknown>, string[]]>([
  ['a late arrival', { exception_type: '时间异常', checkin_time: at('09:10:00') }, ['late']],
  [
    'leaving early',
    {
      checkin_type: '下班打卡',
      exception_type: '时间异常',
      checkin_time: at('17:00:00'),
      sch_checkin_time: at('18:00:00'),
    },
    ['early'],
  ],
  [
    'a late arrival without a time that was expected',
    { exception_type: '时间异常', sch_checkin_time: 0 },
    ['late'],
  ],
  [
    'leaving early without one',
    { checkin_type: '下班打卡', exception_type: '时间异常', sch_checkin_time: undefined },
    ['early'],
  ],
  ['an outing at the wrong time', { checkin_type: '外出打卡', exception_type: '时间异常' }, ['time']],
  ['a wrong time that is not late', { exception_type: '时间异常', checkin_time: at('05:00:00') }, ['time']],
  ['no punch at all', { exception_type: '未打卡', checkin_time: at('09:00:00') }, ['missing']],
  ['another place and Wi-Fi', { exception_type: '地点异常;wifi异常' }, ['place', 'wifi']],
  ['Wi-Fi in capitals, and a foreign phone', { exception_type: 'WIFI异常；非常用设备' }, ['wifi', 'device']],
  [
    'late at another place',
    { exception_type: '时间异常;地点异常', checkin_time: at('09:10:00') },
    ['late', 'place'],
  ],
  ['a word that is new', { exception_type: '人脸异常' }, ['other']],
  ['nothing', { exception_type: '' }, []],
  ['nothing said', { exception_type: undefined }, []],
])('%s is told by its code', (_, change, codes) => expect(exceptionsOf(change)).toEqual(codes));

describe('what the next reading is compared by', () => {
  test('is the same whatever order the fields come in, and another where any of them differs', () => {
    const turned = Object.fromEntries(Object.entries(row()).reverse());
    expect(read(turned).digest).toBe(read().digest);
    expect(JSON.parse(read().json)).toEqual(row());
    expect(read({ notes: '补卡' }).digest).not.toBe(read().digest);
    expect(read({ mediaids: ['WWCISP_1'] }).digest).not.toBe(read().digest);
    expect(read({ lat: '23099994' }).digest).not.toBe(read().digest);
  });

  test('rows with other fields come one after the other', () => {
    const short: RawPunch = { userid: 'a', checkin_type: '上班打卡', checkin_time: 1 };
    const texts = [row(), short, row({ extra: { b: [1, { d: null, c: 'x' }], a: true } }), short, row()].map(
      rowJson,
    );
    expect(texts[1]).toBe('{"checkin_time":1,"checkin_type":"上班打卡","userid":"a"}');
    expect(texts[3]).toBe(texts[1]);
    expect(texts[4]).toBe(texts[0]);
    expect(texts[2]).toContain('"extra":{"a":true,"b":[1,{"c":"x","d":null}]}');
    expect(rowJson({})).toBe('{}');
  });

  test('is 64 bits of sha1 that Postgres can hold', () => {
    const { digest, json } = read();
    expect(digest).toBe(hash('sha1', json, 'buffer').readBigInt64BE(0));
    expect(digest).toBe(BigInt.asIntN(64, digest));
  });
});

test('two rows about one punch are one, the later of them; in whatever case the member is written', () => {
  const first = read();
  const again = read({ userid: 'lilei', notes: '补卡' });
  const others = [
    read({ checkin_time: at('08:55:01') }),
    read({ checkin_type: '下班打卡' }),
    read({ timeline_id: 1 }),
    read({ groupid: 3 }),
    read({ userid: 'HanMeimei' }),
  ];
  expect(distinctPunches([first, ...others, again])).toEqual([again, ...others]);
  expect(new Set([first, again, ...others].map(identityOf)).size).toBe(6);
});

test('people see WeCom’s own words, and nothing where there are none', () => {
  expect(punchDetails(row({ exception_type: '地点异常', mediaids: ['WWCISP_1', '', 7] }))).toEqual({
    exception: '地点异常',
    groupName: '标准班',
    location: '云程大厦',
    deviceId: 'E5FA89F6',
    mediaIds: ['WWCISP_1'],
    scheduledAt: new Date('2026-11-20T09:00:00+08:00'),
  });
  expect(punchDetails(row({ location_title: '' })).location).toBe('新港中路397号');
  expect(punchDetails({})).toEqual({
    exception: null,
    groupName: null,
    location: null,
    deviceId: null,
    mediaIds: [],
    scheduledAt: null,
  });
});
