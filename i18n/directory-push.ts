import type {
  Change,
  ChangeAction,
  Hold,
  LimitGroup,
  RuleCode,
  UserConflict,
} from '../domain/directory/push/changes';
import type { DepartmentConflict } from '../domain/directory/push/department-match';
import type { GuardReason } from '../domain/directory/push/guard';
import type { PlanStop } from '../domain/directory/push/plan';
import type { FieldProblem } from '../domain/directory/push/snapshot';
import type { WhyCode, WhyStepName } from '../domain/directory/push/why';
import { translate, type Lang, type Text, type TextParams } from './index';
import {
  oaActionTexts,
  oaAttributeTexts,
  oaDepartmentConflictTexts,
  oaFieldTexts,
  oaGuardTexts,
  oaLimitGroupTexts,
  oaOutcomeTexts,
  oaRuleTexts,
  oaStopTexts,
  oaUserConflictTexts,
  oaWecomReadingTexts,
} from './oa-sync';

/** The words of a push's plan: every code the domain can give has its text here, or this file does not compile. */

type Texts<Code extends string> = Readonly<Record<Code, Text>>;

export const pushActionTexts: Texts<ChangeAction> = {
  linkDepartment: { 'zh-CN': '关联部门', en: 'Link department' },
  unlinkDepartment: { 'zh-CN': '取消部门关联', en: 'Unlink department' },
  createDepartment: { 'zh-CN': '新建部门', en: 'Create department' },
  renameDepartment: { 'zh-CN': '部门改名', en: 'Rename department' },
  moveDepartment: { 'zh-CN': '移动部门', en: 'Move department' },
  deleteDepartment: { 'zh-CN': '删除部门', en: 'Delete department' },
  bindUser: { 'zh-CN': '绑定成员', en: 'Bind member' },
  unbindUser: { 'zh-CN': '解绑成员', en: 'Unbind member' },
  createUser: { 'zh-CN': '新增成员', en: 'Create member' },
  updateUser: { 'zh-CN': '更新成员', en: 'Update member' },
  enableUser: { 'zh-CN': '启用成员', en: 'Enable member' },
  disableUser: { 'zh-CN': '禁用成员', en: 'Disable member' },
  deleteUser: { 'zh-CN': '删除成员', en: 'Delete member' },
  setSuperior: { 'zh-CN': '设置直属上级', en: 'Set superior' },
  skipUser: { 'zh-CN': '跳过', en: 'Skipped' },
  conflict: { 'zh-CN': '冲突', en: 'Conflict' },
  ...oaActionTexts,
};

export type PushChangeStatus =
  'pending' | 'held' | 'applying' | 'done' | 'failed' | 'skipped' | 'conflict' | 'undone';

export const pushStatusTexts: Texts<PushChangeStatus> = {
  pending: { 'zh-CN': '待执行', en: 'Pending' },
  held: { 'zh-CN': '暂缓', en: 'Held' },
  applying: { 'zh-CN': '执行中', en: 'Being applied' },
  done: { 'zh-CN': '已完成', en: 'Done' },
  failed: { 'zh-CN': '失败', en: 'Failed' },
  skipped: { 'zh-CN': '已跳过', en: 'Skipped' },
  conflict: { 'zh-CN': '冲突', en: 'Conflict' },
  undone: { 'zh-CN': '已撤销', en: 'Undone' },
};

export const pushLimitGroupTexts: Texts<LimitGroup> = {
  deletes: { 'zh-CN': '删除成员', en: 'Deleted members' },
  disables: { 'zh-CN': '禁用成员', en: 'Disabled members' },
  'department-deletes': { 'zh-CN': '删除部门', en: 'Deleted departments' },
  moves: { 'zh-CN': '调动成员', en: 'Moved members' },
  cleared: { 'zh-CN': '清空字段', en: 'Cleared fields' },
};

/** By the names of `MemberValues`, and what else a change can write. */
export const pushFieldTexts = {
  userid: { 'zh-CN': '账号', en: 'Userid' },
  name: { 'zh-CN': '姓名', en: 'Name' },
  alias: { 'zh-CN': '别名', en: 'Alias' },
  mobile: { 'zh-CN': '手机', en: 'Mobile' },
  email: { 'zh-CN': '邮箱', en: 'Mail' },
  biz_mail: { 'zh-CN': '企业邮箱', en: 'Company mail' },
  position: { 'zh-CN': '职务', en: 'Position' },
  telephone: { 'zh-CN': '座机', en: 'Telephone' },
  address: { 'zh-CN': '地址', en: 'Address' },
  gender: { 'zh-CN': '性别', en: 'Gender' },
  external_position: { 'zh-CN': '对外职务', en: 'External position' },
  direct_leader: { 'zh-CN': '直属上级', en: 'Superior' },
  department: { 'zh-CN': '部门', en: 'Departments' },
  main_department: { 'zh-CN': '主部门', en: 'Main department' },
  parentid: { 'zh-CN': '上级部门', en: 'Parent department' },
  enable: { 'zh-CN': '启用状态', en: 'Enabled' },
  ...oaFieldTexts,
  'external.external_corp_name': { 'zh-CN': '对外企业简称', en: 'Company name shown to outsiders' },
} as const satisfies Readonly<Record<string, Text>>;

const attributeTexts = {
  ...oaAttributeTexts,
  'extattr.': { 'zh-CN': '扩展属性“{name}”', en: 'Custom field “{name}”' },
  'external.': { 'zh-CN': '对外信息“{name}”', en: 'External field “{name}”' },
} as const satisfies Readonly<Record<string, Text>>;

export const pushFieldProblemTexts: Texts<FieldProblem['kind']> = {
  missing: { 'zh-CN': '没有填写', en: 'it is missing' },
  'too-short': { 'zh-CN': '太短', en: 'it is too short' },
  'too-long': { 'zh-CN': '太长', en: 'it is too long' },
  malformed: { 'zh-CN': '格式不正确', en: 'its form is wrong' },
};

const unitTexts: Texts<'bytes' | 'characters' | 'items'> = {
  bytes: { 'zh-CN': '字节', en: 'bytes' },
  characters: { 'zh-CN': '个字符', en: 'characters' },
  items: { 'zh-CN': '项', en: 'items' },
};

const scopeReasonTexts: Texts<'everything' | 'department' | 'part-time-department' | 'included'> = {
  everything: { 'zh-CN': '同步范围为全部', en: 'the scope is everything' },
  department: { 'zh-CN': '所在部门在同步范围内', en: 'the department is in scope' },
  'part-time-department': { 'zh-CN': '兼职部门在同步范围内', en: 'a part-time department is in scope' },
  included: { 'zh-CN': '在“用户范围（包含）”中', en: 'listed under included users' },
};

const outOfScopeTexts: Texts<'depart' | 'delete' | 'keep'> = {
  depart: { 'zh-CN': '按离职处理：禁用', en: 'disabled' },
  delete: { 'zh-CN': '删除', en: 'deleted' },
  keep: { 'zh-CN': '保留不动', en: 'kept as they are' },
};

/** Why a change is there. */
export const pushRuleTexts: Texts<RuleCode> = {
  ...oaRuleTexts,
  'same-level-same-name': {
    'zh-CN': '企业微信中同一层级有同名部门，自动关联。',
    en: 'WeCom has a department of the same name on the same level; the two are linked.',
  },
  'not-in-wecom': {
    'zh-CN': '企业微信的同一层级没有同名部门，新建。',
    en: 'WeCom has no department of this name on this level, so it is created.',
  },
  'folder-of-disabled-members': {
    'zh-CN': '设置中启用了“禁用成员移动到统一部门”，该部门用来存放被禁用的成员。',
    en: 'The settings move disabled members into one department, and this is it.',
  },
  'renamed-in-oa': {
    'zh-CN': '已关联的部门在 OA 中改了名。',
    en: 'The linked department has another name in the OA.',
  },
  'moved-in-oa': {
    'zh-CN': '已关联的部门在 OA 中换了上级部门。',
    en: 'The linked department has another parent in the OA.',
  },
  'name-freed-for-another': {
    'zh-CN': '部门之间互换名称：先用临时名称让出“{name}”，本次同步中会改为最终名称。',
    en: 'Departments exchange names: this one gives up “{name}” for a moment and gets its own name in the same run.',
  },
  'bound-by-match-field': {
    'zh-CN': '按匹配字段（{field}）找到唯一的企业微信成员，建立绑定。',
    en: 'The match field ({field}) finds exactly this member, who is bound.',
  },
  'new-in-oa': {
    'zh-CN': 'OA 中有此人（{because}），企业微信中没有，新增成员。',
    en: 'The OA has this user ({because}), WeCom does not.',
  },
  'fields-differ': {
    'zh-CN': '字段与 OA 不一致，以 OA 为准。',
    en: 'Fields differ from the OA, which decides.',
  },
  'departments-differ': {
    'zh-CN': '所在部门与 OA 不一致，以 OA 为准。',
    en: 'The departments differ from those in the OA.',
  },
  'fields-and-departments-differ': {
    'zh-CN': '字段和所在部门都与 OA 不一致，以 OA 为准。',
    en: 'Fields and departments differ from those in the OA.',
  },
  'active-again': {
    'zh-CN': '此前由本系统禁用，现在 OA 中恢复在职并在同步范围内。',
    en: 'The bridge disabled this member earlier; the OA has the person active and in scope again.',
  },
  'superior-in-oa': {
    'zh-CN': 'OA 中的直属上级也是本次新增的成员，全部成员创建后再设置。',
    en: 'The superior named by the OA is created in the same run, so the link is set afterwards.',
  },
  departed: { 'zh-CN': 'OA 中已离职。', en: 'Departed in the OA.' },
  'gone-from-oa': {
    'zh-CN': 'OA 的数据中已不再有此人或此部门。',
    en: 'The OA no longer names this person or department.',
  },
  excluded: {
    'zh-CN': '在“用户范围（排除）”中，排除优先于包含。',
    en: 'Listed under excluded users, which beats being included.',
  },
  'out-of-scope': {
    'zh-CN': '不在所选的分部、部门和用户范围内。',
    en: 'Outside the chosen subcompanies, departments and users.',
  },
  'mobile-of-activated-member': {
    'zh-CN': '成员已激活，企业微信会忽略对其手机号的修改（不报错），因此不写入。请由成员本人修改手机号。',
    en: 'WeCom silently ignores a new mobile for an activated member, so it is not written. The member has to change it.',
  },
  exchanged: {
    'zh-CN':
      '{field}目前属于另一名成员，而对方要改用的正是这名成员的，企业微信不允许两人同时使用，无法自动互换，因此不写入。请在企业微信管理后台先把其中一人改为其他值，再重新推送。',
    en: 'Two members exchange their {field}, and WeCom never lets two have the same, so neither is written. Give one of them another one in the WeCom admin console, then push again.',
  },
  'disabled-by-hand': {
    'zh-CN': '成员是在企业微信中被人工禁用的，本系统不会启用。如需启用，请在企业微信管理后台操作。',
    en: 'Somebody disabled this member by hand in WeCom; the bridge does not enable it. Do so in the WeCom admin console.',
  },
  'left-by-decision': {
    'zh-CN': '“{field}”在企业微信中被人工改动，已决定保持不变；OA 中的值再次变化后才会写入。',
    en: '“{field}” was changed by hand in WeCom, and it was decided to leave it so until the OA wants something else.',
  },
  'departure-due': {
    'zh-CN': '账号已被禁用，设置的等待天数已到，删除账号。',
    en: 'The account was disabled, and the days it waits before its deletion are over.',
  },
  'restored-by-decision': {
    'zh-CN': '有人决定恢复此账号（OA 中已离职）：重新启用，并恢复禁用前的部门和负责人身份。',
    en: 'A person gave this account back although the OA has the user as departed: it is enabled again, in its former departments, leading those it led.',
  },
  'kept-by-decision': {
    'zh-CN': '有人已决定此账号的去留，推送保持现状；OA 中恢复在职后再按 OA 处理。',
    en: 'A person decided what becomes of this account, so it stays as it is until the OA has the user as active again.',
  },
  'departing-by-decision': {
    'zh-CN': '管理员为此成员发起了离职（OA 中仍在职），账号不会被重新启用。如需恢复，请在“离职”页面操作。',
    en: 'An administrator began this member’s departure although the OA has the user as active; the account is not enabled again. Restore it on the page of departures.',
  },
  'asked-by-person': {
    'zh-CN': '管理员为此成员发起了离职：禁用账号。',
    en: 'An administrator began this member’s departure: the account is disabled.',
  },
  'new-after-deletion': {
    'zh-CN':
      'OA 中有此人（{because}），其原来的企业微信账号在离职后已被删除。将作为新成员创建，原账号的聊天记录等无法恢复。',
    en: 'The OA has this user ({because}), whose former account was deleted after a departure. This is a new member; the old account’s messages are gone.',
  },
  'field-missing': {
    'zh-CN': '“{field}”没有值，此字段不写入。',
    en: '“{field}” has no value and is left out.',
  },
  'field-too-short': {
    'zh-CN': 'OA 中“{field}”太短（至少 {min} {unit}），企业微信会拒绝，此字段不写入。请在 OA 中更正。',
    en: '“{field}” is too short for WeCom (at least {min} {unit}) and is left out. Correct it in the OA.',
  },
  'field-too-long': {
    'zh-CN':
      'OA 中“{field}”太长（最多 {max} {unit}），企业微信会拒绝，此字段不写入。请在 OA 中缩短，或用表达式截取。',
    en: '“{field}” is too long for WeCom (at most {max} {unit}) and is left out. Shorten it in the OA, or with an expression.',
  },
  'field-malformed': {
    'zh-CN': 'OA 中“{field}”的格式企业微信不接受，此字段不写入。请在 OA 中更正。',
    en: 'WeCom does not accept “{field}” in this form, so it is left out. Correct it in the OA.',
  },
  'expression-failed': {
    'zh-CN': '“{field}”的表达式对此人无法计算，此字段不写入：{message}',
    en: 'The expression of “{field}” fails for this user, so the field is left out: {message}',
  },
  'department-conflict': {
    'zh-CN': '部门存在冲突，不做处理。',
    en: 'A conflict: this department is left as it is.',
  },
  'member-conflict': { 'zh-CN': '成员存在冲突，不做处理。', en: 'A conflict: this person is left as it is.' },

  'undo-linked': { 'zh-CN': '撤销：取消当次建立的部门关联。', en: 'Undo: the link made by the run ends.' },
  'undo-unlinked': { 'zh-CN': '撤销：恢复部门关联。', en: 'Undo: the link comes back.' },
  'undo-created-department': {
    'zh-CN': '撤销：删除当次新建的部门（仅当部门为空）。',
    en: 'Undo: the department created by the run is deleted, if it is empty.',
  },
  'undo-renamed': {
    'zh-CN': '撤销：恢复部门原名称。',
    en: 'Undo: the department gets its former name back.',
  },
  'undo-moved': {
    'zh-CN': '撤销：移回原上级部门。',
    en: 'Undo: the department goes back under its former parent.',
  },
  'undo-deleted-department': {
    'zh-CN': '撤销：重新创建被删除的部门。部门 ID 会是新的，应用可见范围等引用旧 ID 的设置不会恢复。',
    en: 'Undo: the deleted department is created again, under a new id; visible ranges that named the old one do not come back.',
  },
  'undo-bound': { 'zh-CN': '撤销：解除当次建立的绑定。', en: 'Undo: the binding made by the run ends.' },
  'undo-unbound': { 'zh-CN': '撤销：恢复绑定。', en: 'Undo: the binding comes back.' },
  'undo-created-deleted': {
    'zh-CN': '撤销：当次新增的成员从未激活，可以安全删除。',
    en: 'Undo: the member created by the run never activated the account, so it can be deleted.',
  },
  'undo-created-disabled': {
    'zh-CN': '撤销：当次新增的成员已激活，或无法确认是否激活过；为保留聊天记录，只禁用、不删除。',
    en: 'Undo: the member created by the run has used the account, or nobody can tell; it is disabled, not deleted.',
  },
  'undo-updated': {
    'zh-CN': '撤销：写回当次修改之前的内容。',
    en: 'Undo: what was there before the run is written back.',
  },
  'undo-enabled': {
    'zh-CN': '撤销：重新禁用当次启用的成员。',
    en: 'Undo: the member enabled by the run is disabled again.',
  },
  'undo-disabled': {
    'zh-CN': '撤销：启用当次禁用的成员，并恢复原部门。',
    en: 'Undo: the member disabled by the run is enabled again, in the former departments.',
  },
  'undo-deleted': {
    'zh-CN':
      '撤销：用已知信息重新创建被删除的成员。聊天记录、激活状态、微信绑定和企业邮箱无法恢复，成员需要重新加入企业。',
    en: 'Undo: the deleted member is created again from what is known. Chat history, activation, the WeChat link and the company mailbox do not come back; the person has to join again.',
  },
  'undo-superior': { 'zh-CN': '撤销：恢复原直属上级。', en: 'Undo: the former superior comes back.' },
  'undo-before-unknown': {
    'zh-CN': '这些字段在当次修改之前的内容无人知晓，无法恢复，保持现状：{fields}',
    en: 'Nobody knows what these fields held before the run, so they stay as they are: {fields}',
  },
  'undo-conflict': {
    'zh-CN': '当次任务之后又有改动，撤销不会覆盖。',
    en: 'Changed since the run; an undo does not overwrite that.',
  },
};

export const pushDepartmentConflictTexts: Texts<DepartmentConflict> = {
  'name-empty': {
    'zh-CN': '部门没有可用的名称。请在 OA 中填写名称。',
    en: 'The department has no usable name. Give it one in the OA.',
  },
  'name-reserved': {
    'zh-CN': '该名称是存放已禁用成员的部门所用，OA 的部门不能使用。请在 OA 中改名，或在设置中换一个名称。',
    en: 'This name belongs to the department of disabled members. Rename one of the two.',
  },
  'name-taken': {
    'zh-CN': '同一上级下已有另一个同名部门。请在 OA 或企业微信中改名后重新同步。',
    en: 'Another department of this name lies under the same parent. Rename one of them, then push again.',
  },
  'name-taken-until-deleted': {
    'zh-CN': '名称被一个将在本次同步最后删除的部门占用；删除后，下一次同步会处理。',
    en: 'The name is held by a department that this run deletes at its end; the next run finds it free.',
  },
  'parent-unresolved': {
    'zh-CN': '上级部门存在冲突，其下的部门无法放置。请先解决上级部门的冲突。',
    en: 'The parent has a conflict of its own. Solve that first.',
  },
  'below-itself': {
    'zh-CN': '按 OA 移动后，部门会位于自己的下级中，因为中间的部门无法移动。请先解决中间部门的冲突。',
    en: 'Moved so, the department would lie below itself, because one in between stays. Solve the conflict of that one first.',
  },
  'siblings-unreadable': {
    'zh-CN': '该上级下有名称无法读取的部门，无法判断是否同名，因此不新建。请把应用的可见范围扩大到该部门。',
    en: 'Departments under this parent have names that no app may read, so nothing is created there. Widen the visible range of the app.',
  },
  'several-with-this-name': {
    'zh-CN': '同一层级有多个同名部门，无法确定关联哪一个。请在企业微信中改名，只留一个。',
    en: 'Several departments of this name lie on this level. Rename all but one in WeCom.',
  },
  'too-deep': {
    'zh-CN': '企业微信的部门最多 15 级，该部门会超出。请在 OA 中减少层级，或另选顶级部门。',
    en: 'WeCom allows 15 levels and this department would lie deeper. Flatten the OA, or choose another top department.',
  },
  'holds-the-top-department': {
    'zh-CN': '该部门关联的是顶级部门本身或其上级，不能移动或改名。请在设置中检查顶级部门。',
    en: 'It is linked to the top department or to one above it. Check the top department in the settings.',
  },
  'changed-since': {
    'zh-CN': '当次任务之后，该部门又被修改过，撤销不会覆盖。',
    en: 'The department was changed since the run; an undo does not overwrite that.',
  },
  'department-gone': { 'zh-CN': '该部门已不存在。', en: 'The department no longer exists.' },
};

export const pushUserConflictTexts: Texts<UserConflict['code']> = {
  'several-members-match': {
    'zh-CN': '按“{field}”有 {count} 名企业微信成员匹配，无法确定是哪一位。请手动绑定，或更换匹配字段。',
    en: '{count} members match by “{field}”. Bind the right one by hand, or choose another match field.',
  },
  'several-oa-users-match': {
    'zh-CN': '按“{field}”有 {count} 名 OA 人员匹配同一名成员。请手动绑定，或在 OA 中更正。',
    en: '{count} OA users match the same member by “{field}”. Bind by hand, or correct the OA.',
  },
  'refused-by-person': {
    'zh-CN':
      '按“{field}”对应成员 {userId}，但有人已确认两者不是同一人，因此既不绑定，也不新建账号。如果是同一人，请手动绑定；否则请更正两边相同的值，或更换匹配字段。',
    en: 'By “{field}” this is the member {userId}, but a person said that they are two people: they are not bound, and no second account is created. Bind them by hand if they are one; otherwise correct the value they share, or choose another match field.',
  },
  'userid-missing': {
    'zh-CN': '用作企业微信账号的 OA 字段（{field}）为空。请在 OA 中填写，或在设置中换一个字段。',
    en: 'The OA field for the userid ({field}) is empty. Fill it in the OA, or choose another field.',
  },
  'userid-invalid': {
    'zh-CN':
      '“{userId}”不能用作企业微信账号（{problem}）。账号最长 64 字节，只能包含字母、数字和 _ - @ .，且以字母或数字开头。请更正，或在设置中换一个字段。',
    en: '“{userId}” can’t be a userid ({problem}). It has at most 64 bytes of letters, digits and _ - @ . and begins with a letter or digit. Correct it, or choose another field.',
  },
  'userid-taken': {
    'zh-CN':
      '账号“{userId}”已被企业微信中的另一名成员使用（不区分大小写）。如果是同一个人，请绑定；否则请更换账号。',
    en: 'Another member has the userid “{userId}” (case does not count). Bind the two if they are one person; otherwise change the userid.',
  },
  'userid-not-unique': {
    'zh-CN': 'OA 中有多人会使用同一个账号“{userId}”。请在 OA 中更正。',
    en: 'Several OA users would get the userid “{userId}”. Correct the OA.',
  },
  'name-missing': { 'zh-CN': '没有姓名，无法创建成员。', en: 'Without a name no member can be created.' },
  'name-invalid': {
    'zh-CN': '姓名企业微信不接受（{problem}；1–64 个字符）。请在 OA 中更正。',
    en: 'WeCom does not accept the name ({problem}; 1–64 characters). Correct it in the OA.',
  },
  'no-mobile-nor-email': {
    'zh-CN': '手机和邮箱都没有可用的值，企业微信要求至少有一个。请在 OA 中填写。',
    en: 'Neither mobile nor mail has a usable value, and WeCom wants one of them. Fill it in the OA.',
  },
  'member-not-read': {
    'zh-CN': '已绑定的成员不在这次（不完整的）读取中，不做处理。',
    en: 'The bound member is missing from this reading, which was not whole; nothing is done.',
  },
  'department-unresolved': {
    'zh-CN': '所在部门存在冲突，成员无法放置。请先解决部门的冲突。',
    en: 'The department has a conflict, so the person can’t be placed. Solve that first.',
  },
  'changed-since': {
    'zh-CN': '当次任务之后，这些内容又被修改过，撤销不会覆盖：{fields}',
    en: 'Changed since the run, and not overwritten by an undo: {fields}',
  },
  'member-gone': { 'zh-CN': '该成员已不在企业微信中。', en: 'The member is no longer in WeCom.' },
  'binding-changed-since': {
    'zh-CN': '当次任务之后，绑定关系已经改变，撤销不会触动。',
    en: 'The binding is another one since the run; an undo leaves it alone.',
  },
  'department-gone': {
    'zh-CN': '原来的部门已不存在，无法放回。请先恢复部门，或手动处理。',
    en: 'The former departments no longer exist, so nobody can be put back into them.',
  },
};

/** Why a push stopped before it could plan, or while it applied. */
export const pushStopTexts: Texts<
  PlanStop['code'] | 'no-contacts-secret' | 'plan-not-found' | 'plan-hash-differs' | OtherStop
> = {
  ...oaStopTexts,
  'read-only': {
    'zh-CN': '通讯录设置为只读，不能同步到企业微信。如需同步，请把接口权限改为读写。',
    en: 'The directory settings are read-only, so nothing is pushed. Set the access to read-write.',
  },
  'wecom-is-master': {
    'zh-CN': '组织架构以企业微信为准，不能从 OA 同步。如需以 OA 为准，请修改设置并先模拟。',
    en: 'WeCom is the master of this corp, so the OA is not pushed. Change the master, and simulate first.',
  },
  'expression-invalid': {
    'zh-CN': '设置中“{field}”的表达式有错误，同步已中止：{message}',
    en: 'The expression of “{field}” in the settings is wrong, so the push stopped: {message}',
  },
  'no-contacts-secret': {
    'zh-CN': '没有通讯录同步 Secret，无法写入通讯录。请在企业页面填写。',
    en: 'Without a contacts secret nothing can be written. Enter it on the corp’s page.',
  },
  'oa-root-missing': {
    'zh-CN': 'OA 中没有根部门。请先写入 OA 组织架构。',
    en: 'The OA has no root. Feed the OA’s organisation first.',
  },
  'oa-has-several-roots': {
    'zh-CN': 'OA 中有 {count} 个根部门，只能有一个。',
    en: 'The OA has {count} roots; there has to be one.',
  },
  'root-unreadable': {
    'zh-CN':
      '企业微信的根部门不在应用的可见范围内，无法比对名称，同步已中止。请在企业微信管理后台 → 应用管理 → 该应用 → 可见范围中选择整个企业，或在设置中选择顶级部门。',
    en: 'The root of WeCom is outside the app’s visible range, so its name can’t be compared. In the WeCom admin console choose the whole company under 应用管理 → the app → 可见范围, or choose a top department in the settings.',
  },
  'top-department-missing': {
    'zh-CN': '设置中选择的顶级部门（ID {departmentId}）在企业微信中已不存在。请重新选择。',
    en: 'The chosen top department (id {departmentId}) no longer exists in WeCom. Choose another.',
  },
  'top-department-unreadable': {
    'zh-CN':
      '顶级部门（ID {departmentId}）不在应用的可见范围内，同步已中止。请在企业微信管理后台 → 应用管理 → 该应用 → 可见范围中加入该部门。',
    en: 'The top department (id {departmentId}) is outside the app’s visible range. Add it in the WeCom admin console under 应用管理 → the app → 可见范围.',
  },
  'root-names-differ': {
    'zh-CN':
      '顶级部门名称不同：OA 为“{oaName}”，企业微信为“{wecomName}”，无法匹配，同步已中止。请改为相同名称，或在设置中选择顶级部门。',
    en: 'The roots have different names: “{oaName}” in the OA, “{wecomName}” in WeCom. The push stopped. Make them equal, or choose a top department in the settings.',
  },
  'plan-not-found': { 'zh-CN': '要执行的方案已不存在。', en: 'The plan to be applied no longer exists.' },
  'plan-hash-differs': {
    'zh-CN': '方案与批准的不是同一份，没有写入任何内容。',
    en: 'The plan is not the one that was approved. Nothing was written.',
  },
  'plan-moved-on': {
    'zh-CN': '重新读取后方案已有变化，没有写入任何内容；已生成新的方案供查看。',
    en: 'Read again, the plan is another one. Nothing was written; a new plan is ready.',
  },
  'approval-timed-out': {
    'zh-CN': '在规定时间内没有批准，方案已失效。',
    en: 'Nobody approved in time, so the plan expired.',
  },
  superseded: { 'zh-CN': '已被更新的一次同步取代。', en: 'A newer push took its place.' },
  'maintenance-window': {
    'zh-CN': '处于维护时段，{until} 之后继续写入。',
    en: 'A maintenance window is open; writing goes on after {until}.',
  },
  'pull-busy': {
    'zh-CN': '另一次拉取一直没有结束，无法读取企业微信。请先查看或取消该拉取，再重新同步。',
    en: 'Another pull did not end, so WeCom could not be read. Look at that pull or cancel it, then push again.',
  },
  'oa-unavailable': {
    'zh-CN': '一直无法连接 OA，没有写入任何内容。请检查 OA 的地址与网络。',
    en: 'The OA could not be reached, and nothing was written. Check its address and the network.',
  },
  'oa-refused': {
    'zh-CN': 'OA 拒绝了请求。请检查密钥、服务器时间和 OA 一侧的接口程序。',
    en: 'The OA refused the request. Check the secret, the clocks and the program on the OA’s side.',
  },
  'oa-directory-without-users': {
    'zh-CN': 'OA 返回的组织中没有人员。空的返回不等于公司里没有人，没有写入任何内容。',
    en: 'The OA answered without users. An empty answer is not an empty company; nothing was written.',
  },
  'oa-directory-contradicts-itself': {
    'zh-CN': 'OA 的组织数据前后矛盾，无法生成方案。请重新写入 OA 组织架构。',
    en: 'The OA’s directory contradicts itself, so nothing can be planned. Feed it again.',
  },
};

type OtherStop =
  | 'plan-moved-on'
  | 'approval-timed-out'
  | 'superseded'
  | 'maintenance-window'
  | 'pull-busy'
  | 'oa-unavailable'
  | 'oa-refused'
  | 'oa-directory-without-users'
  | 'oa-directory-contradicts-itself';

type OaReadingProblem = Extract<GuardReason, { code: 'oa-reading' }>['reading'];
type WecomReadingProblem = Extract<GuardReason, { code: 'wecom-reading' }>['reading'];

/** What the guard found; readings and groups have their words below. */
export const pushGuardTexts: Texts<Exclude<GuardReason['code'], 'oa-reading' | 'wecom-reading'>> = {
  'max-decrease': {
    'zh-CN': 'OA 在职人员比上次成功同步减少 {decrease} 人，超过上限 {limit}，同步已停止。',
    en: 'The OA has {decrease} active users fewer than at the last applied push; {limit} are allowed. The push stopped.',
  },
  'limit-exceeded': {
    'zh-CN': '{group}：本次 {count}，24 小时内已有 {lastDay}，上限 {limit}。',
    en: '{group}: {count} in this plan, {lastDay} in the last 24 hours, {limit} allowed.',
  },
  'percent-exceeded': {
    'zh-CN': '24 小时内禁用和删除共 {count} 人，已绑定成员 {of} 人，超过 {limit}%。',
    en: '{count} of {of} bound members would be disabled or deleted within 24 hours; {limit} % are allowed.',
  },
  'branch-exceeded': {
    'zh-CN': '部门“{department}”：{of} 人中有 {count} 人将被禁用或删除，超过 {limit}%。',
    en: 'Department “{department}”: {count} of {of} would be disabled or deleted; {limit} % are allowed.',
  },
  'protected-users': {
    'zh-CN': '{count} 名受保护的成员（管理员、审批人或保护名单）不会被禁用或删除。',
    en: '{count} protected members (administrators, approvers, the protected list) are neither disabled nor deleted.',
  },
  'status-unreadable': {
    'zh-CN': '{count} 名成员的激活状态无法读取，删除需要批准。请把他们加入应用的可见范围。',
    en: 'The status of {count} members can’t be read, so their deletion waits for approval. Put them into the app’s visible range.',
  },
  'departments-not-empty': {
    'zh-CN': '{count} 个部门里还有成员或子部门，不会删除。',
    en: '{count} departments still hold members or departments and are not deleted.',
  },
  postponed: {
    'zh-CN': '{count} 项变更已推迟，到期之前不会执行。',
    en: '{count} changes are postponed and wait for their day.',
  },
  'depends-on-held': {
    'zh-CN': '{count} 项变更依赖于被暂缓的变更，一并暂缓。',
    en: '{count} changes need one that is held, and are held with it.',
  },
  'account-limit': {
    'zh-CN':
      '提醒：本次新增 {count} 名成员，企业微信中现有 {used} 名，账号上限为 {limit}，超出的新增会被企业微信拒绝（错误码 45024）。本次删除的 {deletes} 名在新增之后才释放名额。',
    en: 'Mind: {count} members are created, {used} exist, and the account limit is {limit}; WeCom refuses what is beyond (45024). The {deletes} deletions free places only afterwards.',
  },
  'account-creations': {
    'zh-CN':
      '提醒：本月已新增 {thisMonth} 名，本次再增 {count} 名，会超过企业微信每月 {limit} 名（账号上限的 3 倍）的限制。',
    en: 'Mind: {thisMonth} members were created this month and {count} more are planned; WeCom allows {limit} a month, three times the account limit.',
  },
};

export const pushOaReadingTexts: Texts<OaReadingProblem> = {
  incomplete: {
    'zh-CN': 'OA 数据不完整，本次不禁用、不删除任何人和部门。',
    en: 'The OA’s data is not whole, so nobody and nothing is disabled or deleted.',
  },
  'loss-unconfirmed': {
    'zh-CN': 'OA 数据比上次大量减少且尚未确认，本次不禁用、不删除。请先在 OA 数据页面确认。',
    en: 'The OA lost many people and nobody has confirmed it yet, so nothing is disabled or deleted. Confirm the loss first.',
  },
  empty: {
    'zh-CN': 'OA 中没有在职人员。空的数据不等于所有人离职，本次不禁用、不删除。',
    en: 'The OA has no active user. Empty data is no mass departure: nothing is disabled or deleted.',
  },
};

export const pushWecomReadingTexts: Texts<WecomReadingProblem> = {
  incomplete: {
    'zh-CN': '企业微信的读取不完整，本次不禁用、不删除任何人和部门。',
    en: 'WeCom was not read whole, so nobody and nothing is disabled or deleted.',
  },
  empty: {
    'zh-CN': '从企业微信没有读到任何成员，本次不禁用、不删除。',
    en: 'No member was read from WeCom, so nothing is disabled or deleted.',
  },
};

/** Why one row waits. */
export const pushHoldTexts: Texts<Hold['code'] | GuardReason['code']> = {
  'status-unreadable': {
    'zh-CN': '激活状态无法读取，删除需要批准。',
    en: 'The status can’t be read, so the deletion waits for approval.',
  },
  'department-not-empty': {
    'zh-CN': '部门里还有 {members} 名成员和 {departments} 个子部门。清空后重新同步。',
    en: '{members} members and {departments} departments are still inside. Empty it, then push again.',
  },
  'departments-not-empty': { 'zh-CN': '部门不为空。', en: 'The department is not empty.' },
  postponed: { 'zh-CN': '已推迟到 {until}。', en: 'Postponed until {until}.' },
  'max-decrease': { 'zh-CN': 'OA 人员减少超过上限。', en: 'The OA lost more users than allowed.' },
  'limit-exceeded': { 'zh-CN': '超过数量上限。', en: 'More than the limit allows.' },
  'percent-exceeded': { 'zh-CN': '超过比例上限。', en: 'A larger share than the limit allows.' },
  'branch-exceeded': {
    'zh-CN': '所在部门超过比例上限。',
    en: 'A larger share of the department than allowed.',
  },
  'oa-reading': { 'zh-CN': 'OA 数据不完整或未确认。', en: 'The OA’s data is not whole or not confirmed.' },
  'wecom-reading': { 'zh-CN': '企业微信读取不完整。', en: 'WeCom was not read whole.' },
  'protected-users': { 'zh-CN': '受保护的成员。', en: 'A protected member.' },
  'depends-on-held': { 'zh-CN': '依赖于被暂缓的变更。', en: 'Needs a change that is held.' },
  'account-limit': { 'zh-CN': '超过账号上限。', en: 'Beyond the account limit.' },
  'account-creations': { 'zh-CN': '超过每月新增上限。', en: 'Beyond the creations of a month.' },
};

export type PushOutcomeCode =
  | 'already-so'
  | 'already-gone'
  | 'wecom-refused'
  | 'wecom-unavailable'
  | 'userid-exists'
  | 'mobile-exists'
  | 'email-exists'
  | 'department-exists'
  | 'department-gone'
  | 'department-not-empty'
  | 'departments-made-by-wecom'
  | 'member-gone'
  | 'mobile-of-activated-member'
  | 'status-unreadable'
  | 'changed-since'
  | 'dependency-failed'
  | 'left-out'
  | 'postponed'
  | 'dependency-left-out';

export const pushOutcomeTexts: Texts<PushOutcomeCode> = {
  'already-so': { 'zh-CN': '企业微信中已经如此，无需写入。', en: 'WeCom had it so already.' },
  'already-gone': { 'zh-CN': '企业微信中已不存在，无需删除。', en: 'It was gone from WeCom already.' },
  'wecom-refused': { 'zh-CN': '企业微信拒绝了这项变更。', en: 'WeCom refused this change.' },
  'wecom-unavailable': {
    'zh-CN': '企业微信暂时无法处理，稍后自动重试。',
    en: 'WeCom could not do it for now; it is tried again.',
  },
  'userid-exists': {
    'zh-CN': '账号已被使用，没有重复创建。如果是同一个人，请把该成员绑定到此 OA 人员。',
    en: 'The userid is taken and no second account was made. Bind that member if it is the same person.',
  },
  'mobile-exists': {
    'zh-CN': '手机号已被企业微信中的成员使用，没有写入。如果是同一个人，请绑定该成员；否则请更正手机号。',
    en: 'A member has this mobile already, so nothing was written. Bind that member if it is the same person; otherwise correct the mobile.',
  },
  'email-exists': {
    'zh-CN': '邮箱已被企业微信中的成员使用，没有写入。如果是同一个人，请绑定该成员；否则请更正邮箱。',
    en: 'A member has this mail address already, so nothing was written. Bind that member if it is the same person; otherwise correct the address.',
  },
  'department-exists': {
    'zh-CN': '同一上级下已有同名部门，没有写入。重新模拟后会尝试关联。',
    en: 'A department of this name lies under the same parent. Simulate again: it may be linked then.',
  },
  'department-gone': { 'zh-CN': '部门已不存在，没有写入。', en: 'The department no longer exists.' },
  'department-not-empty': {
    'zh-CN': '部门不为空，没有删除。',
    en: 'The department was not empty and was not deleted.',
  },
  'departments-made-by-wecom': {
    'zh-CN': '企业微信不认识所给的部门，自行新建了部门（{departments}）。请检查并处理该成员所在的部门。',
    en: 'WeCom did not know the department and made its own ({departments}). Check where this member is now.',
  },
  'member-gone': { 'zh-CN': '该成员已不在企业微信中。', en: 'The member is no longer in WeCom.' },
  'mobile-of-activated-member': {
    'zh-CN': '成员已激活，企业微信会忽略手机号的修改，因此没有写入手机号。',
    en: 'The member is activated, so WeCom would have ignored the mobile; it was not written.',
  },
  'status-unreadable': {
    'zh-CN': '激活状态无法读取，没有删除。',
    en: 'The status could not be read, so nothing was deleted.',
  },
  'changed-since': {
    'zh-CN': '生成方案之后情况已经变化，没有写入。',
    en: 'Things changed since the plan was made, so nothing was written.',
  },
  'dependency-failed': {
    'zh-CN': '所依赖的变更没有完成（{change}），因此跳过。',
    en: 'Skipped, because a change it needs was not done ({change}).',
  },
  'left-out': { 'zh-CN': '管理员已将其排除。', en: 'An administrator left it out.' },
  postponed: {
    'zh-CN': '已推迟到 {until}，到期后的方案会重新包含它。',
    en: 'Postponed until {until}; plans made after that have it again.',
  },
  'dependency-left-out': {
    'zh-CN': '所依赖的变更已被排除，因此一并排除。',
    en: 'A change it needs was left out, and this one with it.',
  },
};

export const pushWhyTitles: Texts<WhyStepName> = {
  source: { 'zh-CN': 'OA 记录', en: 'Source record' },
  scope: { 'zh-CN': '同步范围', en: 'Scope' },
  binding: { 'zh-CN': '关联', en: 'Binding' },
  rule: { 'zh-CN': '规则', en: 'Rule' },
  date: { 'zh-CN': '时间', en: 'Date' },
};

const feedOf = {
  'zh-CN': 'OA 数据第 {version} 版，写入于 {fedAt}',
  en: 'OA data version {version}, fed {fedAt}',
};

export const pushWhyTexts: Texts<WhyCode> = {
  'source-user-active': {
    'zh-CN': `OA 中编号 {id} 的人员在职（${feedOf['zh-CN']}）。`,
    en: `OA user {id} is active (${feedOf.en}).`,
  },
  'source-user-departed': {
    'zh-CN': `OA 中编号 {id} 的人员已离职（${feedOf['zh-CN']}）。`,
    en: `OA user {id} has departed (${feedOf.en}).`,
  },
  'source-user-gone': {
    'zh-CN': `OA 中已没有编号 {id} 的人员（${feedOf['zh-CN']}）。`,
    en: `The OA has no user {id} any more (${feedOf.en}).`,
  },
  'source-department': {
    'zh-CN': `OA 中有部门“{name}”（编号 {id}；${feedOf['zh-CN']}）。`,
    en: `The OA has the department “{name}” (id {id}; ${feedOf.en}).`,
  },
  'source-department-gone': {
    'zh-CN': `OA 中已没有此部门（{id}；${feedOf['zh-CN']}）。`,
    en: `The OA has this department no more ({id}; ${feedOf.en}).`,
  },
  'source-folder': {
    'zh-CN': '不是 OA 的部门：由本系统为已禁用的成员设立。',
    en: 'Not a department of the OA: the bridge keeps it for disabled members.',
  },
  'scope-everything': {
    'zh-CN': '没有选择特定范围，全部在同步范围内。',
    en: 'Nothing is chosen, so everybody is in scope.',
  },
  'scope-department': { 'zh-CN': '主部门在所选范围内。', en: 'The main department is among those chosen.' },
  'scope-part-time-department': {
    'zh-CN': '兼职部门在所选范围内。',
    en: 'A part-time department is among those chosen.',
  },
  'scope-included': { 'zh-CN': '列在“用户范围（包含）”中。', en: 'Listed under included users.' },
  'scope-excluded': {
    'zh-CN': '列在“用户范围（排除）”中；已绑定的成员：{outOfScope}。',
    en: 'Listed under excluded users; bound members are {outOfScope}.',
  },
  'scope-not-chosen': {
    'zh-CN': '不在所选的分部、部门和用户中；已绑定的成员：{outOfScope}。',
    en: 'Not among the chosen subcompanies, departments and users; bound members are {outOfScope}.',
  },
  'scope-not-asked': { 'zh-CN': '与同步范围无关。', en: 'The scope does not matter here.' },
  'scope-departments-everything': {
    'zh-CN': '没有选择特定范围，全部部门在同步范围内。',
    en: 'Nothing is chosen, so every department is in scope.',
  },
  'scope-departments-chosen': {
    'zh-CN': '该部门在所选范围内，或是所选部门的上级。',
    en: 'The department is chosen, or lies above one that is.',
  },
  'scope-departments-out': {
    'zh-CN': '该部门不在所选范围内；已关联的部门：{outOfScope}。',
    en: 'The department is not among those chosen; linked ones are {outOfScope}.',
  },
  'binding-created': {
    'zh-CN': '成员由本系统创建并绑定（{boundAt}）。',
    en: 'The bridge created and bound the member ({boundAt}).',
  },
  'binding-matched': {
    'zh-CN': '成员按匹配字段（{field}）绑定（{boundAt}）。',
    en: 'The member was bound by the match field {field} ({boundAt}).',
  },
  'binding-pulled': {
    'zh-CN': '拉取时按匹配字段（{field}）绑定（{boundAt}）。',
    en: 'A pull bound the member by the match field {field} ({boundAt}).',
  },
  'binding-visit': {
    'zh-CN': '成员打开应用时按匹配字段（{field}）绑定（{boundAt}）。',
    en: 'The member was bound by the match field {field} on opening an app ({boundAt}).',
  },
  'binding-employee': {
    'zh-CN': '成员本人用 OA 账号绑定（{boundAt}）。',
    en: 'The member signed in with the OA account and was bound ({boundAt}).',
  },
  'binding-imported': {
    'zh-CN': '成员由导入的文件绑定（{boundAt}）。',
    en: 'An imported file bound the member ({boundAt}).',
  },
  'binding-decided': {
    'zh-CN': '成员由人工在冲突处理中选定（{boundAt}）。',
    en: 'Somebody chose the OA user among several candidates ({boundAt}).',
  },
  'binding-synced': {
    'zh-CN': 'OA 人员由本系统按企业微信成员创建（{boundAt}）。',
    en: 'The bridge created the OA user for the member ({boundAt}).',
  },
  'binding-manual': {
    'zh-CN': '成员由人工绑定（{boundAt}）。',
    en: 'Somebody bound the member by hand ({boundAt}).',
  },
  'binding-by-this-change': { 'zh-CN': '由这项变更建立绑定。', en: 'This change makes the binding.' },
  'binding-none': { 'zh-CN': '没有绑定。', en: 'There is no binding.' },
  'link-there': { 'zh-CN': '部门已关联（{linkedAt}）。', en: 'The department is linked ({linkedAt}).' },
  'link-by-this-change': { 'zh-CN': '由这项变更建立关联。', en: 'This change makes the link.' },
  'link-none': { 'zh-CN': '没有关联。', en: 'There is no link.' },
  'date-done': {
    'zh-CN': '已于 {finishedAt} 处理（设置第 {settingsVersion} 版）。',
    en: 'Settled {finishedAt} (settings version {settingsVersion}).',
  },
  'date-planned': {
    'zh-CN': '方案于 {plannedAt} 生成（设置第 {settingsVersion} 版），执行时写入。',
    en: 'Planned {plannedAt} (settings version {settingsVersion}); it is written when the plan is applied.',
  },
  'date-planned-then-deleted': {
    'zh-CN': '方案于 {plannedAt} 生成（设置第 {settingsVersion} 版），执行时禁用，{days} 天后删除。',
    en: 'Planned {plannedAt} (settings version {settingsVersion}); disabled when the plan is applied, deleted {days} days later.',
  },
  'date-held': {
    'zh-CN': '方案于 {plannedAt} 生成（设置第 {settingsVersion} 版），目前暂缓。',
    en: 'Planned {plannedAt} (settings version {settingsVersion}); it is held for now.',
  },
  'date-postponed': {
    'zh-CN': '方案于 {plannedAt} 生成（设置第 {settingsVersion} 版），已推迟到 {until}。',
    en: 'Planned {plannedAt} (settings version {settingsVersion}); postponed until {until}.',
  },
  'date-never': {
    'zh-CN': '方案于 {plannedAt} 生成（设置第 {settingsVersion} 版），不会写入。',
    en: 'Planned {plannedAt} (settings version {settingsVersion}); nothing will be written.',
  },
};

// ---------------------------------------------------------------- codes to words

export function pushFieldLabel(field: string, lang: Lang): string {
  if (Object.hasOwn(pushFieldTexts, field)) {
    return translate(pushFieldTexts[field as keyof typeof pushFieldTexts], lang);
  }
  for (const [prefix, text] of Object.entries(attributeTexts)) {
    if (field.startsWith(prefix)) return translate(text, lang, { name: field.slice(prefix.length) });
  }
  return field;
}

export function pushActionText(action: string, lang: Lang): string {
  return say(pushActionTexts, action, lang);
}

export function pushStatusText(status: string, lang: Lang): string {
  return say(pushStatusTexts, status, lang);
}

export function pushLimitGroupText(group: string, lang: Lang): string {
  return say(pushLimitGroupTexts, group, lang);
}

/** A conflict speaks of its own reason. A name that had to be altered is said after the rule. */
export function pushRuleText(change: Change, lang: Lang): string {
  if (change.action === 'conflict') {
    const { because } = change.conflict;
    return typeof because === 'string'
      ? say(departmentConflictTexts, because, lang)
      : say(userConflictTexts, because.code, lang, 'params' in because ? because.params : {});
  }
  const { code, params } = change.rule;
  const said = say(pushRuleTexts, code, lang, params);
  return 'alteredFrom' in params ? `${said} ${translate(alteredText, lang, params)}` : said;
}

const userConflictTexts = { ...pushUserConflictTexts, ...oaUserConflictTexts };
const outcomeTexts = { ...pushOutcomeTexts, ...oaOutcomeTexts };
const departmentConflictTexts = { ...pushDepartmentConflictTexts, ...oaDepartmentConflictTexts };

const alteredText: Text = {
  'zh-CN': '（OA 中的名称“{alteredFrom}”含有企业微信不允许的内容，已调整。）',
  en: '(WeCom does not allow the OA’s name “{alteredFrom}”, so it is altered.)',
};

export function pushHoldText(code: string, { hold }: Pick<Change, 'hold'>, lang: Lang): string {
  const params = hold !== null && hold.code === code && 'params' in hold ? hold.params : {};
  return say(pushHoldTexts, code, lang, params);
}

export function pushOutcomeText(code: string, params: TextParams, lang: Lang): string {
  return say(outcomeTexts, code, lang, params);
}

/** Undefined where the code is none of a push. */
export function pushStopText(code: string, params: TextParams, lang: Lang): string | undefined {
  return Object.hasOwn(pushStopTexts, code) ? say(pushStopTexts, code, lang, params) : undefined;
}

export function pushGuardText(
  reason: GuardReason,
  departmentNames: ReadonlyMap<number, string | null>,
  lang: Lang,
  target: 'wecom' | 'oa' = 'wecom',
): string {
  const texts = target === 'oa' ? { ...pushGuardTexts, ...oaGuardTexts } : pushGuardTexts;
  switch (reason.code) {
    case 'oa-reading':
      return say(pushOaReadingTexts, reason.reading, lang);
    case 'wecom-reading':
      return say(target === 'oa' ? oaWecomReadingTexts : pushWecomReadingTexts, reason.reading, lang);
    case 'limit-exceeded':
      return say(texts, reason.code, lang, {
        ...reason.params,
        group: say(target === 'oa' ? oaLimitGroupTexts : pushLimitGroupTexts, reason.group, lang),
      });
    case 'branch-exceeded':
      return say(texts, reason.code, lang, {
        ...reason.params,
        department: departmentNames.get(reason.departmentId) ?? `#${reason.departmentId}`,
      });
    default:
      return say(texts, reason.code, lang, reason.params);
  }
}

export function pushWhyTitle(step: string, lang: Lang): string {
  return say(pushWhyTitles, step, lang);
}

export function pushWhyText(code: string, params: TextParams, lang: Lang): string {
  const [kind, of, because] = code.split(':');
  if (kind === 'conflict' && of === 'user') return say(userConflictTexts, because ?? '', lang, params);
  if (kind === 'conflict') return say(departmentConflictTexts, because ?? '', lang, params);
  const texts: Readonly<Record<string, Text>> = Object.hasOwn(pushWhyTexts, code)
    ? pushWhyTexts
    : pushRuleTexts;
  return say(texts, code, lang, params);
}

/** A code nobody knows, of a plan made by a later version, is shown as it is. */
function say(
  texts: Readonly<Record<string, Text>>,
  code: string,
  lang: Lang,
  params: TextParams = {},
): string {
  const text = Object.hasOwn(texts, code) ? texts[code] : undefined;
  return text === undefined ? code : translate(text, lang, readable(params, lang));
}

const times: ReadonlySet<string> = new Set([
  'fedAt',
  'boundAt',
  'linkedAt',
  'plannedAt',
  'finishedAt',
  'until',
]);

/** Parameters are codes too: fields, units, reasons and times get their words. */
function readable(params: TextParams, lang: Lang): TextParams {
  const named = (texts: Readonly<Record<string, Text>>, value: string | number): string =>
    Object.hasOwn(texts, value) ? say(texts, String(value), lang) : String(value);
  return Object.fromEntries(
    Object.entries(params).map(([name, value]): [string, string | number] => {
      if (name === 'field') return [name, pushFieldLabel(String(value), lang)];
      if (name === 'fields') {
        const labels = String(value)
          .split(', ')
          .map((field) => pushFieldLabel(field, lang));
        return [name, labels.join(lang === 'zh-CN' ? '、' : ', ')];
      }
      if (name === 'unit') return [name, named(unitTexts, value)];
      if (name === 'problem') return [name, named(pushFieldProblemTexts, value)];
      if (name === 'because') return [name, named(scopeReasonTexts, value)];
      if (name === 'outOfScope') return [name, named(outOfScopeTexts, value)];
      if (times.has(name)) return [name, localTime(String(value), params['timezone'])];
      return [name, value];
    }),
  );
}

function localTime(iso: string, timezone: string | number | undefined): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  // The Swedish form is the one people of both languages read the same way: 2026-11-21 15:04.
  return new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'short',
    timeZone: timezone === undefined ? 'UTC' : String(timezone),
  }).format(at);
}
