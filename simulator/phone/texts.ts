const texts = {
  title: { 'zh-CN': '企业微信（模拟）', en: 'WeCom (simulated)' },
  corps: { 'zh-CN': '选择企业', en: 'Choose a corp' },
  noCorps: { 'zh-CN': '模拟器里还没有企业', en: 'The simulator has no corp yet' },
  members: { 'zh-CN': '选择成员', en: 'Choose a member' },
  search: { 'zh-CN': '搜索姓名、账号', en: 'Search name, userid' },
  nobody: { 'zh-CN': '没有找到', en: 'Nobody found' },
  more: { 'zh-CN': '还有更多，请搜索', en: 'There are more: search' },
  chats: { 'zh-CN': '消息', en: 'Messages' },
  noApps: { 'zh-CN': '没有可见的应用', en: 'No app to be seen' },
  noMessages: { 'zh-CN': '还没有消息', en: 'No messages yet' },
  recalled: { 'zh-CN': '撤回了一条消息', en: 'recalled a message' },
  say: { 'zh-CN': '发消息', en: 'Message' },
  send: { 'zh-CN': '发送', en: 'Send' },
  deaf: { 'zh-CN': '此应用不接收消息', en: 'This app takes no messages' },
  details: { 'zh-CN': '详情', en: 'Details' },
  submit: { 'zh-CN': '提交', en: 'Submit' },
  menu: { 'zh-CN': '更多操作', en: 'More' },
  back: { 'zh-CN': '返回', en: 'Back' },
  image: { 'zh-CN': '[图片]', en: '[Picture]' },
  voice: { 'zh-CN': '[语音]', en: '[Voice]' },
  video: { 'zh-CN': '[视频]', en: '[Video]' },
  file: { 'zh-CN': '[文件]', en: '[File]' },
  gone: { 'zh-CN': '文件已过期', en: 'The file has expired' },
  miniprogram: { 'zh-CN': '小程序', en: 'Mini-program' },
  failed: { 'zh-CN': '没有成功', en: 'That did not work' },
} as const;

export type PhoneLang = 'zh-CN' | 'en';
export type PhoneText = keyof typeof texts;
export type Say = (key: PhoneText) => string;

export function speaking(lang: PhoneLang): Say {
  return (key) => texts[key][lang];
}
