import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { OutcomeCounts } from '../domain/directory/contact-events';
import { bridgeCorp, bridgeFeature, bridgePhase, bridgeTrigger } from './search-attributes';
import { oneAtATime } from './start-options';

export const directoryEventsType = 'directoryEvents';

/** One per corp: whoever finds events starts it or tells it. */
export function directoryEventsId(corpId: string): string {
  return `directory-events:${corpId}`;
}

export interface DirectoryEventsInput {
  /** The bridge's own corp id. */
  readonly corpId: string;
  /** What an earlier execution did, where its history grew too long. */
  readonly done?: EventsDone;
  /** How long to stay for more events, to wait when a person has to set something right, and to go on; for tests. */
  readonly lingerMs?: number;
  readonly troubleMs?: number;
  readonly historyAtMost?: number;
}

export interface EventsDone {
  readonly batches: number;
  readonly outcomes: OutcomeCounts;
}

export type EventsPhase = 'reading' | 'waiting' | 'done' | 'failed';

export interface EventsProgress extends EventsDone {
  readonly phase: EventsPhase;
  /** Why the events wait: the code of what an administrator has to set right. */
  readonly problem: string | null;
}

/** There is something in the inbox. Sent at most once per corp and second. */
export const eventsArrivedSignal = defineSignal('eventsArrived');
export const eventsProgressQuery = defineQuery<EventsProgress>('eventsProgress');

/** How the workflow is started, by the API with a signal and by the worker's sweep without one. */
export function directoryEventsStart(corpId: string, taskQueue: string) {
  return {
    taskQueue,
    workflowId: directoryEventsId(corpId),
    args: [{ corpId }] as [DirectoryEventsInput],
    ...oneAtATime,
    typedSearchAttributes: [
      { key: bridgeCorp, value: corpId },
      { key: bridgeFeature, value: 'directory-events' },
      { key: bridgePhase, value: 'reading' },
      { key: bridgeTrigger, value: 'callback' },
    ],
    staticSummary: '通讯录变更事件 · Directory events',
  };
}
