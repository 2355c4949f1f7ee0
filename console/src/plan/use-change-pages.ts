import { useQueries, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import {
  type ChangeFilter,
  type ChangePage,
  changePageQuery,
  type ChangeRow,
  changesPerPage,
} from '../api/push';
import type { RowSpan } from './use-window-rows';

interface ChangePages {
  readonly rows: readonly ChangeRow[];
  readonly total: number | undefined;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly hasMore: boolean;
  readonly isFetchingMore: boolean;
  readonly more: () => void;
  readonly retry: () => void;
}

/**
 * Page after page, each kept under its own cursor. Only the pages on the screen are read again, by themselves or
 * after a decision: somebody who has scrolled through a hundred pages does not cost a hundred readings.
 */
export function useChangePages(
  runId: string,
  filter: ChangeFilter,
  live: boolean,
  seen: RowSpan,
): ChangePages {
  const [cursors, setCursors] = useState<readonly (string | undefined)[]>([undefined]);
  const firstPage = Math.floor(seen.first / changesPerPage);
  const lastPage = Math.floor(Math.max(seen.end - 1, 0) / changesPerPage);
  const pages = useQueries({
    queries: cursors.map((cursor, index) => {
      const isSeen = index >= firstPage && index <= lastPage;
      return {
        ...changePageQuery(runId, filter, cursor, live),
        // The last one has to be read before it can be seen.
        enabled: isSeen || index === cursors.length - 1,
      };
    }),
    combine: together,
  });
  const { next } = pages;
  const more = useCallback(() => {
    if (next === null) return;
    setCursors((before) => (before.includes(next) ? before : [...before, next]));
  }, [next]);
  return {
    ...pages,
    hasMore: next !== null,
    isFetchingMore: cursors.length > 1 && pages.isLastPending,
    more,
  };
}

function together(pages: readonly UseQueryResult<ChangePage>[]) {
  const [first] = pages;
  const last = pages.at(-1);
  const failed = pages.find(({ error }) => error !== null);
  return {
    rows: pages.flatMap(({ data }) => data?.items ?? []),
    total: first?.data?.total,
    isPending: first?.isPending ?? true,
    isLastPending: last?.isPending ?? false,
    error: failed?.error ?? null,
    next: last?.data?.nextCursor ?? null,
    retry: () => void failed?.refetch(),
  };
}
