import { timeIn } from '../parts/moments';
import { useZone } from '../parts/zone';
import { shortDay } from './short-day';

/** Short in a table, exact on hover. */
export function ExactDay({ at }: { readonly at: string }) {
  const zone = useZone();
  return (
    <time dateTime={at} title={timeIn(zone, at, 'second')}>
      {shortDay(zone, at)}
    </time>
  );
}
