import { infiniteQueryOptions } from '@tanstack/react-query';
import { call, type Page } from './client';

export type AuditResult = 'ok' | 'refused' | 'failed';

export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly corpId: string | null;
  readonly result: AuditResult;
  readonly code: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly remoteIp: string | null;
}

export interface AuditFilter {
  readonly corpId?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
}

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ signal, pageParam }) =>
      call<Page<AuditEntry>>('GET', '/audit', { signal, query: { ...filter, cursor: pageParam, limit: 50 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
