import type { KindCode } from './attendance';
import { kindCodeOf, kindOf } from './punch';
import type { ReportPeriod } from './report';

/** Ids of punches and reports outside the bridge: they can be read, and stay the same whatever becomes of the row. */

export type RecordKey = {
  readonly personId: number;
  /** Seconds since 1970. */
  readonly checkinTime: number;
  readonly timelineId: number;
  readonly groupId: number;
  readonly kind: string;
};

export type ReportKey = { readonly personId: number; readonly period: ReportPeriod; readonly day: string };

const otherKind = 'other.';
const namedKinds: readonly KindCode[] = ['on-duty', 'off-duty', 'outing'];
/** Postgres' largest integer. */
const largestPersonId = 2_147_483_647;
/** JavaScript's latest moment. */
const latestSecond = 8_640_000_000_000;

export function recordId({ personId, checkinTime, timelineId, groupId, kind }: RecordKey): string {
  const code = kindCodeOf(kind);
  const last = code === 'other' ? `${otherKind}${Buffer.from(kind).toString('base64url')}` : code;
  return `${personId}-${checkinTime}-${timelineId}-${groupId}-${last}`;
}

/** Null for what is no id of a punch. */
export function parseRecordId(id: string): RecordKey | null {
  const parts = /^(\d{1,10})-(\d{1,13})-(-?\d{1,16})-(-?\d{1,16})-(.+)$/.exec(id);
  if (parts === null) return null;
  const [, personId, checkinTime, timelineId, groupId, last = ''] = parts;
  const kind = parseKind(last);
  if (kind === null) return null;
  const key = {
    personId: Number(personId),
    checkinTime: Number(checkinTime),
    timelineId: Number(timelineId),
    groupId: Number(groupId),
    kind,
  };
  if (key.personId > largestPersonId || key.checkinTime > latestSecond) return null;
  // One id of each punch: whatever is written otherwise is none.
  return recordId(key) === id ? key : null;
}

function parseKind(last: string): string | null {
  const code = namedKinds.find((named) => named === last);
  if (code !== undefined) return kindOf(code);
  if (!last.startsWith(otherKind)) return null;
  return Buffer.from(last.slice(otherKind.length), 'base64url').toString();
}

export function reportId({ personId, period, day }: ReportKey): string {
  return `${personId}-${period}-${day}`;
}
