/** An answer that was cut short looks like corrections by the dozen; below this, WeCom has simply changed its mind. */
export const believedLoss = { rows: 20, share: 0.1 } as const;

export type MissingRows = {
  /** Stood for the people and days of the call, and are not in its answer. */
  readonly missing: number;
  /** Stood before. */
  readonly standing: number;
};

/** Whether so much is missing that it is left as it is until a person has looked. */
export function isHeldBack(
  { missing, standing }: MissingRows,
  { acceptLoss }: { readonly acceptLoss: boolean },
): boolean {
  return !acceptLoss && missing > believedLoss.rows && missing > standing * believedLoss.share;
}
