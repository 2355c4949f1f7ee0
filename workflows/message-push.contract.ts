import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { PushState, RecallRefusal } from '../domain/messages/message';
import { bridgeCorp, bridgeFeature } from './search-attributes';
import { oneAtATime } from './start-options';

export const messagePushType = 'messagePush';

export function messagePushId(pushId: string): string {
  return `push:${pushId}`;
}

export interface MessagePushInput {
  /** The bridge's own ids. */
  readonly pushId: string;
  readonly corpId: string;
  /** From so many events on it goes on under a fresh history. */
  readonly eventsPerHistory?: number;
}

export interface MessagePushResult {
  readonly pushId: string;
  readonly state: PushState | null;
  readonly sent: number;
  readonly calls: number;
}

/** How a push is started: by the API, by the worker's sweep, and by whoever recalls one that is over. */
export function messagePushStart(input: MessagePushInput, taskQueue: string) {
  return {
    taskQueue,
    workflowId: messagePushId(input.pushId),
    args: [input] as [MessagePushInput],
    ...oneAtATime,
    typedSearchAttributes: [
      { key: bridgeCorp, value: input.corpId },
      { key: bridgeFeature, value: 'message-push' },
    ],
    staticSummary: '消息推送 · Message push',
  };
}

export interface MessagePushView {
  readonly pushId: string;
  readonly standing: 'open' | 'wait' | 'paused' | 'more' | 'recalling' | 'closed' | null;
  /** Until when it waits for something that is not a person. */
  readonly until: string | null;
}

export const messagePushViewQuery = defineQuery<MessagePushView>('messagePushView');
/** Its row was changed by somebody else: its app may send again, a bulk recall took it back. */
export const messagePushChangedSignal = defineSignal('messagePushChanged');

export interface RecallAsked {
  /** Id of the console user or API token. */
  readonly by: string;
}

export interface RecallDone {
  readonly state: PushState;
  /** Calls of message/send that were taken back, and those that could not be. */
  readonly recalled: number;
  readonly tooLate: number;
  readonly notRecallable: number;
  readonly refused: number;
}

export type { RecallRefusal };

/** Refused with a message that is a code (`RecallRefusal`). */
export const recallPushUpdate = defineUpdate<RecallDone, [RecallAsked]>('recallPush');

export const messageRecallType = 'messageRecall';

/** A recall of many pushes at once. */
export function messageRecallId(recallId: string): string {
  return `message-recall:${recallId}`;
}

export interface MessageRecallInput {
  readonly recallId: string;
  /** Of an earlier history: how far it had come. */
  readonly after?: string | null;
  readonly isMarked?: boolean;
  readonly done?: MessageRecallResult;
  /** From so many events on it goes on under a fresh history. */
  readonly eventsPerHistory?: number;
}

/** Of the pushes asked for: those that were marked, and why the others were not. */
export interface MessageRecallResult {
  readonly asked: number;
  readonly tooLate: number;
  readonly nothingSent: number;
  readonly refused: number;
}

/** Started by whoever asked, and by the worker's sweep where that failed. */
export function messageRecallStart(input: MessageRecallInput, taskQueue: string) {
  return {
    taskQueue,
    workflowId: messageRecallId(input.recallId),
    args: [input] as [MessageRecallInput],
    ...oneAtATime,
    typedSearchAttributes: [{ key: bridgeFeature, value: 'message-recall' }],
    staticSummary: '批量撤回 · Recall of messages',
  };
}

export const messageDigestType = 'messageDigest';

/** Gathers what one rule's target has for people until the stretch of time is over. */
export function messageDigestId(targetId: string, dueAtMs: number): string {
  return `message-digest:${targetId}:${dueAtMs}`;
}

export interface MessageDigestInput {
  readonly targetId: string;
  readonly corpId: string;
  readonly dueAt: string;
}

export interface MessageDigestResult {
  readonly pushes: number;
}

/** Sleeps until then in Temporal's care: nothing of it is held by a worker meanwhile. */
export function messageDigestStart(input: MessageDigestInput, taskQueue: string, nowMs: number) {
  const dueAtMs = Date.parse(input.dueAt);
  return {
    taskQueue,
    workflowId: messageDigestId(input.targetId, dueAtMs),
    args: [input] as [MessageDigestInput],
    startDelay: Math.max(0, dueAtMs - nowMs),
    ...oneAtATime,
    typedSearchAttributes: [
      { key: bridgeCorp, value: input.corpId },
      { key: bridgeFeature, value: 'message-digest' },
    ],
    staticSummary: '消息汇总 · Message digest',
  };
}

export const appHealthType = 'appHealth';

/** Looks after an app that may not send, until it may again. */
export function appHealthId(appId: string): string {
  return `app-health:${appId}`;
}

export interface AppHealthInput {
  readonly appId: string;
  readonly corpId: string;
  /** Of an earlier history. */
  readonly pausedAt?: string | null;
  readonly probes?: number;
  /** From so many events on it goes on under a fresh history. */
  readonly eventsPerHistory?: number;
}

/** Its task queue is that of whoever starts it from a workflow; clients name one. */
export function appHealthStart(input: AppHealthInput) {
  return {
    workflowId: appHealthId(input.appId),
    args: [input] as [AppHealthInput],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    typedSearchAttributes: [
      { key: bridgeCorp, value: input.corpId },
      { key: bridgeFeature, value: 'app-health' },
    ],
    staticSummary: '应用状态 · App health',
  };
}

/** Look now: an administrator says it is put right. */
export const probeAppSignal = defineSignal('probeApp');
