import { exceptionsIn, reportExceptions } from '../../../domain/attendance/exceptions';
import {
  dailyReportFromWecom,
  distinctReports,
  isRestDay,
  monthlyReportFromWecom,
  type RawReport,
} from '../../../domain/attendance/report';
import { rowDigest } from '../../../store/attendance-digest';

const midnight = (day: string, offset: string): number => Date.parse(`${day}T00:00:00${offset}`) / 1_000;

function row(date: number | undefined, change: Record<string, unknown> = {}): RawReport {
  return {
    base_info: { ...(date === undefined ? {} : { date }), acctid: 'LiLei', name: '李雷', day_type: 0 },
    summary_info: { checkin_count: 2 },
    exception_infos: [],
    ...change,
  };
}

test.each([
  ['Asia/Shanghai', '2026-11-20', '+08:00'],
  ['America/New_York', '2026-11-01', '-04:00'],
  ['America/New_York', '2027-03-14', '-05:00'],
  ['Australia/Lord_Howe', '2027-04-04', '+11:00'],
])('in %s, the report of the midnight of %s is about that day', (timezone, day, offset) => {
  const report = dailyReportFromWecom(row(midnight(day, offset)), { timezone, digest: rowDigest });
  expect(report).toMatchObject({ userId: 'LiLei', period: 'daily', day, exceptions: 0 });
});

test('a day’s report that names no day is nobody’s', () => {
  expect(dailyReportFromWecom(row(undefined), { timezone: 'Asia/Shanghai', digest: rowDigest })).toBeNull();
});

test('a month’s report is about the month that was asked for', () => {
  expect(monthlyReportFromWecom(row(undefined), '2028-02-01', rowDigest)).toMatchObject({
    userId: 'LiLei',
    period: 'monthly',
    day: '2028-02-01',
  });
});

test('exceptions are told by their codes, those that did not happen by none', () => {
  const all = [1, 2, 3, 4, 5, 6].map((exception) => ({ exception, count: 1, duration: 60 }));
  expect(exceptionsIn(reportExceptions(all))).toEqual([
    'late',
    'early',
    'missing',
    'absent',
    'place',
    'device',
  ]);
  expect(exceptionsIn(reportExceptions([{ exception: 1, count: 0 }, { exception: '4' }]))).toEqual([
    'absent',
  ]);
  expect(exceptionsIn(reportExceptions([{ exception: 9, count: 1 }, null]))).toEqual(['other']);
  expect(reportExceptions(undefined)).toBe(0);
});

test('two rows about one day of one member are one, the later of them', () => {
  const question = { timezone: 'Asia/Shanghai', digest: rowDigest };
  const date = midnight('2026-11-20', '+08:00');
  const [first, again, next] = [
    row(date),
    row(date, { summary_info: { checkin_count: 3 } }),
    row(date + 86_400),
  ].map((raw) => dailyReportFromWecom(raw, question));
  if (!first || !again || !next) throw new Error('each names its day');
  expect(distinctReports([first, next, again])).toEqual([again, next]);
});

test.each([
  [{ base_info: { day_type: 0 } }, false],
  [{ base_info: { day_type: 1 } }, true],
  [{ base_info: {} }, null],
  [{}, null],
])('%j: a day of rest? %p', (raw, isRest) => expect(isRestDay(raw)).toBe(isRest));
