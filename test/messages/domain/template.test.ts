import { parseTemplate, renderTemplate, usesRecipient } from '../../../domain/messages/template';
import type { MessageEvent } from '../../../domain/messages/message';
import type { RecipientScope, TemplateProblem } from '../../../domain/messages/template';
import { anEvent, hanmeimei, timezone } from './sample-event';

function rendering(text: string, event: Partial<MessageEvent> = {}, recipient: RecipientScope | null = null) {
  const parsed = parseTemplate(text);
  if (!parsed.ok) throw new Error(parsed.problem.detail);
  return renderTemplate(parsed.template, { event: anEvent(event), recipient }, timezone);
}

function rendered(text: string, event?: Partial<MessageEvent>, recipient?: RecipientScope | null): string {
  const result = rendering(text, event, recipient);
  if (!result.ok) throw new Error(result.problem.detail);
  return result.text;
}

function problemOf(text: string): TemplateProblem | undefined {
  const parsed = parseTemplate(text);
  return parsed.ok ? undefined : parsed.problem;
}

describe('variables', () => {
  it('are those of the event and of the recipient', () => {
    const todo = { taskId: 't-1', kind: 'returned', showActions: false, actions: [] } as const;
    const text =
      '{{event.module}}/{{event.id}} {{event.title}} {{event.data.days}} {{event.todo.kind}} {{recipient.name}}';
    expect(rendered(text, { data: { days: 3 }, todo }, hanmeimei)).toBe(
      'approval/approval-1 请审批：差旅申请 3 returned 韩梅梅',
    );
  });

  it('that are missing are empty', () => {
    expect(rendered('[{{event.data.a.b.c}}{{event.nothing}}{{recipient.name}}{{other}}]')).toBe('[]');
  });

  it('reach nothing but what the event carries itself', () => {
    expect(rendered('[{{event.data.constructor}}{{event.title.constructor}}{{event.__proto__}}]')).toBe('[]');
    expect(rendered('[{{event.data.toString}}]', { data: {} })).toBe('[]');
  });

  it('of the recipient make a message everybody’s own', () => {
    const uses = (text: string) => {
      const parsed = parseTemplate(text);
      return parsed.ok && usesRecipient(parsed.template);
    };
    expect(uses('{{recipient.name}}：{{event.title}}')).toBe(true);
    expect(uses('{% if recipient.position == "经理" %}!{% endif %}')).toBe(true);
    expect(uses('{{event.title}} for every recipient')).toBe(false);
  });

  it('of the recipient stay empty for who reaches them by a computed name, so that no name goes to all', () => {
    expect(rendered('{% assign key = "reci" | append: "pient" %}[{{ [key].name }}]', {}, hanmeimei)).toBe(
      '[]',
    );
  });
});

describe('tags and filters', () => {
  it('conditions, loops and cases work', () => {
    const items = ['a', 'b', 'c'];
    expect(
      rendered('{% for x in event.data.items limit: 2 %}{{x | upcase}}{% endfor %}', { data: { items } }),
    ).toBe('AB');
    expect(rendered('{% case event.module %}{% when "approval" %}审批{% else %}其他{% endcase %}')).toBe(
      '审批',
    );
    expect(rendered('{% unless event.imageUrl %}无图{% endunless %}')).toBe('无图');
  });

  it('comments and raw text are left as they are', () => {
    expect(
      rendered('{% # for the next editor %}{% comment %}x{% endcomment %}{% raw %}{{ x }}{% endraw %}'),
    ).toBe('{{ x }}');
  });

  it('dates are told in the timezone of the corp', () => {
    const data = { at: '2026-11-22T20:30:00Z' };
    expect(rendered('{{event.data.at | date: "%m-%d %H:%M"}}', { data })).toBe('11-23 04:30');
    expect(rendered('{{event.data.at | date}}', { data })).toBe('2026-11-23 04:30');
    expect(rendered('{{event.data.at | date: "%z"}}', { data })).toBe('+0800');
  });

  it.each([
    ['2026-11-22 20:30', '2026-11-22 20:30'],
    ['2026-11-22T20:30:15', '2026-11-22 20:30'],
    ['2026-11-22', '2026-11-22 00:00'],
    ['2026-11-22T20:30:00+08:00', '2026-11-22 20:30'],
    [1_795_379_400, '2026-11-23 04:30'],
    [1_795_379_400_000, '2026-11-23 04:30'],
    ['next week', 'next week'],
    [null, ''],
  ])('a date given as %s is one of the corp’s clocks where it names no zone', (at, shown) => {
    expect(rendered('{{event.data.at | date}}', { data: { at } })).toBe(shown);
  });

  it('defaults and lengths count characters as people see them', () => {
    expect(rendered('{{event.data.no | default: "无"}}')).toBe('无');
    expect(rendered('{{event.data.x | truncate: 3}}', { data: { x: '😀😀😀😀' } })).toBe('😀😀…');
    expect(rendered('{{event.content | strip_html}}', { content: '<p>你<b>好</b></p>' })).toBe('你好');
  });

  it.each(['include', 'render', 'layout', 'capture', 'tablerow', 'increment', 'cycle'])(
    'the tag %s is refused, with its place',
    (tag) => {
      expect(problemOf(`第一行\n ok {% ${tag} 'x' %}`)).toMatchObject({
        code: 'tag-not-allowed',
        line: 2,
        column: 5,
      });
    },
  );

  it('filters that are not on the list are refused, with their place', () => {
    expect(problemOf('{{ event.title | sha256 }}')).toMatchObject({ code: 'filter-not-allowed', line: 1 });
    expect(problemOf('{{ event.data | json }}')).toMatchObject({ code: 'filter-not-allowed' });
    expect(problemOf('{{ event.data.a | where_exp: "x", "x" }}')).toMatchObject({
      code: 'filter-not-allowed',
    });
  });
});

describe('mistakes', () => {
  it('are found before anything is sent, with line and column', () => {
    expect(problemOf('a\nb {{ event.title')).toMatchObject({ code: 'syntax', line: 2, column: 3 });
    expect(problemOf('{% if event.title %}x')).toMatchObject({ code: 'syntax', line: 1, column: 1 });
    expect(problemOf('{{ event.title ||| x }}')).toMatchObject({ code: 'syntax' });
  });

  it('a template of more than 8,000 characters is refused', () => {
    expect(problemOf('x'.repeat(8_000))).toBeUndefined();
    expect(problemOf('x'.repeat(8_001))).toMatchObject({ code: 'too-long' });
  });
});

describe('no template can hang or blow up', () => {
  it('loops in loops end', () => {
    const nested = '{% for a in (1..1000) %}{% for b in (1..1000) %}x{% endfor %}{% endfor %}';
    expect(rendering(nested)).toMatchObject({ ok: false, problem: { code: 'too-much-work' } });
    expect(rendering('{% for a in (1..100000000) %}{% endfor %}')).toMatchObject({
      ok: false,
      problem: { code: 'too-much-work' },
    });
  });

  it('texts that grow end', () => {
    const doubling = '{% assign x = "xxxxxxxxxx" %}' + '{% assign x = x | append: x %}'.repeat(40);
    expect(rendering(doubling)).toMatchObject({ ok: false, problem: { code: 'too-much-work' } });
    expect(rendering('{{ event.title | date: "%999999999Y" }}').ok).toBe(true);
    expect(rendering('{{ "2026-01-01" | date: "%999999999Y" }}')).toMatchObject({ ok: false });
  });

  it('a huge event is shortened instead of failing', () => {
    expect(rendered('{{event.content | upcase}}', { content: 'x'.repeat(5_000_000) })).toHaveLength(20_000);
    expect(rendered('{{event.data.x}}', { data: { x: 'x'.repeat(5_000_000) } })).toHaveLength(20_000);
  });

  it('a text of nothing but brackets is read once', () => {
    rendered('{{event.content | strip_html}}', { content: '<'.repeat(20_000) });
  });

  it('what can’t be rendered is a problem and no exception', () => {
    expect(rendering('{{ event.data.x | url_encode }}', { data: { x: '\ud800' } })).toMatchObject({
      ok: false,
      problem: { code: 'not-renderable' },
    });
  });
});
