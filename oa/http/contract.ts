import { z } from 'zod';
import * as rows from '../directory-rows';

/** What an OA may answer; oa/http/openapi.yaml says it for those who write the other side. */

const count = z.int().min(0);
const token = z.string().min(1).max(2000);

const page = z.object({
  nextPage: token.nullable(),
  /** On the last page. */
  cursor: token.nullable().optional(),
  totals: z.object({ subcompanies: count, departments: count, users: count }).optional(),
});

export const wholePage = page.extend({
  kind: z.literal('whole'),
  subcompanies: z.array(rows.subcompanyRow).default([]),
  departments: z.array(rows.departmentRow).default([]),
  users: z.array(rows.userRow).default([]),
});

export const changesPage = page.extend({
  kind: z.literal('changes'),
  subcompanies: z.array(rows.subcompanyPatch).default([]),
  departments: z.array(rows.departmentPatch).default([]),
  users: z.array(rows.userPatch).default([]),
  removed: z
    .object({ departments: z.array(rows.oaId).default([]), users: z.array(rows.oaId).default([]) })
    .default({ departments: [], users: [] }),
});

export const directoryPage = z.discriminatedUnion('kind', [wholePage, changesPage]);
export type DirectoryPage = z.output<typeof directoryPage>;

export const passwordAnswer = z.discriminatedUnion('result', [
  z.object({ result: z.literal('accepted'), userId: rows.oaId }),
  z.object({ result: z.literal('rejected'), reason: z.enum(['wrong-password', 'locked', 'departed']) }),
]);

export const decisionAnswer = z.discriminatedUnion('result', [
  z.object({ result: z.literal('decided') }),
  z.object({
    result: z.enum(['already-decided', 'not-accepted']),
    message: z.string().max(500).default(''),
  }),
]);

export const errorAnswer = z.object({ error: z.object({ code: z.string().regex(/^[\w.-]{1,60}$/) }) });
