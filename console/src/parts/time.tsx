import dayjs from 'dayjs';
import { useEffect, useState } from 'react';
import { useLanguage } from '../language/use-language';
import { timeIn } from './moments';
import { useZone } from './zone';

/** Relative in the text, exact on hover. */
export function TimeAgo({ at }: { readonly at: string }) {
  const { lang } = useLanguage();
  const zone = useZone();
  const now = useNow(30_000);
  const moment = dayjs(at).locale(lang === 'zh-CN' ? 'zh-cn' : 'en');
  // A clock that is a second behind the server's must not say "in a few seconds".
  const words = moment.isAfter(now) ? moment.from(moment) : moment.from(now);
  return (
    <time dateTime={at} title={timeIn(zone, at, 'second')}>
      {words}
    </time>
  );
}

export function ExactTime({ at }: { readonly at: string }) {
  const zone = useZone();
  return <time dateTime={at}>{timeIn(zone, at, 'second')}</time>;
}

/** From start to end; counting while there is no end. */
export function Duration({ from, to }: { readonly from: string; readonly to: string | null }) {
  const { t } = useLanguage();
  const now = useNow(to === null ? 1_000 : undefined);
  const seconds = Math.max(0, Math.round(((to === null ? now : Date.parse(to)) - Date.parse(from)) / 1_000));
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (hours > 0) return <>{t('duration.hours', { hours, minutes })}</>;
  if (minutes > 0) return <>{t('duration.minutes', { minutes, seconds: seconds % 60 })}</>;
  return <>{t('duration.seconds', { seconds })}</>;
}

export function useNow(everyMs: number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
