import { z } from 'zod';
import * as rows from '../../oa/directory-rows';
import { oaId } from '../../oa/directory-rows';
import { timestamp } from './common';

export const subcompanyRow = rows.subcompanyRow.meta({ id: 'OaSubcompanyRow' });
export const departmentRow = rows.departmentRow.meta({ id: 'OaDepartmentRow' });
export const userRow = rows.userRow.meta({ id: 'OaUserRow' });

export const subcompanyPatch = rows.subcompanyPatch.meta({ id: 'OaSubcompanyPatch' });
export const departmentPatch = rows.departmentPatch.meta({ id: 'OaDepartmentPatch' });
export const userPatch = rows.userPatch.meta({ id: 'OaUserPatch' });

export const endLine = z.object({
  subcompanies: z.int().min(0),
  departments: z.int().min(0),
  users: z.int().min(0),
});
export type EndLine = z.output<typeof endLine>;

export const someRows = z.array(z.unknown()).optional();

/** The rows are looked at one by one. */
export const wholeBody = z
  .object({ subcompanies: someRows, departments: someRows, users: someRows })
  .optional();

export const wholeBodyDocumented = z
  .object({
    subcompanies: z.array(subcompanyRow).optional(),
    departments: z.array(departmentRow).optional(),
    users: z.array(userRow).optional().meta({ description: 'With nobody in it, `allowEmpty` is needed.' }),
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
  upsert: z.strictObject({ subcompanies: someRows, departments: someRows, users: someRows }).optional(),
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

export const confirmBody = z.object({ loss: z.int().min(0).max(10_000_000) });
