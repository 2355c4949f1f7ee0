import type { KindCode, PunchIdentity } from './attendance';
import type { DayFinder } from './day-boundary';
import { punchExceptions } from './exceptions';
import { rowJson, type RowDigest } from './row-json';

/** A row of `checkindata` as WeCom gave it, with whatever it has added since. */
export type RawPunch = Readonly<Record<string, unknown>> & {
  readonly userid: string;
  readonly checkin_type: string;
  /** Seconds since 1970; now and then as a string, as all of WeCom's numbers. */
  readonly checkin_time: number | string;
};

export type Punch = PunchIdentity & {
  readonly kindCode: KindCode;
  /** YYYY-MM-DD by the corp's days. */
  readonly day: string;
  /** Bits: see exceptions. */
  readonly exceptions: number;
  readonly digest: bigint;
  /** The row, with its keys in one order. */
  readonly json: string;
};

const kinds: ReadonlyMap<string, KindCode> = new Map([
  ['上班打卡', 'on-duty'],
  ['下班打卡', 'off-duty'],
  ['外出打卡', 'outing'],
]);

export function kindCodeOf(kind: string): KindCode {
  return kinds.get(kind) ?? 'other';
}

/** WeCom's own words for it; null for `other`, which is any other word. */
export function kindOf(code: KindCode): string | null {
  return [...kinds.keys()].find((kind) => kinds.get(kind) === code) ?? null;
}

export type PunchReading = { readonly days: DayFinder; readonly digest: RowDigest };

export function fromWecom(row: RawPunch, { days, digest }: PunchReading): Punch {
  const { userid: userId, checkin_type: kind } = row;
  const checkinTime = Number(row.checkin_time);
  const kindCode = kindCodeOf(kind);
  const scheduledTime = numberIn(row['sch_checkin_time']);
  const json = rowJson(row);
  return {
    userId,
    kind,
    kindCode,
    checkinTime,
    timelineId: numberIn(row['timeline_id']) ?? 0,
    groupId: numberIn(row['groupid']) ?? 0,
    day: days(checkinTime),
    exceptions: punchExceptions(textIn(row['exception_type']), { kindCode, checkinTime, scheduledTime }),
    digest: digest(json),
    json,
  };
}

/** Members are the same whatever case WeCom writes their userid in. */
export function identityOf({ userId, kind, checkinTime, timelineId, groupId }: PunchIdentity): string {
  return `${userId.toLowerCase()} ${checkinTime} ${timelineId} ${groupId} ${kind}`;
}

/** Each punch once; of two rows about the same one, the later in the answer. */
export function distinctPunches(punches: readonly Punch[]): readonly Punch[] {
  const byIdentity = new Map<string, Punch>();
  for (const punch of punches) byIdentity.set(identityOf(punch), punch);
  return byIdentity.size === punches.length ? punches : [...byIdentity.values()];
}

/** What people want to see of a row. */
export type PunchDetails = {
  /** WeCom's own words; null where all is well. */
  readonly exception: string | null;
  readonly groupName: string | null;
  readonly location: string | null;
  readonly deviceId: string | null;
  readonly mediaIds: readonly string[];
  readonly scheduledAt: Date | null;
};

export function punchDetails(raw: Readonly<Record<string, unknown>>): PunchDetails {
  const scheduledTime = numberIn(raw['sch_checkin_time']);
  const mediaIds = raw['mediaids'];
  return {
    exception: textIn(raw['exception_type']) || null,
    groupName: textIn(raw['groupname']) || null,
    location: textIn(raw['location_title']) || textIn(raw['location_detail']) || null,
    deviceId: textIn(raw['deviceid']) || null,
    mediaIds: Array.isArray(mediaIds)
      ? mediaIds.filter((id): id is string => typeof id === 'string' && id !== '')
      : [],
    scheduledAt: scheduledTime === undefined || scheduledTime <= 0 ? null : new Date(scheduledTime * 1_000),
  };
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** WeCom sends numbers as strings now and then. */
function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}
