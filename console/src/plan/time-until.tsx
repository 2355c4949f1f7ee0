import dayjs from 'dayjs';
import { type ReactNode, useEffect, useState } from 'react';
import { useLanguage } from '../language/use-language';

const everyMs = 5_000;

interface TimeUntilProps {
  readonly at: string;
  readonly children: (words: string) => ReactNode;
}

/** “In 20 seconds”, exact on hover. */
export function TimeUntil({ at, children }: TimeUntilProps) {
  const { lang } = useLanguage();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, []);
  const moment = dayjs(at);
  return (
    <time dateTime={at} title={moment.format('YYYY-MM-DD HH:mm:ss')}>
      {children(moment.locale(lang === 'zh-CN' ? 'zh-cn' : 'en').from(now))}
    </time>
  );
}
