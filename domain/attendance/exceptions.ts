import type { KindCode } from './attendance';

/** What can be wrong with a punch, a day or a month. */
export const exceptionCodes = [
  'late',
  'early',
  'missing',
  'absent',
  'place',
  'wifi',
  'device',
  'time',
  'other',
] as const;
export type ExceptionCode = (typeof exceptionCodes)[number];

/** As bits of one number. */
export const exceptionBits: Readonly<Record<ExceptionCode, number>> = {
  late: 1,
  early: 2,
  /** Not punched at all: 未打卡. */
  missing: 4,
  /** Only reports know it: 旷工. */
  absent: 8,
  place: 16,
  wifi: 32,
  device: 64,
  /** 时间异常 of which WeCom does not tell whether it is late or early. */
  time: 128,
  /** Words that WeCom has added since. */
  other: 256,
};

/** Of a number of bits, in the order above. */
export function exceptionsIn(bits: number): readonly ExceptionCode[] {
  return exceptionCodes.filter((code) => (bits & exceptionBits[code]) !== 0);
}

export function bitsOf(codes: readonly ExceptionCode[]): number {
  return codes.reduce((bits, code) => bits | exceptionBits[code], 0);
}

const words: ReadonlyMap<string, number> = new Map([
  ['未打卡', exceptionBits.missing],
  ['地点异常', exceptionBits.place],
  ['wifi异常', exceptionBits.wifi],
  ['非常用设备', exceptionBits.device],
]);

export type PunchTimes = {
  readonly kindCode: KindCode;
  /** Seconds since 1970. */
  readonly checkinTime: number;
  /** When it should have been; 0 or undefined where WeCom does not tell. */
  readonly scheduledTime: number | undefined;
};

/** `exceptionType` as WeCom writes it: words joined by semicolons, empty where all is well. */
export function punchExceptions(exceptionType: string, times: PunchTimes): number {
  if (exceptionType === '') return 0;
  let bits = 0;
  for (const part of exceptionType.split(/[;；]/)) {
    const word = part.trim().toLowerCase();
    if (word === '') continue;
    bits |= word === '时间异常' ? timeException(times) : (words.get(word) ?? exceptionBits.other);
  }
  return bits;
}

function timeException({ kindCode, checkinTime, scheduledTime }: PunchTimes): number {
  const { late, early, time } = exceptionBits;
  if (scheduledTime === undefined || scheduledTime === 0) {
    // WeCom has one complaint about the time of either kind: nobody is told off for arriving early or staying on.
    if (kindCode === 'on-duty') return late;
    return kindCode === 'off-duty' ? early : time;
  }
  if (kindCode === 'on-duty' && checkinTime > scheduledTime) return late;
  if (kindCode === 'off-duty' && checkinTime < scheduledTime) return early;
  return time;
}

/** WeCom's numbers in `exception_infos`. */
const reportWords: Readonly<Record<number, number>> = {
  1: exceptionBits.late,
  2: exceptionBits.early,
  3: exceptionBits.missing,
  4: exceptionBits.absent,
  5: exceptionBits.place,
  6: exceptionBits.device,
};

/** Of a report's `exception_infos`; a count of 0 is none. */
export function reportExceptions(infos: unknown): number {
  if (!Array.isArray(infos)) return 0;
  let bits = 0;
  for (const info of infos as readonly unknown[]) {
    if (typeof info !== 'object' || info === null) continue;
    const { exception, count } = info as Readonly<Record<string, unknown>>;
    if (count !== undefined && Number(count) === 0) continue;
    bits |= reportWords[Number(exception)] ?? exceptionBits.other;
  }
  return bits;
}
