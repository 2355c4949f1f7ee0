const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The name of a zone. Offsets such as +08:00 are none: they know no summer time. */
export function isTimezone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en-US', { timeZone: name }).format(0) !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Of HH:MM. */
export function minutesOf(time: string): number {
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
export function instantOf(wallClock: number, timezone: string): number {
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
