import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Card, Select, Skeleton } from 'antd';
import { Link } from 'react-router';
import { corpsQuery } from '../api/corps';
import {
  type Push,
  type PushFilter,
  pushesQuery,
  pushKinds,
  pushSummaryQuery,
  rulesQuery,
} from '../api/messages';
import { FilterChips } from '../bindings/filter-chips';
import { type Translate, useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { type RecordColumn, RecordList } from '../parts/record-list';
import { SearchWords } from '../parts/search-words';
import { TimeAgo } from '../parts/time';
import { DayInput } from './day-input';
import { momentsOfDays } from './days';
import { PushCounts } from './push-counts';
import { PushDrawer } from './push-drawer';
import { PushStateMark, type StateGroup, stateGroups } from './push-state-mark';
import { RecallLeft } from './recall-left';
import { useMessageView } from './use-message-view';

/** Everything that was to be sent, the newest first. */
export default function LogTab() {
  const { t } = useLanguage();
  const view = useMessageView();
  const { change } = view;
  const pushes = useInfiniteQuery({ ...pushesQuery(filterOf(view)), placeholderData: (before) => before });
  const rows = pushes.data?.pages.flatMap(({ items }) => items) ?? [];
  const narrowed = filterNames.some((name) => view[name] !== undefined);
  const open = (push: Push) => change({ push: push.pushId });
  return (
    <div className="stack">
      <Today />
      <Card>
        <div className="stack">
          <Filters />
          {pushes.error !== null && (
            <FailureNotice error={pushes.error} onRetry={() => void pushes.refetch()} />
          )}
          {pushes.isPending && pushes.error === null && <Skeleton active paragraph={{ rows: 4 }} />}
          {pushes.data !== undefined && (
            <div
              aria-busy={pushes.isPlaceholderData}
              className={pushes.isPlaceholderData ? 'msg-old' : undefined}
            >
              <RecordList<Push>
                label={t('msg.tab.log')}
                records={rows}
                rowKey={({ pushId }) => pushId}
                columns={pushColumns(t, open)}
                onOpen={open}
                empty={
                  narrowed ? (
                    <>
                      <p>{t('msg.log.filtered')}</p>
                      <Button onClick={() => change(nothingChosen)}>{t('msg.filter.clear')}</Button>
                    </>
                  ) : (
                    <div className="msg-empty">
                      <div>{t('msg.log.empty')}</div>
                      <div className="small quiet">{t('msg.log.empty.about')}</div>
                    </div>
                  )
                }
              />
              <LoadMore {...pushes} />
            </div>
          )}
        </div>
      </Card>
      <PushDrawer pushId={view.push} onClose={() => change({ push: undefined })} />
    </div>
  );
}

const filterNames = ['state', 'kind', 'corp', 'app', 'rule', 'event', 'user', 'from', 'to'] as const;
const nothingChosen = Object.fromEntries(filterNames.map((name) => [name, undefined]));

function filterOf(view: ReturnType<typeof useMessageView>): PushFilter {
  return {
    state: view.state && stateGroups[view.state].join(),
    kind: view.kind,
    corpId: view.corp,
    appId: view.app,
    ruleId: view.rule,
    eventId: view.event,
    user: view.user,
    ...momentsOfDays(view.from, view.to),
  };
}

function Today() {
  const { t, number } = useLanguage();
  const summary = useQuery(pushSummaryQuery);
  if (summary.data === undefined) return null;
  const { messages, total } = summary.data;
  const tiles = [
    { key: 'pushes', count: total },
    { key: 'sent', count: messages.sent },
    { key: 'waiting', count: messages.waiting },
    { key: 'failed', count: messages.failed },
    { key: 'skipped', count: messages.skipped },
    { key: 'recalled', count: messages.recalled },
  ] as const;
  return (
    <ul className="tiles" aria-label={t('msg.today')}>
      {tiles.map(({ key, count }) => (
        <li key={key} className={count === 0 ? 'tile tile-zero' : 'tile'}>
          <span className={key === 'failed' && count > 0 ? 'tile-number mark-bad' : 'tile-number'}>
            {number(count)}
          </span>
          <span className="tile-label">{t(`msg.today.${key}`)}</span>
        </li>
      ))}
    </ul>
  );
}

function Filters() {
  const { t } = useLanguage();
  const view = useMessageView();
  const { change } = view;
  const corps = useQuery(corpsQuery);
  const rules = useQuery(rulesQuery);
  const groups = ['all', ...Object.keys(stateGroups)] as readonly (StateGroup | 'all')[];
  const apps = (corps.data ?? [])
    .filter(({ id }) => view.corp === undefined || id === view.corp)
    .flatMap(({ name, apps: own }) => own.map((app) => ({ value: app.id, label: `${name} · ${app.name}` })));
  return (
    <search className="stack" aria-label={t('msg.filter')}>
      <FilterChips<StateGroup | 'all'>
        label={t('msg.state')}
        chips={groups.map((value) => ({ value, label: t(`msg.show.${value}`) }))}
        chosen={view.state ?? 'all'}
        onChoose={(next) => change({ state: next === 'all' ? undefined : next })}
      />
      <div className="members-filter">
        <SearchWords
          key={view.user ?? ''}
          label={t('msg.filter.user')}
          words={view.user ?? ''}
          onChange={(user) => change({ user })}
        />
        <Select
          allowClear
          aria-label={t('msg.rule')}
          placeholder={t('msg.filter.rules')}
          value={view.rule}
          onChange={(rule: string | undefined) => change({ rule })}
          options={(rules.data ?? []).map(({ ruleId, name }) => ({ value: ruleId, label: name }))}
        />
        <Select
          allowClear
          aria-label={t('runs.corp')}
          placeholder={t('runs.all-corps')}
          value={view.corp}
          onChange={(corp: string | undefined) => change({ corp, app: undefined })}
          options={(corps.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
        <Select
          allowClear
          aria-label={t('msg.target.app')}
          placeholder={t('msg.filter.apps')}
          value={view.app}
          onChange={(app: string | undefined) => change({ app })}
          options={apps}
        />
        <Select
          allowClear
          aria-label={t('msg.kind')}
          placeholder={t('msg.filter.kinds')}
          value={view.kind}
          onChange={(kind: string | undefined) => change({ kind })}
          options={pushKinds.map((value) => ({ value, label: t(`msg.kind.${value}`) }))}
        />
        <DayInput label={t('msg.filter.from')} value={view.from} onChange={(from) => change({ from })} />
        <DayInput label={t('msg.filter.to')} value={view.to} onChange={(to) => change({ to })} />
      </div>
      {view.event !== undefined && (
        <div className="row">
          <span>
            {t('msg.filter.event')} <span className="mono">{view.event}</span>
          </span>
          <Button size="small" onClick={() => change({ event: undefined })}>
            {t('msg.filter.all-events')}
          </Button>
        </div>
      )}
    </search>
  );
}

/** Also of the pushes of one event. */
export function pushColumns(t: Translate, onOpen: (push: Push) => void): readonly RecordColumn<Push>[] {
  return [
    {
      key: 'title',
      title: t('msg.what'),
      role: 'heading',
      render: (push) => (
        <span className="bind-cell msg-what">
          <Button type="link" className="bind-open" onClick={() => onOpen(push)}>
            {push.title ?? t('msg.erased')}
          </Button>
          <span className="small quiet">
            {push.kind === 'event' ? push.module : t(`msg.kind.${push.kind}`)}
            {' · '}
            {t(`msg.type.${push.type}`)}
          </span>
        </span>
      ),
    },
    {
      key: 'rule',
      title: t('msg.through'),
      render: ({ ruleId, ruleName, corpName, appName }) => (
        <span className="bind-cell">
          {ruleName !== null &&
            (ruleId === null ? ruleName : <Link to={`/messages/rules/${ruleId}`}>{ruleName}</Link>)}
          <span className="small quiet">
            {corpName} · {appName}
          </span>
        </span>
      ),
    },
    {
      key: 'state',
      title: t('msg.state'),
      render: ({ state, isPaused, reason }) => (
        <span className="msg-cell">
          <PushStateMark state={state} paused={isPaused} />
          {reason !== null && <span className="small">{reason}</span>}
        </span>
      ),
    },
    { key: 'counts', title: t('msg.recipients'), render: ({ counts }) => <PushCounts counts={counts} /> },
    { key: 'at', title: t('msg.accepted'), render: ({ acceptedAt }) => <TimeAgo at={acceptedAt} /> },
    { key: 'left', title: t('msg.recall.left'), render: (push) => <RecallLeft push={push} /> },
  ];
}
