import { z } from 'zod';
import { isCron } from '../../domain/time/cron';
import { isTimezone } from '../../domain/time/zones';
import { apiTexts } from '../../i18n/api';
import { id, says, timestamp } from './common';

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
