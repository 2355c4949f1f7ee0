import { isUtf8 } from 'node:buffer';
import { setImmediate as breath } from 'node:timers/promises';
import { parse, CsvError } from 'csv-parse';
import { Unzip, UnzipInflate } from 'fflate';
import iconv from 'iconv-lite';
import { readSheet } from 'read-excel-file/node';
import { oaUploadTexts } from '../../i18n/oa-upload';
import type { Text, TextParams } from '../../i18n';
import { ApiError, invalidField } from '../http-errors';
import { createSheetScan, FormulaFoundError, SheetTooLongError } from './sheet-scan';
import { readWorkbookRows } from './workbook-rows';

/** Rows of text, whatever they were saved as. */
export type Table = {
  readonly format: 'csv' | 'xlsx';
  readonly encoding: Encoding | null;
  readonly header: readonly string[];
  /** `line` as the program shows it in which the table was made; the header is 1. */
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
};

export type Encoding = 'utf-8' | 'utf-16le' | 'gb18030';

export const maxCsvBytes = 20 * 1024 * 1024;
const maxXlsxBytes = 10 * 1024 * 1024;
/** What such a file unpacks to at most; a sheet of 50,000 people is some 40 MB of XML. */
const maxUnpackedBytes = 150 * 1024 * 1024;
const mostRows = 200_000;
const maxColumns = 200;
const maxCellLength = 4_000;

export type TableRules = {
  /** Below the header. */
  readonly maxRows?: number;
  /** What is said where a cell is computed; without it the computed values are taken. */
  readonly onFormula?: (cell: string) => Error;
  /** Which columns are of use: only these are kept, in this order and as plain text, which takes far less memory. */
  readonly pick?: (header: readonly string[]) => readonly number[];
};

export async function readTable(content: Buffer, rules: TableRules = {}): Promise<Table> {
  const { maxRows = mostRows, onFormula, pick } = rules;
  const { lines, ...how } = await readLines(content, { maxRows, onFormula, pick });
  const filled = lines.filter(({ cells }) => cells.some((cell) => cell !== ''));
  const [first, ...rows] = filled;
  if (first === undefined || rows.length === 0) throw unreadable(oaUploadTexts.noRows);
  if (rows.length > maxRows) throw unreadable(oaUploadTexts.tooManyRows, { limit: maxRows });
  return { ...how, header: first.cells.slice(0, maxColumns), rows };
}

type Lines = Pick<Table, 'format' | 'encoding'> & { readonly lines: Table['rows'] };

type ReadingRules = {
  readonly maxRows: number;
  readonly onFormula: TableRules['onFormula'] | undefined;
  readonly pick: TableRules['pick'] | undefined;
};

type Line = Table['rows'][number];

/** Keeps what is of use of one line after another. */
function createLineKeeper({ pick }: Pick<ReadingRules, 'pick'>) {
  const lines: Line[] = [];
  let columns: readonly number[] | undefined;
  return {
    lines,
    add(line: number, cells: readonly string[]): void {
      if (pick === undefined) lines.push({ line, cells });
      else if (columns !== undefined)
        lines.push({ line, cells: columns.map((column) => cells[column] ?? '') });
      else if (cells.some((cell) => cell !== '')) {
        columns = pick(cells.slice(0, maxColumns));
        lines.push({ line, cells });
      }
    },
  };
}

async function readLines(content: Buffer, rules: ReadingRules): Promise<Lines> {
  if (content.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004', 'latin1'))) return readXlsx(content, rules);
  if (content.subarray(0, 4).equals(Buffer.from([0xd0, 0xcf, 0x11, 0xe0])))
    throw unreadable(oaUploadTexts.oldExcel);
  return readCsv(content, rules);
}

async function readXlsx(content: Buffer, rules: ReadingRules): Promise<Lines> {
  if (content.length > maxXlsxBytes) throw unreadable(oaUploadTexts.workbookTooLarge);
  await assertUnpacksWithin(content, maxUnpackedBytes, rules);
  if (rules.pick !== undefined) return readPicked(content, rules);
  let sheet;
  try {
    sheet = await readSheet(content, { parseNumber: plainNumber });
  } catch (error) {
    throw unreadable(oaUploadTexts.brokenWorkbook, {}, error);
  }
  const lines = sheet.map((cells, index) => ({ line: index + 1, cells: cells.map(cellText) }));
  return { format: 'xlsx', encoding: null, lines };
}

async function readPicked(content: Buffer, rules: ReadingRules): Promise<Lines> {
  const keeper = createLineKeeper(rules);
  try {
    await readWorkbookRows(content, (line, cells) => keeper.add(line, cells.map(clean)));
  } catch (error) {
    // What is said about the header is said by whoever picks from it.
    throw error instanceof ApiError ? error : unreadable(oaUploadTexts.brokenWorkbook, {}, error);
  }
  return { format: 'xlsx', encoding: null, lines: keeper.lines };
}

/**
 * Counts what really comes out, bytes and rows: the sizes written in the file may be wrong on purpose, and a sheet that is
 * too long is refused before all of it is in memory.
 */
async function assertUnpacksWithin(
  content: Buffer,
  limitBytes: number,
  { maxRows, onFormula }: ReadingRules,
): Promise<void> {
  let unpacked = 0;
  const unzip = new Unzip((file) => {
    const scan = /^xl\/worksheets\/[^/]+\.xml$/i.test(file.name)
      ? createSheetScan({ maxRows: maxRows + 1, refusesFormulas: onFormula !== undefined })
      : undefined;
    file.ondata = (error, chunk) => {
      if (error !== null) throw error;
      unpacked += chunk.length;
      if (unpacked > limitBytes) throw new UnpacksTooLargeError();
      scan?.push(chunk);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  try {
    for (let start = 0; start < content.length; start += unzipStepBytes) {
      // Others get their turn while a large workbook is looked through.
      if (start % unzipBreathBytes === 0) await breath();
      unzip.push(content.subarray(start, start + unzipStepBytes), start + unzipStepBytes >= content.length);
    }
  } catch (error) {
    if (error instanceof UnpacksTooLargeError) throw unreadable(oaUploadTexts.workbookTooLarge);
    if (error instanceof SheetTooLongError) throw unreadable(oaUploadTexts.tooManyRows, { limit: maxRows });
    if (error instanceof FormulaFoundError && onFormula !== undefined) throw onFormula(error.cell);
    throw unreadable(oaUploadTexts.brokenWorkbook, {}, error);
  }
}

class UnpacksTooLargeError extends Error {}

/** A thousandfold of it is what one step can unpack to. */
const unzipStepBytes = 16 * 1024;
const unzipBreathBytes = 8 * unzipStepBytes;

/** Phone and job numbers are numbers to Excel; as text they stay whole. */
function plainNumber(text: string): string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? String(value) : text;
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  if (typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean') {
    return clean(String(cell));
  }
  return '';
}

async function readCsv(content: Buffer, rules: ReadingRules): Promise<Lines> {
  const { maxRows, onFormula } = rules;
  const { text, encoding } = decode(content);
  if (text.includes('\0')) throw unreadable(oaUploadTexts.notATable);
  const keeper = createLineKeeper(rules);
  // As a stream, so that others get their turn while 200,000 lines are read.
  const parser = parse(text, {
    delimiter: delimiterOf(text),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    bom: true,
  });
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      const cells = record.map(clean);
      if (onFormula !== undefined) {
        const formula = cells.findIndex((cell) => cell.startsWith('='));
        if (formula !== -1) throw onFormula(`${columnName(formula)}${info.lines}`);
      }
      keeper.add(info.lines, cells);
      if (keeper.lines.length > maxRows + 1) throw unreadable(oaUploadTexts.tooManyRows, { limit: maxRows });
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw unreadable(oaUploadTexts.brokenCsv, { line: Number(error['lines'] ?? 0) }, error);
  }
  return { format: 'csv', encoding, lines: keeper.lines };
}

function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}

/** Excel in China saves GBK without saying so; what is valid UTF-8 is hardly ever GBK. */
function decode(content: Buffer): { readonly text: string; readonly encoding: Encoding } {
  if (content[0] === 0xff && content[1] === 0xfe) {
    return { text: iconv.decode(content, 'utf-16le'), encoding: 'utf-16le' };
  }
  if (isUtf8(content)) return { text: content.toString('utf8'), encoding: 'utf-8' };
  const text = iconv.decode(content, 'gb18030');
  if (text.includes('\uFFFD')) throw unreadable(oaUploadTexts.unknownEncoding);
  return { text, encoding: 'gb18030' };
}

function delimiterOf(text: string): string {
  const firstLine = text.slice(0, 10_000).split(/\r?\n/, 1)[0] ?? '';
  const counts = [',', '\t', ';'].map((mark) => ({ mark, count: firstLine.split(mark).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).mark;
}

/** `="00123"` is how exports keep Excel from eating zeros. */
function clean(cell: string): string {
  const text = /^="(.*)"$/.exec(cell)?.[1] ?? cell;
  return text.trim().slice(0, maxCellLength + 1);
}

function unreadable(text: Text, params: TextParams = {}, cause?: unknown): Error {
  const error = invalidField('file', text, params);
  if (cause !== undefined) error.cause = cause;
  return error;
}
