/** Cron expressions of five fields as Temporal reads them: every field has to match, also both fields of days. */

interface CronField {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const fields: readonly CronField[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  {
    min: 1,
    max: 12,
    names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  },
  // 7 is Sunday too.
  { min: 0, max: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] },
];

const searchedDays = 3 * 366;
const dayMs = 86_400_000;

/** The next moments a schedule starts a run; none for what is no cron expression or never matches. */
export function nextRuns(cron: string, timezone: string, from: Date, count: number): readonly Date[] {
  const [minutes, hours, daysOfMonth, months, daysOfWeek] = cronSets(cron) ?? [];
  if (!minutes || !hours || !daysOfMonth || !months || !daysOfWeek) return [];
  const wallClock = wallClockIn(timezone);
  if (wallClock === undefined) return [];
  const found: Date[] = [];
  const { year, month, day } = wallClock(from);
  const today = Date.UTC(year, month - 1, day);
  for (let days = 0; days < searchedDays && found.length < count; days += 1) {
    const date = new Date(today + days * dayMs);
    if (!daysOfMonth.has(date.getUTCDate()) || !months.has(date.getUTCMonth() + 1)) continue;
    if (!daysOfWeek.has(date.getUTCDay())) continue;
    for (const hour of hours) {
      for (const minute of minutes) {
        const moment = instantOf(date.getTime() + (hour * 60 + minute) * 60_000, wallClock);
        if (moment !== undefined && moment > from && found.length < count) found.push(moment);
      }
    }
  }
  return found;
}

export function isCron(cron: string): boolean {
  return cronSets(cron) !== undefined;
}

function cronSets(cron: string): readonly ReadonlySet<number>[] | undefined {
  const parts = cron.trim().split(/\s+/);
  if (parts.length !== fields.length) return undefined;
  const sets: ReadonlySet<number>[] = [];
  for (const [index, field] of fields.entries()) {
    const values = new Set<number>();
    for (const entry of (parts[index] ?? '').split(',')) {
      const some = entryValues(entry, field);
      if (some === undefined) return undefined;
      for (const value of some) values.add(field.max === 7 ? value % 7 : value);
    }
    sets.push(new Set([...values].sort((a, b) => a - b)));
  }
  return sets;
}

function entryValues(entry: string, field: CronField): readonly number[] | undefined {
  const [range = '', stepText, ...rest] = entry.split('/');
  const step = stepText === undefined ? 1 : Number(stepText);
  if (rest.length > 0 || !Number.isInteger(step) || step < 1) return undefined;
  const [from, to] = rangeOf(range, field, stepText !== undefined) ?? [];
  if (from === undefined || to === undefined || from > to) return undefined;
  const values: number[] = [];
  for (let value = from; value <= to; value += step) values.push(value);
  return values;
}

function rangeOf(range: string, field: CronField, stepped: boolean): readonly [number, number] | undefined {
  // Sunday once: 0 and 7 are the same day.
  if (range === '*') return [field.min, field.max === 7 ? 6 : field.max];
  const [first = '', last, ...rest] = range.split('-');
  const from = cronValue(first, field);
  if (from === undefined || rest.length > 0) return undefined;
  if (last === undefined) return [from, stepped ? field.max : from];
  const to = cronValue(last, field);
  return to === undefined ? undefined : [from, to];
}

function cronValue(text: string, { min, max, names }: CronField): number | undefined {
  const name = names.indexOf(text.toUpperCase());
  const value = name >= 0 ? name + min : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

interface WallClock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

type ReadWallClock = (moment: Date) => WallClock;

function wallClockIn(timezone: string): ReadWallClock | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  } catch {
    // No zone of that name.
    return undefined;
  }
  return (moment) => {
    const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    return {
      year: part('year'),
      month: part('month'),
      day: part('day'),
      hour: part('hour'),
      minute: part('minute'),
    };
  };
}

/** Undefined for a time that the change to summer time leaves out. */
function instantOf(wallMs: number, wallClock: ReadWallClock): Date | undefined {
  const asUtc = ({ year, month, day, hour, minute }: WallClock) =>
    Date.UTC(year, month - 1, day, hour, minute);
  let moment = new Date(wallMs);
  // Twice: the first guess may lie on the other side of a change of the clocks.
  for (let attempt = 0; attempt < 2; attempt += 1) {
    moment = new Date(moment.getTime() + wallMs - asUtc(wallClock(moment)));
  }
  return asUtc(wallClock(moment)) === wallMs ? moment : undefined;
}

export const frequencies = ['hourly', 'daily', 'workdays', 'weekly', 'custom'] as const;
export type Frequency = (typeof frequencies)[number];

/** What people choose instead of writing cron. */
export interface Rhythm {
  readonly frequency: Frequency;
  readonly everyHours: number;
  readonly time: string;
  readonly weekday: number;
}

export const hourSteps = [1, 2, 3, 4, 6, 8, 12] as const;

const usualRhythm: Rhythm = { frequency: 'daily', everyHours: 4, time: '02:00', weekday: 1 };

export function rhythmOf(cron: string): Rhythm {
  const [minute = '', hour = '', dayOfMonth, month, dayOfWeek = ''] = cron.trim().split(/\s+/);
  const custom: Rhythm = { ...usualRhythm, frequency: 'custom' };
  if (dayOfMonth !== '*' || month !== '*' || !isCron(cron) || !/^\d+$/.test(minute)) return custom;
  const step = hour === '*' ? 1 : Number(/^\*\/(\d+)$/.exec(hour)?.[1]);
  if ((hourSteps as readonly number[]).includes(step) && dayOfWeek === '*') {
    return { ...usualRhythm, frequency: 'hourly', everyHours: step, time: clock(0, Number(minute)) };
  }
  if (!/^\d+$/.test(hour)) return custom;
  const time = clock(Number(hour), Number(minute));
  if (dayOfWeek === '*') return { ...usualRhythm, frequency: 'daily', time };
  if (dayOfWeek === '1-5') return { ...usualRhythm, frequency: 'workdays', time };
  if (/^[0-7]$/.test(dayOfWeek)) {
    return { ...usualRhythm, frequency: 'weekly', time, weekday: Number(dayOfWeek) % 7 };
  }
  return custom;
}

export function cronOf({
  frequency,
  everyHours,
  time,
  weekday,
}: Omit<Rhythm, 'frequency'> & {
  readonly frequency: Exclude<Frequency, 'custom'>;
}): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  switch (frequency) {
    case 'hourly':
      return `${minute} ${everyHours === 1 ? '*' : `*/${everyHours}`} * * *`;
    case 'daily':
      return `${minute} ${hour} * * *`;
    case 'workdays':
      return `${minute} ${hour} * * 1-5`;
    case 'weekly':
      return `${minute} ${hour} * * ${weekday}`;
  }
}

function clock(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
