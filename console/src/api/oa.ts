import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, type Page } from './client';

export interface OaLoss {
  readonly lost: number;
  readonly of: number;
}

export interface OaDirectoryState {
  /** 0 while nothing was fed. */
  readonly version: number;
  readonly updatedAt: string | null;
  readonly subcompanies: number;
  readonly departments: number;
  readonly users: { readonly active: number; readonly departed: number };
  /** Nobody is disabled or deleted because of it before somebody confirms it. */
  readonly unconfirmed: OaLoss | null;
}

export interface OaNode {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly subcompanyId: string | null;
  readonly order: number;
  readonly kind: 'subcompany' | 'department';
}

export interface OaUser {
  readonly id: string;
  readonly loginId: string;
  readonly jobNumber: string | null;
  readonly name: string;
  readonly mobile: string | null;
  readonly email: string | null;
  readonly gender: 'male' | 'female' | null;
  readonly position: string | null;
  readonly telephone: string | null;
  readonly departmentId: string | null;
  readonly partTimeDepartmentIds: readonly string[];
  readonly managerId: string | null;
  readonly order: number;
  readonly status: 'active' | 'departed';
  readonly custom: Readonly<Record<string, unknown>>;
}

export interface OaUserFilter {
  readonly q?: string | undefined;
  readonly departmentId?: string | undefined;
}

export const uploadKinds = ['users', 'departments', 'subcompanies'] as const;
export type UploadKind = (typeof uploadKinds)[number];
export const uploadModes = ['whole', 'patch'] as const;
export type UploadMode = (typeof uploadModes)[number];

export const oaDirectoryQuery = queryOptions({
  queryKey: ['oa', 'directory'],
  queryFn: ({ signal }) => call<OaDirectoryState>('GET', '/oa/directory', { signal }),
});

export const oaNodesQuery = queryOptions({
  queryKey: ['oa', 'departments'],
  queryFn: async ({ signal }) => (await call<Page<OaNode>>('GET', '/oa/departments', { signal })).items,
  staleTime: 30_000,
});

export const oaUsersQuery = (filter: OaUserFilter, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ['oa', 'users', filter, limit],
    queryFn: ({ signal, pageParam }) =>
      call<Page<OaUser>>('GET', '/oa/users', { signal, query: { ...filter, cursor: pageParam, limit } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

/** The first of those who match, to choose from. */
export const oaUserChoicesQuery = (q: string) =>
  queryOptions({
    queryKey: ['oa', 'user-choices', q],
    queryFn: async ({ signal }) =>
      (await call<Page<OaUser>>('GET', '/oa/users', { signal, query: { q, limit: 30 } })).items,
    staleTime: 30_000,
    placeholderData: (before) => before,
  });

export const oaUserQuery = (id: string) =>
  queryOptions({
    queryKey: ['oa', 'user', id],
    queryFn: ({ signal }) => call<OaUser>('GET', `/oa/users/${encodeURIComponent(id)}`, { signal }),
    staleTime: 60_000,
  });

/** Of the OA that the bridge keeps itself; another one checks its own passwords. */
export const setOaPassword = (id: string, password: string): Promise<unknown> =>
  call('PUT', `/oa/users/${encodeURIComponent(id)}/password`, { body: { password } });

export const confirmLoss = (loss: number): Promise<OaDirectoryState> =>
  call('POST', '/oa/directory/confirm', { body: { loss } });

export interface UploadProblem {
  /** As the spreadsheet counts. Null: about the whole file. */
  readonly row: number | null;
  readonly column: string | null;
  readonly message: string;
}

export interface UploadField {
  readonly field: string;
  readonly label: string;
  readonly required: boolean;
}

export interface UploadRow {
  readonly row: number;
  /** By field. */
  readonly values: Readonly<Record<string, string | null>>;
  readonly errors: readonly Omit<UploadProblem, 'row'>[];
}

/** Which field of the OA each column is, by its header; null: not used. */
export type UploadMapping = Readonly<Record<string, string | null>>;

export interface UploadPreview {
  readonly previewId: string;
  readonly applicable: boolean;
  readonly expiresAt: string;
  readonly columns: readonly { readonly header: string; readonly field: string | null }[];
  readonly mapping: UploadMapping;
  /** Those a column can be. */
  readonly fields: readonly UploadField[];
  /** The first of them. */
  readonly rows: readonly UploadRow[];
  readonly counts: Readonly<
    Record<
      'rows' | 'valid' | 'wrong' | 'created' | 'updated' | 'departed' | 'returned' | 'removed' | 'unchanged',
      number
    >
  >;
  /** The first of them. */
  readonly errors: readonly UploadProblem[];
  readonly totalErrors: number;
  /** The loss that would wait for somebody to confirm it. */
  readonly unconfirmed: OaLoss | null;
}

export interface FeedResult {
  readonly version: number;
  readonly unconfirmed: OaLoss | null;
}

export interface Upload {
  readonly file: File;
  readonly kind: UploadKind;
  readonly mode: UploadMode;
  /** Undefined: to be recognised by the names of the columns. */
  readonly mapping?: UploadMapping;
}

export function previewUpload({ file, kind, mode, mapping }: Upload): Promise<UploadPreview> {
  const body = new FormData();
  body.set('kind', kind);
  body.set('mode', mode);
  if (mapping !== undefined) body.set('mapping', JSON.stringify(mapping));
  body.set('file', file);
  return call('POST', '/oa/directory/preview', { body });
}

export const applyUpload = (previewId: string): Promise<FeedResult> =>
  call('POST', `/oa/directory/preview/${encodeURIComponent(previewId)}/apply`);
