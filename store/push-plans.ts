import { createHash, randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Completeness } from '../domain/directory/completeness';
import type { Change, LimitGroup } from '../domain/directory/push/changes';
import { finalOf } from '../domain/directory/push/department-order';
import {
  guardPlan,
  type GuardHistory,
  type GuardReason,
  type GuardVerdict,
} from '../domain/directory/push/guard';
import type { AcceptedDrift } from '../domain/directory/oa-sync/accept';
import type { PlanOnly } from '../domain/directory/push/only';
import { isPostponable, type Postponement } from '../domain/directory/push/postponing';
import { planHash, type Digest } from '../domain/directory/push/plan-hash';
import type { Plan, PlanPopulation } from '../domain/directory/push/plan';
import type { DoneChange } from '../domain/directory/push/undo';
import {
  completeSettings,
  defaultDirectorySettings,
  type DirectorySettings,
  type PushSettings,
} from '../domain/directory/settings';
import { chunksOf } from './chunks';
import { RunEndedError } from './directory-pull';
import { protectedPeople } from './protected-people';
import { findMovement, type PlanMovement } from './push-plan-movement';
import { holdingsOf, statusOf } from './push-plan-holdings';
import type { PlanRow } from './push-plan-rows';
import { postponementsNow, removePostponement, savePostponement } from './push-postponements';
import type { RunError } from './runs';
import type { SqlDatabase } from './sql-database';

export type { PlanMovement } from './push-plan-movement';

export type PlanVerdictKind = 'pass' | 'hold' | 'blocked';

/** Counted over the rows of a plan, those left out not among them. */
export type PlanTotals = {
  readonly planHash: string;
  readonly verdict: PlanVerdictKind;
  /** Everything that waits to be applied or released. */
  readonly changes: number;
  /** Pending: goes without approval, or with it where nothing goes without. */
  readonly safe: number;
  readonly held: number;
  /** Of the held, those that an approval can release. */
  readonly releasable: number;
  /** People who are deleted when everything that can be released is. */
  readonly deletions: number;
};

/** What `run.verdict` and `push_plan.guard` hold. */
export type StoredVerdict = {
  readonly kind: PlanVerdictKind | 'stopped';
  readonly reasons: readonly (GuardReason | RunError)[];
  /** What the plan was measured against; absent when it was stopped. */
  readonly measured?: {
    readonly lastActiveInScope: number | null;
    readonly lastDay: Readonly<Record<LimitGroup, number>>;
  };
};

/** What `push_plan.reads` holds. */
export type StoredReads = Plan['reads'] & {
  readonly oaUsers: number;
  readonly oaDepartments: number;
  readonly wecomMembers: number;
  readonly wecomDepartments: number;
};

export type UsedSettings = { readonly version: number; readonly document: DirectorySettings };

export type PlanKind = 'push' | 'undo' | 'departures';

export type PushPlanRecord = {
  readonly runId: string;
  readonly corpId: string;
  readonly kind: PlanKind;
  readonly basedOnRunId: string | null;
  readonly undoOfRunId: string | null;
  readonly pullRunId: string | null;
  readonly nextRunId: string | null;
  readonly plannedAt: Date | null;
  readonly settingsVersion: number | null;
  /** Null: about everybody. */
  readonly only: PlanOnly | null;
  /** The side that the plan changes. */
  readonly target: PlanTarget;
};

export type PlanTarget = 'wecom' | 'oa';

export type NewPlan = {
  readonly runId: string;
  readonly corpId: string;
  readonly kind: PlanKind;
  readonly basedOnRunId?: string | null;
  readonly undoOfRunId?: string | null;
  readonly only?: PlanOnly | null;
  readonly target?: PlanTarget;
};

/** Everything of a plan but its rows. */
export type PlanHead = {
  readonly runId: string;
  readonly corpId: string;
  readonly settingsVersion: number;
  readonly pullRunId: string | null;
  readonly oaVersion: number;
  readonly readAt: Date;
  readonly completeness: Completeness | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly population: PlanPopulation;
  readonly reads: StoredReads;
  readonly verdict: GuardVerdict;
  readonly history: GuardHistory;
};

/** For a plan that is kept under a run of its own because the one it belongs to has moved on. */
export type NextRun = {
  readonly id: string;
  readonly insteadOf: string;
  readonly stopped?: RunError;
};

/** Which rows of a plan are held against a new one. */
export type PlanPart = 'whole' | 'held' | 'remainder';

export type PlanDecision = {
  readonly leaveOut?: readonly string[];
  /** What was postponed on this plan comes back for good. */
  readonly takeBackIn?: readonly string[];
  /** Left out here, and held in every later plan until then. */
  readonly postpone?: {
    readonly changeId: string;
    readonly until: Date;
    readonly comment: string | null;
  };
};

export type DecisionResult = PlanTotals & {
  readonly counts: Readonly<Record<string, number>>;
  readonly reasons: GuardVerdict['reasons'];
  /** Rows left out now, dependants included. */
  readonly leftOut: number;
};

/** A decision on a plan that is being applied or has ended, or on a change it does not have. */
export class DecisionRefusedError extends Error {
  constructor(
    readonly code: 'unknown-change' | 'plan-not-open' | 'not-postponable',
    readonly params: Readonly<Record<string, string | number>> = {},
  ) {
    super(`The decision was refused: ${code}`);
    this.name = 'DecisionRefusedError';
  }
}

/** What was approved is not what the plan is now. */
export class ApprovalOutdatedError extends Error {
  constructor() {
    super('Another plan was approved than the one that is there');
    this.name = 'ApprovalOutdatedError';
  }
}

export interface PushPlanStore {
  /** A version of the corp's settings, or the one in force. */
  settings(corpId: string, version: number | null): Promise<UsedSettings>;
  /** Safe to repeat. */
  ensurePlan(plan: NewPlan): Promise<void>;
  findPlan(runId: string): Promise<PushPlanRecord | undefined>;
  /** Opens a run again that ended with something left to do. */
  reopen(runId: string, of: 'failed' | 'pending', temporalRunId: string): Promise<void>;
  guardHistory(corpId: string, settings: DirectorySettings, target?: PlanTarget): Promise<GuardHistory>;
  /** Of those asked for, what is still to be decided or carried out. */
  acceptedDrifts(driftIds: readonly string[]): Promise<readonly AcceptedDrift[]>;
  /** Those that hold now; whose day has come is forgotten. */
  postponements(corpId: string): Promise<readonly Postponement[]>;
  /** Replaces whatever an earlier attempt has stored under the run. */
  savePlan(head: PlanHead, rows: Iterable<PlanRow>): Promise<PlanTotals>;
  saveStop(runId: string, stop: RunError): Promise<void>;
  /** A simulation under an id of its own, named as the successor of the run it takes the place of. */
  saveNextPlan(next: NextRun, head: PlanHead | null, rows: Iterable<PlanRow>): Promise<void>;
  /** The plan of another run as it stands, decisions included, judged anew. */
  copyPlan(
    fromRunId: string,
    head: Pick<PlanHead, 'runId' | 'corpId' | 'pullRunId' | 'completeness' | 'history'>,
    settings: PushSettings,
  ): Promise<PlanTotals>;
  /** Fingerprints by change id. */
  digestsOf(runId: string, part: PlanPart): Promise<ReadonlyMap<string, string>>;
  changesOf(runId: string, changeIds: readonly string[]): Promise<readonly StoredChange[]>;
  /** Of a plan made of departures: the changes about members whose departure is not the run's any more. */
  takenBackFrom(runId: string, changeIds: readonly string[]): Promise<readonly string[]>;
  doneChangesOf(runId: string): Promise<readonly DoneChange[]>;
  totals(runId: string): Promise<PlanTotals>;
  /** Hash of everything that is still to be applied or released, or, once something was applied, of what is held. */
  heldHash(runId: string): Promise<string>;
  /** Left-out rows have status `skipped` and `left_out`; whoever depends on them is left out too. */
  rewriteDecisions(runId: string, decision: PlanDecision, by: string): Promise<DecisionResult>;
  /** Cheap and on the safe side; planning anew decides. */
  movement(runId: string): Promise<PlanMovement>;
  planStillStands(runId: string): Promise<boolean>;
  /** Notes when waiting ends, and under which hash the wait can be ended. */
  awaitApproval(runId: string, timeoutHours: number): Promise<PlanTotals & { readonly expiresAt: Date }>;
  releaseHeld(
    runId: string,
    approval: { readonly planHash: string; readonly by: string; readonly safeOnly: boolean },
  ): Promise<void>;
}

export type StoredChange = {
  readonly change: Change;
  readonly attempts: number;
  /** The OA's record was touched after it was planned from. */
  readonly isRecordNewer: boolean;
};

/** A statement's rows exist three times over for a moment: as objects, as JSON and as bytes on their way. */
const rowsPerStatement = 1_000;

export const sha256: Digest = (pieces) => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
};

type Connection = Pick<PoolClient, 'query'>;

export function createPushPlanStore(db: SqlDatabase): PushPlanStore {
  const { pool } = db;
  return {
    settings: (corpId, version) => readSettings(pool, corpId, version),

    async ensurePlan({ runId, corpId, kind, basedOnRunId, undoOfRunId, only, target }) {
      await pool.query(
        `INSERT INTO push_plan (run_id, corp_id, kind, based_on_run_id, undo_of_run_id, "only", target)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (run_id) DO UPDATE SET kind = EXCLUDED.kind, based_on_run_id = EXCLUDED.based_on_run_id,
           undo_of_run_id = EXCLUDED.undo_of_run_id, "only" = EXCLUDED."only"`,
        [
          runId,
          corpId,
          kind,
          basedOnRunId ?? null,
          undoOfRunId ?? null,
          only == null ? null : JSON.stringify(only),
          target ?? 'wecom',
        ],
      );
    },

    findPlan: (runId) => findPlan(pool, runId),

    reopen: (runId, of, temporalRunId) =>
      db.transaction(async (client) => {
        await client.query(
          `UPDATE run SET finished_at = NULL, error = NULL, phase = 'reading', temporal_run_id = $2
            WHERE id = $1 AND finished_at IS NOT NULL`,
          [runId, temporalRunId],
        );
        await client.query(
          `UPDATE push_plan SET expires_at = NULL, snoozed_until = NULL, next_run_id = NULL WHERE run_id = $1`,
          [runId],
        );
        if (of === 'pending') return;
        // What had only waited for the failed ones gets its chance with them, and so does what WeCom refused because
        // somebody else had it: that may have been put right by hand.
        await client.query(
          `UPDATE push_change SET status = 'pending'
            WHERE run_id = $1 AND NOT left_out
              AND (status = 'failed' OR status = 'conflict' AND attempts > 0
                   OR status = 'skipped' AND outcome->>'code' = 'dependency-failed')`,
          [runId],
        );
      }),

    guardHistory: (corpId, settings, target) => readGuardHistory(pool, corpId, settings, target),

    async acceptedDrifts(driftIds) {
      const { rows } = await pool.query<AcceptedDrift>(
        `SELECT id AS "driftId", kind, member_id AS "memberId", department_id AS "departmentId", field
           FROM drift WHERE id = ANY ($1::text[]) AND state = 'accepting' ORDER BY id`,
        [driftIds],
      );
      return rows;
    },

    postponements: (corpId) => postponementsNow(pool, corpId),

    savePlan: (head, rows) =>
      db.transaction(async (client) => {
        await lockOpenRun(client, head.runId);
        await writePlan(client, head, rows);
        return readTotals(client, head.runId);
      }),

    async saveStop(runId, stop) {
      const verdict: StoredVerdict = { kind: 'stopped', reasons: [stop] };
      await pool.query('UPDATE run SET verdict = $2 WHERE id = $1', [runId, JSON.stringify(verdict)]);
    },

    saveNextPlan: ({ id, insteadOf, stopped }, head, rows) =>
      db.transaction(async (client) => {
        const error = stopped === undefined ? null : JSON.stringify(stopped);
        const verdict: StoredVerdict | null =
          stopped === undefined ? null : { kind: 'stopped', reasons: [stopped] };
        await client.query(
          `INSERT INTO run (id, corp_id, direction, mode, phase, trigger, requested_by, workflow_id, settings_version,
                            verdict, error, started_at)
           SELECT $1, corp_id, direction, 'simulate', 'planning', trigger, requested_by, workflow_id, settings_version,
                  $3, $4, clock_timestamp()
             FROM run WHERE id = $2
           ON CONFLICT (id) DO NOTHING`,
          [id, insteadOf, verdict === null ? null : JSON.stringify(verdict), error],
        );
        await client.query(
          `INSERT INTO push_plan (run_id, corp_id, kind, target, undo_of_run_id, "only")
           SELECT $1, corp_id, kind, target, undo_of_run_id, "only" FROM push_plan WHERE run_id = $2
           ON CONFLICT (run_id) DO NOTHING`,
          [id, insteadOf],
        );
        if (head !== null) await writePlan(client, head, rows);
        await client.query(`UPDATE run SET phase = $2, finished_at = clock_timestamp() WHERE id = $1`, [
          id,
          stopped === undefined ? 'done' : 'failed',
        ]);
        await client.query('UPDATE push_plan SET next_run_id = $2 WHERE run_id = $1', [insteadOf, id]);
      }),

    copyPlan: (fromRunId, { runId, corpId, pullRunId, completeness, history }, settings) =>
      db.transaction(async (client) => {
        await lockOpenRun(client, runId);
        await client.query('DELETE FROM push_change WHERE run_id = $1', [runId]);
        await client.query(
          `INSERT INTO push_change (run_id, corp_id, ${copiedColumns.join(', ')}, attempts)
           SELECT $2, $3, ${copiedColumns.join(', ')}, 0 FROM push_change WHERE run_id = $1`,
          [fromRunId, runId, corpId],
        );
        await client.query(
          `UPDATE push_plan p SET (pull_run_id, oa_version, planned_at, active_in_scope, population, reads, first_hash) =
             (SELECT $3, oa_version, planned_at, active_in_scope, population, reads, first_hash
                FROM push_plan WHERE run_id = $1)
            WHERE p.run_id = $2`,
          [fromRunId, runId, pullRunId],
        );
        await client.query(
          `UPDATE run SET counts = from_run.counts, completeness = $3,
                          progress = jsonb_build_object('done', 0, 'failed', 0, 'total', 0)
             FROM run AS from_run WHERE run.id = $2 AND from_run.id = $1`,
          [fromRunId, runId, completeness === null ? null : JSON.stringify(completeness)],
        );
        await judgeAnew(client, runId, history, settings);
        return readTotals(client, runId);
      }),

    async digestsOf(runId, part) {
      const { rows } = await pool.query<{ changeId: string; digest: string }>(
        `SELECT change_id AS "changeId", digest FROM push_change
          WHERE run_id = $1 AND NOT left_out AND NOT barred AND ${rowsOfPart[part]}`,
        [runId],
      );
      return new Map(rows.map(({ changeId, digest }) => [changeId, digest]));
    },

    async changesOf(runId, changeIds) {
      const { rows } = await pool.query<StoredChange>(
        `SELECT c.change, c.attempts, coalesce(u.updated_at > p.planned_at, false) AS "isRecordNewer"
           FROM push_change c JOIN push_plan p USING (run_id) LEFT JOIN oa_user u ON u.id = c.oa_user_id
          WHERE c.run_id = $1 AND c.change_id = ANY ($2::text[])`,
        [runId, changeIds],
      );
      return rows;
    },

    async takenBackFrom(runId, changeIds) {
      const { rows } = await pool.query<{ changeId: string }>(
        `SELECT c.change_id AS "changeId" FROM push_change c JOIN push_plan p USING (run_id)
          WHERE c.run_id = $1 AND p.kind = 'departures' AND c.change_id = ANY ($2::text[])
            AND c.member_id IS NOT NULL
            AND NOT EXISTS (SELECT FROM departure d WHERE d.member_id = c.member_id AND d.run_id = $1
                                                      AND d.closed_at IS NULL)`,
        [runId, changeIds],
      );
      return rows.map(({ changeId }) => changeId);
    },

    async doneChangesOf(runId) {
      const { rows } = await pool.query<{
        change: Change;
        memberId: string | null;
        departmentId: number | null;
        finishedAt: Date | null;
        everActivated: boolean;
      }>(
        `SELECT c.change, coalesce(c.member_id, b.member_id) AS "memberId",
                coalesce(c.department_id, l.department_id) AS "departmentId", c.finished_at AS "finishedAt",
                coalesce(m.ever_activated OR m.status = 1, false) AS "everActivated"
           FROM push_change c
           LEFT JOIN binding b ON b.corp_id = c.corp_id AND b.oa_user_id = c.oa_user_id
           LEFT JOIN department_link l ON l.corp_id = c.corp_id AND l.oa_key = c.oa_key
           LEFT JOIN mirror_member m ON m.id = coalesce(c.member_id, b.member_id)
          WHERE c.run_id = $1 AND c.status = 'done' ORDER BY c.seq`,
        [runId],
      );
      return rows.map(({ finishedAt, ...row }) => ({
        ...row,
        finishedAt: (finishedAt ?? new Date(0)).toISOString(),
      }));
    },

    totals: (runId) => readTotals(pool, runId),

    heldHash: (runId) => hashNow(pool, runId),

    rewriteDecisions: (runId, decision, by) =>
      db.transaction((client) => rewriteDecisions(client, runId, decision, by)),

    movement: (runId) => findMovement(pool, runId),

    async planStillStands(runId) {
      const { settings, records } = await findMovement(pool, runId);
      return !settings && !records;
    },

    awaitApproval: (runId, timeoutHours) =>
      db.transaction(async (client) => {
        await lockRun(client, runId);
        const hash = await hashNow(client, runId);
        await client.query('UPDATE run SET plan_hash = $2 WHERE id = $1', [runId, hash]);
        const { rows } = await client.query<{ expiresAt: Date }>(
          `UPDATE push_plan SET expires_at = coalesce(expires_at, now() + make_interval(secs => $2)) WHERE run_id = $1
           RETURNING expires_at AS "expiresAt"`,
          [runId, timeoutHours * 3600],
        );
        const expiresAt = rows[0]?.expiresAt;
        if (expiresAt === undefined) throw new RunEndedError(runId);
        return { ...(await readTotals(client, runId)), expiresAt };
      }),

    releaseHeld: (runId, { planHash: approved, by, safeOnly }) =>
      db.transaction(async (client) => {
        const { planHash: current } = await lockRun(client, runId);
        const { rows } = await client.query<{ approvedHash: string | null; approvedSafeOnly: boolean }>(
          `SELECT approved_hash AS "approvedHash", approved_safe_only AS "approvedSafeOnly"
             FROM push_plan WHERE run_id = $1`,
          [runId],
        );
        // The same approval once more: an answer of ours was lost.
        const isRepeat = rows[0]?.approvedHash === approved && rows[0].approvedSafeOnly === safeOnly;
        if (!isRepeat && current !== approved) throw new ApprovalOutdatedError();
        await client.query(
          `UPDATE push_plan SET approved_hash = $2, approved_by = $3, approved_safe_only = $4,
                                approved_at = CASE WHEN $5 THEN approved_at ELSE now() END
            WHERE run_id = $1`,
          [runId, approved, by, safeOnly, isRepeat],
        );
        if (safeOnly) return;
        await client.query(
          `UPDATE push_change SET status = 'pending'
            WHERE run_id = $1 AND status = 'held' AND NOT barred AND NOT left_out`,
          [runId],
        );
        await client.query(
          `UPDATE run SET progress = progress || jsonb_build_object('total', (
             SELECT count(*) FROM push_change WHERE run_id = $1 AND status IN ('pending', 'applying', 'done', 'failed')))
            WHERE id = $1`,
          [runId],
        );
      }),
  };
}

const rowsOfPart: Readonly<Record<PlanPart, string>> = {
  whole: `status IN ('pending', 'held')`,
  held: `status IN ('pending', 'held')`,
  // Rows found `applying` are settled by reading back, whatever a new plan says.
  remainder: `status = 'pending'`,
};

const copiedColumns = [
  'seq',
  'change_id',
  'action',
  'status',
  'stage',
  'change',
  'digest',
  'rank',
  'member_id',
  'user_id',
  'oa_user_id',
  'oa_key',
  'department_id',
  'name',
  'search',
  'path_from',
  'path_to',
  'department_refs',
  'fields',
  'rule_code',
  'limit_groups',
  'depends_on',
  'held_by',
  'barred',
  'left_out',
  'outcome',
] as const;

async function findPlan(client: Connection, runId: string): Promise<PushPlanRecord | undefined> {
  const { rows } = await client.query<PushPlanRecord>(
    `SELECT p.run_id AS "runId", p.corp_id AS "corpId", p.kind, p.based_on_run_id AS "basedOnRunId",
            p.undo_of_run_id AS "undoOfRunId", p.pull_run_id AS "pullRunId", p.next_run_id AS "nextRunId",
            p.planned_at AS "plannedAt", r.settings_version AS "settingsVersion", p.only, p.target
       FROM push_plan p JOIN run r ON r.id = p.run_id WHERE p.run_id = $1`,
    [runId],
  );
  return rows[0];
}

type LockedRun = {
  readonly planHash: string | null;
  readonly phase: string;
  readonly mode: string;
  readonly settingsVersion: number | null;
  readonly finished: boolean;
  readonly corpId: string;
  readonly target: PlanTarget;
};

async function lockRun(client: PoolClient, runId: string): Promise<LockedRun> {
  const { rows } = await client.query<LockedRun>(
    `SELECT plan_hash AS "planHash", phase, mode, settings_version AS "settingsVersion", corp_id AS "corpId",
            finished_at IS NOT NULL AS finished,
            coalesce((SELECT target FROM push_plan WHERE run_id = $1), 'wecom') AS target
       FROM run WHERE id = $1 FOR UPDATE`,
    [runId],
  );
  const [run] = rows;
  if (run === undefined) throw new RunEndedError(runId);
  return run;
}

async function lockOpenRun(client: PoolClient, runId: string): Promise<LockedRun> {
  const run = await lockRun(client, runId);
  if (run.finished) throw new RunEndedError(runId);
  return run;
}

async function writePlan(client: PoolClient, head: PlanHead, rows: Iterable<PlanRow>): Promise<void> {
  const { runId, corpId, verdict, history, population } = head;
  await client.query('DELETE FROM push_change WHERE run_id = $1', [runId]);
  const digests: string[] = [];
  for (const chunk of chunksOf(rows, rowsPerStatement)) {
    for (const { digest } of chunk) digests.push(digest);
    await client.query(insertRows, [runId, corpId, JSON.stringify(chunk)]);
  }
  // By statistics that know nothing of this run, Postgres reads all its rows once for every row of a page.
  if (digests.length > rowsPerStatement) await client.query('ANALYZE push_change');
  const hash = planHash(digests, head.settingsVersion, sha256);
  await client.query(
    `UPDATE push_plan SET pull_run_id = $2, oa_version = $3, planned_at = $4, active_in_scope = $5, population = $6,
                          reads = $7, first_hash = $8
      WHERE run_id = $1`,
    [
      runId,
      head.pullRunId,
      head.oaVersion,
      head.readAt,
      population.activeInScope,
      JSON.stringify({ ...population, branches: Object.fromEntries(population.branches) }),
      JSON.stringify(head.reads),
      hash,
    ],
  );
  await client.query(
    `UPDATE run SET plan_hash = $2, settings_version = $3, completeness = $4, counts = $5 WHERE id = $1`,
    [
      runId,
      hash,
      head.settingsVersion,
      head.completeness === null ? null : JSON.stringify(head.completeness),
      JSON.stringify(head.counts),
    ],
  );
  await saveVerdict(client, runId, verdict, history);
}

const insertRows = `
  INSERT INTO push_change (run_id, corp_id, seq, change_id, action, status, stage, change, digest, rank, member_id,
    user_id, oa_user_id, oa_key, department_id, name, search, path_from, path_to, department_refs, fields, rule_code,
    limit_groups, depends_on, held_by, barred)
  SELECT $1, $2, seq, change_id, action, status, stage, change, digest, rank, member_id, user_id, oa_user_id, oa_key,
    department_id, name, search, path_from, path_to, department_refs, fields, rule_code, limit_groups, depends_on,
    held_by, barred
  FROM jsonb_to_recordset($3::jsonb) AS r (seq int, change_id text, action text, status text, stage int, change jsonb,
    digest text, rank int, member_id text, user_id text, oa_user_id text, oa_key text, department_id int, name text,
    search text, path_from text, path_to text, department_refs text[], fields text[], rule_code text,
    limit_groups text[], depends_on text[], held_by text[], barred boolean)`;

/** With the counts that depend on it, and how much there is to do. */
async function saveVerdict(
  client: PoolClient,
  runId: string,
  verdict: GuardVerdict,
  { lastActiveInScope, lastDay }: GuardHistory,
): Promise<void> {
  const stored: StoredVerdict = {
    kind: verdict.kind,
    reasons: verdict.reasons,
    measured: { lastActiveInScope, lastDay },
  };
  await client.query('UPDATE push_plan SET guard = $2 WHERE run_id = $1', [runId, JSON.stringify(stored)]);
  await client.query(
    `UPDATE run SET verdict = $2,
       counts = counts || jsonb_build_object(
         'heldUser', (SELECT count(*) FROM push_change
                       WHERE run_id = $1 AND status = 'held' AND oa_user_id IS NOT NULL),
         'heldDepartment', (SELECT count(*) FROM push_change
                             WHERE run_id = $1 AND status = 'held' AND oa_user_id IS NULL),
         'leftOut', (SELECT count(*) FROM push_change WHERE run_id = $1 AND left_out)),
       progress = progress || jsonb_build_object('total', (
         SELECT count(*) FROM push_change
          WHERE run_id = $1 AND status IN ('pending', 'applying', 'done', 'failed')))
     WHERE id = $1`,
    [runId, JSON.stringify(stored)],
  );
}

async function readTotals(client: Connection, runId: string): Promise<PlanTotals> {
  const { rows } = await client.query<PlanTotals>(
    `SELECT r.plan_hash AS "planHash", r.verdict->>'kind' AS verdict,
            count(c.seq)::int AS changes,
            (count(*) FILTER (WHERE c.status = 'pending'))::int AS safe,
            (count(*) FILTER (WHERE c.status = 'held'))::int AS held,
            (count(*) FILTER (WHERE c.status = 'held' AND NOT c.barred))::int AS releasable,
            (count(*) FILTER (WHERE c.action = 'deleteUser' AND NOT c.barred))::int AS deletions
       FROM run r
       LEFT JOIN push_change c ON c.run_id = r.id AND NOT c.left_out AND c.status IN ('pending', 'held')
      WHERE r.id = $1 GROUP BY r.id`,
    [runId],
  );
  const [totals] = rows;
  if (totals === undefined || totals.planHash === null) throw new Error(`Run ${runId} has no plan`);
  return totals;
}

/** Of the whole plan until something was applied; from then on of what an approval would still release. */
async function hashNow(client: Connection, runId: string): Promise<string> {
  const { rows } = await client.query<{ settingsVersion: number | null; applied: boolean }>(
    `SELECT settings_version AS "settingsVersion", EXISTS (
              SELECT FROM push_change WHERE run_id = $1 AND status IN ('applying', 'done', 'failed', 'undone')
            ) AS applied
       FROM run WHERE id = $1`,
    [runId],
  );
  const [run] = rows;
  if (run === undefined) throw new RunEndedError(runId);
  const part = run.applied ? `AND status = 'held' AND NOT barred` : '';
  const { rows: digests } = await client.query<{ digest: string }>(
    `SELECT digest FROM push_change WHERE run_id = $1 AND NOT left_out ${part} ORDER BY seq`,
    [runId],
  );
  return planHash(
    digests.map(({ digest }) => digest),
    run.settingsVersion ?? 0,
    sha256,
  );
}

async function readGuardHistory(
  client: Connection,
  corpId: string,
  { push, timezone }: DirectorySettings,
  target: PlanTarget = 'wecom',
): Promise<GuardHistory> {
  const last = await client.query<{ activeInScope: number | null }>(
    `SELECT active_in_scope AS "activeInScope" FROM push_plan
      WHERE corp_id = $1 AND applied_at IS NOT NULL AND kind = 'push' AND target = 'wecom' AND "only" IS NULL
      ORDER BY applied_at DESC LIMIT 1`,
    [corpId],
  );
  const day = await client.query<{ group: LimitGroup; count: number }>(
    `SELECT limit_group AS "group", count(*)::int AS count
       FROM push_change, unnest(limit_groups) AS limit_group
      WHERE corp_id = $1 AND status = 'done' AND finished_at > now() - interval '24 hours'
      GROUP BY limit_group`,
    [corpId],
  );
  const accounts = await client.query<{ limit: number; used: number; createdThisMonth: number }>(
    `SELECT c.account_limit AS "limit",
            (SELECT count(*)::int FROM mirror_member m WHERE m.corp_id = c.id AND m.gone_at IS NULL) AS used,
            (SELECT count(*)::int FROM mirror_member m
              WHERE m.corp_id = c.id
                AND m.created_by_bridge_at >= date_trunc('month', now(), $2)) AS "createdThisMonth"
       FROM corp c WHERE c.id = $1 AND c.account_limit IS NOT NULL`,
    [corpId, timezone],
  );
  const counted = new Map(day.rows.map(({ group, count }) => [group, count]));
  const of = (group: LimitGroup): number => counted.get(group) ?? 0;
  return {
    // What the OA has lost says nothing about a plan that is made of WeCom.
    lastActiveInScope: target === 'oa' ? null : (last.rows[0]?.activeInScope ?? null),
    lastDay: {
      deletes: of('deletes'),
      disables: of('disables'),
      'department-deletes': of('department-deletes'),
      moves: of('moves'),
      cleared: of('cleared'),
    },
    protectedUsers: await protectedPeople(client, corpId, push),
    accounts: accounts.rows[0] ?? null,
  };
}

/** As much of a change as the guard looks at. */
type GuardedRow = {
  readonly changeId: string;
  readonly action: Change['action'];
  readonly status: string;
  readonly leftOut: boolean;
  readonly limitGroups: LimitGroup[];
  readonly dependsOn: string[];
  readonly hold: Change['hold'];
  readonly branches: number[];
  readonly oaUserId: string | null;
  readonly userId: string | null;
  readonly heldBy: string[];
  readonly barred: boolean;
};

async function readGuardedRows(client: PoolClient, runId: string): Promise<GuardedRow[]> {
  const { rows } = await client.query<GuardedRow>(
    `SELECT change_id AS "changeId", action, status, left_out AS "leftOut", limit_groups AS "limitGroups",
            depends_on AS "dependsOn", nullif(change->'hold', 'null') AS hold, change->'branches' AS branches,
            oa_user_id AS "oaUserId", user_id AS "userId", held_by AS "heldBy", barred
       FROM push_change WHERE run_id = $1 AND (status IN ('pending', 'held') OR left_out) ORDER BY seq`,
    [runId],
  );
  return rows;
}

/** The rows as the guard takes them: it looks at nothing else of a change. */
function toGuarded(row: GuardedRow): Change {
  const { changeId: id, action, limitGroups, dependsOn, hold, branches, oaUserId, userId } = row;
  return {
    id,
    action,
    limitGroups,
    dependsOn,
    hold,
    branches,
    ...(oaUserId === null ? {} : { oaUserId, userId }),
  } as unknown as Change;
}

async function judgeAnew(
  client: PoolClient,
  runId: string,
  history: GuardHistory,
  settings: PushSettings,
  given?: readonly GuardedRow[],
): Promise<GuardVerdict> {
  const { rows: plans } = await client.query<{
    population: Omit<PlanPopulation, 'branches'> & { branches: Record<string, number> };
    reads: StoredReads;
    isPartial: boolean;
  }>(`SELECT population, reads, "only" IS NOT NULL AS "isPartial" FROM push_plan WHERE run_id = $1`, [runId]);
  const [plan] = plans;
  if (plan === undefined) throw new Error(`Run ${runId} has no plan`);
  const rows = (given ?? (await readGuardedRows(client, runId))).filter(({ leftOut }) => !leftOut);
  const judged = {
    changes: rows.map(toGuarded),
    population: {
      ...plan.population,
      branches: new Map(Object.entries(plan.population.branches).map(([id, count]) => [Number(id), count])),
    },
    reads: plan.reads,
    isPartial: plan.isPartial,
  };
  const verdict = guardPlan(judged, history, settings.guard);
  const holdings = holdingsOf(judged, verdict, history, settings.guard);
  const changed = rows.flatMap((row) => {
    const holding = holdings.get(row.changeId);
    const status = statusOf(row, holding);
    const heldBy = holding?.codes ?? [];
    const barred = holding?.barred ?? false;
    const isSame =
      status === row.status && barred === row.barred && heldBy.join(' ') === row.heldBy.join(' ');
    return isSame ? [] : [{ change_id: row.changeId, status, held_by: heldBy, barred }];
  });
  for (const chunk of chunksOf(changed, rowsPerStatement)) {
    await client.query(
      `UPDATE push_change c SET status = r.status, held_by = r.held_by, barred = r.barred
         FROM jsonb_to_recordset($2::jsonb) AS r (change_id text, status text, held_by text[], barred boolean)
        WHERE c.run_id = $1 AND c.change_id = r.change_id`,
      [runId, JSON.stringify(chunk)],
    );
  }
  await saveVerdict(client, runId, verdict, history);
  await client.query('UPDATE run SET plan_hash = $2 WHERE id = $1', [runId, await hashNow(client, runId)]);
  return verdict;
}

/** Phases in which a plan lies there to be looked at. */
const phasesForDecisions: ReadonlySet<string> = new Set(['blocked', 'awaiting-approval']);

async function rewriteDecisions(
  client: PoolClient,
  runId: string,
  { leaveOut = [], takeBackIn = [], postpone }: PlanDecision,
  by: string,
): Promise<DecisionResult> {
  const run = await lockRun(client, runId);
  const isDoneSimulation = run.mode === 'simulate' && run.phase === 'done';
  if (!isDoneSimulation && !phasesForDecisions.has(run.phase)) {
    throw new DecisionRefusedError('plan-not-open', { phase: run.phase });
  }
  const rows = await readGuardedRows(client, runId);
  const byId = new Map(rows.map((row) => [row.changeId, row]));
  const postponed = postpone === undefined ? [] : [postpone.changeId];
  for (const changeId of [...leaveOut, ...takeBackIn, ...postponed]) {
    const row = byId.get(changeId);
    if (row === undefined) throw new DecisionRefusedError('unknown-change', { changeId });
    const isPutOff = changeId === postpone?.changeId;
    if (isPutOff && !isPostponable({ id: changeId, action: row.action })) {
      throw new DecisionRefusedError('not-postponable', { changeId });
    }
  }

  const { document } = await readSettings(client, run.corpId, run.settingsVersion);
  const chosen = await chosenBefore(client, runId);
  for (const changeId of leaveOut) if (!chosen.has(changeId)) chosen.set(changeId, { code: 'left-out' });
  if (postpone !== undefined) {
    const { changeId, until, comment } = postpone;
    chosen.set(changeId, {
      code: 'postponed',
      params: { until: until.toISOString(), timezone: document.timezone },
    });
    await savePostponement(client, run.corpId, { changeId, until, by, comment });
  }
  for (const changeId of withWhatTheyNeed(takeBackIn, byId)) {
    // Whoever applies it now does not want it to wait in the plan that is made before.
    if (chosen.get(changeId)?.code === 'postponed') await removePostponement(client, run.corpId, changeId);
    chosen.delete(changeId);
  }
  const leftOut = withDependants(chosen, rows);
  const moved = rows
    .filter(({ changeId, leftOut: before }) => before !== leftOut.has(changeId) || chosen.has(changeId))
    .map(({ changeId }) => ({
      change_id: changeId,
      left_out: leftOut.has(changeId),
      outcome: outcomeOf(changeId, chosen, leftOut),
    }));
  for (const chunk of chunksOf(moved, rowsPerStatement)) {
    // Whoever comes back in is pending until the guard has spoken.
    await client.query(
      `UPDATE push_change c SET left_out = r.left_out, outcome = nullif(r.outcome, 'null'::jsonb),
                                status = CASE WHEN r.left_out THEN 'skipped' ELSE 'pending' END
         FROM jsonb_to_recordset($2::jsonb) AS r (change_id text, left_out boolean, outcome jsonb)
        WHERE c.run_id = $1 AND c.change_id = r.change_id`,
      [runId, JSON.stringify(chunk)],
    );
  }

  const history = await readGuardHistory(client, run.corpId, document, run.target);
  const verdict = await judgeAnew(client, runId, history, document.push);
  const counts = await recount(client, runId);
  const totals = await readTotals(client, runId);
  for (const [decision, changeIds] of [
    ['left-out', leaveOut],
    ['taken-back-in', takeBackIn],
    ['postponed', postponed],
  ] as const) {
    if (changeIds.length === 0) continue;
    await client.query(
      `INSERT INTO push_approval (id, run_id, actor, decision, plan_hash, comment, detail)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        randomUUID(),
        runId,
        by,
        decision,
        totals.planHash,
        decision === 'postponed' ? (postpone?.comment ?? null) : null,
        JSON.stringify({
          changes: changeIds,
          leftOut: leftOut.size,
          ...(decision === 'postponed' ? { until: postpone?.until.toISOString() } : {}),
        }),
      ],
    );
  }
  return { ...totals, counts, reasons: verdict.reasons, leftOut: leftOut.size };
}

function outcomeOf(
  changeId: string,
  chosen: ReadonlyMap<string, RunError>,
  leftOut: ReadonlyMap<string, string | null>,
): RunError | null {
  const own = chosen.get(changeId);
  if (own !== undefined) return own;
  const because = leftOut.get(changeId);
  return because == null ? null : { code: 'dependency-left-out', params: { change: because } };
}

/** Left out or postponed by their own name, not because of something they depend on. */
async function chosenBefore(client: PoolClient, runId: string): Promise<Map<string, RunError>> {
  const { rows } = await client.query<{ changeId: string; outcome: RunError }>(
    `SELECT change_id AS "changeId", outcome FROM push_change
      WHERE run_id = $1 AND left_out AND outcome->>'code' IN ('left-out', 'postponed')`,
    [runId],
  );
  return new Map(rows.map(({ changeId, outcome }) => [changeId, outcome]));
}

/** A change can't come back in without what has to be done before it. */
function withWhatTheyNeed(
  changeIds: readonly string[],
  byId: ReadonlyMap<string, GuardedRow>,
): ReadonlySet<string> {
  const needed = new Set<string>();
  const open = [...changeIds];
  for (let changeId = open.pop(); changeId !== undefined; changeId = open.pop()) {
    if (needed.has(changeId)) continue;
    needed.add(changeId);
    open.push(...(byId.get(changeId)?.dependsOn ?? []));
  }
  return needed;
}

/** Rows stand in the order of applying, so what one depends on was decided before it. */
function withDependants(
  chosen: ReadonlyMap<string, RunError>,
  rows: readonly GuardedRow[],
): ReadonlyMap<string, string | null> {
  const leftOut = new Map<string, string | null>();
  const without = ({ changeId, dependsOn }: GuardedRow): string | null | undefined => {
    if (chosen.has(changeId)) return null;
    // A temporary name makes room for its own department's change only.
    const companion = finalOf(changeId);
    if (companion !== undefined && leftOut.has(companion)) return companion;
    return dependsOn.find((other) => leftOut.has(other));
  };
  // A temporary name comes before the change it serves: one pass may find what an earlier row has to follow.
  for (let before = -1; before !== leftOut.size;) {
    before = leftOut.size;
    for (const row of rows) {
      if (leftOut.has(row.changeId)) continue;
      const because = without(row);
      if (because !== undefined) leftOut.set(row.changeId, because);
    }
  }
  return leftOut;
}

async function recount(client: PoolClient, runId: string): Promise<Readonly<Record<string, number>>> {
  const { rows } = await client.query<{ counts: Record<string, number> }>(
    `UPDATE run SET counts = counts || (
       SELECT jsonb_object_agg(action, kept) FROM (
         SELECT action, count(*) FILTER (WHERE NOT left_out) AS kept
           FROM push_change WHERE run_id = $1 GROUP BY action) AS actions)
     WHERE id = $1 AND EXISTS (SELECT FROM push_change WHERE run_id = $1) RETURNING counts`,
    [runId],
  );
  return rows[0]?.counts ?? {};
}

/** Without a version: the newest. */
async function readSettings(
  client: Connection,
  corpId: string,
  version: number | null,
): Promise<UsedSettings> {
  const { rows } = await client.query<UsedSettings>(
    `SELECT version, document FROM directory_settings
      WHERE corp_id = $1 AND ($2::int IS NULL OR version = $2) ORDER BY version DESC LIMIT 1`,
    [corpId, version],
  );
  const [found] = rows;
  return found === undefined
    ? { version: 0, document: defaultDirectorySettings }
    : { version: found.version, document: completeSettings(found.document) };
}
