import { startOfDay } from '../time/zones';
import type { AttendanceSource, DayBoundary } from './attendance';
import { addDays, countDays, daysRange, startOfDayOf } from './day-boundary';

/** Days of a corp, both included. */
export type DaySpan = { readonly from: string; readonly to: string };

/** What one call to WeCom asks for: both times are in it. */
export type AttendanceWindow = DaySpan & { readonly startsAt: Date; readonly endsAt: Date };

/** WeCom's longest span of one call. */
export const windowLimits = { seconds: 30 * 86_400, days: 30 } as const;

/** What a run reads, in as few calls as WeCom allows; `today` as the corp's day. */
export function windowsOf(
  source: AttendanceSource,
  span: DaySpan,
  boundary: DayBoundary,
  today: string,
): readonly AttendanceWindow[] {
  switch (source) {
    case 'punches':
      return punchWindows(span, boundary);
    case 'daily':
      return reportWindows(span, boundary.timezone);
    case 'monthly':
      return monthWindows(span, boundary.timezone, today);
  }
}

/**
 * Cut where days begin, so that no punch lies in two windows or between them. As few as may be, and of one size: whoever
 * reads holds as much as the largest brings.
 */
export function punchWindows(span: DaySpan, boundary: DayBoundary): readonly AttendanceWindow[] {
  const fewest = cut(span, boundary, windowLimits.days).length;
  return fewest === 0 ? [] : cut(span, boundary, Math.ceil(countDays(span) / fewest));
}

function cut({ from, to }: DaySpan, boundary: DayBoundary, days: number): readonly AttendanceWindow[] {
  const windows: AttendanceWindow[] = [];
  for (let day = from; day <= to;) {
    // Thirty days in which the clocks go back are an hour too long.
    let last = earlier(addDays(day, days - 1), to);
    while (last > day && secondsOf({ from: day, to: last }, boundary) > windowLimits.seconds) {
      last = addDays(last, -1);
    }
    // A day that the zone leaves out has no seconds to ask for.
    if (secondsOf({ from: day, to: last }, boundary) > 0) {
      windows.push({ from: day, to: last, ...daysRange({ from: day, to: last }, boundary) });
    }
    day = addDays(last, 1);
  }
  return windows;
}

function secondsOf({ from, to }: DaySpan, boundary: DayBoundary): number {
  const ends = startOfDayOf(addDays(to, 1), boundary).getTime();
  return (ends - startOfDayOf(from, boundary).getTime()) / 1_000;
}

/** WeCom names a day of its reports by the midnight it begins with, whatever a corp's punches are counted by. */
export function reportWindows({ from, to }: DaySpan, timezone: string): readonly AttendanceWindow[] {
  const windows: AttendanceWindow[] = [];
  for (let day = from; day <= to;) {
    const last = earlier(addDays(day, windowLimits.days - 1), to);
    windows.push(midnights({ from: day, to: last }, timezone));
    day = addDays(last, 1);
  }
  return windows;
}

/**
 * A call for each calendar month that the days touch. Always as much of the month as there is, whichever days are
 * asked for: WeCom reckons what it is asked for, and part of a month would replace the whole one.
 */
export function monthWindows(
  { from, to }: DaySpan,
  timezone: string,
  today: string,
): readonly AttendanceWindow[] {
  const windows: AttendanceWindow[] = [];
  for (let first = firstOfMonth(from); first <= to; first = firstOfMonth(addDays(first, 31))) {
    windows.push(midnights({ from: first, to: earlier(lastOfMonth(first), later(today, to)) }, timezone));
  }
  return windows;
}

function midnights({ from, to }: DaySpan, timezone: string): AttendanceWindow {
  return { from, to, startsAt: startOfDay(from, timezone), endsAt: startOfDay(to, timezone) };
}

export function firstOfMonth(day: string): string {
  return `${day.slice(0, 7)}-01`;
}

export function lastOfMonth(day: string): string {
  return addDays(firstOfMonth(addDays(firstOfMonth(day), 31)), -1);
}

function earlier(one: string, other: string): string {
  return one < other ? one : other;
}

function later(one: string, other: string): string {
  return one < other ? other : one;
}

export const rangeLimits = { days: 365, earliest: '2010-01-01' } as const;

export type RangeProblemCode = 'to-before-from' | 'in-the-future' | 'too-many-days' | 'too-early';

export interface RangeProblem {
  readonly path: 'from' | 'to';
  readonly code: RangeProblemCode;
  readonly params: Readonly<Record<string, string | number>>;
}

/** What is wrong with days that somebody asks for; `today` as the corp's day. */
export function checkRange({ from, to }: DaySpan, today: string): readonly RangeProblem[] {
  const problems: RangeProblem[] = [];
  if (from < rangeLimits.earliest) {
    problems.push({ path: 'from', code: 'too-early', params: { earliest: rangeLimits.earliest } });
  }
  if (to < from) problems.push({ path: 'to', code: 'to-before-from', params: { from, to } });
  if (to > today) problems.push({ path: 'to', code: 'in-the-future', params: { today } });
  const days = countDays({ from, to });
  if (days > rangeLimits.days) {
    problems.push({ path: 'from', code: 'too-many-days', params: { max: rangeLimits.days, days } });
  }
  return problems;
}
