import type { NoticeEvent } from '../domain/directory/settings';
import type { Text } from './index';

/** Subjects of notices. They are shown in other people's systems, on screens and in logs: numbers only, nobody's name. */
export const noticeSubjects: Readonly<Record<NoticeEvent, Text>> = {
  'needs-approval': {
    'zh-CN': '[待审批] 企业微信同步：禁用 {disable}，删除 {delete}，更新 {update} — 方案 {plan}',
    en: '[Needs approval] WeCom sync: {disable} disable, {delete} delete, {update} update — plan {plan}',
  },
  blocked: {
    'zh-CN': '[已拦截] 企业微信同步：禁用 {disable}，删除 {delete}，更新 {update} — 方案 {plan}',
    en: '[Blocked] WeCom sync: {disable} disable, {delete} delete, {update} update — plan {plan}',
  },
  done: {
    'zh-CN': '[已完成] 企业微信同步：成功 {done}，失败 {failed}，暂缓 {held} — 方案 {plan}',
    en: '[Done] WeCom sync: {done} done, {failed} failed, {held} held — plan {plan}',
  },
  failed: {
    'zh-CN': '[失败] 企业微信同步：{error}，已完成 {done}',
    en: '[Failed] WeCom sync: {error}, {done} done before',
  },
  paused: {
    'zh-CN': '[已暂停] 企业微信同步：{error}，已完成 {done}/{total}，处理后可继续',
    en: '[Paused] WeCom sync: {error}, {done} of {total} done; it can be resumed',
  },
  expired: {
    'zh-CN': '[已失效] 企业微信同步：方案 {plan} 未再写入（{error}）',
    en: '[Expired] WeCom sync: plan {plan} is no longer applied ({error})',
  },
  'schedule-skipped': {
    'zh-CN': '[已跳过] 企业微信同步：到了定时时间，但上一次任务尚未结束（{phase}）',
    en: '[Skipped] WeCom sync: a scheduled run was due while another one is open ({phase})',
  },
  'attendance-gap': {
    'zh-CN':
      '[打卡缺失] 考勤规则“{rule}”：{gapFrom} 至 {gapTo} 有 {gapDays} 天没有成功读取打卡数据，请查看任务并补读',
    en: '[Attendance gap] Rule “{rule}”: no run has read {gapDays} of the days {gapFrom} to {gapTo}; look at its runs and back-fill',
  },
  'attendance-held': {
    'zh-CN': '[待核对] 企业微信打卡：{heldBack} 条已有记录突然不见，暂不作废，请核对后决定',
    en: '[Look at this] WeCom attendance: {heldBack} known records were missing all at once and stay as they are until somebody has looked',
  },
  'departures-due': {
    'zh-CN': '[即将删除] 离职账号：{days} 天内将删除 {due} 个，其中 {owning} 个仍有待交接的事项',
    en: '[Deleted soon] Departed accounts: {due} will be deleted within {days} days, {owning} still have something to hand over',
  },
  'departures-held': {
    'zh-CN': '[待处理] 离职账号：{departuresHeld} 个暂不删除，需要有人处理',
    en: '[Needs a person] Departed accounts: {departuresHeld} are not deleted before somebody has looked at them',
  },
  'app-paused': {
    'zh-CN': '[已暂停] 企业微信消息：应用“{app}”无法发送（{error}），消息会等待，处理后自动继续',
    en: '[Paused] WeCom messages: the app “{app}” can’t send ({error}); its messages wait and go on once that is put right',
  },
  'app-resumed': {
    'zh-CN': '[已恢复] 企业微信消息：应用“{app}”恢复发送',
    en: '[Resumed] WeCom messages: the app “{app}” sends again',
  },
};

/** What a run of attendance says in other words than one of the directory. */
export const attendanceNoticeSubjects: Readonly<Partial<Record<NoticeEvent, Text>>> = {
  failed: {
    'zh-CN': '[失败] 企业微信打卡读取：{error}，已完成 {done}/{total}',
    en: '[Failed] WeCom attendance: {error}, {done} of {total} calls were done before',
  },
  'schedule-skipped': {
    'zh-CN': '[已跳过] 企业微信打卡读取：到了定时时间，但这条规则的上一次任务尚未结束（{phase}）',
    en: '[Skipped] WeCom attendance: a scheduled run was due while the rule’s last one is open ({phase})',
  },
};

/** Lines about departures in the body of a notice. */
export const departureNoticeTexts = {
  due: { 'zh-CN': '{who}：{day} 删除', en: '{who}: deleted on {day}' },
  owns: { 'zh-CN': '仍有{items}', en: 'still has {items}' },
  nothingLeft: { 'zh-CN': '没有待交接的事项', en: 'nothing left to hand over' },
  handedOver: { 'zh-CN': '已标记交接完成', en: 'the hand-over is marked as done' },
  notLooked: { 'zh-CN': '尚未读取待交接的事项', en: 'nobody has looked yet what is left to hand over' },
  counted: { 'zh-CN': '{title} {count}', en: '{title}: {count}' },
  countedWithNames: { 'zh-CN': '{title} {count}（{names}）', en: '{title}: {count} ({names})' },
  uncounted: { 'zh-CN': '{title}（{hint}）', en: '{title} ({hint})' },
  and: { 'zh-CN': '{one}；{other}', en: '{one}; {other}' },
} as const satisfies Readonly<Record<string, Text>>;
