import type { Database } from './database';

/** What people decided about plans, beside what their workflow does with it. */

export type PlanDecisionKind =
  'approved' | 'approved-safe-part' | 'rejected' | 'paused' | 'resumed' | 'snoozed' | 'retried' | 'undone';

export interface PushDecisionStore {
  record(decision: {
    readonly runId: string;
    /** Id of the principal. */
    readonly actor: string;
    readonly decision: PlanDecisionKind;
    readonly planHash: string | null;
    readonly comment?: string | undefined;
  }): Promise<void>;
  noteRejection(runId: string, by: string, reason: string): Promise<void>;
  noteSnooze(runId: string, until: Date): Promise<void>;
}

export function createPushDecisionStore({ prisma }: Database): PushDecisionStore {
  return {
    async record({ runId, actor, decision, planHash, comment }) {
      await prisma.pushApproval.create({
        data: { runId, actor, decision, planHash, comment: comment ?? null },
      });
    },

    async noteRejection(runId, by, reason) {
      await prisma.pushPlan.updateMany({
        where: { runId },
        data: { rejectedBy: by, rejectedReason: reason },
      });
    },

    async noteSnooze(runId, until) {
      await prisma.pushPlan.updateMany({ where: { runId }, data: { snoozedUntil: until } });
    },
  };
}
