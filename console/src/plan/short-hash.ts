const shown = 8;

/** As long as people can compare; the whole one is there to copy. */
export function shortHash(hash: string | null | undefined): string {
  return hash == null ? '—' : hash.slice(0, shown);
}
