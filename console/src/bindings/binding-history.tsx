import { DisconnectOutlined, LinkOutlined } from '@ant-design/icons';
import { Empty } from 'antd';
import { Link } from 'react-router';
import type { BindingEvent } from '../api/members';
import { useLanguage } from '../language/use-language';
import { ExactTime } from '../parts/time';
import './bindings.css';
import { useBindingWords } from './use-binding-words';

/** In words, the latest first. */
export function BindingHistory({ events }: { readonly events: readonly BindingEvent[] }) {
  const { t } = useLanguage();
  const words = useBindingWords();
  if (events.length === 0) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('bind.history.none')} />;
  }
  return (
    <ol className="bind-history" aria-label={t('member.tab.history')}>
      {events.map(({ event, oaUserId, oaName, source, matchedBy, by, runId, at }, index) => (
        <li key={index} className={event === 'bound' ? 'bind-event' : 'bind-event bind-event-end'}>
          <span className="bind-event-icon" aria-hidden>
            {event === 'bound' ? <LinkOutlined /> : <DisconnectOutlined />}
          </span>
          <div>
            <div className="bind-event-what">
              {t(`bind.history.${event}`, { oa: oaName ?? t('bind.unknown-person', { id: oaUserId }) })}
            </div>
            <div className="quiet small bind-box-how">
              <ExactTime at={at} />
              <span>{event === 'unbound' ? words.howItEnded(source) : words.how({ source, matchedBy })}</span>
              {by !== null && <span>{t('bind.by', { who: words.actor(by) })}</span>}
              {runId !== null && <Link to={`/runs/${runId}`}>{t('bind.run')}</Link>}
            </div>
          </div>
        </li>
      ))}
    </ol>
  );
}
