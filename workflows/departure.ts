import {
  allHandlersFinished,
  condition,
  continueAsNew,
  ParentClosePolicy,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { DepartureActivities, DepartureLook } from '../activities/departures';
import { nextStepOf } from '../domain/departures/next-step';
import { readingOneRow, workingInPostgres } from './activity-options';
import {
  decideDepartureUpdate,
  departureChangedSignal,
  departureDeskId,
  departureDeskType,
  departureViewQuery,
  type DepartureDeskInput,
  type DepartureDeskResult,
  type DepartureInput,
  type DepartureResult,
} from './departure.contract';
import { departureDetails, departureSummaries } from './departure.texts';
import { refusalIn } from './refusals';
import { bridgeCorp, bridgeFeature, bridgePhase } from './search-attributes';
import { unlessOneIsOpen } from './starting';
import { nth } from './waits';

const { lookAtDeparture } = proxyLocalActivities<DepartureActivities>(readingOneRow);
const postgres = proxyActivities<DepartureActivities>(workingInPostgres);

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Before the desk is asked once more about what is due; the last one repeats. */
const askAgainAfterMs = [30_000, 2 * minuteMs, 10 * minuteMs, hourMs, 6 * hourMs];
/** A run tells when it is done with it; whether it still lives is looked at now and then. */
const lookAfterRunEveryMs = 24 * hourMs;
/** A signal and what follows it leave some ten events; nobody wants to replay thousands of them. */
const longHistory = 1_000;

/**
 * The clock of one member's departure, and the door for whoever decides about it. What is known stands in its row:
 * whatever happens to this workflow, the next one looks there.
 */
export async function departure(input: DepartureInput): Promise<DepartureResult> {
  const { corpId, memberId, eventsPerHistory = longHistory } = input;
  let { departureId } = input;
  let look: DepartureLook | null = null;
  let changed = false;

  setHandler(departureChangedSignal, () => void (changed = true));
  setHandler(departureViewQuery, () => ({
    departureId,
    state: look?.state ?? null,
    deleteAt: look?.deleteAt ?? null,
    noticeAt: look?.noticeAt ?? null,
  }));
  setHandler(decideDepartureUpdate, async ({ decision, by }) => {
    try {
      await postgres.decideDeparture.executeWithOptions({ summary: departureSummaries.decide(decision) }, [
        { corpId, memberId, decision, by, at: now() },
      ]);
    } catch (error) {
      throw refusalIn(error);
    }
    changed = true;
  });
  upsertSearchAttributes([
    { key: bridgeCorp, value: corpId },
    { key: bridgeFeature, value: 'departure' },
  ]);

  const historyIsLong = (): boolean => {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    return historyLength >= eventsPerHistory || continueAsNewSuggested;
  };
  const untilChanged = (waitMs: number | null): Promise<unknown> => {
    const isOver = (): boolean => changed || historyIsLong();
    return waitMs === null ? condition(isOver) : condition(isOver, waitMs);
  };

  for (let asked = 0; ;) {
    changed = false;
    const found = await lookAtDeparture.executeWithOptions({ summary: departureSummaries.look }, [
      { corpId, memberId, departureId },
    ]);
    if (found !== null) departureId = found.departureId;
    if (show(look, found)) asked = 0;
    look = found;

    if (found === null || found.isClosed) {
      await condition(allHandlersFinished);
      // Another departure of the same member may have begun meanwhile.
      if (changed) continue;
      return { departureId, state: found?.state ?? null };
    }
    if (historyIsLong()) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof departure>({ ...input, departureId });
    }

    const next = nextStepOf(found, Date.now());
    switch (next.kind) {
      case 'none':
        await untilChanged(null);
        break;
      case 'wait':
        await untilChanged(next.waitMs);
        break;
      case 'in-hand':
        await untilChanged(lookAfterRunEveryMs);
        break;
      case 'due':
        await askDesk(corpId);
        asked += 1;
        await untilChanged(nth(askAgainAfterMs, asked));
        break;
    }
  }
}

/** Says so everywhere if anything is new. */
function show(before: DepartureLook | null, found: DepartureLook | null): boolean {
  if (found === null || JSON.stringify(found) === JSON.stringify(before)) return false;
  setCurrentDetails(departureDetails(found));
  if (found.state !== before?.state) upsertSearchAttributes([{ key: bridgePhase, value: found.state }]);
  return true;
}

/** One that is open gathers this departure as well, or is over in a moment. */
async function askDesk(corpId: string): Promise<void> {
  await unlessOneIsOpen(() =>
    startChild<(input: DepartureDeskInput) => Promise<DepartureDeskResult>>(departureDeskType, {
      workflowId: departureDeskId(corpId),
      args: [{ corpId }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      typedSearchAttributes: [
        { key: bridgeCorp, value: corpId },
        { key: bridgeFeature, value: 'departure-desk' },
      ],
      staticSummary: departureSummaries.desk,
    }),
  );
}

function now(): string {
  return new Date(Date.now()).toISOString();
}
