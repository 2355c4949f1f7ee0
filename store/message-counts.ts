/** How many of a push's recipients are in which state, kept up with by what each transaction moves. */

import type { RecipientState } from '../domain/messages/message';

export type PushCounts = { readonly total?: number } & { readonly [State in RecipientState]?: number };

/** What is added to the counts; taken away where it is below zero. */
export type CountsDelta = PushCounts;

/** Both are expressions of jsonb. */
export function countsPlus(counts: string, delta: string): string {
  return `COALESCE((SELECT jsonb_object_agg(key, n) FROM (
    SELECT key, sum(value::int) AS n FROM (
      SELECT key, value FROM jsonb_each_text(${counts}) UNION ALL SELECT key, value FROM jsonb_each_text(${delta})
    ) each GROUP BY key HAVING key = 'total' OR sum(value::int) <> 0) every), '{}'::jsonb)`;
}

const numberOf = (counts: string, ...states: readonly (keyof PushCounts)[]): string =>
  states.map((state) => `COALESCE((${counts}->>'${state}')::int, 0)`).join(' + ');

/** Whether something is still to happen to somebody. */
export function unsettledInSql(counts: string): string {
  return `${numberOf(counts, 'queued', 'sending')} > 0`;
}

/** The state of a push whose recall nobody asked for. */
export function stateByCounts(counts: string): string {
  const unsettled = numberOf(counts, 'queued', 'sending');
  const notSent = numberOf(counts, 'invalid', 'unlicensed', 'failed');
  return `CASE WHEN ${unsettled} > 0 THEN 'sending'
       WHEN ${numberOf(counts, 'sent')} > 0 AND ${notSent} + ${numberOf(counts, 'unknown')} = 0 THEN 'sent'
       WHEN ${numberOf(counts, 'sent', 'unknown')} > 0 THEN 'partly'
       WHEN ${notSent} > 0 THEN 'failed' ELSE 'nobody' END`;
}

/**
 * Assigns counts, state and end of push `p`. One sub-select over the row itself: where another transaction changed it
 * meanwhile, Postgres works it out anew from what that one left.
 */
export function movedInPush(delta: string, from = 'p.counts'): string {
  return `(counts, state, closed_at, updated_at) = (
    SELECT counts, state, CASE WHEN state IN ('failed', 'nobody') THEN COALESCE(p.closed_at, clock_timestamp())
                          ELSE p.closed_at END, clock_timestamp()
      FROM (SELECT counts, CASE WHEN p.recall_asked_at IS NULL THEN ${stateByCounts('counts')} ELSE p.state END AS state
              FROM (SELECT ${countsPlus(from, delta)} AS counts) moved) judged)`;
}

export function sentOf(counts: PushCounts): number {
  return counts.sent ?? 0;
}

/** Recipients for whom something is still to happen. */
export function unsettledOf(counts: PushCounts): number {
  return (counts.queued ?? 0) + (counts.sending ?? 0);
}
