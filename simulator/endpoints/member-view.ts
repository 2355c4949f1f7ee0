import { callerSeesDepartment } from '../state/corp';
import type { Caller, Corp } from '../state/corp';
import { memberStatus } from '../state/directory';
import type { Member } from '../state/directory';

/** Not given to apps created since 2022-06-20, nor to WeCom's own base apps. */
const hiddenToday = ['avatar', 'thumb_avatar', 'mobile', 'email', 'biz_mail', 'qr_code', 'address'] as const;

export function memberView(corp: Corp, caller: Caller, member: Member): Record<string, unknown> {
  const view = wholeMember(member);
  if (caller.kind === 'app') keepVisibleDepartments(corp, caller, member, view);
  if (caller.kind === 'system' || (caller.kind === 'app' && corp.rights === 'today')) {
    for (const field of hiddenToday) delete view[field];
    view['gender'] = '0';
  }
  return view;
}

/** Every field in WeCom's own names, as a caller with all rights reads them. */
export function wholeMember(member: Member): Record<string, unknown> {
  return {
    userid: member.userid,
    name: member.name,
    department: member.department,
    position: member.position,
    mobile: member.mobile,
    gender: member.gender,
    email: member.email,
    biz_mail: member.biz_mail,
    avatar: member.avatar,
    thumb_avatar: member.avatar,
    status: memberStatus(member),
    enable: member.enable,
    isleader: member.is_leader_in_dept.includes(1) ? 1 : 0,
    extattr: { attrs: member.extattr },
    hide_mobile: 0,
    telephone: member.telephone,
    order: member.order,
    main_department: member.main_department,
    qr_code: `https://open.work.weixin.qq.com/wwopen/userQRCode?vcode=${Buffer.from(member.userid).toString('hex')}`,
    alias: member.alias,
    english_name: '',
    is_leader_in_dept: member.is_leader_in_dept,
    address: member.address,
    direct_leader: member.direct_leader,
    ...(member.external_position === '' ? {} : { external_position: member.external_position }),
    ...(member.external_profile === undefined ? {} : { external_profile: member.external_profile }),
  };
}

export function simpleMemberView(corp: Corp, caller: Caller, member: Member): Record<string, unknown> {
  return {
    userid: member.userid,
    name: member.name,
    department: visibleDepartmentIndexes(corp, caller, member).map((index) => member.department[index]),
    open_userid: '',
  };
}

/** An app reads only those of a member's departments that lie in its range. */
function keepVisibleDepartments(
  corp: Corp,
  caller: Caller,
  member: Member,
  view: Record<string, unknown>,
): void {
  const visible = visibleDepartmentIndexes(corp, caller, member);
  if (visible.length === member.department.length) return;
  view['department'] = visible.map((index) => member.department[index]);
  view['order'] = visible.map((index) => member.order[index]);
  view['is_leader_in_dept'] = visible.map((index) => member.is_leader_in_dept[index]);
  if (!visible.some((index) => member.department[index] === member.main_department))
    delete view['main_department'];
}

function visibleDepartmentIndexes(corp: Corp, caller: Caller, member: Member): number[] {
  return member.department.flatMap((id, index) => {
    const department = corp.directory.departments.get(id);
    return department !== undefined && callerSeesDepartment(corp, caller, department) ? [index] : [];
  });
}
