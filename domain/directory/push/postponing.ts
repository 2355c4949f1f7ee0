import type { Change } from './changes';
import type { Plan } from './plan';

/** A change that shall wait until then, whichever plan wants it. */
export type Postponement = { readonly changeId: string; readonly until: string };

/** Rows that say what is not done have nothing to wait with. */
export function isPostponable({ action, id }: Pick<Change, 'action' | 'id'>): boolean {
  // The plan that reverses a run is made once: no later one wants the same.
  return action !== 'conflict' && action !== 'skipUser' && !id.startsWith('undo:');
}

/** The plan wants what it wanted; what is postponed is held, and no approval releases it before its day. */
export function holdPostponed(plan: Plan, postponements: readonly Postponement[], timezone: string): Plan {
  if (postponements.length === 0) return plan;
  const untils = new Map(postponements.map(({ changeId, until }) => [changeId, until]));
  const changes = plan.changes.map((change): Change => {
    const until = untils.get(change.id);
    if (until === undefined || !isPostponable(change)) return change;
    const hold: Change['hold'] = { code: 'postponed', params: { until, timezone } };
    return { ...change, hold };
  });
  return { ...plan, changes };
}
