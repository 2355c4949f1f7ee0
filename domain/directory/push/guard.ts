import type { PushSettings } from '../settings';
import { isHolding, type Change, type LimitGroup } from './changes';
import { removesAnyone } from './only';
import type { Plan } from './plan';
import { compareText, sameUserIdKey } from './snapshot';

/** What was done before this plan. */
export type GuardHistory = {
  /** Active users in scope of the last push that was applied to its end; null before the first. */
  readonly lastActiveInScope: number | null;
  /** Done within the last 24 hours, by whatever: pushes, immediate disables, due departures. */
  readonly lastDay: Readonly<Record<LimitGroup, number>>;
  /** Userids or OA ids of people who are protected by what they are: bound administrators and approvers. */
  readonly protectedUsers: readonly string[];
  /** The corp's account limit as its administrator entered it; null when nobody did. */
  readonly accounts: {
    readonly limit: number;
    /** Accounts that exist now, bound or not. */
    readonly used: number;
    /** By the bridge, in the calendar month of the corp's zone. */
    readonly createdThisMonth: number;
  } | null;
};

export type GuardReason =
  | { readonly code: 'max-decrease'; readonly params: { readonly decrease: number; readonly limit: number } }
  | {
      readonly code: 'limit-exceeded';
      readonly group: LimitGroup;
      readonly params: { readonly count: number; readonly lastDay: number; readonly limit: number };
    }
  | {
      readonly code: 'percent-exceeded';
      readonly params: { readonly count: number; readonly of: number; readonly limit: number };
    }
  | {
      readonly code: 'branch-exceeded';
      readonly departmentId: number;
      readonly params: { readonly count: number; readonly of: number; readonly limit: number };
    }
  | { readonly code: 'oa-reading'; readonly reading: Exclude<Plan['reads']['oa'], 'complete'> }
  | { readonly code: 'wecom-reading'; readonly reading: Exclude<Plan['reads']['wecom'], 'complete'> }
  | { readonly code: 'protected-users'; readonly params: { readonly count: number } }
  | { readonly code: 'status-unreadable'; readonly params: { readonly count: number } }
  | { readonly code: 'departments-not-empty'; readonly params: { readonly count: number } }
  | { readonly code: 'postponed'; readonly params: { readonly count: number } }
  | { readonly code: 'depends-on-held'; readonly params: { readonly count: number } }
  /** Warnings, holding nothing: WeCom itself will refuse what is too much. */
  | {
      readonly code: 'account-limit';
      readonly params: {
        readonly count: number;
        readonly used: number;
        readonly limit: number;
        readonly deletes: number;
      };
    }
  | {
      readonly code: 'account-creations';
      readonly params: { readonly count: number; readonly thisMonth: number; readonly limit: number };
    };

export type GuardVerdict = {
  /** `hold`: the safe part may go on. `blocked`: nothing may. */
  readonly kind: 'pass' | 'hold' | 'blocked';
  readonly reasons: readonly GuardReason[];
  /** All that may not be applied as the plan stands. */
  readonly heldChangeIds: readonly string[];
  /** Those of the held that no approval releases: another reading, or another plan, is needed. */
  readonly barredChangeIds: readonly string[];
};

type GuardSettings = PushSettings['guard'];

export function guardPlan(
  plan: Pick<Plan, 'changes' | 'population' | 'reads' | 'isPartial'>,
  history: GuardHistory,
  settings: GuardSettings,
): GuardVerdict {
  const reasons: GuardReason[] = [];
  const held = new Set<string>();
  const barred = new Set<string>();
  const bar = ({ id }: Change): void => {
    held.add(id);
    barred.add(id);
  };

  const decrease =
    history.lastActiveInScope === null ? 0 : history.lastActiveInScope - plan.population.activeInScope;
  // A plan about some people alone has its say in the company's decrease only where it takes somebody away.
  const isMeasured = plan.isPartial !== true || removesAnyone(plan.changes);
  const isShrunken = isMeasured && settings.maxDecrease !== null && decrease > settings.maxDecrease;
  if (isShrunken) {
    reasons.push({ code: 'max-decrease', params: { decrease, limit: settings.maxDecrease ?? 0 } });
  }

  const byGroup = groupChanges(plan.changes);
  const removals = [...byGroup.deletes, ...byGroup.disables];
  const needWholeReads = [...removals, ...byGroup['department-deletes']];
  if (needWholeReads.length > 0) {
    const { oa, wecom } = plan.reads;
    if (oa !== 'complete') reasons.push({ code: 'oa-reading', reading: oa });
    if (wecom !== 'complete') reasons.push({ code: 'wecom-reading', reading: wecom });
    if (oa !== 'complete' || wecom !== 'complete') needWholeReads.forEach(bar);
  }

  const exceeded = [
    ...overNumber(byGroup, history, settings),
    ...overPercent(plan, removals, history, settings),
    ...overBranch(plan, removals, settings),
  ];
  for (const { reason, changes } of exceeded) {
    reasons.push(reason);
    for (const { id } of changes) held.add(id);
  }

  const protectedKeys = new Set([...settings.protectedUsers, ...history.protectedUsers].map(sameUserIdKey));
  const isProtected = (change: Change): boolean =>
    'oaUserId' in change &&
    (protectedKeys.has(sameUserIdKey(change.oaUserId)) ||
      (change.userId !== null && protectedKeys.has(sameUserIdKey(change.userId))));
  const guarded = removals.filter(isProtected);
  guarded.forEach(bar);
  if (guarded.length > 0) reasons.push({ code: 'protected-users', params: { count: guarded.length } });

  const unreadable = plan.changes.filter(({ hold }) => hold?.code === 'status-unreadable' && isHolding(hold));
  for (const { id } of unreadable) held.add(id);
  if (unreadable.length > 0)
    reasons.push({ code: 'status-unreadable', params: { count: unreadable.length } });
  const inhabited = plan.changes.filter(({ hold }) => hold?.code === 'department-not-empty');
  inhabited.forEach(bar);
  if (inhabited.length > 0) {
    reasons.push({ code: 'departments-not-empty', params: { count: inhabited.length } });
  }

  const postponed = plan.changes.filter(({ hold }) => hold?.code === 'postponed');
  postponed.forEach(bar);
  if (postponed.length > 0) reasons.push({ code: 'postponed', params: { count: postponed.length } });

  const dependants = holdDependants(plan.changes, held, barred);
  if (dependants > 0) reasons.push({ code: 'depends-on-held', params: { count: dependants } });

  reasons.push(...accountWarnings(plan.changes, history.accounts));

  const isBlocked = isShrunken || (exceeded.length > 0 && settings.onExceed === 'stop');
  return {
    kind: isBlocked ? 'blocked' : held.size > 0 ? 'hold' : 'pass',
    reasons,
    heldChangeIds: [...held].sort(compareText),
    barredChangeIds: [...barred].sort(compareText),
  };
}

type ByGroup = Readonly<Record<LimitGroup, readonly Change[]>>;
type Exceeded = { readonly reason: GuardReason; readonly changes: readonly Change[] };

function groupChanges(changes: readonly Change[]): ByGroup {
  const byGroup: Record<LimitGroup, Change[]> = {
    deletes: [],
    disables: [],
    'department-deletes': [],
    moves: [],
    cleared: [],
  };
  for (const change of changes) for (const group of change.limitGroups) byGroup[group].push(change);
  return byGroup;
}

function overNumber(byGroup: ByGroup, { lastDay }: GuardHistory, settings: GuardSettings): Exceeded[] {
  const limits: Readonly<Record<LimitGroup, number | null>> = {
    deletes: settings.maxDeletes,
    disables: settings.maxDisables,
    'department-deletes': settings.maxDepartmentDeletes,
    moves: settings.maxMoves,
    cleared: settings.maxCleared,
  };
  return limitGroups.flatMap((group): Exceeded[] => {
    const limit = limits[group];
    const changes = byGroup[group];
    if (limit === null || changes.length === 0 || changes.length + lastDay[group] <= limit) return [];
    const params = { count: changes.length, lastDay: lastDay[group], limit };
    return [{ reason: { code: 'limit-exceeded', group, params }, changes }];
  });
}

const limitGroups = [
  'deletes',
  'disables',
  'department-deletes',
  'moves',
  'cleared',
] as const satisfies readonly LimitGroup[];

/** Deletes and disables together: for those concerned the day ends the same. */
function overPercent(
  { population }: Pick<Plan, 'population'>,
  removals: readonly Change[],
  { lastDay }: GuardHistory,
  { maxDeletePercent, percentFrom }: GuardSettings,
): Exceeded[] {
  const count = removals.length + lastDay.deletes + lastDay.disables;
  if (maxDeletePercent === null || removals.length === 0 || count < percentFrom) return [];
  // Those who went today were part of the company this morning.
  const of = population.boundMembers + lastDay.deletes;
  if (count * 100 <= maxDeletePercent * of) return [];
  return [
    {
      reason: { code: 'percent-exceeded', params: { count, of, limit: maxDeletePercent } },
      changes: removals,
    },
  ];
}

function overBranch(
  { population }: Pick<Plan, 'population'>,
  removals: readonly Change[],
  { maxBranchPercent, percentFrom }: GuardSettings,
): Exceeded[] {
  if (maxBranchPercent === null) return [];
  const byBranch = new Map<number, Change[]>();
  for (const change of removals) {
    for (const branch of change.branches) {
      const others = byBranch.get(branch);
      if (others === undefined) byBranch.set(branch, [change]);
      else others.push(change);
    }
  }
  return [...byBranch]
    .sort(([one], [other]) => one - other)
    .flatMap(([departmentId, changes]): Exceeded[] => {
      const of = population.branches.get(departmentId) ?? changes.length;
      if (changes.length < percentFrom || changes.length * 100 <= maxBranchPercent * of) return [];
      const params = { count: changes.length, of, limit: maxBranchPercent };
      return [{ reason: { code: 'branch-exceeded', departmentId, params }, changes }];
    });
}

/** WeCom creates at most so many accounts a month, as a multiple of the account limit. */
const creationsPerAccount = 3;

function accountWarnings(changes: readonly Change[], accounts: GuardHistory['accounts']): GuardReason[] {
  if (accounts === null) return [];
  const { limit, used, createdThisMonth } = accounts;
  const count = changes.filter(({ action }) => action === 'createUser').length;
  const deletes = changes.filter(({ action }) => action === 'deleteUser').length;
  if (count === 0) return [];
  const reasons: GuardReason[] = [];
  // Disabled accounts count as well; only deletes free some, and they come after the creations.
  if (used + count > limit) reasons.push({ code: 'account-limit', params: { count, used, limit, deletes } });
  const monthly = creationsPerAccount * limit;
  if (createdThisMonth + count > monthly) {
    reasons.push({
      code: 'account-creations',
      params: { count, thisMonth: createdThisMonth, limit: monthly },
    });
  }
  return reasons;
}

/** Changes stand in the order of applying, so what one depends on has been judged before it. */
function holdDependants(changes: readonly Change[], held: Set<string>, barred: Set<string>): number {
  let dependants = 0;
  for (const { id, dependsOn } of changes) {
    if (dependsOn.some((other) => barred.has(other))) barred.add(id);
    if (held.has(id) || !dependsOn.some((other) => held.has(other))) continue;
    held.add(id);
    dependants += 1;
  }
  return dependants;
}
