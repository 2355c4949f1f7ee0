import type { Text } from './index';

/** What an employee reads who opens the binding page from WeCom. */
export const bindingPageTexts = {
  otherLanguage: { 'zh-CN': '中文', en: 'English' },
  retry: { 'zh-CN': '重新开始', en: 'Start again' },
  goOn: { 'zh-CN': '继续', en: 'Continue' },
  closePage: { 'zh-CN': '现在可以关闭本页面。', en: 'You can close this page now.' },

  formTitle: { 'zh-CN': '绑定 OA 账号', en: 'Link your OA account' },
  formIntro: {
    'zh-CN': '{name}，您好。请输入 OA 的登录名和密码，确认这是您的账号。只需一次。',
    en: 'Hello {name}. Enter the login name and password of the OA, to show that the account is yours. Once is enough.',
  },
  loginName: { 'zh-CN': 'OA 登录名', en: 'OA login name' },
  password: { 'zh-CN': 'OA 密码', en: 'OA password' },
  submit: { 'zh-CN': '绑定', en: 'Link' },
  passwordNotKept: {
    'zh-CN': '密码只用来向 OA 核对一次，不会保存。',
    en: 'The password is checked with the OA once and not kept.',
  },

  nothingTyped: { 'zh-CN': '请填写登录名和密码。', en: 'Enter your login name and your password.' },
  wrongPassword: {
    'zh-CN': '登录名或密码不正确。还可以试 {left} 次。',
    en: 'The login name or the password is wrong. Attempts left: {left}.',
  },
  wrongPasswordLocked: {
    'zh-CN': '登录名或密码不正确。错误次数过多，请在 {time} 以后再试。',
    en: 'The login name or the password is wrong. That was once too often: try again after {time}.',
  },
  locked: {
    'zh-CN': '错误次数过多，暂时不能再试。请在 {time} 以后再试。',
    en: 'There were too many wrong attempts. Try again after {time}.',
  },
  oaLocked: {
    'zh-CN': 'OA 锁定了这个账号。请联系 OA 管理员解锁后再试。',
    en: 'The OA has locked this account. Ask the administrator of the OA to unlock it, then try again.',
  },
  oaDeparted: {
    'zh-CN': '这个 OA 账号已标记为离职，不能绑定。如有疑问，请联系人事或 OA 管理员。',
    en: 'The OA says that the owner of this account has left, so it can not be linked. Ask HR or the administrator of the OA if that is wrong.',
  },
  oaUnavailable: {
    'zh-CN': '现在连接不上 OA，没有核对密码。请过几分钟再试。',
    en: 'The OA can not be reached at the moment, so the password was not checked. Try again in a few minutes.',
  },
  oaRefused: {
    'zh-CN': 'OA 没有接受核对请求。请联系管理员检查 OA 的连接设置。',
    en: 'The OA did not accept the question. Ask the administrator to check the connection to the OA.',
  },
  oaUserUnknown: {
    'zh-CN': '密码正确，但这里还没有您的 OA 资料。请在下一次读取 OA 通讯录以后再试，或联系管理员。',
    en: 'The password is right, but nothing is known here of this OA account yet. Try again after the next reading of the OA, or ask the administrator.',
  },
  oaUserBound: {
    'zh-CN': '这个 OA 账号已经与另一位成员（{member}）绑定，不会改动。如果有误，请联系管理员先解除那个绑定。',
    en: 'This OA account is linked to another member ({member}) already, and stays so. If that is wrong, ask the administrator to unlink it first.',
  },

  boundTitle: { 'zh-CN': '绑定成功', en: 'Linked' },
  bound: {
    'zh-CN': '企业微信账号“{name}”已与 OA 账号 {login} 绑定。',
    en: 'The WeCom account of {name} is now linked to the OA account {login}.',
  },
  boundByMatch: {
    'zh-CN': '两边的资料一致，因此不需要密码。',
    en: 'What both sides know of you is the same, so no password was needed.',
  },
  alreadyBoundTitle: { 'zh-CN': '已经绑定', en: 'Linked already' },
  alreadyBound: {
    'zh-CN': '企业微信账号“{name}”已与 OA 账号 {login} 绑定，不需要再做什么。',
    en: 'The WeCom account of {name} is linked to the OA account {login}; there is nothing to do.',
  },
  alreadyBoundAdvice: {
    'zh-CN': '如果这不是您的 OA 账号，请联系管理员更改。',
    en: 'If this OA account is not yours, ask the administrator to change it.',
  },

  notLinkedTitle: { 'zh-CN': '没有绑定', en: 'Not linked' },
  notMember: {
    'zh-CN': '企业微信没有认出您是这个企业的成员，或者您不在此应用的可见范围内。',
    en: 'WeCom does not know you as a member of this company, or this app is not visible to you.',
  },
  notMemberAdvice: {
    'zh-CN': '请在企业微信里从工作台打开；如果仍然如此，请让管理员把您加入应用的可见范围。',
    en: 'Open it in WeCom, from the workspace. If this page comes again, ask the administrator to add you to the visible range of the app.',
  },
  memberUnknown: {
    'zh-CN': '这里还没有您的企业微信资料。下一次读取通讯录以后就可以绑定。',
    en: 'Nothing is known here of your WeCom account yet. It can be linked after the next pull of the directory.',
  },
  memberUnknownAdvice: {
    'zh-CN': '请稍后再试，或请管理员现在拉取一次通讯录。',
    en: 'Try again later, or ask the administrator to pull the directory now.',
  },

  brokenTitle: { 'zh-CN': '请重新打开', en: 'Please open it again' },
  appUnknown: {
    'zh-CN': '这个链接不属于任何应用。请在企业微信里从工作台打开，或联系管理员。',
    en: 'This link belongs to no app. Open it in WeCom, from the workspace, or ask the administrator.',
  },
  stateUnknown: {
    'zh-CN': '这个链接不完整，或者不是从这里开始的。什么都没有绑定。',
    en: 'This link is incomplete, or it did not begin here. Nothing was linked.',
  },
  otherBrowser: {
    'zh-CN': '这个链接是在另一台设备或另一个浏览器里开始的，不能在这里继续。什么都没有绑定。',
    en: 'This link began on another device or in another browser and can not go on here. Nothing was linked.',
  },
  expired: {
    'zh-CN': '页面打开超过了十分钟，已经失效。什么都没有绑定。',
    en: 'More than ten minutes have passed, so this page is no longer good. Nothing was linked.',
  },
  used: {
    'zh-CN': '这个链接已经用过一次。什么都没有改变。',
    en: 'This link was used already. Nothing was changed.',
  },
  notAllowed: {
    'zh-CN': '企业微信没有给出您的身份。什么都没有绑定。',
    en: 'WeCom did not say who you are. Nothing was linked.',
  },
  startFromApp: {
    'zh-CN': '请在企业微信里从工作台打开应用。',
    en: 'Open the app in WeCom, from the workspace.',
  },

  troubleTitle: { 'zh-CN': '现在不行', en: 'Not possible now' },
  wecomUnavailable: {
    'zh-CN': '现在连接不上企业微信。请过几分钟再试。',
    en: 'WeCom can not be reached at the moment. Try again in a few minutes.',
  },
  wecomRefused: {
    'zh-CN': '企业微信没有接受请求（{code}）。请联系管理员检查应用的设置。',
    en: 'WeCom did not accept the request ({code}). Ask the administrator to check the settings of the app.',
  },
  unexpected: {
    'zh-CN': '出了问题，请过几分钟再试。告诉管理员时请附上编号 {requestId}。',
    en: 'Something went wrong. Try again in a few minutes; when you tell the administrator, add the number {requestId}.',
  },

  passwordsElsewhere: {
    'zh-CN': 'OA 是独立的系统，密码由它自己管理，不能在这里设置。',
    en: 'The OA is a system of its own and keeps its own passwords, so none can be set here.',
  },
} satisfies Record<string, Text>;
