import type { Change } from './changes';

/** Makes the fingerprint of text that comes in pieces: a large plan is never one string. */
export type Digest = (pieces: Iterable<string>) => string;

/** The fingerprint of one change, before and after included. */
export function changeDigest(change: Change, digest: Digest): string {
  return digest([stableJson(change)]);
}

/** The fingerprint of everything that an approval approves; the digests stand in the order of applying. */
export function planHash(digests: Iterable<string>, settingsVersion: number, digest: Digest): string {
  return digest(lines(digests, settingsVersion));
}

function* lines(digests: Iterable<string>, settingsVersion: number): Iterable<string> {
  yield `settings ${settingsVersion}\n`;
  for (const one of digests) yield `${one}\n`;
}

/** JSON whose keys stand in one order, however the object was made; written by hand, since a replacer takes twice as long. */
function stableJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
  const entries = value as Readonly<Record<string, unknown>>;
  let json = '';
  for (const key of Object.keys(entries).sort()) {
    const inner = entries[key];
    if (inner !== undefined) json += `${json === '' ? '' : ','}${JSON.stringify(key)}:${stableJson(inner)}`;
  }
  return `{${json}}`;
}
