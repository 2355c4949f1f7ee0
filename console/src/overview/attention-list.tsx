import { Card } from 'antd';
import { Link } from 'react-router';
import type { Attention, AttentionLevel } from '../api/overview';
import { useLanguage } from '../language/use-language';
import { markIcon, type Tone } from '../parts/mark';
import { Verdict } from '../parts/verdict';

const order: readonly AttentionLevel[] = ['error', 'warning', 'info'];
const tones: Readonly<Record<AttentionLevel, Tone>> = { error: 'bad', warning: 'warn', info: 'busy' };

/** What needs someone stands first on the page; when nothing does, that is said too. */
export function AttentionList({ items }: { readonly items: readonly Attention[] }) {
  const { t } = useLanguage();
  const pressing = items.filter(({ level }) => level !== 'info').length;
  if (items.length === 0) return <Verdict tone="good" title={t('attention.none')} />;
  return (
    <Card title={pressing === 0 ? t('attention.hints') : t('attention.title', { count: pressing })}>
      <ul className="findings">
        {[...items]
          .sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
          .map((item) => (
            <Finding key={`${item.code} ${item.link ?? ''} ${item.message}`} item={item} />
          ))}
      </ul>
    </Card>
  );
}

function Finding({ item: { level, message, advice, link } }: { readonly item: Attention }) {
  const { t } = useLanguage();
  return (
    <li className="finding">
      <span className={`finding-icon mark-${tones[level]}`}>
        {markIcon(level === 'info' ? 'info' : tones[level])}
      </span>
      <div className="finding-head">
        <span className={`small mark-${tones[level]}`}>{t(`attention.${level}`)}</span>
        <span>{message}</span>
        {link?.startsWith('/') && <Link to={link}>{t('attention.open')}</Link>}
      </div>
      {advice !== undefined && <div className="finding-body quiet">{advice}</div>}
    </li>
  );
}
