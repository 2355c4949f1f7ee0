import { log } from '@temporalio/activity';
import { CommitUnknownError } from '../store/database';
import type { CallTally, RunStore } from '../store/runs';
import type { CallRecord } from '../wecom';

/** Counts the calls of one attempt, so that they are stored together with the rows they brought. */
export interface CallCounter {
  readonly onCall: (call: CallRecord) => void;
  /**
   * Hands over what was counted since the last time. When the write fails, the calls are still to be stored; when
   * nobody knows whether it happened, they are dropped: a call is never counted twice.
   */
  storedWith<T>(write: (calls: CallTally) => Promise<T>): Promise<T>;
  isEmpty(): boolean;
}

export function countCalls(): CallCounter {
  let counted = new Map<string, number>();
  const add = (path: string, calls: number): void => {
    counted.set(path, (counted.get(path) ?? 0) + calls);
  };
  return {
    onCall: ({ path }) => add(path, 1),
    isEmpty: () => counted.size === 0,
    async storedWith(write) {
      const handedOver = counted;
      counted = new Map();
      try {
        return await write(handedOver);
      } catch (error) {
        if (!(error instanceof CommitUnknownError)) for (const [path, calls] of handedOver) add(path, calls);
        throw error;
      }
    },
  };
}

/** Calls of an attempt that failed were made too. */
export async function storeRemaining(
  runs: Pick<RunStore, 'addCalls'>,
  runId: string,
  calls: CallCounter,
): Promise<void> {
  if (calls.isEmpty()) return;
  try {
    await calls.storedWith((tally) => runs.addCalls(runId, tally));
  } catch (error) {
    // The attempt's own outcome matters more than a tally.
    log.warn('calls of this attempt could not be counted', { runId, error });
  }
}
