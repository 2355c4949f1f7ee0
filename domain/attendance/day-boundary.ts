import { localDate, timeOfDay } from '../time/zones';
import type { DayBoundary } from './attendance';

/** A corp's days, as YYYY-MM-DD, each from the hour it begins at to the next day's. */

const dayMs = 86_400_000;
const hourSeconds = 3_600;

/** Both in the day. */
export type DayRange = { readonly startsAt: Date; readonly endsAt: Date };

export function startOfDayOf(day: string, { timezone, dayStartsAt }: DayBoundary): Date {
  return timeOfDay(day, dayStartsAt, timezone);
}

/** From the first second of `from` to the last one of `to`. */
export function daysRange(
  { from, to }: { readonly from: string; readonly to: string },
  boundary: DayBoundary,
): DayRange {
  return {
    startsAt: startOfDayOf(from, boundary),
    endsAt: new Date(startOfDayOf(addDays(to, 1), boundary).getTime() - 1_000),
  };
}

export function dayOf(at: Date, boundary: DayBoundary): string {
  let day = localDate(at, boundary.timezone);
  // A clock that is changed at midnight, or a whole day that a zone leaves out, moves what the calendar says.
  while (startOfDayOf(addDays(day, 1), boundary) <= at) day = addDays(day, 1);
  while (startOfDayOf(day, boundary) > at) day = addDays(day, -1);
  return day;
}

/** The day of a moment in seconds since 1970. */
export type DayFinder = (seconds: number) => string;

/** For rows by the million: within an hour, the day changes once at most. */
export function dayFinder(boundary: DayBoundary): DayFinder {
  const hours = new Map<number, HourOfDays>();
  return (seconds) => {
    const hour = Math.floor(seconds / hourSeconds);
    let found = hours.get(hour);
    if (found === undefined) {
      found = readHour(hour, boundary);
      hours.set(hour, found);
    }
    return seconds < found.changesAt ? found.day : found.nextDay;
  };
}

type HourOfDays = { readonly day: string; readonly changesAt: number; readonly nextDay: string };

function readHour(hour: number, boundary: DayBoundary): HourOfDays {
  const day = dayOf(new Date(hour * hourSeconds * 1_000), boundary);
  const nextDay = dayOf(new Date((hour * hourSeconds + hourSeconds - 1) * 1_000), boundary);
  const changesAt = day === nextDay ? Infinity : startOfDayOf(nextDay, boundary).getTime() / 1_000;
  return { day, changesAt, nextDay };
}

/** The day that has begun. */
export function today(boundary: DayBoundary, now: Date): string {
  return dayOf(now, boundary);
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** How many days, both included; 0 or less where `to` is before `from`. */
export function countDays({ from, to }: { readonly from: string; readonly to: string }): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs + 1;
}

export function daysBetween(range: { readonly from: string; readonly to: string }): readonly string[] {
  return Array.from({ length: Math.max(0, countDays(range)) }, (_, index) => addDays(range.from, index));
}
