import { queryOptions } from '@tanstack/react-query';
import { call, type Page } from './client';

export const corpKinds = ['public', 'private', 'government'] as const;
export type CorpKind = (typeof corpKinds)[number];

export interface CallbackKeys {
  readonly token: string;
  readonly encodingAesKey: string;
}

export interface CorpApp {
  readonly id: string;
  readonly corpId: string;
  readonly name: string;
  readonly agentId: number;
  readonly callbackUrl: string;
  readonly callbackConfigured: boolean;
  /** Where employees bind themselves; opened from within WeCom. */
  readonly bindUrl?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface CheckSummary {
  readonly id: string;
  readonly ok: boolean;
  readonly at: string;
  readonly failed: number;
}

export interface Corp {
  readonly id: string;
  readonly name: string;
  readonly corpId: string;
  readonly kind: CorpKind;
  readonly apiBaseUrl: string;
  readonly hasContactsSecret: boolean;
  readonly contactsCallbackUrl: string;
  readonly contactsCallbackConfigured: boolean;
  readonly accountLimit: number | null;
  readonly isDemo: boolean;
  readonly access: 'read-only' | 'read-write';
  readonly lastCheck: CheckSummary | null;
  readonly apps: readonly CorpApp[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly skipped?: true;
  /** Nothing to look at: not used here, or not set up and needed only by whoever wants it. */
  readonly notApplicable?: true;
  readonly errcode?: number;
  readonly message: string;
  readonly advice?: string;
  readonly app?: { readonly id: string; readonly name: string };
}

export interface CheckReport {
  readonly id: string;
  readonly ok: boolean;
  readonly at: string;
  readonly checks: readonly Check[];
}

export interface Network {
  readonly publicIp: string | null;
  readonly apiDomainIps: readonly string[];
  readonly callbackIps: readonly string[];
  readonly checkedAt: string | null;
}

export interface NewCorp {
  readonly name: string;
  readonly corpId: string;
  readonly kind: CorpKind;
  readonly apiBaseUrl?: string;
  readonly contactsSecret?: string;
}

/** Null clears a value, a missing key leaves it alone. */
export interface CorpChange {
  readonly name?: string;
  readonly kind?: CorpKind;
  readonly apiBaseUrl?: string;
  readonly contactsSecret?: string | null;
  readonly contactsCallback?: CallbackKeys | null;
  readonly accountLimit?: number | null;
}

export interface NewApp {
  readonly name: string;
  readonly agentId: number;
  readonly secret: string;
  readonly callback?: CallbackKeys;
}

export interface AppChange {
  readonly name?: string;
  readonly agentId?: number;
  readonly secret?: string;
  readonly callback?: CallbackKeys | null;
}

const at = (corpId: string, rest = '') => `/corps/${encodeURIComponent(corpId)}${rest}`;

export const corpsQuery = queryOptions({
  queryKey: ['corps'],
  queryFn: async ({ signal }) =>
    (await call<Page<Corp>>('GET', '/corps', { signal, query: { limit: 200 } })).items,
});

export const corpQuery = (id: string) =>
  queryOptions({
    queryKey: ['corps', id],
    queryFn: ({ signal }) => call<Corp>('GET', at(id), { signal }),
  });

/** Null before the first check. */
export const checkQuery = (corpId: string, lastCheckId: string | undefined) =>
  queryOptions({
    queryKey: ['corps', corpId, 'check', lastCheckId ?? 'none'],
    queryFn: ({ signal }): Promise<CheckReport | null> =>
      lastCheckId === undefined
        ? Promise.resolve(null)
        : call<CheckReport>('GET', at(corpId, '/check'), { signal }),
  });

export const networkQuery = (id: string) =>
  queryOptions({
    queryKey: ['corps', id, 'network'],
    queryFn: ({ signal }) => call<Network>('GET', at(id, '/network'), { signal }),
    // Each reading asks WeCom; the addresses change once in months.
    staleTime: 5 * 60_000,
  });

export const createCorp = (corp: NewCorp): Promise<Corp> => call('POST', '/corps', { body: corp });
export const changeCorp = (id: string, change: CorpChange): Promise<Corp> =>
  call('PATCH', at(id), { body: change });
export const removeCorp = (id: string, confirm: string): Promise<void> =>
  call('DELETE', at(id), { query: { confirm } });
export const checkCorp = (id: string): Promise<CheckReport> => call('POST', at(id, '/check'));

export const addApp = (corpId: string, app: NewApp): Promise<CorpApp> =>
  call('POST', at(corpId, '/apps'), { body: app });
export const changeApp = (corpId: string, appId: string, change: AppChange): Promise<CorpApp> =>
  call('PATCH', at(corpId, `/apps/${encodeURIComponent(appId)}`), { body: change });
export const removeApp = (corpId: string, appId: string): Promise<void> =>
  call('DELETE', at(corpId, `/apps/${encodeURIComponent(appId)}`));
