import { instantOf, localDate, minutesOf } from '../time/zones';
import type { MaintenanceWindow } from './settings';

/** Either nothing may be written for `waitMs`, or everything for `openForMs`. */
export type WritingTime = { readonly waitMs: number; readonly openForMs: number };

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Looking further ahead than a week tells nothing new. */
const daysAhead = 8;

/** How long WeCom must be left alone, or how long it may be written to, as the windows stand at `now`. */
export function writingTime(windows: readonly MaintenanceWindow[], timezone: string, now: Date): WritingTime {
  const at = now.getTime();
  const closed = closedTimes(windows, timezone, now);
  const current = closed.find(({ from, to }) => from <= at && at < to);
  if (current !== undefined) return { waitMs: current.to - at, openForMs: 0 };
  const next = closed.find(({ from }) => from > at);
  return { waitMs: 0, openForMs: (next?.from ?? at + daysAhead * dayMs) - at };
}

type Span = { readonly from: number; readonly to: number };

/** In order; windows that overlap or touch are one. */
function closedTimes(windows: readonly MaintenanceWindow[], timezone: string, now: Date): readonly Span[] {
  const spans: Span[] = [];
  const today = Date.parse(`${localDate(now, timezone)}T00:00:00Z`);
  // A window of yesterday may reach into today.
  for (let day = -1; day <= daysAhead; day += 1) {
    const date = new Date(today + day * dayMs);
    const weekday = date.getUTCDay() === 0 ? 7 : date.getUTCDay();
    for (const { days, from, to } of windows) {
      if (!days.includes(weekday)) continue;
      const endsNextDay = minutesOf(to) <= minutesOf(from);
      spans.push({
        from: instantOf(date.getTime() + minutesOf(from) * minuteMs, timezone),
        to: instantOf(date.getTime() + minutesOf(to) * minuteMs + (endsNextDay ? dayMs : 0), timezone),
      });
    }
  }
  return merged(spans.sort((one, other) => one.from - other.from));
}

function merged(spans: readonly Span[]): readonly Span[] {
  const whole: Span[] = [];
  for (const span of spans) {
    const last = whole.at(-1);
    if (last === undefined || span.from > last.to) whole.push(span);
    else whole[whole.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return whole;
}
