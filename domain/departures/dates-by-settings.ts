import type { DirectorySettings } from '../directory/settings';
import { departureDates, type DateQuestion, type DepartureDates } from './dates';
import type { DepartureOrigin } from './departure';

/** What has to be known of an open departure to date it. */
export type DatableDeparture = {
  readonly origin: DepartureOrigin;
  readonly disabledAt: Date;
  readonly postponedDays: number;
  readonly deleteAt: Date | null;
  /** Has never been dated: what is made now is no change of a date. */
  readonly isFirst: boolean;
  /** Its day came, and the run of that day ended without having done it. */
  readonly isPutBack: boolean;
};

/** The dates of a departure as these settings make them. */
export function datesBySettings(
  departure: DatableDeparture,
  { push: { departed }, timezone, maintenanceWindows }: DirectorySettings,
  now: Date,
  /** The length of a day in a rehearsal. */
  dayMs: number | undefined,
): DepartureDates & { readonly afterDays: number | null } {
  const { disabledAt, postponedDays, deleteAt } = departure;
  // Both mean never.
  const afterDays = departed.deleteAfterDays === 0 ? null : departed.deleteAfterDays;
  return {
    afterDays,
    ...departureDates({
      ...{ disabledAt, postponedDays, afterDays, now, dayMs, timezone },
      before: deleteAt,
      cause: causeOf(departure),
      windows: maintenanceWindows,
      slot: departed.deletionTime,
    }),
  };
}

function causeOf({ isFirst, isPutBack, origin }: DatableDeparture): DateQuestion['cause'] {
  if (isPutBack) return 'retry';
  // Whoever was disabled before departures were kept is warned like anybody whose date a setting changes.
  return isFirst && origin !== 'earlier' ? 'disabled' : 'settings';
}
