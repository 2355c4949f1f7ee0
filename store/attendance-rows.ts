import type { QueryConfig } from 'pg';
import type { KindCode, PunchIdentity, PunchKinds } from '../domain/attendance/attendance';
import { addDays } from '../domain/attendance/day-boundary';
import { kindOf } from '../domain/attendance/punch';
import type { ReportIdentity } from '../domain/attendance/report';
import type { AttendanceOrder, AttendanceUnit } from './attendance-runs';

/** How punches and reports stand in Postgres. */

/** What a row is compared by. */
export type RowContent = { readonly digest: bigint; readonly day: string; readonly exceptions: number };

/** Both included. */
export type UnitDays = { readonly from: string; readonly to: string };

export type Kept<Identity = never> = {
  /** The columns that tell rows apart, as COPY takes them. */
  keyOf(row: Identity, personId: number): string;
  /** Those that follow, up to the row's JSON, which comes last. */
  contentOf(content: RowContent, corpNo: number): string;
  readonly keyColumns: number;
  readonly contentColumns: number;
  /** Of key, content and JSON. */
  readonly columns: string;
  readonly table: string;
  /**
   * One text with a line of each row: its key and content to the letter as above, whether it is superseded, and
   * whether it was asked for. $1: person ids; then what `question` gives.
   */
  readonly standing: string;
  /** `days`: of the answer, which may go beyond what was asked for. */
  question(order: Pick<AttendanceOrder, 'kinds'>, unit: AttendanceUnit, days: UnitDays): readonly unknown[];
  /** What stands takes the content of `attendance_altered`. */
  alter(runId: string): QueryConfig;
  supersede(keys: readonly string[], runId: string): QueryConfig;
};

export const alteredTable = 'attendance_altered';

function standingLines(columns: string, superseded: string, asked: string, from: string): string {
  return `SELECT string_agg(concat_ws(E'\\t', ${columns}, ${superseded}, ${asked}), E'\\n') AS lines FROM ${from}`;
}

/** As `copyText` writes it. */
const copiedKind = String.raw`replace(replace(replace(replace(kind, E'\\', E'\\\\'), E'\t', E'\\t'), E'\n', E'\\n'), E'\r', E'\\r')`;

const punchKey =
  'r.person_id = w.person_id AND r.at = w.at AND r.kind = w.kind AND r.timeline_id = w.timeline_id AND r.group_id = w.group_id';

/** What a punch was goes to `attendance_past` in the same statement. */
function withPast(wanted: string, became: string): string {
  return `before AS (
    INSERT INTO attendance_past (person_id, at, kind, timeline_id, group_id, version, raw, became, run_id)
    SELECT r.person_id, r.at, r.kind, r.timeline_id, r.group_id, r.version, r.raw, ${became}, $1
    FROM ${wanted} w JOIN attendance_record r ON ${punchKey}
  )`;
}

export const punchesAsKept: Kept<PunchIdentity> = {
  table: 'attendance_record',
  columns: 'person_id, at, kind, timeline_id, group_id, corp_no, day, exceptions, digest, raw',

  keyColumns: 5,
  contentColumns: 4,

  keyOf: ({ checkinTime, timelineId, groupId, kind }, personId) =>
    `${personId}\t${timestampOf(checkinTime)}\t${copyText(kind)}\t${timelineId}\t${groupId}`,

  contentOf: ({ day, exceptions, digest }, corpNo) => `${corpNo}\t${day}\t${exceptions}\t${digest}`,

  standing: standingLines(
    `person_id, at, ${copiedKind}, timeline_id, group_id, corp_no, day, exceptions, digest`,
    'superseded_at IS NOT NULL',
    'at BETWEEN $4 AND $5 AND ($6::text[] IS NULL OR kind = ANY($6))',
    'attendance_record WHERE person_id = ANY($1::int[]) AND at BETWEEN $2 AND $3',
  ),

  // Should WeCom answer with a punch of another day than it was asked for, it may stand already.
  question: ({ kinds }, { startsAt, endsAt, fromDay, toDay }, { from, to }) => [
    from < fromDay ? `${addDays(from, -1)} 00:00:00Z` : startsAt,
    to > toDay ? `${addDays(to, 2)} 00:00:00Z` : endsAt,
    startsAt,
    endsAt,
    kindsAsked[kinds],
  ],

  alter: (runId) => ({
    values: [runId],
    text: `
      WITH ${withPast(alteredTable, `CASE WHEN r.superseded_at IS NULL THEN 'changed' ELSE 'returned' END`)}
      UPDATE attendance_record r
      SET day = w.day, exceptions = w.exceptions, digest = w.digest, raw = w.raw, version = r.version + 1,
          change_seq = nextval('attendance_change_seq'), superseded_at = NULL
      FROM ${alteredTable} w WHERE ${punchKey}`,
  }),

  supersede: (keys, runId) => ({
    values: [runId, JSON.stringify(keys.map(partsOfPunchKey))],
    text: `
      WITH missing AS (
        SELECT * FROM json_to_recordset($2::json) AS w (person_id int, at timestamptz, kind text, timeline_id bigint,
          group_id bigint)
      ), ${withPast('missing', `'superseded'`)}
      UPDATE attendance_record r
      SET version = r.version + 1, change_seq = nextval('attendance_change_seq'), superseded_at = now()
      FROM missing w WHERE ${punchKey}`,
  }),
};

const reportKey = 'r.person_id = w.person_id AND r.period = w.period AND r.day = w.day';

export const reportsAsKept: Kept<ReportIdentity> = {
  table: 'attendance_report',
  columns: 'person_id, period, day, corp_no, exceptions, digest, raw',

  keyColumns: 3,
  contentColumns: 3,

  keyOf: ({ period, day }, personId) => `${personId}\t${period}\t${day}`,

  contentOf: ({ exceptions, digest }, corpNo) => `${corpNo}\t${exceptions}\t${digest}`,

  standing: standingLines(
    'person_id, period, day, corp_no, exceptions, digest',
    'superseded_at IS NOT NULL',
    'day BETWEEN $5 AND $6',
    'attendance_report WHERE person_id = ANY($1::int[]) AND period = $2 AND day BETWEEN $3 AND $4',
  ),

  question: (_, { source, fromDay, toDay }, { from, to }) => [
    source,
    from < fromDay ? from : fromDay,
    to > toDay ? to : toDay,
    fromDay,
    toDay,
  ],

  alter: () => ({
    text: `
      UPDATE attendance_report r
      SET exceptions = w.exceptions, digest = w.digest, raw = w.raw, version = r.version + 1,
          change_seq = nextval('attendance_change_seq'), superseded_at = NULL
      FROM ${alteredTable} w WHERE ${reportKey}`,
  }),

  supersede: (keys) => ({
    values: [JSON.stringify(keys.map(partsOfReportKey))],
    text: `
      UPDATE attendance_report r
      SET version = r.version + 1, change_seq = nextval('attendance_change_seq'), superseded_at = now()
      FROM json_to_recordset($1::json) AS w (person_id int, period text, day date)
      WHERE ${reportKey}`,
  }),
};

function partsOfPunchKey(key: string) {
  const [personId = '', at = '', kind = '', timelineId = '', groupId = ''] = key.split('\t');
  return {
    person_id: Number(personId),
    at,
    kind: uncopiedText(kind),
    timeline_id: timelineId,
    group_id: groupId,
  };
}

function partsOfReportKey(key: string) {
  const [personId = '', period = '', day = ''] = key.split('\t');
  return { person_id: Number(personId), period, day };
}

/** WeCom's words that a run of these kinds gets to see all of; null: every word there is. */
const kindsAsked: Readonly<Record<PunchKinds, readonly string[] | null>> = {
  work: wordsOf(['on-duty', 'off-duty']),
  outing: wordsOf(['outing']),
  all: null,
};

function wordsOf(codes: readonly KindCode[]): readonly string[] {
  return codes.map(kindOf).filter((kind) => kind !== null);
}

const daySeconds = 86_400;
const days = new Map<number, string>();
const minutes = Array.from(
  { length: 1_440 },
  (_, minute) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`,
);
const seconds = Array.from({ length: 60 }, (_, second) => two(second));

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** Of seconds since 1970, as Postgres writes it where the zone is UTC. Rows come by the million and share their days: a Date for each would cost five times as much. */
function timestampOf(at: number): string {
  const number = Math.floor(at / daySeconds);
  let day = days.get(number);
  if (day === undefined) {
    day = new Date(number * daySeconds * 1_000).toISOString().slice(0, 10);
    days.set(number, day);
  }
  const inDay = at - number * daySeconds;
  return `${day} ${minutes[Math.floor(inDay / 60)]}:${seconds[inDay % 60]}+00`;
}

const copySpecials = /[\\\t\n\r]/g;
const copyEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const copyEscaped = /\\(.)/g;
const copySpecialOf: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };

function copyText(text: string): string {
  return text.replace(copySpecials, (special) => copyEscapes[special] ?? special);
}

function uncopiedText(text: string): string {
  return text.replace(copyEscaped, (_, special: string) => copySpecialOf[special] ?? special);
}
