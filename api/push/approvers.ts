import type { Text } from '../../i18n';
import { pushApiTexts } from '../../i18n/push-api';
import { isListedApprover } from '../../domain/directory/push/approval';
import type { DirectorySettings } from '../../domain/directory/settings';
import type { RunRecord } from '../../store/runs';
import { ApiError } from '../http-errors';
import type { Principal } from '../principal';

/** Who may approve a plan, by the settings in force at that moment and not by those the plan was made under. */

export type ApprovalRight =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly code: 'forbidden' | 'not_an_approver' | 'requester_may_not_approve';
      readonly text: Text;
      readonly advice?: Text;
    };

export function approvalRight(
  principal: Principal,
  run: Pick<RunRecord, 'corpId' | 'requestedBy'> & { readonly isBlocked: boolean },
  { approvers, requesterMayApprove }: DirectorySettings['push']['approval'],
): ApprovalRight {
  if (!principal.scopes.includes('runs:approve')) {
    return { allowed: false, code: 'forbidden', text: pushApiTexts.approvalNeedsRight };
  }
  if (!requesterMayApprove && principal.id === run.requestedBy) {
    return {
      allowed: false,
      code: 'requester_may_not_approve',
      text: pushApiTexts.requesterMayNotApprove,
    };
  }
  // A token was made by an administrator for exactly this; the list names people.
  if (principal.kind === 'token') return { allowed: true };
  const { role, wecomUserIds } = principal.user;
  // What a limit has stopped altogether is an administrator's decision, also where others approve every day.
  if (run.isBlocked) {
    return role === 'admin'
      ? { allowed: true }
      : { allowed: false, code: 'not_an_approver', text: pushApiTexts.blockedNeedsAdmin };
  }
  if (approvers.length === 0) return { allowed: true };
  const own = wecomUserIds[run.corpId];
  if (isListedApprover(approvers, own)) return { allowed: true };
  return {
    allowed: false,
    code: 'not_an_approver',
    text: pushApiTexts.notAnApprover,
    advice: pushApiTexts.notAnApproverAdvice,
  };
}

export function assertMayApprove(right: ApprovalRight): void {
  if (right.allowed) return;
  throw new ApiError(
    403,
    right.code,
    { text: right.text },
    right.advice === undefined ? {} : { advice: { text: right.advice } },
  );
}
