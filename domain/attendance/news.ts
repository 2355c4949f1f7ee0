import type { KindCode } from './attendance';
import type { ExceptionCode } from './exceptions';
import { exceptionsIn } from './exceptions';
import { kindCodeOf, punchDetails } from './punch';
import { recordId, reportId } from './record-id';
import { isRestDay, type ReportPeriod } from './report';

/** What the OA is told of a punch or a report: of several with an id, the one with the highest version holds. */

export const attendanceStreams = ['punches', 'reports'] as const;
export type AttendanceStream = (typeof attendanceStreams)[number];

/** At most so many items at once. */
export const newsBatchSize = 500;

export type NewsState = 'current' | 'superseded';

export type PunchNews = {
  readonly id: string;
  readonly version: number;
  /** `superseded`: WeCom no longer has it. */
  readonly state: NewsState;
  readonly oaUserId: string;
  readonly userId: string;
  /** YYYY-MM-DD by the corp's days. */
  readonly day: string;
  /** ISO 8601. */
  readonly at: string;
  /** WeCom's own words. */
  readonly kind: string;
  readonly kindCode: KindCode;
  /** WeCom's own words; null where all is well. */
  readonly exception: string | null;
  readonly exceptions: readonly ExceptionCode[];
  readonly scheduledAt: string | null;
  readonly groupName: string | null;
  readonly location: string | null;
  readonly deviceId: string | null;
  readonly mediaIds: readonly string[];
  readonly raw: Readonly<Record<string, unknown>>;
};

export type ReportNews = {
  readonly id: string;
  readonly version: number;
  readonly state: NewsState;
  readonly oaUserId: string;
  readonly userId: string;
  readonly period: ReportPeriod;
  /** YYYY-MM-DD; the first of the month for a month. */
  readonly day: string;
  readonly exceptions: readonly ExceptionCode[];
  /** Of a day: whether nobody had to come; null where WeCom does not tell. */
  readonly isRest: boolean | null;
  readonly raw: Readonly<Record<string, unknown>>;
};

type StoredChange = {
  readonly personId: number;
  readonly userId: string;
  readonly oaUserId: string;
  readonly day: string;
  readonly exceptions: number;
  readonly version: number;
  readonly isSuperseded: boolean;
  readonly raw: Readonly<Record<string, unknown>>;
};

export type PunchChange = StoredChange & {
  readonly at: Date;
  readonly kind: string;
  readonly timelineId: number;
  readonly groupId: number;
};

export type ReportChange = StoredChange & { readonly period: ReportPeriod };

export function punchNews(change: PunchChange): PunchNews {
  const { personId, userId, oaUserId, day, at, kind, timelineId, groupId, version, raw } = change;
  const { scheduledAt, ...details } = punchDetails(raw);
  return {
    id: recordId({ personId, checkinTime: at.getTime() / 1_000, timelineId, groupId, kind }),
    version,
    state: stateOf(change),
    oaUserId,
    userId,
    day,
    at: at.toISOString(),
    kind,
    kindCode: kindCodeOf(kind),
    exceptions: exceptionsIn(change.exceptions),
    scheduledAt: scheduledAt?.toISOString() ?? null,
    ...details,
    raw,
  };
}

export function reportNews(change: ReportChange): ReportNews {
  const { personId, userId, oaUserId, period, day, version, raw } = change;
  return {
    id: reportId({ personId, period, day }),
    version,
    state: stateOf(change),
    oaUserId,
    userId,
    period,
    day,
    exceptions: exceptionsIn(change.exceptions),
    isRest: period === 'daily' ? isRestDay(raw) : null,
    raw,
  };
}

function stateOf({ isSuperseded }: StoredChange): NewsState {
  return isSuperseded ? 'superseded' : 'current';
}

/** The same for the same content: an OA that has answered once, or whose answer was lost, knows it again. */
export function newsKey({
  corpId,
  stream,
  first,
  last,
  digest,
}: {
  readonly corpId: string;
  readonly stream: AttendanceStream;
  /** Changes in their order. */
  readonly first: bigint;
  readonly last: bigint;
  /** Of the content. */
  readonly digest: string;
}): string {
  return `attendance:${corpId}:${stream}:${first}-${last}:${digest}`;
}
