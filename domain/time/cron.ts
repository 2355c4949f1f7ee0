import { localDate, timezoneOffsetMs, wallClockTime } from './zones';
import type { Schedule } from '../directory/settings';

/**
 * Cron expressions of five fields as Temporal reads them, which is not as cron does: where both a day of the month and
 * a day of the week are named, a day has to be both; and a time that the clocks leave out is left out.
 */

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

type CronField = { readonly min: number; readonly max: number; readonly names: readonly string[] };

const minute: CronField = { min: 0, max: 59, names: [] };
const hour: CronField = { min: 0, max: 23, names: [] };
const dayOfMonth: CronField = { min: 1, max: 31, names: [] };
const month: CronField = { min: 1, max: 12, names: monthNames };
// 7 is Sunday too.
const dayOfWeek: CronField = { min: 0, max: 7, names: dayNames };

/** What each field allows, in order. */
type CronTimes = {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  readonly months: readonly number[];
  /** 0 to 6, from Sunday. */
  readonly daysOfWeek: readonly number[];
};

/** Lists, ranges, steps, names of months and days; null for what is no expression. */
function parseCron(expression: string): CronTimes | null {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5) return null;
  const [minutesText = '', hoursText = '', daysText = '', monthsText = '', weekdaysText = ''] = fields;
  const minutes = parseField(minutesText, minute);
  const hours = parseField(hoursText, hour);
  const daysOfMonth = parseField(daysText, dayOfMonth);
  const months = parseField(monthsText, month);
  const weekdays = parseField(weekdaysText, dayOfWeek);
  if (!minutes || !hours || !daysOfMonth || !months || !weekdays) return null;
  return {
    minutes,
    hours,
    daysOfMonth,
    months,
    daysOfWeek: inOrder(weekdays.map((weekday) => weekday % 7)),
  };
}

export function isCron(expression: string): boolean {
  return parseCron(expression) !== null;
}

function parseField(text: string, field: CronField): readonly number[] | null {
  const values: number[] = [];
  for (const entry of text.split(',')) {
    const allowed = parseEntry(entry, field);
    if (allowed === null) return null;
    values.push(...allowed);
  }
  return inOrder(values);
}

function parseEntry(entry: string, field: CronField): readonly number[] | null {
  const [range = '', stepText, ...rest] = entry.split('/');
  const step = stepText === undefined ? 1 : /^\d+$/.test(stepText) ? Number(stepText) : 0;
  if (rest.length > 0 || step < 1 || step > field.max) return null;
  const bounds = parseRange(range, field, stepText !== undefined);
  if (bounds === null) return null;
  const values: number[] = [];
  for (let value = bounds.from; value <= bounds.to; value += step) values.push(value);
  return values;
}

type Bounds = { readonly from: number; readonly to: number };

function parseRange(range: string, field: CronField, hasStep: boolean): Bounds | null {
  // Sunday once: with steps, 0 and 7 would be different days.
  const { min } = field;
  const max = field === dayOfWeek ? 6 : field.max;
  if (range === '*') return { from: min, to: max };
  const [from, to, ...more] = range.split('-').map((value) => parseValue(value, field));
  if (from === undefined || more.length > 0) return null;
  // "5/20" starts at 5 and goes on to the end.
  if (!range.includes('-')) return { from, to: hasStep ? Math.max(from, max) : from };
  return to !== undefined && from <= to ? { from, to } : null;
}

function parseValue(value: string, { min, max, names }: CronField): number | undefined {
  const name = names.indexOf(value.toUpperCase());
  const number = name >= 0 ? name + min : /^\d{1,2}$/.test(value) ? Number(value) : Number.NaN;
  return number >= min && number <= max ? number : undefined;
}

function inOrder(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((one, other) => one - other);
}

/** From one 29 February to the next, across a century without one. */
const daysAhead = 8 * 366;

/** The first time after `after`; null for an expression that is none, and for one that never comes, as 30 February. */
export function nextFire({ cron, timezone }: Schedule, after: Date): Date | null {
  const times = parseCron(cron);
  if (times === null) return null;
  const today = localDate(after, timezone);
  for (let ahead = 0; ahead <= daysAhead; ahead += 1) {
    const midnight = new Date(Date.parse(`${today}T00:00:00Z`) + ahead * 86_400_000);
    if (!isOnDay(times, midnight)) continue;
    const fire = firstOfDay(times, midnight, timezone, after);
    if (fire !== null) return fire;
  }
  return null;
}

/** `midnight`: what the clock on the wall shows, as if that were UTC. */
function isOnDay({ daysOfMonth, months, daysOfWeek }: CronTimes, midnight: Date): boolean {
  return (
    months.includes(midnight.getUTCMonth() + 1) &&
    daysOfMonth.includes(midnight.getUTCDate()) &&
    daysOfWeek.includes(midnight.getUTCDay())
  );
}

function firstOfDay(times: CronTimes, midnight: Date, timezone: string, after: Date): Date | null {
  for (const hours of times.hours) {
    for (const minutes of times.minutes) {
      const shown = new Date(midnight.getTime() + (hours * 60 + minutes) * 60_000);
      const at = wallClockTime(shown, timezone);
      const isLeftOut = at.getTime() + timezoneOffsetMs(at, timezone) !== shown.getTime();
      if (at > after && !isLeftOut) return at;
    }
  }
  return null;
}

/** The same for all expressions that mean the same times. */
export function canonicalCron(expression: string): string {
  const times = parseCron(expression);
  return times === null ? expression : JSON.stringify(times);
}
