import { z } from 'zod';
import { isTimezone } from '../state/local-days';

const MAX_ROWS = 100_000;
/** Ten digits: from then on it is milliseconds that somebody has sent. */
const MAX_SECONDS = 9_999_999_999;

const seconds = z.int().min(1).max(MAX_SECONDS, 'seconds since 1970, not milliseconds');
const id = z.int().min(0);
const text = z.string();
const timezone = z.string().refine(isTimezone, 'no such time zone');
const restDays = z.array(z.int().min(0).max(6));
const perDay = z.int().min(1).max(8);

/** What is left out is filled in as WeCom prints it when there is nothing to say. */
const row = z.looseObject({
  userid: text.min(1).max(64),
  groupname: text.default(''),
  checkin_type: text.min(1),
  exception_type: text.default(''),
  checkin_time: seconds,
  location_title: text.default(''),
  location_detail: text.default(''),
  wifiname: text.default(''),
  notes: text.default(''),
  wifimac: text.default(''),
  mediaids: z.array(text.min(1)).default([]),
  lat: z.int().optional(),
  lng: z.int().optional(),
  deviceid: text.optional(),
  sch_checkin_time: id.max(MAX_SECONDS, 'seconds since 1970, not milliseconds').optional(),
  groupid: id.default(0),
  schedule_id: id.default(0),
  timeline_id: id.default(0),
});

/** The rows, or the whole answer of getcheckindata. */
export const checkinRowsSchema = z.preprocess(
  (given) =>
    typeof given === 'object' && given !== null && 'checkindata' in given ? given.checkindata : given,
  z.array(row).max(MAX_ROWS),
);

export const clearCheckinsSchema = z
  .strictObject({ userid: text.min(1).optional(), checkin_time: z.coerce.number().int().optional() })
  .refine(({ userid, checkin_time }) => checkin_time === undefined || userid !== undefined, {
    message: 'checkin_time needs a userid',
    path: ['userid'],
  });

export const generateCheckinsSchema = z.strictObject({
  from: z.iso.date().refine((date) => date >= '2010-01-01' && date < '2100-01-01', 'from 2010 to 2099'),
  days: z.int().min(1).max(3660),
  perDay: perDay.default(4),
  timezone: timezone.default('Asia/Shanghai'),
  exceptionRate: z.number().min(0).max(1).default(0.05),
  photoRate: z.number().min(0).max(1).default(0.02),
  departments: z.array(z.int().min(1)).optional(),
  userids: z.array(text.min(1)).optional(),
  restDays: restDays.default([]),
});

export const checkinRuleSchema = z.strictObject({
  timezone: timezone.optional(),
  restDays: restDays.optional(),
  perDay: perDay.optional(),
});
