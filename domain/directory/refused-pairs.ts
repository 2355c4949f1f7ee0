import type { Binding } from './push/snapshot';

/**
 * Whom a person told apart: unbound by hand, or turned down at the conflict desk. By member; only a person binds them
 * again.
 */
export type RefusedPairs = ReadonlyMap<string, ReadonlySet<string>>;

export function refusedPairs(pairs: readonly Binding[] = []): RefusedPairs {
  const byMember = new Map<string, Set<string>>();
  for (const { memberId, oaUserId } of pairs) {
    const known = byMember.get(memberId);
    if (known === undefined) byMember.set(memberId, new Set([oaUserId]));
    else known.add(oaUserId);
  }
  return byMember;
}

export function isRefused(refused: RefusedPairs, memberId: string, oaUserId: string): boolean {
  return refused.get(memberId)?.has(oaUserId) ?? false;
}
