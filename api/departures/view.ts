import { refusalOf } from '../../domain/departures/decisions';
import type { DepartureDecision, DepartureState } from '../../domain/departures/departure';
import { localDate } from '../../domain/time/zones';
import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import {
  departureAdvice,
  departureEventParamTexts,
  departureEventTexts,
  departureOriginTexts,
  departureReasonText,
  handOverTexts,
} from '../../i18n/departures';
import { handOverUnreadable } from '../../i18n/hand-over';
import type { DepartureEventRecord, DepartureRecord } from '../../store/departures';
import { departureId } from '../../workflows/departure.contract';
import type { ApiDeps } from '../deps';
import { labelOf } from '../principal';
import { withWecom } from '../run-error';
import { workflowUrl } from '../temporal-url';
import type { CorpOfDepartures } from './corp';
import { daysBetween } from './days';

/** Departures as people read them. */

const ended: ReadonlySet<DepartureState> = new Set(['deleted', 'restored', 'cancelled']);

type Said = {
  readonly reason: string | null;
  readonly reasonCode: string | null;
  readonly advice: string | null;
  readonly wecom: { errcode: number | null; errmsg: string; path: string } | null;
};

export function sayReason({ state, reason }: Pick<DepartureRecord, 'state' | 'reason'>, lang: Lang): Said {
  if (reason === null) return { reason: null, reasonCode: null, advice: null, wecom: null };
  const { code, params = {} } = reason;
  const said = withWecom(departureReasonText(code, params, lang), reason.wecom, lang);
  const { message, wecom = null } = said;
  return {
    reason: message,
    reasonCode: code,
    advice: departureAdvice({ state, code, errcode: wecom?.errcode ?? null, general: said.advice }, lang),
    wecom,
  };
}

type DaysLeft = (departure: Pick<DepartureRecord, 'state' | 'deleteAt'>) => number | null;

/** Days from today to the day of the deletion; `dayMs`: as long as a day of a rehearsal is. */
export function daysLeftOf({ timezone, dayMs }: Pick<CorpOfDepartures, 'timezone' | 'dayMs'>): DaysLeft {
  const now = new Date();
  const today = localDate(now, timezone);
  return ({ state, deleteAt }) => {
    if (deleteAt === null || ended.has(state) || state === 'restoring') return null;
    const days =
      dayMs === undefined
        ? daysBetween(today, localDate(deleteAt, timezone))
        : Math.ceil((deleteAt.getTime() - now.getTime()) / dayMs);
    return Math.max(0, days);
  };
}

export type MemberDeparture = ReturnType<typeof viewMemberDeparture>;

export function viewMemberDeparture(departure: DepartureRecord, daysLeft: DaysLeft, lang: Lang) {
  const { state, disabledAt, deleteAt } = departure;
  return {
    state,
    disabledAt: time(disabledAt),
    deleteAt: time(deleteAt),
    reason: sayReason(departure, lang).reason,
    daysLeft: daysLeft(departure),
  };
}

export async function viewDepartures(
  { principals, settings }: Pick<ApiDeps, 'principals' | 'settings'>,
  corp: CorpOfDepartures,
  departures: readonly DepartureRecord[],
  lang: Lang,
) {
  const labels = await principals.labelsOf(departures.flatMap((departure) => [...whoOf(departure)]));
  const daysLeft = daysLeftOf(corp);
  return departures.map((departure) => {
    const workflowId = departureId(corp.id, departure.memberId);
    const label = (id: string | null): string | null => (id === null ? null : labelOf(id, labels));
    return {
      departureId: departure.id,
      userId: departure.userId,
      memberId: departure.memberId,
      oaUserId: departure.oaUserId,
      name: departure.name,
      state: departure.state,
      disabledAt: time(departure.disabledAt),
      deleteAt: time(departure.deleteAt),
      daysLeft: daysLeft(departure),
      ...sayReason(departure, lang),
      origin: departure.origin,
      startedBy: label(departure.startedBy),
      decidedBy: label(departure.decidedBy ?? hurriedBy(departure)),
      afterDays: departure.afterDays,
      postponedDays: departure.postponedDays,
      noticeAt: time(departure.noticeAt),
      noticedAt: time(departure.noticedAt),
      createdAt: departure.createdAt.toISOString(),
      closedAt: time(departure.closedAt),
      runId: departure.runId ?? departure.lastRunId,
      workflowId,
      temporalUrl: workflowUrl(settings, workflowId),
      handOver:
        departure.handOver?.map(({ kind, count, names }) => ({
          kind,
          title: translate(handOverTexts[kind], lang),
          count,
          names: [...names],
          hint: count === null ? translate(handOverUnreadable[kind], lang) : null,
        })) ?? null,
      handOverReadAt: time(departure.handOverReadAt),
      handOverDoneAt: time(departure.handOverDoneAt),
      handOverDoneBy: label(departure.handOverDoneBy),
      can: whatCanBeDecided(departure, corp),
    };
  });
}

const decisions = {
  // How many days makes no difference to whether it is possible.
  postpone: { kind: 'postpone', days: 1 },
  cancel: { kind: 'cancel' },
  restore: { kind: 'restore' },
  release: { kind: 'release' },
  deleteNow: { kind: 'delete-now' },
  handOverDone: { kind: 'hand-over-done' },
} as const satisfies Readonly<Record<string, DepartureDecision>>;

/** Those that end in WeCom being written to. */
export const writingDecisions: ReadonlySet<DepartureDecision['kind']> = new Set([
  'restore',
  'release',
  'delete-now',
]);

function whatCanBeDecided(departure: DepartureRecord, { barred }: CorpOfDepartures) {
  const can = (decision: DepartureDecision): boolean =>
    refusalOf(departure, decision) === undefined && !(barred !== null && writingDecisions.has(decision.kind));
  return {
    postpone: can(decisions.postpone),
    cancel: can(decisions.cancel),
    restore: can(decisions.restore),
    release: can(decisions.release),
    deleteNow: can(decisions.deleteNow),
    handOverDone: can(decisions.handOverDone) && departure.handOverDoneAt === null,
  };
}

function* whoOf(departure: DepartureRecord): Generator<string> {
  const { startedBy, decidedBy, handOverDoneBy } = departure;
  for (const id of [startedBy, decidedBy, handOverDoneBy, hurriedBy(departure)]) if (id !== null) yield id;
}

/** Whoever asked for the deletion without further waiting has decided it. */
const hurriedBy = ({ state, hurriedBy: by }: DepartureRecord): string | null =>
  state === 'deleted' ? by : null;

export async function viewEvents(
  { principals }: Pick<ApiDeps, 'principals'>,
  { timezone }: Pick<CorpOfDepartures, 'timezone'>,
  departure: DepartureRecord,
  events: readonly DepartureEventRecord[],
  lang: Lang,
) {
  const labels = await principals.labelsOf(events.flatMap(({ by }) => by ?? []));
  return events.map((event) => ({
    at: event.at.toISOString(),
    code: event.code,
    text: sayEvent(event, departure, timezone, lang),
    by: event.by === null ? null : labelOf(event.by, labels),
    runId: event.runId,
  }));
}

function sayEvent(
  { code, params }: DepartureEventRecord,
  { origin }: DepartureRecord,
  timezone: string,
  lang: Lang,
): string {
  const { reason, days, deleteAt } = params;
  const said = translate(departureEventTexts[code], lang);
  if (code === 'started') return translate(departureOriginTexts[origin], lang);
  if (code === 'postponed' && days != null) {
    return translate(departureEventParamTexts.postponedBy, lang, { days });
  }
  if (code === 'dated' && deleteAt !== undefined) {
    return deleteAt === null
      ? translate(departureEventParamTexts.datedNever, lang)
      : translate(departureEventParamTexts.datedTo, lang, { deleteAt: localTime(deleteAt, timezone) });
  }
  // Who did it stands beside it.
  if (typeof reason !== 'string' || reason === 'by-person') return said;
  return translate(departureEventParamTexts.and, lang, {
    one: said,
    other: departureReasonText(reason, {}, lang),
  });
}

function localTime(iso: string | number, timezone: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return String(iso);
  return new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'short',
    timeZone: timezone,
  }).format(at);
}

function time(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
