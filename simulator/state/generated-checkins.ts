import { checkinException, checkinType, isOfKinds } from './checkin-rows';
import type { CheckinKinds, CheckinRow } from './checkin-rows';
import { dayOfDate, weekdayOf, workdayBase } from './local-days';

/** Punches that nobody stores: the same for the same userid and day, made up when they are asked for. */
export type CheckinGeneration = {
  /** The first day, YYYY-MM-DD. */
  readonly from: string;
  readonly days: number;
  readonly perDay: number;
  readonly timezone: string;
  readonly exceptionRate: number;
  readonly photoRate: number;
  /** With those below them; where neither these nor userids are given: everybody. */
  readonly departments?: readonly number[];
  readonly userids?: readonly string[];
  /** 0 for Sunday; nobody is expected on these. */
  readonly restDays: readonly number[];
};

export type Section = { readonly id: number; readonly workSec: number; readonly offWorkSec: number };

type Slot = {
  readonly type: string;
  /** Seconds of the day; when the clock says so, whatever the zone does. */
  readonly at: number;
  readonly isExpected: boolean;
  readonly timelineId: number;
};

export type GeneratedPunch = {
  readonly slot: number;
  readonly time: number;
  /** 0 for an outing, which nobody expects at a certain time. */
  readonly expectedAt: number;
  readonly exception: string;
  readonly hasPhoto: boolean;
};

export type PunchVisitor = (
  slot: number,
  time: number,
  expectedAt: number,
  exception: string,
  hasPhoto: boolean,
) => void;

export type Worker = {
  readonly userid: string;
  /** In lower case; what the punches are made from, so that a new userid does not make another person. */
  readonly firstUserid: string;
  /** Whether they have ever opened WeCom. */
  readonly cameEver: boolean;
};

const HOUR = 3600;
const MINUTE = 60;
const WORK_BEGINS = 9 * HOUR;
const WORK_ENDS = 18 * HOUR;
const OUTING_AT = 15 * HOUR;
const MAX_EARLY_OR_LATE_IN_TIME = 14 * MINUTE;
const DAY_SECONDS = 86_400;
const WHOLE = 2 ** 32;

export const groupId = 1;
export const groupName = '标准班';
const photoPrefix = 'WWCISP_';

// Three times 时间异常, since people are late more often than their phones are new.
const exceptionsOfOnePunch: readonly string[] = [
  checkinException.time,
  checkinException.missing,
  checkinException.place,
  checkinException.wifi,
  checkinException.time,
  checkinException.device,
  `${checkinException.time};${checkinException.place}`,
  checkinException.missing,
];

const places = [
  {
    location_title: '云程大厦',
    location_detail: '广东省广州市海珠区新港中路397号',
    wifiname: 'Office-5G',
    wifimac: '3c:46:d8:0c:7a:70',
    lat: 23_099_994,
    lng: 113_324_520,
  },
  {
    location_title: '科技园二期',
    location_detail: '广东省深圳市南山区科技中一路',
    wifiname: 'Office-2F',
    wifimac: '3c:46:d8:0c:7b:12',
    lat: 22_540_503,
    lng: 113_934_528,
  },
  {
    location_title: '望京中心',
    location_detail: '北京市朝阳区望京东园四区',
    wifiname: '',
    wifimac: '',
    lat: 39_996_794,
    lng: 116_481_033,
  },
] as const;

const elsewhere = {
  location_title: '客户现场',
  location_detail: '上海市浦东新区世纪大道100号',
  wifiname: '',
  wifimac: '',
  lat: 31_236_200,
  lng: 121_504_700,
} as const;

const nowhere = {
  location_title: '',
  location_detail: '',
  wifiname: '',
  wifimac: '',
  lat: 0,
  lng: 0,
} as const;
const foreignWifi = { wifiname: 'HUAWEI-Guest', wifimac: '9a:11:27:e0:44:02' } as const;

/** 09:00–18:00, with a break between every two sections. */
export function sectionsFor(perDay: number): Section[] {
  const count = Math.max(1, Math.floor(perDay / 2));
  if (count === 2) {
    return [
      { id: 1, workSec: WORK_BEGINS, offWorkSec: 12 * HOUR },
      { id: 2, workSec: 13 * HOUR, offWorkSec: WORK_ENDS },
    ];
  }
  const pause = 30 * MINUTE;
  const length = (WORK_ENDS - WORK_BEGINS - pause * (count - 1)) / count;
  return Array.from({ length: count }, (_, index) => {
    const workSec = WORK_BEGINS + index * (length + pause);
    return { id: index + 1, workSec, offWorkSec: workSec + length };
  });
}

export class GeneratedCheckins {
  readonly sections: readonly Section[];
  readonly #slots: readonly Slot[];
  readonly #bases: readonly number[];
  readonly #firstDay: number;
  /** Whose punches have been cleared since, as they were known then. */
  readonly cleared: Set<string>;
  readonly userids: ReadonlySet<string> | undefined;

  constructor(
    readonly generation: CheckinGeneration,
    cleared: readonly string[] = [],
  ) {
    const { from, days, perDay, timezone } = generation;
    this.cleared = new Set(cleared);
    this.userids =
      generation.userids === undefined
        ? undefined
        : new Set(generation.userids.map((userid) => userid.toLowerCase()));
    this.sections = sectionsFor(perDay);
    this.#slots = slotsOf(perDay, this.sections);
    this.#firstDay = dayOfDate(from);
    this.#bases = Array.from({ length: days }, (_, index) => workdayBase(timezone, this.#firstDay + index));
  }

  get rowsPerMember(): number {
    let workdays = 0;
    for (let index = 0; index < this.#bases.length; index += 1) if (this.#isWorkday(index)) workdays += 1;
    return workdays * this.#slots.length;
  }

  hasDay(day: number): boolean {
    const index = day - this.#firstDay;
    return index >= 0 && index < this.#bases.length;
  }

  /** Calls for every punch from `start` to `end`, both included, oldest first. Nothing is kept, so it costs no memory. */
  visit(worker: Worker, start: number, end: number, kinds: CheckinKinds, visitor: PunchVisitor): void {
    const { exceptionRate, photoRate } = this.generation;
    const seed = seedOf(worker.firstUserid);
    const [first, last] = this.#indexes(start, end);
    for (let index = first; index <= last; index += 1) {
      if (!this.#isWorkday(index)) continue;
      const base = this.#bases[index] as number;
      const day = this.#firstDay + index;
      const ofDay = mixed(seed ^ Math.imul(day, 0x9e3779b1));
      // A fifth of what goes wrong are days on which nobody came.
      const isAway = !worker.cameEver || ofDay / WHOLE < exceptionRate / 5;
      for (let slot = 0; slot < this.#slots.length; slot += 1) {
        const { type, at, isExpected } = this.#slots[slot] as Slot;
        if (kinds !== 3 && !isOfKinds(type, kinds)) continue;
        const chance = mixed(ofDay + Math.imul(slot + 1, 0x85ebca6b));
        if (!isExpected) {
          if (isAway) continue;
          const time = base + at + (chance % HOUR);
          if (time >= start && time <= end) visitor(slot, time, 0, '', this.#hasPhoto(chance, photoRate));
          continue;
        }
        const expectedAt = base + at;
        let exception = '';
        if (isAway) exception = checkinException.missing;
        else if (mixed(chance ^ 0x2545f491) / WHOLE < exceptionRate * 0.8) {
          exception = exceptionsOfOnePunch[(chance >>> 8) & 7] as string;
        }
        const time = expectedAt + this.#offset(type, exception, chance);
        if (time < start || time > end) continue;
        const hasPhoto = exception !== checkinException.missing && this.#hasPhoto(chance, photoRate);
        visitor(slot, time, expectedAt, exception, hasPhoto);
      }
    }
  }

  /** Makes punches of one member into what getcheckindata prints of them. */
  rowsOf({ userid, firstUserid }: Worker): (punch: GeneratedPunch) => CheckinRow {
    const seed = seedOf(firstUserid);
    const home = places[seed % places.length] as (typeof places)[number];
    const [usualDevice, otherDevice] = [deviceId(seed), deviceId(~seed)];
    return ({ slot, time, expectedAt, exception, hasPhoto }) => {
      const { type, timelineId, isExpected } = this.#slots[slot] as Slot;
      const isMissed = exception === checkinException.missing;
      const isElsewhere = !isExpected || exception.includes(checkinException.place);
      const place = isMissed ? nowhere : isElsewhere ? elsewhere : home;
      const wifi = exception === checkinException.wifi ? foreignWifi : place;
      const deviceid = exception.includes(checkinException.device) ? otherDevice : usualDevice;
      return {
        userid,
        groupname: isExpected ? groupName : '',
        checkin_type: type,
        exception_type: exception,
        checkin_time: time,
        location_title: place.location_title,
        location_detail: place.location_detail,
        wifiname: wifi.wifiname,
        notes: '',
        wifimac: wifi.wifimac,
        mediaids: hasPhoto ? [photoId(firstUserid, time)] : [],
        ...(isExpected ? { sch_checkin_time: expectedAt } : {}),
        groupid: isExpected ? groupId : 0,
        schedule_id: 0,
        timeline_id: timelineId,
        ...(isMissed ? {} : { lat: place.lat, lng: place.lng, deviceid }),
      };
    };
  }

  #offset(type: string, exception: string, chance: number): number {
    const isOnDuty = type === checkinType.onDuty;
    if (exception === checkinException.missing) return 0;
    if (exception.includes(checkinException.time)) {
      const away = MINUTE + ((chance >>> 4) % (45 * MINUTE));
      return isOnDuty ? away : -away;
    }
    const early = (chance >>> 4) % MAX_EARLY_OR_LATE_IN_TIME;
    return isOnDuty ? -early : early;
  }

  #hasPhoto(chance: number, photoRate: number): boolean {
    return mixed(chance ^ 0x5f356495) / WHOLE < photoRate;
  }

  #isWorkday(index: number): boolean {
    const { restDays } = this.generation;
    return restDays.length === 0 || !restDays.includes(weekdayOf(this.#firstDay + index));
  }

  /** Days that may hold punches of the window; one too many at each end does no harm. */
  #indexes(start: number, end: number): [number, number] {
    const origin = this.#bases[0] as number;
    const first = Math.floor((start - origin) / DAY_SECONDS) - 1;
    const last = Math.floor((end - origin) / DAY_SECONDS) + 1;
    return [Math.max(0, first), Math.min(this.#bases.length - 1, last)];
  }
}

/** Whose photo it was and when, read back out of its media id. */
export function photoOf(
  mediaId: string,
): { readonly firstUserid: string; readonly time: number } | undefined {
  if (!mediaId.startsWith(photoPrefix)) return undefined;
  const plain = Buffer.from(mediaId.slice(photoPrefix.length), 'base64url').toString('utf8');
  const match = /^(\d{10}):(.+)$/s.exec(plain);
  return match === null ? undefined : { time: Number(match[1]), firstUserid: match[2] as string };
}

function photoId(firstUserid: string, time: number): string {
  return photoPrefix + Buffer.from(`${time}:${firstUserid}`).toString('base64url');
}

function slotsOf(perDay: number, sections: readonly Section[]): Slot[] {
  const slots: Slot[] = sections.flatMap(({ id, workSec, offWorkSec }) => [
    { type: checkinType.onDuty, at: workSec, isExpected: true, timelineId: id },
    { type: checkinType.offDuty, at: offWorkSec, isExpected: true, timelineId: id },
  ]);
  if (perDay === 1) return slots.slice(0, 1);
  if (perDay % 2 === 0) return slots;
  const outing = { type: checkinType.outing, at: OUTING_AT, isExpected: false, timelineId: 0 };
  return [...slots, outing].sort((a, b) => a.at - b.at);
}

function deviceId(seed: number): string {
  const hex = (value: number) => (value >>> 0).toString(16).toUpperCase().padStart(8, '0');
  const [a, b, c, d] = [hex(mixed(seed)), hex(mixed(seed + 1)), hex(mixed(seed + 2)), hex(mixed(seed + 3))];
  return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`;
}

/** FNV-1a. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** One number's worth of chance out of another; every bit depends on every bit. */
function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}
