import { activityInfo, cancellationSignal, getClient } from '@temporalio/activity';
import type { DepartureDecision, DepartureJob, DepartureState } from '../domain/departures/departure';
import type { CorpStore } from '../store/corps';
import {
  DepartureRefusedError,
  type DepartureRecord,
  type DepartureStanding,
  type DepartureStore,
} from '../store/departures';
import type { RunStore } from '../store/runs';
import type { SettingsStore } from '../store/settings';
import { dateOpenDepartures, type DepartureDay } from './departures/dating';
import { tellOpenDepartures } from './departures/telling';
import { withHeartbeat } from './heartbeat';

export type DepartureDeps = {
  readonly departures: DepartureStore;
  readonly settings: Pick<SettingsStore, 'currentSettings'>;
  readonly corps: Pick<CorpStore, 'findCorp'>;
  readonly runs: Pick<RunStore, 'lastAppliedRun'>;
  readonly day: DepartureDay;
};

/** What the member's workflow has to know: a state and times. */
export type DepartureLook = {
  readonly departureId: string;
  readonly state: DepartureState;
  readonly deleteAt: string | null;
  readonly noticeAt: string | null;
  readonly isNoticed: boolean;
  /** Some run has it in hand. */
  readonly isClaimed: boolean;
  readonly isClosed: boolean;
};

/** What there is to do. */
export type DeskLook = {
  readonly dates: boolean;
  readonly news: boolean;
  readonly changes: boolean;
  readonly handOverDue: boolean;
  readonly handOverNew: boolean;
  readonly notices: boolean;
  readonly deletions: boolean;
};

type OfCorp = { readonly corpId: string };
type OfMember = OfCorp & { readonly memberId: string };
/** The workflow's clock: the machine's own may be another one. */
type At = { readonly at: string };

export type DepartureActivities = ReturnType<typeof createDepartureActivities>;

/** What the workflows of departures do to the rows that hold them. */
export function createDepartureActivities({ departures, settings, corps, runs, day }: DepartureDeps) {
  const newestOf = async (corpId: string, memberId: string): Promise<DepartureRecord | undefined> =>
    (await departures.ofMembers(corpId, [memberId])).get(memberId);

  return {
    /**
     * Null once there is no such row any more: its corp was removed. Where the departure has ended and another one of
     * the member has begun, that one counts.
     */
    async lookAtDeparture({
      corpId,
      memberId,
      departureId,
    }: OfMember & { readonly departureId: string }): Promise<DepartureLook | null> {
      const found = await departures.look(departureId);
      if (found !== undefined && !found.closed) return lookOf(departureId, found);
      const newest = await newestOf(corpId, memberId);
      const again = newest?.closedAt === null ? await departures.look(newest.id) : undefined;
      if (newest !== undefined && again !== undefined) return lookOf(newest.id, again);
      return found === undefined ? null : lookOf(departureId, found);
    },

    /** Fails with the code of the refusal as its type. */
    async decideDeparture({
      corpId,
      memberId,
      decision,
      by,
      at,
    }: OfMember & At & { readonly decision: DepartureDecision; readonly by: string }): Promise<void> {
      const newest = await newestOf(corpId, memberId);
      if (newest === undefined) throw new DepartureRefusedError('departure-closed');
      const corp = await corps.findCorp(corpId);
      const dayMs = corp === undefined ? undefined : day.lengthMs(corp.apiBaseUrl);
      await departures.decide(newest.id, decision, by, new Date(at), dayMs);
    },

    /** What the corp's desk has on it; each question costs next to nothing where there is nothing. */
    async lookAtDesk({ corpId, at }: OfCorp & At): Promise<DeskLook> {
      const now = new Date(at);
      const [toDate, toTell, changes, unread, unseen, notices, deletions] = await Promise.all([
        departures.openToDate(corpId, 1),
        departures.openToTell(corpId, 1),
        departures.hasDue(corpId, 'changes', now),
        departures.handOverUnread(corpId, now, 1),
        departures.handOverNew(corpId, 1),
        departures.dueNotices(corpId, now, 1),
        departures.hasDue(corpId, 'deletions', now),
      ]);
      return {
        dates: toDate.length > 0,
        news: toTell.length > 0,
        changes,
        handOverDue: unread.length > 0,
        handOverNew: unseen.length > 0,
        notices: notices.length > 0,
        deletions,
      };
    },

    /** Makes the dates of those whose settings, windows or day of disabling have changed. */
    async dateDepartures({ corpId, at }: OfCorp & At): Promise<{ readonly dated: number }> {
      return withHeartbeat((reached) =>
        dateOpenDepartures({ departures, settings, corps, day }, { corpId, at: new Date(at) }, reached),
      );
    },

    /** Starts the workflow of each member whose row was changed, or tells the one that is there. */
    async tellDepartures({ corpId }: OfCorp): Promise<{ readonly told: number }> {
      const { taskQueue } = activityInfo();
      return withHeartbeat((reached) =>
        tellOpenDepartures(
          { departures, workflows: getClient().workflow, taskQueue, signal: cancellationSignal() },
          corpId,
          reached,
        ),
      );
    },

    /** Ids of departures: `due`, whose notice is due and was not read for, or `new`, who were never looked at. */
    async handOverToRead({
      corpId,
      at,
      of,
    }: OfCorp & At & { readonly of: 'due' | 'new' }): Promise<{ readonly departureIds: readonly string[] }> {
      const unread =
        of === 'due'
          ? await departures.handOverUnread(corpId, new Date(at), handOversAtOnce)
          : await departures.handOverNew(corpId, handOversAtOnce);
      return { departureIds: unread.map(({ departureId }) => departureId) };
    },

    /** How many there are whose notice is due and was not sent. */
    async dueNotices({ corpId, at }: OfCorp & At): Promise<{ readonly due: number }> {
      return { due: (await departures.dueNotices(corpId, new Date(at), noticesAtOnce)).length };
    },

    /** They count as told at that moment, by which their notice finds them. Safe to repeat. */
    async noteNotices({ corpId, at }: OfCorp & At): Promise<void> {
      const due = await departures.dueNotices(corpId, new Date(at), noticesAtOnce);
      await departures.noticed(
        due.map(({ id }) => id),
        new Date(at),
      );
    },

    /** Takes what there is to do for a run that is about to be started. */
    async claimDepartures({
      corpId,
      job,
      runId,
      at,
    }: OfCorp & At & { readonly job: DepartureJob; readonly runId: string }): Promise<{
      readonly claimed: number;
    }> {
      const { claimed } = await departures.claim(corpId, job, runId, new Date(at), claimsAtOnce);
      return { claimed };
    },

    /** The run of the newest reading of WeCom that came to an end; null where there was none. */
    async newestPull({ corpId }: OfCorp): Promise<{ readonly runId: string | null }> {
      return { runId: (await runs.lastAppliedRun(corpId, 'pull'))?.id ?? null };
    },

    /** Says of each claimed departure what its run's plan makes of it. */
    async noteDepartures({ runId }: { readonly runId: string }): Promise<void> {
      await departures.noteAfterPlanning(runId);
    },

    /** The run is over: what it did not settle waits, is held, or is tried again on another day. */
    async releaseDepartureClaims({
      runId,
      phase,
    }: {
      readonly runId: string;
      readonly phase: 'done' | 'rejected' | 'expired' | 'failed' | 'cancelled';
    }): Promise<void> {
      await departures.releaseClaims(runId, { phase });
    },
  };
}

/** As many as one notice lists. */
const noticesAtOnce = 10_000;
const claimsAtOnce = 10_000;
/** Some calls each; the rest is read in the next round. */
const handOversAtOnce = 200;

function lookOf(departureId: string, standing: DepartureStanding): DepartureLook {
  const { state, deleteAt, noticeAt, isNoticed, runId, closed } = standing;
  return {
    departureId,
    state,
    deleteAt: deleteAt?.toISOString() ?? null,
    noticeAt: noticeAt?.toISOString() ?? null,
    isNoticed,
    isClaimed: runId !== null,
    isClosed: closed,
  };
}
