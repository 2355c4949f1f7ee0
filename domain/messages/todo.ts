import { showStateKey, type TapRefusal } from './card';

/** What a tap on a card comes to before anybody else is asked. */

export interface TapFacts {
  readonly actionKey: string;
  /** Keys of the buttons on the card that was tapped. */
  readonly actionKeys: readonly string[];
  readonly isRecipient: boolean;
  /** Of the member who tapped, as it is bound now. */
  readonly oaUserId: string | null;
  /** Neither departed nor disabled. */
  readonly isActive: boolean;
}

/** A plan is decided by those who may approve it at that moment; nobody has to be somebody in the OA for it. */
export interface PlanTapFacts {
  readonly isApprover: boolean;
  /** The plan that was on the card is the one that waits now. */
  readonly isCurrent: boolean;
}

export type TapJudgement =
  /** Asks for nothing but the latest state. */
  | { readonly kind: 'look' }
  | { readonly kind: 'refused'; readonly refusal: TapRefusal }
  | { readonly kind: 'decides' };

export function judgeTap(tap: TapFacts, plan: PlanTapFacts | null): TapJudgement {
  if (tap.actionKey === showStateKey) return { kind: 'look' };
  const refusal = plan === null ? refusalOf(tap) : refusalOfPlan(tap, plan);
  return refusal === null ? { kind: 'decides' } : { kind: 'refused', refusal };
}

function refusalOf({ actionKey, actionKeys, isRecipient, oaUserId, isActive }: TapFacts): TapRefusal | null {
  if (!isRecipient) return 'not-a-recipient';
  if (oaUserId === null) return 'not-bound';
  if (!isActive) return 'not-active';
  return actionKeys.includes(actionKey) ? null : 'unknown-action';
}

function refusalOfPlan(
  { actionKey, actionKeys, isRecipient, isActive }: TapFacts,
  { isApprover, isCurrent }: PlanTapFacts,
): TapRefusal | null {
  if (!isRecipient) return 'not-a-recipient';
  if (!isActive) return 'not-active';
  if (!isApprover) return 'not-an-approver';
  if (!isCurrent) return 'plan-changed';
  return actionKeys.includes(actionKey) ? null : 'unknown-action';
}
