import { queryOptions } from '@tanstack/react-query';
import { call } from './client';

export interface System {
  readonly version: string;
  readonly publicUrl: string;
  readonly temporalUiUrl: string | null;
  readonly simulatorUrl: string | null;
  readonly demo: boolean;
  readonly temporal: Readonly<Record<string, unknown>>;
  readonly database: Readonly<Record<string, unknown>>;
  readonly workers: { readonly pollers: number };
}

export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => call<System>('GET', '/system', { signal }),
});
