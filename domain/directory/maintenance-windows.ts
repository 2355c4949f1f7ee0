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

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** When a day, as YYYY-MM-DD, begins in the zone. */
export function startOfDay(date: string, timezone: string): Date {
  return new Date(instantOf(Date.parse(`${date}T00:00:00Z`), timezone));
}

/** HH:MM of a day, as YYYY-MM-DD, in the zone. */
export function timeOfDay(date: string, time: string, timezone: string): Date {
  return new Date(instantOf(Date.parse(`${date}T00:00:00Z`) + minutesOf(time) * minuteMs, timezone));
}

/** When the clock on the wall shows the same again, so many days later. */
export function daysLater(at: Date, days: number, timezone: string): Date {
  if (days === 0) return at;
  const wallClock = at.getTime() + offsetAt(at.getTime(), timezone);
  return new Date(instantOf(wallClock + days * dayMs, timezone));
}

/** What the zone's clocks are ahead of UTC by. */
export function timezoneOffsetMs(at: Date, timezone: string): number {
  return offsetAt(at.getTime(), timezone);
}

/** When the zone's clocks show what `shown` is in UTC. */
export function wallClockTime(shown: Date, timezone: string): Date {
  return new Date(instantOf(shown.getTime(), timezone));
}

/** `wallClock`: what the clock on the wall shows, as if that were UTC. */
function instantOf(wallClock: number, timezone: string): number {
  const before = wallClock - offsetAt(wallClock - dayMs, timezone);
  const after = wallClock - offsetAt(wallClock + dayMs, timezone);
  // Of a time that comes twice, the first one; one that the clocks leave out is as late as they jump.
  const shown = [before, after].filter((instant) => instant + offsetAt(instant, timezone) === wallClock);
  return shown.length === 0 ? before : Math.min(...shown);
}

/** Clocks are changed on the quarter of an hour, wherever that is done. */
const sameOffsetMs = 15 * minuteMs;
/** Some years of quarters. */
const offsetsKept = 100_000;
const offsets = new Map<string, Map<number, number>>();

/** Asking for one takes longer than everything else about a date: those of a whole corp lie in the same few days. */
function offsetAt(instant: number, timezone: string): number {
  const known = offsets.get(timezone) ?? new Map<number, number>();
  if (known.size >= offsetsKept) known.clear();
  offsets.set(timezone, known);
  const quarter = Math.floor(instant / sameOffsetMs);
  const found = known.get(quarter) ?? readOffset(quarter * sameOffsetMs, timezone);
  known.set(quarter, found);
  return found;
}

function readOffset(instant: number, timezone: string): number {
  const parts = partsOf(new Date(instant), timezone);
  const shown = Date.UTC(
    Number(parts['year']),
    Number(parts['month']) - 1,
    Number(parts['day']),
    Number(parts['hour']),
    Number(parts['minute']),
    Number(parts['second']),
  );
  return shown - Math.floor(instant / 1_000) * 1_000;
}

/** The day in the zone, or one so many days later, as YYYY-MM-DD. */
export function localDate(now: Date, timezone: string, daysAfter = 0): string {
  const wallClock = now.getTime() + offsetAt(now.getTime(), timezone);
  return new Date(wallClock + daysAfter * dayMs).toISOString().slice(0, 10);
}

function partsOf(date: Date, timezone: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    formatOf(timezone)
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  );
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than a hundred uses: whole corps are dated at once. */
function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(timezone, format);
  return format;
}
