import { exceptionsIn, reportExceptions } from '../../domain/attendance/exceptions';
import { reportId } from '../../domain/attendance/record-id';
import { isRestDay } from '../../domain/attendance/report';
import { wallClockTime } from '../../domain/time/zones';
import type { AttendanceReportRow } from '../../store/attendance-records';

type Fields = Readonly<Record<string, unknown>>;

/** WeCom's own reckoning of a day or a month, as people read it. */
export function viewReport(row: AttendanceReportRow, timezone: string) {
  const { personId, period, day, exceptions, version, supersededAt, raw } = row;
  const base = fieldsIn(raw['base_info']);
  const sum = fieldsIn(raw['summary_info']);
  const isDay = period === 'daily';
  const clock = (value: unknown): string | null => (isDay ? clockTime(day, value, timezone) : null);
  return {
    reportId: reportId({ personId, period, day }),
    period,
    day,
    exceptions: [...exceptionsIn(exceptions)],
    exceptionCounts: exceptionCounts(raw['exception_infos']),
    punches: numberIn(sum['checkin_count']),
    earliestAt: clock(sum['earliest_time']),
    // Sic: WeCom's own spelling.
    latestAt: clock(sum['lastest_time']),
    workSeconds: numberIn(sum['regular_work_sec']),
    standardSeconds: numberIn(sum['standard_work_sec']),
    workDays: numberIn(sum['work_days']),
    regularDays: numberIn(sum['regular_days']),
    exceptionDays: numberIn(sum['except_days']),
    isRest: isDay ? isRestDay(raw) : null,
    groupName: textIn(fieldsIn(base['rule_info'])['groupname']),
    notes: notesIn(raw),
    state: supersededAt === null ? ('current' as const) : ('superseded' as const),
    version,
    supersededAt: supersededAt?.toISOString() ?? null,
    raw: { ...raw },
  };
}

export function viewReportOf(row: AttendanceReportRow, timezone: string) {
  return {
    ...viewReport(row, timezone),
    userId: row.userId,
    ...(row.oaUserId === null ? {} : { oaUserId: row.oaUserId }),
    name: row.name,
  };
}

function exceptionCounts(infos: unknown) {
  return listIn(infos).flatMap((info) =>
    exceptionsIn(reportExceptions([info])).map((code) => ({
      code,
      count: numberIn(info['count']) ?? 0,
      seconds: numberIn(info['duration']) ?? 0,
    })),
  );
}

/** Leave, trips and corrections that there were, and holidays. */
function notesIn(raw: Fields): string[] {
  const items = listIn(raw['sp_items'])
    .filter(({ count, duration }) => (numberIn(count) ?? 0) > 0 || (numberIn(duration) ?? 0) > 0)
    .map(({ name }) => textIn(name));
  const holidays = listIn(raw['holiday_infos']).map(({ sp_title: title, sp_description: description }) =>
    [title, description]
      .map((said) => textIn(listIn(fieldsIn(said)['data'])[0]?.['text']))
      .filter((text) => text !== null)
      .join(' '),
  );
  return [...items, ...holidays].filter((note): note is string => note !== null && note !== '');
}

/** WeCom tells what the clock showed, in seconds since midnight; 0 where nobody checked in. */
function clockTime(day: string, value: unknown, timezone: string): string | null {
  const seconds = numberIn(value) ?? 0;
  if (seconds <= 0) return null;
  return wallClockTime(new Date(Date.parse(`${day}T00:00:00Z`) + seconds * 1_000), timezone).toISOString();
}

function fieldsIn(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listIn(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsIn) : [];
}

function numberIn(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
