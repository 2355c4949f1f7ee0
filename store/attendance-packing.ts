import type { Punch } from '../domain/attendance/punch';
import type { Report } from '../domain/attendance/report';
import { punchesAsKept, reportsAsKept, type Kept, type RowContent, type UnitDays } from './attendance-rows';
import type { AskedPerson, AttendanceOrder } from './attendance-runs';

/**
 * Rows of an answer as the bytes that COPY takes. A month of a hundred people is 12,000 rows, several answers are held
 * at a time, and whatever lies in JavaScript's own memory is moved by one collection after the other: with the rows
 * there, that took as long as reading and writing them.
 */
export type PackedRows = {
  readonly kept: Kept;
  /** By key; of two rows about the same punch, the later in the answer. */
  readonly rows: ReadonlyMap<string, PackedRow>;
  /** From the earliest to the latest of them; null without any. */
  readonly days: UnitDays | null;
};

/** Where a row's line is, without what ends it. */
export type PackedRow = RowContent & { readonly piece: Buffer; readonly start: number; readonly end: number };

export type Packing<Row> = {
  /** Rows of people whom nobody asked for are left out: what stands of them is compared when somebody does. */
  add(row: Row): void;
  packed(): PackedRows;
};

/** What is handed to the socket at once: smaller pieces cost a system call each. */
export const pieceBytes = 256 * 1024;
/** At most, of each of the units that JavaScript counts the length of a text in. */
const bytesPerUnit = 3;

export const packPunches = packingOf<Punch>(punchesAsKept);
export const packReports = packingOf<Report>(reportsAsKept);

function packingOf<Row extends RowContent & { readonly userId: string; readonly json: string }>(
  kept: Kept<Row>,
) {
  return ({ corpNo }: Pick<AttendanceOrder, 'corpNo'>, people: readonly AskedPerson[]): Packing<Row> => {
    const personIds = new Map(people.map(({ userId, personId }) => [userId.toLowerCase(), personId]));
    const rows = new Map<string, PackedRow>();
    let from = '9999-12-31';
    let to = '0000-01-01';
    let piece = Buffer.allocUnsafe(0);
    let end = 0;
    return {
      add(row) {
        const personId = personIds.get(row.userId.toLowerCase());
        if (personId === undefined) return;
        const head = kept.headOf(row, personId, corpNo);
        const json = copyJson(row.json);
        const atMost = (head.length + json.length) * bytesPerUnit;
        if (atMost > piece.length - end) {
          piece = Buffer.allocUnsafe(Math.max(pieceBytes, atMost));
          end = 0;
        }
        const start = end;
        end += piece.write(head, end);
        end += piece.write(json, end);
        const { digest, day, exceptions } = row;
        rows.set(kept.keyOf(row, personId), { digest, day, exceptions, piece, start, end });
        if (day < from) from = day;
        if (day > to) to = day;
      },
      packed: () => ({ kept, rows, days: rows.size === 0 ? null : { from, to } }),
    };
  };
}

/** JSON has no other special of COPY's in it: line ends and tabs are written as escapes. */
function copyJson(json: string): string {
  return json.includes('\\') ? json.replaceAll('\\', '\\\\') : json;
}
