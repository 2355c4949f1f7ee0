import { z } from 'zod';
import { attendanceSources, kindCodes, punchKinds } from '../../domain/attendance/attendance';
import { exceptionCodes } from '../../domain/attendance/exceptions';
import { reportPeriods } from '../../domain/attendance/report';
import { lookBackLimits } from '../../domain/attendance/rule';
import { attendanceTexts } from '../../i18n/attendance';
import { cursor, id, limit, listOf, matching, name, page, timestamp, wecomDepartmentId } from './common';
import { corpParams, secret } from './corps';
import { day } from './departures';
import { schedule, timezone } from './schedule';

const exceptionCode = z.enum(exceptionCodes);

export const exceptionList = z.array(exceptionCode).meta({
  description:
    'late, early, missing (未打卡), absent (旷工), place (地点异常), wifi (wifi异常), device (非常用设备), time (时间异常 that can not be told late from early), other (words WeCom has added since).',
});

const wecomAnswer = z.object({ errcode: z.int().nullable(), errmsg: z.string(), path: z.string() });

const userId = z.string().trim().min(1).max(64);
const answeredDay = z.string().meta({ format: 'date', example: '2026-01-31' });

// ---------------------------------------------------------------- settings

const dayStartsAt = matching(/^([01]\d|2[0-3]):[0-5]\d$/, attendanceTexts.dayStartsAtShape).meta({
  description: 'A punch before it belongs to the day before.',
  example: '04:00',
});

export const settingsChange = z
  .strictObject({
    appId: id.optional().meta({
      description: 'A self-built app of the corp that WeCom’s check-in app lets read.',
    }),
    secret: secret.optional().meta({
      description: 'Of WeCom’s own check-in app, for corps from before 2023-12-01. Never given back.',
    }),
    timezone: timezone.optional(),
    dayStartsAt: dayStartsAt.optional(),
  })
  .meta({
    id: 'AttendanceSettingsChange',
    description:
      'One of `appId` and `secret`; with neither, what is saved stays. What is left out otherwise stays too.',
  });

export const credentialCheck = z
  .object({
    ok: z.boolean(),
    at: timestamp,
    message: z.string().nullable(),
    advice: z.string().nullable().meta({ description: 'What to click in WeCom.' }),
    wecom: wecomAnswer.nullable(),
  })
  .meta({ id: 'AttendanceCheck' });

export const settings = z
  .object({
    appId: z.string().nullable(),
    hasSecret: z.boolean(),
    timezone: z.string(),
    dayStartsAt: z.string(),
    configured: z.boolean().meta({ description: 'There is a credential: runs can be started.' }),
    credential: z.enum(['app', 'system-secret']).nullable(),
    check: credentialCheck.nullable().meta({ description: 'The last look at the credential.' }),
    advice: z.string().nullable().meta({ description: 'What to do next, where something is missing.' }),
  })
  .meta({ id: 'AttendanceSettings' });

// ---------------------------------------------------------------- rules

const kinds = z.enum(punchKinds).meta({
  description: 'work: 上班打卡 and 下班打卡; outing: 外出打卡.',
});

const reads = z.strictObject({
  punches: z.boolean().default(false),
  daily: z.boolean().default(false),
  monthly: z.boolean().default(false),
});

const answeredReads = z.object(
  Object.fromEntries(attendanceSources.map((source) => [source, z.boolean()])) as Record<
    (typeof attendanceSources)[number],
    z.ZodBoolean
  >,
);

const mostChosen = 10_000;
/** So many userids of the greatest length, and what stands around them. */
export const listBytes = 2 * 1024 * 1024;

const newScope = z
  .strictObject({
    departments: z.array(wecomDepartmentId).max(mostChosen).default([]),
    userIds: z.array(userId).max(mostChosen).default([]),
    excludeUserIds: z.array(userId).max(mostChosen).default([]),
  })
  .meta({
    description:
      'Departments by WeCom’s numbers, those below included, and single members. With neither chosen: everybody who is bound, or everybody before the first binding.',
  });

export const newRule = z
  .strictObject({
    name,
    scope: newScope.prefault({}),
    kinds: kinds.default('all'),
    reads: reads.default({ punches: true, daily: false, monthly: false }),
    schedule: schedule.nullable().default(null),
    lookBackDays: z
      .int()
      .min(lookBackLimits.min)
      .max(lookBackLimits.max)
      .default(lookBackLimits.default)
      .meta({
        description: 'Days read again, for late punches and corrections.',
      }),
    enabled: z.boolean().default(true),
  })
  .meta({ id: 'NewAttendanceRule' });

const gapRange = { from: answeredDay, to: answeredDay };

export const rule = z
  .object({
    ruleId: id,
    name: z.string(),
    scope: z.object({
      departments: z.array(z.int()),
      userIds: z.array(z.string()),
      excludeUserIds: z.array(z.string()),
    }),
    kinds,
    reads: answeredReads,
    schedule: z.object({ cron: z.string(), timezone: z.string() }).nullable(),
    lookBackDays: z.int(),
    enabled: z.boolean(),
    paused: z.boolean(),
    pauseNote: z.string().nullable().meta({ description: 'What was said when it was paused.' }),
    nextRuns: z.array(timestamp).meta({ description: 'The next five.' }),
    lastRun: z
      .object({
        id,
        phase: z.string(),
        from: answeredDay,
        to: answeredDay,
        startedAt: timestamp,
        finishedAt: timestamp.nullable(),
      })
      .nullable(),
    openGaps: z
      .array(z.object(gapRange))
      .meta({ description: 'Scheduled days that no run has read, as ranges.' }),
    people: z.int().meta({ description: 'Members it reads today.' }),
    createdBy: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'AttendanceRule' });

export const ruleList = z
  .object({ items: z.array(rule), nextCursor: z.null() })
  .meta({ id: 'AttendanceRules' });

export const ruleParams = corpParams.extend({ ruleId: id });

// ---------------------------------------------------------------- runs

export const mostAskedUsers = 10_000;

export const newRun = z
  .strictObject({
    from: day.meta({ description: 'In the corp’s zone, included.' }),
    to: day.meta({ description: 'Included; today at the latest.' }),
    userIds: z.array(userId).min(1).max(mostAskedUsers).optional().meta({
      description:
        'Left out: everybody of the rule, or everybody who is bound (before the first binding: everybody).',
    }),
    ruleId: id.optional().meta({ description: 'Left out: a run without a rule.' }),
    kinds: kinds.optional().meta({ description: 'Left out: those of the rule, or all.' }),
    reads: reads.optional().meta({ description: 'Left out: as the rule reads, or punches.' }),
    acceptLoss: z.boolean().default(false).meta({
      description: 'Somebody looked: rows that are missing in number are superseded all the same.',
    }),
  })
  .meta({ id: 'NewAttendanceRun' });

const countNames = [
  'read',
  'new',
  'changed',
  'superseded',
  'unchanged',
  'heldBack',
  'unknownPeople',
  'unbound',
] as const;

/** In the answer about a run of the direction "attendance". */
export const attendanceBlock = z
  .object({
    ruleId: z.string().nullable(),
    ruleName: z.string().nullable().meta({ description: 'As it was then.' }),
    userIds: z.array(z.string()).nullable().meta({
      description: 'Who was asked for by name; null for everybody of the rule or scope, and above 1,000.',
    }),
    from: answeredDay,
    to: answeredDay,
    kinds,
    reads: answeredReads,
    timezone: z.string(),
    dayStartsAt: z.string(),
    acceptLoss: z.boolean(),
    people: z.int(),
    counts: z.object(
      Object.fromEntries(countNames.map((count) => [count, z.int()])) as Record<
        (typeof countNames)[number],
        z.ZodInt
      >,
    ),
    unknownPeople: z
      .array(z.object({ userId: z.string(), errcode: z.int().nullable(), message: z.string() }))
      .meta({ description: 'Members WeCom gave nothing for; the first hundred.' }),
    heldBack: z
      .array(z.object({ ...gapRange, people: z.int() }))
      .meta({ description: 'Stretches in which so many rows were missing that none was superseded.' }),
    paused: z.boolean(),
  })
  .meta({ id: 'AttendanceBlock' });

// ---------------------------------------------------------------- records

const recordId = z.string().min(1).max(300);

export const recordStates = ['current', 'superseded', 'all'] as const;

const commonFilter = {
  userId: userId.optional(),
  q: z.string().trim().min(1).max(100).optional().meta({ description: 'In the name or the userid.' }),
  exception: listOf([...exceptionCodes, 'any']).optional(),
  from: day.optional(),
  to: day.optional().meta({ description: 'Included.' }),
  state: z.enum(recordStates).default('current'),
};

const recordFilter = { ...commonFilter, kind: listOf(kindCodes).optional() };

const paged = { cursor, limit };

export const recordQuery = z.object({ ...recordFilter, ...paged });

const exportFormat = z.enum(['csv', 'xlsx']).default('xlsx');

export const recordExportQuery = z.object({ ...recordFilter, format: exportFormat });

const rowState = z.enum(['current', 'superseded']).meta({
  description: 'superseded: a later complete reading of the day no longer had it.',
});

const briefFields = {
  recordId: z.string(),
  at: timestamp,
  kind: z.string().meta({ description: 'In WeCom’s own words.', example: '上班打卡' }),
  kindCode: z.enum(kindCodes),
  exception: z.string().nullable().meta({ description: 'In WeCom’s own words.', example: '时间异常' }),
  exceptions: exceptionList,
  location: z.string().nullable(),
  mediaIds: z.array(z.string()).meta({ description: 'Photos; WeCom keeps them for three days.' }),
  scheduledAt: timestamp.nullable(),
  state: rowState,
};

const raw = z.record(z.string(), z.unknown()).meta({ description: 'The row as WeCom gave it.' });

const recordFields = {
  ...briefFields,
  userId: z.string(),
  oaUserId: z.string().optional().meta({ description: 'Where the member is bound.' }),
  name: z.string().nullable(),
  day: answeredDay.meta({ description: 'The corp’s day it belongs to.' }),
  groupName: z.string().nullable(),
  deviceId: z.string().nullable(),
  timelineId: z.int(),
  groupId: z.int(),
  version: z.int(),
  supersededAt: timestamp.nullable(),
  raw,
};

export const record = z.object(recordFields).meta({ id: 'AttendanceRecord' });

export const recordPage = page(record);

export const recordDetails = z
  .object({
    ...recordFields,
    past: z
      .array(
        z.object({
          version: z.int(),
          became: z.enum(['changed', 'superseded', 'returned']),
          changedAt: timestamp,
          runId: z.string(),
          raw,
        }),
      )
      .meta({ description: 'What it was before, newest first.' }),
  })
  .meta({ id: 'AttendanceRecordDetails' });

export const recordParams = corpParams.extend({ recordId });

// ---------------------------------------------------------------- reports

const reportFilter = { ...commonFilter, period: z.enum(reportPeriods).default('daily') };

export const reportQuery = z.object({ ...reportFilter, ...paged });

export const reportExportQuery = z.object({ ...reportFilter, format: exportFormat });

const reportFields = {
  reportId: z.string(),
  period: z.enum(reportPeriods),
  day: answeredDay.meta({ description: 'The first of the month for a month.' }),
  exceptions: exceptionList,
  exceptionCounts: z.array(z.object({ code: exceptionCode, count: z.int(), seconds: z.int() })),
  punches: z.int().nullable(),
  earliestAt: timestamp.nullable(),
  latestAt: timestamp.nullable(),
  workSeconds: z.int().nullable(),
  standardSeconds: z.int().nullable(),
  workDays: z.int().nullable().meta({ description: 'Of months.' }),
  regularDays: z.int().nullable(),
  exceptionDays: z.int().nullable(),
  isRest: z.boolean().nullable().meta({ description: 'Of days; null where WeCom does not say.' }),
  groupName: z.string().nullable(),
  notes: z.array(z.string()).meta({ description: 'Leave, trips and corrections, in WeCom’s own words.' }),
  state: rowState,
  version: z.int(),
  supersededAt: timestamp.nullable(),
  raw,
};

export const report = z
  .object({
    ...reportFields,
    userId: z.string(),
    oaUserId: z.string().optional(),
    name: z.string().nullable(),
  })
  .meta({ id: 'AttendanceReport' });

export const reportPage = page(report);

// ---------------------------------------------------------------- calendar

export const calendarParams = corpParams.extend({ userId });

export const calendarQuery = z.object({
  month: matching(/^\d{4}-(0[1-9]|1[0-2])$/, attendanceTexts.monthShape)
    .optional()
    .meta({ description: 'This month where it is left out.', example: '2026-01' }),
});

export const calendar = z
  .object({
    userId: z.string(),
    name: z.string().nullable(),
    month: z.string(),
    timezone: z.string(),
    days: z.array(
      z.object({
        day: answeredDay,
        punches: z.array(z.object(briefFields).meta({ id: 'AttendancePunch' })).meta({
          description: 'Oldest first; superseded ones are left out.',
        }),
        exceptions: exceptionList,
        report: z.object(reportFields).meta({ id: 'AttendanceDay' }).nullable(),
        isRest: z.boolean().nullable(),
      }),
    ),
    report: z.object(reportFields).meta({ id: 'AttendanceMonth' }).nullable(),
  })
  .meta({ id: 'AttendanceCalendar' });

// ---------------------------------------------------------------- summary, gaps, delivery

export const gap = z
  .object({ ruleId: id, ruleName: z.string(), ...gapRange, noticedAt: timestamp })
  .meta({ id: 'AttendanceGap', description: 'Scheduled days that no run has read.' });

export const gapList = z.object({ items: z.array(gap), nextCursor: z.null() }).meta({ id: 'AttendanceGaps' });

const stream = z.object({
  toldUpTo: z.string(),
  pending: z.int().meta({ description: 'Changes the OA has still to be told of.' }),
  failingSince: timestamp.nullable(),
  attempts: z.int(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  lastToldAt: timestamp.nullable(),
});

export const summary = z
  .object({
    today: z.object({
      day: answeredDay,
      records: z.int(),
      people: z.int(),
      exceptions: z
        .record(exceptionCode, z.int())
        .meta({ description: 'Records by what is out of the ordinary; one can have several.' }),
    }),
    lastRun: z
      .object({
        id,
        phase: z.string(),
        from: answeredDay,
        to: answeredDay,
        startedAt: timestamp,
        finishedAt: timestamp.nullable(),
      })
      .nullable(),
    delivery: z.object({ punches: stream, reports: stream }),
    waitingForBinding: z.object({ people: z.int(), records: z.int() }),
    openGaps: z.array(gap),
  })
  .meta({ id: 'AttendanceSummary' });

export const retriedDelivery = z.object({ workflowId: z.string() });

export const photoParams = corpParams.extend({ mediaId: z.string().min(1).max(256) });

export const photoQuery = z.object({
  recordId: recordId.optional().meta({
    description:
      'The record it hangs on: found at once, where otherwise the newest records are looked through.',
  }),
});

// ---------------------------------------------------------------- the embedded OA

export const oaAttendanceTypes = ['punch', 'daily', 'monthly'] as const;

export const oaAttendanceQuery = z.object({
  oaUserId: z.string().min(1).max(128).optional(),
  type: z.enum(oaAttendanceTypes).optional(),
  from: day.optional(),
  to: day.optional(),
  after: matching(/^\d{1,18}$/, attendanceTexts.afterShape)
    .optional()
    .meta({ description: 'The `seq` of the last item seen.' }),
  limit,
});

export const oaAttendancePage = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        oaUserId: z.string(),
        type: z.enum(oaAttendanceTypes),
        day: answeredDay,
        at: timestamp,
        state: rowState,
        version: z.int(),
        seq: z.string(),
        takenAt: timestamp,
        item: z.record(z.string(), z.unknown()).meta({ description: 'As it was told.' }),
      }),
    ),
    nextCursor: z.string().nullable().meta({ description: 'The `after` of the next page.' }),
  })
  .meta({ id: 'OaAttendance' });
