import type { DecisionRefusal, DepartureDecision } from '../../domain/departures/departure';
import { refusalOf } from '../../domain/departures/decisions';
import { localDate, startOfDay } from '../../domain/time/zones';
import { departureRefusalTexts, departureTexts } from '../../i18n/departures';
import type { BeginResult, DepartureRecord } from '../../store/departures';
import type { AuditNote, RequestFacts, Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { CorpOfDepartures } from '../departures/corp';
import { assertMayTouchAccounts, corpOfDepartures } from '../departures/corp';
import { addDays, daysBetween, endOfDay } from '../departures/days';
import { viewDepartures, viewEvents, writingDecisions } from '../departures/view';
import type { ApiDeps } from '../deps';
import type { Said } from '../http-errors';
import { ApiError, conflict, invalid, invalidField, isTemporalUnavailable } from '../http-errors';
import type { Principal } from '../principal';
import { corpParams } from '../schemas/corps';
import * as schemas from '../schemas/departures';
import { newRunId } from '../start-run';
import { requireCorp } from './corps';

type Asked = {
  readonly corpId: string;
  readonly userId: string;
  readonly decision: DepartureDecision;
  readonly comment: string | undefined;
  readonly principal: Principal;
  readonly request: RequestFacts;
  readonly audit: AuditNote;
};

/** Members who have left: when their accounts are deleted, what holds that up, and what a person decides about it. */
export function departureRoutes(deps: ApiDeps): Route[] {
  const { departures, temporal } = deps;
  const tag = 'Departures';
  const read = { scope: 'read' } as const;
  const decides = { scope: 'departures:write' } as const;
  /** Deletes or disables an account that nothing else would, by no plan that somebody saw before. */
  const decidesAlone = { scope: 'departures:write', and: 'runs:approve' } as const;
  const done = { status: 200, description: 'Decided', schema: schemas.departure } as const;
  const begun = {
    status: 202,
    description: 'Decided; a run carries it out',
    schema: schemas.departure,
  } as const;
  const refused = { 409: 'It can not be done, for the reason given' } as const;
  const params = schemas.departureParams;

  return [
    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/departures',
      operationId: 'listDepartures',
      tag,
      summary: 'Members who have left, those of the past included; newest first, or the next deletion first',
      access: read,
      params: corpParams,
      query: schemas.departureQuery,
      success: { status: 200, description: 'A page', schema: schemas.departurePage },
      handler: async ({ params: { corpId }, query, request: { lang } }) => {
        const corp = await corpOf(corpId);
        const { state, from, to, ...rest } = query;
        if (from !== undefined && to !== undefined && to < from) {
          throw invalidField('to', departureTexts.daysTurned);
        }
        const { items, nextCursor, total } = await departures.list(corp.id, {
          ...rest,
          states: state,
          dueFrom: from === undefined ? undefined : startOfDay(from, corp.timezone),
          dueTo: to === undefined ? undefined : endOfDay(to, corp.timezone),
        });
        return { body: { items: await viewDepartures(deps, corp, items, lang), nextCursor, total } };
      },
    }),

    // Before the routes with a userid in this place.
    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/departures/summary',
      operationId: 'getDepartureSummary',
      tag,
      summary: 'How many are in which state',
      access: read,
      params: corpParams,
      success: { status: 200, description: 'The numbers', schema: schemas.departureSummary },
      handler: async ({ params: { corpId } }) => {
        const { id, dayMs } = await corpOf(corpId);
        const counts = await departures.counts(id);
        const { disabling, waiting, postponed, held, restoring } = counts;
        const open = disabling + waiting + postponed + held + restoring;
        return { body: { ...counts, open, daySeconds: dayMs === undefined ? null : dayMs / 1_000 } };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/departures/calendar',
      operationId: 'getDepartureCalendar',
      tag,
      summary: 'On which days how many accounts are deleted',
      access: read,
      params: corpParams,
      query: schemas.calendarQuery,
      success: { status: 200, description: 'The days', schema: schemas.departureCalendar },
      handler: async ({ params: { corpId }, query }) => {
        const { id, timezone } = await corpOf(corpId);
        const { from = localDate(new Date(), timezone) } = query;
        const { to = addDays(from, schemas.usualCalendarDays - 1) } = query;
        const length = daysBetween(from, to) + 1;
        if (length < 1) throw invalidField('to', departureTexts.daysTurned);
        if (length > schemas.mostCalendarDays) {
          throw invalidField('to', departureTexts.daysTooMany, { days: schemas.mostCalendarDays });
        }
        const first = startOfDay(from, timezone);
        const days = await departures.calendar(id, first, startOfDay(addDays(to, 1), timezone), timezone);
        return { body: { days: days.map((day) => ({ ...day })), timezone } };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/departures/{userId}',
      operationId: 'getDeparture',
      tag,
      summary: 'The departure of a member, what happened to it, and earlier ones',
      description:
        'In place of the userid, here and in the paths below, the `departureId` of the list is understood too: for members whose userid is `summary` or `calendar`, and for one of the earlier departures.',
      access: read,
      params,
      success: { status: 200, description: 'The newest', schema: schemas.departureDetails },
      handler: async ({ params: { corpId, userId }, request: { lang } }) => {
        const corp = await corpOf(corpId);
        const newest = await requireDeparture(corp, userId);
        const [events, all] = await Promise.all([
          departures.eventsOf(newest.id),
          departures.earlierOf(corp.id, newest.memberId),
        ]);
        const earlier = all.filter(({ id }) => id !== newest.id);
        const [view, shownEvents, shownEarlier] = await Promise.all([
          viewOne(corp, newest, lang),
          viewEvents(deps, corp, newest, events, lang),
          viewDepartures(deps, corp, earlier, lang),
        ]);
        return { body: { ...view, events: shownEvents, earlier: shownEarlier } };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/corps/{corpId}/departures',
      operationId: 'beginDeparture',
      tag,
      summary: 'Disable a member’s account now, and delete it when the settings say so',
      description: 'A departure that is open already is answered as it is.',
      access: decidesAlone,
      audit: 'departure.begin',
      idempotent: true,
      params: corpParams,
      body: schemas.newDeparture,
      success: { ...begun, description: 'Begun; a run disables the account' },
      failures: { 409: 'No account of this corp may be touched, for the reason given' },
      handler: async ({ params: { corpId }, body: { userId }, principal, request, audit }) => {
        const corp = await corpOf(corpId);
        audit.target = `corp:${corp.id} user:${userId}`;
        assertMayTouchAccounts(corp);
        const result = await departures.begin(corp.id, { userId, by: principal.id });
        const departure = begunDeparture(result, userId);
        audit.detail = { departureId: departure.id, begun: result.kind === 'begun' };
        const { memberId } = departure;
        await soon(corp.id, () =>
          Promise.all([
            temporal.tellDeparture({ corpId: corp.id, memberId, departureId: departure.id }),
            temporal.wakeDepartureDesk(corp.id),
          ]),
        );
        return {
          body: await viewOne(corp, departure, request.lang),
          headers: {
            Location: `/api/v1/corps/${corp.id}/departures/${encodeURIComponent(departure.userId)}`,
          },
        };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/corps/{corpId}/departures/{userId}/postpone',
      operationId: 'postponeDeparture',
      tag,
      summary: 'Delete the account so many days later',
      access: decides,
      audit: 'departure.postpone',
      idempotent: true,
      params,
      body: schemas.postponing,
      success: { ...done, description: 'The departure with its new day' },
      failures: refused,
      handler: async ({ params, body: { days, comment }, ...given }) =>
        decide({ ...params, ...given, decision: { kind: 'postpone', days }, comment }),
    }),

    ...(['cancel', 'hand-over-done'] as const).map((kind) =>
      defineRoute({
        method: 'post',
        path: `/corps/{corpId}/departures/{userId}/${kind}`,
        operationId: kind === 'cancel' ? 'cancelDeparture' : 'markHandOverDone',
        tag,
        summary:
          kind === 'cancel'
            ? 'Never delete the account; it stays as it is, disabled'
            : 'What the person owned is handed over',
        access: decides,
        audit: `departure.${kind}`,
        idempotent: true,
        params,
        body: schemas.deciding,
        success: done,
        failures: refused,
        handler: async ({ params, body, ...given }) =>
          decide({ ...params, ...given, decision: { kind }, comment: body?.comment }),
      }),
    ),

    defineRoute({
      method: 'post',
      path: '/corps/{corpId}/departures/{userId}/restore',
      operationId: 'restoreDeparture',
      tag,
      summary: 'Enable the account again and put it back where it was',
      description: 'Pushes leave it enabled until the OA has had the person as active once more.',
      access: decides,
      audit: 'departure.restore',
      idempotent: true,
      params,
      body: schemas.deciding,
      success: { ...begun, description: 'A run restores it' },
      failures: refused,
      handler: async ({ params, body, ...given }) =>
        decide({ ...params, ...given, decision: { kind: 'restore' }, comment: body?.comment }),
    }),

    ...(['release', 'delete-now'] as const).map((kind) =>
      defineRoute({
        method: 'post',
        path: `/corps/{corpId}/departures/{userId}/${kind}`,
        operationId: kind === 'release' ? 'releaseDeparture' : 'deleteDepartedNow',
        tag,
        summary:
          kind === 'release'
            ? 'Go on with a departure that is held'
            : 'Delete the account without further waiting; everything is checked as ever',
        access: decidesAlone,
        audit: `departure.${kind}`,
        idempotent: true,
        params,
        body: schemas.deciding,
        success: begun,
        failures: refused,
        handler: async ({ params, body, ...given }) =>
          decide({ ...params, ...given, decision: { kind }, comment: body?.comment }),
      }),
    ),
  ];

  async function decide({ corpId, userId, decision, comment, principal, request, audit }: Asked) {
    const corp = await corpOf(corpId);
    const { id: departureId, memberId, ...found } = await requireDeparture(corp, userId);
    audit.detail = {
      departureId,
      ...(decision.kind === 'postpone' ? { days: decision.days } : {}),
      ...(comment === undefined || comment === '' ? {} : { comment }),
    };
    // Known without asking the workflow, which would have to be started for one that has ended.
    const refusal = refusalOf(found, decision);
    if (refusal !== undefined) throw refusedBy(refusal);
    if (writingDecisions.has(decision.kind)) assertMayTouchAccounts(corp);
    const answer = await temporal.decideDeparture(
      { corpId: corp.id, memberId, departureId },
      { decision, by: principal.id },
      newRunId(request),
    );
    if (answer !== 'accepted') throw refusedBy(answer);
    if (decision.kind !== 'cancel') await soon(corp.id, () => temporal.wakeDepartureDesk(corp.id));
    const after = (await departures.find(departureId)) ?? (await requireDeparture(corp, userId));
    return { body: await viewOne(corp, after, request.lang) };
  }

  async function corpOf(corpId: string): Promise<CorpOfDepartures> {
    return corpOfDepartures(deps, await requireCorp(deps, corpId));
  }

  async function requireDeparture({ id }: CorpOfDepartures, userId: string): Promise<DepartureRecord> {
    const departure = (await departures.findNewest(id, userId)) ?? (await departures.find(userId));
    if (departure?.corpId === id) return departure;
    throw new ApiError(
      404,
      'not_found',
      { text: departureTexts.noDeparture, params: { userId } },
      { advice: { text: departureTexts.noDepartureAdvice } },
    );
  }

  async function viewOne(corp: CorpOfDepartures, departure: DepartureRecord, lang: RequestFacts['lang']) {
    const [view] = await viewDepartures(deps, corp, [departure], lang);
    if (view === undefined) throw new Error('A departure that is there has no view');
    return view;
  }

  /** What was decided stands in the database, where the worker finds it by itself within seconds. */
  async function soon(corpId: string, tell: () => Promise<unknown>): Promise<void> {
    try {
      await tell();
    } catch (error) {
      if (!isTemporalUnavailable(error)) throw error;
      deps.logger.warn({ err: error, corpId }, 'a departure waits for Temporal');
    }
  }
}

function begunDeparture(result: BeginResult, userId: string): DepartureRecord {
  switch (result.kind) {
    case 'begun':
    case 'open-already':
      return result.departure;
    case 'unknown-member':
      throw wrongUser({ text: departureTexts.unknownMember, params: { userId } });
    case 'gone':
      throw wrongUser({ text: departureTexts.goneMember, params: { userId } });
    case 'not-bound':
      throw wrongUser({ text: departureTexts.notBound, params: { userId } });
    case 'protected':
      throw wrongUser({ text: departureTexts.protectedMember, params: { userId } });
  }
}

function wrongUser(said: Said): ApiError {
  return invalid([{ path: 'userId', said }]);
}

function refusedBy(refusal: DecisionRefusal): ApiError {
  const { message, advice } = departureRefusalTexts[refusal];
  return conflict(refusal.replaceAll('-', '_'), message, {
    advice: { text: advice },
    extra: { reason: refusal },
  });
}
