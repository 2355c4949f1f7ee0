import type { z } from 'zod';
import { addDays, dayFinder, startOfDayOf, today } from '../../domain/attendance/day-boundary';
import type { DayBoundary } from '../../domain/attendance/attendance';
import { bitsOf, exceptionCodes } from '../../domain/attendance/exceptions';
import { parseRecordId } from '../../domain/attendance/record-id';
import { firstOfMonth } from '../../domain/attendance/windows';
import { attendanceTexts } from '../../i18n/attendance';
import type { RecordFilter, ReportFilter } from '../../store/attendance-records';
import { calendarDays } from '../attendance/calendar';
import { fileOf, recordTable, reportTable } from '../attendance/exports';
import { viewRecord } from '../attendance/records';
import { viewReportOf } from '../attendance/reports';
import { boundaryOf } from '../attendance/settings';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { xlsxType } from '../exports/xlsx';
import { ApiError, invalidField } from '../http-errors';
import { fileAnswer } from '../schemas/common';
import { corpParams } from '../schemas/corps';
import * as schemas from '../schemas/attendance';
import { requireCorp } from './corps';

type GivenFilter = Omit<z.output<typeof schemas.recordQuery>, 'kind' | 'cursor' | 'limit'>;

type Place = {
  readonly corpId: string;
  readonly boundary: DayBoundary;
  /** Undefined where nothing was ever set up, and so nothing was ever read. */
  readonly corpNo: number | undefined;
};

const noRows = { items: [], nextCursor: null };

/** What WeCom's check-in data says, day by day and member by member. */
export function attendanceRecordRoutes(deps: ApiDeps): Route[] {
  const { attendanceRecords, attendanceSettings } = deps;
  const path = '/corps/{corpId}/attendance';
  const tag = 'Attendance';
  const access = { scope: 'read' } as const;
  const files = ['text/csv', xlsxType];

  return [
    defineRoute({
      method: 'get',
      path: `${path}/records`,
      operationId: 'listAttendanceRecords',
      tag,
      summary: 'Check-ins, newest first',
      access,
      params: corpParams,
      query: schemas.recordQuery,
      success: { status: 200, description: 'A page', schema: schemas.recordPage },
      handler: async ({ params: { corpId }, query: { cursor, limit, ...given } }) => {
        const place = await placeOf(corpId);
        const filter = await recordFilter(place, given);
        if (place.corpNo === undefined) return { body: noRows };
        const { items, nextCursor } = await attendanceRecords.listRecords(place.corpNo, filter, {
          cursor,
          limit,
        });
        const days = dayFinder(place.boundary);
        return { body: { items: items.map((row) => viewRecord(row, days)), nextCursor } };
      },
    }),

    // Before the route with an id in this place.
    defineRoute({
      method: 'get',
      path: `${path}/records/export`,
      operationId: 'exportAttendanceRecords',
      tag,
      summary: 'Check-ins as CSV or XLSX, under the same filters as their list',
      access,
      audit: 'attendance-record.export',
      params: corpParams,
      query: schemas.recordExportQuery,
      success: { status: 200, description: 'The file', schema: fileAnswer, files },
      handler: async ({ params: { corpId }, query: { format, ...given }, request: { lang }, audit }) => {
        const place = await placeOf(corpId);
        const filter = await recordFilter(place, given);
        audit.detail = { format };
        const rows =
          place.corpNo === undefined ? none() : attendanceRecords.exportRecords(place.corpNo, filter);
        return {
          body: fileOf(recordTable(rows, readerOf(place, lang)), format, nameOf('check-ins', given), lang),
        };
      },
    }),

    defineRoute({
      method: 'get',
      path: `${path}/records/{recordId}`,
      operationId: 'getAttendanceRecord',
      tag,
      summary: 'A check-in, and what it was before WeCom changed it',
      access,
      params: schemas.recordParams,
      success: { status: 200, description: 'The record', schema: schemas.recordDetails },
      handler: async ({ params: { corpId, recordId } }) => {
        const { corpNo, boundary } = await placeOf(corpId);
        const key = parseRecordId(recordId);
        const row =
          key === null || corpNo === undefined ? undefined : await attendanceRecords.findRecord(corpNo, key);
        if (key === null || row === undefined) {
          throw new ApiError(404, 'not_found', { text: attendanceTexts.recordMissing });
        }
        const past = await attendanceRecords.pastOf(key);
        return {
          body: {
            ...viewRecord(row, dayFinder(boundary)),
            past: past.map(({ changedAt, raw, ...was }) => ({
              ...was,
              changedAt: changedAt.toISOString(),
              raw: { ...raw },
            })),
          },
        };
      },
    }),

    defineRoute({
      method: 'get',
      path: `${path}/reports`,
      operationId: 'listAttendanceReports',
      tag,
      summary: 'WeCom’s own reckoning of days or months, newest first',
      access,
      params: corpParams,
      query: schemas.reportQuery,
      success: { status: 200, description: 'A page', schema: schemas.reportPage },
      handler: async ({ params: { corpId }, query: { cursor, limit, ...given } }) => {
        const place = await placeOf(corpId);
        const filter = await reportFilter(place, given);
        if (place.corpNo === undefined) return { body: noRows };
        const { items, nextCursor } = await attendanceRecords.listReports(place.corpNo, filter, {
          cursor,
          limit,
        });
        const { timezone } = place.boundary;
        return { body: { items: items.map((row) => viewReportOf(row, timezone)), nextCursor } };
      },
    }),

    defineRoute({
      method: 'get',
      path: `${path}/reports/export`,
      operationId: 'exportAttendanceReports',
      tag,
      summary: 'Reports as CSV or XLSX, under the same filters as their list',
      access,
      audit: 'attendance-report.export',
      params: corpParams,
      query: schemas.reportExportQuery,
      success: { status: 200, description: 'The file', schema: fileAnswer, files },
      handler: async ({ params: { corpId }, query: { format, ...given }, request: { lang }, audit }) => {
        const place = await placeOf(corpId);
        const filter = await reportFilter(place, given);
        audit.detail = { format, period: given.period };
        const rows =
          place.corpNo === undefined ? none() : attendanceRecords.exportReports(place.corpNo, filter);
        const name = nameOf(`attendance-${given.period}`, given);
        return { body: fileOf(reportTable(rows, readerOf(place, lang)), format, name, lang) };
      },
    }),

    defineRoute({
      method: 'get',
      path: `${path}/members/{userId}/calendar`,
      operationId: 'getAttendanceCalendar',
      tag,
      summary: 'A member’s month, day by day',
      access,
      params: schemas.calendarParams,
      query: schemas.calendarQuery,
      success: { status: 200, description: 'The month', schema: schemas.calendar },
      handler: async ({ params: { corpId, userId }, query }) => {
        const place = await placeOf(corpId);
        const { boundary, corpNo } = place;
        const person = await attendanceRecords.findPerson(place.corpId, userId);
        if (person === undefined) {
          throw new ApiError(404, 'not_found', { text: attendanceTexts.memberMissing, params: { userId } });
        }
        const { month = today(boundary, new Date()).slice(0, 7) } = query;
        return {
          body: {
            userId: person.userId,
            name: person.name,
            month,
            timezone: boundary.timezone,
            ...(await calendarDays(deps, { corpNo, personId: person.personId, month, boundary })),
          },
        };
      },
    }),
  ];

  async function placeOf(corpId: string): Promise<Place> {
    const corp = await requireCorp(deps, corpId);
    const settings = await attendanceSettings.find(corp.id);
    return { corpId: corp.id, boundary: boundaryOf(settings), corpNo: settings?.corpNo };
  }

  async function recordFilter(
    place: Place,
    { kind, from, to, ...given }: GivenFilter & Pick<z.output<typeof schemas.recordQuery>, 'kind'>,
  ): Promise<RecordFilter> {
    const { boundary } = place;
    assertInOrder(from, to);
    return {
      ...(await commonFilter(place, given)),
      kinds: kind,
      from: from === undefined ? undefined : startOfDayOf(from, boundary),
      before: to === undefined ? undefined : startOfDayOf(addDays(to, 1), boundary),
    };
  }

  async function reportFilter(
    place: Place,
    { period, from, to, ...given }: GivenFilter & Pick<z.output<typeof schemas.reportQuery>, 'period'>,
  ): Promise<ReportFilter> {
    assertInOrder(from, to);
    return {
      ...(await commonFilter(place, given)),
      period,
      // A month stands at its first day.
      from: from !== undefined && period === 'monthly' ? firstOfMonth(from) : from,
      to,
    };
  }

  async function commonFilter(
    { corpId }: Place,
    { userId, q, exception, state }: Omit<GivenFilter, 'from' | 'to'>,
  ) {
    const [person, matching] = await Promise.all([
      userId === undefined ? undefined : attendanceRecords.findPerson(corpId, userId),
      q === undefined ? undefined : attendanceRecords.matchPeople(corpId, q),
    ]);
    const named = userId === undefined ? undefined : [person?.personId ?? null].filter((id) => id !== null);
    return {
      personIds: named === undefined ? matching : named.filter((id) => matching?.includes(id) ?? true),
      exceptions: exception === undefined ? undefined : maskOf(exception),
      state,
    };
  }
}

function maskOf(wanted: NonNullable<GivenFilter['exception']>): number {
  return wanted.includes('any') ? bitsOf(exceptionCodes) : bitsOf(wanted.filter((code) => code !== 'any'));
}

function assertInOrder(from: string | undefined, to: string | undefined): void {
  if (from !== undefined && to !== undefined && to < from)
    throw invalidField('to', attendanceTexts.daysTurned);
}

function readerOf({ boundary }: Place, lang: 'zh-CN' | 'en') {
  return { lang, timezone: boundary.timezone, days: dayFinder(boundary) };
}

function nameOf(what: string, { from, to }: Pick<GivenFilter, 'from' | 'to'>): string {
  return [what, from, to].filter((part) => part !== undefined).join('-');
}

async function* none(): AsyncGenerator<never> {
  yield* await Promise.resolve([]);
}
