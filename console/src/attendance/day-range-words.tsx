import type { DayRange } from '../api/attendance';
import { useLanguage } from '../language/use-language';
import { daysIn } from './day-ranges';

/** "2026-11-01 – 2026-11-03 · 3 days"; a single day is told once. */
export function DayRangeWords({ range }: { readonly range: DayRange }) {
  const { t, number } = useLanguage();
  const days = daysIn(range);
  return (
    <span className="att-range">
      {range.from === range.to ? range.from : `${range.from} – ${range.to}`}{' '}
      <span className="small quiet">
        {days === 1 ? t('att.days.one') : t('att.days', { days: number(days) })}
      </span>
    </span>
  );
}
