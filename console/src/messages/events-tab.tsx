import { useInfiniteQuery } from '@tanstack/react-query';
import { AutoComplete, Button, Card, Skeleton } from 'antd';
import { eventsQuery, type OaEvent } from '../api/messages';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { RecordList } from '../parts/record-list';
import { SearchWords } from '../parts/search-words';
import { TimeAgo } from '../parts/time';
import { DayInput } from './day-input';
import { momentsOfDays } from './days';
import { EventDrawer } from './event-drawer';
import { PushStateMark } from './push-state-mark';
import { useKnownModules } from './rule-inputs';
import { useMessageView } from './use-message-view';

/** The same from the OA's side: what it reported, and what came of it. */
export default function EventsTab() {
  const { t, number } = useLanguage();
  const { module, q, from, to, open, change } = useMessageView();
  const modules = useKnownModules();
  const events = useInfiniteQuery({
    ...eventsQuery({ module, q, ...momentsOfDays(from, to) }),
    placeholderData: (before) => before,
  });
  const rows = events.data?.pages.flatMap(({ items }) => items) ?? [];
  const narrowed = [module, q, from, to].some((value) => value !== undefined);
  const show = ({ eventId }: OaEvent) => change({ open: eventId });
  return (
    <Card>
      <div className="stack">
        <p className="quiet msg-lead">{t('msg.events.lead')}</p>
        <search className="members-filter" aria-label={t('msg.events.filter')}>
          <SearchWords
            key={q ?? ''}
            label={t('msg.events.search')}
            words={q ?? ''}
            onChange={(words) => change({ q: words })}
          />
          <AutoComplete
            key={module ?? ''}
            allowClear
            aria-label={t('msg.source.module')}
            placeholder={t('msg.source.module')}
            defaultValue={module ?? ''}
            options={modules.map((value) => ({ value }))}
            onSelect={(value: string) => change({ module: value })}
            onClear={() => change({ module: undefined })}
            onBlur={({ target }) => change({ module: (target as HTMLInputElement).value.trim() })}
          />
          <DayInput label={t('msg.filter.from')} value={from} onChange={(day) => change({ from: day })} />
          <DayInput label={t('msg.filter.to')} value={to} onChange={(day) => change({ to: day })} />
        </search>
        {events.error !== null && (
          <FailureNotice error={events.error} onRetry={() => void events.refetch()} />
        )}
        {events.isPending && events.error === null && <Skeleton active paragraph={{ rows: 4 }} />}
        {events.data !== undefined && (
          <div className={events.isPlaceholderData ? 'msg-old' : undefined}>
            <RecordList<OaEvent>
              label={t('msg.tab.events')}
              records={rows}
              rowKey={({ eventId }) => eventId}
              onOpen={show}
              empty={
                narrowed ? (
                  t('msg.events.filtered')
                ) : (
                  <div className="msg-empty">
                    <div>{t('msg.events.empty')}</div>
                    <div className="small quiet">{t('msg.events.empty.about')}</div>
                  </div>
                )
              }
              columns={[
                {
                  key: 'title',
                  title: t('msg.event'),
                  role: 'heading',
                  render: (event) => (
                    <span className="bind-cell msg-what">
                      <Button type="link" className="bind-open" onClick={() => show(event)}>
                        {event.title ?? t('msg.erased')}
                      </Button>
                      <span className="mono small quiet">{event.eventId}</span>
                    </span>
                  ),
                },
                {
                  key: 'source',
                  title: t('msg.source'),
                  render: (event) => (
                    <span className="bind-cell">
                      {event.module}
                      <span className="small quiet">{event.type}</span>
                    </span>
                  ),
                },
                {
                  key: 'state',
                  title: t('msg.state'),
                  render: ({ state }) => <PushStateMark state={state} />,
                },
                {
                  key: 'recipients',
                  title: t('msg.recipients'),
                  render: ({ recipients }) => number(recipients),
                },
                {
                  key: 'pushes',
                  title: t('msg.pushes'),
                  render: ({ pushCount }) => number(pushCount),
                },
                {
                  key: 'at',
                  title: t('msg.accepted'),
                  render: ({ acceptedAt }) => <TimeAgo at={acceptedAt} />,
                },
              ]}
            />
            <LoadMore {...events} />
          </div>
        )}
      </div>
      <EventDrawer eventId={open} onClose={() => change({ open: undefined })} />
    </Card>
  );
}
