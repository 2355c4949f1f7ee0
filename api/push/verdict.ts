import type { GuardReason } from '../../domain/directory/push/guard';
import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { oaSyncApiTexts } from '../../i18n/oa-sync';
import { pushApiTexts } from '../../i18n/push-api';
import type { StoredVerdict } from '../../store/push-plans';
import type { ChangeTally } from '../../store/push-reading';
import type { RunRecord } from '../../store/runs';
import { viewRunError } from '../run-error';
import { writesToOa } from './planned-run';
import { pushGuardText } from '../../i18n/directory-push';

/** A push's verdict, in the reader's language. */

export type VerdictReasonView = {
  code: string;
  message: string;
  count?: number;
  limit?: number;
  group?: string;
  departmentId?: number;
};

export type VerdictView = {
  kind: StoredVerdict['kind'];
  summary: string;
  reasons: VerdictReasonView[];
};

export function viewVerdict(
  run: Pick<RunRecord, 'verdict' | 'error' | 'finishedAt' | 'mode' | 'workflowId'>,
  tallies: readonly ChangeTally[],
  departmentNames: ReadonlyMap<number, string | null>,
  lang: Lang,
): VerdictView | null {
  const stored = run.verdict as StoredVerdict | null;
  if (stored === null) return null;
  if (stored.kind === 'stopped') {
    const messages = stored.reasons.map((reason) => viewRunError(reason, lang));
    return {
      kind: 'stopped',
      summary: messages[0]?.message ?? '',
      reasons: messages.map(({ code, message }) => ({ code, message })),
    };
  }
  return {
    kind: stored.kind,
    summary: summarise(run, stored.kind, tallies, lang),
    // Only a plan that was stopped has others.
    reasons: (stored.reasons as readonly GuardReason[]).map((reason) =>
      viewReason(reason, departmentNames, lang, writesToOa(run) ? 'oa' : 'wecom'),
    ),
  };
}

function viewReason(
  reason: GuardReason,
  departmentNames: ReadonlyMap<number, string | null>,
  lang: Lang,
  target: 'wecom' | 'oa',
): VerdictReasonView {
  const params: Readonly<Record<string, number>> = 'params' in reason ? reason.params : {};
  const count = params['count'] ?? params['decrease'];
  const limit = params['limit'];
  return {
    code: reason.code,
    message: pushGuardText(reason, departmentNames, lang, target),
    ...(count === undefined ? {} : { count }),
    ...(limit === undefined ? {} : { limit }),
    ...('group' in reason ? { group: reason.group } : {}),
    ...('departmentId' in reason ? { departmentId: reason.departmentId } : {}),
  };
}

function summarise(
  run: Pick<RunRecord, 'mode' | 'finishedAt' | 'workflowId'>,
  kind: 'pass' | 'hold' | 'blocked',
  tallies: readonly ChangeTally[],
  lang: Lang,
): string {
  const { mode, finishedAt } = run;
  const wasApplied =
    mode === 'apply' && finishedAt !== null && tallies.some(({ status }) => status === 'done');
  const counted = tallies.filter(({ leftOut, status }) => !leftOut && (!wasApplied || status === 'done'));
  const sum = (rows: readonly ChangeTally[], action?: ChangeTally['action']): number =>
    rows.reduce(
      (total, row) => (action === undefined || row.action === action ? total + row.count : total),
      0,
    );
  if (sum(tallies.filter(({ action }) => action !== 'skipUser' && action !== 'conflict')) === 0) {
    return translate(pushApiTexts.summaryNothing, lang);
  }
  const held = sum(tallies.filter(({ status }) => status === 'held'));
  const rest =
    kind === 'blocked'
      ? translate(wasApplied ? pushApiTexts.summaryBlockedApproved : pushApiTexts.summaryBlocked, lang)
      : held > 0
        ? translate(pushApiTexts.summaryHeld, lang, { held })
        : translate(pushApiTexts.summaryWithin, lang);
  if (writesToOa(run)) {
    return translate(wasApplied ? oaSyncApiTexts.summaryWas : oaSyncApiTexts.summaryWill, lang, {
      departs: sum(counted, 'departOaUser'),
      creates: sum(counted, 'createOaUser'),
      rest,
    });
  }
  return translate(wasApplied ? pushApiTexts.summaryWas : pushApiTexts.summaryWill, lang, {
    disables: sum(counted, 'disableUser'),
    deletes: sum(counted, 'deleteUser'),
    rest,
  });
}
