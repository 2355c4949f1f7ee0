import type { AttendanceScope, AttendanceSources, PunchKinds } from '../domain/attendance/attendance';
import type { Schedule } from '../domain/directory/settings';
import { departmentsBelow, isInScope, scopeParams, userIdKeys } from './attendance-scope';
import type { Database } from './database';
import { isUniqueViolation } from './errors';
import { Prisma } from './generated/client';
import type { RunPhase } from './runs';

export type AttendanceRuleRecord = {
  readonly id: string;
  readonly corpId: string;
  readonly name: string;
  readonly scope: AttendanceScope;
  readonly kinds: PunchKinds;
  readonly reads: AttendanceSources;
  readonly schedule: Schedule | null;
  readonly lookBackDays: number;
  readonly enabled: boolean;
  /** YYYY-MM-DD: since when its schedule asks for whole days; null without a schedule, or switched off. */
  readonly expectedFrom: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

export type AttendanceRuleContent = {
  readonly name: string;
  readonly scope: AttendanceScope;
  readonly kinds: PunchKinds;
  readonly reads: AttendanceSources;
  readonly schedule: Schedule | null;
  readonly lookBackDays: number;
  readonly enabled: boolean;
  readonly expectedFrom: string | null;
  /** Who and what it reads, and when: no two rules of a corp are the same. */
  readonly fingerprint: string;
};

export type AttendanceRunBrief = {
  readonly id: string;
  readonly phase: RunPhase;
  /** YYYY-MM-DD, both included. */
  readonly from: string;
  readonly to: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
};

/** Which of the ids a caller names are known in the corp. */
export type KnownInCorp = {
  readonly departments: ReadonlySet<number>;
  /** Userids in lower case; whoever has left included. */
  readonly members: ReadonlySet<string>;
  /** The corp's members have been read once. */
  readonly isRead: boolean;
  /** Somebody in the corp is bound to an OA user. */
  readonly isBound: boolean;
};

export class AttendanceRuleExistsError extends Error {
  constructor() {
    super('Another rule of this corp reads the same of the same people at the same times');
    this.name = 'AttendanceRuleExistsError';
  }
}

export interface AttendanceRuleStore {
  /** Oldest first. */
  list(corpId: string): Promise<AttendanceRuleRecord[]>;
  find(corpId: string, ruleId: string): Promise<AttendanceRuleRecord | undefined>;
  create(
    corpId: string,
    rule: AttendanceRuleContent & { readonly createdBy: string },
  ): Promise<AttendanceRuleRecord>;
  replace(
    corpId: string,
    ruleId: string,
    rule: AttendanceRuleContent,
  ): Promise<AttendanceRuleRecord | undefined>;
  /** What its runs have read stays, and they keep its name. */
  remove(corpId: string, ruleId: string): Promise<boolean>;
  lastRuns(ruleIds: readonly string[]): Promise<ReadonlyMap<string, AttendanceRunBrief>>;
  known(
    corpId: string,
    named: { readonly departments: readonly number[]; readonly userIds: readonly string[] },
  ): Promise<KnownInCorp>;
  /** Whom such a scope means today. */
  countPeople(corpId: string, scope: AttendanceScope): Promise<number>;
}

type Row = Prisma.AttendanceRuleGetPayload<object>;

export function createAttendanceRuleStore({
  prisma,
  pool,
}: Pick<Database, 'prisma' | 'pool'>): AttendanceRuleStore {
  return {
    async list(corpId) {
      const rows = await prisma.attendanceRule.findMany({
        where: { corpId },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      });
      return rows.map(toRecord);
    },

    async find(corpId, ruleId) {
      const row = await prisma.attendanceRule.findFirst({ where: { id: ruleId, corpId } });
      return row === null ? undefined : toRecord(row);
    },

    async create(corpId, { createdBy, ...rule }) {
      const data = { ...toColumns(rule), corpId, createdBy };
      return toRecord(await onlyOne(() => prisma.attendanceRule.create({ data })));
    },

    async replace(corpId, ruleId, rule) {
      const data = toColumns(rule);
      const [row] = await onlyOne(() =>
        prisma.attendanceRule.updateManyAndReturn({ where: { id: ruleId, corpId }, data }),
      );
      return row === undefined ? undefined : toRecord(row);
    },

    async remove(corpId, ruleId) {
      const [{ count }] = await prisma.$transaction([
        prisma.attendanceRule.deleteMany({ where: { id: ruleId, corpId } }),
        prisma.attendanceRun.updateMany({ where: { ruleId, corpId }, data: { ruleId: null } }),
      ]);
      return count > 0;
    },

    async lastRuns(ruleIds) {
      if (ruleIds.length === 0) return new Map();
      const { rows } = await pool.query<AttendanceRunBrief & { ruleId: string }>(
        `SELECT DISTINCT ON (a.rule_id) a.rule_id AS "ruleId", ${runBriefColumns}
           FROM attendance_run a JOIN run ON run.id = a.run_id
          WHERE a.rule_id = ANY($1::text[])
          ORDER BY a.rule_id, run.started_at DESC, run.id DESC`,
        [ruleIds],
      );
      return new Map(rows.map(({ ruleId, ...run }) => [ruleId, run]));
    },

    async known(corpId, { departments, userIds }) {
      const { rows } = await pool.query<{
        departments: number[];
        members: string[];
        isRead: boolean;
        isBound: boolean;
      }>(
        `SELECT ARRAY(SELECT department_id FROM mirror_department
                       WHERE corp_id = $1 AND gone_at IS NULL AND department_id = ANY($2::int[])) AS departments,
                ARRAY(SELECT user_id_key FROM mirror_member
                       WHERE corp_id = $1 AND user_id_key = ANY($3::text[])) AS members,
                EXISTS (SELECT 1 FROM mirror_member WHERE corp_id = $1) AS "isRead",
                EXISTS (SELECT 1 FROM binding WHERE corp_id = $1) AS "isBound"`,
        [corpId, departments, userIdKeys(userIds)],
      );
      const [found] = rows;
      return {
        departments: new Set(found?.departments),
        members: new Set(found?.members),
        isRead: found?.isRead ?? false,
        isBound: found?.isBound ?? false,
      };
    },

    async countPeople(corpId, scope) {
      const { rows } = await pool.query<{ people: number }>(
        `WITH RECURSIVE ${departmentsBelow}
         SELECT count(*)::int AS people FROM mirror_member m WHERE ${isInScope}`,
        scopeParams(corpId, scope),
      );
      return rows[0]?.people ?? 0;
    },
  };
}

/** Of `attendance_run a` and `run`. */
export const runBriefColumns = `run.id, run.phase, to_char(a.from_day, 'YYYY-MM-DD') AS "from",
  to_char(a.to_day, 'YYYY-MM-DD') AS "to", run.started_at AS "startedAt", run.finished_at AS "finishedAt"`;

async function onlyOne<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (isUniqueViolation(error)) throw new AttendanceRuleExistsError();
    throw error;
  }
}

function toColumns({ scope, schedule, reads, expectedFrom, ...rule }: AttendanceRuleContent) {
  const { departments, userIds, excludeUserIds } = scope;
  return {
    ...rule,
    ...reads,
    scope: { departments: [...departments], userIds: [...userIds], excludeUserIds: [...excludeUserIds] },
    schedule: schedule === null ? Prisma.DbNull : { ...schedule },
    expectedFrom: expectedFrom === null ? null : new Date(`${expectedFrom}T00:00:00Z`),
  };
}

function toRecord(row: Row): AttendanceRuleRecord {
  const { punches, daily, monthly, scope, kinds, schedule, expectedFrom, fingerprint: _, ...rest } = row;
  return {
    ...rest,
    kinds: kinds as PunchKinds,
    scope: scope as unknown as AttendanceScope,
    reads: { punches, daily, monthly },
    schedule: schedule as Schedule | null,
    expectedFrom: expectedFrom?.toISOString().slice(0, 10) ?? null,
  };
}
