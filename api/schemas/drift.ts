import { z } from 'zod';
import { cursor, id, limit, pageWithTotal, timestamp } from './common';
import { corpParams } from './corps';

export const driftParams = corpParams.extend({ driftId: id });

export const driftKind = z.enum(['member', 'department']);

const possible = z.object({
  ok: z.boolean(),
  reason: z.string().optional().meta({ description: 'In words, where it is not possible.' }),
});

export const drift = z
  .object({
    driftId: id,
    kind: driftKind,
    userId: z.string().nullable(),
    memberId: z.string().nullable(),
    departmentId: z.int().nullable(),
    name: z.string().nullable(),
    field: z
      .string()
      .meta({ description: 'By WeCom’s name; `departments`, `enabled`, `existence`, `parent`.' }),
    fieldName: z.string(),
    before: z.string().nullable().meta({ description: 'What the bridge had written, or had seen before.' }),
    after: z.string().nullable().meta({ description: 'What is in WeCom now; null where it was deleted.' }),
    seenBy: z.enum(['event', 'pull']),
    firstSeenAt: timestamp,
    lastSeenAt: timestamp,
    state: z.enum(['open', 'accepting', 'reverting', 'accepted', 'reverted', 'ignored', 'gone']),
    decidedBy: z.string().nullable(),
    decidedAt: timestamp.nullable(),
    runId: z.string().nullable().meta({ description: 'The run that carries the decision out.' }),
    revertsTo: z.string().nullable().meta({
      description: 'What reverting would write: what the OA wants by now. null where that is not a text.',
    }),
    canAccept: possible,
    canRevert: possible,
    canIgnore: possible,
  })
  .meta({ id: 'Drift' });

export const driftQuery = z.object({
  state: z.enum(['open', 'accepted', 'reverted', 'ignored', 'gone', 'all']).default('open'),
  kind: driftKind.optional(),
  field: z.string().min(1).max(100).optional(),
  q: z.string().trim().max(100).optional(),
  cursor,
  limit,
});

export const driftPage = pageWithTotal(drift);

export const driftDecision = z.object({
  driftIds: z.array(id).min(1).max(200),
  decision: z.enum(['accept', 'revert', 'ignore']),
});

export const driftDecided = z
  .object({
    runId: z
      .string()
      .nullable()
      .meta({ description: 'The run that carries it out; null where nothing is written.' }),
    workflowId: z.string().nullable(),
    decided: z.int(),
  })
  .meta({ id: 'DriftDecided' });

export const driftCoverage = z
  .object({
    members: z.object({ observed: z.int(), total: z.int() }),
    departments: z.object({ observed: z.int(), total: z.int() }),
    fields: z.array(
      z.object({
        kind: driftKind,
        field: z.string(),
        fieldName: z.string(),
        observable: z.boolean(),
        how: z.enum(['event', 'pull', 'never']),
        why: z.string(),
      }),
    ),
    note: z.string(),
    lastLookedAt: timestamp.nullable(),
    lastEventAt: timestamp.nullable(),
    callbackConfigured: z.boolean(),
  })
  .meta({ id: 'DriftCoverage', description: 'What this corp’s rights let the bridge see.' });
