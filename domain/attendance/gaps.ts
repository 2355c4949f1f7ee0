import type { Schedule } from '../directory/settings';
import { nextFire } from '../time/cron';
import type { DayBoundary } from './attendance';
import { addDays, daysBetween, startOfDayOf, today } from './day-boundary';
import type { DaySpan } from './windows';

/** A day counts as missed so long after a run that should have read it was due. */
const gapGraceMs = 3_600_000;

/** So far back a scheduled run goes for days that no run has read. */
export const unreadDaysRead = 30;

export type ExpectedDays = {
  /** YYYY-MM-DD: days before are nobody's gap. */
  readonly expectedFrom: string;
  /** Days that a run has read to their end. */
  readonly covered: ReadonlySet<string>;
};

/** Days that are over and that no run has read to their end, in order. */
export function unreadDays({ expectedFrom, covered }: ExpectedDays, corpToday: string): readonly string[] {
  return daysBetween({ from: expectedFrom, to: addDays(corpToday, -1) }).filter((day) => !covered.has(day));
}

export type GapQuestion = ExpectedDays & {
  readonly schedule: Schedule;
  readonly boundary: DayBoundary;
  readonly now: Date;
};

/** Of the unread days, those that a run should have read by now: what an administrator has to hear of. */
export function missedDays(question: GapQuestion): readonly string[] {
  const { schedule, boundary, now } = question;
  const unread = unreadDays(question, today(boundary, now));
  // What is due for a day is due for those before it.
  const notYet = unread.findIndex((day) => !wasDue(day));
  return notYet < 0 ? unread : unread.slice(0, notYet);

  function wasDue(day: string): boolean {
    const over = startOfDayOf(addDays(day, 1), boundary);
    // A run at the very moment the day ends reads it.
    const due = nextFire(schedule, new Date(over.getTime() - 1));
    return due !== null && due.getTime() + gapGraceMs < now.getTime();
  }
}

/** Of a run's days, those that were over when it began: whatever came later of them it may not have seen. */
export function coveredDays(span: DaySpan, startedAt: Date, boundary: DayBoundary): readonly string[] {
  return daysBetween(span).filter((day) => startOfDayOf(addDays(day, 1), boundary) <= startedAt);
}

/**
 * What a scheduled run reads. Days not too long ago that no run has read come with it, missed or not yet: looking back
 * no day, the evening after a day's last run would be read by none.
 */
export function scheduledRange({
  today,
  lookBackDays,
  unread,
}: {
  readonly today: string;
  readonly lookBackDays: number;
  /** In any order. */
  readonly unread: readonly string[];
}): DaySpan {
  const earliest = addDays(today, -unreadDaysRead);
  const lookedBack = addDays(today, -lookBackDays);
  const from = unread.reduce((first, day) => (day >= earliest && day < first ? day : first), lookedBack);
  return { from, to: today };
}

/** Days that follow each other as one span, in order. */
export function spansOf(days: readonly string[]): readonly DaySpan[] {
  const spans: DaySpan[] = [];
  for (const day of [...new Set(days)].sort()) {
    const last = spans.at(-1);
    if (last !== undefined && addDays(last.to, 1) === day) {
      spans[spans.length - 1] = { from: last.from, to: day };
    } else spans.push({ from: day, to: day });
  }
  return spans;
}
