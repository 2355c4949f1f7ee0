import type { PunchChange, ReportChange, AttendanceStream } from '../domain/attendance/news';
import type { Database } from './database';
import type { RunError } from './runs';

export type DeliveryCorp = {
  readonly corpId: string;
  readonly corpNo: number;
  /** WeCom's own id of the corp. */
  readonly wecomCorpId: string;
};

/** Why the OA did not take it. The text is made in the reader's language. */
export type DeliveryError = RunError & {
  readonly code: 'oa-unavailable' | 'oa-refused';
  readonly params: {
    /** For example "POST /attendance". */
    readonly operation: string;
    /** The OA's own code, or what happened on the way: "timeout". */
    readonly reason: string;
    /** Where there was an answer. */
    readonly httpStatus?: number;
  };
};

export type StreamState = {
  readonly stream: AttendanceStream;
  readonly toldUpTo: bigint;
  readonly failingSince: Date | null;
  readonly attempts: number;
  readonly error: DeliveryError | null;
  readonly lastToldAt: Date | null;
};

export type ToldChange =
  | { readonly stream: 'punches'; readonly changeSeq: bigint; readonly change: PunchChange }
  | { readonly stream: 'reports'; readonly changeSeq: bigint; readonly change: ReportChange };

/** Bound to nobody, and from which change on. */
export type WaitingPerson = { readonly personId: number; readonly since: bigint };

export type DeliveryPortion = {
  /** Of people who are bound, in the order in which they happened. */
  readonly changes: readonly ToldChange[];
  readonly skipped: readonly WaitingPerson[];
  /** The last change looked at; null where nothing is left. */
  readonly upTo: bigint | null;
};

export interface AttendanceDeliveryStore {
  /** Undefined while nothing is set up. */
  findCorp(corpId: string): Promise<DeliveryCorp | undefined>;
  states(corpId: string): Promise<StreamState[]>;
  next(corp: DeliveryCorp, stream: AttendanceStream, limit: number): Promise<DeliveryPortion>;
  /** Whoever was skipped waits for a binding. */
  noteTold(corpId: string, stream: AttendanceStream, portion: DeliveryPortion): Promise<void>;
  /** Have been bound since, and were not told of. */
  boundMeanwhile(corpId: string, limit: number): Promise<WaitingPerson[]>;
  /** What they were not told of, after a change of which they were. */
  backlog(
    corp: DeliveryCorp,
    stream: AttendanceStream,
    people: readonly WaitingPerson[],
    after: bigint,
    limit: number,
  ): Promise<ToldChange[]>;
  /** They wait no longer, unless they were unbound or skipped once more meanwhile. */
  noteCaughtUp(people: readonly WaitingPerson[]): Promise<void>;
  noteFailure(corpId: string, stream: AttendanceStream, error: DeliveryError): Promise<void>;
  /** Everything is told. */
  noteSettled(corpId: string): Promise<void>;
  /** Corps with something to tell, unless a run is reading at this moment: it says so when it is done. */
  corpsWithNews(): Promise<string[]>;
}

type Row = {
  personId: number;
  userId: string;
  oaUserId: string | null;
  day: string;
  exceptions: number;
  version: number;
  isSuperseded: boolean;
  changeSeq: string;
  raw: Readonly<Record<string, unknown>> | null;
};
type PunchRow = Row & { at: Date; kind: string; timelineId: string; groupId: string };
type ReportRow = Row & { period: 'daily' | 'monthly' };

const columns = {
  punches: `r.at, r.kind, r.timeline_id AS "timelineId", r.group_id AS "groupId"`,
  reports: `r.period`,
} as const;
const tables = { punches: 'attendance_record', reports: 'attendance_report' } as const;

const common = `p.id AS "personId", p.user_id AS "userId", b.oa_user_id AS "oaUserId", r.day::text AS day, r.exceptions,
  r.version, r.superseded_at IS NOT NULL AS "isSuperseded", r.change_seq AS "changeSeq",
  CASE WHEN b.oa_user_id IS NOT NULL THEN r.raw END AS raw`;

export function createAttendanceDeliveryStore({ pool, transaction }: Database): AttendanceDeliveryStore {
  async function toldUpTo(corpId: string, stream: AttendanceStream): Promise<bigint> {
    const { rows } = await pool.query<{ toldUpTo: string }>(
      `SELECT told_up_to AS "toldUpTo" FROM attendance_delivery WHERE corp_id = $1 AND stream = $2`,
      [corpId, stream],
    );
    return BigInt(rows[0]?.toldUpTo ?? 0);
  }

  return {
    async findCorp(corpId) {
      const { rows } = await pool.query<DeliveryCorp>(
        `SELECT c.id AS "corpId", s.corp_no AS "corpNo", c.corp_id AS "wecomCorpId"
           FROM attendance_settings s JOIN corp c ON c.id = s.corp_id WHERE c.id = $1`,
        [corpId],
      );
      return rows[0];
    },

    async states(corpId) {
      const { rows } = await pool.query<Omit<StreamState, 'toldUpTo'> & { toldUpTo: string }>(
        `SELECT stream, told_up_to AS "toldUpTo", failing_since AS "failingSince", attempts, error,
                last_told_at AS "lastToldAt"
           FROM attendance_delivery WHERE corp_id = $1 ORDER BY stream`,
        [corpId],
      );
      return rows.map((row) => ({ ...row, toldUpTo: BigInt(row.toldUpTo) }));
    },

    async next({ corpId, corpNo }, stream, limit) {
      const { rows } = await pool.query<PunchRow | ReportRow>(
        `SELECT ${common}, ${columns[stream]}
           FROM (SELECT * FROM ${tables[stream]} WHERE corp_no = $1 AND change_seq > $2
                 ORDER BY change_seq LIMIT $3) r
           JOIN attendance_person p ON p.id = r.person_id
           LEFT JOIN binding b ON b.member_id = p.member_id
          ORDER BY r.change_seq`,
        [corpNo, await toldUpTo(corpId, stream), limit],
      );
      const skipped = new Map<number, bigint>();
      for (const { oaUserId, personId, changeSeq } of rows) {
        if (oaUserId === null && !skipped.has(personId)) skipped.set(personId, BigInt(changeSeq));
      }
      const last = rows.at(-1);
      return {
        changes: rows.flatMap((row) => toChange(stream, row)),
        skipped: [...skipped].map(([personId, since]) => ({ personId, since })),
        upTo: last === undefined ? null : BigInt(last.changeSeq),
      };
    },

    async noteTold(corpId, stream, { changes, skipped, upTo }) {
      await transaction(async (client) => {
        if (skipped.length > 0) {
          await client.query(
            `UPDATE attendance_person p SET waiting_since = LEAST(p.waiting_since, s.since)
               FROM unnest($1::int[], $2::bigint[]) AS s (person_id, since)
              WHERE p.id = s.person_id AND (p.waiting_since IS NULL OR p.waiting_since > s.since)`,
            [skipped.map(({ personId }) => personId), skipped.map(({ since }) => since)],
          );
        }
        await client.query(
          `INSERT INTO attendance_delivery AS d (corp_id, stream, told_up_to, last_told_at)
           VALUES ($1, $2, $3, CASE WHEN $4 THEN now() END)
           ON CONFLICT (corp_id, stream) DO UPDATE SET
             told_up_to = GREATEST(d.told_up_to, EXCLUDED.told_up_to), failing_since = NULL, attempts = 0, error = NULL,
             last_told_at = COALESCE(EXCLUDED.last_told_at, d.last_told_at)`,
          [corpId, stream, upTo ?? 0n, changes.length > 0],
        );
      });
    },

    async boundMeanwhile(corpId, limit) {
      const { rows } = await pool.query<{ personId: number; since: string }>(
        `SELECT p.id AS "personId", p.waiting_since AS since
           FROM attendance_person p JOIN binding b ON b.member_id = p.member_id
          WHERE p.corp_id = $1 AND p.waiting_since IS NOT NULL
          ORDER BY p.id LIMIT $2`,
        [corpId, limit],
      );
      return rows.map(({ personId, since }) => ({ personId, since: BigInt(since) }));
    },

    async backlog({ corpId }, stream, people, after, limit) {
      const { rows } = await pool.query<PunchRow | ReportRow>(
        `SELECT ${common}, ${columns[stream]}
           FROM unnest($1::int[], $2::bigint[]) AS w (person_id, since)
           JOIN ${tables[stream]} r ON r.person_id = w.person_id AND r.change_seq >= w.since
           JOIN attendance_person p ON p.id = r.person_id
           JOIN binding b ON b.member_id = p.member_id
          WHERE r.change_seq > $3 AND r.change_seq <= $4
          ORDER BY r.change_seq LIMIT $5`,
        [
          people.map(({ personId }) => personId),
          people.map(({ since }) => since),
          after,
          await toldUpTo(corpId, stream),
          limit,
        ],
      );
      return rows.flatMap((row) => toChange(stream, row));
    },

    async noteCaughtUp(people) {
      await pool.query(
        `UPDATE attendance_person p SET waiting_since = NULL
           FROM unnest($1::int[], $2::bigint[]) AS w (person_id, since)
          WHERE p.id = w.person_id AND p.waiting_since = w.since
            AND EXISTS (SELECT FROM binding b WHERE b.member_id = p.member_id)`,
        [people.map(({ personId }) => personId), people.map(({ since }) => since)],
      );
    },

    async noteFailure(corpId, stream, error) {
      await pool.query(
        `INSERT INTO attendance_delivery AS d (corp_id, stream, failing_since, attempts, error)
         VALUES ($1, $2, now(), 1, $3)
         ON CONFLICT (corp_id, stream) DO UPDATE SET
           failing_since = COALESCE(d.failing_since, now()), attempts = d.attempts + 1, error = EXCLUDED.error`,
        [corpId, stream, JSON.stringify(error)],
      );
    },

    async noteSettled(corpId) {
      await pool.query(
        `UPDATE attendance_delivery SET failing_since = NULL, attempts = 0, error = NULL
          WHERE corp_id = $1 AND failing_since IS NOT NULL`,
        [corpId],
      );
    },

    async corpsWithNews() {
      const { rows } = await pool.query<{ corpId: string }>(
        `SELECT s.corp_id AS "corpId" FROM attendance_settings s
           LEFT JOIN attendance_delivery p ON p.corp_id = s.corp_id AND p.stream = 'punches'
           LEFT JOIN attendance_delivery r ON r.corp_id = s.corp_id AND r.stream = 'reports'
          WHERE NOT EXISTS (SELECT FROM run WHERE run.corp_id = s.corp_id AND direction = 'attendance'
                               AND finished_at IS NULL AND phase IN ('planning', 'reading'))
            AND (EXISTS (SELECT FROM attendance_record x
                          WHERE x.corp_no = s.corp_no AND x.change_seq > COALESCE(p.told_up_to, 0))
              OR EXISTS (SELECT FROM attendance_report x
                          WHERE x.corp_no = s.corp_no AND x.change_seq > COALESCE(r.told_up_to, 0))
              OR EXISTS (SELECT FROM attendance_person w JOIN binding b ON b.member_id = w.member_id
                          WHERE w.corp_id = s.corp_id AND w.waiting_since IS NOT NULL))`,
      );
      return rows.map(({ corpId }) => corpId);
    },
  };
}

/** Nothing, where nobody is to be told. */
function toChange(stream: AttendanceStream, row: PunchRow | ReportRow): ToldChange[] {
  const { changeSeq: seq, oaUserId, raw, ...stored } = row;
  if (oaUserId === null || raw === null) return [];
  const changeSeq = BigInt(seq);
  if (stream === 'punches') {
    const { timelineId, groupId, ...punch } = stored as Omit<PunchRow, 'changeSeq' | 'oaUserId' | 'raw'>;
    const ids = { timelineId: Number(timelineId), groupId: Number(groupId) };
    return [{ stream, changeSeq, change: { ...punch, ...ids, oaUserId, raw } }];
  }
  const report = stored as Omit<ReportRow, 'changeSeq' | 'oaUserId' | 'raw'>;
  return [{ stream, changeSeq, change: { ...report, oaUserId, raw } }];
}
