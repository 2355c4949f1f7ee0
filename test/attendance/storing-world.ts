import { randomBytes, randomUUID } from 'node:crypto';
import type { PunchKinds } from '../../domain/attendance/attendance';
import { dayFinder } from '../../domain/attendance/day-boundary';
import { fromWecom, type RawPunch } from '../../domain/attendance/punch';
import { dailyReportFromWecom, monthlyReportFromWecom, type RawReport } from '../../domain/attendance/report';
import { rowDigest } from '../../store/attendance-digest';
import { packPunches, packReports, type PackedRows } from '../../store/attendance-packing';
import {
  createAttendanceRunStore,
  type AskedPerson,
  type AttendanceOrder,
  type AttendanceRunCounts,
  type AttendanceUnit,
  type NewAttendanceRun,
} from '../../store/attendance-runs';
import { createAttendanceStoringStore, type StoredUnit } from '../../store/attendance-storing';
import { createCorpStore } from '../../store/corps';
import { openDatabase, type Database } from '../../store/database';
import { createRunStore, type RunStore } from '../../store/runs';
import { createSecretBox, type SecretBox } from '../../store/secrets';
import { attendancePullId } from '../../workflows/attendance.contract';
import { createTestDatabase } from '../support/database';

export type StoringWorld = Awaited<ReturnType<typeof createStoringWorld>>;

export type RunWanted = Partial<Omit<NewAttendanceRun, 'runId' | 'corpId'>> & {
  readonly from: string;
  readonly to: string;
};

/** Everything that WeCom has, of which each call is answered with what it asks for. */
export type Answers = { readonly punches?: readonly RawPunch[]; readonly reports?: readonly RawReport[] };

const kindsOf: Readonly<Record<PunchKinds, (kind: string) => boolean>> = {
  work: (kind) => kind !== '外出打卡',
  outing: (kind) => kind === '外出打卡',
  all: () => true,
};

/** A corp with its members in Postgres, and nothing that calls anybody. */
export async function createStoringWorld() {
  const database = await createTestDatabase();
  const db = openDatabase({ url: database.url });
  const runs = createRunStore(db);
  const attendanceRuns = createAttendanceRunStore(db);
  const storing = createAttendanceStoringStore(db);
  const made = { db, runs, attendanceRuns, storing };
  return {
    ...made,
    createCorp: (where?: Where) => createCorp(made, where),
    async close() {
      await db.close();
      await database.drop();
    },
  };
}

type Made = {
  readonly db: Database;
  readonly runs: RunStore;
  readonly attendanceRuns: ReturnType<typeof createAttendanceRunStore>;
  readonly storing: ReturnType<typeof createAttendanceStoringStore>;
};

export type StoringCorp = Awaited<ReturnType<typeof createCorp>>;

export type StoredPunch = {
  userId: string;
  at: string;
  kind: string;
  day: string;
  exceptions: number;
  version: number;
  superseded: boolean;
  raw: Record<string, unknown>;
};

type Where = { readonly corpId: string; readonly apiBaseUrl: string; readonly secrets: SecretBox };

async function createCorp({ db, runs, attendanceRuns, storing }: Made, where?: Where) {
  const { pool } = db;
  const corps = createCorpStore(db, where?.secrets ?? createSecretBox([randomBytes(32).toString('base64')]));
  const { id: corpId } = await corps.createCorp({
    name: '测试企业',
    corpId: where?.corpId ?? `ww${randomBytes(8).toString('hex')}`,
    kind: 'private',
    apiBaseUrl: where?.apiBaseUrl ?? 'http://127.0.0.1:1',
  });
  const { rows: made } = await pool.query<{ corp_no: number }>(
    `INSERT INTO attendance_settings (corp_id, saved_by) VALUES ($1, 'token:test') RETURNING corp_no`,
    [corpId],
  );

  const corp = {
    corpId,
    corpNo: made[0]?.corp_no,
    corps,

    async addMembers(userIds: readonly string[], { bound = true, departments = [1] } = {}): Promise<void> {
      for (const userId of userIds) {
        const memberId = randomUUID();
        await pool.query(
          `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments, name)
           VALUES ($1, $2, lower($3), $3, $4, $3)`,
          [memberId, corpId, userId, departments],
        );
        if (bound) {
          await pool.query(
            `INSERT INTO binding (corp_id, member_id, oa_user_id, source) VALUES ($1, $2, $3, 'manual')`,
            [corpId, memberId, `oa-${userId}`],
          );
        }
      }
    },

    async addRule(rule: {
      readonly scope?: Readonly<Record<string, unknown>>;
      readonly lookBackDays?: number;
      readonly expectedFrom?: string;
    }): Promise<string> {
      const ruleId = randomUUID();
      await pool.query(
        `INSERT INTO attendance_rule (id, corp_id, name, scope, kinds, look_back_days, fingerprint, created_by,
           updated_at, expected_from)
         VALUES ($1, $2, '考勤', $3, 'all', $4, $1, 'token:test', now(), $5)`,
        [
          ruleId,
          corpId,
          JSON.stringify({ departments: [], userIds: [], excludeUserIds: [], ...rule.scope }),
          rule.lookBackDays ?? 3,
          rule.expectedFrom ?? null,
        ],
      );
      return ruleId;
    },

    /** What it reads is not said yet. */
    async emptyRun(ruleId: string | null): Promise<string> {
      const runId = randomUUID();
      await runs.ensureRun({
        id: runId,
        corpId,
        direction: 'attendance',
        mode: 'apply',
        trigger: 'api',
        requestedBy: 'token:test',
        workflowId: attendancePullId(corpId, ruleId),
      });
      return runId;
    },

    async begin(wanted: RunWanted): Promise<string> {
      const ruleId = wanted.ruleId ?? null;
      const runId = await corp.emptyRun(ruleId);
      await attendanceRuns.ensureAttendanceRun({
        runId,
        corpId,
        ruleId,
        ruleName: null,
        userIds: null,
        kinds: 'all',
        reads: { punches: true, daily: false, monthly: false },
        acceptLoss: false,
        timezone: 'Asia/Shanghai',
        dayStartsAt: '00:00',
        ...wanted,
      });
      await attendanceRuns.prepare(runId, new Date('2026-06-30T04:00:00Z'));
      return runId;
    },

    /** As WeCom would have answered this call. */
    async storeUnit(
      runId: string,
      unit: AttendanceUnit,
      answers: Answers,
      without: readonly string[] = [],
    ): Promise<StoredUnit> {
      const order = await attendanceRuns.order(runId);
      const asked = await attendanceRuns.peopleOf(runId, unit.batch);
      const people = asked.filter(({ userId }) => !without.includes(userId));
      const rows = rowsFor(unit, people, answers, order);
      return storing.storeUnit(order, { unit, people, rows, read: rows.lines.count, calls: new Map() });
    },

    async readAll(runId: string, answers: Answers): Promise<AttendanceRunCounts> {
      for (const unit of await attendanceRuns.openUnits(runId, 1_000))
        await corp.storeUnit(runId, unit, answers);
      await attendanceRuns.cover(runId);
      await runs.finishRun(runId, { phase: 'done' });
      return attendanceRuns.counts(runId);
    },

    async read(wanted: RunWanted, answers: Answers): Promise<AttendanceRunCounts> {
      return corp.readAll(await corp.begin(wanted), answers);
    },

    async punches(): Promise<StoredPunch[]> {
      const { rows } = await pool.query<StoredPunch>(
        `SELECT p.user_id AS "userId", to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') AS at, kind,
                day::text, exceptions, version, superseded_at IS NOT NULL AS superseded, raw
         FROM attendance_record r JOIN attendance_person p ON p.id = r.person_id
         WHERE p.corp_id = $1 ORDER BY p.user_id, r.at, kind`,
        [corpId],
      );
      return rows;
    },

    /** Changes with every write to a row, whatever it says. */
    async rowVersions(): Promise<string[]> {
      const { rows } = await pool.query<{ version: string }>(
        `SELECT concat_ws(' ', 'punch', r.ctid, r.xmin, r.change_seq) AS version
         FROM attendance_record r JOIN attendance_person p ON p.id = r.person_id WHERE p.corp_id = $1
         UNION ALL
         SELECT concat_ws(' ', 'report', r.ctid, r.xmin, r.change_seq)
         FROM attendance_report r JOIN attendance_person p ON p.id = r.person_id WHERE p.corp_id = $1
         UNION ALL
         SELECT concat_ws(' ', 'past', r.ctid, r.xmin)
         FROM attendance_past r JOIN attendance_person p ON p.id = r.person_id WHERE p.corp_id = $1
         ORDER BY 1`,
        [corpId],
      );
      return rows.map(({ version }) => version);
    },

    async past(): Promise<{ userId: string; version: number; became: string; location: string | null }[]> {
      const { rows } = await pool.query<{
        userId: string;
        version: number;
        became: string;
        location: string | null;
      }>(
        `SELECT p.user_id AS "userId", version, became, raw->>'location_title' AS location
         FROM attendance_past r JOIN attendance_person p ON p.id = r.person_id
         WHERE p.corp_id = $1 ORDER BY p.user_id, r.at, version`,
        [corpId],
      );
      return rows;
    },
  };
  return corp;
}

export function rowsFor(
  { source, startsAt, endsAt, fromDay, toDay }: AttendanceUnit,
  people: readonly AskedPerson[],
  { punches = [], reports = [] }: Answers,
  order: AttendanceOrder,
): PackedRows {
  const asked = new Set(people.map(({ userId }) => userId.toLowerCase()));
  const { timezone, kinds } = order;
  if (source === 'punches') {
    const days = dayFinder(order);
    const packing = packPunches(order, people);
    for (const row of punches) {
      const isAsked =
        asked.has(row.userid.toLowerCase()) &&
        Number(row.checkin_time) >= startsAt.getTime() / 1_000 &&
        Number(row.checkin_time) <= endsAt.getTime() / 1_000 &&
        kindsOf[kinds](row.checkin_type);
      if (isAsked) packing.add(fromWecom(row, { days, digest: rowDigest }));
    }
    return packing.packed();
  }
  const packing = packReports(order, people);
  for (const row of reports) {
    const isDaily = row.base_info.date !== undefined;
    if (isDaily !== (source === 'daily')) continue;
    const report = isDaily
      ? dailyReportFromWecom(row, { timezone, digest: rowDigest })
      : monthlyReportFromWecom(row, fromDay, rowDigest);
    if (report !== null && report.day >= fromDay && report.day <= toDay) packing.add(report);
  }
  return packing.packed();
}

/** A row as WeCom gives it; `at` by the clock in China. */
export function punch(
  userid: string,
  at: string,
  fields: Partial<RawPunch> & { readonly checkin_type?: string } = {},
): RawPunch {
  return {
    userid,
    groupname: '总部',
    checkin_type: '上班打卡',
    exception_type: '',
    checkin_time: Date.parse(`${at.replace(' ', 'T')}+08:00`) / 1_000,
    location_title: '总部大楼',
    location_detail: '上海市静安区 1 号\\2 层\t"东"',
    wifiname: '',
    notes: '',
    wifimac: '',
    mediaids: [],
    lat: 31_230_416,
    lng: 121_473_701,
    deviceid: 'device-1',
    sch_checkin_time: 0,
    groupid: 1,
    schedule_id: 0,
    timeline_id: 1,
    ...fields,
  };
}
