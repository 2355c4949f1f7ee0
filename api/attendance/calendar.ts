import type { DayBoundary } from '../../domain/attendance/attendance';
import { addDays, dayFinder, daysBetween, startOfDayOf } from '../../domain/attendance/day-boundary';
import { exceptionsIn } from '../../domain/attendance/exceptions';
import { firstOfMonth, lastOfMonth } from '../../domain/attendance/windows';
import type { AttendanceRecordRow, AttendanceReportRow } from '../../store/attendance-records';
import type { ApiDeps } from '../deps';
import { viewPunch } from './records';
import { viewReport } from './reports';

/** A member's month, day by day. `month`: YYYY-MM. */
export async function calendarDays(
  { attendanceRecords }: Pick<ApiDeps, 'attendanceRecords'>,
  {
    corpNo,
    personId,
    month,
    boundary,
  }: {
    readonly corpNo: number | undefined;
    readonly personId: number | null;
    readonly month: string;
    readonly boundary: DayBoundary;
  },
) {
  const from = firstOfMonth(`${month}-01`);
  const to = lastOfMonth(from);
  const of = { personIds: personId === null ? [] : [personId], state: 'current' } as const;
  const isKnown = corpNo !== undefined && personId !== null;
  const [punches, daily, monthly] = isKnown
    ? await Promise.all([
        gathered(
          attendanceRecords.exportRecords(corpNo, {
            ...of,
            from: startOfDayOf(from, boundary),
            before: startOfDayOf(addDays(to, 1), boundary),
          }),
        ),
        gathered(attendanceRecords.exportReports(corpNo, { ...of, period: 'daily', from, to })),
        gathered(attendanceRecords.exportReports(corpNo, { ...of, period: 'monthly', from, to: from })),
      ])
    : [[], [], []];
  const punchesOf = byDay(punches, boundary);
  const reportOf = new Map(daily.map((row) => [row.day, row]));
  const [ofMonth] = monthly;
  return {
    days: daysBetween({ from, to }).map((day) =>
      viewDay(day, punchesOf.get(day) ?? [], reportOf.get(day), boundary.timezone),
    ),
    report: ofMonth === undefined ? null : viewReport(ofMonth, boundary.timezone),
  };
}

function viewDay(
  day: string,
  punches: readonly AttendanceRecordRow[],
  row: AttendanceReportRow | undefined,
  timezone: string,
) {
  const report = row === undefined ? null : viewReport(row, timezone);
  const bits = punches.reduce((sum, { exceptions }) => sum | exceptions, row?.exceptions ?? 0);
  return {
    day,
    punches: punches.map(viewPunch),
    exceptions: [...exceptionsIn(bits)],
    report,
    isRest: report?.isRest ?? null,
  };
}

/** Oldest first. */
function byDay(
  newestFirst: readonly AttendanceRecordRow[],
  boundary: DayBoundary,
): ReadonlyMap<string, AttendanceRecordRow[]> {
  const days = dayFinder(boundary);
  const found = new Map<string, AttendanceRecordRow[]>();
  for (const row of newestFirst.toReversed()) {
    const day = days(row.at.getTime() / 1_000);
    found.set(day, [...(found.get(day) ?? []), row]);
  }
  return found;
}

async function gathered<Row>(portions: AsyncIterable<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const portion of portions) rows.push(...portion);
  return rows;
}
