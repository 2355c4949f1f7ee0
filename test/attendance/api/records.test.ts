import readSheets from 'read-excel-file/node';
import type { AttendanceCorp, AttendanceWorld } from './attendance-world';
import { createAttendanceWorld, row } from './attendance-world';

let world: AttendanceWorld;
let corp: AttendanceCorp;
let other: AttendanceCorp;

const days = { from: '2026-03-01', to: '2026-03-05' };

const rows = [
  row('Ada', '2026-03-02 09:20', {
    exception_type: '时间异常',
    sch_checkin_time: seconds('2026-03-02 09:00'),
  }),
  row('Ada', '2026-03-02 17:30', {
    checkin_type: '下班打卡',
    exception_type: '时间异常;地点异常',
    sch_checkin_time: seconds('2026-03-02 18:00'),
    timeline_id: 2,
  }),
  row('Ada', '2026-03-03 02:10', { checkin_type: '外出打卡', timeline_id: 0, notes: '加班' }),
  row('Ada', '2026-03-03 09:00', { exception_type: '未打卡', deviceid: '' }),
  row('bob', '2026-03-03 08:55', { groupname: '=HYPERLINK("http://x","点我")' }),
  row('bob', '2026-03-04 08:56', { exception_type: 'wifi异常;非常用设备' }),
];

function seconds(moment: string): number {
  return Date.parse(`${moment}:00+08:00`) / 1_000;
}

beforeAll(async () => {
  world = await createAttendanceWorld({ worker: true });
  [corp, other] = [await world.createCorp(), await world.createCorp()];
  for (const one of [corp, other]) await world.setUp(one, { dayStartsAt: '04:00' });
  await world.punch(corp, rows);
  await world.punch(other, [row('Ada', '2026-03-02 09:00')]);
  for (const one of [corp, other]) expect((await world.run(one, days)).phase).toBe('done');
});
afterAll(() => world.close());

const path = (of: AttendanceCorp = corp) => `/corps/${of.id}/attendance/records`;
const list = async (query = '', of = corp) => (await world.call(`${path(of)}${query}`)).body;

type Listed = { readonly recordId: string; readonly at: string; readonly userId: string };
const timesOf = (body: { readonly items: readonly Listed[] }) =>
  body.items.map(
    ({ userId, at }) =>
      `${userId} ${new Date(at).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' }).slice(5, 16)}`,
  );

it('are told in WeCom’s words and in codes, newest first, by the corp’s days', async () => {
  const body = await list();
  expect(timesOf(body)).toEqual([
    'bob 03-04 08:56',
    'Ada 03-03 09:00',
    'bob 03-03 08:55',
    'Ada 03-03 02:10',
    'Ada 03-02 17:30',
    'Ada 03-02 09:20',
  ]);
  expect(body.nextCursor).toBeNull();
  expect(body.items[4]).toEqual({
    recordId: expect.stringMatching(/-off-duty$/),
    userId: 'Ada',
    oaUserId: 'u1',
    name: '阿达',
    at: '2026-03-02T09:30:00.000Z',
    day: '2026-03-02',
    kind: '下班打卡',
    kindCode: 'off-duty',
    exception: '时间异常;地点异常',
    exceptions: ['early', 'place'],
    groupName: '标准班',
    location: '云程大厦',
    deviceId: 'E5FA89F6-3926-4972-BE4F-4A7ACF4701E2',
    mediaIds: [],
    timelineId: 2,
    groupId: 1,
    scheduledAt: '2026-03-02T10:00:00.000Z',
    state: 'current',
    version: 1,
    supersededAt: null,
    raw: { ...rows[1] },
  });
  // Ten past two belongs to the day before, which ends at four.
  expect(body.items[3]).toMatchObject({ day: '2026-03-02', kindCode: 'outing', exception: null });
  expect(body.items[1]).toMatchObject({ exceptions: ['missing'], deviceId: null });
});

it('are found by member, name, kind, exception and day, alone and together', async () => {
  const cases: [string, string[]][] = [
    ['userId=ADA', ['Ada 03-03 09:00', 'Ada 03-03 02:10', 'Ada 03-02 17:30', 'Ada 03-02 09:20']],
    ['q=%E9%B2%8D', ['bob 03-04 08:56', 'bob 03-03 08:55']],
    ['q=BO', ['bob 03-04 08:56', 'bob 03-03 08:55']],
    ['q=BO&userId=Ada', []],
    ['q=nobody', []],
    ['q=%25', []],
    ['userId=nobody', []],
    ['kind=off-duty', ['Ada 03-02 17:30']],
    ['kind=off-duty,outing', ['Ada 03-03 02:10', 'Ada 03-02 17:30']],
    ['kind=off-duty&kind=outing', ['Ada 03-03 02:10', 'Ada 03-02 17:30']],
    ['kind=outing', ['Ada 03-03 02:10']],
    ['kind=other', []],
    ['kind=outing,other', ['Ada 03-03 02:10']],
    ['exception=late', ['Ada 03-02 09:20']],
    ['exception=early,wifi', ['bob 03-04 08:56', 'Ada 03-02 17:30']],
    ['exception=any', ['bob 03-04 08:56', 'Ada 03-03 09:00', 'Ada 03-02 17:30', 'Ada 03-02 09:20']],
    ['exception=absent', []],
    ['from=2026-03-03', ['bob 03-04 08:56', 'Ada 03-03 09:00', 'bob 03-03 08:55']],
    ['from=2026-03-02&to=2026-03-02', ['Ada 03-03 02:10', 'Ada 03-02 17:30', 'Ada 03-02 09:20']],
    ['state=superseded', []],
    ['kind=on-duty&exception=any&userId=ada&to=2026-03-02', ['Ada 03-02 09:20']],
  ];
  for (const [query, found] of cases)
    expect([query, timesOf(await list(`?${query}`))]).toEqual([query, found]);
});

it('come in pages that leave nobody out and show nobody twice, under every filter', async () => {
  for (const filter of ['', '&userId=ada', '&q=a', '&exception=any', '&kind=on-duty', '&state=all']) {
    const whole = await list(`?limit=200${filter}`);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: Listed[]; nextCursor: string | null } = await list(
        `?limit=2${filter}${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.items.map(({ recordId }) => recordId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(whole.items.map(({ recordId }: Listed) => recordId));
    expect(new Set(seen).size).toBe(seen.length);
  }
});

it('refuses filters that can not be', async () => {
  const cases: [string, string][] = [
    ['from=2026-03-04&to=2026-03-02', 'to'],
    ['from=yesterday', 'from'],
    ['kind=lunch', 'kind.0'],
    ['exception=late,ill', 'exception.1'],
    ['state=gone', 'state'],
    ['limit=0', 'limit'],
    ['cursor=abc', 'cursor'],
    [`cursor=${Buffer.from('["x","1","上班打卡","1","1"]').toString('base64url')}`, 'cursor'],
    [`cursor=${Buffer.from('["2026-03-02T00:00:00Z","1.5","a","1","1"]').toString('base64url')}`, 'cursor'],
  ];
  for (const [query, field] of cases) {
    const { status, body } = await world.call(`${path()}?${query}`);
    expect([query, status, body.error.fields[0].path]).toEqual([query, 422, field]);
  }
});

it('show each a member’s month, whose days begin when the corp’s do', async () => {
  const calendar = async (userId: string, query = '?month=2026-03') =>
    world.call(`/corps/${corp.id}/attendance/members/${userId}/calendar${query}`);
  const { body } = await calendar('ada');
  expect(body).toMatchObject({
    userId: 'Ada',
    name: '阿达',
    month: '2026-03',
    timezone: 'Asia/Shanghai',
    report: null,
  });
  expect(body.days).toHaveLength(31);
  expect(body.days[1]).toMatchObject({
    day: '2026-03-02',
    exceptions: ['late', 'early', 'place'],
    report: null,
    isRest: null,
  });
  expect(body.days[1].punches.map(({ kindCode }: { kindCode: string }) => kindCode)).toEqual([
    'on-duty',
    'off-duty',
    'outing',
  ]);
  expect(body.days[2]).toMatchObject({ day: '2026-03-03', exceptions: ['missing'] });
  expect((await calendar('cai')).body.days[1]).toMatchObject({ punches: [], exceptions: [] });
  expect((await calendar('ada', '')).body.days.length).toBeGreaterThan(27);
  expect((await calendar('nobody')).status).toBe(404);
  expect((await calendar('ada', '?month=2026-13')).body.error.fields[0].path).toBe('month');
});

it('stand in the reports and the calendar with WeCom’s own reckoning', async () => {
  const reads = { daily: true, monthly: true };
  const run = await world.run(corp, { ...days, reads, userIds: ['Ada', 'bob'] });
  expect(run.phase).toBe('done');
  const reports = async (query: string) =>
    (await world.call(`/corps/${corp.id}/attendance/reports?${query}`)).body.items;
  const daily = await reports('userId=ada&from=2026-03-02&to=2026-03-02');
  expect(daily).toMatchObject([
    {
      reportId: expect.stringMatching(/-daily-2026-03-02$/),
      userId: 'Ada',
      oaUserId: 'u1',
      name: '阿达',
      period: 'daily',
      day: '2026-03-02',
      exceptions: expect.arrayContaining(['early']),
      isRest: false,
      state: 'current',
      version: 1,
    },
  ]);
  expect(daily[0].earliestAt).toBe('2026-03-02T01:20:00.000Z');
  expect(await reports('period=monthly&from=2026-03-20')).toMatchObject([
    { userId: 'bob', day: '2026-03-01', workDays: expect.any(Number) },
    { userId: 'Ada', day: '2026-03-01' },
  ]);
  expect(await reports('q=bob&exception=any')).toEqual(
    (await reports('userId=bob')).filter(({ exceptions }: { exceptions: string[] }) => exceptions.length > 0),
  );
  const { body } = await world.call(`/corps/${corp.id}/attendance/members/Ada/calendar?month=2026-03`);
  expect(body.days[0]).toMatchObject({ isRest: true, report: { day: '2026-03-01' } });
  expect(body.report).toMatchObject({ period: 'monthly', day: '2026-03-01' });
  const file = await world.call(`/corps/${corp.id}/attendance/reports/export?format=csv&userId=Ada`);
  expect(file.text.trim().split('\r\n')).toHaveLength(6);
});

it('go into files with the same filters, by the corp’s clock, and nothing in them is a formula', async () => {
  const { text, headers } = await world.call(`${path()}/export?format=csv`);
  expect(headers.get('content-disposition')).toContain('check-ins.csv');
  const lines = text.trim().split('\r\n');
  expect(lines[0]).toContain('Day,Userid,Name,OA user,At,Kind');
  expect(lines).toHaveLength(7);
  expect(lines[5]).toMatch(
    /^2026-03-02,Ada,阿达,u1,2026-03-02 17:30:00,off duty,2026-03-02 18:00:00,"left early, wrong place"/,
  );
  expect(text).toContain(`"'=HYPERLINK(""http://x"",""点我"")"`);

  const xlsx = await fetch(`${world.api.url}/api/v1${path()}/export?exception=any`, {
    headers: { authorization: `Bearer ${world.api.adminToken}` },
  });
  const [sheet] = await readSheets(Buffer.from(await xlsx.arrayBuffer()));
  expect(sheet?.sheet).toBe('打卡记录');
  expect(sheet?.data).toHaveLength(5);
  expect(sheet?.data[1]?.slice(0, 4)).toEqual(['2026-03-04', 'bob', '鲍勃', 'u2']);
  const { text: audit } = await world.call('/audit?limit=20');
  expect(audit).toContain('attendance-record.export');
});

it('keep what WeCom has changed or taken away, and say since when', async () => {
  const [{ recordId: changed }] = (await list('?kind=off-duty')).items;
  const [{ recordId: gone }] = (await list('?kind=outing')).items;
  await world.api.control(
    `/_sim/corps/${corp.wecomCorpId}/checkins?userid=Ada&checkin_time=${seconds('2026-03-03 02:10')}`,
    undefined,
    'DELETE',
  );
  await world.punch(corp, [{ ...rows[1], exception_type: '', notes: '补卡' }]);
  const run = await world.run(corp, days);
  expect(run.attendance.counts).toMatchObject({ changed: 1, superseded: 1, unchanged: 4 });

  const after = (await world.call(`${path()}/${changed}`)).body;
  expect(after).toMatchObject({ version: 2, exceptions: [], state: 'current' });
  expect(after.past).toMatchObject([
    { version: 1, became: 'changed', runId: run.id, raw: { exception_type: '时间异常;地点异常' } },
  ]);
  const superseded = (await world.call(`${path()}/${gone}`)).body;
  expect(superseded).toMatchObject({ state: 'superseded', supersededAt: expect.any(String) });
  expect(superseded.past).toMatchObject([{ became: 'superseded' }]);
  expect((await list('?state=superseded')).items.map((one: Listed) => one.recordId)).toEqual([gone]);
  expect((await list('?state=all')).items).toHaveLength(6);
  expect((await list()).items).toHaveLength(5);
});

it('have photos that are fetched from WeCom, and only theirs', async () => {
  const now = Math.floor(Date.now() / 1_000) - 120;
  await world.punch(corp, [
    { ...row('bob', '2026-03-05 08:00', { mediaids: ['old-photo'] }) },
    { ...row('bob', '2026-03-05 08:00', { mediaids: ['new-photo'], timeline_id: 9 }), checkin_time: now },
  ]);
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' });
  await world.run(corp, days);
  await world.run(corp, {
    from: today.format(new Date(Date.now() - 86_400_000)),
    to: today.format(new Date(Date.now() - 14_400_000)),
  });
  const photo = (id: string, of = corp) => world.call(`/corps/${of.id}/attendance/photos/${id}`);
  const good = await photo('new-photo');
  expect(good.status).toBe(200);
  expect(good.headers.get('content-type')).toMatch(/^image\//);
  const expired = await photo('old-photo');
  expect([expired.status, expired.body.error]).toMatchObject([
    404,
    { code: 'photo_expired', message: expect.stringContaining('three days') },
  ]);
  expect((await photo('somebody-elses')).body.error.code).toBe('not_found');
  const [{ recordId }] = (await list('?userId=bob&limit=1')).items;
  expect((await photo(`new-photo?recordId=${recordId}`)).status).toBe(200);
  expect((await photo(`old-photo?recordId=${recordId}`)).body.error.code).toBe('not_found');
  expect((await photo('new-photo', other)).body.error.code).toBe('not_found');
});

it('are summed up, with the last run and what the OA was told', async () => {
  const { body } = await world.call(`/corps/${corp.id}/attendance/summary`);
  expect(body).toMatchObject({
    today: { day: expect.any(String), records: expect.any(Number), exceptions: { late: 0 } },
    lastRun: { phase: 'done' },
    delivery: { punches: { failingSince: null, error: null }, reports: { attempts: 0 } },
    waitingForBinding: { people: 0, records: 0 },
    openGaps: [],
  });
  const empty = await world.createCorp({ members: false });
  expect((await world.call(`/corps/${empty.id}/attendance/summary`)).body).toMatchObject({
    today: { records: 0, people: 0 },
    lastRun: null,
    delivery: { punches: { pending: 0, toldUpTo: '0' } },
  });
  expect((await list('', empty)).items).toEqual([]);
  expect((await world.call(`${path(empty)}/export?format=csv`)).text.trim().split('\r\n')).toHaveLength(1);
});

it('shows days that no run has read, rule by rule', async () => {
  const { body: rule } = await world.call(`/corps/${corp.id}/attendance/rules`, { name: '缺口' });
  await world.sql(
    `INSERT INTO attendance_gap (rule_id, day, corp_id, closed_at)
     SELECT $1, day::date, $2, CASE WHEN day = '2026-02-05' THEN now() END
       FROM unnest('{2026-02-01,2026-02-02,2026-02-05,2026-02-07}'::text[]) AS day`,
    [rule.ruleId, corp.id],
  );
  const ranges = [
    { from: '2026-02-01', to: '2026-02-02' },
    { from: '2026-02-07', to: '2026-02-07' },
  ];
  const { body } = await world.call(`/corps/${corp.id}/attendance/gaps`);
  expect(body.items).toMatchObject(
    ranges.map((range) => ({ ruleId: rule.ruleId, ruleName: '缺口', ...range })),
  );
  expect((await world.call(`/corps/${corp.id}/attendance/rules/${rule.ruleId}`)).body.openGaps).toEqual(
    ranges,
  );
  expect((await world.call(`/corps/${other.id}/attendance/gaps`)).body.items).toEqual([]);
});

it('are nobody else’s: ids of another corp are not found, and viewers may read all of it', async () => {
  const [{ recordId }] = (await list('', other)).items;
  expect((await world.call(`${path(other)}/${recordId}`)).status).toBe(200);
  expect((await world.call(`${path()}/${recordId}`)).status).toBe(404);
  for (const wrong of ['nothing', '1-2-3-4-lunch', '99999999999-1-1-1-on-duty', `${recordId}x`]) {
    expect((await world.call(`${path()}/${wrong}`)).status).toBe(404);
  }
  expect((await world.call('/corps/nobody/attendance/records')).status).toBe(404);
  const viewer = await world.api.signIn('viewer');
  for (const part of ['records', 'reports', 'summary', 'gaps', 'records/export', 'members/Ada/calendar']) {
    expect([part, (await viewer.call(`/corps/${corp.id}/attendance/${part}`)).status]).toEqual([part, 200]);
  }
});
