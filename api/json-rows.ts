import type { Readable } from 'node:stream';

/** What a JSON object holds, piece by piece: each element of its arrays, and its other values whole. */
export type JsonPiece =
  | { readonly key: string; readonly kind: 'element' | 'value'; readonly value: unknown }
  /** An array may have no element. */
  | { readonly key: string; readonly kind: 'array' };

/** Not JSON, or not an object. */
export class JsonRowsError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'JsonRowsError';
  }
}

export class JsonTooLargeError extends Error {
  constructor(readonly limitBytes: number) {
    super(`The body is larger than ${limitBytes} bytes`);
    this.name = 'JsonTooLargeError';
  }
}

const quote = 0x22;
const backslash = 0x5c;
const [openBrace, closeBrace] = [0x7b, 0x7d];
const [openBracket, closeBracket] = [0x5b, 0x5d];
const [comma, colon] = [0x2c, 0x3a];

type Expecting =
  'object' | 'first-key' | 'key' | 'colon' | 'value' | 'comma' | 'first-element' | 'element' | 'end';

/**
 * Reads `{"users": [{…}, …], …}` without ever holding more than one element: parsed whole, 100,000 people take ten
 * times the memory of their text.
 */
export async function* readJsonRows(source: Readable, limitBytes: number): AsyncGenerator<JsonPiece> {
  let expecting: Expecting = 'object';
  let key = '';
  let isInArray = false;
  /** Bytes of the piece that is being read, of earlier chunks; undefined between pieces. */
  let earlier: Buffer[] | undefined;
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  let received = 0;

  for await (const chunk of source as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (received > limitBytes) throw new JsonTooLargeError(limitBytes);
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) {
          isInString = false;
          if (expecting === 'key' && earlier !== undefined) {
            key = parse<string>(earlier, chunk.subarray(start, at + 1));
            earlier = undefined;
            expecting = 'colon';
          }
        }
        continue;
      }
      if (earlier !== undefined) {
        // Inside a value: only what opens, closes and separates matters, the rest is for the parser.
        if (byte === quote) isInString = true;
        else if (byte === openBrace || byte === openBracket) depth++;
        else if (depth > 0) {
          if (byte === closeBrace || byte === closeBracket) depth--;
        } else if (byte === comma || byte === closeBracket || byte === closeBrace) {
          const value = parse(earlier, chunk.subarray(start, at));
          earlier = undefined;
          yield { key, kind: isInArray ? 'element' : 'value', value };
          expecting = afterPiece(byte, isInArray);
          if (byte === closeBracket) isInArray = false;
        }
        continue;
      }
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
      switch (expecting) {
        case 'object':
          // A mark at the beginning, as some Windows programs write it, says nothing.
          if (received - chunk.length + at < 3 && [0xef, 0xbb, 0xbf].includes(byte)) break;
          if (byte !== openBrace) throw new JsonRowsError('not an object');
          expecting = 'first-key';
          break;
        case 'first-key':
        case 'key':
          if (byte === closeBrace && expecting === 'first-key') expecting = 'end';
          else if (byte === quote) {
            expecting = 'key';
            [earlier, start, isInString] = [[], at, true];
          } else throw new JsonRowsError('no key');
          break;
        case 'colon':
          if (byte !== colon) throw new JsonRowsError('no colon');
          expecting = 'value';
          break;
        case 'value':
          if (byte === openBracket) {
            isInArray = true;
            expecting = 'first-element';
            yield { key, kind: 'array' };
            break;
          }
          [earlier, start, depth] = [[], at, opens(byte)];
          isInString = byte === quote;
          break;
        case 'first-element':
        case 'element':
          if (byte === closeBracket && expecting === 'first-element') {
            isInArray = false;
            expecting = 'comma';
            break;
          }
          if (byte === closeBracket || byte === comma) throw new JsonRowsError('no element');
          [earlier, start, depth] = [[], at, opens(byte)];
          isInString = byte === quote;
          break;
        case 'comma':
          if (byte === comma) expecting = 'key';
          else if (byte === closeBrace) expecting = 'end';
          else throw new JsonRowsError('no comma');
          break;
        case 'end':
          throw new JsonRowsError('something follows');
      }
    }
    if (earlier !== undefined) earlier.push(chunk.subarray(start));
  }
  if (expecting !== 'end') throw new JsonRowsError('it breaks off');
}

function opens(byte: number): number {
  return byte === openBrace || byte === openBracket ? 1 : 0;
}

function afterPiece(byte: number, isInArray: boolean): Expecting {
  if (byte === comma) return isInArray ? 'element' : 'key';
  if (byte === closeBracket && isInArray) return 'comma';
  if (byte === closeBrace && !isInArray) return 'end';
  throw new JsonRowsError('a bracket that does not match');
}

function parse<T>(earlier: readonly Buffer[], last: Buffer): T {
  const text = earlier.length === 0 ? last : Buffer.concat([...earlier, last]);
  try {
    return JSON.parse(text.toString('utf8')) as T;
  } catch (error) {
    if (error instanceof SyntaxError) throw new JsonRowsError('not JSON', { cause: error });
    throw error;
  }
}
