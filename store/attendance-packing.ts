import { plainJsonBytes, writePlainJson } from '../domain/attendance/plain-rows';
import type { PlainPunch } from '../domain/attendance/plain-punches';
import type { PunchIdentity } from '../domain/attendance/attendance';
import type { Punch } from '../domain/attendance/punch';
import type { Report, ReportIdentity } from '../domain/attendance/report';
import { rowDigest } from './attendance-digest';
import { punchesAsKept, reportsAsKept, type Kept, type RowContent, type UnitDays } from './attendance-rows';
import type { AskedPerson, AttendanceOrder } from './attendance-runs';

/**
 * Rows of an answer as the lines that COPY takes, in bytes. A month of a hundred people is 12,000 rows, several answers
 * are held at a time, and whatever lies in JavaScript's own memory is moved by one collection after the other: with
 * the rows there, that took as long as reading and writing them.
 */
export type PackedRows = {
  readonly kept: Kept;
  readonly lines: PackedLines;
  /** From the earliest to the latest of them; null without any. */
  readonly days: UnitDays | null;
};

export type PackedLines = {
  readonly pieces: readonly Buffer[];
  /** Of each line: its piece, and where in it its key, its content and its JSON begin, and where it ends. */
  readonly places: Uint32Array;
  readonly count: number;
  /** Of two lines about the same row, the earlier in the answer. */
  readonly replaced: ReadonlySet<number>;
  /** The number of the line with this key; -1: none. */
  find(bytes: Uint8Array, start: number, end: number): number;
};

/** No line. */
export const none = -1;

/** Numbers of `places` for each line. */
export const placesPerLine = 5;

export type Packing<Row> = {
  /** Rows of people whom nobody asked for are left out: what stands of them is compared when somebody does. */
  add(row: Row): void;
  packed(): PackedRows;
};

export type PunchPacking = Packing<Punch> & {
  addPlain(punch: PlainPunch): void;
};

/** What is handed to the socket at once: smaller pieces cost a system call each. */
const pieceBytes = 256 * 1024;
/** At most, of each of the units that JavaScript counts the length of a text in. */
const bytesPerUnit = 3;

export function packPunches(
  order: Pick<AttendanceOrder, 'corpNo'>,
  people: readonly AskedPerson[],
): PunchPacking {
  const { packing, addLine, personOf } = packingOf<PunchIdentity, Punch>(punchesAsKept, order, people);
  let json = Buffer.allocUnsafe(4_096);
  return {
    ...packing,
    addPlain(punch) {
      const personId = personOf(punch.userId);
      if (personId === undefined) return;
      const atMost = plainJsonBytes(punch.row);
      if (atMost > json.length) json = Buffer.allocUnsafe(atMost * 2);
      const written = json.subarray(0, writePlainJson(punch.row, json, 0));
      const { day, exceptions } = punch;
      addLine(punch, { day, exceptions, digest: rowDigest(written) }, personId, written);
    },
  };
}

export function packReports(
  order: Pick<AttendanceOrder, 'corpNo'>,
  people: readonly AskedPerson[],
): Packing<Report> {
  return packingOf<ReportIdentity, Report>(reportsAsKept, order, people).packing;
}

function packingOf<
  Identity extends { readonly userId: string },
  Row extends Identity & RowContent & { readonly json: string },
>(kept: Kept<Identity>, { corpNo }: Pick<AttendanceOrder, 'corpNo'>, people: readonly AskedPerson[]) {
  const personIds = new Map(people.map(({ userId, personId }) => [userId.toLowerCase(), personId]));
  const lines = createLines();
  let from = '9999-12-31';
  let to = '0000-01-01';
  let latest: { readonly userId: string; readonly personId: number | undefined } | undefined;

  function personOf(userId: string): number | undefined {
    if (latest?.userId !== userId) latest = { userId, personId: personIds.get(userId.toLowerCase()) };
    return latest.personId;
  }

  function addLine(row: Identity, content: RowContent, personId: number, json: string | Uint8Array): void {
    const { day } = content;
    lines.add(kept.keyOf(row, personId), kept.contentOf(content, corpNo), json);
    if (day < from) from = day;
    if (day > to) to = day;
  }

  const packing = {
    add(row: Row): void {
      const personId = personOf(row.userId);
      if (personId !== undefined) addLine(row, row, personId, copyJson(row.json));
    },
    packed: (): PackedRows => {
      const packed = lines.packed();
      return { kept, lines: packed, days: packed.count === 0 ? null : { from, to } };
    },
  };
  return { packing, addLine, personOf };
}

/** JSON has no other special of COPY's in it: line ends and tabs are written as escapes. */
function copyJson(json: string): string {
  return json.includes('\\') ? json.replaceAll('\\', '\\\\') : json;
}

const tab = 0x09;
const newline = 0x0a;

function createLines() {
  const pieces: Buffer[] = [];
  const replaced = new Set<number>();
  let places = new Uint32Array(1_024 * placesPerLine);
  let hashes = new Int32Array(1_024);
  // A hash table of line numbers: a Map of texts would hold each key once more, among what is collected.
  let slots = new Int32Array(2_048).fill(none);
  let count = 0;
  let piece = Buffer.allocUnsafe(0);
  let end = 0;

  function slotOf(hash: number, bytes: Uint8Array, keyStart: number, keyEnd: number): number {
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const line = slots[slot] as number;
      if (line === none || (hashes[line] === hash && hasKey(line, bytes, keyStart, keyEnd))) return slot;
    }
  }

  function hasKey(line: number, bytes: Uint8Array, keyStart: number, keyEnd: number): boolean {
    const place = line * placesPerLine;
    const held = pieces[places[place] as number] as Buffer;
    const heldStart = places[place + 1] as number;
    if ((places[place + 2] as number) - 1 - heldStart !== keyEnd - keyStart) return false;
    for (let from = heldStart, at = keyStart; at < keyEnd; from += 1, at += 1) {
      if (held[from] !== bytes[at]) return false;
    }
    return true;
  }

  function makeRoom(): void {
    if (count < hashes.length) return;
    places = longer(places, new Uint32Array(places.length * 2));
    hashes = longer(hashes, new Int32Array(hashes.length * 2));
    const before = slots;
    slots = new Int32Array(before.length * 2).fill(none);
    const mask = slots.length - 1;
    for (const line of before) {
      if (line === none) continue;
      let slot = (hashes[line] as number) & mask;
      while (slots[slot] !== none) slot = (slot + 1) & mask;
      slots[slot] = line;
    }
  }

  return {
    add(key: string, content: string, json: string | Uint8Array): void {
      const atMost =
        (key.length + content.length) * bytesPerUnit +
        (typeof json === 'string' ? json.length * bytesPerUnit : json.length) +
        bytesPerUnit;
      if (atMost > piece.length - end) {
        piece = Buffer.allocUnsafe(Math.max(pieceBytes, atMost));
        pieces.push(piece);
        end = 0;
      }
      const start = end;
      end += piece.write(key, end);
      piece[end++] = tab;
      const contentStart = end;
      end += piece.write(content, end, 'latin1');
      piece[end++] = tab;
      const jsonStart = end;
      if (typeof json === 'string') end += piece.write(json, end);
      else {
        piece.set(json, end);
        end += json.length;
      }
      piece[end++] = newline;

      makeRoom();
      const place = count * placesPerLine;
      places[place] = pieces.length - 1;
      places[place + 1] = start;
      places[place + 2] = contentStart;
      places[place + 3] = jsonStart;
      places[place + 4] = end;
      const hash = hashOf(piece, start, contentStart - 1);
      hashes[count] = hash;
      const slot = slotOf(hash, piece, start, contentStart - 1);
      const before = slots[slot] as number;
      if (before !== none) replaced.add(before);
      slots[slot] = count;
      count += 1;
    },

    packed: (): PackedLines => ({
      pieces,
      places,
      count,
      replaced,
      find: (bytes, start, keyEnd) =>
        slots[slotOf(hashOf(bytes, start, keyEnd), bytes, start, keyEnd)] as number,
    }),
  };
}

function longer<Numbers extends Uint32Array | Int32Array>(numbers: Numbers, into: Numbers): Numbers {
  into.set(numbers);
  return into;
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash ^ (hash >>> 15);
}
