import type { CardContext, TemplateCard } from '../../../domain/messages/card';
import {
  actionProblems,
  ignoredTapCard,
  initialCard,
  lateCard,
  oaAwayCard,
  openCard,
  outcomeCard,
  refusedCard,
  showStateKey,
  tappedText,
  withCardTaskId,
} from '../../../domain/messages/card';
import { cardTexts } from '../../../i18n/message-cards';
import { languages } from '../../../i18n';
import { limits, timezone, twoActions } from './sample-event';

const context: CardContext = { texts: cardTexts('zh-CN'), limits, timezone };
const subject = {
  title: '请审批：差旅申请',
  content: '李雷提交了差旅申请',
  url: 'https://oa.example.com/approval/1',
  kind: 'pending',
  actions: twoActions,
  linkButton: null,
} as const;

function sentCard(changes: Partial<Parameters<typeof initialCard>[0]> = {}): TemplateCard {
  const card = initialCard({ ...subject, ...changes }, context);
  if (card === null) throw new Error('no card');
  return card;
}

const decision = {
  outcomeText: '已同意',
  by: '韩梅梅',
  at: new Date('2026-11-22T01:30:00Z'),
  via: 'card',
} as const;

describe('a card with buttons', () => {
  it('has at most six, the first one standing out', () => {
    const actions = Array.from({ length: 8 }, (_, index) => ({ key: `k${index}`, text: `按钮${index}` }));
    const { button_list: buttons = [] } = sentCard({ actions });
    expect(buttons).toHaveLength(6);
    expect(buttons.map(({ style }) => style)).toEqual([1, 2, 2, 2, 2, 2]);
  });

  it('shows ten characters of a button, and keeps its key', () => {
    expect(sentCard({ actions: [{ key: 'k', text: '一二三四五六七八九十多' }] }).button_list).toEqual([
      { type: 0, text: '一二三四五六七八九…', style: 1, key: 'k' },
    ]);
  });

  it('may have a button that leads elsewhere, which takes the place of one that decides', () => {
    const actions = Array.from({ length: 6 }, (_, index) => ({ key: `k${index}`, text: `按钮${index}` }));
    const linkButton = { text: '去控制台', url: 'https://bridge.example.com/runs/1' };
    const { button_list: buttons = [] } = sentCard({ actions, linkButton });
    expect(buttons).toHaveLength(6);
    expect(buttons[0]).toEqual({ type: 1, text: '去控制台', style: 1, url: linkButton.url });
  });

  it('knows what a tapped button says', () => {
    expect(tappedText(sentCard(), 'reject')).toBe('退回');
    expect(tappedText(sentCard(), 'other')).toBeNull();
    expect(tappedText(null, 'reject')).toBeNull();
  });
});

describe('a card without buttons', () => {
  it('has a menu whose one entry asks for the latest state', () => {
    expect(sentCard({ actions: [] })).toMatchObject({
      card_type: 'text_notice',
      action_menu: { action_list: [{ text: '看看最新状态', key: showStateKey }] },
      card_action: { type: 1, url: subject.url },
    });
  });

  it('is none where it leads nowhere', () => {
    expect(initialCard({ ...subject, actions: [], url: null }, context)).toBeNull();
  });
});

describe('once it is decided', () => {
  it('everybody sees what, by whom and when, and no button works any more', () => {
    expect(outcomeCard(sentCard(), decision, context)).toEqual({
      ...sentCard(),
      main_title: { title: subject.title, desc: '已处理' },
      replace_text: '已同意',
      horizontal_content_list: [
        { keyname: '结果', value: '已同意' },
        { keyname: '处理人', value: '韩梅梅' },
        { keyname: '时间', value: '2026-11-22 09:30' },
        { keyname: '途径', value: '企业微信卡片' },
      ],
    });
  });

  it('a card with a menu loses it', () => {
    const card = outcomeCard(sentCard({ actions: [] }), decision, context);
    expect(card).not.toHaveProperty('action_menu');
    expect(card).not.toHaveProperty('replace_text');
    expect(card).toMatchObject({ card_type: 'text_notice', card_action: { url: subject.url } });
  });

  it('what is not known is left out', () => {
    const card = outcomeCard(sentCard(), { outcomeText: '已办结', by: null, at: null }, context);
    expect(card.horizontal_content_list).toEqual([{ keyname: '结果', value: '已办结' }]);
  });

  it('who was late reads that somebody was faster, and what was decided', () => {
    const card = lateCard(sentCard(), { ...decision, tapped: '退回' }, context);
    expect(card.main_title.desc).toBe('已有人先处理，您的“退回”没有生效');
    expect(card).toMatchObject({ replace_text: '已同意' });
  });

  it('a card whose content is erased still says the outcome', () => {
    expect(outcomeCard(null, decision, context)).toMatchObject({
      main_title: { title: '内容已清除', desc: '已处理' },
      replace_text: '已同意',
    });
  });
});

describe('while it is not decided', () => {
  it('the OA’s refusal is shown in its words, and the buttons stay', () => {
    const card = refusedCard(sentCard(), { said: '预算不足', tapped: '同意' }, context);
    expect(card).toMatchObject({
      main_title: { desc: 'OA 没有接受“同意”' },
      quote_area: { type: 0, quote_text: '预算不足' },
      button_list: sentCard().button_list,
    });
    expect(card).not.toHaveProperty('replace_text');
  });

  it('a decision the OA could not take yet is kept, and the card says so', () => {
    const card = oaAwayCard(sentCard(), { tapped: '同意' }, context);
    expect(card.main_title.desc).toContain('“同意”已保留');
    expect(card).toMatchObject({ replace_text: '已保留，等待 OA' });
  });

  it('asking for the latest state says that nobody has decided, and keeps the menu', () => {
    const card = openCard(sentCard({ actions: [] }), new Date('2026-11-22T01:30:00Z'), context);
    expect(card.main_title.desc).toBe('尚未处理 · 2026-11-22 09:30');
    expect(card).toHaveProperty('action_menu');
  });

  it('a tap that does not count says why', () => {
    expect(ignoredTapCard(sentCard(), 'not-bound', context).main_title.desc).toContain('未关联');
  });

  it('changes carry the card’s task id again', () => {
    expect(withCardTaskId(sentCard(), 'call-1').task_id).toBe('call-1');
  });
});

describe('what WeCom shows of a card', () => {
  it.each(languages)('every text fits (%s)', (lang) => {
    const texts = cardTexts(lang);
    const chars = (text: string) => [...text].length;
    const action = '一二三四五六七八九十';
    const remarks = [
      texts.decided,
      `${texts.stillOpen} · 2026-11-22 09:30`,
      texts.refused(action),
      texts.late(action),
      texts.oaAway(action),
      ...Object.values(texts.tapRefusals),
    ];
    for (const remark of remarks) expect(chars(remark)).toBeLessThanOrEqual(limits.card.titleDescChars);
    for (const kind of Object.values(texts.kinds))
      expect(chars(kind)).toBeLessThanOrEqual(limits.card.sourceChars);
    for (const row of Object.values(texts.rows))
      expect(chars(row)).toBeLessThanOrEqual(limits.card.rowNameChars);
    expect(chars(texts.kept)).toBeLessThanOrEqual(limits.card.buttonTextChars);
  });

  it('long values of others are cut', () => {
    const card = outcomeCard(
      sentCard(),
      { ...decision, outcomeText: '长'.repeat(40), by: 'x'.repeat(40) },
      context,
    );
    expect(card.replace_text).toBe(`${'长'.repeat(9)}…`);
    expect(card.horizontal_content_list?.map(({ value }) => [...value].length)).toEqual([30, 30, 16, 6]);
  });
});

describe('actions that become buttons', () => {
  const codes = (...actions: readonly { key: string; text: string }[]) =>
    actionProblems(actions, limits).map(({ index, code }) => `${index}: ${code}`);

  it('have keys of their own, of at most 1,024 bytes, and texts of at most ten characters', () => {
    expect(codes(...twoActions)).toEqual([]);
    expect(codes({ key: '', text: '' })).toEqual(['0: key-missing', '0: text-missing']);
    expect(codes({ key: 'a', text: '同意' }, { key: 'a', text: '退回' })).toEqual(['1: key-twice']);
    expect(codes({ key: 'x'.repeat(1_024), text: '一二三四五六七八九十' })).toEqual([]);
    expect(codes({ key: `${'中'.repeat(341)}xy`, text: '一二三四五六七八九十多' })).toEqual([
      '0: key-too-long',
      '0: text-too-long',
    ]);
    expect(codes({ key: showStateKey, text: '看' })).toEqual(['0: key-reserved']);
  });

  it('are six at most', () => {
    const actions = Array.from({ length: 7 }, (_, index) => ({ key: `k${index}`, text: '好' }));
    expect(codes(...actions)).toEqual(['6: too-many']);
  });
});
