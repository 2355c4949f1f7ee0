import type { MessageLimits } from '../domain/messages/limits';
import type { CallPriority, RateWindow } from './ports';

/** Figures WeCom publishes. The ones about a whole corp are hints: an account may have been given others. */

export type WindowLimits = { readonly minute?: number; readonly hour?: number; readonly day?: number };

/** By API path, or `*` for every API. */
export type RateLimits = Readonly<Record<string, WindowLimits>>;

const basePerApi: WindowLimits = { minute: 10_000, hour: 150_000 };

const publishedPerApi: Readonly<Record<string, WindowLimits>> = {
  'media/uploadimg': { ...basePerApi, day: 1_000 },
  'checkin/getcheckindata': { minute: 600 },
  'checkin/getcheckin_daydata': { minute: 100 },
  'checkin/getcheckin_monthdata': { minute: 60 },
  'checkin/getcorpcheckinoption': { minute: 60 },
  'oa/getapprovaldetail': { minute: 600 },
  'oa/getapprovalinfo': { minute: 600 },
  get_jsapi_ticket: { hour: 400 },
  'ticket/get': { hour: 100 },
};

/** What bulk work leaves free, so that a person waiting at a screen is never behind a run of 100,000 changes. */
const shareKeptForInteractive = 0.1;

const windowMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const windowNames = ['minute', 'hour', 'day'] as const;

export function rateWindows(api: string, priority: CallPriority, lowered: RateLimits = {}): RateWindow[] {
  const published = publishedPerApi[api] ?? basePerApi;
  return windowNames.flatMap((name) => {
    const limits = [published[name], lowered['*']?.[name], lowered[api]?.[name]].filter(
      (limit) => limit !== undefined,
    );
    if (limits.length === 0) return [];
    const whole = Math.max(1, Math.min(...limits));
    const limit =
      priority === 'interactive' ? whole : Math.max(1, Math.floor(whole * (1 - shareKeptForInteractive)));
    return [{ name, ms: windowMs[name], limit }];
  });
}

export const pageSizes = {
  listIds: 10_000,
  batchDelete: 200,
  inviteUsers: 1_000,
  inviteDepartments: 100,
  messageUsers: 1_000,
  messageDepartments: 100,
  tagUsers: 1_000,
  tagDepartments: 100,
  customerGroups: 1_000,
  customerGroupOwners: 100,
  checkinUsers: 100,
} as const;

export const memberLimits = {
  userIdBytes: 64,
  nameChars: 64,
  aliasChars: 64,
  mobileChars: 32,
  emailBytes: { min: 6, max: 64 },
  positionChars: 128,
  telephoneBytes: 32,
  addressChars: 128,
  externalPositionChars: 12,
  extAttrTextChars: 64,
  extAttrWebTitleChars: 12,
  externalAttrTextChars: 12,
  externalAttrTitleChars: 12,
  departments: 100,
  /** Current documentation; until 2022 it was 5. */
  directLeaders: 1,
  bizMailAliases: 5,
} as const;

export const departmentLimits = {
  /** Older corps still enforce 32 (60001); the current pages say 64. */
  nameChars: 64,
  depth: 15,
  departments: 30_000,
  childrenPerDepartment: 30_000,
  maxOrder: 4_294_967_295,
} as const;

/** Current pages count a card's title and text in characters; older ones, and what WeCom cuts by, in bytes. */
export const messageLimits: MessageLimits = {
  textBytes: 2_048,
  titleBytes: 128,
  descriptionBytes: 512,
  urlBytes: 2_048,
  buttonTextChars: 4,
  card: {
    sourceChars: 20,
    titleChars: 36,
    titleDescChars: 44,
    subTitleChars: 160,
    buttons: 6,
    buttonTextChars: 10,
    keyBytes: 1_024,
    rows: 6,
    rowNameChars: 5,
    rowValueChars: 30,
    taskIdBytes: 128,
  },
};

/** Of a picture that is kept for good; of these WeCom takes 3,000 a month, besides those of a day above. */
export const pictureLimits = { minBytes: 6, maxBytes: 2 * 1024 * 1024 } as const;

// WeCom's day quotas end with the natural day in China.
const beijingOffsetMs = 8 * windowMs.hour;

/**
 * How long to stay away after 45009. WeCom does not say which window was full: asking again after the shortest one
 * costs one refused call, waiting an hour for a full minute would cost the hour.
 */
export function blockAfterRefusalMs(api: string, errmsg: string, nowMs = Date.now()): number {
  // Too many unknown numbers or addresses shut look-ups for a day: a try an hour is polite enough.
  if (api === 'user/getuserid' || api === 'user/get_userid_by_email') return windowMs.hour;
  if (/\bda(y|ily)/i.test(errmsg)) return windowMs.day - ((nowMs + beijingOffsetMs) % windowMs.day);
  if (/hour/i.test(errmsg)) return windowMs.hour;
  return windowMs.minute;
}
