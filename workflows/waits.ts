/** The last one repeats. */
export function nth(waitsMs: readonly number[], count: number): number {
  return waitsMs[Math.min(count, waitsMs.length) - 1] ?? 0;
}
