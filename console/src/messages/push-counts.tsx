import { type Push, recipientStates } from '../api/messages';
import { useLanguage } from '../language/use-language';

/** How many got it, and what became of the others. */
export function PushCounts({ counts }: Pick<Push, 'counts'>) {
  const { t, number } = useLanguage();
  if (counts.total === 0) return <span className="quiet">—</span>;
  const others = recipientStates.filter((state) => state !== 'sent' && counts[state] > 0);
  return (
    <span className="msg-cell">
      <span className="msg-number">
        {t('msg.counts.sent', { sent: number(counts.sent), total: number(counts.total) })}
      </span>
      {others.length > 0 && (
        <span className="small quiet">
          {others.map((state) => `${t(`msg.to.${state}`)} ${number(counts[state])}`).join(t('list.comma'))}
        </span>
      )}
    </span>
  );
}
