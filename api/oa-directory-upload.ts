import type { Readable } from 'node:stream';
import type { z } from 'zod';
import { apiTexts } from '../i18n/api';
import { oaDirectoryTexts } from '../i18n/oa-directory';
import type { Lang, Text, TextParams } from '../i18n';
import type { GivenDepartment, GivenRows, GivenSubcompany, GivenUser } from '../domain/oa-directory/change';
import type { DirectoryTable } from '../domain/oa-directory/directory';
import { directoryTables } from '../domain/oa-directory/directory';
import type { OaFeed, StagedEntry } from '../store/oa-directory-feed';
import type { FieldProblem } from './http-errors';
import { ApiError } from './http-errors';
import { readLines } from './ndjson';
import type { EndLine } from './schemas/oa-directory';
import * as schemas from './schemas/oa-directory';
import { parseInput } from './validation';

/** People mend the first rows and see that the others are wrong in the same way. */
const shownProblems = 100;
const rowsPerStage = 5_000;
const maxLineBytes = 1024 * 1024;

type Rows = {
  readonly subcompanies: GivenSubcompany[];
  readonly departments: GivenDepartment[];
  readonly users: GivenUser[];
};

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

/** Collects the rows of one upload: whole ones go to the database in batches, what hangs together stays here. */
export class DirectoryUpload {
  private readonly outline: Rows = { subcompanies: [], departments: [], users: [] };
  private readonly problems: FieldProblem[] = [];
  private total = 0;
  private batch: StagedEntry[] = [];
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

  /** Everything has arrived and every row has its form. */
  async finish(): Promise<GivenRows> {
    if (this.total > 0) throw directoryRefused(this.problems, this.total);
    await this.flush();
    return this.outline;
  }

  private async takeRow(table: DirectoryTable, row: unknown): Promise<void> {
    const path = `${this.prefix}${table}[${this.counts[table]++}]`;
    switch (table) {
      case 'subcompanies': {
        const entry = this.parse<schemas.SubcompanyRow>(this.rowSchemas[table], row, path);
        if (entry === undefined) return;
        this.outline[table].push({ id: entry.id, name: presence(entry.name), parentId: entry.parentId });
        return this.stage(table, entry);
      }
      case 'departments': {
        const entry = this.parse<schemas.DepartmentRow>(this.rowSchemas[table], row, path);
        if (entry === undefined) return;
        const { id, name, parentId, subcompanyId } = entry;
        this.outline[table].push({ id, name: presence(name), parentId, subcompanyId });
        return this.stage(table, entry);
      }
      case 'users': {
        const entry = this.parse<schemas.UserRow>(this.rowSchemas[table], row, path);
        if (entry === undefined) return;
        const { id, loginId, name, departmentId, partTimeDepartmentIds, managerId, status } = entry;
        this.outline[table].push({
          id,
          loginId,
          name: presence(name),
          departmentId,
          partTimeDepartmentIds,
          managerId,
          status,
        });
        return this.stage(table, entry);
      }
    }
  }

  private async stage(kind: DirectoryTable, entry: StagedEntry['entry']): Promise<void> {
    // What is refused anyway need not travel.
    if (this.total > 0) return;
    this.batch.push({ kind, entry });
    if (this.batch.length >= rowsPerStage) await this.flush();
  }

  private async flush(): Promise<void> {
    const { batch } = this;
    this.batch = [];
    if (batch.length > 0) await this.feed.stage(batch);
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

export function directoryRefused(problems: readonly FieldProblem[], total: number): ApiError {
  return new ApiError(
    422,
    'validation_failed',
    { text: apiTexts.validationFailed, params: { count: total } },
    { fields: problems.slice(0, shownProblems), extra: { total } },
  );
}

/** Names are only asked whether they are there; keeping them would keep every person in memory. */
function presence(name: string | undefined): string | undefined {
  return name === undefined ? undefined : '';
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
