import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type {
  DecisionRefusal,
  DepartureDecision,
  DepartureJob,
  DepartureState,
} from '../domain/departures/departure';
import { bridgeCorp, bridgeFeature } from './search-attributes';
import { oneAtATime } from './start-options';

export const departureType = 'departure';

/** The bridge's own member id: userids are often names and can change. */
export function departureId(corpId: string, memberId: string): string {
  return `departure:${corpId}:${memberId}`;
}

export interface DepartureInput {
  /** The bridge's own ids. */
  readonly corpId: string;
  readonly memberId: string;
  readonly departureId: string;
  /** From so many events on it goes on under a fresh history. */
  readonly eventsPerHistory?: number;
}

export interface DepartureResult {
  readonly departureId: string;
  /** Null where nobody knows of it any more. */
  readonly state: DepartureState | null;
}

/** How the member's workflow is started, by whoever has a decision or news for it. */
export function departureStart(input: DepartureInput, taskQueue: string) {
  return {
    taskQueue,
    workflowId: departureId(input.corpId, input.memberId),
    args: [input] as [DepartureInput],
    ...oneAtATime,
    typedSearchAttributes: [
      { key: bridgeCorp, value: input.corpId },
      { key: bridgeFeature, value: 'departure' },
    ],
    staticSummary: '离职成员 · Departure',
  };
}

export interface DepartureView {
  readonly departureId: string;
  readonly state: DepartureState | null;
  readonly deleteAt: string | null;
  readonly noticeAt: string | null;
}

export const departureViewQuery = defineQuery<DepartureView>('departureView');
/** Its row was changed by somebody else: a run, the settings, the OA. */
export const departureChangedSignal = defineSignal('departureChanged');

export interface DecisionMade {
  readonly decision: DepartureDecision;
  /** Id of the console user or API token. */
  readonly by: string;
}

/** Refused with a message that is a code (`DecisionRefusal`); nothing has changed then. */
export const decideDepartureUpdate = defineUpdate<void, [DecisionMade]>('decideDeparture');

export type { DecisionRefusal, DepartureJob };

export const departureDeskType = 'departureDesk';

/** Gathers what the corp's departures want, dates them, tells them, and starts the runs that act. */
export function departureDeskId(corpId: string): string {
  return `departure-desk:${corpId}`;
}

export interface DepartureDeskInput {
  readonly corpId: string;
  /** How long it stays when there is nothing more to do. */
  readonly lingerMs?: number;
  /** What an earlier execution did, where its history grew too long. */
  readonly done?: DepartureDeskResult;
  /** From so many events on it goes on under a fresh history. */
  readonly eventsPerHistory?: number;
}

export interface DepartureDeskResult {
  readonly dated: number;
  readonly told: number;
  readonly notices: number;
  /** Departures given to runs. */
  readonly claimed: number;
}

/** How the desk is started, by the API and by the worker's sweep; one that is open goes on. */
export function departureDeskStart(corpId: string, taskQueue: string) {
  return {
    taskQueue,
    workflowId: departureDeskId(corpId),
    args: [{ corpId }] as [DepartureDeskInput],
    ...oneAtATime,
    typedSearchAttributes: [
      { key: bridgeCorp, value: corpId },
      { key: bridgeFeature, value: 'departure-desk' },
    ],
    staticSummary: '离职处理台 · Departure desk',
  };
}

export const departureRunType = 'departureRun';

export function departureRunId(runId: string): string {
  return `departure-run:${runId}`;
}

/** Whoever asks for what a departure wants: nobody in person. */
export const departureRequester = 'departures';
