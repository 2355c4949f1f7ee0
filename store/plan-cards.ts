import { mayDecideByCard, planActions } from '../domain/directory/push/approval';
import { completeSettings, type PushSettings } from '../domain/directory/settings';
import type { SecretBox } from './secrets';
import type { SqlDatabase } from './sql-database';
import { putBridgeMessage, type BridgeMessage } from './bridge-messages';
import { findMovement } from './push-plan-movement';

export type PlanToShow = {
  readonly runId: string;
  readonly planHash: string;
  readonly corpId: string;
  readonly corpName: string;
  /** The app that the settings name, else the corp's first. */
  readonly appId: string;
  readonly isBlocked: boolean;
  readonly approvers: readonly string[];
  /** By action, of what would be applied when it is approved. */
  readonly counts: Readonly<Record<string, number>>;
  /** The first of those who are changed, dangerous changes first. */
  readonly names: readonly string[];
};

export type PlanOutcome = 'approved' | 'rejected' | 'changed' | 'expired' | 'cancelled' | 'over';

/** A card of a plan that no longer waits for an answer. */
export type PlanOver = {
  readonly taskId: string;
  readonly outcome: PlanOutcome;
  /** Id of whoever decided. */
  readonly by: string | null;
};

/** Everything a tap on a plan's card is judged by. */
export type PlanToDecide = {
  readonly workflowId: string;
  readonly phase: string;
  readonly planHash: string | null;
  readonly mayDecide: boolean;
  /** The settings or the records it was made from have moved on since. */
  readonly hasMovedOn: boolean;
  /** Of whoever taps, as runs name people. */
  readonly by: string;
  /** What that person has decided about this very plan already. */
  readonly decidedAlready: 'approve' | 'reject' | null;
};

export interface PlanCardStore {
  /** Plans that wait for somebody whom nobody has asked on a card. */
  plansToShow(limit: number): Promise<PlanToShow[]>;
  /** Returns false where somebody else has done it meanwhile. */
  open(plan: PlanToShow, message: BridgeMessage): Promise<boolean>;
  plansOver(limit: number): Promise<PlanOver[]>;
  settle(over: PlanOver, outcomeText: string): Promise<void>;
  planToDecide(
    runId: string,
    tap: {
      readonly userId: string;
      readonly memberId: string | null;
      readonly actionKey: string;
      readonly planHash: string;
    },
  ): Promise<PlanToDecide | undefined>;
  noteDecision(decision: {
    readonly runId: string;
    readonly by: string;
    readonly decision: 'approved' | 'rejected';
    readonly planHash: string;
    readonly comment: string | null;
  }): Promise<void>;
}

export const planTaskId = (runId: string, planHash: string): string =>
  `plan:${runId}:${planHash.slice(0, 12)}`;

const namesShown = 3;

const waitingPhases = `('awaiting-approval', 'blocked')`;

export function createPlanCardStore(db: SqlDatabase, secrets: SecretBox): PlanCardStore {
  const { pool } = db;
  return {
    async plansToShow(limit) {
      const { rows } = await pool.query<PlanToShow>(
        `SELECT run.id AS "runId", run.plan_hash AS "planHash", run.corp_id AS "corpId", corp.name AS "corpName",
                app.id AS "appId", run.phase = 'blocked' AS "isBlocked",
                ARRAY(SELECT jsonb_array_elements_text(settings.document->'push'->'approval'->'approvers')) AS approvers,
                COALESCE((SELECT jsonb_object_agg(action, n) FROM (
                   SELECT action, count(*) AS n FROM push_change c
                    WHERE c.run_id = run.id AND NOT c.left_out AND NOT c.barred AND c.status IN ('pending', 'held')
                    GROUP BY action) by_action), '{}') AS counts,
                ARRAY(SELECT name FROM push_change c
                       WHERE c.run_id = run.id AND NOT c.left_out AND NOT c.barred AND c.status IN ('pending', 'held')
                         AND c.name IS NOT NULL ORDER BY c.rank, c.seq LIMIT ${namesShown}) AS names
           FROM run
           JOIN corp ON corp.id = run.corp_id
           JOIN LATERAL (SELECT s.document FROM directory_settings s WHERE s.corp_id = run.corp_id
                          ORDER BY s.version DESC LIMIT 1) settings ON true
           JOIN LATERAL (SELECT a.id FROM app a WHERE a.corp_id = run.corp_id
                          ORDER BY a.id = (settings.document->>'appId') DESC NULLS LAST, a.created_at, a.id LIMIT 1) app ON true
          WHERE run.finished_at IS NULL AND run.phase IN ${waitingPhases} AND run.plan_hash IS NOT NULL
            AND jsonb_array_length(COALESCE(settings.document->'push'->'approval'->'approvers', '[]')) > 0
            AND NOT EXISTS (SELECT FROM todo t
                             WHERE t.run_id = run.id AND t.plan_hash = run.plan_hash AND t.state IN ('open', 'deciding'))
            AND NOT EXISTS (SELECT FROM todo t WHERE t.task_id = 'plan:' || run.id || ':' || left(run.plan_hash, 12))
          ORDER BY run.started_at LIMIT $1`,
        [limit],
      );
      return rows;
    },

    open: ({ runId, planHash }, message) =>
      db.transaction(async (client) => {
        const { rowCount } = await client.query(
          `INSERT INTO todo (task_id, target, run_id, plan_hash) VALUES ($1, 'plan', $2, $3)
           ON CONFLICT (task_id) DO NOTHING`,
          [planTaskId(runId, planHash), runId, planHash],
        );
        if (rowCount !== 1) return false;
        await putBridgeMessage(client, secrets, message);
        return true;
      }),

    async plansOver(limit) {
      const { rows } = await pool.query<PlanOver>(
        `SELECT t.task_id AS "taskId",
                CASE WHEN p.rejected_by IS NOT NULL OR run.phase = 'rejected' THEN 'rejected'
                     WHEN p.approved_hash = t.plan_hash THEN 'approved'
                     WHEN run.phase IN ${waitingPhases} THEN 'changed'
                     WHEN run.phase IN ('expired', 'cancelled') THEN run.phase ELSE 'over' END AS outcome,
                CASE WHEN p.rejected_by IS NOT NULL THEN p.rejected_by
                     WHEN p.approved_hash = t.plan_hash THEN p.approved_by END AS by
           FROM todo t LEFT JOIN run ON run.id = t.run_id LEFT JOIN push_plan p ON p.run_id = t.run_id
          WHERE t.target = 'plan' AND t.state = 'open'
            AND (run.id IS NULL OR run.phase NOT IN ${waitingPhases} OR run.plan_hash IS DISTINCT FROM t.plan_hash)
          ORDER BY t.created_at LIMIT $1`,
        [limit],
      );
      return rows;
    },

    async settle({ taskId, outcome, by }, outcomeText) {
      await pool.query(
        `UPDATE todo SET state = 'settled', outcome = $2, outcome_text = $3, by = $4, at = clock_timestamp(),
                is_to_be_shown = true, updated_at = clock_timestamp()
          WHERE task_id = $1 AND state = 'open'`,
        [taskId, outcome, outcomeText, by],
      );
    },

    async planToDecide(runId, { userId, memberId, actionKey, planHash }) {
      const { rows } = await pool.query<{
        readonly workflowId: string;
        readonly phase: string;
        readonly planHash: string | null;
        readonly requestedBy: string;
        readonly document: unknown;
        readonly consoleUserId: string | null;
        readonly approvedBy: string | null;
        readonly approvedHash: string | null;
        readonly rejectedBy: string | null;
      }>(
        `SELECT run.workflow_id AS "workflowId", run.phase, run.plan_hash AS "planHash", run.requested_by AS "requestedBy",
                settings.document, u.id AS "consoleUserId", p.approved_by AS "approvedBy",
                p.approved_hash AS "approvedHash", p.rejected_by AS "rejectedBy"
           FROM run
           LEFT JOIN push_plan p ON p.run_id = run.id
           LEFT JOIN LATERAL (SELECT s.document FROM directory_settings s WHERE s.corp_id = run.corp_id
                               ORDER BY s.version DESC LIMIT 1) settings ON true
           LEFT JOIN LATERAL (SELECT id FROM console_user
                               WHERE disabled_at IS NULL AND lower(wecom_user_ids->>run.corp_id) = lower($2)
                               ORDER BY created_at LIMIT 1) u ON true
          WHERE run.id = $1`,
        [runId, userId],
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      const { workflowId, phase, consoleUserId, approvedBy, approvedHash, rejectedBy } = row;
      const principalId = consoleUserId === null ? null : `user:${consoleUserId}`;
      const by = principalId ?? `member:${memberId ?? ''}`;
      const approval: PushSettings['approval'] = completeSettings(row.document ?? {}).push.approval;
      const decision = { approves: actionKey === planActions.approve, requestedBy: row.requestedBy };
      const moved = await findMovement(pool, runId);
      return {
        workflowId,
        phase,
        planHash: row.planHash,
        mayDecide: mayDecideByCard({ userId, principalId }, approval, decision),
        hasMovedOn: moved.settings || moved.records,
        by,
        decidedAlready:
          rejectedBy === by ? 'reject' : approvedBy === by && approvedHash === planHash ? 'approve' : null,
      };
    },

    async noteDecision({ runId, by, decision, planHash, comment }) {
      await db.transaction(async (client) => {
        if (decision === 'rejected') {
          await client.query(
            'UPDATE push_plan SET rejected_by = $2, rejected_reason = $3 WHERE run_id = $1',
            [runId, by, comment],
          );
        }
        await client.query(
          `INSERT INTO push_approval (id, run_id, actor, decision, plan_hash, comment)
           SELECT gen_random_uuid()::text, $1, $2, $3, $4, $5
            WHERE NOT EXISTS (SELECT FROM push_approval
                               WHERE run_id = $1 AND actor = $2 AND decision = $3 AND plan_hash = $4)`,
          [runId, by, decision, planHash, comment],
        );
      });
    },
  };
}
