import { z } from 'zod';
import type { DepartureOrigin, DepartureState, HandOverItem } from '../../domain/departures/departure';
import { departureTexts } from '../../i18n/departures';
import { cursor, flag, id, limit, listOf, pageWithTotal, says, timestamp } from './common';
import { corpParams } from './corps';

export const departureStates = [
  'disabling',
  'waiting',
  'postponed',
  'held',
  'restoring',
  'deleted',
  'restored',
  'cancelled',
] as const satisfies readonly DepartureState[];

const origins = ['push', 'oa', 'person', 'earlier'] as const satisfies readonly DepartureOrigin[];

const handOverKinds = [
  'external-contacts',
  'customer-groups',
  'todos',
  'subordinates',
  'led-departments',
] as const satisfies readonly HandOverItem['kind'][];

const userId = z.string().min(1).max(64);

export const departureParams = corpParams.extend({ userId });

export const departureState = z.enum(departureStates);

const wecomAnswer = z.object({ errcode: z.int().nullable(), errmsg: z.string(), path: z.string() });

const daysLeft = z.int().nullable().meta({
  description: 'Days from today to the day of the deletion, in the corp’s time zone; null without a date.',
});

export const handOverItem = z
  .object({
    kind: z.enum(handOverKinds),
    title: z.string(),
    count: z.int().nullable().meta({ description: 'null where it can not be read.' }),
    names: z.array(z.string()).meta({ description: 'The first of them, where they have names.' }),
    hint: z.string().nullable().meta({ description: 'What to do where it can not be read.' }),
  })
  .meta({ id: 'HandOverItem' });

const departureFields = {
  departureId: id,
  userId: z.string(),
  memberId: id.meta({ description: "The bridge's own id." }),
  oaUserId: z.string(),
  name: z.string().nullable(),
  state: departureState,
  disabledAt: timestamp.nullable(),
  deleteAt: timestamp.nullable().meta({ description: 'null: never, or no date yet.' }),
  daysLeft,
  reason: z.string().nullable().meta({ description: 'Why it is held, was put off, or ended; in words.' }),
  reasonCode: z.string().nullable(),
  advice: z.string().nullable().meta({ description: 'What to do about it.' }),
  wecom: wecomAnswer.nullable().meta({ description: 'What WeCom answered, where it refused.' }),
  origin: z.enum(origins).meta({
    description: 'An applied plan, the OA’s word, a person, or a version that kept no departures.',
  }),
  startedBy: z.string().nullable().meta({ description: 'null where nobody did it by hand.' }),
  decidedBy: z
    .string()
    .nullable()
    .meta({ description: 'Whoever restored or cancelled it, or had it deleted at once.' }),
  afterDays: z
    .int()
    .nullable()
    .meta({ description: 'Days between disabling and deletion; null: never deleted.' }),
  postponedDays: z.int(),
  noticeAt: timestamp.nullable().meta({ description: 'When a notice lists it.' }),
  noticedAt: timestamp.nullable(),
  createdAt: timestamp,
  closedAt: timestamp.nullable(),
  runId: z
    .string()
    .nullable()
    .meta({ description: 'The run that disables, deletes or restores, or tried last.' }),
  workflowId: z.string(),
  temporalUrl: z.string().nullable(),
  handOver: z
    .array(handOverItem)
    .nullable()
    .meta({ description: 'What the person still owns; null while it was not read.' }),
  handOverReadAt: timestamp.nullable(),
  handOverDoneAt: timestamp.nullable(),
  handOverDoneBy: z.string().nullable(),
  can: z
    .object({
      postpone: z.boolean(),
      cancel: z.boolean(),
      restore: z.boolean(),
      release: z.boolean(),
      deleteNow: z.boolean(),
      handOverDone: z.boolean(),
    })
    .meta({
      description: 'What its state and the corp’s settings allow, whatever the rights of the reader.',
    }),
};

export const departure = z.object(departureFields).meta({ id: 'Departure' });

export const departurePage = pageWithTotal(departure);

export const departureEvent = z
  .object({
    at: timestamp,
    code: z.string().meta({ example: 'disabled' }),
    text: z.string(),
    by: z.string().nullable().meta({ description: 'null where nobody did it by hand.' }),
    runId: z.string().nullable(),
  })
  .meta({ id: 'DepartureEvent' });

export const departureDetails = z
  .object({
    ...departureFields,
    events: z.array(departureEvent).meta({ description: 'Oldest first.' }),
    earlier: z.array(departure).meta({ description: 'Ended departures of the same member, newest first.' }),
  })
  .meta({ id: 'DepartureDetails' });

/** On a member's card. */
export const memberDeparture = z
  .object({
    state: departureState,
    disabledAt: timestamp.nullable(),
    deleteAt: timestamp.nullable(),
    reason: z.string().nullable(),
    daysLeft,
  })
  .meta({ id: 'MemberDeparture' });

export const departureSummary = z
  .object({
    ...(Object.fromEntries(departureStates.map((state) => [state, z.int()])) as Record<
      DepartureState,
      z.ZodInt
    >),
    open: z.int().meta({ description: 'Those that have not ended.' }),
    dueWithinWeek: z.int().meta({ description: 'Deletions in the next seven days.' }),
    daySeconds: z.number().nullable().meta({
      description:
        'How long a day of departures is in a rehearsal on the simulator; null where days are days.',
    }),
  })
  .meta({ id: 'DepartureSummary' });

export const day = z
  .string()
  .refine(isDay, says(departureTexts.dayShape))
  .meta({ format: 'date', example: '2026-12-01' });

/** 2026-02-30 is none, although it can be parsed. */
function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}

export const departureQuery = z.object({
  state: listOf(departureStates).optional(),
  open: flag.optional().meta({ description: '`true`: not ended; `false`: ended.' }),
  q: z.string().trim().max(100).optional().meta({ description: 'In the name or the userid.' }),
  userId: userId.optional(),
  from: day.optional().meta({ description: 'Deletion on this day of the corp’s time zone or later.' }),
  to: day.optional().meta({ description: 'Deletion on this day or earlier.' }),
  sort: z.enum(['newest', 'due']).default('newest'),
  cursor,
  limit,
});

export const usualCalendarDays = 42;
export const mostCalendarDays = 400;

export const calendarQuery = z.object({
  from: day.optional().meta({ description: 'Today where it is left out.' }),
  to: day
    .optional()
    .meta({ description: `Included; six weeks where it is left out, ${mostCalendarDays} days at most.` }),
});

export const departureCalendar = z
  .object({
    days: z
      .array(
        z.object({
          date: z.string().meta({ format: 'date', example: '2026-12-01' }),
          count: z.int().meta({ description: 'Deletions due on it, the held ones included.' }),
          held: z.int(),
        }),
      )
      .meta({ description: 'Days with none are left out.' }),
    timezone: z.string(),
  })
  .meta({ id: 'DepartureCalendar' });

export const newDeparture = z.strictObject({ userId }).meta({ id: 'NewDeparture' });

const comment = z.string().trim().max(500).optional().meta({ description: 'For the audit log.' });

export const mostPostponedDays = 3_650;

export const postponing = z
  .strictObject({ days: z.int().min(1).max(mostPostponedDays), comment })
  .meta({ id: 'DeparturePostponement' });

export const deciding = z.strictObject({ comment }).optional().meta({ id: 'DepartureDecision' });
