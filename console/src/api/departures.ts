import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, type Page, randomKey, type WecomAnswer } from './client';

export const openDepartureStates = ['held', 'disabling', 'waiting', 'postponed', 'restoring'] as const;
export type OpenDepartureState = (typeof openDepartureStates)[number];
export const endedDepartureStates = ['deleted', 'restored', 'cancelled'] as const;
export type EndedDepartureState = (typeof endedDepartureStates)[number];
export type DepartureState = OpenDepartureState | EndedDepartureState;

export interface HandOverItem {
  readonly kind: string;
  readonly title: string;
  /** Null where nobody could read it. */
  readonly count: number | null;
  readonly names: readonly string[];
  /** What to do where it can’t be read. */
  readonly hint: string | null;
}

export interface Departure {
  readonly departureId: string;
  readonly memberId: string;
  readonly userId: string;
  readonly oaUserId: string;
  readonly name: string | null;
  readonly state: DepartureState;
  /** In the reader's language. */
  readonly reason: string | null;
  readonly reasonCode: string | null;
  readonly advice: string | null;
  readonly wecom: WecomAnswer | null;
  readonly disabledAt: string | null;
  /** Null: never. */
  readonly deleteAt: string | null;
  /** Below zero where the day has passed. */
  readonly daysLeft: number | null;
  readonly origin: 'push' | 'oa' | 'person' | 'earlier';
  readonly startedBy: string | null;
  readonly decidedBy: string | null;
  readonly afterDays: number | null;
  readonly postponedDays: number;
  readonly noticeAt: string | null;
  readonly noticedAt: string | null;
  readonly createdAt: string;
  readonly closedAt: string | null;
  /** The open run that acts on it, or the last that did. */
  readonly runId: string | null;
  readonly workflowId: string;
  readonly temporalUrl: string | null;
  readonly handOver: readonly HandOverItem[] | null;
  readonly handOverReadAt: string | null;
  readonly handOverDoneAt: string | null;
  readonly handOverDoneBy: string | null;
  /** Whatever the rights of the reader. */
  readonly can: Readonly<Record<DepartureAction, boolean>>;
}

export interface DepartureEvent {
  readonly at: string;
  readonly code: string;
  readonly text: string;
  readonly by: string | null;
  readonly runId: string | null;
}

export interface DepartureDetails extends Departure {
  readonly events: readonly DepartureEvent[];
  readonly earlier: readonly Departure[];
}

/** On a member's card. */
export interface MemberDeparture {
  readonly state: DepartureState;
  readonly disabledAt: string | null;
  readonly deleteAt: string | null;
  readonly reason: string | null;
  readonly daysLeft: number | null;
}

export type DepartureCounts = Readonly<Record<DepartureState | 'open' | 'dueWithinWeek', number>> & {
  /** How long a day of a rehearsal is; null where days are days. */
  readonly daySeconds: number | null;
};

export interface DepartureDay {
  /** YYYY-MM-DD in the time zone of the corp. */
  readonly date: string;
  readonly count: number;
  readonly held: number;
}

export interface DepartureCalendar {
  readonly days: readonly DepartureDay[];
  readonly timezone: string;
}

export const departureActions = [
  'postpone',
  'cancel',
  'restore',
  'release',
  'deleteNow',
  'handOverDone',
] as const;
export type DepartureAction = (typeof departureActions)[number];

const paths: Readonly<Record<DepartureAction, string>> = {
  postpone: 'postpone',
  cancel: 'cancel',
  restore: 'restore',
  release: 'release',
  deleteNow: 'delete-now',
  handOverDone: 'hand-over-done',
};

export interface DepartureFilter {
  /** One or several, with commas between. */
  readonly state?: string | undefined;
  readonly open?: boolean | undefined;
  readonly q?: string | undefined;
  /** YYYY-MM-DD: days on which the deletion is due, both included, in the time zone of the corp. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly sort?: 'newest' | 'due' | undefined;
}

const at = (corpId: string, rest = '') => `/corps/${encodeURIComponent(corpId)}/departures${rest}`;
export const departuresKey = (corpId: string) => ['corps', corpId, 'departures'] as const;

const busyEveryMs = 2_000;
const quietEveryMs = 30_000;

/** A run is at it, or about to be. */
const isMoving = (departure: Departure): boolean =>
  departure.state === 'disabling' ||
  departure.state === 'restoring' ||
  isDue(departure) ||
  isToBeDated(departure);

const isDue = ({ state, deleteAt }: Departure): boolean =>
  (state === 'waiting' || state === 'postponed') && deleteAt !== null && Date.parse(deleteAt) <= Date.now();

const dateWithinMs = 60_000;

/** The date follows the disabling; one without a date after that is never deleted. */
const isToBeDated = ({ state, deleteAt, disabledAt }: Departure): boolean =>
  state === 'waiting' &&
  deleteAt === null &&
  disabledAt !== null &&
  Date.now() - Date.parse(disabledAt) < dateWithinMs;

export const departuresQuery = (corpId: string, filter: DepartureFilter) =>
  infiniteQueryOptions({
    queryKey: [...departuresKey(corpId), 'list', filter],
    queryFn: ({ signal, pageParam }) =>
      call<Page<Departure>>('GET', at(corpId), {
        signal,
        query: { ...filter, cursor: pageParam, limit: 50 },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isMoving)) ? busyEveryMs : quietEveryMs,
  });

export const departureCountsQuery = (corpId: string) =>
  queryOptions({
    queryKey: [...departuresKey(corpId), 'summary'],
    queryFn: ({ signal }) => call<DepartureCounts>('GET', at(corpId, '/summary'), { signal }),
    refetchInterval: quietEveryMs,
  });

export const departureCalendarQuery = (corpId: string, from: string, to: string) =>
  queryOptions({
    queryKey: [...departuresKey(corpId), 'calendar', from, to],
    queryFn: ({ signal }) =>
      call<DepartureCalendar>('GET', at(corpId, '/calendar'), { signal, query: { from, to } }),
    placeholderData: (before) => before,
    refetchInterval: quietEveryMs,
  });

export const departureQuery = (corpId: string, userId: string) =>
  queryOptions({
    queryKey: [...departuresKey(corpId), 'one', userId],
    queryFn: ({ signal }) =>
      call<DepartureDetails>('GET', at(corpId, `/${encodeURIComponent(userId)}`), { signal }),
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? busyEveryMs : quietEveryMs),
  });

/** An open one is answered as it is. */
export function beginDeparture(corpId: string, userId: string): Promise<Departure> {
  return call('POST', at(corpId), { body: { userId }, headers: { 'idempotency-key': randomKey() } });
}

export interface DecisionAnswers {
  readonly days?: number;
  readonly comment?: string;
}

export function decideDeparture(
  corpId: string,
  userId: string,
  action: DepartureAction,
  answers: DecisionAnswers,
): Promise<Departure> {
  return call('POST', at(corpId, `/${encodeURIComponent(userId)}/${paths[action]}`), {
    body: answers,
    headers: { 'idempotency-key': randomKey() },
  });
}
