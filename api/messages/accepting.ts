import type { Logger } from 'pino';
import { messageTexts } from '../../i18n/messages';
import type { AcceptedEvent, AcceptedPush, NewOaEvent, OaEventStore } from '../../store/oa-events';
import { createGroupCommit, TooManyWaitingError } from '../callbacks/group-commit';
import { isTemporalUnavailable, unavailable } from '../http-errors';
import type { TemporalGateway } from '../temporal';

export interface EventAcceptor {
  /** Committed when it returns, and its workflows are started as far as Temporal could be reached. */
  accept(event: NewOaEvent): Promise<AcceptedEvent>;
}

/** So many small ones share a transaction; one to many people has one of its own. */
const largestBatch = 50;
const smallEventRecipients = 1_000;
/** What waits is held in memory: whoever comes later comes again. */
const waitingAtMost = 2_000;

export function createEventAcceptor({
  oaEvents,
  temporal,
  logger,
}: {
  readonly oaEvents: Pick<OaEventStore, 'accept'>;
  readonly temporal: Pick<TemporalGateway, 'startPush' | 'startDigest'>;
  readonly logger: Logger;
}): EventAcceptor {
  const commits = createGroupCommit((events: readonly NewOaEvent[]) => oaEvents.accept(events), {
    largestBatch,
    waitingAtMost,
  });
  const commitWithOthers = (event: NewOaEvent): Promise<AcceptedEvent> =>
    commits.commit(event).catch((error: unknown) => {
      throw error instanceof TooManyWaitingError ? unavailable(messageTexts.tooManyEvents) : error;
    });
  const commitAlone = async (event: NewOaEvent): Promise<AcceptedEvent> => {
    const [accepted] = await oaEvents.accept([event]);
    if (accepted === undefined) throw new Error('An event was neither accepted nor refused');
    return accepted;
  };

  async function start({ id, corpId, state, digest }: AcceptedPush): Promise<void> {
    if (digest !== null && state === 'gathered') {
      return temporal.startDigest({ targetId: digest.targetId, corpId, dueAt: digest.dueAt.toISOString() });
    }
    if (state === 'new') return temporal.startPush({ pushId: id, corpId });
  }

  return {
    async accept(event) {
      const accepted = await (event.recipients.length <= smallEventRecipients
        ? commitWithOthers(event)
        : commitAlone(event));
      if (accepted.kind === 'differs') return accepted;
      await startSoon(accepted.pushes, start, logger);
      return accepted;
    },
  };
}

/** What is to be started stands in the database, where the worker finds it by itself within seconds. */
export async function startSoon<T>(
  rows: readonly T[],
  start: (row: T) => Promise<void>,
  logger: Logger,
): Promise<void> {
  const started = await Promise.allSettled(rows.map(start));
  for (const result of started) {
    if (result.status === 'fulfilled') continue;
    const err = result.reason as Error;
    // Whoever asked has been served: what they said is stored, and nobody has to say it again.
    if (isTemporalUnavailable(err)) logger.warn({ err }, 'a message waits for Temporal');
    else logger.error({ err }, 'a message could not be started');
  }
}
