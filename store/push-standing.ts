import type { Database } from './database';
import { createPushPlanStore, type PlanTotals } from './push-plans';

/** What has become of a plan when its run is taken up again. */
export type PushStanding = PlanTotals & {
  /** `safe-part`: what lies beyond the limits was left held on purpose. */
  readonly approved: 'no' | 'safe-part' | 'yes';
};

export interface PushStandingStore {
  /** Undefined while the run has no plan. */
  standingOf(runId: string): Promise<PushStanding | undefined>;
}

export function createPushStandingStore(db: Database): PushStandingStore {
  const plans = createPushPlanStore(db);
  return {
    async standingOf(runId) {
      const { rows } = await db.pool.query<{ isApproved: boolean; isSafeOnly: boolean }>(
        `SELECT p.approved_at IS NOT NULL AS "isApproved", p.approved_safe_only AS "isSafeOnly"
           FROM push_plan p JOIN run r ON r.id = p.run_id WHERE p.run_id = $1 AND r.plan_hash IS NOT NULL`,
        [runId],
      );
      const [plan] = rows;
      if (plan === undefined) return undefined;
      const approved = !plan.isApproved ? 'no' : plan.isSafeOnly ? 'safe-part' : 'yes';
      return { ...(await plans.totals(runId)), approved };
    },
  };
}
