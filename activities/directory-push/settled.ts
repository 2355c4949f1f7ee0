import type { LedgerEffect, LedgerOutcome } from '../../store/push-ledger';
import type { RunError } from '../../store/runs';
import type { WecomError } from '../../wecom';

/** Codes of outcomes: each has its words in both languages. */
export type OutcomeCode =
  /** Done without us: the answer to our own call was lost, or somebody was faster. */
  | 'already-so'
  | 'already-gone'
  | 'wecom-refused'
  | 'wecom-unavailable'
  | 'userid-exists'
  | 'mobile-exists'
  | 'email-exists'
  | 'department-exists'
  | 'department-gone'
  | 'department-not-empty'
  | 'departments-made-by-wecom'
  | 'member-gone'
  | 'mobile-of-activated-member'
  | 'status-unreadable'
  | 'changed-since'
  /** The same of the OA, where it is the side that is written to. */
  | 'oa-already-so'
  | 'oa-user-gone'
  | 'oa-id-taken'
  | 'oa-department-gone'
  | 'oa-department-not-empty'
  | 'oa-refused';

/** What became of a change that was tried. */
export type Settled = {
  readonly status: 'done' | 'failed' | 'skipped' | 'conflict' | 'held';
  readonly effects: readonly LedgerEffect[];
  readonly outcome: LedgerOutcome | null;
};

export function done(effects: readonly LedgerEffect[], outcome: LedgerOutcome | null = null): Settled {
  return { status: 'done', effects, outcome };
}

export function notDone(
  status: Exclude<Settled['status'], 'done'>,
  code: OutcomeCode,
  more: Omit<LedgerOutcome, 'code'> = {},
): Settled {
  return { status, effects: [], outcome: { code, ...more } };
}

export const outcome = (code: OutcomeCode, more: Omit<LedgerOutcome, 'code'> = {}): LedgerOutcome => ({
  code,
  ...more,
});

export function refusedBy(error: WecomError): Settled {
  return notDone('failed', 'wecom-refused', { wecom: saidBy(error) });
}

export function saidBy(error: WecomError): NonNullable<RunError['wecom']> {
  const { path, errcode, errmsg, fault, fromIp } = error;
  return {
    path,
    ...(errcode === undefined ? {} : { errcode }),
    ...(errmsg === undefined ? {} : { errmsg }),
    ...(fault === undefined ? {} : { fault }),
    ...(fromIp === undefined ? {} : { fromIp }),
  };
}
