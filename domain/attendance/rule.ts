import type { Digest } from '../directory/push/plan-hash';
import type { Schedule } from '../directory/settings';
import { canonicalCron } from '../time/cron';
import type { AttendanceScope, AttendanceSources, PunchKinds } from './attendance';

/** Who and what a rule reads, and when. */
export type AttendanceRuleDraft = {
  readonly name: string;
  readonly scope: AttendanceScope;
  readonly kinds: PunchKinds;
  readonly reads: AttendanceSources;
  readonly schedule: Schedule | null;
  readonly lookBackDays: number;
  readonly enabled: boolean;
};

export const lookBackLimits = { min: 0, max: 30, default: 3 } as const;

export type RuleProblemCode = 'nothing-to-read' | 'unknown-department' | 'unknown-member';

export interface RuleProblem {
  /** As in the request: `scope.userIds[3]`. */
  readonly path: string;
  readonly code: RuleProblemCode;
  readonly params: Readonly<Record<string, string | number>>;
}

/** What the corp has, looked up by what the draft names. */
export type KnownToCorp = {
  hasDepartment(departmentId: number): boolean;
  hasMember(userId: string): boolean;
};

export function ruleProblems(
  { scope, reads }: Pick<AttendanceRuleDraft, 'scope' | 'reads'>,
  corp: KnownToCorp,
): readonly RuleProblem[] {
  const problems: RuleProblem[] = [];
  scope.departments.forEach((departmentId, index) => {
    if (corp.hasDepartment(departmentId)) return;
    const path = `scope.departments[${index}]`;
    problems.push({ path, code: 'unknown-department', params: { departmentId } });
  });
  for (const field of ['userIds', 'excludeUserIds'] as const) {
    scope[field].forEach((userId, index) => {
      if (corp.hasMember(userId)) return;
      problems.push({ path: `scope.${field}[${index}]`, code: 'unknown-member', params: { userId } });
    });
  }
  if (!reads.punches && !reads.daily && !reads.monthly) {
    problems.push({ path: 'reads', code: 'nothing-to-read', params: {} });
  }
  return problems;
}

/** The same for rules with the same people, kinds, reads and times, however they are written and called. */
export function ruleFingerprint(
  { scope, kinds, reads, schedule }: Pick<AttendanceRuleDraft, 'scope' | 'kinds' | 'reads' | 'schedule'>,
  digest: Digest,
): string {
  const { punches, daily, monthly } = reads;
  const content = {
    departments: inOrder(scope.departments, (one, other) => one - other),
    userIds: membersOf(scope.userIds),
    excludeUserIds: membersOf(scope.excludeUserIds),
    // Reports know no kinds.
    kinds: punches ? kinds : null,
    reads: { punches, daily, monthly },
    schedule: schedule && { cron: canonicalCron(schedule.cron), timezone: schedule.timezone },
  };
  return digest([JSON.stringify(content)]);
}

/** WeCom takes a userid in any case. */
function membersOf(userIds: readonly string[]): readonly string[] {
  return inOrder(userIds.map((userId) => userId.toLowerCase()));
}

function inOrder<T>(values: readonly T[], compare?: (one: T, other: T) => number): readonly T[] {
  return [...new Set(values)].sort(compare);
}
