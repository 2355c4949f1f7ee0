/**
 * A row of an answer read where it lies, without becoming an object: punches come by the million, and the texts and
 * objects of one, that live for a moment, cost more than all the rest that is done with it.
 *
 * Only what is plain is read so: an object without spaces, of texts without escapes, whole numbers and empty lists,
 * where the bytes are what `rowJson` would write. Everything else is for JSON.parse.
 */
export type PlainRow = {
  readonly bytes: Uint8Array;
  readonly shape: PlainShape;
  /** Where the values begin and end: two numbers for each of the shape's keys. */
  readonly spans: Uint32Array;
};

/** Rows of an answer have few of them, most of them one. */
export type PlainShape = {
  readonly keys: readonly string[];
  /** By key, where its value stands among the others. */
  readonly places: ReadonlyMap<string, number>;
  /** What stands before each value. */
  readonly before: readonly Uint8Array[];
  /** The values in the order of `rowJson`, and what it writes before each. */
  readonly order: readonly number[];
  readonly heads: readonly Uint8Array[];
  /** Of all heads, and the last brace. */
  readonly headBytes: number;
};

export type PlainRows = {
  /** Null: not plain. What it gives is of this row until the next one is read. */
  read(bytes: Uint8Array, start: number, end: number): PlainRow | null;
};

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const openingBracket = 0x5b;
const backslash = 0x5c;
const closingBracket = 0x5d;
const openingBrace = 0x7b;
const closingBrace = 0x7d;
const firstPrintable = 0x20;

/** Every number of so many digits is one that JavaScript writes as it was. */
const mostDigits = 15;
const mostShapes = 16;
const mostKeys = 64;
const notPlain = -1;

export function plainRows(): PlainRows {
  const shapes: PlainShape[] = [];
  const spans = new Uint32Array(mostKeys * 2);
  let latest: PlainShape | undefined;

  function readAs(shape: PlainShape, bytes: Uint8Array, start: number, end: number): PlainRow | null {
    return hasShape(shape, bytes, start, end, spans) ? { bytes, shape, spans } : null;
  }

  return {
    read(bytes, start, end) {
      if (latest !== undefined) {
        const row = readAs(latest, bytes, start, end);
        if (row !== null) return row;
      }
      for (const shape of shapes) {
        if (shape === latest) continue;
        const row = readAs(shape, bytes, start, end);
        if (row === null) continue;
        latest = shape;
        return row;
      }
      if (shapes.length === mostShapes) return null;
      const shape = shapeOf(bytes, start, end);
      if (shape === null) return null;
      shapes.push(shape);
      latest = shape;
      return readAs(shape, bytes, start, end);
    },
  };
}

/** At most so many bytes. */
export function plainJsonBytes({ shape, spans }: PlainRow): number {
  const last = shape.keys.length * 2 - 1;
  return shape.headBytes + (spans[last] ?? 0) - (spans[0] ?? 0);
}

/** As `rowJson` writes it; gives the end of what was written. */
export function writePlainJson({ bytes, shape, spans }: PlainRow, target: Uint8Array, at: number): number {
  const { order, heads } = shape;
  let end = at;
  for (let index = 0; index < order.length; index += 1) {
    const head = heads[index] as Uint8Array;
    for (let from = 0; from < head.length; from += 1) target[end++] = head[from] as number;
    const place = (order[index] as number) * 2;
    const to = spans[place + 1] as number;
    for (let from = spans[place] as number; from < to; from += 1) target[end++] = bytes[from] as number;
  }
  target[end++] = closingBrace;
  return end;
}

/** Undefined: no such field, or no whole number. */
export function plainNumber({ bytes, shape, spans }: PlainRow, key: string): number | undefined {
  const place = shape.places.get(key);
  if (place === undefined) return undefined;
  const start = spans[place * 2] as number;
  const end = spans[place * 2 + 1] as number;
  const isNegative = bytes[start] === minus;
  let number = 0;
  for (let at = isNegative ? start + 1 : start; at < end; at += 1) {
    const digit = (bytes[at] as number) - zero;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return isNegative ? -number : number;
}

/** For texts of which few are different: those that were read before are known again by their bytes. */
export type PlainTexts = {
  /** Undefined: no such field, or no text. */
  read(row: PlainRow, key: string): string | undefined;
};

export function plainTexts(atMost: number): PlainTexts {
  const known: { readonly bytes: Uint8Array; readonly text: string }[] = [];
  let latest = 0;

  return {
    read({ bytes, shape, spans }, key) {
      const place = shape.places.get(key);
      if (place === undefined) return undefined;
      const start = (spans[place * 2] as number) + 1;
      const end = (spans[place * 2 + 1] as number) - 1;
      if (bytes[start - 1] !== quote) return undefined;
      const last = known[latest];
      if (last !== undefined && isAt(last.bytes, bytes, start, end)) return last.text;
      for (let index = 0; index < known.length; index += 1) {
        const one = known[index] as (typeof known)[number];
        if (!isAt(one.bytes, bytes, start, end)) continue;
        latest = index;
        return one.text;
      }
      const own = bytes.slice(start, end);
      const text = new TextDecoder().decode(own);
      latest = known.length < atMost ? known.length : (latest + 1) % atMost;
      known[latest] = { bytes: own, text };
      return text;
    },
  };
}

function isAt(expected: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (expected.length !== end - start) return false;
  for (let index = 0; index < expected.length; index += 1) {
    if (bytes[start + index] !== expected[index]) return false;
  }
  return true;
}

function hasShape(
  { before }: PlainShape,
  bytes: Uint8Array,
  start: number,
  end: number,
  spans: Uint32Array,
): boolean {
  let at = start;
  for (let index = 0; index < before.length; index += 1) {
    const expected = before[index] as Uint8Array;
    for (let from = 0; from < expected.length; from += 1) {
      if (bytes[at + from] !== expected[from]) return false;
    }
    at += expected.length;
    const valueEnd = endOfPlainValue(bytes, at);
    if (valueEnd === notPlain) return false;
    spans[index * 2] = at;
    spans[index * 2 + 1] = valueEnd;
    at = valueEnd;
  }
  return bytes[at] === closingBrace && at + 1 === end;
}

/** Null: not plain, or a key that comes twice. */
function shapeOf(bytes: Uint8Array, start: number, end: number): PlainShape | null {
  const keys: string[] = [];
  let at = start;
  while (at < end && keys.length < mostKeys) {
    if (bytes[at] !== (keys.length === 0 ? openingBrace : comma) || bytes[at + 1] !== quote) return null;
    const keyEnd = endOfPlainValue(bytes, at + 1);
    if (keyEnd === notPlain || bytes[keyEnd] !== colon) return null;
    keys.push(new TextDecoder().decode(bytes.subarray(at + 2, keyEnd - 1)));
    at = endOfPlainValue(bytes, keyEnd + 1);
    if (at === notPlain) return null;
    if (bytes[at] === closingBrace) break;
  }
  if (bytes[at] !== closingBrace || at + 1 !== end || new Set(keys).size < keys.length) return null;
  const inOrder = [...keys].sort();
  const heads = inOrder.map(beforeValue);
  return {
    keys,
    places: new Map(keys.map((key, place) => [key, place])),
    before: keys.map(beforeValue),
    order: inOrder.map((key) => keys.indexOf(key)),
    heads,
    headBytes: heads.reduce((sum, head) => sum + head.length, 1),
  };
}

function beforeValue(key: string, index: number): Uint8Array {
  return new TextEncoder().encode(`${index === 0 ? '{' : ','}${JSON.stringify(key)}:`);
}

function endOfPlainValue(bytes: Uint8Array, start: number): number {
  const first = bytes[start];
  if (first === quote) {
    for (let at = start + 1; at < bytes.length; at += 1) {
      const byte = bytes[at] as number;
      if (byte === quote) return at + 1;
      if (byte === backslash || byte < firstPrintable) return notPlain;
    }
    return notPlain;
  }
  if (first === openingBracket) return bytes[start + 1] === closingBracket ? start + 2 : notPlain;
  return endOfPlainNumber(bytes, start);
}

function endOfPlainNumber(bytes: Uint8Array, start: number): number {
  const isNegative = bytes[start] === minus;
  const firstDigit = isNegative ? start + 1 : start;
  let end = firstDigit;
  while (isDigit(bytes[end])) end += 1;
  const digits = end - firstDigit;
  if (digits === 0 || digits > mostDigits) return notPlain;
  // Neither 007 nor -0: JavaScript writes them otherwise.
  if (bytes[firstDigit] === zero && (digits > 1 || isNegative)) return notPlain;
  // What else may follow is left to who looks for a comma or a brace.
  return end;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= nine;
}
