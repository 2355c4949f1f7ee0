import type { PullReasonCode } from '../domain/directory/completeness';
import type { Text } from './index';

/** Why a reading was not whole; `{count}` is the number behind it. */
export const pullReasonTexts: Readonly<Record<PullReasonCode, Text>> = {
  'departments-unknown': {
    'zh-CN':
      '有 {count} 个部门被成员或应用提到，但不在全公司的部门列表中。通讯录在读取期间可能发生了变动，请稍后再试。',
    en: '{count} departments are named by members or by the app but missing from the list of the whole corp. The directory may have changed while it was read; try again later.',
  },
  'departments-vanished': {
    'zh-CN': '有 {count} 个部门在读取成员时已不存在。通讯录在读取期间发生了变动，请稍后再试。',
    en: '{count} departments no longer existed when their members were read. The directory changed while it was read; try again later.',
  },
  'details-missing': {
    'zh-CN': '有 {count} 名成员在应用的可见范围内，但未返回详情。',
    en: 'WeCom returned no details for {count} members who are in the visible range of the app.',
  },
  'members-unlisted': {
    'zh-CN': '应用能看到 {count} 名成员，但成员 ID 列表中没有他们：该列表可能不完整。',
    en: 'The app sees {count} members whom the list of member ids does not name: that list may be incomplete.',
  },
  'everything-dropped': {
    'zh-CN': '此前已知的 {count} 名成员在本次读取中一个都没有出现。请确认连接的是正确的企业。',
    en: 'Not one of the {count} members known before was in this reading. Check that this is still the right corp.',
  },
  'nothing-read': {
    'zh-CN': '企业微信返回了空的通讯录。空的返回不等于公司里没有人：请检查密钥的权限和应用的可见范围。',
    en: 'WeCom answered with an empty directory. An empty answer is not an empty company: check the rights of the secret and the visible range of the app.',
  },
};

/** Why a pull ended without a result. Errors from WeCom carry their errcode and are explained by it. */
export const pullFailureTexts = {
  'no-credential': {
    'zh-CN': '该企业既没有通讯录同步密钥，也没有应用，无法读取通讯录。请先在“企业与应用”中填写其中之一。',
    en: 'This corp has neither a contacts secret nor an app, so its directory cannot be read. Add one of them under "Corps and apps" first.',
  },
  'app-without-departments': {
    'zh-CN':
      '应用（agentId {agentId}）的可见范围内没有部门，只能看到个别成员。请在企业微信管理后台 → 应用管理 → 该应用 → 可见范围中选择部门，或为该企业填写通讯录同步密钥。',
    en: 'The visible range (可见范围) of the app (agentId {agentId}) holds no department, only single members. In the WeCom admin console choose departments under 应用管理 → the app → 可见范围, or give the corp its contacts secret (通讯录同步).',
  },
  'corp-not-found': {
    'zh-CN': '该企业已从本系统中删除。',
    en: 'This corp has been removed from the bridge.',
  },
  'app-not-found': {
    'zh-CN': '通讯录设置中选择的应用已不存在。请在该企业的通讯录设置中重新选择应用。',
    en: 'The app chosen in the directory settings no longer exists. Choose another one in the directory settings of this corp.',
  },
  'wecom-access': {
    'zh-CN': '企业微信拒绝了请求：凭证、权限、可信 IP 或可见范围需要管理员处理。',
    en: 'WeCom refused the call: a credential, permission, trusted IP or visible range has to be set right by an administrator.',
  },
  'wecom-unavailable': {
    'zh-CN': '在重试期限内一直无法从企业微信获得可用的回答。',
    en: 'WeCom gave no usable answer for as long as the run was allowed to retry.',
  },
  'wecom-rate-limited': {
    'zh-CN': '在重试期限内一直受到企业微信接口频率的限制。请稍后再试，或错开其他调用企业微信的系统。',
    en: 'WeCom kept limiting the call rate for as long as the run was allowed to retry. Try again later, or at a time when other systems call WeCom less.',
  },
  'timed-out': {
    'zh-CN': '某个步骤在重试期限内没有完成。可以重新开始一次拉取。',
    en: 'A step did not finish for as long as the run was allowed to retry. A new pull can be started.',
  },
  'secret-unreadable': {
    'zh-CN':
      '保存的密钥无法解密：工作进程使用的主密钥（BRIDGE_MASTER_KEY）与保存时不同。请使用安装时的主密钥启动。',
    en: 'A stored secret cannot be decrypted: the worker runs with another BRIDGE_MASTER_KEY than the one it was saved under. Start it with the key of this installation.',
  },
  'wecom-refused': {
    'zh-CN': '企业微信拒绝了读取请求。',
    en: 'WeCom refused to be read.',
  },
  'database-unavailable': {
    'zh-CN': '在重试期限内一直无法连接数据库。',
    en: 'The database could not be reached for as long as the run was allowed to retry.',
  },
  'workflow-ended': {
    'zh-CN': '工作流在没有记录结果的情况下结束（被终止或超时）。可以重新开始一次拉取。',
    en: 'The workflow ended without recording a result (it was terminated or timed out). A new pull can be started.',
  },
  internal: {
    'zh-CN': '发生了内部错误，详情见工作进程日志。',
    en: 'An internal error occurred; the log of the worker has the details.',
  },
} as const satisfies Readonly<Record<string, Text>>;
