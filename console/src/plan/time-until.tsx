import dayjs from 'dayjs';
import { type ReactNode, useEffect, useState } from 'react';
import { useLanguage } from '../language/use-language';
import { timeIn } from '../parts/moments';
import { useZone } from '../parts/zone';

const everyMs = 5_000;

interface TimeUntilProps {
  readonly at: string;
  readonly children: (words: string) => ReactNode;
}

/** “In 20 seconds”, exact on hover. */
export function TimeUntil({ at, children }: TimeUntilProps) {
  const { lang } = useLanguage();
  const zone = useZone();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, []);
  const moment = dayjs(at);
  return (
    <time dateTime={at} title={timeIn(zone, at, 'second')}>
      {children(moment.locale(lang === 'zh-CN' ? 'zh-cn' : 'en').from(now))}
    </time>
  );
}
