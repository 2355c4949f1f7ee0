import type { KindCode } from '../domain/attendance/attendance';
import type { ExceptionCode } from '../domain/attendance/exceptions';
import type { RuleProblemCode } from '../domain/attendance/rule';
import type { RangeProblemCode } from '../domain/attendance/windows';
import type { Text } from './index';

type Texts<Code extends string> = Readonly<Record<Code, Text>>;

/** What the API says about attendance. */
export const attendanceTexts = {
  dayStartsAtShape: {
    'zh-CN': '请填写 00:00 到 23:59 之间的时间，例如 04:00。',
    en: 'Give a time from 00:00 to 23:59, for example 04:00.',
  },
  monthShape: {
    'zh-CN': '请填写月份，例如 2026-01。',
    en: 'Give a month, for example 2026-01.',
  },
  afterShape: {
    'zh-CN': '请填写上一页最后一条的序号。',
    en: 'Give the number of the last item seen.',
  },
  daysTurned: {
    'zh-CN': '结束日期早于开始日期。',
    en: 'The last day is before the first one.',
  },

  appOrSecret: {
    'zh-CN': '自建应用和系统打卡应用的 Secret 只能填写其中一个。',
    en: 'Give either a self-built app or the secret of WeCom’s own check-in app, not both.',
  },
  credentialNeeded: {
    'zh-CN': '请选择一个自建应用，或填写系统“打卡”应用的 Secret。',
    en: 'Choose a self-built app, or give the secret of WeCom’s own check-in app (打卡).',
  },
  appUnknown: {
    'zh-CN': '该企业没有这个应用。',
    en: 'The corp has no such app.',
  },
  whichCredential: {
    'zh-CN':
      '自 2023-12-01 起，企业微信不再支持通过系统“打卡”应用的 Secret 调用接口，存量企业暂不受影响。其他企业请使用自建应用：企业微信管理后台 → 应用管理 → 打卡 → “可调用接口的应用” → 设置 → 勾选该自建应用，然后在这里选择它。',
    en: 'Since 2023-12-01 WeCom takes the secret of its own check-in app only from corps that had it before. All others use a self-built app: WeCom admin console → 应用管理 → 打卡 → 可调用接口的应用 → 设置, tick the app, then choose it here.',
  },
  appNotAllowedAdvice: {
    'zh-CN':
      '请在企业微信管理后台 → 应用管理 → 打卡 → “可调用接口的应用” → 设置中勾选该自建应用，并确认需要读取的成员都在该应用的可见范围内，然后重试。',
    en: 'In the WeCom admin console open 应用管理 → 打卡 → 可调用接口的应用 → 设置 and tick this app; the members to be read have to be in its visible range (可见范围) too. Then try again.',
  },
  secretNotAllowedAdvice: {
    'zh-CN':
      '自 2023-12-01 起，新企业不能再用系统“打卡”应用的 Secret 调用接口。请改用自建应用：企业微信管理后台 → 应用管理 → 打卡 → “可调用接口的应用” → 设置 → 勾选一个自建应用，并在这里选择它。',
    en: 'Since 2023-12-01 the secret of WeCom’s own check-in app is refused for new corps. Use a self-built app instead: WeCom admin console → 应用管理 → 打卡 → 可调用接口的应用 → 设置, tick an app, and choose it here.',
  },
  secretWrongAdvice: {
    'zh-CN':
      '请在企业微信管理后台 → 应用管理 → 打卡 → API 中查看 Secret，重新填写。2023-12-01 之后创建的企业没有该 Secret，请改用自建应用。',
    en: 'Look the secret up in the WeCom admin console under 应用管理 → 打卡 → API and give it again. Corps made since 2023-12-01 have none: use a self-built app.',
  },
  checkRefused: {
    'zh-CN': '企业微信拒绝了该凭证。',
    en: 'WeCom refused this credential.',
  },

  notSetUp: {
    'zh-CN': '该企业还没有设置读取打卡数据的凭证。',
    en: 'Nothing is set yet with which this corp’s check-in data could be read.',
  },
  notSetUpAdvice: {
    'zh-CN': '请由管理员先在“考勤 → 设置”中选择自建应用，或填写系统“打卡”应用的 Secret。',
    en: 'An administrator first chooses a self-built app under Attendance → Settings, or gives the secret of WeCom’s own check-in app (打卡).',
  },
  membersNotReadAdvice: {
    'zh-CN': '请先在“通讯录”中执行一次“从企业微信读取”，并绑定 OA 人员，然后再读取打卡。',
    en: 'Read the directory from WeCom first (Directory → Pull) and bind its members to OA users; then read the check-ins.',
  },
  nobodyBoundAdvice: {
    'zh-CN': '还没有成员绑定 OA 人员：暂时读取所有成员，打卡先保留，绑定后再交给 OA。请先绑定成员。',
    en: 'No member is bound to an OA user yet. Until then everybody is read, and what is read is kept until they are bound: bind them.',
  },

  ruleMissing: {
    'zh-CN': '该企业没有这条考勤规则，可能已被删除。',
    en: 'The corp has no such attendance rule. It may have been deleted.',
  },
  ruleExists: {
    'zh-CN': '已有一条规则在同样的时间读取同样成员的同样内容。请修改时间、成员或读取内容，或编辑原有规则。',
    en: 'Another rule reads the same of the same members at the same times. Change the times, the members or what is read, or edit that rule.',
  },
  ruleRunOpen: {
    'zh-CN': '该规则的读取正在进行，请等待它结束或先取消。',
    en: 'A run of this rule is under way. Wait until it has ended, or cancel it first.',
  },
  ruleNotScheduled: {
    'zh-CN': '该规则没有定时任务，或已停用，无法暂停或恢复。',
    en: 'This rule has no schedule, or is switched off: there is nothing to pause or resume.',
  },

  recordMissing: {
    'zh-CN': '没有这条打卡记录。',
    en: 'There is no such check-in record.',
  },
  memberMissing: {
    'zh-CN': '该企业没有账号为 {userId} 的成员。',
    en: 'The corp has no member {userId}.',
  },
  photoMissing: {
    'zh-CN': '该企业近期的打卡记录中没有这张照片；企业微信只保存照片三天。',
    en: 'No recent check-in of this corp has such a photo; WeCom keeps photos for three days.',
  },
  photoExpired: {
    'zh-CN': '企业微信不再提供这张照片：照片只保存三天。',
    en: 'WeCom no longer has this photo: it keeps photos for three days.',
  },
  photoExpiredAdvice: {
    'zh-CN': '照片不会复制到本系统。需要时，请在打卡后三天内查看并另存。',
    en: 'Photos are not copied. Look at them within three days of the check-in, and save those that are needed.',
  },

  oaUnavailable: {
    'zh-CN': 'OA 没有响应（{operation}：{reason}）。系统会自动重试，也可以立即重试。',
    en: 'The OA did not answer ({operation}: {reason}). It is tried again by itself, and can be tried at once.',
  },
  oaRefused: {
    'zh-CN': 'OA 拒绝接收（{operation}：{reason}）。请检查 OA 接口，然后立即重试。',
    en: 'The OA refused to take it ({operation}: {reason}). Look at its interface, then have it tried again.',
  },

  unknownPerson: {
    'zh-CN': '企业微信不认识该成员，没有返回数据。',
    en: 'WeCom does not know this member and gave nothing for them.',
  },

  sheetRecords: { 'zh-CN': '打卡记录', en: 'Check-ins' },
  sheetReports: { 'zh-CN': '考勤报告', en: 'Reports' },
  columnUserId: { 'zh-CN': '账号', en: 'Userid' },
  columnName: { 'zh-CN': '姓名', en: 'Name' },
  columnOaUserId: { 'zh-CN': 'OA 人员', en: 'OA user' },
  columnDay: { 'zh-CN': '日期', en: 'Day' },
  columnAt: { 'zh-CN': '打卡时间', en: 'At' },
  columnKind: { 'zh-CN': '类型', en: 'Kind' },
  columnScheduledAt: { 'zh-CN': '标准时间', en: 'Scheduled for' },
  columnException: { 'zh-CN': '企业微信标记', en: 'As WeCom says' },
  columnExceptions: { 'zh-CN': '异常', en: 'Exceptions' },
  columnGroup: { 'zh-CN': '打卡规则', en: 'Check-in group' },
  columnLocation: { 'zh-CN': '地点', en: 'Place' },
  columnDevice: { 'zh-CN': '设备', en: 'Device' },
  columnPhotos: { 'zh-CN': '照片数', en: 'Photos' },
  columnState: { 'zh-CN': '状态', en: 'State' },
  columnRecordId: { 'zh-CN': '记录编号', en: 'Record id' },
  columnReportId: { 'zh-CN': '报告编号', en: 'Report id' },
  columnPunches: { 'zh-CN': '打卡次数', en: 'Check-ins' },
  columnEarliest: { 'zh-CN': '最早打卡', en: 'Earliest' },
  columnLatest: { 'zh-CN': '最晚打卡', en: 'Latest' },
  columnWorkHours: { 'zh-CN': '实际工时（小时）', en: 'Hours worked' },
  columnStandardHours: { 'zh-CN': '标准工时（小时）', en: 'Standard hours' },
  columnWorkDays: { 'zh-CN': '应打卡天数', en: 'Days to work' },
  columnRegularDays: { 'zh-CN': '正常天数', en: 'Regular days' },
  columnExceptionDays: { 'zh-CN': '异常天数', en: 'Days with exceptions' },
  columnRest: { 'zh-CN': '休息日', en: 'Day off' },
  columnNotes: { 'zh-CN': '假勤', en: 'Leave and trips' },
  yes: { 'zh-CN': '是', en: 'yes' },
  no: { 'zh-CN': '否', en: 'no' },
  current: { 'zh-CN': '有效', en: 'current' },
  superseded: { 'zh-CN': '已作废', en: 'superseded' },
} as const satisfies Readonly<Record<string, Text>>;

export const exceptionTexts: Texts<ExceptionCode> = {
  late: { 'zh-CN': '迟到', en: 'late' },
  early: { 'zh-CN': '早退', en: 'left early' },
  missing: { 'zh-CN': '缺卡', en: 'not checked in' },
  absent: { 'zh-CN': '旷工', en: 'absent' },
  place: { 'zh-CN': '地点异常', en: 'wrong place' },
  wifi: { 'zh-CN': 'WiFi 异常', en: 'wrong Wi-Fi' },
  device: { 'zh-CN': '设备异常', en: 'unusual device' },
  time: { 'zh-CN': '时间异常', en: 'wrong time' },
  other: { 'zh-CN': '其他异常', en: 'other' },
};

export const kindTexts: Texts<KindCode> = {
  'on-duty': { 'zh-CN': '上班打卡', en: 'on duty' },
  'off-duty': { 'zh-CN': '下班打卡', en: 'off duty' },
  outing: { 'zh-CN': '外出打卡', en: 'outing' },
  other: { 'zh-CN': '其他', en: 'other' },
};

export const rangeProblemTexts: Texts<RangeProblemCode> = {
  'to-before-from': {
    'zh-CN': '结束日期早于开始日期。',
    en: 'The last day is before the first one.',
  },
  'in-the-future': {
    'zh-CN': '不能读取未来的日期；该企业今天是 {today}。',
    en: 'Days to come can not be read; today is {today} in this corp.',
  },
  'too-many-days': {
    'zh-CN': '一次最多读取 {max} 天，这里是 {days} 天。',
    en: 'At most {max} days can be read at once; these are {days}.',
  },
  'too-early': {
    'zh-CN': '最早只能读取到 {earliest}。',
    en: 'Nothing before {earliest} can be read.',
  },
};

export const ruleProblemTexts: Texts<RuleProblemCode> = {
  'nothing-to-read': {
    'zh-CN': '请至少选择一项要读取的内容：打卡记录、日报或月报。',
    en: 'Choose something to read: punches, daily or monthly reports.',
  },
  'unknown-department': {
    'zh-CN': '企业微信中没有编号为 {departmentId} 的部门。',
    en: 'WeCom has no department {departmentId} in this corp.',
  },
  'unknown-member': {
    'zh-CN': '企业微信中没有账号为 {userId} 的成员。',
    en: 'WeCom has no member {userId} in this corp.',
  },
};

/** Why a run that reads check-in data failed, besides what every run can fail of. */
export const attendanceFailureTexts: Readonly<
  Record<string, { readonly message: Text; readonly advice: Text }>
> = {
  'attendance-not-set-up': { message: attendanceTexts.notSetUp, advice: attendanceTexts.notSetUpAdvice },
  'attendance-rule-gone': {
    message: {
      'zh-CN': '该考勤规则已被删除，没有读取。',
      en: 'The attendance rule was deleted, so nothing was read.',
    },
    advice: {
      'zh-CN': '如仍需读取，请新建规则，或手动读取所需日期。',
      en: 'Make another rule, or read the days that are needed by hand.',
    },
  },
  'attendance-nobody': {
    message: {
      'zh-CN': '所选范围内没有成员，没有读取。',
      en: 'There is nobody in the chosen range, so nothing was read.',
    },
    advice: {
      'zh-CN': '请先读取通讯录，或在规则中选择有成员的部门。',
      en: 'Read the directory from WeCom, or choose departments that have members in the rule.',
    },
  },
};
