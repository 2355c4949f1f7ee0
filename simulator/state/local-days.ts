const DAY_SECONDS = 86_400;
const MOST_DAYS_KNOWN = 10_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

export function isTimezone(timezone: string): boolean {
  try {
    formatterOf(timezone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Seconds that clocks in the zone are ahead of UTC at that moment. */
export function offsetAt(timezone: string, atSeconds: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatterOf(timezone).formatToParts(atSeconds * 1000)) {
    if (type !== 'literal') parts[type] = Number(value);
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - atSeconds;
}

/** Days are numbered from 1970-01-01, as a calendar on the wall there shows them. */
export function localDay(timezone: string, atSeconds: number): number {
  return Math.floor((atSeconds + offsetAt(timezone, atSeconds)) / DAY_SECONDS);
}

export function dayOfDate(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 1000 / DAY_SECONDS;
}

export function dateOfDay(day: number): string {
  return new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 10);
}

/** 0 for a Sunday, as WeCom counts. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** The first second of the day. */
export const dayStart = remembered((timezone, day) => {
  const utcMidnight = day * DAY_SECONDS;
  const first = utcMidnight - offsetAt(timezone, utcMidnight);
  const second = utcMidnight - offsetAt(timezone, first);
  // Where clocks go forward at midnight the day begins at one.
  return localDay(timezone, second) < day ? first : second;
});

/**
 * What seconds of the day by the clock are added to: the day's midnight, had the clocks not been changed since. They
 * are changed before people come to work.
 */
export const workdayBase = remembered((timezone, day) => {
  const noon = day * DAY_SECONDS + DAY_SECONDS / 2;
  return day * DAY_SECONDS - offsetAt(timezone, noon - offsetAt(timezone, noon));
});

/** Calendars are asked for again and again, and zones are slow to ask. */
function remembered(
  ask: (timezone: string, day: number) => number,
): (timezone: string, day: number) => number {
  const known = new Map<string, number>();
  return (timezone, day) => {
    const key = `${timezone} ${day}`;
    let answer = known.get(key);
    if (answer === undefined) {
      if (known.size >= MOST_DAYS_KNOWN) known.clear();
      known.set(key, (answer = ask(timezone, day)));
    }
    return answer;
  };
}

function formatterOf(timezone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timezone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(timezone, formatter);
  }
  return formatter;
}
