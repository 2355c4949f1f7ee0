import { dayAfter } from '../departures/days';

export interface BoundaryExample {
  /** Today's latest punch of yesterday: one minute before the day begins; undefined where days begin at midnight. */
  readonly lateNight: { readonly clock: string; readonly on: string; readonly countsAs: string } | undefined;
  readonly firstOfDay: { readonly clock: string; readonly on: string };
}

/** What the hour at which days begin makes of two punches, for whoever chooses it. */
export function boundaryExample(dayStartsAt: string, today: string): BoundaryExample {
  const [hour = 0, minute = 0] = dayStartsAt.split(':').map(Number);
  const before = hour * 60 + minute - 1;
  return {
    lateNight: before < 0 ? undefined : { clock: clock(before), on: today, countsAs: dayAfter(today, -1) },
    firstOfDay: { clock: clock(before + 1), on: today },
  };
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
