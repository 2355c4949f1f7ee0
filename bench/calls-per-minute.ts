/** A row of the simulator's log. */
export type CallRow = {
  readonly at: string;
  readonly corpid: string | null;
  readonly path: string;
  readonly errcode: number | null;
};

const minuteMs = 60_000;

/** The most calls of one API of one corp in any 60 seconds, not only in those of the clock. */
export function mostWithinAMinute(rows: readonly CallRow[]): number {
  const timesOf = new Map<string, number[]>();
  for (const { at, corpid, path } of rows) {
    const key = `${corpid} ${path}`;
    const times = timesOf.get(key) ?? [];
    times.push(Date.parse(at));
    timesOf.set(key, times);
  }
  let most = 0;
  for (const times of timesOf.values()) {
    times.sort((a, b) => a - b);
    let first = 0;
    for (const [last, time] of times.entries()) {
      while (time - (times[first] ?? time) >= minuteMs) first += 1;
      most = Math.max(most, last - first + 1);
    }
  }
  return most;
}
