import type { DayFinder } from '../../domain/attendance/day-boundary';
import { exceptionsIn } from '../../domain/attendance/exceptions';
import { kindCodeOf, punchDetails } from '../../domain/attendance/punch';
import { recordId } from '../../domain/attendance/record-id';
import type { AttendanceRecordRow } from '../../store/attendance-records';

const secondsOf = (at: Date): number => at.getTime() / 1_000;

/** What a calendar shows of a punch. */
export function viewPunch(row: AttendanceRecordRow) {
  const { at, kind, exceptions, supersededAt } = row;
  const { exception, location, mediaIds, scheduledAt } = punchDetails(row.raw);
  return {
    recordId: recordId({ ...row, checkinTime: secondsOf(at) }),
    at: at.toISOString(),
    kind,
    kindCode: kindCodeOf(kind),
    exception,
    exceptions: [...exceptionsIn(exceptions)],
    location,
    mediaIds: [...mediaIds],
    scheduledAt: scheduledAt?.toISOString() ?? null,
    state: supersededAt === null ? ('current' as const) : ('superseded' as const),
  };
}

/** `days`: where the corp's days begin now, wherever they began when it was read. */
export function viewRecord(row: AttendanceRecordRow, days: DayFinder) {
  const { userId, oaUserId, name, at, timelineId, groupId, version, supersededAt, raw } = row;
  const { groupName, deviceId } = punchDetails(raw);
  return {
    ...viewPunch(row),
    userId,
    ...(oaUserId === null ? {} : { oaUserId }),
    name,
    day: days(secondsOf(at)),
    groupName,
    deviceId,
    timelineId,
    groupId,
    version,
    supersededAt: supersededAt?.toISOString() ?? null,
    raw: { ...raw },
  };
}
