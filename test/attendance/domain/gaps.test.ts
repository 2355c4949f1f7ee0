import type { DayBoundary } from '../../../domain/attendance/attendance';
import {
  coveredDays,
  missedDays,
  scheduledRange,
  spansOf,
  unreadDays,
  type GapQuestion,
} from '../../../domain/attendance/gaps';

const shanghai: DayBoundary = { timezone: 'Asia/Shanghai', dayStartsAt: '04:00' };

function ask(now: string, change: Partial<GapQuestion> = {}): readonly string[] {
  return missedDays({
    schedule: { cron: '0 6 * * *', timezone: 'Asia/Shanghai' },
    boundary: shanghai,
    expectedFrom: '2026-11-16',
    covered: new Set(['2026-11-16', '2026-11-18']),
    now: new Date(now),
    ...change,
  });
}

describe('a day is missed', () => {
  test('an hour after the run that should have read it, and not before', () => {
    expect(ask('2026-11-19T07:00:00+08:00')).toEqual(['2026-11-17']);
    const covered = new Set(['2026-11-16']);
    expect(ask('2026-11-18T07:00:00+08:00', { covered })).toEqual([]);
    expect(ask('2026-11-18T07:00:01+08:00', { covered })).toEqual(['2026-11-17']);
    expect(ask('2026-11-20T07:00:01+08:00', { covered })).toEqual(['2026-11-17', '2026-11-18', '2026-11-19']);
  });

  test('never before it was expected, nor while it lasts', () => {
    expect(ask('2026-11-16T23:00:00+08:00', { covered: new Set() })).toEqual([]);
    expect(ask('2026-11-17T03:59:59+08:00', { covered: new Set() })).toEqual([]);
    expect(ask('2026-11-15T12:00:00+08:00', { covered: new Set() })).toEqual([]);
  });

  test('by the next run after its end: Saturday’s on Monday, where nothing runs at the weekend', () => {
    const weekdays = {
      schedule: { cron: '0 6 * * 1-5', timezone: 'Asia/Shanghai' },
      expectedFrom: '2026-11-21',
      covered: new Set<string>(),
    };
    expect(ask('2026-11-22T12:00:00+08:00', weekdays)).toEqual([]);
    expect(ask('2026-11-23T08:00:00+08:00', weekdays)).toEqual(['2026-11-21', '2026-11-22']);
  });

  test('a run at the moment the day ends is the one that reads it', () => {
    const schedule = { cron: '0 4 * * *', timezone: 'Asia/Shanghai' };
    expect(ask('2026-11-20T05:00:01+08:00', { schedule })).toEqual(['2026-11-17', '2026-11-19']);
  });

  test('the schedule may have another time zone than the corp', () => {
    // 22:00 in UTC is 06:00 in Shanghai.
    const schedule = { cron: '0 22 * * *', timezone: 'UTC' };
    expect(ask('2026-11-20T07:00:00+08:00', { schedule })).toEqual(['2026-11-17']);
    expect(ask('2026-11-20T07:00:01+08:00', { schedule })).toEqual(['2026-11-17', '2026-11-19']);
  });

  test('a schedule that never comes misses nothing', () => {
    expect(ask('2026-11-19T07:00:00+08:00', { schedule: { cron: '0 0 30 2 *', timezone: 'UTC' } })).toEqual(
      [],
    );
  });
});

test('a run has covered the days that were over when it began', () => {
  const span = { from: '2026-11-18', to: '2026-11-20' };
  const begun = (at: string) => coveredDays(span, new Date(at), shanghai);
  expect(begun('2026-11-20T03:59:59+08:00')).toEqual(['2026-11-18']);
  expect(begun('2026-11-20T04:00:00+08:00')).toEqual(['2026-11-18', '2026-11-19']);
  expect(begun('2026-11-30T04:00:00+08:00')).toEqual(['2026-11-18', '2026-11-19', '2026-11-20']);
});

describe('a scheduled run reads', () => {
  const range = (lookBackDays: number, unread: readonly string[] = []) =>
    scheduledRange({ today: '2026-11-22', lookBackDays, unread });

  test('today and as many days as it looks back', () => {
    expect(range(3)).toEqual({ from: '2026-11-19', to: '2026-11-22' });
    expect(range(0)).toEqual({ from: '2026-11-22', to: '2026-11-22' });
  });

  test('from the first day on that nobody has read, thirty days back at most', () => {
    expect(range(3, ['2026-11-12', '2026-11-10'])).toEqual({ from: '2026-11-10', to: '2026-11-22' });
    expect(range(3, ['2026-11-20'])).toEqual({ from: '2026-11-19', to: '2026-11-22' });
    expect(range(3, ['2026-10-22', '2026-10-23'])).toEqual({ from: '2026-10-23', to: '2026-11-22' });
    expect(range(0, ['2026-11-21'])).toEqual({ from: '2026-11-21', to: '2026-11-22' });
  });
});

test('unread are the days from the first expected one to yesterday that no run has covered', () => {
  const covered = new Set(['2026-11-20']);
  expect(unreadDays({ expectedFrom: '2026-11-19', covered }, '2026-11-22')).toEqual([
    '2026-11-19',
    '2026-11-21',
  ]);
  expect(unreadDays({ expectedFrom: '2026-11-22', covered }, '2026-11-22')).toEqual([]);
  expect(unreadDays({ expectedFrom: '2026-11-30', covered }, '2026-11-22')).toEqual([]);
});

test('days that follow each other are one span', () => {
  expect(spansOf(['2026-12-01', '2026-11-29', '2026-11-30', '2026-12-03', '2026-11-29'])).toEqual([
    { from: '2026-11-29', to: '2026-12-01' },
    { from: '2026-12-03', to: '2026-12-03' },
  ]);
  expect(spansOf([])).toEqual([]);
});
