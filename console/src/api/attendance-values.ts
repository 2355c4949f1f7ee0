/** What the API's answers and requests are made of, for what has nothing to do with the API. */

/** As WeCom marks punches, and as it marks days in its reports. */
export const punchExceptions = ['late', 'early', 'missing', 'place', 'wifi', 'device', 'time'] as const;
export const reportExceptions = ['late', 'early', 'missing', 'absent', 'place', 'device'] as const;
export type ExceptionCode = (typeof punchExceptions)[number] | (typeof reportExceptions)[number];

export interface NewAttendanceSettings {
  /** One of the two; neither keeps what is saved. */
  readonly appId?: string;
  readonly secret?: string;
  readonly timezone: string;
  readonly dayStartsAt: string;
}

/** YYYY-MM-DD, both included. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

export type RawRow = Readonly<Record<string, unknown>>;
