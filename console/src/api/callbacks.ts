import { queryOptions } from '@tanstack/react-query';
import { call } from './client';

/** What WeCom has told the bridge by itself in the last 30 days, and all that still waits. */
export interface CallbackSummary {
  readonly lastReceivedAt: string | null;
  /** Received and not yet looked into. */
  readonly waiting: number;
  readonly oldestWaitingAt: string | null;
  /** Delivered by WeCom more than once, and applied once. */
  readonly repeated: number;
  readonly total: number;
  readonly failed: number;
}

const everyMs = 15_000;

export const callbackSummaryQuery = (corpId: string) =>
  queryOptions({
    queryKey: ['corps', corpId, 'callbacks', 'summary'],
    queryFn: ({ signal }) =>
      call<CallbackSummary>('GET', `/corps/${encodeURIComponent(corpId)}/callbacks/summary`, { signal }),
    refetchInterval: everyMs,
  });
