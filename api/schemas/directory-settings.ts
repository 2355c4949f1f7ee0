import { z } from 'zod';
import { defaultDirectorySettings as defaults } from '../../domain/directory/settings';
import type { DirectorySettings } from '../../domain/directory/settings';
import { apiTexts } from '../../i18n/api';
import { id, matching, timestamp } from './common';
import { schedule, timezone } from './schedule';

const fieldName = matching(/^[A-Za-z][\w.-]{0,63}$/, apiTexts.fieldWrongFormat);
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

const mappings = z
  .array(mapping)
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

const pull = z.strictObject({
  linkNewMembers: z
    .strictObject({
      enabled: z.boolean().default(defaults.pull.linkNewMembers.enabled),
      wecomField: fieldName.default(defaults.pull.linkNewMembers.wecomField),
      oaField: fieldName.default(defaults.pull.linkNewMembers.oaField),
    })
    .prefault({}),
  schedule: schedule.nullable().default(defaults.pull.schedule),
  syncToOa: z.boolean().default(defaults.pull.syncToOa),
});

const push = z.strictObject({
  topDepartmentId: z.int().min(1).max(2_147_483_647).nullable().default(defaults.push.topDepartmentId),
  createUsers: z.boolean().default(defaults.push.createUsers),
  inviteUsers: z.boolean().default(defaults.push.inviteUsers),
  includePartTimeDepartments: z.boolean().default(defaults.push.includePartTimeDepartments),
  departmentsFullyFromOa: z.boolean().default(defaults.push.departmentsFullyFromOa),
  departed: z
    .strictObject({
      action: z.enum(['disable', 'delete']).default(defaults.push.departed.action),
      immediate: z.boolean().default(defaults.push.departed.immediate),
      deleteAfterDays: z.int().min(0).max(3_650).nullable().default(defaults.push.departed.deleteAfterDays),
      moveToDepartment: z
        .strictObject({
          enabled: z.boolean().default(defaults.push.departed.moveToDepartment.enabled),
          name: departmentName.default(defaults.push.departed.moveToDepartment.name),
        })
        .prefault({}),
    })
    .prefault({}),
  userIdFrom: fieldName.default(defaults.push.userIdFrom),
  match: z
    .array(z.strictObject({ oaField: fieldName, wecomField: fieldName }))
    .min(1)
    .max(10)
    .default(() => defaults.push.match.map((rule) => ({ ...rule }))),
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

const settingsFields = {
  access: z.enum(['read-only', 'read-write']).default(defaults.access),
  master: z.enum(['oa', 'wecom']).default(defaults.master),
  appId: id.nullable().default(defaults.appId),
  timezone: timezone.default(defaults.timezone),
  maintenanceWindows: z
    .array(z.never())
    .max(0)
    .default(() => []),
  notices: z
    .array(z.never())
    .max(0)
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

/** Whole: what a body leaves out takes its default. */
export const directorySettings = z.strictObject(settingsFields);

export const directorySettingsBody = z
  .strictObject({ ...settingsFields, ...z.object(versionFields).partial().shape })
  .transform(({ version: _, savedAt: __, savedBy: ___, ...document }) => document)
  .meta({ id: 'DirectorySettings' });

/** Fails to compile when the schema and the settings of the domain part ways. */
export function toDirectorySettings(document: z.output<typeof directorySettings>): DirectorySettings {
  return document;
}

export const savedDirectorySettings = z
  .object({ ...settingsFields, ...versionFields })
  .meta({ id: 'DirectorySettingsVersion' });
