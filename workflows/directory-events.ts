import {
  ActivityFailure,
  condition,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { DirectoryEventActivities, EventBatch } from '../activities/directory-events';
import { addOutcomes, noOutcomes } from '../domain/directory/contact-events';
import { readingForEvents } from './activity-options';
import {
  eventsArrivedSignal,
  eventsProgressQuery,
  type DirectoryEventsInput,
  type EventsDone,
  type EventsPhase,
  type EventsProgress,
} from './directory-events.contract';
import { eventsDetails, eventsSummaries } from './directory-events.texts';
import { asFailure, recordedError } from './run-failure';
import { bridgeCorp, bridgeFeature, bridgePhase, bridgeTrigger } from './search-attributes';

const { processDirectoryEvents } = proxyActivities<DirectoryEventActivities>(readingForEvents);

/** A burst comes in seconds: whoever stays for a moment saves the next start. */
const defaultLingerMs = 5_000;
/** A wrong secret or a closed door is put right by a person. */
const defaultTroubleMs = 10 * 60_000;
/** Six hours and more; then the events wait for the sweep, which begins anew. */
const givingUpAfterTroubles = 36;
/** Every signal and batch leaves some events; nobody wants to replay thousands of them. */
const longHistory = 1_000;

/** Works off the inbox of one corp until it is empty and nothing more arrives. */
export async function directoryEvents(input: DirectoryEventsInput): Promise<EventsDone> {
  const {
    corpId,
    lingerMs = defaultLingerMs,
    troubleMs = defaultTroubleMs,
    historyAtMost = longHistory,
  } = input;
  let arrived = false;
  setHandler(eventsArrivedSignal, () => void (arrived = true));
  let progress: EventsProgress = {
    phase: 'reading',
    problem: null,
    batches: 0,
    outcomes: noOutcomes,
    ...input.done,
  };
  setHandler(eventsProgressQuery, () => progress);
  const report = (news: Partial<EventsProgress>): void => {
    progress = { ...progress, ...news };
    setCurrentDetails(eventsDetails(progress));
  };
  const enter = (phase: EventsPhase, problem: string | null = null): void => {
    if (phase !== progress.phase) upsertSearchAttributes([{ key: bridgePhase, value: phase }]);
    report({ phase, problem });
  };
  upsertSearchAttributes([
    { key: bridgeCorp, value: corpId },
    { key: bridgeFeature, value: 'directory-events' },
    { key: bridgePhase, value: 'reading' },
    { key: bridgeTrigger, value: 'callback' },
  ]);

  for (let troubles = 0; ;) {
    arrived = false;
    const end = await workOff(corpId, progress.batches, (batch) =>
      report({
        batches: progress.batches + 1,
        outcomes: addOutcomes(progress.outcomes, batch.outcomes),
      }),
    );
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (end.kind === 'trouble') {
      troubles += 1;
      enter(troubles < givingUpAfterTroubles ? 'waiting' : 'failed', recordedError(end.error).code);
      if (troubles >= givingUpAfterTroubles) throw asFailure(end.error);
      // Events that arrive meanwhile would meet the same closed door.
      await sleep(troubleMs);
      enter('reading');
    } else {
      troubles = 0;
    }
    if (historyLength > historyAtMost || continueAsNewSuggested) {
      const { batches, outcomes } = progress;
      await continueAsNew<typeof directoryEvents>({ ...input, done: { batches, outcomes } });
    }
    if (end.kind === 'trouble' || end.kind === 'more') continue;
    if (!(await condition(() => arrived, lingerMs))) break;
  }
  enter('done');
  return { batches: progress.batches, outcomes: progress.outcomes };
}

type End = { readonly kind: 'empty' | 'more' } | { readonly kind: 'trouble'; readonly error: unknown };

/** Batches after another without a look at the history: each costs a handful of its events. */
const batchesAtOnce = 50;
/** What could not be read at the first try is asked for again, but not in the same second. */
const againAfter = '10 seconds';

async function workOff(
  corpId: string,
  batchesBefore: number,
  done: (batch: EventBatch) => void,
): Promise<End> {
  for (let number = 1; number <= batchesAtOnce; number += 1) {
    let batch: EventBatch;
    try {
      batch = await processDirectoryEvents.executeWithOptions(
        { summary: eventsSummaries.batch(batchesBefore + number) },
        [{ corpId }],
      );
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      return { kind: 'trouble', error };
    }
    done(batch);
    if (batch.remaining === 'none') return { kind: 'empty' };
    if (batch.remaining === 'to-be-tried-again') await sleep(againAfter);
  }
  return { kind: 'more' };
}
