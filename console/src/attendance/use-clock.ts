import { useContext } from 'react';
import { ZoneContext } from '../departures/zone';

/** The time zone of the corp. */
export function useClock(): string | undefined {
  return useContext(ZoneContext);
}

/** HH:MM on the corp's wall. */
export function clockOf(at: string, timezone: string | undefined): string {
  // Swedish writes times like ISO 8601.
  return new Intl.DateTimeFormat('sv-SE', {
    ...{ hour: '2-digit', minute: '2-digit' },
    ...(timezone === undefined ? {} : { timeZone: timezone }),
  }).format(new Date(at));
}
