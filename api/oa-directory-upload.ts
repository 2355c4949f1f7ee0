import type { Readable } from 'node:stream';
import type { z } from 'zod';
import { apiTexts } from '../i18n/api';
import { oaDirectoryTexts } from '../i18n/oa-directory';
import type { Lang, Text, TextParams } from '../i18n';
import type { DirectoryTable } from '../domain/oa-directory/directory';
import { directoryTables } from '../domain/oa-directory/directory';
import type { OaFeed } from '../store/oa-directory-feed';
import type { FeedRow } from '../store/oa-feed-rows';
import type { FieldProblem } from './http-errors';
import { ApiError } from './http-errors';
import { JsonRowsError, JsonTooLargeError, readJsonRows } from './json-rows';
import { readLines } from './ndjson';
import type { EndLine } from './schemas/oa-directory';
import * as schemas from './schemas/oa-directory';
import { parseInput } from './validation';

/** People mend the first rows and see that the others are wrong in the same way. */
const shownProblems = 100;
const maxLineBytes = 1024 * 1024;

export const wholeRows = {
  subcompanies: schemas.subcompanyRow,
  departments: schemas.departmentRow,
  users: schemas.userRow,
} as const;

export const patchRows = {
  subcompanies: schemas.subcompanyPatch,
  departments: schemas.departmentPatch,
  users: schemas.userPatch,
} as const;

type RowSchemas = typeof wholeRows | typeof patchRows;

const tableOfType = new Map<unknown, DirectoryTable>([
  ['subcompany', 'subcompanies'],
  ['department', 'departments'],
  ['user', 'users'],
]);

/** Looks at the rows of one upload and hands them on; from the first that can't be used, it only looks. */
export class DirectoryUpload {
  private readonly problems: FieldProblem[] = [];
  private total = 0;
  private readonly counts: Record<DirectoryTable, number> = { subcompanies: 0, departments: 0, users: 0 };

  constructor(
    private readonly feed: OaFeed,
    private readonly rowSchemas: RowSchemas,
    private readonly lang: Lang,
    private readonly prefix = '',
  ) {}

  async takeBody(body: Partial<Record<DirectoryTable, readonly unknown[] | undefined>>): Promise<void> {
    for (const table of directoryTables) {
      for (const row of body[table] ?? []) await this.takeRow(table, row);
    }
  }

  /** The same, of a body that is still arriving. */
  async takeJson(source: Readable, limitBytes: number): Promise<void> {
    const pieces = readJsonRows(source, limitBytes);
    for (;;) {
      let next: Awaited<ReturnType<typeof pieces.next>>;
      try {
        next = await pieces.next();
      } catch (error) {
        throw jsonError(error);
      }
      if (next.done === true) return;
      const { key, ...piece } = next.value;
      const table = directoryTables.find((name) => name === key);
      if (table === undefined || piece.kind === 'array') continue;
      if (piece.kind === 'element') await this.takeRow(table, piece.value);
      else this.parse(schemas.someRows, piece.value, table);
    }
  }

  /** True when the upload ends with its own numbers, and they are right. */
  async takeLines(source: Readable): Promise<boolean> {
    let end: EndLine | undefined;
    for await (const line of this.linesOf(source)) {
      const path = `lines[${line.number}]`;
      if (end !== undefined) {
        this.report(path, oaDirectoryTexts.afterEnd);
        continue;
      }
      if ('tooLong' in line) {
        this.report(path, oaDirectoryTexts.lineTooLong, { limit: '1 MiB' });
        continue;
      }
      const row = jsonObject(line.text);
      if (row === undefined) {
        this.report(path, oaDirectoryTexts.lineNotJson);
        continue;
      }
      const { type, ...entry } = row;
      const table = tableOfType.get(type);
      if (table !== undefined) await this.takeRow(table, entry);
      else if (type === 'end') end = this.parse(schemas.endLine, entry, path);
      else this.report(`${path}.type`, oaDirectoryTexts.lineType);
    }
    if (end === undefined) return false;
    for (const table of directoryTables) {
      if (end[table] === this.counts[table]) continue;
      this.report(`end.${table}`, oaDirectoryTexts.endMismatch, {
        told: end[table],
        arrived: this.counts[table],
      });
    }
    return true;
  }

  report(path: string, text: Text, params?: TextParams): void {
    this.add({ path, said: { text, ...(params === undefined ? {} : { params }) } });
  }

  countOf(table: DirectoryTable): number {
    return this.counts[table];
  }

  /** Every row has arrived and has its form. */
  finish(): void {
    if (this.total > 0) throw directoryRefused(this.problems, this.total);
  }

  private async takeRow(table: DirectoryTable, row: unknown): Promise<void> {
    const path = `${this.prefix}${table}[${this.counts[table]++}]`;
    const entry = this.parse<FeedRow[typeof table]>(this.rowSchemas[table], row, path);
    // What is refused anyway need not travel.
    if (entry !== undefined && this.total === 0) await this.feed.add(table, entry);
  }

  private parse<T>(schema: z.ZodType<T>, row: unknown, path: string): T | undefined {
    try {
      return parseInput(schema, row, this.lang, path);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 422) throw error;
      error.details.fields?.forEach((problem) => this.add(problem));
      return undefined;
    }
  }

  private add(problem: FieldProblem): void {
    this.total++;
    if (this.problems.length < shownProblems) this.problems.push(problem);
  }

  /** Ours to answer only while the sender is still there; a connection that was cut stores nothing. */
  private async *linesOf(source: Readable) {
    const lines = readLines(source, maxLineBytes);
    for (;;) {
      let next: Awaited<ReturnType<typeof lines.next>>;
      try {
        next = await lines.next();
      } catch (error) {
        throw new ApiError(
          400,
          'upload_broken',
          { text: oaDirectoryTexts.uploadBroken },
          {},
          { cause: error },
        );
      }
      if (next.done === true) return;
      yield next.value;
    }
  }
}

function jsonError(error: unknown): ApiError {
  if (error instanceof JsonTooLargeError) {
    const limit = `${Math.round(error.limitBytes / 1024)} KiB`;
    return new ApiError(413, 'body_too_large', { text: apiTexts.bodyTooLarge, params: { limit } });
  }
  return error instanceof JsonRowsError
    ? new ApiError(400, 'bad_json', { text: apiTexts.badJson }, {}, { cause: error })
    : new ApiError(400, 'upload_broken', { text: oaDirectoryTexts.uploadBroken }, {}, { cause: error });
}

export function directoryRefused(problems: readonly FieldProblem[], total: number): ApiError {
  return new ApiError(
    422,
    'validation_failed',
    { text: apiTexts.validationFailed, params: { count: total } },
    { fields: problems.slice(0, shownProblems), extra: { total } },
  );
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
