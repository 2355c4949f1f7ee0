import { isHolding, type Change } from '../domain/directory/push/changes';
import type { GuardHistory, GuardReason, GuardVerdict } from '../domain/directory/push/guard';
import type { Plan } from '../domain/directory/push/plan';
import { sameUserIdKey } from '../domain/directory/push/snapshot';
import type { PushSettings } from '../domain/directory/settings';

/** With which a change begins. */
export type ChangeStatus = 'pending' | 'held' | 'skipped' | 'conflict';

/** What the guard said of a change. */
export type Holding = { readonly codes: readonly string[]; readonly barred: boolean };

export function statusOf(change: Pick<Change, 'action'>, holding: Holding | undefined): ChangeStatus {
  if (change.action === 'conflict') return 'conflict';
  if (change.action === 'skipUser') return 'skipped';
  return holding === undefined ? 'pending' : 'held';
}

/** Which reasons hold each change. */
export function holdingsOf(
  plan: Pick<Plan, 'changes' | 'reads'>,
  verdict: GuardVerdict,
  history: Pick<GuardHistory, 'protectedUsers'>,
  { protectedUsers }: PushSettings['guard'],
): ReadonlyMap<string, Holding> {
  const barred = new Set(verdict.barredChangeIds);
  const held = new Set(verdict.heldChangeIds);
  const guarded = new Set([...protectedUsers, ...history.protectedUsers].map(sameUserIdKey));
  const holdings = new Map<string, Holding>();
  for (const change of plan.changes) {
    if (!held.has(change.id)) continue;
    const codes = new Set<string>();
    if (change.hold !== null && isHolding(change.hold)) codes.add(change.hold.code);
    for (const reason of verdict.reasons) if (isHeldBy(change, reason, guarded)) codes.add(reason.code);
    if (codes.size === 0) codes.add('depends-on-held');
    holdings.set(change.id, { codes: [...codes], barred: barred.has(change.id) });
  }
  return holdings;
}

function isHeldBy(change: Change, reason: GuardReason, guarded: ReadonlySet<string>): boolean {
  const isRemoval = change.limitGroups.includes('deletes') || change.limitGroups.includes('disables');
  switch (reason.code) {
    case 'limit-exceeded':
      return change.limitGroups.includes(reason.group);
    case 'percent-exceeded':
      return isRemoval;
    case 'branch-exceeded':
      return isRemoval && change.branches.includes(reason.departmentId);
    case 'oa-reading':
    case 'wecom-reading':
      return isRemoval || change.limitGroups.includes('department-deletes');
    case 'protected-users':
      return (
        isRemoval &&
        'oaUserId' in change &&
        (guarded.has(sameUserIdKey(change.oaUserId)) || guarded.has(sameUserIdKey(change.userId)))
      );
    default:
      return false;
  }
}
