/**
 * Works through `items` with at most `limit` at a time. After a failure nothing new is begun and what is under way is
 * aborted; the first error is thrown once all of it has settled.
 */
export async function eachInFlight<T>(
  items: readonly T[],
  options: { readonly limit: number; readonly signal: AbortSignal },
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const queue = items.values();
  let failure: { readonly error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    for (const item of queue) {
      if (signal.aborted) return;
      try {
        await work(item, signal);
      } catch (error) {
        failure ??= { error };
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: options.limit }, lane));
  if (failure !== undefined) throw failure.error;
  options.signal.throwIfAborted();
}
