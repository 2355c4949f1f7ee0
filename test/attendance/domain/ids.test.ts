import { punchNews, reportNews, newsKey, type PunchChange } from '../../../domain/attendance/news';
import { parseRecordId, recordId, reportId } from '../../../domain/attendance/record-id';

const key = { personId: 17, checkinTime: 1_795_136_100, timelineId: 2, groupId: 1, kind: '上班打卡' };

test.each([
  ['上班打卡', '17-1795136100-2-1-on-duty'],
  ['下班打卡', '17-1795136100-2-1-off-duty'],
  ['外出打卡', '17-1795136100-2-1-outing'],
])('the id of a punch tells what WeCom tells punches apart by: %s', (kind, id) => {
  expect(recordId({ ...key, kind })).toBe(id);
  expect(parseRecordId(id)).toEqual({ ...key, kind });
});

test.each(['远程打卡', 'on-duty', 'other.x', 'a-b/c?d', ''])('any other kind keeps its words: %p', (kind) => {
  const id = recordId({ ...key, kind });
  expect(id).toMatch(/^[\w.-]+$/);
  expect(parseRecordId(id)).toEqual({ ...key, kind });
});

test.each([
  '',
  'on-duty',
  '17-1795136100-2-1',
  '17-1795136100-2-1-',
  '17-1795136100-2-1-late',
  '017-1795136100-2-1-on-duty',
  '17-1795136100-2-1-on-duty ',
  '99999999999-1795136100-2-1-on-duty',
  '2147483648-1795136100-2-1-on-duty',
  '17-9999999999999-2-1-on-duty',
  '17-1795136100-2-1-other._w',
  '17-1795136100-2-99999999999999999999-on-duty',
])('%p is no id of a punch', (id) => expect(parseRecordId(id)).toBeNull());

test('a report is told by its member, its period and its day', () => {
  expect(reportId({ personId: 17, period: 'daily', day: '2026-11-20' })).toBe('17-daily-2026-11-20');
  expect(reportId({ personId: 17, period: 'monthly', day: '2026-11-01' })).toBe('17-monthly-2026-11-01');
});

const change: PunchChange = {
  personId: 17,
  userId: 'LiLei',
  oaUserId: 'u1',
  day: '2026-11-20',
  exceptions: 1 | 16,
  version: 2,
  isSuperseded: false,
  at: new Date(key.checkinTime * 1_000),
  kind: key.kind,
  timelineId: 2,
  groupId: 1,
  raw: { exception_type: '时间异常;地点异常', groupname: '标准班', sch_checkin_time: key.checkinTime - 600 },
};

test('the OA is told of a punch by an id that stays, with a version that grows', () => {
  expect(punchNews(change)).toEqual({
    id: '17-1795136100-2-1-on-duty',
    version: 2,
    state: 'current',
    oaUserId: 'u1',
    userId: 'LiLei',
    day: '2026-11-20',
    at: '2026-11-20T00:55:00.000Z',
    kind: '上班打卡',
    kindCode: 'on-duty',
    exception: '时间异常;地点异常',
    exceptions: ['late', 'place'],
    scheduledAt: '2026-11-20T00:45:00.000Z',
    groupName: '标准班',
    location: null,
    deviceId: null,
    mediaIds: [],
    raw: change.raw,
  });
  expect(punchNews({ ...change, isSuperseded: true, version: 3 })).toMatchObject({
    id: '17-1795136100-2-1-on-duty',
    version: 3,
    state: 'superseded',
  });
});

test('the OA is told of reports likewise; whether a day was one of rest, of days only', () => {
  const raw = { base_info: { day_type: 1 } };
  const report = { ...change, raw, exceptions: 8 };
  expect(reportNews({ ...report, period: 'daily' })).toMatchObject({
    id: '17-daily-2026-11-20',
    state: 'current',
    exceptions: ['absent'],
    isRest: true,
    raw,
  });
  expect(reportNews({ ...report, period: 'monthly', day: '2026-11-01' })).toMatchObject({
    id: '17-monthly-2026-11-01',
    isRest: null,
  });
});

test('the same content is told under the same key, other content under another', () => {
  const batch = { corpId: 'c1', stream: 'punches', first: 1n, last: 500n, digest: 'abc' } as const;
  expect(newsKey(batch)).toBe('attendance:c1:punches:1-500:abc');
  expect(newsKey({ ...batch, digest: 'abd' })).not.toBe(newsKey(batch));
  expect(newsKey({ ...batch, stream: 'reports' })).not.toBe(newsKey(batch));
});
