import { z } from 'zod';
import { timestamp } from './common';

export const uploadForm = z.object({
  kind: z.enum(['users', 'departments', 'subcompanies']),
  mode: z.enum(['whole', 'patch']),
  mapping: z.string().max(20_000).optional(),
});

export const uploadFormDocumented = z
  .object({
    file: z.string().meta({ format: 'binary', description: 'CSV (UTF-8, GBK or UTF-16) or XLSX.' }),
    kind: uploadForm.shape.kind,
    mode: uploadForm.shape.mode.meta({
      description:
        '`whole`: people who are not in the file depart, departments are removed. `patch`: only what the file names changes.',
    }),
    mapping: uploadForm.shape.mapping.meta({
      description:
        'JSON: what the columns mean, by header, where the guess was wrong. `null` leaves a column out.',
    }),
  })
  .meta({ id: 'OaUploadForm' });

const field = z.string().meta({ description: 'Of the directory, or `custom.<name>`.' });

export const uploadPreview = z
  .object({
    previewId: z.uuid(),
    applicable: z.boolean(),
    expiresAt: timestamp,
    kind: uploadForm.shape.kind,
    mode: uploadForm.shape.mode,
    format: z.enum(['csv', 'xlsx']),
    encoding: z.enum(['utf-8', 'utf-16le', 'gb18030']).nullable(),
    columns: z.array(z.object({ header: z.string(), field: field.nullable() })),
    mapping: z.record(z.string(), field.nullable()),
    fields: z.array(z.object({ field, label: z.string(), required: z.boolean() })),
    rows: z.array(
      z.object({
        row: z.int(),
        values: z.record(z.string(), z.string().nullable()),
        errors: z.array(z.object({ column: z.string().nullable(), message: z.string() })),
      }),
    ),
    counts: z.object({
      rows: z.int(),
      valid: z.int(),
      wrong: z.int(),
      created: z.int(),
      updated: z.int(),
      departed: z.int(),
      returned: z.int(),
      removed: z.int(),
      unchanged: z.int(),
    }),
    errors: z.array(
      z.object({ row: z.int().nullable(), column: z.string().nullable(), message: z.string() }),
    ),
    totalErrors: z.int(),
    unconfirmed: z
      .object({ lost: z.int(), of: z.int() })
      .nullable()
      .meta({ description: 'The loss that would wait for confirmation.' }),
  })
  .meta({ id: 'OaUploadPreview' });
