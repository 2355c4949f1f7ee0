import type { WecomSession } from '../../wecom';
import { WecomAccessError, WecomAlreadySoError, WecomDataError } from '../../wecom';

/** Through whom a batch's events are looked into; the app first, because it may read names and details. */
export type Sources = {
  readonly app: WecomSession | null;
  readonly contacts: WecomSession | null;
  readonly signal: AbortSignal;
};

export type Answer<T> =
  | { readonly kind: 'found'; readonly value: T }
  /** It is there, outside the range of whoever asked. */
  | { readonly kind: 'not-visible' }
  /** It does not exist, or whoever asked is told so. */
  | { readonly kind: 'not-found' }
  /** This credential may not ask that at all. */
  | { readonly kind: 'may-not-ask' }
  /** WeCom refuses the question: asking again will not help much. */
  | { readonly kind: 'refused'; readonly errcode: number | undefined };

const outOfRangeErrcode = 60011;
/** 48009: the contacts secret reads ids only; 48002: no such right; 48004: the same of an interface. */
const mayNotAskErrcodes = new Set([48009, 48002, 48004]);

/** Errors of a kind that says something about the object become an answer; the others are thrown. */
export async function asked<T>(call: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { kind: 'found', value: await call() };
  } catch (error) {
    if (error instanceof WecomAlreadySoError && error.state === 'not-found') return { kind: 'not-found' };
    if (error instanceof WecomDataError || error instanceof WecomAlreadySoError)
      return { kind: 'refused', errcode: error.errcode };
    if (error instanceof WecomAccessError) {
      if (error.errcode === outOfRangeErrcode) return { kind: 'not-visible' };
      if (mayNotAskErrcodes.has(error.errcode ?? 0)) return { kind: 'may-not-ask' };
    }
    throw error;
  }
}

/** Nobody to ask. */
export const nobodyAsked = { kind: 'may-not-ask' } as const;

/** Asks once, and only when somebody wants to know. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}
