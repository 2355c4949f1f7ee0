import { boundaryExample } from '../../console/src/attendance/day-boundary';
import { daysIn, joined, rangeOver, rangeProblem } from '../../console/src/attendance/day-ranges';
import { byWeight, gravest } from '../../console/src/attendance/exception-looks';
import { changedFields } from '../../console/src/attendance/raw-changes';
import { settingsOf } from '../../console/src/attendance/settings-draft';
import { hoursAndMinutes } from '../../console/src/attendance/worked';

describe('days to read', () => {
  it.each([
    { from: '2026-11-22', to: '2026-11-22', problem: undefined },
    { from: '2025-11-23', to: '2026-11-22', problem: undefined },
    { from: '2025-11-22', to: '2026-11-22', problem: 'too-long' },
    { from: '2026-11-22', to: '2026-11-21', problem: 'backwards' },
    { from: '2026-11-22', to: '2026-11-23', problem: 'future' },
  ])('from $from to $to, asked on 2026-11-22: $problem', ({ problem, ...range }) => {
    expect(rangeProblem(range, '2026-11-22')).toBe(problem);
  });

  it('count both ends, also over the ends of months', () => {
    expect(daysIn({ from: '2026-02-27', to: '2026-03-02' })).toBe(4);
  });

  it('are told as one stretch where they touch or overlap', () => {
    const ranges = [
      { from: '2026-11-05', to: '2026-11-06' },
      { from: '2026-10-30', to: '2026-11-01' },
      { from: '2026-11-02', to: '2026-11-03' },
      { from: '2026-10-31', to: '2026-10-31' },
    ];
    expect(joined(ranges)).toEqual([
      { from: '2026-10-30', to: '2026-11-03' },
      { from: '2026-11-05', to: '2026-11-06' },
    ]);
    expect(rangeOver(ranges)).toEqual({ from: '2026-10-30', to: '2026-11-06' });
    expect(rangeOver([])).toBeUndefined();
  });
});

describe('the hour at which days begin', () => {
  it('leaves no punch to the day before where it is midnight', () => {
    expect(boundaryExample('00:00', '2026-11-22').lateNight).toBeUndefined();
  });

  it('gives the minute before it to the day before, also over the end of a year', () => {
    expect(boundaryExample('04:00', '2027-01-01')).toEqual({
      lateNight: { clock: '03:59', on: '2027-01-01', countsAs: '2026-12-31' },
      firstOfDay: { clock: '04:00', on: '2027-01-01' },
    });
  });
});

describe('what stands out', () => {
  it('is told once each, the gravest first', () => {
    expect(byWeight(['device', 'late', 'missing', 'late'])).toEqual(['missing', 'late', 'device']);
  });

  it('colours a day by its gravest', () => {
    expect(gravest(['place', 'absent'])).toBe('bad');
    expect(gravest(['early'])).toBe('warn');
    expect(gravest([])).toBeUndefined();
  });
});

describe('an earlier version of a row', () => {
  it('differs in fields by name, in moments on the corp’s clock', () => {
    const before = { notes: '', sch_checkin_time: 1_795_312_800, wifiname: 'HC', mediaids: [] };
    const after = { notes: '补卡', sch_checkin_time: 1_795_316_400, wifiname: 'HC', mediaids: [] };
    expect(changedFields(before, after, 'Asia/Shanghai')).toEqual([
      { name: 'notes', before: '—', after: '补卡' },
      { name: 'sch_checkin_time', before: '2026-11-22 10:00:00', after: '2026-11-22 11:00:00' },
    ]);
  });
});

describe('settings to save', () => {
  const days = { timezone: 'Asia/Shanghai', dayStartsAt: '04:00' };

  it.each([
    { draft: { way: 'app', appId: 'a1', secret: 'left over' }, sent: { appId: 'a1' } },
    { draft: { way: 'system-secret', appId: 'a1', secret: ' typed ' }, sent: { secret: 'typed' } },
    { draft: { way: 'system-secret', appId: 'a1', secret: '' }, sent: {} },
  ] as const)('name one credential, and none that was not typed: $sent', ({ draft, sent }) => {
    expect(settingsOf({ ...draft, ...days })).toEqual({ ...sent, ...days });
  });
});

it('tells time at work in whole minutes', () => {
  expect(hoursAndMinutes(29_430)).toEqual({ hours: 8, minutes: 11 });
  expect(hoursAndMinutes(0)).toEqual({ hours: 0, minutes: 0 });
});
