import { spansOf } from '../../domain/attendance/gaps';
import type { AttendanceRuleDraft } from '../../domain/attendance/rule';
import { ruleFingerprint, ruleProblems } from '../../domain/attendance/rule';
import { today } from '../../domain/attendance/day-boundary';
import type { Lang } from '../../i18n';
import { attendanceTexts, ruleProblemTexts } from '../../i18n/attendance';
import type {
  AttendanceRuleContent,
  AttendanceRuleRecord,
  AttendanceRunBrief,
} from '../../store/attendance-rules';
import { sha256 } from '../../store/push-plans';
import { attendanceScheduleId } from '../../workflows/attendance.contract';
import type { ApiDeps } from '../deps';
import { invalid, isTemporalUnavailable } from '../http-errors';
import { labelOf } from '../principal';
import { pauseNote } from '../schedule-pauses';
import type { ScheduleState } from '../temporal';
import { boundaryOf } from './settings';

/** All that is wrong with it, at its places. */
export async function assertGoodRule(
  { attendanceRules }: Pick<ApiDeps, 'attendanceRules'>,
  corpId: string,
  { scope, reads }: Pick<AttendanceRuleDraft, 'scope' | 'reads'>,
): Promise<void> {
  const known = await attendanceRules.known(corpId, {
    departments: scope.departments,
    userIds: [...scope.userIds, ...scope.excludeUserIds],
  });
  const problems = ruleProblems(
    { scope, reads },
    {
      hasDepartment: (departmentId) => known.departments.has(departmentId),
      hasMember: (userId) => known.members.has(userId.toLowerCase()),
    },
  );
  if (problems.length === 0) return;
  throw invalid(
    problems.map(({ path, code, params }) => ({
      path: path.replace(/\[(\d+)\]/g, '.$1'),
      said: { text: ruleProblemTexts[code], params },
    })),
    known.isRead || problems.every(({ code }) => code === 'nothing-to-read')
      ? {}
      : { advice: { text: attendanceTexts.membersNotReadAdvice } },
  );
}

/** `before`: days that its schedule asked for already stay asked for. */
export async function contentOf(
  { attendanceSettings }: Pick<ApiDeps, 'attendanceSettings'>,
  corpId: string,
  draft: AttendanceRuleDraft,
  before: AttendanceRuleRecord | undefined,
): Promise<AttendanceRuleContent> {
  const isScheduled = draft.enabled && draft.schedule !== null;
  const boundary = boundaryOf(await attendanceSettings.find(corpId));
  return {
    ...draft,
    expectedFrom: isScheduled ? (before?.expectedFrom ?? today(boundary, new Date())) : null,
    fingerprint: ruleFingerprint(draft, sha256),
  };
}

export async function viewRules(
  deps: ApiDeps,
  corpId: string,
  rules: readonly AttendanceRuleRecord[],
  lang: Lang,
) {
  const { attendanceRules, attendanceOverview, principals } = deps;
  const [labels, lastRuns, gaps, states, people] = await Promise.all([
    principals.labelsOf(rules.map(({ createdBy }) => createdBy)),
    attendanceRules.lastRuns(rules.map(({ id }) => id)),
    rules.length === 0 ? [] : attendanceOverview.openGaps(corpId),
    Promise.all(rules.map((rule) => scheduleOf(deps, rule))),
    Promise.all(rules.map(({ scope }) => attendanceRules.countPeople(corpId, scope))),
  ]);
  const pauseNotes = await Promise.all(
    rules.map(async ({ id }, index) => {
      const state = states[index];
      return state === undefined ? null : pauseNote(deps, attendanceScheduleId(id), state, lang);
    }),
  );
  return rules.map((rule, index) => {
    const { id, name, kinds, reads, schedule, scope, lookBackDays, enabled, createdBy } = rule;
    const state = states[index];
    return {
      ruleId: id,
      name,
      scope: {
        departments: [...scope.departments],
        userIds: [...scope.userIds],
        excludeUserIds: [...scope.excludeUserIds],
      },
      kinds,
      reads: { ...reads },
      schedule: schedule === null ? null : { ...schedule },
      lookBackDays,
      enabled,
      paused: state?.paused ?? false,
      pauseNote: pauseNotes[index] ?? null,
      nextRuns: state === undefined || state.paused ? [] : state.nextRuns.map((at) => at.toISOString()),
      lastRun: viewRunBrief(lastRuns.get(id) ?? null),
      openGaps: spansOf(gaps.filter(({ ruleId }) => ruleId === id).map(({ day }) => day)).map((span) => ({
        ...span,
      })),
      people: people[index] ?? 0,
      createdBy: labelOf(createdBy, labels),
      createdAt: rule.createdAt.toISOString(),
      updatedAt: rule.updatedAt.toISOString(),
    };
  });
}

/** Undefined where it never begins by itself, and while Temporal can't tell: the rule is shown all the same. */
async function scheduleOf(
  { temporal, logger }: Pick<ApiDeps, 'temporal' | 'logger'>,
  { id: ruleId, corpId, enabled, schedule }: AttendanceRuleRecord,
): Promise<ScheduleState | undefined> {
  if (!enabled || schedule === null) return undefined;
  try {
    const known = await temporal.describeAttendanceSchedule(ruleId);
    if (known !== undefined) return known;
    // Temporal was away when the rule was saved.
    await temporal.ensureAttendanceSchedule({ ruleId, corpId, schedule });
    return await temporal.describeAttendanceSchedule(ruleId);
  } catch (error) {
    if (!isTemporalUnavailable(error)) throw error;
    logger.warn(
      { err: error, corpId, ruleId },
      'Temporal does not tell when an attendance rule has its turn',
    );
    return undefined;
  }
}

export function viewRunBrief(run: AttendanceRunBrief | null) {
  return run === null
    ? null
    : { ...run, startedAt: run.startedAt.toISOString(), finishedAt: run.finishedAt?.toISOString() ?? null };
}
