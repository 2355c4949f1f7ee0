import { Rejection } from '../errors';
import { callerSeesMember } from '../state/corp';
import type { Member, MembershipPosition } from '../state/directory';
import { visibleDepartment } from './departments';
import type { Call, Endpoint } from './endpoint';
import { memberView, simpleMemberView } from './member-view';
import { optionalInteger, optionalText, queryInteger } from './params';

const MAX_PAGE = 10_000;

export const memberReadEndpoints: readonly Endpoint[] = [
  {
    path: 'user/get',
    access: 'details',
    defaults: { department: [], order: [], is_leader_in_dept: [], direct_leader: [] },
    handle(call) {
      const userid = call.query['userid'];
      if (userid === undefined || userid === '') throw new Rejection(41009);
      const member = call.corp.directory.member(userid);
      if (member === undefined) throw new Rejection(60111);
      if (!callerSeesMember(call.corp, call.caller, member)) {
        throw new Rejection(call.world.settings.variants.outOfRangeMember);
      }
      return memberView(call.corp, call.caller, member);
    },
  },
  {
    path: 'user/simplelist',
    access: 'details',
    defaults: { userlist: [] },
    handle: (call) => ({
      userlist: membersAsked(call).map((member) => simpleMemberView(call.corp, call.caller, member)),
    }),
  },
  {
    path: 'user/list',
    access: 'details',
    defaults: { userlist: [] },
    handle: (call) => ({
      userlist: membersAsked(call).map((member) => memberView(call.corp, call.caller, member)),
    }),
  },
  {
    path: 'user/list_id',
    access: 'contacts-only',
    defaults: { dept_user: [] },
    handle(call) {
      const limit = optionalInteger(call.body, 'limit') ?? MAX_PAGE;
      if (limit < 1 || limit > MAX_PAGE) throw new Rejection(40058, 'limit must be 1 to 10000');
      const cursor = optionalText(call.body, 'cursor', 50100) ?? '';
      const { rows, next } = call.corp.directory.memberships(readCursor(cursor), limit);
      return { next_cursor: next === undefined ? '' : writeCursor(next), dept_user: rows };
    },
  },
];

function membersAsked(call: Call): Member[] {
  const { directory } = call.corp;
  const { settings } = call.world;
  const id = queryInteger(call.query, 'department_id', 60003);
  if (id === undefined) throw new Rejection(60003, 'department_id missing');
  visibleDepartment(call, id, 60003);
  const deep = call.query['fetch_child'] === '1' && settings.variants.fetchChild === 'honoured';
  const found = new Set<Member>();
  for (const departmentId of deep ? directory.subtree(id) : [id]) {
    for (const member of directory.membersIn(departmentId)) found.add(member);
    if (found.size > settings.maxMembersPerAnswer) throw new Rejection(45029);
  }
  return [...found];
}

function writeCursor({ seq, index }: MembershipPosition): string {
  return Buffer.from(`v1:${seq}:${index}`).toString('base64url');
}

function readCursor(cursor: string): MembershipPosition {
  if (cursor === '') return { seq: 0, index: 0 };
  const match = /^v1:(\d{1,12}):(\d{1,4})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (match === null) throw new Rejection(50100);
  return { seq: Number(match[1]), index: Number(match[2]) };
}
