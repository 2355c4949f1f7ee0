import { useEffect, useState } from 'react';
import { useLanguage } from '../language/use-language';
import { timeIn } from '../parts/moments';
import { useZone } from '../parts/zone';

const everyMs = 30_000;

/** Counts down to a moment. */
export function TimeLeft({ until }: { readonly until: string }) {
  const { t } = useLanguage();
  const zone = useZone();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, []);
  const minutes = Math.max(0, Math.floor((Date.parse(until) - now) / 60_000));
  const words =
    minutes >= 60
      ? t('duration.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })
      : t('plan.minutes', { minutes });
  return (
    <time dateTime={until} title={timeIn(zone, until, 'second')}>
      {words}
    </time>
  );
}
