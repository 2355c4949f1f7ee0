import { continueAsNew, proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { MessageActivities } from '../activities/messages';
import { recallingMessages, workingInPostgres } from './activity-options';
import type { MessageRecallInput, MessageRecallResult } from './message-push.contract';
import { messageRecallDetails, messageRecallSummaries } from './message-push.texts';

const postgres = proxyActivities<MessageActivities>(workingInPostgres);
const wecom = proxyActivities<MessageActivities>(recallingMessages);

const longHistory = 1_000;

/**
 * Takes many pushes back: first all of them are marked, so that nothing more is sent of any, then WeCom is asked about
 * what was sent. The marks are the state: whatever happens to this workflow, another one goes on with what is marked.
 */
export async function messageRecall(input: MessageRecallInput): Promise<MessageRecallResult> {
  const { recallId } = input;
  let { asked, tooLate, nothingSent, refused } = {
    asked: 0,
    tooLate: 0,
    nothingSent: 0,
    refused: 0,
    ...input.done,
  };
  let after = input.after ?? null;
  for (let isLast = input.isMarked ?? false; !isLast;) {
    const page = await postgres.markRecalls.executeWithOptions({ summary: messageRecallSummaries.mark }, [
      { recallId, after },
    ]);
    asked += page.asked;
    tooLate += page.tooLate;
    nothingSent += page.nothingSent;
    refused += page.refused;
    after = page.next;
    isLast = after === null;
    setCurrentDetails(messageRecallDetails({ asked, done: false }));
    await continueIfLong({
      ...input,
      after,
      isMarked: isLast,
      done: { asked, tooLate, nothingSent, refused },
    });
  }
  for (;;) {
    const { left } = await wecom.carryOutRecalls.executeWithOptions(
      { summary: messageRecallSummaries.carryOut },
      [{ recallId }],
    );
    if (left === 0) break;
    await continueIfLong({ ...input, isMarked: true, done: { asked, tooLate, nothingSent, refused } });
  }
  await postgres.finishRecalls.executeWithOptions({ summary: messageRecallSummaries.finish }, [
    { recallId, asked, tooLate, nothingSent, refused },
  ]);
  await postgres.tellRecalled.executeWithOptions({ summary: messageRecallSummaries.tell }, [{ recallId }]);
  setCurrentDetails(messageRecallDetails({ asked, done: true }));
  return { asked, tooLate, nothingSent, refused };
}

async function continueIfLong(input: MessageRecallInput): Promise<void> {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  if (historyLength < (input.eventsPerHistory ?? longHistory) && !continueAsNewSuggested) return;
  await continueAsNew<typeof messageRecall>(input);
}
