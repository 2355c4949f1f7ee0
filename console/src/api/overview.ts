import { queryOptions } from '@tanstack/react-query';
import { call } from './client';
import type { CheckSummary } from './corps';
import { isOpen, type Run } from './runs';

export type AttentionLevel = 'error' | 'warning' | 'info';

export interface Attention {
  readonly level: AttentionLevel;
  readonly code: string;
  readonly message: string;
  readonly advice?: string;
  readonly link?: string | null;
}

export interface CorpOverview {
  readonly id: string;
  readonly name: string;
  readonly lastCheck: CheckSummary | null;
  readonly lastPull: Run | null;
  readonly members: number;
  readonly departments: number;
}

export interface Overview {
  readonly corps: readonly CorpOverview[];
  readonly recentRuns: readonly Run[];
  readonly attention: readonly Attention[];
  readonly health: {
    readonly database: { readonly ok: boolean };
    readonly temporal: { readonly ok: boolean };
    readonly workers: { readonly ok: boolean; readonly count: number };
  };
}

const quietEveryMs = 15_000;
const busyEveryMs = 2_000;

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => call<Overview>('GET', '/overview', { signal }),
  refetchInterval: ({ state }) => (state.data?.recentRuns.some(isOpen) ? busyEveryMs : quietEveryMs),
});
