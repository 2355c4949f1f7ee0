import { queryOptions } from '@tanstack/react-query';
import { call, type Page } from './client';
import type { Scope } from './session';

export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresInDays?: number;
}

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: async ({ signal }) => (await call<Page<ApiToken>>('GET', '/tokens', { signal })).items,
});

/** The only answer that ever holds the token itself. */
export const createToken = (token: NewToken): Promise<ApiToken & { readonly token: string }> =>
  call('POST', '/tokens', { body: token });
export const revokeToken = (id: string): Promise<void> => call('DELETE', `/tokens/${encodeURIComponent(id)}`);
