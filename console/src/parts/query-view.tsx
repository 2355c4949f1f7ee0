import type { UseQueryResult } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { FailureNotice } from './failure-notice';

interface QueryViewProps<T> {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
  readonly waiting?: ReactNode;
}

/** What was read before stays on the screen while a later reading fails: the notice says that it is old. */
export function QueryView<T>({ query, children, waiting }: QueryViewProps<T>) {
  const { data, error, isPending, refetch } = query;
  const retry = () => void refetch();
  return (
    <>
      {error !== null && <FailureNotice error={error} onRetry={retry} />}
      {data !== undefined && children(data)}
      {isPending && (waiting ?? <Skeleton active paragraph={{ rows: 4 }} />)}
    </>
  );
}
