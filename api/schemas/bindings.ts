import { z } from 'zod';
import { importFields, importResults } from '../../domain/directory/binding-import';
import { bindingSources } from '../../domain/directory/binding-sources';
import { linkReasons } from '../../domain/directory/linking';
import { decisionRules } from '../../store/link-conflicts';
import { cursor, flag, id, limit, pageWithTotal, timestamp } from './common';
import { corpParams } from './corps';
import { memberStatus } from './mirror';

const userId = z.string().min(1).max(64);
const oaUserId = z.string().trim().min(1).max(128);

export const bindingParams = corpParams.extend({ userId });
export const previewParams = corpParams.extend({ previewId: z.uuid() });
export const conflictParams = corpParams.extend({ memberId: id });

export const binding = z
  .object({
    userId: z.string(),
    memberId: id,
    name: z.string().nullable(),
    oaUserId: z.string(),
    oaName: z.string().nullable().meta({ description: 'null when the OA does not know the user any more.' }),
    oaLoginId: z.string().nullable(),
    source: z.enum(bindingSources),
    matchedBy: z.string().nullable().meta({ description: 'The field that found the other side.' }),
    runId: id.nullable(),
    boundBy: z.string().nullable().meta({ description: 'null where nobody did it by hand.' }),
    boundAt: timestamp,
  })
  .meta({ id: 'Binding' });

export const bindingPage = pageWithTotal(binding).extend({
  counts: z
    .object({ members: z.int(), bound: z.int(), unbound: z.int(), conflicts: z.int() })
    .meta({ description: 'Of the whole corp, whatever is searched for; those who are gone count nowhere.' }),
});

export const bindingQuery = z.object({
  q: z.string().trim().max(100).optional(),
  source: z.enum(bindingSources).optional(),
  cursor,
  limit,
});

export const newBinding = z
  .strictObject({
    oaUserId,
    replace: z.boolean().default(false).meta({ description: 'Whoever either side is bound to gives way.' }),
  })
  .meta({ id: 'NewBinding' });

export const unbindAll = z
  .strictObject({
    confirm: z.string().max(200).default('').meta({ description: "The corp's id, or WeCom's corpid." }),
  })
  .optional()
  .meta({ id: 'UnbindAll' });

export const exportQuery = z.object({ only: z.enum(['all', 'bound', 'unbound']).default('all') });

// ---------------------------------------------------------------- import

export const importQuery = z.object({
  field: z.enum(importFields).meta({ description: 'What the column "Link field" holds, of the OA user.' }),
  apply: flag.default(false),
  replace: flag.default(false).meta({ description: 'With `apply`: rebind too.' }),
});

/** The file is all there is to it. */
export const importForm = z.object({});

export const importFormDocumented = z
  .object({
    file: z.string().meta({
      format: 'binary',
      description:
        'XLSX or CSV with the columns 账号 (Userid) and 关联字段 (Link field); others are passed over.',
    }),
  })
  .meta({ id: 'BindingImportForm' });

const importResult = z.enum(importResults);

const importRow = z
  .object({
    row: z.int().meta({ description: 'As the spreadsheet counts them; the header is 1.' }),
    userId: z.string(),
    value: z.string(),
    result: importResult,
    oaUserId: z.string().optional(),
    oaName: z.string().optional(),
    message: z.string().optional(),
    outcome: z
      .enum(['bind', 'rebind', 'unchanged', 'kept', 'changed'])
      .optional()
      .meta({ description: 'Once applied, of rows that were to be bound.' }),
  })
  .meta({ id: 'BindingImportRow' });

const importCounts = z
  .record(z.string(), z.int())
  .meta({ description: 'Rows by result; once applied, by outcome.' });

export const importPreview = z
  .object({
    previewId: z.uuid(),
    field: z.enum(importFields),
    rows: z.array(importRow),
    nextCursor: z.string().nullable(),
    counts: importCounts,
    expiresAt: timestamp,
    applied: z.int().optional().meta({ description: 'How many were bound; only with `apply`.' }),
    appliedAt: timestamp.nullable(),
  })
  .meta({ id: 'BindingImportPreview' });

export const importRowsQuery = z.object({
  result: importResult.optional(),
  cursor,
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

export const applyImport = z
  .strictObject({
    replace: z
      .boolean()
      .default(false)
      .meta({ description: 'Rows that bind a member to somebody else are applied only with it.' }),
  })
  .optional()
  .meta({ id: 'ApplyBindingImport' });

export const importApplied = z
  .object({ applied: z.int(), counts: importCounts })
  .meta({ id: 'BindingImportApplied' });

// ---------------------------------------------------------------- conflicts

const conflictCode = z.enum(['several-users', 'several-members', 'bound-elsewhere']);
const rule = z.enum(decisionRules);

export const linkConflict = z
  .object({
    memberId: id,
    member: z.object({
      userId: z.string(),
      name: z.string().nullable(),
      departments: z.array(z.string()),
      mobile: z.string().nullable(),
      email: z.string().nullable(),
      position: z.string().nullable(),
      status: memberStatus,
    }),
    code: conflictCode,
    reason: z.string(),
    candidates: z.array(
      z.object({
        oaUserId: z.string(),
        name: z.string(),
        loginId: z.string(),
        jobNumber: z.string().nullable(),
        department: z.string().nullable(),
        mobile: z.string().nullable(),
        position: z.string().nullable(),
        status: z.enum(['active', 'departed']),
        reasons: z.array(z.object({ code: z.enum(linkReasons), text: z.string() })),
        score: z.int(),
        boundTo: z.string().nullable().meta({ description: 'Userid of the member who has this OA user.' }),
      }),
    ),
    foundAt: timestamp,
    decidedAt: timestamp.nullable(),
    decidedBy: z.string().nullable(),
    oaUserId: z.string().nullable().meta({ description: 'Once decided; null: none of them.' }),
    rule: rule.nullable(),
  })
  .meta({ id: 'BindingConflict' });

export const conflictQuery = z.object({
  state: z.enum(['open', 'decided']).default('open'),
  code: conflictCode.optional(),
  cursor,
  limit,
});

export const decision = z.strictObject({ oaUserId: oaUserId.nullable() }).meta({ id: 'BindingDecision' });

export const decided = z
  .object({ memberId: id, oaUserId: z.string().nullable() })
  .meta({ id: 'BindingDecided' });

export const ruleDecision = z
  .strictObject({ rule, apply: z.boolean().default(false) })
  .meta({ id: 'BindingRuleDecision' });

export const ruleDecided = z
  .object({
    rule,
    applied: z.boolean(),
    matched: z.int(),
    items: z.array(
      z.object({
        memberId: id,
        userId: z.string(),
        name: z.string().nullable(),
        oaUserId: z.string(),
        oaName: z.string(),
      }),
    ),
  })
  .meta({ id: 'BindingRuleDecided' });
