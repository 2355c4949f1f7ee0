import type { Text } from './index';

/** What the connection doctor says: one text per finding, and what to click where. */
export const doctorTexts = {
  'not-checked': {
    'zh-CN': '未检查：因为“{because}”没有通过。',
    en: 'Not checked, because "{because}" failed.',
  },
  'dns-ok': { 'zh-CN': '主机名 {host} 可以解析。', en: 'The host name {host} resolves.' },
  'dns-address': { 'zh-CN': '地址 {host} 无需解析。', en: '{host} is an address and needs no look-up.' },
  'dns-failed': {
    'zh-CN': '无法解析主机名 {host}（{code}）。',
    en: 'The host name {host} can not be resolved ({code}).',
  },
  'dns-private': {
    'zh-CN': '主机名 {host} 指向内网地址，只有“私有部署”类型的企业可以使用。',
    en: '{host} leads to an internal address, which only a corp of the kind "private" may use.',
  },
  'network-ok': { 'zh-CN': '可以连接 {host} 的 {port} 端口。', en: 'Port {port} of {host} can be reached.' },
  'network-failed': {
    'zh-CN': '无法连接 {host} 的 {port} 端口（{code}）。',
    en: 'Port {port} of {host} can not be reached ({code}).',
  },
  'tls-ok': {
    'zh-CN': '证书有效，还有 {days} 天到期。',
    en: 'The certificate is valid for another {days} days.',
  },
  'tls-not-used': {
    'zh-CN': '该地址使用 http，不涉及证书。',
    en: 'The address uses http, so there is no certificate.',
  },
  'tls-failed': {
    'zh-CN': '与 {host} 的加密连接失败（{code}）。',
    en: 'The encrypted connection to {host} failed ({code}).',
  },
  'token-ok': { 'zh-CN': 'Secret 有效，已取得访问令牌。', en: 'The secret is valid; WeCom gave a token.' },
  'wecom-refused': { 'zh-CN': '{cause}', en: '{cause}' },
  'trusted-ip-ok': { 'zh-CN': '本机出口 IP 已被企业微信信任。', en: "WeCom trusts the bridge's address." },
  'trusted-ip-failed': {
    'zh-CN': '出口 IP {ip} 不在企业可信 IP 中（{credential}）。',
    en: 'The address {ip} is not among the trusted IPs ({credential}).',
  },
  'public-ip-ok': {
    'zh-CN': '企业微信看到的出口 IP 是 {ip}。',
    en: "WeCom sees the bridge's address as {ip}.",
  },
  'public-ip-unknown': {
    'zh-CN': '企业微信没有告知出口 IP（私有部署通常如此）。',
    en: "WeCom did not tell the bridge's address, as is usual for private deployments.",
  },
  'no-credentials': {
    'zh-CN': '还没有通讯录 Secret，也没有应用。',
    en: 'There is neither a contacts secret nor an app.',
  },
  'contacts-read-ok': {
    'zh-CN': '可以读取全公司的部门与成员 ID（{departments} 个部门）。',
    en: 'The ids of all departments ({departments}) and members can be read.',
  },
  'contacts-read-app': {
    'zh-CN':
      '没有通讯录 Secret，只能读取应用可见范围内的通讯录（{departments} 个部门），也无法判断谁已离职。',
    en: 'Without a contacts secret, only what the app sees can be read ({departments} departments), and nobody can be recognised as gone.',
  },
  'contacts-write-ok': {
    'zh-CN': '通讯录 Secret 可以写入通讯录（未写入任何内容）。',
    en: 'The contacts secret may write (nothing was written).',
  },
  'contacts-write-refused': {
    'zh-CN': '通讯录 Secret 不能写入通讯录。',
    en: 'The contacts secret may not write.',
  },
  'contacts-write-not-needed': {
    'zh-CN': '没有通讯录 Secret；当前设置为只读，不需要写入权限。',
    en: 'There is no contacts secret; the settings are read-only, so the right to write is not needed.',
  },
  'contacts-write-no-secret': {
    'zh-CN': '设置为可写，但没有通讯录 Secret。',
    en: 'The settings are read-write, but there is no contacts secret.',
  },
  'visible-range-ok': {
    'zh-CN': '可见范围包含 {departments} 个部门、{users} 名单独成员。',
    en: 'The visible range holds {departments} department(s) and {users} single member(s).',
  },
  'visible-range-tags': {
    'zh-CN': '可见范围由 {tags} 个标签构成，请确认标签中包含部门。',
    en: 'The visible range is made of {tags} tag(s); make sure that they hold departments.',
  },
  'visible-range-users-only': {
    'zh-CN': '可见范围里只有 {users} 名单独成员，没有部门，无法读取通讯录。',
    en: 'The visible range holds {users} single member(s) and no department, so the directory can not be read through this app.',
  },
  'api-ips-ok': {
    'zh-CN': '企业微信 API 共有 {count} 个 IP，可用于防火墙放行。',
    en: 'WeCom lists {count} IPs of its API for firewalls.',
  },
  'api-ips-private': {
    'zh-CN': '私有部署没有公开的 API IP 列表。',
    en: 'A private deployment has no public list of API IPs.',
  },
  'callback-not-configured': {
    'zh-CN': '尚未配置回调，不会收到企业微信的事件；仅读取通讯录时不需要。',
    en: "No callback is configured, so WeCom's events do not arrive; for reading the directory none is needed.",
  },
  'callback-ok': {
    'zh-CN': '回调地址可以访问，签名校验通过。',
    en: 'The callback address can be reached and verifies signatures.',
  },
  'callback-local': {
    'zh-CN': '对外地址 {url} 是本机或内网地址，企业微信无法访问。',
    en: 'The public address {url} is local or internal; WeCom can not reach it.',
  },
  'callback-failed': {
    'zh-CN': '无法通过对外地址 {url} 访问回调（{code}）。',
    en: 'The callback can not be reached through the public address {url} ({code}).',
  },
  'callback-wrong-answer': {
    'zh-CN': '通过对外地址 {url} 访问回调时，得到的不是预期的回答（HTTP {status}）。',
    en: 'The callback answered something else than expected through the public address {url} (HTTP {status}).',
  },
  'bind-page-ok': {
    'zh-CN': '网页授权可信域名是 {host}，员工可以自己绑定。',
    en: 'The trusted domain is {host}, so employees can bind by themselves.',
  },
  'bind-page-none': {
    'zh-CN': '没有设置网页授权可信域名；员工自己绑定时才需要。',
    en: 'No trusted domain is set; one is needed only where employees bind by themselves.',
  },
  'bind-page-elsewhere': {
    'zh-CN': '网页授权可信域名是 {domain}，而本系统在 {host}：从这个应用打不开绑定页面。',
    en: 'The trusted domain is {domain}, while the bridge is at {host}: the binding page does not open from this app.',
  },
  'domain-private': {
    'zh-CN': '私有部署不需要域名校验。',
    en: 'A private deployment needs no domain verification.',
  },
  'domain-none': {
    'zh-CN': '没有上传域名校验文件；设置可信域名时才需要。',
    en: 'No verification file was uploaded; one is needed only to set a trusted domain.',
  },
  'domain-ok': {
    'zh-CN': '{count} 个域名校验文件可以从对外地址访问。',
    en: '{count} verification file(s) are served at the public address.',
  },
  'domain-failed': {
    'zh-CN': '域名校验文件 {name} 无法从对外地址 {url} 访问（{code}）。',
    en: 'The verification file {name} can not be fetched from the public address {url} ({code}).',
  },

  'advise-dns': {
    'zh-CN':
      '请检查企业页面的“API 地址”是否有误，以及本机的 DNS 设置能否解析外网域名。公有云的地址是 https://qyapi.weixin.qq.com。',
    en: "Check the API address on the corp's page, and that this machine's DNS resolves public names. Public WeCom is https://qyapi.weixin.qq.com.",
  },
  'advise-network': {
    'zh-CN': '请让网络管理员放行本机到该地址和端口的出站连接；需要放行的 IP 见企业页面的“网络”。',
    en: "Ask the network administrator to allow outgoing connections to this address and port; the IPs to allow are on the corp's page under Network.",
  },
  'advise-tls': {
    'zh-CN':
      '请检查本机时间是否准确、出口是否有拦截 https 的代理；私有部署请把签发证书的 CA 加入 NODE_EXTRA_CA_CERTS。',
    en: "Check this machine's clock and whether a proxy intercepts https. For a private deployment, add the issuing CA through NODE_EXTRA_CA_CERTS.",
  },
  'advise-kind': {
    'zh-CN': '如果确实是私有部署，请在企业页面把类型改为“私有部署”；否则请更正 API 地址。',
    en: "If this is a private deployment, set the kind to private on the corp's page; otherwise correct the API address.",
  },
  'advise-credentials': {
    'zh-CN':
      '请填写通讯录 Secret（企业微信管理后台 → 管理工具 → 通讯录同步 → 查看 Secret），或添加自建应用（应用管理 → 应用 → 自建 → 查看 AgentId 与 Secret）。',
    en: 'Enter the contacts secret (WeCom admin console → Management tools (管理工具) → Contacts sync (通讯录同步) → Secret), or add a self-built app (App management (应用管理) → Self-built (自建) → AgentId and Secret).',
  },
  'advise-trusted-ip': {
    'zh-CN':
      '请把 {ip} 加入可信 IP。自建应用：企业微信管理后台 → 应用管理 → 该应用 → 企业可信IP → 配置；通讯录同步：管理工具 → 通讯录同步 → 企业可信IP → 配置。约一分钟后生效。',
    en: 'Add {ip} to the trusted IPs (企业可信IP). Self-built app: WeCom admin console → App management (应用管理) → the app → Trusted company IP → Configure. Contacts sync: Management tools (管理工具) → Contacts sync (通讯录同步) → Trusted company IP → Configure. It takes about a minute.',
  },
  'advise-write': {
    'zh-CN':
      '只有推送通讯录时才需要：企业微信管理后台 → 管理工具 → 通讯录同步 → 权限选择“API 编辑通讯录”，并使用该页面的 Secret。',
    en: 'Needed only for pushing the directory: WeCom admin console → Management tools (管理工具) → Contacts sync (通讯录同步) → choose "API edits contacts" (API编辑通讯录), and use the secret of that page.',
  },
  'advise-visible-range': {
    'zh-CN':
      '企业微信管理后台 → 应用管理 → 该应用 → 可见范围 → 编辑：选择部门（需要全员时选择根部门），保存后重新检查。',
    en: 'WeCom admin console → App management (应用管理) → the app → Visible range (可见范围) → Edit: choose departments (the root for everybody), save, then check again.',
  },
  'advise-public-url': {
    'zh-CN':
      '请把 BRIDGE_PUBLIC_URL 设为企业微信可以访问的 https 地址，由反向代理转发到本服务，并放行企业页面“网络”中的回调 IP。',
    en: "Set BRIDGE_PUBLIC_URL to an https address that WeCom can reach, let a reverse proxy forward it to the bridge, and allow the callback IPs on the corp's page under Network.",
  },
  'advise-bind-page': {
    'zh-CN':
      '需要员工自己绑定时：企业微信管理后台 → 应用管理 → 该应用 → 网页授权及 JS-SDK → 可信域名填 BRIDGE_PUBLIC_URL 的域名（含端口），应用主页填该应用的绑定地址。',
    en: "Where employees are to bind by themselves: WeCom admin console → App management (应用管理) → the app → Web authorisation and JS-SDK (网页授权及 JS-SDK) → enter the host of BRIDGE_PUBLIC_URL, port included, as trusted domain (可信域名), and the app's binding address as its home page (应用主页).",
  },
  'advise-domain': {
    'zh-CN': '请确认该域名根路径的请求会转发到本服务，并且没有被其他站点或登录页拦截。',
    en: 'Make sure that requests to the root of this domain are forwarded to the bridge and not caught by another site or a login page.',
  },
} as const satisfies Record<string, Text>;

export type DoctorText = keyof typeof doctorTexts;
