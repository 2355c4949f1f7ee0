import type { AttendanceSources, PunchKinds } from '../../domain/attendance/attendance';
import { today } from '../../domain/attendance/day-boundary';
import { checkRange } from '../../domain/attendance/windows';
import { apiTexts } from '../../i18n/api';
import { attendanceTexts, rangeProblemTexts, ruleProblemTexts } from '../../i18n/attendance';
import type { AttendanceRuleRecord } from '../../store/attendance-rules';
import type { NewAttendanceRun } from '../../store/attendance-runs';
import type { CorpRecord } from '../../store/corps';
import { attendancePullId } from '../../workflows/attendance.contract';
import type { RequestFacts } from '../define-route';
import type { ApiDeps } from '../deps';
import type { FieldProblem } from '../http-errors';
import { invalid } from '../http-errors';
import type { Principal } from '../principal';
import { newRunId, runOpen, startOnceClosed, triggerOf } from '../start-run';
import { credentialKind } from './credential';
import { boundaryOf, notSetUp } from './settings';

export type AskedRun = {
  readonly from: string;
  readonly to: string;
  readonly userIds?: readonly string[] | undefined;
  readonly ruleId?: string | undefined;
  readonly kinds?: PunchKinds | undefined;
  readonly reads?: AttendanceSources | undefined;
  readonly acceptLoss: boolean;
};

type Order = Omit<NewAttendanceRun, 'runId'>;

const usualReads: AttendanceSources = { punches: true, daily: false, monthly: false };

/** What a run is to read, as far as it can be read at all. */
export async function orderOf(deps: ApiDeps, corp: CorpRecord, asked: AskedRun): Promise<Order> {
  const { attendanceSettings, attendanceRules } = deps;
  const settings = await attendanceSettings.find(corp.id);
  if (settings === undefined || credentialKind(settings) === null) throw notSetUp();
  const boundary = boundaryOf(settings);
  const { from, to, userIds, ruleId, acceptLoss } = asked;
  const [rule, known] = await Promise.all([
    ruleId === undefined ? undefined : attendanceRules.find(corp.id, ruleId),
    attendanceRules.known(corp.id, { departments: [], userIds: userIds ?? [] }),
  ]);
  const kinds = asked.kinds ?? rule?.kinds ?? 'all';
  const reads = asked.reads ?? rule?.reads ?? usualReads;
  const problems: FieldProblem[] = [
    ...checkRange({ from, to }, today(boundary, new Date())).map(({ path, code, params }) => ({
      path,
      said: { text: rangeProblemTexts[code], params },
    })),
    ...unknownMembers(userIds ?? [], known.members),
    ...unknownRule(ruleId, rule),
    ...(reads.punches || reads.daily || reads.monthly
      ? []
      : [{ path: 'reads', said: { text: ruleProblemTexts['nothing-to-read'] } }]),
  ];
  if (problems.length > 0) {
    throw invalid(problems, known.isRead ? {} : { advice: { text: attendanceTexts.membersNotReadAdvice } });
  }
  return {
    ...boundary,
    corpId: corp.id,
    ruleId: rule?.id ?? null,
    ruleName: rule?.name ?? null,
    from,
    to,
    userIds: userIds === undefined ? null : withoutDoubles(userIds),
    kinds,
    reads,
    acceptLoss,
  };
}

function unknownMembers(userIds: readonly string[], members: ReadonlySet<string>): FieldProblem[] {
  return userIds.flatMap((id, index) =>
    members.has(id.toLowerCase())
      ? []
      : [{ path: `userIds.${index}`, said: { text: apiTexts.unknownMember, params: { id } } }],
  );
}

function unknownRule(ruleId: string | undefined, rule: AttendanceRuleRecord | undefined): FieldProblem[] {
  return ruleId === undefined || rule !== undefined
    ? []
    : [{ path: 'ruleId', said: { text: attendanceTexts.ruleMissing } }];
}

/** Members are the same whatever case their userid is written in. */
function withoutDoubles(userIds: readonly string[]): string[] {
  return [...new Map(userIds.map((userId) => [userId.toLowerCase(), userId])).values()];
}

/** One run of each rule at a time, and one of those without a rule. */
export async function startAttendance(
  deps: ApiDeps,
  corp: CorpRecord,
  asked: AskedRun,
  { principal, request }: { readonly principal: Principal; readonly request: RequestFacts },
): Promise<{ readonly runId: string; readonly workflowId: string }> {
  const { runs, temporal, attendanceStarts } = deps;
  const runId = newRunId(request);
  // An earlier attempt at this very request, which died before it could answer, may even have ended since.
  const earlier = request.idempotency === undefined ? undefined : await runs.findRun(runId);
  if (earlier !== undefined && (earlier.temporalRunId !== null || earlier.finishedAt !== null)) {
    return { runId, workflowId: earlier.workflowId };
  }
  const order = await orderOf(deps, corp, asked);
  const { ruleId } = order;
  const workflowId = attendancePullId(corp.id, ruleId);
  const by = { trigger: triggerOf(principal), requestedBy: principal.id };
  const run = {
    id: runId,
    corpId: corp.id,
    direction: 'attendance',
    mode: 'apply',
    workflowId,
    ...by,
  } as const;
  await attendanceStarts.make(run, { ...order, runId });
  const started = await startOnceClosed(deps, runId, () =>
    temporal.startAttendancePull({ corpId: corp.id, runId, ruleId, ...by, wecomCorpId: corp.corpId }),
  ).catch(async (error: unknown) => {
    await attendanceStarts.takeBack(runId);
    throw error;
  });
  if (started.kind === 'already-open' && started.runId !== runId) {
    await attendanceStarts.takeBack(runId);
    throw await runOpen(deps, corp.id, 'attendance', started);
  }
  if (started.kind === 'started') await runs.ensureRun({ ...run, temporalRunId: started.temporalRunId });
  return { runId, workflowId };
}
