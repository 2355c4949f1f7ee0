import type { OaTodos } from './port';

/**
 * The embedded OA has no workflows of its own: a to-do is what the bridge has written down of it, and whoever may
 * decide it and comes first has decided it.
 */
export function createEmbeddedTodos(): OaTodos {
  return { decide: () => Promise.resolve({ kind: 'decided' }) };
}
