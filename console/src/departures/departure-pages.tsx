import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { type ReactNode } from 'react';
import type { Page } from '../api/client';
import type { Departure } from '../api/departures';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { LoadMore } from '../parts/load-more';
import { type RecordColumn, RecordList } from '../parts/record-list';

interface DeparturePagesProps {
  readonly query: UseInfiniteQueryResult<InfiniteData<Page<Departure>>>;
  readonly label: string;
  readonly columns: readonly RecordColumn<Departure>[];
  readonly onOpen: (userId: string) => void;
  readonly empty: ReactNode;
}

export function DeparturePages({ query, label, columns, onOpen, empty }: DeparturePagesProps) {
  const { t, number } = useLanguage();
  const { data, error, isPending, isPlaceholderData, refetch } = query;
  const rows = data?.pages.flatMap(({ items }) => items) ?? [];
  const total = data?.pages[0]?.total;
  return (
    <>
      {error !== null && <FailureNotice error={error} onRetry={() => void refetch()} />}
      {isPending && error === null && <Skeleton active paragraph={{ rows: 4 }} />}
      {data !== undefined && rows.length === 0 && empty}
      {rows.length > 0 && (
        <div aria-busy={isPlaceholderData} className={isPlaceholderData ? 'departure-old' : undefined}>
          {total !== undefined && total > rows.length && (
            <p className="quiet small departure-lead" role="status">
              {t('departure.listed', { shown: number(rows.length), total: number(total) })}
            </p>
          )}
          <RecordList<Departure>
            label={label}
            records={rows}
            rowKey={({ departureId }) => departureId}
            columns={columns}
            empty={empty}
            onOpen={({ userId }) => onOpen(userId)}
          />
        </div>
      )}
      <LoadMore {...query} />
    </>
  );
}
