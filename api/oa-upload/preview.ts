import type { z } from 'zod';
import { setImmediate as breath } from 'node:timers/promises';
import type { DirectoryProblem } from '../../domain/oa-directory/check';
import type { DirectoryTable } from '../../domain/oa-directory/directory';
import type { ColumnMeaning, SheetField } from '../../domain/oa-directory/sheet';
import {
  createSheetReader,
  meaningOf,
  missingColumns,
  neededFields,
  sheetFields,
} from '../../domain/oa-directory/sheet';
import type { Lang, Text } from '../../i18n';
import { translate } from '../../i18n';
import { directoryProblemTexts } from '../../i18n/oa-directory';
import { oaUploadTexts, sheetFieldTexts, sheetProblemTexts } from '../../i18n/oa-upload';
import type { FeedResult, OaFeed } from '../../store/oa-directory-feed';
import { DirectoryRefusedError } from '../../store/oa-directory-feed';
import type { FeedRow } from '../../store/oa-feed-rows';
import type { OaUploadStore, UploadMode } from '../../store/oa-uploads';
import { changeOf } from '../../store/oa-uploads';
import type { FieldProblem } from '../http-errors';
import { ApiError, invalid, invalidField } from '../http-errors';
import { patchRows } from '../oa-directory-upload';
import type { uploadPreview } from '../schemas/oa-upload';
import { parseInput } from '../validation';
import type { Table } from './read-table';
import { readTable } from './read-table';

export type UploadRequest = {
  readonly content: Buffer;
  readonly kind: DirectoryTable;
  readonly mode: UploadMode;
  readonly mapping: string | undefined;
  readonly createdBy: string;
  readonly lang: Lang;
};

type Preview = z.input<typeof uploadPreview>;
type RowError = Preview['errors'][number];

const shown = 100;
/** Rows between two moments in which other requests get their turn. */
const rowsPerTurn = 1_000;

/** Looks at a file as if it were fed, and keeps its rows so that it can be. */
export async function previewUpload(
  uploads: OaUploadStore,
  { content, kind, mode, mapping, createdBy, lang }: UploadRequest,
): Promise<Preview> {
  const table = await readTable(content);
  const meanings = meaningsOf(kind, table.header, mapping);
  assertUsable(kind, mode, meanings, lang);
  const known = await uploads.knownDirectory();
  const { id, feed } = uploads.newUpload();
  try {
    const errors = new RowErrors(table, meanings);
    const cells = table.rows.map((row) => row.cells);
    const reader = createSheetReader({ table: kind, mode, meanings, rows: cells }, known);
    for (const [index, row] of table.rows.entries()) {
      if (index % rowsPerTurn === 0) await breath();
      const { entry, problems } = reader.readRow(row.cells);
      for (const { field, kind: problem, value } of problems) {
        errors.add(index, field, translate(sheetProblemTexts[problem], lang, { value }));
      }
      const read = parseRow(kind, entry, lang);
      if (read.kind === 'wrong') {
        for (const { field, message } of read.problems) errors.addUnlessTold(index, field, message);
      } else if (errors.total === 0) await feed.add(kind, read.row);
    }
    const result =
      errors.total === 0 ? await tryOut(feed, { kind, mode, createdBy, lang, errors }) : undefined;
    const applicable = result !== undefined;
    if (!applicable) await feed.discard();
    const { expiresAt } = await uploads.save(id, {
      kind,
      mode,
      createdBy,
      baseVersion: known.version,
      rows: table.rows.length,
      applicable,
    });
    return {
      previewId: id,
      applicable,
      expiresAt: expiresAt.toISOString(),
      kind,
      mode,
      format: table.format,
      encoding: table.encoding,
      columns: table.header.map((header, index) => ({ header, field: meanings[index] ?? null })),
      mapping: Object.fromEntries(table.header.map((header, index) => [header, meanings[index] ?? null])),
      fields: sheetFields[kind].map((field) => ({
        field,
        label: translate(sheetFieldTexts[field], lang),
        required: neededFields[kind].includes(field),
      })),
      rows: table.rows.slice(0, shown).map(({ line, cells: texts }, index) => ({
        row: line,
        values: valuesOf(meanings, texts),
        errors: errors.ofRow(index),
      })),
      counts: countsOf(kind, table.rows.length, errors.wrongRows, result),
      errors: errors.first,
      totalErrors: errors.total,
      unconfirmed: result?.unconfirmed ?? null,
    };
  } catch (error) {
    await feed.discard();
    throw error;
  }
}

/** By header; what a person has said goes before what is guessed. */
function meaningsOf(
  kind: DirectoryTable,
  header: readonly string[],
  mapping: string | undefined,
): ColumnMeaning[] {
  const said = mapping === undefined ? new Map<string, ColumnMeaning>() : parseMapping(kind, mapping);
  return header.map((title) => {
    const meaning = said.get(title);
    return meaning === undefined ? meaningOf(kind, title) : meaning;
  });
}

function parseMapping(kind: DirectoryTable, text: string): Map<string, ColumnMeaning> {
  const wrong = () => invalidField('mapping', oaUploadTexts.mappingUnknown);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw wrong();
    throw error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong();
  return new Map(
    Object.entries(value).map(([header, field]: [string, unknown]) => {
      if (!isMeaning(kind, field)) throw wrong();
      return [header, field];
    }),
  );
}

function isMeaning(kind: DirectoryTable, field: unknown): field is ColumnMeaning {
  if (field === null) return true;
  if (typeof field !== 'string') return false;
  if (kind === 'users' && /^custom\.[^\0]{1,100}$/.test(field)) return true;
  return (sheetFields[kind] as readonly string[]).includes(field);
}

function assertUsable(
  kind: DirectoryTable,
  mode: UploadMode,
  meanings: readonly ColumnMeaning[],
  lang: Lang,
): void {
  const problem = (field: SheetField, text: Text): FieldProblem => ({
    path: field,
    said: { text, params: { field: translate(sheetFieldTexts[field], lang) } },
  });
  const isTwice = (field: SheetField) => meanings.filter((meaning) => meaning === field).length > 1;
  const problems = [
    ...missingColumns(kind, mode, meanings).map((field) => problem(field, oaUploadTexts.columnMissing)),
    ...sheetFields[kind].filter(isTwice).map((field) => problem(field, oaUploadTexts.columnTwice)),
  ];
  if (problems.length > 0) throw invalid(problems);
}

type ReadRow =
  | { readonly kind: 'right'; readonly row: FeedRow[DirectoryTable] }
  | { readonly kind: 'wrong'; readonly problems: readonly { field: string; message: string }[] };

/** The form every feed asks of its rows. */
function parseRow(kind: DirectoryTable, entry: object, lang: Lang): ReadRow {
  try {
    return {
      kind: 'right',
      row: parseInput<z.ZodType<FeedRow[DirectoryTable]>>(patchRows[kind], entry, lang),
    };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 422) throw error;
    const { error: told } = error.render(lang);
    return {
      kind: 'wrong',
      problems: (told.fields ?? []).map(({ path, message }) => ({ field: topField(path), message })),
    };
  }
}

async function tryOut(
  feed: OaFeed,
  {
    kind,
    mode,
    createdBy,
    lang,
    errors,
  }: Pick<UploadRequest, 'kind' | 'mode' | 'createdBy' | 'lang'> & { readonly errors: RowErrors },
): Promise<FeedResult | undefined> {
  try {
    return await feed.tryOut(changeOf({ kind, mode }), createdBy);
  } catch (error) {
    if (!(error instanceof DirectoryRefusedError)) throw error;
    for (const problem of error.problems) errors.addProblem(problem, lang);
    return undefined;
  }
}

/** What is wrong, by row and column as the person sees them. */
class RowErrors {
  readonly first: RowError[] = [];
  total = 0;
  private readonly byRow = new Map<number, Preview['rows'][number]['errors']>();
  private readonly told = new Set<string>();

  constructor(
    private readonly table: Table,
    private readonly meanings: readonly ColumnMeaning[],
  ) {}

  get wrongRows(): number {
    return this.byRow.size;
  }

  ofRow(index: number): Preview['rows'][number]['errors'] {
    return this.byRow.get(index) ?? [];
  }

  add(index: number | null, field: string, message: string): void {
    const column = this.columnOf(field);
    this.total++;
    this.told.add(`${index} ${field}`);
    if (this.first.length < shown) {
      this.first.push({
        row: index === null ? null : (this.table.rows[index]?.line ?? null),
        column,
        message,
      });
    }
    if (index === null) return;
    this.byRow.set(index, [...this.ofRow(index), { column, message }]);
  }

  addUnlessTold(index: number, field: string, message: string): void {
    if (!this.told.has(`${index} ${field}`)) this.add(index, field, message);
  }

  addProblem({ path, kind, id, value }: DirectoryProblem, lang: Lang): void {
    const place = /^(?:upsert\.)?\w+\[(\d+)\]\.(.+)$/.exec(path);
    const message = translate(directoryProblemTexts[kind], lang, { id, value });
    if (place === null) this.add(null, '', message);
    else this.add(Number(place[1]), topField(place[2] ?? ''), message);
  }

  private columnOf(field: string): string | null {
    const index = this.meanings.findIndex((meaning) => meaning === field);
    return this.table.header[index] ?? null;
  }
}

/** `partTimeDepartmentIds[2]` and `custom.level` stand in one column each. */
function topField(path: string): string {
  return path.startsWith('custom.') ? path : (/^\w+/.exec(path)?.[0] ?? path);
}

function valuesOf(
  meanings: readonly ColumnMeaning[],
  cells: readonly string[],
): Record<string, string | null> {
  return Object.fromEntries(
    meanings.flatMap((meaning, index) => (meaning === null ? [] : [[meaning, cells[index] || null]])),
  );
}

function countsOf(
  kind: DirectoryTable,
  rows: number,
  wrong: number,
  result: FeedResult | undefined,
): Preview['counts'] {
  const base = { rows, valid: rows - wrong, wrong, departed: 0, returned: 0, removed: 0 };
  if (result === undefined) return { ...base, created: 0, updated: 0, unchanged: 0 };
  const { counts } = result;
  if (kind !== 'users') return { ...base, ...counts[kind] };
  const { created, updated, departed, returned, unchanged } = counts;
  return { ...base, created, updated, departed, returned, unchanged };
}
