import { z } from 'zod';
import { defaultDirectorySettings as defaults, pulledOaFields } from '../../domain/directory/settings';
import type { DirectorySettings, MatchField } from '../../domain/directory/settings';
import { noticeEvents, withFirstMatch } from '../../domain/directory/settings';
import { apiTexts } from '../../i18n/api';
import { pushApiTexts } from '../../i18n/push-api';
import { cursor, id, limit, matching, name, says, timestamp, wecomDepartmentId } from './common';
import { schedule, timezone } from './schedule';

/** Custom fields of either side are named by people, in any script. */
const fieldName = matching(/^\p{L}[\p{L}\p{N} _.()（）/-]{0,99}$/u, apiTexts.fieldWrongFormat);
const percent = z.int().min(0).max(100).nullable();
const people = z.int().min(0).max(10_000_000).nullable();
const memberIds = z.array(z.string().trim().min(1).max(64)).max(1_000);
const oaIds = z.array(z.string().min(1).max(128)).max(10_000);

const departmentName = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .refine((name) => !/[\\:*?"<>|｜]/.test(name), { params: { text: apiTexts.fieldWrongFormat } });

const mapping = z.strictObject({
  to: fieldName,
  from: z.union([fieldName, z.strictObject({ expression: z.string().trim().min(1).max(1_000) })]),
});

const mappingsOf = <T extends z.ZodType<{ to: string }>>(entry: T) =>
  z
    .array(entry)
    .max(100)
    .superRefine((entries, context) => {
      entries.forEach(({ to }, index) => {
        if (entries.findIndex((entry) => entry.to === to) === index) return;
        context.addIssue({
          code: 'custom',
          path: [index, 'to'],
          params: { text: apiTexts.fieldDuplicate, value: to },
        });
      });
    });

const mappings = mappingsOf(mapping);

const pulledField = matching(
  new RegExp(`^(${pulledOaFields.join('|')}|custom\\.\\p{L}[\\p{L}\\p{N} _.()（）/-]{0,92})$`, 'u'),
  pushApiTexts.pulledFieldShape,
).meta({ example: 'mobile' });

const matchRule = z.strictObject({ oaField: fieldName, wecomField: fieldName });
const matchRules = z.array(matchRule).min(1).max(10);

const pull = z.strictObject({
  linkNewMembers: z
    .strictObject({
      enabled: z.boolean().default(defaults.pull.linkNewMembers.enabled),
      wecomField: fieldName.default(defaults.pull.linkNewMembers.wecomField),
      oaField: fieldName.default(defaults.pull.linkNewMembers.oaField),
    })
    .prefault({}),
  schedule: schedule.nullable().default(defaults.pull.schedule),
  syncToOa: z.boolean().default(defaults.pull.syncToOa).meta({
    description: 'A run then goes on into the OA. Needs `master: "wecom"`; at most one corp may.',
  }),
  fieldMapping: mappingsOf(mapping.extend({ to: pulledField }))
    .default(() => defaults.pull.fieldMapping.map((entry) => ({ ...entry })))
    .meta({ description: 'What of a member goes where in the OA.' }),
});

/** The same as the first of `push.match`: whichever is given counts. */
const givenPull = pull.extend({
  linkNewMembers: z
    .strictObject({
      enabled: z.boolean().default(defaults.pull.linkNewMembers.enabled),
      wecomField: fieldName.optional(),
      oaField: fieldName.optional(),
    })
    .prefault({})
    .meta({ description: 'Its fields are the first of `push.match`; whichever of them is changed counts.' }),
});

const clockTime = matching(/^([01]\d|2[0-3]):[0-5]\d$/, pushApiTexts.clockTimeShape).meta({
  example: '09:00',
});

const push = z.strictObject({
  topDepartmentId: wecomDepartmentId.nullable().default(defaults.push.topDepartmentId),
  createUsers: z.boolean().default(defaults.push.createUsers),
  inviteUsers: z.boolean().default(defaults.push.inviteUsers),
  includePartTimeDepartments: z.boolean().default(defaults.push.includePartTimeDepartments),
  departmentsFullyFromOa: z.boolean().default(defaults.push.departmentsFullyFromOa),
  departed: z
    .strictObject({
      action: z.enum(['disable', 'delete']).default(defaults.push.departed.action),
      immediate: z.boolean().default(defaults.push.departed.immediate),
      deleteAfterDays: z
        .int()
        .min(0)
        .max(3_650)
        .nullable()
        .default(defaults.push.departed.deleteAfterDays)
        .meta({ description: 'null or 0: never.' }),
      deletionTime: clockTime
        .default(defaults.push.departed.deletionTime)
        .meta({ description: 'When the deletions of a day are made, in the time zone of the settings.' }),
      holdForHandOver: z.boolean().default(defaults.push.departed.holdForHandOver).meta({
        description: 'Nobody with something left to hand over is deleted before it is marked as done.',
      }),
      moveToDepartment: z
        .strictObject({
          enabled: z.boolean().default(defaults.push.departed.moveToDepartment.enabled),
          name: departmentName.default(defaults.push.departed.moveToDepartment.name),
        })
        .prefault({}),
    })
    .prefault({}),
  userIdFrom: fieldName.default(defaults.push.userIdFrom),
  match: matchRules.default(() => defaults.push.match.map((rule) => ({ ...rule }))),
  leaders: z.boolean().default(defaults.push.leaders),
  fieldMapping: mappings.default(() => defaults.push.fieldMapping.map((entry) => ({ ...entry }))),
  externalMapping: mappings.default(() => []),
  scope: z
    .strictObject({
      subcompanies: oaIds.default(() => []),
      departments: oaIds.default(() => []),
      includeUsers: oaIds.default(() => []),
      excludeUsers: oaIds.default(() => []),
      outOfScope: z.enum(['depart', 'delete', 'keep']).default(defaults.push.scope.outOfScope),
    })
    .prefault({}),
  guard: z
    .strictObject({
      maxDecrease: people.default(defaults.push.guard.maxDecrease),
      maxDeletes: people.default(defaults.push.guard.maxDeletes),
      maxDeletePercent: percent.default(defaults.push.guard.maxDeletePercent),
      maxDisables: people.default(defaults.push.guard.maxDisables),
      maxDepartmentDeletes: people.default(defaults.push.guard.maxDepartmentDeletes),
      maxBranchPercent: percent.default(defaults.push.guard.maxBranchPercent),
      percentFrom: z.int().min(0).max(10_000_000).default(defaults.push.guard.percentFrom),
      maxMoves: people.default(defaults.push.guard.maxMoves),
      maxCleared: people.default(defaults.push.guard.maxCleared),
      protectedUsers: memberIds.default(() => []),
      onExceed: z.enum(['hold-risky', 'stop']).default(defaults.push.guard.onExceed),
    })
    .prefault({}),
  approval: z
    .strictObject({
      required: z.enum(['never', 'over-limit', 'always']).default(defaults.push.approval.required),
      timeoutHours: z.int().min(1).max(8_760).default(defaults.push.approval.timeoutHours),
      approvers: memberIds.default(() => []),
      requesterMayApprove: z.boolean().default(defaults.push.approval.requesterMayApprove),
    })
    .prefault({}),
  schedule: schedule.nullable().default(defaults.push.schedule),
});

const givenPush = push.extend({ match: matchRules.optional() });

const maintenanceWindow = z
  .strictObject({
    days: z
      .array(z.int().min(1).max(7))
      .min(1)
      .max(7)
      .refine((days) => new Set(days).size === days.length, says(pushApiTexts.daysTwice))
      .meta({ description: '1 is Monday, 7 is Sunday: the day on which the window begins.' }),
    from: clockTime,
    to: clockTime.meta({ description: 'Before `from`: on the next day.' }),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], ...says(pushApiTexts.windowEmpty) });

const noticeEventList = z
  .array(z.enum(noticeEvents))
  .min(1)
  .max(noticeEvents.length)
  .refine((events) => new Set(events).size === events.length, says(pushApiTexts.eventTwice));

const noticeFields = {
  kind: z.literal('webhook'),
  name,
  url: z.string().trim().min(1).max(2_000).meta({
    description: 'Shown as scheme and host; sent back as it was shown, the stored one stays.',
  }),
  events: noticeEventList,
};

const messageNotice = z
  .strictObject({
    kind: z.literal('message'),
    name,
    appId: id.meta({ description: 'An app of this corp.' }),
    userIds: memberIds.min(1).meta({ description: 'WeCom userids of those who get it.' }),
    events: noticeEventList,
  })
  .meta({ id: 'MessageNotice' });

const newWebhook = z.strictObject({
  ...noticeFields,
  secret: z.string().min(1).max(256).nullable().optional().meta({
    description: 'Signs what is sent. Left out, the stored one stays; null removes it.',
  }),
  hasSecret: z.boolean().optional().meta({ description: 'As it was read; not looked at.' }),
});

const newNotice = z.discriminatedUnion('kind', [newWebhook, messageNotice]);

const settingsFields = {
  access: z.enum(['read-only', 'read-write']).default(defaults.access),
  master: z.enum(['oa', 'wecom']).default(defaults.master),
  appId: id.nullable().default(defaults.appId),
  timezone: timezone.default(defaults.timezone),
  maintenanceWindows: z
    .array(maintenanceWindow)
    .max(50)
    .default(() => []),
  notices: z
    .array(newNotice)
    .max(20)
    .default(() => []),
  pull: pull.prefault({}),
  push: push.prefault({}),
};

/** Made by the save; what was read may be sent back as it is. */
const versionFields = {
  version: z.int().meta({ description: '0 while nothing was saved: the defaults.' }),
  savedAt: timestamp.nullable(),
  savedBy: z.string().nullable(),
};

const asAnswered = { description: 'As it was answered; not looked at.' };

/** Whole: what a body leaves out takes its default. */
export const directorySettings = z.strictObject(settingsFields);

export const directorySettingsBody = z
  .strictObject({
    ...settingsFields,
    pull: givenPull.prefault({}),
    push: givenPush.prefault({}),
    version: z.int().optional().meta(asAnswered),
    savedAt: z.string().nullable().optional().meta(asAnswered),
    savedBy: z.string().nullable().optional().meta(asAnswered),
    departuresRedated: z.int().optional().meta(asAnswered),
    confirmMaster: z
      .boolean()
      .optional()
      .meta({
        description:
          'Has to be true where `master` changes or `pull.syncToOa` is switched on: see the 409 without it. Left out by an ' +
          'API token it counts as true.',
      }),
  })
  .transform(({ version: _, savedAt: __, savedBy: ___, departuresRedated: ____, ...document }) => document)
  .meta({ id: 'DirectorySettings' });

export type GivenDirectorySettings = z.output<typeof directorySettingsBody>;
export type GivenNotice = z.output<typeof newNotice>;

/** Fails to compile when the schema and the settings of the domain part ways. */
export function toDirectorySettings(
  { confirmMaster: _, pull, push, ...document }: GivenDirectorySettings,
  notices: DirectorySettings['notices'],
  first: MatchField,
): DirectorySettings {
  const { enabled } = pull.linkNewMembers;
  return withFirstMatch(
    {
      ...document,
      notices,
      pull: { ...pull, linkNewMembers: { enabled, ...first } },
      push: { ...push, match: push.match ?? [first] },
    },
    first,
  );
}

const shownNotice = z.discriminatedUnion('kind', [
  z.object({ ...noticeFields, hasSecret: z.boolean() }),
  messageNotice,
]);

const savedFields = { ...settingsFields, notices: z.array(shownNotice), ...versionFields };

export const savedDirectorySettings = z.object(savedFields).meta({ id: 'DirectorySettingsVersion' });

export const savedNow = z
  .object({
    ...savedFields,
    simulationRunId: id
      .nullable()
      .optional()
      .meta({ description: 'With `?simulate=true`; null when none started.' }),
    departuresRedated: z.int().optional().meta({
      description: 'Where the save moves days of deletion: how many departures are dated anew.',
    }),
  })
  .meta({ id: 'DirectorySettingsSaved' });

// ---------------------------------------------------------------- versions, what-if, helpers of the page

export const versionsQuery = z.object({ cursor, limit });

export const versionEntry = z
  .object({
    version: z.int(),
    savedAt: timestamp,
    savedBy: z.string().nullable(),
    changes: z.array(
      z.object({
        path: z.string().meta({ example: 'push.guard.maxDeletes' }),
        before: z.unknown(),
        after: z.unknown(),
      }),
    ),
  })
  .meta({ id: 'DirectorySettingsChange' });

export const versionNumber = z
  .string()
  .refine((value) => /^\d{1,9}$/.test(value), says(apiTexts.fieldWrongFormat))
  .transform(Number);

export const rollback = z.strictObject({
  version: z.int().min(0).max(999_999_999),
  confirmMaster: z.boolean().optional(),
});

export const previewBody = z.strictObject({ document: directorySettingsBody });

export const preview = z
  .object({
    counts: z.record(z.string(), z.int()),
    newlyAffected: z.object({
      people: z.array(
        z.object({
          oaUserId: z.string().nullable(),
          name: z.string().nullable(),
          userId: z.string().nullable(),
          action: z.string(),
          was: z.string().nullable().meta({ description: 'Under the settings in force; null: nothing.' }),
        }),
      ),
      total: z.int(),
    }),
    departments: z.object({
      items: z.array(
        z.object({
          oaKey: z.string().nullable(),
          departmentId: z.int().nullable(),
          name: z.string().nullable(),
          action: z.string(),
          was: z.string().nullable(),
        }),
      ),
      total: z.int(),
    }),
    departures: z
      .object({
        count: z.int(),
        items: z.array(
          z.object({
            userId: z.string(),
            name: z.string().nullable(),
            deleteAtBefore: timestamp.nullable(),
            deleteAtAfter: timestamp.nullable().meta({ description: 'null: never.' }),
          }),
        ),
      })
      .meta({ description: 'Whose deletion would be moved; the first of them, the next one first.' }),
    problems: z.array(z.object({ code: z.string(), message: z.string(), path: z.string().optional() })),
  })
  .meta({ id: 'DirectorySettingsPreview' });

export const expressionBody = z.strictObject({
  expression: z.string().trim().min(1).max(1_000),
  oaUserId: z.string().min(1).max(128).optional(),
});

export const expressionResult = z
  .object({
    ok: z.boolean(),
    value: z.string().nullable().optional().meta({ description: 'null: no value, the field is left alone.' }),
    error: z.string().optional(),
    position: z.int().optional().meta({ description: 'Where in the expression, counted from 1.' }),
    user: z
      .object({ oaUserId: z.string(), name: z.string(), loginId: z.string() })
      .nullable()
      .meta({ description: 'On whom it was tried.' }),
  })
  .meta({ id: 'ExpressionResult' });

export const fieldList = z
  .object({
    items: z.array(
      z.object({
        field: z.string(),
        label: z.string(),
        readableBy: z.array(z.string()).meta({ description: '`contacts`, or `app:` and its id here.' }),
        seen: z.object({ members: z.int(), of: z.int() }).meta({ description: 'Where it had a value.' }),
        writable: z.boolean(),
        matchable: z.enum(['read', 'look-up', 'no']),
        note: z.string().nullable(),
      }),
    ),
    nextCursor: z.null(),
  })
  .meta({ id: 'DirectoryFields' });
