import type { Logger } from 'pino';
import type { MessageRetentionStore } from '../store/message-retention';

/** An event may have gone to 200,000 people: some at a time, so that nobody else waits for their rows. */
const erasedAtOnce = 200;
const removedAtOnce = 20;

/** What messages said goes after some months, and that there were any after a year. */
export async function forgetOldMessages(
  retention: MessageRetentionStore,
  logger: Logger,
  isToStop: () => boolean = () => false,
): Promise<{ readonly erased: number; readonly removed: number }> {
  const { contentDays, logDays } = await retention.settings();
  const inBatches = async (atOnce: number, batch: (limit: number) => Promise<number>): Promise<number> => {
    let all = 0;
    for (let done = atOnce; done === atOnce && !isToStop(); all += done) done = await batch(atOnce);
    return all;
  };
  const removed = await inBatches(removedAtOnce, (limit) => retention.removeEvents(logDays, limit));
  const erased = await inBatches(erasedAtOnce, (limit) => retention.eraseContents(contentDays, limit));
  await retention.removeLeftovers(logDays);
  if (erased + removed > 0) logger.info({ erased, removed }, 'old messages were forgotten');
  return { erased, removed };
}
