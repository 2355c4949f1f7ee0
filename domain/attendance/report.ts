import { dayOf } from './day-boundary';
import { reportExceptions } from './exceptions';
import { rowJson, type RowDigest } from './row-json';

export const reportPeriods = ['daily', 'monthly'] as const;
export type ReportPeriod = (typeof reportPeriods)[number];

/** A row of `datas` of either report, as WeCom gave it. */
export type RawReport = Readonly<Record<string, unknown>> & {
  readonly base_info: Readonly<Record<string, unknown>> & {
    /** The member's userid. */
    readonly acctid: string;
    /** Midnight of the day; only of a day's report. */
    readonly date?: number;
  };
};

/** What reports of a corp are told apart by. */
export type ReportIdentity = {
  readonly userId: string;
  readonly period: ReportPeriod;
  /** YYYY-MM-DD; the first of the month for a month. */
  readonly day: string;
};

export type Report = ReportIdentity & {
  /** Bits: see exceptions. */
  readonly exceptions: number;
  readonly digest: bigint;
  /** The row, with its keys in one order. */
  readonly json: string;
};

export type ReportReading = { readonly timezone: string; readonly digest: RowDigest };

/** Null where WeCom does not say which day the row is about. */
export function dailyReportFromWecom(row: RawReport, { timezone, digest }: ReportReading): Report | null {
  const { acctid: userId, date } = row.base_info;
  if (date === undefined) return null;
  // WeCom counts its reports by midnights, whenever the corp's days begin.
  const day = dayOf(new Date(date * 1_000), { timezone, dayStartsAt: '00:00' });
  return { userId, period: 'daily', day, ...contentOf(row, digest) };
}

/** `firstDay`: of the month that was asked for, since the row does not tell. */
export function monthlyReportFromWecom(row: RawReport, firstDay: string, digest: RowDigest): Report {
  return { userId: row.base_info.acctid, period: 'monthly', day: firstDay, ...contentOf(row, digest) };
}

function contentOf(row: RawReport, digest: RowDigest): Pick<Report, 'exceptions' | 'digest' | 'json'> {
  const json = rowJson(row);
  return { exceptions: reportExceptions(row['exception_infos']), digest: digest(json), json };
}

/** Each report once; of two rows about the same one, the later in the answer. */
export function distinctReports(reports: readonly Report[]): readonly Report[] {
  const byIdentity = new Map<string, Report>();
  for (const report of reports) {
    byIdentity.set(`${report.userId.toLowerCase()} ${report.period} ${report.day}`, report);
  }
  return byIdentity.size === reports.length ? reports : [...byIdentity.values()];
}

/** Of a day's report: whether nobody had to come; null where WeCom does not tell. */
export function isRestDay(raw: Readonly<Record<string, unknown>>): boolean | null {
  const baseInfo = raw['base_info'];
  if (typeof baseInfo !== 'object' || baseInfo === null) return null;
  const dayType = (baseInfo as Readonly<Record<string, unknown>>)['day_type'];
  return dayType === 0 ? false : dayType === 1 ? true : null;
}
