export interface Random {
  /** From 0 to 1, without 1. */
  share(): number;
  /** Both included. */
  between(least: number, most: number): number;
  shuffled<T>(values: readonly T[]): T[];
}

/** The same every time for a seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const share = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    share,
    between: (least, most) => least + Math.floor(share() * (most - least + 1)),
    shuffled: (values) =>
      values
        .map((value) => ({ value, rank: share() }))
        .toSorted((a, b) => a.rank - b.rank)
        .map(({ value }) => value),
  };
}
