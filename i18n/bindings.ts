import type { LinkConflictCode, LinkReason } from '../domain/directory/linking';
import type { ImportResult } from '../domain/directory/binding-import';
import type { Text } from './index';

export const bindingTexts = {
  oaUserUnknown: {
    'zh-CN': 'OA 中没有编号为“{oaUserId}”的人员。请在 OA 通讯录中搜索并选择。',
    en: 'The OA has nobody with the id "{oaUserId}". Search for the person in the OA directory.',
  },
  oaUserDeparted: {
    'zh-CN': '此人已从 OA 离职，不能绑定。请选择在职人员。',
    en: 'This person has left the OA and can not be bound. Choose somebody active.',
  },
  oaUserBound: {
    'zh-CN': '此 OA 人员已绑定到成员 {name}（{userId}）。',
    en: 'This OA user is bound to the member {name} ({userId}).',
  },
  oaUserBoundAdvice: {
    'zh-CN': '确认要改绑时，请加上 replace: true：原成员将解除绑定，两边账号都不受影响。',
    en: 'To move the binding, send replace: true: the other member is unbound, and neither account is touched.',
  },
  memberBound: {
    'zh-CN': '该成员已绑定 OA 人员 {name}（{oaUserId}）。',
    en: 'This member is bound to the OA user {name} ({oaUserId}).',
  },
  memberBoundAdvice: {
    'zh-CN': '确认要改绑时，请加上 replace: true，或先解除绑定。',
    en: 'To bind somebody else, send replace: true, or unbind the member first.',
  },
  confirmUnbindAll: {
    'zh-CN': '请输入该企业的 CorpID（{corpId}）以确认解除全部绑定。',
    en: 'Type the corpid of this corp ({corpId}) to confirm that every binding is to end.',
  },
  notACandidate: {
    'zh-CN': '此人不在候选人中。若仍要绑定，请在成员卡片上操作。',
    en: 'This person is not among the candidates. To bind them all the same, use the card of the member.',
  },
  decidedMeanwhile: {
    'zh-CN': '此 OA 人员刚刚已绑定到成员 {name}（{userId}）。请选择其他候选人，或重新检查。',
    en: 'This OA user now belongs to the member {name} ({userId}). Choose another candidate, or look again.',
  },

  exportSheet: { 'zh-CN': '成员关联', en: 'Member bindings' },
  exportFile: { 'zh-CN': '成员关联', en: 'member-bindings' },

  columnsMissing: {
    'zh-CN':
      '缺少列：{missing}。需要的列是“账号”和“关联字段”（或英文表头 Userid、Link field）；文件中的列是：{found}。',
    en: 'Columns are missing: {missing}. Needed are "Userid" and "Link field" (or 账号 and 关联字段); the file has: {found}.',
  },
  columnTwice: {
    'zh-CN': '列“{column}”出现了不止一次，请只保留一列。',
    en: 'The column "{column}" is there more than once. Keep one of them.',
  },
  formulas: {
    'zh-CN': '文件中有公式（例如 {cell}）。请全选后“选择性粘贴为数值”，再保存上传。',
    en: 'The file has formulas (in {cell}, for one). Paste the cells as values, save, and upload it again.',
  },
  previewApplied: {
    'zh-CN': '这个文件已经导入过了。如需再次导入，请重新上传。',
    en: 'This file was applied before. Upload it again to apply it once more.',
  },
  previewGone: {
    'zh-CN': '预览已过期（保留 24 小时）。请重新上传文件。',
    en: 'The preview has expired (it is kept for 24 hours). Upload the file again.',
  },
} as const satisfies Record<string, Text>;

export const bindingColumns = {
  userId: { 'zh-CN': '账号', en: 'Userid' },
  name: { 'zh-CN': '姓名', en: 'Name' },
  department: { 'zh-CN': '部门', en: 'Department' },
  mobile: { 'zh-CN': '手机', en: 'Mobile' },
  status: { 'zh-CN': '状态', en: 'Status' },
  oaAccount: { 'zh-CN': '已绑定OA账号', en: 'Bound OA account' },
  oaName: { 'zh-CN': 'OA姓名', en: 'OA name' },
  link: { 'zh-CN': '关联字段', en: 'Link field' },
} as const satisfies Record<string, Text>;

export const memberStatusTexts = {
  activated: { 'zh-CN': '已激活', en: 'Activated' },
  disabled: { 'zh-CN': '已禁用', en: 'Disabled' },
  inactive: { 'zh-CN': '未激活', en: 'Not activated' },
  left: { 'zh-CN': '已退出', en: 'Left' },
  unknown: { 'zh-CN': '未知', en: 'Unknown' },
} as const satisfies Record<string, Text>;

/** What is said of a row; null where there is nothing to say. */
export const importResultTexts: Readonly<Record<ImportResult, Text | null>> = {
  bind: null,
  rebind: {
    'zh-CN': '目前绑定的是 {boundName}（{boundTo}），将改绑。',
    en: 'Bound to {boundName} ({boundTo}) now; that binding gives way.',
  },
  unchanged: null,
  empty: null,
  'unknown-member': {
    'zh-CN': '企业微信中没有这个账号，请核对“账号”列。',
    en: 'WeCom has no member with this userid. Check the column "Userid".',
  },
  'unknown-value': {
    'zh-CN': 'OA 中没有在职人员的{field}是这个值，请核对，或改选关联字段。',
    en: 'Nobody active in the OA has this {field}. Check the value, or choose another link field.',
  },
  ambiguous: {
    'zh-CN': 'OA 中不止一人的{field}是这个值，请改用工号或登录名关联。',
    en: 'More than one person in the OA has this {field}. Use the job number or the login name instead.',
  },
  taken: {
    'zh-CN': '此 OA 人员已绑定到成员 {holderName}（{holder}）。请先解除该绑定，或把该成员也写入文件。',
    en: 'This OA user is bound to the member {holderName} ({holder}). End that binding first, or give that member another person in this file.',
  },
  repeated: {
    'zh-CN': '与第 {otherRow} 行是同一成员或同一 OA 人员，请只保留一行。',
    en: 'Row {otherRow} is about the same member or the same OA user. Keep one of them.',
  },
  departed: {
    'zh-CN': '这个值属于已离职的 OA 人员，不能绑定。',
    en: 'This value belongs to somebody who has left the OA.',
  },
};

export const importOutcomeTexts = {
  kept: { 'zh-CN': '保留了原有绑定。', en: 'The binding that was there was kept.' },
  changed: {
    'zh-CN': '预览之后有变化，未处理。请重新上传并查看。',
    en: 'Something has changed since the preview, so nothing was done. Upload the file again.',
  },
} as const satisfies Record<string, Text>;

export const importFieldTexts = {
  mobile: { 'zh-CN': '手机号', en: 'mobile' },
  jobNumber: { 'zh-CN': '工号', en: 'job number' },
  loginId: { 'zh-CN': '登录名', en: 'login name' },
  email: { 'zh-CN': '邮箱', en: 'email' },
} as const satisfies Record<string, Text>;

export const linkReasonTexts: Readonly<Record<LinkReason, Text>> = {
  'same-mobile': { 'zh-CN': '手机号相同', en: 'Same mobile' },
  'same-email': { 'zh-CN': '邮箱相同', en: 'Same email' },
  'same-job-number': { 'zh-CN': '工号相同', en: 'Same job number' },
  'same-name': { 'zh-CN': '姓名相同', en: 'Same name' },
  'same-login-id': { 'zh-CN': '账号与登录名相同', en: 'Userid is the login name' },
  'same-department': { 'zh-CN': '部门名称相同', en: 'Same department name' },
};

export const linkConflictTexts: Readonly<Record<LinkConflictCode, Text>> = {
  'several-users': {
    'zh-CN': '有多个 OA 人员符合匹配字段。',
    en: 'Several OA users have the value of the match field.',
  },
  'several-members': {
    'zh-CN': '有多个成员对应同一个 OA 人员。',
    en: 'Several members would be the same OA user.',
  },
  'bound-elsewhere': {
    'zh-CN': '符合匹配字段的 OA 人员已绑定到其他成员。',
    en: 'The OA user with the value of the match field is bound to another member.',
  },
};
