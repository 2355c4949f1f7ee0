export interface SettingsDifference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

type Table = Readonly<Record<string, unknown>>;

/** Values of these are one decision, though they have parts. */
const wholes = new Set(['push.schedule', 'pull.schedule']);
/** Made by the save itself. */
const ofTheSave = new Set(['version', 'savedAt', 'savedBy', 'simulationRunId']);

/** What differs between two documents, by the path of each decision; lists are one decision each. */
export function differences(before: object, after: object): readonly SettingsDifference[] {
  return walk(before as Table, after as Table, '');
}

function walk(before: Table, after: Table, prefix: string): SettingsDifference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name): SettingsDifference[] => {
    const path = `${prefix}${name}`;
    if (ofTheSave.has(path)) return [];
    const one = before[name];
    const other = after[name];
    if (isTable(one) && isTable(other) && !wholes.has(path)) return walk(one, other, `${path}.`);
    return sameValue(one, other) ? [] : [{ path, before: one, after: other }];
  });
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The order of keys says nothing; the order of lists does. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((entry, index) => sameValue(entry, other[index]));
  }
  if (isTable(one) && isTable(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].every((name) => sameValue(one[name], other[name]));
  }
  return one === other;
}
