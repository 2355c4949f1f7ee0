export type Difference = { readonly path: string; readonly before: unknown; readonly after: unknown };

/** Between two documents, by path; a list is one value. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (isTable(before) && isTable(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  if (stable(before) === stable(after)) return [];
  return [{ path, before: before ?? null, after: after ?? null }];
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Postgres gives the keys of a document back in an order of its own. */
function stable(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isTable(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
