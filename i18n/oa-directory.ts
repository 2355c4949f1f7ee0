import type { DirectoryProblemKind } from '../domain/oa-directory/check';
import type { Text } from './index';

/** Why a feed of the OA directory was refused; `{id}` is the row, `{value}` what its field says. */
export const directoryProblemTexts: Readonly<Record<DirectoryProblemKind, Text>> = {
  'no-root': {
    'zh-CN': '没有根组织：需要且只能有一个没有上级的分部（没有分部时为部门）。',
    en: 'There is no root: exactly one subcompany (or department, where there are no subcompanies) has no parent.',
  },
  'several-roots': {
    'zh-CN': '“{id}”没有上级，而这样的组织共有 {value} 个；根组织只能有一个。',
    en: '"{id}" has no parent, and so have others ({value} in all); there is only one root.',
  },
  'duplicate-id': {
    'zh-CN': 'id“{id}”出现了不止一次。',
    en: 'The id "{id}" is given more than once.',
  },
  'duplicate-login-id': {
    'zh-CN': '人员“{id}”的登录名与另一位在职人员相同（不区分大小写）。',
    en: 'The user "{id}" has the same loginId as another active user (upper and lower case count as one).',
  },
  'subcompany-parent-unknown': {
    'zh-CN': '分部“{id}”的上级分部“{value}”不存在。',
    en: 'The subcompany "{id}" names the parent "{value}", which does not exist.',
  },
  'subcompany-cycle': {
    'zh-CN': '分部的上下级形成了循环：{value}。',
    en: 'These subcompanies are each below the other: {value}.',
  },
  'department-parent-unknown': {
    'zh-CN': '部门“{id}”的上级部门“{value}”不存在。',
    en: 'The department "{id}" names the parent "{value}", which does not exist.',
  },
  'department-subcompany-unknown': {
    'zh-CN': '部门“{id}”所属的分部“{value}”不存在。',
    en: 'The department "{id}" names the subcompany "{value}", which does not exist.',
  },
  'department-without-subcompany': {
    'zh-CN': '部门“{id}”既没有上级部门，也没有所属分部。',
    en: 'The department "{id}" has neither a parent nor a subcompany.',
  },
  'department-cycle': {
    'zh-CN': '部门的上下级形成了循环：{value}。',
    en: 'These departments are each below the other: {value}.',
  },
  'user-department-unknown': {
    'zh-CN': '人员“{id}”所在的部门“{value}”不存在。',
    en: 'The user "{id}" names the department "{value}", which does not exist.',
  },
  'user-manager-unknown': {
    'zh-CN': '人员“{id}”的上级“{value}”不存在。',
    en: 'The user "{id}" names the manager "{value}", who does not exist.',
  },
  'user-own-manager': {
    'zh-CN': '人员“{id}”的上级是本人。',
    en: 'The user "{id}" is named as their own manager.',
  },
  'user-incomplete': {
    'zh-CN': '新人员“{id}”缺少 {value}。',
    en: 'The user "{id}" is new and needs {value}.',
  },
  'entry-incomplete': {
    'zh-CN': '新组织“{id}”缺少 {value}。',
    en: '"{id}" is new and needs {value}.',
  },
  'removed-and-upserted': {
    'zh-CN': '“{id}”同时出现在 upsert 和 remove 中。',
    en: '"{id}" stands in both upsert and remove.',
  },
  'removed-user-unknown': {
    'zh-CN': '人员“{id}”不存在，无法移除。',
    en: 'There is no user "{id}" to remove.',
  },
};

export const oaDirectoryTexts = {
  noUsers: {
    'zh-CN': '整份通讯录中没有人员。若确实要清空，请加上 ?allowEmpty=true。',
    en: 'A whole directory without users is refused. Where it is meant, add ?allowEmpty=true.',
  },
  noBody: {
    'zh-CN': '请求没有内容，不会当作空的通讯录。若确实要清空，请提交空的数组，并加上 ?allowEmpty=true。',
    en: 'The request has no body, which is not taken for an empty directory. Where that is meant, send empty arrays and add ?allowEmpty=true.',
  },
  lineNotJson: {
    'zh-CN': '这一行不是 JSON 对象。',
    en: 'This line is not a JSON object.',
  },
  lineTooLong: {
    'zh-CN': '这一行超过 {limit}。',
    en: 'This line is longer than {limit}.',
  },
  lineType: {
    'zh-CN': 'type 应为 subcompany、department、user 或 end。',
    en: 'The type is one of subcompany, department, user and end.',
  },
  afterEnd: {
    'zh-CN': '结束行之后还有内容。',
    en: 'Something follows the end line.',
  },
  endMismatch: {
    'zh-CN': '结束行写的是 {told}，实际收到 {arrived}。',
    en: 'The end line says {told}, but {arrived} arrived.',
  },
  uploadBroken: {
    'zh-CN': '上传中断，没有保存任何内容，请重新上传。',
    en: 'The upload broke off; nothing was stored. Send it again.',
  },
  lossMismatch: {
    'zh-CN': '没有待确认的减少，或人数与填写的不同。请查看 GET /oa/directory 中的 unconfirmed.lost。',
    en: 'No loss of this size waits to be confirmed. See unconfirmed.lost in GET /oa/directory.',
  },
} as const satisfies Record<string, Text>;
