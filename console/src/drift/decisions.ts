import type { Drift, DriftDecision } from '../api/drift';
import type { Translate } from '../language/use-language';

export function possible(row: Drift, decision: DriftDecision): boolean {
  if (row.state !== 'open') return false;
  switch (decision) {
    case 'accept':
      return row.canAccept.ok;
    case 'revert':
      return row.canRevert.ok;
    case 'ignore':
      return row.canIgnore.ok;
  }
}

/** What is not possible, and why. */
export function obstaclesOf({ state, canAccept, canRevert }: Drift, t: Translate): readonly string[] {
  if (state !== 'open') return [];
  return [
    ...(canAccept.ok || canAccept.reason === undefined
      ? []
      : [t('drift.accept.not', { reason: canAccept.reason })]),
    ...(canRevert.ok || canRevert.reason === undefined
      ? []
      : [t('drift.revert.not', { reason: canRevert.reason })]),
  ];
}

/** What stands in the way of all of them is said once. */
export function sharedObstacles(rows: readonly Drift[], t: Translate): readonly string[] {
  const open = rows.filter(({ state }) => state === 'open');
  const [first] = open;
  if (first === undefined || open.length < 2) return [];
  return obstaclesOf(first, t).filter((words) => open.every((row) => obstaclesOf(row, t).includes(words)));
}
