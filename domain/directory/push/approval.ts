import type { PushSettings } from '../settings';

/** Who may decide on a plan, by the settings in force at that moment and not by those the plan was made under. */

export function isListedApprover(approvers: readonly string[], userId: string | undefined): boolean {
  return (
    userId !== undefined && approvers.some((approver) => approver.toLowerCase() === userId.toLowerCase())
  );
}

export interface CardApprover {
  readonly userId: string;
  /** Id of the console user who is that member, if anybody is. */
  readonly principalId: string | null;
}

/**
 * Whether a tap on a card counts. On a card only those approve whom the settings name: there is no role to go by, so
 * what a limit has stopped altogether is decided in the console.
 */
export function mayDecideByCard(
  { userId, principalId }: CardApprover,
  { approvers, requesterMayApprove }: PushSettings['approval'],
  decision: { readonly approves: boolean; readonly requestedBy: string },
): boolean {
  if (!isListedApprover(approvers, userId)) return false;
  // Whoever asked for a run may always take it back.
  if (!decision.approves || requesterMayApprove) return true;
  return principalId === null || principalId !== decision.requestedBy;
}

export const planActions = { approve: 'approve', reject: 'reject' } as const;
