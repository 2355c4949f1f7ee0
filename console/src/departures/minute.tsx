import { useContext } from 'react';
import { ZoneContext } from './zone';

const parts = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
} as const;

/** Nobody plans a deletion by the second: exact on hover. In the corp's time zone, also for a reader elsewhere. */
export function Minute({ at }: { readonly at: string }) {
  const zone = useContext(ZoneContext);
  const inZone = zone === undefined ? {} : { timeZone: zone };
  // Swedish writes dates like ISO 8601.
  const words = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('sv-SE', { ...options, ...inZone }).format(new Date(at));
  const exact = words({ ...parts, second: '2-digit' });
  return (
    <time dateTime={at} title={zone === undefined ? exact : `${exact} (${zone})`} className="departure-time">
      {words(parts)}
    </time>
  );
}
