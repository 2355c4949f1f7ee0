import type {
  DepartureDecision,
  DepartureJob,
  DepartureOrigin,
  DepartureState,
  HandOverItem,
} from '../domain/departures/departure';
import { createDepartureDesk } from './departure-desk';
import { createDepartureLife } from './departure-life';
import { createDepartureReading } from './departure-reading';
import type { DepartureEventRecord, DepartureRecord } from './departure-records';
import type { EndedPhase } from './runs';
import type { SqlDatabase } from './sql-database';

export { DepartureRefusedError } from './departure-records';
export type { DepartureEventRecord, DepartureRecord } from './departure-records';

export type DepartureFilter = {
  readonly states?: readonly DepartureState[] | undefined;
  /** Part of a name, of WeCom's userid or of the OA's id. */
  readonly q?: string | undefined;
  /** All departures of one userid. */
  readonly userId?: string | undefined;
  /** By the day of deletion, both included. */
  readonly dueFrom?: Date | undefined;
  readonly dueTo?: Date | undefined;
  readonly open?: boolean | undefined;
  /** `due`: the next deletion first; those never deleted come last. */
  readonly sort: 'newest' | 'due';
  readonly cursor?: string | undefined;
  readonly limit: number;
};

export type DepartureCounts = Readonly<Record<DepartureState, number>> & {
  /** Open, and deleted within seven days from now. */
  readonly dueWithinWeek: number;
};

export type DepartureDay = {
  /** YYYY-MM-DD in the zone asked for. */
  readonly date: string;
  /** Of open departures that are deleted on that day, held ones included. */
  readonly count: number;
  readonly held: number;
};

/** What people read. */
export interface DepartureReading {
  list(
    corpId: string,
    filter: DepartureFilter,
  ): Promise<{ items: DepartureRecord[]; nextCursor: string | null; total: number }>;
  counts(corpId: string): Promise<DepartureCounts>;
  /** By corp; corps without any are left out. */
  countsOfAll(): Promise<ReadonlyMap<string, DepartureCounts>>;
  find(departureId: string): Promise<DepartureRecord | undefined>;
  /** The userid in any case; an open one comes before those that have ended. */
  findNewest(corpId: string, userId: string): Promise<DepartureRecord | undefined>;
  /** All of the member's, newest first. */
  earlierOf(corpId: string, memberId: string): Promise<DepartureRecord[]>;
  /** Oldest first. */
  eventsOf(departureId: string): Promise<DepartureEventRecord[]>;
  /** The newest of each; members without any are left out. */
  ofMembers(corpId: string, memberIds: readonly string[]): Promise<ReadonlyMap<string, DepartureRecord>>;
  /** Days with none are left out. `from` is included, `to` is not. */
  calendar(corpId: string, from: Date, to: Date, timezone: string): Promise<DepartureDay[]>;
  /** Open ones that have a date or may get one, the next first: for showing what other settings would do to them. */
  datesOf(corpId: string): Promise<DepartureToDate[]>;
}

export type BeginResult =
  | { readonly kind: 'begun' | 'open-already'; readonly departure: DepartureRecord }
  | {
      /** `gone`: WeCom has the member no more. */
      readonly kind: 'unknown-member' | 'not-bound' | 'protected' | 'gone';
    };

export type DepartureStanding = {
  readonly state: DepartureState;
  readonly deleteAt: Date | null;
  readonly noticeAt: Date | null;
  readonly isNoticed: boolean;
  /** A run has it in hand. */
  readonly runId: string | null;
  readonly closed: boolean;
};

/** The member's workflow, and whoever begins one. */
export interface DepartureLife {
  /** By an administrator. One that is disabled in WeCom already begins as waiting. `at`: where the clock is another one. */
  begin(
    corpId: string,
    begin: { readonly userId: string; readonly by: string; readonly at?: Date },
  ): Promise<BeginResult>;
  look(departureId: string): Promise<DepartureStanding | undefined>;
  /** `at`: the workflow's clock. Throws a DepartureRefusedError. The workflow that decides is not told of it again. */
  decide(
    departureId: string,
    decision: DepartureDecision,
    by: string,
    at: Date,
    /** The length of a day in a rehearsal. */
    dayMs?: number,
  ): Promise<void>;
}

/** Says which state of a row was seen: a row that was changed since keeps what it is to be told or dated for. */
export type RowVersion = string;

export type DepartureToDate = {
  readonly id: string;
  readonly version: RowVersion;
  readonly memberId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly origin: DepartureOrigin;
  readonly state: DepartureState;
  readonly createdAt: Date;
  readonly disabledAt: Date;
  /** With which the date was made; null while there is none. */
  readonly afterDays: number | null;
  readonly postponedDays: number;
  readonly deleteAt: Date | null;
  readonly noticedAt: Date | null;
  /** Has never been dated: what is made now is no change of a date. */
  readonly isFirst: boolean;
  /** Its day came, and the run of that day ended without having done it: the next slot is its day. */
  readonly isPutBack: boolean;
};

export type DepartureDates = {
  readonly id: string;
  readonly version: RowVersion;
  readonly afterDays: number | null;
  readonly deleteAt: Date | null;
  readonly noticeAt: Date | null;
};

export type DepartureToTell = {
  readonly departureId: string;
  readonly memberId: string;
  readonly version: RowVersion;
};

/** Of one notice, the next deletion first. */
export type DueNotice = {
  readonly id: string;
  readonly memberId: string;
  readonly userId: string;
  readonly oaUserId: string;
  readonly name: string | null;
  readonly state: DepartureState;
  readonly deleteAt: Date;
  readonly handOver: readonly HandOverItem[] | null;
  readonly handOverDoneAt: Date | null;
};

export type ClaimResult = {
  readonly claimed: number;
  /** Held instead: until the settings let the bridge write, or until somebody marks the hand-over as done. */
  readonly heldBack: number;
};

/** The corp's desk: gathers what the corp's departures want. */
export interface DepartureDeskStore {
  /**
   * Corps with rows to date, to tell, to disable or to restore now. Deletions that are due are no reason, nor is what
   * was tried in vain within the last hour.
   */
  corpsWithWork(): Promise<string[]>;
  openToDate(corpId: string, limit: number): Promise<DepartureToDate[]>;
  /** Marks as to be told whose workflow would wake too late for the new dates. `at`: the clock by which it sleeps. */
  saveDates(rows: readonly DepartureDates[], at: Date): Promise<void>;
  /** Whoever wakes next comes first; whose dates have to be made anew is told afterwards. */
  openToTell(corpId: string, limit: number): Promise<DepartureToTell[]>;
  /** Whose row was changed meanwhile stays to be told. */
  told(rows: readonly DepartureToTell[]): Promise<void>;
  /** Whose notice is due and not sent. */
  dueNotices(corpId: string, at: Date, limit: number): Promise<DueNotice[]>;
  /** All at that very moment: it is what the notice finds them by. */
  noticed(departureIds: readonly string[], at: Date): Promise<void>;
  /** Whose notice is due, and whose hand-over nobody has read since, the next deletion first. */
  handOverUnread(corpId: string, at: Date, limit: number): Promise<DepartureToTell[]>;
  /** Disabled, and nobody has looked yet what they own. */
  handOverNew(corpId: string, limit: number): Promise<DepartureToTell[]>;
  /** `at`: the clock that dates are compared with. */
  saveHandOver(departureId: string, items: readonly HandOverItem[], at: Date): Promise<void>;
  /** Whether `claim` would find any. */
  hasDue(corpId: string, job: DepartureJob, at: Date): Promise<boolean>;
  /** Marks the rows as the run's. Two at once never take the same; asked again, the run's own count as well. */
  claim(corpId: string, job: DepartureJob, runId: string, at: Date, limit: number): Promise<ClaimResult>;
  claimedBy(runId: string): Promise<string[]>;
  /** After the run has planned: what became of those it planned nothing for, and what its guard holds. Safe to repeat. */
  noteAfterPlanning(runId: string): Promise<void>;
  /** After the run has ended. Safe to repeat. */
  releaseClaims(runId: string, end: { readonly phase: EndedPhase }): Promise<void>;
}

export type DepartureStore = DepartureReading & DepartureLife & DepartureDeskStore;

export function createDepartureStore(db: SqlDatabase): DepartureStore {
  return { ...createDepartureReading(db), ...createDepartureLife(db), ...createDepartureDesk(db) };
}
