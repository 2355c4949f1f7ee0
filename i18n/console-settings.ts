import type { Text } from './index';

/**
 * The words of the directory settings, the schedules and the OA directory. `set.<path>` names a setting by its path in
 * the document, `set.<path>.about` explains it, `set.<path>=<value>` names one of its values.
 */
export const consoleSettingsTexts = {
  // The page
  'set.view.edit': { 'zh-CN': '设置', en: 'Settings' },
  'set.view.versions': { 'zh-CN': '历史版本', en: 'Versions' },
  'set.view.fields': { 'zh-CN': '可读写的字段', en: 'Readable fields' },
  'set.sections': { 'zh-CN': '本页内容', en: 'On this page' },
  'set.saved-by': { 'zh-CN': '{who} 保存于', en: 'Saved by {who}' },
  'set.reader': {
    'zh-CN': '您的角色只能查看设置，不能修改。',
    en: 'Your role may read the settings, not change them.',
  },
  'set.on': { 'zh-CN': '开', en: 'On' },
  'set.off': { 'zh-CN': '关', en: 'Off' },
  'set.none': { 'zh-CN': '无', en: 'None' },
  'set.unset': { 'zh-CN': '未设置', en: 'Not set' },
  'set.empty': { 'zh-CN': '（空）', en: '(empty)' },
  'set.unlimited': { 'zh-CN': '不限制', en: 'No limit' },
  'set.danger': { 'zh-CN': '不可恢复', en: 'Cannot be undone' },
  'set.recommended': { 'zh-CN': '推荐', en: 'Recommended' },

  // Master and access
  'set.section.access': { 'zh-CN': '主数据与权限', en: 'Master and access' },
  'set.section.access.about': {
    'zh-CN': '先确定组织架构以哪一边为准，再决定本系统能不能写入企业微信。',
    en: 'First decide which side is right about the organisation, then whether the bridge may write to WeCom.',
  },
  'set.master': { 'zh-CN': '组织架构以谁为准', en: 'Who is the master' },
  'set.master=oa': { 'zh-CN': '以 OA 为准', en: 'The OA' },
  'set.master=oa.about': {
    'zh-CN':
      'OA 的部门和人员写入企业微信。请在 OA 中维护组织架构；在企业微信后台手工改动的，下次写入时会改回。',
    en: 'Departments and people of the OA are written to WeCom. Keep the organisation in the OA: what is changed by hand in WeCom is changed back by the next push.',
  },
  'set.master=wecom': { 'zh-CN': '以企业微信为准', en: 'WeCom' },
  'set.master=wecom.about': {
    'zh-CN': '只从企业微信读取，不向企业微信写入组织架构。可以另外选择是否更新 OA。',
    en: 'The bridge only reads from WeCom and writes no organisation to it. Whether the OA is updated is decided below.',
  },
  'set.master.changed': {
    'zh-CN': '更换主数据前请先看模拟结果：两边的组织架构不同时，受影响的人可能很多。',
    en: 'Look at a simulation before changing the master: where the two sides differ, many people may be affected.',
  },
  'set.access': { 'zh-CN': '接口权限', en: 'Access' },
  'set.access=read-only': { 'zh-CN': '只读', en: 'Read-only' },
  'set.access=read-only.about': {
    'zh-CN': '只从企业微信读取，以及手工绑定人员。不会修改企业微信的任何数据。',
    en: 'Only pulls, and bindings made by hand. Nothing in WeCom is ever changed.',
  },
  'set.access=read-write': { 'zh-CN': '读写', en: 'Read-write' },
  'set.access=read-write.about': {
    'zh-CN': '可以执行“同步通讯录到企业微信”。超出安全上限的部分仍会先等待审批。',
    en: 'Pushes are possible. What goes beyond the limits below still waits for approval first.',
  },
  'set.access.secret-missing': {
    'zh-CN': '读写需要通讯录同步密钥，这个企业还没有填写',
    en: 'Read-write needs the contacts secret, and this corp has none yet',
  },
  'set.access.secret-how': {
    'zh-CN':
      '管理后台 → 管理工具 → 通讯录同步 → 开启 API 接口同步，权限选择“API 编辑通讯录”，查看 Secret；并把本系统的公网 IP 加入同一页面的“企业可信 IP”。然后在“连接”页填写密钥，再回到这里切换。',
    en: 'Admin console → 管理工具 → 通讯录同步 → 开启API接口同步, with the right to edit, then view the Secret; add the public IP of the bridge under 企业可信IP on the same page. Enter the secret under Connection, then switch here.',
  },
  'set.access.secret-go': { 'zh-CN': '去填写密钥', en: 'Enter the secret' },
  'set.access.checked': {
    'zh-CN': '保存时会用通讯录同步密钥向企业微信验证写权限，不会改动任何数据。',
    en: 'Saving checks with WeCom that the contacts secret may write. Nothing is changed by the check.',
  },
  'set.appId': { 'zh-CN': '读取详情所用的应用', en: 'App that reads the details' },
  'set.appId.about': {
    'zh-CN': '部门名称和成员详情通过这个应用读取，范围就是它的可见范围；可见范围必须包含部门，不能只选成员。',
    en: 'Department names and member details are read through this app, within its visible range; the range must hold departments, not only single members.',
  },
  'set.appId.first': { 'zh-CN': '默认使用第一个应用', en: 'The first app, if none is chosen' },
  'set.timezone': { 'zh-CN': '时区', en: 'Time zone' },
  'set.timezone.about': {
    'zh-CN': '维护时段，以及按天计算的规则使用这个时区。',
    en: 'For maintenance windows and for rules that count in days.',
  },

  // Scope
  'set.section.scope': { 'zh-CN': '同步范围', en: 'Scope' },
  'set.section.scope.about': {
    'zh-CN': '哪些部门和人员会写入企业微信。部门和人员可以分开设置。',
    en: 'Which departments and people are written to WeCom.',
  },
  'set.push.scope.subcompanies': { 'zh-CN': '分部范围', en: 'Subcompanies in scope' },
  'set.push.scope.departments': { 'zh-CN': '分部 / 部门范围', en: 'Subcompanies and departments' },
  'set.push.scope.departments.about': {
    'zh-CN': '不选择即为全部。选中的分部、部门连同下级一起同步；它们的上级部门只建立结构，不带人员。',
    en: 'None chosen means all. A chosen one comes with everything below it; what is above it is created as structure, without its people.',
  },
  'set.scope.all': { 'zh-CN': '全部分部和部门', en: 'All subcompanies and departments' },
  'set.scope.covered': { 'zh-CN': '已随上级包含', en: 'comes with the one above' },
  'set.scope.gone': { 'zh-CN': '{id}（OA 中已不存在）', en: '{id} (gone from the OA)' },
  'set.scope.subcompany': { 'zh-CN': '分部', en: 'Subcompany' },
  'set.scope.empty': {
    'zh-CN': 'OA 中还没有部门。请先在“OA 组织”中导入。',
    en: 'The OA has no departments yet. Feed its directory first.',
  },
  'set.push.scope.includeUsers': { 'zh-CN': '用户范围（包含）', en: 'People included' },
  'set.push.scope.includeUsers.about': {
    'zh-CN':
      '在所选部门之外额外同步这些人。其部门不在范围内时，放到范围内最近的上级部门。没有选择任何部门时范围已是全部，这里不起作用。',
    en: 'Pushed besides the chosen departments. Whose own department is out of scope lands in the nearest one above it. With no department chosen everybody is in scope already, and this list changes nothing.',
  },
  'set.push.scope.excludeUsers': { 'zh-CN': '用户范围（排除）', en: 'People excluded' },
  'set.push.scope.excludeUsers.about': {
    'zh-CN': '这些人不会写入企业微信。优先级高于“包含”。',
    en: 'Never pushed. Excluding beats including.',
  },
  'set.push.scope.excludeUsers.danger': {
    'zh-CN': '已经绑定企业微信账号的人被排除后，下次同步会按下面的“范围外人员和部门”处理。',
    en: 'Whoever is bound to a WeCom member and is excluded here is treated as chosen below under “Out of scope” by the next push.',
  },
  'set.push.scope.outOfScope': { 'zh-CN': '范围外的人员和部门', en: 'Out of scope' },
  'set.push.scope.outOfScope.about': {
    'zh-CN': '只涉及本系统绑定的成员和关联的部门；企业微信中其他成员和部门不受影响。',
    en: 'Concerns only members and departments that the bridge has bound or linked. Everything else in WeCom is left alone.',
  },
  'set.push.scope.outOfScope=depart': { 'zh-CN': '按离职处理：禁用，不删除', en: 'Disable, never delete' },
  'set.push.scope.outOfScope=depart.about': {
    'zh-CN': '成员被禁用，部门保留。回到范围内会自动启用，聊天记录不丢失。',
    en: 'Members are disabled, departments stay. Back in scope they are enabled again; nothing is lost.',
  },
  'set.push.scope.outOfScope=delete': { 'zh-CN': '从企业微信删除', en: 'Delete from WeCom' },
  'set.push.scope.outOfScope=delete.about': {
    'zh-CN': '成员和空部门会被删除。',
    en: 'Members are deleted, and departments once they are empty.',
  },
  'set.push.scope.outOfScope=delete.danger': {
    'zh-CN':
      '删除会永久清除该成员在企业微信中的聊天记录和其他数据。之后重新添加也是一个全新的成员，历史数据无法找回。范围改错一次，就可能删除整个部门的人。',
    en: 'Deleting a member erases their chat history and other data in WeCom for good. Added again they are a new member, and nothing comes back. One wrong choice of scope can delete a whole department.',
  },
  'set.push.scope.outOfScope=keep': { 'zh-CN': '保持不变', en: 'Leave them as they are' },
  'set.push.scope.outOfScope=keep.about': {
    'zh-CN': '不再更新，也不禁用或删除。',
    en: 'Not updated any more, and neither disabled nor deleted.',
  },

  // Departments
  'set.section.departments': { 'zh-CN': '部门', en: 'Departments' },
  'set.section.departments.about': {
    'zh-CN':
      '层级相同且名称相同的部门会自动关联，其余的在企业微信中新建。关联后改名或移动，企业微信跟着改名或移动。',
    en: 'Departments at the same level with the same name are linked; the others are created in WeCom. A linked one follows when it is renamed or moved.',
  },
  'set.push.topDepartmentId': { 'zh-CN': '顶级部门', en: 'Top department' },
  'set.push.topDepartmentId.about': {
    'zh-CN': '选择后，OA 的整个组织放在这个企业微信部门之下。',
    en: "The OA's whole organisation is placed below this WeCom department.",
  },
  'set.push.topDepartmentId.none': { 'zh-CN': '不设置（OA 根对应企业微信根）', en: 'None: root to root' },
  'set.push.topDepartmentId.root': {
    'zh-CN': '没有设置顶级部门：OA 根部门必须与企业微信根部门同名（当前为“{name}”），否则同步会立刻停止。',
    en: "Without a top department the OA's root must have the same name as WeCom's root (now “{name}”), or a push stops at once.",
  },
  'set.push.topDepartmentId.root-unread': {
    'zh-CN': '没有设置顶级部门：OA 根部门必须与企业微信根部门同名，否则同步会立刻停止。',
    en: "Without a top department the OA's root must have the same name as WeCom's root, or a push stops at once.",
  },
  'set.push.includePartTimeDepartments': {
    'zh-CN': '所在部门包含兼职部门',
    en: 'Include part-time departments',
  },
  'set.push.includePartTimeDepartments.about': {
    'zh-CN': '关：只同步主部门。开：范围内的兼职部门也会同步。',
    en: 'Off: the main department only. On: part-time departments in scope as well.',
  },
  'set.push.departmentsFullyFromOa': {
    'zh-CN': '所在部门完全以 OA 为准',
    en: 'Departments entirely as in the OA',
  },
  'set.push.departmentsFullyFromOa.about': {
    'zh-CN': '成员在企业微信中属于多个部门时怎么办：',
    en: 'For members who are in several departments in WeCom:',
  },
  'set.example.title': { 'zh-CN': '举例', en: 'For example' },
  'set.example.wecom': { 'zh-CN': '企业微信现在', en: 'In WeCom now' },
  'set.example.oa': { 'zh-CN': 'OA', en: 'In the OA' },
  'set.example.several': { 'zh-CN': '企业微信中在多个部门', en: 'In several departments in WeCom' },
  'set.example.one': { 'zh-CN': '企业微信中只在一个部门', en: 'In one department in WeCom' },
  'set.example.on': { 'zh-CN': '开：只在 C', en: 'On: C only' },
  'set.example.off': { 'zh-CN': '关：A、B、C 都在', en: 'Off: A, B and C' },
  'set.example.always': { 'zh-CN': '无论开关：只在 C', en: 'On or off: C only' },
  'set.example.department': { 'zh-CN': '部门 {name}', en: 'Department {name}' },
  'set.example.chosen': { 'zh-CN': '当前选择', en: 'chosen now' },

  // Members
  'set.section.members': { 'zh-CN': '成员', en: 'Members' },
  'set.section.members.about': {
    'zh-CN': '新人员怎么进入企业微信，已有成员怎么与 OA 人员对上。',
    en: 'How new people get into WeCom, and how members who are there already are matched.',
  },
  'set.push.createUsers': { 'zh-CN': '新用户添加到企业微信', en: 'Create new people in WeCom' },
  'set.push.createUsers.about': {
    'zh-CN': '关：只更新已绑定或能匹配上的成员，不新增。',
    en: 'Off: only members who are bound or can be matched are updated.',
  },
  'set.push.inviteUsers': { 'zh-CN': '邀请新用户加入', en: 'Invite new people' },
  'set.push.inviteUsers.about': {
    'zh-CN':
      '开：企业微信会通过短信或邮件邀请他们，最多连续三个工作日。建议先关着完成首次同步，确认无误后再开。',
    en: 'On: WeCom invites them by text message or mail, on up to three working days. Leave it off until the first push has been looked at.',
  },
  'set.push.userIdFrom': { 'zh-CN': '新成员账号（userid）取自', en: 'Userid of new members' },
  'set.push.userIdFrom.about': {
    'zh-CN':
      '账号创建后几乎不能再改，且会出现在很多地方。只能使用字母、数字和 _ - . @，最长 64 位；不合规或被占用的会列为冲突，不会自动改写。',
    en: 'It can hardly be changed later and shows in many places. Letters, digits and _ - . @, up to 64; one that is not allowed or taken becomes a conflict and is never altered by guessing.',
  },
  'set.push.match': { 'zh-CN': '用户绑定：匹配字段', en: 'Match fields' },
  'set.push.match.about': {
    'zh-CN':
      '只用于还没有绑定的成员，从上到下依次尝试，匹配到即绑定。已有的绑定不会被改动；匹配到多人时列为冲突，不做任何处理。第一行也是读取时自动关联新成员用的字段，两处是同一份。',
    en: 'Only for members who are not bound yet: tried from top to bottom, the first match binds. Existing bindings are never changed; several candidates become a conflict and nothing is done. The first pair is also what pulls bind new members by: it is one and the same.',
  },
  'set.match.oa': { 'zh-CN': 'OA 字段', en: 'OA field' },
  'set.match.wecom': { 'zh-CN': '企业微信字段', en: 'WeCom field' },
  'set.match.nth': { 'zh-CN': '第 {n} 条', en: 'Rule {n}' },
  'set.match.add': { 'zh-CN': '添加匹配字段', en: 'Add a match field' },
  'set.match.up': { 'zh-CN': '上移', en: 'Move up' },
  'set.match.down': { 'zh-CN': '下移', en: 'Move down' },
  'set.match.remove': { 'zh-CN': '移除', en: 'Remove' },
  'set.match.at-least-one': { 'zh-CN': '至少需要一条匹配字段', en: 'At least one is needed' },
  'set.match.pair': { 'zh-CN': 'OA {oa} = 企业微信 {wecom}', en: 'OA {oa} = WeCom {wecom}' },
  'set.match.read': {
    'zh-CN': '可直接比对',
    en: 'Compared directly',
  },
  'set.match.look-up': {
    'zh-CN': '企业微信不返回此字段，会用查询接口逐人确认。查询次数有上限，没有查到的人在方案中标为“未查询”。',
    en: 'WeCom does not give this field back: people are looked up one by one, within a budget. Whoever is not asked is marked “not looked up” in the plan.',
  },
  'set.match.no': {
    'zh-CN': '以现有的密钥和应用读不到此字段，无法用来匹配。',
    en: 'With the present credentials this field can not be read, so it can not match anybody.',
  },
  'set.fields.open': { 'zh-CN': '查看哪些字段可读', en: 'See which fields can be read' },

  // Departed people
  'set.section.departed': { 'zh-CN': '离职人员', en: 'Departed people' },
  'set.section.departed.about': {
    'zh-CN': 'OA 中离职或消失、且已绑定企业微信账号的人怎么处理。',
    en: 'What happens to bound members who have left, or are gone from the OA.',
  },
  'set.push.departed.action': { 'zh-CN': '离职用户处理方式', en: 'When somebody has left' },
  'set.push.departed.action=disable': { 'zh-CN': '禁用', en: 'Disable' },
  'set.push.departed.action=disable.about': {
    'zh-CN': '不能再使用企业微信，通讯录中仍可查到，仍占用账号数。可以随时恢复，数据不丢失。',
    en: 'They can not use WeCom any more but stay listed and count in the account limit. Undone at any time; nothing is lost.',
  },
  'set.push.departed.action=delete': { 'zh-CN': '删除', en: 'Delete' },
  'set.push.departed.action=delete.about': {
    'zh-CN': '从企业微信移除，不再占用账号数。',
    en: 'They are removed from WeCom and free an account.',
  },
  'set.push.departed.action=delete.danger': {
    'zh-CN':
      '删除会永久清除该成员的聊天记录和在企业微信中的所有业务数据；以后重新添加也是一个全新的成员，历史数据无法找回。为避免误操作，建议选择“禁用”，并用下面的天数延后删除。',
    en: 'Deleting erases the chat history and all data of the member in WeCom for good; added again they are a new member and nothing comes back. Better: disable, and delete some days later with the setting below.',
  },
  'set.push.departed.immediate': { 'zh-CN': '收到离职消息后立即处理', en: 'Act as soon as the OA says so' },
  'set.push.departed.immediate.about': {
    'zh-CN': '关：等下一次同步。开：OA 一通知就禁用，仍计入 24 小时内的上限。',
    en: 'Off: with the next push. On: disabled as soon as the OA reports it, still counted against the limits of the last 24 hours.',
  },
  'set.push.departed.deleteAfterDays': { 'zh-CN': '禁用几天后删除', en: 'Delete after days disabled' },
  'set.push.departed.deleteAfterDays.about': {
    'zh-CN':
      '不填或填 0：不删除。例如填 7：禁用满 7 天后删除，删除前会再次确认本人仍是离职状态。修改后，已在等待的人会重新计算删除日期。',
    en: 'Empty or 0: never deleted. 7: deleted seven days after disabling, and only if the OA still says they have left. A change gives those who are waiting a new date.',
  },
  'set.push.departed.deletionTime': { 'zh-CN': '每天的删除时间', en: 'Time of day for deletions' },
  'set.push.departed.deletionTime.about': {
    'zh-CN': '当天到期的人一起删除，按企业时区，并避开维护时段。',
    en: 'Whoever is due that day is deleted together: in the corp’s time zone, outside the maintenance windows.',
  },
  'set.push.departed.holdForHandOver': { 'zh-CN': '交接完成后才删除', en: 'Delete only after the hand-over' },
  'set.push.departed.holdForHandOver.about': {
    'zh-CN':
      '开：名下还有外部联系人、客户群、待办、下属或负责的部门时，到期也不删除，直到有人在“离职”页标记为已交接。关：只在通知中列出。',
    en: 'On: whoever still has external contacts, customer groups, to-dos, people or departments to lead is not deleted before somebody marks them as handed over on the departures page. Off: they are only listed in the notice.',
  },
  'set.push.departed.deleteAfterDays.danger': {
    'zh-CN': '禁用满 {days} 天的成员会被永久删除，聊天记录随之清除。',
    en: 'Members are deleted for good after {days} days disabled, and their chat history with them.',
  },
  'set.push.departed.deleteAfterDays.suffix': { 'zh-CN': '天', en: 'days' },
  'set.push.departed.moveToDepartment.enabled': {
    'zh-CN': '禁用成员移动到统一部门',
    en: 'Move disabled members to one department',
  },
  'set.push.departed.moveToDepartment.enabled.about': {
    'zh-CN': '部门不存在时自动创建，位于顶级部门（或根部门）之下。',
    en: 'It is made below the top department (or the root) when it is not there.',
  },
  'set.push.departed.moveToDepartment.name': { 'zh-CN': '部门名称', en: 'Name of that department' },

  // Fields
  'set.section.mapping': { 'zh-CN': '字段对应', en: 'Fields' },
  'set.section.mapping.about': {
    'zh-CN': '姓名、手机、邮箱总是同步。OA 中为空的字段不会清空企业微信里的值。',
    en: 'Name, mobile and mail are always pushed. A value missing in the OA never clears the one in WeCom.',
  },
  'set.push.fieldMapping': { 'zh-CN': '用户字段对应关系', en: 'Field mapping' },
  'set.push.fieldMapping.about': {
    'zh-CN': 'OA 个人信息写入企业微信的成员信息。',
    en: 'What goes into the member record in WeCom.',
  },
  'set.push.externalMapping': { 'zh-CN': '对外字段对应关系', en: 'External mapping' },
  'set.push.externalMapping.about': {
    'zh-CN': '写入成员的对外信息，外部联系人可以看到。文本最长 12 个字。',
    en: 'What external contacts see of the member. Texts may have up to 12 characters.',
  },
  'set.mapping.to': { 'zh-CN': '企业微信字段', en: 'WeCom field' },
  'set.mapping.to.external': { 'zh-CN': '对外字段名称', en: 'External field' },
  'set.mapping.from': { 'zh-CN': '取自', en: 'Taken from' },
  'set.mapping.add': { 'zh-CN': '添加字段', en: 'Add a field' },
  'set.mapping.none': { 'zh-CN': '还没有字段', en: 'No fields yet' },
  'set.mapping.nth': { 'zh-CN': '第 {n} 个字段', en: 'Field {n}' },
  'set.mapping.expression': { 'zh-CN': '表达式…', en: 'An expression…' },
  'set.mapping.edit-expression': { 'zh-CN': '编辑表达式', en: 'Edit the expression' },
  'set.mapping.to-twice': { 'zh-CN': '同一个企业微信字段只能出现一次', en: 'Each WeCom field only once' },
  'set.mapping.to.oa': { 'zh-CN': 'OA 字段', en: 'OA field' },
  'set.mapping.to-twice.oa': {
    'zh-CN': '同一个 OA 字段只能出现一次',
    en: 'An OA field can be filled only once',
  },
  'set.mapping.of-wecom': { 'zh-CN': '企业微信 {field}', en: 'WeCom {field}' },
  'set.mapping.extattr': { 'zh-CN': '自定义属性“{name}”', en: 'Custom attribute “{name}”' },
  'set.mapping.custom': { 'zh-CN': '自定义字段“{name}”', en: 'Custom field “{name}”' },
  'set.mapping.corp-name': { 'zh-CN': '企业对外简称', en: 'External name of the corp' },
  'set.push.leaders': { 'zh-CN': '同步上级', en: 'Push superiors' },
  'set.push.leaders.about': {
    'zh-CN': '开：OA 中的直接上级写入企业微信的“直属上级”。双方都在企业微信中才会写入。',
    en: "On: the OA's manager becomes the direct superior in WeCom, once both are there.",
  },
  'expr.title': { 'zh-CN': '编辑表达式', en: 'Edit the expression' },
  'expr.label': { 'zh-CN': '表达式', en: 'Expression' },
  'expr.about': {
    'zh-CN':
      '使用安全的表达式语言 CEL：只能计算值，不能访问网络或文件。结果为空（null）时不修改企业微信里的值。',
    en: 'Written in CEL, a safe language that can only compute values. When the result is null, the value in WeCom is left alone.',
  },
  'expr.fields.wecom': { 'zh-CN': '企业微信成员的字段', en: 'Fields of the member in WeCom' },
  'expr.fields': { 'zh-CN': '可用的值（点击插入）', en: 'Values (click to insert)' },
  'expr.examples': { 'zh-CN': '例子（点击使用）', en: 'Examples (click to use)' },
  'expr.test': { 'zh-CN': '用一个人试算', en: 'Try it on somebody' },
  'expr.test.user': { 'zh-CN': '选择一个 OA 人员', en: 'Somebody in the OA' },
  'expr.test.result': { 'zh-CN': '结果', en: 'Result' },
  'expr.test.nothing': {
    'zh-CN': '空：不会修改企业微信里的值',
    en: 'Nothing: the value in WeCom is left alone',
  },
  'expr.test.clears': {
    'zh-CN': '空文本：会清空企业微信里的值',
    en: 'An empty text: the value in WeCom would be cleared',
  },
  'expr.test.choose': {
    'zh-CN': '输入表达式并选择一个人，这里显示结果。',
    en: 'Write an expression and choose somebody to see the result.',
  },
  'expr.test.of': { 'zh-CN': '{name}：', en: '{name}:' },
  'expr.test.at': { 'zh-CN': '第 {position} 个字符附近', en: 'Near character {position}' },
  'expr.test.valid': { 'zh-CN': '表达式可用', en: 'The expression can be used' },
  'expr.test.invalid': { 'zh-CN': '表达式有误', en: 'The expression can not be used' },
  'expr.use': { 'zh-CN': '使用这个表达式', en: 'Use this expression' },
  'expr.example.join': { 'zh-CN': '职务（工号）', en: 'position (job number)' },
  'expr.example.default': { 'zh-CN': '没有座机时用手机', en: 'the telephone, or else the mobile' },
  'expr.example.gender': { 'zh-CN': '按性别给文字', en: 'a word by gender' },

  // Limits
  'set.section.guard': { 'zh-CN': '安全上限', en: 'Limits' },
  'set.section.guard.about': {
    'zh-CN': '一次同步要动的人或部门超过这些数时，不会直接执行。数量按最近 24 小时累计。',
    en: 'A push that would touch more than this is not simply carried out. Numbers count over the last 24 hours together.',
  },
  'set.push.guard.onExceed': { 'zh-CN': '超过上限时', en: 'When a limit is exceeded' },
  'set.push.guard.onExceed=hold-risky': { 'zh-CN': '先做安全的部分', en: 'Do the safe part' },
  'set.push.guard.onExceed=hold-risky.about': {
    'zh-CN': '新增、更新照常执行；超过上限的那部分先暂缓，等待审批。',
    en: 'Creations and updates go on; what exceeds a limit is held and waits for approval.',
  },
  'set.push.guard.onExceed=stop': { 'zh-CN': '全部停止', en: 'Stop everything' },
  'set.push.guard.onExceed=stop.about': {
    'zh-CN': '任何一项超过，就什么都不写入，等待审批。',
    en: 'One limit exceeded, and nothing at all is written before an approval.',
  },
  'set.push.guard.maxDecrease': { 'zh-CN': 'OA 人员减少', en: 'Decrease of OA people' },
  'set.push.guard.maxDecrease.about': {
    'zh-CN': '范围内的 OA 在职人数比上一次完成的同步减少超过这个数，整次同步停止。',
    en: 'If the OA has lost more active people in scope than this since the last finished push, the whole push stops.',
  },
  'set.push.guard.maxDeletes': { 'zh-CN': '删除成员', en: 'Deleted members' },
  'set.push.guard.maxDeletes.about': {
    'zh-CN': '24 小时内最多删除的成员数。',
    en: 'Members deleted within 24 hours.',
  },
  'set.push.guard.maxDisables': { 'zh-CN': '禁用成员', en: 'Disabled members' },
  'set.push.guard.maxDisables.about': {
    'zh-CN': '24 小时内最多禁用的成员数。',
    en: 'Members disabled within 24 hours.',
  },
  'set.push.guard.maxDeletePercent': { 'zh-CN': '全公司占比', en: 'Share of the company' },
  'set.push.guard.maxDeletePercent.about': {
    'zh-CN': '删除和禁用的人合计不超过已绑定成员的这个比例。',
    en: 'Deleted and disabled people together, of all bound members.',
  },
  'set.push.guard.maxBranchPercent': { 'zh-CN': '单个部门占比', en: 'Share of one branch' },
  'set.push.guard.maxBranchPercent.about': {
    'zh-CN':
      '任何一个部门（含下级）删除和禁用的人不超过这个比例。一个部门 40 人全部消失时，即使只占全公司的 1% 也会触发。',
    en: 'Deleted and disabled people of any one department with those below it: 40 of 40 in one department trip it even when the company as a whole loses 1 %.',
  },
  'set.push.guard.maxDepartmentDeletes': { 'zh-CN': '删除部门', en: 'Deleted departments' },
  'set.push.guard.maxDepartmentDeletes.about': {
    'zh-CN': '24 小时内最多删除的部门数。有人的部门从不删除。',
    en: 'Departments deleted within 24 hours. One with people in it is never deleted.',
  },
  'set.push.guard.maxMoves': { 'zh-CN': '调动成员', en: 'Moved members' },
  'set.push.guard.maxMoves.about': {
    'zh-CN': '24 小时内最多更换部门的成员数。',
    en: 'Members whose departments change within 24 hours.',
  },
  'set.push.guard.maxCleared': { 'zh-CN': '清空字段', en: 'Cleared fields' },
  'set.push.guard.maxCleared.about': {
    'zh-CN': '24 小时内最多有多少人的字段被清空。',
    en: 'People of whom a field is cleared within 24 hours.',
  },
  'set.push.guard.percentFrom': { 'zh-CN': '比例从几人起算', en: 'Percentages count from' },
  'set.push.guard.percentFrom.about': {
    'zh-CN': '涉及人数不足这个数时不按比例判断，免得小部门一有人离职就触发。',
    en: 'With fewer people than this, percentages are not looked at: a small team would trip them with every leaver.',
  },
  'set.push.guard.protectedUsers': { 'zh-CN': '受保护的成员', en: 'Protected people' },
  'set.push.guard.protectedUsers.about': {
    'zh-CN':
      '永远不会被禁用或删除，审批也不能放行。企业微信接口不告诉谁是管理员，请在这里填写；已绑定的控制台管理员和审批人自动受保护。',
    en: 'Never disabled or deleted, not even by an approval. WeCom does not tell who its administrators are: enter them here. Bound console administrators and approvers are protected by themselves.',
  },
  'set.guard.people': { 'zh-CN': '人', en: 'people' },
  'set.guard.departments': { 'zh-CN': '个', en: 'in all' },
  'set.guard.unlimited': {
    'zh-CN': '不限制：再多也不会停下来问',
    en: 'No limit: a push never stops to ask',
  },
  'set.guard.zero': { 'zh-CN': '0：每一次都要审批', en: '0: each one needs an approval' },
  'set.guard.raise': {
    'zh-CN': '偶尔超过时，请在任务页审批那一次，或调高数值；不建议取消限制。',
    en: 'When it is exceeded now and then, approve that run or raise the number; better not to switch a limit off.',
  },

  // Approval
  'set.section.approval': { 'zh-CN': '审批', en: 'Approval' },
  'set.section.approval.about': {
    'zh-CN': '谁、在什么时候需要点头。',
    en: 'Who has to agree, and when.',
  },
  'set.push.approval.required': { 'zh-CN': '何时需要审批', en: 'When an approval is needed' },
  'set.push.approval.required=never': { 'zh-CN': '从不', en: 'Never' },
  'set.push.approval.required=never.about': {
    'zh-CN': '上限内的直接执行；超过的部分一直暂缓，不会执行。',
    en: 'What is within the limits is done; what exceeds them stays undone.',
  },
  'set.push.approval.required=over-limit': { 'zh-CN': '超过上限时', en: 'Over a limit' },
  'set.push.approval.required=over-limit.about': {
    'zh-CN': '上限内的直接执行；超过的部分等待审批。',
    en: 'What is within the limits is done; what exceeds them waits for approval.',
  },
  'set.push.approval.required=always': { 'zh-CN': '每次都要', en: 'Always' },
  'set.push.approval.required=always.about': {
    'zh-CN': '任何写入之前都要审批，包括定时任务。',
    en: 'Nothing is written before an approval, in scheduled runs too.',
  },
  'set.push.approval.approvers': { 'zh-CN': '审批人', en: 'Approvers' },
  'set.push.approval.approvers.about': {
    'zh-CN': '企业微信成员。不填则任何控制台管理员都可以审批。',
    en: 'Members of WeCom. Empty: any administrator of the console.',
  },
  'set.push.approval.requesterMayApprove': {
    'zh-CN': '发起人可以审批自己的任务',
    en: 'Whoever started a run may approve it',
  },
  'set.push.approval.requesterMayApprove.about': {
    'zh-CN': '关：必须由另一个人审批（四眼原则）。',
    en: 'Off: somebody else has to (four eyes).',
  },
  'set.push.approval.requesterMayApprove.alone': {
    'zh-CN': '只有一名审批人，而发起人不能审批自己的任务：这名审批人发起的任务将无人可批。',
    en: 'There is one approver, and nobody may approve what they started: that person’s own runs could not be approved by anybody.',
  },
  'set.push.approval.timeoutHours': { 'zh-CN': '等待多久', en: 'Waits for' },
  'set.push.approval.timeoutHours.about': {
    'zh-CN': '过时未审批的方案失效，什么都不写入。',
    en: 'A plan nobody has approved by then expires, and nothing is written.',
  },
  'set.push.approval.timeoutHours.suffix': { 'zh-CN': '小时', en: 'hours' },

  // Schedules and windows
  'set.section.schedules': { 'zh-CN': '定时与维护时段', en: 'Schedules' },
  'set.section.schedules.about': {
    'zh-CN': '上一次还没结束时，到点的这一次会跳过并发出通知。',
    en: 'While a run is still open the next one is skipped, and a notice says so.',
  },
  'set.push.schedule': { 'zh-CN': '定时同步到企业微信', en: 'Scheduled push' },
  'set.push.schedule.about': {
    'zh-CN': '按上面的范围和规则自动写入；超过上限时仍会等待审批。',
    en: 'Writes by the rules above; what exceeds a limit still waits for approval.',
  },
  'set.pull.schedule': { 'zh-CN': '定时从企业微信读取', en: 'Scheduled pull' },
  'set.pull.schedule.about': {
    'zh-CN': '只读取，不修改企业微信。同步到企业微信之前总会先读取一次，不必为此另设。',
    en: 'Only reads. A push reads first anyway, so it needs no pull of its own.',
  },
  'set.maintenanceWindows': { 'zh-CN': '维护时段', en: 'Maintenance windows' },
  'set.maintenanceWindows.about': {
    'zh-CN': '这些时间里不向企业微信写入任何内容，到点的定时任务也会等待。按 {timezone} 计。',
    en: 'Nothing is written to WeCom within them, and scheduled runs wait. Times are in {timezone}.',
  },
  'window.add': { 'zh-CN': '添加时段', en: 'Add a window' },
  'window.none': { 'zh-CN': '没有维护时段', en: 'No windows' },
  'window.nth': { 'zh-CN': '第 {n} 个时段', en: 'Window {n}' },
  'window.days': { 'zh-CN': '星期', en: 'Days' },
  'window.from': { 'zh-CN': '从', en: 'From' },
  'window.to': { 'zh-CN': '到', en: 'To' },
  'window.overnight': { 'zh-CN': '到第二天', en: 'until the next day' },
  'window.no-days': { 'zh-CN': '请至少选择一天', en: 'Choose at least one day' },
  'window.remove': { 'zh-CN': '移除', en: 'Remove' },
  'weekday.1': { 'zh-CN': '周一', en: 'Mon' },
  'weekday.2': { 'zh-CN': '周二', en: 'Tue' },
  'weekday.3': { 'zh-CN': '周三', en: 'Wed' },
  'weekday.4': { 'zh-CN': '周四', en: 'Thu' },
  'weekday.5': { 'zh-CN': '周五', en: 'Fri' },
  'weekday.6': { 'zh-CN': '周六', en: 'Sat' },
  'weekday.7': { 'zh-CN': '周日', en: 'Sun' },
  'schedule.frequency': { 'zh-CN': '频率', en: 'How often' },
  'schedule.frequency.hourly': { 'zh-CN': '每几小时', en: 'Every few hours' },
  'schedule.frequency.daily': { 'zh-CN': '每天', en: 'Every day' },
  'schedule.frequency.workdays': { 'zh-CN': '周一至周五', en: 'Monday to Friday' },
  'schedule.frequency.weekly': { 'zh-CN': '每周', en: 'Every week' },
  'schedule.frequency.custom': { 'zh-CN': 'Cron 表达式', en: 'Cron expression' },
  'schedule.every': { 'zh-CN': '每 {hours} 小时', en: 'Every {hours} h' },
  'schedule.at': { 'zh-CN': '时间', en: 'At' },
  'schedule.weekday': { 'zh-CN': '星期', en: 'On' },
  'schedule.cron': { 'zh-CN': 'Cron（分 时 日 月 周）', en: 'Cron (minute hour day month weekday)' },
  'schedule.cron.wrong': {
    'zh-CN': '不是可用的 Cron 表达式，例如 0 2 * * *',
    en: 'Not a usable cron expression, such as 0 2 * * *',
  },
  'schedule.timezone': { 'zh-CN': '时区', en: 'Time zone' },
  'schedule.next': { 'zh-CN': '接下来五次', en: 'Next five' },
  'schedule.next.never': { 'zh-CN': '不会运行', en: 'It never runs' },
  'schedule.next.in': { 'zh-CN': '按 {timezone}', en: 'In {timezone}' },
  'schedules.title': { 'zh-CN': '定时任务', en: 'Schedules' },
  'schedules.none': { 'zh-CN': '没有定时任务', en: 'No schedules' },
  'schedules.set-up': { 'zh-CN': '去设置', en: 'Set one up' },
  'schedules.push': { 'zh-CN': '同步到企业微信', en: 'Push to WeCom' },
  'schedules.pull': { 'zh-CN': '从企业微信读取', en: 'Pull from WeCom' },
  'schedules.active': { 'zh-CN': '已启用', en: 'Active' },
  'schedules.paused': { 'zh-CN': '已暂停', en: 'Paused' },
  'schedules.last': { 'zh-CN': '上一次', en: 'Last' },
  'schedules.never': { 'zh-CN': '还没有运行过', en: 'Has not run yet' },
  'schedules.rhythm': { 'zh-CN': '时间', en: 'When' },
  'schedules.note': { 'zh-CN': '备注', en: 'Note' },
  'schedules.pause': { 'zh-CN': '暂停', en: 'Pause' },
  'schedules.pause.what': { 'zh-CN': '暂停：{what}', en: 'Pause: {what}' },
  'schedules.pause.title': { 'zh-CN': '暂停“{what}”？', en: 'Pause “{what}”?' },
  'schedules.pause.about': {
    'zh-CN': '暂停期间不会启动新的定时任务，正在运行的不受影响。',
    en: 'No new scheduled run starts while it is paused; one under way goes on.',
  },
  'schedules.pause.note': { 'zh-CN': '原因（可不填，别人能看到）', en: 'Why (optional; others see it)' },
  'schedules.resume': { 'zh-CN': '恢复', en: 'Resume' },
  'schedules.resume.what': { 'zh-CN': '恢复：{what}', en: 'Resume: {what}' },

  // Pull
  'set.section.pull': { 'zh-CN': '从企业微信读取', en: 'Pulling from WeCom' },
  'set.section.pull.about': {
    'zh-CN': '从企业微信同步组织、用户和绑定关系时的规则。',
    en: 'Rules for reading organisation, people and bindings from WeCom.',
  },
  'set.pull.linkNewMembers.enabled': {
    'zh-CN': '新成员自动关联 OA 人员',
    en: 'Bind new members to OA people',
  },
  'set.pull.linkNewMembers.enabled.about': {
    'zh-CN':
      '开：读取时，还没有绑定的成员按下面的字段自动与 OA 人员绑定；未绑定的人打开应用时也按它识别，不必输入密码。只绑定唯一对得上的人，其余进入“待确认”。',
    en: 'On: members without a binding are bound to OA people by the fields below at every pull, and recognised by them when they open an app, without a password. Only where exactly one fits; the rest is left to be decided.',
  },
  'set.pull.linkNewMembers.shared': {
    'zh-CN': '这一对字段就是“成员”里匹配字段的第一行，只有一份：改这里，那里也会变；改那里，这里也会变。',
    en: 'This pair is the first of the match fields under “Members”, and there is only one of it: changing it here changes it there, and the other way round.',
  },
  'set.pull.linkNewMembers.go': { 'zh-CN': '查看全部匹配字段', en: 'See all match fields' },
  'set.pull.linkNewMembers.wecomField': { 'zh-CN': '企业微信字段', en: 'WeCom field' },
  'set.pull.linkNewMembers.oaField': { 'zh-CN': 'OA 字段', en: 'OA field' },
  'set.pull.syncToOa': { 'zh-CN': '同步到 OA（总开关）', en: 'Update the OA (master switch)' },
  'set.pull.syncToOa.about': {
    'zh-CN':
      '开：读取之后，企业微信的部门和人员变动会生成一份写入 OA 的方案，同样先模拟、受安全上限约束、可审批、可撤销。默认关。',
    en: 'On: after a pull, what changed in WeCom becomes a plan for the OA: simulated, limited, approved and undone like a push. Off by default.',
  },
  'set.pull.syncToOa.refused': {
    'zh-CN': '“以 OA 为准”时不能同步到 OA：两边都往对方写，改动会互相覆盖，谁也不知道哪个是对的。',
    en: 'The OA can’t be updated while it is the master: with both sides writing into each other, changes overwrite one another and nobody knows which is right.',
  },
  'set.pull.syncToOa.switch-off': { 'zh-CN': '关闭同步到 OA', en: 'Switch the update off' },
  'set.pull.syncToOa.loses': {
    'zh-CN':
      '企业微信里没有返回的字段（例如读不到的手机）不会把 OA 的值清空；从企业微信消失的人在 OA 标记为离职，不会删除。定时读取之后也会接着同步到 OA。',
    en: 'A field that WeCom does not give back never blanks the OA’s value; whoever is gone from WeCom is marked as departed in the OA, never removed. Scheduled pulls go on into the OA too.',
  },
  'set.pull.fieldMapping': { 'zh-CN': '企业微信的哪些字段写入 OA', en: 'What goes from WeCom into the OA' },
  'set.pull.fieldMapping.about': {
    'zh-CN': '没有列出的 OA 字段不会改动。登录名只在新增人员时写入。',
    en: 'OA fields not listed here are left alone. The login name is written only when somebody is created.',
  },
  'master.ask.title': {
    'zh-CN': '先确认：组织架构以哪一边为准？',
    en: 'First: which side is right about the organisation?',
  },
  'master.ask.about': {
    'zh-CN': '两边只能有一边说了算。两边都往对方写，改动会互相覆盖，所以不能同时开启。',
    en: 'Only one side can have the say. With both writing into each other, changes overwrite one another; so both at once is refused.',
  },
  'master.ask.oa': { 'zh-CN': '以 OA 为准', en: 'The OA is right' },
  'master.ask.oa.about': {
    'zh-CN': '人事在 OA 里入职、调动、离职，企业微信跟着变。这时不能同步到 OA，开关保持关闭。',
    en: 'People are hired, moved and dismissed in the OA, and WeCom follows. Then the OA is not updated: the switch stays off.',
  },
  'master.ask.wecom': { 'zh-CN': '以企业微信为准', en: 'WeCom is right' },
  'master.ask.wecom.about': {
    'zh-CN':
      '人员和部门在企业微信里维护，OA 跟着变。之后不再向企业微信写入组织架构，定时写入的任务会失败，请一并关掉。',
    en: 'People and departments are kept in WeCom, and the OA follows. Nothing more of the organisation is written to WeCom, and scheduled pushes fail: switch them off.',
  },
  'master.ask.writes': { 'zh-CN': '写入', en: 'writes' },
  'master.ask.blocked': { 'zh-CN': '不写入', en: 'never writes' },
  'master.ask.wecom.submit': { 'zh-CN': '以企业微信为准，并开启', en: 'WeCom is right: switch it on' },
  'master.ask.oa.submit': { 'zh-CN': '以 OA 为准，保持关闭', en: 'The OA is right: leave it off' },
  'master.ask.side.oa': { 'zh-CN': 'OA', en: 'OA' },
  'master.ask.side.wecom': { 'zh-CN': '企业微信', en: 'WeCom' },
  'master.confirm.title': { 'zh-CN': '保存之前请确认', en: 'Before this is saved' },
  'master.confirm.about': {
    'zh-CN': '保存之后，下一次同步会做这些事：',
    en: 'Once saved, the next sync would do this:',
  },
  'master.confirm.nothing': { 'zh-CN': '什么也不会改变', en: 'Nothing would change' },
  'master.confirm.understand': { 'zh-CN': '我知道谁会受影响', en: 'I know who is affected' },
  'master.confirm.submit': { 'zh-CN': '确认并保存', en: 'Confirm and save' },

  // Notices
  'set.section.notices': { 'zh-CN': '通知', en: 'Notices' },
  'set.section.notices.about': {
    'zh-CN': '需要审批、出错或结束时，通过 Webhook 或企业微信消息通知。需要审批的每天提醒一次。',
    en: 'Sent by webhook or as a WeCom message when an approval is needed, something fails or a run ends. Approvals are reminded of once a day.',
  },
  'set.notices': { 'zh-CN': '通知', en: 'Notices' },
  'notice.add': { 'zh-CN': '添加 Webhook', en: 'Add a webhook' },
  'notice.add.message': { 'zh-CN': '添加企业微信消息', en: 'Add a WeCom message' },
  'notice.app': { 'zh-CN': '通过应用', en: 'Through the app' },
  'notice.members': { 'zh-CN': '接收成员', en: 'To members' },
  'notice.members.about': {
    'zh-CN': '企业微信成员，须在该应用的可见范围内。',
    en: 'Members of WeCom within the visible range of the app.',
  },
  'notice.none': {
    'zh-CN': '还没有通知。没有通知时，请经常查看概览页。',
    en: 'No notices yet. Without one, look at the overview often.',
  },
  'notice.name': { 'zh-CN': '名称', en: 'Name' },
  'notice.url': { 'zh-CN': '地址（URL）', en: 'URL' },
  'notice.url.about': {
    'zh-CN': '已保存的地址只显示主机名；保持不变即沿用原来的完整地址。',
    en: 'Of a stored address only the host is shown; left as it is, the whole one is kept.',
  },
  'notice.secret': { 'zh-CN': '签名密钥', en: 'Signing secret' },
  'notice.secret.keep': { 'zh-CN': '已保存，留空保持不变', en: 'Stored; empty keeps it' },
  'notice.secret.none': { 'zh-CN': '可不填', en: 'Optional' },
  'notice.events': { 'zh-CN': '什么时候发送', en: 'When to send' },
  'notice.remove': { 'zh-CN': '移除通知', en: 'Remove the notice' },
  'notice.nth': { 'zh-CN': '通知 {n}', en: 'Notice {n}' },
  'notice.event.needs-approval': { 'zh-CN': '需要审批', en: 'An approval is needed' },
  'notice.event.blocked': { 'zh-CN': '被上限拦下', en: 'Stopped by a limit' },
  'notice.event.failed': { 'zh-CN': '失败', en: 'Failed' },
  'notice.event.paused': { 'zh-CN': '因错误暂停', en: 'Paused by an error' },
  'notice.event.expired': { 'zh-CN': '审批过期', en: 'Expired' },
  'notice.event.schedule-skipped': { 'zh-CN': '定时任务被跳过', en: 'A scheduled run was skipped' },
  'notice.event.attendance-gap': {
    'zh-CN': '考勤规则有一天没有成功读取',
    en: 'A day of an attendance rule was not read',
  },
  'notice.event.attendance-held': {
    'zh-CN': '大量打卡记录突然不见，需要核对',
    en: 'Many attendance records are missing at once and need a person',
  },
  'notice.event.departures-due': {
    'zh-CN': '离职账号即将删除（含姓名）',
    en: 'Departed accounts are deleted soon (with names)',
  },
  'notice.event.departures-held': {
    'zh-CN': '离职账号的删除需要处理',
    en: 'Deletions of departed accounts need a person',
  },
  'notice.event.app-paused': {
    'zh-CN': '应用无法发送消息，已暂停',
    en: 'An app can’t send messages and is paused',
  },
  'notice.event.app-resumed': {
    'zh-CN': '应用恢复发送消息',
    en: 'An app sends messages again',
  },
  'notice.event.done': { 'zh-CN': '完成', en: 'Done' },

  // Review before saving
  'review.title': { 'zh-CN': '尚未保存的修改', en: 'Not saved yet' },
  'review.none': {
    'zh-CN': '没有修改。改动后，这里会显示谁会因此受到影响。',
    en: 'Nothing changed. When you change something, you see here whom it would affect.',
  },
  'review.changes': { 'zh-CN': '改动 {count} 处', en: '{count} changed' },
  'review.before': { 'zh-CN': '原来', en: 'Before' },
  'review.after': { 'zh-CN': '现在', en: 'Now' },
  'review.reset': { 'zh-CN': '放弃修改', en: 'Discard' },
  'review.reset.title': { 'zh-CN': '放弃所有未保存的修改？', en: 'Discard everything that is not saved?' },
  'review.save': { 'zh-CN': '检查并保存…', en: 'Review and save…' },
  'review.open': { 'zh-CN': '查看影响', en: 'See the effect' },
  'affected.title': { 'zh-CN': '谁会受到影响', en: 'Who would be affected' },
  'affected.about': {
    'zh-CN': '与当前设置相比，下次同步时会被不同对待的人。按上次读取的数据推算，不会访问企业微信。',
    en: 'People the next push would treat differently than under the settings in force. Worked out from what was read last; WeCom is not asked.',
  },
  'affected.counting': { 'zh-CN': '正在推算…', en: 'Working it out…' },
  'affected.none': {
    'zh-CN': '没有人会因为这些修改受到影响。',
    en: 'Nobody would be affected by these changes.',
  },
  'affected.total': { 'zh-CN': '新受影响 {count} 人', en: '{count} newly affected' },
  'affected.more': {
    'zh-CN': '还有 {count} 人，保存后的模拟会全部列出',
    en: '{count} more: the simulation after saving lists them all',
  },
  'affected.failed': { 'zh-CN': '现在无法推算', en: 'It can not be worked out now' },
  'affected.was': { 'zh-CN': '原来：{action}', en: 'was: {action}' },
  'affected.listed': { 'zh-CN': '前 {count} 人中：', en: 'Among the first {count}:' },
  'affected.count': { 'zh-CN': '{action} {count}', en: '{action}: {count}' },
  'affected.problems': { 'zh-CN': '需要注意', en: 'Mind this' },
  'affected.never-read': {
    'zh-CN': '还没有从企业微信读取过通讯录，推算不出会影响谁。请先读取一次。',
    en: 'The directory has not been pulled from WeCom yet, so nobody can tell whom this affects. Pull it once first.',
  },
  'affected.departments': { 'zh-CN': '部门：{count} 个', en: 'Departments: {count}' },
  'affected.action.createUser': { 'zh-CN': '新增', en: 'create' },
  'affected.action.updateUser': { 'zh-CN': '更新', en: 'update' },
  'affected.action.enableUser': { 'zh-CN': '启用', en: 'enable' },
  'affected.action.disableUser': { 'zh-CN': '禁用', en: 'disable' },
  'affected.action.deleteUser': { 'zh-CN': '删除', en: 'delete' },
  'affected.action.bindUser': { 'zh-CN': '绑定', en: 'bind' },
  'affected.action.unbindUser': { 'zh-CN': '解绑', en: 'unbind' },
  'affected.action.createOaUser': { 'zh-CN': 'OA 新增', en: 'create in the OA' },
  'affected.action.updateOaUser': { 'zh-CN': 'OA 更新', en: 'update in the OA' },
  'affected.action.returnOaUser': { 'zh-CN': 'OA 恢复在职', en: 'active again in the OA' },
  'affected.action.departOaUser': { 'zh-CN': 'OA 离职', en: 'depart in the OA' },
  'affected.action.createOaDepartment': { 'zh-CN': 'OA 新建', en: 'create in the OA' },
  'affected.action.renameOaDepartment': { 'zh-CN': 'OA 改名', en: 'rename in the OA' },
  'affected.action.moveOaDepartment': { 'zh-CN': 'OA 移动', en: 'move in the OA' },
  'affected.action.removeOaDepartment': { 'zh-CN': 'OA 移除', en: 'remove in the OA' },
  'affected.action.createDepartment': { 'zh-CN': '新建', en: 'create' },
  'affected.action.renameDepartment': { 'zh-CN': '改名', en: 'rename' },
  'affected.action.moveDepartment': { 'zh-CN': '移动', en: 'move' },
  'affected.action.deleteDepartment': { 'zh-CN': '删除', en: 'delete' },
  'affected.action.linkDepartment': { 'zh-CN': '关联', en: 'link' },
  'affected.action.unlinkDepartment': { 'zh-CN': '取消关联', en: 'unlink' },
  'affected.action.conflict': { 'zh-CN': '冲突', en: 'conflict' },
  'save.title': { 'zh-CN': '保存为第 {version} 版', en: 'Save as version {version}' },
  'save.simulate': { 'zh-CN': '保存后立即模拟一次同步', en: 'Simulate a push right after saving' },
  'save.simulate.about': {
    'zh-CN': '模拟会读取企业微信并列出所有变更，但不会写入。',
    en: 'A simulation reads WeCom and lists every change; it writes nothing.',
  },
  'save.simulate.read-only': {
    'zh-CN': '只读权限或以企业微信为准时没有可以模拟的同步。',
    en: 'With read-only access, or with WeCom as the master, there is no push to simulate.',
  },
  'save.simulate.oa': {
    'zh-CN': '这里只能模拟写入企业微信。保存后的提示里可以模拟同步到 OA。',
    en: 'Only pushes to WeCom are simulated here. Once saved, a sync to the OA can be simulated from the notice.',
  },
  'save.submit': { 'zh-CN': '保存', en: 'Save' },
  'save.understand': {
    'zh-CN': '我知道被删除的成员无法恢复',
    en: 'I know that deleted members can not be brought back',
  },
  'save.simulate.master': {
    'zh-CN': '更换主数据时总会先模拟：模拟不会写入。',
    en: 'A change of the master is always simulated first; a simulation writes nothing.',
  },
  'save.done': { 'zh-CN': '已保存为第 {version} 版', en: 'Saved as version {version}' },
  'save.done.simulating': {
    'zh-CN': '正在用新设置模拟一次同步。看过结果再执行。',
    en: 'A push is being simulated with the new settings. Look at it before applying.',
  },
  'save.done.simulation': { 'zh-CN': '查看模拟', en: 'Open the simulation' },
  'save.done.offer': {
    'zh-CN': '建议先模拟一次，看看会有哪些变更。',
    en: 'Simulate a push next, to see what would change.',
  },
  'save.done.offer.oa': {
    'zh-CN': '建议先模拟同步到 OA，看看 OA 会有哪些变更。',
    en: 'Simulate a sync to the OA next, to see what would change there.',
  },
  'save.done.simulate': { 'zh-CN': '模拟同步', en: 'Simulate a push' },
  'save.outdated': {
    'zh-CN': '在您修改期间，{who} 保存了第 {version} 版。保存会覆盖那些改动。',
    en: 'While you were editing, {who} saved version {version}. Saving would replace those changes.',
  },
  'leave.title': { 'zh-CN': '有未保存的修改', en: 'There are changes that are not saved' },
  'leave.about': { 'zh-CN': '离开后这些修改会丢失。', en: 'They are lost when you leave.' },
  'leave.stay': { 'zh-CN': '留在这里', en: 'Stay' },
  'leave.go': { 'zh-CN': '放弃修改并离开', en: 'Leave without saving' },
  'list.added': { 'zh-CN': '加入：{values}', en: 'added: {values}' },
  'list.removed': { 'zh-CN': '移除：{values}', en: 'removed: {values}' },
  'list.reordered': { 'zh-CN': '顺序改变', en: 'another order' },

  // Versions
  'versions.none': {
    'zh-CN': '还没有保存过，正在使用默认设置。',
    en: 'Never saved: the defaults are in force.',
  },
  'versions.current': { 'zh-CN': '当前', en: 'In force' },
  'versions.changes': { 'zh-CN': '{count} 处改动', en: '{count} changed' },
  'versions.no-changes': { 'zh-CN': '与上一版相同', en: 'The same as before' },
  'versions.version': { 'zh-CN': '第 {version} 版', en: 'Version {version}' },
  'versions.against-previous': { 'zh-CN': '与上一版相比', en: 'Against the one before' },
  'versions.against-current': { 'zh-CN': '与当前版本相比', en: 'Against the one in force' },
  'versions.back': { 'zh-CN': '恢复到这一版', en: 'Roll back to this' },
  'versions.back.what': { 'zh-CN': '恢复到第 {version} 版', en: 'Roll back to version {version}' },
  'versions.back.title': { 'zh-CN': '恢复到第 {version} 版？', en: 'Roll back to version {version}?' },
  'versions.back.about': {
    'zh-CN': '会另存为新的一版，不会丢失任何历史。与当前版本相比会改变：',
    en: 'It is saved as a new version; no history is lost. Against the one in force this changes:',
  },
  'versions.back.done': { 'zh-CN': '已恢复，保存为第 {version} 版', en: 'Rolled back, as version {version}' },
  'versions.same': { 'zh-CN': '没有区别', en: 'No difference' },
  'versions.document': { 'zh-CN': '完整内容（JSON）', en: 'The whole document (JSON)' },

  // Fields
  'fields.about': {
    'zh-CN':
      '企业微信对新建的应用和密钥限制了可读的字段。这里是这个企业现有的密钥和应用实际能读、能写、能用来匹配的字段。',
    en: 'WeCom restricts what new apps and secrets may read. These are the fields that the credentials of this corp really read, write and can match by.',
  },
  'fields.field': { 'zh-CN': '字段', en: 'Field' },
  'fields.read': { 'zh-CN': '读取', en: 'Read through' },
  'fields.write': { 'zh-CN': '写入', en: 'Written' },
  'fields.match': { 'zh-CN': '匹配', en: 'Matching' },
  'fields.read.none': { 'zh-CN': '读不到', en: 'Not readable' },
  'fields.read.contacts': { 'zh-CN': '通讯录同步密钥', en: 'contacts secret' },
  'fields.write.yes': { 'zh-CN': '可以写入', en: 'Yes' },
  'fields.write.no': { 'zh-CN': '不能写入', en: 'No' },
  'fields.match.read': { 'zh-CN': '直接比对', en: 'Compared' },
  'fields.match.look-up': { 'zh-CN': '逐人查询（次数有限）', en: 'Looked up, within a budget' },
  'fields.match.no': { 'zh-CN': '不能', en: 'Not possible' },
  'fields.seen': { 'zh-CN': '{of} 人中 {members} 人有值', en: '{members} of {of} have a value' },
  'fields.never-read': {
    'zh-CN': '还没有读取过通讯录，所以不知道各应用实际能读到什么。读取一次后这里才准确。',
    en: 'The directory has not been pulled yet, so nobody knows what the apps can really read. This is right after one pull.',
  },
  'fields.none': { 'zh-CN': '还没有可用的密钥或应用。', en: 'There are no credentials yet.' },

  // Names of OA fields
  'oa-field.id': { 'zh-CN': 'OA 人员 ID', en: 'OA id' },
  'oa-field.loginId': { 'zh-CN': '登录名', en: 'Login name' },
  'oa-field.jobNumber': { 'zh-CN': '工号', en: 'Job number' },
  'oa-field.name': { 'zh-CN': '姓名', en: 'Name' },
  'oa-field.mobile': { 'zh-CN': '手机', en: 'Mobile' },
  'oa-field.email': { 'zh-CN': '邮箱', en: 'Mail' },
  'oa-field.gender': { 'zh-CN': '性别', en: 'Gender' },
  'oa-field.position': { 'zh-CN': '职务', en: 'Position' },
  'oa-field.telephone': { 'zh-CN': '座机', en: 'Telephone' },
  'wecom-field.userid': { 'zh-CN': '账号（userid）', en: 'Userid' },
  'wecom-field.name': { 'zh-CN': '姓名', en: 'Name' },
  'wecom-field.alias': { 'zh-CN': '别名', en: 'Alias' },
  'wecom-field.mobile': { 'zh-CN': '手机', en: 'Mobile' },
  'wecom-field.email': { 'zh-CN': '邮箱', en: 'Mail' },
  'wecom-field.biz_mail': { 'zh-CN': '企业邮箱', en: 'Company mail' },
  'wecom-field.position': { 'zh-CN': '职务', en: 'Position' },
  'wecom-field.telephone': { 'zh-CN': '座机', en: 'Telephone' },
  'wecom-field.address': { 'zh-CN': '地址', en: 'Address' },
  'wecom-field.gender': { 'zh-CN': '性别', en: 'Gender' },
  'wecom-field.external_position': { 'zh-CN': '对外职务', en: 'External position' },
  'wecom-field.direct_leader': { 'zh-CN': '直属上级', en: 'Direct superior' },
  'oa-field.departments': { 'zh-CN': '部门', en: 'Departments' },
  'wecom-field.departments': { 'zh-CN': '部门', en: 'Departments' },
  'field.choose': { 'zh-CN': '选择字段', en: 'Choose a field' },
  'field.search': { 'zh-CN': '输入名称可使用其他字段', en: 'Type a name to use another field' },

  // Choosing people
  'people.search': { 'zh-CN': '输入姓名、登录名或工号', en: 'Type a name, login or job number' },
  'people.search.members': { 'zh-CN': '输入姓名或账号', en: 'Type a name or userid' },
  'people.searching': { 'zh-CN': '正在查找…', en: 'Searching…' },
  'people.none': { 'zh-CN': '没有找到', en: 'Nobody found' },
  'people.type': { 'zh-CN': '请输入文字开始查找', en: 'Type to search' },
  'people.gone': { 'zh-CN': '{id}（已不存在）', en: '{id} (not there any more)' },

  // OA directory
  'nav.oa': { 'zh-CN': 'OA 组织', en: 'OA directory' },
  'oa.title': { 'zh-CN': 'OA 组织', en: 'OA directory' },
  'oa.lead': {
    'zh-CN': '本系统从 OA 得到的分部、部门和人员。写入企业微信时以此为准。',
    en: 'Subcompanies, departments and people as the OA gave them: what a push starts from.',
  },
  'oa.upload': { 'zh-CN': '上传文件', en: 'Upload a file' },
  'oa.state.empty': { 'zh-CN': '还没有 OA 数据', en: 'Nothing from the OA yet' },
  'oa.state.empty.about': {
    'zh-CN': 'OA 可以通过 API（PUT /api/v1/oa/directory）推送，也可以在这里上传 CSV 或 Excel 文件。',
    en: 'The OA can feed it by API (PUT /api/v1/oa/directory), or you upload a CSV or Excel file here.',
  },
  'oa.state.ok': {
    'zh-CN': '{active} 名在职人员，{departments} 个部门，{subcompanies} 个分部',
    en: '{active} active people in {departments} departments and {subcompanies} subcompanies',
  },
  'oa.state.version': { 'zh-CN': '第 {version} 版', en: 'Version {version}' },
  'oa.state.fed': { 'zh-CN': '更新于', en: 'Fed' },
  'oa.state.departed': { 'zh-CN': '另有 {departed} 名离职人员', en: '{departed} more have left' },
  'oa.loss.title': {
    'zh-CN': '有 {lost} 人从 OA 数据中消失（原有 {of} 人），尚未确认',
    en: '{lost} of {of} people are missing from the OA, and nobody has confirmed it',
  },
  'oa.loss.about': {
    'zh-CN':
      '一次减少这么多，可能是上传的数据不完整。确认之前，任何同步都不会因此禁用或删除任何人；新增和更新照常。如果数据不完整，请重新上传完整的数据。',
    en: 'So many at once may mean that the feed was cut short. Until somebody confirms, no push disables or deletes anybody; creations and updates go on. If the feed was not complete, feed it again.',
  },
  'oa.loss.confirm': { 'zh-CN': '确认他们确实离开了', en: 'They have really left' },
  'oa.loss.confirm.title': { 'zh-CN': '确认 {lost} 人已经离开？', en: 'Have {lost} people really left?' },
  'oa.loss.confirm.about': {
    'zh-CN': '确认后，下次同步会按“离职人员”的设置处理他们，仍受安全上限和审批约束。请输入人数以确认：',
    en: 'The next push then treats them as departed, still within limits and approvals. Type the number to confirm:',
  },
  'oa.loss.confirmed': { 'zh-CN': '已确认', en: 'Confirmed' },
  'oa.loss.number': { 'zh-CN': '人数', en: 'Number of people' },
  'oa.tree': { 'zh-CN': '分部与部门', en: 'Organisation' },
  'oa.tree.all': { 'zh-CN': '全部', en: 'Everything' },
  'oa.tree.filter': { 'zh-CN': '筛选', en: 'Filter' },
  'oa.tree.none': { 'zh-CN': '没有符合的部门', en: 'No department matches' },
  'oa.people': { 'zh-CN': '人员', en: 'People' },
  'oa.people.search': {
    'zh-CN': '搜索姓名、登录名、工号、手机或邮箱',
    en: 'Search by name, login, job number, phone or mail',
  },
  'oa.people.total': { 'zh-CN': '共 {total} 人', en: '{total} people' },
  'oa.people.none': { 'zh-CN': '没有符合条件的人员', en: 'Nobody matches' },
  'oa.people.subcompany': {
    'zh-CN': '人员属于部门，请选择这个分部下的部门。',
    en: 'People belong to departments: choose one below this subcompany.',
  },
  'oa.user.title': { 'zh-CN': '人员信息', en: 'Person' },
  'oa.user.department': { 'zh-CN': '主部门', en: 'Main department' },
  'oa.user.part-time': { 'zh-CN': '兼职部门', en: 'Part-time departments' },
  'oa.user.manager': { 'zh-CN': '上级', en: 'Manager' },
  'oa.user.status': { 'zh-CN': '状态', en: 'Status' },
  'oa.user.active': { 'zh-CN': '在职', en: 'Active' },
  'oa.user.departed': { 'zh-CN': '离职', en: 'Left' },
  'oa.user.male': { 'zh-CN': '男', en: 'Male' },
  'oa.user.female': { 'zh-CN': '女', en: 'Female' },
  'oa.user.hidden': { 'zh-CN': '仅管理员可见', en: 'Only for administrators' },

  // Upload
  'upload.title': { 'zh-CN': '上传 OA 数据', en: 'Upload OA data' },
  'upload.lead': {
    'zh-CN': '先预览，逐行指出问题，确认后才保存。',
    en: 'First a preview with what is wrong in which row; nothing is stored before you apply it.',
  },
  'upload.kind': { 'zh-CN': '上传什么', en: 'What is in the file' },
  'upload.kind.users': { 'zh-CN': '人员', en: 'People' },
  'upload.kind.departments': { 'zh-CN': '部门', en: 'Departments' },
  'upload.kind.subcompanies': { 'zh-CN': '分部', en: 'Subcompanies' },
  'upload.mode': { 'zh-CN': '怎样处理', en: 'How to take it' },
  'upload.mode.patch': {
    'zh-CN': '增补：只新增和更新文件中的行',
    en: 'Add to it: create and update what is in the file',
  },
  'upload.mode.whole': { 'zh-CN': '替换：文件就是全部', en: 'Replace: the file is everything' },
  'upload.mode.whole.users': {
    'zh-CN': '文件中没有的人员会成为离职人员，下次同步可能会被禁用或删除。',
    en: 'People who are not in the file become departed, and the next push may disable or delete them.',
  },
  'upload.mode.whole.departments': {
    'zh-CN': '文件中没有的部门会被移除。',
    en: 'Departments that are not in the file are removed.',
  },
  'upload.mode.whole.subcompanies': {
    'zh-CN': '文件中没有的分部会被移除。',
    en: 'Subcompanies that are not in the file are removed.',
  },
  'upload.order': {
    'zh-CN': '先上传分部，再上传部门，最后上传人员。',
    en: 'Upload subcompanies first, then departments, then people.',
  },
  'upload.file': { 'zh-CN': '文件', en: 'File' },
  'upload.drop': { 'zh-CN': '点击选择，或把文件拖到这里', en: 'Click to choose, or drop a file here' },
  'upload.drop.about': {
    'zh-CN': 'CSV（UTF-8 或 GBK）或 Excel（.xlsx），第一行是列名。',
    en: 'CSV (UTF-8 or GBK) or Excel (.xlsx), with the column names in the first row.',
  },
  'upload.template': { 'zh-CN': '下载模板', en: 'Download a template' },
  'upload.reading': { 'zh-CN': '正在读取文件…', en: 'Reading the file…' },
  'upload.again': { 'zh-CN': '换一个文件', en: 'Another file' },
  'upload.columns': { 'zh-CN': '列的对应关系', en: 'Which column is what' },
  'upload.columns.about': {
    'zh-CN': '已按列名自动识别，请核对。改动后会重新预览。',
    en: 'Recognised by the names of the columns: please check. A change makes a new preview.',
  },
  'upload.column.unused': { 'zh-CN': '不使用', en: 'Not used' },
  'upload.column.guessed': { 'zh-CN': '按列名识别', en: 'By its name' },
  'upload.columns.rename': {
    'zh-CN': '请在文件中修改列名后重新上传，或另存为 CSV，即可在这里指定各列的含义。',
    en: 'Rename the columns in the file and upload it again; or save it as CSV, then you can say here what they are.',
  },
  'upload.counts.rows': { 'zh-CN': '行', en: 'Rows' },
  'upload.counts.created': { 'zh-CN': '新增', en: 'New' },
  'upload.counts.updated': { 'zh-CN': '更新', en: 'Changed' },
  'upload.counts.departed': { 'zh-CN': '离职', en: 'Leaving' },
  'upload.counts.removed': { 'zh-CN': '移除', en: 'Removed' },
  'upload.counts.returned': { 'zh-CN': '复职', en: 'Back again' },
  'upload.counts.unchanged': { 'zh-CN': '无变化', en: 'Unchanged' },
  'upload.counts.wrong': { 'zh-CN': '有问题', en: 'With problems' },
  'upload.verdict.ok': { 'zh-CN': '可以保存：{rows} 行都没有问题', en: 'All {rows} rows can be stored' },
  'upload.verdict.bad': {
    'zh-CN': '{errors} 处有问题，修正文件后重新上传。目前什么都没有保存。',
    en: '{errors} problems. Mend the file and upload it again; nothing has been stored.',
  },
  'upload.verdict.lost': {
    'zh-CN': '保存后将有 {departed} 人成为离职人员。',
    en: 'Storing it makes {departed} people departed.',
  },
  'upload.errors': { 'zh-CN': '问题', en: 'Problems' },
  'upload.errors.row': { 'zh-CN': '行', en: 'Row' },
  'upload.errors.column': { 'zh-CN': '列', en: 'Column' },
  'upload.errors.message': { 'zh-CN': '问题', en: 'Problem' },
  'upload.errors.more': { 'zh-CN': '还有 {count} 处，先修正以上的', en: '{count} more: mend these first' },
  'upload.errors.whole': { 'zh-CN': '整个文件', en: 'The file' },
  'upload.rows': { 'zh-CN': '前 {count} 行', en: 'The first {count} rows' },
  'upload.rows.about': { 'zh-CN': '按上面的对应关系读出的内容', en: 'As read with these columns' },
  'upload.apply': { 'zh-CN': '保存到 OA 组织', en: 'Store it' },
  'upload.apply.title': { 'zh-CN': '替换全部{kind}？', en: 'Replace everything of this kind ({kind})?' },
  'upload.apply.title.patch': { 'zh-CN': '保存{kind}？', en: 'Store it ({kind})?' },
  'upload.apply.removed': {
    'zh-CN': '将移除 {removed} 个，企业微信中的对应部门在下次同步时处理。',
    en: '{removed} are removed; the next push deals with their departments in WeCom.',
  },
  'upload.loss': {
    'zh-CN': '{of} 人中有 {lost} 人会消失。保存后需要在“OA 组织”页确认，在那之前不会禁用或删除任何人。',
    en: '{lost} of {of} people would be missing. Somebody has to confirm that on the page “OA directory”; until then nobody is disabled or deleted.',
  },
  'upload.apply.type': {
    'zh-CN': '将有 {departed} 人成为离职人员。请输入这个人数以确认：',
    en: '{departed} people become departed. Type that number to confirm:',
  },
  'upload.applied': { 'zh-CN': '已保存为第 {version} 版', en: 'Stored as version {version}' },
  'upload.applied.unconfirmed': {
    'zh-CN': '减少的人数较多，需要在“OA 组织”页确认后才会生效。',
    en: 'So many people are missing that somebody has to confirm it on the page “OA directory” first.',
  },
  'upload.see': { 'zh-CN': '查看 OA 组织', en: 'See the OA directory' },
  'upload.field.parentId': { 'zh-CN': '上级 ID', en: 'Parent id' },
  'upload.field.subcompanyId': { 'zh-CN': '所属分部 ID', en: 'Subcompany id' },
  'upload.field.order': { 'zh-CN': '排序', en: 'Order' },
  'upload.field.departmentId': { 'zh-CN': '主部门 ID', en: 'Department id' },
  'upload.field.partTimeDepartmentIds': { 'zh-CN': '兼职部门 ID', en: 'Part-time department ids' },
  'upload.field.managerId': { 'zh-CN': '上级人员 ID', en: 'Manager id' },
  'upload.field.status': { 'zh-CN': '状态', en: 'Status' },
  'upload.field.id': { 'zh-CN': 'ID', en: 'Id' },
  'upload.field.name': { 'zh-CN': '名称', en: 'Name' },
} satisfies Record<string, Text>;
