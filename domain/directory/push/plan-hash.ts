import type { Change } from './changes';

/** Makes the fingerprint of text that comes in pieces: a large plan is never one string. */
export type Digest = (pieces: Iterable<string>) => string;

/** The fingerprint of everything that an approval approves. */
export function planHash(changes: readonly Change[], settingsVersion: number, digest: Digest): string {
  return digest(pieces(changes, settingsVersion));
}

function* pieces(changes: readonly Change[], settingsVersion: number): Iterable<string> {
  yield `settings ${settingsVersion}\n`;
  for (const change of changes) yield `${stableJson(change)}\n`;
}

/** JSON whose keys stand in one order, however the object was made. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
