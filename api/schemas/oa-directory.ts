import { z } from 'zod';
import { timestamp } from './common';

const int32 = z.int().min(-2_147_483_648).max(2_147_483_647);
const oaId = z.string().min(1).max(128);
const shortText = z.string().max(500);
const text = shortText.nullable().optional();
const reference = oaId.nullable().optional();

export const subcompanyRow = z
  .object({ id: oaId, name: shortText.min(1), parentId: reference, order: int32.optional() })
  .meta({ id: 'OaSubcompanyRow' });

export const departmentRow = z
  .object({
    id: oaId,
    name: shortText.min(1),
    parentId: reference,
    subcompanyId: reference,
    order: int32.optional(),
  })
  .meta({ id: 'OaDepartmentRow' });

/** Fields of the company's own; numbers and yes/no become text. */
const custom = z
  .record(z.string().max(100), z.union([z.string().max(4000), z.number(), z.boolean(), z.null()]))
  .transform((fields) =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])),
    ),
  );

export const userRow = z
  .object({
    id: oaId,
    loginId: z.string().min(1).max(128),
    jobNumber: text,
    name: shortText.min(1),
    mobile: text,
    email: text,
    gender: z.enum(['male', 'female']).nullable().optional(),
    position: text,
    telephone: text,
    departmentId: reference,
    partTimeDepartmentIds: z.array(oaId).max(100).optional(),
    managerId: reference,
    order: int32.optional(),
    status: z.enum(['active', 'departed']).optional(),
    custom: custom.optional(),
  })
  .meta({ id: 'OaUserRow' });

/** Of a row that is known already, the id and what changes are enough. */
export const subcompanyPatch = subcompanyRow
  .partial()
  .required({ id: true })
  .meta({ id: 'OaSubcompanyPatch' });
export const departmentPatch = departmentRow
  .partial()
  .required({ id: true })
  .meta({ id: 'OaDepartmentPatch' });
export const userPatch = userRow.partial().required({ id: true }).meta({ id: 'OaUserPatch' });

export type SubcompanyRow = z.output<typeof subcompanyPatch>;
export type DepartmentRow = z.output<typeof departmentPatch>;
export type UserRow = z.output<typeof userPatch>;

export const endLine = z.object({
  subcompanies: z.int().min(0),
  departments: z.int().min(0),
  users: z.int().min(0),
});
export type EndLine = z.output<typeof endLine>;

const rows = z.array(z.unknown()).optional();

/** The rows are looked at one by one. */
export const wholeBody = z.object({ subcompanies: rows, departments: rows, users: rows }).optional();

export const wholeBodyDocumented = z
  .object({
    subcompanies: z.array(subcompanyRow).optional(),
    departments: z.array(departmentRow).optional(),
    users: z.array(userRow),
  })
  .meta({ id: 'OaDirectory' });

export const ndjsonLine = z.union([
  subcompanyRow.extend({ type: z.literal('subcompany') }).meta({ id: 'OaSubcompanyLine' }),
  departmentRow.extend({ type: z.literal('department') }).meta({ id: 'OaDepartmentLine' }),
  userRow.extend({ type: z.literal('user') }).meta({ id: 'OaUserLine' }),
  endLine.extend({ type: z.literal('end') }).meta({ id: 'OaEndLine' }),
]);

const remove = z
  .strictObject({ departments: z.array(oaId).optional(), users: z.array(oaId).optional() })
  .optional();

export const patchBody = z.strictObject({
  upsert: z.strictObject({ subcompanies: rows, departments: rows, users: rows }).optional(),
  remove,
});

export const patchBodyDocumented = z
  .object({
    upsert: z
      .object({
        subcompanies: z.array(subcompanyPatch).optional(),
        departments: z.array(departmentPatch).optional(),
        users: z.array(userPatch).optional(),
      })
      .optional(),
    remove,
  })
  .meta({ id: 'OaDirectoryPatch' });

const unconfirmed = z
  .object({ lost: z.int(), of: z.int() })
  .nullable()
  .meta({ description: 'A loss that nobody has confirmed: nothing is disabled or deleted because of it.' });

const structureCounts = z.object({
  created: z.int(),
  updated: z.int(),
  removed: z.int(),
  unchanged: z.int(),
});

export const feedResult = z
  .object({
    version: z.int(),
    counts: z
      .object({
        created: z.int(),
        updated: z.int(),
        departed: z.int(),
        returned: z.int(),
        unchanged: z.int(),
        subcompanies: structureCounts,
        departments: structureCounts,
      })
      .meta({ description: 'Of people, and apart from them of subcompanies and departments.' }),
    unconfirmed,
  })
  .meta({ id: 'OaDirectoryFeedResult' });

export const directoryState = z
  .object({
    version: z.int(),
    updatedAt: timestamp.nullable(),
    subcompanies: z.int(),
    departments: z.int(),
    users: z.object({ active: z.int(), departed: z.int() }),
    unconfirmed,
  })
  .meta({ id: 'OaDirectoryState' });

export const confirmBody = z.object({ loss: z.int().min(0) });
