import type { Lang, Text } from '../../i18n';
import { translate } from '../../i18n';
import { pushApiTexts } from '../../i18n/push-api';
import type { PlanOnly } from '../../domain/directory/push/only';
import type { DirectorySettings } from '../../domain/directory/settings';
import type { ChangeTally, PlanRecord } from '../../store/push-reading';
import type { RunRecord } from '../../store/runs';
import type { Principal } from '../principal';
import { labelOf } from '../principal';
import { approvalRight } from './approvers';

/** What a push's run says beyond what every run says. */

export type PlanNumbers = {
  readonly deletions: number;
  readonly held: number;
  readonly releasable: number;
  readonly barred: number;
  readonly leftOut: number;
  readonly pending: number;
  readonly done: number;
  readonly failed: number;
};

export function numbersOf(tallies: readonly ChangeTally[]): PlanNumbers {
  const sum = (wanted: (tally: ChangeTally) => boolean): number =>
    tallies.reduce((total, tally) => (wanted(tally) ? total + tally.count : total), 0);
  return {
    deletions: sum(
      ({ action, status, leftOut, barred }) =>
        action === 'deleteUser' && !leftOut && !barred && (status === 'pending' || status === 'held'),
    ),
    held: sum(({ status, leftOut }) => status === 'held' && !leftOut),
    releasable: sum(({ status, leftOut, barred }) => status === 'held' && !leftOut && !barred),
    barred: sum(({ status, barred }) => status === 'held' && barred),
    leftOut: sum(({ leftOut }) => leftOut),
    pending: sum(({ status, leftOut }) => (status === 'pending' || status === 'applying') && !leftOut),
    done: sum(({ status }) => status === 'done'),
    // As the run's progress counts them: what WeCom refused can be tried again once it is put right there.
    failed: sum(({ status, refused }) => status === 'failed' || refused === true),
  };
}

/** A plan in this state waits for a decision, or can be applied as it is. */
export type Approvable = 'waiting' | 'simulation' | undefined;

export function approvable(
  { phase, mode, planHash }: Pick<RunRecord, 'phase' | 'mode' | 'planHash'>,
  plan: Pick<PlanRecord, 'plannedAt' | 'nextRunId'>,
  { pending, releasable }: PlanNumbers,
): Approvable {
  if (planHash === null || plan.plannedAt === null) return undefined;
  if (phase === 'blocked' || phase === 'awaiting-approval') return 'waiting';
  if (mode === 'simulate' && phase === 'done' && pending + releasable > 0) return 'simulation';
  return undefined;
}

/** Plans that were stopped by a limit, whichever state their run is in. */
export function isBlocked({ phase, verdict }: Pick<RunRecord, 'phase' | 'verdict'>): boolean {
  const kind = (verdict as { readonly kind?: unknown } | null)?.kind;
  return phase === 'blocked' || (phase === 'done' && kind === 'blocked');
}

/** The ends after which a run may be taken up again. */
const takenUpAgain: readonly string[] = ['done', 'failed', 'cancelled'];

/** What a run of departures has left is decided on with each departure, and given to another run. */
export function retryableOf(
  { phase, mode }: Pick<RunRecord, 'phase' | 'mode'>,
  { kind }: Pick<PlanRecord, 'kind'>,
  { failed }: PlanNumbers,
): number {
  return kind !== 'departures' && mode === 'apply' && takenUpAgain.includes(phase) ? failed : 0;
}

export function isResumable(
  { phase, mode }: Pick<RunRecord, 'phase' | 'mode'>,
  plan: Pick<PlanRecord, 'plannedAt' | 'kind'>,
  { pending }: PlanNumbers,
): boolean {
  if (phase === 'paused') return true;
  if (plan.kind === 'departures') return false;
  return mode === 'apply' && phase === 'cancelled' && plan.plannedAt !== null && pending > 0;
}

export function isUndoable(
  { mode, finishedAt }: Pick<RunRecord, 'mode' | 'finishedAt'>,
  { done }: PlanNumbers,
): boolean {
  return mode === 'apply' && finishedAt !== null && done > 0;
}

export function viewPushBlock({
  run,
  plan,
  tallies,
  approval,
  principal,
  labels,
  lang,
}: {
  readonly run: RunRecord;
  readonly plan: PlanRecord;
  readonly tallies: readonly ChangeTally[];
  readonly approval: DirectorySettings['push']['approval'];
  readonly principal: Principal;
  readonly labels: ReadonlyMap<string, string>;
  readonly lang: Lang;
}) {
  const numbers = numbersOf(tallies);
  const { deletions, held, releasable, barred, leftOut } = numbers;
  const label = (id: string | null): string | null => (id === null ? null : labelOf(id, labels));
  const time = (at: Date | null): string | null => at?.toISOString() ?? null;
  return {
    kind: plan.kind,
    target: plan.target,
    basedOnRunId: plan.basedOnRunId,
    undoOfRunId: plan.undoOfRunId,
    only: plan.only === null ? null : viewOnly(plan.only),
    pullRunId: plan.pullRunId,
    nextRunId: plan.nextRunId,
    appliedByRunId: plan.appliedByRunId,
    oaVersion: plan.oaVersion,
    plannedAt: time(plan.plannedAt),
    firstHash: plan.firstHash,
    approvedBy: label(plan.approvedBy),
    approvedAt: time(plan.approvedAt),
    rejectedBy: label(plan.rejectedBy),
    rejectedReason: plan.rejectedReason,
    expiresAt: time(plan.expiresAt),
    snoozedUntil: time(plan.snoozedUntil),
    appliedAt: time(plan.appliedAt),
    deletions,
    held,
    releasable,
    barred,
    leftOut,
    undoable: isUndoable(run, numbers),
    retryable: retryableOf(run, plan, numbers),
    resumable: isResumable(run, plan, numbers),
    canApprove: sayRight(
      approvable(run, plan, numbers) === undefined
        ? { allowed: false, text: pushApiTexts.nothingToApprove }
        : plan.appliedByRunId !== null
          ? { allowed: false, text: pushApiTexts.alreadyApplied }
          : approvalRight(principal, { ...run, isBlocked: isBlocked(run) }, approval),
      lang,
    ),
  };
}

function viewOnly({ oaUserIds, oaKeys, memberIds, driftIds }: PlanOnly) {
  return {
    ...(oaUserIds === undefined ? {} : { oaUserIds: [...oaUserIds] }),
    ...(oaKeys === undefined ? {} : { oaKeys: [...oaKeys] }),
    ...(memberIds === undefined ? {} : { memberIds: [...memberIds] }),
    ...(driftIds === undefined ? {} : { driftIds: [...driftIds] }),
  };
}

type SaidRight = { readonly allowed: true } | { readonly allowed: false; readonly text: Text };

function sayRight(right: SaidRight, lang: Lang): { allowed: boolean; why?: string } {
  return right.allowed ? { allowed: true } : { allowed: false, why: translate(right.text, lang) };
}
