import { Rejection } from '../errors';
import { callerSeesDepartment, callerSeesMember } from '../state/corp';
import type { Call, Endpoint } from './endpoint';
import { optionalIntegers, optionalTexts } from './params';

export const inviteEndpoints: readonly Endpoint[] = [
  {
    path: 'batch/invite',
    access: 'ids',
    defaults: { invaliduser: [], invalidparty: [], invalidtag: [] },
    handle(call) {
      const users = optionalTexts(call.body, 'user') ?? [];
      const parties = optionalIntegers(call.body, 'party') ?? [];
      const tags = optionalIntegers(call.body, 'tag') ?? [];
      const asked = users.length + parties.length + tags.length;
      if (asked === 0) throw new Rejection(82001);
      if (users.length > 1000) throw new Rejection(40032);
      if (parties.length > 100) throw new Rejection(82002);
      if (tags.length > 100) throw new Rejection(82003);
      const invalid = {
        invaliduser: users.filter((userid) => !isVisibleMember(call, userid)),
        invalidparty: parties.filter((id) => !isVisibleDepartment(call, id)),
        invalidtag: tags.filter((id) => !call.corp.tags.has(id)),
      };
      const wrong = invalid.invaliduser.length + invalid.invalidparty.length + invalid.invalidtag.length;
      if (wrong === asked) throw new Rejection(81013, undefined, invalid);
      return invalid;
    },
  },
];

export function isVisibleMember(call: Call, userid: string): boolean {
  const member = call.corp.directory.member(userid);
  return member !== undefined && callerSeesMember(call.corp, call.caller, member);
}

export function isVisibleDepartment(call: Call, id: number): boolean {
  const department = call.corp.directory.departments.get(id);
  return department !== undefined && callerSeesDepartment(call.corp, call.caller, department);
}
