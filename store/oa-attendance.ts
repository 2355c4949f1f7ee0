import type { AttendanceEntry } from '../oa/embedded-attendance';
import type { Database } from './database';

export type KeptAttendance = AttendanceEntry & {
  /** Grows with every change: whoever asks for what came after it misses nothing. */
  readonly seq: bigint;
  readonly takenAt: Date;
};

export type KeptAttendanceQuery = {
  readonly oaUserId?: string | undefined;
  readonly type?: AttendanceEntry['type'] | undefined;
  /** YYYY-MM-DD, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly after?: bigint | undefined;
  readonly limit: number;
};

export interface OaAttendanceStore {
  /** Of several with an id, the one with the highest version stays. */
  keep(entries: readonly AttendanceEntry[]): Promise<void>;
  /** In the order in which they changed. */
  list(query: KeptAttendanceQuery): Promise<{ items: KeptAttendance[]; hasMore: boolean }>;
}

/** What the embedded OA was told of its people's attendance. */
export function createOaAttendanceStore({
  pool,
  transaction,
}: Pick<Database, 'pool' | 'transaction'>): OaAttendanceStore {
  return {
    async keep(entries) {
      if (entries.length === 0) return;
      await transaction(async (client) => {
        // Numbers in the order of commits, whichever corps are told of at the same time.
        await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('oa attendance', 0))`);
        await client.query(
          `INSERT INTO oa_attendance AS kept (id, oa_user_id, type, day, at, item, state, version)
           SELECT DISTINCT ON (id) id, oa_user_id, type, day, at, item, state, version
             FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::timestamptz[], $6::json[], $7::text[],
                         $8::int[]) AS e (id, oa_user_id, type, day, at, item, state, version)
            ORDER BY id, version DESC
           ON CONFLICT (id) DO UPDATE SET
             oa_user_id = EXCLUDED.oa_user_id, day = EXCLUDED.day, at = EXCLUDED.at, item = EXCLUDED.item,
             state = EXCLUDED.state, version = EXCLUDED.version, taken_at = now(),
             seq = nextval(pg_get_serial_sequence('oa_attendance', 'seq'))
           WHERE kept.version < EXCLUDED.version`,
          [
            entries.map(({ id }) => id),
            entries.map(({ oaUserId }) => oaUserId),
            entries.map(({ type }) => type),
            entries.map(({ day }) => day),
            entries.map(({ at }) => at),
            entries.map(({ item }) => JSON.stringify(item)),
            entries.map(({ state }) => state),
            entries.map(({ version }) => version),
          ],
        );
      });
    },

    async list({ oaUserId, type, from, to, after, limit }) {
      const params: unknown[] = [];
      const param = (value: unknown): string => `$${params.push(value)}`;
      const conditions = [
        ...(oaUserId === undefined ? [] : [`oa_user_id = ${param(oaUserId)}`]),
        ...(type === undefined ? [] : [`type = ${param(type)}`]),
        ...(from === undefined ? [] : [`day >= ${param(from)}::date`]),
        ...(to === undefined ? [] : [`day <= ${param(to)}::date`]),
        ...(after === undefined ? [] : [`seq > ${param(after)}::bigint`]),
      ];
      const { rows } = await pool.query<Omit<KeptAttendance, 'seq'> & { seq: string }>(
        `SELECT id, oa_user_id AS "oaUserId", type, day::text AS day, at, item, state, version, seq,
                taken_at AS "takenAt"
           FROM oa_attendance ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
          ORDER BY oa_attendance.seq LIMIT ${param(limit + 1)}`,
        params,
      );
      const items = rows.slice(0, limit).map((row) => ({ ...row, seq: BigInt(row.seq) }));
      return { items, hasMore: rows.length > limit };
    },
  };
}
