import { timeIn } from '../parts/moments';
import { useZone } from '../parts/zone';

/** Nobody plans a deletion by the second: exact on hover. */
export function Minute({ at }: { readonly at: string }) {
  const zone = useZone();
  return (
    <time dateTime={at} title={timeIn(zone, at, 'second')} className="departure-time">
      {timeIn(zone, at, 'minute')}
    </time>
  );
}
