import { getClient } from '@temporalio/activity';
import { planActions } from '../domain/directory/push/approval';
import type { PlanCardStore } from '../store/plan-cards';
import type { TapToDecide, Verdict } from '../store/todo-desk';
import { planCardTexts } from '../i18n/plan-cards';
import { approvePushUpdate, rejectPushUpdate } from '../workflows/directory-push.contract';
import { approvalUpdate, createPushDoor } from '../workflows/directory-push-door.contract';
import type { PlanDecider } from './todos';

/** What a tap on a plan's card comes to, at the run's own door; judged by what is true at this moment. */
export function createPlanDecider({ plans }: { readonly plans: PlanCardStore }): PlanDecider {
  async function decide({ runId, planHash, userId, memberId, actionKey }: TapToDecide): Promise<Verdict> {
    if (runId === null || planHash === null) return changed;
    const plan = await plans.planToDecide(runId, { userId, memberId, actionKey, planHash });
    if (plan === undefined) return changed;
    const { workflowId, by } = plan;
    const isApproval = actionKey === planActions.approve;
    if (plan.decidedAlready !== null)
      return plan.decidedAlready === actionKey ? { kind: 'decided', by } : changed;
    if (!plan.mayDecide) return { kind: 'refused', refusal: 'not-an-approver' };
    if (plan.planHash !== planHash || plan.phase !== 'awaiting-approval') return changed;
    if (isApproval && plan.hasMovedOn) return changed;
    const door = createPushDoor((id) => getClient().workflow.getHandle(id));
    const answer = await door.update({ workflowId, runId }, (handle) =>
      isApproval
        ? handle.executeUpdate(approvePushUpdate, approvalUpdate({ planHash, by, safeOnly: false }))
        : handle.executeUpdate(rejectPushUpdate, { args: [{ by }] }),
    );
    if (answer !== 'accepted') return changed;
    await plans.noteDecision({
      runId,
      by,
      decision: isApproval ? 'approved' : 'rejected',
      planHash,
      comment: isApproval ? null : planCardTexts.rejectedByCard['zh-CN'],
    });
    return { kind: 'decided', by };
  }

  return { decide };
}

const changed: Verdict = { kind: 'refused', refusal: 'plan-changed' };
