import type { Text } from './index';

/** Accounts taken out of use: when each is deleted, what holds it, and what people may decide about it. */
export const consoleDeparturesTexts = {
  'corp.tab.departures': { 'zh-CN': '离职', en: 'Departures' },
  'corp.tab.departures.held': { 'zh-CN': '{count} 人需要处理', en: '{count} need a decision' },
  'departure.title': { 'zh-CN': '离职处理', en: 'Departure' },
  'departure.list': { 'zh-CN': '离职中的成员', en: 'Members who are leaving' },
  'departure.listed': { 'zh-CN': '显示 {shown} / {total} 人', en: '{shown} of {total} shown' },
  'departure.who': { 'zh-CN': '成员', en: 'Member' },
  'departure.open': { 'zh-CN': '{name}：查看离职处理', en: '{name}: open the departure' },
  'departure.see': { 'zh-CN': '查看离职处理', en: 'Open the departure' },
  'departure.all': { 'zh-CN': '查看离职页', en: 'Open the departures' },
  'departure.member': { 'zh-CN': '成员资料', en: 'Member' },
  'departure.oa-user': { 'zh-CN': 'OA 人员', en: 'OA user' },
  'departure.reason': { 'zh-CN': '原因', en: 'Reason' },

  // The head
  'departure.verdict.held': {
    'zh-CN': '{count} 人的离职需要您处理',
    en: 'Departures that wait for a decision: {count}',
  },
  'departure.verdict.soon': {
    'zh-CN': '未来 7 天内将删除 {count} 个账号',
    en: 'Accounts deleted in the next 7 days: {count}',
  },
  'departure.verdict.none': { 'zh-CN': '没有需要处理的离职', en: 'No departure waits for a decision' },
  'departure.rule': {
    'zh-CN': '离职人员先禁用，满 {days} 天后的 {time}（{timezone}）删除。',
    en: 'Whoever leaves is disabled, and deleted {days} days later at {time} ({timezone}).',
  },
  'departure.rule.never': {
    'zh-CN': '离职人员只禁用，不删除：设置中没有填写天数。',
    en: 'Whoever leaves is disabled and never deleted: the settings name no number of days.',
  },
  'departure.rule.delete': {
    'zh-CN': '按设置，离职人员不经等待直接删除。',
    en: 'By the settings whoever leaves is deleted without a wait.',
  },
  'departure.rule.rehearsal': {
    'zh-CN': '演练中：离职流程的一天只有 {seconds} 秒，不等删除时间和维护时段。',
    en: 'A rehearsal: a day of departures is {seconds} seconds long, whatever the time of day and the maintenance windows.',
  },
  'departure.rule.change': { 'zh-CN': '修改设置', en: 'Change the settings' },
  'departure.counts': { 'zh-CN': '离职人数', en: 'Departures by state' },
  'departure.count.held': { 'zh-CN': '需要处理', en: 'Held' },
  'departure.count.soon': { 'zh-CN': '7 天内删除', en: 'Deleted in 7 days' },
  'departure.count.waiting': { 'zh-CN': '等待删除', en: 'Waiting' },
  'departure.count.busy': { 'zh-CN': '正在执行', en: 'Under way' },
  'departure.count.done': { 'zh-CN': '已结束', en: 'Done' },

  // Views and filters
  'departure.view': { 'zh-CN': '显示方式', en: 'View' },
  'departure.view.timeline': { 'zh-CN': '时间线', en: 'Timeline' },
  'departure.view.calendar': { 'zh-CN': '日历', en: 'Calendar' },
  'departure.view.done': { 'zh-CN': '已结束', en: 'Done' },
  'departure.filter': { 'zh-CN': '筛选', en: 'Filter' },
  'departure.filter.clear': { 'zh-CN': '清除筛选', en: 'Clear the filter' },
  'departure.search': { 'zh-CN': '姓名或账号', en: 'Name or userid' },
  'departure.show.all': { 'zh-CN': '全部', en: 'All' },
  'departure.show.held': { 'zh-CN': '需要处理', en: 'Held' },
  'departure.show.soon': { 'zh-CN': '7 天内删除', en: 'In 7 days' },
  'departure.show.waiting': { 'zh-CN': '等待删除', en: 'Waiting' },
  'departure.show.postponed': { 'zh-CN': '其中已推迟', en: 'Postponed' },
  'departure.show.busy': { 'zh-CN': '正在执行', en: 'Under way' },
  'departure.state': { 'zh-CN': '状态', en: 'State' },
  'departure.state.disabling': { 'zh-CN': '正在禁用', en: 'Being disabled' },
  'departure.state.waiting': { 'zh-CN': '等待删除', en: 'Waiting' },
  'departure.state.postponed': { 'zh-CN': '已推迟', en: 'Postponed' },
  'departure.state.held': { 'zh-CN': '需要处理', en: 'Held' },
  'departure.state.restoring': { 'zh-CN': '正在恢复', en: 'Being restored' },
  'departure.state.deleted': { 'zh-CN': '已删除', en: 'Deleted' },
  'departure.state.restored': { 'zh-CN': '已恢复', en: 'Restored' },
  'departure.state.cancelled': { 'zh-CN': '已取消', en: 'Cancelled' },

  // Dates
  'departure.disabled-at': { 'zh-CN': '禁用时间', en: 'Disabled' },
  'departure.disabled.not-yet': { 'zh-CN': '还没有禁用', en: 'Not disabled yet' },
  'departure.delete-at': { 'zh-CN': '删除时间', en: 'Deletion' },
  'departure.delete.never': { 'zh-CN': '不删除', en: 'Never' },
  'departure.delete.after-disabling': { 'zh-CN': '禁用后确定', en: 'Dated once disabled' },
  'departure.days': { 'zh-CN': '还有 {days} 天', en: '{days} days left' },
  'departure.days.one': { 'zh-CN': '明天', en: 'Tomorrow' },
  'departure.days.today': { 'zh-CN': '今天', en: 'Today' },
  'departure.days.due': { 'zh-CN': '已到期', en: 'Due' },
  'departure.after': { 'zh-CN': '等待', en: 'Wait' },
  'departure.after.days': { 'zh-CN': '禁用后 {days} 天', en: '{days} days after disabling' },
  'departure.after.postponed': {
    'zh-CN': '禁用后 {days} 天，已推迟 {postponed} 天',
    en: '{days} days after disabling, postponed by {postponed}',
  },
  'departure.notice': { 'zh-CN': '提前通知', en: 'Notice' },
  'departure.notice.sent': { 'zh-CN': '已发出', en: 'sent' },
  'departure.begun': { 'zh-CN': '开始', en: 'Begun' },
  'departure.origin.push': { 'zh-CN': '同步任务', en: 'By a push' },
  'departure.origin.oa': { 'zh-CN': 'OA 通知离职', en: 'By the OA' },
  'departure.origin.person': { 'zh-CN': '人工发起', en: 'By hand' },
  'departure.origin.earlier': { 'zh-CN': '升级前已禁用', en: 'Disabled before an upgrade' },

  // The end
  'departure.ended': { 'zh-CN': '结果', en: 'How it ended' },
  'departure.ended-at': { 'zh-CN': '结束时间', en: 'Ended' },
  'departure.decided-by': { 'zh-CN': '决定人', en: 'Decided by' },
  'departure.nobody': { 'zh-CN': '自动', en: 'Automatic' },
  'departure.run': { 'zh-CN': '任务', en: 'Run' },
  'departure.run.see': { 'zh-CN': '查看任务', en: 'See the run' },
  'departure.life': { 'zh-CN': '经过', en: 'What happened' },
  'departure.earlier': { 'zh-CN': '以前的离职', en: 'Earlier departures' },

  // Hand-over
  'departure.hand-over': { 'zh-CN': '待交接', en: 'Hand-over' },
  'departure.hand-over.done': { 'zh-CN': '已交接', en: 'Handed over' },
  'departure.hand-over.unread': { 'zh-CN': '还没有读取', en: 'Not read yet' },
  'departure.hand-over.none': { 'zh-CN': '没有待交接的内容', en: 'Nothing to hand over' },
  'departure.hand-over.count': { 'zh-CN': '{title} {count}', en: '{title}: {count}' },
  'departure.hand-over.unknown': { 'zh-CN': '{title}：读不到', en: '{title}: can’t be read' },
  'departure.hand-over.more': { 'zh-CN': '……另有 {count} 项', en: ' … and {count} more' },
  'departure.hand-over.read': { 'zh-CN': '读取于', en: 'Read' },

  // Decisions
  'departure.actions': { 'zh-CN': '可以执行的操作', en: 'What can be done' },
  'departure.back': { 'zh-CN': '返回', en: 'Back' },
  'departure.comment': {
    'zh-CN': '备注（写入审计日志，可不填）',
    en: 'Comment for the audit log (optional)',
  },
  'departure.do.postpone': { 'zh-CN': '推迟', en: 'Postpone' },
  'departure.do.cancel': { 'zh-CN': '取消删除', en: 'Cancel the deletion' },
  'departure.do.restore': { 'zh-CN': '恢复账号', en: 'Restore' },
  'departure.do.release': { 'zh-CN': '放行', en: 'Release' },
  'departure.do.deleteNow': { 'zh-CN': '立即删除', en: 'Delete now' },
  'departure.do.handOverDone': { 'zh-CN': '标记为已交接', en: 'Mark as handed over' },
  'departure.did.postpone': { 'zh-CN': '已推迟', en: 'Postponed' },
  'departure.did.cancel': { 'zh-CN': '已取消删除', en: 'The deletion is cancelled' },
  'departure.did.restore': { 'zh-CN': '正在恢复账号', en: 'The account is being restored' },
  'departure.did.release': { 'zh-CN': '已放行', en: 'Released' },
  'departure.did.deleteNow': { 'zh-CN': '正在删除账号', en: 'The account is about to be deleted' },
  'departure.did.handOverDone': { 'zh-CN': '已标记为已交接', en: 'Marked as handed over' },
  'departure.postpone.title': { 'zh-CN': '推迟删除：{name}', en: 'Postpone the deletion of {name}' },
  'departure.postpone.about': {
    'zh-CN': '账号保持禁用，晚几天再删除。已过期的从今天算起。可以多次推迟。',
    en: 'The account stays disabled and is deleted some days later; counted from today where the day is over. It can be postponed again.',
  },
  'departure.postpone.days': { 'zh-CN': '推迟的天数', en: 'Days' },
  'departure.postpone.some': { 'zh-CN': '{days} 天', en: '{days} days' },
  'departure.postpone.slot': {
    'zh-CN': '实际时间是这一天或之后的第一个删除时间，并避开维护时段。',
    en: 'At the first time for deletions on or after that day, outside the maintenance windows.',
  },
  'departure.cancel.title': { 'zh-CN': '取消删除 {name}？', en: 'Cancel the deletion of {name}?' },
  'departure.cancel.about': {
    'zh-CN':
      '账号会一直保持禁用，今后也不会被删除：既不再等待，也不再由同步任务删除。聊天记录保留，账号继续占用名额。此人在 OA 重新在职后，同步会照常启用账号。',
    en: 'The account stays disabled for good and is not deleted, neither later nor by a push. The chat history is kept, and the account goes on counting in the limit. When the OA has the person as active again, pushes treat them as always.',
  },
  'departure.restore.title': { 'zh-CN': '恢复 {name} 的账号？', en: 'Restore the account of {name}?' },
  'departure.restore.about': {
    'zh-CN':
      '账号会重新启用，放回禁用前所在的部门，并恢复部门负责人身份。即使 OA 中仍是离职状态，之后的同步也不会再禁用，直到 OA 中此人重新在职过。',
    en: 'The account is enabled again and put back into its departments, as their leader where it was one. Pushes leave it alone although the OA has let the person go, until the OA has had them as active again.',
  },
  'departure.release.title': { 'zh-CN': '放行 {name} 的离职处理？', en: 'Release the departure of {name}?' },
  'departure.release.about': {
    'zh-CN':
      '下面的原因不再阻止处理：日期已到的马上再试一次，还没到的按原日期进行。执行前仍会核对 OA 和企业微信的状态。',
    en: 'What is named below holds it no longer: what is due is tried again at once, the rest on its date. The state in the OA and in WeCom is checked before, as always.',
  },
  'departure.release.what': { 'zh-CN': '放行的内容', en: 'What is released' },
  'departure.deleteNow.title': { 'zh-CN': '立即删除 {name}？', en: 'Delete {name} now?' },
  'departure.deleteNow.lost': {
    'zh-CN': '聊天记录和在企业微信中的所有数据会永久消失，无法找回。',
    en: 'The chat history and all data in WeCom are lost for good. Nothing brings them back.',
  },
  'departure.deleteNow.about': {
    'zh-CN': '不再等到删除日期。安全上限和审批照常有效，删除前仍会核对 OA 和企业微信的状态。',
    en: 'Without waiting for the date. Limits and approvals hold as always, and the state in the OA and in WeCom is checked before.',
  },
  'departure.deleteNow.type': {
    'zh-CN': '请输入账号 {userId} 以确认：',
    en: 'Type the userid {userId} to confirm:',
  },
  'departure.begin': { 'zh-CN': '发起离职', en: 'Start a departure' },
  'departure.begin.of': { 'zh-CN': '为 {name} 发起离职', en: 'Start the departure of {name}' },
  'departure.begin.submit': { 'zh-CN': '禁用账号', en: 'Disable the account' },
  'departure.begin.not': {
    'zh-CN': '只有以 OA 为准且允许写入的企业可以发起离职，请查看通讯录设置。',
    en: 'Only where the OA is the master and writing is allowed: see the directory settings.',
  },
  'departure.begin.who': { 'zh-CN': '谁要离职', en: 'Who is leaving' },
  'departure.begin.search': {
    'zh-CN': '搜索成员：姓名、账号或手机',
    en: 'Find the member: name, userid or mobile',
  },
  'departure.begin.unbound': { 'zh-CN': '没有绑定 OA 人员', en: 'Not bound to an OA user' },
  'departure.begin.does': {
    'zh-CN': '会立即在企业微信禁用该账号',
    en: 'The account is disabled in WeCom right away',
  },
  'departure.begin.about': {
    'zh-CN':
      '本人不能再使用企业微信。可以随时恢复，数据不会丢失。OA 中仍在职的人到期也不会删除，直到 OA 标记其离职。',
    en: 'The person can not use WeCom any more. It can be undone at any time, and nothing is lost. Whoever is still active in the OA is not deleted before the OA has let them go.',
  },

  // Nothing to show
  'departure.empty': { 'zh-CN': '没有离职中的成员', en: 'Nobody is leaving' },
  'departure.empty.about': {
    'zh-CN':
      'OA 中的人离职后，企业微信账号先禁用，过几天再删除。等待期间在这里可以看到每个人的删除日期，也可以推迟、取消或恢复。',
    en: 'When the OA lets somebody go, the WeCom account is disabled first and deleted some days later. Until then each stands here with the date, to be postponed, cancelled or restored.',
  },
  'departure.empty.settings': {
    'zh-CN': '设置“禁用几天后删除”',
    en: 'Set “Delete after days disabled”',
  },
  'departure.empty.filtered': { 'zh-CN': '没有符合条件的离职', en: 'Nothing matches' },
  'departure.empty.done': { 'zh-CN': '还没有结束的离职', en: 'None has ended yet' },

  // Calendar
  'departure.calendar.month': { 'zh-CN': '月份', en: 'Month' },
  'departure.calendar.previous': { 'zh-CN': '上个月', en: 'Previous month' },
  'departure.calendar.next': { 'zh-CN': '下个月', en: 'Next month' },
  'departure.calendar.today': { 'zh-CN': '本月', en: 'This month' },
  'departure.calendar.count': { 'zh-CN': '本月删除 {count} 人', en: '{count} deletions' },
  'departure.calendar.held': { 'zh-CN': '{count} 人需要处理', en: '{count} held' },
  'departure.calendar.day': { 'zh-CN': '删除 {count} 人', en: '{count} deletions' },
  'departure.calendar.day.none': { 'zh-CN': '没有删除', en: 'No deletions' },
  'departure.calendar.people': { 'zh-CN': '人', en: 'due' },
  'departure.calendar.of': { 'zh-CN': '{day} 删除的成员', en: 'Deleted on {day}' },
  'departure.calendar.zone': {
    'zh-CN': '按企业所在时区（{timezone}）的日期。点击某一天，查看当天的人员。',
    en: 'Days of the corp’s time zone ({timezone}). Choose a day to see who is due.',
  },

  // Saving other settings
  'affected.departures': { 'zh-CN': '删除日期改变：{count} 人', en: 'Deletion dates that change: {count}' },
  'affected.departures.never': { 'zh-CN': '不删除', en: 'never' },
  'save.done.redated': {
    'zh-CN': '{count} 人的删除日期会重新计算。',
    en: '{count} deletion dates are being made anew.',
  },
  'trigger.departures': { 'zh-CN': '离职处理', en: 'Departures' },
  'direction.departures': { 'zh-CN': '离职处理', en: 'Departures' },
} satisfies Record<string, Text>;
