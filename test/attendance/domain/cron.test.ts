import { canonicalCron, isCron, nextFire } from '../../../domain/time/cron';

function fires(cron: string, timezone: string, count: number, after = '2026-11-22T05:00:00Z'): string[] {
  const times: string[] = [];
  let at: Date | null = new Date(after);
  while (times.length < count && (at = nextFire({ cron, timezone }, at)) !== null) {
    times.push(at.toISOString().slice(0, 16));
  }
  return times;
}

// What a Temporal server says of schedules with these expressions.
test.each<[string, string, string[]]>([
  ['0 2 1 * 1', 'Asia/Shanghai', ['2027-01-31T18:00', '2027-02-28T18:00', '2027-10-31T18:00']],
  [
    '0 2 1-7 * MON',
    'America/New_York',
    ['2026-12-07T07:00', '2027-01-04T07:00', '2027-02-01T07:00', '2027-03-01T07:00', '2027-04-05T06:00'],
  ],
  ['0 2 */2 * 7', 'UTC', ['2026-11-29T02:00', '2026-12-13T02:00', '2026-12-27T02:00', '2027-01-03T02:00']],
  ['5/20 * * * *', 'UTC', ['2026-11-22T05:05', '2026-11-22T05:25', '2026-11-22T05:45', '2026-11-22T06:05']],
  [
    '*/45 1 * * 5-7',
    'UTC',
    ['2026-11-27T01:00', '2026-11-27T01:45', '2026-11-28T01:00', '2026-11-28T01:45', '2026-11-29T01:00'],
  ],
  ['30 1 1 11 *', 'America/New_York', ['2027-11-01T05:30', '2028-11-01T05:30']],
  // The 14th of March 2027 and 2032 have no 02:30 there.
  [
    '30 2 14 3 *',
    'America/New_York',
    ['2028-03-14T06:30', '2029-03-14T06:30', '2030-03-14T06:30', '2031-03-14T06:30', '2033-03-14T06:30'],
  ],
  ['0 0 30 2 *', 'UTC', []],
])('%s in %s comes when Temporal lets it come', (cron, timezone, expected) => {
  expect(fires(cron, timezone, Math.max(1, expected.length))).toEqual(expected);
});

test('the time of now is not the next one', () => {
  expect(fires('0 5 * * *', 'UTC', 1)).toEqual(['2026-11-23T05:00']);
  expect(fires('0 5 * * *', 'UTC', 1, '2026-11-22T04:59:59.999Z')).toEqual(['2026-11-22T05:00']);
});

test('29 February is found, however far it is', () => {
  expect(fires('0 0 29 2 *', 'UTC', 2)).toEqual(['2028-02-29T00:00', '2032-02-29T00:00']);
  expect(fires('0 0 29 2 *', 'UTC', 1, '2096-03-01T00:00:00Z')).toEqual(['2104-02-29T00:00']);
});

test.each(['0 2 * * *', '0,30 8-18/2 1,15 JAN-JUN mon-fri', '*/5 * * * *', '5/20 * * * 7'])(
  '%p is an expression',
  (cron) => expect(isCron(cron)).toBe(true),
);

test.each([
  '',
  '* * * *',
  '0 0 * * * *',
  '60 0 * * *',
  '0 24 * * *',
  '0 0 0 * *',
  '0 0 32 * *',
  '0 0 * 13 *',
  '0 0 * * 8',
  '5-1 0 * * *',
  '*/0 0 * * *',
  '*/60 0 * * *',
  '1-2-3 0 * * *',
  '1/2/3 0 * * *',
  '1, 0 * * *',
  'x 0 * * *',
  '@daily',
])('%p is no expression', (cron) => {
  expect(isCron(cron)).toBe(false);
  expect(nextFire({ cron, timezone: 'UTC' }, new Date())).toBeNull();
});

test('expressions that mean the same times are the same', () => {
  expect(canonicalCron('0 2 * * 1-5')).toBe(canonicalCron(' 00  2 */1 * MON,TUE,WED,THU,FRI'));
  expect(canonicalCron('0 2 * * 0')).toBe(canonicalCron('0 2 * * 7'));
  expect(canonicalCron('0 2 * * 1')).not.toBe(canonicalCron('0 2 * * 2'));
});
