import type { Text } from './index';

/** What needs attention, by code. */
export const attentionTexts = {
  'temporal-down': {
    message: {
      'zh-CN': 'Temporal 无法访问，任务不会启动或推进。',
      en: 'Temporal can not be reached; runs neither start nor go on.',
    },
    advice: {
      'zh-CN': '请检查 Temporal 服务是否在运行，以及 TEMPORAL_ADDRESS 是否正确。',
      en: 'Check that the Temporal server is running and that TEMPORAL_ADDRESS is right.',
    },
  },
  'workers-down': {
    message: { 'zh-CN': '没有正在运行的工作进程，任务会一直等待。', en: 'No worker is running; runs wait.' },
    advice: { 'zh-CN': '请启动工作进程：npm run worker。', en: 'Start a worker: npm run worker.' },
  },
  'no-corp': {
    message: { 'zh-CN': '还没有接入企业。', en: 'No corp is connected yet.' },
    advice: { 'zh-CN': '从“接入企业”开始。', en: 'Begin with connecting one.' },
  },
  'only-demo': {
    message: { 'zh-CN': '目前只有演示企业。', en: 'Only the demo corp is connected.' },
    advice: { 'zh-CN': '准备好后，接入自己的企业。', en: 'Connect your own corp when you are ready.' },
  },
  'no-credentials': {
    message: {
      'zh-CN': '{corp}：还没有通讯录 Secret，也没有应用。',
      en: '{corp} has neither a contacts secret nor an app.',
    },
    advice: {
      'zh-CN': '请在企业页面填写通讯录 Secret，或添加应用。',
      en: "Enter the contacts secret or add an app on the corp's page.",
    },
  },
  'no-app': {
    message: {
      'zh-CN': '{corp}：还没有应用，读不到姓名等详细信息。',
      en: '{corp} has no app, so names and details can not be read.',
    },
    advice: {
      'zh-CN': '请添加一个可见范围包含部门的自建应用。',
      en: 'Add a self-built app whose visible range holds departments.',
    },
  },
  'check-failed': {
    message: {
      'zh-CN': '{corp}：连接检查有 {failed} 项未通过。',
      en: '{corp}: {failed} finding(s) of the connection check failed.',
    },
    advice: { 'zh-CN': '请按检查结果中的提示处理。', en: 'Follow the advice beside the findings.' },
  },
  'never-checked': {
    message: { 'zh-CN': '{corp}：还没有做过连接检查。', en: '{corp}: the connection was never checked.' },
    advice: { 'zh-CN': '在企业页面点击“检查连接”。', en: "Run the check on the corp's page." },
  },
  'never-pulled': {
    message: { 'zh-CN': '{corp}：还没有读取过通讯录。', en: '{corp}: the directory was never read.' },
    advice: { 'zh-CN': '在企业页面点击“读取通讯录”。', en: "Pull the directory on the corp's page." },
  },
  'pull-failed': {
    message: { 'zh-CN': '{corp}：最近一次读取失败。', en: '{corp}: the last pull failed.' },
    advice: { 'zh-CN': '打开该任务查看原因。', en: 'Open the run to see why.' },
  },
  'push-awaiting-approval': {
    message: {
      'zh-CN': '{corp}：有写入方案等待审批。',
      en: '{corp}: a plan waits for approval.',
    },
    advice: {
      'zh-CN': '打开方案，核对后批准或驳回。',
      en: 'Open the plan, read it, then approve or reject it.',
    },
  },
  'push-blocked': {
    message: {
      'zh-CN': '{corp}：写入方案超出安全上限，已被阻止，没有写入任何内容。',
      en: '{corp}: a plan is over a safety limit and was blocked; nothing was written.',
    },
    advice: {
      'zh-CN': '打开方案查看原因；确认无误可以由管理员批准。',
      en: 'Open the plan to see why; an administrator may approve it if it is right.',
    },
  },
  'push-paused': {
    message: { 'zh-CN': '{corp}：写入已暂停。', en: '{corp}: writing is paused.' },
    advice: {
      'zh-CN': '打开该任务查看原因，处理后点“继续”。',
      en: 'Open the run to see why, then resume it.',
    },
  },
  'push-failed': {
    message: { 'zh-CN': '{corp}：最近一次写入失败。', en: '{corp}: the last push failed.' },
    advice: { 'zh-CN': '打开该任务查看原因。', en: 'Open the run to see why.' },
  },
  'drift-open': {
    message: {
      'zh-CN': '{corp}：有人在企业微信里手工改动了 {count} 处由本系统写入的内容。',
      en: '{corp}: {count} value(s) written by the bridge were changed by hand in WeCom.',
    },
    advice: {
      'zh-CN': '在“变动雷达”中决定采纳、还原还是忽略；下次写入会按 OA 的值改回。',
      en: 'Decide under Drift whether to accept, revert or ignore them; the next push writes the OA’s values back.',
    },
  },
  'binding-conflicts': {
    message: {
      'zh-CN': '{corp}：有 {count} 名成员不能确定对应哪个 OA 人员，等待处理。',
      en: '{corp}: for {count} member(s) it is not certain which OA user they are.',
    },
    advice: {
      'zh-CN': '打开“绑定 · 待确认”，逐个选择，或按规则一次处理。',
      en: 'Open Bindings, To be decided, and choose one by one, or decide many by a rule.',
    },
  },
  'departures-held': {
    message: {
      'zh-CN': '{corp}：有 {count} 名离职成员需要处理。',
      en: '{corp}: {count} departure(s) are held until somebody has looked at them.',
    },
    advice: {
      'zh-CN': '打开“离职”页面查看原因，然后放行、推迟、取消或恢复。',
      en: 'Open Departures to see why, then release, postpone, cancel or restore them.',
    },
  },
  'departures-due': {
    message: {
      'zh-CN': '{corp}：7 天内将删除 {count} 个离职成员的账号。',
      en: '{corp}: {count} account(s) of departed people are deleted within 7 days.',
    },
    advice: {
      'zh-CN': '打开“离职”页面核对名单和交接；需要时可以推迟。',
      en: 'Open Departures to look through the list and what is to be handed over; postpone where needed.',
    },
  },
  'attendance-gap': {
    message: {
      'zh-CN': '{corp}：考勤规则有 {count} 天没有成功读取打卡数据。',
      en: '{corp}: {count} day(s) of attendance rules were read by no run.',
    },
    advice: {
      'zh-CN':
        '打开“考勤”页面查看是哪些天、任务为什么失败，然后补读；下一次定时任务也会补读 30 天以内的缺口。',
      en: 'Open Attendance to see which days and why their runs failed, then back-fill them; the next scheduled run reads those of the last 30 days too.',
    },
  },
  'attendance-oa-away': {
    message: {
      'zh-CN': '{corp}：OA 没有接收打卡数据，记录已保留，稍后自动重试。',
      en: '{corp}: the OA does not take attendance records. They are kept, and told again.',
    },
    advice: {
      'zh-CN': '打开“考勤”页面查看 OA 的答复；处理后可立即重试。',
      en: 'Open Attendance to see what the OA answered; once that is put right it can be tried at once.',
    },
  },
  'app-paused': {
    message: {
      'zh-CN': '{corp}：企业微信拒绝应用“{app}”发送消息，已暂停，{count} 条推送在等待。',
      en: '{corp}: WeCom lets the app “{app}” send nothing. It is paused, and {count} push(es) wait.',
    },
    advice: {
      'zh-CN': '打开“消息 · 应用状态”查看原因；处理后自动继续，不会丢失。',
      en: 'Open Messages, Apps to see why. It goes on by itself once that is put right; nothing is lost.',
    },
  },
  'pull-incomplete': {
    message: {
      'zh-CN': '{corp}：最近一次读取不完整，没有任何人被标记为离开。',
      en: '{corp}: the last pull was not complete; nobody was marked as gone.',
    },
    advice: { 'zh-CN': '打开该任务查看原因。', en: 'Open the run to see why.' },
  },
} as const satisfies Record<string, { readonly message: Text; readonly advice: Text }>;

export type AttentionCode = keyof typeof attentionTexts;
