import type { DepartureState, HandOverItem } from './departure';

/**
 * Notices about departures have no run to speak of. What they tell is read when they are sent: of `departures-due`,
 * the departures whose `noticedAt` is the very moment that stands in the notice's id; of `departures-held`, those that
 * are held then.
 */

export type DepartureNoticeKind = 'departures-due' | 'departures-held';

/** Told again under the same id, the same notice goes out once. */
export function departureNoticeId(kind: DepartureNoticeKind, corpId: string, at: Date): string {
  return `notice:${kind}:${corpId}:${at.toISOString()}`;
}

/** The moment in the id of a notice; the id of one for a certain target goes on after it. */
export function momentOfNotice(noticeId: string): Date | undefined {
  const moment = /:(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z)(?:\/\d+)?$/.exec(noticeId)?.[1];
  return moment === undefined ? undefined : new Date(moment);
}

/** One of those that will be deleted soon. */
export type DueDeparture = {
  readonly departureId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly state: DepartureState;
  readonly deleteAt: Date;
  /** Null where nobody has looked yet. */
  readonly handOver: readonly HandOverItem[] | null;
  readonly isHandOverDone: boolean;
};
