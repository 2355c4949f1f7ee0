import type { ImportField } from '../../domain/directory/binding-import';
import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { bindingTexts, importFieldTexts, importOutcomeTexts, importResultTexts } from '../../i18n/bindings';
import type { ImportApplied, ImportRecord, ImportRowRecord } from '../../store/binding-imports';
import { maxImportBytes, readImportRows } from '../binding-import/read-rows';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { conflict, notFound } from '../http-errors';
import { valueFor } from '../masking';
import type { Principal } from '../principal';
import * as schemas from '../schemas/bindings';
import { corpParams } from '../schemas/corps';
import { requireCorp } from './corps';

const rowsAnswered = 1_000;

/** Bindings from a file that a person has looked at. */
export function bindingImportRoutes(deps: ApiDeps): Route[] {
  const { bindingImports } = deps;
  const tag = 'Bindings';
  const access = { scope: 'bindings:write' } as const;

  return [
    defineRoute({
      method: 'post',
      path: '/corps/{corpId}/bindings/import',
      operationId: 'previewBindingImport',
      tag,
      summary: 'Look at an XLSX or CSV file of bindings before it is applied',
      description:
        'The export of members with its last column filled in. Nothing is bound yet, unless `apply` is set; the preview ' +
        'waits 24 hours. At most 100,000 rows; the first 1,000 are answered.',
      access,
      audit: 'bindings.import-preview',
      params: corpParams,
      query: schemas.importQuery,
      documentedBody: schemas.importFormDocumented,
      body: schemas.importForm,
      multipart: { maxFileBytes: maxImportBytes },
      success: { status: 200, description: 'What it would do, row by row', schema: schemas.importPreview },
      failures: { 422: 'The file is not a table, lacks a column, has formulas, no rows or too many' },
      handler: async ({ params, query, file, principal, request: { lang }, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        const rows = await readImportRows(file?.content ?? Buffer.alloc(0), lang);
        const { field, replace } = query;
        const record = await bindingImports.preview({
          corpId: corp.id,
          field,
          createdBy: principal.id,
          rows,
        });
        audit.detail = { field, rows: rows.length, apply: query.apply };
        if (!query.apply) return { body: await answer(corp.id, record, { principal, lang }) };
        const { applied } = settled(
          await bindingImports.apply(corp.id, record.id, { replace, by: principal.id }),
        );
        audit.detail = { field, rows: rows.length, apply: query.apply, replace, applied };
        const after = await requireImport(corp.id, record.id);
        return { body: { ...(await answer(corp.id, after, { principal, lang })), applied } };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/bindings/import/{previewId}',
      operationId: 'getBindingImport',
      tag,
      summary: 'The rows of a preview',
      access,
      params: schemas.previewParams,
      query: schemas.importRowsQuery,
      success: { status: 200, description: 'A page', schema: schemas.importPreview },
      handler: async ({ params, query, principal, request: { lang } }) => {
        const corp = await requireCorp(deps, params.corpId);
        const record = await requireImport(corp.id, params.previewId);
        return { body: await answer(corp.id, record, { principal, lang }, query) };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/corps/{corpId}/bindings/import/{previewId}/apply',
      operationId: 'applyBindingImport',
      tag,
      summary: 'Bind what a preview shows',
      description: 'Every row is looked at once more: what has changed since is refused, row by row.',
      access,
      audit: 'bindings.import',
      params: schemas.previewParams,
      body: schemas.applyImport,
      success: { status: 200, description: 'What became of the rows', schema: schemas.importApplied },
      failures: { 409: 'The preview was applied before' },
      handler: async ({ params, body, principal, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        const replace = body?.replace ?? false;
        audit.detail = { replace };
        const { applied, counts } = settled(
          await bindingImports.apply(corp.id, params.previewId, { replace, by: principal.id }),
        );
        audit.detail = { replace, applied };
        return { body: { applied, counts: { ...counts } } };
      },
    }),
  ];

  async function requireImport(corpId: string, id: string): Promise<ImportRecord> {
    const record = await bindingImports.find(corpId, id);
    if (record === undefined) throw notFound();
    return record;
  }

  async function answer(
    corpId: string,
    { id, field, counts, expiresAt, appliedAt, createdBy }: ImportRecord,
    { principal, lang }: Reader,
    page: Partial<Parameters<typeof bindingImports.rows>[2]> = {},
  ) {
    const { items, nextCursor } = await bindingImports.rows(corpId, id, { limit: rowsAnswered, ...page });
    // Whoever brought the file knows what is in it.
    const shown = (value: string) => (principal.id === createdBy ? value : valueFor(principal, field, value));
    return {
      previewId: id,
      field,
      rows: items.map((row) => viewRow({ ...row, value: shown(row.value) }, field, lang)),
      nextCursor,
      counts: { ...counts },
      expiresAt: expiresAt.toISOString(),
      appliedAt: appliedAt?.toISOString() ?? null,
    };
  }
}

type Reader = { readonly principal: Principal; readonly lang: Lang };

function settled(outcome: ImportApplied): Extract<ImportApplied, { kind: 'applied' }> {
  switch (outcome.kind) {
    case 'applied':
      return outcome;
    case 'unknown':
      throw notFound();
    case 'expired':
      throw conflict('preview_expired', bindingTexts.previewGone);
    case 'applied-before':
      throw conflict('preview_applied', bindingTexts.previewApplied);
  }
}

function viewRow(record: ImportRowRecord, field: ImportField, lang: Lang) {
  const { row, userId, value, result, oaUserId, oaName, outcome } = record;
  const message = messageOf(record, field, lang);
  return {
    row,
    userId,
    value,
    result,
    ...(oaUserId === null ? {} : { oaUserId }),
    ...(oaName === null ? {} : { oaName }),
    ...(message === undefined ? {} : { message }),
    ...(outcome === null ? {} : { outcome }),
  };
}

function messageOf(
  { result, outcome, before }: ImportRowRecord,
  field: ImportField,
  lang: Lang,
): string | undefined {
  if (outcome === 'kept' || outcome === 'changed') return translate(importOutcomeTexts[outcome], lang);
  const text = importResultTexts[result];
  if (text === null) return undefined;
  const { otherRow, boundTo, boundName, holder, holderName } = before;
  return translate(text, lang, {
    field: translate(importFieldTexts[field], lang),
    otherRow: otherRow ?? '?',
    boundTo: boundTo ?? '?',
    boundName: boundName ?? boundTo ?? '?',
    holder: holder ?? '?',
    holderName: holderName ?? holder ?? '?',
  });
}
