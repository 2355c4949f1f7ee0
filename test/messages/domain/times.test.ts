import { digestDueAt, digestMessage, digestTemplate } from '../../../domain/messages/digest';
import { quietUntil } from '../../../domain/messages/quiet-hours';
import { digestTexts } from '../../../i18n/message-cards';
import { aTemplate } from './sample-event';

const until = (now: string, from: string, to: string, timezone = 'Asia/Shanghai') =>
  quietUntil(new Date(now), { from, to, timezone })?.toISOString() ?? null;

describe('quiet hours', () => {
  it('are none where the rule has none', () => {
    expect(quietUntil(new Date(), null)).toBeNull();
  });

  it('hold messages to their end, on the clock of their timezone', () => {
    // 12:00 to 14:00 in Shanghai is 04:00 to 06:00.
    expect(until('2026-11-22T03:59:59.999Z', '12:00', '14:00')).toBeNull();
    expect(until('2026-11-22T04:00:00Z', '12:00', '14:00')).toBe('2026-11-22T06:00:00.000Z');
    expect(until('2026-11-22T05:59:59.999Z', '12:00', '14:00')).toBe('2026-11-22T06:00:00.000Z');
    expect(until('2026-11-22T06:00:00Z', '12:00', '14:00')).toBeNull();
  });

  it('may reach over midnight, and hold on both sides of it', () => {
    expect(until('2026-11-22T14:00:00Z', '22:00', '07:00')).toBe('2026-11-22T23:00:00.000Z');
    expect(until('2026-11-22T16:30:00Z', '22:00', '07:00')).toBe('2026-11-22T23:00:00.000Z');
    expect(until('2026-11-22T23:00:00Z', '22:00', '07:00')).toBeNull();
    expect(until('2026-11-22T13:59:59Z', '22:00', '07:00')).toBeNull();
  });

  it('end at the same time on the wall when the clocks are changed', () => {
    // New York: back on 2026-11-01 at 02:00, forward on 2026-03-08 at 02:00.
    expect(until('2026-11-01T03:00:00Z', '22:00', '07:00', 'America/New_York')).toBe(
      '2026-11-01T12:00:00.000Z',
    );
    expect(until('2026-10-31T03:00:00Z', '22:00', '07:00', 'America/New_York')).toBe(
      '2026-10-31T11:00:00.000Z',
    );
    expect(until('2026-03-08T04:00:00Z', '22:00', '07:00', 'America/New_York')).toBe(
      '2026-03-08T11:00:00.000Z',
    );
  });

  it('of no length hold nothing', () => {
    expect(until('2026-11-22T04:00:00Z', '12:00', '12:00')).toBeNull();
  });
});

describe('digests', () => {
  const due = (now: string, minutes: number) => digestDueAt(new Date(now), minutes).toISOString();

  it('are due at the end of their stretch, the same for everybody in it', () => {
    expect(due('2026-11-22T08:00:00.001Z', 30)).toBe('2026-11-22T08:30:00.000Z');
    expect(due('2026-11-22T08:29:59.999Z', 30)).toBe('2026-11-22T08:30:00.000Z');
    expect(due('2026-11-22T08:30:00Z', 30)).toBe('2026-11-22T09:00:00.000Z');
  });

  it('tell how many wait, and their titles', () => {
    expect(digestMessage(['差旅申请', '采购\n申请'], digestTexts('zh-CN'))).toEqual({
      title: '2 条消息待处理',
      content: '· 差旅申请\n· 采购 申请',
    });
    expect(digestMessage(['a', 'b'], digestTexts('en')).title).toBe('2 messages waiting');
  });

  it('name twenty and count the rest', () => {
    const { content } = digestMessage(
      Array.from({ length: 23 }, (_, index) => `申请${index}`),
      digestTexts('zh-CN'),
    );
    expect(content.split('\n')).toHaveLength(21);
    expect(content).toMatch(/还有 3 条$/);
  });

  it('are texts, unless the rule has an address that is the same for all', () => {
    expect(digestTemplate(aTemplate({ type: 'template_card' })).type).toBe('text');
    expect(digestTemplate(aTemplate({ url: 'https://oa.example.com/{{event.id}}' })).type).toBe('text');
    expect(digestTemplate(aTemplate({ url: 'https://oa.example.com/todos' }))).toMatchObject({
      type: 'textcard',
      title: null,
      content: null,
    });
  });
});
