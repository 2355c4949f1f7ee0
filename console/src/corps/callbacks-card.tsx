import { useQuery } from '@tanstack/react-query';
import { Card } from 'antd';
import { callbackSummaryQuery } from '../api/callbacks';
import type { Corp } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { Facts } from '../parts/facts';
import { Mark } from '../parts/mark';
import { QueryView } from '../parts/query-view';
import { TimeAgo } from '../parts/time';

/** What WeCom has reported by itself, and whether it was looked into. */
export function CallbacksCard({ corp }: { readonly corp: Corp }) {
  const { t, number } = useLanguage();
  const summary = useQuery(callbackSummaryQuery(corp.id));
  const isSetUp = corp.contactsCallbackConfigured || corp.apps.some((app) => app.callbackConfigured);
  return (
    <Card title={t('callbacks.title')}>
      <p className="quiet" style={{ marginTop: 0 }}>
        {t('callbacks.about')}
      </p>
      <QueryView query={summary}>
        {({ lastReceivedAt, total, waiting, oldestWaitingAt, repeated, failed }) => (
          <Facts
            items={[
              [
                t('callbacks.last'),
                lastReceivedAt === null ? (
                  <Mark tone="quiet">{t(isSetUp ? 'callbacks.never' : 'callbacks.unset')}</Mark>
                ) : (
                  <TimeAgo at={lastReceivedAt} />
                ),
              ],
              [t('callbacks.total'), t('callbacks.total.days', { count: number(total) })],
              [
                t('callbacks.waiting'),
                <>
                  {number(waiting)}
                  {oldestWaitingAt !== null && (
                    <span className="quiet">
                      {t('callbacks.waiting.since')} <TimeAgo at={oldestWaitingAt} />
                    </span>
                  )}
                </>,
              ],
              [
                t('callbacks.repeated'),
                <>
                  {number(repeated)}
                  {repeated > 0 && <span className="quiet">{t('callbacks.repeated.about')}</span>}
                </>,
              ],
              failed > 0 && [t('callbacks.failed'), <Mark tone="bad">{number(failed)}</Mark>],
            ]}
          />
        )}
      </QueryView>
    </Card>
  );
}
