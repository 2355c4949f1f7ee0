import type { AttendanceReport, OaAttendance, Punch } from './port';

/** A punch or a report as the embedded OA keeps it. */
export type AttendanceEntry = {
  readonly id: string;
  readonly oaUserId: string;
  readonly type: 'punch' | 'daily' | 'monthly';
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly at: Date;
  readonly state: 'current' | 'superseded';
  readonly version: number;
  /** As it was told. */
  readonly item: Readonly<Record<string, unknown>>;
};

/** The embedded OA keeps what it is told in the bridge's own database: each id once, as it was told last. */
export function createEmbeddedAttendance(kept: {
  readonly keep: (entries: readonly AttendanceEntry[]) => Promise<void>;
}): OaAttendance {
  return {
    takePunches: (items) => kept.keep(items.map(punchEntry)),
    takeAttendanceReports: (items) => kept.keep(items.map(reportEntry)),
  };
}

function punchEntry(punch: Punch): AttendanceEntry {
  const { id, oaUserId, day, at, state, version } = punch;
  return { id, oaUserId, type: 'punch', day, at: new Date(at), state, version, item: punch };
}

function reportEntry(report: AttendanceReport): AttendanceEntry {
  const { id, oaUserId, day, period, state, version } = report;
  return {
    id,
    oaUserId,
    type: period,
    day,
    at: new Date(`${day}T00:00:00Z`),
    state,
    version,
    item: report,
  };
}
