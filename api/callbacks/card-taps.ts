import type { Logger } from 'pino';
import type { CardTapStore } from '../../store/card-taps';

export interface CardTapIntake {
  /** Taps of this corp are committed to the inbox. Returns at once. */
  take(corpId: string): void;
}

/** Of one corp in a transaction; more are taken in the next. */
const tapsAtOnce = 100;

/**
 * Whoever tapped looks at the card, so the tap goes to its task at once. What this process does not come to, the
 * workers find.
 */
export function createCardTapIntake({
  taps,
  tell,
  logger,
}: {
  readonly taps: CardTapStore;
  readonly tell: (taskId: string) => Promise<void>;
  readonly logger: Logger;
}): CardTapIntake {
  /** Corps that are being looked at; true where something has come since. */
  const underWay = new Map<string, boolean>();

  async function takeAll(corpId: string): Promise<void> {
    try {
      let isFull: boolean;
      do {
        underWay.set(corpId, false);
        const taken = await taps.take(corpId, tapsAtOnce);
        isFull = taken.isFull;
        await Promise.all(taken.taskIds.map(tell));
      } while (isFull || underWay.get(corpId) === true);
    } catch (error) {
      logger.warn({ err: error, corpId }, 'taps on cards wait for the workers');
    } finally {
      underWay.delete(corpId);
    }
  }

  return {
    take(corpId) {
      if (underWay.has(corpId)) underWay.set(corpId, true);
      else void takeAll(corpId);
    },
  };
}
