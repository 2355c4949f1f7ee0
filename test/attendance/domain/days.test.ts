import type { DayBoundary } from '../../../domain/attendance/attendance';
import {
  addDays,
  countDays,
  dayFinder,
  dayOf,
  daysBetween,
  daysRange,
  startOfDayOf,
  today,
} from '../../../domain/attendance/day-boundary';

const inZone = (timezone: string, dayStartsAt = '00:00'): DayBoundary => ({ timezone, dayStartsAt });
const shanghai = inZone('Asia/Shanghai');

test.each([
  ['00:00', '2026-11-22T00:30:00+08:00', '2026-11-22'],
  ['04:00', '2026-11-22T00:30:00+08:00', '2026-11-21'],
  ['04:00', '2026-11-22T03:59:59+08:00', '2026-11-21'],
  ['04:00', '2026-11-22T04:00:00+08:00', '2026-11-22'],
  ['04:00', '2026-03-01T00:30:00+08:00', '2026-02-28'],
  ['04:00', '2028-03-01T00:30:00+08:00', '2028-02-29'],
  ['04:00', '2027-01-01T00:30:00+08:00', '2026-12-31'],
  ['23:30', '2026-11-22T23:29:59+08:00', '2026-11-21'],
])('with days from %s on, a punch at %s belongs to %s', (dayStartsAt, at, day) => {
  const boundary = inZone('Asia/Shanghai', dayStartsAt);
  expect(dayOf(new Date(at), boundary)).toBe(day);
  expect(today(boundary, new Date(at))).toBe(day);
  expect(dayFinder(boundary)(Date.parse(at) / 1_000)).toBe(day);
});

test.each([
  ['Asia/Shanghai', '2026-11-22', 24],
  ['America/New_York', '2026-11-01', 25],
  ['America/New_York', '2027-03-14', 23],
  ['Australia/Lord_Howe', '2026-10-04', 23.5],
  ['Australia/Lord_Howe', '2027-04-04', 24.5],
  ['America/Sao_Paulo', '2018-11-04', 23],
  ['Africa/Cairo', '2026-04-24', 23],
])('in %s, the day %s has %p hours', (timezone, day, hours) => {
  const { startsAt, endsAt } = daysRange({ from: day, to: day }, inZone(timezone));
  expect((endsAt.getTime() + 1_000 - startsAt.getTime()) / 3_600_000).toBe(hours);
});

test('a day that begins in the hour that comes twice begins with the first of the two', () => {
  const boundary = inZone('America/New_York', '01:30');
  expect(startOfDayOf('2026-11-01', boundary).toISOString()).toBe('2026-11-01T05:30:00.000Z');
  expect(dayOf(new Date('2026-11-01T05:29:59Z'), boundary)).toBe('2026-10-31');
  // 01:15 once more.
  expect(dayOf(new Date('2026-11-01T06:15:00Z'), boundary)).toBe('2026-11-01');
});

test('a day that begins in the hour that is left out begins when the clocks have jumped', () => {
  const boundary = inZone('America/New_York', '02:30');
  expect(startOfDayOf('2027-03-14', boundary).toISOString()).toBe('2027-03-14T07:30:00.000Z');
  expect(dayOf(new Date('2027-03-14T07:29:59Z'), boundary)).toBe('2027-03-13');
});

test('the day that Samoa left out has no punches', () => {
  const boundary = inZone('Pacific/Apia');
  expect(dayOf(new Date('2011-12-30T09:59:59Z'), boundary)).toBe('2011-12-29');
  expect(dayOf(new Date('2011-12-30T10:00:00Z'), boundary)).toBe('2011-12-31');
});

test.each([
  ['Asia/Shanghai', '00:00'],
  ['Asia/Shanghai', '04:00'],
  ['America/New_York', '00:00'],
  ['America/New_York', '01:30'],
  ['America/New_York', '02:30'],
  ['Australia/Lord_Howe', '04:00'],
  ['Australia/Lord_Howe', '01:45'],
  ['America/Sao_Paulo', '00:00'],
  ['Asia/Kathmandu', '05:30'],
])('in %s from %s on, every second of a year belongs to exactly one day', (timezone, dayStartsAt) => {
  const boundary = inZone(timezone, dayStartsAt);
  const find = dayFinder(boundary);
  const days = daysBetween({ from: '2018-01-01', to: '2018-12-31' });
  let next = startOfDayOf('2018-01-01', boundary).getTime();
  for (const day of days) {
    const { startsAt, endsAt } = daysRange({ from: day, to: day }, boundary);
    expect(startsAt.getTime()).toBe(next);
    expect(find(startsAt.getTime() / 1_000)).toBe(day);
    expect(find(endsAt.getTime() / 1_000)).toBe(day);
    expect(dayOf(startsAt, boundary)).toBe(day);
    expect(dayOf(endsAt, boundary)).toBe(day);
    next = endsAt.getTime() + 1_000;
  }
});

test('days are counted by the calendar', () => {
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
  expect(addDays('2027-03-01', -1)).toBe('2027-02-28');
  expect(countDays({ from: '2028-01-01', to: '2028-12-31' })).toBe(366);
  expect(daysBetween({ from: '2026-12-31', to: '2027-01-01' })).toEqual(['2026-12-31', '2027-01-01']);
  expect(daysBetween({ from: '2026-12-31', to: '2026-12-30' })).toEqual([]);
  expect(dayOf(new Date('2026-11-21T16:00:00Z'), shanghai)).toBe('2026-11-22');
});
