import type { Departure, HandOverItem } from '../api/departures';
import { useLanguage } from '../language/use-language';
import { Mark } from '../parts/mark';

/** In one table cell: how much there is to hand over, and whether it was. */
export function HandOverWords({
  departure: { handOver, handOverDoneAt },
}: {
  readonly departure: Pick<Departure, 'handOver' | 'handOverDoneAt'>;
}) {
  const { t } = useLanguage();
  if (handOverDoneAt !== null) return <Mark tone="good">{t('departure.hand-over.done')}</Mark>;
  if (handOver === null) return <span className="quiet">{t('departure.hand-over.unread')}</span>;
  const some = handOver.filter(({ count }) => count !== 0);
  if (some.length === 0) return <span className="quiet">{t('departure.hand-over.none')}</span>;
  return (
    <ul className="departure-owned">
      {some.map((item) => (
        <li key={item.kind}>
          <HandOverCount item={item} />
        </li>
      ))}
    </ul>
  );
}

export function HandOverCount({ item: { title, count } }: { readonly item: HandOverItem }) {
  const { t, number } = useLanguage();
  return count === null ? (
    <span className="quiet">{t('departure.hand-over.unknown', { title })}</span>
  ) : (
    <>{t('departure.hand-over.count', { title, count: number(count) })}</>
  );
}
