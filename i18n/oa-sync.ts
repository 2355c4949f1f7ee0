import type {
  OaChange,
  OaDepartmentConflict,
  OaRuleCode,
  OaUserConflict,
} from '../domain/directory/oa-sync/changes';
import type { LimitGroup } from '../domain/directory/push/changes';
import type { Text } from '.';

/** Words for what a sync to the OA plans and does; the push's words are in directory-push.ts. */
type Texts<Code extends string> = Readonly<Record<Code, Text>>;

/** What the API says of syncs to the OA. */
export const oaSyncApiTexts = {
  oaIsMaster: {
    'zh-CN': '组织架构以 OA 为准，不能从企业微信同步到 OA。',
    en: 'The OA is the master of this corp, so WeCom is not synced to it.',
  },
  oaIsMasterAdvice: {
    'zh-CN': '如需以企业微信为准，请在设置中修改“以哪一方为准”，并先模拟。',
    en: 'To make WeCom the master, change the settings, and simulate first.',
  },
  syncToOaOff: {
    'zh-CN': '“同步到 OA”没有打开。',
    en: 'Sync to OA is off.',
  },
  syncToOaOffAdvice: {
    'zh-CN': '请在拉取设置中打开“同步到 OA”。',
    en: 'Switch it on in the pull settings.',
  },
  nothingToReadWith: {
    'zh-CN': '没有通讯录同步 Secret，也没有应用，无法读取通讯录。',
    en: 'Without a contacts secret or an app the directory can’t be read.',
  },
  nothingToReadWithAdvice: {
    'zh-CN': '请在企业页面填写。',
    en: 'Enter one on the corp’s page.',
  },
  summaryWill: {
    'zh-CN': '将在 OA 新增 {creates} 人，标记离职 {departs} 人；{rest}',
    en: '{creates} people will be created in the OA, {departs} marked as departed; {rest}',
  },
  summaryWas: {
    'zh-CN': '已在 OA 新增 {creates} 人，标记离职 {departs} 人；{rest}',
    en: '{creates} people were created in the OA, {departs} marked as departed; {rest}',
  },
  meterDisables: { 'zh-CN': '标记离职', en: 'People marked as departed' },
  meterPercent: { 'zh-CN': '离职占比（%）', en: 'Departed, % of bound users' },
  meterDepartmentDeletes: { 'zh-CN': '删除 OA 部门', en: 'Departments removed from the OA' },
} as const satisfies Readonly<Record<string, Text>>;

export const oaActionTexts: Texts<OaChange['action']> = {
  createOaDepartment: { 'zh-CN': '在 OA 新建部门', en: 'Create department in the OA' },
  renameOaDepartment: { 'zh-CN': 'OA 部门改名', en: 'Rename department in the OA' },
  moveOaDepartment: { 'zh-CN': '移动 OA 部门', en: 'Move department in the OA' },
  removeOaDepartment: { 'zh-CN': '删除 OA 部门', en: 'Remove department from the OA' },
  createOaUser: { 'zh-CN': '在 OA 新增人员', en: 'Create OA user' },
  updateOaUser: { 'zh-CN': '更新 OA 人员', en: 'Update OA user' },
  returnOaUser: { 'zh-CN': 'OA 人员恢复在职', en: 'OA user is active again' },
  departOaUser: { 'zh-CN': 'OA 人员标记离职', en: 'Mark OA user as departed' },
};

export const oaFieldTexts = {
  loginId: { 'zh-CN': '登录名', en: 'Login name' },
  jobNumber: { 'zh-CN': '工号', en: 'Job number' },
  status: { 'zh-CN': '在职状态', en: 'Status' },
} as const satisfies Readonly<Record<string, Text>>;

export const oaAttributeTexts = {
  'custom.': { 'zh-CN': 'OA 自定义字段“{name}”', en: 'OA field “{name}”' },
} as const satisfies Readonly<Record<string, Text>>;

export const oaRuleTexts: Texts<OaRuleCode> = {
  'roots-belong-together': {
    'zh-CN': '两边的根部门都代表整个企业，不论名称是否相同都关联，名称各自保留。',
    en: 'Both roots stand for the whole company, so they are linked whatever their names are; each keeps its own.',
  },
  'same-name-in-oa': {
    'zh-CN': 'OA 中同一层级有同名部门，自动关联。',
    en: 'The OA has a department of the same name on the same level; the two are linked.',
  },
  'not-in-oa': {
    'zh-CN': 'OA 的同一层级没有同名部门，新建。',
    en: 'The OA has no department of this name on this level, so it is created.',
  },
  'renamed-in-wecom': {
    'zh-CN': '已关联的部门在企业微信中改了名。',
    en: 'The linked department has another name in WeCom.',
  },
  'moved-in-wecom': {
    'zh-CN': '已关联的部门在企业微信中换了上级部门。',
    en: 'The linked department has another parent in WeCom.',
  },
  'gone-from-wecom': {
    'zh-CN': '企业微信中已不再有此人或此部门。人员标记为离职，不会删除。',
    en: 'WeCom no longer has this person or department. People are marked as departed, never removed.',
  },
  'new-in-wecom': {
    'zh-CN': '企业微信中有此成员，OA 中没有，新增人员并绑定。',
    en: 'WeCom has this member, the OA does not: a user is created and bound.',
  },
  'differs-from-wecom': {
    'zh-CN': '与企业微信不一致，以企业微信为准。企业微信不返回的字段保持不变。',
    en: 'It differs from WeCom, which decides. Fields that WeCom does not give back stay as they are.',
  },
  'back-in-wecom': {
    'zh-CN': 'OA 中已离职，但绑定的成员在企业微信中可用，恢复在职。',
    en: 'Departed in the OA, but the bound member is in WeCom, so the person is active again.',
  },
  'bound-to-oa-user': {
    'zh-CN': '按匹配字段（{field}）找到唯一的 OA 人员，建立绑定。',
    en: 'The match field ({field}) finds exactly this OA user, who is bound.',
  },
  'drift-accepted': {
    'zh-CN': '有人决定把企业微信中的手工修改接受到 OA。',
    en: 'Somebody decided that what was changed by hand in WeCom goes into the OA.',
  },
  'oa-conflict': { 'zh-CN': '存在冲突，不做处理。', en: 'A conflict: it is left as it is.' },
  'undo-oa-created-department': {
    'zh-CN': '撤销：从 OA 删除当次新建的部门（仅当部门为空）。',
    en: 'Undo: the department created by the run is removed from the OA, if it is empty.',
  },
  'undo-oa-renamed': {
    'zh-CN': '撤销：恢复 OA 部门原名称。',
    en: 'Undo: the department gets its former name back.',
  },
  'undo-oa-moved': {
    'zh-CN': '撤销：移回 OA 中的原上级部门。',
    en: 'Undo: the department goes back under its former parent in the OA.',
  },
  'undo-oa-removed-department': {
    'zh-CN': '撤销：在 OA 重新创建被删除的部门，编号不变。',
    en: 'Undo: the removed department is created again in the OA, under its former id.',
  },
  'undo-oa-created': {
    'zh-CN': '撤销：当次新增的 OA 人员标记为离职，不会删除；绑定保留。',
    en: 'Undo: the OA user created by the run is marked as departed, not removed; the binding stays.',
  },
  'undo-oa-updated': {
    'zh-CN': '撤销：写回当次修改之前的内容。',
    en: 'Undo: what the OA had before the run is written back.',
  },
  'undo-oa-returned': {
    'zh-CN': '撤销：当次恢复在职的人员重新标记为离职。',
    en: 'Undo: the user made active again by the run is marked as departed once more.',
  },
  'undo-oa-departed': {
    'zh-CN': '撤销：当次标记为离职的人员恢复在职。',
    en: 'Undo: the user marked as departed by the run is active again.',
  },
};

export const oaDepartmentConflictTexts: Texts<OaDepartmentConflict> = {
  'name-unreadable': {
    'zh-CN': '部门名称无法读取，不能在 OA 中新建。请把应用的可见范围扩大到该部门。',
    en: 'No app may read the name, so nothing is created in the OA. Widen the visible range of the app.',
  },
  'parent-not-in-oa': {
    'zh-CN': '上级部门在 OA 中没有对应的部门。请先解决上级部门的冲突。',
    en: 'The parent has no counterpart in the OA. Solve its conflict first.',
  },
  'several-with-this-name-in-oa': {
    'zh-CN': 'OA 的同一层级有多个同名部门，无法确定关联哪一个。请在 OA 中改名，只留一个。',
    en: 'Several departments of this name lie on this level in the OA. Rename all but one.',
  },
  'subcompany-stays': {
    'zh-CN': '企业微信中已没有此部门，但它在 OA 中是分部，不会自动删除。请在 OA 中处理。',
    en: 'WeCom has it no more, but in the OA it is a subcompany, which is never removed from here. See to it in the OA.',
  },
  'subcompany-can-not-move': {
    'zh-CN': '它在 OA 中是分部，只能位于另一个分部之下，不能按企业微信移动。请在 OA 中处理。',
    en: 'In the OA it is a subcompany, which can only lie below another one, so it is not moved. See to it in the OA.',
  },
  'top-not-linked': {
    'zh-CN': '该部门不在与 OA 根部门对应的部门之下，无法放置。请检查应用的可见范围和顶级部门设置。',
    en: 'It does not lie below the counterpart of the OA’s root. Check the visible range of the app and the top department.',
  },
  'not-linked': {
    'zh-CN': '该部门没有与 OA 的部门关联，不能接受此修改。',
    en: 'The department is linked to none of the OA’s, so this can’t be accepted.',
  },
  'oa-department-gone': { 'zh-CN': 'OA 中已没有此部门。', en: 'The OA has this department no more.' },
  'oa-department-changed-since': {
    'zh-CN': '当次任务之后，该部门在 OA 中又被修改过，撤销不会覆盖。',
    en: 'The OA’s department was changed since the run; an undo does not overwrite that.',
  },
};

export const oaUserConflictTexts: Texts<OaUserConflict['code']> = {
  'member-matches-several': {
    'zh-CN': '按“{field}”有 {count} 名 OA 人员与该成员匹配，无法确定是哪一位。请手动绑定，或更换匹配字段。',
    en: '{count} OA users match this member by “{field}”. Bind the right one by hand, or choose another match field.',
  },
  'several-match-oa-user': {
    'zh-CN': '按“{field}”有 {count} 名成员匹配同一名 OA 人员。请手动绑定，或更换匹配字段。',
    en: '{count} members match the same OA user by “{field}”. Bind by hand, or choose another match field.',
  },
  'member-refused-by-person': {
    'zh-CN':
      '按“{field}”对应 OA 人员“{loginId}”，但有人已确认两者不是同一人，因此既不绑定，也不在 OA 中新增。如果是同一人，请手动绑定；否则请更正两边相同的值，或更换匹配字段。',
    en: 'By “{field}” this is the OA user “{loginId}”, but a person said that they are two people: they are not bound, and nobody is created. Bind them by hand if they are one; otherwise correct the value they share, or choose another match field.',
  },
  'login-missing': {
    'zh-CN': '登录名的来源字段没有值，无法在 OA 中新增。请在企业微信中填写，或在字段映射中换一个来源。',
    en: 'The source of the login name is empty, so no user is created. Fill it in WeCom, or map another field.',
  },
  'login-invalid': {
    'zh-CN': '“{loginId}”不能用作登录名（1–128 个字符，不含空格）。请更正，或在字段映射中换一个来源。',
    en: '“{loginId}” can’t be a login name (1–128 characters without blanks). Correct it, or map another field.',
  },
  'login-taken': {
    'zh-CN': '登录名“{loginId}”已被 OA 中另一名在职人员使用。如果是同一个人，请绑定；否则请更换登录名。',
    en: 'Another active OA user has the login name “{loginId}”. Bind the two if they are one person; otherwise change it.',
  },
  'login-not-unique': {
    'zh-CN': '有多名成员会使用同一个登录名“{loginId}”。请更正，或在字段映射中换一个来源。',
    en: 'Several members would get the login name “{loginId}”. Correct them, or map another field.',
  },
  'oa-id-taken': {
    'zh-CN': 'OA 人员编号“{oaUserId}”已被使用，无法新增。请手动绑定。',
    en: 'The OA user id “{oaUserId}” is taken, so no user is created. Bind by hand.',
  },
  'member-name-unreadable': {
    'zh-CN': '成员姓名无法读取，不能在 OA 中新增。请把应用的可见范围扩大到该成员。',
    en: 'No app may read the member’s name, so no user is created. Widen the visible range of the app.',
  },
  'member-department-not-in-oa': {
    'zh-CN': '成员的主部门在 OA 中没有对应的部门，无法新增。请先解决部门的冲突。',
    en: 'The member’s main department has no counterpart in the OA, so no user is created. Solve that first.',
  },
  'oa-user-gone': {
    'zh-CN': '已绑定的 OA 人员（{oaUserId}）在 OA 中不存在。请解除绑定，或绑定到另一人。',
    en: 'The bound OA user ({oaUserId}) is not in the OA. Unbind the member, or bind another user.',
  },
  'not-bound': {
    'zh-CN': '该成员没有绑定 OA 人员，不能接受此修改。',
    en: 'The member is bound to no OA user, so this can’t be accepted.',
  },
  'field-not-mapped': {
    'zh-CN': '“{field}”不来自 OA 的单个字段，不能写回 OA。请在 OA 中修改。',
    en: '“{field}” does not come from one field of the OA, so it can’t be written back. Change it in the OA.',
  },
  'value-unreadable': {
    'zh-CN': '企业微信没有返回“{field}”，不能接受到 OA。',
    en: 'WeCom does not give “{field}” back, so it can’t go into the OA.',
  },
  'oa-user-changed-since': {
    'zh-CN': '当次任务之后，这些内容在 OA 中又被修改过，撤销不会覆盖：{fields}',
    en: 'Changed in the OA since the run, and not overwritten by an undo: {fields}',
  },
};

export const oaStopTexts = {
  'oa-is-master': {
    'zh-CN': '组织架构以 OA 为准，不能从企业微信同步到 OA。如需以企业微信为准，请修改设置并先模拟。',
    en: 'The OA is the master of this corp, so WeCom is not synced to it. Change the master, and simulate first.',
  },
  'sync-to-oa-off': {
    'zh-CN': '“同步到 OA”没有打开。请在拉取设置中打开。',
    en: 'Sync to OA is off. Switch it on in the pull settings.',
  },
} as const satisfies Readonly<Record<string, Text>>;

export const oaOutcomeTexts = {
  'oa-already-so': { 'zh-CN': 'OA 中已经如此，无需写入。', en: 'The OA had it so already.' },
  'oa-user-gone': { 'zh-CN': 'OA 中已没有此人，没有写入。', en: 'The OA has this user no more.' },
  'oa-id-taken': {
    'zh-CN': '该编号已被 OA 中的另一人使用，没有写入。重新模拟后再试。',
    en: 'Another user of the OA has this id by now, so nothing was written. Simulate again.',
  },
  'oa-department-gone': {
    'zh-CN': 'OA 中已没有此部门，没有写入。',
    en: 'The OA has this department no more.',
  },
  'oa-department-not-empty': {
    'zh-CN': 'OA 的部门不为空，没有删除。',
    en: 'The department is not empty in the OA and was not removed.',
  },
  'oa-refused': {
    'zh-CN': 'OA 的组织架构不允许这项变更（{problem}），没有写入。',
    en: 'The OA’s directory does not allow this change ({problem}), so nothing was written.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** The guard counts departures in the OA where it counts disables in WeCom. */
export const oaLimitGroupTexts: Texts<LimitGroup> = {
  deletes: { 'zh-CN': '移除 OA 人员', en: 'Removed OA users' },
  disables: { 'zh-CN': '标记离职', en: 'Departures' },
  'department-deletes': { 'zh-CN': '删除 OA 部门', en: 'Departments removed from the OA' },
  moves: { 'zh-CN': '调动 OA 人员', en: 'Moved OA users' },
  cleared: { 'zh-CN': '清空字段', en: 'Cleared fields' },
};

/** Where the guard speaks of people who leave. */
export const oaGuardTexts = {
  'percent-exceeded': {
    'zh-CN': '24 小时内标记离职共 {count} 人，已绑定的共 {of} 人，超过 {limit}%。',
    en: '{count} of {of} bound users would be marked as departed within 24 hours; {limit} % are allowed.',
  },
  'branch-exceeded': {
    'zh-CN': '部门“{department}”：{of} 人中有 {count} 人将被标记离职，超过 {limit}%。',
    en: 'Department “{department}”: {count} of {of} would be marked as departed; {limit} % are allowed.',
  },
  'protected-users': {
    'zh-CN': '{count} 名受保护的 OA 人员（管理员、审批人或保护名单）不会被标记离职。',
    en: '{count} protected users (administrators, approvers, the protected list) are not marked as departed.',
  },
  'departments-not-empty': {
    'zh-CN': 'OA 中有 {count} 个部门里还有人员或子部门，不会删除。',
    en: '{count} departments of the OA still hold users or departments and are not removed.',
  },
} as const satisfies Readonly<Record<string, Text>>;

export const oaWecomReadingTexts = {
  incomplete: {
    'zh-CN': '企业微信没有读取完整，本次不标记离职、不删除 OA 部门。',
    en: 'WeCom was not read whole, so nobody is marked as departed and no department removed.',
  },
  empty: {
    'zh-CN': '从企业微信没有读到任何成员，本次不标记离职、不删除 OA 部门。',
    en: 'No member was read from WeCom, so nobody is marked as departed and no department removed.',
  },
} as const satisfies Readonly<Record<string, Text>>;
