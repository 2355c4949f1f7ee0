import type { CheckinRow } from '../state/checkin-rows';
import type { GeneratedCheckins, GeneratedPunch, Worker } from '../state/generated-checkins';

const DIGITS = 10;
const BYTES_PER_ROW = 560;
const anyTime = 1_111_111_111;
const anyExpectedTime = 2_222_222_222;

type Template = { readonly bytes: Buffer; readonly timeAt: number; readonly expectedAt: number };

/**
 * The text of rows, put together as bytes. Nearly all rows of a member differ in their times only, and 12,000 of them
 * as objects would keep the process busy for many times as long as the network has them.
 */
export class CheckinWriter {
  #bytes: Buffer;
  #length = 0;
  #count = 0;

  constructor(head: string, expectedRows: number) {
    this.#bytes = Buffer.allocUnsafe(1024 + expectedRows * BYTES_PER_ROW);
    this.#append(Buffer.from(head));
  }

  row(row: CheckinRow): void {
    this.#append(Buffer.from((this.#count > 0 ? ',' : '') + JSON.stringify(row)));
    this.#count += 1;
  }

  /** Rows of one member. */
  generated(generated: GeneratedCheckins, worker: Worker): (...punch: PunchParts) => void {
    const rowOf = generated.rowsOf(worker);
    const templates: (Template | undefined)[] = [];
    return (slot, time, expectedAt, exception, hasPhoto) => {
      if (exception !== '' || hasPhoto) {
        this.row(rowOf({ slot, time, expectedAt, exception, hasPhoto }));
        return;
      }
      const template = (templates[slot] ??= templateOf(rowOf, slot, expectedAt > 0));
      const start = this.#length;
      // Every template begins with the comma that the first row of all does without.
      this.#append(template.bytes);
      if (this.#count === 0) this.#bytes[start] = 0x20;
      this.#count += 1;
      putDigits(this.#bytes, start + template.timeAt, time);
      if (template.expectedAt >= 0) putDigits(this.#bytes, start + template.expectedAt, expectedAt);
    };
  }

  end(tail: string): Buffer {
    this.#append(Buffer.from(tail));
    return this.#bytes.subarray(0, this.#length);
  }

  #append(bytes: Buffer): void {
    if (this.#length + bytes.length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe((this.#length + bytes.length) * 2);
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    bytes.copy(this.#bytes, this.#length);
    this.#length += bytes.length;
  }
}

type PunchParts = [slot: number, time: number, expectedAt: number, exception: string, hasPhoto: boolean];

function templateOf(
  rowOf: (punch: GeneratedPunch) => CheckinRow,
  slot: number,
  isExpected: boolean,
): Template {
  const punch: GeneratedPunch = {
    slot,
    time: anyTime,
    expectedAt: isExpected ? anyExpectedTime : 0,
    exception: '',
    hasPhoto: false,
  };
  const bytes = Buffer.from(`,${JSON.stringify(rowOf(punch))}`);
  const placeOf = (field: string, value: number) => {
    const at = bytes.indexOf(`"${field}":${value}`);
    return at < 0 ? -1 : at + field.length + 3;
  };
  return {
    bytes,
    timeAt: placeOf('checkin_time', anyTime),
    expectedAt: placeOf('sch_checkin_time', anyExpectedTime),
  };
}

function putDigits(bytes: Buffer, at: number, value: number): void {
  let left = value;
  for (let index = at + DIGITS - 1; index >= at; index -= 1) {
    const rest = Math.floor(left / 10);
    bytes[index] = 0x30 + (left - rest * 10);
    left = rest;
  }
}
