import {
  openStates,
  releasableReasons,
  type DecisionRefusal,
  type DepartureDecision,
  type DepartureState,
} from './departure';

/** What has to be known of a departure to judge a decision about it. */
export type DecidableDeparture = {
  readonly state: DepartureState;
  readonly reason: { readonly code: string } | null;
  readonly disabledAt: Date | null;
  readonly deleteAt: Date | null;
  /** The run that has taken it up. */
  readonly runId: string | null;
  /**
   * Whether that run writes to WeCom already. Until then a decision takes the departure out of the run's hands. Where
   * it is not told, every run that holds nothing back counts as writing.
   */
  readonly isBeingApplied?: boolean | undefined;
};

type Decision = Pick<DepartureDecision, 'kind'>;

/** Why a decision can't be followed; undefined where it can. */
export function refusalOf(departure: DecidableDeparture, { kind }: Decision): DecisionRefusal | undefined {
  if (!isOpen(departure.state)) return 'departure-closed';
  // Says something about the person's work: no call to WeCom is changed by it.
  if (kind === 'hand-over-done') return undefined;
  if (departure.state === 'restoring' || isBeingWritten(departure)) return 'in-progress';
  switch (kind) {
    case 'cancel':
      return undefined;
    case 'postpone':
      if (departure.disabledAt === null) return 'not-disabled-yet';
      return departure.deleteAt === null ? 'no-date' : undefined;
    case 'restore':
      if (departure.disabledAt === null) return 'not-disabled-yet';
      return isHeldBy(departure, unboundReasons) ? 'not-releasable' : undefined;
    case 'release':
      if (departure.state !== 'held') return 'not-held';
      return isReleasable(departure) ? undefined : 'not-releasable';
    case 'delete-now':
      if (departure.disabledAt === null) return 'not-disabled-yet';
      return departure.state === 'held' && !isReleasable(departure) ? 'not-releasable' : undefined;
  }
}

const unboundReasons: ReadonlySet<string> = new Set(['not-bound', 'bound-to-other']);

function isOpen(state: DepartureState): boolean {
  return (openStates as readonly DepartureState[]).includes(state);
}

/** What waits for an approval is held: nobody writes it before somebody has looked. */
function isBeingWritten({ state, runId, isBeingApplied }: DecidableDeparture): boolean {
  return runId !== null && (isBeingApplied ?? state !== 'held');
}

function isReleasable({ reason }: DecidableDeparture): boolean {
  return reason !== null && releasableReasons.has(reason.code);
}

function isHeldBy({ state, reason }: DecidableDeparture, codes: ReadonlySet<string>): boolean {
  return state === 'held' && reason !== null && codes.has(reason.code);
}
