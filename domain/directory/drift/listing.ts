import { sameDriftValue, type DriftValue, type Judgements } from './judge';

export const activeDriftStates = ['open', 'accepting', 'reverting', 'ignored'] as const;

/** Of these a newer look can still change something. */
export type ActiveDriftState = (typeof activeDriftStates)[number];

/** `gone`: it came right by itself, or another change took its place. */
export type DriftState = ActiveDriftState | 'accepted' | 'reverted' | 'gone';

export type ListedDrift = {
  readonly id: string;
  readonly field: string;
  readonly before: DriftValue;
  readonly after: DriftValue;
  readonly state: ActiveDriftState;
};

export type ListingStep =
  | { readonly kind: 'seen-again'; readonly id: string }
  /** Changed once more while nobody had decided, or while it is being taken back anyway. */
  | { readonly kind: 'changed-again'; readonly id: string; readonly after: DriftValue }
  /** Somebody decided to accept another value than this: to be decided anew. */
  | { readonly kind: 'reopened'; readonly id: string; readonly after: DriftValue }
  | { readonly kind: 'over'; readonly id: string }
  | {
      readonly kind: 'found';
      readonly field: string;
      readonly before: DriftValue;
      readonly after: DriftValue;
    };

/** What a new look at one member or department means for the list. */
export function listingSteps(listed: readonly ListedDrift[], judged: Judgements): ListingStep[] {
  const known = new Set(listed.map(({ field }) => field));
  const steps = listed.flatMap((drift) => stepsOf(drift, judged));
  for (const [field, judgement] of judged) {
    if (judgement.kind === 'drifted' && !known.has(field)) steps.push({ ...judgement, kind: 'found', field });
  }
  return steps;
}

function stepsOf({ id, field, after, state }: ListedDrift, judged: Judgements): ListingStep[] {
  const judgement = judged.get(field);
  if (judgement === undefined) return [];
  if (judgement.kind === 'right') return [{ kind: 'over', id }];
  if (sameDriftValue(field, after, judgement.after)) return [{ kind: 'seen-again', id }];
  switch (state) {
    case 'open':
    case 'reverting':
      return [{ kind: 'changed-again', id, after: judgement.after }];
    case 'accepting':
      return [{ kind: 'reopened', id, after: judgement.after }];
    case 'ignored':
      return [
        { kind: 'over', id },
        { ...judgement, kind: 'found', field },
      ];
  }
}
