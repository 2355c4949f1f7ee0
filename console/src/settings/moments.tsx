import { useMemo } from 'react';
import { useLanguage } from '../language/use-language';

interface MomentsProps {
  readonly title: string;
  readonly moments: readonly Date[];
  readonly timezone: string;
}

/** Points in time on the clock of the schedule's own zone. */
export function Moments({ title, moments, timezone }: MomentsProps) {
  const { lang, t } = useLanguage();
  const format = useMemo(
    () =>
      new Intl.DateTimeFormat(lang, {
        timeZone: timezone,
        weekday: 'short',
        month: 'numeric',
        day: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      }),
    [lang, timezone],
  );
  return (
    <div className="moments">
      <span className="quiet small">
        {title} · {t('schedule.next.in', { timezone })}
      </span>
      <ol>
        {moments.map((moment) => (
          <li key={moment.toISOString()}>
            <time dateTime={moment.toISOString()}>{format.format(moment)}</time>
          </li>
        ))}
      </ol>
    </div>
  );
}
