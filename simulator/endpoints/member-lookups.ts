import { Rejection } from '../errors';
import { callerSeesMember } from '../state/corp';
import type { Member } from '../state/directory';
import type { Call, Endpoint } from './endpoint';
import { byteCount, optionalInteger, optionalText } from './params';

const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_DAYS_BACK = 30;

export const memberLookupEndpoints: readonly Endpoint[] = [
  {
    path: 'user/getuserid',
    access: 'ids',
    handle(call) {
      const mobile = optionalText(call.body, 'mobile', 60103) ?? '';
      if (byteCount(mobile) < 5 || byteCount(mobile) > 32) throw new Rejection(60103);
      return lookUp(call, 'user/getuserid', () => call.corp.directory.memberByMobile(mobile));
    },
  },
  {
    path: 'user/get_userid_by_email',
    access: 'ids',
    handle(call) {
      const email = optionalText(call.body, 'email', 60105) ?? '';
      if (email === '') throw new Rejection(60105);
      const type = optionalInteger(call.body, 'email_type') ?? 1;
      if (type !== 1 && type !== 2) throw new Rejection(40058, 'email_type must be 1 or 2');
      const { directory } = call.corp;
      return lookUp(call, 'user/get_userid_by_email', () =>
        type === 1 ? directory.memberByBizMail(email) : directory.memberByEmail(email),
      );
    },
  },
  {
    path: 'user/get_active_stat',
    access: 'contacts-only',
    handle(call) {
      const date = optionalText(call.body, 'date') ?? '';
      const dayMs = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00+08:00`) : NaN;
      const ageMs = call.nowMs - dayMs;
      if (!(ageMs >= 0 && ageMs <= (MAX_DAYS_BACK + 1) * DAY_MS)) throw new Rejection(40058, 'date');
      return { active_cnt: call.corp.directory.activatedCount };
    },
  },
];

function lookUp(call: Call, path: string, find: () => Member | undefined): Record<string, unknown> {
  const { world, corp } = call;
  world.corpBans.assertNotBanned(corp, path, call.nowMs);
  const member = find();
  if (member !== undefined && callerSeesMember(corp, call.caller, member)) return { userid: member.userid };
  world.corpBans.countWrong(corp, path, call.nowMs, world.settings);
  throw new Rejection(46004);
}
