import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, type Page, randomKey, type WecomAnswer } from './client';
import type { AttendanceFacts } from './attendance';
import type { PushFacts, PushVerdict } from './push';

export const openPhases = [
  'reading',
  'planning',
  'blocked',
  'awaiting-approval',
  'applying',
  'paused',
] as const;
export const endedPhases = ['done', 'failed', 'rejected', 'cancelled', 'expired'] as const;
export const phases = [...openPhases, ...endedPhases] as const;
export type RunPhase = (typeof phases)[number];
export type RunDirection = 'push' | 'pull' | 'attendance';
/** Those that make a plan of what they would change. */
export type PlanDirection = Exclude<RunDirection, 'attendance'>;
export type RunMode = 'simulate' | 'apply';

export interface Extent {
  readonly expected: number;
  readonly read: number;
}

export interface Completeness {
  /** Who is gone can be told from a reading of the whole corp only. */
  readonly scope: 'whole-corp' | 'app-range';
  readonly departments: Extent;
  readonly members: Extent;
  readonly details: Extent;
  readonly complete: boolean;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

export interface RunStep {
  readonly step: string;
  readonly done: boolean;
  readonly pages: number;
  readonly rows: number;
}

export interface RunError {
  readonly code: string;
  readonly message: string;
  readonly advice?: string;
  readonly wecom?: WecomAnswer;
}

export interface Run {
  readonly id: string;
  readonly corpId: string;
  readonly corpName: string;
  readonly direction: RunDirection;
  readonly mode: RunMode;
  readonly phase: RunPhase;
  readonly counts: Readonly<Record<string, number>>;
  readonly progress: { readonly done: number; readonly failed: number; readonly total: number };
  readonly apiCalls: Readonly<Record<string, number>>;
  readonly completeness: Completeness | null;
  readonly steps: readonly RunStep[];
  readonly trigger: string;
  readonly requestedBy: string;
  readonly settingsVersion: number | null;
  readonly workflowId: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly temporalUrl: string | null;
  readonly error: RunError | null;
  readonly planHash: string | null;
  readonly verdict: PushVerdict | null;
  /** Null for a run that only reads. */
  readonly push: PushFacts | null;
  /** Of a run that reads check-in data. */
  readonly attendance?: AttendanceFacts | null;
}

/** Phases in which a run waits for a person. */
export const waitingPhases: readonly RunPhase[] = ['blocked', 'awaiting-approval', 'paused'];

export interface RunFilter {
  readonly corpId?: string | undefined;
  readonly direction?: RunDirection | undefined;
  readonly phase?: RunPhase | undefined;
}

export function isOpen(run: Pick<Run, 'phase'>): boolean {
  return (openPhases as readonly RunPhase[]).includes(run.phase);
}

/** Often enough to be watched, and one small row to read. */
const liveEveryMs = 1_000;
/** What waits for somebody moves seldom. */
const waitingEveryMs = 4_000;
const listEveryMs = 3_000;

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'one', id],
    queryFn: ({ signal }) => call<Run>('GET', `/runs/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: ({ state }) => {
      if (!state.data || !isOpen(state.data)) return false;
      return waitingPhases.includes(state.data.phase) ? waitingEveryMs : liveEveryMs;
    },
  });

export const runsQuery = (filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'list', filter],
    queryFn: ({ signal, pageParam }) =>
      call<Page<Run>>('GET', '/runs', { signal, query: { ...filter, cursor: pageParam, limit: 20 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isOpen)) ? listEveryMs : false,
  });

/** One key per click: a repeat after a lost answer finds the run that the first attempt started. */
export function startPull(corpId: string, mode: RunMode): Promise<{ runId: string; workflowId: string }> {
  return call('POST', `/corps/${encodeURIComponent(corpId)}/directory/runs`, {
    body: { direction: 'pull', mode },
    headers: { 'idempotency-key': randomKey() },
  });
}

export function cancelRun(id: string): Promise<{ runId: string }> {
  return call('POST', `/runs/${encodeURIComponent(id)}/cancel`);
}
