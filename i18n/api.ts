import type { Text } from './index';

/** What the API says to people: messages of errors and what to do about them. */
export const apiTexts = {
  badJson: {
    'zh-CN': '请求内容不是有效的 JSON。',
    en: 'The body is not valid JSON.',
  },
  bodyTooLarge: {
    'zh-CN': '请求内容过大，上限为 {limit}。',
    en: 'The body is too large; the limit is {limit}.',
  },
  unsupportedMediaType: {
    'zh-CN': '请求内容必须是 application/json。',
    en: 'The body must be application/json.',
  },
  unsupportedMediaTypeOrNdjson: {
    'zh-CN': '请求内容必须是 application/json 或 application/x-ndjson。',
    en: 'The body must be application/json or application/x-ndjson.',
  },
  badRequest: {
    'zh-CN': '无法处理该请求。',
    en: 'The request can not be used.',
  },
  badPath: {
    'zh-CN': '请求地址的编码有误。',
    en: 'The address is not encoded correctly.',
  },
  validationFailed: {
    'zh-CN': '有 {count} 处内容不符合要求，请按提示修改。',
    en: '{count} value(s) can not be used. See the fields.',
  },
  unauthenticated: {
    'zh-CN': '请先登录，或提供有效的 API 令牌。',
    en: 'Sign in first, or send a valid API token.',
  },
  unauthenticatedAdvice: {
    'zh-CN': '请在请求头中加上 Authorization: Bearer <令牌>；令牌可在控制台的“用户与令牌”页面创建。',
    en: 'Send the header Authorization: Bearer <token>. Tokens are made in the console under Users and tokens.',
  },
  forbidden: {
    'zh-CN': '没有此操作的权限，需要的权限是 {scope}。',
    en: 'This needs the right {scope}, which you do not have.',
  },
  forbiddenAdvice: {
    'zh-CN': '请由管理员在控制台的“用户与令牌”页面调整角色，或创建带有该权限的令牌。',
    en: 'An administrator can change your role or make a token with this right under Users and tokens.',
  },
  metricsForbidden: {
    'zh-CN': '只有本机或持有令牌的请求可以读取指标。',
    en: 'Metrics are served to the local host, or with a token.',
  },
  csrfFailed: {
    'zh-CN': '页面的安全校验没有通过，请刷新页面后重试。',
    en: "The page's security check failed. Reload the page and try again.",
  },
  userOnly: {
    'zh-CN': '此操作只适用于登录控制台的用户，不适用于 API 令牌。',
    en: 'Only a person signed in to the console can do this, not an API token.',
  },
  notFound: {
    'zh-CN': '找不到该内容，可能已被删除。',
    en: 'Not found. It may have been deleted.',
  },
  noSuchEndpoint: {
    'zh-CN': '没有这个接口：{method} {path}',
    en: 'There is no such endpoint: {method} {path}',
  },
  methodNotAllowed: {
    'zh-CN': '此地址不支持 {method}。',
    en: '{method} is not possible here.',
  },
  internal: {
    'zh-CN': '服务内部出错。如果持续出现，请把请求编号 {requestId} 交给管理员查日志。',
    en: 'Something went wrong inside the bridge. If it stays, give the request id {requestId} to the operator.',
  },
  databaseUnavailable: {
    'zh-CN': '数据库暂时无法访问，请稍后重试。',
    en: 'The database can not be reached at the moment. Try again shortly.',
  },
  secretUnreadable: {
    'zh-CN': '保存的密钥无法解密：当前的主密钥与保存时不同。',
    en: 'A stored secret can not be decrypted: it was saved under another master key.',
  },
  secretUnreadableAdvice: {
    'zh-CN': '请用安装时的 BRIDGE_MASTER_KEY 启动；轮换期间新密钥在前、旧密钥在后，以逗号分隔。',
    en: 'Start with the BRIDGE_MASTER_KEY of this installation; during a rotation the new key comes first and the old one after a comma.',
  },
  temporalUnavailable: {
    'zh-CN': 'Temporal 暂时无法访问，任务没有启动，请稍后重试。',
    en: 'Temporal can not be reached at the moment; nothing was started. Try again shortly.',
  },
  temporalAdvice: {
    'zh-CN': '请检查 Temporal 服务是否在运行，以及 TEMPORAL_ADDRESS 是否正确。',
    en: 'Check that the Temporal server is running and that TEMPORAL_ADDRESS is right.',
  },
  wecomUnavailable: {
    'zh-CN': '暂时无法连接企业微信，请稍后重试。',
    en: 'WeCom can not be reached at the moment. Try again shortly.',
  },
  wecomRefused: {
    'zh-CN': '企业微信拒绝了请求（{errcode}）：{cause}',
    en: 'WeCom refused ({errcode}): {cause}',
  },
  wecomSaid: {
    'zh-CN': '连接企业微信失败：{cause}',
    en: 'WeCom could not be used: {cause}',
  },

  loginFailed: {
    'zh-CN': '登录名或密码不正确。',
    en: 'The login name or the password is wrong.',
  },
  loginLinkUsed: {
    'zh-CN': '该登录链接已失效或已被使用。',
    en: 'This login link has expired or was used before.',
  },
  loginLinkAdvice: {
    'zh-CN': '请重新启动服务以获取新的一次性登录链接，或请管理员在“用户与令牌”页面生成。',
    en: 'Restart the bridge for a new one-time link, or ask an administrator to make one under Users and tokens.',
  },
  tooManyLogins: {
    'zh-CN': '登录失败次数过多，请在 {minutes} 分钟后重试。',
    en: 'Too many failed logins. Try again in {minutes} minute(s).',
  },
  currentPasswordWrong: {
    'zh-CN': '当前密码不正确。',
    en: 'The current password is wrong.',
  },
  currentPasswordRequired: {
    'zh-CN': '请输入当前密码。',
    en: 'Enter the current password.',
  },
  loginNameTaken: {
    'zh-CN': '该登录名已被使用。',
    en: 'This login name is taken.',
  },
  lastAdmin: {
    'zh-CN': '必须保留至少一个启用的管理员。',
    en: 'At least one enabled administrator must remain.',
  },
  roleBeyondOwn: {
    'zh-CN': '该账号的角色拥有您没有的权限（{scope}），因此您不能新增或修改它。',
    en: 'The role of this account holds a right you do not have ({scope}), so you can neither make nor change it.',
  },
  scopeBeyondOwn: {
    'zh-CN': '不能授予自己没有的权限：{scope}',
    en: 'You can not grant a right that you do not have: {scope}',
  },

  corpExists: {
    'zh-CN': '该企业已经接入。',
    en: 'This corp is already connected.',
  },
  appExists: {
    'zh-CN': '该企业下已有相同 AgentId 的应用。',
    en: 'This corp already has an app with this agentId.',
  },
  corpHasOpenRun: {
    'zh-CN': '该企业有正在进行的任务，请等待其结束或先取消。',
    en: 'A run of this corp is still open. Wait for its end or cancel it first.',
  },
  confirmDeletion: {
    'zh-CN': '删除企业会清除其全部数据。请用 confirm 参数写明企业 ID（{corpId}）以确认。',
    en: 'Deleting a corp removes all its data. Confirm with its corpId in the parameter confirm ({corpId}).',
  },
  apiBaseUrlNotUrl: {
    'zh-CN': '不是有效的 http(s) 地址。',
    en: 'Not a valid http(s) address.',
  },
  apiBaseUrlNotHttps: {
    'zh-CN': '必须使用 https；只有私有部署可以使用 http。',
    en: 'Must be https; only a private deployment may use http.',
  },
  apiBaseUrlHasCredentials: {
    'zh-CN': '地址中不能包含用户名或密码。',
    en: 'The address must not contain a user name or password.',
  },
  apiBaseUrlPrivate: {
    'zh-CN': '该地址属于内网，只有“私有部署”类型的企业可以使用内网地址。',
    en: 'This is an internal address. Only a corp of the kind "private" may use one.',
  },
  apiBaseUrlPrivateAdvice: {
    'zh-CN':
      '公有云企业微信请使用 https://qyapi.weixin.qq.com；如果确实是私有部署，请把企业类型改为“私有部署”。',
    en: 'For public WeCom use https://qyapi.weixin.qq.com. If this is a private deployment, set the kind to private.',
  },
  apiBaseUrlUnresolvable: {
    'zh-CN': '无法解析主机名 {host}。',
    en: 'The host name {host} can not be resolved.',
  },
  apiBaseUrlUnresolvableAdvice: {
    'zh-CN': '请检查地址是否有拼写错误，以及本机的 DNS 设置。',
    en: 'Check the spelling and the DNS settings of this machine.',
  },
  appSeesNoDepartment: {
    'zh-CN': '该应用的可见范围里没有部门，只有单个成员，无法读取通讯录。',
    en: "This app's visible range holds single members only and no department, so the directory can't be read through it.",
  },
  appSeesNoDepartmentAdvice: {
    'zh-CN':
      '企业微信管理后台 → 应用管理 → 该应用 → 可见范围 → 编辑：选择部门（需要全员时选择根部门），保存后重试。',
    en: 'WeCom admin console → App Management → the app → Visible range (可见范围) → Edit: choose departments (the root for everybody), save, then try again.',
  },
  agentIdOfOtherApp: {
    'zh-CN': '该 Secret 不属于 AgentId 为 {agentId} 的应用。',
    en: 'This secret does not belong to the app with agentId {agentId}.',
  },
  corpWithoutCredentials: {
    'zh-CN': '该企业还没有通讯录 Secret，也没有应用，无法读取通讯录。',
    en: 'This corp has neither a contacts secret nor an app, so its directory can not be read.',
  },
  corpWithoutCredentialsAdvice: {
    'zh-CN':
      '请在企业页面填写通讯录 Secret（企业微信管理后台 → 管理工具 → 通讯录同步），或添加一个可见范围包含部门的自建应用。',
    en: 'Enter the contacts secret on the corp page (WeCom admin console → Management tools → Contacts sync), or add a self-built app whose visible range holds departments.',
  },

  runOpen: {
    'zh-CN': '该企业已有一个正在进行的同类任务。',
    en: 'A run of this kind is already open for this corp.',
  },
  runEnded: {
    'zh-CN': '该任务已经结束。',
    en: 'This run has already ended.',
  },
  idempotencyOtherRequest: {
    'zh-CN': '该 Idempotency-Key 已用于另一个不同的请求。',
    en: 'This Idempotency-Key was used for a different request.',
  },
  idempotencyInProgress: {
    'zh-CN': '相同 Idempotency-Key 的请求正在处理中，请稍后重试。',
    en: 'A request with this Idempotency-Key is being answered. Try again shortly.',
  },

  readWriteNeedsSecret: {
    'zh-CN': '设为可写之前，需要先填写通讯录 Secret。',
    en: 'Read-write needs a contacts secret first.',
  },
  readWriteRefused: {
    'zh-CN': '企业微信不允许用该通讯录 Secret 写入，因此不能设为可写。',
    en: 'WeCom does not let this contacts secret write, so access can not be read-write.',
  },
  readWriteAdvice: {
    'zh-CN': '企业微信管理后台 → 管理工具 → 通讯录同步：权限选择“API 编辑通讯录”，保存后重试。',
    en: 'WeCom admin console → Management tools → Contacts sync (通讯录同步): choose "API edits contacts" (API编辑通讯录), save, then try again.',
  },
  unknownApp: {
    'zh-CN': '该企业没有这个应用。',
    en: 'This corp has no such app.',
  },
  unknownOaSubcompany: {
    'zh-CN': 'OA 中没有编号为 {id} 的分部。',
    en: 'The OA has no subcompany {id}.',
  },
  unknownOaDepartment: {
    'zh-CN': 'OA 中没有编号为 {id} 的部门。',
    en: 'The OA has no department {id}.',
  },
  unknownOaUser: {
    'zh-CN': 'OA 中没有编号为 {id} 的人员。',
    en: 'The OA has no user {id}.',
  },
  unknownDepartment: {
    'zh-CN': '企业微信中没有编号为 {id} 的部门。',
    en: 'WeCom has no department {id} in this corp.',
  },
  unknownMember: {
    'zh-CN': '企业微信中没有账号为 {id} 的成员。',
    en: 'WeCom has no member {id} in this corp.',
  },
  syncToOaNeedsWecomMaster: {
    'zh-CN': '只有以企业微信为主（master: "wecom"）时才能同步到 OA。',
    en: 'Syncing into the OA needs master: "wecom".',
  },

  fieldRequired: { 'zh-CN': '必填。', en: 'Required.' },
  fieldUnknown: { 'zh-CN': '不认识的字段。', en: 'Unknown field.' },
  fieldWrongType: { 'zh-CN': '类型不正确，应为 {expected}。', en: 'Wrong type; expected {expected}.' },
  fieldNotInteger: { 'zh-CN': '必须是整数。', en: 'Must be a whole number.' },
  fieldEmpty: { 'zh-CN': '不能为空。', en: 'Must not be empty.' },
  fieldTooShort: { 'zh-CN': '至少 {minimum} 个字符。', en: 'At least {minimum} characters.' },
  fieldTooLong: { 'zh-CN': '最多 {maximum} 个字符。', en: 'At most {maximum} characters.' },
  fieldTooFew: { 'zh-CN': '至少 {minimum} 项。', en: 'At least {minimum} entries.' },
  fieldTooMany: { 'zh-CN': '最多 {maximum} 项。', en: 'At most {maximum} entries.' },
  fieldTooSmall: { 'zh-CN': '不能小于 {minimum}。', en: 'Must be at least {minimum}.' },
  fieldTooBig: { 'zh-CN': '不能大于 {maximum}。', en: 'Must be at most {maximum}.' },
  fieldNotOneOf: { 'zh-CN': '只能是以下之一：{values}', en: 'Must be one of: {values}' },
  fieldWrongFormat: { 'zh-CN': '格式不正确。', en: 'Not in the expected format.' },
  fieldDuplicate: { 'zh-CN': '重复：{value}', en: 'Given twice: {value}' },
  fieldTooDeep: { 'zh-CN': '嵌套层数过多。', en: 'Nested too deeply.' },
  fieldNul: { 'zh-CN': '不能包含空字符（U+0000）。', en: 'Must not contain the NUL character.' },

  corpIdShape: {
    'zh-CN':
      '企业 ID 通常以 ww 开头，只含字母、数字、下划线和连字符，2 到 64 位。见企业微信管理后台 → 我的企业 → 企业 ID。',
    en: 'A corpId usually starts with ww and has 2 to 64 letters, digits, _ and - only. See WeCom admin console → My Company → Company ID.',
  },
  secretShape: {
    'zh-CN': 'Secret 是一串字母、数字和符号，不含空格，最多 256 位。',
    en: 'A secret has up to 256 letters, digits and symbols, without spaces.',
  },
  callbackTokenShape: {
    'zh-CN': 'Token 为 1 到 32 位字母或数字。',
    en: 'The token has 1 to 32 letters or digits.',
  },
  aesKeyShape: {
    'zh-CN': 'EncodingAESKey 必须是 43 位字母或数字。',
    en: 'The EncodingAESKey has exactly 43 letters or digits.',
  },
  loginNameShape: {
    'zh-CN': '登录名由 2 到 64 位小写字母、数字、点、下划线、连字符或 @ 组成，并以字母或数字开头。',
    en: 'A login name has 2 to 64 lower-case letters, digits, dots, _, - or @ and starts with a letter or digit.',
  },
  verificationNameShape: {
    'zh-CN': '文件名必须形如 WW_verify_xxxx.txt。',
    en: 'The file name must look like WW_verify_xxxx.txt.',
  },
  verificationContentShape: {
    'zh-CN': '内容应为企业微信给出的一行文字，不含空格。',
    en: "The content is WeCom's single line without spaces.",
  },
  cronShape: {
    'zh-CN': '不是有效的 cron 表达式，应为五段：分 时 日 月 周，例如 0 2 * * *。',
    en: 'Not a cron expression. Five fields are expected: minute hour day month weekday, for example 0 2 * * *.',
  },
  timezoneShape: {
    'zh-CN': '不是有效的时区，例如 Asia/Shanghai。',
    en: 'Not a time zone. Example: Asia/Shanghai.',
  },
  cursorShape: {
    'zh-CN': '翻页标记无效，请从第一页重新开始。',
    en: 'This cursor is not one of ours. Start from the first page.',
  },
  idempotencyKeyShape: {
    'zh-CN': 'Idempotency-Key 为 1 到 200 个可见字符。',
    en: 'An Idempotency-Key has 1 to 200 visible characters.',
  },
} as const satisfies Record<string, Text>;
