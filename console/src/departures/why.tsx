import type { Departure } from '../api/departures';

/** Why it is held or was tried in vain, and what to do about it. */
export function Why({ departure }: { readonly departure: Pick<Departure, 'reason' | 'advice'> }) {
  const { reason, advice } = departure;
  if (reason === null) return null;
  return (
    <span className="departure-why small">
      <span>{reason}</span>
      {advice !== null && advice !== '' && <span className="quiet">{advice}</span>}
    </span>
  );
}
