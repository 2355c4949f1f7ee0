import { createHash, randomUUID } from 'node:crypto';
import type { Change } from '../../../domain/directory/push/changes';
import { nothingSpecial } from '../../../domain/directory/push/changes';
import type { Database } from '../../../store/database';
import type { TestApi } from '../../api/harness';

/** Plans as planning leaves them, put into the database by hand: what the API tells of them is what is tested. */

export type StoredRow = {
  readonly change: Change;
  readonly status?: string;
  readonly rank?: number;
  readonly name?: string;
  readonly search?: string;
  readonly pathFrom?: string;
  readonly pathTo?: string;
  readonly refs?: readonly string[];
  readonly fields?: readonly string[];
  readonly heldBy?: readonly string[];
  readonly barred?: boolean;
  readonly leftOut?: boolean;
  readonly outcome?: object;
  readonly finishedAt?: string;
};

export type StoredPlan = {
  readonly runId?: string;
  readonly mode?: 'simulate' | 'apply';
  readonly phase?: string;
  readonly kind?: 'push' | 'undo';
  readonly planHash?: string | null;
  readonly settingsVersion?: number | null;
  readonly requestedBy?: string;
  readonly plannedAt?: string;
  readonly appliedAt?: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly verdict?: object | null;
  readonly rows: readonly StoredRow[];
};

const measured = {
  lastActiveInScope: 100,
  lastDay: { deletes: 0, disables: 0, 'department-deletes': 0, moves: 0, cleared: 0 },
};

const ended = ['done', 'failed', 'rejected', 'cancelled', 'expired'];

export const digestOf = (change: unknown): string =>
  createHash('sha256').update(JSON.stringify(change)).digest('hex');

export async function storePlan(db: Database, corpId: string, plan: StoredPlan): Promise<string> {
  const {
    runId = randomUUID(),
    mode = 'simulate',
    phase = 'done',
    kind = 'push',
    planHash = 'a'.repeat(64),
    settingsVersion = 1,
    requestedBy = 'token:installation',
    plannedAt = new Date().toISOString(),
    appliedAt = null,
    counts = {},
    verdict = { kind: 'pass', reasons: [] },
    rows,
  } = plan;
  await db.pool.query(
    `INSERT INTO run (id, corp_id, direction, mode, phase, trigger, requested_by, workflow_id, settings_version, plan_hash,
                      counts, verdict, started_at, finished_at)
     VALUES ($1, $2, 'push', $3, $4, 'api', $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      runId,
      corpId,
      mode,
      phase,
      requestedBy,
      `directory-push:${corpId}`,
      settingsVersion,
      planHash,
      JSON.stringify(counts),
      JSON.stringify(verdict),
      plannedAt,
      ended.includes(phase) ? plannedAt : null,
    ],
  );
  await db.pool.query(
    `INSERT INTO push_plan (run_id, corp_id, kind, planned_at, first_hash, applied_at, guard, oa_version, active_in_scope,
                            population, reads)
     VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT max(version) FROM oa_directory_version), 100, $8, $9)`,
    [
      runId,
      corpId,
      kind,
      plannedAt,
      planHash,
      appliedAt,
      JSON.stringify(verdict === null ? null : { ...verdict, measured }),
      JSON.stringify({ activeInScope: 100, boundMembers: 100, branches: { 2: 3 } }),
      JSON.stringify({
        oa: 'complete',
        wecom: 'complete',
        oaUsers: 100,
        oaDepartments: 3,
        wecomMembers: 101,
        wecomDepartments: 3,
      }),
    ],
  );
  await storeRows(db, corpId, runId, rows);
  return runId;
}

async function storeRows(
  db: Database,
  corpId: string,
  runId: string,
  rows: readonly StoredRow[],
): Promise<void> {
  for (const [index, row] of rows.entries()) {
    const { change } = row;
    const subject = change as Partial<Record<'memberId' | 'userId' | 'oaUserId' | 'oaKey', string>> & {
      departmentId?: number;
    };
    const memberId = subject.memberId === undefined ? null : `${corpId}/${subject.memberId}`;
    if (memberId !== null) await bind(db, corpId, memberId, subject.userId ?? '', subject.oaUserId ?? '');
    const conflictOf = change.action === 'conflict' ? change.conflict : undefined;
    await db.pool.query(
      `INSERT INTO push_change (run_id, seq, corp_id, change_id, action, status, stage, change, digest, rank, member_id,
         user_id, oa_user_id, oa_key, department_id, name, search, path_from, path_to, department_refs, fields, rule_code,
         limit_groups, depends_on, held_by, barred, left_out, outcome, finished_at)
       VALUES ($1, $2, $3, $4, $5, $6, 1000, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
               $23, $24, $25, $26, $27, $28)`,
      [
        runId,
        index + 1,
        corpId,
        change.id,
        change.action,
        row.status ?? 'pending',
        JSON.stringify(change),
        digestOf(change),
        row.rank ?? 50,
        memberId,
        subject.userId ?? null,
        subject.oaUserId ?? (conflictOf?.of === 'user' ? conflictOf.oaUserId : null),
        subject.oaKey ?? (conflictOf?.of === 'department' ? conflictOf.oaKey : null),
        subject.departmentId ?? null,
        row.name ?? null,
        row.search ?? (row.name ?? '').toLowerCase(),
        row.pathFrom ?? null,
        row.pathTo ?? null,
        row.refs ?? [],
        row.fields ?? [],
        change.rule.code,
        change.limitGroups,
        change.dependsOn,
        row.heldBy ?? [],
        row.barred ?? false,
        row.leftOut ?? false,
        row.outcome === undefined ? null : JSON.stringify(row.outcome),
        row.finishedAt ?? null,
      ],
    );
  }
}

async function bind(
  db: Database,
  corpId: string,
  memberId: string,
  userId: string,
  oaUserId: string,
): Promise<void> {
  await db.pool.query(
    `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments, first_seen_at, last_seen_at)
     VALUES ($1, $2, $3, $3, '{2}', '2026-01-01', '2026-01-01') ON CONFLICT DO NOTHING`,
    [memberId, corpId, userId],
  );
  await db.pool.query(
    `INSERT INTO binding (corp_id, member_id, oa_user_id, source, matched_by)
     VALUES ($1, $2, $3, 'matched', 'jobNumber') ON CONFLICT DO NOTHING`,
    [corpId, memberId, oaUserId],
  );
}

export function disables(oaUserId: string, more: Partial<StoredRow> = {}): StoredRow {
  return {
    change: {
      ...nothingSpecial,
      id: `disableUser:${oaUserId}`,
      action: 'disableUser',
      oaUserId,
      memberId: `member-${oaUserId}`,
      userId: oaUserId.toLowerCase(),
      before: {
        values: {},
        placement: { departments: [{ kind: 'existing', departmentId: 2 }], main: null, fromOa: 1 },
      },
      after: { values: {}, placement: null, deleteAfterDays: 7 },
      limitGroups: ['disables'],
      branches: [2],
      rule: { code: 'departed', params: {} },
    },
    rank: 30,
    name: `Person ${oaUserId}`,
    refs: ['#2', '#1'],
    pathFrom: 'Test corp / 研发部',
    ...more,
  };
}

export function deletes(oaUserId: string, more: Partial<StoredRow> = {}): StoredRow {
  const row = disables(oaUserId);
  return {
    ...row,
    rank: 10,
    change: {
      ...nothingSpecial,
      id: `deleteUser:${oaUserId}`,
      action: 'deleteUser',
      oaUserId,
      memberId: `member-${oaUserId}`,
      userId: oaUserId.toLowerCase(),
      before: {
        values: {},
        placement: { departments: [{ kind: 'existing', departmentId: 2 }], main: null, fromOa: 1 },
      },
      after: null,
      limitGroups: ['deletes'],
      branches: [2],
      rule: { code: 'departed', params: {} },
    },
    ...more,
  };
}

export function updates(
  oaUserId: string,
  before: Readonly<Record<string, string | null>>,
  after: Readonly<Record<string, string>>,
  more: Partial<StoredRow> = {},
): StoredRow {
  return {
    change: {
      ...nothingSpecial,
      id: `updateUser:${oaUserId}`,
      action: 'updateUser',
      oaUserId,
      memberId: `member-${oaUserId}`,
      userId: oaUserId.toLowerCase(),
      before: { values: before, placement: null },
      after: { values: after, placement: null },
      rule: { code: 'fields-differ', params: {} },
    },
    rank: 85,
    name: `Person ${oaUserId}`,
    refs: ['#2', '#1'],
    fields: Object.keys(after),
    ...more,
  };
}

/** Connected, with its contacts secret and an app, and free to be written to. */
export async function connectCorp(api: TestApi, settings: object = {}): Promise<string> {
  const corp = await api.createCorp();
  const created = await api.call('/corps', {
    body: { name: 'Acme', corpId: corp.corpId, contactsSecret: corp.contactsSecret },
  });
  const id = String(created.body.id);
  await api.call(`/corps/${id}/apps`, {
    body: { name: 'Directory', agentId: corp.agentId, secret: corp.appSecret },
  });
  const saved = await api.call(`/corps/${id}/directory/settings?verify=false`, {
    method: 'PUT',
    body: { access: 'read-write', ...settings },
  });
  if (saved.status !== 200) throw new Error(saved.text);
  return id;
}
