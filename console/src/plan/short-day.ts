import { timeIn } from '../parts/moments';

/** Without the year where that goes without saying. */
export function shortDay(zone: string | undefined, at: string): string {
  const day = timeIn(zone, at, 'day');
  return day.slice(0, 4) === timeIn(zone, new Date(), 'day').slice(0, 4) ? day.slice(5) : day;
}
