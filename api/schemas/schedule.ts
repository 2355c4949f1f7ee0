import { z } from 'zod';
import { apiTexts } from '../../i18n/api';
import { id, says, timestamp } from './common';

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

type CronField = { readonly min: number; readonly max: number; readonly names: readonly string[] };

const cronFields: readonly CronField[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: monthNames },
  // 7 is Sunday too.
  { min: 0, max: 7, names: dayNames },
];

/** Five fields, as Temporal takes them: lists, ranges, steps, names of months and days. */
export function isCron(expression: string): boolean {
  const fields = expression.trim().split(/\s+/);
  return (
    fields.length === cronFields.length &&
    cronFields.every((field, index) =>
      (fields[index] ?? '').split(',').every((entry) => isCronEntry(entry, field)),
    )
  );
}

function isCronEntry(entry: string, field: CronField): boolean {
  const [range = '', step, ...rest] = entry.split('/');
  if (
    rest.length > 0 ||
    (step !== undefined && !(/^\d+$/.test(step) && Number(step) >= 1 && Number(step) <= field.max))
  ) {
    return false;
  }
  if (range === '*') return true;
  const [from, to, ...more] = range.split('-').map((value) => cronValue(value, field));
  if (from === undefined || more.length > 0) return false;
  if (!range.includes('-')) return true;
  return to !== undefined && from <= to;
}

function cronValue(value: string, { min, max, names }: CronField): number | undefined {
  const name = names.indexOf(value.toUpperCase());
  const number = name >= 0 ? name + min : /^\d{1,2}$/.test(value) ? Number(value) : Number.NaN;
  return number >= min && number <= max ? number : undefined;
}

export function isTimezone(name: string): boolean {
  try {
    // Offsets such as +08:00 are accepted by Intl, but they are no zones: they know no summer time.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

export const timezone = z
  .string()
  .max(64)
  .refine(isTimezone, says(apiTexts.timezoneShape))
  .meta({ example: 'Asia/Shanghai' });

export const schedule = z.strictObject({
  cron: z.string().max(200).refine(isCron, says(apiTexts.cronShape)).meta({ example: '0 2 * * *' }),
  timezone,
});

export const scheduleState = z
  .object({
    direction: z.enum(['push', 'pull']),
    cron: z.string(),
    timezone: z.string(),
    paused: z.boolean(),
    nextRuns: z.array(timestamp).meta({ description: 'The next five.' }),
    lastRun: z.object({ id, phase: z.string(), startedAt: timestamp }).nullable(),
    note: z.string().nullable().meta({ description: 'What was said when it was paused.' }),
  })
  .meta({ id: 'Schedule' });

export const scheduleList = z
  .object({ items: z.array(scheduleState), nextCursor: z.null() })
  .meta({ id: 'Schedules' });

export const pausing = z.strictObject({ note: z.string().trim().max(200).optional() }).prefault({});
