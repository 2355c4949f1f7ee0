import type { Text } from './index';

/** What the API says about pushes, besides the words of the plans themselves. */
export const pushApiTexts = {
  readOnly: {
    'zh-CN': '该企业的通讯录设置为只读，不能推送。',
    en: 'The directory of this corp is set to read-only, so nothing can be pushed.',
  },
  readOnlyAdvice: {
    'zh-CN': '请在通讯录设置中把“访问方式”改为可写（access: "read-write"），保存后重试。',
    en: 'Set the access to read-write in the directory settings of this corp, save, then try again.',
  },
  wecomIsMaster: {
    'zh-CN': '该企业以企业微信为准，因此不能从 OA 推送。',
    en: 'WeCom is the master of this corp, so the OA can not be pushed into it.',
  },
  wecomIsMasterAdvice: {
    'zh-CN': '如果应以 OA 为准，请在通讯录设置中修改“以谁为准”（master: "oa"），并先模拟一次。',
    en: 'If the OA is to decide, change the master in the directory settings, and simulate first.',
  },
  noContactsSecret: {
    'zh-CN': '该企业还没有通讯录 Secret，无法写入通讯录。',
    en: 'This corp has no contacts secret, without which nothing can be written.',
  },
  noContactsSecretAdvice: {
    'zh-CN': '请在企业页面填写通讯录 Secret（企业微信管理后台 → 管理工具 → 通讯录同步）。',
    en: 'Enter the contacts secret on the corp page (WeCom admin console → Management tools → Contacts sync).',
  },

  tryNotAPush: {
    'zh-CN': '撤销方案中的变更不能单独执行。',
    en: 'The changes of an undo belong together; none is tried by itself.',
  },
  tryNothing: {
    'zh-CN': '这一项只是说明情况，没有可以执行的内容。',
    en: 'This row says what is not done; there is nothing to try.',
  },
  tryDone: { 'zh-CN': '这项变更已经执行过了。', en: 'This change was done already.' },
  tryBarred: {
    'zh-CN': '这项变更不能由批准放行，单独执行也一样：{reasons}',
    en: 'No approval releases this change, so it can not be tried either: {reasons}',
  },
  tryPostponed: {
    'zh-CN': '这项变更已推迟到 {until}。要现在执行，请先取消推迟。',
    en: 'This change is postponed until {until}. To do it now, take the postponement back first.',
  },
  tryDeletions: {
    'zh-CN': '该变更会删除一名成员，请在 expectedDeletions 中填写 1 以确认。',
    en: 'This change deletes a member: confirm it by expectedDeletions: 1.',
  },
  postponeOneOf: {
    'zh-CN': '请填写天数（days）或日期（until）中的一个。',
    en: 'Give either days or until.',
  },
  postponeShape: {
    'zh-CN': '应为日期（YYYY-MM-DD）或带时区的时间。',
    en: 'Has to be a date (YYYY-MM-DD), or a time with its zone.',
  },
  postponePast: { 'zh-CN': '推迟的日期应在将来。', en: 'The day has to lie in the future.' },
  postponeTooFar: {
    'zh-CN': '最多推迟 {days} 天。',
    en: 'At most {days} days.',
  },
  notPostponable: {
    'zh-CN': '这项变更不能推迟。',
    en: 'This change can not be postponed.',
  },
  notPostponed: { 'zh-CN': '这项变更没有被推迟。', en: 'This change is not postponed.' },
  exportPostponedUntil: { 'zh-CN': '推迟到', en: 'Postponed until' },
  pulledFieldShape: {
    'zh-CN':
      '应为 loginId、name、departments、mobile、email、gender、position、telephone、jobNumber，或 custom. 加自定义字段名。',
    en: 'Has to be loginId, name, departments, mobile, email, gender, position, telephone, jobNumber, or custom. with the name of a custom field.',
  },
  departmentsMappedByThemselves: {
    'zh-CN': '部门只能取自 departments，departments 也只能写入部门。',
    en: 'Departments come from departments alone, and departments go nowhere else.',
  },
  pulledFieldMissing: {
    'zh-CN': '同步到 OA 时需要为 {field} 指定来源，否则不能新建人员。',
    en: 'Syncing into the OA needs a source for {field}: nobody can be created without.',
  },
  matchFieldsDiffer: {
    'zh-CN': '“关联新成员”的字段与推送的第一个匹配字段是同一项，这次保存把它们改成了不同的值。请改成一致。',
    en: 'The fields that link new members are the first match field of pushes, and this save changes both differently. Make them the same.',
  },
  syncToOaTaken: {
    'zh-CN': '企业“{corp}”已经同步到 OA；最多只能有一个企业同步到 OA。',
    en: 'The corp “{corp}” is synced into the OA already, and at most one may be.',
  },
  confirmMaster: {
    'zh-CN': '这会改变以谁为准。请先看看会发生什么，再以 confirmMaster: true 保存。',
    en: 'This changes which side is the master. Look at what it would do, then save with confirmMaster: true.',
  },
  confirmMasterAdvice: {
    'zh-CN': '保存后请先模拟一次；安全上限和审批仍然有效。',
    en: 'Simulate once after saving; limits and approvals hold as ever.',
  },
  masterPushesEnd: {
    'zh-CN': '以企业微信为准之后，不能再从 OA 推送到该企业（定时推送会失败）。',
    en: 'With WeCom as the master the OA is no longer pushed into this corp (scheduled pushes will fail).',
  },
  masterNothingInOa: {
    'zh-CN': 'OA 中不会有任何变化，除非另外打开“同步到 OA”。',
    en: 'Nothing changes in the OA unless syncing into it is switched on too.',
  },
  masterSyncEnds: {
    'zh-CN': '以 OA 为准之后，企业微信不再同步到 OA。',
    en: 'With the OA as the master WeCom is no longer synced into it.',
  },
  masterOaPeople: {
    'zh-CN':
      'OA 人员：新建 {created}，修改 {changed}，标记离职 {departed}，恢复在职 {returned}，冲突 {conflicts}。',
    en: 'People of the OA: {created} created, {changed} changed, {departed} marked departed, {returned} active again, {conflicts} conflicts.',
  },
  masterOaDepartments: {
    'zh-CN': 'OA 部门：新建 {created}，改名或移动 {changed}，删除 {removed}。',
    en: 'Departments of the OA: {created} created, {changed} renamed or moved, {removed} removed.',
  },
  masterMembers: {
    'zh-CN':
      '企业微信成员：新建 {created}，修改 {changed}，禁用 {disabled}，删除 {deleted}，冲突 {conflicts}。',
    en: 'Members of WeCom: {created} created, {changed} changed, {disabled} disabled, {deleted} deleted, {conflicts} conflicts.',
  },
  masterDepartments: {
    'zh-CN': '企业微信部门：新建 {created}，改名或移动 {changed}，删除 {removed}。',
    en: 'Departments of WeCom: {created} created, {changed} renamed or moved, {removed} deleted.',
  },
  masterStopped: {
    'zh-CN': '按上次读取的数据，同步会立即停止：{reason}',
    en: 'As read last, a sync would stop at once: {reason}',
  },
  onlyNobody: {
    'zh-CN': '请至少写明一个人员或部门。',
    en: 'Name at least one person or department.',
  },
  onlyForPushes: {
    'zh-CN': '只有推送和同步到 OA 可以限定人员或部门；读取总是完整的。',
    en: 'Only a push or a sync into the OA can be about some people or departments; a pull reads everything.',
  },
  unknownOaNode: {
    'zh-CN': 'OA 中没有 {id}，也没有与它关联的部门。',
    en: 'The OA has no {id}, and no department is linked to it.',
  },
  notAPush: {
    'zh-CN': '该任务没有推送方案。',
    en: 'This run has no plan of a push.',
  },
  notPlanned: {
    'zh-CN': '该任务还没有方案，请稍后再看。',
    en: 'This run has no plan yet.',
  },
  nothingToApprove: {
    'zh-CN': '该任务现在没有等待审批的内容。',
    en: 'Nothing in this run waits for an approval now.',
  },
  alreadyApplied: {
    'zh-CN': '这份模拟方案已经被写入过，不能再次写入。',
    en: 'This simulation was applied already; no plan is applied twice.',
  },
  alreadyAppliedAdvice: {
    'zh-CN': '请查看写入它的任务；要继续修改，请重新模拟。',
    en: 'Look at the run that applied it; simulate again for what is left to change.',
  },
  planHashDiffers: {
    'zh-CN': '方案已经变化，与您看到的不是同一份。请刷新页面，查看后再批准。',
    en: 'The plan is another one than the one you saw. Reload it, look at it, then approve.',
  },
  deletionsRequired: {
    'zh-CN': '该方案会删除成员，请填写被删除的人数（expectedDeletions）以确认。',
    en: 'This plan deletes people: type how many in expectedDeletions.',
  },
  deletionsDiffer: {
    'zh-CN': '填写的人数 {given} 与方案不符。请重新核对方案。',
    en: 'The number of deletions you typed, {given}, is not that of the plan. Look at the plan again.',
  },
  planMovedOn: {
    'zh-CN': '方案生成之后，{what}已有变化，不能再批准。没有写入任何内容，请重新模拟。',
    en: 'Since this plan was made, {what} changed, so it can not be approved any more. Nothing was written; simulate again.',
  },
  movedSettings: { 'zh-CN': '设置', en: 'the settings' },
  movedRecords: { 'zh-CN': '相关记录', en: 'records behind it' },
  movedBoth: { 'zh-CN': '设置和相关记录', en: 'the settings and records behind it' },
  approvalNeedsRight: {
    'zh-CN': '需要 runs:approve 权限才能批准。',
    en: 'Approving needs the right runs:approve.',
  },
  notAnApprover: {
    'zh-CN': '您不在该企业通讯录设置的审批人名单中。',
    en: 'You are not among the approvers in the directory settings of this corp.',
  },
  notAnApproverAdvice: {
    'zh-CN':
      '审批人按企业微信账号填写；请管理员在“用户与令牌”页面为您填写该企业的企业微信账号，或修改审批人名单。',
    en: 'Approvers are named by their WeCom userid: an administrator can enter yours under Users and tokens, or change the list.',
  },
  blockedNeedsAdmin: {
    'zh-CN': '该方案因超出上限而被停止，只有管理员可以批准。',
    en: 'This plan was stopped by a limit; only an administrator may approve it.',
  },
  requesterMayNotApprove: {
    'zh-CN': '按照设置，发起人不能批准自己发起的任务。',
    en: 'By the settings of this corp, whoever requested a run may not approve it.',
  },
  nothingToPause: { 'zh-CN': '该任务现在不能暂停。', en: 'This run can not be paused now.' },
  nothingToResume: { 'zh-CN': '该任务没有可以继续的内容。', en: 'There is nothing to resume in this run.' },
  nothingToRetry: {
    'zh-CN': '该任务没有可以重试的失败变更，或尚未结束。',
    en: 'This run has no failed changes to try again, or has not ended.',
  },
  nothingToUndo: {
    'zh-CN': '该任务没有可以撤销的变更，或尚未结束。',
    en: 'This run has nothing to undo, or has not ended.',
  },
  nothingToSnooze: {
    'zh-CN': '该任务没有在等待审批。',
    en: 'This run does not wait for an approval.',
  },
  decisionsClosed: {
    'zh-CN': '方案正在执行或已经结束，不能再修改。',
    en: 'The plan is being applied or has ended, so it can not be changed any more.',
  },
  decisionAlreadyApplied: {
    'zh-CN': '其中有变更已经执行，不能再排除。',
    en: 'One of these changes has been applied already.',
  },
  unknownChange: { 'zh-CN': '方案中没有变更 {id}。', en: 'The plan has no change {id}.' },
  alwaysOnlyPeople: {
    'zh-CN': '只有人员可以长期排除，部门不可以。',
    en: 'Only people can be left out for good, not departments.',
  },
  alwaysNeedsRight: {
    'zh-CN': '长期排除会修改设置，需要 settings:write 权限。',
    en: 'Leaving out for good changes the settings, which needs the right settings:write.',
  },
  noDecision: { 'zh-CN': '请至少选择一项变更。', en: 'Name at least one change.' },
  unknownRun: { 'zh-CN': '该企业没有这个方案。', en: 'This corp has no such plan.' },

  // ------------------------------------------------------------ the verdict in one sentence
  summaryWill: {
    'zh-CN': '将禁用 {disables} 人，删除 {deletes} 人；{rest}',
    en: '{disables} people will be disabled, {deletes} deleted; {rest}',
  },
  summaryWas: {
    'zh-CN': '已禁用 {disables} 人，删除 {deletes} 人；{rest}',
    en: '{disables} people were disabled, {deletes} deleted; {rest}',
  },
  summaryHeld: { 'zh-CN': '{held} 项变更暂缓', en: '{held} changes are held' },
  summaryWithin: { 'zh-CN': '均在上限之内', en: 'within limits' },
  summaryBlocked: { 'zh-CN': '超出上限，未写入任何内容', en: 'a limit is exceeded, nothing is written' },
  summaryBlockedApproved: { 'zh-CN': '超出上限', en: 'beyond a limit' },
  summaryNothing: { 'zh-CN': '没有需要更改的内容', en: 'Nothing to do' },

  // ------------------------------------------------------------ the head of the plan page
  meterDecrease: { 'zh-CN': 'OA 人员减少', en: 'Fewer people in the OA' },
  meterDeletes: { 'zh-CN': '删除成员', en: 'Deleted members' },
  meterDisables: { 'zh-CN': '禁用成员', en: 'Disabled members' },
  meterPercent: { 'zh-CN': '禁用与删除占比（%）', en: 'Disabled and deleted, % of bound members' },
  meterDepartmentDeletes: { 'zh-CN': '删除部门', en: 'Deleted departments' },
  meterMoves: { 'zh-CN': '调动成员', en: 'Moved members' },
  meterCleared: { 'zh-CN': '清空字段', en: 'Fields cleared' },
  meterBranch: { 'zh-CN': '部门“{name}”的占比（%）', en: '% of “{name}”' },
  fieldNeverRead: {
    'zh-CN': '没有应用能读到成员的“{field}”，因此只能与上次写入的值比较。',
    en: 'No app reads “{field}” of any member, so it is compared with what was written last.',
  },
  noteNoPull: {
    'zh-CN': '没有找到该方案所依据的读取记录。',
    en: 'The reading this plan was made from is not known any more.',
  },

  // ------------------------------------------------------------ exports
  exportSummary: { 'zh-CN': '概要', en: 'Summary' },
  exportChanges: { 'zh-CN': '变更', en: 'Changes' },
  exportPlan: { 'zh-CN': '方案', en: 'Plan' },
  exportHash: { 'zh-CN': '方案指纹', en: 'Plan hash' },
  exportCorp: { 'zh-CN': '企业', en: 'Corp' },
  exportPhase: { 'zh-CN': '状态', en: 'Phase' },
  exportPlannedAt: { 'zh-CN': '生成时间', en: 'Planned at' },
  exportVerdict: { 'zh-CN': '结论', en: 'Verdict' },
  exportRequestedBy: { 'zh-CN': '发起人', en: 'Requested by' },
  exportSettings: { 'zh-CN': '设置版本', en: 'Settings version' },
  exportAction: { 'zh-CN': '操作', en: 'Action' },
  exportCount: { 'zh-CN': '数量', en: 'Count' },
  exportStatus: { 'zh-CN': '变更状态', en: 'Status' },
  exportUserId: { 'zh-CN': '账号', en: 'Userid' },
  exportName: { 'zh-CN': '姓名或名称', en: 'Name' },
  exportPath: { 'zh-CN': '部门路径', en: 'Department path' },
  exportField: { 'zh-CN': '字段', en: 'Field' },
  exportOld: { 'zh-CN': '原值', en: 'Old' },
  exportNew: { 'zh-CN': '新值', en: 'New' },
  exportRule: { 'zh-CN': '规则', en: 'Rule' },
  exportLimitGroup: { 'zh-CN': '上限组', en: 'Limit group' },
  exportOutcome: { 'zh-CN': '结果', en: 'Outcome' },
  sheetTitle: { 'zh-CN': '通讯录推送审批单', en: 'Approval sheet: directory push' },
  sheetDangerous: { 'zh-CN': '禁用与删除', en: 'Disables and deletions' },
  sheetMore: { 'zh-CN': '另有 {count} 项，见导出文件。', en: '{count} more; see the export.' },
  sheetNone: { 'zh-CN': '无', en: 'None' },
  sheetLimits: { 'zh-CN': '安全上限', en: 'Limits' },
  sheetAllowed: { 'zh-CN': '上限', en: 'Allowed' },
  sheetUnlimited: { 'zh-CN': '不限', en: 'no limit' },
  sheetHeld: { 'zh-CN': '暂缓原因', en: 'What holds it' },
  sheetDecision: { 'zh-CN': '批准 / 拒绝', en: 'Approved / rejected' },
  sheetName: { 'zh-CN': '签名', en: 'Signature' },
  sheetDate: { 'zh-CN': '日期', en: 'Date' },

  // ------------------------------------------------------------ settings
  clockTimeShape: {
    'zh-CN': '时间应写成 09:00 的形式（24 小时制）。',
    en: 'Write the time as 09:00, with 24 hours.',
  },
  daysTwice: { 'zh-CN': '同一天写了两次。', en: 'A day is named twice.' },
  windowEmpty: { 'zh-CN': '开始与结束时间相同。', en: 'It begins and ends at the same time.' },
  eventTwice: { 'zh-CN': '同一事件写了两次。', en: 'An event is named twice.' },
  noticeNotUrl: { 'zh-CN': '应为 http 或 https 地址。', en: 'Must be an http or https address.' },
  noticeHasCredentials: {
    'zh-CN': '地址中不能包含用户名或密码。',
    en: 'The address must not contain a user name or password.',
  },
  noticeMetadata: {
    'zh-CN': '不能使用链路本地地址或云主机元数据地址。',
    en: 'Link-local addresses and the metadata services of clouds can not be used.',
  },
  noticePrivate: {
    'zh-CN': '该地址指向内部网络。只有私有部署的企业才能使用内部地址。',
    en: 'The address leads into an internal network. Only companies of the kind "private deployment" may use internal addresses.',
  },
  noticeNothingStored: {
    'zh-CN': '没有保存过与此对应的地址，请填写完整地址。',
    en: 'No address is stored for this one; enter it in full.',
  },
  expressionWrong: {
    'zh-CN': '表达式有误：{problem}',
    en: 'The expression is wrong: {problem}',
  },
  expressionWrongAt: {
    'zh-CN': '表达式第 {position} 个字符处有误：{problem}',
    en: 'The expression is wrong at character {position}: {problem}',
  },
  unknownVersion: {
    'zh-CN': '没有第 {version} 版设置。',
    en: 'There is no version {version} of the settings.',
  },
  scheduleMissing: {
    'zh-CN': '设置中没有这个定时任务。',
    en: 'The settings have no such schedule.',
  },
  schedulePausedBy: { 'zh-CN': '由 {actor} 暂停', en: 'Paused by {actor}' },
  fieldWriteOnly: {
    'zh-CN': '没有应用能读到，只能与上次写入的值比较；匹配时逐个查询企业微信（有次数限制）。',
    en: 'No app reads it: it is compared with what was written last, and matching asks WeCom one by one, within a budget.',
  },
  fieldUnread: {
    'zh-CN': '还没有读到过，只能与上次写入的值比较。',
    en: 'Not read so far; it is compared with what was written last.',
  },
  fieldPartly: {
    'zh-CN': '在 {of} 个读到详情的成员中，{members} 个有值。',
    en: 'Has a value in {members} of {of} members whose details an app reads.',
  },
} as const satisfies Record<string, Text>;
