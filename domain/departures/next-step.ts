import type { DepartureState } from './departure';

/** As much of a departure as its clock looks at. */
export type ClockFace = {
  readonly state: DepartureState;
  readonly deleteAt: string | null;
  readonly noticeAt: string | null;
  readonly isNoticed: boolean;
  readonly isClaimed: boolean;
  readonly isClosed: boolean;
};

/** What the departure waits for. */
export type NextStep =
  /** Somebody who changes it: nothing comes by itself. */
  | { readonly kind: 'none' }
  | { readonly kind: 'wait'; readonly waitMs: number }
  /** The end of the run that has it. */
  | { readonly kind: 'in-hand' }
  | { readonly kind: 'due' };

export function nextStepOf(departure: ClockFace, now: number): NextStep {
  const { state, deleteAt, noticeAt, isNoticed, isClaimed, isClosed } = departure;
  if (isClosed) return { kind: 'none' };
  if (isClaimed) return { kind: 'in-hand' };
  if (state === 'disabling' || state === 'restoring') return { kind: 'due' };
  if (state !== 'waiting' && state !== 'postponed') return { kind: 'none' };
  const times = [deleteAt, isNoticed ? null : noticeAt].flatMap((time) =>
    time === null ? [] : [Date.parse(time)],
  );
  if (times.length === 0) return { kind: 'none' };
  const waitMs = Math.min(...times) - now;
  return waitMs > 0 ? { kind: 'wait', waitMs } : { kind: 'due' };
}
