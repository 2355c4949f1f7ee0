import { none, placesPerLine, type PackedLines, type PackedRows } from './attendance-packing';

/** Lines of an answer, as they are sent to Postgres. */
export type SomeLines = {
  readonly count: number;
  bytes(): Iterable<Buffer>;
};

export type Comparison = {
  readonly fresh: SomeLines;
  /** Changed, or back after they were superseded. */
  readonly altered: SomeLines;
  /** Keys of what was asked for, stands, and was not answered. */
  readonly missing: readonly string[];
  readonly unchanged: number;
  /** How many of those that were asked for stood before. */
  readonly standingRows: number;
};

const tab = 0x09;
const newline = 0x0a;
const isTrue = 't'.charCodeAt(0);

/** What is to become of a line of the answer. */
const asItStands = 0;
const isFresh = 1;
const isAltered = 2;

/** `standing`: what stands for the people and days of a call, or near them; see `Kept`. */
export function comparePacked({ kept, lines }: PackedRows, standing: string | null): Comparison {
  const becomes = new Uint8Array(lines.count).fill(isFresh);
  for (const line of lines.replaced) becomes[line] = asItStands;
  const missing: string[] = [];
  let unchanged = 0;
  let standingRows = 0;

  for (const { bytes, start, contentStart, contentEnd } of linesIn(standing, kept)) {
    const isSuperseded = bytes[contentEnd + 1] === isTrue;
    const isMissed = bytes[contentEnd + 3] === isTrue && !isSuperseded;
    if (isMissed) standingRows += 1;
    const found = lines.find(bytes, start, contentStart - 1);
    if (found === none) {
      if (isMissed) missing.push(bytes.toString('utf8', start, contentStart - 1));
    } else if (!isSuperseded && hasContent(lines, found, bytes, contentStart, contentEnd)) {
      becomes[found] = asItStands;
      unchanged += 1;
    } else becomes[found] = isAltered;
  }
  return {
    fresh: linesThat(lines, becomes, isFresh),
    altered: linesThat(lines, becomes, isAltered),
    missing,
    unchanged,
    standingRows,
  };
}

type StandingLine = {
  readonly bytes: Buffer;
  readonly start: number;
  readonly contentStart: number;
  /** A tab, `t` or `f` for superseded, a tab, the same for asked. */
  readonly contentEnd: number;
};

function* linesIn(
  standing: string | null,
  { keyColumns, contentColumns }: PackedRows['kept'],
): Generator<StandingLine> {
  if (standing === null) return;
  const bytes = Buffer.from(standing);
  let start = 0;
  let contentStart = 0;
  let contentEnd = 0;
  let tabs = 0;
  for (let at = 0; at <= bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === tab) {
      tabs += 1;
      if (tabs === keyColumns) contentStart = at + 1;
      else if (tabs === keyColumns + contentColumns) contentEnd = at;
    } else if (byte === newline || byte === undefined) {
      yield { bytes, start, contentStart, contentEnd };
      start = at + 1;
      tabs = 0;
    }
  }
}

function hasContent(
  { pieces, places }: PackedLines,
  line: number,
  bytes: Buffer,
  start: number,
  end: number,
): boolean {
  const place = line * placesPerLine;
  const piece = pieces[places[place] as number] as Buffer;
  const contentStart = places[place + 2] as number;
  const contentEnd = (places[place + 3] as number) - 1;
  return piece.compare(bytes, start, end, contentStart, contentEnd) === 0;
}

function linesThat(lines: PackedLines, becomes: Uint8Array, what: number): SomeLines {
  let count = 0;
  for (const one of becomes) if (one === what) count += 1;
  return { count, bytes: () => runsOf(lines, becomes, what) };
}

/** Lines that lie side by side are sent as they lie: a first reading is nothing but whole pieces. */
function* runsOf(
  { pieces, places, count }: PackedLines,
  becomes: Uint8Array,
  what: number,
): Generator<Buffer> {
  let piece = none;
  let start = 0;
  let end = 0;
  const run = (): Buffer => (pieces[piece] as Buffer).subarray(start, end);
  for (let line = 0; line < count; line += 1) {
    if (becomes[line] !== what) continue;
    const place = line * placesPerLine;
    const continues = places[place] === piece && places[place + 1] === end;
    if (!continues) {
      if (end > start) yield run();
      piece = places[place] as number;
      start = places[place + 1] as number;
    }
    end = places[place + 4] as number;
  }
  if (end > start) yield run();
}
