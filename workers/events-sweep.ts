import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { DirectoryEventsStore } from '../store/directory-events';
import { directoryEventsStart, directoryEventsType } from '../workflows/directory-events.contract';

/** Younger ones are about to be told of by the API that received them. */
const patienceMs = 20_000;

/**
 * The API may have been killed between storing an event and telling its workflow, or Temporal may have been away. An
 * open workflow is left alone: it goes on until the inbox is empty.
 */
export async function startWaitingEvents(
  client: Pick<Client, 'workflow'>,
  events: Pick<DirectoryEventsStore, 'corpsWithWaitingEvents'>,
  taskQueue: string,
  logger: Logger,
  olderThanMs: number = patienceMs,
): Promise<number> {
  const corpIds = await events.corpsWithWaitingEvents(olderThanMs);
  for (const corpId of corpIds) {
    await client.workflow.start(directoryEventsType, directoryEventsStart(corpId, taskQueue));
    logger.debug({ corpId }, 'events were waiting');
  }
  return corpIds.length;
}
