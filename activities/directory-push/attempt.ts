import { setTimeout as wait } from 'node:timers/promises';
import { WecomError, WecomRateLimitedError } from '../../wecom';
import { refusedBy, type Settled } from './settled';

/**
 * A credential, a permission or an address has to be set right, or a limit is reached that lasts: no other change
 * would fare better.
 */
export class PushStop extends Error {
  constructor(
    readonly reason: WecomError,
    /** Of the change that met it. */
    readonly perhapsDone: boolean,
  ) {
    super('The push has to stop', { cause: reason });
    this.name = 'PushStop';
  }
}

/** WeCom was unable for a while. */
export type Unable = { readonly status: 'left'; readonly error: WecomError; readonly perhapsDone: boolean };

const backoffMs = [200, 600, 1_500, 4_000];

/** A longer wait is not one of this activity: it ends, and is started again when the time has come. */
export const longestWaitMs = 3 * 60_000;
/** WeCom says 45009 for a minute's limit as for a month's, and only trying again tells which. */
const refusalsWaitedFor = 3;

/** Tries one change until its outcome is known, or WeCom has been unable for too long. */
export async function attempt(
  execute: (perhapsDone: boolean) => Promise<Settled>,
  start: { readonly perhapsDone: boolean; readonly signal: AbortSignal },
): Promise<Settled | Unable> {
  let { perhapsDone } = start;
  let failures = 0;
  let refusals = 0;
  for (;;) {
    try {
      return await execute(perhapsDone);
    } catch (error) {
      if (!(error instanceof WecomError)) throw error;
      perhapsDone ||= error.outcomeUnknown || isHearsay(error);
      const unable: Unable = { status: 'left', error, perhapsDone };
      switch (error.reaction) {
        case 'retry-at': {
          if (!(error instanceof WecomRateLimitedError)) throw error;
          // Our own budget is no refusal: it is kept so that WeCom has none to make.
          if (error.errcode !== undefined || error.httpStatus !== undefined) refusals += 1;
          if (refusals > refusalsWaitedFor || error.retryAfterMs > longestWaitMs) {
            throw new PushStop(error, perhapsDone);
          }
          if (!(await waited(error.retryAfterMs, start.signal))) return unable;
          break;
        }
        case 'refresh-token':
        case 'fix-access':
        case 'retry-soon': {
          const pauseMs = backoffMs[failures];
          const isFinal = error.reaction === 'fix-access' && !isHearsay(error);
          if (isFinal || (pauseMs === undefined && error.reaction !== 'retry-soon')) {
            throw new PushStop(error, perhapsDone);
          }
          if (pauseMs === undefined) return unable;
          failures += 1;
          if (!(await waited(pauseMs * (0.75 + Math.random() / 2), start.signal))) return unable;
          break;
        }
        case 'fix-data':
        case 'already-so':
          return refusedBy(error);
      }
    }
  }
}

/** False when the activity is to end: what is known of the change so far is still to be written down. */
async function waited(forMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await wait(forMs, undefined, { signal });
    return true;
  } catch (error) {
    if (!signal.aborted) throw error;
    return false;
  }
}

/** Not WeCom's own words: something in between answered with a page, and what lies behind it may have acted. */
function isHearsay({ reaction, errcode, fault }: WecomError): boolean {
  return reaction === 'fix-access' && errcode === undefined && fault !== 'address-refused' && fault !== 'tls';
}
