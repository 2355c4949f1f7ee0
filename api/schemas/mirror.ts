import { z } from 'zod';
import { bindingSources } from '../../domain/directory/binding-sources';
import { apiTexts } from '../../i18n/api';
import { cursor, flag, id, limit, says, timestamp } from './common';
import { memberDeparture } from './departures';

export const department = z
  .object({
    departmentId: z.int(),
    parentId: z.int(),
    name: z.string().nullable().meta({ description: 'null while no app of the bridge may read it.' }),
    order: z.number(),
    members: z.int().meta({ description: 'Directly in it.' }),
    leaders: z.array(z.string()),
    goneAt: timestamp.nullable(),
  })
  .meta({ id: 'Department' });

export const memberStatus = z.enum(['activated', 'disabled', 'inactive', 'left', 'unknown']);

export const member = z
  .object({
    memberId: id.meta({ description: "The bridge's own id." }),
    userId: z.string(),
    name: z.string().nullable(),
    departments: z.array(z.object({ departmentId: z.int(), name: z.string().nullable() })),
    position: z.string().nullable(),
    mobile: z.string().nullable().meta({ description: 'Masked unless the caller has every right.' }),
    email: z.string().nullable(),
    status: memberStatus,
    binding: z
      .object({
        oaUserId: z.string(),
        name: z.string().nullable(),
        source: z.enum(bindingSources),
        matchedBy: z.string().nullable(),
        runId: id.nullable(),
        boundBy: z.string().nullable().meta({ description: 'null where nobody did it by hand.' }),
        boundAt: timestamp,
      })
      .nullable(),
    departure: memberDeparture.nullable().meta({ description: 'The open one, or the last that ended.' }),
    firstSeenAt: timestamp,
    lastSeenAt: timestamp,
    detailsSeenAt: timestamp.nullable(),
    goneAt: timestamp.nullable(),
  })
  .meta({ id: 'Member' });

const bindingEvent = z
  .object({
    event: z.enum(['bound', 'unbound', 'refused']),
    oaUserId: z.string(),
    oaName: z.string().nullable(),
    source: z.enum([...bindingSources, 'undone', 'gone', 'cleared']),
    matchedBy: z.string().nullable(),
    by: z.string().nullable(),
    runId: id.nullable(),
    at: timestamp,
  })
  .meta({ id: 'BindingEvent' });

const fieldTable = z.record(z.string(), z.unknown()).nullable();

export const memberDetails = member
  .extend({
    seen: fieldTable.meta({ description: 'What WeCom gave back last.' }),
    written: fieldTable.meta({ description: 'What the bridge wrote last.' }),
    drift: z.int().meta({ description: 'Changes made by hand in WeCom that wait for a decision.' }),
    bindingHistory: z.array(bindingEvent).meta({ description: 'Newest first.' }),
  })
  .meta({ id: 'MemberDetails' });

const departmentNumber = z
  .string()
  .refine(
    (value) => /^\d{1,10}$/.test(value) && Number(value) <= 2_147_483_647,
    says(apiTexts.fieldWrongFormat),
  )
  .transform(Number);

export const memberQuery = z.object({
  q: z.string().trim().max(100).optional(),
  departmentId: departmentNumber.optional(),
  includeSub: flag.default(true),
  status: memberStatus.optional(),
  binding: z
    .enum(['bound', 'unbound', 'conflict'])
    .optional()
    .meta({ description: '`conflict`: unbound, and somebody should decide.' }),
  gone: flag.default(false),
  cursor,
  limit,
});
