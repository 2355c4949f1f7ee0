import type { Push } from '../api/messages';
import { useLanguage } from '../language/use-language';
import { timeIn } from '../parts/moments';
import { useNow } from '../parts/time';
import { useZone } from '../parts/zone';

const hourSeconds = 3_600;
/** From here on it is shown in red. */
const soonSeconds = hourSeconds;

/** Counts down while there is something to recall. */
export function RecallLeft({ push }: { readonly push: Pick<Push, 'can' | 'recallUntil' | 'state'> }) {
  const { t } = useLanguage();
  const zone = useZone();
  const { recallUntil, can } = push;
  const counts = recallUntil !== null && can.recall;
  const now = useNow(counts ? 1_000 : undefined);
  if (!can.recall) return <span className="quiet">—</span>;
  // Nothing of it has been sent: it can be called off at any time.
  if (recallUntil === null) return <span className="quiet">{t('msg.recall.any-time')}</span>;
  const left = Math.floor((Date.parse(recallUntil) - now) / 1_000);
  if (left <= 0) return <span className="quiet">{t('msg.recall.over')}</span>;
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(Math.floor(left / hourSeconds))}:${two(Math.floor((left % hourSeconds) / 60))}:${two(left % 60)}`;
  return (
    <time
      dateTime={recallUntil}
      className={left < soonSeconds ? 'msg-left msg-left-soon' : 'msg-left'}
      title={t('msg.recall.until', { at: timeIn(zone, recallUntil, 'second') })}
    >
      {clock}
    </time>
  );
}
