import { randomUUID } from 'node:crypto';
import { bitsOf, exceptionCodes } from '../../../domain/attendance/exceptions';
import { openDatabase, type Database } from '../../../store/database';
import { createAttendanceRecordStore, type RecordFilter } from '../../../store/attendance-records';
import { createTestDatabase } from '../../support/database';

/** People and days: four punches of each on each. */
const size = { people: 2_000, days: 31 };

let database: { readonly url: string; drop(): Promise<void> };
let db: Database;
const corpId = randomUUID();
const corpNo = 1;

beforeAll(async () => {
  database = await createTestDatabase();
  // One connection, so that what it has read is what its session says.
  db = openDatabase({ url: database.url, maxConnections: 1 });
  const sql = (text: string, params: unknown[] = []) => db.pool.query(text, params);
  await sql(
    `INSERT INTO corp (id, name, corp_id, kind, api_base_url, contacts_callback_key, updated_at)
     VALUES ($1, '大企业', 'wwscale', 'public', 'https://example.com', 'k', now())`,
    [corpId],
  );
  await sql(`INSERT INTO attendance_settings (corp_id, saved_by) VALUES ($1, 'x')`, [corpId]);
  // Postgres knows nothing of the rows to come.
  await sql('ALTER TABLE attendance_record SET (autovacuum_enabled = false)');
  await sql('ANALYZE attendance_record');
  await sql(
    `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, name, departments)
     SELECT 'm' || n, $1, 'user' || n, 'User' || n, '员工' || n, '{1}' FROM generate_series(1, $2::int) AS n`,
    [corpId, size.people],
  );
  await sql(
    `INSERT INTO attendance_person (id, corp_id, corp_no, member_id, user_id_key, user_id)
     SELECT n, $1, 1, 'm' || n, 'user' || n, 'User' || n FROM generate_series(1, $2::int) AS n`,
    [corpId, size.people],
  );
  await sql(
    `INSERT INTO attendance_record (person_id, at, kind, timeline_id, group_id, corp_no, day, exceptions, digest, raw,
       change_seq)
     SELECT n, day + make_interval(hours => 1 + 3 * k, secs => (n * 7 + day_no * 13) % 1200),
            CASE WHEN k % 2 = 0 THEN '上班打卡' ELSE '下班打卡' END, k, 1, 1, day::date,
            CASE WHEN (n + day_no * 3 + k) % 20 = 0 THEN 1 ELSE 0 END, 0,
            json_build_object('userid', 'User' || n, 'groupname', '标准班', 'checkin_type', '上班打卡', 'exception_type', '',
              'location_title', '云程大厦', 'location_detail', repeat('新港中路397号', 8), 'mediaids', '[]'::json),
            row_number() OVER ()
       FROM generate_series(0, $2::int - 1) AS day_no
      CROSS JOIN LATERAL (SELECT timestamptz '2026-03-01' + make_interval(days => day_no) AS day) d
      CROSS JOIN generate_series(1, $1::int) AS n CROSS JOIN generate_series(0, 3) AS k`,
    [size.people, size.days],
  );
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

type Wanted = { readonly filter: Partial<RecordFilter>; readonly found: number };

const range = (from: string, to: string) => ({ from: new Date(from), before: new Date(to) });
const aDay = range('2026-03-05T00:00:00Z', '2026-03-06T00:00:00Z');
const many = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

const pages: Record<string, Wanted> = {
  'everything there is': { filter: {}, found: 50 },
  'one member': { filter: { personIds: [77] }, found: 50 },
  'a hundred members': { filter: { personIds: many(100) }, found: 50 },
  'what none of most members has done': {
    filter: { personIds: many(1_500), exceptions: bitsOf(['device']) },
    found: 0,
  },
  'most of the members': { filter: { personIds: many(1_500) }, found: 50 },
  'somebody who has nothing': { filter: { personIds: [999_999] }, found: 0 },
  'who is late': { filter: { exceptions: bitsOf(['late']) }, found: 50 },
  'what nobody has done': { filter: { exceptions: bitsOf(['device']) }, found: 0 },
  'anything out of the ordinary': { filter: { exceptions: bitsOf(exceptionCodes) }, found: 50 },
  'who is late on a day': { filter: { ...aDay, exceptions: 1 }, found: 50 },
  'one kind': { filter: { kinds: ['off-duty'] }, found: 50 },
  'outings, of which there are none': { filter: { kinds: ['outing'] }, found: 0 },
  'new kinds, of which there are none': { filter: { kinds: ['other'] }, found: 0 },
  'superseded ones, of which there are none': { filter: { state: 'superseded' }, found: 0 },
  'a day': { filter: aDay, found: 50 },
  'days before the first': { filter: range('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'), found: 0 },
};

/** A hundred members are a hundred pages, of which the newest rows make one. */
const mostRowsRead = 100 * 51 + 1_000;

async function rowsRead(): Promise<number> {
  await db.pool.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await db.pool.query<{ read: string }>(
    `SELECT seq_tup_read + idx_tup_fetch AS read FROM pg_stat_user_tables WHERE relname = 'attendance_record'`,
  );
  return Number(rows[0]?.read);
}

it.each(Object.entries(pages))(
  'shows %s without reading the rest, whatever Postgres’ statistics know',
  async (_what, { filter, found }) => {
    const records = createAttendanceRecordStore(db);
    const wanted: RecordFilter = { state: 'current', ...filter };
    let cursor: string | undefined;
    for (let page = 1; page <= 2; page += 1) {
      const before = await rowsRead();
      const { items, nextCursor } = await records.listRecords(corpNo, wanted, { limit: 50, cursor });
      const read = (await rowsRead()) - before;
      expect(items).toHaveLength(found);
      expect(read).toBeGreaterThanOrEqual(found);
      expect(read).toBeLessThan(mostRowsRead);
      if (nextCursor === null) break;
      cursor = nextCursor;
    }
  },
);

it('hands a week over in portions, each row once and in order', async () => {
  const records = createAttendanceRecordStore(db);
  const week = range('2026-03-02T00:00:00Z', '2026-03-09T00:00:00Z');
  const seen = new Set<string>();
  let latest = Infinity;
  for await (const portion of records.exportRecords(corpNo, { state: 'current', ...week })) {
    expect(portion.length).toBeLessThanOrEqual(5_000);
    for (const { personId, at, timelineId } of portion) {
      expect(at.getTime() <= latest).toBe(true);
      latest = at.getTime();
      seen.add(`${personId} ${latest} ${timelineId}`);
    }
  }
  expect(seen.size).toBe(size.people * 7 * 4);
});
