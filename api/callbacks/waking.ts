import type { Logger } from 'pino';
import type { CallbackEventStore } from '../../store/callback-events';

export interface CallbackWaker {
  /** Events of this corp are committed. Returns at once. */
  wake(corpId: string): void;
  /** Nothing more is sent; what waits is found by the workers' sweep. */
  stop(): void;
}

/** A workflow takes ten thousand signals in its life, and one of them covers everything that was committed before it. */
const atMostEveryMs = 1_000;
const afterFailureMs = 5_000;

type Corp = {
  /** Set while a turn is awaited: it covers whatever is committed before it comes. */
  timer: NodeJS.Timeout | undefined;
  isAsking: boolean;
  /** Committed after the claim that is under way was begun. */
  isMoreWaiting: boolean;
  nextAtMs: number;
};

/** Tells the corp's workflow that there are events: at most once a second, however many processes receive them. */
export function createCallbackWaker({
  events,
  tell,
  logger,
}: {
  readonly events: Pick<CallbackEventStore, 'claimWake'>;
  readonly tell: (corpId: string) => Promise<void>;
  readonly logger: Logger;
}): CallbackWaker {
  const corps = new Map<string, Corp>();
  let isStopped = false;

  function wake(corpId: string): void {
    if (isStopped) return;
    const corp = corps.get(corpId) ?? {
      timer: undefined,
      isAsking: false,
      isMoreWaiting: false,
      nextAtMs: 0,
    };
    corps.set(corpId, corp);
    if (corp.timer !== undefined) return;
    if (corp.isAsking) {
      corp.isMoreWaiting = true;
      return;
    }
    const waitMs = corp.nextAtMs - performance.now();
    if (waitMs > 0) later(corpId, corp, waitMs);
    else void turn(corpId, corp);
  }

  /** The end of the second: whatever arrives inside it is told of then. */
  function later(corpId: string, corp: Corp, waitMs: number): void {
    corp.timer = setTimeout(() => {
      corp.timer = undefined;
      void turn(corpId, corp);
    }, waitMs);
    corp.timer.unref();
  }

  async function turn(corpId: string, corp: Corp): Promise<void> {
    corp.isAsking = true;
    corp.isMoreWaiting = false;
    let againInMs: number | undefined;
    try {
      const claim = await events.claimWake(corpId, atMostEveryMs);
      if (claim.claimed) {
        corp.nextAtMs = performance.now() + atMostEveryMs;
        await tell(corpId);
      } else {
        againInMs = Math.max(1, atMostEveryMs - claim.agoMs);
      }
    } catch (error) {
      // The events are stored. Should this process not come to it, the workers find them.
      logger.warn({ err: error, corpId }, 'the workflow of the events could not be told');
      againInMs = afterFailureMs;
    }
    corp.isAsking = false;
    if (isStopped) return;
    if (againInMs !== undefined) later(corpId, corp, againInMs);
    else if (corp.isMoreWaiting) wake(corpId);
  }

  return {
    wake,
    stop() {
      isStopped = true;
      for (const { timer } of corps.values()) clearTimeout(timer);
    },
  };
}
