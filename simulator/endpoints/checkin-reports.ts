import { checkinException, checkinType, exceptionsOf, wasMissed } from '../state/checkin-rows';
import type { CheckinRow } from '../state/checkin-rows';
import { expectedTimeOf } from '../state/checkins';
import type { CheckinRule, Window } from '../state/checkins';
import type { Member } from '../state/directory';
import type { Corp } from '../state/corp';
import { groupId, groupName } from '../state/generated-checkins';
import { dayStart, localDay, weekdayOf, workdayBase } from '../state/local-days';
import { membersAsked, windowAsked } from './checkin-request';
import type { Call, Endpoint, Fields } from './endpoint';

const MAX_DAYS_OF_DAILY = 30;
const MAX_DAYS_OF_MONTHLY = 31;

const exceptionKind = { late: 1, early: 2, missing: 3, absent: 4, place: 5, device: 6 } as const;
const recordType = { fixed: 1, noRule: 7 } as const;
type ExceptionKind = (typeof exceptionKind)[keyof typeof exceptionKind];
type Tally = Map<ExceptionKind, { count: number; duration: number }>;

/** What one member did on one day. */
type DayOfMember = {
  readonly midnight: number;
  readonly isRest: boolean;
  readonly hasRule: boolean;
  readonly checkinCount: number;
  readonly outings: number;
  readonly corrections: number;
  readonly workedSeconds: number;
  readonly standardSeconds: number;
  /** Seconds of the day. */
  readonly earliest: number;
  readonly latest: number;
  readonly exceptions: Tally;
};

export const checkinReportEndpoints: readonly Endpoint[] = [
  {
    path: 'checkin/getcheckin_daydata',
    access: 'checkin',
    defaults: { datas: [] },
    handle(call) {
      const window = windowAsked(call, MAX_DAYS_OF_DAILY);
      return {
        datas: membersAsked(call).flatMap((member) => {
          const person = personOf(call.corp, member);
          return daysOf(call, member, window).map((day) => dailyReport(call.corp, person, day));
        }),
      };
    },
  },
  {
    path: 'checkin/getcheckin_monthdata',
    access: 'checkin',
    defaults: { datas: [] },
    handle(call) {
      const window = windowAsked(call, MAX_DAYS_OF_MONTHLY);
      return {
        datas: membersAsked(call).map((member) =>
          monthlyReport(call.corp, member, daysOf(call, member, window)),
        ),
      };
    },
  },
];

/** The days whose midnight lies in the window, as far as they have begun. */
function daysOf(call: Call, member: Member, { start, end }: Window): DayOfMember[] {
  const { corp } = call;
  const { rule } = corp.checkins;
  const nowSeconds = Math.floor(call.nowMs / 1000);
  const lastDay = localDay(rule.timezone, Math.min(end, nowSeconds));
  const firstDay = localDay(rule.timezone, start);
  if (lastDay < firstDay) return [];
  const midnights: number[] = [];
  for (let day = firstDay; day <= lastDay + 1; day += 1) midnights.push(dayStart(rule.timezone, day));
  const window = { start: midnights[0] as number, end: (midnights.at(-1) as number) - 1 };
  const rows = corp.checkins.rowsOf(corp, member, window, 3, nowSeconds);
  const corrected = corp.checkins.correctionsOf(member.userid);

  let next = 0;
  return midnights.slice(0, -1).map((midnight, index) => {
    const tomorrow = midnights[index + 1] as number;
    const ofDay: CheckinRow[] = [];
    for (; next < rows.length && (rows[next] as CheckinRow).checkin_time < tomorrow; next += 1) {
      ofDay.push(rows[next] as CheckinRow);
    }
    const corrections = corrected.filter(
      (one) => one.expectedAt >= midnight && one.expectedAt < tomorrow,
    ).length;
    return dayOf(rule, firstDay + index, midnight, ofDay, corrections);
  });
}

function dayOf(
  rule: CheckinRule,
  day: number,
  midnight: number,
  rows: readonly CheckinRow[],
  corrections: number,
): DayOfMember {
  const expected = rows.filter(({ checkin_type: type }) => type !== checkinType.outing);
  const outings = rows.length - expected.length;
  const made = expected.filter((row) => !wasMissed(row));
  const base = workdayBase(rule.timezone, day);
  const times = made.map(({ checkin_time: time }) => time - base);
  const isRest = rule.restDays.includes(weekdayOf(day));
  const standardSeconds = isRest
    ? 0
    : rule.sections.reduce((sum, { workSec, offWorkSec }) => sum + offWorkSec - workSec, 0);
  return {
    midnight,
    isRest,
    hasRule: expected.length > 0,
    checkinCount: made.length,
    outings,
    corrections,
    workedSeconds: workedSeconds(made),
    standardSeconds,
    earliest: times.length === 0 ? 0 : Math.min(...times),
    latest: times.length === 0 ? 0 : Math.max(...times),
    exceptions: exceptionsOfDay(expected, standardSeconds),
  };
}

/** Between an on-duty and an off-duty punch of one section, but not longer than the section. */
function workedSeconds(rows: readonly CheckinRow[]): number {
  let seconds = 0;
  const began = new Map<number, number>();
  for (const row of rows) {
    const expectedAt = expectedTimeOf(row);
    const { timeline_id: timeline, checkin_time: time } = row;
    if (row.checkin_type === checkinType.onDuty) {
      began.set(timeline, Math.max(time, expectedAt ?? time));
    } else {
      const from = began.get(timeline);
      if (from !== undefined) seconds += Math.max(0, Math.min(time, expectedAt ?? time) - from);
    }
  }
  return seconds;
}

function exceptionsOfDay(rows: readonly CheckinRow[], standardSeconds: number): Tally {
  const tally: Tally = new Map();
  const count = (kind: ExceptionKind, duration = 0): void => {
    const before = tally.get(kind) ?? { count: 0, duration: 0 };
    tally.set(kind, { count: before.count + 1, duration: before.duration + duration });
  };
  // Who missed every punch was not there at all.
  if (rows.length > 1 && rows.every(wasMissed)) {
    count(exceptionKind.absent, standardSeconds);
    return tally;
  }
  for (const row of rows) {
    for (const exception of exceptionsOf(row)) {
      switch (exception) {
        case checkinException.time: {
          const away = Math.abs(row.checkin_time - (expectedTimeOf(row) ?? row.checkin_time));
          count(row.checkin_type === checkinType.onDuty ? exceptionKind.late : exceptionKind.early, away);
          break;
        }
        case checkinException.missing:
          count(exceptionKind.missing);
          break;
        case checkinException.device:
          count(exceptionKind.device);
          break;
        default:
          // Reports know of one kind of wrong place, Wi-Fi included.
          count(exceptionKind.place);
      }
    }
  }
  return tally;
}

function dailyReport(corp: Corp, person: Fields, day: DayOfMember): Fields {
  return {
    base_info: {
      date: day.midnight,
      record_type: day.hasRule || day.isRest ? recordType.fixed : recordType.noRule,
      ...person,
      rule_info: {
        groupid: groupId,
        groupname: groupName,
        scheduleid: 0,
        schedulename: '',
        checkintime: day.isRest
          ? []
          : corp.checkins.rule.sections.map(({ workSec, offWorkSec }) => ({
              work_sec: workSec,
              off_work_sec: offWorkSec,
            })),
      },
      day_type: day.isRest ? 1 : 0,
    },
    summary_info: {
      checkin_count: day.checkinCount,
      regular_work_sec: day.workedSeconds,
      standard_work_sec: day.standardSeconds,
      earliest_time: day.earliest,
      lastest_time: day.latest,
    },
    holiday_infos: [],
    exception_infos: exceptionInfos(day.exceptions),
    ot_info: {
      ot_status: 0,
      ot_duration: 0,
      exception_duration: [],
      workday_over_as_vacation: 0,
      workday_over_as_money: 0,
      restday_over_as_vacation: 0,
      restday_over_as_money: 0,
      holiday_over_as_vacation: 0,
      holiday_over_as_money: 0,
    },
    sp_items: spItems([day]),
  };
}

function monthlyReport(corp: Corp, member: Member, days: readonly DayOfMember[]): Fields {
  const exceptions: Tally = new Map();
  for (const day of days) {
    for (const [kind, { count, duration }] of day.exceptions) {
      const before = exceptions.get(kind) ?? { count: 0, duration: 0 };
      exceptions.set(kind, { count: before.count + count, duration: before.duration + duration });
    }
  }
  const workdays = days.filter(({ isRest }) => !isRest);
  const wrong = workdays.filter((day) => day.exceptions.size > 0).length;
  const sum = (value: (day: DayOfMember) => number) => days.reduce((total, day) => total + value(day), 0);
  return {
    base_info: {
      record_type: recordType.fixed,
      ...personOf(corp, member),
      rule_info: { groupid: groupId, groupname: groupName },
    },
    summary_info: {
      work_days: workdays.length,
      rest_days: days.length - workdays.length,
      except_days: wrong,
      regular_days: workdays.filter((day) => day.checkinCount > 0 && day.exceptions.size === 0).length,
      regular_work_sec: sum(({ workedSeconds: seconds }) => seconds),
      standard_work_sec: sum(({ standardSeconds: seconds }) => seconds),
    },
    exception_infos: exceptionInfos(exceptions),
    sp_items: spItems(days),
    overwork_info: {
      workday_over_sec: 0,
      holidays_over_sec: 0,
      restdays_over_sec: 0,
      workdays_over_as_vacation: 0,
      workdays_over_as_money: 0,
      restdays_over_as_vacation: 0,
      restdays_over_as_money: 0,
      holidays_over_as_vacation: 0,
      holidays_over_as_money: 0,
    },
  };
}

function personOf(corp: Corp, member: Member): Fields {
  return {
    name: member.name,
    name_ex: member.alias,
    departs_name: member.department.map((id) => pathOf(corp, id)).join(';'),
    acctid: member.userid,
  };
}

function pathOf(corp: Corp, departmentId: number): string {
  const names: string[] = [];
  for (const id of corp.directory.ancestry(departmentId)) {
    names.unshift(corp.directory.departments.get(id)?.name ?? '');
  }
  return names.join('/');
}

function exceptionInfos(tally: Tally): Fields[] {
  return [...tally]
    .sort(([a], [b]) => a - b)
    .map(([exception, { count, duration }]) => ({ exception, count, duration }));
}

/** All kinds are listed, also those of which there were none. */
function spItems(days: readonly DayOfMember[]): Fields[] {
  const sum = (value: (day: DayOfMember) => number) => days.reduce((total, day) => total + value(day), 0);
  const item = (type: number, name: string, count: number, vacationId = 0, timeType = 0) => ({
    type,
    vacation_id: vacationId,
    count,
    duration: 0,
    time_type: timeType,
    name,
  });
  return [
    item(1, '年假', 0, 1),
    item(1, '事假', 0, 2),
    item(1, '病假', 0, 3),
    item(
      2,
      '补卡次数',
      sum(({ corrections }) => corrections),
    ),
    item(3, '出差', 0),
    item(4, '外出', 0, 0, 1),
    item(
      100,
      '外勤',
      sum(({ outings }) => outings),
    ),
  ];
}
