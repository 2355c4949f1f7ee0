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
import type { MessageActivities, PushOutcome } from '../activities/messages';
import { readingOneRow, recallingMessages, sendingToFew, sendingToMany } from './activity-options';
import type { appHealth } from './app-health';
import {
  appHealthStart,
  appHealthType,
  messagePushChangedSignal,
  messagePushViewQuery,
  recallPushUpdate,
  type MessagePushInput,
  type MessagePushResult,
  type RecallDone,
} from './message-push.contract';
import { messagePushDetails, messagePushSummaries } from './message-push.texts';
import { refusalIn } from './refusals';
import { bridgePhase } from './search-attributes';
import { unlessOneIsOpen } from './starting';
import { nth } from './waits';

const inTask = proxyLocalActivities<MessageActivities>(sendingToFew);
const rows = proxyLocalActivities<MessageActivities>(readingOneRow);
const bulk = proxyActivities<MessageActivities>(sendingToMany);
const wecom = proxyActivities<MessageActivities>(recallingMessages);

/** Between attempts that found something to do and did nothing of it; the last one repeats. */
const moreAfterMs = [100, 1_000, 10_000, 60_000];
/** Whoever looks after the app tells; should that get lost, this is how long it takes. */
const lookAgainWhenPausedMs = 6 * 3_600_000;
const longHistory = 1_000;

/**
 * The clock of one push, and the door for whoever takes it back. What was sent stands in the push's rows: whatever
 * happens to this workflow, the next one goes on there. While it is open its history is a handful of events.
 */
export async function messagePush(input: MessagePushInput): Promise<MessagePushResult> {
  const { pushId, eventsPerHistory = longHistory } = input;
  let outcome: PushOutcome | null = null;
  let untilMs: number | null = null;
  let changed = false;
  let recalls = 0;

  setHandler(messagePushChangedSignal, () => void (changed = true));
  setHandler(messagePushViewQuery, () => ({
    pushId,
    standing: outcome?.kind ?? null,
    until: untilMs === null ? null : new Date(untilMs).toISOString(),
  }));
  setHandler(recallPushUpdate, async ({ by }): Promise<RecallDone> => {
    recalls += 1;
    try {
      return await wecom.recallPush.executeWithOptions({ summary: messagePushSummaries.recall }, [
        { pushId, by },
      ]);
    } catch (error) {
      throw refusalIn(error);
    } finally {
      recalls -= 1;
      changed = true;
    }
  });

  /** True once the time is over, false where something else came first. */
  const waited = async (forMs: number): Promise<boolean> => {
    untilMs = Date.now() + forMs;
    const isOver = !(await condition(() => changed, Math.max(1, forMs)));
    untilMs = null;
    return isOver;
  };

  for (let attempts = 0; ;) {
    changed = false;
    const before: PushOutcome['kind'] | undefined = outcome?.kind;
    outcome = await inTask.sendPush.executeWithOptions({ summary: messagePushSummaries.send }, [{ pushId }]);
    if (outcome.kind === 'more') {
      show('more', before);
      outcome = await bulk.sendBulk.executeWithOptions({ summary: messagePushSummaries.sendBulk }, [
        { pushId },
      ]);
    }
    show(outcome.kind, before);
    attempts = outcome.kind === 'more' && !outcome.hasMoved ? attempts + 1 : 0;
    switch (outcome.kind) {
      case 'more':
        if (attempts > 0) await waited(nth(moreAfterMs, attempts));
        break;
      case 'wait':
        await waited(outcome.waitMs);
        break;
      case 'paused':
        if (outcome.isNew) await startAppHealth(outcome.appId, input.corpId);
        await waited(lookAgainWhenPausedMs);
        break;
      case 'recalling':
        // Whoever asked sees it through; a recall that was left behind is taken up here.
        if (recalls > 0) await condition(() => recalls === 0);
        else await takeUpRecall(pushId);
        break;
      case 'open':
        await untilOver(pushId, outcome, waited);
        break;
      case 'closed': {
        await condition(allHandlersFinished);
        if (changed) break;
        const { state, sent, calls } = outcome;
        return { pushId, state, sent, calls };
      }
    }
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (historyLength >= eventsPerHistory || continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof messagePush>(input);
    }
  }
}

/** First nothing can be taken back any more, then no card can be changed. */
async function untilOver(
  pushId: string,
  { openForMs, cardsForMs }: Extract<PushOutcome, { kind: 'open' }>,
  waited: (forMs: number) => Promise<boolean>,
): Promise<void> {
  const lookedAt = Date.now();
  if (!(await waited(openForMs))) return;
  const { outstandingCards } = await rows.closePush.executeWithOptions(
    { summary: messagePushSummaries.close },
    [{ pushId, cards: false }],
  );
  if (outstandingCards === 0) return;
  if (!(await waited(lookedAt + (cardsForMs ?? 0) - Date.now()))) return;
  await rows.closePush.executeWithOptions({ summary: messagePushSummaries.closeCards }, [
    { pushId, cards: true },
  ]);
}

async function takeUpRecall(pushId: string): Promise<void> {
  await wecom.finishRecall.executeWithOptions({ summary: messagePushSummaries.finishRecall }, [{ pushId }]);
}

/** The common case, sent and open, leaves no event behind. */
function show(standing: PushOutcome['kind'], before: PushOutcome['kind'] | undefined): void {
  if (standing === before) return;
  setCurrentDetails(messagePushDetails(standing));
  const isCommon = before === undefined && (standing === 'open' || standing === 'closed');
  if (!isCommon) upsertSearchAttributes([{ key: bridgePhase, value: standing }]);
}

async function startAppHealth(appId: string, corpId: string): Promise<void> {
  await unlessOneIsOpen(() =>
    startChild<typeof appHealth>(appHealthType, {
      ...appHealthStart({ appId, corpId }),
      parentClosePolicy: ParentClosePolicy.ABANDON,
    }),
  );
}
