/** Check-in data of WeCom as the bridge keeps it and tells it to the OA. */

/** Which punches a rule asks WeCom for: its `opencheckindatatype`. */
export const punchKinds = ['work', 'outing', 'all'] as const;
export type PunchKinds = (typeof punchKinds)[number];

/** WeCom's checkin_type by what it means; `other` is what WeCom may add one day. */
export const kindCodes = ['on-duty', 'off-duty', 'outing', 'other'] as const;
export type KindCode = (typeof kindCodes)[number];

/** What a rule reads of its people. */
export const attendanceSources = ['punches', 'daily', 'monthly'] as const;
export type AttendanceSource = (typeof attendanceSources)[number];

export type AttendanceSources = Readonly<Record<AttendanceSource, boolean>>;

/** With nothing chosen: everybody who is bound. */
export type AttendanceScope = {
  /** WeCom's numbers; whoever is below them too. */
  readonly departments: readonly number[];
  readonly userIds: readonly string[];
  readonly excludeUserIds: readonly string[];
};

/** Where a corp's days begin. */
export type DayBoundary = {
  readonly timezone: string;
  /** "HH:MM": a punch before it belongs to the day before. */
  readonly dayStartsAt: string;
};

/** What WeCom tells punches of a corp apart by. */
export type PunchIdentity = {
  readonly userId: string;
  readonly kind: string;
  /** Seconds since 1970. */
  readonly checkinTime: number;
  readonly timelineId: number;
  readonly groupId: number;
};

export type AttendanceCounts = {
  /** Rows that WeCom sent. */
  readonly read: number;
  readonly new: number;
  readonly changed: number;
  readonly superseded: number;
  readonly unchanged: number;
  /** Rows that were missing, in such number that they were left as they are. */
  readonly heldBack: number;
};
