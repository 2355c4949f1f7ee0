import type { PoolClient } from 'pg';
import type { KindCode } from '../domain/attendance/attendance';
import { kindCodes } from '../domain/attendance/attendance';
import { bitsOf, exceptionCodes } from '../domain/attendance/exceptions';
import { kindOf } from '../domain/attendance/punch';
import type { RecordKey } from '../domain/attendance/record-id';
import type { ReportPeriod } from '../domain/attendance/report';
import { CursorInvalidError, decodeCursor, encodeCursor } from './cursors';
import { escapePattern } from './patterns';
import type { SqlDatabase } from './sql-database';

export type RowState = 'current' | 'superseded' | 'all';

type Whose = {
  readonly personId: number;
  readonly userId: string;
  readonly name: string | null;
  /** Null where the member is bound to nobody. */
  readonly oaUserId: string | null;
};

type Stored = {
  /** Bits: see domain/attendance/exceptions. */
  readonly exceptions: number;
  readonly version: number;
  readonly supersededAt: Date | null;
  /** As WeCom gave it. */
  readonly raw: Readonly<Record<string, unknown>>;
};

export type AttendanceRecordRow = Whose &
  Stored & {
    readonly at: Date;
    /** WeCom's own word. */
    readonly kind: string;
    readonly timelineId: number;
    readonly groupId: number;
  };

export type AttendanceReportRow = Whose &
  Stored & { readonly period: ReportPeriod; /** YYYY-MM-DD */ readonly day: string };

export type AttendancePastRow = {
  readonly version: number;
  readonly became: 'changed' | 'superseded' | 'returned';
  readonly changedAt: Date;
  readonly runId: string;
  readonly raw: Readonly<Record<string, unknown>>;
};

export type AttendancePersonRow = {
  /** Null for a member of whom nothing was ever read. */
  readonly personId: number | null;
  readonly userId: string;
  readonly name: string | null;
};

type CommonFilter = {
  /** Of these people alone; of none where it is empty. */
  readonly personIds?: readonly number[] | undefined;
  /** Bits, any of which it must have. */
  readonly exceptions?: number | undefined;
  readonly state: RowState;
};

export type RecordFilter = CommonFilter & {
  readonly kinds?: readonly KindCode[] | undefined;
  readonly from?: Date | undefined;
  /** Not included. */
  readonly before?: Date | undefined;
};

export type ReportFilter = CommonFilter & {
  readonly period: ReportPeriod;
  /** YYYY-MM-DD, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

export type AttendancePage = { readonly cursor?: string | undefined; readonly limit: number };

type Rows<Row> = { readonly items: Row[]; readonly nextCursor: string | null };

/** What WeCom's check-in data came to, newest first. */
export interface AttendanceRecordStore {
  findPerson(corpId: string, userId: string): Promise<AttendancePersonRow | undefined>;
  /** Of whom something was read and whose name or userid holds this text. */
  matchPeople(corpId: string, text: string): Promise<number[]>;
  listRecords(corpNo: number, filter: RecordFilter, page: AttendancePage): Promise<Rows<AttendanceRecordRow>>;
  exportRecords(corpNo: number, filter: RecordFilter): AsyncIterable<AttendanceRecordRow[]>;
  findRecord(corpNo: number, key: RecordKey): Promise<AttendanceRecordRow | undefined>;
  /** What a record was before, newest first. */
  pastOf(key: RecordKey): Promise<AttendancePastRow[]>;
  /** Whether such a photo hangs on one of the corp's newest punches. */
  hasPhoto(corpNo: number, mediaId: string): Promise<boolean>;
  listReports(corpNo: number, filter: ReportFilter, page: AttendancePage): Promise<Rows<AttendanceReportRow>>;
  exportReports(corpNo: number, filter: ReportFilter): AsyncIterable<AttendanceReportRow[]>;
}

const portionRows = 5_000;

/** With more people than this it is quicker to look whose each row is than to look for each one's rows. */
const fewPeople = 500;

/** Among which a photo is looked for: what 10,000 people do in five days. WeCom keeps photos for three. */
const photoRows = 200_000;

/**
 * Statistics that know nothing of millions of new rows make Postgres read and sort all of them for a page: only the
 * indexes' own order is taken.
 */
const byIndex =
  'SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off';

const whose = `p.user_id AS "userId", m.name, b.oa_user_id AS "oaUserId"`;
const whoseTables = `JOIN attendance_person p ON p.id = r.person_id
  LEFT JOIN mirror_member m ON m.id = p.member_id
  LEFT JOIN binding b ON b.member_id = m.id`;

const stored = `r.person_id AS "personId", r.exceptions, r.version, r.superseded_at AS "supersededAt", r.raw`;

const recordColumns = `${stored}, r.at, r.kind, r.timeline_id::float8 AS "timelineId", r.group_id::float8 AS "groupId", ${whose}`;
const reportColumns = `${stored}, r.period, to_char(r.day, 'YYYY-MM-DD') AS day, ${whose}`;

const recordKey = ['at', 'person_id', 'kind', 'timeline_id', 'group_id'] as const;
const recordKeyTypes = ['timestamptz', 'int', 'text', 'bigint', 'bigint'] as const;
const reportKey = ['day', 'person_id'] as const;
const reportKeyTypes = ['date', 'int'] as const;

type Listing = {
  readonly table: 'attendance_record' | 'attendance_report';
  readonly columns: string;
  readonly key: readonly string[];
  readonly types: readonly string[];
  readonly conditions: readonly string[];
  readonly params: readonly unknown[];
  readonly personIds: readonly number[] | undefined;
  /** Bits, any of which the rows have. */
  readonly exceptions: number | undefined;
};

export function createAttendanceRecordStore(db: SqlDatabase): AttendanceRecordStore {
  const { pool } = db;

  /** One row more than asked for says that there is another page. */
  async function rowsAfter<Row extends object>(
    listing: Listing,
    after: readonly string[] | undefined,
    limit: number,
  ): Promise<Row[]> {
    if (listing.personIds?.length === 0) return [];
    return db.transaction(async (client: PoolClient) => {
      await client.query(byIndex);
      const { text, params } = pageQuery(listing, after, limit + 1);
      const { rows } = await client.query<Row>(text, params);
      return rows;
    });
  }

  async function page<Row extends object>(
    listing: Listing,
    { cursor, limit }: AttendancePage,
    keyOf: (row: Row) => readonly string[],
    assertKey: (key: readonly string[]) => void,
  ): Promise<Rows<Row>> {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, listing.key.length);
    if (after !== undefined) assertKey(after);
    const rows = await rowsAfter<Row>(listing, after, limit);
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    return { items, nextCursor: last === undefined ? null : encodeCursor(keyOf(last)) };
  }

  async function* portions<Row extends object>(
    listing: Listing,
    keyOf: (row: Row) => readonly string[],
  ): AsyncGenerator<Row[]> {
    for (let after: readonly string[] | undefined; ;) {
      const rows = await rowsAfter<Row>(listing, after, portionRows);
      const portion = rows.slice(0, portionRows);
      if (portion.length > 0) yield portion;
      const last = rows.length > portionRows ? portion.at(-1) : undefined;
      if (last === undefined) return;
      after = keyOf(last);
    }
  }

  return {
    async findPerson(corpId, userId) {
      const { rows } = await pool.query<AttendancePersonRow>(
        `SELECT p.id AS "personId", COALESCE(p.user_id, m.user_id) AS "userId", m.name
           FROM (SELECT id, user_id, member_id FROM attendance_person
                  WHERE corp_id = $1 AND user_id_key = lower($2)) p
           FULL JOIN (SELECT id, user_id, name FROM mirror_member
                       WHERE corp_id = $1
                         AND (user_id_key = lower($2)
                              OR id = (SELECT member_id FROM attendance_person
                                        WHERE corp_id = $1 AND user_id_key = lower($2)))) m
             ON m.id = p.member_id
          ORDER BY p.id NULLS LAST LIMIT 1`,
        [corpId, userId],
      );
      return rows[0];
    },

    async matchPeople(corpId, text) {
      const { rows } = await pool.query<{ id: number }>(
        `SELECT p.id FROM attendance_person p LEFT JOIN mirror_member m ON m.id = p.member_id
          WHERE p.corp_id = $1 AND (p.user_id ILIKE $2 OR m.name ILIKE $2)`,
        [corpId, `%${escapePattern(text)}%`],
      );
      return rows.map(({ id }) => id);
    },

    listRecords: (corpNo, filter, wanted) =>
      page(recordListing(corpNo, filter), wanted, placeOfRecord, assertPlaceOfRecord),

    exportRecords: (corpNo, filter) => portions(recordListing(corpNo, filter), placeOfRecord),

    async findRecord(corpNo, { personId, checkinTime, kind, timelineId, groupId }) {
      const { rows } = await pool.query<AttendanceRecordRow>(
        `SELECT ${recordColumns} FROM attendance_record r ${whoseTables}
          WHERE r.corp_no = $1 AND r.person_id = $2 AND r.at = to_timestamp($3::float8) AND r.kind = $4
            AND r.timeline_id = $5::bigint AND r.group_id = $6::bigint`,
        [corpNo, personId, checkinTime, kind, timelineId, groupId],
      );
      return rows[0];
    },

    async pastOf({ personId, checkinTime, kind, timelineId, groupId }) {
      const { rows } = await pool.query<AttendancePastRow>(
        `SELECT version, became, changed_at AS "changedAt", run_id AS "runId", raw FROM attendance_past
          WHERE person_id = $1 AND at = to_timestamp($2::float8) AND kind = $3 AND timeline_id = $4::bigint
            AND group_id = $5::bigint
          ORDER BY version DESC`,
        [personId, checkinTime, kind, timelineId, groupId],
      );
      return rows;
    },

    hasPhoto: (corpNo, mediaId) =>
      db.transaction(async (client: PoolClient) => {
        await client.query(byIndex);
        const { rowCount } = await client.query(
          `SELECT 1 FROM (SELECT raw FROM attendance_record WHERE corp_no = $1 ORDER BY at DESC LIMIT ${photoRows}) r
            WHERE strpos(raw::text, $2) > 0
              AND CASE WHEN json_typeof(raw->'mediaids') = 'array'
                       THEN $3 IN (SELECT json_array_elements_text(raw->'mediaids')) END
            LIMIT 1`,
          [corpNo, JSON.stringify(mediaId), mediaId],
        );
        return rowCount === 1;
      }),

    listReports: (corpNo, filter, wanted) =>
      page(reportListing(corpNo, filter), wanted, placeOfReport, assertPlaceOfReport),

    exportReports: (corpNo, filter) => portions(reportListing(corpNo, filter), placeOfReport),
  };
}

function recordListing(corpNo: number, filter: RecordFilter): Listing {
  const params: unknown[] = [corpNo];
  const param = (value: unknown): string => `$${params.push(value)}`;
  const conditions = ['r.corp_no = $1', ...commonConditions(filter, param)];
  if (filter.from !== undefined) conditions.push(`r.at >= ${param(filter.from)}::timestamptz`);
  if (filter.before !== undefined) conditions.push(`r.at < ${param(filter.before)}::timestamptz`);
  if (filter.kinds !== undefined) conditions.push(...kindConditions(filter.kinds, param));
  return {
    table: 'attendance_record',
    columns: recordColumns,
    key: recordKey,
    types: recordKeyTypes,
    conditions,
    params,
    personIds: filter.personIds,
    exceptions: filter.exceptions,
  };
}

function reportListing(corpNo: number, { period, from, to, ...filter }: ReportFilter): Listing {
  const params: unknown[] = [corpNo, period];
  const param = (value: unknown): string => `$${params.push(value)}`;
  const conditions = ['r.corp_no = $1', 'r.period = $2', ...commonConditions(filter, param)];
  if (from !== undefined) conditions.push(`r.day >= ${param(from)}::date`);
  if (to !== undefined) conditions.push(`r.day <= ${param(to)}::date`);
  return {
    table: 'attendance_report',
    columns: reportColumns,
    key: reportKey,
    types: reportKeyTypes,
    conditions,
    params,
    personIds: filter.personIds,
    exceptions: filter.exceptions,
  };
}

function commonConditions({ exceptions, state }: CommonFilter, param: (value: unknown) => string): string[] {
  return [
    ...(state === 'all' ? [] : [`r.superseded_at IS ${state === 'current' ? '' : 'NOT '}NULL`]),
    ...(exceptions === undefined ? [] : [`r.exceptions & ${param(exceptions)}::int <> 0`]),
  ];
}

const ordinaryKinds = (['on-duty', 'off-duty'] as const).map((code) => `'${kindOf(code)}'`);
const named = kindCodes.flatMap((code) => kindOf(code) ?? []);

function kindConditions(kinds: readonly KindCode[], param: (value: unknown) => string): string[] {
  if (kindCodes.every((code) => kinds.includes(code))) return [];
  const words = param(kinds.flatMap((code) => kindOf(code) ?? []));
  const isWanted = kinds.includes('other')
    ? `(r.kind = ANY(${words}::text[]) OR r.kind <> ALL(${param(named)}::text[]))`
    : `r.kind = ANY(${words}::text[])`;
  // In the words of the index of the few that are no ordinary ones.
  const isRare = !kinds.includes('on-duty') && !kinds.includes('off-duty');
  return [isWanted, ...(isRare ? ordinaryKinds.map((kind) => `r.kind <> ${kind}`) : [])];
}

function pageQuery(
  listing: Listing,
  after: readonly string[] | undefined,
  limit: number,
): { readonly text: string; readonly params: unknown[] } {
  const { table, columns, key, types, personIds, exceptions } = listing;
  const params = [...listing.params];
  const param = (value: unknown): string => `$${params.push(value)}`;
  const conditions = [...listing.conditions];
  if (after !== undefined) {
    const values = after.map((value, index) => `${param(value)}::${types[index]}`);
    // The first alone is what the index can be entered with.
    conditions.push(`r.${key[0]} <= ${values[0]}`);
    conditions.push(`(${key.map((column) => `r.${column}`).join(', ')}) < (${values.join(', ')})`);
  }
  const order = key.map((column) => `r.${column} DESC`).join(', ');
  const rows = param(limit);
  const keys = (which: readonly string[]): string =>
    `SELECT r.ctid, ${key.map((column) => `r.${column}`).join(', ')} FROM ${table} r
      WHERE ${[...conditions, ...which].join(' AND ')} ORDER BY ${order} LIMIT ${rows}`;
  /** The first of each, and of those the first: as many looks into an index as there are values. */
  const firstOfEach = (values: readonly number[], ...which: readonly string[]): string =>
    `SELECT r.* FROM unnest(${param(values)}::int[]) AS asked (value)
      CROSS JOIN LATERAL (${keys(which)}) r ORDER BY ${order} LIMIT ${rows}`;
  const isFew = personIds !== undefined && personIds.length <= fewPeople;
  const ofMany = personIds === undefined || isFew ? [] : [`r.person_id = ANY(${param(personIds)}::int[])`];
  const page = isFew
    ? firstOfEach(personIds, 'r.person_id = asked.value')
    : exceptions !== undefined && table === 'attendance_record'
      ? // In the words of the index of the few that have any.
        firstOfEach(valuesWith(exceptions), 'r.exceptions = asked.value', 'r.exceptions <> 0', ...ofMany)
      : keys(ofMany);
  return {
    text: `SELECT ${columns} FROM (${page}) found JOIN ${table} r ON r.ctid = found.ctid ${whoseTables} ORDER BY ${order}`,
    params,
  };
}

const allBits = bitsOf(exceptionCodes);

/** All that a row's exceptions can be so that it has one of these bits. */
function valuesWith(bits: number): number[] {
  return Array.from({ length: allBits }, (_, index) => index + 1).filter((value) => (value & bits) !== 0);
}

function placeOfRecord({ at, personId, kind, timelineId, groupId }: AttendanceRecordRow): readonly string[] {
  return [at.toISOString(), String(personId), kind, String(timelineId), String(groupId)];
}

function assertPlaceOfRecord([
  at = '',
  personId = '',
  ,
  timelineId = '',
  groupId = '',
]: readonly string[]): void {
  if (Number.isNaN(Date.parse(at)) || ![personId, timelineId, groupId].every(isWhole)) {
    throw new CursorInvalidError();
  }
}

function placeOfReport({ day, personId }: AttendanceReportRow): readonly string[] {
  return [day, String(personId)];
}

function assertPlaceOfReport([day = '', personId = '']: readonly string[]): void {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day)) || !isWhole(personId)) {
    throw new CursorInvalidError();
  }
}

function isWhole(text: string): boolean {
  return /^-?\d{1,15}$/.test(text) && Number.isSafeInteger(Number(text));
}
