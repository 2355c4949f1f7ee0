import { Rejection } from '../errors';
import {
  assertBizMail,
  assertDirectLeaders,
  assertEmail,
  assertMemberName,
  assertMobile,
  assertUserid,
  mergeExtAttributes,
  readExternalProfile,
  readTextFields,
  withoutUndefined,
} from '../rules/member-rules';
import { carryOutPlacement, planPlacement, readNewPlacement } from '../rules/member-departments';
import type { Corp } from '../state/corp';
import type { Member, MemberFields } from '../state/directory';
import type { Call, Endpoint } from './endpoint';
import {
  byteCount,
  optionalFlag,
  optionalInteger,
  optionalObject,
  optionalText,
  optionalTexts,
} from './params';

const MAX_BATCH_DELETE = 200;
const MAX_MAIL_ALIASES = 5;

export const memberWriteEndpoints: readonly Endpoint[] = [
  { path: 'user/create', access: 'contacts-write', writes: true, handle: createMember },
  { path: 'user/update', access: 'contacts-write', writes: true, handle: updateMember },
  {
    path: 'user/delete',
    access: 'contacts-write',
    writes: true,
    handle(call) {
      const userid = call.query['userid'];
      if (userid === undefined || userid === '') throw new Rejection(41009);
      const member = call.corp.directory.member(userid);
      if (member === undefined) throw new Rejection(60111);
      removeMembers(call, [member]);
      return { errmsg: 'deleted' };
    },
  },
  {
    path: 'user/batchdelete',
    access: 'contacts-write',
    writes: true,
    handle(call) {
      const userids = optionalTexts(call.body, 'useridlist', 40031) ?? [];
      if (userids.length === 0) throw new Rejection(40063, 'useridlist');
      if (userids.length > MAX_BATCH_DELETE) throw new Rejection(40032);
      const members = new Set<Member>();
      for (const userid of userids) {
        const member = call.corp.directory.member(userid);
        if (member === undefined) throw new Rejection(40031, userid);
        members.add(member);
      }
      removeMembers(call, [...members]);
      return { errmsg: 'deleted' };
    },
  },
];

function createMember(call: Call): Record<string, unknown> {
  const { corp, body, world } = call;
  const { directory } = corp;
  const userid = optionalText(body, 'userid', 40003) ?? '';
  assertUserid(userid);
  const name = optionalText(body, 'name', 60112) ?? '';
  assertMemberName(name);
  const mobile = optionalText(body, 'mobile', 60103) ?? '';
  const email = optionalText(body, 'email', 60105) ?? '';
  const bizMail = optionalText(body, 'biz_mail', 60143) ?? '';
  if (mobile === '' && email === '') throw new Rejection(60129);
  if (directory.member(userid) !== undefined) throw new Rejection(60102);
  if (mobile !== '') assertMobile(directory, mobile);
  if (email !== '') assertEmail(directory, email);
  if (bizMail !== '') assertBizMail(directory, bizMail);
  const plan = planPlacement(directory, body, world.settings);
  const leaders = optionalTexts(body, 'direct_leader') ?? [];
  assertDirectLeaders(directory, leaders, world.settings);
  const texts = readTextFields(body);
  const extattr = mergeExtAttributes(corp, body, []) ?? [];
  const externalProfile = readExternalProfile(corp, body);
  const avatar = readAvatar(call) ?? '';
  const enable = optionalFlag(body, 'enable') ?? 1;
  readInvite(body['to_invite']);
  if (corp.accountLimit !== null && directory.memberCount >= corp.accountLimit) throw new Rejection(45024);
  world.corpBans.countCreation(corp, call.nowMs);

  const { placement, created } = carryOutPlacement(directory, plan);
  const member = directory.addMember({
    userid,
    name,
    mobile,
    email,
    biz_mail: bizMail,
    direct_leader: leaders,
    enable,
    activated: false,
    left: false,
    useridChangeable: false,
    biz_mail_alias: [],
    alias: '',
    position: '',
    gender: '0',
    telephone: '',
    address: '',
    external_position: '',
    nickname: '',
    ...texts,
    avatar,
    extattr,
    external_profile: externalProfile,
    ...placement,
    ...readStatusByHand(call),
  });
  for (const department of created)
    call.changes.record({ kind: 'create_party', department: { ...department } });
  call.changes.record({ kind: 'create_user', member: { ...member } });
  call.changes.watch(() => [member], true);
  return {
    errmsg: 'created',
    ...(created.length === 0
      ? {}
      : {
          created_department_list: {
            department_info: created.map(({ name: made, id }) => ({ name: made, id })),
          },
        }),
  };
}

function updateMember(call: Call): Record<string, unknown> {
  const { corp, body, world } = call;
  const { directory } = corp;
  const userid = optionalText(body, 'userid', 40003) ?? '';
  if (userid === '') throw new Rejection(40003);
  const member = directory.member(userid);
  if (member === undefined) throw new Rejection(60111);
  const name = optionalText(body, 'name', 60112);
  if (name !== undefined) assertMemberName(name);
  const mobile = readChangedMobile(call, member);
  const email = optionalText(body, 'email', 60105);
  if (email) assertEmail(directory, email, member);
  const bizMail = optionalText(body, 'biz_mail', 60143);
  if (bizMail) assertBizMail(directory, bizMail, member);
  if (
    (mobile ?? member.mobile) === '' &&
    (email ?? member.email) === '' &&
    changesContact(member, mobile, email)
  ) {
    throw new Rejection(60129);
  }
  const placement = readNewPlacement(directory, body, world.settings, member);
  const leaders = optionalTexts(body, 'direct_leader');
  if (leaders !== undefined) assertDirectLeaders(directory, leaders, world.settings);
  const changes: Partial<MemberFields> = {
    ...withoutUndefined<MemberFields>({
      name,
      mobile,
      email,
      biz_mail: bizMail,
      biz_mail_alias: readMailAliases(call, member),
      direct_leader: leaders,
      enable: optionalFlag(body, 'enable'),
      avatar: readAvatar(call),
      extattr: mergeExtAttributes(corp, body, member.extattr),
      external_profile: readExternalProfile(corp, body),
    }),
    ...readTextFields(body),
    ...placement,
    ...readStatusByHand(call),
    ...readNewUserid(call, member),
  };
  if (changes.enable === 0 && member.enable === 1) assertNotIndispensable(corp, [member]);
  const before = { ...member };
  if (changes.department !== undefined || changes.userid !== undefined) call.changes.watch(() => [member]);
  directory.changeMember(member, changes);
  if (before.userid !== member.userid) carryOverUserid(corp, before.userid, member.userid);
  call.changes.record({ kind: 'update_user', before, after: { ...member } });
  return { errmsg: 'updated' };
}

/** Once a member has activated the account, the mobile is the member's own: another one is ignored without a word. */
function readChangedMobile(call: Call, member: Member): string | undefined {
  const mobile = optionalText(call.body, 'mobile', 60103);
  if (mobile === undefined) return undefined;
  if (mobile !== '') assertMobile(call.corp.directory, mobile, member);
  return member.activated && call.caller.kind !== 'admin' ? undefined : mobile;
}

function changesContact(member: Member, mobile: string | undefined, email: string | undefined): boolean {
  return (mobile ?? member.mobile) !== member.mobile || (email ?? member.email) !== member.email;
}

function readMailAliases(call: Call, member: Member): string[] | undefined {
  const aliases = optionalObject(call.body, 'biz_mail_alias', 60143);
  if (aliases === undefined) return undefined;
  const items = optionalTexts(aliases, 'item', 60143) ?? [];
  if (items.length > MAX_MAIL_ALIASES) throw new Rejection(60143);
  for (const item of items) assertBizMail(call.corp.directory, item, member);
  return items;
}

function readNewUserid(call: Call, member: Member): Partial<MemberFields> {
  const wanted = optionalText(call.body, 'new_userid', 40003);
  if (wanted === undefined || wanted === member.userid) return {};
  assertUserid(wanted);
  if (!member.useridChangeable) throw new Rejection(301036);
  const holder = call.corp.directory.member(wanted);
  if (holder !== undefined && holder !== member) throw new Rejection(60102);
  return { userid: wanted, useridChangeable: false };
}

function carryOverUserid(corp: Corp, from: string, to: string): void {
  for (const report of corp.directory.reportsOf(from)) {
    corp.directory.changeMember(report, {
      direct_leader: report.direct_leader.map((one) => (one.toLowerCase() === from.toLowerCase() ? to : one)),
    });
  }
  for (const app of corp.apps.values()) {
    app.visibleUsers = app.visibleUsers.map((one) => (one.toLowerCase() === from.toLowerCase() ? to : one));
  }
  for (const tag of corp.tags.values())
    if (tag.users.delete(from.toLowerCase())) tag.users.add(to.toLowerCase());
  corp.messages.rename(from, to);
  corp.checkins.rename(from, to);
}

function readAvatar(call: Call): string | undefined {
  const mediaId = optionalText(call.body, 'avatar_mediaid', 301015);
  if (mediaId === undefined || mediaId === '') return undefined;
  if (call.corp.media.get(mediaId)?.type !== 'image') throw new Rejection(301015);
  return `https://wework.qpic.cn/bizmail/${byteCount(mediaId)}${mediaId.slice(0, 16)}/0`;
}

function readInvite(value: unknown): void {
  if (value !== undefined && value !== null && typeof value !== 'boolean')
    throw new Rejection(40058, 'to_invite');
}

/** The API never sets a member's status; by hand one may play the member who activates or leaves. */
function readStatusByHand(call: Call): Partial<MemberFields> {
  const status = call.caller.kind === 'admin' ? optionalInteger(call.body, 'status') : undefined;
  switch (status) {
    case undefined:
      return {};
    case 1:
      return { activated: true, enable: 1, left: false };
    case 2:
      return { enable: 0 };
    case 4:
      return { activated: false, enable: 1, left: false };
    case 5:
      return { left: true };
    default:
      throw new Rejection(40058, 'status');
  }
}

/**
 * The creator, and the last administrator who can sign in. WeCom documents the creator's deletion only; that the others
 * are refused, and with the same errcode, is assumed.
 */
function assertNotIndispensable(corp: Corp, leaving: readonly Member[]): void {
  const keys = new Set(leaving.map(({ userid }) => userid.toLowerCase()));
  if (corp.creator !== null && keys.has(corp.creator.toLowerCase())) throw new Rejection(301005);
  if (!corp.admins.some((userid) => keys.has(userid.toLowerCase()))) return;
  const remaining = corp.admins.filter((userid) => {
    const admin = corp.directory.member(userid);
    return admin !== undefined && admin.enable === 1 && !admin.left && !keys.has(userid.toLowerCase());
  });
  if (remaining.length === 0) throw new Rejection(301005, 'the last administrator');
}

function removeMembers(call: Call, members: readonly Member[]): void {
  const { corp } = call;
  assertNotIndispensable(corp, members);
  call.changes.watch(() => members);
  for (const member of members) {
    const key = member.userid.toLowerCase();
    corp.directory.removeMember(member);
    for (const report of corp.directory.reportsOf(member.userid)) {
      corp.directory.changeMember(report, {
        direct_leader: report.direct_leader.filter((one) => one.toLowerCase() !== key),
      });
    }
    for (const app of corp.apps.values()) {
      app.visibleUsers = app.visibleUsers.filter((one) => one.toLowerCase() !== key);
    }
    for (const tag of corp.tags.values()) tag.users.delete(key);
    call.changes.record({ kind: 'delete_user', userid: member.userid });
  }
}
