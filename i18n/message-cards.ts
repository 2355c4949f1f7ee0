import type { CardTexts, TapRefusal } from '../domain/messages/card';
import type { DigestTexts } from '../domain/messages/digest';
import type { TodoKind } from '../domain/messages/message';
import { translate, type Lang, type Text, type TextParams } from './index';

/** What members read in WeCom: on cards, and above the lines of a digest. WeCom shows few characters of each. */

const kindTexts: Readonly<Record<TodoKind, Text>> = {
  pending: { 'zh-CN': '待处理', en: 'To do' },
  returned: { 'zh-CN': '退回', en: 'Returned' },
  copied: { 'zh-CN': '抄送', en: 'Copied to you' },
  forwarded: { 'zh-CN': '转发', en: 'Forwarded' },
  circulated: { 'zh-CN': '传阅', en: 'To be read' },
  consulted: { 'zh-CN': '意见征询', en: 'Asked for advice' },
};

const tapRefusalTexts: Readonly<Record<TapRefusal, Text>> = {
  'not-a-recipient': {
    'zh-CN': '这张卡片不是发给您的，操作没有生效。',
    en: 'This card was not sent to you: no effect.',
  },
  'not-bound': {
    'zh-CN': '您的企业微信未关联 OA 账号，操作没有生效。',
    en: 'You are not linked to an OA user: no effect.',
  },
  'not-active': {
    'zh-CN': '您的 OA 账号已停用，操作没有生效。',
    en: 'Your OA account is not active: no effect.',
  },
  'unknown-action': {
    'zh-CN': '该操作已不存在，请在 OA 中处理。',
    en: 'No such action any more: use the OA.',
  },
  'not-an-approver': {
    'zh-CN': '您现在不是审批人，操作没有生效。',
    en: 'You are no approver now: no effect.',
  },
  'plan-changed': {
    'zh-CN': '方案已经变化，操作没有生效。',
    en: 'The plan has changed: no effect.',
  },
};

const cardWords = {
  menu: { 'zh-CN': '更多', en: 'More' },
  showState: { 'zh-CN': '看看最新状态', en: 'Show the latest state' },
  outcomeRow: { 'zh-CN': '结果', en: 'State' },
  byRow: { 'zh-CN': '处理人', en: 'By' },
  atRow: { 'zh-CN': '时间', en: 'At' },
  viaRow: { 'zh-CN': '途径', en: 'Via' },
  viaCard: { 'zh-CN': '企业微信卡片', en: 'WeCom card' },
  viaOa: { 'zh-CN': 'OA', en: 'OA' },
  decided: { 'zh-CN': '已处理', en: 'Done' },
  stillOpen: { 'zh-CN': '尚未处理', en: 'Not decided yet' },
  oaReply: { 'zh-CN': 'OA 的答复', en: 'The OA says' },
  kept: { 'zh-CN': '已保留，等待 OA', en: 'Kept' },
  notAccepted: { 'zh-CN': 'OA 没有说明原因。', en: 'The OA gave no reason.' },
  unknownToOa: { 'zh-CN': 'OA 中没有这个待办。', en: 'The OA has no such to-do.' },
  untitled: { 'zh-CN': '内容已清除', en: 'Content erased' },
  refused: { 'zh-CN': 'OA 没有接受“{action}”', en: 'The OA did not take “{action}”' },
  late: { 'zh-CN': '已有人先处理，您的“{action}”没有生效', en: 'Decided before your “{action}”' },
  oaAway: {
    'zh-CN': 'OA 暂时没有响应，“{action}”已保留，恢复后自动送达',
    en: 'The OA is away: “{action}” is kept',
  },
} as const satisfies Record<string, Text>;

const digestWords = {
  waiting: { 'zh-CN': '{n} 条消息待处理', en: '{n} messages waiting' },
  more: { 'zh-CN': '还有 {n} 条', en: '{n} more' },
} as const satisfies Record<string, Text>;

export function cardTexts(lang: Lang): CardTexts {
  const say = (text: Text, params?: TextParams) => translate(text, lang, params);
  return {
    kinds: allIn(kindTexts, lang),
    menu: say(cardWords.menu),
    showState: say(cardWords.showState),
    rows: {
      outcome: say(cardWords.outcomeRow),
      by: say(cardWords.byRow),
      at: say(cardWords.atRow),
      via: say(cardWords.viaRow),
    },
    via: { card: say(cardWords.viaCard), oa: say(cardWords.viaOa) },
    decided: say(cardWords.decided),
    stillOpen: say(cardWords.stillOpen),
    oaReply: say(cardWords.oaReply),
    kept: say(cardWords.kept),
    notAccepted: say(cardWords.notAccepted),
    unknownToOa: say(cardWords.unknownToOa),
    untitled: say(cardWords.untitled),
    tapRefusals: allIn(tapRefusalTexts, lang),
    refused: (action) => say(cardWords.refused, { action }),
    late: (action) => say(cardWords.late, { action }),
    oaAway: (action) => say(cardWords.oaAway, { action }),
  };
}

export function digestTexts(lang: Lang): DigestTexts {
  return {
    waiting: (n) => translate(digestWords.waiting, lang, { n }),
    more: (n) => translate(digestWords.more, lang, { n }),
  };
}

function allIn<Code extends string>(
  texts: Readonly<Record<Code, Text>>,
  lang: Lang,
): Readonly<Record<Code, string>> {
  const entries = Object.entries<Text>(texts).map(([code, text]) => [code, text[lang]] as const);
  return Object.fromEntries(entries) as Record<Code, string>;
}
