import type { DayRange } from '../api/attendance-values';
import { dayAfter, daysBetween } from '../departures/days';

/** As long as a run may reach back in one go. */
export const mostDays = 365;

export function daysIn({ from, to }: DayRange): number {
  return daysBetween(from, to) + 1;
}

export type RangeProblem = 'backwards' | 'future' | 'too-long';

/** What the API would refuse, said before it is asked. */
export function rangeProblem(range: DayRange, today: string): RangeProblem | undefined {
  if (range.to < range.from) return 'backwards';
  if (range.to > today) return 'future';
  return daysIn(range) > mostDays ? 'too-long' : undefined;
}

/** The days from the first to the last of them; undefined where there are none. */
export function rangeOver(ranges: readonly DayRange[]): DayRange | undefined {
  const from = ranges.map((range) => range.from).sort()[0];
  const to = ranges
    .map((range) => range.to)
    .sort()
    .at(-1);
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** Stretches that touch or overlap told as one, the earliest first. */
export function joined(ranges: readonly DayRange[]): readonly DayRange[] {
  const told: DayRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.from.localeCompare(b.from))) {
    const last = told.at(-1);
    if (last === undefined || dayAfter(last.to, 1) < range.from)
      told.push({ from: range.from, to: range.to });
    else if (last.to < range.to) told[told.length - 1] = { from: last.from, to: range.to };
  }
  return told;
}
