import { Rejection } from '../errors';
import type { Section } from '../state/generated-checkins';
import { groupId, groupName } from '../state/generated-checkins';
import { dateOfDay, dayStart, localDay, weekdayOf } from '../state/local-days';
import { membersAsked, windowAsked } from './checkin-request';
import type { Call, Endpoint, Fields } from './endpoint';
import { optionalInteger } from './params';

const MAX_SCHEDULE_DAYS = 31;
const REMIND_BEFORE = 600;
const weekdays = [1, 2, 3, 4, 5, 6, 0];

/** What members are expected to do: one rule for everybody. */
export const checkinRuleEndpoints: readonly Endpoint[] = [
  {
    path: 'checkin/getcheckinoption',
    access: 'checkin',
    defaults: { info: [] },
    handle(call) {
      const at = optionalInteger(call.body, 'datetime', 301075);
      if (at === undefined || at < 0) throw new Rejection(301075, 'datetime');
      const group = groupOf(call);
      return { info: membersAsked(call).map(({ userid }) => ({ userid, group })) };
    },
  },
  {
    path: 'checkin/getcorpcheckinoption',
    access: 'checkin',
    defaults: { group: [] },
    handle(call) {
      return {
        group: [
          {
            ...groupOf(call),
            range: { party_id: ['1'], userid: [], tagid: [] },
            white_users: [],
            reporterinfo: { reporters: [], updatetime: 0 },
            create_time: 0,
            create_userid: call.corp.creator ?? '',
            update_userid: call.corp.creator ?? '',
          },
        ],
      };
    },
  },
  {
    path: 'checkin/getcheckinschedulist',
    access: 'checkin',
    defaults: { schedule_list: [] },
    handle(call) {
      const { start, end } = windowAsked(call, MAX_SCHEDULE_DAYS);
      const { rule } = call.corp.checkins;
      const months = new Map<string, number[]>();
      for (let day = localDay(rule.timezone, start); dayStart(rule.timezone, day) <= end; day += 1) {
        const month = dateOfDay(day).slice(0, 7).replace('-', '');
        const days = months.get(month);
        if (days === undefined) months.set(month, [day]);
        else days.push(day);
      }
      return {
        schedule_list: membersAsked(call).flatMap(({ userid }) =>
          [...months].map(([month, days]) => ({
            userid,
            yearmonth: Number(month),
            groupid: groupId,
            groupname: groupName,
            schedule: { scheduleList: days.map((day) => scheduleOf(day, rule.restDays, rule.sections)) },
          })),
        ),
      };
    },
  },
];

function scheduleOf(day: number, restDays: readonly number[], sections: readonly Section[]): Fields {
  const isRest = restDays.includes(weekdayOf(day));
  return {
    day: Number(dateOfDay(day).slice(8)),
    schedule_info: isRest
      ? { schedule_id: 0, schedule_name: '休息', time_section: [] }
      : {
          schedule_id: 1,
          schedule_name: groupName,
          time_section: sections.map((section) => ({ id: section.id, ...timesOf(section) })),
        },
  };
}

function groupOf(call: Call): Fields {
  const { restDays, sections } = call.corp.checkins.rule;
  return {
    grouptype: 1,
    groupid: groupId,
    groupname: groupName,
    checkindate: [
      {
        workdays: weekdays.filter((day) => !restDays.includes(day)),
        checkintime: sections.map(timesOf),
        flex_time: 0,
        noneed_offwork: false,
        limit_aheadtime: 0,
        flex_on_duty_time: 0,
        flex_off_duty_time: 0,
      },
    ],
    spe_workdays: [],
    spe_offdays: [],
    sync_holidays: true,
    need_photo: false,
    note_can_use_local_pic: false,
    allow_checkin_offworkday: true,
    allow_apply_offworkday: true,
    wifimac_infos: [{ wifiname: 'Office-5G', wifimac: '3c:46:d8:0c:7a:70' }],
    loc_infos: [
      {
        lat: 23_099_994,
        lng: 113_324_520,
        loc_title: '云程大厦',
        loc_detail: '广东省广州市海珠区新港中路397号',
        distance: 300,
      },
    ],
    schedulelist: [],
  };
}

function timesOf({ workSec, offWorkSec }: Section): Fields {
  return {
    work_sec: workSec,
    off_work_sec: offWorkSec,
    remind_work_sec: workSec - REMIND_BEFORE,
    remind_off_work_sec: offWorkSec,
  };
}
