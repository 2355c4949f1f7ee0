import type { DayFinder } from '../../domain/attendance/day-boundary';
import { exceptionsIn } from '../../domain/attendance/exceptions';
import { kindCodeOf, punchDetails } from '../../domain/attendance/punch';
import { recordId } from '../../domain/attendance/record-id';
import { timezoneOffsetMs } from '../../domain/time/zones';
import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { attendanceTexts, exceptionTexts, kindTexts } from '../../i18n/attendance';
import type { AttendanceRecordRow, AttendanceReportRow } from '../../store/attendance-records';
import { byteOrderMark, csvRow } from '../exports/csv';
import type { Cell } from '../exports/xlsx';
import { writeXlsx, xlsxType } from '../exports/xlsx';
import { FileAnswer } from '../file-answer';
import { viewReport } from './reports';

/** Check-ins and reports as files, in the words of whoever reads them and by the corp's clock. */

export type ExportReader = {
  readonly lang: Lang;
  readonly timezone: string;
  readonly days: DayFinder;
};

type Heading = keyof typeof attendanceTexts;

type Table = {
  readonly name: Heading;
  readonly columns: readonly { readonly heading: Heading; readonly width: number }[];
  readonly rows: AsyncIterable<readonly (readonly Cell[])[]>;
};

const recordColumns = [
  { heading: 'columnDay', width: 12 },
  { heading: 'columnUserId', width: 18 },
  { heading: 'columnName', width: 14 },
  { heading: 'columnOaUserId', width: 18 },
  { heading: 'columnAt', width: 20 },
  { heading: 'columnKind', width: 12 },
  { heading: 'columnScheduledAt', width: 20 },
  { heading: 'columnExceptions', width: 18 },
  { heading: 'columnException', width: 18 },
  { heading: 'columnLocation', width: 30 },
  { heading: 'columnGroup', width: 18 },
  { heading: 'columnDevice', width: 24 },
  { heading: 'columnPhotos', width: 8 },
  { heading: 'columnState', width: 12 },
  { heading: 'columnRecordId', width: 34 },
] as const satisfies Table['columns'];

const reportColumns = [
  { heading: 'columnDay', width: 12 },
  { heading: 'columnUserId', width: 18 },
  { heading: 'columnName', width: 14 },
  { heading: 'columnOaUserId', width: 18 },
  { heading: 'columnExceptions', width: 24 },
  { heading: 'columnPunches', width: 10 },
  { heading: 'columnEarliest', width: 20 },
  { heading: 'columnLatest', width: 20 },
  { heading: 'columnWorkHours', width: 12 },
  { heading: 'columnStandardHours', width: 12 },
  { heading: 'columnWorkDays', width: 12 },
  { heading: 'columnRegularDays', width: 12 },
  { heading: 'columnExceptionDays', width: 12 },
  { heading: 'columnRest', width: 8 },
  { heading: 'columnNotes', width: 24 },
  { heading: 'columnGroup', width: 18 },
  { heading: 'columnState', width: 12 },
  { heading: 'columnReportId', width: 28 },
] as const satisfies Table['columns'];

export function recordTable(portions: AsyncIterable<AttendanceRecordRow[]>, reader: ExportReader): Table {
  const clock = wallClock(reader.timezone);
  async function* rows(): AsyncGenerator<Cell[][]> {
    for await (const portion of portions) yield portion.map((row) => recordCells(row, clock, reader));
  }
  return { name: 'sheetRecords', columns: recordColumns, rows: rows() };
}

export function reportTable(portions: AsyncIterable<AttendanceReportRow[]>, reader: ExportReader): Table {
  const clock = wallClock(reader.timezone);
  async function* rows(): AsyncGenerator<Cell[][]> {
    for await (const portion of portions) yield portion.map((row) => reportCells(row, clock, reader));
  }
  return { name: 'sheetReports', columns: reportColumns, rows: rows() };
}

export function fileOf(table: Table, format: 'csv' | 'xlsx', name: string, lang: Lang): FileAnswer {
  const head = table.columns.map(({ heading }) => translate(attendanceTexts[heading], lang));
  if (format === 'csv') return new FileAnswer('text/csv; charset=utf-8', csv(head, table), `${name}.csv`);
  const sheet = {
    name: translate(attendanceTexts[table.name], lang),
    widths: table.columns.map(({ width }) => width),
    head,
    rows: table.rows,
  };
  return new FileAnswer(xlsxType, writeXlsx([sheet]), `${name}.xlsx`);
}

async function* csv(head: readonly string[], { rows }: Table): AsyncGenerator<string> {
  yield byteOrderMark + csvRow(head);
  for await (const portion of rows) yield portion.map((cells) => csvRow(cells.map(String))).join('');
}

type Clock = (at: Date | null) => string;

function recordCells(row: AttendanceRecordRow, clock: Clock, { lang, days }: ExportReader): Cell[] {
  const { at, userId, name, oaUserId, kind, supersededAt } = row;
  const checkinTime = at.getTime() / 1_000;
  const { exception, groupName, location, deviceId, mediaIds, scheduledAt } = punchDetails(row.raw);
  return [
    days(checkinTime),
    userId,
    name ?? '',
    oaUserId ?? '',
    clock(at),
    kindCodeOf(kind) === 'other' ? kind : translate(kindTexts[kindCodeOf(kind)], lang),
    clock(scheduledAt),
    exceptionWords(row.exceptions, lang),
    exception ?? '',
    location ?? '',
    groupName ?? '',
    deviceId ?? '',
    mediaIds.length,
    translate(supersededAt === null ? attendanceTexts.current : attendanceTexts.superseded, lang),
    recordId({ ...row, checkinTime }),
  ];
}

function reportCells(row: AttendanceReportRow, clock: Clock, { lang, timezone }: ExportReader): Cell[] {
  const view = viewReport(row, timezone);
  return [
    view.day,
    row.userId,
    row.name ?? '',
    row.oaUserId ?? '',
    exceptionWords(row.exceptions, lang),
    view.punches ?? '',
    clock(dateOf(view.earliestAt)),
    clock(dateOf(view.latestAt)),
    hours(view.workSeconds),
    hours(view.standardSeconds),
    view.workDays ?? '',
    view.regularDays ?? '',
    view.exceptionDays ?? '',
    view.isRest === null ? '' : translate(view.isRest ? attendanceTexts.yes : attendanceTexts.no, lang),
    view.notes.join(', '),
    view.groupName ?? '',
    translate(attendanceTexts[view.state], lang),
    view.reportId,
  ];
}

function exceptionWords(bits: number, lang: Lang): string {
  return exceptionsIn(bits)
    .map((code) => translate(exceptionTexts[code], lang))
    .join(', ');
}

function hours(seconds: number | null): Cell {
  return seconds === null ? '' : Math.round(seconds / 36) / 100;
}

function dateOf(iso: string | null): Date | null {
  return iso === null ? null : new Date(iso);
}

/** No zone changes its clocks more often: asking Intl for each of a million rows would take longer than all the rest. */
const offsetHoldsMs = 15 * 60_000;

/** What the clocks of a zone show. */
function wallClock(timezone: string): Clock {
  const offsets = new Map<number, number>();
  return (at) => {
    if (at === null) return '';
    const quarter = Math.floor(at.getTime() / offsetHoldsMs);
    const offset = offsets.get(quarter) ?? timezoneOffsetMs(at, timezone);
    offsets.set(quarter, offset);
    return new Date(at.getTime() + offset).toISOString().slice(0, 19).replace('T', ' ');
  };
}
