import { Rejection } from '../errors';
import { checkinType } from '../state/checkin-rows';
import type { CheckinKinds, CheckinRow } from '../state/checkin-rows';
import { expectedTimeOf } from '../state/checkins';
import { groupId, groupName } from '../state/generated-checkins';
import { dayStart, localDay, workdayBase } from '../state/local-days';
import { memberAsked, membersAsked, windowAsked } from './checkin-request';
import { CheckinWriter } from './checkin-writer';
import type { Answer, Call, Endpoint } from './endpoint';
import { byteCount, optionalInteger, optionalText } from './params';

const MAX_DAYS = 30;
const MAX_REMARK_BYTES = 512;
const DAY_SECONDS = 86_400;

export const checkinEndpoints: readonly Endpoint[] = [
  { path: 'checkin/getcheckindata', access: 'checkin', handle: readCheckins },
  { path: 'checkin/punch_correction', access: 'checkin', writes: true, handle: correctPunch },
];

function readCheckins(call: Call): Answer {
  const kinds = kindsAsked(call);
  const window = windowAsked(call, MAX_DAYS);
  const members = membersAsked(call);
  const { checkins } = call.corp;
  const nowSeconds = Math.floor(call.nowMs / 1000);
  const days = checkins.generations().length === 0 ? 0 : Math.ceil((window.end - window.start) / DAY_SECONDS);

  const writer = new CheckinWriter('{"errcode":0,"errmsg":"ok","checkindata":[', members.length * days * 4);
  for (const member of members) {
    const cover = checkins.onlyGenerated(call.corp, member);
    if (cover === undefined) {
      for (const row of checkins.rowsOf(call.corp, member, window, kinds, nowSeconds)) writer.row(row);
    } else if (cover !== 'nothing') {
      const write = writer.generated(cover.generated, cover.worker);
      cover.generated.visit(cover.worker, window.start, Math.min(window.end, nowSeconds), kinds, write);
    }
  }
  return { written: writer.end(']}') };
}

function kindsAsked(call: Call): CheckinKinds {
  const kinds = optionalInteger(call.body, 'opencheckindatatype', 301075);
  if (kinds === 1 || kinds === 2 || kinds === 3) return kinds;
  throw new Rejection(301075, 'opencheckindatatype must be 1, 2 or 3');
}

/** An admin says that somebody was there: the punch that was expected then becomes a good one. */
function correctPunch(call: Call): Answer {
  const { corp, body } = call;
  const { timezone, sections } = corp.checkins.rule;
  const member = memberAsked(call, optionalText(body, 'userid', 301083) ?? '');
  const nowSeconds = Math.floor(call.nowMs / 1000);
  const dayAsked = optionalInteger(body, 'schedule_date_time', 301082) ?? 0;
  const secondsAsked = optionalInteger(body, 'schedule_checkin_time', 301080);
  const correctedAt = optionalInteger(body, 'checkin_time', 301081) ?? 0;
  const remark = optionalText(body, 'remark', 301083) ?? '';
  if (byteCount(remark) > MAX_REMARK_BYTES) throw new Rejection(301083, 'remark');

  const day = localDay(timezone, dayAsked);
  if (dayAsked <= 0 || dayAsked > nowSeconds || dayStart(timezone, day) !== dayAsked)
    throw new Rejection(301082);
  if (localDay(timezone, correctedAt) !== day || correctedAt > nowSeconds) throw new Rejection(301081);
  if (secondsAsked === undefined) throw new Rejection(301080);

  const expectedAt = workdayBase(timezone, day) + secondsAsked;
  const ofDay = { start: dayAsked, end: dayStart(timezone, day + 1) - 1 };
  const before = corp.checkins
    .rowsOf(corp, member, ofDay, 1, nowSeconds)
    .filter((row) => expectedTimeOf(row) === expectedAt);
  const section = sections.find(({ workSec, offWorkSec }) => [workSec, offWorkSec].includes(secondsAsked));
  if (before.length === 0 && section === undefined) throw new Rejection(301080);

  const [first] = before;
  const isOnDuty = section?.workSec === secondsAsked;
  const after: CheckinRow = {
    userid: member.userid,
    groupname: first?.groupname ?? groupName,
    checkin_type: first?.checkin_type ?? (isOnDuty ? checkinType.onDuty : checkinType.offDuty),
    exception_type: '',
    checkin_time: correctedAt,
    location_title: '',
    location_detail: '',
    wifiname: '',
    notes: remark,
    wifimac: '',
    mediaids: [],
    sch_checkin_time: expectedAt,
    groupid: first?.groupid ?? groupId,
    schedule_id: first?.schedule_id ?? 0,
    timeline_id: first?.timeline_id ?? section?.id ?? 0,
  };
  corp.checkins.correct(before, after, expectedAt);
  return {};
}
