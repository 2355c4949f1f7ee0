import { isUtf8 } from 'node:buffer';
import type { BatchRows, RowBytes } from '../domain/attendance/batches';

/**
 * Rows by the ten thousand, each read when it is looked at. Parsed at once, an answer of 6 MB is some 30 MB of objects
 * that live just long enough to be moved by every garbage collection: that took as long as all the rest of the reading.
 */
export type AnswerRows<Row> = BatchRows<Row>;

export type SplitAnswer = Pick<RowBytes, 'bounds'> & {
  /** The answer with an empty list in the place of its rows. */
  readonly rest: string;
};

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openingBracket = 0x5b;
const closingBracket = 0x5d;
const openingBrace = 0x7b;
const closingBrace = 0x7d;

/** Null: not one object with a list of objects under this name, or not all of it. Then it is JSON.parse's to say why. */
export function splitAnswer(body: Buffer, field: string): SplitAnswer | null {
  const start = startOfList(body, field);
  if (start === null || !isUtf8(body)) return null;
  const bounds: number[] = [];
  let at = skipSpace(body, start);
  while (body[at] === openingBrace) {
    const end = endOfObject(body, at);
    if (end === null) return null;
    bounds.push(at, end);
    at = skipSpace(body, end);
    if (body[at] === closingBracket) break;
    if (body[at] !== comma) return null;
    at = skipSpace(body, at + 1);
    if (body[at] !== openingBrace) return null;
  }
  if (body[at] !== closingBracket) return null;
  return {
    rest: body.toString('utf8', 0, start) + body.toString('utf8', at),
    bounds: Uint32Array.from(bounds),
  };
}

export function rowsAt<Row>(
  body: Buffer,
  { bounds }: Pick<SplitAnswer, 'bounds'>,
  read: (json: string) => Row,
): AnswerRows<Row> {
  const length = bounds.length / 2;
  const rowAt = (index: number): Row => read(body.toString('utf8', bounds[index * 2], bounds[index * 2 + 1]));
  return {
    length,
    unread: { body, bounds },
    at: (index) => (index < 0 || index >= length ? undefined : rowAt(index)),
    *[Symbol.iterator]() {
      for (let index = 0; index < length; index += 1) yield rowAt(index);
    },
  };
}

/** Behind the `[` of the field's list, in the outermost object. */
function startOfList(body: Buffer, field: string): number | null {
  const name = Buffer.from(JSON.stringify(field));
  let depth = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === openingBrace || byte === openingBracket) depth += 1;
    else if (byte === closingBrace || byte === closingBracket) depth -= 1;
    else if (byte === quote) {
      const end = endOfString(body, at);
      if (end === null) return null;
      if (depth === 1 && name.equals(body.subarray(at, end))) {
        const afterName = skipSpace(body, end);
        const list = skipSpace(body, afterName + 1);
        if (body[afterName] === colon) return body[list] === openingBracket ? list + 1 : null;
      }
      at = end - 1;
    }
  }
  return null;
}

/** Behind its last brace. */
function endOfObject(body: Buffer, start: number): number | null {
  let depth = 0;
  for (let at = start; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === quote) {
      const end = endOfString(body, at);
      if (end === null) return null;
      at = end - 1;
    } else if (byte === openingBrace) depth += 1;
    else if (byte === closingBrace) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}

/** Behind its last quote. Bytes of UTF-8 above 127 are never a quote or a backslash. */
function endOfString(body: Buffer, start: number): number | null {
  for (let at = start + 1; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === quote) return at + 1;
    if (byte === backslash) at += 1;
  }
  return null;
}

function skipSpace(body: Buffer, start: number): number {
  let at = start;
  for (let byte = body[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = body[at])
    at += 1;
  return at;
}
