import { cutMarkupTo, cutTo } from '../../../domain/messages/fit';
import { renderMessage, shownFields, withTaskId } from '../../../domain/messages/render';
import type { MessageBody, RenderRequest } from '../../../domain/messages/render';
import { aRequest, aTodo, hanmeimei } from './sample-event';

function messageOf(request: RenderRequest): { readonly body: MessageBody; readonly cut: readonly string[] } {
  const result = renderMessage(request);
  if (result.kind === 'failed') throw new Error(JSON.stringify(result.reason));
  return result;
}
const bodyOf = (request: RenderRequest) => messageOf(request).body;
const reasonOf = (request: RenderRequest) => {
  const result = renderMessage(request);
  return result.kind === 'failed' ? result.reason : undefined;
};
const bytes = (text: string) => Buffer.byteLength(text);
const refuse = { options: { onTooLong: 'refuse' } } as const;

describe('texts', () => {
  it('say the event’s title unless the rule says something else', () => {
    expect(bodyOf(aRequest({ type: 'text' }))).toEqual({
      msgtype: 'text',
      text: { content: '请审批：差旅申请' },
    });
    expect(bodyOf(aRequest({ type: 'text', content: '{{event.content}}！' }))).toEqual({
      msgtype: 'text',
      text: { content: '李雷提交了差旅申请！' },
    });
  });

  it('that would be empty say the title, because WeCom takes no empty one', () => {
    expect(bodyOf(aRequest({ type: 'text', content: '{{event.data.nothing}} ' }))).toMatchObject({
      text: { content: '请审批：差旅申请' },
    });
  });

  it('hold 2,048 bytes, not characters', () => {
    const fits = `${'中'.repeat(682)}xy`;
    expect(bytes(fits)).toBe(2_048);
    expect(messageOf(aRequest({ type: 'text' }, { title: fits }))).toMatchObject({
      body: { text: { content: fits } },
      cut: [],
    });
    const { body, cut } = messageOf(aRequest({ type: 'text' }, { title: `${fits}z` }));
    expect(cut).toEqual(['content']);
    expect(body).toMatchObject({ text: { content: `${'中'.repeat(681)}…` } });
  });

  it('keep their links whole when they are cut', () => {
    const link = '<a href="https://oa.example.com/1">这里</a>';
    const content = `${'x'.repeat(2_020)}${link}`;
    const { text } = bodyOf(aRequest({ type: 'text', content })) as Extract<MessageBody, { msgtype: 'text' }>;
    expect(text.content).toBe(`${'x'.repeat(2_020)}…`);
  });
});

describe('news', () => {
  it('have title, content, address and the event’s own picture', () => {
    const event = { imageUrl: 'https://oa.example.com/own.png' };
    expect(
      bodyOf(aRequest({ type: 'news', imageUrl: 'https://bridge.example.com/rule.png' }, event)),
    ).toEqual({
      msgtype: 'news',
      news: {
        articles: [
          {
            title: '请审批：差旅申请',
            description: '李雷提交了差旅申请',
            url: 'https://oa.example.com/approval/1',
            picurl: 'https://oa.example.com/own.png',
          },
        ],
      },
    });
  });

  it('have the rule’s picture where the event has none, and go without where neither has', () => {
    const rule = { type: 'news', imageUrl: 'https://bridge.example.com/{{event.module}}.png' } as const;
    expect(shownFields(bodyOf(aRequest(rule))).imageUrl).toBe('https://bridge.example.com/approval.png');
    expect(bodyOf(aRequest({ type: 'news' }))).not.toHaveProperty('news.articles.0.picurl');
  });

  it('go without a picture whose address is none, and say so', () => {
    const { body, cut } = messageOf(aRequest({ type: 'news', imageUrl: '{{event.title}}' }));
    expect(body).not.toHaveProperty('news.articles.0.picurl');
    expect(cut).toEqual(['imageUrl']);
  });

  it('may be without content', () => {
    expect(bodyOf(aRequest({ type: 'news', content: '' }))).not.toHaveProperty('news.articles.0.description');
    expect(bodyOf(aRequest({ type: 'news' }, { content: null }))).not.toHaveProperty(
      'news.articles.0.description',
    );
  });
});

describe('text cards', () => {
  it('have the default button, and the rule’s own', () => {
    expect(bodyOf(aRequest({}))).toEqual({
      msgtype: 'textcard',
      textcard: {
        title: '请审批：差旅申请',
        description: '李雷提交了差旅申请',
        url: 'https://oa.example.com/approval/1',
        btntxt: '详情',
      },
    });
    expect(shownFields(bodyOf(aRequest({ buttonText: '去处理' }))).buttonText).toBe('去处理');
  });

  it('without content get the least that WeCom takes', () => {
    const body = bodyOf(aRequest({ content: '' }));
    expect(body).toMatchObject({ textcard: { description: ' ' } });
    expect(shownFields(body).content).toBe('');
  });

  it('have a title of one line, and the event’s where the rule’s comes out empty', () => {
    expect(shownFields(bodyOf(aRequest({ title: 'a\n  b' }))).title).toBe('a b');
    expect(shownFields(bodyOf(aRequest({ title: '{{event.data.x}}' }))).title).toBe('请审批：差旅申请');
  });

  it('hold 128 bytes of title and 512 of content', () => {
    const fits = { title: `${'中'.repeat(42)}xy`, content: `${'中'.repeat(170)}xy` };
    expect(messageOf(aRequest({}, fits)).cut).toEqual([]);
    const { body, cut } = messageOf(aRequest({}, { title: `${fits.title}z`, content: `${fits.content}z` }));
    expect(cut).toEqual(['title', 'content']);
    expect(body).toMatchObject({
      textcard: { title: `${'中'.repeat(41)}…`, description: `${'中'.repeat(169)}…` },
    });
  });

  it('too long are refused with field and bytes where the rule says so', () => {
    expect(reasonOf(aRequest({}, { title: 'x'.repeat(129) }, refuse))).toEqual({
      code: 'too-long',
      params: { field: 'title', length: 129, bytes: 129, max: 128, unit: 'bytes' },
    });
    expect(reasonOf(aRequest({}, { title: 'x'.repeat(128) }, refuse))).toBeUndefined();
  });

  it('are made for each recipient where the rule says their name', () => {
    const request = aRequest({ title: '{{recipient.name}}：{{event.title}}' }, {}, { recipient: hanmeimei });
    expect(shownFields(bodyOf(request)).title).toBe('韩梅梅：请审批：差旅申请');
  });
});

describe('addresses', () => {
  it('are the event’s own, else the rule’s, else the fallback', () => {
    const rule = 'https://oa.example.com/all?id={{event.id | url_encode}}';
    const url = (request: RenderRequest) => shownFields(bodyOf(request)).url;
    expect(url(aRequest({ url: rule }))).toBe('https://oa.example.com/approval/1');
    expect(url(aRequest({ url: rule }, { url: null }))).toBe('https://oa.example.com/all?id=approval-1');
    const links = { fallbackUrl: 'https://bridge.example.com/' };
    expect(url(aRequest({}, { url: null }, { links }))).toBe('https://bridge.example.com/');
  });

  it.each(['textcard', 'news'] as const)('a %s without any fails', (type) => {
    expect(reasonOf(aRequest({ type }, { url: null }))).toEqual({ code: 'no-url' });
    expect(reasonOf(aRequest({ type, url: '{{event.data.link}}' }, { url: '' }))).toEqual({ code: 'no-url' });
  });

  it('that are none, or too long, fail whatever the rule says of what is too long', () => {
    expect(reasonOf(aRequest({ url: '{{event.title}}' }, { url: null }))).toMatchObject({
      code: 'template-broken',
      params: { field: 'url' },
    });
    const long = `https://oa.example.com/${'x'.repeat(2_026)}`;
    expect(reasonOf(aRequest({}, { url: long }))).toMatchObject({
      code: 'too-long',
      params: { field: 'url', bytes: 2_049, max: 2_048 },
    });
    expect(reasonOf(aRequest({}, { url: long.slice(0, -1) }))).toBeUndefined();
  });
});

describe('templates that fail while rendering', () => {
  it('fail the message with field and place, and throw nothing', () => {
    const title = '{% for a in (1..9999) %}{% for b in (1..9999) %}x{% endfor %}{% endfor %}';
    expect(reasonOf(aRequest({ title }))).toMatchObject({
      code: 'template-broken',
      params: { field: 'title', problem: 'too-much-work', line: 1 },
    });
  });
});

describe('template cards', () => {
  it('are for to-dos only', () => {
    expect(reasonOf(aRequest({ type: 'template_card' }))).toEqual({ code: 'not-a-todo' });
  });

  it.each([
    ['pending', '待处理'],
    ['returned', '退回'],
    ['copied', '抄送'],
    ['forwarded', '转发'],
    ['circulated', '传阅'],
    ['consulted', '意见征询'],
  ] as const)('say of a %s to-do that it is %s', (kind, said) => {
    expect(bodyOf(aRequest({ type: 'template_card' }, { todo: aTodo({ kind }) }))).toMatchObject({
      template_card: { source: { desc: said } },
    });
  });

  it('have buttons where the workflow shows its actions', () => {
    expect(bodyOf(aRequest({ type: 'template_card' }, { todo: aTodo() }))).toEqual({
      msgtype: 'template_card',
      template_card: {
        card_type: 'button_interaction',
        source: { desc: '待处理', desc_color: 0 },
        main_title: { title: '请审批：差旅申请' },
        sub_title_text: '李雷提交了差旅申请',
        card_action: { type: 1, url: 'https://oa.example.com/approval/1' },
        button_list: [
          { type: 0, text: '同意', style: 1, key: 'approve' },
          { type: 0, text: '退回', style: 2, key: 'reject' },
        ],
      },
    });
  });

  it.each([aTodo({ showActions: false }), aTodo({ actions: [] })])(
    'have a menu instead where there are no buttons, so that they can be changed later',
    (todo) => {
      expect(bodyOf(aRequest({ type: 'template_card' }, { todo }))).toMatchObject({
        template_card: {
          card_type: 'text_notice',
          action_menu: { action_list: [{ text: '看看最新状态', key: expect.any(String) as string }] },
        },
      });
    },
  );

  it('need an address only where they have no buttons', () => {
    const template = { type: 'template_card' } as const;
    expect(reasonOf(aRequest(template, { todo: aTodo(), url: null }))).toBeUndefined();
    expect(reasonOf(aRequest(template, { todo: aTodo({ showActions: false }), url: null }))).toEqual({
      code: 'no-url',
    });
  });

  it('show 36 characters of title and 160 of content', () => {
    const event = { todo: aTodo(), title: '中'.repeat(37), content: '中'.repeat(161) };
    const { body, cut } = messageOf(aRequest({ type: 'template_card' }, event));
    expect(body).toMatchObject({
      template_card: {
        main_title: { title: `${'中'.repeat(35)}…` },
        sub_title_text: `${'中'.repeat(159)}…`,
      },
    });
    expect(cut).toEqual(['title', 'content']);
    expect(reasonOf(aRequest({ type: 'template_card' }, event, refuse))).toMatchObject({
      code: 'too-long',
      params: { field: 'title', length: 37, max: 36, unit: 'characters' },
    });
  });

  it('get their task id last, and other messages none', () => {
    const card = bodyOf(aRequest({ type: 'template_card' }, { todo: aTodo() }));
    expect(withTaskId(card, 'call-1')).toMatchObject({ template_card: { task_id: 'call-1' } });
    const text = bodyOf(aRequest({ type: 'text' }));
    expect(withTaskId(text, 'call-1')).toEqual(text);
  });
});

describe('cutting', () => {
  const byBytes = (max: number) => ({ max, unit: 'bytes' }) as const;

  it('never splits a character, and counts its own "…"', () => {
    expect(cutTo('中文字', byBytes(8))).toBe('中…');
    expect(cutTo('a😀b', byBytes(5))).toBe('a…');
    expect(cutTo('👨‍👩‍👧x', byBytes(10))).toBe('…');
    expect(cutTo('中文', byBytes(6))).toBe('中文');
    expect(cutTo('中文', { max: 1, unit: 'characters' })).toBe('…');
  });

  it('gives nothing where not even "…" fits', () => {
    expect(cutTo('中文', byBytes(2))).toBe('');
  });

  it('never ends inside a tag or an entity, and closes what is open', () => {
    expect(cutMarkupTo('<div class="gray">一二三四</div>', byBytes(33))).toBe(
      '<div class="gray">一二…</div>',
    );
    expect(cutMarkupTo('一二<br>三四五六七', byBytes(14))).toBe('一二<br>…');
    expect(cutMarkupTo('一二<br>三四五', byBytes(12))).toBe('一二…');
    expect(cutMarkupTo('ab&amp;cdef', byBytes(10))).toBe('ab&amp;…');
    expect(cutMarkupTo('ab&amp;cdef', byBytes(9))).toBe('ab…');
  });

  it('takes no longer for a long text than for a short one', () => {
    for (let times = 0; times < 50; times += 1) cutMarkupTo('中<br>'.repeat(200_000), byBytes(512));
  });

  it.each(Array.from({ length: 60 }, (_, max) => max))('holds for a limit of %d bytes', (max) => {
    const text = '一<div class="highlight">二&lt;三<br/>四 < 五</div>六😀';
    const cut = cutMarkupTo(text, byBytes(max));
    expect(bytes(cut)).toBeLessThanOrEqual(max);
    expect((cut.match(/<div/g) ?? []).length).toBe((cut.match(/<\/div>/g) ?? []).length);
    expect(cut).not.toMatch(/<[a-z/][^>]*$|&[a-z]*$|�/);
  });
});
