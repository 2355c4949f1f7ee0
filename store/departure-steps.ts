import type { DepartureReason, RememberedPlace } from '../domain/departures/departure';
import { wantedOf, type DepartureRow, type Step } from './departure-rows';
import type { RunError } from './runs';

/** What can become of an open departure, whoever finds it out. */

type Facts = {
  readonly now: Date;
  /** The run that did it, or found it out. */
  readonly runId?: string | null;
};

/** Until then nobody tries again to disable or to restore what could not be done: each attempt is a run of its own. */
const nextTryAfterMs = 60 * 60_000;

const ended = ({ now, runId = null }: Facts) =>
  ({
    closedAt: now,
    runId: null,
    tryAt: null,
    isToBeDated: false,
    ...(runId === null ? {} : { lastRunId: runId }),
  }) as const;

const byRun = ({ runId = null }: Facts) => (runId === null ? {} : { lastRunId: runId });

/** The account is out of use: the wait begins. */
export function disabled(
  row: DepartureRow,
  facts: Facts & { readonly at: Date; readonly remembered: RememberedPlace | null },
): Step {
  const { runId = null, at, remembered } = facts;
  const event = { code: 'disabled', runId, at } as const;
  const place = { remembered: row.remembered ?? remembered, ...byRun(facts) };
  // Disabled once more, by a push, after somebody had enabled it: the first day counts.
  if (row.disabledAt !== null) return { set: place, event: row.state === 'restoring' ? event : null };
  const begun = { ...place, disabledAt: at, runId: null, tryAt: null };
  // Wanted back meanwhile: the run that gives it back finds out where the member was.
  if (row.state === 'restoring') return { set: begun, event };
  return { set: { ...begun, state: 'waiting', reason: null, isToBeDated: true }, event };
}

export function deleted(facts: Facts, reason: DepartureReason | null = null): Step {
  return {
    set: { ...ended(facts), state: 'deleted', reason },
    event: { code: 'deleted', runId: facts.runId ?? null, params: reasonParams(reason) },
  };
}

/** Not disabled yet, and no longer to be. */
export const spared = (facts: Facts): Step => dropped(facts, { code: 'returned-before-disabling' });

export function dropped(facts: Facts, reason: DepartureReason): Step {
  return {
    set: { ...ended(facts), state: 'cancelled', reason },
    event: { code: 'cancelled', runId: facts.runId ?? null, params: { reason: reason.code } },
  };
}

export function restored(
  row: DepartureRow,
  facts: Facts & {
    readonly isActiveInOa: boolean;
    /** Why, where nobody had asked for it: a push that found the person as active, or an undo. */
    readonly otherwise: 'returned-in-oa' | 'undone' | 'enabled-by-hand';
  },
): Step {
  const asked = row.state === 'restoring' ? row.reason : null;
  const reason: DepartureReason = asked ?? { code: facts.otherwise };
  return {
    set: {
      ...ended(facts),
      state: 'restored',
      reason,
      // Otherwise the next push would disable the account again. Departed once more meanwhile, it is to be disabled.
      isKept: !facts.isActiveInOa && reason.code !== 'returned-in-oa' && reason.code !== 'undone',
    },
    event: { code: 'restored', runId: facts.runId ?? null, params: { reason: reason.code } },
  };
}

/** A run is to enable the account and to put it back where it was. `keepsRun`: WeCom is being told something else yet. */
export function restoring(
  reason: 'returned-in-oa' | 'enabled-by-hand' | 'by-person',
  facts: Facts & { readonly by?: string; readonly keepsRun?: boolean; readonly at?: Date },
): Step {
  const { runId = null, by = null, keepsRun = false, at } = facts;
  return {
    set: {
      state: 'restoring',
      reason: { code: reason },
      decidedBy: by,
      tryAt: null,
      hurriedBy: null,
      ...byRun(facts),
      ...(keepsRun ? {} : { runId: null }),
    },
    event: {
      code: 'restoring',
      by,
      runId,
      params: { reason },
      ...(at === undefined ? {} : { at }),
    },
  };
}

/** Gone again before the account was given back. The days since the first time count, the warning is given anew. */
export function departedAgain(row: DepartureRow): Step {
  const free = { runId: null, reason: null, tryAt: null };
  return {
    set:
      row.disabledAt === null
        ? { ...free, state: 'disabling' }
        : { ...free, state: 'waiting', isToBeDated: true },
    event: { code: 'started', params: { origin: 'oa' } },
  };
}

export function held(
  row: DepartureRow,
  reason: DepartureReason,
  facts: Facts & {
    /** The run goes on with it once it is approved. */
    readonly keepsRun?: boolean;
  },
): Step {
  const { runId = null, keepsRun = false } = facts;
  const kept = { ...reason, params: { ...reason.params, wanted: wantedOf(row) } };
  const set = {
    state: 'held' as const,
    reason: kept,
    ...byRun(facts),
    ...(keepsRun ? {} : { runId: null }),
  };
  const isNews = row.state !== 'held' || row.reason?.code !== reason.code;
  return { set, event: isNews ? { code: 'held', runId, params: { reason: reason.code } } : null };
}

/** Held until the settings let the bridge write again; why it is to be restored still counts then. */
export function barred(row: DepartureRow, code: 'read-only' | 'wecom-is-master', facts: Facts): Step {
  const restoring = row.state === 'restoring' ? row.reason?.code : undefined;
  return held(row, { code, params: restoring === undefined ? {} : { restoring } }, facts);
}

/** What stood in the way passes by itself: tried again on the next day, or in an hour where WeCom was to be told now. */
export function putBack(row: DepartureRow, reason: DepartureReason, facts: Facts): Step {
  const { now, runId = null } = facts;
  const event = { code: 'put-back', runId, params: { reason: reason.code } } as const;
  const free = { runId: null, ...byRun(facts) };
  switch (wantedOf(row)) {
    case 'delete':
      return {
        set: {
          ...free,
          state: row.postponedDays > 0 ? 'postponed' : 'waiting',
          reason,
          hurriedBy: null,
          isToBeDated: true,
        },
        event,
      };
    case 'disable':
    case 'restore':
      return {
        set: {
          ...free,
          state: wantedOf(row) === 'restore' ? 'restoring' : 'disabling',
          // Why it is to be restored still counts when it is.
          ...(wantedOf(row) === 'restore' && row.state === 'restoring' ? {} : { reason }),
          tryAt: new Date(now.getTime() + nextTryAfterMs),
        },
        event,
      };
  }
}

/** Held because the OA still had the person as active, which is over: tried again at the next time of day. */
export function departedAtLast(row: DepartureRow, now: Date): Step {
  const { set, event } = putBack(row, { code: 'active-in-oa' }, { now });
  return { set: { ...set, reason: null, activeInOa: false }, event };
}

export const reasonParams = (reason: DepartureReason | null): Record<string, string> =>
  reason === null ? {} : { reason: reason.code };

/** Nobody can do more about it than try again, once what was wrong was put right. */
export function failed(code: string, wecom: RunError['wecom'] | undefined): DepartureReason {
  const { errcode, errmsg, path } = wecom ?? {};
  return {
    code: wecom === undefined ? 'run-failed' : 'wecom-refused',
    params: { outcome: code },
    ...(path === undefined
      ? {}
      : {
          wecom: {
            path,
            ...(errcode === undefined ? {} : { errcode }),
            ...(errmsg === undefined ? {} : { errmsg }),
          },
        }),
  };
}
