import type {
  DecisionRefusal,
  DepartureOrigin,
  DepartureReasonCode,
  DepartureState,
  HandOverItem,
} from '../domain/departures/departure';
import { pushHoldTexts, pushOutcomeTexts } from './directory-push';
import { translate, type Lang, type Text, type TextParams } from './index';

/** What the API says about departures: why one is held or has ended, what happened to it, what can't be decided. */

type Texts<Code extends string> = Readonly<Record<Code, Text>>;

export const departureReasonTexts: Texts<DepartureReasonCode> = {
  'hand-over': {
    'zh-CN': '交接还没有标记为完成，因此没有删除。',
    en: 'The hand-over is not marked as done, so the account was not deleted.',
  },
  'status-unreadable': {
    'zh-CN': '没有应用能读到该成员的状态，无法确认账号仍被禁用，因此没有删除。',
    en: 'No app sees this member’s status, so nobody can tell whether the account is still disabled. It was not deleted.',
  },
  limits: {
    'zh-CN': '超过了安全上限，因此没有执行。',
    en: 'It is over a safety limit, so it was not done.',
  },
  'protected-users': {
    'zh-CN': '受保护的成员（管理员、审批人或保护名单）不会被禁用或删除。',
    en: 'A protected member (administrator, approver, or on the protected list) is neither disabled nor deleted.',
  },
  'active-in-oa': {
    'zh-CN': 'OA 中该人员是在职状态，因此没有删除。',
    en: 'The OA has this person as active, so the account was not deleted.',
  },
  'not-bound': {
    'zh-CN': '该成员不再绑定 OA 人员，因此没有继续。',
    en: 'The member is no longer bound to an OA user, so nothing was done.',
  },
  'bound-to-other': {
    'zh-CN': '该成员现在绑定的是另一个 OA 人员，因此没有继续。',
    en: 'The member is bound to another OA user now, so nothing was done.',
  },
  rejected: { 'zh-CN': '有人驳回了这次写入方案。', en: 'Somebody rejected the plan.' },
  'wecom-refused': pushOutcomeTexts['wecom-refused'],
  'run-failed': {
    'zh-CN': '执行的任务没有成功。',
    en: 'The run that was to do it failed.',
  },
  'approval-expired': {
    'zh-CN': '没有人在期限内批准。',
    en: 'Nobody approved it in time.',
  },
  'reading-incomplete': {
    'zh-CN': 'OA 或企业微信没有读取完整，因此没有执行。',
    en: 'The OA or WeCom was not read whole, so nothing was done.',
  },
  'changed-since': {
    'zh-CN': '执行前情况已经变化，没有写入。',
    en: 'Things had changed just before, so nothing was written.',
  },
  'read-only': {
    'zh-CN': '该企业的通讯录设置为只读，没有写入。',
    en: 'The directory of this corp is read-only, so nothing was written.',
  },
  'wecom-is-master': {
    'zh-CN': '该企业以企业微信为准，没有向企业微信写入。',
    en: 'WeCom is the master of this corp, so nothing was written to it.',
  },
  'returned-in-oa': { 'zh-CN': '该人员在 OA 中重新在职。', en: 'The person is active in the OA again.' },
  'returned-before-disabling': {
    'zh-CN': '在禁用之前，该人员已在 OA 中重新在职，账号没有动过。',
    en: 'The person was active in the OA again before anything was disabled. The account was not touched.',
  },
  'enabled-by-hand': {
    'zh-CN': '有人在企业微信中启用了该账号。',
    en: 'Somebody enabled the account in WeCom.',
  },
  undone: { 'zh-CN': '禁用它的任务已被撤销。', en: 'The run that disabled it was undone.' },
  'gone-from-wecom': {
    'zh-CN': '企业微信中已没有该成员，不是由本系统删除的。',
    en: 'WeCom has no such member any more; the bridge did not delete it.',
  },
  'by-person': { 'zh-CN': '由管理员决定。', en: 'An administrator decided so.' },
};

export const departureAdviceTexts = {
  'hand-over': {
    'zh-CN': '完成交接后标记“交接完成”，或直接放行。',
    en: 'Hand over what is listed and mark it as done, or release the deletion.',
  },
  'status-unreadable': {
    'zh-CN': '把该成员加入应用的可见范围；或确认账号仍被禁用后放行。',
    en: 'Put the member into the visible range of an app; or make sure that the account is still disabled, and release it.',
  },
  limits: {
    'zh-CN': '如果任务还在等待审批，请打开核对名单后批准；否则放行以重新提交，或调整通讯录设置中的上限。',
    en: 'If the run waits for an approval, look through its list and approve it. Otherwise release it, and a new plan is put forward; or change the limits in the directory settings.',
  },
  'protected-users': {
    'zh-CN': '如果确实要删除，请先把该成员移出管理员、审批人和保护名单；否则取消或恢复。',
    en: 'To delete the account all the same, take the member off the administrators, approvers and the protected list first; otherwise cancel or restore.',
  },
  'active-in-oa': {
    'zh-CN': '在 OA 中标记离职，随后在下一个删除时刻再次处理；或恢复该账号。',
    en: 'Mark the person as departed in the OA, and the deletion is tried again at its next time of day; or restore the account.',
  },
  'not-bound': {
    'zh-CN': '在“绑定”页面重新绑定后推迟到新的日期；或取消。',
    en: 'Bind the member again and postpone the deletion to a new day; or cancel it.',
  },
  'bound-to-other': {
    'zh-CN': '在“绑定”页面核对绑定；不应删除就取消。',
    en: 'Look at the binding of the member. If the account should stay, cancel.',
  },
  rejected: {
    'zh-CN': '可以推迟、取消、恢复；确认要继续则放行，会重新提交方案。',
    en: 'Postpone, cancel or restore it; to go on, release it, and a new plan is put forward.',
  },
  'wecom-refused': {
    'zh-CN': '在企业微信管理后台处理后放行。',
    en: 'Put it right in the WeCom admin console, then release it.',
  },
  'run-failed': {
    'zh-CN': '打开任务查看原因，处理后放行。',
    en: 'Open the run to see why, put it right, then release it.',
  },
  'approval-expired': {
    'zh-CN': '放行以重新提交，并在期限内批准；或推迟、取消、恢复。',
    en: 'Release it to put it forward again, and approve it in time; or postpone, cancel or restore it.',
  },
  'reading-incomplete': {
    'zh-CN': '打开最近的读取任务查看原因，处理后放行。',
    en: 'Open the last pull to see what was missing, then release it.',
  },
  'changed-since': {
    'zh-CN': '打开任务查看变化，确认后放行。',
    en: 'Open the run to see what changed, then release it.',
  },
  'read-only': {
    'zh-CN': '在通讯录设置中把访问方式改为可写后会自动继续；日期已过的，至少三天后才删除。',
    en: 'It goes on by itself once the access is set to read-write in the directory settings; where its day is over, no sooner than three days later.',
  },
  'wecom-is-master': {
    'zh-CN': '改为以 OA 为准后会自动继续；日期已过的，至少三天后才删除。也可以取消，账号保持禁用。',
    en: 'It goes on by itself once the OA is the master again; where its day is over, no sooner than three days later. Or cancel it, and the account stays disabled.',
  },
  other: {
    'zh-CN': '处理原因后放行；或推迟、取消、恢复。',
    en: 'Put the cause right and release it; or postpone, cancel or restore it.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** What stood in the way passes by itself, and it is tried again. */
export const departureAgainTexts = {
  'approval-expired': {
    'zh-CN': '会自动再次提交方案；请留意通知，在期限内批准或驳回。',
    en: 'A new plan is put forward by itself. Watch for the notice, and approve or reject it in time.',
  },
  'reading-incomplete': {
    'zh-CN': '会自动再试；打开最近的读取任务可以查看原因。',
    en: 'It is tried again by itself; the last pull says what was missing.',
  },
  other: {
    'zh-CN': '无需处理，会自动再试；如果一直如此，请打开任务查看。',
    en: 'Nothing has to be done: it is tried again by itself. If it stays so, open the run.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** Why somebody is given back their account: nothing went wrong. */
const causes: ReadonlySet<string> = new Set<DepartureReasonCode>([
  'returned-in-oa',
  'enabled-by-hand',
  'by-person',
]);

/** WeCom's errcodes about which a departure says more than the general advice. */
export const departureWecomAdviceTexts: Readonly<Record<number, Text>> = {
  301005: {
    'zh-CN': '企业创建者的账号不能删除。请先在企业微信管理后台转让创建者，再放行；或取消，账号保持禁用。',
    en: 'The account of the corp’s creator can not be deleted. Hand the role over in the WeCom admin console and release it; or cancel, and the account stays disabled.',
  },
};

/** Every code of the store has one, or the view does not compile. */
export const departureEventTexts = {
  started: { 'zh-CN': '离职流程开始。', en: 'The departure began.' },
  disabled: { 'zh-CN': '账号已在企业微信中禁用。', en: 'The account was disabled in WeCom.' },
  dated: { 'zh-CN': '确定了删除日期。', en: 'The day of the deletion was set.' },
  postponed: { 'zh-CN': '删除被推迟。', en: 'The deletion was postponed.' },
  held: { 'zh-CN': '没有继续，需要处理。', en: 'It is held until somebody has looked at it.' },
  'put-back': {
    'zh-CN': '这次没有执行，将再次尝试。',
    en: 'It was not done this time and is tried again.',
  },
  released: { 'zh-CN': '已放行。', en: 'It was released.' },
  'hand-over-done': { 'zh-CN': '交接标记为完成。', en: 'The hand-over was marked as done.' },
  noticed: { 'zh-CN': '已发出临近删除的通知。', en: 'A notice told that the day is near.' },
  hurried: { 'zh-CN': '要求立即删除。', en: 'Deletion without further waiting was asked for.' },
  restoring: { 'zh-CN': '开始恢复账号。', en: 'The account is being restored.' },
  restored: {
    'zh-CN': '账号已恢复：重新启用并回到原来的部门。',
    en: 'The account was restored: enabled, and back where it was.',
  },
  cancelled: {
    'zh-CN': '离职流程已取消，账号不会被删除。',
    en: 'The departure was cancelled; the account will not be deleted.',
  },
  deleted: { 'zh-CN': '账号已从企业微信中删除。', en: 'The account was deleted from WeCom.' },
} as const satisfies Readonly<Record<string, Text>>;

export const departureOriginTexts: Texts<DepartureOrigin> = {
  push: { 'zh-CN': '推送时发现该人员已离职。', en: 'A plan found that the person has left.' },
  oa: { 'zh-CN': 'OA 告知该人员离职，开始禁用。', en: 'The OA told that the person has left.' },
  person: { 'zh-CN': '由管理员发起。', en: 'An administrator began it.' },
  earlier: {
    'zh-CN': '账号在本系统开始记录离职之前已被禁用。',
    en: 'The account was disabled before departures were kept.',
  },
};

export const departureEventParamTexts = {
  datedTo: { 'zh-CN': '删除日期定为 {deleteAt}。', en: 'The deletion was set to {deleteAt}.' },
  datedNever: { 'zh-CN': '按设置不会删除。', en: 'By the settings it is never deleted.' },
  postponedBy: { 'zh-CN': '删除推迟了 {days} 天。', en: 'The deletion was postponed by {days} days.' },
  and: { 'zh-CN': '{one}{other}', en: '{one} {other}' },
} as const satisfies Readonly<Record<string, Text>>;

export const handOverTexts: Texts<HandOverItem['kind']> = {
  'external-contacts': { 'zh-CN': '外部联系人', en: 'External contacts' },
  'customer-groups': { 'zh-CN': '客户群', en: 'Customer groups' },
  todos: { 'zh-CN': '未完成的待办', en: 'Open to-dos' },
  subordinates: { 'zh-CN': '直属下级', en: 'Direct reports' },
  'led-departments': { 'zh-CN': '担任负责人的部门', en: 'Departments led' },
};

export const departureRefusalTexts: Readonly<
  Record<DecisionRefusal, { readonly message: Text; readonly advice: Text }>
> = {
  'departure-closed': {
    message: { 'zh-CN': '该离职流程已经结束。', en: 'This departure has ended.' },
    advice: {
      'zh-CN': '刷新页面查看结果。如果账号还在，可以重新发起离职。',
      en: 'Look again to see how it ended. If the account is still there, a new departure can be begun.',
    },
  },
  'no-date': {
    message: {
      'zh-CN': '该成员没有删除日期，无需推迟。',
      en: 'This member is never deleted, so there is nothing to put off.',
    },
    advice: {
      'zh-CN': '删除日期由通讯录设置中的“禁用几天后删除”得出；留空或 0 表示不删除。',
      en: 'The day follows from “days between disabling and deletion” in the directory settings; blank or 0 means never.',
    },
  },
  'not-held': {
    message: { 'zh-CN': '该离职流程没有在等待处理，无需放行。', en: 'This departure is not held.' },
    advice: {
      'zh-CN': '到期后会自动执行；要提前可以“立即删除”。',
      en: 'It goes on by itself on its day; to be earlier, delete now.',
    },
  },
  'not-releasable': {
    message: {
      'zh-CN': '这个原因不能由放行解除。',
      en: 'What holds it can not be released here.',
    },
    advice: {
      'zh-CN': '请按“原因”中的提示先在别处处理（OA 状态、绑定或保护名单）。',
      en: 'Put it right where the reason says so first: the status in the OA, the binding, or the protected list.',
    },
  },
  'in-progress': {
    message: {
      'zh-CN': '正在写入企业微信，此刻不能改变决定。',
      en: 'WeCom is being written to at this moment, so nothing can be decided now.',
    },
    advice: { 'zh-CN': '几秒后刷新再试。', en: 'Look again in a few seconds.' },
  },
  'not-disabled-yet': {
    message: {
      'zh-CN': '账号还没有禁用，不能这样做。',
      en: 'The account is not disabled yet, so this can not be done.',
    },
    advice: {
      'zh-CN': '请等禁用完成，或先取消。',
      en: 'Wait until it is disabled, or cancel the departure.',
    },
  },
};

export const departureTexts = {
  dayShape: { 'zh-CN': '应为日期（YYYY-MM-DD）。', en: 'Has to be a date (YYYY-MM-DD).' },
  daysTurned: { 'zh-CN': '结束日期不能早于开始日期。', en: 'It must not be before the first day.' },
  daysTooMany: { 'zh-CN': '最多 {days} 天。', en: 'At most {days} days.' },
  noDeparture: {
    'zh-CN': '{userId} 没有离职流程。',
    en: '{userId} has no departure.',
  },
  noDepartureAdvice: {
    'zh-CN': '可以发起一个：POST /corps/{corpId}/departures，或在“离职”页面点“发起离职”。',
    en: 'Begin one by POST /corps/{corpId}/departures, or on the Departures page.',
  },
  unknownMember: {
    'zh-CN': '企业微信中没有账号 {userId}（以最近一次读取为准）。',
    en: 'WeCom has no member {userId}, as it was read last.',
  },
  goneMember: {
    'zh-CN': '{userId} 已不在企业微信中。',
    en: '{userId} is no longer in WeCom.',
  },
  notBound: {
    'zh-CN': '{userId} 没有绑定 OA 人员。请先绑定，再发起离职。',
    en: '{userId} is not bound to an OA user. Bind the member first.',
  },
  protectedMember: {
    'zh-CN': '{userId} 受保护（管理员、审批人或保护名单），不能被禁用或删除。请先移出名单。',
    en: '{userId} is protected (an administrator, approver, or on the protected list). Take the member off the list first.',
  },
  readOnly: {
    'zh-CN': '该企业的通讯录设置为只读，不能禁用、恢复或删除账号。',
    en: 'The directory of this corp is read-only, so no account can be disabled, restored or deleted.',
  },
  wecomIsMaster: {
    'zh-CN': '该企业以企业微信为准，不能由 OA 一侧禁用、恢复或删除账号。',
    en: 'WeCom is the master of this corp, so no account is disabled, restored or deleted from here.',
  },
} as const satisfies Readonly<Record<string, Text>>;

const otherTexts: Readonly<Record<string, Text>> = { ...pushHoldTexts, ...pushOutcomeTexts };

/** A code nobody knows, of a row written by a later version, is shown as it is. */
export function departureReasonText(code: string, params: TextParams, lang: Lang): string {
  const known: Readonly<Record<string, Text>> = departureReasonTexts;
  // What became of the change itself says more than that the run failed.
  const outcome = code === 'run-failed' ? outcomeText(params['outcome'], lang) : undefined;
  if (outcome !== undefined) return outcome;
  const text = Object.hasOwn(known, code) ? known[code] : otherTexts[code];
  return text === undefined ? code : translate(text, lang, params);
}

/** Some need to know more than is kept. */
function outcomeText(code: string | number | undefined, lang: Lang): string | undefined {
  const texts: Readonly<Record<string, Text>> = pushOutcomeTexts;
  const text = code !== undefined && Object.hasOwn(texts, code) ? texts[code] : undefined;
  return text === undefined || text[lang].includes('{') ? undefined : text[lang];
}

export function departureAdvice(
  about: {
    readonly state: DepartureState;
    readonly code: string;
    readonly errcode: number | null;
    /** What is advised about WeCom's errcode everywhere. */
    readonly general: string | undefined;
  },
  lang: Lang,
): string | null {
  const { state, code, errcode, general } = about;
  switch (state) {
    // What is over needs no advice.
    case 'deleted':
    case 'restored':
    case 'cancelled':
      return null;
    case 'disabling':
    case 'waiting':
    case 'postponed':
    case 'restoring':
      return causes.has(code) ? null : textOf(departureAgainTexts, code, lang);
    case 'held': {
      const special = errcode === null ? undefined : departureWecomAdviceTexts[errcode];
      if (special !== undefined) return translate(special, lang);
      return general ?? textOf(departureAdviceTexts, code, lang);
    }
  }
}

function textOf(
  texts: Readonly<Record<string, Text>> & { readonly other: Text },
  code: string,
  lang: Lang,
): string {
  return translate(Object.hasOwn(texts, code) ? (texts[code] ?? texts.other) : texts.other, lang);
}
