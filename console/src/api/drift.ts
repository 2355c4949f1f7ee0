import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, type Page, randomKey } from './client';

export const driftStates = ['open', 'accepted', 'reverted', 'ignored', 'gone', 'all'] as const;
/** What the list is asked for; those under way belong to the open ones. */
export type DriftFilterState = (typeof driftStates)[number];
export type DriftState = Exclude<DriftFilterState, 'all'> | 'accepting' | 'reverting';

export const driftKinds = ['member', 'department'] as const;
export type DriftKind = (typeof driftKinds)[number];

export const driftDecisions = ['accept', 'revert', 'ignore'] as const;
export type DriftDecision = (typeof driftDecisions)[number];

export interface Possible {
  readonly ok: boolean;
  readonly reason?: string;
}

/** One value that somebody changed by hand in WeCom. */
export interface Drift {
  readonly driftId: string;
  readonly kind: DriftKind;
  readonly userId: string | null;
  readonly memberId: string | null;
  readonly departmentId: number | null;
  readonly name: string | null;
  readonly field: string;
  readonly fieldName: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly seenBy: 'event' | 'pull';
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly state: DriftState;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  /** Of the run that carries the decision out. */
  readonly runId: string | null;
  /** What reverting would write by now; null where that is no text. */
  readonly revertsTo: string | null;
  readonly canAccept: Possible;
  readonly canRevert: Possible;
  readonly canIgnore: Possible;
}

export const driftFilterNames = ['state', 'kind', 'field', 'q'] as const;
export type DriftFilterName = (typeof driftFilterNames)[number];

export interface DriftFilter {
  readonly state: DriftFilterState;
  readonly kind?: DriftKind | undefined;
  readonly field?: string | undefined;
  readonly q?: string | undefined;
}

export interface CoveredField {
  readonly kind: DriftKind;
  readonly field: string;
  readonly fieldName: string;
  readonly observable: boolean;
  readonly how: 'event' | 'pull' | 'never';
  readonly why: string;
}

interface Observed {
  readonly observed: number;
  readonly total: number;
}

export interface DriftCoverage {
  readonly members: Observed;
  readonly departments: Observed;
  readonly fields: readonly CoveredField[];
  readonly note: string;
  readonly lastLookedAt: string | null;
  readonly lastEventAt: string | null;
  readonly callbackConfigured: boolean;
}

const at = (corpId: string, rest = '') => `/corps/${encodeURIComponent(corpId)}/drift${rest}`;

/** What a run is carrying out is looked at again soon. */
const busyEveryMs = 2_000;
const quietEveryMs = 30_000;

export const isUnderWay = ({ state }: Pick<Drift, 'state'>): boolean =>
  state === 'accepting' || state === 'reverting';

export const driftQuery = (corpId: string, filter: DriftFilter) =>
  infiniteQueryOptions({
    queryKey: ['corps', corpId, 'drift', 'list', filter],
    queryFn: ({ signal, pageParam }) =>
      call<Page<Drift>>('GET', at(corpId), { signal, query: { ...filter, cursor: pageParam, limit: 50 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isUnderWay)) ? busyEveryMs : quietEveryMs,
  });

export const driftCoverageQuery = (corpId: string) =>
  queryOptions({
    queryKey: ['corps', corpId, 'drift', 'coverage'],
    queryFn: ({ signal }) => call<DriftCoverage>('GET', at(corpId, '/coverage'), { signal }),
    staleTime: 30_000,
  });

/** The answer names a run where something has to be written. */
export function decideDrift(
  corpId: string,
  driftIds: readonly string[],
  decision: DriftDecision,
): Promise<{ readonly runId: string | null }> {
  const [only] = driftIds;
  // One key per click: a repeat after a lost answer finds the run that the first attempt started.
  const headers = { 'idempotency-key': randomKey() };
  return driftIds.length === 1 && only !== undefined
    ? call('POST', at(corpId, `/${encodeURIComponent(only)}/${decision}`), { headers })
    : call('POST', at(corpId, '/decide'), { body: { driftIds, decision }, headers });
}
