import { startOfDay } from '../../domain/time/zones';
import type { ApiSettings } from '../deps';
import { isSimulator } from '../../wecom';

const dayMs = 24 * 3_600_000;

/** Days as YYYY-MM-DD. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs);
}

/** The last moment of a day of the zone. */
export function endOfDay(day: string, timezone: string): Date {
  return new Date(startOfDay(addDays(day, 1), timezone).getTime() - 1);
}

/** How long a day of a rehearsal is; undefined where days are days. */
export function departureDayMs(
  { departureDaySeconds, simulatorUrl }: Pick<ApiSettings, 'departureDaySeconds' | 'simulatorUrl'>,
  apiBaseUrl: string,
): number | undefined {
  return departureDaySeconds !== undefined && isSimulator(apiBaseUrl, simulatorUrl)
    ? departureDaySeconds * 1_000
    : undefined;
}
