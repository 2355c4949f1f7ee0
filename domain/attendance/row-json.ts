/**
 * A row as JSON whose keys stand in one order: what is kept of it, and what the next reading is compared by. WeCom
 * may send the same row with its fields in another order.
 */
export function rowJson(row: Readonly<Record<string, unknown>>): string {
  const { keys, heads } = orderOf(row);
  let json = '';
  for (let index = 0; index < keys.length; index += 1) {
    const value = row[keys[index] ?? ''];
    json += `${heads[index]}${typeof value === 'number' ? value : valueJson(value)}`;
  }
  return json === '' ? '{}' : `${json}}`;
}

/** 64 bits of a row's JSON, as Postgres' bigint holds them; whoever reads rows hands in a hash of Node's. */
export type RowDigest = (json: string | Uint8Array) => bigint;

function valueJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(valueJson).join(',')}]`;
  const fields = value as Readonly<Record<string, unknown>>;
  const inOrder = Object.keys(fields).sort();
  return `{${inOrder.map((key) => `${JSON.stringify(key)}:${valueJson(fields[key])}`).join(',')}}`;
}

type Order = {
  /** As the row has them. */
  readonly found: readonly string[];
  /** In order. */
  readonly keys: readonly string[];
  /** What stands before each value. */
  readonly heads: readonly string[];
};

/** The rows of an answer have the same fields: putting them in order for each took half of the time. */
let latest: Order = { found: [], keys: [], heads: [] };

function orderOf(row: Readonly<Record<string, unknown>>): Order {
  const found = Object.keys(row);
  if (found.length === latest.found.length && found.every((key, index) => key === latest.found[index])) {
    return latest;
  }
  const keys = [...found].sort();
  const heads = keys.map((key, index) => `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`);
  latest = { found, keys, heads };
  return latest;
}
