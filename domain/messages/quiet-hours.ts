import { localDate, timeOfDay } from '../time/zones';
import type { QuietHours } from './message';

/** When messages may be sent again; null where they may be sent now. */
export function quietUntil(now: Date, quietHours: QuietHours | null): Date | null {
  if (quietHours === null) return null;
  const { from, to, timezone } = quietHours;
  // Equal times are no time at all: nobody means that nothing is ever sent.
  if (from === to) return null;
  const endsNextDay = to < from;
  // Hours that reach over midnight may have begun yesterday.
  for (const day of [-1, 0]) {
    const begins = timeOfDay(localDate(now, timezone, day), from, timezone);
    const ends = timeOfDay(localDate(now, timezone, endsNextDay ? day + 1 : day), to, timezone);
    if (begins <= now && now < ends) return ends;
  }
  return null;
}
