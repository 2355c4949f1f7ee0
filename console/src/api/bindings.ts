import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, callFile, type Page } from './client';
import type { MemberStatus } from './members';

/** How a binding came to be. */
export const bindingSources = [
  'manual',
  'imported',
  'decided',
  'employee',
  'pulled',
  'visit',
  'matched',
  'created',
  'synced',
] as const;

/** What is said of a binding wherever it is shown. */
export interface BindingFacts {
  readonly source: string;
  /** The field that found the member. */
  readonly matchedBy: string | null;
  readonly runId?: string | null;
  readonly boundBy?: string | null;
  readonly boundAt: string;
}

export interface Binding extends BindingFacts {
  readonly userId: string;
  readonly memberId: string;
  readonly name: string | null;
  readonly oaUserId: string;
  /** Null when the OA does not know them any more. */
  readonly oaName: string | null;
  readonly oaLoginId: string | null;
}

export interface BindingFilter {
  readonly q?: string | undefined;
  readonly source?: string | undefined;
}

export const exportChoices = ['unbound', 'all', 'bound'] as const;
export type ExportChoice = (typeof exportChoices)[number];

const at = (corpId: string, rest = '') => `/corps/${encodeURIComponent(corpId)}${rest}`;

/** Everything that a binding changes is read anew under these keys. */
export const corpKey = (corpId: string) => ['corps', corpId] as const;

export const bindingsQuery = (corpId: string, filter: BindingFilter, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ['corps', corpId, 'bindings', filter, limit],
    queryFn: ({ signal, pageParam }) =>
      call<Page<Binding>>('GET', at(corpId, '/bindings'), {
        signal,
        query: { ...filter, cursor: pageParam, limit },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

/** The member of this corp whom the OA user is bound to, if any. */
export const bindingOfOaUserQuery = (corpId: string, oaUserId: string, loginId: string) =>
  queryOptions({
    queryKey: ['corps', corpId, 'binding-of', oaUserId],
    queryFn: async ({ signal }) => {
      const { items } = await call<Page<Binding>>('GET', at(corpId, '/bindings'), {
        signal,
        query: { q: loginId, limit: 200 },
      });
      return items.find((binding) => binding.oaUserId === oaUserId) ?? null;
    },
  });

export const bindMember = (
  corpId: string,
  userId: string,
  oaUserId: string,
  replace: boolean,
): Promise<Binding> =>
  call('PUT', at(corpId, `/bindings/${encodeURIComponent(userId)}`), {
    body: { oaUserId, ...(replace ? { replace } : {}) },
  });

export const unbindMember = (corpId: string, userId: string): Promise<void> =>
  call('DELETE', at(corpId, `/bindings/${encodeURIComponent(userId)}`));

export const unbindEverybody = (corpId: string, confirm: string): Promise<{ readonly removed: number }> =>
  call('DELETE', at(corpId, '/bindings'), { body: { confirm } });

export const fetchMembersFile = (corpId: string, only: ExportChoice) =>
  callFile(at(corpId, '/bindings/export.xlsx'), { only });

// ---------------------------------------------------------------- import

export const linkFields = ['mobile', 'jobNumber', 'loginId', 'email'] as const;
export type LinkField = (typeof linkFields)[number];

/** In the order in which they deserve attention. */
export const importResults = [
  'bind',
  'rebind',
  'unknown-member',
  'unknown-value',
  'ambiguous',
  'taken',
  'departed',
  'repeated',
  'empty',
  'unchanged',
] as const;
export type ImportResult = (typeof importResults)[number];

export interface ImportRow {
  /** As the spreadsheet counts. */
  readonly row: number;
  readonly userId: string;
  readonly value: string;
  readonly result: string;
  readonly oaUserId?: string;
  readonly oaName?: string;
  readonly message?: string;
}

export type ImportCounts = Readonly<Partial<Record<string, number>>>;

export interface ImportPreview {
  readonly previewId: string;
  readonly rows: readonly ImportRow[];
  readonly counts: ImportCounts;
  readonly nextCursor?: string | null;
}

export interface ImportApplied {
  /** By what became of the rows: bind, rebind, kept, changed … */
  readonly counts: ImportCounts;
  readonly applied: number;
}

export function previewImport(corpId: string, field: LinkField, file: File): Promise<ImportPreview> {
  const body = new FormData();
  body.set('file', file);
  return call('POST', at(corpId, '/bindings/import'), { query: { field }, body });
}

export const importRowsQuery = (corpId: string, previewId: string, result: string | undefined, limit = 100) =>
  infiniteQueryOptions({
    queryKey: ['corps', corpId, 'binding-import', previewId, result ?? null, limit],
    queryFn: ({ signal, pageParam }) =>
      call<ImportPreview>('GET', at(corpId, `/bindings/import/${encodeURIComponent(previewId)}`), {
        signal,
        query: { result, cursor: pageParam, limit },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    staleTime: Infinity,
  });

export const applyImport = (corpId: string, previewId: string, replace: boolean): Promise<ImportApplied> =>
  call('POST', at(corpId, `/bindings/import/${encodeURIComponent(previewId)}/apply`), { body: { replace } });

// ---------------------------------------------------------------- conflicts

export interface ConflictMember {
  readonly userId: string;
  readonly name: string | null;
  readonly departments: readonly string[];
  readonly mobile: string | null;
  readonly email: string | null;
  readonly position: string | null;
  readonly status: MemberStatus;
}

export interface Candidate {
  readonly oaUserId: string;
  readonly name: string;
  readonly loginId: string;
  readonly jobNumber: string | null;
  readonly department: string | null;
  readonly mobile: string | null;
  readonly position: string | null;
  readonly status: 'active' | 'departed';
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
  readonly score: number;
  /** The member who has this OA user now. */
  readonly boundTo: string | null;
}

export interface Conflict {
  readonly memberId: string;
  readonly member: ConflictMember;
  readonly code: string;
  readonly reason: string;
  /** The likeliest first. */
  readonly candidates: readonly Candidate[];
  readonly foundAt: string;
  readonly decidedAt: string | null;
  readonly decidedBy: string | null;
  /** Once decided: null means none of them. */
  readonly oaUserId: string | null;
  readonly rule: string | null;
}

export type ConflictState = 'open' | 'decided';

export const conflictRules = [
  'same-job-number',
  'same-mobile',
  'same-email',
  'same-name',
  'same-department',
  'only-active',
] as const;
export type ConflictRule = (typeof conflictRules)[number];

export interface RuleOutcome {
  readonly matched: number;
  /** The first of them. */
  readonly items: readonly {
    readonly memberId: string;
    readonly userId: string;
    readonly name: string | null;
    readonly oaUserId: string;
    readonly oaName: string;
  }[];
}

export const openConflictsKey = (corpId: string) => ['corps', corpId, 'conflicts', 'open'] as const;

export const conflictsQuery = (corpId: string, state: ConflictState, code: string | undefined, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ['corps', corpId, 'conflicts', state, code ?? null, limit],
    queryFn: ({ signal, pageParam }) =>
      call<Page<Conflict>>('GET', at(corpId, '/binding-conflicts'), {
        signal,
        query: { state, code, cursor: pageParam, limit },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const decideConflict = (corpId: string, memberId: string, oaUserId: string | null): Promise<unknown> =>
  call('POST', at(corpId, `/binding-conflicts/${encodeURIComponent(memberId)}/decide`), {
    body: { oaUserId },
  });

export const decideByRule = (corpId: string, rule: ConflictRule, apply: boolean): Promise<RuleOutcome> =>
  call('POST', at(corpId, '/binding-conflicts/decide-by-rule'), { body: { rule, apply } });

export const lookForConflicts = (corpId: string): Promise<{ readonly found: number }> =>
  call('POST', at(corpId, '/binding-conflicts/look-again'));
