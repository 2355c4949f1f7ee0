import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Card, Empty } from 'antd';
import { Link } from 'react-router';
import type { Corp } from '../api/corps';
import {
  type DepartureCounts,
  departureCountsQuery,
  type DepartureFilter,
  departuresQuery,
} from '../api/departures';
import type { DirectorySettings } from '../api/settings';
import { FilterChips } from '../bindings/filter-chips';
import { useLanguage } from '../language/use-language';
import { sectionId } from '../settings/section';
import { SearchWords } from '../parts/search-words';
import { dayAfter, todayIn } from './days';
import { DeparturePages } from './departure-pages';
import { openColumns } from './departure-columns';
import { useTellOthers } from './use-decide';
import { type OpenFilter, openFilters, useDepartureView } from './use-departure-view';

interface DepartureTimelineProps {
  readonly corp: Corp;
  readonly settings: DirectorySettings | undefined;
  readonly onOpen: (userId: string) => void;
}

/** Everybody whose departure has not ended, by the day of the deletion. */
export function DepartureTimeline({ corp, settings, onOpen }: DepartureTimelineProps) {
  const { t, number } = useLanguage();
  const { open, q, change } = useDepartureView();
  const counts = useQuery(departureCountsQuery(corp.id));
  const filter = { ...shown(open, settings?.timezone), q };
  const departures = useInfiniteQuery({
    ...departuresQuery(corp.id, filter),
    placeholderData: (before) => before,
  });
  const rows = departures.isPlaceholderData
    ? undefined
    : departures.data?.pages.flatMap(({ items }) => items);
  useTellOthers(corp.id, rows?.map(({ departureId, state }) => `${departureId} ${state}`).join(), [
    'summary',
  ]);
  const chips = (['all', ...openFilters] as const).map((value) => ({
    value,
    label: t(`departure.show.${value}`),
    ...(counts.data === undefined ? {} : { count: number(countOf(value, counts.data)) }),
  }));
  return (
    <Card>
      <div className="stack">
        <search className="stack" aria-label={t('departure.filter')}>
          <FilterChips<OpenFilter | 'all'>
            label={t('departure.state')}
            chips={chips}
            chosen={open ?? 'all'}
            onChoose={(next) => change({ state: next === 'all' ? undefined : next })}
          />
          <div className="members-filter">
            <SearchWords
              key={q ?? ''}
              label={t('departure.search')}
              words={q ?? ''}
              onChange={(words) => change({ q: words })}
            />
          </div>
        </search>
        <DeparturePages
          query={departures}
          label={t('departure.list')}
          columns={openColumns(t, onOpen)}
          onOpen={onOpen}
          empty={
            open === undefined && q === undefined ? (
              <NobodyLeaves corpId={corp.id} />
            ) : (
              <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('departure.empty.filtered')}>
                <Button onClick={() => change({ state: undefined, q: undefined })}>
                  {t('departure.filter.clear')}
                </Button>
              </Empty>
            )
          }
        />
      </div>
    </Card>
  );
}

const weekDays = 7;

function shown(open: OpenFilter | undefined, timezone: string | undefined): DepartureFilter {
  switch (open) {
    case undefined:
      return { open: true, sort: 'due' };
    case 'held':
      return { state: 'held', sort: 'due' };
    case 'waiting':
      return { state: 'waiting,postponed', sort: 'due' };
    case 'postponed':
      return { state: 'postponed', sort: 'due' };
    case 'busy':
      return { state: 'disabling,restoring', sort: 'due' };
    case 'soon':
      // As they are counted: one that is held is deleted as well, once somebody has released it.
      return { state: 'held,waiting,postponed', to: dayAfter(todayIn(timezone), weekDays), sort: 'due' };
  }
}

function countOf(shownOnes: OpenFilter | 'all', counts: DepartureCounts): number {
  switch (shownOnes) {
    case 'all':
      return counts.open;
    case 'held':
      return counts.held;
    case 'waiting':
      return counts.waiting + counts.postponed;
    case 'postponed':
      return counts.postponed;
    case 'busy':
      return counts.disabling + counts.restoring;
    case 'soon':
      return counts.dueWithinWeek;
  }
}

/** Nobody yet: what would stand here, and what decides about the deletion. */
function NobodyLeaves({ corpId }: { readonly corpId: string }) {
  const { t } = useLanguage();
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <div className="departure-empty">
          <div>{t('departure.empty')}</div>
          <div className="small quiet">{t('departure.empty.about')}</div>
        </div>
      }
    >
      <Link to={`/corps/${corpId}/settings#${sectionId('departed')}`}>{t('departure.empty.settings')}</Link>
    </Empty>
  );
}
