import type { DriftObstacle } from '../domain/directory/drift/possible';
import { pushFieldLabel } from './directory-push';
import { translate, type Lang, type Text } from './index';

/** What is said about changes made by hand in WeCom. */
export const driftObstacleTexts = {
  decided: { 'zh-CN': '这一项已经处理完毕。', en: 'This one is over and done with.' },
  'under-way': { 'zh-CN': '已有任务正在处理这一项。', en: 'A run is dealing with this one already.' },
  'not-managed': {
    'zh-CN': '该成员已解除绑定（或部门已不再对应），不再由本系统管理。',
    en: 'No longer bound or linked, so the bridge does not manage it any more.',
  },
  'object-gone': {
    'zh-CN': '该对象已在企业微信中被删除，请处理“已删除”这一项。',
    en: 'It was deleted in WeCom: decide about the deletion instead.',
  },
  'read-only': {
    'zh-CN': '该企业的通讯录设置为只读，不能写入企业微信。',
    en: 'The directory of this corp is set to read-only, so nothing is written to WeCom.',
  },
  'wecom-is-master': {
    'zh-CN': '该企业以企业微信为准，不从 OA 写回。',
    en: 'WeCom is the master of this corp, so nothing is written back to it.',
  },
  'no-contacts-secret': {
    'zh-CN': '该企业还没有通讯录 Secret，无法写入通讯录。',
    en: 'This corp has no contacts secret, without which nothing can be written.',
  },
  'not-in-oa': {
    'zh-CN': 'OA 中没有对应的人员或部门。',
    en: 'The OA has no user or department for it.',
  },
  'not-wanted': {
    'zh-CN': '按当前设置（范围、字段映射），OA 对这一项没有要求，推送不会写入。',
    en: 'By the present settings (scope, field mapping) the OA has no say in this, so a push would not write it.',
  },
  'oa-agrees': {
    'zh-CN': 'OA 的要求与企业微信现在的内容一致，无需处理。',
    en: 'The OA wants what WeCom has now, so there is nothing to do.',
  },
  'mobile-of-activated': {
    'zh-CN': '成员已激活，企业微信会忽略对其手机号的修改，只能由成员本人更改。',
    en: 'WeCom ignores a new mobile for an activated member. Only the member can change it.',
  },
  'creation-off': {
    'zh-CN': '设置为不新建成员，无法恢复被删除的账号。',
    en: 'The settings say that no members are created, so a deleted account can not be made anew.',
  },
  'department-not-linked': {
    'zh-CN': '企业微信中的这个部门没有对应的 OA 部门。',
    en: 'This department of WeCom stands for no department of the OA.',
  },
  'department-stays': {
    'zh-CN': '被删除的部门不能忽略：其中的人员将无处可放。请在企业微信还原，或把该部门移出推送范围。',
    en: 'A deleted department can not be ignored, because its people would have no place. Revert it, or take it out of the scope.',
  },
  expression: {
    'zh-CN': '这个字段由表达式得出，无法反推 OA 中的值，请在 OA 中修改。',
    en: 'An expression makes this field, and it can not be undone into a value of the OA. Change it in the OA.',
  },
  'not-mapped': {
    'zh-CN': 'OA 中没有可以接收这一项的字段。',
    en: 'No field of the OA can take this one.',
  },
  'oa-key': {
    'zh-CN': '这个字段来自 OA 的标识（ID 或登录名），不能由企业微信改动。',
    en: "This field comes from the OA's own id or login name, which WeCom does not change.",
  },
  status: {
    'zh-CN': '在企业微信禁用不等于在 OA 离职，请在 OA 中处理人员状态。',
    en: 'Disabled in WeCom is not departed in the OA. Change the status of the person in the OA.',
  },
  superior: {
    'zh-CN': '直属上级请在 OA 中修改。',
    en: 'Change the superior in the OA.',
  },
} as const satisfies Readonly<Record<DriftObstacle, Text>>;

export const driftTexts = {
  notDecidable: { 'zh-CN': '这一项不能这样处理：{reason}', en: 'This can not be done: {reason}' },
  someNotDecidable: {
    'zh-CN': '有 {count} 项不能这样处理，因此没有处理任何一项。',
    en: '{count} of them can not be dealt with in this way, so none was.',
  },
  unknown: { 'zh-CN': '没有这一项', en: 'There is no such change' },
  decidedMeanwhile: {
    'zh-CN': '刚刚有其他人处理了其中的内容，请刷新后再试。',
    en: 'Somebody else has decided about some of this a moment ago. Look again.',
  },
} as const satisfies Readonly<Record<string, Text>>;

const fieldTexts: Readonly<Record<string, Text>> = {
  departments: { 'zh-CN': '所在部门', en: 'Departments' },
  enabled: { 'zh-CN': '启用状态', en: 'Enabled' },
  existence: { 'zh-CN': '是否存在', en: 'Existence' },
  parent: { 'zh-CN': '上级部门', en: 'Parent department' },
};

const departmentName: Text = { 'zh-CN': '部门名称', en: 'Department name' };

export function driftFieldLabel(kind: 'member' | 'department', field: string, lang: Lang): string {
  if (kind === 'department' && field === 'name') return translate(departmentName, lang);
  const text = fieldTexts[field];
  return text === undefined ? pushFieldLabel(field, lang) : translate(text, lang);
}

export const driftValueTexts = {
  enabled: { 'zh-CN': '启用', en: 'Enabled' },
  disabled: { 'zh-CN': '禁用', en: 'Disabled' },
  exists: { 'zh-CN': '存在', en: 'Exists' },
  deleted: { 'zh-CN': '已删除', en: 'Deleted' },
  male: { 'zh-CN': '男', en: 'Male' },
  female: { 'zh-CN': '女', en: 'Female' },
} as const satisfies Readonly<Record<string, Text>>;

export const driftCoverageTexts = {
  idsWhole: {
    'zh-CN': '通讯录 Secret 每次读取都给出全企业的成员账号和所在部门。',
    en: 'The contacts secret gives the ids and departments of the whole corp with every pull.',
  },
  idsRange: {
    'zh-CN': '没有通讯录 Secret：只看得到应用可见范围内的成员和部门。',
    en: 'Without a contacts secret only members and departments in the visible range of the app can be seen.',
  },
  deletionWhole: {
    'zh-CN': '完整读取之后，不在名单里的即为已删除。',
    en: 'After a complete pull, whoever is not in the list was deleted.',
  },
  deletionRange: {
    'zh-CN': '没有通讯录 Secret：看不出是被删除，还是离开了应用的可见范围。',
    en: "Without a contacts secret, a deletion can not be told from having left the app's visible range.",
  },
  byEvent: {
    'zh-CN': '通讯录回调会立即通知，下一次读取再补上遗漏。',
    en: 'The contacts callback tells at once; the next pull makes good what was missed.',
  },
  fieldGiven: {
    'zh-CN': '应用“{app}”读取时，{members} 名受管成员给出了这个字段。',
    en: 'The app “{app}” is given this field of {members} managed members.',
  },
  fieldNotGiven: {
    'zh-CN': '企业微信不把这个字段给应用“{app}”，因此看不到改动。',
    en: 'WeCom does not give this field to the app “{app}”, so a change can not be seen.',
  },
  noApp: {
    'zh-CN': '没有应用，读不到成员的字段。',
    en: 'Without an app no field of a member can be read.',
  },
  neverPulled: { 'zh-CN': '还没有读取过通讯录。', en: 'The directory has never been read.' },
  noteReadOnly: {
    'zh-CN': '该企业为只读，只列出本系统写入过的内容的改动。',
    en: 'This corp is read-only: only changes of what the bridge once wrote are listed.',
  },
  noteMaster: {
    'zh-CN': '该企业以企业微信为准，在企业微信中的改动都是有意的，不作为手工改动列出。',
    en: 'WeCom is the master of this corp: what is changed there is meant, and not listed.',
  },
  noteCallback: {
    'zh-CN': '没有配置通讯录回调：改动要到下一次读取才会发现。',
    en: 'The contacts callback is not configured, so changes are found by the next pull only.',
  },
  noteNoEvent: {
    'zh-CN': '通讯录回调已配置，但还没有收到过事件。',
    en: 'The contacts callback is configured, but no event has come yet.',
  },
  noteEvent: {
    'zh-CN':
      '通讯录回调会立即通知成员加入、离开、换部门和部门的变动；姓名、职务等其他字段的改动由下一次读取发现。',
    en: 'The contacts callback tells at once who came, left or changed departments, and what happens to departments; changes of names, positions and other fields are found by the next pull.',
  },
  noteNobody: {
    'zh-CN': '企业微信不会告诉是谁改的。',
    en: 'WeCom never tells who changed something.',
  },
} as const satisfies Readonly<Record<string, Text>>;
