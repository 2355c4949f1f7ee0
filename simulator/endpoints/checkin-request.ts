import { Rejection } from '../errors';
import { callerSeesMember } from '../state/corp';
import type { Member } from '../state/directory';
import type { Window } from '../state/checkins';
import type { Call } from './endpoint';
import { optionalInteger, optionalTexts } from './params';

const MAX_USERIDS = 100;
const DAY_SECONDS = 86_400;

/** 1 to 100 members, each once. One that WeCom does not know, or the caller does not see, spoils the whole call. */
export function membersAsked(call: Call): Member[] {
  const userids = optionalTexts(call.body, 'useridlist', 301075) ?? [];
  if (userids.length === 0 || userids.length > MAX_USERIDS) throw new Rejection(301023);
  return [...new Set(userids.map((userid) => memberAsked(call, userid)))];
}

export function memberAsked(call: Call, userid: string): Member {
  const member = call.corp.directory.member(userid);
  if (member === undefined) throw new Rejection(301021);
  if (!callerSeesMember(call.corp, call.caller, member)) {
    throw new Rejection(call.world.settings.variants.outOfRangeCheckin);
  }
  return member;
}

export function windowAsked(call: Call, maxDays: number): Window {
  const start = optionalInteger(call.body, 'starttime', 301075);
  const end = optionalInteger(call.body, 'endtime', 301075);
  if (start === undefined || end === undefined) throw new Rejection(301075, 'starttime, endtime');
  if (start < 0 || end < start || end - start > maxDays * DAY_SECONDS) throw new Rejection(301024);
  return { start, end };
}
