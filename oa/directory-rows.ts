import { z } from 'zod';

/** The form of a directory's rows, whichever way they come in. What they say is judged by domain/oa-directory. */

const int32 = z.int().min(-2_147_483_648).max(2_147_483_647);
export const oaId = z.string().min(1).max(128);
const shortText = z.string().max(500);
const text = shortText.nullable().optional();
const reference = oaId.nullable().optional();

export const subcompanyRow = z.object({
  id: oaId,
  name: shortText.min(1),
  parentId: reference,
  order: int32.optional(),
});

export const departmentRow = z.object({
  id: oaId,
  name: shortText.min(1),
  parentId: reference,
  subcompanyId: reference,
  order: int32.optional(),
});

/** Fields of the company's own; numbers and yes/no become text. */
const custom = z
  .record(z.string().max(100), z.union([z.string().max(4000), z.number(), z.boolean(), z.null()]))
  .transform((fields) => {
    const texts: Record<string, string> = {};
    for (const [name, value] of Object.entries(fields)) if (value !== null) texts[name] = String(value);
    return texts;
  });

export const userRow = z.object({
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
});

/** Of a row that is known already, the id and what changes are enough. */
export const subcompanyPatch = subcompanyRow.partial().required({ id: true });
export const departmentPatch = departmentRow.partial().required({ id: true });
export const userPatch = userRow.partial().required({ id: true });
