import { Button, Card } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Attention, AttentionLevel } from '../api/overview';
import { useLanguage } from '../language/use-language';
import { markIcon, type Tone } from '../parts/mark';
import { Verdict } from '../parts/verdict';

const order: readonly AttentionLevel[] = ['error', 'warning', 'info'];
const tones: Readonly<Record<AttentionLevel, Tone>> = { error: 'bad', warning: 'warn', info: 'busy' };

/** Hints never push what is wrong, or the corps, off the first screen. */
const hintsAtFirst = 2;

/** What needs someone stands first on the page; when nothing does, that is said too. */
export function AttentionList({ items }: { readonly items: readonly Attention[] }) {
  const { t } = useLanguage();
  const [all, setAll] = useState(false);
  const pressing = items.filter(({ level }) => level !== 'info').length;
  if (items.length === 0) return <Verdict tone="good" title={t('attention.none')} />;
  const ordered = [...items].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  const shown = all ? ordered : ordered.slice(0, pressing + hintsAtFirst);
  return (
    <Card title={pressing === 0 ? t('attention.hints') : t('attention.title', { count: pressing })}>
      <ul className="findings">
        {shown.map((item) => (
          <Finding key={`${item.code} ${item.link ?? ''} ${item.message}`} item={item} />
        ))}
      </ul>
      {shown.length < ordered.length && (
        <Button type="link" style={{ padding: 0 }} onClick={() => setAll(true)}>
          {t('attention.more', { count: ordered.length - shown.length })}
        </Button>
      )}
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
        {link?.startsWith('/') === true && <Link to={link}>{t('attention.open')}</Link>}
      </div>
      {advice !== undefined && <div className="finding-body quiet">{advice}</div>}
    </li>
  );
}
