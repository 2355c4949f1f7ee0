import type { DayBoundary } from '../../../domain/attendance/attendance';
import { addDays, daysRange } from '../../../domain/attendance/day-boundary';
import {
  checkRange,
  monthWindows,
  punchWindows,
  reportWindows,
  windowLimits,
  windowsOf,
} from '../../../domain/attendance/windows';

const shanghai: DayBoundary = { timezone: 'Asia/Shanghai', dayStartsAt: '00:00' };
const days = (windows: readonly { from: string; to: string }[]) =>
  windows.map(({ from, to }) => `${from} ${to}`);

describe('punches', () => {
  test('thirty days are one window, from the first second to the last', () => {
    const [window, ...more] = punchWindows({ from: '2026-10-01', to: '2026-10-30' }, shanghai);
    expect(more).toEqual([]);
    expect(window?.startsAt.toISOString()).toBe('2026-09-30T16:00:00.000Z');
    expect(window?.endsAt.toISOString()).toBe('2026-10-30T15:59:59.000Z');
  });

  test('a month of 31 days takes two windows, a year thirteen', () => {
    expect(days(punchWindows({ from: '2026-10-01', to: '2026-10-31' }, shanghai))).toEqual([
      '2026-10-01 2026-10-16',
      '2026-10-17 2026-10-31',
    ]);
    expect(punchWindows({ from: '2025-11-22', to: '2026-11-21' }, shanghai)).toHaveLength(13);
  });

  test('thirty days in which the clocks go back are too long, thirty in which they go forward are not', () => {
    const newYork: DayBoundary = { timezone: 'America/New_York', dayStartsAt: '04:00' };
    expect(days(punchWindows({ from: '2026-10-15', to: '2026-11-13' }, newYork))).toEqual([
      '2026-10-15 2026-10-29',
      '2026-10-30 2026-11-13',
    ]);
    expect(punchWindows({ from: '2027-03-01', to: '2027-03-30' }, newYork)).toHaveLength(1);
  });

  test('a day that the zone left out is not asked for', () => {
    const apia: DayBoundary = { timezone: 'Pacific/Apia', dayStartsAt: '00:00' };
    expect(punchWindows({ from: '2011-12-30', to: '2011-12-30' }, apia)).toEqual([]);
    expect(punchWindows({ from: '2011-12-29', to: '2011-12-31' }, apia)).toHaveLength(1);
  });

  test.each([
    ['Asia/Shanghai', '00:00'],
    ['Asia/Shanghai', '04:00'],
    ['America/New_York', '00:00'],
    ['America/New_York', '02:30'],
    ['Australia/Lord_Howe', '01:45'],
    ['America/Sao_Paulo', '00:00'],
  ])('in %s from %s on, no second lies in two windows or between them', (timezone, dayStartsAt) => {
    const boundary = { timezone, dayStartsAt };
    for (const from of ['2018-01-01', '2018-02-14', '2017-10-29', '2018-03-25', '2017-11-05']) {
      const span = { from, to: addDays(from, 364) };
      const windows = punchWindows(span, boundary);
      const whole = daysRange(span, boundary);
      expect(windows[0]?.startsAt).toEqual(whole.startsAt);
      expect(windows.at(-1)?.endsAt).toEqual(whole.endsAt);
      windows.forEach(({ startsAt, endsAt }, index) => {
        const seconds = (endsAt.getTime() - startsAt.getTime()) / 1_000 + 1;
        expect(seconds).toBeLessThanOrEqual(windowLimits.seconds);
        const next = windows[index + 1];
        if (next !== undefined) expect(next.startsAt.getTime()).toBe(endsAt.getTime() + 1_000);
      });
    }
  });
});

describe('reports', () => {
  test('days are named by their midnights, whenever the corp’s days begin', () => {
    const early: DayBoundary = { timezone: 'Asia/Shanghai', dayStartsAt: '04:00' };
    const [window] = windowsOf('daily', { from: '2026-10-01', to: '2026-10-01' }, early, '2026-11-22');
    expect(window?.startsAt.toISOString()).toBe('2026-09-30T16:00:00.000Z');
    expect(window?.endsAt).toEqual(window?.startsAt);
  });

  test('at most thirty days at once', () => {
    expect(days(reportWindows({ from: '2026-10-01', to: '2026-11-30' }, 'America/New_York'))).toEqual([
      '2026-10-01 2026-10-30',
      '2026-10-31 2026-11-29',
      '2026-11-30 2026-11-30',
    ]);
  });

  test('a month that is touched is read as a whole, the one that is not over as far as it goes', () => {
    const span = { from: '2028-01-31', to: '2028-03-02' };
    const windows = monthWindows(span, 'Asia/Shanghai', '2028-03-05');
    expect(days(windows)).toEqual([
      '2028-01-01 2028-01-31',
      '2028-02-01 2028-02-29',
      '2028-03-01 2028-03-05',
    ]);
    expect(windows[1]?.startsAt.toISOString()).toBe('2028-01-31T16:00:00.000Z');
    expect(windows[1]?.endsAt.toISOString()).toBe('2028-02-28T16:00:00.000Z');
  });

  test('a year touches twelve months, or thirteen', () => {
    const boundary = shanghai;
    const today = '2026-11-22';
    expect(windowsOf('monthly', { from: '2025-01-01', to: '2025-12-31' }, boundary, today)).toHaveLength(12);
    expect(windowsOf('monthly', { from: '2025-11-22', to: '2026-11-21' }, boundary, today)).toHaveLength(13);
  });
});

describe('days that somebody asks for', () => {
  const ask = (from: string, to: string) =>
    checkRange({ from, to }, '2026-11-22').map(({ path, code }) => `${path}: ${code}`);

  test.each([
    ['2026-11-22', '2026-11-22', []],
    ['2025-11-23', '2026-11-22', []],
    ['2025-11-22', '2026-11-22', ['from: too-many-days']],
    ['2026-11-22', '2026-11-21', ['to: to-before-from']],
    ['2026-11-22', '2026-11-23', ['to: in-the-future']],
    ['2026-11-23', '2026-11-23', ['to: in-the-future']],
    ['2009-12-31', '2010-01-01', ['from: too-early']],
    ['2010-01-01', '2010-01-01', []],
  ])('%s to %s: %j', (from, to, problems) => expect(ask(from, to)).toEqual(problems));
});
