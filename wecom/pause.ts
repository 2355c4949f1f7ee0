import { setTimeout as sleep } from 'node:timers/promises';

/** Ends early with the signal's own reason, so that a cancellation arrives as what the caller made it. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (!signal) return sleep(ms);
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
