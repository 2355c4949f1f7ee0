import type { DepartureReason } from '../domain/departures/departure';
import {
  departureRowColumns,
  wantedInSql,
  wantedOf,
  type Connection,
  type DepartureRow,
  type Step,
} from './departure-rows';
import {
  departedAgain,
  deleted,
  disabled,
  dropped,
  failed,
  held,
  putBack,
  restored,
  restoring,
  spared,
} from './departure-steps';
import type { RunError } from './runs';

/** What becomes of departures that a run has in hand and does not do. */

/** An open departure in the hands of a run, and what the run, the OA and WeCom say of the member. */
export type ClaimedRow = DepartureRow & {
  readonly now: Date;
  /** Of the member's change in the plan; null where it plans none that has to do with the departure. */
  readonly changeStatus: string | null;
  readonly heldBy: readonly string[] | null;
  readonly isLeftOut: boolean | null;
  readonly outcome: { readonly code: string; readonly wecom?: RunError['wecom'] } | null;
  readonly isGone: boolean;
  readonly boundTo: string | null;
  readonly isActiveInOa: boolean;
  /** As somebody read it after the account was disabled; null where nobody did. */
  readonly status: number | null;
};

export async function lockClaimed(
  client: Connection,
  runId: string,
  memberIds: readonly string[] | null = null,
): Promise<ClaimedRow[]> {
  const { rows } = await client.query<ClaimedRow>(
    `SELECT ${departureRowColumns}, clock_timestamp() AS now, c.status AS "changeStatus", c.held_by AS "heldBy",
            c.left_out AS "isLeftOut", c.outcome, m.id IS NULL OR m.gone_at IS NOT NULL AS "isGone",
            b.oa_user_id AS "boundTo", COALESCE(o.status = 'active', false) AS "isActiveInOa",
            CASE WHEN d.disabled_at IS NULL OR m.details_seen_at > d.disabled_at OR m.written_at >= d.disabled_at
                 THEN m.status END AS status
       FROM departure d
       LEFT JOIN mirror_member m ON m.id = d.member_id
       LEFT JOIN binding b ON b.member_id = d.member_id
       LEFT JOIN oa_user o ON o.id = d.oa_user_id
       LEFT JOIN (
         SELECT DISTINCT ON (c.member_id) c.member_id, c.action, c.status, c.held_by, c.left_out, c.outcome
           FROM push_change c
          WHERE c.run_id = $1 AND c.member_id IS NOT NULL
            AND c.action IN ('disableUser', 'deleteUser', 'enableUser', 'updateUser')
          ORDER BY c.member_id, c.action = 'updateUser', c.seq) c
         ON c.member_id = d.member_id AND (c.action <> 'updateUser' OR ${wantedInSql} = 'restore')
      WHERE d.run_id = $1 AND d.closed_at IS NULL AND ($2::text[] IS NULL OR d.member_id = ANY($2))
      ORDER BY d.id FOR UPDATE OF d`,
    [runId, memberIds],
  );
  return rows;
}

/** Whatever limit is meant, somebody has to look. */
const limitCodes: ReadonlySet<string> = new Set([
  'limit-exceeded',
  'percent-exceeded',
  'branch-exceeded',
  'max-decrease',
  'depends-on-held',
]);

/** Undefined where nothing holds it that a person could release. */
function heldReason(codes: readonly string[]): DepartureReason | undefined {
  if (codes.some((code) => code === 'oa-reading' || code === 'wecom-reading' || code === 'postponed'))
    return undefined;
  for (const code of ['protected-users', 'status-unreadable']) if (codes.includes(code)) return { code };
  return codes.some((code) => limitCodes.has(code)) ? { code: 'limits' } : undefined;
}

/** The run goes on with what is held once it is approved. */
export function planned(row: ClaimedRow, runId: string): Step | null {
  if (row.changeStatus !== 'held') return null;
  const reason = heldReason(row.heldBy ?? []);
  return reason === undefined ? null : held(row, reason, { now: row.now, runId, keepsRun: true });
}

export function withoutChange(row: ClaimedRow, runId: string): Step {
  const facts = { now: row.now, runId };
  if (row.isGone) return deleted(facts, { code: 'gone-from-wecom' });
  if (row.boundTo === null) return held(row, { code: 'not-bound' }, facts);
  if (row.boundTo !== row.oaUserId) return held(row, { code: 'bound-to-other' }, facts);
  const isEnabled = row.status === 1 || row.status === 4;
  switch (wantedOf(row)) {
    case 'disable':
      if (row.isActiveInOa && !row.activeInOa) return spared(facts);
      if (row.status === 2) return disabled(row, { ...facts, at: row.now, remembered: null });
      // The settings leave the person alone: out of their range, for one.
      return row.origin === 'person'
        ? held(row, { code: 'changed-since' }, facts)
        : dropped(facts, { code: 'changed-since' });
    case 'restore':
      // Let go again, which the run found out when the member's turn came.
      if (row.reason?.code === 'returned-in-oa' && !row.isActiveInOa) return departedAgain(row);
      if (row.disabledAt === null) return spared(facts);
      return isEnabled
        ? restored(row, { ...facts, isActiveInOa: row.isActiveInOa, otherwise: 'enabled-by-hand' })
        : putBack(row, { code: 'reading-incomplete' }, facts);
    case 'delete':
      if (row.isActiveInOa)
        return row.activeInOa
          ? held(row, { code: 'active-in-oa' }, facts)
          : restoring('returned-in-oa', facts);
      return isEnabled ? restoring('enabled-by-hand', facts) : putBack(row, { code: 'changed-since' }, facts);
  }
}

/** What the run has not settled. */
export function leftOver(row: ClaimedRow, runId: string, phase: string): Step {
  const facts = { now: row.now, runId };
  if (phase === 'rejected') return held(row, { code: 'rejected' }, facts);
  if (row.state === 'held' && row.reason !== null) return held(row, row.reason, facts);
  if (row.changeStatus === 'held' && heldReason(row.heldBy ?? []) === undefined)
    return putBack(row, { code: 'reading-incomplete' }, facts);
  if (phase === 'expired') return putBack(row, { code: 'approval-expired' }, facts);
  if (phase !== 'done') return putBack(row, { code: 'run-failed' }, facts);
  // Somebody took it out of the plan.
  if (row.isLeftOut === true) return held(row, { code: 'rejected' }, facts);
  if (row.changeStatus === null || row.changeStatus === 'pending' || row.changeStatus === 'applying')
    return putBack(row, { code: 'changed-since' }, facts);
  // Something else than what it was claimed for.
  if (row.changeStatus === 'done') return withoutChange(row, runId);
  return held(row, failed(row.outcome?.code ?? row.changeStatus, row.outcome?.wecom), facts);
}

/** What became of a change that was tried and not done. */
export function notDone(
  row: ClaimedRow,
  runId: string,
  { code, wecom }: { readonly code: string; readonly wecom?: RunError['wecom'] },
): Step {
  const facts = { now: row.now, runId };
  switch (code) {
    case 'member-gone':
    case 'already-gone':
      return deleted(facts, { code: 'gone-from-wecom' });
    case 'changed-since':
      return withoutChange(row, runId);
    case 'status-unreadable':
      return held(row, { code }, facts);
    case 'wecom-unavailable':
      return putBack(row, { ...failed(code, wecom), code: 'run-failed' }, facts);
    default:
      return held(row, failed(code, wecom), facts);
  }
}
