import {
  optionProblems,
  ruleProblems,
  templateUsesRecipient,
  toTemplate,
} from '../../../domain/messages/rule';
import type { TemplateDraft } from '../../../domain/messages/rule';
import { aTemplate, limits } from './sample-event';

const codes = (draft: TemplateDraft) =>
  ruleProblems(draft, limits).map(({ path, code }) => `${path}: ${code}`);

describe('what a rule may say', () => {
  it('a text without content is refused when it was emptied, and has the event’s title when left out', () => {
    expect(codes({ type: 'text', content: '' })).toEqual(['content: content-required']);
    expect(codes({ type: 'text', content: '  ' })).toEqual(['content: content-required']);
    expect(codes({ type: 'text' })).toEqual([]);
    expect(codes({ type: 'text', content: null })).toEqual([]);
    expect(toTemplate({ type: 'text' }).content).toBeNull();
  });

  it.each(['news', 'textcard', 'template_card'] as const)(
    'the title of %s is the default again when emptied, its content stays empty',
    (type) => {
      expect(codes({ type, title: '', content: '' })).toEqual([]);
      expect(toTemplate({ type, title: ' ', content: '' })).toMatchObject({ title: null, content: '' });
      expect(toTemplate({ type })).toMatchObject({ title: null, content: null });
    },
  );

  it('a button text has at most four characters, however many bytes', () => {
    expect(codes({ type: 'textcard', buttonText: '查看详情' })).toEqual([]);
    expect(codes({ type: 'textcard', buttonText: '😀😀😀😀' })).toEqual([]);
    expect(codes({ type: 'textcard', buttonText: '查看详情吧' })).toEqual([
      'buttonText: button-text-too-long',
    ]);
    expect(toTemplate({ type: 'textcard', buttonText: '' }).buttonText).toBeNull();
  });

  it('addresses are of the web and have at most 2,048 bytes', () => {
    const long = (bytes: number) => `https://oa.example.com/${'x'.repeat(bytes - 23)}`;
    expect(codes({ type: 'news', url: long(2_048), imageUrl: 'http://oa.example.com/a.png' })).toEqual([]);
    expect(codes({ type: 'news', url: long(2_049) })).toEqual(['url: url-too-long']);
    expect(codes({ type: 'news', url: 'ftp://oa.example.com', imageUrl: 'javascript:alert(1)' })).toEqual([
      'url: not-http-url',
      'imageUrl: not-http-url',
    ]);
  });

  it('addresses may be templates, whose syntax is looked at', () => {
    expect(codes({ type: 'news', url: 'https://oa.example.com/{{event.id | url_encode}}' })).toEqual([]);
    expect(codes({ type: 'news', url: 'https://oa.example.com/{{event.id | sha256}}' })).toEqual([
      'url: template-filter-not-allowed',
    ]);
  });

  it('every wrong field is named, with the place in its template', () => {
    expect(
      ruleProblems({ type: 'textcard', title: '{{ event.title', content: '{% include "x" %}' }, limits),
    ).toMatchObject([
      { path: 'content', code: 'template-tag-not-allowed', params: { line: 1, column: 1 } },
      { path: 'title', code: 'template-syntax', params: { line: 1, column: 1 } },
    ]);
  });

  it('one that mentions the recipient anywhere is rendered for each of them', () => {
    expect(templateUsesRecipient(aTemplate({ title: '{{event.title}}' }))).toBe(false);
    expect(templateUsesRecipient(aTemplate({ url: 'https://oa.example.com/?u={{recipient.loginId}}' }))).toBe(
      true,
    );
  });
});

describe('options', () => {
  it('hours are times of a timezone that exists, and some time apart', () => {
    const problems = (from: string, to: string, timezone = 'Asia/Shanghai') =>
      optionProblems({ quietHours: { from, to, timezone }, digest: null }).map(({ code }) => code);
    expect(problems('22:00', '07:00')).toEqual([]);
    expect(problems('24:00', '7:00')).toEqual(['not-a-time', 'not-a-time']);
    expect(problems('22:00', '22:00')).toEqual(['no-time']);
    expect(problems('22:00', '07:00', 'Mars/Base')).toEqual(['unknown-timezone']);
  });

  it('a digest gathers for one minute to one day', () => {
    const problems = (everyMinutes: number) =>
      optionProblems({ quietHours: null, digest: { everyMinutes } }).map(({ code }) => code);
    expect(problems(1)).toEqual([]);
    expect(problems(1_440)).toEqual([]);
    expect(problems(0)).toEqual(['out-of-range']);
    expect(problems(1_441)).toEqual(['out-of-range']);
    expect(problems(1.5)).toEqual(['out-of-range']);
  });
});
