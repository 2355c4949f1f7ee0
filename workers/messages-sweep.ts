import type { Client } from '@temporalio/client';
import type { MessageSweepStore, PushLeft } from '../store/message-sweep';
import {
  appHealthStart,
  appHealthType,
  messageDigestStart,
  messageDigestType,
  messagePushChangedSignal,
  messagePushStart,
  messagePushType,
  messageRecallStart,
  messageRecallType,
  type MessagePushInput,
  type MessagePushResult,
} from '../workflows/message-push.contract';
import { createToldLately } from './told-lately';

export type MessageSweepPatience = {
  /** Whoever accepted an event starts its pushes within a moment. */
  readonly newMs: number;
  /** Longer than anything a push that has a workflow does without a trace in its row. */
  readonly stuckMs: number;
  readonly dueMs: number;
  /** What was told is not told again meanwhile: it may stand in line. */
  readonly againMs: number;
};

const usualPatience: MessageSweepPatience = {
  newMs: 3_000,
  stuckMs: 150_000,
  dueMs: 10_000,
  againMs: 30_000,
};

/** The oldest; the others follow every two seconds. */
const atOnce = 200;

export interface MessageSweep {
  /** Returns how many workflows were started or told. */
  sweep(): Promise<number>;
}

/**
 * Rows are committed by processes that may die before they start a workflow, or while Temporal is away; and a workflow
 * may be terminated. Starting one that is there changes nothing.
 */
export function createMessageSweep(
  client: Pick<Client, 'workflow'>,
  store: MessageSweepStore,
  taskQueue: string,
  patience: Partial<MessageSweepPatience> = {},
): MessageSweep {
  const { newMs, stuckMs, dueMs, againMs } = { ...usualPatience, ...patience };
  const { tell: each } = createToldLately(againMs);

  const start = (input: MessagePushInput) =>
    client.workflow.start(messagePushType, messagePushStart(input, taskQueue));
  const wake = (input: MessagePushInput) =>
    client.workflow.signalWithStart<(input: MessagePushInput) => Promise<MessagePushResult>, []>(
      messagePushType,
      { ...messagePushStart(input, taskQueue), signal: messagePushChangedSignal, signalArgs: [] },
    );

  return {
    async sweep() {
      const pushId = ({ pushId }: PushLeft): string => pushId;
      return (
        (await each(await store.newPushes(newMs, atOnce), pushId, start)) +
        (await each(await store.stuckPushes(stuckMs, atOnce), pushId, wake)) +
        (await each(
          await store.digests(dueMs),
          ({ targetId, dueAt }) => `${targetId} ${dueAt.getTime()}`,
          ({ targetId, corpId, dueAt }) => {
            const input = { targetId, corpId, dueAt: dueAt.toISOString() };
            return client.workflow.start(messageDigestType, messageDigestStart(input, taskQueue, Date.now()));
          },
        )) +
        (await each(
          await store.apps(),
          ({ appId }) => appId,
          (app) =>
            client.workflow.start(appHealthType, {
              ...appHealthStart(app),
              taskQueue,
              workflowIdConflictPolicy: 'USE_EXISTING',
            }),
        )) +
        (await each(
          await store.recalls(dueMs),
          (recallId) => recallId,
          (recallId) => client.workflow.start(messageRecallType, messageRecallStart({ recallId }, taskQueue)),
        ))
      );
    },
  };
}
