import type { KindCode, PunchIdentity } from './attendance';
import type { DayFinder } from './day-boundary';
import { punchExceptions } from './exceptions';
import { plainNumber, plainRows, plainTexts, type PlainRow } from './plain-rows';
import { kindCodeOf } from './punch';

/** A punch whose row was never more than its bytes. */
export type PlainPunch = PunchIdentity & {
  readonly kindCode: KindCode;
  readonly day: string;
  readonly exceptions: number;
  /** Until the next punch is read. */
  readonly row: PlainRow;
};

export type PlainPunches = {
  /** Null: for `fromWecom`, which also knows what else WeCom writes, and what is no punch. */
  read(bytes: Uint8Array, start: number, end: number): PlainPunch | null;
};

const mostKinds = 16;
const mostExceptions = 64;

export function plainPunches(days: DayFinder): PlainPunches {
  const rows = plainRows();
  // A member's punches come one after the other.
  const userIds = plainTexts(1);
  const kinds = plainTexts(mostKinds);
  const exceptionTypes = plainTexts(mostExceptions);

  return {
    read(bytes, start, end) {
      const row = rows.read(bytes, start, end);
      if (row === null) return null;
      const userId = userIds.read(row, 'userid');
      const kind = kinds.read(row, 'checkin_type');
      const checkinTime = plainNumber(row, 'checkin_time');
      if (!userId || kind === undefined || checkinTime === undefined) return null;
      const timelineId = numberOr0(row, 'timeline_id');
      const groupId = numberOr0(row, 'groupid');
      const scheduledTime = numberOr0(row, 'sch_checkin_time');
      const exceptionType = textOrNone(row, 'exception_type', exceptionTypes.read(row, 'exception_type'));
      if (timelineId === null || groupId === null || scheduledTime === null || exceptionType === null)
        return null;
      const kindCode = kindCodeOf(kind);
      return {
        userId,
        kind,
        kindCode,
        checkinTime,
        timelineId,
        groupId,
        day: days(checkinTime),
        exceptions: punchExceptions(exceptionType, { kindCode, checkinTime, scheduledTime }),
        row,
      };
    },
  };
}

/** 0 where WeCom leaves it out; null where it is something else. */
function numberOr0(row: PlainRow, key: string): number | null {
  return plainNumber(row, key) ?? (row.shape.places.has(key) ? null : 0);
}

function textOrNone(row: PlainRow, key: string, text: string | undefined): string | null {
  return text ?? (row.shape.places.has(key) ? null : '');
}
