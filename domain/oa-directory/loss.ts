/** A feed that was cut off looks like a mass departure; below this, people simply leave. */
const believedLoss = { people: 20, share: 0.1 };

export type Loss = {
  /** Active when the directory was last beyond doubt, and not any more. */
  readonly lost: number;
  /** Active at that time. */
  readonly of: number;
};

/** `complete`: the sender has told how much it sent, and all of it arrived. */
export function judgeLoss({ lost, of }: Loss, { complete }: { readonly complete: boolean }): Loss | null {
  if (complete || lost <= believedLoss.people || lost <= of * believedLoss.share) return null;
  return { lost, of };
}
