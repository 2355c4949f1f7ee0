import type { PushReasonCode, RecallRefusal, RecipientState, SkipReason } from '../domain/messages/message';
import type { ActionProblem } from '../domain/messages/card';
import type { MessageField } from '../domain/messages/rule';
import type { TemplateProblemCode } from '../domain/messages/template';
import { translate, type Lang, type Text, type TextParams } from './index';

/** What the API says about messages: why one waits or failed, why somebody gets none, what can't be recalled. */

type Texts<Code extends string> = Readonly<Record<Code, Text>>;

export const pushReasonTexts: Texts<PushReasonCode> = {
  'quiet-hours': {
    'zh-CN': '现在是免打扰时段，结束后发送。',
    en: 'It is quiet hours; it is sent when they end.',
  },
  'member-quota': {
    'zh-CN': '部分成员近期收到的消息已达企业微信的上限（每人每应用每分钟 30 条、每小时 1000 条），正在排队。',
    en: 'Some members have had as many messages as WeCom lets through (30 a minute and 1,000 an hour per member and app); theirs are queued.',
  },
  'app-paused': {
    'zh-CN': '该应用已暂停发送，恢复后自动继续，不会丢失。',
    en: 'Its app is paused. It goes on by itself when the app may send again; nothing is lost.',
  },
  'wecom-busy': {
    'zh-CN': '企业微信暂时没有响应，稍后自动重试。',
    en: 'WeCom does not answer at the moment; it is tried again by itself.',
  },
  'rate-limited': {
    'zh-CN': '企业微信限制了发送频率，稍后自动继续。',
    en: 'WeCom limits how fast it may be sent; it goes on by itself.',
  },
  'no-url': {
    'zh-CN': '图文、文本卡片和模板卡片消息需要链接，但事件和规则都没有给出。',
    en: 'News and cards need a link, and neither the event nor the rule has one.',
  },
  'not-a-todo': {
    'zh-CN': '模板卡片只能用于待办消息（待处理、退回、抄送、转发、传阅、意见征询），该事件不是待办。',
    en: 'Only to-dos (pending, returned, copied, forwarded, circulated, consulted) can be template cards, and this event is none.',
  },
  'too-long': {
    'zh-CN': '“{field}”超过企业微信的长度上限（{length}，最多 {max}{unit}），不能发送。',
    en: 'The {field} is longer than WeCom takes: {length}, at most {max} {unit}.',
  },
  'template-broken': {
    'zh-CN': '规则中“{field}”的模板无法使用：{problem}',
    en: 'The template of the {field} can not be used: {problem}',
  },
  'refused-by-wecom': { 'zh-CN': '企业微信拒绝了这条消息。', en: 'WeCom refused the message.' },
  'content-erased': {
    'zh-CN': '发送之前，消息内容已被清除。',
    en: 'What it said was erased before it was sent.',
  },
  'app-removed': { 'zh-CN': '该应用已被移除。', en: 'Its app was removed.' },
  'recalled-before-sending': {
    'zh-CN': '在发送之前已撤回，没有人收到。',
    en: 'It was recalled before it was sent; nobody got it.',
  },
};

/** What to do; those that end by themselves need nothing. */
export const pushAdviceTexts: Readonly<Partial<Record<PushReasonCode, Text>>> = {
  'app-paused': {
    'zh-CN': '在“消息 · 应用状态”查看原因；处理后点“立即恢复”，或等待自动恢复。',
    en: 'See under “Messages · Apps” what is wrong; put it right, then resume the app, or wait until it is noticed.',
  },
  'no-url': {
    'zh-CN': '让 OA 在事件中带上 url，或在规则的推送目标中填写链接，然后重新发送。',
    en: 'Have the OA send a url with the event, or enter a link at the rule’s target, then send it again.',
  },
  'not-a-todo': {
    'zh-CN': '在规则中改用其他消息类型，或让 OA 在事件中带上 todo，然后重新发送。',
    en: 'Choose another type of message in the rule, or have the OA send the event with its to-do, then send it again.',
  },
  'too-long': {
    'zh-CN': '缩短模板，或在规则中选择“超长时截断”，然后重新发送。',
    en: 'Shorten the template, or let the rule cut what is too long, then send it again.',
  },
  'template-broken': {
    'zh-CN': '在规则中修正模板（可用预览检查），然后重新发送。',
    en: 'Put the template right in the rule (its preview shows what is wrong), then send it again.',
  },
};

export const recipientReasonTexts: Texts<SkipReason> = {
  unbound: {
    'zh-CN': '没有绑定该企业的企业微信账号。',
    en: 'Not bound to a member of this corp.',
  },
  'unknown-user': { 'zh-CN': 'OA 中没有这个人。', en: 'The OA has no such user.' },
  departed: { 'zh-CN': '已离职。', en: 'Has left the company.' },
  disabled: { 'zh-CN': '企业微信账号已禁用。', en: 'The WeCom account is disabled.' },
  left: { 'zh-CN': '已退出该企业。', en: 'Has left the corp in WeCom.' },
  gone: { 'zh-CN': '企业微信中已没有这个账号。', en: 'WeCom has no such member any more.' },
  'in-digest': {
    'zh-CN': '已随汇总消息送达。',
    en: 'It went out with others, in a digest.',
  },
};

const recipientStateTexts: Readonly<Partial<Record<RecipientState, Text>>> = {
  invalid: {
    'zh-CN': '企业微信认为接收人无效：不在应用的可见范围内，或账号不存在。',
    en: 'WeCom calls the recipient invalid: out of the app’s visible range, or not there.',
  },
  unlicensed: {
    'zh-CN': '该成员没有接口许可（基础账号），企业微信没有投递。',
    en: 'The member has no licence for the interface, so WeCom did not deliver it.',
  },
  unknown: {
    'zh-CN': '企业微信的回答丢失了：可能已经收到。为避免重复，不会自动重发。',
    en: 'WeCom’s answer was lost, so it may have arrived. It is not sent again by itself.',
  },
  cancelled: { 'zh-CN': '在发送之前已撤回。', en: 'It was recalled before it was sent.' },
  'recall-failed': { 'zh-CN': '已送达，撤回没有成功。', en: 'It arrived, and could not be taken back.' },
};

/** Other codes stand on recipients too: those of the push, or the recall's. */
const otherRecipientReasons: Readonly<Record<string, Text>> = {
  ...pushReasonTexts,
  'over-quota': pushReasonTexts['member-quota'],
  'too-late': { 'zh-CN': '已超过 24 小时，无法撤回。', en: 'It was sent more than 24 hours ago.' },
  'not-recallable': {
    'zh-CN': '没有消息编号，无法撤回。',
    en: 'Without the number of the message it can not be taken back.',
  },
  refused: { 'zh-CN': '企业微信拒绝撤回。', en: 'WeCom refused to take it back.' },
};

export function recipientReasonText(
  { state, reason }: { readonly state: RecipientState; readonly reason: string | null },
  lang: Lang,
): string | null {
  const text = textOf({ ...otherRecipientReasons, ...recipientReasonTexts }, reason ?? undefined);
  const said = text ?? recipientStateTexts[state];
  return said === undefined ? reason : translate(said, lang);
}

/** A code nobody knows, of a row written by a later version, is shown as it is. */
export function pushReasonText(code: string, params: TextParams, lang: Lang): string {
  const text = textOf(pushReasonTexts, code);
  return text === undefined ? code : translate(text, lang, inWords(params, lang));
}

/** The parts of a message and what is wrong with them go by codes. */
function inWords(params: TextParams, lang: Lang): TextParams {
  const { field, problem, unit, line, column } = params;
  const word = (texts: Readonly<Record<string, Text>>, code: string | number | undefined) => {
    const text = textOf(texts, code);
    return text === undefined ? (code ?? '') : translate(text, lang, params);
  };
  const place =
    line === undefined || column === undefined ? '' : translate(templatePlace, lang, { line, column });
  return {
    ...params,
    field: word(messageFieldTexts, field),
    unit: word(unitTexts, unit),
    problem: `${word(templateProblemTexts, problem)}${place}`,
  };
}

function textOf(texts: Readonly<Record<string, Text>>, code: string | number | undefined): Text | undefined {
  return typeof code === 'string' && Object.hasOwn(texts, code) ? texts[code] : undefined;
}

/** The parts of a message, as rules have them. */
export const messageFieldTexts: Texts<MessageField> = {
  title: { 'zh-CN': '标题', en: 'title' },
  content: { 'zh-CN': '内容', en: 'content' },
  buttonText: { 'zh-CN': '按钮文字', en: 'button text' },
  imageUrl: { 'zh-CN': '图片地址', en: 'picture address' },
  url: { 'zh-CN': '链接', en: 'link' },
};

const unitTexts: Readonly<Record<string, Text>> = {
  bytes: { 'zh-CN': '字节', en: 'bytes' },
  characters: { 'zh-CN': '个字符', en: 'characters' },
};

export const templatePlace: Text = {
  'zh-CN': '（第 {line} 行第 {column} 列）',
  en: ' (line {line}, column {column})',
};

/** What is wrong with a template; `{detail}` is in the words of the template language. */
export const templateProblemTexts: Texts<TemplateProblemCode | 'not-http-url'> = {
  syntax: { 'zh-CN': '语法有误：{detail}', en: 'it can not be read: {detail}' },
  'tag-not-allowed': { 'zh-CN': '不允许使用这个标签：{detail}', en: 'this tag is not allowed: {detail}' },
  'filter-not-allowed': {
    'zh-CN': '不允许使用这个过滤器：{detail}',
    en: 'this filter is not allowed: {detail}',
  },
  'too-long': { 'zh-CN': '模板过长。', en: 'it is too long.' },
  'too-much-work': {
    'zh-CN': '循环过多，超出一条消息的需要。',
    en: 'it loops over more than a message can hold.',
  },
  'not-renderable': {
    'zh-CN': '用这个事件无法生成：{detail}',
    en: 'it can not be filled in for this event: {detail}',
  },
  'not-http-url': {
    'zh-CN': '得出的不是 http:// 或 https:// 开头的完整地址。',
    en: 'what it comes to is no whole address that begins with http:// or https://.',
  },
};

/** What went wrong with one call. */
export const callErrorTexts: Readonly<Record<string, Text>> = {
  ...pushReasonTexts,
  unknown: {
    'zh-CN': '企业微信的回答丢失了。',
    en: 'WeCom’s answer was lost.',
  },
  'too-late': {
    'zh-CN': '已超过 24 小时，企业微信不再允许撤回。',
    en: 'WeCom takes messages back within 24 hours only.',
  },
  'not-recallable': {
    'zh-CN': '发送时的回答丢失了，没有消息编号，无法撤回。',
    en: 'The answer to sending it was lost, and with it the number a recall needs.',
  },
  refused: { 'zh-CN': '企业微信拒绝了。', en: 'WeCom refused.' },
};

export const recallRefusalTexts: Readonly<
  Record<RecallRefusal, { readonly message: Text; readonly advice: Text }>
> = {
  'already-recalled': {
    message: { 'zh-CN': '这条消息已经撤回过了。', en: 'This message has been recalled already.' },
    advice: { 'zh-CN': '刷新页面查看结果。', en: 'Look again to see what came of it.' },
  },
  'recall-too-late': {
    message: {
      'zh-CN': '已超过 24 小时，企业微信不再允许撤回。',
      en: 'It was sent more than 24 hours ago, and WeCom no longer takes it back.',
    },
    advice: {
      'zh-CN': '可以发送一条更正消息。',
      en: 'Send another message that puts it right.',
    },
  },
  'nothing-sent': {
    message: {
      'zh-CN': '没有任何人收到，无需撤回。',
      en: 'Nobody got it, so there is nothing to take back.',
    },
    advice: { 'zh-CN': '打开推送记录查看原因。', en: 'Open the push to see why.' },
  },
  'in-digest': {
    message: { 'zh-CN': '它已随汇总消息发出，不能单独撤回。', en: 'It went out with others, in a digest.' },
    advice: { 'zh-CN': '请撤回那条汇总消息。', en: 'Recall the digest it went out with.' },
  },
};

/** Why an action can't be a button. */
export const actionProblemTexts: Texts<ActionProblem['code']> = {
  'key-missing': { 'zh-CN': '不能为空。', en: 'Must not be empty.' },
  'key-too-long': { 'zh-CN': '最多 {keyBytes} 字节。', en: 'At most {keyBytes} bytes.' },
  'key-twice': { 'zh-CN': '两个操作的 key 不能相同。', en: 'No two actions may have the same key.' },
  'key-reserved': { 'zh-CN': '这个 key 由本系统使用。', en: 'This key is the bridge’s own.' },
  'text-missing': { 'zh-CN': '不能为空。', en: 'Must not be empty.' },
  'text-too-long': {
    'zh-CN': '按钮文字最多 {buttonTextChars} 个字符。',
    en: 'A button takes at most {buttonTextChars} characters.',
  },
  'too-many': { 'zh-CN': '卡片最多 {buttons} 个按钮。', en: 'A card takes at most {buttons} buttons.' },
};

export const messageTexts = {
  eventIdShape: {
    'zh-CN': '应为 1 到 128 个字符，只含字母、数字和 _ . : @ -。',
    en: 'Has to be 1 to 128 characters: letters, digits and _ . : @ -.',
  },
  taskIdTaken: {
    'zh-CN': '以 plan: 开头的编号由本系统使用。',
    en: 'Ids that begin with plan: are the bridge’s own.',
  },
  webAddress: {
    'zh-CN': '应为 http:// 或 https:// 开头的完整地址。',
    en: 'Has to be a whole address that begins with http:// or https://.',
  },
  momentShape: {
    'zh-CN': '应为时间（如 2026-01-31T08:00:00+08:00）。',
    en: 'Has to be a time, for example 2026-01-31T08:00:00+08:00.',
  },
  timesTurned: { 'zh-CN': '结束时间不能早于开始时间。', en: 'It must not be before the beginning.' },
  zoneUnknown: { 'zh-CN': '没有这个时区。', en: 'There is no such time zone.' },
  noEvent: { 'zh-CN': '没有编号为 {eventId} 的事件。', en: 'There is no event {eventId}.' },
  noPush: { 'zh-CN': '没有这条推送记录。', en: 'There is no such push.' },
  noRecall: { 'zh-CN': '没有这个批量撤回。', en: 'There is no such recall.' },
  noTodo: { 'zh-CN': '没有编号为 {taskId} 的待办。', en: 'There is no to-do {taskId}.' },
  noTodoAdvice: {
    'zh-CN': '待办随事件而来：POST /oa/events 中的 todo.taskId。',
    en: 'To-dos come with events: todo.taskId of POST /oa/events.',
  },
  eventDiffers: {
    'zh-CN': '编号 {eventId} 已经用于另一个内容不同的事件，没有发送任何消息。',
    en: 'Another event, with other contents, goes by the id {eventId}. Nothing was sent.',
  },
  eventDiffersAdvice: {
    'zh-CN': '重试时请原样发送；新的事件请使用新的编号。',
    en: 'Send the very same when you try again; a new event needs a new id.',
  },
  tooManyEvents: {
    'zh-CN': '等待写入的事件过多，请稍后原样重试。',
    en: 'Too many events wait to be stored. Send it again in a moment.',
  },
  eventWithoutPushes: {
    'zh-CN': '没有规则适用于该事件，没有发送过任何消息。',
    en: 'No rule was for this event, so nothing was sent.',
  },
  filterEmpty: {
    'zh-CN': '请指定事件、规则、应用或企业。',
    en: 'Name an event, a rule, an app or a corp.',
  },
  timeNeeded: {
    'zh-CN': '按规则、应用或企业撤回时，需要时间范围。',
    en: 'Needed where it is not about one event.',
  },
  recallUnanswered: {
    'zh-CN': '没有工作进程在时限内响应。撤回稍后仍可能执行，请刷新查看。',
    en: 'No worker answered in time. It may still be recalled later; look again.',
  },
  recallUnansweredAdvice: {
    'zh-CN': '请检查是否有工作进程在运行，然后重试。',
    en: 'Check that a worker is running, then try again.',
  },
  nothingToRecall: {
    'zh-CN': '没有可以撤回的消息。',
    en: 'There is nothing that could be recalled.',
  },
  nothingToRecallAdvice: {
    'zh-CN': '它们已经撤回、没有发出，或超出了所选时间。',
    en: 'They were recalled, never sent, or are out of the time chosen.',
  },
  stillSending: {
    'zh-CN': '还在发送中，不能重新发送。',
    en: 'It is still being sent.',
  },
  stillSendingAdvice: {
    'zh-CN': '请等它结束，或先撤回。',
    en: 'Wait until it is over, or recall it first.',
  },
  nobodyToResend: {
    'zh-CN': '没有符合条件的接收人，无需重新发送。',
    en: 'There is nobody to send it to again.',
  },
  nobodyToResendAdvice: {
    'zh-CN': '“结果未知”的接收人可能已经收到，需要明确选择才会重新发送。',
    en: 'Recipients with an unknown outcome may have got it; they have to be chosen explicitly.',
  },
  erased: {
    'zh-CN': '消息内容已清除，不能重新发送。',
    en: 'What it said was erased, so it can not be sent again.',
  },
  todoDecided: {
    'zh-CN': '该待办已经有结果：{outcome}。',
    en: 'This to-do has been decided already: {outcome}.',
  },
  todoDecidedAdvice: {
    'zh-CN': '卡片显示最先到达的结果。',
    en: 'The cards show the outcome that came first.',
  },
  planTodo: {
    'zh-CN': '这是通讯录方案的审批，请在任务页面批准或驳回。',
    en: 'This is the approval of a directory plan: approve or reject it in its run.',
  },
} as const satisfies Readonly<Record<string, Text>>;
