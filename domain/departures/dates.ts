import { writingTime } from '../directory/maintenance-windows';
import { daysLater, localDate, timeOfDay } from '../time/zones';
import type { MaintenanceWindow } from '../directory/settings';
import { noticeDays } from './departure';

export type DayRules = {
  readonly timezone: string;
  readonly windows: readonly MaintenanceWindow[];
  /** HH:MM: when the deletions of a day are made. */
  readonly slot: string;
  /** A rehearsal: a day is so long, and neither the time of day nor windows count. */
  readonly dayMs?: number | undefined;
};

export type DateQuestion = DayRules & {
  readonly disabledAt: Date;
  /** Null or 0: never. */
  readonly afterDays: number | null;
  readonly postponedDays: number;
  readonly now: Date;
  /** The date as it stood; null where there was none. */
  readonly before: Date | null;
  /**
   * Why it is made anew. `settings`: also where an upgrade brings the first date. `retry`: what was due could not be
   * done, and is tried at the next time of day.
   */
  readonly cause: 'disabled' | 'settings' | 'person' | 'retry';
};

export type DepartureDates = { readonly deleteAt: Date | null; readonly noticeAt: Date | null };

/** When a member is deleted, and when those who administer the corp are told that the day is near. */
export function departureDates(question: DateQuestion): DepartureDates {
  const deleteAt = deletionOf(question);
  if (deleteAt === null) return { deleteAt, noticeAt: null };
  const { now } = question;
  const noticeAt = calendarDays(deleteAt, -noticeDays, question);
  return { deleteAt, noticeAt: noticeAt < now ? now : noticeAt };
}

function deletionOf(question: DateQuestion): Date | null {
  const { disabledAt, afterDays, postponedDays, now, before, cause } = question;
  // Tried in vain: whatever the day was made of, it has come.
  if (cause === 'retry') return nextTry(now, question);
  if (afterDays === null || afterDays === 0) return null;
  const wanted = firstSlot(calendarDays(disabledAt, afterDays + postponedDays, question), question);
  if (cause !== 'settings') return wanted > now ? wanted : firstSlot(now, question);
  const warned = firstSlot(calendarDays(now, noticeDays, question), question);
  // Somebody who was told an earlier day than that keeps it.
  const earliest = before !== null && before < warned ? before : warned;
  return wanted < earliest ? earliest : wanted;
}

/**
 * How many days a departure is put off in all when somebody puts it off by some more: counted from the day that is
 * shown, which attempts in vain have moved on, or from now where that is over.
 */
export function postponedDaysAfter(
  departure: Pick<DateQuestion, 'disabledAt' | 'afterDays' | 'postponedDays'> & { readonly deleteAt: Date },
  days: number,
  now: Date,
  /** The length of a day in a rehearsal. */
  dayMs: number = realDayMs,
): number {
  const { disabledAt, afterDays, postponedDays, deleteAt } = departure;
  const daysSince = (at: Date): number => (at.getTime() - disabledAt.getTime()) / dayMs - (afterDays ?? 0);
  // The time of day for deletions lies up to a day after the days are over; a rehearsal has none.
  const isExact = now > deleteAt || dayMs !== realDayMs;
  const over = (isExact ? Math.ceil : Math.floor)(daysSince(now > deleteAt ? now : deleteAt));
  return Math.max(postponedDays, over) + days;
}

const realDayMs = 24 * 3_600_000;

/** The same time of day so many days later, whatever the clocks did in between. */
function calendarDays(at: Date, days: number, { timezone, dayMs }: DayRules): Date {
  return dayMs === undefined ? daysLater(at, days, timezone) : new Date(at.getTime() + days * dayMs);
}

function nextTry(now: Date, rules: DayRules): Date {
  // A slot that is now was the one that failed.
  return rules.dayMs === undefined
    ? firstSlot(new Date(now.getTime() + 1), rules)
    : new Date(now.getTime() + rules.dayMs);
}

/** The first time of day for deletions that is not before; out of the windows in which nothing is written. */
function firstSlot(at: Date, { timezone, windows, slot, dayMs }: DayRules): Date {
  if (dayMs !== undefined) return at;
  const today = timeOfDay(localDate(at, timezone), slot, timezone);
  const found = today >= at ? today : timeOfDay(localDate(at, timezone, 1), slot, timezone);
  return outOfWindows(found, windows, timezone);
}

/** Windows without an end leave no time at all: then the run itself waits for one. */
const mostWindows = 8;

function outOfWindows(at: Date, windows: readonly MaintenanceWindow[], timezone: string): Date {
  let open = at;
  for (let tried = 0; tried < mostWindows && windows.length > 0; tried += 1) {
    const { waitMs } = writingTime(windows, timezone, open);
    if (waitMs === 0) return open;
    open = new Date(open.getTime() + waitMs);
  }
  return windows.length > 0 ? at : open;
}
