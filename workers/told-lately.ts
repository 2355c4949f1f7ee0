/** What a sweep finds again and again until it is done is told once in a while: it may stand in line. */
export interface ToldLately {
  /** Tells those that were not told lately, one after the other. Returns how many. */
  tell<T>(
    items: readonly T[],
    idOf: (item: T) => string,
    tell: (item: T) => Promise<unknown>,
  ): Promise<number>;
}

export function createToldLately(againMs: number): ToldLately {
  const toldAt = new Map<string, number>();
  return {
    async tell(items, idOf, tell) {
      for (const [id, at] of toldAt) if (Date.now() - at >= againMs) toldAt.delete(id);
      let told = 0;
      for (const item of items) {
        const id = idOf(item);
        if (toldAt.has(id)) continue;
        await tell(item);
        toldAt.set(id, Date.now());
        told += 1;
      }
      return told;
    },
  };
}
