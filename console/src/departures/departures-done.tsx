import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Card, Empty } from 'antd';
import { Link } from 'react-router';
import type { Corp } from '../api/corps';
import {
  type Departure,
  departureCountsQuery,
  departuresQuery,
  type EndedDepartureState,
  endedDepartureStates,
} from '../api/departures';
import { FilterChips } from '../bindings/filter-chips';
import { useBindingWords } from '../bindings/use-binding-words';
import { type Translate, useLanguage } from '../language/use-language';
import type { RecordColumn } from '../parts/record-list';
import { SearchWords } from '../parts/search-words';
import { DeparturePages } from './departure-pages';
import { DepartureStateMark } from './departure-state-mark';
import { Minute } from './minute';
import { useDepartureView } from './use-departure-view';
import { Who } from './who';
import { Why } from './why';

interface DeparturesDoneProps {
  readonly corp: Corp;
  readonly onOpen: (userId: string) => void;
}

/** How each ended, who decided it, and when. */
export function DeparturesDone({ corp, onOpen }: DeparturesDoneProps) {
  const { t, number } = useLanguage();
  const { actor } = useBindingWords();
  const { ended, q, change } = useDepartureView();
  const counts = useQuery(departureCountsQuery(corp.id));
  const departures = useInfiniteQuery({
    ...departuresQuery(corp.id, { open: false, state: ended, q, sort: 'newest' }),
    placeholderData: (before) => before,
  });
  const all = counts.data && endedDepartureStates.reduce((sum, state) => sum + counts.data[state], 0);
  const chips = (['all', ...endedDepartureStates] as const).map((value) => {
    const count = value === 'all' ? all : counts.data?.[value];
    return {
      value,
      label: value === 'all' ? t('departure.show.all') : t(`departure.state.${value}`),
      ...(count === undefined ? {} : { count: number(count) }),
    };
  });
  return (
    <Card>
      <div className="stack">
        <search className="stack" aria-label={t('departure.filter')}>
          <FilterChips<EndedDepartureState | 'all'>
            label={t('departure.state')}
            chips={chips}
            chosen={ended ?? 'all'}
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
          label={t('departure.view.done')}
          columns={endedColumns(t, actor, onOpen)}
          onOpen={onOpen}
          empty={
            <Empty
              image={Empty.PRESENTED_IMAGE_SIMPLE}
              description={
                ended === undefined && q === undefined
                  ? t('departure.empty.done')
                  : t('departure.empty.filtered')
              }
            />
          }
        />
      </div>
    </Card>
  );
}

function endedColumns(
  t: Translate,
  actor: (label: string) => string,
  onOpen: (userId: string) => void,
): readonly RecordColumn<Departure>[] {
  return [
    {
      key: 'who',
      title: t('departure.who'),
      role: 'heading',
      render: (departure) => <Who departure={departure} onOpen={() => onOpen(departure.userId)} />,
    },
    {
      key: 'state',
      title: t('departure.ended'),
      render: (departure) => (
        <span className="departure-cell">
          <DepartureStateMark state={departure.state} />
          <Why departure={departure} />
        </span>
      ),
    },
    {
      key: 'disabled',
      title: t('departure.disabled-at'),
      render: ({ disabledAt }) => (disabledAt === null ? '—' : <Minute at={disabledAt} />),
    },
    {
      key: 'closed',
      title: t('departure.ended-at'),
      render: ({ closedAt }) => (closedAt === null ? '—' : <Minute at={closedAt} />),
    },
    {
      key: 'by',
      title: t('departure.decided-by'),
      render: ({ decidedBy }) =>
        decidedBy === null ? <span className="quiet">{t('departure.nobody')}</span> : actor(decidedBy),
    },
    {
      key: 'run',
      title: t('departure.run'),
      render: ({ runId }) =>
        runId === null ? '—' : <Link to={`/runs/${runId}`}>{t('departure.run.see')}</Link>,
    },
  ];
}
