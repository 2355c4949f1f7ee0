import { activityInfo, cancellationSignal, getClient } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import { fewRecipients } from '../domain/messages/message';
import type { CorpStore } from '../store/corps';
import type { AppPauseStore } from '../store/app-pauses';
import type { MessageDigestStore } from '../store/message-digests';
import type { MessageRecallStore } from '../store/message-recalls';
import type { MessageSendingStore } from '../store/message-sending';
import type { WecomClient, CallRecord, WecomConnection } from '../wecom';
import {
  messagePushChangedSignal,
  messagePushId,
  messagePushStart,
  messagePushType,
  type RecallDone,
} from '../workflows/message-push.contract';
import { withHeartbeat } from './heartbeat';
import { eachInFlight } from './in-flight';
import { isWell, sendWave } from './messages/app-health';
import { digestWriter } from './messages/digesting';
import { recall, RecallRefusedError, seeThrough } from './messages/recalling';
import { carryOn, type PushOutcome } from './messages/sending';

export { RecallPostponedError, RecallRefusedError } from './messages/recalling';
export type { PushOutcome } from './messages/sending';

export type MessageDeps = {
  readonly sending: MessageSendingStore;
  readonly recalls: MessageRecallStore;
  readonly pauses: AppPauseStore;
  readonly digests: MessageDigestStore;
  readonly corps: Pick<CorpStore, 'connectionOf'>;
  readonly connectWecom: (connection: WecomConnection, onCall: (call: CallRecord) => void) => WecomClient;
};

type OfPush = { readonly pushId: string };
type OfApp = { readonly appId: string; readonly corpId: string };

export type AppLookResult = {
  /** Null where it may send. */
  readonly pausedAt: string | null;
  readonly waiting: number;
};

export type MessageActivities = ReturnType<typeof createMessageActivities>;

/** Longer would keep the workflow from hearing of a recall. */
const inTaskMs = 5_000;
/** Others wait for the place it takes, recalls among them. */
const inActivityMs = 15_000;
const lanes = 4;

const recallsMarkedAtOnce = 200;
const recallsAtOnce = 100;
const recallsInFlight = 4;
const startsInFlight = 10;

/** What the workflows of messages do to rows and to WeCom. Only ids, counts and times come back. */
export function createMessageActivities(deps: MessageDeps) {
  const { sending, recalls, pauses, digests } = deps;
  const gone: PushOutcome = { kind: 'closed', state: null, sent: 0, calls: 0 };

  return {
    /** In the workflow's first task: prepares the push and sends it, unless it is large or takes long. */
    async sendPush({ pushId }: OfPush): Promise<PushOutcome> {
      const push = await sending.find(pushId);
      if (push === undefined) return gone;
      const isLarge = push.recipients > fewRecipients && !push.isClosed && push.state !== 'recalling';
      if (isLarge && (!push.isPrepared || (push.counts.queued ?? 0) > 0))
        return { kind: 'more', hasMoved: false };
      return carryOn(deps, push, { lanes: 1, forMs: inTaskMs, signal: cancellationSignal() });
    },

    async sendBulk({ pushId }: OfPush): Promise<PushOutcome> {
      return withHeartbeat(async (reached) => {
        const push = await sending.find(pushId);
        if (push === undefined) return gone;
        let steps = 0;
        return carryOn(deps, push, {
          lanes,
          forMs: inActivityMs,
          signal: cancellationSignal(),
          reached: () => reached({ steps: ++steps }),
        });
      });
    },

    /** Nothing more is expected of it; with `cards`, not even that its cards change. */
    async closePush({ pushId, cards }: OfPush & { readonly cards: boolean }): Promise<{
      readonly outstandingCards: number;
    }> {
      return sending.close(pushId, cards);
    },

    /** Fails with the code of the refusal as its type. */
    async recallPush({ pushId, by }: OfPush & { readonly by: string }): Promise<RecallDone> {
      const { attempt } = activityInfo();
      return withHeartbeat(() =>
        recall(
          deps,
          pushId,
          { by, recallId: null },
          { signal: cancellationSignal(), mayHaveRun: attempt > 1 },
        ),
      );
    },

    /** Goes on with a recall that whoever began it did not finish. */
    async finishRecall({ pushId }: OfPush): Promise<void> {
      await withHeartbeat(async () => {
        try {
          await seeThrough(deps, pushId, cancellationSignal());
        } catch (error) {
          // Nobody is there to be told; it stands in the push's row.
          if (!(error instanceof RecallRefusedError)) throw error;
        }
      });
    },

    /** Marks the next pushes of a recall of many: nothing more of them is sent. */
    async markRecalls({
      recallId,
      after,
    }: {
      readonly recallId: string;
      readonly after: string | null;
    }): Promise<{
      readonly asked: number;
      readonly tooLate: number;
      readonly nothingSent: number;
      readonly refused: number;
      readonly next: string | null;
    }> {
      return withHeartbeat(async (reached) => {
        const tally = { asked: 0, tooLate: 0, nothingSent: 0, refused: 0 };
        const request = await recalls.request(recallId);
        if (request === undefined) return { ...tally, next: null };
        const { by, filter } = request;
        const { pushIds, next } = await recalls.matching(recallId, filter, after, recallsMarkedAtOnce);
        for (const pushId of pushIds) {
          cancellationSignal().throwIfAborted();
          const answer = await recalls.ask(pushId, { by, recallId });
          if (answer === undefined) continue;
          if (answer.kind === 'asked') tally.asked += 1;
          else if (answer.refusal === 'recall-too-late') tally.tooLate += 1;
          else if (answer.refusal === 'nothing-sent') tally.nothingSent += 1;
          else tally.refused += 1;
          reached(tally);
        }
        return { ...tally, next };
      });
    },

    /** Takes back some of those that are marked. Returns how many are left at least. */
    async carryOutRecalls({ recallId }: { readonly recallId: string }): Promise<{ readonly left: number }> {
      return withHeartbeat(async (reached) => {
        const pushIds = await recalls.marked(recallId, recallsAtOnce);
        let done = 0;
        await eachInFlight(
          pushIds,
          { limit: recallsInFlight, signal: cancellationSignal() },
          async (pushId, signal) => {
            try {
              await seeThrough(deps, pushId, signal);
            } catch (error) {
              if (!(error instanceof RecallRefusedError)) throw error;
            }
            reached({ done: ++done });
          },
        );
        return { left: pushIds.length < recallsAtOnce ? 0 : recallsAtOnce };
      });
    },

    async finishRecalls({
      recallId,
      ...tally
    }: {
      readonly recallId: string;
      readonly asked: number;
      readonly tooLate: number;
      readonly nothingSent: number;
      readonly refused: number;
    }): Promise<void> {
      await recalls.finishBulk(recallId, tally);
    },

    /** Ends a stretch of time of a rule's target; its pushes begin at once, or are found by the worker's sweep. */
    async releaseDigest({ targetId, dueAt }: { readonly targetId: string; readonly dueAt: string }): Promise<{
      readonly pushes: number;
    }> {
      const { taskQueue } = activityInfo();
      return withHeartbeat(async () => {
        const released = await digests.release(targetId, new Date(dueAt), digestWriter, sending.sealBody);
        await eachInFlight(
          released,
          { limit: startsInFlight, signal: cancellationSignal() },
          async (input) => {
            await getClient().workflow.start(messagePushType, messagePushStart(input, taskQueue));
          },
        );
        return { pushes: released.length };
      });
    },

    async lookAtApp({ appId }: OfApp): Promise<AppLookResult> {
      const { pause, waiting } = await pauses.look(appId);
      return { pausedAt: pause?.pausedAt.toISOString() ?? null, waiting };
    },

    /** Whether it may send again; if so, it is no longer paused. */
    async probeApp(app: OfApp): Promise<{ readonly isWell: boolean }> {
      return withHeartbeat(async () => {
        const well = await isWell(deps, app, cancellationSignal());
        if (well) await pauses.resume(app.appId);
        return { isWell: well };
      });
    },

    /** Sends the next pushes that waited for the app. */
    async sendWaiting({ appId }: OfApp): Promise<{ readonly letGo: number }> {
      const { taskQueue } = activityInfo();
      return withHeartbeat(async (reached) => ({
        letGo: await sendWave(deps, appId, {
          workflows: getClient().workflow,
          taskQueue,
          signal: cancellationSignal(),
          reached,
        }),
      }));
    },

    /** Workflows of pushes that were recalled while they waited: they are over. */
    async tellRecalled({ recallId }: { readonly recallId: string }): Promise<void> {
      await withHeartbeat(async (reached) => {
        const pushIds = await recalls.ended(recallId);
        let told = 0;
        await eachInFlight(
          pushIds,
          { limit: startsInFlight, signal: cancellationSignal() },
          async (pushId) => {
            const workflow = getClient().workflow.getHandle(messagePushId(pushId));
            await workflow.signal(messagePushChangedSignal).catch(ifGone);
            reached({ told: ++told });
          },
        );
      });
    },
  };
}

function ifGone(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}
