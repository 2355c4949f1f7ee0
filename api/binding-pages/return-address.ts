const longest = 500;

/** A path of the bridge's own, or null: nobody is led away from here to somewhere else. */
export function addressWithin(publicUrl: string, given: unknown): string | null {
  if (typeof given !== 'string' || given.length > longest) return null;
  // Browsers read `//host`, `/\host` and paths with line ends in them as other sites.
  if (!/^\/(?![/\\])[^\\\s\p{Cc}]*$/u.test(given)) return null;
  const base = new URL(publicUrl);
  if (!URL.canParse(given, base.href)) return null;
  const target = new URL(given, base);
  return target.origin === base.origin ? target.pathname + target.search + target.hash : null;
}
