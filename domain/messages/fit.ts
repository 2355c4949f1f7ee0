/** Making a text as short as WeCom takes it. */

export type LengthUnit = 'bytes' | 'characters';

export interface LengthLimit {
  readonly max: number;
  readonly unit: LengthUnit;
}

const ellipsis = '…';

export function lengthOf(text: string, unit: LengthUnit): number {
  return unit === 'bytes' ? Buffer.byteLength(text) : [...text].length;
}

export function fits(text: string, { max, unit }: LengthLimit): boolean {
  return lengthOf(text, unit) <= max;
}

/** As much as fits with "…" behind it, in whole characters as people see them. */
export function cutTo(text: string, limit: LengthLimit): string {
  return fits(text, limit) ? text : cutPieces([{ text, isPlain: true }], limit);
}

/** Of a text with tags: never inside a tag or an entity, and what was opened is closed. */
export function cutMarkupTo(text: string, limit: LengthLimit): string {
  return fits(text, limit) ? text : cutPieces(markupPieces(text, limit.max), limit);
}

interface Piece {
  readonly text: string;
  /** May be cut anywhere between two characters. */
  readonly isPlain?: boolean;
  readonly opens?: string | undefined;
  readonly closes?: string | undefined;
}

function cutPieces(pieces: Iterable<Piece>, { max, unit }: LengthLimit): string {
  let kept = '';
  let used = 0;
  const open: string[] = [];
  const ending = () => `${ellipsis}${open.toReversed().map(closingTag).join('')}`;
  if (lengthOf(ellipsis, unit) > max) return '';
  for (const { text, isPlain, opens, closes } of pieces) {
    const room = max - used - lengthOf(ending(), unit);
    const isLast =
      lengthOf(text, unit) + (opens === undefined ? 0 : lengthOf(closingTag(opens), unit)) > room;
    const part = !isLast ? text : isPlain === true ? beginningOf(text, room, unit) : '';
    kept += part;
    used += lengthOf(part, unit);
    if (isLast) break;
    if (opens !== undefined) open.push(opens);
    else if (closes !== undefined && open.at(-1) === closes) open.pop();
  }
  return kept.trimEnd() + ending();
}

function closingTag(name: string): string {
  return `</${name}>`;
}

const segmenter = new Intl.Segmenter('zh', { granularity: 'grapheme' });
/** Longer than any character that people would call one. */
const characterUnits = 64;

/** The most of it that is no longer than `max`. */
function beginningOf(text: string, max: number, unit: LengthUnit): string {
  let end = 0;
  let length = 0;
  while (end < text.length) {
    const codePoint = text.codePointAt(end) ?? 0;
    length += unit === 'bytes' ? bytesOf(codePoint) : 1;
    if (length > max) break;
    end += codePoint > 0xffff ? 2 : 1;
  }
  // What people see as one character may be several code points: only those around the end are looked at.
  const from = Math.max(0, end - characterUnits);
  const around = segmenter.segment(text.slice(from, end + characterUnits));
  const character = around.containing(end - from);
  return text.slice(0, character === undefined ? end : from + character.index);
}

function bytesOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** A tag as WeCom knows it, or an entity; "a < b" is neither. */
const markup = /<(\/?)([a-z][a-z0-9]*)\b[^<>]*?(\/?)>|&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8});/gi;
const neverClosed: ReadonlySet<string> = new Set(['br', 'hr', 'img']);

/** Longer than any tag. */
const tagUnits = 4_096;

/** Looking further than twice the limit tells nothing: no character is shorter than half its units. */
function* markupPieces(text: string, max: number): Generator<Piece> {
  let plainFrom = 0;
  const end = 2 * max + 2;
  for (const found of text.slice(0, end + tagUnits).matchAll(markup)) {
    if (found.index >= end) break;
    if (found.index > plainFrom) yield { text: text.slice(plainFrom, found.index), isPlain: true };
    yield tagPiece(found);
    plainFrom = found.index + found[0].length;
  }
  yield { text: text.slice(plainFrom, Math.max(plainFrom, end)), isPlain: true };
}

function tagPiece([text, slash, name, selfClosing]: RegExpMatchArray): Piece {
  const tag = name?.toLowerCase();
  if (tag === undefined || selfClosing === '/' || neverClosed.has(tag)) return { text };
  return slash === '/' ? { text, closes: tag } : { text, opens: tag };
}
