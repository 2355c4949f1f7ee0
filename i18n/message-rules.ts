import type { OptionProblem, RuleProblem, RuleProblemCode } from '../domain/messages/rule';
import type { TemplateProblemCode } from '../domain/messages/template';
import { translate, type Lang, type Text } from './index';
import { templatePlace, templateProblemTexts } from './messages';

/** What the API says about rules of messages, their previews, and the apps they go through. */
export const messageRuleTexts = {
  changeEmpty: { 'zh-CN': '没有要修改的内容。', en: 'There is nothing to change.' },
  noRule: {
    'zh-CN': '没有这条推送规则，可能已被删除。',
    en: 'There is no such rule; it may have been removed.',
  },
  pictureTooSmall: { 'zh-CN': '文件是空的，或太小。', en: 'The file is empty, or too small.' },
  pictureTooLarge: { 'zh-CN': '图片不能超过 2 MB。', en: 'A picture can not be larger than 2 MB.' },
  notAPicture: {
    'zh-CN': '只支持 JPG、PNG 图片；这个文件的内容不是。',
    en: 'Only JPG and PNG are taken, and what is in this file is neither.',
  },
  ruleTwice: { 'zh-CN': '同一条规则出现了两次。', en: 'The same rule stands in it twice.' },
  unknownRule: { 'zh-CN': '没有这条推送规则。', en: 'There is no such rule.' },
  unknownCorp: { 'zh-CN': '没有连接这个企业。', en: 'No such corp is connected.' },
  unknownApp: { 'zh-CN': '这个企业没有连接该应用。', en: 'No such app of this corp is connected.' },
  corpNeeded: { 'zh-CN': '请同时指定企业。', en: 'Needed together with the app.' },
  eventOrSample: {
    'zh-CN': 'event 和 sample 不能同时给出。',
    en: 'Either an event or a sample, not both.',
  },
  callbackMissing: {
    'zh-CN':
      '该应用没有配置回调（接收消息服务器），企业微信会拒绝模板卡片（43012）。请先在应用中填写回调的 URL、Token 和 EncodingAESKey。',
    en: 'The app has no callback, and without one WeCom refuses template cards (43012). Set its URL, Token and EncodingAESKey first.',
  },
  contentOutlivesLog: {
    'zh-CN': '内容的保留天数不能超过记录的保留天数。',
    en: 'Contents can not be kept longer than the log they belong to.',
  },
  noApp: { 'zh-CN': '没有这个应用。', en: 'There is no such app.' },
  appNotPaused: {
    'zh-CN': '该应用没有暂停，消息正常发送。',
    en: 'The app is not paused; its messages are sent.',
  },
  appPaused: {
    'zh-CN': '企业微信拒绝了该应用的请求，它的消息暂停发送，恢复后自动继续，不会丢失。',
    en: 'WeCom refused the app, so its messages wait. They go on by themselves when it may send again; nothing is lost.',
  },
} as const satisfies Readonly<Record<string, Text>>;

const ruleProblemTexts: Readonly<Record<Exclude<RuleProblemCode, `template-${TemplateProblemCode}`>, Text>> =
  {
    'content-required': {
      'zh-CN': '文字消息的内容必填，不支持清空；默认是消息标题。',
      en: 'A text message needs a content; it can not be emptied. By default it is the title of the event.',
    },
    'button-text-too-long': {
      'zh-CN': '按钮文本不能超过 {max} 个字符（现在 {length} 个）。',
      en: 'The button text may have {max} characters at most; this has {length}.',
    },
    'not-http-url': {
      'zh-CN': '应为 http:// 或 https:// 开头的完整地址。',
      en: 'Has to be a whole address that begins with http:// or https://.',
    },
    'url-too-long': {
      'zh-CN': '地址不能超过 {max} 字节（现在 {bytes} 字节）。',
      en: 'The address may have {max} bytes at most; this has {bytes}.',
    },
  };

const optionProblemTexts: Readonly<Record<OptionProblem['code'], Text>> = {
  'not-a-time': { 'zh-CN': '应为 00:00 到 23:59 的时间。', en: 'Has to be a time from 00:00 to 23:59.' },
  'no-time': {
    'zh-CN': '免打扰的开始和结束不能相同。',
    en: 'Quiet hours can not end when they begin.',
  },
  'unknown-timezone': { 'zh-CN': '没有这个时区：{timezone}', en: 'There is no such time zone: {timezone}' },
  'out-of-range': {
    'zh-CN': '应为 {min} 到 {max} 的整数（分钟）。',
    en: 'Has to be a whole number of minutes from {min} to {max}.',
  },
};

export function ruleProblemText({ code, params }: RuleProblem, lang: Lang): string {
  if (!isTemplateProblem(code)) return translate(ruleProblemTexts[code], lang, params);
  const problem = code.slice('template-'.length) as TemplateProblemCode;
  const { line, column } = params;
  const place =
    line === undefined || column === undefined ? '' : translate(templatePlace, lang, { line, column });
  return translate(templateIsWrong, lang, {
    problem: translate(templateProblemTexts[problem], lang, params),
    place,
  });
}

const templateIsWrong: Text = {
  'zh-CN': '模板无法使用：{problem}{place}',
  en: 'This template can not be used: {problem}{place}',
};

function isTemplateProblem(code: RuleProblemCode): code is `template-${TemplateProblemCode}` {
  return code.startsWith('template-');
}

export function optionProblemText({ code, params }: OptionProblem, lang: Lang): string {
  return translate(optionProblemTexts[code], lang, params);
}

/** An event made up for a preview. */
export const sampleTexts = {
  todoTitle: { 'zh-CN': '张伟提交的采购申请，请审批', en: 'Purchase request waits for approval' },
  todoContent: {
    'zh-CN': '申请部门：市场部\n金额：12,800 元\n事由：展会物料采购',
    en: 'Department: Marketing\nAmount: 12,800 CNY\nReason: material for the trade fair',
  },
  title: { 'zh-CN': '关于国庆节放假安排的通知', en: 'Holiday schedule for the National Day' },
  content: {
    'zh-CN': '10 月 1 日至 7 日放假，10 月 8 日正常上班。请提前安排好工作。',
    en: 'The office is closed from 1 to 7 October and open again on 8 October. Please plan ahead.',
  },
  approve: { 'zh-CN': '同意', en: 'Approve' },
  reject: { 'zh-CN': '退回', en: 'Return' },
  applicant: { 'zh-CN': '张伟', en: 'Wei Zhang' },
  recipientName: { 'zh-CN': '李娜', en: 'Na Li' },
  department: { 'zh-CN': '财务部', en: 'Finance' },
  position: { 'zh-CN': '财务经理', en: 'Finance manager' },
} as const satisfies Readonly<Record<string, Text>>;

export type PictureProblemText = 'pictureTooSmall' | 'pictureTooLarge' | 'notAPicture';
